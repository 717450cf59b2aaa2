"""Documents counted by topic, audience and platform."""

from __future__ import annotations

from advisor.coverage import Coverage
from advisor.domain import Source


def source(name: str, topics: tuple[str, ...], audiences: tuple[str, ...], platforms: tuple[str, ...]) -> Source:
    return Source(
        id=name, title=name, kind="guidance", origin=name, topics=topics, audiences=audiences, platforms=platforms
    )


def covered(*sources: Source) -> Coverage:
    return Coverage(
        sources, topics=("fit", "law"), audiences=("any", "b2b", "b2c"), platforms=("any", "blog", "forums")
    )


def test_a_document_counts_under_each_value_that_it_names() -> None:
    found = covered(
        source("a", ("fit", "law"), ("b2b",), ("blog", "forums")), source("b", ("fit",), ("any",), ("any",))
    )
    assert [found.count("fit"), found.count("law")] == [2, 1]
    assert [found.count("fit", audience=a) for a in ("any", "b2b", "b2c")] == [1, 1, 0]
    assert [found.count("fit", platform=p) for p in ("any", "blog", "forums")] == [1, 1, 1]
    assert found.count("law", "b2b", "forums") == 1
    assert found.count("law", "b2c", "forums") == 0


def test_a_document_for_any_leaves_no_gap_and_a_special_one_leaves_the_rest() -> None:
    assert covered(source("a", ("fit", "law"), ("any",), ("any",))).gaps() == ()
    gaps = covered(source("a", ("fit",), ("any",), ("any",)), source("b", ("law",), ("b2b",), ("any",))).gaps()
    assert gaps == tuple(("law", a, p) for a in ("any", "b2c") for p in ("any", "blog", "forums"))


def test_a_document_that_names_no_audience_is_for_any() -> None:
    found = covered(source("own", ("fit", "law"), (), ()))
    assert found.gaps() == ()
    assert found.count("fit", "any", "any") == 1
