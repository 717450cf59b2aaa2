"""Each check in both directions: what passes, and what doesn't."""

from __future__ import annotations

import pytest

from advisor.domain import VerdictStatus
from advisor.verification.normalising import Reader
from advisor.verification.numbers import quantities

from .conftest import judge

S, P, U, C = VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL, VerdictStatus.UNSUPPORTED, VerdictStatus.CONTRADICTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It took 40 % of the time.", [(0.4, "percent")]),
        ("Post two to four times a week.", [(2.0, "multiple"), (4.0, "multiple")]),
        ("About half of them agree.", [(0.5, "percent")]),
        ("A dozen eggs and 3k followers.", [(12.0, "count"), (3000.0, "count")]),
        ("It cost $1.5 million in 2010.", [(1.5e6, "usd"), (2010.0, "year")]),
        ("It opened on 2 October 2010.", [(2010.0, "date")]),
        ("Wait 24 hours.", [(86400.0, "time")]),
        ("Twenty-five people came.", [(25.0, "count")]),
        ("One should listen.", []),
    ],
)
def test_quantities_are_read_with_their_units(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(round(q.value, 6), q.kind) for q in quantities(Reader().read(text))] == expected


@pytest.mark.parametrize(
    ("evidence", "claim", "allowed"),
    [
        ("The shop waits 24 hours before it answers mail.", "The shop waits one day before it answers mail.", {S}),
        ("The shop waits 24 hours before it answers mail.", "The shop waits one week before it answers mail.", {U, C}),
        ("Over 50 schools joined the project.", "More than 50 schools joined the project.", {S}),
        ("Over 50 schools joined the project.", "At most 50 schools joined the project.", {U, C}),
        ("The team has 45 volunteers.", "The team has more than 40 volunteers.", {S}),
        ("The team has 45 volunteers.", "The team has more than 50 volunteers.", {U, C}),
        ("The team has at least 45 volunteers.", "The team has 45 volunteers.", {P}),
        ("Answer complaints in public.", "Complaints should be answered in public.", {S, P}),
        ("Answer complaints in public.", "Never answer complaints in public.", {U, C}),
        ("All teams need an owner.", "Some teams need an owner.", {S}),
        ("Some teams need an owner.", "All teams need an owner.", {U}),
        ("Teams need an owner.", "Only teams need an owner.", {U}),
        ("The plan is no longer useful.", "The plan is useful.", {U, C}),
        ("The plan isn't expensive.", "The plan is expensive.", {C}),
        ("The tool is not only cheap but also quick.", "The tool is cheap and quick.", {S, P}),
        ("The tool works without an account.", "The tool works with an account.", {U, C}),
        ("Firms used to buy followers.", "Firms buy followers.", {U}),
        ("Customers trust companies.", "Companies trust customers.", {C}),
        ("Customers trust companies.", "Companies are trusted by customers.", {S}),
        ("Do customers trust companies?", "Customers trust companies.", {U}),
        ("Regular replies build trust.", "Regular replies build trust because they are funny.", {U}),
        ("Regular replies build trust.", "Regular replies build trust, says Harvard University.", {U}),
        ("You can schedule posts in the tool.", "You must schedule posts in the tool.", {U}),
        ("You must schedule posts in the tool.", "You can schedule posts in the tool.", {S, P}),
        ("The tool is cheaper than a consultant.", "A consultant is cheaper than the tool.", {U, C}),
        ("The tool is cheap for small teams.", "The tool is the cheapest for small teams.", {U}),
    ],
)
def test_check_passes_and_fails(evidence: str, claim: str, allowed: set[VerdictStatus]) -> None:
    verdict = judge(claim, evidence)
    assert verdict.status in allowed, verdict.reasons
    assert bool(verdict.citations) == (verdict.status in {S, P})
    assert bool(verdict.reasons) == (verdict.status is not S)


@pytest.mark.parametrize(
    ("evidence", "fragment"),
    [
        ("Short clips do not always work on phones.", "Short clips always work on phones."),
        ("According to one source, short clips work on phones.", "Short clips work on phones."),
        ("Short clips work on phones only if they have captions.", "Short clips work on phones."),
        ("It is a myth that short clips work on phones.", "Short clips work on phones."),
    ],
)
def test_fragment_that_loses_the_meaning_is_not_supported(evidence: str, fragment: str) -> None:
    assert judge(fragment, evidence).status is not S


def test_list_under_a_negative_lead_is_not_supported() -> None:
    text = "Common mistakes:\n- Post the same text everywhere.\n- Buy followers."
    assert judge("Post the same text everywhere.", text).status is P


def test_missing_number_is_named() -> None:
    verdict = judge("The team answers 40 % of the letters.", "The team answers the letters.")
    assert verdict.reasons[0] == "The cited text doesn't contain the number 40 %."
