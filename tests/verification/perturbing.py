"""Rules that turn a true sentence into one that its passage doesn't state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Rule = Callable[[str], Iterator[str]]

PREFIXES = (
    "It is not true that",
    "It is false that",
    "It is a myth that",
    "It is wrong that",
    "Nobody should believe that",
)
CLAUSES = (
    " and doubles sales",
    ", because algorithms reward it",
    " and attract investors",
    " within six weeks",
    ", which lowers taxes",
    " on TikTok",
    ", especially in Germany",
)
NAMES = (
    ("Urs Gattiker", "Jay Baer"),
    ("Gattiker", "Kawasaki"),
    ("ABB", "Siemens"),
    ("FIFA", "UEFA"),
    ("Facebook", "Pinterest"),
    ("LinkedIn", "Xing"),
    ("Instagram", "TikTok"),
    ("Twitter", "Reddit"),
    ("ComMetrics", "HubSpot"),
    ("Flickr", "Unsplash"),
    ("B2B", "B2C"),
    ("US National Archives", "British Museum"),
    ("YouTube", "Vimeo"),
    ("WhatsApp", "Telegram"),
)
WIDER = (
    ("often", "always"),
    ("usually", "always"),
    ("sometimes", "always"),
    ("rarely", "often"),
    ("some", "all"),
    ("many", "all"),
    ("most", "all"),
    ("several", "all"),
    ("few", "many"),
    ("mainly", "exclusively"),
    ("partly", "entirely"),
    ("tends to", "will always"),
)
MODALS = (
    ("may", "will"),
    ("might", "will"),
    ("can", "must"),
    ("can", "will always"),
    ("could", "will"),
    ("should", "must"),
)
COMPARED = (
    ("more", "less"),
    ("less", "more"),
    ("before", "after"),
    ("after", "before"),
    ("better", "worse"),
    ("best", "worst"),
    ("higher", "lower"),
    ("faster", "slower"),
    ("cheaper", "dearer"),
    ("first", "last"),
    ("with", "without"),
    ("without", "with"),
    ("inside", "outside"),
    ("existing", "new"),
    ("long-term", "short-term"),
    ("public", "private"),
    ("at least", "at most"),
    ("more than", "less than"),
)
UNITS = (
    ("hours", "days"),
    ("hour", "day"),
    ("days", "weeks"),
    ("day", "week"),
    ("weeks", "months"),
    ("week", "month"),
    ("months", "years"),
    ("month", "year"),
    ("years", "months"),
    ("year", "month"),
    ("weekly", "daily"),
    ("monthly", "weekly"),
    ("daily", "monthly"),
    ("overnight", "within a year"),
)
NUMBERS = [
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
    "twenty",
    "fifty",
    "hundred",
    "thousand",
    "million",
]
AUXILIARIES = ["is", "are", "was", "were", "can", "should", "may", "must", "will", "could", "has", "have", "does", "do"]
NEGATIVE_VERBS = ("Avoid", "Stop", "Refuse", "Reject", "Ignore")
_SUBORDINATE = re.compile(
    r",? (?:when|if|only when|only if|unless|because|until|as long as|where|provided that|once|so that) [^,]+(?=[.,])"
)
_BARE = re.compile(
    r"^(?:Set|Give|Agree|Look|Note|Collect|Write|Connect|Score|Visit|Add|Keep|Check|Skip|Reserve|Take|Ask|Answer|Use"
    r"|Choose|Publish|Post|Compare|Count|Start|Make|Let|Name|Invite|Reply|Decide|Plan|Measure|Read|Show|Tell|Put|Move"
    r"|Describe|List|Thank|Record|Review|Offer|Fix|Begin|Find|Link|Save|Share|Test|Treat|Watch|Pick|Speak|Stop|Turn"
    r"|Divide|Draft|Train|Send|Search|Report|Separate|Repeat|Prepare|Pay|Mark|Join|Judge|Interview|Include|Follow|Build"
    r"|Limit|Listen|Mention|Search|Mix|Define|Change|Combine|Leave|Explain|Divide|Cut|Copy|Close|Apologise)\b"
)


def lowered(sentence: str) -> str:
    """Return the sentence as it goes on after a prefix."""
    first = sentence.split()[0]
    kept = (
        first == "I"
        or any(c.isupper() for c in first[1:])
        or any(first.strip(",") in n for pair in NAMES for n in pair)
    )
    return sentence if kept else sentence[0].lower() + sentence[1:]


def swapped(sentence: str, old: str, new: str) -> Iterator[str]:
    """Replace each occurrence of a word, one at a time."""
    for match in re.finditer(rf"(?<![\w-]){re.escape(old)}(?![\w-])", sentence, re.IGNORECASE):
        put = new.capitalize() if match.group()[0].isupper() and new.islower() else new
        yield sentence[: match.start()] + put + sentence[match.end() :]


def replacing(*pairs: tuple[str, str]) -> Rule:
    def rule(sentence: str) -> Iterator[str]:
        for old, new in pairs:
            yield from swapped(sentence, old, new)

    return rule


def order_negated(sentence: str) -> Iterator[str]:
    if _BARE.match(sentence):
        for cue in ("Do not", "Never", "Don't"):
            yield f"{cue} {lowered(sentence)}"
        yield f"You should not {lowered(sentence)}"


def ban_lifted(sentence: str) -> Iterator[str]:
    rest = re.match(r"(?:Do not|Don't|Never) (.*)", sentence)
    if rest:
        yield rest[1][0].upper() + rest[1][1:]
        yield f"You should {rest[1]}"
        yield f"Always {rest[1]}"


def double_negated(sentence: str) -> Iterator[str]:
    first = sentence.split()[0]
    if first in NEGATIVE_VERBS:
        for cue in ("Do not", "Never", "You should not"):
            yield f"{cue} {lowered(sentence)}"
        yield sentence.split(" ", 1)[1].capitalize()
    rest = re.match(r"(?:Do not|Don't|Never) (.*)", sentence)
    if rest:
        yield f"Do not fail to {rest[1]}"
        yield f"Never refuse to {rest[1]}"


def denied(sentence: str) -> Iterator[str]:
    if not _BARE.match(sentence) and not re.match(r"(?:Do not|Don't|Never|Avoid)\b", sentence):
        for prefix in PREFIXES:
            yield f"{prefix} {lowered(sentence)}"


def verb_negated(sentence: str) -> Iterator[str]:
    for word in AUXILIARIES:
        for match in re.finditer(rf" {word}(?! (?:not|no|never|n't)\b) ", sentence):
            if word in {"do", "does", "have", "has"} and match.start() < 4:
                continue
            yield sentence[: match.end()] + "not " + sentence[match.end() :]


def negation_dropped(sentence: str) -> Iterator[str]:
    for match in re.finditer(r" (?:not|never|no longer)(?! (?:only|just|merely))(?= )", sentence):
        text = sentence[: match.start()] + sentence[match.end() :]
        yield re.sub(r"^Do (\w)", lambda m: m[1].upper(), text)
    for match in re.finditer(r"\b(?:No|Nobody|no)\b(?= )", sentence):
        put = {"No": "Every", "Nobody": "Everybody", "no": "every"}[match.group()]
        yield sentence[: match.start()] + put + sentence[match.end() :]


def number_changed(sentence: str) -> Iterator[str]:
    for i, word in enumerate(NUMBERS):
        if word != "one" or re.search(r"\bone (?:hour|day|week|month|year|linked)", sentence):
            yield from swapped(sentence, word, NUMBERS[(i + 3) % len(NUMBERS)])
    for match in re.finditer(r"\d[\d,.]*\d|\d", sentence):
        digits = match.group()
        changed = digits[:-1] + str((int(digits[-1]) + 2) % 10)
        yield sentence[: match.start()] + changed + sentence[match.end() :]


def attribution_dropped(sentence: str) -> Iterator[str]:
    plain = re.sub(r"(?:^According to [^,]+, |, according to [^.,]+|, Urs Gattiker wrote in 2010)", "", sentence)
    plain = re.sub(
        r"^(?:One|The|A)(?: \w+){0,2} (?:source|reader|speaker|author|post)s? (?:\w+ )?"
        r"(?:says?|said|writes|wrote|claims|adds|warns|thinks|reports?|holds)(?: in \d{4})?(?: that)? ",
        "",
        plain,
    )
    plain = re.sub(r"^Urs Gattiker wrote in 2010 that ", "", plain)
    called = re.match(r"One (?:undated )?source calls (.*? marketing|word of mouth) (.*)", sentence)
    if called:
        yield f"{called[1][0].upper()}{called[1][1:]} is {called[2]}"
    if plain != sentence:
        yield plain[0].upper() + plain[1:]


def condition_dropped(sentence: str) -> Iterator[str]:
    for match in _SUBORDINATE.finditer(sentence):
        if not re.match(r",? (?:because|so that)", match.group()):
            yield sentence[: match.start()] + sentence[match.end() :]


def condition_flipped(sentence: str) -> Iterator[str]:
    for old, new in (("if", "unless"), ("unless", "if"), ("only when", "even when"), ("when", "except when")):
        if old != "when" or " only when" not in sentence:
            yield from swapped(sentence, old, new)


def clause_added(sentence: str) -> Iterator[str]:
    yield from (sentence[:-1] + clause + "." for clause in CLAUSES)


def sides_swapped(sentence: str) -> Iterator[str]:
    if re.search(r" rather than | instead of ", sentence):
        found = re.match(r"(.* )(\w+ ?\w+) (rather than|instead of) (\w+ ?\w+)(.*)", sentence)
        if found:
            yield f"{found[1]}{found[4]} {found[3]} {found[2]}{found[5]}"
    because = re.match(r"([^,]+), because ([^,]+)\.$", sentence)
    if because:
        yield f"{because[2][0].upper()}{because[2][1:]}, because {lowered(because[1])}."


def roles_swapped(sentence: str) -> Iterator[str]:
    verbs = "needs need helps help earns creates shows brings takes demands encourages calls wants gives leads"
    for verb in verbs.split():
        found = re.match(rf"([A-Z][\w' -]+?) {verb} ((?:an? |the )?\w+(?: \w+)?)([ ,.].*)", sentence)
        if found and len(found[1].split()) <= 4:
            yield f"{found[2][0].upper()}{found[2][1:]} {verb} {lowered(found[1])}{found[3]}"


def opposites(sentence: str) -> Iterator[str]:
    pairs: tuple[str, ...] = (
        "trust|distrust",
        "useful|useless",
        "success|failure",
        "grow|shrink",
        "help|harm",
        "good|bad",
        "true|false",
    )
    pairs += ("small|large", "free|costly", "online|offline", "passive|proactive", "proactive|passive", "rude|polite")
    pairs += ("goal|obstacle", "weak|strong", "easy|hard", "early|late", "open|closed", "complex|simple", "high|low")
    pairs += ("important|unimportant", "loyalty|disloyalty", "likely|unlikely", "risky|safe", "cheap|expensive")
    yield from replacing(*[(p.split("|")[0], p.split("|")[1]) for p in pairs])(sentence)


RULES: dict[str, Rule] = {
    "order negated": order_negated,
    "ban lifted": ban_lifted,
    "double negation": double_negated,
    "denying prefix": denied,
    "verb negated": verb_negated,
    "negation dropped": negation_dropped,
    "number": number_changed,
    "unit": replacing(*UNITS),
    "name": replacing(*NAMES),
    "wider quantifier": replacing(*WIDER),
    "stronger modal": replacing(*MODALS),
    "attribution dropped": attribution_dropped,
    "condition dropped": condition_dropped,
    "condition flipped": condition_flipped,
    "clause added": clause_added,
    "comparison": replacing(*COMPARED),
    "sides swapped": sides_swapped,
    "roles swapped": roles_swapped,
    "opposite": opposites,
}


def perturbed(sentence: str) -> Iterator[tuple[str, str]]:
    """Return the kind and the text of each false variant of a sentence."""
    for kind, rule in RULES.items():
        for text in dict.fromkeys(rule(sentence)):
            if text != sentence:
                yield kind, text
