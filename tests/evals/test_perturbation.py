"""What is judged, and what is made of the verdicts."""

from collections.abc import Sequence

import pytest

from advisor.domain import Claim, Evidence, Passage, Progress, Source, Verdict, VerdictStatus
from advisor.evals.perturbation import (
    PASSAGE,
    SENTENCES,
    Quotable,
    Trials,
    make_trials,
    perturbation_section,
    quotables,
)
from advisor.verification import SupportVerifier

SECTIONS = {
    "Messages": "Answer every message within two days. A reply may be short. Do not argue in public, it helps nobody.",
    "Pictures": "One source says that pictures often bring more visits. Post on Instagram before Monday evening.",
    "Prices": "The course cost 40 pounds in 2014. Higher prices can keep some customers away.",
}
WRITTEN = (
    ("E", "Messages should get their answer within two days."),
    ("number", "Answer every message within nine days."),
)


class Always:
    """A verifier that gives every claim the same verdict."""

    name = "always"

    def __init__(self, status: VerdictStatus) -> None:
        self.status = status
        self.calls = 0

    def check(self, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Verdict, ...]:
        self.calls += 1
        assert {label for claim in claims for label in claim.labels} == {item.label for item in evidence}
        return tuple(Verdict(claim=claim, status=self.status, score=1.0) for claim in claims)


def sentences() -> list[Quotable]:
    found = []
    source = Source(id="shop", title="The shop", kind="guidance", origin="shop.md")
    for number, (heading, text) in enumerate(SECTIONS.items(), start=1):
        passage = Passage(
            id=heading, source_id="shop", text=text, headings=("The shop", heading), start=0, end=len(text)
        )
        evidence = Evidence(label=f"E{number}", passage=passage, source=source, score=1.0)
        for sentence in text.replace(". ", ".\n").splitlines():
            first = sentence.startswith("Answer")
            found.append(Quotable(sentence, evidence, left_out=first, written=WRITTEN if first else ()))
    return found


@pytest.fixture(scope="module")
def trials() -> Trials:
    return make_trials(sentences())


def test_each_kind_of_error_is_made_where_it_applies(trials: Trials) -> None:
    assert {trial.kind for trial in trials.altered} == {
        *("number", "unit", "date", "entity", "negation", "quantifier", "modality", "comparative", "attribution"),
        PASSAGE,
    }
    assert [trial.claim.text for trial in trials.paraphrases] == [WRITTEN[0][1]]
    assert [(trial.kind, trial.claim.text) for trial in trials.written] == [WRITTEN[1]]
    for trial in (*trials.altered, *trials.written):
        assert trial.claim.labels == (trial.evidence.label,)
        assert trial.claim.text not in trial.evidence.passage.text


def test_a_wrong_passage_is_of_another_section(trials: Trials) -> None:
    wrong = [trial for trial in trials.altered if trial.kind == PASSAGE]
    assert len(wrong) == len(sentences())
    assert all(trial.claim.text == trial.sentence for trial in wrong)
    assert all(trial.sentence not in trial.evidence.passage.text for trial in wrong)


def test_sentences_of_topics_that_training_left_out_come_first(trials: Trials) -> None:
    assert [trial.left_out for trial in trials.untouched] == [True] + [False] * (len(sentences()) - 1)
    assert trials == make_trials(sentences())
    assert trials != make_trials(sentences(), seed=1)


def test_the_checks_notice_the_errors(trials: Trials) -> None:
    seen: list[Progress] = []
    section = perturbation_section(SupportVerifier(), seen.append, trials)
    assert section.figures["perturbation_false_alarms"] == 0.0
    assert section.figures["perturbation_detected_number"] == 1.0
    assert section.figures["perturbation_detected_negation"] == 1.0
    assert section.figures["perturbation_detected_passage"] == 1.0
    assert "perturbation_least_detected" not in section.figures  # too few claims of any kind to say
    total = sum(map(len, (trials.untouched, trials.altered, trials.paraphrases, trials.written)))
    assert [step.done for step in seen] == [min(done, total) for done in range(25, total + 25, 25)]


def test_who_believes_everything_notices_nothing(trials: Trials) -> None:
    section = perturbation_section(Always(VerdictStatus.SUPPORTED), trials=trials)
    rates = {name: rate for name, rate in section.figures.items() if "detected" in name}
    assert set(rates.values()) == {0.0}
    assert section.figures["perturbation_false_alarms"] == section.figures["perturbation_paraphrases_lost"] == 0.0
    examples = section.tables[-1]
    assert len(examples.rows) > 8
    assert ("number", WRITTEN[1][1], "Answer every message within two days.") in examples.rows


def test_partial_is_noticed_but_counted_apart_and_no_lost_paraphrase(trials: Trials) -> None:
    section = perturbation_section(Always(VerdictStatus.PARTIAL), trials=trials)
    assert section.figures["perturbation_written_detected"] == 1.0
    assert section.figures["perturbation_false_alarms"] == 1.0
    assert section.figures["perturbation_paraphrases_lost"] == 0.0
    by_rule = section.tables[0]
    assert all(row[1] == row[3] for row in by_rule.rows)  # as many partial as claims
    assert section.tables[-1].rows == ()


def test_the_least_rate_is_that_of_the_worst_kind() -> None:
    found = sentences()
    numbers = make_trials(found).altered[0]
    many = Trials((), (numbers,) * 20, (), ())
    section = perturbation_section(Always(VerdictStatus.CONTRADICTED), trials=many)
    assert section.figures == {"perturbation_detected_number": 1.0, "perturbation_least_detected": 1.0}


@pytest.mark.slow
def test_our_own_knowledge_gives_enough_of_each_kind() -> None:
    trials = make_trials(tuple(quotables()))
    kinds = [trial.kind for trial in trials.altered]
    assert all(kinds.count(kind) >= 50 for kind in set(kinds))
    assert len(set(kinds)) == 10
    assert len(trials.untouched) == SENTENCES
    assert len(trials.paraphrases) >= 100
    assert all(trial.left_out for trial in (*trials.paraphrases, *trials.written))
