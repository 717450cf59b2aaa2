"""The contract of the verifier: labels, quotes, determinism, one embedding call."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.domain import Claim, VerdictStatus
from advisor.ports import Verifier
from advisor.verification import SupportVerifier

from .conftest import MiniLM, evidence, judge
from .test_pairs import pairs

TEXT = (
    "# Replies\n\nA **quick** reply “helps” people.\nIt costs nothing. \n\n- Post twice a week.\n- Plan 3 posts ahead."
)


class NoEmbedder:
    fingerprint = "none"

    def embed(self, texts: object) -> np.ndarray:
        raise AssertionError("verbatim claims need no vectors")


def test_it_is_a_verifier() -> None:
    verifier: Verifier = SupportVerifier()
    assert verifier.name == "support-checks-v1"


@pytest.mark.parametrize(
    ("labels", "reason"), [((), "names no evidence"), (("E7",), "E7"), (("E2",), "hidden text or instructions")]
)
def test_claim_without_usable_evidence(labels: tuple[str, ...], reason: str) -> None:
    items = [evidence(TEXT), evidence(TEXT, "E2", flagged=True)]
    verdict = SupportVerifier().check([Claim(text="It costs nothing.", labels=labels)], items)[0]
    assert verdict.status is VerdictStatus.UNSUPPORTED
    assert reason in verdict.reasons[0]
    assert not verdict.citations


def test_only_own_labels_count() -> None:
    items = [evidence("The tower is old."), evidence("The bridge is new.", "E2")]
    claims = [Claim(text="The bridge is new.", labels=(label,)) for label in ("E1", "E2")]
    statuses = [v.status for v in SupportVerifier().check(claims, items)]
    assert statuses == [VerdictStatus.UNSUPPORTED, VerdictStatus.SUPPORTED]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ('A quick reply "helps" people.', "A **quick** reply “helps” people."),
        ("It  costs nothing", "It costs nothing."),
        ("Plan 3 posts ahead. [E1]", "Plan 3 posts ahead."),
        ("A quick reply helps people. It costs nothing.", "A **quick** reply “helps” people.\nIt costs nothing."),
    ],
)
def test_verbatim_sentence_is_quoted_exactly(claim: str, quote: str) -> None:
    verdict = judge(claim, TEXT, verifier=SupportVerifier(NoEmbedder()))
    assert (verdict.status, verdict.score) == (VerdictStatus.SUPPORTED, 1.0)
    (citation,) = verdict.citations
    assert citation.quote == quote
    assert TEXT[citation.start - 1000 : citation.end - 1000] == quote


def test_two_passages_support_a_claim_together() -> None:
    first, second = "The bakery is open on Sundays.", "The bakery is known for rye bread."
    verdict = judge("The bakery is open on Sundays and the bakery is known for rye bread.", first, second)
    assert verdict.status in {VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL}
    assert [c.quote for c in verdict.citations] == [first, second]


def test_statements_about_different_names_are_not_joined() -> None:
    verdict = judge("LinkedIn is large and the network is formal.", "Facebook is large.", "LinkedIn is formal.")
    assert verdict.status is VerdictStatus.UNSUPPORTED


def test_second_invented_sentence_fails_the_claim() -> None:
    assert judge("It costs nothing. Dragons love it.", TEXT).status is VerdictStatus.UNSUPPORTED


QUOTING = SupportVerifier()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60), st.integers(0, 10_000))
def test_quotes_are_slices_of_the_source(text: str, claim: str, start: int) -> None:
    item = evidence(text, start=start)
    for wording in (claim, text, text[: len(text) // 2]):
        (verdict,) = QUOTING.check([Claim(text=wording, labels=("E1",))], [item])
        for citation in verdict.citations:
            assert citation.quote == text[citation.start - start : citation.end - start] != ""


def test_verdicts_depend_neither_on_the_batch_nor_on_the_run(minilm: MiniLM) -> None:
    chosen = pairs("dev")[::9]
    items = [evidence(text, f"E{i}") for i, (_, _, text) in enumerate(chosen)]
    claims = [Claim(text=claim, labels=(f"E{i}",)) for i, (_, claim, _) in enumerate(chosen)]
    verifier = SupportVerifier(minilm)
    before = minilm.calls
    together = verifier.check(claims, items)
    assert minilm.calls == before + 1
    assert together == verifier.check(claims, items)
    assert together == tuple(verifier.check([claim], items)[0] for claim in claims)
    assert together[::-1] == SupportVerifier(minilm).check(claims[::-1], items[::-1])


def test_verbatim_claims_are_cheap() -> None:
    sentences = [[f"Point {i} of part {p} is stated in full here." for i in range(8)] for p in range(8)]
    items = [evidence(" ".join(lines), f"E{p}") for p, lines in enumerate(sentences)]
    claims = [Claim(text=sentences[p % 8][p % 7], labels=tuple(f"E{k}" for k in range(8))) for p in range(10)]
    free = [Claim(text="Parts are stated here in full on point 3 of 4.", labels=c.labels) for c in claims]
    verifier = SupportVerifier(NoEmbedder())
    verifier.check(claims, items)
    lexical = SupportVerifier()
    lexical.check(free, items)

    def fastest(work: SupportVerifier, batch: list[Claim]) -> float:
        times = []
        for _ in range(5):
            begin = perf_counter()
            work.check(batch, items)
            times.append(perf_counter() - begin)
        return min(times)

    assert fastest(verifier, claims) < fastest(lexical, free)
