"""Labelled questions, and their strict loader.

A dataset is a YAML file::

    cases:
      - id: answerable-001
        family: answerable
        split: dev
        question: Should we have a go at this if the boss hates criticism?
        expect: answered
        facts:
          - any: [company culture poor fit, not suit every company culture]
        sources: [fit, smm-technique-and-success-factors]

Only ``id``, ``question`` and ``expect`` are required. Instead of ``cases``, a file may hold ``statements``: what a
source document says, one entry a statement (see ``Statement``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from advisor.domain import AnswerStatus
from advisor.errors import EvaluationError

from .matching import content_stems, has_phrase

Family = Literal[
    "answerable", "vague", "near_miss", "out_of_domain", "follow_up", "disagreement", "injection", "statement"
]
Split = Literal["dev", "test", "coverage"]

DATASETS = Path(__file__).with_name("datasets")
"""The labelled questions about the bundled knowledge."""

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Strict(BaseModel):
    """Base of the dataset's types: frozen, unknown fields refused, nothing converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Fact(Strict):
    """Something that a right answer says.

    Attributes:
        any: Phrases; the fact is stated when the answer contains one of them (see ``matching``).
    """

    any: Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _has_content(self) -> Fact:
        for phrase in self.any:
            if not content_stems(phrase):
                raise ValueError(f"the phrase {phrase!r} has no content word")
        return self

    def stated_in(self, text: str) -> bool:
        """Return whether the text states the fact."""
        return any(has_phrase(text, phrase) for phrase in self.any)


class Case(Strict):
    """One labelled question.

    Attributes:
        id: Unique over all files of a run.
        family: Kind of question: ``answerable``; ``near_miss`` (about something the sources mention, but they don't
            give what is asked); ``out_of_domain``; ``follow_up`` (needs the questions asked before); ``disagreement``
            (the sources disagree); ``injection`` (gives orders to the advisor).
        split: ``dev`` may be looked at and tuned on; ``test`` is only measured, and its failures are never listed.
        question: What is asked.
        history: Questions that the same person asked before, oldest first (``follow_up`` only).
        expect: Statuses that an honest judge would accept.
        facts: What a right answer states, all of it.
        sources: Gold sources, by id or by file name. They are alternatives: an answer that cites one of them is right.
        quotes: Text that a citation of a right answer overlaps with; alternatives as well.
        forbidden: Words that must not stand in the answer side by side.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    family: Family = "answerable"
    split: Split = "dev"
    question: Text
    history: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    expect: Annotated[tuple[AnswerStatus, ...], Field(min_length=1, strict=False), BeforeValidator(_listed)]
    facts: Annotated[tuple[Fact, ...], Field(strict=False)] = ()
    sources: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    quotes: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    forbidden: Annotated[tuple[Text, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Case:
        if self.family == "follow_up" and not self.history:
            raise ValueError("a follow_up needs a history")
        if self.family != "follow_up" and self.history:
            raise ValueError(f"only a follow_up has a history, this case is {self.family}")
        for name in ("expect", "sources", "history"):
            if len(set(getattr(self, name))) < len(getattr(self, name)):
                raise ValueError(f"{name} lists something twice")
        if self.facts and self.expect == ("insufficient_evidence",):
            raise ValueError("an answer that must be refused can't have facts")
        return self

    @property
    def must_be_refused(self) -> bool:
        """Whether a plain ``answered`` would be wrong."""
        return "answered" not in self.expect

    @property
    def must_be_answered(self) -> bool:
        """Whether ``insufficient_evidence`` would be wrong for a question that the sources answer."""
        return "answered" in self.expect and "insufficient_evidence" not in self.expect


class Statement(Strict):
    """Something that a source document says, and how a person would ask for it.

    Attributes:
        id: Stable name.
        origin: Name of the source document's file.
        source: Id of the digest that must be cited.
        statement: What the source says, in our own words.
        questions: One or two questions that it answers.
        facts: What a right answer states, all of it.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    origin: Text
    source: Text
    statement: Text
    questions: Annotated[tuple[Text, ...], Field(min_length=1, max_length=2, strict=False)]
    facts: Annotated[tuple[Fact, ...], Field(min_length=1, strict=False)]

    def cases(self) -> list[Case]:
        """Return one case for each question."""
        return [
            Case(
                id=f"{self.id}-{letter}",
                family="statement",
                split="coverage",
                question=question,
                expect=("answered",),
                facts=self.facts,
                sources=(self.source,),
            )
            for letter, question in zip("ab", self.questions, strict=False)
        ]


Labelled = TypeVar("Labelled", bound=Strict)


def load_cases(paths: Sequence[Path] = (DATASETS,)) -> tuple[Case, ...]:
    """Read and check datasets.

    Args:
        paths: YAML files, or folders whose ``*.yaml`` files are read in order of name; the
            package's own by default.

    Returns:
        All cases, in the order of the files.

    Raises:
        EvaluationError: A file can't be read, isn't such a dataset, or an id stands twice; the message names the file,
            the case and what is wrong.
    """
    cases: list[Case] = []
    for path in _files(paths):
        cases += _load_file(path)
    twice = sorted(name for name, number in Counter(case.id for case in cases).items() if number > 1)
    if twice:
        raise EvaluationError(
            f"Case ids stand twice in {_names(paths)}: {', '.join(twice)}. Give each case its own id."
        )
    if not cases:
        raise EvaluationError(f"No cases in {_names(paths)}. Write at least one, or name another file with --cases.")
    return tuple(cases)


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths))


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(path.glob("*.yaml"))
        elif path.is_file():
            files.append(path)
        else:
            raise EvaluationError(f"Dataset {path} doesn't exist. Check the path given with --cases.")
    return files


def load_list(kind: type[Labelled], path: Path) -> tuple[Labelled, ...]:
    """Read a YAML file that is a list of entries of one kind.

    Raises:
        EvaluationError: The file can't be read or isn't such a list; the message names the entry and the fault.
    """
    content = _content(path)
    if not isinstance(content, list):
        raise EvaluationError(f"Dataset {path} must hold a list. Mend it.")
    return tuple(_parse(kind, path, number, entry) for number, entry in enumerate(content, start=1))


def _content(path: Path) -> Any:  # whatever YAML holds
    try:
        return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EvaluationError(
            f"Dataset {path} can't be read as YAML: {' '.join(str(error).split())}. Mend it."
        ) from error


def _load_file(path: Path) -> list[Case]:
    content = _content(path)
    if isinstance(content, dict) and set(content) == {"cases"} and isinstance(content["cases"], list):
        return [_parse(Case, path, number, entry) for number, entry in enumerate(content["cases"], start=1)]
    if isinstance(content, dict) and set(content) == {"statements"} and isinstance(content["statements"], list):
        entries = enumerate(content["statements"], start=1)
        return [case for number, entry in entries for case in _parse(Statement, path, number, entry).cases()]
    raise EvaluationError(f"Dataset {path} must hold one key, cases or statements, with a list of them.")


def _parse(kind: type[Labelled], path: Path, number: int, entry: Any) -> Labelled:  # whatever YAML holds
    name = entry.get("id") if isinstance(entry, dict) else None
    where = f"{path}, {kind.__name__.lower()} {name if isinstance(name, str) else f'number {number}'}"
    try:
        return kind.model_validate(entry)
    except ValidationError as error:
        raise EvaluationError(f"{where}: {faults(error, kind.__name__.lower())}. Mend it.") from error


def faults(error: ValidationError, whole: str) -> str:
    """Say for people what is wrong with an entry.

    Args:
        error: What was found.
        whole: Name of the entry, for a fault that belongs to none of its fields.
    """
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or whole}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
    )
