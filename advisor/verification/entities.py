"""Names: what a claim names must be named in the evidence."""

from __future__ import annotations

import re

from advisor.verification.findings import Finding, failure
from advisor.verification.lexicon import MONTHS, STOP_WORDS
from advisor.verification.normalising import Text

_QUOTED = re.compile(r'"([^"]{2,})"')


def is_name(text: Text, index: int) -> bool:
    """Tell whether the token is written like a name.

    Capitals inside a sentence, acronyms, capitals inside a word (LinkedIn), letters with digits (B2B), handles,
    hashtags and addresses count. The first word of a sentence counts only when it has more than its first letter in
    capitals. In a title-cased or all-capitals sentence, capitals say nothing and don't count.
    """
    token = text.tokens[index]
    raw = token.raw
    if raw[0] in "@#" or raw.startswith(("http", "www.")):
        return True
    if not raw[0].isalpha() or token.word in STOP_WORDS:
        return False
    if any(c.isdigit() for c in raw):
        return True
    mixed = any(c.isupper() for c in raw[1:])
    if mixed and not _shouting(text):
        return True
    return raw[0].isupper() and not token.initial and not _shouting(text)


def _shouting(text: Text) -> bool:
    """Tell whether most words are capitalised, as in a heading."""
    long = [t.raw for t in text.tokens if len(t.raw) > 3 and t.raw[0].isalpha()]
    return len(long) >= 5 and sum(raw[0].isupper() for raw in long) > 0.8 * len(long)


def names(text: Text) -> tuple[int, ...]:
    """Return the indices of all tokens that are written like names."""
    return tuple(i for i in range(len(text.tokens)) if is_name(text, i))


def check_names(claim: Text, evidence: Text) -> list[Finding]:
    """Check that every name, handle, address and quotation of the claim stands in the evidence."""
    known = {t.word for t in evidence.tokens} | {t.word.removesuffix("'s") for t in evidence.tokens}
    known |= {t.stem for t in evidence.tokens}
    joined = "".join(t.word for t in evidence.tokens)
    initials: set[str] | None = None
    findings = []
    for i in names(claim):
        token = claim.tokens[i]
        word = token.word.removesuffix("'s").lstrip("@#")
        if word in MONTHS:
            continue
        plain = token.word.replace(".", "")
        if {token.word, token.word.removesuffix("'s"), token.stem} & known:
            continue
        if token.word[0] in "@#" and word in known:
            continue
        if len(plain) > 4 and plain in joined:
            continue
        if token.raw.isupper():
            initials = _initials(evidence) if initials is None else initials
            if plain in initials:
                continue
        findings.append(failure(f"The cited text doesn't mention “{token.raw}”."))
    flat = evidence.flat
    for quoted in _QUOTED.findall(claim.raw):
        inner = " ".join(re.findall(r"[\w']+", quoted.casefold()))
        if inner and f" {inner} " not in re.sub(r"[^\w' ]+", " ", flat):
            findings.append(failure(f"The cited text doesn't contain the words “{quoted}”."))
    return findings


def _initials(text: Text) -> set[str]:
    """Return the initials of all runs of 2 to 5 words, so that SMM finds "social media marketing"."""
    letters = [t.word[0] for t in text.tokens if t.word[0].isalpha()]
    return {"".join(letters[i : i + n]) for n in range(2, 6) for i in range(len(letters) - n + 1)}
