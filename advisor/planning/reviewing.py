"""What a review finds in somebody's own post, calendar or plan: faults and strengths, each with its place and source.

The rules are data (``knowledge/review_rules.yaml``): words that are a fault where they stand, or that have to occur.
They are deterministic; no model takes part, and nothing is said that no sentence of the knowledge base backs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import yaml
from pydantic import Field

from advisor.domain import Citation, Value, Verdict
from advisor.errors import AdvisorError
from advisor.planning.plan import Finding, Plan, Severity
from advisor.ports import Library
from advisor.sentences import sentence_spans

from .knowledge_rows import knowledge_rows
from .linter import RULES, lint

TextKind = Literal["post", "calendar", "plan"]
Span = tuple[int, int]

MAX_CHARACTERS = 100_000
"""Longest text that is reviewed."""
MOST_PLACES = 5
"""Most places at which one rule is shown."""
FEWEST_ROWS = 3
"""Dated rows from which on a text is a calendar."""
PLANNING_TERMS = 3
"""Kinds of words of planning from which on a text is a plan."""

_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_NETWORKS = "facebook|instagram|linkedin|tiktok|youtube|twitter|pinterest|snapchat|whatsapp|threads|reddit|xing|strava"
_ROW = re.compile(
    rf"[\s|*•–-]*(?:(?:date|day|on|when)\b:?\s*)?(?:{_DAYS}\b|(?:mon|tue|wed|thu|fri|sat|sun)\b[.,:]?"
    r"|\d{1,2}[./-]\d{1,2}\b|\d{4}-\d\d-\d\d|(?:week|day) \d+\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.? {_MONTHS}|{_MONTHS}[a-z]*\.? \d{{1,2}}\b)",
    re.IGNORECASE,
)
_PLANNING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:strateg|objective|goals?\b|aims?\b|targets?\b|purpose\b|what for\b|we (?:want|would like|need) )",
        r"\b(?:target group|audience|persona|for whom\b|whom\b|who we\b)",
        rf"\b(?:{_NETWORKS}|platforms?|channels?|networks?|social media)\b",
        rf"\b(?:an?|per|each|every) (?:day|week|month|quarter|morning|evening|{_DAYS})\b|\b(?:daily|weekly|monthly)\b",
        r"\b(?:budget|costs?|(?:hours?|minutes|euros?|pounds|dollars|francs) (?:a|per|each|every) |effort:)",
        r"\b(?:responsib|in charge|deputy|looks? after|handled by|run by|roles?\b|duty\b)",
        rf"\b(?:by|until|before) (?:the end of|{_MONTHS}|christmas|easter|summer|autumn|winter|spring|next year)",
        r"\b(?:kpi|metric|measur|counted|we count|tracked|compare|statistics|evaluat|baseline|figures\b)",
        r"\b(?:posts?|posting|reels?|followers|accounts?|profiles?|comments|hashtags?|clips?|stories|pillars?)\b",
        r"\b(?:roadmap|calendar|phase|concept|plan|rollout|approach|how we.ll go)\b",
        r"\b(?:repl(?:y|ies|ying)|answers?|responds?) (?:to |all |within |every )",
    )
)
"""Kinds of words that plans have, and posts have few of."""
_NAMED = re.compile(r"\{([a-z_]+)\}")
_TITLE = re.compile(r"\A\W*[^\n]{0,80}\b(?:strategy|plan|concept)\b", re.IGNORECASE)
_HASHTAGS = re.compile(r"#\w+")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Rule(Value):
    """A rule for texts.

    Attributes:
        code: Its stable code.
        kinds: The kinds of text that it is for.
        looks: ``found``: the words are a fault where they stand; ``missing``: it is a fault that none occurs;
            ``mostly``: they are a fault where most sentences, or rows of a calendar, have one.
        severity: How much a fault weighs.
        words: Regular expressions, read without regard to case.
        unless: Regular expressions; the rule says nothing where one occurs anywhere in the text.
        message: What is wrong, one sentence.
        advice: What to do, one sentence.
        praise: What is good about a text that keeps the rule, one sentence; empty if that deserves no mention.
        says: The sentence that backs it.
        document: Id of the document that the sentence is in.
    """

    code: str
    kinds: tuple[TextKind, ...] = Field(alias="in")
    looks: Literal["found", "missing", "mostly"]
    severity: Severity
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    message: str
    advice: str
    praise: str = ""
    says: str
    document: str


class Strength(Value):
    """What is good about a text.

    Attributes:
        code: Code of the rule that it keeps.
        message: What is good, one sentence.
        citation: The sentence of a source that backs the rule, if there is one.
        start: Offset of the words that show it; ``None`` if it shows nowhere in particular.
        end: Offset after them.
    """

    code: str
    message: str
    citation: Citation | None = None
    start: int | None = None
    end: int | None = None


class Rewrite(Value):
    """A text as a chat model would write it, as far as it holds up.

    Attributes:
        text: The sentences that say no more than the reader's own text does, and questions and invitations.
        withheld: Verdicts of the sentences that were left out, because the reader's own text doesn't carry them.
        cured: Codes of the rules that were broken and are kept now.
        broken: Codes of the rules that are still broken, or newly.
        model: Name of the model.
    """

    text: str
    withheld: tuple[Verdict, ...] = ()
    cured: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    model: str = ""


class Review(Value):
    """What was found in a text.

    Attributes:
        text: The text as given; empty if a saved plan was reviewed.
        kind: What it was taken for.
        findings: Faults, errors first; those of a text have offsets into it where they show at a place.
        strengths: What is good.
        rewrite: A suggestion, if a chat model was there to make one.
        notes: What the reader must know about how the review was made.
    """

    text: str
    kind: TextKind
    findings: tuple[Finding, ...] = ()
    strengths: tuple[Strength, ...] = ()
    rewrite: Rewrite | None = None
    notes: tuple[str, ...] = ()


class _Rules(Value):
    """The file of the rules.

    Attributes:
        vocabulary: Parts of expressions by name; a rule's expressions name them in braces.
        rules: The rules.
    """

    vocabulary: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]


class _Patterns(NamedTuple):
    """The compiled expressions of a rule."""

    words: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@cache
def review_rules() -> tuple[Rule, ...]:
    """Return the bundled rules."""
    text = files("advisor.knowledge").joinpath("review_rules.yaml").read_text(encoding="utf-8")
    found = _Rules.model_validate(yaml.load(text, yaml.CSafeLoader))
    known = {name: "|".join(parts) for name, parts in found.vocabulary.items()}

    def spelled_out(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(_NAMED.sub(lambda name: known[name[1]], word) for word in words)

    return tuple(
        rule.model_copy(update={"words": spelled_out(rule.words), "unless": spelled_out(rule.unless)})
        for rule in found.rules
    )


def review_text(text: str, library: Library | None, kind: TextKind | None = None) -> Review:
    """Review a post, a calendar or a plan.

    Args:
        text: Plain text or Markdown, at most 100,000 characters.
        library: Where the sentences that back the rules are quoted from; without one, nothing is cited.
        kind: What the text is; found out if ``None``.

    Raises:
        AdvisorError: The text is empty or too long.
    """
    if not text.strip():
        raise AdvisorError("The text is empty. Give a post, a calendar or a plan to review.")
    if len(text) > MAX_CHARACTERS:
        raise AdvisorError(f"The text has {len(text):,} characters; a review takes {MAX_CHARACTERS:,}. Split it.")
    kind = kind or kind_of(text)
    plain = text.replace("’", "'")  # as long as before, so that offsets hold
    units = _rows(plain) if kind == "calendar" else sentence_spans(plain)
    findings: list[Finding] = []
    strengths: list[Strength] = []
    for rule in review_rules():
        patterns = _patterns(rule)
        if kind not in rule.kinds or _first(patterns.unless, plain) is not None:
            continue
        cited = library.quote(rule.document, rule.says) if library is not None else None
        if rule.looks == "missing":
            met = _first(patterns.words, plain)
            if met is None:
                findings.append(_finding(rule, cited, None, plain))
            else:
                strengths.append(_strength(rule, cited, met))
            continue
        matched = [found for unit in units if (found := _first(patterns.words, plain, unit)) is not None]
        if rule.looks == "found" or _is_most(len(matched), _speaking(plain, units)):
            findings += [_finding(rule, cited, place, plain) for place in matched[:MOST_PLACES]]
        if rule.praise and not matched:
            strengths.append(_strength(rule, cited, None))
    order: Sequence[Severity] = ("error", "warning", "hint")
    findings.sort(key=lambda finding: order.index(finding.severity))
    return Review(text=text, kind=kind, findings=tuple(findings), strengths=tuple(strengths))


def review_plan(plan: Plan, library: Library | None) -> Review:
    """Review a saved plan: what the linter finds, and which of its rules the plan keeps."""
    findings = lint(plan, library)
    broken = {finding.code for finding in findings if finding.severity != "hint"}
    backed = {rule.code: rule for rule in knowledge_rows().rules if rule.code in RULES}
    strengths = [
        Strength(
            code=code,
            message=rule.praise,
            citation=library.quote(rule.backed.document, rule.backed.says) if library is not None else None,
        )
        for code, rule in backed.items()
        if code not in broken
    ]
    return Review(text="", kind="plan", findings=findings, strengths=tuple(strengths))


def kind_of(text: str) -> TextKind:
    """Tell a calendar (dated rows) and a plan (terms of planning) from a post."""
    rows = [line for line in text.splitlines() if line.strip()]
    dated = sum(bool(_ROW.match(row)) for row in rows)
    if dated >= FEWEST_ROWS and 2 * dated >= len(rows):
        return "calendar"
    kinds = sum(pattern.search(text) is not None for pattern in _PLANNING)
    return "plan" if _TITLE.search(text) or kinds >= PLANNING_TERMS else "post"


@cache
def _patterns(rule: Rule) -> _Patterns:
    def compiled(words: Sequence[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(word, re.IGNORECASE) for word in words)

    return _Patterns(compiled(rule.words), compiled(rule.unless))


def _first(patterns: Sequence[re.Pattern[str]], text: str, unit: Span | None = None) -> Span | None:
    """Return the first place in a text, or in a unit of it, that one of the expressions matches."""
    start, end = unit if unit is not None else (0, len(text))
    return min((m.span() for pattern in patterns if (m := pattern.search(text, start, end))), default=None)


def _speaking(text: str, units: Sequence[Span]) -> int:
    """Return how many units have words, hashtags aside."""
    return sum(bool(_WORD.search(_HASHTAGS.sub("", text[start:end]))) for start, end in units)


def _is_most(matched: int, units: int) -> bool:
    """Whether at least half of the units match; a single one is enough only if there is no other."""
    return 2 * matched >= max(units, 1) and (matched > 1 or units <= 1)


def _finding(rule: Rule, cited: Citation | None, place: Span | None, text: str) -> Finding:
    start, end = place if place is not None else (None, None)
    where = f"line {text.count(chr(10), 0, start) + 1}" if start is not None else "text"
    return Finding(
        code=rule.code,
        severity=rule.severity,
        place=where,
        message=rule.message,
        advice=rule.advice,
        citation=cited,
        start=start,
        end=end,
    )


def _strength(rule: Rule, cited: Citation | None, place: Span | None) -> Strength:
    start, end = place if place is not None else (None, None)
    return Strength(code=rule.code, message=rule.praise, citation=cited, start=start, end=end)


def _rows(text: str) -> list[Span]:
    return [found.span() for found in re.finditer(r"[^\n]*\S[^\n]*", text)]
