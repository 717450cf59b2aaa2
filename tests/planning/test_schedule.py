"""Dates, hours and shares add up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.planning.schedule import WEEKS, holidays_of, mix, posts_a_week, slots, split, weekdays

MONDAY = date(2026, 11, 30)


@given(st.integers(1, 100_000), st.lists(st.floats(0.1, 50), min_size=1, max_size=7))
def test_parts_add_up_to_the_whole(units: int, shares: list[float]) -> None:
    parts = split(units, shares, 1)
    assert sum(parts) == units
    assert all(abs(part - units * share / sum(shares)) < 1 for part, share in zip(parts, shares, strict=True))


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_the_mix_of_pillars_adds_up_to_a_hundred(promotional: list[bool]) -> None:
    assert sum(mix(promotional)) == 100


def test_pillars_that_sell_are_the_smaller_part() -> None:
    assert mix([True, False, True, False]) == [17, 33, 17, 33]


@pytest.mark.parametrize(("hours", "posts"), [(0, 0), (0.5, 0), (1, 1), (2, 1), (3, 2), (5, 3), (8, 5), (40, 5)])
def test_posts_follow_from_the_hours(hours: float, posts: int) -> None:
    assert posts_a_week(hours) == posts


@given(
    st.integers(0, 6),
    st.integers(1, 200),
    st.integers(1, 5),
    st.integers(1, 5),
    st.sets(st.integers(0, 40), max_size=6),
)
def test_posts_are_on_free_days_of_the_plan(
    weekday: int, length: int, posts: int, pillars: int, holidays: set[int]
) -> None:
    start, end = MONDAY + timedelta(days=weekday), MONDAY + timedelta(days=weekday + length)
    free = {MONDAY + timedelta(days=day) for day in holidays}
    found = slots(start, end, posts, mix([False] * pillars), weekdays(posts, ()), free)
    days = [slot.day for slot in found]
    assert days == sorted(set(days))
    assert all(start <= day <= end and day not in free for day in days)
    assert len(found) <= WEEKS * posts
    if len(found) >= pillars:
        assert {slot.pillar for slot in found} == set(range(pillars))


def test_the_days_that_the_guidance_names_come_first() -> None:
    assert weekdays(2, ("monday", "thursday")) == (0, 3)
    assert weekdays(1, ("monday", "thursday")) == (0,)
    assert weekdays(3, ("monday", "thursday"))[:1] == (0,)
    assert len(weekdays(3, ("monday", "thursday"))) == 3


def test_no_post_is_planned_for_a_public_holiday() -> None:
    free = holidays_of("AT", date(2026, 12, 1), date(2026, 12, 31))
    assert date(2026, 12, 8) in free
    days = [slot.day for slot in slots(date(2026, 12, 1), date(2026, 12, 31), 1, [100], (1,), free)]
    assert date(2026, 12, 8) not in days
    assert date(2026, 12, 9) in days


def test_an_unknown_country_has_no_holidays() -> None:
    assert holidays_of("XX", MONDAY, MONDAY) == {}
    assert holidays_of(None, MONDAY, MONDAY) == {}
