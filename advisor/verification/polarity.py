"""Negations and opposites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from advisor.verification.findings import Finding, contradiction, failure
from advisor.verification.lexicon import ING_NEGATIVE, NEGATIONS, TO_NEGATIVE
from advisor.verification.normalising import Reader, Text, is_numeric
from advisor.verification.support import Alignment

_BREAKS = frozenset(
    [
        "but",
        "while",
        "whereas",
        "although",
        "though",
        "because",
        "if",
        "unless",
        "when",
        "which",
        "who",
        "since",
        "so",
        "however",
        "instead",
    ]
)
_MARK = re.compile(r"[,;:()]|\s-+\s")
_NOT_NEGATING = frozenset(
    ["only", "just", "merely", "simply", "solely", "doubt", "least", "more", "less", "fewer", "mention", "exclusively"]
)
_SKIPPED = frozenset(
    [
        "longer",
        "really",
        "necessarily",
        "ever",
        "yet",
        "even",
        "quite",
        "very",
        "simply",
        "automatically",
        "exactly",
        "fully",
    ]
)
_NOMINAL = frozenset(["without", "lack", "lacks", "lacking"])
_PRONOUNS = frozenset(["nobody", "nothing", "none", "nowhere"])
_NEGATING = NEGATIONS | TO_NEGATIVE | ING_NEGATIVE
_DENIAL_CUE = re.compile(
    r" (?:true|correct|case|false|untrue|wrong|incorrect|mistaken|mistake|myth|misconception|fallacy|lie|error|nonsense"
    r"|believe|think|assume|claim|say|evidence|proof|doubtful) "
)
_UNTRUE = frozenset(
    [
        "false",
        "untrue",
        "wrong",
        "incorrect",
        "mistaken",
        "mistake",
        "myth",
        "misconception",
        "fallacy",
        "lie",
        "error",
        "nonsense",
        "doubtful",
    ]
)
_CALLED_UNTRUE = (
    r"(?:false|untrue|wrong|incorrect|mistaken|nonsense|doubtful"
    r"|(?:an? )?(?:\w+ )?(?:mistake|myth|misconception|fallacy|lie|error))"
)
_DENIED_AFTER = re.compile(
    r" (?=("
    rf"(?:it|that|this)(?:'s| is| was| isn't| wasn't| would be)"
    r"(?: not| never| hardly| simply| just| only| by no means){0,2}"
    rf" (?:true|correct|right|the case|{_CALLED_UNTRUE})"
    r"(?: that| to (?:say|think|believe|claim|assume)(?: that)?)"
    r"|(?:nobody|no one|never|do not|don't)(?: should| can| must)? (?:believe|think|assume|claim|say)(?: that)"
    r"|there(?: is|'s) no (?:evidence|proof|truth)(?: in the (?:claim|idea))? that"
    r") )"
)
_DENIED_BEFORE = re.compile(
    r" (?=((?:the )?(?:idea|belief|claim|notion|view|statement|assumption) that) .+"
    rf" ((?:is|are|was)(?: simply| just)? (?:{_CALLED_UNTRUE}|not true|not correct|not the case)) )"
)
_DIRECTIONS = {
    "more": {"less", "fewer"}, "less": {"more"}, "fewer": {"more"}, "most": {"least"}, "least": {"most"},
    "before": {"after"}, "after": {"before"}, "above": {"below"}, "below": {"above"},
    "many": {"few"}, "few": {"many"}, "often": {"rarely", "seldom"}, "rarely": {"often", "usually"},
    "usually": {"rarely", "seldom"}, "seldom": {"often", "usually"}, "up": {"down"}, "down": {"up"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Negation:
    """A negating word and what it negates.

    Attributes:
        cue: Index of the negating word.
        head: Index of the first content word after it in its clause, or ``None``.
        scope: Indices of all content words after it in its clause.
    """

    cue: int
    head: int | None
    scope: frozenset[int]


def clause_breaks(text: Text) -> set[int]:
    """Return the indices of the tokens that begin a clause."""
    return {
        i for i, token in enumerate(text.tokens) if token.initial or _MARK.search(token.before) or token.word in _BREAKS
    }


def negations(text: Text) -> tuple[Negation, ...]:
    """Find the negations of a text. "Not only", "no more than" and the like don't negate.

    A sentence that is called untrue ("it is a myth that …", "the idea that … is wrong") is negated as a whole. Words
    that negate are no part of what another word negates, so that "do not avoid" counts twice for the word after it.
    """
    breaks = clause_breaks(text)
    found, framed = _denials(text)
    cues = [i for i in range(len(text.tokens)) if i not in framed and _negates(text, i)]
    plain = framed | set(cues)
    for i in cues:
        word = text.tokens[i].word
        scope: list[int] = []
        for j in range(i + 1, len(text.tokens)):
            if j in breaks and not _listed_on(text, j):
                break
            if scope and word in _NOMINAL and (j > scope[-1] + 1 or text.tokens[scope[-1]].word.endswith("s")):
                # "without customers" ends with the noun; what follows is said of something else.
                break
            if text.tokens[j].content and text.tokens[j].word not in _SKIPPED and j not in plain:
                scope.append(j)
        head = scope[0] if scope else None
        if word in _PRONOUNS:
            before = [j for j in _clause_before(i, breaks) if text.tokens[j].content and j not in plain]
            # "helps nobody" negates the verb before it, "nobody helps" the one after it, and no further words.
            head = before[0] if before else head
            scope = [] if head is None else [head]
        found.append(Negation(i, head, frozenset(scope)))
    return tuple(sorted(found, key=lambda n: n.cue))


def _listed_on(text: Text, i: int) -> bool:
    """Tell whether a comma at ``i`` only parts members of a list with "or": "cannot do this, do that or do those"."""
    token = text.tokens[i]
    if token.initial or token.word in _BREAKS or token.word == "and" or token.before.strip() != ",":
        return False
    for other in text.tokens[i:]:
        if other.sentence != token.sentence or other.initial or other.word in _BREAKS:
            return False
        if other.word in {"or", "nor"}:
            return True
    return False


def _clause_before(i: int, breaks: set[int]) -> list[int]:
    """Return the indices of the words of the clause before ``i``, nearest first."""
    if i in breaks:
        return []
    first = max((k for k in breaks if k < i), default=0)
    return list(range(i - 1, first - 1, -1))


def _conditional(text: Text, negation: Negation) -> bool:
    """Tell whether a negation stands in a condition, which states nothing."""
    first = max((k for k in clause_breaks(text) if k <= negation.cue), default=0)
    return text.tokens[first].word in {"if", "unless", "when", "whenever", "whether", "until"}


def _negates(text: Text, i: int) -> bool:
    """Tell whether the token at ``i`` negates what follows it."""
    word = text.tokens[i].word
    if word not in _NEGATING and not word.endswith("n't"):
        return False
    following = [t.word for t in text.tokens[i + 1 : i + 3]] + ["", ""]
    if word in TO_NEGATIVE:
        return following[0] == "to"
    if word in ING_NEGATIVE:
        object_ = following[1] if following[0] == "from" else following[0]
        return len(object_) > 4 and object_.endswith("ing")
    if following[0] in _NOT_NEGATING:
        return False
    return not (i and word in {"not", "no"} and text.tokens[i - 1].word in {"or", "if", "whether"})


def _denials(text: Text) -> tuple[list[Negation], set[int]]:
    """Find statements that are called untrue; return the negations and the indices of the words that say so."""
    found: list[Negation] = []
    framed: set[int] = set()
    flat = text.flat
    if not _DENIAL_CUE.search(flat):
        return found, framed
    for pattern in (_DENIED_AFTER, _DENIED_BEFORE):
        for match in pattern.finditer(flat):
            begin = flat.count(" ", 0, match.start() + 1) - 1
            words = match.group(1).split()
            sentence = text.tokens[begin].sentence
            if pattern is _DENIED_AFTER:
                frame = set(range(begin, begin + len(words)))
                first, last = begin + len(words), len(text.tokens)
            else:
                last = flat.count(" ", 0, match.start(2)) - 1
                words += match.group(2).split()
                first = begin + len(match.group(1).split())
                frame = set(range(begin, first)) | set(range(last, last + len(match.group(2).split())))
            if frame & framed:
                continue
            framed |= frame
            if sum(word in _UNTRUE or word in NEGATIONS or word.endswith("n't") for word in words) % 2 == 0:
                continue
            scope = [j for j in text.content if first <= j < last and text.tokens[j].sentence == sentence]
            scope = [j for j in scope if not _negates(text, j)]
            found.append(Negation(begin, scope[0] if scope else None, frozenset(scope)))
    return found, framed


def _negated(found: tuple[Negation, ...]) -> set[int]:
    """Return the indices of the words that are negated an odd number of times."""
    odd: set[int] = set()
    for negation in found:
        odd ^= negation.scope
    return odd


def check_negation(reader: Reader, claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Compare what claim and evidence negate.

    Only a negated word that has a counterpart can contradict; where the negated word itself has none, the claim says
    something else, which is a failure and no flip.
    """
    ours, theirs = negations(claim), negations(evidence)
    if not ours and not theirs:
        return []
    pairs = alignment.pairs
    back = {e: c for c, e in pairs.items()}
    negated_here, negated_there = _negated(ours), _negated(theirs)
    used = alignment.counterparts
    same = {evidence.tokens[i].sentence for i in used}
    # "… is free, but … isn't" and conditions negate something, but no flip is clear from them.
    vague = any(n.head is None for n in ours)
    shared = {j for j in used if sum(other == j for other in pairs.values()) > 1}
    for negation in theirs:
        head = _first(reader, evidence, negation, back)
        if head is None or evidence.tokens[negation.cue].sentence not in same:
            continue
        reason = f"The cited text negates this: “{_around(evidence, negation.cue)}”."
        if head in back:
            if (back[head] in negated_here) != (head in negated_there):
                clear = not vague and head not in shared and not _conditional(evidence, negation)
                return [contradiction(reason) if clear else failure(reason)]
        elif used and not ours and (used & negation.scope or min(used) < negation.cue < max(used)):
            return [failure(f"The claim leaves out a negation: “{_around(evidence, negation.cue)}”.")]
    for negation in ours:
        head = _first(reader, claim, negation, pairs)
        if head is None:
            continue
        reason = f"The cited text doesn't negate this: “{_around(claim, negation.cue)}”."
        if head in pairs:
            if any(k in negated_here and pairs.get(k) in negated_there for k in negation.scope):
                # Another word that both negate: "it is false that they should" for "they should not".
                continue
            if (pairs[head] in negated_there) != (head in negated_here):
                clear = pairs[head] not in shared and not _conditional(claim, negation)
                return [contradiction(reason) if clear else failure(reason)]
        elif not theirs and negation.scope & set(pairs) and not _stated(reader, claim, head, evidence, same):
            return [failure(reason)]
    return []


def _first(reader: Reader, text: Text, negation: Negation, known: Mapping[int, int]) -> int | None:
    """Return the word that is negated: the first, or the first with a counterpart after words that say little."""
    for i in sorted(negation.scope):
        if i in known or not reader.light(text.tokens[i].stem):
            return i
    return negation.head


def _stated(reader: Reader, claim: Text, head: int, evidence: Text, sentences: set[int]) -> bool:
    """Tell whether the evidence has an opposite of a negated word ("cheap" for "not expensive")."""
    return any(
        evidence.tokens[j].sentence in sentences and reader.opposed(claim.tokens[head], evidence.tokens[j])
        for j in evidence.content
    )


def _around(text: Text, index: int) -> str:
    return " ".join(t.raw for t in text.tokens[max(0, index - 1) : index + 4])


def check_opposites(
    reader: Reader, claim: Text, evidence: Text, alignment: Alignment
) -> tuple[list[Finding], set[int]]:
    """Look for words of the claim whose opposite stands in the evidence.

    Returns:
        The findings, and the indices of claim words that the evidence states through a negated opposite ("not cheap"
        for "expensive").
    """
    negated_here, negated_there = _negated(negations(claim)), _negated(negations(evidence))
    findings: list[Finding] = []
    stated: set[int] = set()
    sentences = {evidence.tokens[j].sentence for j in alignment.pairs.values()}
    for i in alignment.missing:
        token = claim.tokens[i]
        for j in evidence.content:
            other = evidence.tokens[j]
            if other.sentence not in sentences or not reader.opposed(token, other):
                continue
            if (i in negated_here) != (j in negated_there):
                stated.add(i)
            else:
                findings.append(contradiction(f"The claim says “{token.raw}”, the cited text says “{other.raw}”."))
            break
    for i, j in alignment.pairs.items():
        rivals = [
            k
            for k in evidence.content
            if evidence.tokens[k].sentence == evidence.tokens[j].sentence
            and reader.opposed(claim.tokens[i], evidence.tokens[k])
        ]
        if rivals and _nearer_to_rival(reader, claim, i, evidence, j, rivals):
            findings.append(
                contradiction(
                    f"In the cited text, “{claim.tokens[i].raw}” belongs to something else than in the claim."
                )
            )
    findings += _check_directions(claim, evidence, alignment)
    return findings, stated


def _nearer_to_rival(reader: Reader, claim: Text, i: int, evidence: Text, j: int, rivals: list[int]) -> bool:
    """Tell whether the claim's words around ``i`` stand nearer to an opposite of it in the evidence."""
    near = [
        k
        for k, token in enumerate(claim.tokens)
        if k != i and abs(k - i) <= 4 and (token.content or is_numeric(token.word))
    ]
    after = [k for k in near if k > i][:1]
    for k in after or near[-1:]:
        word, stem = claim.tokens[k].word.replace(",", ""), claim.tokens[k].stem
        places = [
            p
            for p, token in enumerate(evidence.tokens)
            if (token.content or is_numeric(token.word))
            and (token.word.replace(",", "") == word or token.stem == stem or reader.synonymous(token.stem, stem))
        ]
        if not places:
            continue
        own = [q for q in evidence.content if evidence.tokens[q].stem == evidence.tokens[j].stem]
        own_distance = min(_directed(p, q, bool(after)) for p in places for q in own)
        rival_distance = min(_directed(p, q, bool(after)) for p in places for q in rivals)
        if rival_distance < own_distance:
            return True
    return False


def _directed(word: int, modifier: int, follows: bool) -> int:
    """Distance from a modifier to a word; the wrong direction counts double."""
    gap = word - modifier
    return abs(gap) if (gap > 0) == follows else 2 * abs(gap) + 1


def _check_directions(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    sentences = {evidence.tokens[j].sentence for j in alignment.pairs.values()}
    theirs = [t.word for t in evidence.tokens if t.sentence in sentences]
    ours = {t.word for t in claim.tokens}
    for token in claim.tokens:
        for opposite in sorted(_DIRECTIONS.get(token.word, set())):
            if token.word not in theirs and opposite in theirs and opposite not in ours:
                return [contradiction(f"The claim says “{token.raw}”, the cited text says “{opposite}”.")]
    return []
