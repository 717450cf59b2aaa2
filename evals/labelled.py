"""Claims with evidence and a label, supported or not: what a judge is measured on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.errors import EvaluationError

from .cases import faults
from .metrics import SEED
from .training.pairs import documents, held_out, topics

MOST = 1000
"""Pairs of a public set that are judged; a larger set is sampled."""
MOST_OWN = 400
"""Pairs of each set of our own that are judged: they are judged in each run, which is to take minutes."""
VERBATIM = "verbatim"
"""Kind of the claims that are taken over from the evidence almost as they are."""
PUBLIC = {
    "frank": "frank_validation.jsonl",
    "wice": "wice_dev.jsonl",
    "vitaminc": "vitaminc_real.jsonl",
}
"""Sets of other people, and the names of their files."""

_ENTAILED = "entailed"
"""Kind of the claims that restate a sentence of the library or follow from it."""


class Labelled(NamedTuple):
    """A claim, evidence, and the label of the two.

    Attributes:
        evidence: A sentence, a passage or a document.
        claim: One sentence, mostly.
        supported: Whether the evidence supports all of the claim.
        group: What pairs have in common that makes them alike: a document, a page, a topic.
        kind: The kind of error, or of support; empty where unknown.
        contradicted: Whether the evidence says otherwise; ``None`` where unknown.
    """

    evidence: str
    claim: str
    supported: bool
    group: str
    kind: str = ""
    contradicted: bool | None = None


@dataclass(frozen=True)
class LabelledSets:
    """Pairs to judge.

    Attributes:
        sets: Pairs by the name of their set.
        missing: Names of the files that were not found.
        sampled: Size of each set that was sampled, before it was.
    """

    sets: Mapping[str, tuple[Labelled, ...]]
    missing: tuple[str, ...] = ()
    sampled: Mapping[str, int] = field(default_factory=dict)

    def at_most(self, most: int, *, seed: int = SEED) -> LabelledSets:
        """Return so many pairs of each larger set, drawn at random and in their order, and the other sets whole."""
        rng = Random(seed)
        sets = {
            name: tuple(pairs[i] for i in sorted(rng.sample(range(len(pairs)), most))) if len(pairs) > most else pairs
            for name, pairs in self.sets.items()
        }
        sampled = {name: len(pairs) for name, pairs in self.sets.items() if len(pairs) > most}
        return LabelledSets(sets, self.missing, {**self.sampled, **sampled})


class _Row(BaseModel):
    """A line of a public set."""

    model_config = ConfigDict(frozen=True)

    evidence: str
    claim: str
    label: Literal[0, 1]
    label3: Literal["E", "C", "N"] | None = None
    group: str


def labelled_sets(folder: Path | None = None, *, most: int = MOST, seed: int = SEED) -> LabelledSets:
    """Return the pairs to judge, none of which the judge's network was trained on.

    Args:
        folder: Where the public sets lie, at any depth; our own pairs alone if ``None``. A set that is missing is
            named.
        most: Pairs of a public set; of a larger one so many are drawn at random.
        seed: Seed of the draw.

    Raises:
        EvaluationError: There is no such folder, a file can't be read, or isn't such a set.
    """
    public = {} if folder is None else public_sets(folder)
    missing = () if folder is None else tuple(file for name, file in PUBLIC.items() if name not in public)
    own = LabelledSets(own_sets()).at_most(MOST_OWN, seed=seed)
    others = LabelledSets(public, missing).at_most(most, seed=seed)
    return LabelledSets({**own.sets, **others.sets}, missing, {**own.sampled, **others.sampled})


def own_sets() -> dict[str, tuple[Labelled, ...]]:
    """Return our own held-out claims: ``library``, on its topics, and ``documents``, on invented documents."""
    return {"library": tuple(_on_the_library()), "documents": tuple(_on_documents())}


def public_sets(folder: Path) -> dict[str, tuple[Labelled, ...]]:
    """Return the sets of other people that lie in a folder, at any depth: of VitaminC the pages not trained on.

    Raises:
        EvaluationError: There is no such folder, a file can't be read, or isn't such a set.
    """
    if not folder.is_dir():
        raise EvaluationError(f"There is no folder {folder}. Name the one with the labelled sets.")
    found = {}
    for name, file in PUBLIC.items():
        for path in sorted(folder.rglob(file))[:1]:
            pairs = _read(path)
            found[name] = tuple(pair for pair in pairs if name != "vitaminc" or held_out(pair.group))
    return found


def _on_the_library() -> Iterator[Labelled]:
    """Yield claims on the sentences of held-out topics of the library, each with its whole topic."""
    for group, entry in topics():
        if not held_out(group):
            continue
        evidence = f"{entry['topic']}\n\n{' '.join(sentence['text'] for sentence in entry['sentences'])}"
        for sentence in entry["sentences"]:
            for claim in sentence["claims"]:
                supported, kind = claim["type"] == "E", claim["type"]
                contradicted = not supported and kind != "neither"
                kind = _ENTAILED if supported else kind
                yield Labelled(evidence, claim["text"], supported, group, kind, contradicted)


def _on_documents() -> Iterator[Labelled]:
    """Yield claims on held-out invented documents, each with its whole document."""
    for pair in documents():
        if held_out(pair.group):
            yield Labelled(pair.evidence, pair.claim, pair.label == "E", pair.group, pair.kind, pair.label == "C")


def _read(path: Path) -> Iterator[Labelled]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"The pairs in {path} can't be read: {' '.join(str(error).split())}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _Row.model_validate_json(line)
        except ValidationError as error:
            raise EvaluationError(f"{path}, line {number}: {faults(error, 'line')}. Mend it.") from error
        contradicted = None if row.label3 is None else row.label3 == "C"
        yield Labelled(row.evidence, row.claim, row.label == 1, f"{path.stem}:{row.group}", "", contradicted)
