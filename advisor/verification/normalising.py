"""From text to comparable tokens."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import snowballstemmer

from advisor.verification import lexicon

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_FOLDS = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "\u00a0": " ", "\u202f": " ",
})  # fmt: skip
_MARKER = re.compile(r"^\s*(?:#{1,6}\s+|[-*+•–]\s+|\(?\d{1,2}[.)]\s+|>\s+)+")
_CITATION = re.compile(r"\s*\[(?:[EeSs]?\d+)(?:\s*[,;]\s*[EeSs]?\d+)*\]|\s*\((?:E\d+)(?:\s*,\s*E\d+)*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\s]*\)")
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|~~")
_TOKEN = re.compile(
    r"""
      https?://[^\s)>\]"']+ | www\.[^\s)>\]"']+        # addresses
    | [@\#]\w+                                         # handles, hashtags
    | \d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)              # ISO-like dates
    | \d{4}s\b                                         # decades
    | \d+(?:st|nd|rd|th)\b                             # ordinals
    | \d+/\d+(?!\d)                                    # 24/7, 1/2
    | \d+(?:[.,]\d+)*(?:\s?(?:k|bn|mn)\b|[mMxX]\b)?    # numbers
    | [^\W\d_]+\d[\w]*                                 # B2B, H1
    | (?:[^\W\d_]\.){2,}                               # U.S., e.g.
    | [^\W\d_]+(?:'[^\W\d_]+)?                         # words
    | [%$€£¥?]
    """,
    re.VERBOSE | re.IGNORECASE,
)


def fold(text: str) -> str:
    """Fold quotes, dashes, invisible characters and compatibility forms; letter case stays."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_FOLDS)))
    return text.translate(_FOLDS)


def plain(text: str) -> str:
    """Return folded text without list and heading markers, emphasis, link targets and citation markers."""
    text = _MARKER.sub("", fold(text))
    if "[" in text or "(E" in text:
        text = _LINK.sub(r"\1", _CITATION.sub("", text))
    return _EMPHASIS.sub("", text) if any(mark in text for mark in "*_~") else text


def words_of(text: str) -> tuple[str, ...]:
    """Return the lower-case tokens of a text: what two verbatim sentences have in common.

    White space, quotes, markdown markers and punctuation make no difference; numbers, percent and currency signs and
    question marks do.
    """
    return tuple(_TOKEN.findall(plain(text).casefold()))


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign.

    Attributes:
        word: Folded, in lower case.
        raw: As written, folded.
        stem: Stem of ``word``.
        content: Whether it carries content (no stop word, number or sign).
        initial: Whether it begins a sentence.
        before: What stands between the previous token and this one.
        sentence: 0-based number of the sentence.
    """

    word: str
    raw: str
    stem: str
    content: bool
    initial: bool
    before: str
    sentence: int


@dataclass(frozen=True)
class Text:
    """Tokens of one or more sentences.

    Attributes:
        raw: The plain text.
        tokens: Its tokens in order.
        content: Indices of the content tokens.
    """

    raw: str
    tokens: tuple[Token, ...]
    content: tuple[int, ...]

    @cached_property
    def flat(self) -> str:
        """The words in lower case, one space between them and around them, for cue phrases."""
        return " " + " ".join(token.word for token in self.tokens) + " "


def is_numeric(word: str) -> bool:
    """Tell whether a token is written with digits first."""
    return word[:1].isdigit()


class Reader:
    """Tokenises and stems. Keeps stems of words already seen, since stemming is the slow part.

    Args:
        limit: Number of stems, and of pairs of words, to keep before the memory is cleared.

    Attributes:
        grades: How well two words match, for pairs already compared; written by ``remember``.
    """

    def __init__(self, limit: int = 50_000) -> None:
        self._stemmer = snowballstemmer.stemmer("english")
        self._stems: dict[str, str] = {}
        self._limit = limit
        self._opposed: dict[tuple[str, str], bool] = {}
        self.grades: dict[tuple[str, str], float] = {}

    # The word lists are stemmed when a claim first needs them: verbatim claims don't.

    @cached_property
    def _synonyms(self) -> dict[str, set[int]]:
        groups: dict[str, set[int]] = {}
        for number, group in enumerate(lexicon.SYNONYMS):
            for word in group:
                groups.setdefault(self.stem(word), set()).add(number)
        return groups

    @cached_property
    def _antonyms(self) -> dict[str, set[str]]:
        opposites: dict[str, set[str]] = {}
        for left, right in lexicon.ANTONYMS:
            opposites.setdefault(self.stem(left), set()).add(self.stem(right))
            opposites.setdefault(self.stem(right), set()).add(self.stem(left))
        return opposites

    @cached_property
    def _light(self) -> frozenset[str]:
        return frozenset(self.stem(word) for word in lexicon.LIGHT_WORDS)

    @cached_property
    def _free(self) -> frozenset[str]:
        return frozenset(self.stem(word) for word in lexicon.FREE_WORDS)

    def stem(self, word: str) -> str:
        """Return the stem of a lower-case word; British and American spellings share one."""
        known = self._stems.get(word)
        if known is not None:
            return known
        base = word[:-2] if word.endswith("'s") else word
        base = lexicon.IRREGULAR.get(base, base)
        stem = lexicon.STEM_EXCEPTIONS.get(base)
        if stem is None:
            if len(base) > 5:
                base = re.sub(r"iz(e|es|ed|er|ers|ing|ation|ations)$", r"is\1", base)
                base = re.sub(r"our(s|ed|ing|al|able|ite|ites)?$", r"or\1", base)
            stem = self._stemmer.stemWord(base) if base.isalpha() else base
        if len(self._stems) >= self._limit:
            self._stems.clear()
        self._stems[word] = stem
        return stem

    def remember(self, left: str, right: str, grade: float) -> None:
        """Keep how well two words match."""
        if len(self.grades) >= self._limit:
            self.grades.clear()
        self.grades[left, right] = grade

    def synonymous(self, left: str, right: str) -> bool:
        """Tell whether two stems may stand for each other."""
        groups = self._synonyms.get(left)
        return groups is not None and not groups.isdisjoint(self._synonyms.get(right, ()))

    def opposites(self, stem: str) -> set[str]:
        """Return the stems that mean the opposite, without prefix rules."""
        return self._antonyms.get(stem, set())

    def opposed(self, left: Token, right: Token) -> bool:
        """Tell whether two tokens are opposites by the word list, by a negative prefix, or by -ful and -less."""
        known = self._opposed.get((left.word, right.word))
        if known is None:
            if len(self._opposed) >= self._limit:
                self._opposed.clear()
            known = self._opposed[left.word, right.word] = self._compare(left, right)
        return known

    def _compare(self, left: Token, right: Token) -> bool:
        if right.stem in self.opposites(left.stem):
            return True
        if any(left.word in group and right.word in group and left.word != right.word for group in lexicon.EXCLUSIVE):
            return True
        for short, long in ((left, right), (right, left)):
            if len(short.stem) >= 4 and any(
                long.word == prefix + short.word or long.stem == prefix + short.stem
                for prefix in ("un", "in", "im", "ir", "il", "dis", "non", "mis", "a")
            ):
                return True
            if short.word.endswith("ful") and long.word == short.word[:-3] + "less":
                return True
        return False

    def terms(self, text: Text) -> set[str]:
        """Return the stems of the content words and the numbers of their groups of synonyms."""
        stems = {text.tokens[i].stem for i in text.content}
        return stems | {f"={number}" for stem in stems for number in self._synonyms.get(stem, ())}

    def light(self, stem: str) -> bool:
        """Tell whether a stem adds little information."""
        return stem in self._light

    def free(self, stem: str) -> bool:
        """Tell whether a stem is mere presentation."""
        return stem in self._free

    def read(self, *sentences: str) -> Text:
        """Tokenise sentences into one text."""
        tokens: list[Token] = []
        raws = []
        for number, sentence in enumerate(sentences):
            raw = plain(sentence)
            raws.append(raw)
            previous = 0
            for match in _TOKEN.finditer(raw):
                written = match.group()
                word = written.casefold()
                before = raw[previous : match.start()]
                initial = previous == 0 or bool(re.search(r"[.!?:]['\")]?\s+['\"(]?$", before))
                letters = word[0].isalpha() or word[0] in "@#"
                tokens.append(
                    Token(
                        word=word,
                        raw=written,
                        stem=self.stem(word),
                        content=letters and word not in lexicon.STOP_WORDS,
                        initial=initial,
                        before=before,
                        sentence=number,
                    )
                )
                previous = match.end()
        return Text(
            raw=" ".join(raws),
            tokens=tuple(tokens),
            content=tuple(i for i, token in enumerate(tokens) if token.content),
        )


def trigram_similarity(left: str, right: str) -> float:
    """Return the Dice coefficient of the character trigrams of two words, 0 to 1."""
    a, b = ({word[i : i + 3] for i in range(len(word) - 2)} for word in (f" {left} ", f" {right} "))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def adjacent(items: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return neighbouring pairs."""
    return list(pairwise(items))
