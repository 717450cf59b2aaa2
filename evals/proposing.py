"""Cases proposed from documents, for a person to review. Needs no model and no index.

Questions come from front matter (``questions``), from headings that are questions, and from sentences: by pattern (see
``question_forms``), and where a document gives too little, by a gap in a sentence. Cases that must not simply be
answered ask what a sentence says of one thing about another thing, where no document says it: there is no passage that
has, with its neighbours, all words of the one and a word of the other. That is a search for words, so a person has to
look whether the documents say it in other words.

Passages with hidden text or with orders to a machine propose nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, zip_longest
from pathlib import Path
from random import Random

import yaml

from advisor.domain import Passage, Rejection
from advisor.errors import EvaluationError, SourceError
from advisor.ingest.discovery import discover
from advisor.ingest.document import LoadedDocument
from advisor.ingest.front_matter import split_front_matter
from advisor.ingest.inspection import looks_like_instruction
from advisor.ingest.loading import MARKDOWN, SUFFIXES, load_document
from advisor.ingest.passages import split_passages
from advisor.sentences import sentence_spans
from advisor.terms import content_terms

from .cases import Case, Fact, load_cases
from .matching import content_stems
from .metrics import SEED
from .question_forms import Formed, Lowered, forms_of, gap_of

LIMIT = 60
"""Cases that are proposed if nobody says how many."""
SHARE_OF_UNANSWERABLE = 0.25
MAX_BYTES = 25_000_000
"""Largest document; that of ``Settings.max_file_mb``."""
FEWEST_WORDS, MOST_WORDS = 3, 35
"""Length of a sentence that a question is made of."""
LONGEST_SENTENCE, LONGEST_QUESTION = 300, 300
"""Characters."""
WHOLE_SECTION = 6
"""A section of at most so many sentences is the gold quote of the question that its heading asks."""
MOST_GAPS = 3
"""Questions with a gap for one document; they are the stiffest."""
NEIGHBOURS = 2
"""Passages before and after one that can belong to what it says."""
FILE_NAME = "cases.yaml"

HEADER = """\
# Proposed cases. A person has to review each one before its figures mean anything:
# - Is it a question that somebody would ask, and does it have one answer?
# - facts: would every right answer say these words? Add other wordings to `any`. Questions without facts need some.
# - near_miss: do the documents really not say it, in other words either?
# Delete what is no good, give the rest ids of your own, and ask them: advisor eval --cases FILE --knowledge FOLDER
"""

RejectionCallback = Callable[[Rejection], None]
"""Called for each file that can't be read."""


@dataclass(frozen=True)
class ProposedCase:
    """A case, and what it was made of.

    Attributes:
        case: The case.
        reason: For the person who reviews it, one line.
    """

    case: Case
    reason: str


def propose(
    paths: Sequence[Path],
    *,
    limit: int = LIMIT,
    seed: int = SEED,
    max_bytes: int = MAX_BYTES,
    on_rejected: RejectionCallback | None = None,
) -> tuple[ProposedCase, ...]:
    """Propose cases from documents.

    Args:
        paths: Files and folders: Markdown, text, HTML, PDF, DOCX.
        limit: Most cases; up to a quarter of them must not simply be answered. Each document has its share.
        seed: Seed of the choice.
        max_bytes: Larger files are rejected.
        on_rejected: Is told about each file that can't be read.

    Returns:
        Cases with the ids ``proposed-001``…, all of the development half: first those that the documents answer, by
        document, then those that they don't.

    Raises:
        EvaluationError: A path doesn't exist, or no document gives a question.
    """
    if limit < 1:
        raise EvaluationError(f"At least one case must be asked for; the limit is {limit}.")
    documents, rejected = _read(paths, max_bytes)
    for rejection in rejected:
        if on_rejected is not None:
            on_rejected(rejection)
    rng = Random(seed)
    asked = _Asked(documents)
    near = _unanswerable(documents, asked, rng)[: round(limit * SHARE_OF_UNANSWERABLE)]
    answerable = _shared_out(documents, asked, limit - len(near), rng)
    if not answerable:
        where = ", ".join(map(str, paths))
        raise EvaluationError(
            f"No question can be made of {len(documents)} documents in {where}. Give documents with "
            f"sentences in English, or with questions as headings ({' '.join(SUFFIXES)}), or write the cases yourself."
        )
    return tuple(
        ProposedCase(proposed.case.model_copy(update={"id": f"proposed-{number:03}"}), proposed.reason)
        for number, proposed in enumerate([*answerable, *near], start=1)
    )


def as_data(proposed: Sequence[ProposedCase]) -> list[dict[str, object]]:
    """Return the cases as plain data, without what is empty."""
    return [
        {name: value for name, value in each.case.model_dump(mode="json").items() if value not in (None, [], "")}
        for each in proposed
    ]


def to_yaml(proposed: Sequence[ProposedCase], *, allow_unicode: bool = True) -> str:
    """Return cases as a dataset that ``load_cases`` reads, with comments for the person who reviews them."""
    parts = [HEADER, "cases:\n"]
    for each, entry in zip(proposed, as_data(proposed), strict=True):
        listed = yaml.safe_dump([entry], sort_keys=False, allow_unicode=allow_unicode, width=110)
        comment = "".join(c if c.isprintable() else " " for c in each.reason)
        parts.append(f"  # {comment}\n" + "".join(f"  {line}\n" for line in listed.splitlines()))
    return "".join(parts)


def write_cases(proposed: Sequence[ProposedCase], folder: Path) -> Path:
    """Write ``cases.yaml`` into a folder, which is created, and read it back.

    Returns:
        The file.

    Raises:
        EvaluationError: The file is there already; somebody may have reviewed it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(to_yaml(proposed))
    except FileExistsError as error:
        raise EvaluationError(
            f"{path} is there already, and isn't overwritten. Move it away, or name another folder with --report."
        ) from error
    load_cases((path,))
    return path


# -- documents ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Document:
    path: Path
    loaded: LoadedDocument
    passages: tuple[Passage, ...]

    @cached_property
    def _near(self) -> tuple[frozenset[str], ...]:
        """Content terms of each passage and its neighbours, with their headings and the document's title."""
        title = content_terms(self.loaded.title)
        own = [frozenset([*title, *content_terms(" ".join((*p.headings, p.text)))]) for p in self.passages]
        return tuple(
            frozenset[str]().union(*own[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]) for at in range(len(own))
        )

    def says(self, subject: frozenset[str], asked: frozenset[str]) -> bool:
        """Tell whether a passage with its neighbours has all terms of a subject and any of those asked for."""
        return any(subject <= near and asked & near for near in self._near)


@dataclass(frozen=True)
class _Statement:
    """A sentence: as it stands in the document, and without markup."""

    stored: str
    plain: str
    passage: Passage


@dataclass(frozen=True)
class _Made:
    """A question made of a sentence of a document."""

    document: _Document
    statement: _Statement
    formed: Formed


def _read(paths: Sequence[Path], max_bytes: int) -> tuple[list[_Document], list[Rejection]]:
    for path in paths:
        if not path.exists():
            raise EvaluationError(f"There is no file or folder {path}. Check the path given with --generate.")
    files, rejected = discover(paths)
    documents, seen = [], set()
    for file in files:
        try:
            loaded = load_document(file, max_bytes=max_bytes)
        except SourceError as error:
            rejected.append(Rejection(path=str(error.path), reason=error.reason))
            continue
        if loaded.checksum not in seen:  # the same questions once more would help nobody
            seen.add(loaded.checksum)
            documents.append(_Document(file, loaded, split_passages(str(file), loaded)))
    return documents, rejected


def _statements(document: _Document) -> Iterator[_Statement]:
    for passage in document.passages:
        if passage.flagged:
            continue
        for start, end in sentence_spans(passage.text):
            stored = " ".join(passage.text[start:end].split())
            if len(stored) > LONGEST_SENTENCE:
                continue
            plain = _plain(stored)
            if FEWEST_WORDS <= len(plain.split()) <= MOST_WORDS and not _ODD.search(plain):
                yield _Statement(stored, plain, passage)


_MARKUP = re.compile(r"(?<!\w)(?:\*\*|__|\*|_|`)|(?:\*\*|__|\*|_|`)(?!\w)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ODD = re.compile(r"[|<>{}\\=\[\]#]|--|https?:|\bwww\.|[?…]|_{2,}")
"""Tables, code, addresses, questions, and what was left out."""


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", _LINK.sub(r"\1", text)).split())


def _lowering(documents: Sequence[_Document]) -> Lowered:
    """Learn from the documents which words are names: those that stand inside sentences with a capital.

    A word that stands inside none is taken for a common one if words without a capital follow it.
    """
    small: set[str] = set()
    capital: set[str] = set()
    for document in documents:
        for passage in document.passages:
            for start, end in sentence_spans(passage.text):
                for word in re.findall(r"[^\W\d_][\w'’-]*", passage.text[start:end])[1:]:
                    (small if word[0].islower() else capital).add(word.lower())

    def lowered(text: str) -> str:
        first, space, rest = text.partition(" ")
        word = first.lower()
        common = word in _DETERMINERS or (word not in capital and (word in small or rest[:1].islower()))
        usual = first[1:] == first[1:].lower()
        return f"{word}{space}{rest}" if common and usual else text

    return lowered


_DETERMINERS = frozenset("the a an our your my each every all most".split())  # noqa: SIM905


# -- questions that the documents answer ----------------------------------------------------------------------------


class _Asked:
    """The questions that documents give, by document, the more natural ones first."""

    def __init__(self, documents: Sequence[_Document]) -> None:
        lowered = _lowering(documents)
        made = [
            _Made(document, statement, formed)
            for document in documents
            for statement in _statements(document)
            for formed in forms_of(statement.plain, lowered)
        ]
        values: dict[str, set[str]] = {}
        for each in made:
            values.setdefault(_key(each.formed.question), set()).add(each.formed.value)
        # Where the documents give two answers, neither is the right one.
        self.made = [each for each in made if len(values[_key(each.formed.question)]) == 1 and _sound(each.formed)]
        used = {each.statement.stored for each in made}
        self.gaps = [
            _Made(document, statement, formed)
            for document in documents
            for statement in _statements(document)
            if statement.stored not in used and statement.plain.endswith(".")
            if (formed := gap_of(statement.plain)) is not None and _sound(formed)
        ]


def _key(question: str) -> str:
    return " ".join(content_terms(question)) or question


def _sound(formed: Formed) -> bool:
    return (
        len(formed.question) <= LONGEST_QUESTION
        and bool(content_stems(formed.value))
        and not looks_like_instruction(formed.question)
    )


def _shared_out(documents: Sequence[_Document], asked: _Asked, limit: int, rng: Random) -> list[ProposedCase]:
    """Take cases from each document in turn, gaps last, and return them by document."""
    queues = []
    for document in documents:
        listed = _listed(document, limit, rng)
        made, gaps = ([_answered(m) for m in some if m.document is document] for some in (asked.made, asked.gaps))
        for some in (made, gaps):
            rng.shuffle(some)
        # Listed questions have no facts, made ones sound stiff: take turns.
        queues.append([*_alternating(listed, made), *gaps[:MOST_GAPS]])
    chosen: dict[str, tuple[int, ProposedCase]] = {}
    for place, each in _in_turn(queues):
        if len(chosen) == limit:
            break
        chosen.setdefault(_key(each.case.question), (place, each))
    return [each for _, each in sorted(chosen.values(), key=lambda entry: entry[0])]


def _alternating(first: Iterable[ProposedCase], second: Iterable[ProposedCase]) -> list[ProposedCase]:
    return [each for each in chain.from_iterable(zip_longest(first, second)) if each is not None]


def _in_turn(queues: Sequence[Sequence[ProposedCase]]) -> Iterator[tuple[int, ProposedCase]]:
    for row in zip_longest(*queues):
        yield from ((place, each) for place, each in enumerate(row) if each is not None)


def _answered(made: _Made) -> ProposedCase:
    case = Case(
        id="proposed",
        question=made.formed.question,
        expect=("answered",),
        facts=(Fact(any=_wordings(made.formed.value)),),
        sources=(made.document.path.name,),
        quotes=(made.statement.stored,),
    )
    return ProposedCase(case, f"{made.formed.kind}, sentence of {made.document.path}")


def _wordings(value: str) -> tuple[str, ...]:
    """Return a value as it stands and, where that says the same, without what can be left out."""
    short = re.sub(r"^(?:at|on|in|since|from|between) | o['’]clock\b", "", value)
    wordings = dict.fromkeys((value, short if content_stems(short) else value))
    seen: dict[tuple[str, ...], str] = {}
    for wording in wordings:
        seen.setdefault(tuple(content_stems(wording)), wording)
    return tuple(seen.values())


def _listed(document: _Document, limit: int, rng: Random) -> list[ProposedCase]:
    """Return questions of the front matter and of the headings, as many as may be needed, in random order."""
    headings = dict.fromkeys(heading for passage in document.passages for heading in passage.headings)
    listed = [(heading, heading, "heading") for heading in headings if heading.rstrip().endswith("?")]
    listed += [(question, heading, "front matter") for question, heading in _front_matter_questions(document)]
    chosen = rng.sample(listed, min(limit, len(listed)))
    return [
        proposed
        for question, heading, kind in chosen
        if (proposed := _asked_of_section(document, _plain(question), heading, kind)) is not None
    ]


def _front_matter_questions(document: _Document) -> list[tuple[str, str]]:
    """Return questions with the headings of the sections that answer them; an empty one where none is named."""
    if document.path.suffix.lower() not in MARKDOWN:
        return []
    text, _ = split_front_matter(document.loaded.text)
    try:
        content = yaml.load(text, yaml.CSafeLoader) if text and text.count("[") + text.count("{") < 1000 else None
    except (yaml.YAMLError, RecursionError, ValueError):
        return []
    listed = content.get("questions") if isinstance(content, dict) else None
    by_heading = listed if isinstance(listed, dict) else {"": listed}
    return [
        (question, heading)
        for heading, questions in by_heading.items()
        if isinstance(heading, str) and isinstance(questions, list)
        for question in questions
        if isinstance(question, str)
    ]


def _asked_of_section(document: _Document, question: str, heading: str, kind: str) -> ProposedCase | None:
    """Propose a question that somebody wrote; nothing if no passage may answer it, or it is no plain question."""
    section = [p for p in document.passages if not heading or heading in p.headings]
    quotable = [p for p in section if not p.flagged]
    usable = len(question) <= LONGEST_QUESTION and content_terms(question) and question.isprintable()
    if not quotable or not usable or looks_like_instruction(question):
        return None
    sentences = [" ".join(p.text[a:b].split()) for p in quotable for a, b in sentence_spans(p.text)]
    case = Case(
        id="proposed",
        question=question,
        expect=("answered",),
        sources=(document.path.name,),
        quotes=tuple(dict.fromkeys(sentences)) if heading and len(sentences) <= WHOLE_SECTION else (),
    )
    return ProposedCase(case, f"{kind} of {document.path}; write its facts")


# -- questions that they don't ---------------------------------------------------------------------------------------


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ALL_DAYS = frozenset(content_terms("daily everyday weekday weekdays weekend weekends day days week weeks always"))


def _unanswerable(documents: Sequence[_Document], asked: _Asked, rng: Random) -> list[ProposedCase]:
    """Ask what is said of one thing about another, where no document says it; each subject and question once."""
    subjects = sorted({(m.formed.subject, m.formed.number) for m in asked.made if m.formed.subject})
    pairs: list[tuple[str, str, ProposedCase]] = []
    for made in asked.made:
        formed = made.formed
        if day := _on_another_day(made, documents, rng):
            pairs.append((formed.question, formed.subject, day))
        if not formed.subject or formed.kind in ("time", "frequency"):  # not everything opens, or happens again
            continue
        own = frozenset(content_terms(formed.subject))
        others = [
            subject
            for subject, number in subjects
            if number == formed.number and _shape(subject) == _shape(formed.subject)
            if not own & (terms := frozenset(content_terms(subject)))
            if not any(document.says(terms, formed.asked) for document in documents)
        ]
        if others:
            other = rng.choice(others)
            asked_of = " ".join(sorted(formed.asked)[:4])
            reason = f"made of “{formed.question}”; no passage has “{other}” and any word like: {asked_of}"
            pairs.append((formed.question, other, _refused(formed.about(other), reason)))
    rng.shuffle(pairs)
    found: dict[str, ProposedCase] = {}
    questions: set[str] = set()
    for question, subject, proposed in pairs:
        if question not in questions and subject not in found and proposed.case.question not in questions:
            found[subject] = proposed
            questions |= {question, proposed.case.question}
    return list(found.values())


def _shape(subject: str) -> str:
    """Return what two subjects share that sound alike: the article, or that both are names or neither is."""
    first, _, _ = subject.partition(" ")
    return first.lower() if first.lower() in _DETERMINERS else "name" if any(map(str.isupper, subject)) else ""


def _on_another_day(made: _Made, documents: Sequence[_Document], rng: Random) -> ProposedCase | None:
    """Ask for a weekday that no document names together with the subject."""
    formed = made.formed
    named = re.search(rf"\b({'|'.join(_DAYS)})(s?)\b", formed.question)
    subject = frozenset(content_terms(formed.subject))
    if named is None or not subject:
        return None
    others = [
        day
        for day in _DAYS
        if day != named[1]
        if not any(document.says(subject, _ALL_DAYS | set(content_terms(f"{day} {day}s"))) for document in documents)
    ]
    if not others:
        return None
    day = rng.choice(others)
    question = formed.question.replace(named[0], f"{day}{named[2]}")
    return _refused(question, f"made of “{formed.question}”; no passage has “{formed.subject}” and {day}")


def _refused(question: str, reason: str) -> ProposedCase:
    case = Case(id="proposed", family="near_miss", question=question, expect=("partial", "insufficient_evidence"))
    return ProposedCase(case, reason)
