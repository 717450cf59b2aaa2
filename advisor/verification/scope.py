"""How far a statement reaches: quantifiers, modality, conditions, attribution, cause and effect."""

from __future__ import annotations

import re

from advisor.verification.entities import is_name
from advisor.verification.findings import Finding, contradiction, failure, reservation
from advisor.verification.normalising import Reader, Text
from advisor.verification.polarity import clause_breaks, negations
from advisor.verification.support import Alignment

_QUANTIFIERS = {
    "all": 5, "every": 5, "each": 5, "always": 5, "everyone": 5, "everybody": 5, "everything": 5, "any": 5,
    "entirely": 5, "completely": 5, "whole": 5, "anyone": 5, "invariably": 5, "inevitably": 5, "guarantees": 5,
    "guaranteed": 5, "guarantee": 5, "certainly": 5, "definitely": 5, "exclusively": 5,
    "most": 4, "mostly": 4, "usually": 4, "generally": 4, "typically": 4, "mainly": 4, "largely": 4, "normally": 4,
    "primarily": 4, "majority": 4,
    "many": 3, "often": 3, "frequently": 3, "numerous": 3, "regularly": 3,
    "some": 2, "sometimes": 2, "several": 2, "occasionally": 2, "someone": 2, "partly": 2, "partially": 2,
    "few": 1, "rarely": 1, "seldom": 1, "hardly": 1, "scarcely": 1, "barely": 1,
}  # fmt: skip
"""Strength of quantifiers; a bare statement has none. Own ordering: universal, most, many, some, few."""
_NOT_QUANTIFYING = re.compile(
    r" (?:above all|after all|at all|first of all|a few|the most|at most|such as any|all in all) "
)
_SHARE = re.compile(r"^(?:%|percent|cent|half|thirds?|quarters?|fifths?|tenths?|some|most|many|few|\d.*)$")
_ONLY = frozenset(["only", "solely", "exclusively"])
_WEAK = re.compile(
    r" (?:can|may|might|could|possibly|perhaps|maybe|potentially|possible|potential|seems?|seemed|appears?|appeared"
    r"|suggests?|hopes?|tr(?:y|ies)|tries to|attempts?|seeks?|would|likely|probably|tends?|expected|predicted|forecast"
    r"|planned|plans|intends?|proposed|projected|aims?|want|wants|strives?) "
)
_FORCED = re.compile(
    r" (?:must|have to|has to|had to|needs? to|required|requires?|mandatory|obliged|necessary|essential"
    r"|compulsory|obligatory|ha(?:s|ve) got to|crucial|vital) "
)
_ADVISED = re.compile(
    r" (?:should|ought|recommended|recommend|recommends|advis\w+|better to|suggests?|suggested"
    r"|important|worth|good idea) "
)
_ATTRIBUTED = re.compile(
    r" (?:according to|is said to|are said to|was said to|said to be|reportedly|allegedly|supposedly"
    r"|claims?|claimed|argues?|argued"
    r"|believes?|believed|thinks?|in the opinion|in the view|some say|critics say|he says|she says|says that|said that"
    r"|considered to be|so called|rumou?red|asserts?|asserted) "
)
_TELLERS = frozenset(
    [
        "source",
        "sources",
        "author",
        "authors",
        "reader",
        "readers",
        "speaker",
        "speakers",
        "writer",
        "writers",
        "blogger",
        "bloggers",
        "commenter",
        "commenters",
        "critic",
        "critics",
        "expert",
        "experts",
        "study",
        "studies",
        "survey",
        "surveys",
        "researcher",
        "researchers",
        "interviewee",
        "consultant",
        "consultants",
        "article",
        "post",
    ]
)
_SAYING = frozenset(
    ["said", "says", "wrote", "writes", "argued", "argues", "claimed", "claims", "warned", "warns", "told"]
)
_TELLING = _SAYING | frozenset(
    [
        "say",
        "write",
        "call",
        "calls",
        "called",
        "name",
        "names",
        "named",
        "describe",
        "describes",
        "described",
        "count",
        "counts",
        "counted",
        "list",
        "lists",
        "listed",
        "add",
        "adds",
        "added",
        "report",
        "reports",
        "reported",
        "advise",
        "advises",
        "advised",
        "recommend",
        "recommends",
        "recommended",
        "want",
        "wants",
        "wanted",
        "see",
        "sees",
        "saw",
        "think",
        "thinks",
        "thought",
        "hold",
        "holds",
        "held",
        "deny",
        "denies",
        "denied",
        "consider",
        "considers",
        "considered",
        "define",
        "defines",
        "defined",
        "expect",
        "expects",
        "expected",
        "treat",
        "treats",
        "treated",
        "rate",
        "rates",
        "rated",
        "regard",
        "regards",
        "regarded",
        "warn",
        "argue",
        "claim",
        "explain",
        "explains",
        "explained",
        "mention",
        "mentions",
        "mentioned",
        "stress",
        "stresses",
        "stressed",
        "state",
        "states",
        "stated",
        "judge",
        "judges",
        "demand",
        "demands",
        "demanded",
        "ask",
        "asks",
        "found",
        "finds",
        "gives",
        "gave",
        "predicts",
        "predicted",
        "estimates",
        "estimated",
        "puts",
    ]
)
_CLAUSE_WORDS = frozenset(["that", "which", "who", "and", "but", "because", "if", "when"])
_ORDERS_NOT = frozenset(["never", "do not", "don't", "avoid", "do not ever"])
_MODALS = {
    "may": 1, "might": 1, "can": 1, "could": 1, "should": 2, "ought": 2, "would": 2, "will": 3, "must": 3, "shall": 3,
}  # fmt: skip
"""How much a modal verb claims; a weaker one never carries a stronger one."""
_DENIED = re.compile(
    r" (?:myth|misconception|fallacy|untrue|false that|wrong that|wrongly|mistaken|mistakenly|unlikely"
    r"|no evidence|no proof|doubtful|deny|denies|denied|disputed|rumou?rs?|hoax) "
)
_CONDITION_PHRASES = re.compile(
    r" (?:if|unless|provided (?:that|they|it|the)|as long as|only when|only where|in case|on condition"
    r"|assuming|depending on|depends on|except"
    r"|apart from|other than|until|when|whenever|once|where|with the exception) "
)
_MERE = re.compile(r" (?:merely|only|just|simply|solely) (?:because|since|for|to|by) ")
_CAUSAL = re.compile(
    r" (?:because|causes?|caused|causing|leads? to|led to|leading to|results? in|resulted in|due to|thanks to|therefore"
    r"|consequently|as a result|drives?|drove|triggers?|triggered|brings? about|so that|which makes"
    r"|makes?|made|produces?"
    r"|is why|reason|responsible for|owing to|hence|thus|since) "
)
_STRONG_CAUSAL = re.compile(
    r" (?:because|causes?|caused|causing|leads? to|led to|leading to|results? in|resulted in|due to|thanks to|therefore"
    r"|consequently|as a result|triggers?|triggered|brings? about|owing to) "
)
_FORMER = re.compile(
    r"(?<! is)(?<! are)(?<! was)(?<! were)(?<! be)(?<! been) (?:used to|formerly|previously|in the past"
    r"|once was|no longer|not yet) "
)


def check_scope(reader: Reader, claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Run all checks of reach."""
    sentences = {evidence.tokens[j].sentence for j in alignment.pairs.values()}
    relevant = " " + " ".join(t.word for t in evidence.tokens if t.sentence in sentences) + " "
    return [
        *_quantifiers(reader, claim, evidence, alignment, sentences),
        *_modality(claim.flat, relevant, claim, evidence, alignment),
        *_attribution(claim.flat, relevant, claim, evidence, sentences),
        *_governed(claim, evidence, alignment),
        *_conditions(claim, evidence, alignment, sentences),
        *_causes(claim.flat, relevant),
        *_times(claim.flat, relevant),
        *_questions(claim, evidence, sentences),
    ]


def _strengths(text: Text, sentences: set[int] | None = None) -> list[tuple[int, str, int]]:
    """Return (strength, stem of the next content word, index) of each quantifier."""
    skipped = {m.group().strip() for m in _NOT_QUANTIFYING.finditer(text.flat)}
    found = []
    for i, token in enumerate(text.tokens):
        if token.word not in _QUANTIFIERS or (sentences is not None and token.sentence not in sentences):
            continue
        before = text.tokens[i - 1].word if i else ""
        after = text.tokens[i + 1].word if i + 1 < len(text.tokens) else ""
        if any(f"{before} {token.word}" in phrase or f"{token.word} {after}" == phrase for phrase in skipped):
            continue
        if token.word in {"each", "every", "any"} and after in {
            "day", "week", "month", "year", "hour", "minute", "other", "time", "quarter",
        }:  # fmt: skip
            continue
        if token.word == "most" and after not in {"of"} and _superlative(text, i):
            continue
        if before == "of" and i > 1 and token.word in {"all", "the"} and _SHARE.match(text.tokens[i - 2].word):
            continue
        head = next((text.tokens[j].stem for j in text.content if j > i), "")
        found.append((_QUANTIFIERS[token.word], head, i))
    return found


def _superlative(text: Text, i: int) -> bool:
    """Tell whether "most" at ``i`` grades an adjective ("most important") rather than counts."""
    before = text.tokens[i - 1].word if i else ""
    after = text.tokens[i + 1].word if i + 1 < len(text.tokens) else ""
    if before in {"the", "its", "their", "our", "your"}:
        return True
    return bool(re.search(r"(?:ant|ent|ive|ful|ous|able|ible|al|ic|ular|ed|ing)$", after)) and not after.endswith("s")


def _quantifiers(
    reader: Reader, claim: Text, evidence: Text, alignment: Alignment, sentences: set[int]
) -> list[Finding]:
    ours = _strengths(claim)
    theirs = _strengths(evidence, sentences)
    used = {evidence.tokens[j].stem for j in alignment.pairs.values()}
    findings: list[Finding] = []
    for strength, head, i in ours:
        word = claim.tokens[i].raw
        fitting = [s for s, h, _ in theirs if h == head or reader.synonymous(h, head)] or [
            s for s, h, _ in theirs if all(h != other for _, other, k in ours if k != i)
        ]
        best = max(fitting, default=0)
        first = next((k for k in claim.content if k > i), -1)
        counted = alignment.pairs.get(first, 0)
        if strength >= 2 and counted and evidence.tokens[counted - 1].word in {"one", "another"} and first - i <= 2:
            findings.append(failure(f"The claim says “{word}”; the cited text speaks of one."))
            continue
        if strength == 1:
            if best != 1:
                findings.append(failure(f"The cited text doesn't say “{word}”."))
        elif best == 1 and strength >= 3:
            findings.append(contradiction(f"The claim says “{word}”, the cited text says that it is rare."))
        elif strength >= 4 and best < strength:
            findings.append(failure(f"The claim says “{word}”; the cited text doesn't go that far."))
        elif strength == 3 and best < 3:
            findings.append(reservation(f"The cited text doesn't say “{word}”."))
    if not ours:
        for strength, head, j in theirs:
            word = evidence.tokens[j].raw
            if head not in used or strength == 5:
                continue
            if strength == 1:
                findings.append(contradiction(f"The cited text says “{word}”."))
            elif re.search(r" (?:can|may|might|could) ", claim.flat) is None:
                findings.append(reservation(f"The cited text limits this: “{word}”."))
    only_here = [t for t in claim.tokens if t.word in _ONLY]
    only_there = [t for t in evidence.tokens if t.word in _ONLY and t.sentence in sentences]
    if only_here and not only_there:
        findings.append(failure("The claim says “only”; the cited text doesn't."))
    return findings


def _modality(ours: str, theirs: str, claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    weak = _WEAK.search(theirs)
    findings = []
    settled = not _WEAK.search(ours) and not _ADVISED.search(ours)
    if weak and settled and _governs(evidence, weak.group().strip().split()[0], alignment):
        said = weak.group().strip()
        if re.search(r" (?:will|must|always|definitely|certainly|has to|have to) ", ours):
            findings.append(failure(f"The cited text only says “{said}”."))
        else:
            findings.append(reservation(f"The cited text says “{said}”; the claim states it as a fact."))
    forced = _FORCED.search(ours)
    banned = forced and re.search(r" must (?:not|never) | mustn't ", ours) and _banning(evidence, alignment)
    if forced and not banned and not _FORCED.search(theirs):
        softer = bool(_ADVISED.search(theirs))
        said = forced.group().strip()
        findings.append(
            failure(f"The claim says “{said}”; the cited text {'only advises it' if softer else 'does not'}.")
        )
    advised = re.search(r" (?:should|ought|recommended|recommends?|advisable) ", ours)
    if advised and not (_ADVISED.search(theirs) or _FORCED.search(theirs) or _imperative(evidence, alignment, claim)):
        findings.append(failure(f"The claim says “{advised.group().strip()}”; the cited text doesn't advise it."))
    will = re.search(r" (?:will|going to|won't) ", ours)
    if will and not re.search(r" (?:will|going to|won't|shall) ", theirs) and not weak:
        findings.append(reservation("The claim says what will happen; the cited text doesn't."))
    return findings


def _governed(claim: Text, evidence: Text, alignment: Alignment) -> list[Finding]:
    """Compare the modal verbs before the same verb: "may" doesn't carry "will", "can" doesn't carry "must"."""
    ours, theirs = _modals(claim), _modals(evidence)
    for i, word in ours.items():
        j = alignment.pairs.get(i)
        said = theirs.get(j) if j is not None else None
        if said and _MODALS[word] > _MODALS[said]:
            return [failure(f"The claim says “{word}”; the cited text says “{said}”.")]
    return []


def _modals(text: Text) -> dict[int, str]:
    """Map the first content word after each modal verb to the modal."""
    found = {}
    for i, token in enumerate(text.tokens):
        if token.word in _MODALS:
            head = next((j for j in text.content if j > i and not text.tokens[j].word.endswith("ly")), None)
            if head is not None and head - i <= 4 and text.tokens[head].sentence == token.sentence:
                found[head] = token.word
    return found


def _governs(evidence: Text, word: str, alignment: Alignment) -> bool:
    """Tell whether the next content words after a cue, or the last before it, are in use by the claim."""
    used = alignment.counterparts
    for i, token in enumerate(evidence.tokens):
        if token.word != word:
            continue
        after = [j for j in evidence.content if j > i and evidence.tokens[j].sentence == token.sentence][:4]
        if (token.content and i in used) or used & set(after):
            return True
    return False


def _imperative(evidence: Text, alignment: Alignment, claim: Text) -> bool:
    """Tell whether a sentence in use begins with the verb that the claim advises."""
    starts = {j for j, t in enumerate(evidence.tokens) if t.initial or (j and evidence.tokens[j - 1].initial)}
    starts |= _banning(evidence, alignment)
    advised = [
        min((i for i in claim.content if i > k), default=-1)
        for k, t in enumerate(claim.tokens)
        if t.word in {"should", "ought"}
    ]
    return any(alignment.pairs.get(i) in starts for i in advised)


def _banning(evidence: Text, alignment: Alignment) -> set[int]:
    """Return the verbs in use of orders not to do something: "never delete", "do not leave"."""
    verbs = set()
    for j in alignment.counterparts:
        before = []
        for k in range(j - 1, -1, -1):
            before.append(evidence.tokens[k].word)
            if evidence.tokens[k].initial or len(before) > 2:
                break
        if before and evidence.tokens[j - len(before)].initial and " ".join(reversed(before)) in _ORDERS_NOT:
            verbs.add(j)
    return verbs


def _attribution(ours: str, theirs: str, claim: Text, evidence: Text, sentences: set[int]) -> list[Finding]:
    denied = _DENIED.search(theirs)
    if denied and not _DENIED.search(ours):
        if negations(claim):
            # A denial in other words; which words it reaches is judged with the other negations.
            return [reservation(f"The cited text puts this as a denial: “{denied.group().strip()}”.")]
        return [contradiction(f"The cited text says this is not so: “{denied.group().strip()}”.")]
    said = _ATTRIBUTED.search(theirs)
    told = said.group().strip() if said else _told(evidence, sentences)
    if told and not _ATTRIBUTED.search(ours) and not _told(claim, None):
        return [reservation(f"The cited text doesn't state this itself: “{told}”.")]
    return []


def _told(text: Text, sentences: set[int] | None) -> str:
    """Find "one source calls", "Jane Doe wrote" and the like: somebody's words rather than the text's own."""
    for i, token in enumerate(text.tokens):
        if token.word not in _TELLING or (sentences is not None and token.sentence not in sentences):
            continue
        for k in range(i - 1, max(-1, i - 5), -1):
            teller = text.tokens[k]
            if teller.sentence != token.sentence or teller.word in _CLAUSE_WORDS:
                break
            if teller.word in _TELLERS or (k == i - 1 and token.word in _SAYING and is_name(text, k)):
                return f"{teller.raw} {token.raw}"
            if teller.content and not teller.word.endswith("ly") and k < i - 2:
                break
    return ""


def _conditions(claim: Text, evidence: Text, alignment: Alignment, sentences: set[int]) -> list[Finding]:
    """Look for a condition in the evidence that the claim leaves out, or that the claim takes for a fact."""
    used = alignment.counterparts
    ours = _CONDITION_PHRASES.search(claim.flat)
    mere = _MERE.search(evidence.flat)
    if mere and not _MERE.search(claim.flat) and negations(claim) and negations(evidence):
        return [reservation(f"The claim leaves out what the cited text limits: “{mere.group().strip()} …”.")]
    for sentence in sorted(sentences):
        words = " " + " ".join(t.word for t in evidence.tokens if t.sentence == sentence) + " "
        offset = min(i for i, t in enumerate(evidence.tokens) if t.sentence == sentence)
        last = max(i for i, t in enumerate(evidence.tokens) if t.sentence == sentence)
        for match in _CONDITION_PHRASES.finditer(words):
            begin = offset + words[: match.start()].count(" ")
            phrase = match.group().strip()
            if phrase == "where" and begin == offset:
                continue
            end = _clause_end(evidence, begin, last)
            inside = {i for i in evidence.content if begin <= i < end}
            hit, rest = used & inside, {i for i in used if evidence.tokens[i].sentence == sentence} - inside
            if ours or not _attached(evidence, begin, end, rest | hit):
                continue
            if hit and len(hit) > len(rest):
                return [failure(f"The cited text states this only as a condition: “{phrase} …”.")]
            if inside and len(hit) < 0.5 * len(inside):
                return [reservation(f"The claim leaves out a condition of the cited text: “{phrase} …”.")]
    if ours and ours.group().strip() in {"if", "unless", "until", "as long as", "only when", "except", "apart from"}:
        whole = evidence.flat
        if not _CONDITION_PHRASES.search(whole):
            return [reservation(f"The cited text has no such condition: “{ours.group().strip()} …”.")]
        pair = {ours.group().strip()} | {m.group().strip() for m in _CONDITION_PHRASES.finditer(whole)}
        if pair == {"if", "unless"}:
            return [contradiction("The condition of the cited text is the other way round.")]
    return []


def _attached(text: Text, begin: int, end: int, used: set[int]) -> bool:
    """Tell whether a condition belongs to words in use: no "but" or semicolon between them."""
    if not used:
        return False
    nearest = min(used, key=lambda i: (abs(i - begin), i))
    low, high = (nearest + 1, begin) if nearest < begin else (end, nearest)
    return not any(t.word in {"but", "whereas", "while"} or ";" in t.before for t in text.tokens[low : high + 1])


def _clause_end(text: Text, begin: int, last: int) -> int:
    breaks = clause_breaks(text)
    for i in range(begin + 2, last + 1):
        if i in breaks and text.tokens[i].before.strip():
            return i
    return last + 1


def _causes(ours: str, theirs: str) -> list[Finding]:
    cause = _STRONG_CAUSAL.search(ours)
    if cause and not _CAUSAL.search(theirs):
        return [failure(f"The claim says “{cause.group().strip()}”; the cited text names no cause.")]
    return []


def _times(ours: str, theirs: str) -> list[Finding]:
    former = _FORMER.search(theirs)
    if former and not _FORMER.search(ours) and not re.search(r" (?:was|were|had|did) ", ours):
        return [failure(f"The cited text speaks of another time: “{former.group().strip()}”.")]
    if (
        re.search(r" (?:used to|formerly|no longer) ", ours)
        and not former
        and not re.search(r" (?:be|is|are) used to ", ours)
    ):
        return [failure("The claim speaks of the past; the cited text doesn't.")]
    return []


def _questions(claim: Text, evidence: Text, sentences: set[int]) -> list[Finding]:
    if "?" in claim.flat.split():
        return [failure("The claim is a question.")]
    asking = {t.sentence for t in evidence.tokens if t.word == "?"}
    if sentences and sentences <= asking:
        return [failure("The cited text only asks this.")]
    return []
