"""The model that reads claims together with evidence, and the verifier that asks it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from advisor.domain import Claim, VerdictStatus
from advisor.verification import SupportVerifier
from advisor.verification.calibration import Calibration, Signals
from advisor.verification.entailment import MODEL, Entailment, log_odds

from .conftest import evidence, judge

SHOP = (
    "The shop in Harbour Street opens at nine on weekdays. On Sundays it is closed. "
    "Its owner, Maria Lopez, bought it from her uncle for 40,000 euros in 2012. Customers may bring their dogs. "
    "Bread that is left over in the evening goes to the food bank next door."
)


@pytest.fixture(scope="module")
def entailment() -> Entailment:
    return Entailment()


@pytest.fixture(scope="module")
def verifier(entailment: Entailment) -> SupportVerifier:
    return SupportVerifier(entailment=entailment)


def test_the_model_is_small_enough_for_the_wheel() -> None:
    assert MODEL.stat().st_size <= 25_000_000


def test_a_pair_is_read_alike_whatever_is_read_with_it(entailment: Entailment) -> None:
    pairs = [("Dogs are welcome.", SHOP), ("The shop is open on Sundays.", SHOP), ("Bread is given away.", "Bread.")]
    alone = np.concatenate([entailment.read([pair]) for pair in pairs])
    assert np.array_equal(entailment.read(pairs), alone)
    assert np.array_equal(entailment.read([*pairs[::-1], ("x", "y")])[:3][::-1], alone)


def test_no_pairs_give_no_logits(entailment: Entailment) -> None:
    assert entailment.read([]).shape == (0, 3)


def test_log_odds_belong_to_a_softmax() -> None:
    logits = np.asarray([[2.0, 0.5, -1.0]], dtype=np.float32)
    probabilities = np.exp(logits) / np.exp(logits).sum()
    found = [float(log_odds(logits, name)[0]) for name in "ECN"]
    assert found == pytest.approx([math.log(p / (1 - p)) for p in probabilities[0]], abs=1e-5)


ODD = (
    "",
    " ",
    "🙂🙂🙂",
    "价格是四十欧元。",
    "Цена 40 евро.",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "\ud800",
    "a" * 5000,
    "漢" * 900,
    "?!",
)


@pytest.mark.parametrize("claim", ODD)
def test_odd_claims_are_judged(claim: str, verifier: SupportVerifier) -> None:
    verdict = judge(claim, SHOP, verifier=verifier)
    assert 0 <= verdict.score <= 1
    assert verdict.status is not VerdictStatus.SUPPORTED


@pytest.mark.parametrize("text", ODD)
def test_odd_evidence_supports_nothing(text: str, verifier: SupportVerifier) -> None:
    verdict = judge("The shop opens at nine on weekdays.", text, verifier=verifier)
    assert 0 <= verdict.score <= 1
    assert verdict.status is not VerdictStatus.SUPPORTED


def test_very_long_evidence_is_read_where_it_matters(verifier: SupportVerifier) -> None:
    filler = " ".join(f"Item {i} of the list is stored in room {i % 7}." for i in range(5000))
    verdict = judge("In 2012 Maria Lopez bought it from her uncle.", f"{filler} {SHOP} {filler}", verifier=verifier)
    assert verdict.status is VerdictStatus.SUPPORTED
    assert any("Maria Lopez" in citation.quote for citation in verdict.citations)
    assert all(len(citation.quote) < 700 for citation in verdict.citations)


@pytest.mark.parametrize(
    "claim",
    [
        "Bread left over is given to the food bank.",
        "The owner of the shop is Maria Lopez.",
        "Maria Lopez paid 40,000 euros for the shop.",
        "The shop is closed on Sundays.",
    ],
)
def test_paraphrases_are_shown(claim: str, verifier: SupportVerifier) -> None:
    assert judge(claim, SHOP, verifier=verifier).status in {VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL}


@pytest.mark.parametrize(
    "claim",
    [
        "Customers must not bring their dogs.",
        "Maria Lopez paid 50,000 euros for the shop.",
        "The shop is open on Sundays.",
        "Maria Lopez sold the shop to her uncle.",
        "The shop sells flowers.",
    ],
)
def test_falsehoods_are_not_supported(claim: str, verifier: SupportVerifier) -> None:
    assert judge(claim, SHOP, verifier=verifier).status is not VerdictStatus.SUPPORTED


def test_the_worst_sentence_of_a_claim_decides(verifier: SupportVerifier) -> None:
    good = "On Sundays it is closed."
    bad = "The shop has been sold to an airline."
    together, alone = judge(f"{good} {bad}", SHOP, verifier=verifier), judge(bad, SHOP, verifier=verifier)
    assert together.status is alone.status
    assert together.score == alone.score


def test_verdicts_are_the_same_on_every_run_and_in_any_company(verifier: SupportVerifier) -> None:
    claims = [Claim(text=text, labels=("E1",)) for text in ("Dogs may come in.", "Bread goes to the food bank.")]
    together = verifier.check(claims, [evidence(SHOP)])
    again = SupportVerifier(entailment=Entailment()).check(claims[::-1], [evidence(SHOP)])[::-1]
    assert together == again


def test_what_is_listed_as_a_mistake_is_not_supported(verifier: SupportVerifier) -> None:
    text = "Common mistakes:\n\n- Posting the same text everywhere.\n- Buying followers in the first month.\n"
    verdict = judge("Buying followers in the first month.", text, verifier=verifier)
    assert verdict.status is VerdictStatus.PARTIAL


def test_a_claim_without_a_common_word_is_not_shown(verifier: SupportVerifier) -> None:
    for claim in ("Sentence that the evidence E2 says.", "?!", "Giraffes sleep standing."):
        assert judge(claim, SHOP, verifier=verifier).status is VerdictStatus.UNSUPPORTED


def test_the_calibration_is_in_order() -> None:
    calibration = Calibration.load()
    assert 0 < calibration.partial < calibration.supported < 1
    ordinary = Signals(*calibration.means)
    middle = calibration.probability(ordinary)
    sure = ordinary._replace(paragraph=3.0, page=3.0, joint=3.0)
    assert calibration.probability(sure) > middle + 0.2
    assert calibration.probability(ordinary._replace(contradiction=3.0)) < middle
    assert calibration.probability(ordinary._replace(contradictions=2.0)) < middle
    assert calibration.probability(ordinary._replace(failures=3.0)) < middle


def test_what_is_far_from_ordinary_counts_no_more() -> None:
    calibration = Calibration.load()
    far = Signals(*(mean + 3 * scale for mean, scale in zip(calibration.means, calibration.scales, strict=True)))
    assert calibration.probability(far._replace(evidence=1e9)) == pytest.approx(calibration.probability(far), abs=1e-9)


@pytest.mark.parametrize(
    ("changed", "so"),
    [
        ({}, set()),
        ({"covered": 0.15}, {"remote"}),
        ({"covered": 0.3}, set()),
        ({"contradictions": 1.0}, {"refuted"}),
        ({"contradictions": 1.0, "recall": 0.85}, set()),
        ({"failures": 1.0}, set()),
        ({"failures": 2.0}, {"doubtful"}),
        ({"failures": 2.0, "recall": 0.5}, set()),
    ],
)
def test_the_checks_decide_where_they_see_best(changed: dict[str, float], so: set[str]) -> None:
    signals = Signals(*[0.0] * len(Signals._fields))._replace(**{"covered": 0.9, "recall": 0.9, **changed})
    assert {name for name in ("refuted", "doubtful", "remote") if getattr(signals, name)} == so
