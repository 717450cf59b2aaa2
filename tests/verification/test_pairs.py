"""The verifier on labelled pairs: nothing invented is supported, what is faithful is kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.domain import Claim, VerdictStatus
from advisor.verification import SupportVerifier

from .conftest import MiniLM, evidence

GROUPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "pairs.yaml").read_text(encoding="utf-8"))
SHOWN = {VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL}


def pairs(split: str) -> list[tuple[str, str, str]]:
    """Return (type, claim, evidence)."""
    found = []
    for group in (g for g in GROUPS if g["split"] == split):
        claims = [("faithful", c) for c in group["faithful"]] + [("weaker", c) for c in group.get("weaker", [])]
        claims += [(kind, c) for kind, cs in group["invented"].items() for c in cs]
        found += [(kind, claim, group["evidence"]) for kind, claim in claims]
    return found


def statuses(split: str, verifier: SupportVerifier) -> list[tuple[str, VerdictStatus]]:
    chosen = pairs(split)
    items = [evidence(text, f"E{i}") for i, (_, _, text) in enumerate(chosen)]
    claims = [Claim(text=claim, labels=(f"E{i}",)) for i, (_, claim, _) in enumerate(chosen)]
    return [(kind, verdict.status) for (kind, _, _), verdict in zip(chosen, verifier.check(claims, items), strict=True)]


def test_there_are_enough_pairs() -> None:
    assert len(pairs("dev")) + len(pairs("test")) >= 190


@pytest.mark.parametrize("split", ["dev", "test"])
@pytest.mark.parametrize("with_embedder", [False, True])
def test_labelled_pairs(split: str, with_embedder: bool, request: pytest.FixtureRequest) -> None:
    embedder: MiniLM | None = request.getfixturevalue("minilm") if with_embedder else None
    results = statuses(split, SupportVerifier(embedder))
    faithful = [s for kind, s in results if kind == "faithful"]
    assert sum(s in SHOWN for s in faithful) >= 0.95 * len(faithful)
    assert sum(s is VerdictStatus.SUPPORTED for s in faithful) >= 0.9 * len(faithful)
    assert [kind for kind, s in results if kind != "faithful" and s is VerdictStatus.SUPPORTED] == []
    invented = Counter(kind for kind, _ in results if kind not in {"faithful", "weaker"})
    caught = Counter(kind for kind, s in results if kind in invented and s not in SHOWN)
    assert {kind: caught[kind] / n for kind, n in invented.items() if caught[kind] < 0.95 * n} == {}


@pytest.mark.parametrize("split", ["dev", "test"])
def test_another_passage_supports_nothing(split: str) -> None:
    verifier = SupportVerifier()
    groups = [g for g in GROUPS if g["split"] == split]
    for i, group in enumerate(groups):
        other = evidence(groups[(i + 1) % len(groups)]["evidence"])
        verdicts = verifier.check([Claim(text=c, labels=("E1",)) for c in group["faithful"]], [other])
        assert not [v for v in verdicts if v.status in SHOWN]
