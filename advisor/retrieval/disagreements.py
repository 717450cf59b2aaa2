"""Recorded disagreements between sources, found again for a question."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import ValidationError

from advisor.conversation import search_text
from advisor.domain import Citation, Disagreement, Question, Side, Source, SourceKind, Value, Verdict
from advisor.errors import SourceError
from advisor.retrieval.catalog import Catalog
from advisor.retrieval.embedding import RememberingEmbedder

ASKED = 0.6
"""Cosine similarity to a recorded question from which on the disagreement is what is asked about (tuned on dev)."""

TOUCHED = 0.45
"""The same, where the answer quotes one of the sides anyway: the other side must then be shown."""

_EVERYWHERE = re.compile(r"\b(?:social[ -](?:media|networks?|networking)(?: marketing)?|smm)\b", re.IGNORECASE)
"""What all questions here are about; it would make any two of them look alike."""


class RecordedSide(Value):
    """One side as recorded: the position, the source's id, and a sentence that stands in it word for word."""

    position: str
    source: str
    quote: str


class RecordedDisagreement(Value):
    """A disagreement as recorded in ``disagreements.yaml``."""

    id: str
    subject: str
    questions: tuple[str, ...]
    sides: tuple[RecordedSide, ...]


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one, where PyYAML was built with it: each start reads the file."""


def load_disagreements(text: str, origin: str) -> tuple[RecordedDisagreement, ...]:
    """Read recorded disagreements from YAML.

    Args:
        text: The YAML text, a list of entries.
        origin: Where it comes from, for the error.

    Raises:
        SourceError: The text is malformed.
    """
    try:
        entries = yaml.load(text, _LOADER)  # noqa: S506  # a safe loader
        return tuple(RecordedDisagreement.model_validate(entry) for entry in entries or [])
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise SourceError(origin, f"is no list of disagreements: {error}") from error


class DisagreementFinder:
    """Finds the disagreements that a question is about or that an answer touches.

    Args:
        recorded: The recorded disagreements.
        catalog: Holds the sources that the sides quote.
        embedder: Compares questions.
    """

    def __init__(
        self, recorded: tuple[RecordedDisagreement, ...], catalog: Catalog, embedder: RememberingEmbedder
    ) -> None:
        self._recorded = recorded
        self._catalog = catalog
        self._embedder = embedder

    @cached_property
    def _entries(self) -> tuple[list[str], NDArray[np.intp]]:
        """What to compare a question with, and the recorded disagreement that each text belongs to."""
        texts = [_pointed(text) for entry in self._recorded for text in (*entry.questions, entry.subject)]
        owners = [at for at, entry in enumerate(self._recorded) for _ in (*entry.questions, entry.subject)]
        return texts, np.asarray(owners)

    def remember(self) -> None:
        """Store the vectors of the recorded questions, so that no question waits for them."""
        self._embedder.remember(self._entries[0])

    def find(
        self,
        question: Question,
        verdicts: Collection[Verdict],
        *,
        sources: Collection[str] | None = None,
        kinds: Collection[SourceKind] | None = None,
    ) -> tuple[Disagreement, ...]:
        """Return the disagreements to show with an answer, the most related first, two at most.

        Args:
            question: The question, resolved.
            verdicts: What the answer says.
            sources: Ids of the sources that may be shown; all if ``None``.
            kinds: Kinds of the sources that may be shown; all if ``None``.
        """
        if not self._recorded:
            return ()
        texts, owners = self._entries
        similarity = self._embedder.embed(texts) @ self._embedder.embed([_pointed(search_text(question))])[0]
        quoted = {" ".join(c.quote.split()) for v in verdicts for c in v.citations}
        near = []
        for at, entry in enumerate(self._recorded):
            nearness = float(similarity[owners == at].max())
            touched = any(side.quote in text for side in entry.sides for text in quoted)
            if nearness >= ASKED or (touched and nearness >= TOUCHED):
                near.append((nearness, at))
        found = [self._recorded[at] for _, at in sorted(near, key=lambda item: -item[0])]
        known = self._catalog.known_sources(side.source for entry in found for side in entry.sides)
        allowed = {
            i
            for i, source in known.items()
            if (sources is None or i in sources) and (kinds is None or source.kind in kinds)
        }
        found = [entry for entry in found if all(side.source in allowed for side in entry.sides)]
        shown = [self._show(entry, known) for entry in found[:2]]
        return tuple(disagreement for disagreement in shown if disagreement is not None)

    def _show(self, entry: RecordedDisagreement, known: dict[str, Source]) -> Disagreement | None:
        """Look the quotes up; ``None`` if one of them is not in the index."""
        sides = []
        for side in entry.sides:
            start = self._catalog.text(side.source).find(side.quote)
            if start < 0:
                return None
            end = start + len(side.quote)
            passages = self._catalog.passages_of(side.source)
            holder = next((p for p in passages if p.start <= start and end <= p.end), None)
            if holder is None:
                return None
            citation = Citation(
                source=known[side.source],
                start=start,
                end=end,
                quote=side.quote,
                passage_id=holder.id,
                page=holder.page,
            )
            sides.append(Side(position=side.position, citation=citation))
        subject = entry.subject[0].lower() + entry.subject[1:]
        return Disagreement(subject=subject, sides=tuple(sides))


def _pointed(text: str) -> str:
    """Return a question without the words that all questions share."""
    return " ".join(_EVERYWHERE.sub(" ", text).split()) or text
