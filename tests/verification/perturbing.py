"""Rules that turn a true sentence into one that its passage doesn't state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from advisor.evals import altering

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
KNOWN_NAMES = {word for kind in altering.KINDS_OF_NAMES for name in kind for word in name.split()}
NEGATIVE_VERBS = ("Avoid", "Stop", "Refuse", "Reject", "Ignore")
_SUBORDINATE = re.compile(
    r",? (?:when|if|only when|only if|unless|because|until|as long as|where|provided that|once|so that) [^,]+(?=[.,])"
)


def lowered(sentence: str) -> str:
    """Return the sentence as it goes on after a prefix."""
    first = sentence.split()[0]
    kept = first == "I" or any(c.isupper() for c in first[1:]) or first.strip(",") in KNOWN_NAMES
    return sentence if kept else sentence[0].lower() + sentence[1:]


def swapped(sentence: str, old: str, new: str) -> Iterator[str]:
    """Replace each occurrence of a word, one at a time."""
    for match in re.finditer(rf"(?<![\w-]){re.escape(old)}(?![\w-])", sentence, re.IGNORECASE):
        put = new.capitalize() if match.group()[0].isupper() and new.islower() else new
        yield sentence[: match.start()] + put + sentence[match.end() :]


def shared(*rules: altering.Rule) -> Rule:
    """Return rules of the evaluation as one of ours."""
    return lambda sentence: altering.alternatives(rules, sentence)


def replacing(*pairs: tuple[str, str]) -> Rule:
    def rule(sentence: str) -> Iterator[str]:
        for old, new in pairs:
            yield from swapped(sentence, old, new)

    return rule


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
    if not altering.ORDER.match(sentence) and not re.match(r"(?:Do not|Don't|Never|Avoid)\b", sentence):
        for prefix in PREFIXES:
            yield f"{prefix} {lowered(sentence)}"


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
    pairs += ("public|private", "private|public", "existing|new", "with|without")
    yield from replacing(*[(p.split("|")[0], p.split("|")[1]) for p in pairs])(sentence)


RULES: dict[str, Rule] = {
    "order negated": shared(altering.order_negated),
    "ban lifted": shared(altering.ban_lifted),
    "double negation": double_negated,
    "denying prefix": denied,
    "verb negated": shared(altering.verb_negated),
    "negation dropped": shared(altering.negation_dropped),
    **{kind: shared(*rules) for kind, rules in altering.RULES.items() if kind != "negation"},
    "attribution dropped": attribution_dropped,
    "condition dropped": condition_dropped,
    "condition flipped": condition_flipped,
    "clause added": clause_added,
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
