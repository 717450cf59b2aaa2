"""The verifier: checks of words, numbers, names and negations, and a model that reads claim and evidence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from advisor.domain import Claim, Evidence, Verdict, VerdictStatus
from advisor.ports import Embedder, Vectors
from advisor.sentences import sentence_spans
from advisor.verification.calibration import SURE, Calibration, Signals
from advisor.verification.entailment import Entailment, log_odds
from advisor.verification.entities import check_names
from advisor.verification.findings import Finding, Severity, failure, reservation
from advisor.verification.normalising import Reader, Text, words_of
from advisor.verification.numbers import check_numbers, quantities
from advisor.verification.ordering import check_joint, check_order
from advisor.verification.polarity import check_negation, check_opposites
from advisor.verification.scope import check_scope
from advisor.verification.spans import Sentence, Span, citations_of, sentences_of, stretches, verbatim, windows
from advisor.verification.support import Alignment, align, weight

NAME = "support-checks-v1"
NAME_WITH_MODEL = "support-v2"

TOPIC = 0.55
"""Share of the claim's content words that a span must have before it can contradict the claim."""
PARTIAL = 0.8
"""Share of the claim's content words from which a span of the same meaning can partly support it."""
SAME_MEANING = 0.9
"""Cosine similarity from which two sentences of the bundled model are about the same statement."""
FAR_MEANING = 0.2
"""Cosine similarity below which a claim is not supported, whatever its words."""
BEST_SPANS = 4
"""Number of single sentences, and of windows, that are judged in full."""
MOST_TOLD = 4
"""Words without a counterpart that a reason names."""
MOST_JOINED = 4
"""Number of passages whose best sentences may support a claim together."""
WINDOWS = ((30, 3), (120, 2), (260, 1))
"""Words in the windows that the model reads (about a sentence, a paragraph, and all that it can read at once), and how
many of each length: those that have most terms in common with the claim."""
ABOUT_AS_WELL = 0.7
"""Log-odds of support by which a part of the best window may be worse and is still what is cited."""


@dataclass(slots=True)
class _Judgement:
    """A span's judgement of one sentence of a claim."""

    span: Span
    status: VerdictStatus
    score: float
    recall: float
    findings: list[Finding] = field(default_factory=list)
    missing: int = 0
    """How many words are named that have no counterpart."""


_RANK = {
    VerdictStatus.SUPPORTED: 3,
    VerdictStatus.PARTIAL: 2,
    VerdictStatus.CONTRADICTED: 1,
    VerdictStatus.UNSUPPORTED: 0,
}


@dataclass(slots=True)
class _Piece:
    """One sentence of a claim, with what is known of it so far."""

    text: str
    words: tuple[str, ...]
    judgement: _Judgement | None = None
    candidates: list[tuple[Span, Text, Alignment]] = field(default_factory=list)
    read: Text | None = None
    windows: list[Span] = field(default_factory=list)
    """What the model reads; the one that has most in common with the sentence first."""
    lengths: list[list[int]] = field(default_factory=list)
    """The numbers of the windows of each length, and of the best sentences together."""
    logits: Vectors | None = None
    """What the model says of each window, shape (len(windows), 3)."""
    covered: float = 0.0
    """Share of its terms that occur anywhere in the cited passages."""
    phrases: float = 0.0
    """Share of its pairs of adjacent words that do."""
    evidence: int = 0
    """Words of the cited passages."""


class SupportVerifier:
    """Judges each claim by the passages that its own labels name.

    Whole sentences taken over verbatim are supported without further ado. Any other claim must have a counterpart for
    each of its content words in one sentence, in adjacent sentences, or in the best sentences of its passages, and pass
    the checks of numbers, names, negation, scope, modality, comparison and order. When in doubt, it is unsupported.

    Args:
        embedder: Turns sentences into vectors, called at most once a check; without one, only words count.
        entailment: Reads claims together with evidence; without one, the checks alone decide.
        calibration: How the model's and the checks' findings become a probability; the fitted one by default.
    """

    def __init__(
        self,
        embedder: Embedder | None = None,
        entailment: Entailment | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._embedder = embedder
        self._entailment = entailment
        self._calibration = calibration or (Calibration.load() if entailment is not None else None)
        self._reader = Reader()

    @property
    def name(self) -> str:
        """Name for the trace."""
        name = NAME if self._entailment is None else f"{NAME_WITH_MODEL}-{self._entailment.fingerprint}"
        return name if self._embedder is None else f"{name}+{self._embedder.fingerprint}"

    def check(self, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Verdict, ...]:
        """Return one verdict a claim, in order. A claim's verdict doesn't depend on the other claims."""
        work, similarities = self._prepared(claims, evidence)
        return tuple(
            Verdict(claim=claim, status=VerdictStatus.UNSUPPORTED, score=0.0, reasons=(pieces,))
            if isinstance(pieces, str)
            else self._verdict(claim, pieces, similarities)
            for claim, pieces in zip(claims, work, strict=True)
        )

    def signals(self, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[tuple[Signals, ...], ...]:
        """Return what the calibration looks at, for each sentence of each claim that is not taken over verbatim.

        Raises:
            ValueError: There is no model.
        """
        if self._entailment is None:
            raise ValueError("without a model there are no signals")
        work, similarities = self._prepared(claims, evidence)
        return tuple(
            tuple(
                _signals(piece, self._judge(piece, similarities))
                for piece in ([] if isinstance(pieces, str) else pieces)
                if piece.judgement is None and piece.logits is not None
            )
            for pieces in work
        )

    def _prepared(
        self, claims: Sequence[Claim], evidence: Sequence[Evidence]
    ) -> tuple[list[list[_Piece] | str], dict[tuple[str, str], float]]:
        """Cut claims into sentences, find what they are to be judged by, and let the models read it.

        Returns:
            For each claim its sentences, or why it can't be judged; and the cosines of sentences and spans.
        """
        labelled = {item.label: item for item in evidence}
        cut: dict[str, tuple[Sentence, ...]] = {}
        texts: dict[tuple[str, int, int], Text] = {}
        work: list[list[_Piece] | str] = []
        for claim in claims:
            problem = self._problem(claim, labelled)
            if problem:
                work.append(problem)
                continue
            cited = []
            for label in dict.fromkeys(claim.labels):
                item = labelled.get(label)
                if item is None or item.passage.flagged:
                    continue
                if label not in cut:
                    cut[label] = sentences_of(item)
                cited.append(cut[label])
            work.append(self._prepare(claim, cited, texts))
        pieces = [piece for some in work if not isinstance(some, str) for piece in some]
        self._read_windows(pieces)
        return work, self._similarities(pieces)

    @staticmethod
    def _problem(claim: Claim, labelled: dict[str, Evidence]) -> str:
        """Say why a claim can't be judged, or nothing."""
        if not words_of(claim.text):
            return "The claim is empty."
        if not claim.labels:
            return "The claim names no evidence."
        known = [label for label in claim.labels if label in labelled]
        if not known:
            return f"The claim names evidence that doesn't exist: {', '.join(claim.labels)}."
        if all(labelled[label].passage.flagged for label in known):
            return "The cited passage contains hidden text or instructions, and is no evidence."
        return ""

    def _prepare(
        self, claim: Claim, cited: list[tuple[Sentence, ...]], texts: dict[tuple[str, int, int], Text]
    ) -> list[_Piece]:
        """Find verbatim sentences, and candidates for the rest."""
        words = words_of(claim.text)
        for sentences in cited:
            span = verbatim(words, sentences)
            if span:
                return [_Piece(claim.text, words, _verbatim(span))]
        spans = sentence_spans(claim.text)
        pieces = [_Piece(claim.text[a:b], words_of(claim.text[a:b])) for a, b in spans]
        pieces = [piece for piece in pieces if piece.words]
        for piece in pieces:
            span = next((s for sentences in cited if (s := verbatim(piece.words, sentences))), None)
            if span:
                piece.judgement = _verbatim(span)
            else:
                self._find(piece, cited, texts)
        return pieces

    def _read(self, span: Span, texts: dict[tuple[str, int, int], Text]) -> Text:
        key = (span[0].evidence.label, span[0].number, len(span))
        if len({s.evidence.label for s in span}) > 1:
            return self._reader.read(*(s.text for s in span))
        if key not in texts:
            texts[key] = self._reader.read(*(s.text for s in span))
        return texts[key]

    def _terms(self, span: Span, texts: dict[tuple[str, int, int], Text]) -> set[str]:
        return self._reader.terms(self._read(span, texts))

    def _find(self, piece: _Piece, cited: list[tuple[Sentence, ...]], texts: dict[tuple[str, int, int], Text]) -> None:
        """Choose the spans to judge: the best sentences, the best windows, the best sentence of each passage."""
        piece.read = read = self._reader.read(piece.text)

        wanted = self._reader.terms(read)
        own = {
            (s.evidence.label, s.number): wanted & self._terms((s,), texts) for sentences in cited for s in sentences
        }
        aligned: dict[tuple[tuple[str, int], ...], tuple[Span, Text, Alignment]] = {}

        def rate(span: Span) -> tuple[Span, Text, Alignment]:
            key = tuple((s.evidence.label, s.number) for s in span)
            if key not in aligned:
                text = self._read(span, texts)
                aligned[key] = span, text, align(self._reader, read, text)
            return aligned[key]

        def shared(span: Span) -> int:
            if len(span) == 1:
                return len(own[span[0].evidence.label, span[0].number])
            return len(set().union(*(own[s.evidence.label, s.number] for s in span)))

        def best(spans: list[Span]) -> list[tuple[Span, Text, Alignment]]:
            # Shared terms first, since aligning all spans would take long.
            spans = sorted(spans, key=lambda span: (-shared(span), len(span)))
            rated = [rate(span) for span in spans[: 2 * BEST_SPANS]]
            return sorted(rated, key=lambda r: (-r[2].recall, len(r[0]), r[0][0].evidence.label, r[0][0].number))

        singles = best([(sentence,) for sentences in cited for sentence in sentences])
        several = best([span for sentences in cited for span in windows(sentences)])[:BEST_SPANS]
        candidates = singles[:BEST_SPANS] + several
        related = sum(any(own[s.evidence.label, s.number] for s in sentences) for sentences in cited)
        if len(cited) > 1 and related <= MOST_JOINED:
            tops = [best([(sentence,) for sentence in sentences])[:1] for sentences in cited]
            union = tuple(top[0][0][0] for top in tops if top and top[0][2].recall > 0)
            if 1 < len(union) <= MOST_JOINED:
                text = self._read(union, texts)
                candidates.append((union, text, align(self._reader, read, text)))
        piece.candidates = [c for c in candidates if c[2].recall > 0]
        if self._entailment is not None:
            # What is listed as a mistake is for the checks alone: the model doesn't see what it is listed under.
            plain = [tuple(s for s in sentences if not s.lead) for sentences in cited]
            piece.windows, piece.lengths = self._windows([sentences for sentences in plain if sentences], own)
            piece.covered = len(set().union(*own.values())) / max(1, len(wanted))
            pairs = self._pairs(piece.words)
            common = pairs & set().union(*(self._pairs(s.words) for sentences in cited for s in sentences))
            piece.phrases = len(common) / max(1, len(pairs))
            piece.evidence = sum(len(s.words) for sentences in cited for s in sentences)

    def _pairs(self, words: Sequence[str]) -> set[tuple[str, str]]:
        return set(pairwise(map(self._reader.stem, words)))

    @staticmethod
    def _windows(
        cited: list[tuple[Sentence, ...]], own: dict[tuple[str, int], set[str]]
    ) -> tuple[list[Span], list[list[int]]]:
        """Choose what the model reads: windows with the rarest common terms, and the best sentences together.

        Returns:
            The windows, the best one first, and the numbers of those of each length.
        """
        shared = Counter(term for terms in own.values() for term in terms)
        rarity = {term: math.log(1 + len(own) / count) for term, count in shared.items()}

        def worth(span: Span) -> float:
            return sum(rarity[term] for term in set().union(*(own[s.evidence.label, s.number] for s in span)))

        chosen: list[list[Span]] = []
        for words, most in WINDOWS:
            spans = [span for sentences in cited for span in stretches(sentences, words)]
            chosen.append(sorted(spans, key=lambda span: -worth(span))[:most])
        tops = sorted((sentence for sentences in cited for sentence in sentences), key=lambda s: -worth((s,)))
        if tops:
            chosen.append([tuple(sorted(tops[:MOST_JOINED], key=lambda s: (s.evidence.label, s.number)))])
        unique = dict.fromkeys(span for spans in chosen for span in spans)
        windows = sorted(unique, key=lambda span: (-worth(span), len(span)))
        number = {span: i for i, span in enumerate(windows)}
        return windows, [[number[span] for span in spans] for spans in chosen]

    def _read_windows(self, pieces: list[_Piece]) -> None:
        """Let the model read each piece with its windows."""
        if self._entailment is None:
            return
        waiting = [piece for piece in pieces if piece.windows]
        pairs = [(piece.text, " ".join(s.text for s in span)) for piece in waiting for span in piece.windows]
        unique = list(dict.fromkeys(pairs))
        row = {pair: i for i, pair in enumerate(unique)}
        logits = self._entailment.read(unique)
        found = iter(pairs)
        for piece in waiting:
            piece.logits = logits[[row[next(found)] for _ in piece.windows]]

    def _similarities(self, pieces: list[_Piece]) -> dict[tuple[str, str], float]:
        """Embed what still has to be judged, once, and return the cosine of each claim and span by their texts."""
        if self._embedder is None:
            return {}
        wanted = [
            (piece.text, text.raw)
            for piece in pieces
            for _, text, alignment in piece.candidates
            if alignment.recall >= PARTIAL - 0.1
        ]
        if not wanted:
            return {}
        unique = sorted({text for pair in wanted for text in pair})
        vectors = self._embedder.embed(unique)
        row = {text: i for i, text in enumerate(unique)}
        # Rounded, since the last digits of a vector depend on what else is in the batch.
        return {(a, b): round(float(np.dot(vectors[row[a]], vectors[row[b]])), 3) for a, b in wanted}

    def _verdict(self, claim: Claim, pieces: list[_Piece], similarities: dict[tuple[str, str], float]) -> Verdict:
        judged = [piece.judgement or self._decide(piece, similarities) for piece in pieces]
        status = min((j.status for j in judged), key=lambda s: _GRAVITY[s])
        reasons = dict.fromkeys(f.reason for j in judged for f in j.findings)
        shown = status in _SHOWN
        return Verdict(
            claim=claim,
            status=status,
            score=round(min(j.score for j in judged), 4),
            citations=citations_of(tuple(s for j in judged for s in j.span)) if shown else (),
            reasons=tuple(reasons),
        )

    def _decide(self, piece: _Piece, similarities: dict[tuple[str, str], float]) -> _Judgement:
        """Judge a sentence by the checks and, where there is a model, by both together."""
        checked = self._judge(piece, similarities)
        calibration = self._calibration
        if calibration is None or piece.logits is None:
            return checked
        signals = _signals(piece, checked)
        if signals.refuted:
            return checked
        probability = calibration.probability(signals)
        if not signals.covered:  # nothing to go by: the model alone is no witness
            probability = min(probability, calibration.partial - 0.01)
        span = checked.span if checked.status in _SHOWN else _shortest(piece, log_odds(piece.logits, "E"))
        least = SURE if signals.doubtful else calibration.supported
        if probability >= least and not signals.remote and not any(s.lead for s in span):
            return _Judgement(span, VerdictStatus.SUPPORTED, probability, checked.recall)
        if probability >= calibration.partial:
            status, reason = VerdictStatus.PARTIAL, "Read as a whole, the cited text only nearly says this."
        elif checked.status is VerdictStatus.CONTRADICTED or (
            signals.covered and signals.contradiction >= calibration.contradicted
        ):
            status, reason = VerdictStatus.CONTRADICTED, "Read as a whole, the cited text says otherwise."
        else:
            status, reason = VerdictStatus.UNSUPPORTED, "Read as a whole, the cited text doesn't say this."
        return _Judgement(span, status, probability, checked.recall, checked.findings or [failure(reason)])

    def _judge(self, piece: _Piece, similarities: dict[tuple[str, str], float]) -> _Judgement:
        """Judge a sentence by its candidates and keep the best judgement; the first of equals is the smallest span."""
        best: _Judgement | None = None
        refuted: set[tuple[str, int]] = set()
        for span, text, alignment in piece.candidates:
            judgement = self._weigh(piece, span, text, alignment, similarities.get((piece.text, text.raw)))
            if len(span) == 1 and judgement.status is VerdictStatus.CONTRADICTED and alignment.recall >= PARTIAL:
                refuted.add((span[0].evidence.label, span[0].number))
            if refuted and any((s.evidence.label, s.number) in refuted for s in span) and _RANK[judgement.status] > 1:
                continue
            if best is None or _better(judgement, best):
                best = judgement
        if best is None:
            reason = "The cited text has nothing in common with the claim."
            return _Judgement((), VerdictStatus.UNSUPPORTED, 0.0, 0.0, [failure(reason)])
        return best

    def _weigh(
        self, piece: _Piece, span: Span, evidence: Text, alignment: Alignment, similarity: float | None
    ) -> _Judgement:
        """Judge a sentence of a claim by one span."""
        claim, reader = piece.read, self._reader
        if claim is None:
            raise AssertionError("a piece is read before it is judged")
        opposites, stated = check_opposites(reader, claim, evidence, alignment)
        flips = [
            check_negation(reader, claim, evidence, alignment),
            [*opposites, *check_scope(reader, claim, evidence, alignment)],
            check_order(reader, claim, evidence, alignment),
        ]
        findings = [*check_numbers(reader, claim, evidence), *check_names(claim, evidence), *_settled(flips)]
        if len(span) > 1:
            findings += check_joint(claim, evidence, alignment)
        findings += [reservation(f"The cited text lists this under “{s.lead}”.") for s in span if s.lead]
        counted = {i for q in quantities(claim) for i in range(q.start, q.end)}
        absent = [i for i in alignment.missing if i not in stated and i not in counted]
        added = [i for i in absent if weight(reader, claim.tokens[i]) >= 1]
        light = [i for i in absent if weight(reader, claim.tokens[i]) == 0.5]
        total = sum(weight(reader, claim.tokens[i]) for i in claim.content) or 1.0
        recall = min(1.0, 1 - (len(added) + 0.5 * len(light)) / total)
        close = similarity is not None and similarity >= SAME_MEANING
        if not alignment.pairs and not stated:
            recall = 0.0
        told = added[:MOST_TOLD]
        if not added and len(light) > 1 + len(claim.content) // 6:
            told = light[:MOST_TOLD]
        if told:
            reason = f"The cited text has no counterpart for {', '.join(f'“{claim.tokens[i].raw}”' for i in told)}."
            near = not added or (close and recall >= PARTIAL and len(added) == 1)
            findings.append(reservation(reason) if near else failure(reason))
        if similarity is not None and similarity < FAR_MEANING:
            findings.append(failure("The cited text is about something else."))
        if len(alignment.pairs) + len(stated) < 2:
            findings.append(failure("The cited text has too little in common with the claim."))
        return _Judgement(span, *_status(findings, recall), recall, findings, len(told))


_SHOWN = {VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL}

_GRAVITY = {
    VerdictStatus.CONTRADICTED: 0,
    VerdictStatus.UNSUPPORTED: 1,
    VerdictStatus.PARTIAL: 2,
    VerdictStatus.SUPPORTED: 3,
}


def _signals(piece: _Piece, checked: _Judgement) -> Signals:
    """Return what the calibration looks at."""
    if piece.logits is None:
        raise AssertionError("the model reads a piece before it is judged")
    support = log_odds(piece.logits, "E")
    # What is about a sentence long only serves to point: alone, it easily seems to support what it doesn't.
    _, paragraph, page, joint = (float(support[numbers].max()) for numbers in piece.lengths)
    gravity = Counter(finding.severity for finding in checked.findings)
    return Signals(
        paragraph=paragraph,
        page=page,
        joint=joint,
        contradiction=float(log_odds(piece.logits, "C")[0]),
        recall=checked.recall,
        covered=piece.covered,
        phrases=piece.phrases,
        failures=min(3, gravity[Severity.FAILURE]),
        contradictions=min(2, gravity[Severity.CONTRADICTION]),
        reservations=min(3, gravity[Severity.RESERVATION]),
        missing=checked.missing,
        length=math.log(len(piece.words)),
        evidence=math.log(1 + piece.evidence),
    )


def _shortest(piece: _Piece, support: Vectors) -> Span:
    """Return the shortest part of the best window that supports a sentence about as well."""
    longer = [number for numbers in piece.lengths[1:] for number in numbers]
    best = max(longer, key=lambda number: float(support[number]))
    within = set(piece.windows[best])
    near = [
        span
        for span, value in zip(piece.windows, support, strict=True)
        if within.issuperset(span) and value >= support[best] - ABOUT_AS_WELL
    ]
    return min(near, key=lambda span: sum(len(sentence.words) for sentence in span))


def _settled(flips: list[list[Finding]]) -> list[Finding]:
    """Join findings of negation, opposites and order. Flips of two kinds may cancel out, so neither is clear then."""
    unclear = sum(any(f.severity is Severity.CONTRADICTION for f in kind) for kind in flips) > 1
    return [
        failure(f.reason) if unclear and f.severity is Severity.CONTRADICTION else f for kind in flips for f in kind
    ]


def _verbatim(span: Span) -> _Judgement:
    leads = [reservation(f"The cited text lists this under “{s.lead}”.") for s in span if s.lead]
    if leads:
        return _Judgement(span, VerdictStatus.PARTIAL, 0.6, 1.0, leads)
    return _Judgement(span, VerdictStatus.SUPPORTED, 1.0, 1.0)


def _status(findings: list[Finding], recall: float) -> tuple[VerdictStatus, float]:
    """Return status and score. Scores of the four kinds don't overlap, except unsupported and contradicted."""
    contradictions = sum(f.severity is Severity.CONTRADICTION for f in findings)
    failures = sum(f.severity is Severity.FAILURE for f in findings)
    reservations = sum(f.severity is Severity.RESERVATION for f in findings)
    if contradictions and recall >= TOPIC:
        return VerdictStatus.CONTRADICTED, 0.1 * recall / contradictions
    if contradictions or failures or reservations > 2:
        return VerdictStatus.UNSUPPORTED, 0.5 * recall / (1 + contradictions + failures)
    if reservations:
        return VerdictStatus.PARTIAL, min(0.79, 0.5 + 0.25 * recall / reservations)
    return VerdictStatus.SUPPORTED, 0.8 + 0.19 * recall


def _better(left: _Judgement, right: _Judgement) -> bool:
    """Tell whether ``left`` is the better judgement. A contradiction counts only where the span is nearest in topic."""
    if VerdictStatus.CONTRADICTED in {left.status, right.status} and max(_RANK[left.status], _RANK[right.status]) < 2:
        return left.recall > right.recall + 0.05
    return (_RANK[left.status], left.score) > (_RANK[right.status], right.score + 0.02)
