"""Reads claims out of what a chat model writes, while it is still writing.

The prompt asks for one JSON object on each line. Models also write arrays, fenced code, wrapped objects, or numbered
sentences that end in ``[E1]``; all of these are read. What has no recognisable form is ignored: a claim that is lost
makes an answer shorter, a claim that is made up by lenient parsing could make it wrong.
"""

from __future__ import annotations

import ast
import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from advisor.domain import Claim, Role
from advisor.sentences import sentence_spans

MAX_CLAIM_CHARACTERS = 400
"""A single sentence over this length is dropped: nobody reads it, and cutting it could change what it says."""

MAX_OBJECT_CHARACTERS = 4000
"""A JSON object that isn't closed after this many characters is given up."""

_COMPLETING = "\n}>"
"""Without one of these no object, line or thought can have become complete."""

_LOOP_LENGTH = 6
"""So many repetitions in a row mean that the model is looping."""

_SEPARATORS = re.compile(r"\A(?:[\s,\]}]|\[(?=\s*[{\[\n])|`{3,}[ \t]*\w*)+")
_WRAPPER = re.compile(r'\A\{\s*"\w+"\s*:\s*\[\s*(?=[{\]])')
_LIST_MARK = re.compile(r"\A\s*(?:[-*•–]+|\(?\d{1,2}[.)]|#+)\s+")
_ROLE_MARK = re.compile(
    r"\A\W*(?:what to )?(answer|why|do|avoid|measure)\b\W*?(?:\Z|[:\u2013\u2014]\s*|\s-\s)", re.IGNORECASE
)
_LABELS = re.compile(
    r"\s*[\[(](?:evidence|sources?)?:?(\s*E\d{1,3}\b(?:\s*(?:[,;&]|and)?\s*E?\d{1,3}\b)*)\s*[\])]", re.IGNORECASE
)
_LABEL = re.compile(r"\A\W*E?(\d{1,3})\W*\Z", re.IGNORECASE)
_DROPPED_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_TAG_BEGIN = re.compile(r"<(?=[a-zA-Z/!?])")
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+")
_THOUGHT_BEGIN, _THOUGHT_END = "<think>", "</think>"
_BROKEN_TEXT = re.compile(r'"(?:claim|text|sentence|statement)"\s*:\s*"((?:[^"\\\n]|\\.)*)"')
_BROKEN_ROLE = re.compile(r'"role"\s*:\s*"(\w+)"')
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories of control, format (zero-width, direction), surrogate and private characters."""


def without_thoughts(text: str) -> str:
    """Return a model's output without the thoughts at its front; nothing if they never end."""
    if not text.lstrip().startswith(_THOUGHT_BEGIN):
        return text
    return text.partition(_THOUGHT_END)[2]


class ClaimParser:
    """Reads claims from pieces of text as they arrive.

    Args:
        labels: The labels that exist; others are dropped from claims.

    Attributes:
        text: Everything fed so far.
        looping: Whether the model repeats itself, so that there is no use in reading on.
    """

    def __init__(self, labels: Iterable[str]) -> None:
        self.text = ""
        self.looping = False
        self._known = set(labels)
        self._rest = ""
        self._role = Role.ANSWER
        self._lines: Counter[str] = Counter()
        self._seen: dict[str, bool] = {}  # the sentence, and whether it came with a label
        self._repeated = 0

    def feed(self, piece: str) -> list[Claim]:
        """Take the next piece of output and return the claims that it completes."""
        self.text += piece
        self._rest += piece
        if not any(character in piece for character in _COMPLETING):
            # Nobody writes a sentence this long; a model in a loop does.
            self.looping = self.looping or (len(self._rest) > MAX_OBJECT_CHARACTERS and not self._in_thought())
            return []
        return self._read(final=False)

    def finish(self, *, stopped: bool = False) -> list[Claim]:
        """Return the claims in what is left, when no more output will come.

        Args:
            stopped: Whether the model was stopped in the middle, so that half a sentence may be left; it is dropped.
        """
        if stopped and "{" not in self._rest:
            return []
        return self._read(final=True)

    def _read(self, *, final: bool) -> list[Claim]:
        claims: list[Claim] = []
        while True:
            before = len(self._rest)
            if self._skip_thought():
                claims += self._take(final=final)
            if len(self._rest) == before or not self._rest:
                return claims

    def _in_thought(self) -> bool:
        """Whether a reasoning model's thoughts, which are no output, stand at the front."""
        return self._rest.lstrip().startswith(_THOUGHT_BEGIN)

    def _skip_thought(self) -> bool:
        """Drop thoughts that have ended; return whether output stands at the front."""
        if self._in_thought():
            _, end, after = self._rest.partition(_THOUGHT_END)
            if end:
                self._rest = after
            return bool(end)
        return True

    def _take(self, *, final: bool) -> list[Claim]:
        """Take one object or one line off the rest, if it is complete."""
        self._rest = _SEPARATORS.sub("", self._rest)
        self._rest = _WRAPPER.sub("", self._rest)
        if self._rest.startswith("{"):
            return self._take_object(final=final)
        line, newline, after = self._rest.partition("\n")
        embedded = re.search(r'\{\s*"', line)
        if embedded:  # "Here it is: {...}"
            self._rest = self._rest[embedded.start() :]
            return []
        if not newline and not final:
            return []
        self._rest = after
        return self._sentences_of_line(line)

    def _take_object(self, *, final: bool) -> list[Claim]:
        end = _object_end(self._rest)
        # Each line is one object, so an object that the next one begins in was not closed.
        following = re.search(r"\n\s*[,\]]?\s*\{", self._rest)
        if following and (end is None or following.start() < end) and not _nests(self._rest[:end]):
            end = following.start()
        if end is None and (final or len(self._rest) > MAX_OBJECT_CHARACTERS):
            end = len(self._rest)
        if end is None:
            return []
        raw, self._rest = self._rest[:end], self._rest[end:]
        return [claim for fields in _objects(raw) for claim in self._claims_of_object(fields)]

    def _claims_of_object(self, fields: dict[str, object]) -> list[Claim]:
        text = _first(fields, ("claim", "text", "sentence", "statement"))
        if not isinstance(text, str):
            return []
        role = _role(str(fields.get("role", "")))
        given = _first(fields, ("evidence", "labels", "label", "sources", "source", "citations"))
        labels = _label_names(given)
        return self._claims(text, labels, role)

    def _sentences_of_line(self, line: str) -> list[Claim]:
        """Read prose: only what carries a label is taken as a claim."""
        words = " ".join(line.split())
        self._lines[words] += bool(words)
        self.looping = self.looping or self._lines[words] >= _LOOP_LENGTH
        line = _EMPHASIS.sub("", line)
        while _LIST_MARK.match(line):
            line = _LIST_MARK.sub("", line)
        mark = _ROLE_MARK.match(line)
        if mark:
            self._role = _role(mark[1])
            line = line[mark.end() :]
        claims: list[Claim] = []
        start = 0
        groups = list(_LABELS.finditer(line))
        if len(groups) == 1 and not line[: groups[0].start()].strip():  # "[E1] The sentence."
            # Only the full stop shows that the sentence is complete.
            return [claim for claim in self._claims(line, (), self._role) if claim.text.endswith((".", "!"))]
        for index, group in enumerate(groups):
            if index + 1 < len(groups) and not line[group.end() : groups[index + 1].start()].strip():
                continue  # "[E1][E2]": one run of labels, read with its last group
            run = [g[1] for g in groups[: index + 1] if g.start() >= start]  # all since the last sentence
            text = _LABELS.sub("", line[start : group.end()]).strip(" .;:\t")
            text = text if text.endswith(("!", "?")) else f"{text}."
            start = group.end()
            names = [name for labels in run for name in re.findall(r"\d+", labels)]
            claims += self._claims(text, [f"E{int(name)}" for name in names], self._role)
        return claims

    def _claims(self, text: str, labels: Sequence[str], role: Role) -> list[Claim]:
        inline = [f"E{int(n)}" for group in _LABELS.finditer(text) for n in re.findall(r"\d+", group[1])]
        named = tuple(dict.fromkeys(name for name in (*labels, *inline) if name in self._known))
        text = plain(_LABELS.sub("", text))
        claims = []
        for start, end in sentence_spans(text):
            sentence = text[start:end]
            if len(sentence) > MAX_CLAIM_CHARACTERS or len(re.findall(r"[^\W\d_]{2,}", sentence)) < 2:
                continue
            if sentence.endswith("?"):  # a question claims nothing
                continue
            key = re.sub(r"\W+", " ", sentence).strip().casefold()
            if self._seen.get(key, False) or (key in self._seen and not named):
                self._repeated += 1
                self.looping = self.looping or self._repeated >= _LOOP_LENGTH
                continue
            self._repeated = 0
            self._seen[key] = bool(named)
            claims.append(Claim(text=sentence, labels=named, role=role))
        return claims


def plain(text: str) -> str:
    """Return the text on one line without markup, control characters and invisible characters.

    Tags, entities, Markdown emphasis, and the addresses of Markdown links and images go, so that nothing that a model
    writes can load an address or run in a page that shows it.
    """
    previous = ""
    while previous != text:  # until nothing that was nested or encoded reappears as markup
        previous = text
        text = _TAG.sub(" ", _DROPPED_MARKUP.sub(" ", html.unescape(text)))
        text = _TAG_BEGIN.sub("", _MARKDOWN_LINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", text)
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    text = re.sub(r"\s+([.,;:!?])(?=\s|\Z)", r"\1", text)
    return " ".join(text.split())


def _object_end(text: str) -> int | None:
    """Where the JSON object ends that ``text`` begins with; ``None`` if it isn't closed."""
    depth, quoted, escaped = 0, False, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped = character == "\\"
            if character in '"\n':  # a JSON string has no raw line break: the closing quote was forgotten
                quoted = False
        elif character == '"':
            quoted = True
        elif character in "{[":
            depth += 1
        elif character in "}]":
            depth -= 1
            if depth == 0:
                return position + 1
    return None


def _nests(raw: str) -> bool:
    """Whether the text is valid JSON, so that an object which begins inside belongs to it."""
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


def _objects(raw: str) -> list[dict[str, object]]:
    """The flat objects in a piece of JSON; of broken JSON, what can be told for certain."""
    value = _literal(_TRAILING_COMMA.sub(r"\1", raw))
    if value is None:
        text = _BROKEN_TEXT.search(raw)
        if text is None:
            return []
        role = _BROKEN_ROLE.search(raw)
        # Labels count only outside the sentence: a sentence may speak of an E1.
        around = raw[: text.start()] + raw[text.end() :]
        labels: list[object] = [f"E{number}" for number in re.findall(r"\bE(\d{1,3})\b", around)]
        return [{"claim": text[1].replace('\\"', '"'), "role": role[1] if role else "", "evidence": labels}]
    found: list[dict[str, object]] = []
    pending = [value]
    while pending:
        item = pending.pop(0)
        if isinstance(item, dict):
            found.append(item)
            pending[:0] = [v for v in item.values() if isinstance(v, list) and any(isinstance(x, dict) for x in v)]
        elif isinstance(item, list):
            pending[:0] = item
    return found


def _literal(raw: str) -> object:
    """The value that JSON or a Python literal (single quotes) writes; ``None`` if it is neither."""
    try:
        return json.loads(raw, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(raw)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _first(fields: dict[str, object], names: Sequence[str]) -> object:
    return next((fields[name] for name in names if name in fields), None)


def _label_names(value: object) -> list[str]:
    """Label names in whatever the model gave: ``["E1"]``, ``"E1, E2"``, ``[1]``."""
    items = re.split(r"[,;\s]+", value) if isinstance(value, str) else value if isinstance(value, list) else [value]
    names = []
    for item in items:
        for part in re.split(r"[,;\s]+", str(item)):
            match = _LABEL.match(part)
            if match:
                names.append(f"E{int(match[1])}")
    return names


def _role(word: str) -> Role:
    try:
        return Role(word.strip().lower())
    except ValueError:
        return Role.ANSWER
