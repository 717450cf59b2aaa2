"""The default generator: an answer made of the sources' own sentences. Needs no model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.asked import asked_for, states_fact
from advisor.domain import Claim, Draft, Evidence, Question, Role
from advisor.evidence import Reading, Sentence, read
from advisor.ports import Embedder

_DANGLING = re.compile(
    r"^(this|that|these|those|it|its|they|their|them|he|she|his|her|such|here|there|however|but|and|or|so|then|thus|"
    r"therefore|hence|otherwise|instead|moreover|furthermore|besides|additionally|also|for (?:example|instance)|"
    r"as a result|in addition|the (?:former|latter|same|second|third|other)|both|neither|another)\b",
    re.IGNORECASE,
)
_SHARE_OF_LEAD = 0.5
"""A further sentence scores at least this share of what the direct answer scores."""

_REPEATS = 0.82
"""Cosine similarity from which on a sentence says what another one has said."""

_STATES_FACT = 0.3
"""What a sentence gains that gives the figure, date or name that was asked for."""

_MOST = {Role.ANSWER: 9, Role.WHY: 2, Role.DO: 5, Role.AVOID: 4, Role.MEASURE: 1}
"""Most sentences of each role, so that an answer isn't all warnings."""


class ExtractiveGenerator:
    """Chooses sentences that answer the question and orders them: answer, why, do, avoid, measure.

    Args:
        embedder: Compares sentences with the question and with each other.
        max_words: Length that the draft does not exceed, in words (the direct answer always fits).
    """

    name = "extractive"

    def __init__(self, embedder: Embedder, max_words: int = 300) -> None:
        self._embedder = embedder
        self._max_words = max_words

    def draft(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Draft claims that are whole sentences of the evidence, word for word."""
        reading = read(question, evidence, self._embedder)
        chosen = self._choose(reading)
        order = sorted(chosen, key=lambda i: (list(Role).index(_role(reading.sentences[i])), chosen.index(i)))
        return Draft(claims=tuple(_claim(reading, i) for i in order))

    def _choose(self, reading: Reading) -> list[int]:
        kind = asked_for(reading.text)
        scores = {
            i: _score(s) + (_STATES_FACT if kind != "advice" and states_fact(kind, s, reading) else 0.0)
            for i, s in enumerate(reading.sentences)
            if _is_statement(s.text)
        }
        direct = [i for i in scores if _role(reading.sentences[i]) is Role.ANSWER]
        if not direct:
            return []
        lead = max(direct, key=lambda i: (scores[i], -i))
        chosen = [lead]
        if (told := _first_hand(reading, scores, lead, direct)) is not None:
            chosen.append(told)
        room = self._max_words - sum(len(_claim(reading, i).text.split()) for i in chosen)
        # What doesn't fit or adds nothing now never will: one pass, best first, is enough.
        for i in sorted(scores, key=lambda i: (-scores[i], i)):
            length = len(_claim(reading, i).text.split())
            if i not in chosen and length <= room and _adds(reading, scores, chosen, i):
                chosen.append(i)
                room -= length
        return self._in_reading_order(reading, chosen)

    @staticmethod
    def _in_reading_order(reading: Reading, chosen: list[int]) -> list[int]:
        """Keep the lead first, and sentences of one passage together in their own order."""
        first_of: dict[str, int] = {}
        for rank, i in enumerate(chosen):
            first_of.setdefault(reading.sentences[i].evidence.passage.id, rank)
        lead = chosen[0]
        rest = sorted(
            (i for i in chosen if i != lead),
            key=lambda i: (first_of[reading.sentences[i].evidence.passage.id], reading.sentences[i].position),
        )
        return [lead, *rest]


def _adds(reading: Reading, scores: dict[int, float], chosen: list[int], i: int) -> bool:
    """Say whether a sentence belongs in the answer: close to the question, not said yet, room for its role."""
    sentence, lead = reading.sentences[i], reading.sentences[chosen[0]]
    role = _role(sentence)
    return (
        scores[i] >= _SHARE_OF_LEAD * scores[chosen[0]]
        and sum(_role(reading.sentences[j]) is role for j in chosen) < _MOST[role]
        and not _for_another_business(sentence, lead)
        and all(reading.likeness(i, j) <= _REPEATS for j in chosen)
    )


def _role(sentence: Sentence) -> Role:
    return sentence.role or Role.ANSWER


_SECOND_HAND = 0.1
"""What a sentence of guidance loses that only reports what a source says: the digest of that source says it, too."""

_FIRST_HAND_SHARE = 0.75
"""A source's own statement follows the direct answer if it scores at least this share of what that scores."""

_FIRST_HAND_SIMILARITY = 0.4
"""And if it is at least this similar to the question."""

_REPORTS = re.compile(r"\b(?:one|another|two|three) (?:other )?sources?\b|\bGattiker\b", re.IGNORECASE)


def _score(sentence: Sentence) -> float:
    """Closeness to the question: of the sentence, its passage, its section's listed questions, and its rank.

    The weights come from some hundred settings that were tried on the dev half of our questions, on the statements of
    the source documents and on 1,076 further questions for which readers had marked the sentences that answer them.
    Coverage counts less than those with long stories would have it, because short plain questions are hurt by more: a
    marked sentence leads the answer to 0.68 of the stories and 0.75 of the plain ones; at 0.30 to 0.68 and 0.72.
    """
    evidence = sentence.evidence
    opening = 0.05 if sentence.position == 0 and sentence.role is Role.ANSWER else 0.0
    second_hand = _SECOND_HAND if evidence.source.kind == "guidance" and _REPORTS.search(sentence.text) else 0.0
    return (
        0.61 * max(sentence.similarity, 0.0)
        + 0.20 * sentence.coverage
        # A section that lists no questions is as near as its sentence is.
        + 0.41 * (max(evidence.asks_similarity, 0.0) or max(sentence.similarity, 0.0))
        + 0.40 * evidence.score
        + opening
        - second_hand
    )


def _first_hand(reading: Reading, scores: dict[int, float], lead: int, direct: list[int]) -> int | None:
    """Return the best statement of a source document that supports the lead, if the lead is none itself."""

    def is_document(i: int) -> bool:
        return reading.sentences[i].evidence.source.kind == "document"

    near = [
        i
        for i in direct
        if is_document(i)
        and scores[i] >= _FIRST_HAND_SHARE * scores[lead]
        and reading.sentences[i].similarity >= _FIRST_HAND_SIMILARITY
    ]
    return None if is_document(lead) or not near else max(near, key=lambda i: (scores[i], -i))


def _for_another_business(sentence: Sentence, lead: Sentence) -> bool:
    """Say whether a sentence was written for one kind of business, which the direct answer is not about."""
    written_for = sentence.evidence.source.businesses
    return len(written_for) == 1 and written_for != ("any",) and written_for[0] not in lead.evidence.source.businesses


def _is_statement(text: str) -> bool:
    """Leave out headings, questions and fragments."""
    return len(text.split()) >= 4 and not text.endswith(("?", ":"))


def _claim(reading: Reading, i: int) -> Claim:
    """Turn a sentence into a claim; one that leans on the sentence before it is quoted together with that."""
    sentence = reading.sentences[i]
    text = sentence.text
    if sentence.position > 0 and _DANGLING.match(text):
        before = reading.sentences[i - 1]
        adjacent = before.position == sentence.position - 1
        if adjacent and before.evidence.label == sentence.evidence.label and _is_statement(before.text):
            text = f"{before.text} {text}"
    return Claim(text=text, labels=(sentence.evidence.label,), role=_role(sentence))
