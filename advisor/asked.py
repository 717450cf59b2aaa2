"""What a question asks for: a figure, a date, a name, or advice; and what a vague one stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from advisor.domain import Evidence
from advisor.evidence import Reading, Sentence, beginnings, covered, has_term, suggested_question
from advisor.terms import content_terms, stem

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
    r"(?:what|whats|which|give me|tell me|have) (?:[\w-]+ ){0,4}(?:percentage|percent|rates?|budget|fine|penalty|"
    r"pixels?|resolution|size|age|salary|phone number|number of)|at what age|how many|"
    r"what exactly (?:do|does|did|would|will|is|are)|"
    r"(?:what|which|the) (?:[\w-]+ ){0,3}(?:ratio|limit|maximum|minimum)\b|^(?:median|mean|average|price|cost)\b|"
    r"\b(?:median|price per|cost per)\b|"
    r"\bin (?:minutes|hours|days|weeks|months|years|per ?cent|euros?|pounds|dollars)\?|"
    r"going rate|benchmarks?|on average|statistics?|exactly how|how exactly many|"
    r"how (?:long|short) (?:is|are|was|were|should|must|can|may) .{0,40}\b"
    r"(?:videos?|clips?|posts?|texts?|captions?|stor(?:y|ies)|reels?|messages?|headlines?|bios?|podcasts?)|"
    r"how (?:big|large|tall|high|heavy|far|old|fast|expensive) (?:is|are|was|were)|"
    r"exact (?:number|figure|amount)|(?:price|cost) of|(?:view|visitor|follower|user) counts?)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(when (?:was|were|did|had|has|is .{0,60}(?:due|born|founded|launched|released|opening))\b|"
    r"(?:what|which|in what|in which) (?:year|date|month|day|decade|century)\b|how long ago\b|since when\b|"
    r"(?:what|which) (?:weekday|hour|week|time)|"
    r"what(?:'s| is| was) the date|at what time|what time|"
    r"(?:best|right|ideal|perfect|optimal) (?:hours?|times?|days?|moment) "
    r"(?:of (?:the )?(?:day|week) )?(?:to|for|on))\b",
    re.IGNORECASE,
)
_KIND_OF_NAME = (
    "company|companies|brand|brands|firm|firms|agency|agencies|author|study|studies|conference|city|country|team|university|"
    "restaurant|hospital|software|apps?|tools?|products?|providers?|vendors?|experts?|ceo|politician|celebrity|"
    "articles? of|paragraph|laws?|features?"
)
_ALWAYS_A_NAME = (
    "app|apps|software|agency|brand|company|law|act|section|article|paragraph|clause|standard|university|study"
)
"""Kinds that are asked for by name even with a word or two before them ("which scheduling app")."""
_NAME = re.compile(
    r"(?:^|[,;:.!?] |\band )(?:so |but )?who(?:'s| is| was| were) "
    r"(?!(?:the )?(?:right|best|responsible|in charge|allowed|supposed|to|going|\w+ing)\b)|"
    r"(?:^|[,;:.!?] |\b(?:and|or|but|so|know|tell me|wonder|exactly) )"
    r"who (?:(?:at|in|from|of|on) (?:\w+ ){1,6})?(?:wrote|won|made|said|took|began|built|led|came up|bought|"
    r"sold|owns|leads|runs|looks after|manages|\w{3,}ed)\b|"
    r"^whose (?:definition|idea|blog|book|post|article|words?|quote|theory|concept|model|view|study|company)\b|"
    r"\bby whom\b|"
    rf"(?<!with )\bwhich (?:specific )?(?:{_KIND_OF_NAME})\b|"
    rf"(?<!with )\bwhich (?!an? |the |of |other |kinds? |types? |sorts? )(?:[\w-]+ ){{1,2}}(?:{_ALWAYS_A_NAME})\b|"
    r"\b(?:section|article|clause|paragraph)s? (?:of|in) (?:the|an?) (?:[\w-]+ ){0,6}(?:act|law|code|directive|gdpr)\b|"
    r"\bwhat (?:is|was|are|were|do you call|did (?:they|he|she) call) [\w '’-]{1,60}\b(?:called|named|titled)\b|"
    r"\bnames?,? please\b|\b(?:need|want|give me|tell me) (?:a|the|some) names?\b|"
    r"\bwhat(?:'s| is| was| are| were) the (?:latest|newest|name|names|capital|author|ceo|founder|title|address|"
    r"website|e-?mail)\b|"
    r"\bwhere (?:is|was|are|were) .{1,60}\b(?:based|located|born|founded|headquartered|from)\b|"
    r"\bname (?:a|an|the|one|two|three|some)\b",
    re.IGNORECASE,
)
_ADVISES = re.compile(
    r"\b(should|shall|ought|sensible|enough|ideal|ideally|right|best|recommend(?:ed)?|reasonable|sufficient|optimal|"
    r"too (?:many|much|few|little)|at once|(?:do|can|could|must|may) (?:i|we|you|one|a)|need(?:s|ed)?|worth)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(seconds?|minutes?|percent(?:age)?|euros?|dollars?|pounds?|characters?|words|pixels?|rate|exact(?:ly)?)\b|[%€$£]",
    re.IGNORECASE,
)
"""Units in which only a source can answer, however the question is put."""
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


_SAYS_WHAT = re.compile(
    r"\b(?:who|whom|whose|when|where|which|why|how|whether|should|shall|can|could|may|must|is|are|was|were|do|does|did|"
    r"if|define|definition|mean(?:s|ing)?|difference|compare|versus|vs|list)\b|"
    r"\bwhat (?!(?:about|can you tell|do you know|advice|tips|ideas|help)\b)|\bwhat's\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:how about|what about|(?:can|could|would|will) you (?:please )?(?:help|advise|tell|give|show|explain)|"
    r"(?:i|we) (?:need|want|would like|'d like|could use|am|are) [^.?!]{0,20}?(?:help|advice|tips|ideas|support)|"
    r"(?:do you have|have you got|got) (?:any )?(?:tips|advice|ideas|help)|what (?:do you know|can you tell)|"
    r"(?:i|we) do(?:n't| not) know (?:anything|much) about|(?:i'm|we're|i am|we are) (?:new to|lost with|stuck with)|"
    r"where do (?:i|we) (?:start|begin)|how (?:do|does|to) (?:i |we |one )?(?:do|use|work)(?= |$))\b",
    re.IGNORECASE,
)
_EMPTY_WORDS = """
    advice advise anything begin better business company everything firm good guidance help ideas improve info
    information know lost marketing media need new plan question shop social something start strategy stuck stuff
    support thoughts tips want work working
"""
_SAYS_NOTHING = frozenset(map(stem, _EMPTY_WORDS.split()))
"""Stems that say nothing in this field."""

_STANDS_FOR = 0.5
"""Similarity from which on a vague question may stand for a listed one; most of the words don't say what is wanted."""

_MOST_SUBJECTS = 3
"""Most content terms of a vague question, without those that say nothing in this field."""


def is_vague(question: str) -> bool:
    """Say whether a question names a subject and not what is wanted of it ("Help me with Instagram", "reviews?")."""
    return (
        not _SAYS_WHAT.search(_FRAME.sub(" ", question))
        and bool(content_terms(question))
        and len(_subjects(question)) <= _MOST_SUBJECTS
    )


def meant_by(question: str, evidence: Sequence[Evidence]) -> str | None:
    """Return the question that a vague one most likely stands for, or ``None`` if none is near enough.

    It is answered by a passage that speaks of every subject which the vague question names.
    """
    subjects = _subjects(question)
    fitting = [
        piece
        for piece in evidence
        if piece.asks
        and piece.asks_similarity >= _STANDS_FOR
        and (not subjects or covered(subjects, _spoken_of(piece)) == 1)
    ]
    return suggested_question(max(fitting, key=lambda piece: piece.topic_similarity)) if fitting else None


def _spoken_of(piece: Evidence) -> frozenset[str]:
    return beginnings(content_terms(" ".join((piece.asks or "", *piece.passage.headings, piece.passage.text))))


def _subjects(question: str) -> list[str]:
    return [term for term in dict.fromkeys(content_terms(_FRAME.sub(" ", question))) if term not in _SAYS_NOTHING]


def asks_for_advice(question: str) -> bool:
    """Say whether a question wants to know what is advisable ("How many platforms should I use?"), not a fact."""
    return bool(_ADVISES.search(question)) and not _MEASURED.search(question)


_UNITS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(given, re.IGNORECASE))
    for asked, given in (
        (
            r"\bper ?cent(?:age)?\b|%|\bproportion\b|\brates?\b",
            r"%|\bper ?cent|\b(?:half|third)s?\b|"
            r"(?<!each )(?<!every )(?<!per )(?<!same )(?<!last )(?<!next )\bquarters?\b",
        ),
        (
            r"\b(?:at most|maximum|limit|at least|minimum)\b",
            r"\b(?:at most|maximum|limit(?:s|ed)?|at least|minimum|up to|no more than|no fewer than)\b",
        ),
        (r"\bratio\b", r"\bto one\b|\d ?: ?\d|\d to \d"),
        (
            r"\b(?:cost|costs|price|prices|charges?|fees?|pay|salary|euros?|dollars?|pounds?|money|budget)\b|[€$£]",
            r"[€$£]|\b(?:euros?|dollars?|pounds?|francs?|cents?|eur|usd|gbp|chf|free)\b",
        ),
        (
            r"\b(?:seconds?|minutes?|hours?|days?|weeks?)\b",
            r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?)\b",
        ),
    )
)
"""For a unit that a question asks in, what a sentence must have to give a figure in that unit."""


def gives(kind: AskedFor, sentence: str, question: str) -> bool:
    """Say whether a sentence has something of the kind, and in the unit, asked for that the question itself lacks."""
    if kind == "figure" and any(asked.search(question) and not given.search(sentence) for asked, given in _UNITS):
        return False
    return has_any(kind, sentence, question)


def has_any(kind: AskedFor, sentence: str, question: str) -> bool:
    """Say whether a sentence has something of the kind asked for, in whatever unit, that the question itself lacks."""
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


_NETWORK_NAMES = (
    "facebook instagram insta linkedin twitter x tiktok youtube pinterest snapchat whatsapp google reddit threads xing "
    "telegram mastodon bluesky"
)
NETWORKS = frozenset(_NETWORK_NAMES.split())
"""Names that questions about social media have anyway; they don't narrow down what is asked."""


def asked_names_of(reading: Reading) -> set[str]:
    """Return the stems of the proper names in a question, names of networks left out."""
    found = {word.lower() for name in names(reading.text) for word in name.split()}
    return {stem(word.removesuffix("'s").removesuffix("’s")) for word in found - NETWORKS}


_ALTERNATIVES = re.compile(r"\b([A-Z][\w.-]*\w) (?:or|vs\.?|versus) ([A-Z][\w.-]*\w)\b")


def unknown_alternatives(reading: Reading) -> bool:
    """Say whether a question offers two names of which the evidence has neither ("Mailchimp or Brevo?")."""
    known = reading.said
    return any(
        not any(name.lower() in NETWORKS or has_term(stem(name.lower()), known) for name in pair)
        for pair in _ALTERNATIVES.findall(reading.text)
    )


def relation_of(reading: Reading, asked_names: set[str]) -> list[str]:
    """Return what is asked *about* the names: the other terms, without words that only name the kind of answer."""
    return [t for t in reading.terms if t not in asked_names and not t.isdigit() and t not in _KIND_TERMS]


def states_fact(kind: AskedFor, sentence: Sentence, reading: Reading) -> bool:
    """Say whether a sentence gives the figure, date or name that was asked for.

    It must have something of that kind that the question doesn't have, and must be about the same thing: what is asked
    *about* a name ("won", "employees", "founded") must be in it, not the name alone.
    """
    if not gives(kind, sentence.text, reading.text):
        return False
    asked_names = asked_names_of(reading)
    heads = beginnings(content_terms(" ".join(sentence.evidence.passage.headings)))
    own = sentence.terms | heads if sentence.similarity >= 0.45 else sentence.terms
    if not all(has_term(term, own) for term in asked_names):
        return False
    share = covered(relation_of(reading, asked_names), own)
    return share >= _RELATION_SHARE or (share >= _CLOSE_SHARE and sentence.similarity >= _CLOSE)


_RELATION_SHARE = 0.6
_CLOSE_SHARE, _CLOSE = 0.4, 0.6
"""A sentence this close to the question may share fewer of its words."""

_KIND_WORDS = "number percentage percent share figure amount exact average year date month name"
_KIND_TERMS = frozenset(map(stem, _KIND_WORDS.split()))
"""Words that name the kind of answer, not its subject."""
