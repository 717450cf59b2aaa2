"""Numbers, units, dates: every number of a claim must stand in the evidence, with the same unit, for the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.verification.findings import Finding, contradiction, failure, reservation
from advisor.verification.normalising import Reader, Text

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: float(i) for i, word in enumerate(_UNITS)} | {word: 10.0 * i for i, word in enumerate(_TENS, 2)}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "bn": 1e9,
    "mn": 1e6, "dozen": 12.0,
}  # fmt: skip
_VAGUE = {"dozens": 12.0, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9}
_ORDINALS = {
    word: float(i)
    for i, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        1,
    )
}
_FRACTIONS = {"half": 0.5, "halves": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25,
              "fifth": 0.2, "fifths": 0.2, "tenth": 0.1, "tenths": 0.1}  # fmt: skip
_MULTIPLES = {"twice": 2.0, "double": 2.0, "doubled": 2.0, "doubles": 2.0, "triple": 3.0, "tripled": 3.0,
              "triples": 3.0, "thrice": 3.0, "quadrupled": 4.0}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        1,
    )
    for name in names.split()
}
_CURRENCY = {
    "$": "usd", "usd": "usd", "dollar": "usd", "dollars": "usd", "€": "eur", "eur": "eur", "euro": "eur",
    "euros": "eur", "£": "gbp", "gbp": "gbp", "pound": "gbp", "pounds": "gbp", "¥": "jpy", "yen": "jpy",
    "cent": "cent", "cents": "cent", "pence": "pence", "franc": "chf", "francs": "chf", "chf": "chf",
}  # fmt: skip
_TIME = {
    "second": 1.0, "seconds": 1.0, "sec": 1.0, "secs": 1.0, "minute": 60.0, "minutes": 60.0, "min": 60.0, "mins": 60.0,
    "hour": 3600.0, "hours": 3600.0, "hr": 3600.0, "hrs": 3600.0, "h": 3600.0, "day": 86400.0, "days": 86400.0,
    "week": 604800.0, "weeks": 604800.0,
}  # fmt: skip
_CALENDAR = {
    "month": 1.0, "months": 1.0, "quarter": 3.0, "quarters": 3.0, "year": 12.0, "years": 12.0, "decade": 120.0,
    "decades": 120.0, "century": 1200.0, "centuries": 1200.0,
}  # fmt: skip
_RATES = {
    "hour": "hour", "hourly": "hour", "day": "day", "daily": "day", "week": "week", "weekly": "week",
    "month": "month", "monthly": "month", "quarter": "quarter", "quarterly": "quarter", "year": "year",
    "yearly": "year", "annually": "year", "annual": "year", "minute": "minute", "second": "second",
}  # fmt: skip
_NUMERIC = frozenset(["a", "an", "once"]).union(_SMALL, _SCALES, _VAGUE, _ORDINALS, _FRACTIONS, _MULTIPLES, _MONTHS)
"""Words with which a quantity may begin; anything else but digits is passed over."""
_YEAR_CUES = frozenset(
    [
        "in",
        "since",
        "by",
        "until",
        "till",
        "from",
        "of",
        "before",
        "after",
        "during",
        "around",
        "about",
        "circa",
        "early",
        "late",
        "and",
        "to",
    ]
)
_CUES_OF_BOUND: tuple[tuple[str, str], ...] = (
    (r"(?:at least|no (?:less|fewer) than|minimum of|a minimum of|not less than)", "least"),
    (r"(?:at most|no more than|not more than|up to|maximum of|as (?:many|much) as)", "most"),
    (r"(?:more than|over|above|exceeding|greater than|exceeds|exceeded|upwards of)", "over"),
    (r"(?:less than|fewer than|under|below)", "under"),
    (r"(?:about|around|approximately|roughly|nearly|almost|circa|some|an estimated|close to)", "about"),
)
_BOUND = tuple((re.compile(rf"\b{cue} (?:an? |the |of |[$€£¥] ?)*$"), kind) for cue, kind in _CUES_OF_BOUND)
_OPPOSITE = {("least", "most"), ("least", "under"), ("over", "under"), ("over", "most")}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text.

    Attributes:
        value: In the base of the unit: seconds for seconds to weeks, months for months to centuries, a share of 1 for
            fractions and percentages, else as written.
        kind: ``count``, ``percent``, ``points``, ``time``, ``calendar``, ``multiple``, ``ordinal``, ``year``, ``date``,
            ``decade``, ``vague`` or a currency code.
        written: The number as written, with its unit.
        start: Index of its first token.
        end: Index after its last token.
        bound: ``least``, ``most``, ``over``, ``under``, ``about`` or empty.
        rate: What it is per (``day``, ``week``, …) or empty.
        ranged: Whether it is an end of a range.
        month: Month of a date, 0 if none.
        day: Day of a date, 0 if none.
    """

    value: float
    kind: str
    written: str
    start: int
    end: int
    bound: str = ""
    rate: str = ""
    ranged: bool = False
    month: int = 0
    day: int = 0


def _digits(word: str) -> float | None:
    """Read a number written with digits; thousands may be grouped with commas."""
    number = word.strip()
    scale = 1.0
    match = re.fullmatch(r"(\d+(?:[.,]\d+)*)\s?(k|m|bn|mn|x)?", number)
    if not match:
        return None
    digits, suffix = match.groups()
    if suffix and suffix != "x":
        scale = _SCALES[suffix]
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", digits):
        digits = digits.replace(".", "")
    else:
        digits = digits.replace(",", ".")
    try:
        return float(digits) * scale
    except ValueError:
        return None


def _date(text: Text, i: int) -> Quantity | None:
    """Read a date with a month name, or an ISO-like date, that begins at token ``i``."""
    tokens = text.tokens
    word = tokens[i].word
    iso = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", word)
    if iso:
        year, month, day = map(int, iso.groups())
        return Quantity(float(year), "date", tokens[i].raw, i, i + 1, month=month, day=day)

    def day_at(j: int) -> int:
        match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", tokens[j].word) if 0 <= j < len(tokens) else None
        return int(match.group(1)) if match and 1 <= int(match.group(1)) <= 31 else 0

    def year_at(j: int) -> int:
        if j < len(tokens) and re.fullmatch(r"(?:1[5-9]|20)\d\d", tokens[j].word):
            return int(tokens[j].word)
        return 0

    start, day, at = i, 0, i
    if day_at(i):
        day, at = day_at(i), i + 1
        if at < len(tokens) and tokens[at].word == "of":
            at += 1
    if at >= len(tokens) or tokens[at].word not in _MONTHS or not tokens[at].raw[0].isupper():
        return None
    month, end = _MONTHS[tokens[at].word], at + 1
    if not day and day_at(end) and not year_at(end):
        day, end = day_at(end), end + 1
    year = year_at(end)
    end += bool(year)
    if tokens[at].word in {"may", "march"} and not day and not year and tokens[at].initial:
        return None
    written = " ".join(t.raw for t in tokens[start:end])
    return Quantity(float(year), "date", written, start, end, month=month, day=day)


def _number_words(text: Text, i: int) -> tuple[float, int] | None:
    """Read a number, in digits or words, that begins at token ``i``; return value and index after it."""
    tokens = text.tokens
    word = tokens[i].word
    half = re.fullmatch(r"(\d+)/(\d+)", word)
    if half and int(half.group(2)) and word != "24/7":
        return int(half.group(1)) / int(half.group(2)), i + 1
    value = _digits(word)
    end = i + 1
    if value is None:
        if word not in _SMALL:
            if word in {"a", "an"} and end < len(tokens) and tokens[end].word in _SCALES and len(tokens[end].word) > 2:
                return _SCALES[tokens[end].word], end + 1
            if word in _SCALES and len(word) > 2:
                return _SCALES[word], end
            return None
        value = _SMALL[word]
        if (
            word in _TENS
            and end < len(tokens)
            and tokens[end].word in _UNITS[1:10]
            and tokens[end].before in {"-", " "}
        ):
            value += _SMALL[tokens[end].word]
            end += 1
    while (
        end < len(tokens)
        and tokens[end].word in _SCALES
        and len(tokens[end].word) > 1
        and "," not in tokens[end].before
    ):
        value *= _SCALES[tokens[end].word]
        end += 1
        if end + 1 < len(tokens) and tokens[end].word == "and" and tokens[end + 1].word in _SMALL and value >= 100:
            value += _SMALL[tokens[end + 1].word]
            end += 2
    return value, end


def _bound(text: Text, start: int, end: int) -> str:
    before = " ".join(t.word for t in text.tokens[max(0, start - 5) : start]) + " "
    for pattern, kind in _BOUND:
        if pattern.search(before):
            return kind
    after = " ".join(t.word for t in text.tokens[end : end + 4])
    if re.search(r"^(?:\w+ )?or more\b", after):
        return "least"
    if re.search(r"^(?:\w+ )?or (?:less|fewer)\b", after):
        return "most"
    return ""


def _rate(text: Text, end: int) -> str:
    """Return what a number is per: "two posts a day", "5 hours per week", "three times weekly"."""
    tokens = text.tokens
    for j in range(end, min(end + 5, len(tokens))):
        if any(mark in tokens[j].before for mark in ",;.:"):
            break
        word = tokens[j].word
        if word in {"daily", "weekly", "monthly", "yearly", "annually", "hourly", "quarterly"}:
            return _RATES[word]
        if word in {"a", "an", "per", "each", "every"} and j + 1 < len(tokens) and tokens[j + 1].word in _RATES:
            return _RATES[tokens[j + 1].word]
    return ""


def quantities(text: Text) -> tuple[Quantity, ...]:
    """Find all numbers, dates, fractions, ordinals and multiples of a text, in order."""
    tokens = text.tokens
    found: list[Quantity] = []
    i = 0
    while i < len(tokens):
        if not tokens[i].word[0].isdigit() and tokens[i].word not in _NUMERIC:
            i += 1
            continue
        date = _date(text, i)
        if date:
            found.append(date)
            i = date.end
            continue
        word = tokens[i].word
        following = tokens[i + 1].word if i + 1 < len(tokens) else ""
        quantity: Quantity | None = None
        decade = re.fullmatch(r"(\d{4})s", word)
        ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word)
        if decade:
            quantity = Quantity(float(decade.group(1)), "decade", tokens[i].raw, i, i + 1)
        elif ordinal:
            quantity = Quantity(float(ordinal.group(1)), "ordinal", tokens[i].raw, i, i + 1)
        elif (word in _FRACTIONS and word not in {"third", "fifth", "tenth", "quarter", "quarters"}) or (
            word in {"third", "fifth", "tenth", "quarter"} and following == "of"
        ):
            quantity = Quantity(_FRACTIONS[word], "percent", tokens[i].raw, i, i + 1)
        elif word in _MULTIPLES:
            quantity = Quantity(_MULTIPLES[word], "multiple", tokens[i].raw, i, i + 1, rate=_rate(text, i + 1))
        elif word == "once" and following in {"a", "per", "every", "each"} | set(_RATES):
            quantity = Quantity(1.0, "multiple", tokens[i].raw, i, i + 1, rate=_rate(text, i + 1))
        elif word in _VAGUE and following == "of":
            quantity = Quantity(_VAGUE[word], "vague", tokens[i].raw, i, i + 1)
        elif word in _ORDINALS and not (tokens[i].initial and i + 1 < len(tokens) and "," in tokens[i + 1].before):
            at_all = i > 0 and tokens[i - 1].word == "at"
            if not at_all and not (word == "second" and i and is_count(tokens[i - 1].word)):
                quantity = Quantity(_ORDINALS[word], "ordinal", tokens[i].raw, i, i + 1)
        else:
            quantity = _plain_number(text, i)
        if quantity:
            found.append(quantity)
            i = quantity.end
        else:
            i += 1
    return _with_ranges(text, found)


def is_count(word: str) -> bool:
    """Tell whether a word is a number."""
    return word[:1].isdigit() or word in _SMALL


def _plain_number(text: Text, i: int) -> Quantity | None:
    """Read a number with its unit."""
    tokens = text.tokens
    read = _number_words(text, i)
    if read is None:
        return None
    value, end = read
    start = i
    word = tokens[i].word
    after = tokens[end].word if end < len(tokens) else ""
    if word == "one" and end == i + 1:
        measured = after in _TIME or after in _CALENDAR or after in {"%", "percent", "per"} or after in _FRACTIONS
        limited = i > 0 and tokens[i - 1].word in {"only", "than", "least", "most", "exactly"}
        if not (measured or limited):
            return None
    if (after in _FRACTIONS and after not in {"quarters", "quarter"}) or (
        after in {"quarters", "quarter"} and end + 1 < len(tokens) and tokens[end + 1].word == "of"
    ):
        return Quantity(value * _FRACTIONS[after], "percent", _written(text, start, end + 1), start, end + 1)
    kind = "count"
    previous = tokens[i - 1].word if i else ""
    if previous in _CURRENCY and not previous.isalpha():
        kind, start = _CURRENCY[previous], i - 1
    elif after in _CURRENCY:
        kind, end = _CURRENCY[after], end + 1
    elif after in {"%", "percent", "pct"} or (
        after == "per" and end + 1 < len(tokens) and tokens[end + 1].word == "cent"
    ):
        end += 2 if after == "per" else 1
        kind, value = "percent", value / 100
        if end < len(tokens) and tokens[end].word in {"point", "points"}:
            kind, end = "points", end + 1
    elif after in {"percentage"} and end + 1 < len(tokens) and tokens[end + 1].word.startswith("point"):
        kind, value, end = "points", value / 100, end + 2
    elif after in _TIME:
        kind, value, end = "time", value * _TIME[after], end + 1
    elif after in _CALENDAR:
        kind, value, end = "calendar", value * _CALENDAR[after], end + 1
    elif after in {"times", "x", "fold"} or tokens[i].word.endswith("x"):
        kind, end = "multiple", end + (after in {"times", "x", "fold"})
    elif re.fullmatch(r"(?:1[5-9]|20)\d\d", word) and end == i + 1:
        noun_follows = end < len(tokens) and tokens[end].content and not tokens[end].before.strip()
        if previous in _YEAR_CUES or previous in _MONTHS or not noun_follows:
            kind = "year"
    return Quantity(
        value, kind, _written(text, start, end), start, end, bound=_bound(text, start, end), rate=_rate(text, end)
    )


def _written(text: Text, start: int, end: int) -> str:
    return " ".join(t.raw for t in text.tokens[start:end]).replace("$ ", "$").replace("€ ", "€").replace("£ ", "£")


def _with_ranges(text: Text, found: list[Quantity]) -> tuple[Quantity, ...]:
    """Mark the ends of ranges and give the first end the unit of the second."""
    result = list(found)
    for i in range(len(result) - 1):
        left, right = result[i], result[i + 1]
        between = [t.word for t in text.tokens[left.end : right.start]]
        gap = text.tokens[right.start].before
        before = text.tokens[left.start - 1].word if left.start else ""
        dashed = not between and "-" in gap
        worded = between in (["to"], ["or"]) or (between == ["and"] and before == "between")
        if not (dashed or worded):
            continue
        kind, value = left.kind, left.value
        if left.kind == "count" and right.kind != "count" and right.kind != "year":
            kind = right.kind
            scale = 1.0
            unit = text.tokens[right.end - 1].word
            if kind == "percent":
                scale = 0.01
            elif kind == "time":
                scale = _TIME.get(unit, 1.0)
            elif kind == "calendar":
                scale = _CALENDAR.get(unit, 1.0)
            value *= scale
        result[i] = Quantity(value, kind, left.written, left.start, left.end, left.bound, right.rate, True)
        result[i + 1] = Quantity(
            right.value, right.kind, right.written, right.start, right.end, right.bound, right.rate, True,
            right.month, right.day,
        )  # fmt: skip
    return tuple(result)


def _close(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-9 + 1e-6 * max(abs(left), abs(right))


def _same_value(claim: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities are the same amount in the same unit; a date may say less than the evidence's."""
    if claim.kind in {"date", "year"} and other.kind in {"date", "year"}:
        return (
            (not claim.value or _close(claim.value, other.value))
            and (not claim.month or claim.month == other.month)
            and (not claim.day or claim.day == other.day)
        )
    if claim.kind == other.kind or {claim.kind, other.kind} == {"count", "year"}:
        return _close(claim.value, other.value)
    return False


def _satisfies(claim: Quantity, other: Quantity) -> bool:
    """Tell whether an amount in the evidence implies a bounded amount in the claim ("more than 40" from 45)."""
    if claim.kind != other.kind or other.bound in {"about"}:
        return False
    if claim.bound == "over":
        return (other.bound in {"", "over", "least"}) and other.value > claim.value
    if claim.bound == "least":
        return other.bound in {"", "over", "least"} and other.value >= claim.value
    if claim.bound == "under":
        return other.bound in {"", "under", "most"} and other.value < claim.value
    if claim.bound == "most":
        return other.bound in {"", "under", "most"} and other.value <= claim.value
    return False


def _neighbours(text: Text, quantity: Quantity, reach: int = 3) -> tuple[list[str], list[str]]:
    """Return the stems of the content words just before and just after a number in its sentence, nearest first."""
    if quantity.start >= len(text.tokens):
        return [], []
    sentence = text.tokens[quantity.start].sentence
    before = [i for i in text.content if i < quantity.start and text.tokens[i].sentence == sentence]
    stop = next(
        (i for i in range(quantity.end, len(text.tokens)) if text.tokens[i].word in {"and", "but", "while", "because"}),
        len(text.tokens),
    )
    after = [i for i in text.content if quantity.end <= i < stop and text.tokens[i].sentence == sentence]
    return (
        [text.tokens[i].stem for i in reversed(before[-reach:])],
        [text.tokens[i].stem for i in after[:reach]],
    )


def _bound_to_same(
    reader: Reader, claim: Text, ours: Quantity, evidence: Text, theirs: Quantity, rivals: Sequence[Quantity]
) -> bool:
    """Tell whether a number stands by the same words in claim and evidence, rather than another number of its kind."""
    before, after = _neighbours(claim, ours)
    before_there, after_there = _neighbours(evidence, theirs, 5)

    def alike(left: str, right: str) -> bool:
        return left == right or reader.synonymous(left, right)

    if ours.kind in {"count", "vague", "ordinal"} and after:
        # What is counted follows the number, or is elided ("gained 40 fans and lost 3").
        near = after_there[:4] + (before_there if rivals else [])
        if not any(alike(stem, other) for stem in after[:2] for other in near):
            return False
    words = before[:2] + after[:2]
    if not words:
        return True
    around = before_there + after_there
    if not any(alike(word, other) for word in words for other in around):
        return False
    lead = 0
    for word in words:
        places = [i for i in evidence.content if alike(word, evidence.tokens[i].stem)]
        if places and rivals:
            own = min(_gap(i, theirs) for i in places)
            other = min(_gap(i, rival) for i in places for rival in rivals)
            lead += (own < other) - (own > other)
    return lead >= 0


def _gap(index: int, quantity: Quantity) -> int:
    return quantity.start - index if index < quantity.start else index - quantity.end + 1


def check_numbers(reader: Reader, claim: Text, evidence: Text) -> list[Finding]:
    """Check every number of the claim against the numbers of the evidence."""
    theirs = quantities(evidence)
    findings: list[Finding] = []
    mine = quantities(claim)
    for ours in mine:
        findings += _check_one(reader, claim, ours, evidence, theirs)
    if not mine:
        stems = {claim.tokens[i].stem for i in claim.content}
        for q in theirs:
            share = q.kind == "percent" and q.end < len(evidence.tokens) and evidence.tokens[q.end].word == "of"
            head = next((evidence.tokens[i].stem for i in evidence.content if i >= q.end), "")
            if share and head in stems:
                findings.append(reservation(f"The cited text says this of {q.written} only."))
    return findings


def _check_one(
    reader: Reader, claim: Text, ours: Quantity, evidence: Text, theirs: tuple[Quantity, ...]
) -> list[Finding]:
    same = [q for q in theirs if _same_value(ours, q)]
    what = "date" if ours.kind in {"date", "year", "decade"} else "number"
    if not same:
        implied = [q for q in theirs if _satisfies(ours, q)]
        if any(_bound_to_same(reader, claim, ours, evidence, q, ()) for q in implied):
            return []
        reason = f"The cited text doesn't contain the {what} {ours.written}."
        alike = [q for q in theirs if q.kind == ours.kind or {q.kind, ours.kind} <= {"date", "year"}]
        if any(_bound_to_same(reader, claim, ours, evidence, q, ()) for q in alike):
            return [contradiction(f"{reason} It says {alike[0].written}.")]
        if any(_close(q.value, ours.value) or _close(q.value * 100, ours.value) for q in theirs):
            return [contradiction(f"The cited text gives the number {ours.written} in another unit.")]
        return [failure(reason)]
    dates = {"date", "year", "decade"}
    rivals = [
        q
        for q in theirs
        if q not in same
        and (q.kind == ours.kind or {q.kind, ours.kind} <= dates or {q.kind, ours.kind} <= {"count", "percent"})
        and not (q.ranged and any(s.ranged and abs(s.start - q.start) <= 4 for s in same))
    ]
    fitting = same
    if ours.kind not in {"date", "year", "decade"} or rivals:
        fitting = [q for q in same if _bound_to_same(reader, claim, ours, evidence, q, rivals)]
    if not fitting:
        return [failure(f"The {what} {ours.written} belongs to something else in the cited text.")]
    results = [_qualification(ours, q) for q in fitting]
    return min(results, key=lambda found: max((f.severity for f in found), default=0))


def _qualification(ours: Quantity, theirs: Quantity) -> list[Finding]:
    """Compare bounds, rates and ranges of two equal amounts."""
    findings = []
    if ours.rate != theirs.rate:
        if ours.rate and theirs.rate:
            findings.append(
                contradiction(f"The cited text says {theirs.written} per {theirs.rate}, not per {ours.rate}.")
            )
        elif ours.rate:
            findings.append(failure(f"The cited text doesn't say {ours.written} per {ours.rate}."))
        else:
            findings.append(reservation(f"The cited text says {theirs.written} per {theirs.rate}."))
    if theirs.ranged and not ours.ranged:
        findings.append(failure(f"The cited text gives {ours.written} only as one end of a range."))
    if ours.ranged and not theirs.ranged:
        findings.append(failure(f"The cited text gives {ours.written}, but no range."))
    if ours.bound != theirs.bound:
        pair = {ours.bound, theirs.bound}
        if any(pair == set(opposite) for opposite in _OPPOSITE):
            findings.append(contradiction(f"The cited text bounds {ours.written} the other way round."))
        elif ours.bound in {"over", "under"} and theirs.bound != {"over": "over", "under": "under"}[ours.bound]:
            findings.append(failure(f"The cited text says {theirs.written}, not {_SPOKEN[ours.bound]} {ours.written}."))
        elif not (ours.bound in {"about", "least", "most"} and not theirs.bound):
            said = f"{_SPOKEN[theirs.bound]} " if theirs.bound else ""
            findings.append(reservation(f"The cited text says {said}{theirs.written}."))
    return findings


_SPOKEN = {"over": "more than", "under": "less than", "least": "at least", "most": "at most", "about": "about"}
