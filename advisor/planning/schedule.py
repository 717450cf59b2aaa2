"""Dates, hours and shares: what is computed and must add up."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date, timedelta
from math import floor
from typing import NamedTuple

WEEKS = 4
"""Weeks that the calendar covers."""
MINUTES_A_POST = 45
"""Assumed time to make one post; the owner is asked to time five posts and correct it."""
MAKING = "Making posts"
ACTIVITIES = {"Listening and replying": 0.35, MAKING: 0.5, "Measuring and reviewing": 0.15}
"""Assumed shares of the weekly hours."""
MOST_POSTS = 5
"""Most posts a week, however many hours there are."""
HELPING = 2
"""Assumed posts of a pillar that helps for each post of one that sells, so that selling stays the smallest part."""
SPREAD = {1: (1,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
"""Weekdays (Monday is 0) for so many posts a week, where the guidance names none."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Slot(NamedTuple):
    """A place in the calendar: its date, and the pillar whose turn it is (position in the list of pillars)."""

    day: date
    pillar: int


def posts_a_week(hours: float) -> int:
    """Return how many posts fit: hours for making posts divided by the time for one, 0 to ``MOST_POSTS``."""
    fitting = floor(hours * ACTIVITIES[MAKING] * 60 / MINUTES_A_POST)
    return min(max(fitting, 1 if hours >= 1 else 0), MOST_POSTS)


def split(total: float, shares: Sequence[float], step: float) -> list[float]:
    """Split an amount by shares so that the parts add up to it (largest remainder, Hamilton's method).

    Args:
        total: The amount, a multiple of ``step``.
        shares: Weights, of any sum above 0.
        step: The smallest unit, for example 0.25 hours or 1 currency unit.

    Returns:
        One part a share, each a multiple of ``step``.
    """
    units = round(total / step)
    exact = [units * share / sum(shares) for share in shares]
    parts = [floor(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: units - sum(parts)]:
        parts[i] += 1
    return [part * step for part in parts]


def mix(promotional: Sequence[bool]) -> list[int]:
    """Return the share of each pillar in per cent, adding up to 100; see ``HELPING``.

    Args:
        promotional: Whether each pillar sells.
    """
    return [int(part) for part in split(100, [1 if sells else HELPING for sells in promotional], 1)]


def slots(
    start: date, end: date, posts: int, shares: Sequence[int], weekdays: Sequence[int], holidays: Container[date]
) -> list[Slot]:
    """Place posts on dates, and give each pillar its share of them.

    Args:
        start: First day.
        end: Last day; at most ``WEEKS`` weeks are filled.
        posts: Posts a week.
        shares: Share of each pillar in per cent.
        weekdays: Days of the week to post on, Monday is 0; as many as ``posts``.
        holidays: Days on which nothing is posted; the post moves to the next free day.
    """
    days: list[date] = []
    monday = start - timedelta(days=start.weekday())
    for week in range(WEEKS + 1):
        for weekday in sorted(weekdays)[:posts]:
            day = monday + timedelta(weeks=week, days=weekday)
            while day in holidays or day in days:
                day += timedelta(days=1)
            if start <= day <= end and len(days) < WEEKS * posts:
                days.append(day)
    counts = split(len(days), shares, 1)
    while len(days) >= len(counts) and 0 in counts:  # no pillar goes without a post
        counts[counts.index(max(counts))] -= 1
        counts[counts.index(0)] += 1
    return [Slot(day, pillar) for day, pillar in zip(sorted(days), _in_turn(counts), strict=True)]


def _in_turn(counts: Sequence[float]) -> list[int]:
    """Spread each pillar evenly: the one that is furthest behind its share comes next."""
    total = int(sum(counts))
    order: list[int] = []
    for position in range(total):
        behind = [count * (position + 1) / total - order.count(i) for i, count in enumerate(counts)]
        order.append(max(range(len(counts)), key=lambda i: (behind[i], -i)))
    return order


def weekdays(posts: int, named: Sequence[str]) -> tuple[int, ...]:
    """Return the days of the week to post on: those that the guidance names, filled up or cut to so many."""
    wanted = [DAYS.index(day) for day in named][:posts]
    wanted += [day for day in SPREAD.get(posts, ()) if day not in wanted][: posts - len(wanted)]
    return tuple(sorted(wanted))


def holidays_of(country: str | None, start: date, end: date) -> Mapping[date, str]:
    """Return the public holidays of a country by date; none without a country, or for one that isn't known."""
    if country is None:
        return {}
    import holidays

    try:
        found = holidays.country_holidays(country, years=range(start.year, end.year + 1))
    except NotImplementedError:
        return {}
    return {day: name for day, name in found.items() if start <= day <= end}
