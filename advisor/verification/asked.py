"""What a question asks for: a figure, a date, a name, or advice."""

from __future__ import annotations

import re
from typing import Literal

AskedFor = Literal["figure", "date", "name", "advice"]

_QUANTITY = (
    "price|cost|costs|fee|fees|salary|rate|ctr|cpc|cpm|conversion rate|engagement rate|click-through rate|click rate|"
    "revenue|turnover|market share|number|percentage|budget|population|size|height|weight|distance|age|roi|"
    "return on investment"
)
_FIGURE = re.compile(
    r"\b(how many|how much (?:is|are|was|were|does|do|did|money|revenue|profit|traffic|would|will)|"
    r"what (?:percentage|percent|share|proportion|number|amount|figure|fraction)|which percentage|"
    r"(?:what(?:'s| is| are| was| were)|give me|tell me) (?:the |an? )?"
    r"(?:exact |average |typical |usual |current |total |minimum |maximum |standard |normal )*"
    rf"(?:{_QUANTITY})|"
    r"what (?:do|does|did|would|will|should) .{1,80}\b(?:cost|charge|earn|pay|weigh)|"
    r"how much (?:should|can|could|must|may) (?:i|we|you|one|a|an|it)|how much .{1,60}\b(?:cost|costs|charge|pay|earn)|"
    r"going rate|benchmarks?|on average|statistics?|exactly how|how exactly many|"
    r"how (?:long|short) (?:is|are|was|were|should|must|can|may) .{0,40}\b"
    r"(?:videos?|clips?|posts?|texts?|captions?|stor(?:y|ies)|reels?|messages?|headlines?|bios?|podcasts?)|"
    r"how (?:big|large|tall|high|heavy|far|old|fast|expensive) (?:is|are|was|were)|"
    r"exact (?:number|figure|amount)|(?:price|cost) of)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(when (?:was|were|did|had|has|is .{0,60}(?:due|born|founded|launched|released|opening))\b|"
    r"(?:what|which|in what|in which) (?:year|date|month|day|decade|century)\b|how long ago\b|since when\b|"
    r"what(?:'s| is| was) the date|at what time|what time|"
    r"(?:best|right|ideal|perfect|optimal) (?:hours?|times?|days?|moment) "
    r"(?:of (?:the )?(?:day|week) )?(?:to|for|on))\b",
    re.IGNORECASE,
)
_KIND_OF_NAME = (
    "company|companies|brand|brands|firm|firms|agency|agencies|person|people|author|city|country|team|university|"
    "restaurant|hospital|software|apps?|tools?|products?|providers?|vendors?|experts?|ceo|politician|celebrity"
)
_NAME = re.compile(
    r"(?:^|[,;:] |\band )\s*(?:so |and |but )?who(?:'s| is| was| were)?\s+(?:the |an? )?"
    r"(?!(?:should|can|could|must|may|might|will|would|do|does|shall|ought|needs?|has to|have to|are|am|i|we|you|to)\b)"
    r"\w+|"
    r"\bwho (?:founded|invented|wrote|won|owns|created|said|made|leads|coined|started|bought|runs|directed|"
    r"discovered|designed|published)\b|\bwhose\b|\bby whom\b|"
    rf"\bwhich (?:specific )?(?:{_KIND_OF_NAME})\b|"
    r"\bwhat(?:'s| is| was| are| were) the (?:name|names|capital|author|ceo|founder|title|address|website|e-?mail)\b|"
    r"\bwhere (?:is|was|are|were) .{1,60}\b(?:based|located|born|founded|headquartered|from)\b|"
    r"\bname (?:a|an|the|one|two|three|some)\b",
    re.IGNORECASE,
)
_ADVISES = re.compile(
    r"\b(should|shall|ought|sensible|enough|ideal|ideally|right|best|recommend(?:ed)?|reasonable|sufficient|optimal|"
    r"too (?:many|much|few|little)|at once|(?:do|can|could|must|may) (?:i|we|you|one|a)|need(?:s|ed)?|worth)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(?:[01]?\d|2[0-3])(?::[0-5]\d|\s?(?:am|pm|a\.m|p\.m|o'clock))|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|"
    r"\b(?:noon|midnight)\b",
    re.IGNORECASE,
)
_NUMBER_WORD = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|"
    r"million|billion|half|third|quarter|dozen|once|twice|no|none|zero)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_MONTH = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december)\b", re.IGNORECASE
)
_NAME_IN_TEXT = re.compile(
    r"(?<![.!?:•\-–]\s)(?<!^)\b[A-Z][\w&.'’-]*[A-Za-z]\b|\b[A-Z]{2,}\b|\b[A-Z][a-z]+ [A-Z][a-z]+"
)


def asked_for(question: str) -> AskedFor:
    """Return what kind of answer a question wants.

    "How much promotion is too much?" and "When should I stop?" want advice; "How many followers does X have?", "When
    was X founded?" and "Who founded X?" want a fact that a text either gives or doesn't.
    """
    if _DATE.search(question):
        return "date"
    if _FIGURE.search(question):
        return "figure"
    if _NAME.search(question):
        return "name"
    return "advice"


def asks_for_advice(question: str) -> bool:
    """Say whether a question wants to know what is advisable ("How many platforms should I use?"), not a fact."""
    return bool(_ADVISES.search(question))


def gives(kind: AskedFor, sentence: str, question: str) -> bool:
    """Say whether a sentence has something of the kind asked for that is not in the question itself."""
    if kind == "figure":
        numbers = [n for n in re.findall(r"\d[\d.,]*", sentence) if n.strip(".,") not in question]
        numbers = [n for n in numbers if not _YEAR.fullmatch(n.strip(".,"))]
        in_words = [w for w in _NUMBER_WORD.findall(sentence) if w.lower() not in question.lower()]
        return bool(numbers or [w for w in in_words if w.lower() not in {"one", "no", "none", "once"}])
    if kind == "date":
        dates = [*_YEAR.findall(sentence), *_MONTH.findall(sentence), *_CLOCK.findall(sentence)]
        return any(d.lower() not in question.lower() for d in dates)
    if kind == "name":
        return any(name.lower() not in question.lower() for name in names(sentence))
    return True


def names(text: str) -> list[str]:
    """Return what looks like a proper name: capitalised words inside a sentence, acronyms, capitalised pairs."""
    return _NAME_IN_TEXT.findall(text)
