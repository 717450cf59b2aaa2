"""Questions made of statements by pattern, each with the words that answer it. English only; needs no model.

A pattern has to fit a whole sentence, so most sentences give nothing: a question that reads oddly costs the person who
reviews it more than a sentence that is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from advisor.terms import content_terms

Kind = Literal["price", "time", "date", "figure", "percentage", "definition", "person", "place", "frequency", "gap"]


@dataclass(frozen=True)
class Formed:
    """A question made of a sentence.

    Attributes:
        kind: What it asks for.
        question: The question.
        value: The words of the sentence that answer it.
        subject: What the question is about, as it stands in it; empty where it can't be exchanged.
        asked: Stems of which a text has at least one if it says this of anything.
    """

    kind: Kind
    question: str
    value: str
    subject: str = ""
    asked: frozenset[str] = frozenset()

    @property
    def number(self) -> Literal["one", "many", "any"]:
        """Whether the question takes a subject in the singular, in the plural, or either."""
        before = self.question.partition(self.subject)[0].split()[-1:] if self.subject else []
        if before in (["does"], ["is"], ["was"]):
            return "one"
        return "many" if before in (["do"], ["are"], ["were"]) else "any"

    def about(self, subject: str) -> str:
        """Return the same question about something else."""
        return self.question.replace(self.subject, subject, 1)


Lowered = Callable[[str], str]
"""Takes the beginning of a sentence; returns it as it would stand inside one."""

_WORDED = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred|a thousand"
)
_NUMBER = rf"(?:\d+(?:[.,]\d+)*(?: (?:hundred|thousand|million|billion))?|{_WORDED})"
_ABOUT = (
    r"(?:(?:about|around|roughly|some|over|more than|at least|up to|fewer than|less than|nearly|almost|only|just|"
    r"exactly|at most) )?"
)
_MONEY = (
    rf"(?:[€$£] ?\d+(?:[.,]\d+)*(?: (?:thousand|million|billion))?|{_NUMBER} ?(?:€|euros?\b|dollars?\b|pounds?\b|"
    r"cents?\b|pence\b|(?:Swiss )?francs?\b|CHF\b|EUR\b|USD\b|GBP\b))"
)
_PRICE = rf"(?:(?:from |between )?{_NUMBER}(?: (?:to|and|–|-) |–|-))?{_MONEY}(?: (?:per|a|an|each) [a-z]+| each)?"
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_CLOCK = (
    r"(?:noon|midnight|(?:half|quarter) (?:past|to) [a-z]+|\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?|"
    rf"(?:\d{{1,2}}|{_WORDED})(?: o['’]clock)?(?: in the (?:morning|afternoon|evening))?)"
)
_DATE = (
    rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})(?: \d{{4}})?|"
    rf"(?:{_MONTH})(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?|(?:the )?(?:early |late |mid-)?\d{{4}}s?|"
    r"(?:the )?(?:spring|summer|autumn|winter)(?: of)? \d{4})"
)
_SUBJECT = r"(?P<subject>[^,;:()?!\"“”|]{2,60}?)"
_MORE = (
    r"(?:(?P<rest>(?: (?:on|for|in|at|per|with|during|by|to|from|of|without|until|before|after|among|if|when|unless)\b"
    r"[^,;:]{1,60})?)(?:[,;:] .*| (?:because|so|although|while|which|who) .*)?| (?:and|but) .*)"
)
"""What may follow the value: what belongs to the question, then what doesn't."""

_NO_SUBJECT = frozenset(
    """
    it this that these those there he she they one some many few others both neither either none nobody nothing
    everybody everything anyone anybody anything someone somebody something but and or so if when while as in on at for
    with by from to after before since because although however also then here what which who whom whose how why where
    not no yet still even only just often usually sometimes always never maybe perhaps its their his her him them such
    another other more most less least once today tomorrow yesterday now thus therefore instead otherwise first second
    third finally next i until unless whether whoever whatever though about around under over without through during
    """.split()  # noqa: SIM905  # a list in lines reads worse
)
_PRONOUNS = frozenset({"we", "you"})
_IMPERATIVES = frozenset(
    """
    add agree avoid be bring check choose compare decide delete draw end find fix go learn let look mark move note pick
    plan point put read repeat reply say see set sort speak start stop talk tell think treat try turn watch
    """.split()  # noqa: SIM905
)
_NO_LAST_WORD = frozenset("the a an your our its their of to for in on at with by and or each every".split())  # noqa: SIM905
_MANY = re.compile(r"\b(?:\w+s|people|children|men|women|we|you)\b")
_NO_NOUN_PHRASE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|should|would|will|may|might|must|who|which|that|"
    r"because|if|when|while|than|not|never|it|they|he|she|them|this|these|those|there|also|only|then)\b",
    re.IGNORECASE,
)

_BASES = """
    have need use employ sell offer publish post take serve contain include cover run own get receive list hold seat
    last make produce send spend pay charge name recommend give keep write reach test survey ask interview count hire
    open close start begin end finish arrive leave meet appear gain lose win visit buy teach train answer reply show
    measure host store deliver bake print support allow carry work stay wait save earn raise collect
""".split()  # noqa: SIM905
_PAST = dict(
    pair.split(":")
    for pair in """
    have:had sell:sold take:took run:ran get:got hold:held make:made send:sent spend:spent pay:paid give:gave keep:kept
    write:wrote begin:began leave:left meet:met lose:lost win:won buy:bought teach:taught
    """.split()  # noqa: SIM905
)


def _third(base: str) -> str:
    if base == "have":
        return "has"
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    return base[:-1] + "ies" if re.search(r"[^aeiou]y$", base) else base + "s"


def _past(base: str) -> str:
    if base in _PAST:
        return _PAST[base]
    if base.endswith("e"):
        return base + "d"
    return base[:-1] + "ied" if re.search(r"[^aeiou]y$", base) else base + "ed"


_VERBS = {
    **{_past(base): ("did", base) for base in _BASES},
    **{_third(base): ("does", base) for base in _BASES},
    **{base: ("do", base) for base in _BASES},
}
"""Auxiliary and base form by the form that stands in the sentence."""
_VERB = rf"(?P<verb>{'|'.join(sorted(_VERBS, key=len, reverse=True))})"

_PARTICIPLE = (
    "(?:[a-z]{3,}ed|built|made|sold|held|written|begun|won|bought|taken|given|born|sent|set|led|run|drawn|taught)"
)
_ACTIVE = {"written": "wrote", "begun": "began", "taken": "took", "given": "gave", "run": "ran", "drawn": "drew"}
_NAME = r"[A-Z](?:[\w.'’-]*\w)?(?: (?:(?:of|de|van|von|der|la) )?[A-Z](?:[\w.'’-]*\w)?){1,3}"
_PERSONS = (
    "owner|founder|co-founder|manager|director|head|chief|baker|author|editor|president|chair|chairman|chairwoman|"
    "leader|chef|cook|landlord|landlady|secretary|treasurer|inventor|designer|architect|winner|teacher|trainer|boss"
)
_PEOPLE = (
    "woman|man|entrepreneur|consultant|student|mother|father|writer|journalist|lawyer|nurse|doctor|engineer|artist|"
    "member|expert|employee|volunteer|veteran|singer|farmer|shopkeeper|developer|professor|coach|blogger|photographer|"
    "mayor|politician|actor|musician|researcher|scientist"
)
_DEFINITE = re.compile(r"(?:the|our|your|my|each|every|all|most)\b")
_OFTEN = (
    rf"(?:once|twice|{_NUMBER} times) (?:a|an|per|every) (?:hour|day|week|month|quarter|year)|"
    rf"every (?:{_NUMBER} |second |other )?(?:hour|day|week|month|quarter|year|{_DAY})s?"
)
_SPAN = rf"(?:from|between) {_CLOCK} (?:to|until|till|and) {_CLOCK}"
_WHEN = rf"{_SPAN}|at {_CLOCK}|on (?:{_DAY}|{_DATE})|in {_DATE}"
_THINGS = r"(?:[a-z-]+ ){0,2}?(?:[a-z-]+s|people|children|women|men)"
_TIMES = r"(?:seconds|minutes|hours|days|weeks|months|years)"
_AS_LONG = "takes?|took|lasts?|lasted|waits?|waited|stays?|stayed"
_MONEY_WORDS = "cost price euro dollar pound cent franc fee charge pay free € $ £"
_OPEN_WORDS = "open close hours clock daily"


@dataclass(frozen=True)
class _Form:
    """A pattern of sentences.

    Attributes:
        kind: What the question asks for.
        pattern: Matches a whole sentence without its full stop; has the group ``value``.
        ask: Makes the question, without what follows and the question mark, of the match and the subject.
        words: Words of which a text has at least one if it says this of anything.
    """

    kind: Kind
    pattern: re.Pattern[str]
    ask: Callable[[re.Match[str], str], str]
    words: Callable[[re.Match[str]], str]


def _do(found: re.Match[str], subject: str) -> str:
    auxiliary, base = _VERBS[found["verb"]]
    return f"{auxiliary} {subject} {base}"


def _base(found: re.Match[str]) -> str:
    return _VERBS[found["verb"]][1]


_FORMS = (
    _Form(
        "price",
        re.compile(rf"{_SUBJECT} (?P<verb>costs?) {_ABOUT}(?P<value>{_PRICE}){_MORE}"),
        lambda m, s: f"How much {'does' if m['verb'] == 'costs' else 'do'} {s} cost",
        lambda _: _MONEY_WORDS,
    ),
    _Form(
        "price",
        re.compile(rf"{_SUBJECT} (?P<be>is|are) {_ABOUT}(?P<value>{_PRICE}){_MORE}"),
        lambda m, s: f"How much {m['be']} {s}",
        lambda _: _MONEY_WORDS,
    ),
    _Form(
        "price",
        re.compile(rf"{_SUBJECT}(?::| [–—-]) {_ABOUT}(?P<value>{_PRICE})(?P<rest>)"),
        lambda _, s: f"How much is {s}",
        lambda _: _MONEY_WORDS,
    ),
    _Form(
        "time",
        re.compile(rf"{_SUBJECT} (?P<be>is|are) open (?P<value>{_SPAN}){_MORE}"),
        lambda m, s: f"When {m['be']} {s} open",
        lambda _: _OPEN_WORDS,
    ),
    _Form(
        "time",
        re.compile(rf"{_SUBJECT} (?P<verb>opens?|closes?) (?P<value>{_WHEN}){_MORE}"),
        lambda m, s: f"When {_do(m, s)}",
        lambda _: _OPEN_WORDS,
    ),
    _Form(
        "time",
        re.compile(
            rf"{_SUBJECT} (?P<verb>starts?|begins?|ends?|finish(?:es)?|arrives?|leaves?) (?P<value>{_WHEN}){_MORE}"
        ),
        lambda m, s: f"When {_do(m, s)}",
        lambda m: f"{_base(m)} begin start end",
    ),
    _Form(
        "date",
        re.compile(
            rf"{_SUBJECT} (?P<be>was|were|is|are) (?P<done>{_PARTICIPLE})(?: by [^,;:]{{2,40}}?)?"
            rf" (?P<value>(?:in|on|since) {_DATE}){_MORE}"
        ),
        lambda m, s: f"When {m['be']} {s} {m['done']}",
        lambda m: f"{m['done']} since begin start launch",
    ),
    _Form(
        "person",
        re.compile(
            rf"{_SUBJECT} (?:was|were) (?P<done>{_PARTICIPLE})(?: (?:in|on) {_DATE})? by (?P<value>{_NAME}){_MORE}"
        ),
        lambda m, s: f"Who {_ACTIVE.get(m['done'], m['done'])} {s}",
        lambda m: m["done"],
    ),
    _Form(
        "person",
        re.compile(rf"{_SUBJECT} (?P<be>is|are) (?P<done>{_PARTICIPLE}) by (?P<value>{_NAME}){_MORE}"),
        lambda m, s: f"By whom {m['be']} {s} {m['done']}",
        lambda m: m["done"],
    ),
    _Form(
        "person",
        re.compile(
            rf"(?P<value>{_NAME}) (?P<be>is|was) the (?P<role>(?:[a-z-]+ )?(?:{_PERSONS})) of "
            r"(?P<subject>[^,;:]{2,50}?)(?P<rest>)(?:[,;:] .*| (?:and|but|who) .*)?"
        ),
        lambda m, s: f"Who {m['be']} the {m['role']} of {s}",
        lambda m: m["role"],
    ),
    _Form(
        "person",
        re.compile(
            rf"[Tt]he (?P<role>(?:[a-z-]+ )?(?:{_PERSONS})) of (?P<subject>[^,;:]{{2,50}}?) (?P<be>is|was) "
            rf"(?P<value>{_NAME})(?P<rest>)(?:[,;:] .*| (?:and|but|who) .*)?"
        ),
        lambda m, s: f"Who {m['be']} the {m['role']} of {s}",
        lambda m: m["role"],
    ),
    _Form(
        "place",
        re.compile(
            rf"{_SUBJECT} (?P<be>is|are) (?P<done>located|based|situated) "
            r"(?P<value>(?:in|at|near|on|opposite|behind|beside) [^,;:]{3,50})(?P<rest>)(?:[,;:] .*)?"
        ),
        lambda m, s: f"Where {m['be']} {s} {m['done']}",
        lambda _: "located based situated address street",
    ),
    _Form(
        "figure",
        re.compile(rf"{_SUBJECT} (?P<verb>{_AS_LONG}) {_ABOUT}(?P<value>{_NUMBER} {_TIMES})\b{_MORE}"),
        lambda m, s: f"How long {_do(m, s)}",
        lambda m: f"{_base(m)} minutes hours days weeks months years",
    ),
    _Form(
        "figure",
        re.compile(rf"{_SUBJECT} {_VERB} {_ABOUT}(?P<value>{_NUMBER} (?P<things>{_THINGS}))\b{_MORE}"),
        lambda m, s: f"How many {m['things']} {_do(m, s)}",
        lambda m: m["things"].split()[-1],
    ),
    _Form(
        "figure",
        re.compile(rf"{_SUBJECT} {_VERB} {_ABOUT}(?P<value>{_PRICE}){_MORE}"),
        lambda m, s: f"How much {_do(m, s)}",
        lambda _: _MONEY_WORDS,
    ),
    _Form(
        "frequency",
        re.compile(rf"{_SUBJECT} (?P<be>is|are) (?P<done>{_PARTICIPLE}) (?P<value>{_OFTEN}){_MORE}"),
        lambda m, s: f"How often {m['be']} {s} {m['done']}",
        lambda m: m["done"],
    ),
    _Form(
        "frequency",
        re.compile(rf"{_SUBJECT} {_VERB}(?P<object>(?: [a-z-]+){{0,3}}?) (?P<value>{_OFTEN}){_MORE}"),
        lambda m, s: f"How often {_do(m, s)}{m['object']}",
        lambda m: f"{_base(m)}{m['object']}",
    ),
)

_SHARE = re.compile(
    r"(?:(?:About|Around|Roughly|Over|More than|Nearly|Almost|Only) )?(?P<value>\d+(?:[.,]\d+)* ?(?:%|per ?cent))"
    r"(?P<said> of [^,;:]{8,110})(?:[,;] .*)?"
)
_THERE_ARE = re.compile(rf"There (?P<be>are|were) {_ABOUT}(?P<value>{_NUMBER} (?P<things>{_THINGS}))\b{_MORE}")
_AFTER_NOUN = r"(?:[,;:] .*| (?:that|which|who|where)\b.*)?"
_IS = re.compile(rf"{_SUBJECT} (?P<be>is) (?P<value>(?:an?|the) [^,;:]{{8,}}?){_AFTER_NOUN}")
_ARE = re.compile(
    rf"{_SUBJECT} (?P<be>are) (?P<value>(?:[a-z-]+ ){{0,3}}[a-z-]+s) (?:that|which|who|for|in which|with which) .{{8,}}"
)
_MEANS = re.compile(rf"{_SUBJECT} (?P<verb>means?|stands? for) (?P<value>[^,;:]{{8,}}?){_AFTER_NOUN}")
_GAP = re.compile(rf"(?<![\w.,]){_MONEY}|(?<![\w.,€$£])\d+(?:[.,]\d+)*(?: ?%| per ?cent| [a-z]{{3,}})?")

MOST_SUBJECT_WORDS = 6
MOST_DEFINED_WORDS = 4
MOST_VALUE_WORDS = 7
"""A definition's first words are enough to tell it by."""
FEWEST_WORDS_AROUND_GAP = 6


def forms_of(sentence: str, lowered: Lowered) -> Iterator[Formed]:
    """Yield the questions that a sentence answers, at most one of each kind.

    Args:
        sentence: A plain sentence on one line.
        lowered: Puts a sentence's beginning into the lower case where it is no name.
    """
    text = sentence.rstrip(" .!")
    kinds = set()
    for form in _FORMS:
        found = None if form.kind in kinds else form.pattern.fullmatch(text)
        if found is None or (subject := _subject(found["subject"], lowered)) is None:
            continue
        if " do  " in form.ask(found, "") and not _MANY.search(subject):
            continue  # what looks like a verb is a noun
        kinds.add(form.kind)
        question = f"{form.ask(found, subject)}{found['rest'] or ''}?"
        # “We” and “you” are about whoever asks, and can't be exchanged for anything.
        own = "" if subject in _PRONOUNS else subject
        yield Formed(form.kind, question, found["value"], own, frozenset(content_terms(form.words(found))))
    if found := _SHARE.fullmatch(text):
        yield Formed("percentage", f"What percentage{found['said']}?", found["value"])
    if found := _THERE_ARE.fullmatch(text):
        question = f"How many {found['things']} {found['be']} there{found['rest'] or ''}?"
        yield Formed("figure", question, found["value"])
    yield from _defined(text, lowered)


def gap_of(sentence: str) -> Formed | None:
    """Return the question after the one number with its unit, or the one name, that a sentence has inside."""
    words = sentence.split()
    if not re.fullmatch(r"[A-Z][^:;\"“”()']+\.", sentence) or sum(w[0].islower() for w in words) < len(words) / 2:
        return None  # a title, a list, or a part of something
    figures = list(_GAP.finditer(sentence))
    names = [found for found in re.finditer(_NAME, sentence) if found.start() > 0]
    gaps = figures if len(figures) == 1 else names if not figures and len(names) == 1 else []
    if not gaps:
        return None
    before, after = sentence[: gaps[0].start()], sentence[gaps[0].end() :]
    if len(f"{before} {after}".split()) < FEWEST_WORDS_AROUND_GAP or not before.endswith(" ") or after[0] not in " ,.":
        return None
    return Formed("gap", f"Which words are missing here: “{before}___{after}”", gaps[0][0])


def _defined(text: str, lowered: Lowered) -> Iterator[Formed]:
    for pattern in (_IS, _ARE, _MEANS):
        found = pattern.fullmatch(text)
        subject = _subject(found["subject"], lowered) if found else None
        if found is None or subject is None or len(subject.split()) > MOST_DEFINED_WORDS:
            continue
        named = any(map(str.isupper, subject))
        if subject in _PRONOUNS or (_DEFINITE.match(subject) and not named):  # “the course” is only known from before
            continue
        value = " ".join(found["value"].split()[:MOST_VALUE_WORDS])
        if len(content_terms(value)) < 1 + (pattern is _IS) or (value.startswith("the ") and not named):
            continue
        if pattern is _MEANS:
            verb, _, rest = found["verb"].partition(" ")
            auxiliary, base = ("does", verb[:-1]) if verb.endswith("s") else ("do", verb)
            yield Formed("definition", f"What {auxiliary} {subject} {' '.join(filter(None, (base, rest)))}?", value)
        else:
            person = re.search(rf"\b(?:{_PERSONS}|{_PEOPLE})\b", value) and re.fullmatch(_NAME, subject)
            yield Formed("definition", f"{'Who' if person else 'What'} {found['be']} {subject}?", value)


def _subject(text: str, lowered: Lowered) -> str | None:
    """Return a subject that stands on its own, as it would stand inside a sentence."""
    words = text.split()
    first = words[0].lower()
    if first in _PRONOUNS:
        return first if len(words) == 1 else None
    if first in _NO_SUBJECT | _IMPERATIVES | set(_BASES) or first.endswith("ing"):  # “Ask the last …” is an order
        return None
    if len(words) > MOST_SUBJECT_WORDS or words[-1].lower() in _NO_LAST_WORD or _NO_NOUN_PHRASE.search(text):
        return None
    return lowered(text) if re.search(r"[^\W\d_]{3}", text) and content_terms(text) else None
