"""Composing: what is shown, in which order, under which numbers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.composing import SHOWN, compose
from advisor.domain import (
    Answer,
    AnswerStatus,
    Citation,
    Claim,
    Disagreement,
    Question,
    Role,
    Side,
    Source,
    Trace,
    Verdict,
    VerdictStatus,
)
from tests.answer_checks import citations_in_order

ASKED = Question(text="How?", resolved="How?")


def cite(start: int, source: str = "s") -> Citation:
    described = Source(id=source, title=source, kind="document", origin=source)
    return Citation(source=described, start=start, end=start + 5, quote=f"q{start:04}", passage_id="p")


def verdict(
    text: str, *starts: int, role: Role = Role.ANSWER, status: VerdictStatus = VerdictStatus.SUPPORTED
) -> Verdict:
    claim = Claim(text=text, labels=("E1",), role=role)
    return Verdict(claim=claim, status=status, score=1.0, citations=tuple(map(cite, starts)))


def made(
    verdicts: Sequence[Verdict],
    status: AnswerStatus = "answered",
    missing: str = "",
    withheld: Sequence[Verdict] = (),
    disagreements: Sequence[Disagreement] = (),
) -> Answer:
    return compose(
        ASKED, status, verdicts, missing=missing, withheld=withheld, disagreements=disagreements, trace=Trace()
    )


def test_numbers_follow_the_order_of_reading() -> None:
    answer = made([verdict("Measure.", 30, role=Role.MEASURE), verdict("One.", 20, 10), verdict("Two.", 10, 40)])
    assert [v.claim.text for v in answer.verdicts] == ["One.", "Two.", "Measure."]
    assert [[c.number for c in v.citations] for v in answer.verdicts] == [[1, 2], [2, 3], [4]]
    assert [(c.number, c.start) for c in answer.citations] == [(1, 20), (2, 10), (3, 40), (4, 30)]
    assert answer.text == "One. [1][2] Two. [2][3]\n\nWhat to measure:\n- Measure. [4]"


def test_the_same_offsets_in_another_source_are_another_citation() -> None:
    one, two = verdict("One.", 10), verdict("Two.", 10)
    two = two.model_copy(update={"citations": (cite(10, "other"),)})
    assert [c.number for c in made([one, two]).citations] == [1, 2]


def test_roles_have_their_order_and_headings() -> None:
    roles = [Role.MEASURE, Role.AVOID, Role.DO, Role.WHY, Role.ANSWER]
    answer = made([verdict(role.value, i, role=role) for i, role in enumerate(roles)])
    assert [v.claim.role for v in answer.verdicts] == list(Role)
    places = [answer.text.index(h) for h in ("answer [1]", "Why:", "What to do:", "What to avoid:", "What to measure:")]
    assert places == sorted(places)


def test_claims_of_one_role_keep_their_order() -> None:
    answer = made([verdict(f"{i}.", i) for i in range(5)])
    assert [v.claim.text for v in answer.verdicts] == ["0.", "1.", "2.", "3.", "4."]


@pytest.mark.parametrize("status", [VerdictStatus.UNSUPPORTED, VerdictStatus.CONTRADICTED])
def test_what_is_not_supported_is_withheld(status: VerdictStatus) -> None:
    bad = verdict("Lie.", 10, status=status)
    answer = made([verdict("True.", 20), bad])
    assert [v.claim.text for v in answer.verdicts] == ["True."]
    assert answer.withheld == (bad,)
    assert "Lie" not in answer.text
    assert [c.start for c in answer.citations] == [20]


def test_a_claim_without_a_citation_is_never_shown() -> None:
    answer = made([verdict("Bare."), verdict("True.", 20)])
    assert [v.claim.text for v in answer.withheld] == ["Bare."]


def test_partly_supported_claims_are_shown_as_such() -> None:
    answer = made([verdict("Nearly.", 10, status=VerdictStatus.PARTIAL)])
    assert answer.verdicts[0].status is VerdictStatus.PARTIAL
    assert answer.status == "answered"


def test_an_answer_without_a_claim_is_a_refusal() -> None:
    sides = (Side(position="a", citation=cite(1)), Side(position="b", citation=cite(2)))
    for status in ("answered", "partial"):
        answer = made(
            [verdict("Lie.", 10, status=VerdictStatus.UNSUPPORTED)],
            status,  # type: ignore[arg-type]
            disagreements=[Disagreement(subject="x", sides=sides)],
        )
        assert answer.status == "insufficient_evidence"
        assert answer.missing
        assert answer.disagreements == ()
        assert answer.citations == ()
        assert answer.text == answer.missing


def test_a_refusal_shows_nothing_although_something_was_supported() -> None:
    answer = made([verdict("True.", 10)], "insufficient_evidence", missing="Nothing on this.")
    assert answer.verdicts == ()
    assert [v.claim.text for v in answer.withheld] == ["True."]
    assert answer.text == "Nothing on this."


def test_sides_are_numbered_on_and_share_numbers_with_claims() -> None:
    sides = (Side(position="left", citation=cite(10)), Side(position="right", citation=cite(50)))
    answer = made([verdict("One.", 10)], disagreements=[Disagreement(subject="the matter", sides=sides)])
    assert [s.citation.number for s in answer.disagreements[0].sides] == [1, 2]
    assert "The sources disagree about the matter:\n- left: “q0010” [1]\n- right: “q0050” [2]" in answer.text


def test_what_was_withheld_before_stays_withheld() -> None:
    neighbour = verdict("Neighbour.", 10)
    answer = made([verdict("One.", 20)], withheld=[neighbour])
    assert answer.withheld == (neighbour,)


def test_a_partial_answer_begins_with_what_is_missing() -> None:
    assert made([verdict("One.", 1)], "partial", missing="No figure.").text == "No figure.\n\nOne. [1]"


@given(
    st.lists(
        st.builds(
            verdict,
            st.text(st.characters(categories=["Ll"]), min_size=1, max_size=6),
            st.integers(0, 8),
            st.integers(0, 8),
            role=st.sampled_from(Role),
            status=st.sampled_from(VerdictStatus),
        ),
        max_size=8,
    )
)
def test_whatever_the_verdicts_numbers_are_complete_and_nothing_is_lost(verdicts: list[Verdict]) -> None:
    answer = made(verdicts)
    numbers = list(dict.fromkeys(c.number for c in citations_in_order(answer)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(v.status in SHOWN for v in answer.verdicts)
    claims = sorted(v.claim.text for v in (*answer.verdicts, *answer.withheld))
    assert claims == sorted(v.claim.text for v in verdicts)
