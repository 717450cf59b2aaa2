"""The brief: what the advisor must know about a business before it drafts a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple, Self

import yaml
from dateutil.relativedelta import relativedelta
from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator

from advisor.domain import Value
from advisor.errors import BriefError

MAX_BYTES = 100_000
"""Largest brief that is read, in bytes."""
MAX_TEXT = 1_000
"""Most characters of one answer."""
LONGEST = relativedelta(years=3)
"""Longest time that a plan may cover."""
UNNAMED = "a business that was not named"
"""What a business is called whose owner skipped the question."""
USUAL = "3 months"
"""The time that a plan covers when the brief names none."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)]
"""An answer in the user's own words."""

_SPAN = re.compile(r"(\d{1,4})\s*(day|week|month|quarter|year)s?", re.IGNORECASE)


class Baseline(Value):
    """A figure that the business has measured itself.

    Attributes:
        metric: What was counted: ``"guests on an average Tuesday"``.
        value: How many there were, before the plan begins.
        target: How many there shall be at the end of the plan; ``None`` if that is open.
    """

    metric: Annotated[Line, StringConstraints(min_length=2)]
    value: float = Field(allow_inf_nan=False)
    target: float | None = Field(default=None, allow_inf_nan=False)


class Brief(Value):
    """What is known about the business. Only ``business`` is needed; what is left out becomes a stated assumption.

    Attributes:
        business: What kind of business it is: ``"a family restaurant in Graz"``.
        offering: What it sells or does.
        customers: Whom it serves, or wants to serve.
        goal: The business goal that social media shall help to reach.
        channels: Where it is already: networks, website, newsletter.
        hours_per_week: Hours a week that somebody has for social media, 0 to 168.
        budget: Money for the whole time of the plan; work is not counted.
        currency: Currency of the budget, three letters (ISO 4217): ``"EUR"``.
        start: First day of the plan; the next Monday if ``None``.
        horizon: Last day of the plan, or the time that it covers (``"6 months"``); three months if ``None``.
        country: Two letters (ISO 3166), for public holidays: ``"AT"``.
        people: Who does the work; the first one owns what nobody else does.
        baselines: Figures that the business has measured itself.
        constraints: What must be kept to.
        documents: Documents of its own that the plan shall take account of, as paths; they must be ingested first.
    """

    business: Annotated[Line, StringConstraints(min_length=2)]
    offering: Line = ""
    customers: Line = ""
    goal: Line = ""
    channels: tuple[Line, ...] = Field(default=(), max_length=30)
    hours_per_week: float | None = Field(default=None, ge=0, le=168, allow_inf_nan=False)
    budget: float | None = Field(default=None, ge=0, le=1e12, allow_inf_nan=False)
    currency: Annotated[Line, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{3}$")] | None = None
    start: date | None = None
    horizon: date | str | None = None
    country: (
        Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")] | None
    ) = None
    people: tuple[Line, ...] = Field(default=(), max_length=30)
    baselines: tuple[Baseline, ...] = Field(default=(), max_length=30)
    constraints: tuple[Line, ...] = Field(default=(), max_length=30)
    documents: tuple[Line, ...] = Field(default=(), max_length=100)

    @field_validator("horizon")
    @classmethod
    def _is_a_time(cls, value: date | str | None) -> date | str | None:
        if not isinstance(value, str):
            return value
        text = value.strip().lower()
        if _SPAN.fullmatch(text) is not None:
            return text
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError('give a date (2027-06-30) or a time such as "6 months"') from None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.budget is not None and self.currency is None:
            raise ValueError('budget: a budget needs a currency, for example "EUR"')
        if self.start is not None:
            self.end(self.start)
        return self

    def begin(self, today: date) -> date:
        """Return the first day of the plan: the one that was asked for, else the Monday after today."""
        return self.start or today + timedelta(days=7 - today.weekday())

    def end(self, start: date) -> date:
        """Return the last day of a plan that begins on ``start``.

        Raises:
            ValueError: It is before the start, or over three years after it.
        """
        horizon = self.horizon or USUAL
        if isinstance(horizon, str):
            found = _SPAN.fullmatch(horizon)
            assert found is not None  # noqa: S101  # validated above
            number, unit = int(found[1]), found[2].lower()
            number, unit = (3 * number, "month") if unit == "quarter" else (number, unit)
            last = start + relativedelta(**{f"{unit}s": min(number, 10_000)}) - timedelta(days=1)  # type: ignore[arg-type]
        else:
            last = horizon
        if last <= start:
            raise ValueError(f"horizon: it ends on {last}, which is not after the start on {start}")
        if last > start + LONGEST:
            raise ValueError(f"horizon: it ends on {last}; a plan covers at most {LONGEST.years} years")
        return last

    @property
    def skipped(self) -> tuple[BriefQuestion, ...]:
        """The questions that have no answer."""
        return tuple(q for q in QUESTIONS if not getattr(self, q.field) or getattr(self, q.field) == UNNAMED)


class BriefQuestion(NamedTuple):
    """A question that fills a field of the brief.

    Attributes:
        field: Name of the field.
        text: The question.
        example: An answer, to show what is meant.
    """

    field: str
    text: str
    example: str

    def filled(self, answer: str) -> dict[str, object]:
        """Return the fields of the brief that an answer in words fills: lists at commas, money with its currency."""
        if self.field == "channels":
            return {"channels": [part for part in map(str.strip, answer.split(",")) if part]}
        if self.field == "budget":
            amount, _, currency = answer.replace(",", "").partition(" ")
            return {"budget": amount, "currency": currency.strip() or None}
        return {self.field: answer}

    def answer(self, brief: Brief) -> str:
        """Return the words that fill the fields as a brief has them; empty if it has nothing there."""
        value = getattr(brief, self.field)
        if value is None or value == UNNAMED:
            return ""
        if self.field == "channels":
            return ", ".join(value)
        if self.field == "budget":
            return f"{value:g} {brief.currency}"
        return f"{value:g}" if isinstance(value, float) else str(value)


QUESTIONS = (
    BriefQuestion("business", "What kind of business is it, and where?", "a family restaurant in Graz"),
    BriefQuestion("offering", "What do you sell, or what do you do?", "seasonal dishes, forty seats, lunch and dinner"),
    BriefQuestion("customers", "Who are your customers, or who should be?", "people from the district, office workers"),
    BriefQuestion("goal", "What should change in the business?", "more guests from Tuesday to Thursday"),
    BriefQuestion("channels", "Where are you online already? (with commas)", "website, Google listing, Instagram"),
    BriefQuestion("hours_per_week", "How many hours a week has somebody for it?", "3"),
    BriefQuestion("budget", "How much money is there for the whole time, and in which currency?", "600 EUR"),
    BriefQuestion("horizon", "Until when, or for how long, should the plan run?", "6 months"),
)
"""What is asked in the terminal and in the browser; each can be skipped."""


def told_brief(answers: Mapping[str, object], where: str = "brief") -> Brief:
    """Make a brief of the fields that were told in answer to the questions; a business may stay unnamed.

    Args:
        answers: Fields by name (``BriefQuestion.filled``).
        where: Where they are from, for messages.

    Raises:
        BriefError: Something in it can't be used; the message names the field and what to write instead.
    """
    return parse_brief({"business": UNNAMED, **answers}, where)


def read_brief(path: Path) -> Brief:
    """Read a brief from a YAML or JSON file.

    Raises:
        BriefError: The file can't be read, is too large, or something in it can't be used; the message names the field.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BriefError(f"{path} has {size:,} bytes; a brief has at most {MAX_BYTES:,}. Shorten it.")
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BriefError(f"{path}: {error.strerror}. Name a YAML or JSON file with a brief.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BriefError(f"{path} is no YAML or JSON: {' '.join(str(error).split())}") from error
    return parse_brief(values, str(path))


def parse_brief(values: object, where: str = "brief") -> Brief:
    """Make a brief of values.

    Args:
        values: A mapping of fields.
        where: Where it is from, for messages.

    Raises:
        BriefError: Something in it can't be used; the message names the field and what to write instead.
    """
    if not isinstance(values, dict):
        raise BriefError(f'{where}: a brief is a mapping of fields, at least "business: what it is".')
    try:
        return Brief.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}".removeprefix(": ").replace("Value error, ", "")
            for e in error.errors()
        )
        raise BriefError(f"{where}: {faults}. Mend it and try again.") from error
