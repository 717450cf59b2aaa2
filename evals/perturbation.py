"""How surely the verifier notices that a sentence was changed, by the kind of error, on our own knowledge.

After Ribeiro et al. 2020, "Beyond Accuracy: CheckList": sentences of the library are judged by their own passages, once
as they stand, which must be supported, and once with one small error, which must not. The errors are made by rules
(``altering``) or written by people (``training/claims.yaml``). Sentences of topics that the training of the verifier
left out come first.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import islice

from advisor.domain import Claim, Evidence, Progress, Source, SourceKind, Verdict, VerdictStatus
from advisor.ingest.loading import load_document
from advisor.ingest.passages import split_passages
from advisor.ports import ProgressCallback, Verifier
from advisor.sentences import sentence_spans

from .altering import ALTERATIONS, Alteration
from .matching import content_stems
from .metrics import SEED, Estimate, wilson
from .sections import Section, Table
from .training.pairs import held_out, topics
from .words import interval, percent

SENTENCES = 1000
"""Sentences that are judged as they stand."""
ALTERED = 70
"""Most altered sentences of a kind. A model needs 30 to 50 ms for one on a core, and a minute is to do for all."""
WRITTEN = 25
"""Most errors of a kind that people wrote."""
PARAPHRASES = 150
"""Most paraphrases."""
AT_ONCE = 25
"""Claims that are judged in one call, after which progress is told."""
FEWEST = 20
"""Claims of a kind below which its rate is left out of the least one."""
FEWEST_WORDS = 6
"""Words of the shortest sentence."""
EXAMPLES = 2
"""Most unnoticed errors of a kind that are shown."""
ALIKE = 0.5
"""Share of a sentence's content words from which another sentence may say the same."""

PASSAGE = "passage"
"""The kind of error in which a right sentence is cited to a passage that doesn't state it."""
_MEANINGS = {
    "number": "another number",
    "unit": "another unit or frequency",
    "date": "another year, season or day",
    "entity": "another name",
    "negation": "a “not” put in or taken out",
    "quantifier": "wider or narrower: all for some, every second for every",
    "modality": "will for may, must for can, need not for should",
    "comparative": "more for less, before for after",
    "attribution": "said by somebody else",
    PASSAGE: "the right sentence, cited to another section of its source",
    "cause": "another cause or effect",
    "scope": "about more or other things",
    "neither": "adds what the passage doesn't say",
}


@dataclass(frozen=True)
class Quotable:
    """A sentence of the library in its passage.

    Attributes:
        text: The sentence, in one line.
        evidence: The passage, labelled uniquely.
        left_out: Whether the training of the verifier left its topic out.
        written: Claims that people wrote on it, if it was left out: the kind of error (``E`` for none) and the claim.
    """

    text: str
    evidence: Evidence
    left_out: bool = False
    written: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Trial:
    """A claim to be judged.

    Attributes:
        kind: The kind of error; empty where there is none.
        sentence: The sentence that it was made from.
        claim: The claim; its one label is that of the evidence.
        evidence: What it is judged by.
        left_out: As in ``Quotable``.
    """

    kind: str
    sentence: str
    claim: Claim
    evidence: Evidence
    left_out: bool


@dataclass(frozen=True)
class Trials:
    """All claims of a run.

    Attributes:
        untouched: Sentences as they stand.
        altered: Sentences with an error made by rule, in order of kind.
        paraphrases: Sentences in other words, written by people.
        written: Sentences with an error that people wrote, in order of kind.
    """

    untouched: tuple[Trial, ...]
    altered: tuple[Trial, ...]
    paraphrases: tuple[Trial, ...]
    written: tuple[Trial, ...]


def perturbation_section(
    verifier: Verifier, progress: ProgressCallback | None = None, trials: Trials | None = None
) -> Section:
    """Measure what a verifier notices.

    Args:
        verifier: The judge.
        progress: Is told about each batch of claims.
        trials: What to judge; made from the bundled knowledge if ``None``.

    Returns:
        Rates by kind of error with Wilson intervals; ``figures`` has ``perturbation_detected_<kind>`` for the errors
        made by rule, ``perturbation_least_detected``, ``perturbation_written_detected``, ``perturbation_false_alarms``
        (share of untouched sentences that are not supported) and ``perturbation_paraphrases_lost`` (not even partly).
    """
    trials = trials or make_trials(tuple(quotables()))
    groups = (trials.untouched, trials.altered, trials.paraphrases, trials.written)
    verdicts = iter(_judged([trial for group in groups for trial in group], verifier, progress))
    untouched, altered, paraphrases, written = (list(islice(verdicts, len(group))) for group in groups)
    by_kind = {kind: _noticed(found) for kind, found in _by_kind(trials.altered, altered).items()}
    alarms = _noticed(untouched)
    lost = wilson(sum(verdict.status not in _SHOWN for verdict in paraphrases), len(paraphrases))
    rates = {f"detected_{kind}": figure for kind, figure in by_kind.items()} | {
        "written_detected": _noticed(written),
        "false_alarms": alarms,
        "paraphrases_lost": lost,
    }
    figures = {f"perturbation_{name}": rate.value for name, rate in rates.items() if rate.value is not None}
    sure = [rate.value for rate in by_kind.values() if rate.value is not None and rate.cases >= FEWEST]
    return Section(
        "What the verifier notices",
        "Sentences of our own knowledge are judged by the passage that they stand in: as they are, and with one small "
        "error. An error is noticed if the sentence is not shown as supported; “partial” counts as noticed, and is "
        "listed beside it. Rules make the errors of the first table, people wrote those of the second and the "
        f"paraphrases. Of the sentences with errors, {percent(_left_out(trials))} belong to topics that the training "
        "of the verifier left out.\n\nA judge that believes nothing notices every error, so the last row of the third "
        "table belongs to each of the rates: how many right sentences it turns away as soon as they aren't word for "
        "word those of the passage. The rules go by words. Samples of what they make were read by hand, but not each "
        "sentence: a few may still hold, and then count as unnoticed.",
        (
            _table("Errors made by rule", trials.altered, altered),
            _table("Errors that people wrote", trials.written, written),
            Table(
                ("Right sentences", "sentences", "supported", "partial", "false alarms"),
                (
                    _row("as they stand; a false alarm is any verdict but “supported”", untouched, alarms),
                    _row("in other words; a false alarm is what is not even partly supported", paraphrases, lost),
                ),
                "Sentences without an error; in brackets 95 % Wilson intervals",
            ),
            _unnoticed([*trials.altered, *trials.written], [*altered, *written]),
        ),
        figures=figures | ({"perturbation_least_detected": min(sure)} if sure else {}),
    )


def make_trials(found: Sequence[Quotable], seed: int = SEED) -> Trials:
    """Draw sentences and make the claims on them.

    Args:
        found: The sentences to draw from.
        seed: Seed of the draws.
    """
    rng = random.Random(seed)
    drawn = sorted(rng.sample(found, len(found)), key=lambda one: not one.left_out)
    untouched = tuple(_trial("", one.text, one) for one in drawn[:SENTENCES])
    return Trials(untouched, tuple(_altered(drawn, rng)), *_written(drawn, rng))


def quotables() -> Iterator[Quotable]:
    """Return the sentences of the bundled knowledge, each with its passage as the index would hold it."""
    written = {
        sentence["text"]: tuple((claim["type"], claim["text"]) for claim in sentence["claims"])
        for group, entry in topics()
        if held_out(group)
        for sentence in entry["sentences"]
    }
    number = 0
    with as_file(files("advisor.knowledge")) as folder:
        for path in sorted([*folder.glob("documents/*.md"), *folder.glob("guidance/*.md")]):
            document = load_document(path, max_bytes=10_000_000, strict_front_matter=True)
            kind: SourceKind = "document" if path.parent.name == "documents" else "guidance"
            source = Source(id=path.stem, title=document.title, kind=kind, origin=path.name)
            for passage in split_passages(source.id, document):
                number += 1
                evidence = Evidence(label=f"E{number}", passage=passage, source=source, score=1.0)
                for start, end in sentence_spans(passage.text):
                    text = " ".join(passage.text[start:end].split())
                    if text.endswith(".") and len(text.split()) >= FEWEST_WORDS:
                        yield Quotable(text, evidence, text in written, written.get(text, ()))


_SHOWN = (VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL)


def _trial(kind: str, text: str, one: Quotable, evidence: Evidence | None = None) -> Trial:
    evidence = evidence or one.evidence
    return Trial(kind, one.text, Claim(text=text, labels=(evidence.label,)), evidence, one.left_out)


def _altered(found: Sequence[Quotable], rng: random.Random) -> Iterator[Trial]:
    """Alter sentences, the first ones first, until there are enough of each kind."""
    for kind, alter in ALTERATIONS.items():
        yield from islice(_with_error(kind, alter, found, rng), ALTERED)
    yield from islice(_wrongly_cited(found, rng), ALTERED)


def _with_error(kind: str, alter: Alteration, found: Sequence[Quotable], rng: random.Random) -> Iterator[Trial]:
    for one in found:
        around = [other.evidence.passage.text for other in rng.sample(found, min(3, len(found)))]
        text = alter(one.text, " ".join((one.evidence.passage.text, *around)), rng)
        if text and text not in " ".join(one.evidence.passage.text.split()):
            yield _trial(kind, text, one)


def _wrongly_cited(found: Sequence[Quotable], rng: random.Random) -> Iterator[Trial]:
    passages: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for one in found:
        passages[one.evidence.source.id][one.evidence.label] = one.evidence
    for one in found:
        others = list(passages[one.evidence.source.id].values())
        wrong = next((other for other in rng.sample(others, len(others)) if not _may_state(other, one)), None)
        if wrong is not None:
            yield _trial(PASSAGE, one.text, one, wrong)


def _may_state(other: Evidence, one: Quotable) -> bool:
    """Say whether a passage is of the sentence's own section, or has a sentence with many of its words."""
    if other.passage.headings[:2] == one.evidence.passage.headings[:2]:
        return True
    words = {*content_stems(one.text)}
    sentences = [other.passage.text[start:end] for start, end in sentence_spans(other.passage.text)]
    return any(len(words & {*content_stems(sentence)}) >= ALIKE * len(words) for sentence in sentences)


def _written(found: Sequence[Quotable], rng: random.Random) -> tuple[tuple[Trial, ...], tuple[Trial, ...]]:
    """Draw from the paraphrases and the errors that people wrote."""
    by_kind: dict[str, list[Trial]] = defaultdict(list)
    for one in found:
        for kind, text in one.written:
            error = "" if kind == "E" else kind
            by_kind[error].append(_trial(error, text, one))
    chosen = {
        kind: rng.sample(trials, min(len(trials), WRITTEN if kind else PARAPHRASES))
        for kind, trials in sorted(by_kind.items())
    }
    paraphrases = chosen.pop("", [])
    return tuple(paraphrases), tuple(trial for trials in chosen.values() for trial in trials)


def _judged(trials: Sequence[Trial], verifier: Verifier, progress: ProgressCallback | None) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for start in range(0, len(trials), AT_ONCE):
        batch = trials[start : start + AT_ONCE]
        evidence = {trial.evidence.label: trial.evidence for trial in batch}
        verdicts += verifier.check([trial.claim for trial in batch], list(evidence.values()))
        if progress is not None:
            progress(Progress(stage="checking", done=len(verdicts), total=len(trials)))
    return verdicts


def _by_kind(trials: Sequence[Trial], verdicts: Sequence[Verdict]) -> Mapping[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = defaultdict(list)
    for trial, verdict in zip(trials, verdicts, strict=True):
        found[trial.kind].append(verdict)
    return found


def _noticed(verdicts: Sequence[Verdict]) -> Estimate:
    return wilson(sum(verdict.status is not VerdictStatus.SUPPORTED for verdict in verdicts), len(verdicts))


def _left_out(trials: Trials) -> float:
    judged = [*trials.altered, *trials.written]
    return sum(trial.left_out for trial in judged) / max(1, len(judged))


def _table(caption: str, trials: Sequence[Trial], verdicts: Sequence[Verdict]) -> Table:
    rows = []
    for kind, found in [*_by_kind(trials, verdicts).items(), ("all", list(verdicts))]:
        counted = Counter(verdict.status for verdict in found)
        name = f"{kind}: {_MEANINGS[kind]}" if kind in _MEANINGS else kind
        shown = (counted[VerdictStatus.PARTIAL], counted[VerdictStatus.CONTRADICTED])
        rows.append((name, str(len(found)), interval(_noticed(found)), *map(str, shown)))
    columns = ("Kind of error", "claims", "noticed", "of them partial", "of them contradicted")
    return Table(columns, tuple(rows), f"{caption}; in brackets 95 % Wilson intervals")


def _row(name: str, verdicts: Sequence[Verdict], alarms: Estimate) -> tuple[str, ...]:
    counted = Counter(verdict.status for verdict in verdicts)
    return (name, str(len(verdicts)), *(str(counted[status]) for status in _SHOWN), interval(alarms))


def _unnoticed(trials: Sequence[Trial], verdicts: Sequence[Verdict]) -> Table:
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for trial, verdict in zip(trials, verdicts, strict=True):
        if verdict.status is VerdictStatus.SUPPORTED and len(rows[trial.kind]) < EXAMPLES:
            rows[trial.kind].append((trial.kind, trial.claim.text, trial.sentence))
    chosen = tuple(row for kind in sorted(rows) for row in rows[kind])
    return Table(("Kind of error", "Taken for supported", "Made from"), chosen, "Some errors that were not noticed")
