"""How far the judge can be trusted: a verifier's verdicts beside labels.

The same verifier guards the answers and judges them, so nothing that it says of them means more than what is found
here. Beside it stands the simplest rival: the share of a claim's content words that the evidence has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from advisor.domain import Claim, Evidence, Passage, Progress, Source, VerdictStatus
from advisor.ports import ProgressCallback, Verifier
from advisor.sentences import sentence_spans

from .agreement import (
    Numbers,
    Resampling,
    Truths,
    auc,
    balanced_accuracy,
    best_threshold,
    calibration_error,
    f1,
    mean_by_verdict,
    rate,
    reliability,
)
from .labelled import PUBLIC, VERBATIM, Labelled, LabelledSets
from .matching import content_stems
from .metrics import Estimate, Record, quote_is_exact
from .sections import Plot, Section, Series, Table

AT_ONCE = 16
"""Pairs in one call of the verifier."""
PASSAGE_WORDS = 400
"""Words from which on evidence is cut into passages."""
_TAKEN_OVER = "taken over"
"""What stands for the verdict of a sentence that was taken over from its source as it is."""

_OWN = ("library", "documents")
_TITLES = {
    "own": "own claims, all",
    "library": "own: on the library",
    "documents": "own: on invented documents",
    "frank": "FRANK, validation",
    "wice": "WiCE, dev",
    "vitaminc": "VitaminC, held-out pages",
}


@dataclass(frozen=True, eq=False)
class Judged:
    """Pairs with what the judge said of them.

    Attributes:
        pairs: The pairs.
        score: Its confidence that each claim is supported, shape (pairs,), 0 to 1.
        status: Its verdicts.
        overlap: Share of the claim's content words that the evidence has, shape (pairs,), 0 to 1.
        judge: Its name.
    """

    pairs: tuple[Labelled, ...]
    score: Numbers
    status: tuple[VerdictStatus, ...]
    overlap: Numbers
    judge: str

    @cached_property
    def truth(self) -> Truths:
        """Whether each claim is supported."""
        return np.array([pair.supported for pair in self.pairs], dtype=bool)

    @cached_property
    def decided(self) -> Truths:
        """Whether the judge said so: the verdict is ``supported``; ``partial`` is not."""
        return np.array([status is VerdictStatus.SUPPORTED for status in self.status], dtype=bool)

    @cached_property
    def by_words(self) -> Truths:
        """Whether the overlap says so, from the threshold on that is best on these very pairs."""
        if self.truth.all() or not self.truth.any():
            return np.ones(len(self.pairs), dtype=bool)
        return np.asarray(self.overlap >= best_threshold(self.overlap, self.truth))

    @property
    def groups(self) -> list[str]:
        """The group of each pair."""
        return [pair.group for pair in self.pairs]

    def only(self, mask: Truths) -> Judged:
        """Return some of the pairs."""
        rows = np.flatnonzero(mask)
        return Judged(
            tuple(self.pairs[i] for i in rows),
            self.score[rows],
            tuple(self.status[i] for i in rows),
            self.overlap[rows],
            self.judge,
        )

    def __add__(self, other: Judged) -> Judged:
        """Return the pairs of both."""
        return Judged(
            self.pairs + other.pairs,
            np.concatenate([self.score, other.score]),
            self.status + other.status,
            np.concatenate([self.overlap, other.overlap]),
            self.judge,
        )


# -- verdicts -------------------------------------------------------------------------------------------------------


def judge(verifier: Verifier, pairs: Sequence[Labelled], progress: ProgressCallback | None = None) -> Judged:
    """Let a verifier judge pairs.

    Evidence of more than ``PASSAGE_WORDS`` words is cut into passages of whole sentences, all of which the claim names.

    Args:
        verifier: The judge. It sees evidence and claim and nothing else.
        pairs: What to judge.
        progress: Is told before each batch how many pairs are done.
    """
    score: list[float] = []
    status: list[VerdictStatus] = []
    for at in range(0, len(pairs), AT_ONCE):
        part = pairs[at : at + AT_ONCE]
        if progress is not None:
            progress(Progress(stage="judging", done=at, total=len(pairs), item=part[0].group))
        labels: dict[str, tuple[str, ...]] = {}
        evidence: list[Evidence] = []
        for text in dict.fromkeys(pair.evidence for pair in part):
            passages = _as_evidence(text, first=len(evidence) + 1)
            labels[text] = tuple(passage.label for passage in passages)
            evidence += passages
        claims = [Claim(text=pair.claim, labels=labels[pair.evidence]) for pair in part]
        for verdict in verifier.check(claims, evidence):
            score.append(verdict.score)
            status.append(verdict.status)
    if progress is not None and pairs:
        progress(Progress(stage="judging", done=len(pairs), total=len(pairs)))
    return Judged(tuple(pairs), np.array(score, dtype=np.float64), tuple(status), _overlap(pairs), verifier.name)


def judge_sets(
    verifier: Verifier, labelled: LabelledSets, progress: ProgressCallback | None = None
) -> dict[str, Judged]:
    """Let a verifier judge all sets; those of our own are there together, too, as ``own``."""
    judged = {name: judge(verifier, pairs, progress) for name, pairs in labelled.sets.items()}
    own = [judged[name] for name in _OWN if name in judged]
    together = {"own": own[0] + own[1]} if len(own) == len(_OWN) else {}
    return together | judged


def _as_evidence(text: str, *, first: int) -> list[Evidence]:
    """Return a text as passages that hold all of it, labelled from ``E{first}`` on."""
    source = Source(id=f"evidence-{first}", title="Evidence", kind="upload", origin="evidence.txt")
    return [
        Evidence(
            label=f"E{number}",
            passage=Passage(
                id=f"{source.id}-{number}", source_id=source.id, text=text[start:end], start=start, end=end
            ),
            source=source,
            score=1.0,
        )
        for number, (start, end) in enumerate(_cut(text), start=first)
    ]


def _cut(text: str) -> list[tuple[int, int]]:
    """Cut a text after whole sentences; a sentence that is longer than a passage makes one of its own."""
    if len(text.split()) <= PASSAGE_WORDS:
        return [(0, len(text))]
    cuts, length, last = [0], 0, 0
    for start, end in sentence_spans(text):
        size = len(text[start:end].split())
        if length and length + size > PASSAGE_WORDS:
            cuts.append(last)
            length = 0
        length += size
        last = end
    return [(start, end) for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True) if start < end]


def _overlap(pairs: Sequence[Labelled]) -> Numbers:
    """Return the share of each claim's content words that its evidence has, by stems; 0 for a claim without any."""
    known: dict[str, set[str]] = {}
    shares = []
    for pair in pairs:
        if pair.evidence not in known:
            known[pair.evidence] = set(content_stems(pair.evidence))
        stems = set(content_stems(pair.claim))
        shares.append(len(stems & known[pair.evidence]) / max(1, len(stems)))
    return np.array(shares, dtype=np.float64)


# -- answers --------------------------------------------------------------------------------------------------------


class Support(NamedTuple):
    """How many of the sentences shown in answers are supported.

    Attributes:
        share: The share, corrected for the judge's errors; ``cases`` is the number of sentences.
        taken_over: How many of the sentences are taken over word for word from their source.
    """

    share: Estimate
    taken_over: int


def corrected_support(answers: Sequence[Record], judged: Judged) -> Support:
    """Estimate the share of shown sentences that are indeed supported, with the judge's known errors.

    A sentence that equals an exact quote but for white space is supported without a judge. For any other, the share is
    taken that is supported of the labelled claims with the same verdict (``mean_by_verdict``). No one labelled answers,
    so the labels are those of claims that were written to be hard, most of them false: where answers are drafted in
    good faith, a verdict ``supported`` is right more often than there, and the estimate errs on the low side. For
    answers of a model that makes more up than those claims do, it errs on the high side.

    ``corrected_mean`` would be wrong here: it takes answers and labelled claims for the same population, and the guard
    shows what the judge accepts, which makes them different by construction.

    Args:
        answers: The answers; sides of a disagreement are quotes, and left out.
        judged: The labelled claims, own and unseen. Those that are verbatim are left out.
    """
    verdicts, groups = [], []
    for record in answers:
        for verdict in record.answer.verdicts:
            taken_over = verdict.status is VerdictStatus.SUPPORTED and any(
                quote_is_exact(citation, record.texts or {}) and citation.quote.split() == verdict.claim.text.split()
                for citation in verdict.citations
            )
            verdicts.append(_TAKEN_OVER if taken_over else verdict.status.value)
            groups.append(record.case.id)
    if not verdicts:
        return Support(Estimate(None, None, None, 0), 0)
    hard = judged.only(np.array([pair.kind != VERBATIM for pair in judged.pairs], dtype=bool))
    corrected = mean_by_verdict(
        verdicts,
        [status.value for status in hard.status],
        hard.truth.tolist(),
        groups=groups,
        labelled_groups=hard.groups,
        known={_TAKEN_OVER: 1.0},
    )
    return Support(corrected, verdicts.count(_TAKEN_OVER))


# -- the report -----------------------------------------------------------------------------------------------------


def judge_section(judged: Mapping[str, Judged], labelled: LabelledSets, answers: Sequence[Record] = ()) -> Section:
    """Report how far the judge agrees with people; the section that a report opens with.

    Args:
        judged: What ``judge_sets`` returned.
        labelled: What was judged.
        answers: Answers whose support is to be corrected for the judge's errors; without any, nothing is.

    Returns:
        Tables by set and kind of error, curves, and figures such as ``judge_own_balanced_accuracy``.
    """
    measured = {name: _measured(one) for name, one in judged.items() if one.pairs}
    figures = {
        f"judge_{name}_{figure}": found.value
        for name, estimates in measured.items()
        for figure, found in estimates.items()
        if found.value is not None
    }
    support = corrected_support(answers, judged["own"]) if answers and "own" in judged else None
    if support is not None and support.share.value is not None:
        figures["support_corrected"] = support.share.value
    text = [_trust(judged, measured), _METHOD, _RESERVATIONS, _gaps(labelled), _on_answers(support)]
    tables = [_agreement_table(judged, measured), _overlap_table(measured), _contradiction_table(judged)]
    if "own" in judged:
        tables.append(_kinds_table(judged["own"]))
    return Section(
        "How far the judge can be trusted",
        "\n\n".join(paragraph for paragraph in text if paragraph),
        tuple(table for table in tables if table.rows),
        (_reliability_plot(judged), _roc_plot(judged)) if measured else (),
        figures,
    )


_METHOD = (
    "Balanced accuracy is the mean of the shares of supported and of other claims that are told right, at the judge's "
    "one fixed threshold; a verdict of “partial” counts as not supported. AUC is how often a supported claim scores "
    "higher than another. The calibration error (ECE) is the mean distance of score and truth over ten bins of the "
    "score; chance adds to it and its interval lies high. Intervals hold 95 % of 1,000 resamples of whole documents, "
    "pages or topics. Overlap is the share of a claim's content words that the evidence has, with the threshold that "
    "is best on the very pairs it is measured on: a rival that is made to look good."
)

_RESERVATIONS = (
    "The judge's network was trained on none of these pairs. Its calibration and its threshold were fitted on sets of "
    "the same kind, in part on these very pairs (advisor.evals.training.calibrating), and the network was chosen by "
    "them, so expect a little less on sets that nobody looked at. Our own claims carry the label that they "
    "were written for; nobody labelled them a second time. They were written to be hard: more than half are false, "
    "mostly by one small change that keeps the words, while the true ones are worded anew, which is why overlap does "
    "so badly there. In answers most sentences are taken over word for word, which is easy "
    "to judge: the shares above are not those of answers."
)


def _measured(judged: Judged) -> dict[str, Estimate]:
    """Return the figures of a set."""
    truth, decided, score = judged.truth, judged.decided, judged.score
    overlap, by_words = judged.overlap, judged.by_words
    resampling = Resampling(judged.groups)
    return {
        "balanced_accuracy": resampling.estimate(lambda w: balanced_accuracy(w, decided, truth)),
        "f1": resampling.estimate(lambda w: f1(w, decided, truth)),
        "auc": resampling.estimate(lambda w: auc(w, score, truth)),
        "ece": resampling.estimate(lambda w: calibration_error(w, score, truth)),
        "precision": _rate(judged, truth, decided),
        "misses": _rate(judged, decided, ~truth),
        "false_alarms": _rate(judged, ~decided, truth),
        "overlap_balanced_accuracy": resampling.estimate(lambda w: balanced_accuracy(w, by_words, truth)),
        "overlap_auc": resampling.estimate(lambda w: auc(w, overlap, truth)),
        "balanced_accuracy_gain": resampling.estimate(
            lambda w: balanced_accuracy(w, decided, truth) - balanced_accuracy(w, by_words, truth)
        ),
        "auc_gain": resampling.estimate(lambda w: auc(w, score, truth) - auc(w, overlap, truth)),
    }


def _trust(judged: Mapping[str, Judged], measured: Mapping[str, Mapping[str, Estimate]]) -> str:
    """Say in words how far the judge can be trusted."""
    if not measured:
        return "Nothing was judged."
    name = next(iter(judged.values())).judge
    sentences = [f"The judge is {name}."]
    for key, found in measured.items():
        if key in _OWN and "own" in measured:
            continue
        sentences.append(
            f"{_TITLES[key][0].upper()}{_TITLES[key][1:]}: balanced accuracy {_cell(found['balanced_accuracy'])}, "
            f"{_beside(found['balanced_accuracy_gain'])}. There {_share(found['precision'])} of what it calls "
            f"supported is, and it lets {_share(found['misses'])} of what isn't pass."
        )
    return " ".join(sentences)


def _share(figure: Estimate) -> str:
    """Return a share as a percentage for running text."""
    if figure.value is None:
        return "nothing"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.0%}"
    return f"{figure.value:.0%} ({figure.low:.0%}–{figure.high:.0%})"


def _beside(gain: Estimate) -> str:
    if gain.value is None:
        return "with nothing to compare it with"
    if gain.low is not None and gain.low > 0:
        return "better than counting common words"
    if gain.high is not None and gain.high < 0:
        return "worse than counting common words"
    return "not surely better than counting common words"


def _gaps(labelled: LabelledSets) -> str:
    drawn = [
        f"{_TITLES[name]} ({len(labelled.sets[name]):,} of {size:,} pairs)" for name, size in labelled.sampled.items()
    ]
    sentences = [f"Drawn at random: {'; '.join(drawn)}."] if drawn else []
    if labelled.missing:
        sentences.append(f"Not measured, because the files were not found: {', '.join(labelled.missing)}.")
    elif not any(name in labelled.sets for name in PUBLIC):
        sentences.append("The sets of other people were not measured: no folder with them was given.")
    return " ".join(sentences)


def _on_answers(support: Support | None) -> str:
    if support is None or support.share.value is None:
        return ""
    return (
        f"Corrected for these errors, {_share(support.share)} of the {support.share.cases:,} sentences shown in "
        f"answers are supported. {support.taken_over:,} of them are taken over word for word. For the others the "
        "labels of our own claims stand in, verdict by verdict, as nobody labelled answers: prediction-powered "
        "inference, stratified. Since those claims are harder than what answers say, this errs on the low side where a "
        "model drafts in good faith; of a model that makes up a lot it can err on the high side."
    )


def _agreement_table(judged: Mapping[str, Judged], measured: Mapping[str, Mapping[str, Estimate]]) -> Table:
    names = ("balanced_accuracy", "f1", "auc", "ece", "precision", "misses")
    return Table(
        ("set", "pairs", "groups", "balanced accuracy", "F1", "AUC", "ECE", "called supported and is", "let pass"),
        tuple(
            (
                _TITLES[key],
                f"{len(judged[key].pairs):,}",
                f"{len(set(judged[key].groups)):,}",
                *(_cell(found[name]) for name in names),
            )
            for key, found in measured.items()
        ),
        "The judge beside the labels; in brackets 95 % cluster-bootstrap intervals",
    )


def _overlap_table(measured: Mapping[str, Mapping[str, Estimate]]) -> Table:
    names = ("balanced_accuracy_gain", "auc_gain")
    columns = ("set", "overlap: balanced accuracy", "overlap: AUC", "judge minus overlap: balanced accuracy", "AUC")
    return Table(
        columns,
        tuple(
            (
                _TITLES[key],
                _cell(found["overlap_balanced_accuracy"]),
                _cell(found["overlap_auc"]),
                *(_cell(found[name], signed=True) for name in names),
            )
            for key, found in measured.items()
        ),
        "Counting common words, and what the judge adds to it, resampled in pairs",
    )


def _contradiction_table(judged: Mapping[str, Judged]) -> Table:
    rows = []
    for key, whole in judged.items():
        one = whole.only(np.array([pair.contradicted is not None for pair in whole.pairs], dtype=bool))
        if not one.pairs:
            continue
        truth = np.array([pair.contradicted for pair in one.pairs], dtype=bool)
        said = np.array([status is VerdictStatus.CONTRADICTED for status in one.status], dtype=bool)
        shares = _rate(one, said, truth), _rate(one, truth, said)
        rows.append((_TITLES[key], f"{int(truth.sum()):,}", *map(_cell, shares)))
    return Table(
        ("set", "contradicted", "of them called so", "called so and are"),
        tuple(rows),
        "Claims that the evidence contradicts, where that was labelled",
    )


def _rate(judged: Judged, right: Truths, among: Truths) -> Estimate:
    return rate(right[among], [pair.group for pair, counts in zip(judged.pairs, among, strict=True) if counts])


def _kinds_table(judged: Judged) -> Table:
    weights, found = np.ones((1, len(judged.pairs))), []
    for supported, kind in dict.fromkeys((pair.supported, pair.kind) for pair in judged.pairs if pair.kind):
        mask = np.array([(pair.supported, pair.kind) == (supported, kind) for pair in judged.pairs], dtype=bool)
        one = judged.only(mask)
        right = rate(one.decided == one.truth, one.groups)
        against = weights * (mask | (judged.truth != supported))  # the kind, and all claims of the other truth
        with np.errstate(invalid="ignore"):
            ranked = [float(auc(against, score, judged.truth)[0]) for score in (judged.score, judged.overlap)]
        found.append((supported, right, kind, len(set(one.groups)), ranked))
    found.sort(key=lambda row: (row[0], row[1].value or 0.0, row[2]))
    return Table(
        ("kind", "is", "pairs", "groups", "told right", "AUC", "overlap: AUC"),
        tuple(
            (
                kind,
                "supported" if supported else "not",
                str(right.cases),
                str(groups),
                _cell(right),
                *(f"{value:.3f}" if np.isfinite(value) else "–" for value in ranked),
            )
            for supported, right, kind, groups, ranked in found
        ),
        "Own claims by kind of error and of support, the worst first; AUC is against all claims of the other truth",
    )


def _reliability_plot(judged: Mapping[str, Judged]) -> Plot:
    return Plot(
        "Calibration: score and truth",
        "mean score of the judge in a bin",
        "share of claims that are supported",
        tuple(
            Series(_TITLES[key], tuple((bin_.score, bin_.true) for bin_ in reliability(one.score, one.truth)))
            for key, one in judged.items()
            if key not in _OWN and one.pairs
        ),
        diagonal=True,
    )


def _roc_plot(judged: Mapping[str, Judged]) -> Plot:
    from sklearn.metrics import roc_curve  # type: ignore[import-untyped,unused-ignore]  # slow to import

    series = []
    for key, one in judged.items():
        if key in _OWN or one.truth.all() or not one.truth.any():
            continue
        alarms, hits, _ = roc_curve(~one.truth, -one.score)
        series.append(Series(_TITLES[key], tuple(zip(alarms.tolist(), hits.tolist(), strict=True))))
    return Plot(
        "Found and false alarms at all thresholds",
        "share of supported claims that are called false",
        "share of other claims that are found",
        tuple(series),
        diagonal=True,
    )


def _cell(figure: Estimate, *, signed: bool = False) -> str:
    if figure.value is None:
        return "–"
    sign = "+" if signed else ""
    if figure.low is None or figure.high is None:
        return f"{figure.value:{sign}.3f}"
    between = " to " if signed else "–"
    return f"{figure.value:{sign}.3f} ({figure.low:{sign}.3f}{between}{figure.high:{sign}.3f})"
