"""Ways to make a true sentence false, one small change at a time.

The verifier is tried on them (after Ribeiro et al. 2020, "Beyond Accuracy: CheckList") and, on other documents, trained
on them (after Kryściński et al. 2020, "Evaluating the Factual Consistency of Abstractive Text Summarization").

A rule looks for places whose change makes a sentence false, or says what its passage doesn't; places where the change
could keep the truth ("at least five" made "at least four", a condition that is narrowed, what somebody is to find out)
are left alone, and so are fixed phrases ("a few", "look after", "May" the month). Words decide, not grammar, so a
sentence can come out clumsy; it is false all the same.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from advisor.sentences import sentence_spans

Alteration = Callable[[str, str, random.Random], str | None]
"""Takes a sentence, text to take names from, and a source of chance; returns what no longer holds, or nothing."""


class Change(NamedTuple):
    """A place in a sentence, and what can stand there so that the sentence no longer holds.

    Attributes:
        start: Offset of the first character to be replaced.
        end: Offset after the last.
        instead: One or more texts, each good for itself.
    """

    start: int
    end: int
    instead: tuple[str, ...]


Rule = Callable[[str, str], Iterable[Change]]
"""Takes a sentence, and text to take names from; returns what can be changed."""


class _Swap(NamedTuple):
    """Words that can be swapped for others.

    Attributes:
        pattern: The words.
        instead: What can stand instead.
        not_after: Words that make it another phrase when they stand directly before.
        only_after: The only words that may stand directly before; any if empty.
        not_beside: Words that must not be in the sentence as well: "a month before and a month after" can't be turned.
    """

    pattern: re.Pattern[str]
    instead: tuple[str, ...]
    not_after: frozenset[str]
    only_after: frozenset[str]
    not_beside: frozenset[str]


def _swap(
    words: str, instead: str, *, then: str = "", not_after: str = "", only_after: str = "", not_beside: str = ""
) -> _Swap:
    """Return a swap.

    Args:
        words: Pattern of whole words.
        instead: What can stand instead, parted by strokes.
        then: Pattern of what must follow.
        not_after: Words parted by blanks.
        only_after: As before.
        not_beside: As before.
    """
    return _Swap(
        re.compile(rf"(?<![\w-])(?:{words})(?![\w-]){then}", re.IGNORECASE),
        tuple(instead.split("|")),
        *(frozenset(some.split()) for some in (not_after, only_after, not_beside)),
    )


def _swapped(text: str, swaps: Iterable[_Swap]) -> Iterator[Change]:
    beside = {word.lower() for word in re.findall(r"[\w-]+", text)}
    for swap in swaps:
        if not swap.not_beside & beside:
            for match in swap.pattern.finditer(text):
                before = _word_before(text, match.start())
                if before not in swap.not_after and (not swap.only_after or before in swap.only_after):
                    yield Change(match.start(), match.end(), swap.instead)


def _word_before(text: str, at: int) -> str:
    found = re.search(r"([\w'’-]+) $", text[max(0, at - 30) : at])
    return found[1].lower() if found else ""


# -- numbers, units and dates ------------------------------------------------------------------------------------

_CARDINALS = {
    name: value
    for value, name in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_CARDINAL = "|".join(_CARDINALS)
_AMOUNT = rf"(?:\d+(?:[.,]\d+)?|one|{_CARDINAL})"
_NUMBER_WORD = re.compile(
    rf"(?<![\w-])(?:{_CARDINAL})(?!-(?:one|{_CARDINAL}|halves|thirds?|quarters?|fifths?)\b)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w.,/-])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?![\w/]|[.,]\d)")
_YEAR = re.compile(r"(?<![\w.,/$€£-])(?:19|20)\d\d(?![\w/%]|[.,]\d| (?:percent|people|euros?|dollars?|pounds?)\b)")
_SHARES = (
    _swap("half of", "a third of|a quarter of"),
    _swap("half", "a third of|a quarter of", then="(?= the )"),
    _swap("(?:a|one) third of", "half of|a quarter of"),
    _swap("(?:a|one) quarter of", "half of|a third of"),
    _swap("once", "twice|three times", then="(?= (?:a|an|per|every|each) )"),
    _swap("twice", "three times|four times", then="(?= (?:a|an|per|every|each) )"),
)
_AT_LEAST = re.compile(
    r"\b(?:at least|more than|no (?:fewer|less) than|over|longer than|above)(?: the)? $", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"\b(?:at most|up to|no(?:t)? more than|(?:fewer|less|shorter) than|no longer than|under|within|inside|below)"
    r"(?: the| a| an)? $",
    re.IGNORECASE,
)
_SUFFICES = re.compile(r"\b(?:suffices?|sufficient|enough)\b")

_PERIODS = ("second", "minute", "hour", "day", "week", "month", "year")
_PERIOD = re.compile(
    rf"(?:\b(?P<amount>{_AMOUNT}|half an?|several|some|few)[ -](?:\w+ing |whole |full )?|(?<=\S )an? |"
    r"\b(?:per|each|every|the (?:first|last|next|whole)|(?:its|their|your) (?:first|last)|once an?|twice an?) |"
    rf"\b(?P<named>this|next|last) )(?P<unit>{'|'.join(_PERIODS)}|quarter)(?P<plural>s?)"
    r"\b(?!['’-]| (?:of|off|sheet|plan)\b)",
    re.IGNORECASE,
)
_OTHER_UNITS = (
    ("metre", "kilometre", "mile"),
    ("gram", "kilogram", "tonne"),
    ("dollar", "euro", "pound"),
    ("hundred", "thousand", "million", "billion"),
)
_OTHER_UNIT = re.compile(
    rf"\b(?:{_AMOUNT}|an?|several|per|many) (?P<unit>{'|'.join(chain(*_OTHER_UNITS))})(?=s?\b)", re.IGNORECASE
)
_HOW_OFTEN = (
    _swap("hourly", "daily|weekly"),
    _swap("daily", "weekly|monthly"),
    _swap("weekly", "daily|monthly"),
    _swap("monthly", "weekly|yearly"),
    _swap("quarterly", "weekly|yearly"),
    _swap("yearly|annual", "weekly|monthly"),
)

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SEASONS = ("spring", "summer", "autumn", "winter")
_DATES = tuple(
    (re.compile(pattern.format("|".join(names))), names)
    for pattern, names in (
        (r"\b(?P<name>{})(?=s?\b)", _DAYS),
        (r"\b(?P<name>{})\b(?! (?:on|for|against|with|to)\b)", _MONTHS),  # who marches on?
        (r"\b(?:in|every|each|this|last|next|of|early|late) (?:the )?(?P<name>{})\b", _SEASONS),
        (r"\b(?:in the|every|each|this|day) (?P<name>{})\b", ("morning", "afternoon", "evening")),
    )
)


def numbers(text: str, names: str) -> Iterator[Change]:
    """Put another number in the place of one; years are dates."""
    del names
    listed = list(_CARDINALS)
    for match in _NUMBER_WORD.finditer(text):
        at, value = listed.index(match[0].lower()), _CARDINALS[match[0].lower()]
        near = [*listed[max(0, at - 3) : at], *listed[at + 1 : at + 4]]
        yield from _other(text, match.start(), match.end(), value, {name: _CARDINALS[name] for name in near})
    for match in re.finditer(r"\bone (?P<unit>minute|hour|week|month|year)\b(?!['’])", text):
        yield from _other(
            text, match.start(), match.end(), 1, {f"{n} {match['unit']}s": _CARDINALS[n] for n in listed[1:4]}
        )
    for match in _NUMBER.finditer(text):
        if not _YEAR.match(text, match.start()):
            old = match[0]
            yield from _other(text, match.start(), match.end(), _value(old), {new: _value(new) for new in _digits(old)})
    yield from (change for change in _swapped(text, _SHARES) if not _bounded(text, change.start))


def units(text: str, names: str) -> Iterator[Change]:
    """Put another unit of the same kind in the place of one, where something is measured or counted."""
    del names
    for match in _PERIOD.finditer(text):
        old, plural = match["unit"].lower(), match["plural"]
        if (old == "second" and not (match["amount"] and plural)) or match[0].lower().startswith("one day"):
            continue
        at = _PERIODS.index("month" if old == "quarter" else old)
        others = ("week", "month", "year") if match["named"] else _PERIODS[max(1, at - 2) : at + 3]
        if match["named"] and old not in (*others, "quarter"):
            continue
        ranks = {f"{other}{plural}": _PERIODS.index(other) for other in others if other != old}
        yield from _other(text, match.start("unit"), match.end(), at, ranks, bound_at=match.start())
    for match in _OTHER_UNIT.finditer(text):
        kind = next(kind for kind in _OTHER_UNITS if match["unit"].lower() in kind)
        ranks = {other: rank for rank, other in enumerate(kind) if other != match["unit"].lower()}
        rank = kind.index(match["unit"].lower())
        yield from _other(text, match.start("unit"), match.end("unit"), rank, ranks, bound_at=match.start())
    yield from _swapped(text, _HOW_OFTEN)


def dates(text: str, names: str) -> Iterator[Change]:
    """Put another year, month, season, day of the week or part of the day in the place of one."""
    del names
    for match in _YEAR.finditer(text):
        later = () if text.startswith("-", match.end()) else (1, 2, 3, 5)  # 2017-2020
        years = [str(int(match[0]) + years) for years in (-5, -3, -2, -1, *later)]
        yield Change(match.start(), match.end(), tuple(year for year in years if year not in text))
    for pattern, group in _DATES:
        for match in pattern.finditer(text):
            others = tuple(other for other in group if other not in text)
            if others:
                yield Change(match.start("name"), match.end("name"), others)


def _other(
    text: str, start: int, end: int, value: float, others: Mapping[str, float], *, bound_at: int | None = None
) -> Iterator[Change]:
    """Leave out what a bound, a condition or a ban would make true: who gives at least five gives at least four."""
    before = text[: start if bound_at is None else bound_at]
    least, most = _AT_LEAST.search(before), _AT_MOST.search(before)
    fit = tuple(
        name
        for name, other in others.items()
        if other != value and name not in text and not (least and other < value) and not (most and other > value)
    )
    if (
        fit
        and not _SUFFICES.search(text)
        and not _RESTRICTION.search(_clause(text, start))
        and not _denied_before(text, start)
    ):
        yield Change(start, end, fit)


def _bounded(text: str, start: int) -> bool:
    return bool(_AT_LEAST.search(text[:start]) or _AT_MOST.search(text[:start]))


def _digits(old: str) -> list[str]:
    """Return numbers that differ in one digit."""
    places = [place for place, character in enumerate(old) if character.isdigit()]
    return [old[:place] + digit + old[place + 1 :] for place in places for digit in "123456789" if digit != old[place]]


def _value(digits: str) -> float:
    return float(re.sub(r",(?=\d{3})", "", digits).replace(",", "."))


# -- names and who said it ---------------------------------------------------------------------------------------

KINDS_OF_NAMES: tuple[tuple[str, ...], ...] = (
    ("Facebook", "Instagram", "LinkedIn", "Pinterest", "TikTok", "Twitter", "YouTube", "Xing", "Reddit", "Flickr"),
    ("WhatsApp", "Telegram", "Viber", "Threema"),
    ("Urs Gattiker", "Jay Baer", "Guy Kawasaki", "Seth Godin"),
    ("Gattiker", "Baer", "Kawasaki", "Godin"),
    ("Google", "Yahoo", "Bing"),
    ("ABB", "Siemens", "Bosch"),
    ("ComMetrics", "HubSpot", "Hootsuite"),
    ("Digital.gov", "GOV.UK", "Europa.eu"),
    ("US National Archives", "British Library", "Vatican Museums"),
    ("US", "UK"),
    ("Germany", "France", "Italy", "Spain", "Austria", "Switzerland", "Canada"),
    ("FIFA", "UEFA"),
    ("B2B", "B2C"),
    ("SWOT", "SOSTAC", "PESTEL", "AIDA"),
    ("iPhone", "iPad"),
)
_KNOWN_NAME = re.compile(
    r"(?<![\w.-])(?:"
    + "|".join(sorted(map(re.escape, chain(*KINDS_OF_NAMES)), key=lambda name: -len(name)))
    + r")(?![\w-])(?!\.\w)"
)
_NAME = re.compile(
    r"(?<![\w.@-])[A-Z][a-zà-ÿ]+(?:['’]?[A-Z][A-Za-zà-ÿ]+)?(?: (?:of |de |van )?[A-Z][a-zà-ÿ]+)*(?![\w-]|\.\w)"
)
_NO_NAMES = frozenset(
    """
    A An And As At But By For From He Her His How I If In It Its No Not Of On Or Our She So That The Their These They
    This Those To We What When Where Who Why Yes You Your Weekend Christmas Easter Internet May Mr Mrs Ms Dr
    """.split()  # noqa: SIM905  # a list in lines reads worse
)
_SAID = (
    r"(?:says?|said|writes?|wrote|argues?|argued|warns?|warned|adds?|added|claims?|claimed|thinks?|thought|reports?|"
    r"reported|holds?|held|finds?|found|recommends?|recommended|advises?|advised|admits?|admitted|explains?|explained|"
    r"states?|stated|suggests?|suggested|notes?|noted|believes?|believed|calls?|called|names?|named|lists?|listed|"
    r"wants?|wanted|reminded|defines?|defined|counts?|describes?|described|distinguishes|told|announced|denied)"
)
_SAYS = re.compile(rf"(?: in (?:19|20)\d\d)?,? {_SAID}\b")
_ACCORDING = re.compile(r"\b(?:according to|in the words of|in the view of)(?: the)? $", re.IGNORECASE)
_PREPOSITIONS = frozenset(("on", "in", "by", "with", "of", "for", "from", "to", "at", "about", "than"))
_SOMEBODY = re.compile(
    r"(?P<before>^|\bAccording to |\baccording to |[,;] )(?P<who>[Oo]ne (?:(?!of)\w+ )?(?:source|author|speaker|post))"
    rf"(?=\s(?:{_SAID}|which|that|,)|,|\.)"
)
_SPEAKERS = ("Jay Baer", "Siemens", "Digital.gov", "Urs Gattiker")


def entities(text: str, names: str) -> Iterator[Change]:
    """Put another name in the place of one; of the same kind where the kind is known."""
    known = []
    for match in _KNOWN_NAME.finditer(text):
        known.append((match.start(), match.end()))
        if not _speaks(text, *match.span()):
            kind = next(kind for kind in KINDS_OF_NAMES if match[0] in kind)
            yield Change(*match.span(), tuple(other for other in kind if other not in text))
    for start, end in _names(text):
        if not any(start < stop and begin < end for begin, stop in known) and not _speaks(text, start, end):
            yield from _named(text, start, end, names)


def attributions(text: str, names: str) -> Iterator[Change]:
    """Let somebody else have said it."""
    for match in _SOMEBODY.finditer(text):
        others = tuple(name for name in _SPEAKERS if name not in text and name not in names)
        every = "every" if match["who"][0] == "o" else "Every"
        yield Change(match.start("who"), match.end("who"), (*others, f"{every} {match['who'].split()[-1]}"))
    known = [match.span() for match in _KNOWN_NAME.finditer(text)]
    for start, end in known:
        if _speaks(text, start, end):
            kind = next(kind for kind in KINDS_OF_NAMES if text[start:end] in kind)
            others = kind if _word_before(text, start) == "the" else _SPEAKERS
            yield Change(start, end, tuple(name for name in others if name not in text and text[start:end] not in name))
    for start, end in _names(text):
        if _speaks(text, start, end) and not any(start < stop and begin < end for begin, stop in known):
            yield from _named(text, start, end, names)


def _speaks(text: str, start: int, end: int) -> bool:
    says = _SAYS.match(text, end) and _word_before(text, start) not in _PREPOSITIONS
    return bool(says or _ACCORDING.search(text[:start]))


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Return where names stand; a capital that begins a sentence or quotation says nothing."""
    begins = {start for start, _ in sentence_spans(text)}
    for match in _NAME.finditer(text):
        start = match.start()
        if start in begins or re.search(r"[.!?:\"“”'‘*_(\[#>|-][ \t]*$|\n\s*$", text[:start]):
            first = match[0].find(" ")
            if first < 0:
                continue
            start += first + 1
        words = [word for word in text[start : match.end()].split() if word[0].isupper()]
        if words and not {*words} & {*_NO_NAMES, *_MONTHS, *_DAYS}:
            yield start, match.end()


def _named(text: str, start: int, end: int, names: str) -> Iterator[Change]:
    old = text[start:end]
    found = {names[a:b] for a, b in _names(names)}
    others = sorted(
        name
        for name in found
        if name not in text
        and old not in name
        and len(name.split()) == len(old.split())
        and not re.search(rf"\b{re.escape(name.lower())}\b", names)
    )
    if others:
        yield Change(start, end, tuple(others))


# -- negation ----------------------------------------------------------------------------------------------------

_ORDERS = """
    Add Agree Answer Apologise Ask Begin Build Change Check Choose Close Collect Combine Compare Connect Copy Correct
    Count Cut Decide Define Delete Describe Divide Draft Explain Find Fix Follow Give Greet Include Interview Invite
    Join Judge Keep Learn Leave Let Limit Link List Listen Look Make Mark Measure Meet Mention Mix Move Name Note Offer
    Pay Pick Plan Post Prepare Print Publish Put Read Record Repeat Replace Reply Report Reserve Review Save Score
    Search Send Separate Set Share Show Skip Sort Speak Start Stop Take Tell Test Thank Train Treat Turn Use Visit Watch
    Write
"""
ORDER = re.compile(
    rf"^(?:{'|'.join(_ORDERS.split())})\b(?!-)(?! (?:of|is|are|was|were|can|may|should|has|have|does|counts|shows)\b)"
)
"""An order at the beginning of a sentence; its verb."""
_BAN = re.compile(r"^(?:Do not|Don['’]t|Never) (?!only\b|just\b|merely\b|also\b|fail\b)(?P<verb>\w+)")
_NEGATABLE: Mapping[str, str] = {
    **{verb: f"{verb} not" for verb in ("is", "are", "was", "were", "should", "could", "will", "would", "must")},
    **{verb: f"{verb} not" for verb in ("has", "have", "had")},
    "can": "cannot",
    "may": "will never",
    "might": "will never",
}
_VERB = re.compile(
    r"(?<![\w'’-])(?<!\ba )(?:is|are|was|were|can|should|could|will|would|must|may|might|"
    r"(?<!to )(?<!should )(?<!could )(?<!would )(?<!may )(?<!might )(?<!must )(?:has|have|had)(?= (?:been|\w+ed)\b))"
    r"(?= )(?! (?:not|no|never|nobody|nothing|none|hardly|rarely|seldom|also|even|just|partly|probably|perhaps|likely|"
    r"possibly|certainly|only|once|neither|to be|to|in turn|then|therefore|I|you|we|they|he|she|it)\b)"
)
_SINGULAR_VERBS: Mapping[str, str] = {
    "gives": "give",
    "makes": "make",
    "brings": "bring",
    "lets": "let",
    "means": "mean",
    "suits": "suit",
    "keeps": "keep",
    "becomes": "become",
    "belongs": "belong",
    "takes": "take",
    "creates": "create",
    "requires": "require",
    "depends": "depend",
    "tells": "tell",
    "saves": "save",
    "earns": "earn",
    "allows": "allow",
    "encourages": "encourage",
    "includes": "include",
    "consists": "consist",
    "attracts": "attract",
    "deserves": "deserve",
    "protects": "protect",
}
_SINGULAR = re.compile(rf"(?<=[a-z] )(?:{'|'.join(_SINGULAR_VERBS)})(?= )(?! (?:no|nobody|nothing|not|neither)\b)")
_DENIED = re.compile(
    r"\b(?P<verb>is|are|was|were|can|could|should|will|would|must|does|do|did|has|have|had) ?not"
    r"(?! (?:only|just|merely|yet|even|all|every|always|necessarily|until|before)\b) "
    r"|\b(?P<short>is|are|was|were|could|should|would|does|do|did|has|have|had)n['’]t "
)
_NEVER = re.compile(r"(?<=\S )(?P<never>never|no longer)(?= )")
_NO = re.compile(r"^(?P<word>No|Nobody|Nothing)(?= (?P<next>\w+))")
_QUESTION = re.compile(r"\b(?:whether|how|what|why|which of)\b", re.IGNORECASE)


def order_negated(text: str, names: str) -> Iterator[Change]:
    """Forbid what is told to do."""
    del names
    if order := ORDER.match(text):
        verb = order[0].lower()
        yield Change(0, order.end(), tuple(f"{cue} {verb}" for cue in ("Do not", "Never", "Don't", "You should not")))


def ban_lifted(text: str, names: str) -> Iterator[Change]:
    """Tell to do what is forbidden."""
    del names
    if ban := _BAN.match(text):
        verb = ban["verb"]
        yield Change(0, ban.end(), (verb.capitalize(), f"You should {verb}", f"Always {verb}"))


def verb_negated(text: str, names: str) -> Iterator[Change]:
    """Put a “not” into a statement."""
    del names
    if "?" in text:
        return
    for match in _VERB.finditer(text):
        if _stated(text, match.start()) and not _denied_before(text, match.start()):
            yield Change(match.start(), match.end(), (_NEGATABLE[match[0]],))
    for match in _SINGULAR.finditer(text):
        often = _word_before(text, match.start()) in {"often", "usually", "sometimes", "rarely", "also", "only"}
        if not often and _stated(text, match.start()) and not _denied_before(text, match.start()):
            yield Change(match.start(), match.end(), (f"does not {_SINGULAR_VERBS[match[0]]}",))


def negation_dropped(text: str, names: str) -> Iterator[Change]:
    """Take a “not” out of a statement."""
    del names
    for match in _DENIED.finditer(text):
        if not _asked(text, match.start()):
            yield Change(match.start(), match.end(), (f"{match['verb'] or match['short']} ",))
    for match in _NEVER.finditer(text):
        if not _asked(text, match.start()):
            yield Change(match.start(), match.end(), ("always" if match["never"] == "never" else "still",))
    if nobody := _NO.match(text):
        plural = re.search(r"(?<![suio])s$", nobody["next"])
        every = "All" if plural else "Every"
        yield Change(0, nobody.end(), ({"No": every, "Nobody": "Everybody", "Nothing": "Everything"}[nobody["word"]],))


# -- quantifiers, modal verbs and comparisons --------------------------------------------------------------------

_SEVERAL = r"(?= (?:\w+ )?(?:[a-z-]{3,}[^su\W]s|[a-z-]+(?:ses|uses|sses)|people)\b| of\b)"
"""Things, in the plural, with a word before them perhaps."""
_QUANTIFIERS = (
    _swap("many", "all", then=_SEVERAL, not_after="how so too as great good not the your its these"),
    _swap("some", "all", then=_SEVERAL, not_after="for after at in not"),
    _swap(
        r"most(?! \w+(?:ous|less|ly|ful|ive|able|ant|ent|al)\b)",
        "all",
        then=_SEVERAL,
        not_after="the at its their your our his her than of a with",
    ),
    _swap("several", "all", then=_SEVERAL, not_after="the these not"),
    _swap("few", "most", then=_SEVERAL, not_after="a the these next last first very too so as how"),
    _swap("often", "always", not_after="how more most less as so too very quite not least"),
    _swap("usually|generally|normally|typically|sometimes|occasionally|rarely|seldom", "always", not_after="not"),
    _swap("mostly|mainly|largely|chiefly|primarily", "exclusively", not_after="not"),
    _swap("partly", "entirely", not_after="not"),
    _swap("always", "seldom", not_after="not almost"),
    _swap("tends to", "is certain to"),
    _swap("tend to", "are certain to"),
    _swap(
        "all(?: of)?",
        "only some of",
        then="(?= (?:the|your|its|their|our|these|those) )",
        not_after="not almost nearly at after above and half first",
    ),
    _swap(
        "all",
        "only some",
        then=r"(?= [a-z-]+[^su\W]s\b)(?! (?:kinds|sorts|times|this|its)\b)",
        not_after="not almost nearly at of",
    ),
    _swap("both", "only one of the two", then=r"(?= [a-z-]+s\b)(?! \w+(?: \w+){0,4} and\b)"),
    _swap("none of", "all of"),
    _swap("only", "not only", then=r"(?= (?:when|if|where|after|from|what)\b)"),
)
_EVERY = re.compile(
    r"(?<![\w-])(?:every|each)(?= [a-z-]+)(?! (?:other|of|with|as|has|have|had|is|are|for|in|on|to|by|and|or|one|time|"
    r"now|single|second|third|few|at|from|may|can|should|will|under|\w+ly)\b)",
    re.IGNORECASE,
)
_SUBJECT_BEGINS = re.compile(r"(?:^|, |\b(?:because|since|but|so|that) )$")
_MODALS = (
    _swap("may", "will", then=r"(?! (?:or|well)\b)"),
    _swap("might", "will", then=r"(?! as well\b)"),
    _swap("can", "must|will always", then="(?! and must)"),
    _swap("could", "must"),
    _swap("should|ought to|must", "need not"),
    _swap("likely to", "certain to", not_after="more less most not"),
    _swap("probably|perhaps|possibly|presumably", "certainly", not_after="not"),
)
_DENIED_AFTER = re.compile(r" (?:not|no|never|nobody|nothing|only|hardly|rarely|neither|you|I|we|they)\b")
_BOTH_WAYS = """
    higher|lower larger|smaller better|worse longer|shorter earlier|later easier|harder faster|slower cheaper|dearer
    stronger|weaker newer|older safer|riskier best|worst highest|lowest largest|smallest strongest|weakest
    easiest|hardest newest|oldest longest|shortest increase|decrease increases|decreases increased|decreased
    rises|falls rose|fell grows|shrinks grew|shrank inside|outside long-term|short-term
"""
_NO_PHRASE = r"(?! (?:practices?|silent|asleep|short|into|back|apart|behind|under)\b)"
"""Not best practice, nor what falls silent."""
_COMPARED = (
    *(
        _swap(one, other, then=_NO_PHRASE, not_after="no any at or had")
        for pair in _BOTH_WAYS.split()
        for one, other in (pair.split("|"), reversed(pair.split("|")))
    ),
    _swap("bigger|greater", "smaller"),
    _swap("quicker", "slower"),
    _swap("less", "more", not_after="no or and", then="(?! and less)"),
    _swap("fewer", "more", not_after="no or and"),
    _swap("won", "lost"),
    _swap("without", "with", then=r"(?! (?:any|\w+ing|doubt|a doubt)\b)", not_after="do does or even"),
    _swap("above|over", "under", then=rf"(?= {_AMOUNT}\b)"),
    _swap("below|under", "over", then=rf"(?= {_AMOUNT}\b)"),
    _swap("at least", "at most", then=rf"(?= {_AMOUNT}\b)", not_after="not"),
    _swap("at most", "at least", then=rf"(?= {_AMOUNT}\b)", not_after="not"),
    _swap("above", "below", then="(?= (?:the|an?) )"),
    _swap("below", "above", then="(?= (?:the|an?) )"),
    _swap(
        "before",
        "after",
        then=r"(?= [\w\"“])(?! (?:long|now|and|you know)\b)",
        not_after="long shortly ever never as than and day week month year days weeks months years",
        not_beside="after",
    ),
    _swap(
        "after",
        "before",
        then=r"(?= [\w\"“])(?! (?:all|another|one another)\b)",
        not_after="look looks looked looking take takes named ask day week month year one soon and run",
        not_beside="before earlier",
    ),
    _swap(
        "first",
        "last",
        then=r"(?= [a-z])(?! (?:names?|aid|and|then|of|person|persons|people|time|place)\b)",
        only_after="the its your our their",
        not_beside="last second then next",
    ),
    _swap(
        "last",
        "first",
        then=r"(?= [a-z])(?! (?:names?|time|minute|resort)\b)",
        only_after="the its your our their",
        not_beside="first next",
    ),
)
_MORE = (
    _swap(
        "more",
        "less",
        then=r"(?! (?:or|and|\w+ than one|than (?:one|once))\b)",
        not_after="""
        once any no some is the and or one two never what
    """,
    ),
    _swap("most", "least", then="(?= [a-z])", only_after="the"),
)


def quantifiers(text: str, names: str) -> Iterator[Change]:
    """Widen or narrow a quantifier of a statement or an order."""
    del names
    every = []
    for match in _EVERY.finditer(text):
        subject = _SUBJECT_BEGINS.search(text[: match.start()]) and _has_verb(text, match.end())
        if _word_before(text, match.start()) not in {"not", "almost", "nearly", "and"}:
            every.append(Change(match.start(), match.end(), ("no",) if subject else ("every second",)))
    for change in chain(_swapped(text, _QUANTIFIERS), every):
        if _stated(text, change.start) and not _denied_before(text, change.start):
            yield change


def modalities(text: str, names: str) -> Iterator[Change]:
    """Make what is possible certain or necessary, and what is necessary optional."""
    del names
    for change in _swapped(text, _MODALS):
        old = text[change.start : change.end]
        asks = old[0].isupper() and old.lower() in _NEGATABLE  # "May" the month, too
        if (
            not asks
            and "?" not in text
            and _stated(text, change.start)
            and not _denied_before(text, change.start)
            and not _DENIED_AFTER.match(text, change.end)
        ):
            yield change


def comparatives(text: str, names: str) -> Iterator[Change]:
    """Turn a comparison, an order in time or a direction round."""
    del names
    more = []
    for change in _swapped(text, _MORE):
        word = re.match(r" ([a-z-]+)", text[change.end :])
        several = word is not None and bool(re.search(r"[^su]s$|^people$", word[1]))
        more.append(change._replace(instead=(_FEWER[change.instead[0]],) if several else change.instead))
    yield from (change for change in chain(_swapped(text, _COMPARED), more) if not _asked(text, change.start))


_FEWER = {"less": "fewer", "least": "fewest"}


# -- what a place means in its sentence --------------------------------------------------------------------------

_BREAK = re.compile(r"[,;:()\"“”—–]|\b(?:because|since|so|but|although|though)\b")
_STRONG_BREAK = re.compile(r"[.;:()]|\b(?:because|since|so|but)\b")
_REPORTED = re.compile(rf"\b(?:{_SAID}|shows?|showed|means?|argues?)(?: in (?:19|20)\d\d)? that\b")
_CONDITION = re.compile(
    r"\b(?:that|which|who|whom|whose|when|whenever|where|wherever|if|whether|unless|until|while|what|how|however|why|before|"
    r"after|once|as|than)\b",
    re.IGNORECASE,
)
_RESTRICTION = re.compile(
    r"\b(?:that|which|who|whose|when|whenever|where|if|whether|unless|while|until)\b", re.IGNORECASE
)
_BANNED = re.compile(
    r"\b(?:(?:do|does|did) not|don['’]t|not|never|avoid|nobody|nothing|no|none|neither|nor|without|hardly|rarely|"
    r"seldom|cannot)\b",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|can|could|should|will|would|must|may|might|does|has|had|needs|gets|[a-z]{3,}(?:[^aious]s))\b"
)


def _clause(text: str, at: int) -> str:
    """Return what stands before a place in its clause."""
    start = max((match.end() for match in _BREAK.finditer(text, 0, at)), default=0)
    return text[start:at]


def _stated(text: str, at: int) -> bool:
    """Tell whether a place is in what the sentence states or orders, not in a condition or restriction."""
    return not _CONDITION.search(_REPORTED.sub(" ", _clause(text, at))) and not _asked(text, at)


def _asked(text: str, at: int) -> bool:
    """Tell whether a place is in what somebody is to find out; a comma doesn't end that."""
    start = max((match.end() for match in _STRONG_BREAK.finditer(text, 0, at)), default=0)
    return bool(_QUESTION.search(text, start, at))


def _denied_before(text: str, at: int) -> bool:
    """Tell whether a place is in the reach of a negation, which turns a wider statement into a narrower one."""
    return bool(_BANNED.search(_clause(text, at)))


def _has_verb(text: str, at: int) -> bool:
    """Tell whether a clause goes on with a verb."""
    end = min((match.start() for match in _BREAK.finditer(text, at)), default=len(text))
    return bool(_FINITE.search(text[at:end]))


# -- carrying it out ---------------------------------------------------------------------------------------------

RULES: Mapping[str, tuple[Rule, ...]] = {
    "number": (numbers,),
    "unit": (units,),
    "date": (dates,),
    "entity": (entities,),
    "negation": (order_negated, ban_lifted, verb_negated, negation_dropped),
    "quantifier": (quantifiers,),
    "modality": (modalities,),
    "comparative": (comparatives,),
    "attribution": (attributions,),
}
"""The rules by the kind of error that they make."""


def altered(text: str, change: Change, instead: str) -> str:
    """Carry out a change, with the capital and the article that the new words need.

    Args:
        text: The sentence.
        change: What to change in it.
        instead: One of the texts of the change.
    """
    if text[change.start].isupper() and change.start == 0:
        instead = instead[0].upper() + instead[1:]
    before = text[: change.start]
    article = re.search(r"\b([Aa])n? $", before)
    if article:
        before = f"{before[: article.start()]}{article[1]}{'n' if _sounds_like_vowel(instead) else ''} "
    return before + instead + text[change.end :]


def alternatives(rules: Sequence[Rule], text: str, names: str = "") -> Iterator[str]:
    """Return all that rules make of a sentence, each once.

    Args:
        rules: What to do with it.
        text: The sentence.
        names: Text to take names from.
    """
    changes = (change for rule in rules for change in rule(text, names))
    found = (altered(text, change, instead) for change in changes for instead in change.instead)
    yield from (one for one in dict.fromkeys(found) if one != text)


def _sounds_like_vowel(word: str) -> bool:
    return bool(
        re.match(r"(?:hour|honest|heir|[aeio]|u(?!ni|s[aei]|k\b|s\b|r[ils]))(?!ne\b|nce\b|uro)", word, re.IGNORECASE)
    )


def _drawing(rules: Sequence[Rule]) -> Alteration:
    """Return what draws a place first, then what to put there, so that no place is favoured for its many variants."""

    def draw(text: str, names: str, rng: random.Random) -> str | None:
        changes = [change for rule in rules for change in rule(text, names) if change.instead]
        if not changes:
            return None
        change = rng.choice(changes)
        return altered(text, change, rng.choice(change.instead))

    return draw


ALTERATIONS: Mapping[str, Alteration] = {kind: _drawing(rules) for kind, rules in RULES.items()}
"""The alterations by the kind of error that they make."""
