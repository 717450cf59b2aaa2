"""Content terms of a text: words without the ones that carry no subject, reduced to their stems."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

_FUNCTION_WORDS = """
    a about above after again against ain all also am an and any anybody anyone anything are aren as at be because
    been before being below between both but by can cannot could couldn d did didn do does doesn doing don down
    during each eg either else etc explain ie kindly ought pls plz vs versus etc ever every few for from further
    get gets getting give gives got had hadn has hasn have haven having he hello help hence her here hers herself
    hey hi him himself his how i if im in into is isn it its itself ive just know let lets like ll m ma make makes
    many may me might mine more most much must my myself need needn no nor not now o of off ok okay on once one
    ones only or other our ours ourselves out over own per please re really s said same say says shall shan she
    should shouldn so some somebody someone something such t tell than thank thanks that the their theirs them
    themselves then there these they thing things this those though through to too under until up upon us use used
    using ve very want wants was wasn way we well were weren what when where whether which while who whom whose why
    will with within without would wouldn y yes yet you your yours yourself yourselves
"""

STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
"""English function words, and words that only frame a question. From common lists; ours to keep."""

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*%?|%|[€$£]", re.UNICODE)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; possessive endings are cut off."""
    return [w.replace("’", "'").removesuffix("'s") for w in _WORD.findall(text.lower())]


def content_words(text: str) -> list[str]:
    """Return the words that carry the subject, in order, in lower case, unstemmed."""
    return [w for w in words(text) if w not in STOP_WORDS and w.split("'")[0] not in STOP_WORDS]


def content_terms(text: str) -> list[str]:
    """Return the stems of the words that carry the subject, in order."""
    return [stem(w) for w in content_words(text)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the Snowball (Porter2, English) stem of a word in lower case."""
    return str(snowballstemmer.stemmer("english").stemWord(word))
