"""Whether a text contains a phrase, by stems in order.

The definition, in full:

- A text is cut into its lines, and each line into sentences; citation markers such as ``[2]`` are taken out first.
- Words are runs of letters (an apostrophe may stand inside) or numbers (``1,000`` and ``3.5`` are one word). A hyphen
  separates words. Case doesn't matter. The number words from *two* to *twelve* equal their digits.
- Content words are all words except the articles, prepositions, pronouns and auxiliaries in ``FUNCTION_WORDS``.
  Negations (*no*, *not*, *never*, *without*), *only*, *before*, *after*, *more* and *less* carry meaning and are kept.
- Content words are compared by their Snowball (English) stems.
- A phrase is present when its stems occur in one sentence of the text, in the order of the phrase; other words may
  stand between them.

A phrase says nothing about negation that it doesn't contain itself: "direct ranking factor" is present in "no direct
ranking factor". Whoever writes a gold fact picks phrases that only the right answer contains.
"""

from __future__ import annotations

import re

from advisor.sentences import sentence_spans
from advisor.terms import stem

FUNCTION_WORDS = frozenset(
    """
    a an the and or of to in on at by for from with as into over that this these those it its they them their there
    is are was were be been being am do does did have has had can could may might must shall should will would
    he she his her you your we our us i my me one which who whom what
    """.split()  # noqa: SIM905  # a list in lines reads worse
)
"""Words that a phrase doesn't need to share with the text."""

_TWO_TO_TWELVE = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBER_WORDS = {word: str(number) for number, word in enumerate(_TWO_TO_TWELVE, start=2)}
"""Number words and their digits; *one* is left out, as it is mostly a pronoun."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARKER = re.compile(r"\s*\[\d+\]")


def words(text: str) -> list[str]:
    """Return the words of a text, lower case, number words as digits."""
    found = (match.group().casefold() for match in _WORD.finditer(text))
    return [NUMBER_WORDS.get(word, word) for word in found]


def content_stems(text: str) -> list[str]:
    """Return the stems of the content words of a text, in order."""
    return [stem(word) for word in words(text) if word not in FUNCTION_WORDS]


def numbers(text: str) -> frozenset[str]:
    """Return the numbers in a text: digits as written, number words from two to twelve as digits."""
    return frozenset(word for word in words(text) if word[0].isdigit())


def sentences(text: str) -> list[str]:
    """Return the sentences of a rendered answer, without list dashes and citation markers."""
    found = []
    for line in text.splitlines():
        plain = _MARKER.sub("", line).strip().removeprefix("- ")
        found += [plain[start:end] for start, end in sentence_spans(plain)]
    return found


def has_phrase(text: str, phrase: str) -> bool:
    """Return whether one sentence of the text contains the phrase; the module's docstring says when it does."""
    wanted = content_stems(phrase)
    return bool(wanted) and any(_in_order(wanted, content_stems(sentence)) for sentence in sentences(text))


def has_literal(text: str, literal: str) -> bool:
    """Return whether the text contains the words of ``literal`` side by side, whatever the case and punctuation."""
    wanted, found = words(literal), words(_MARKER.sub(" ", text))
    return bool(wanted) and any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1))


def _in_order(wanted: list[str], found: list[str]) -> bool:
    rest = iter(found)
    return all(stem in rest for stem in wanted)
