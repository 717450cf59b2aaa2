"""Who does what to whom: role swaps, comparisons, and words drawn together from different statements."""

from __future__ import annotations

import re

from advisor.verification.entities import is_name, names
from advisor.verification.findings import Finding, contradiction, failure, reservation
from advisor.verification.lexicon import PRIVATIVE
from advisor.verification.normalising import Reader, Text, adjacent
from advisor.verification.polarity import clause_breaks, negations
from advisor.verification.support import Alignment

_CONNECTIVES = frozenset(
    [
        "than",
        "because",
        "before",
        "after",
        "without",
        "despite",
        "instead",
        "if",
        "unless",
        "causes",
        "cause",
        "leads",
        "lead",
    ]
)
_ER = re.compile(r"^(?:[a-z]{2,}ier|[a-z]{3,}er|better|worse|further|more|less|fewer)$")
_EST = re.compile(r"^(?:[a-z]{2,}iest|[a-z]{3,}est|best|worst|most|least)$")
_NO_EST = frozenset(
    [
        "interest",
        "request",
        "test",
        "suggest",
        "invest",
        "guest",
        "contest",
        "honest",
        "modest",
        "forest",
        "harvest",
        "west",
        "rest",
        "digest",
        "protest",
        "nearest",
        "manifest",
        "latest",
        "pinterest",
        "conquest",
        "quest",
        "arrest",
        "chest",
    ]
)
_ADJECTIVES_ER = frozenset(
    [
        "bigger",
        "larger",
        "smaller",
        "cheaper",
        "faster",
        "slower",
        "quicker",
        "easier",
        "harder",
        "higher",
        "lower",
        "stronger",
        "weaker",
        "longer",
        "shorter",
        "older",
        "newer",
        "younger",
        "better",
        "worse",
        "greater",
        "fewer",
        "richer",
        "poorer",
        "safer",
        "simpler",
        "closer",
        "deeper",
        "broader",
        "wider",
        "narrower",
        "louder",
        "later",
        "earlier",
        "lighter",
        "heavier",
        "cleaner",
        "smarter",
        "busier",
        "happier",
        "healthier",
        "brighter",
        "warmer",
        "colder",
    ]
)
_CONTRAST = frozenset(["while", "whereas", "but", "unlike", "although", "though", "however"])
_SETTING_ASIDE = frozenset(["unlike", "rather than", "instead of", "as opposed", "other than", "apart from"])
_COMPARING = frozenset(["than", "less", "over", "instead", "prefer", "unlike", "not"])
_MORE = frozenset(["more"])
_LESS = frozenset(["less", "fewer"])
_LIST = frozenset(["and", "or", "as", "well", "plus"])
_ANAPHORA = frozenset(
    [
        "it",
        "they",
        "this",
        "these",
        "those",
        "such",
        "he",
        "she",
        "its",
        "their",
        "his",
        "her",
        "that",
        "them",
        "here",
        "there",
        "both",
    ]
)
FAR = 9
"""Number of content words within which neighbours of a claim must stand in the evidence."""


def check_order(reader: Reader, claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Run all checks of order and attachment."""
    return [
        *_roles(claim, evidence, alignment),
        *_sides(claim, evidence, alignment),
        *_aside(claim, evidence, alignment),
        *_degrees(claim, evidence, alignment),
        *_mixing(reader, claim, evidence, alignment),
        *_coherence(claim, evidence, alignment),
        *_privatives(evidence, alignment),
    ]


def _passive(text: Text, low: int, high: int) -> bool:
    """Tell whether "by" stands between two tokens, as in the passive."""
    return any(text.tokens[k].word == "by" for k in range(low, high))


def _listed(text: Text, low: int, high: int) -> bool:
    """Tell whether two tokens are members of one list: only commas and conjunctions between them."""
    between = text.tokens[low + 1 : high]
    if any(t.word not in _LIST for t in between):
        return False
    return bool(between) or "," in text.tokens[high].before or "/" in text.tokens[high].before


def _roles(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Find a … v … b in the claim where the evidence of one sentence says b … v … a, passive aside."""
    order = sorted(alignment.pairs)
    for x in range(len(order) - 2):
        a, v, b = order[x], order[x + 1], order[x + 2]
        ea, ev, eb = alignment.pairs[a], alignment.pairs[v], alignment.pairs[b]
        if not eb < ev < ea or len({evidence.tokens[k].sentence for k in (ea, ev, eb)}) > 1:
            continue
        if _listed(claim, a, v) or _listed(claim, v, b) or _listed(evidence, eb, ev) or _listed(evidence, ev, ea):
            continue
        if _passive(claim, a, b) != _passive(evidence, eb, ea):
            continue
        if any(claim.tokens[k].before.strip() for k in range(a + 1, b + 1)):
            continue
        return [_swapped(claim, a, b, evidence, alignment)]
    return _two_roles(claim, evidence, alignment)


def _two_roles(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Compare what stands before and after each verb-like word: nothing may change sides altogether."""
    order = sorted(alignment.pairs)
    for place in range(1, len(order) - 1):
        v = order[place]
        ev = alignment.pairs[v]
        sentence = evidence.tokens[ev].sentence
        left = [alignment.pairs[k] for k in order[:place][-2:]]
        right = [alignment.pairs[k] for k in order[place + 1 :][:3]]
        if any(evidence.tokens[k].sentence != sentence for k in left + right):
            continue
        if left[-1] < ev < right[0] and _voice(claim, order[place], order[place + 1]) != _voice(evidence, ev, right[0]):
            return [_swapped(claim, order[place - 1], order[place + 1], evidence, alignment)]
        if all(k > ev for k in left) and any(k < ev for k in right):
            low, high = order[max(0, place - 2)], order[min(len(order) - 1, place + 2)]
            if _passive(claim, low, high) == _passive(evidence, min(right), max(left)):
                if any(mark in claim.tokens[k].before for k in range(low + 1, high + 1) for mark in ",;:"):
                    continue
                return [_swapped(claim, order[place - 1], order[place + 1], evidence, alignment)]
    return []


def _voice(text: Text, verb: int, after: int) -> bool:
    """Tell whether a verb is passive with its agent after it: "was founded by"."""
    before = {t.word for t in text.tokens[max(0, verb - 3) : verb]}
    auxiliary = before & {"is", "are", "was", "were", "be", "been", "being", "isn't", "aren't", "wasn't", "weren't"}
    return (
        bool(auxiliary) and _passive(text, verb, after) and text.tokens[verb].word.endswith(("ed", "en", "n", "t", "d"))
    )


def _swapped(claim: Text, a: int, b: int, evidence: Text, alignment: Alignment) -> Finding:
    """Return the finding for two words that changed places; a flip is clear only within one clause of each text."""
    low, high = sorted((alignment.pairs[a], alignment.pairs[b]))
    clear = not any(a < k <= b for k in clause_breaks(claim)) and not any(
        low < k <= high for k in clause_breaks(evidence)
    )
    reason = f"The cited text has “{claim.tokens[a].raw}” and “{claim.tokens[b].raw}” the other way round."
    return contradiction(reason) if clear else failure(reason)


def _set_aside(text: Text) -> dict[int, str]:
    """Map the content words after "rather than", "instead of", "unlike" and the like, in their clause, to the cue."""
    found: dict[int, str] = {}
    breaks = clause_breaks(text)
    for i, token in enumerate(text.tokens):
        following = text.tokens[i + 1].word if i + 1 < len(text.tokens) else ""
        cue = token.word if token.word == "unlike" else f"{token.word} {following}"
        if cue not in _SETTING_ASIDE:
            continue
        for j in range(i + 1, len(text.tokens)):
            if j in breaks:
                break
            if text.tokens[j].content:
                found[j] = cue
    return found


def _aside(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Check that what the evidence sets aside ("rather than …") is not what the claim states, nor the reverse."""
    theirs, ours = _set_aside(evidence), _set_aside(claim)
    if not theirs:
        return []
    stems = {evidence.tokens[j].stem for j in evidence.content if j not in theirs}
    negated = {i for n in negations(claim) for i in n.scope}
    for i, j in alignment.pairs.items():
        if j in theirs and i not in ours and i not in negated and evidence.tokens[j].stem not in stems:
            reason = f"The cited text sets “{claim.tokens[i].raw}” aside: “{theirs[j]} …”."
            less = any(t.word in _COMPARING for t in claim.tokens)
            return [failure(reason) if theirs[j] == "unlike" or less else contradiction(reason)]
    return []


def _sides(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Compare what stands left and right of "than", "because", "before", … in claim and evidence."""
    for i, token in enumerate(claim.tokens):
        if token.word not in _CONNECTIVES:
            continue
        for j, other in enumerate(evidence.tokens):
            if other.word != token.word:
                continue
            left = [e for c, e in alignment.pairs.items() if c < i and evidence.tokens[e].sentence == other.sentence]
            right = [e for c, e in alignment.pairs.items() if c > i and evidence.tokens[e].sentence == other.sentence]
            if not right or not left or (j and other.initial) != (i and token.initial):
                continue
            moved_right = sum(e < j for e in right)
            moved_left = sum(e > j for e in left)
            if moved_right and moved_left and not (other.initial or token.initial):
                return [contradiction(f"The cited text has the two sides of “{token.raw}” the other way round.")]
            if (moved_right or moved_left) and token.word == "than" and not other.initial:
                return [failure("The claim moves words from one side of the comparison to the other.")]
    return []


def _degrees(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Check that comparatives and superlatives of the claim are such in the evidence, too."""
    sentences = {evidence.tokens[j].sentence for j in alignment.pairs.values()}
    theirs = [t.word for t in evidence.tokens if t.sentence in sentences]
    compared = any(w == "than" or w in _ADJECTIVES_ER or w in {"more", "less"} for w in theirs)
    highest = any(_EST.match(w) and w not in _NO_EST for w in theirs)
    findings = []
    for i, token in enumerate(claim.tokens):
        word = token.word
        following = claim.tokens[i + 1].word if i + 1 < len(claim.tokens) else ""
        if word == "than" and "than" not in theirs and not _numeric_than(claim, i):
            findings.append(failure("The claim makes a comparison that the cited text doesn't make."))
        elif (word in _ADJECTIVES_ER or (word in {"more", "less"} and following != "than")) and not compared:
            findings.append(failure(f"The cited text doesn't say “{token.raw}”."))
        elif _EST.match(word) and word not in _NO_EST and not highest:
            before = claim.tokens[i - 1].word if i else ""
            if word not in {"most", "least"} or before in {"the", "its", "their", "a"}:
                findings.append(failure(f"The cited text doesn't say “{token.raw}”."))
    return findings[:1] or _graded(claim, evidence, alignment)


def _graded(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Compare "more" and "less" before the same word; in a comparison, the sides may be the other way round, too."""
    for i, token in enumerate(claim.tokens):
        if token.word not in _MORE | _LESS or i + 1 not in alignment.pairs:
            continue
        j = alignment.pairs[i + 1]
        said = evidence.tokens[j - 1].word if j else ""
        if said in _MORE | _LESS and (said in _MORE) != (token.word in _MORE):
            reason = f"The claim says “{token.raw}”, the cited text says “{said}”."
            return [failure(reason) if "than" in claim.flat.split() else contradiction(reason)]
    return []


def _numeric_than(claim: Text, i: int) -> bool:
    following = claim.tokens[i + 1 : i + 3]
    return any(t.word[:1].isdigit() or t.word in {"$", "€", "£", "one", "two", "half", "a", "twice"} for t in following)


def _mixing(reader: Reader, claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Find claims that take words from both sides of a contrast, or from statements about different names."""
    parts = _parts(evidence)
    if len(set(parts)) < 2 or len(set(_parts(claim))) > 1:
        return []
    taken = {parts[j] for j in alignment.pairs.values()}
    if len(taken) < 2:
        return []
    stems = {claim.tokens[i].stem for i in alignment.pairs}
    covers = [
        {evidence.tokens[j].stem for j in range(len(parts)) if parts[j] == part and evidence.tokens[j].content}
        for part in sorted(taken)
    ]
    if any(all(stem in cover or any(reader.synonymous(stem, c) for c in cover) for stem in stems) for cover in covers):
        return []
    return [failure("The claim joins words that the cited text says of different things.")]


def _parts(evidence: Text) -> list[int]:
    """Number the parts of a text that a contrast or another subject sets apart."""
    parts = []
    number = 0
    for i, token in enumerate(evidence.tokens):
        following = evidence.tokens[i + 1].word if i + 1 < len(evidence.tokens) else ""
        boundary = (token.word in _CONTRAST and following != "also") or ";" in token.before
        if (token.word == "and" and _new_subject(evidence, i + 1)) or (
            "," in token.before and _new_subject(evidence, i)
        ):
            boundary = True
        if token.sentence != evidence.tokens[i - 1].sentence if i else False:
            boundary = token.word not in _ANAPHORA
        if boundary and i:
            number += 1
        parts.append(number)
    return parts


_SUBORDINATING = frozenset(
    [
        "if",
        "when",
        "because",
        "since",
        "as",
        "although",
        "though",
        "while",
        "once",
        "after",
        "before",
        "unless",
        "whereas",
    ]
)
_PLAIN_VERBS = frozenset(
    ["is", "are", "was", "were", "has", "have", "had", "does", "do", "can", "will", "should", "must", "may"]
)
_FINITE = re.compile(r"^(?:is|are|was|were|has|have|had|does|do|can|will|should|must|may|[a-z]{3,}[^su]s|[a-z]{3,}ed)$")


def _new_subject(text: Text, i: int) -> bool:
    """Tell whether a new main statement begins at ``i``: a name or "the …", then a verb, after a whole statement."""
    if i + 1 >= len(text.tokens):
        return False
    sentence = text.tokens[i].sentence
    first = next(k for k, t in enumerate(text.tokens) if t.sentence == sentence)
    if text.tokens[first].word in _SUBORDINATING:
        return False
    if not any(_FINITE.match(t.word) for t in text.tokens[first + 1 : i]):
        return False
    verb = i + 1
    if is_name(text, i):
        while verb < len(text.tokens) and is_name(text, verb):
            verb += 1
        return verb < len(text.tokens) and bool(_FINITE.match(text.tokens[verb].word))
    if text.tokens[i].word not in {"the", "a", "an", "its", "their", "our"}:
        return False
    return any(t.word in _PLAIN_VERBS for t in text.tokens[i + 1 : i + 4] if t.sentence == sentence)


def _coherence(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Check that neighbours in the claim stand near each other in the evidence."""
    order = tuple(sorted(alignment.pairs))
    pairs = adjacent(order)
    if not pairs:
        return []
    rank = {j: n for n, j in enumerate(evidence.content)}
    apart = 0
    for a, b in pairs:
        ea, eb = alignment.pairs[a], alignment.pairs[b]
        if evidence.tokens[ea].sentence != evidence.tokens[eb].sentence:
            apart += not _joined(claim, a, b)
        elif abs(rank.get(ea, ea) - rank.get(eb, eb)) > FAR:
            apart += 1
    if apart * 3 > len(pairs):
        return [failure("The words of the claim stand far apart in the cited text.")]
    inverted = sum(alignment.pairs[a] > alignment.pairs[b] for a, b in pairs)
    voice = _passive(claim, 0, len(claim.tokens)) != _passive(evidence, 0, len(evidence.tokens))
    if len(pairs) >= 4 and not voice and inverted * 2 > len(pairs) + 1:
        return [reservation("The words of the claim stand in another order in the cited text.")]
    return []


def _joined(claim: Text, a: int, b: int) -> bool:
    """Tell whether the claim itself joins two statements between two words."""
    words = [t.word for t in claim.tokens[a + 1 : b + 1]]
    marks = any(mark in t.before for t in claim.tokens[a + 1 : b + 1] for mark in ",;:")
    return marks or bool(set(words) & {"and", "because", "while", "but", "so", "which", "therefore"})


def _privatives(evidence: Text, alignment: Alignment) -> list[Finding]:
    """Find dropped modifiers without which a statement becomes another one ("fake reviews")."""
    used = alignment.counterparts
    for j in used:
        if j and j - 1 not in used and evidence.tokens[j - 1].word in PRIVATIVE:
            word = f"{evidence.tokens[j - 1].raw} {evidence.tokens[j].raw}"
            return [failure(f"The cited text says “{word}”.")]
    return []


def check_joint(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Check a span of several sentences: each must speak of what the claim speaks of.

    A sentence after the first may lend words only if it repeats the claim's subject or refers back with a pronoun.
    """
    sentences = sorted({evidence.tokens[j].sentence for j in alignment.pairs.values()})
    if len(sentences) < 2 or not alignment.pairs:
        return []
    subject = {claim.tokens[i].stem for i in sorted(alignment.pairs)[:2]}
    first = sorted(alignment.pairs)[:2] if len(set(_parts(claim))) > 1 else None
    titles = {claim.tokens[i].stem for i in names(claim) if first is None or i in first}
    for sentence in sentences:
        tokens = [t for t in evidence.tokens if t.sentence == sentence]
        stems = {t.stem for t in tokens}
        refers = tokens[0].word in _ANAPHORA and sentence > 0
        if titles and not (titles & stems) and not refers:
            return [failure("The claim joins words that the cited text says of different things.")]
        if not (subject & stems) and not refers:
            return [failure("The claim joins statements that the cited text doesn't join.")]
    return []
