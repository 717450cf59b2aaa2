"""Sentences of different sources that contradict each other, found by the model."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from advisor.domain import Citation, Disagreement, Side, Verdict
from advisor.evidence import Reading, Sentence
from advisor.ports import Vectors
from advisor.sentences import sentence_spans
from advisor.verification.entailment import Entailment, log_odds

NEAR = 0.5
"""Cosine similarity from which on two sentences can be about the same thing."""
ASKED = 0.3
"""Cosine similarity to the question from which on a sentence can answer it."""
MOST = 12
"""Pairs that are read, the most similar first."""
CONTRADICTED = 0.5
"""Log-odds of contradiction, the mean of both directions, from which on two sentences disagree.

Careful: of the development half of ``evals/contradictions.yaml`` nothing is wrongly taken for one, and hardly anything
rightly: those pairs contradict each other by what follows from them. A plain "never" or another figure is found.
"""


class ContradictionFinder:
    """Finds what the user's own documents and other sources say against each other in answer to a question.

    Disagreements within the bundled knowledge are recorded by hand; this looks only at pairs with a sentence of the
    user's own documents.

    Args:
        entailment: Reads two sentences together.
    """

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment

    def find(self, reading: Reading, verdicts: Collection[Verdict]) -> tuple[Disagreement, ...]:
        """Return at most one disagreement: the surest, between a sentence that is shown and one of another source.

        Args:
            reading: The evidence, compared with the question.
            verdicts: What the answer shows.
        """
        quoted = {" ".join(citation.quote.split()) for verdict in verdicts for citation in verdict.citations}
        shown = [i for i, sentence in enumerate(reading.sentences) if any(sentence.text in text for text in quoted)]
        rest = [i for i, sentence in enumerate(reading.sentences) if sentence.similarity >= ASKED]
        pairs = {
            (min(i, j), max(i, j)): reading.likeness(i, j)
            for i in shown
            for j in rest
            if _apart(reading.sentences[i], reading.sentences[j]) and reading.likeness(i, j) >= NEAR
        }
        nearest = sorted(pairs, key=lambda pair: -pairs[pair])[:MOST]
        if not nearest:
            return ()
        texts = [(reading.sentences[i].text, reading.sentences[j].text) for i, j in nearest]
        found = self.contradiction(texts)
        best = int(found.argmax())
        if found[best] < CONTRADICTED:
            return ()
        sides = tuple(_side(reading.sentences[i]) for i in nearest[best])
        return (Disagreement(subject=f"“{reading.text}”", sides=sides),)

    def contradiction(self, pairs: list[tuple[str, str]]) -> Vectors:
        """Return the log-odds that two sentences contradict each other, the mean of both directions, shape (n,)."""
        logits = self._entailment.read([*pairs, *((b, a) for a, b in pairs)])
        odds = log_odds(logits, "C")
        return np.asarray((odds[: len(pairs)] + odds[len(pairs) :]) / 2, dtype=np.float32)


def _apart(a: Sentence, b: Sentence) -> bool:
    """Tell whether two sentences stand in different sources, one of them the user's own."""
    sources = a.evidence.source, b.evidence.source
    return sources[0].id != sources[1].id and any(source.kind == "upload" for source in sources)


def _side(sentence: Sentence) -> Side:
    passage, source = sentence.evidence.passage, sentence.evidence.source
    start, end = sentence_spans(passage.text)[sentence.position]
    citation = Citation(
        source=source,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        passage_id=passage.id,
        page=passage.page,
    )
    return Side(position=source.title, citation=citation)
