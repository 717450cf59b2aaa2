from collections.abc import Sequence

import pytest

from advisor.domain import Citation, Claim, Evidence, Verdict, VerdictStatus
from advisor.evals.citations import citation_metrics
from advisor.evals.metrics import Count, Record, estimate
from advisor.verification import SupportVerifier
from tests.evals.answers import TEXTS, answer, case, citation, record, verdict

BAKERS = citation("bakery", "Bakers answer 7 of 10 questions at night.")
BREAD = citation("bakery", "Bread sells itself.", number=2)
GUESTS = citation("cafe", "Guests come back for the talk.", number=3)


class WordJudge:
    """Supports a claim whose words all stand in its quotes, in part one of whose words some do."""

    name = "words"

    def __init__(self) -> None:
        self.judged: list[tuple[str, tuple[str, ...]]] = []
        self.calls = 0

    def check(self, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Verdict, ...]:
        self.calls += 1
        texts = {piece.label: piece.passage.text for piece in evidence}
        assert len(texts) == len(evidence)
        found = []
        for claim in claims:
            quotes = tuple(texts[label] for label in claim.labels)
            self.judged.append((claim.text, quotes))
            said = set(" ".join(quotes).lower().replace(".", "").split())
            wanted = set(claim.text.lower().replace(".", "").split())
            status = VerdictStatus.UNSUPPORTED
            if wanted & said:
                status = VerdictStatus.SUPPORTED if wanted <= said else VerdictStatus.PARTIAL
            found.append(Verdict(claim=claim, status=status, score=len(wanted & said) / len(wanted)))
        return tuple(found)


def said(*sentences: tuple[str, Sequence[Citation]], name: str = "c-1") -> Record:
    return record(case(name=name), answer(*(verdict(text, *citations) for text, citations in sentences)))


@pytest.mark.parametrize(
    ("text", "citations", "recall", "precision"),
    [
        ("Bread sells itself.", [BREAD], 1, 1),
        ("Bread sells itself.", [GUESTS], 0, 0),
        ("Bread sells fast.", [BREAD], 0, 0),  # in part is not enough
        ("Bread sells guests.", [BREAD, GUESTS], 1, 1),  # each is needed
        ("Bread sells itself.", [BREAD, GUESTS], 1, 1 / 2),  # the second adds nothing
        ("Bread bakers guests.", [BREAD, BAKERS], 0, 0),  # nothing is precise where the sentence isn't supported
        ("Bread sells.", [], 0, 0),
        ("The guests answer.", [BAKERS, GUESTS, BREAD], 1, 2 / 3),
        ("Bread sells itself.", [BREAD, BREAD], 1, 1),
    ],
)
def test_one_sentence(text: str, citations: Sequence[Citation], recall: float, precision: float) -> None:
    told = said((text, citations))
    metrics = citation_metrics([told], WordJudge())
    assert [metric.name for metric in metrics] == ["citation_recall", "citation_precision"]
    assert [metric.measure(told) for metric in metrics] == [Count(recall, 1), Count(pytest.approx(precision), 1)]


def test_a_citation_is_relevant_if_it_supports_the_sentence_alone_although_others_do_too() -> None:
    again = BREAD.model_copy(update={"source": GUESTS.source})
    told = said(("Bread sells itself.", [BREAD, again]))
    assert citation_metrics([told], WordJudge())[1].measure(told) == (1, 1)


def test_averages_are_within_answers_then_over_them() -> None:
    long = said(("Bread sells itself.", [BREAD]), ("Bread flies.", [BREAD]), ("Bread sings.", [BREAD]), name="long")
    short = said(("Guests come back.", [GUESTS]), name="short")
    silent = record(case(name="silent"), answer(status="insufficient_evidence"))
    records = [long, short, silent]
    recall, precision = (estimate(metric, records) for metric in citation_metrics(records, WordJudge()))
    assert recall.value == pytest.approx((1 / 3 + 1) / 2)
    assert precision.value == pytest.approx((1 / 3 + 1) / 2)
    assert recall.cases == 2


def test_the_judge_is_called_once_sees_the_quotes_alone_and_nothing_twice() -> None:
    judge = WordJudge()
    citation_metrics(
        [
            said(("Bread sells guests.", [BREAD, GUESTS]), ("Bread sells itself.", [BREAD]), name="one"),
            said(("Bread sells itself.", [BREAD]), name="two"),
        ],
        judge,
    )
    assert judge.calls == 1
    assert judge.judged == [
        ("Bread sells guests.", (BREAD.quote, GUESTS.quote)),
        ("Bread sells guests.", (BREAD.quote,)),
        ("Bread sells guests.", (GUESTS.quote,)),
        ("Bread sells itself.", (BREAD.quote,)),
    ]


def test_the_advisors_own_verifier_as_the_judge() -> None:
    true, false = said((BAKERS.quote, [BAKERS]), name="true"), said(("Bakers answer 9 of 10.", [BAKERS]), name="false")
    assert BAKERS.quote in TEXTS["bakery"]
    recall, _ = citation_metrics([true, false], SupportVerifier())
    assert recall.measure(true) == (1, 1)
    assert recall.measure(false) == (0, 1)
