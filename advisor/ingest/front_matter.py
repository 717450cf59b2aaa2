"""The YAML block at the top of a Markdown file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path

from advisor.errors import SourceError
from advisor.ingest.document import FrontMatter

REQUIRED = ("id", "kind", "title", "reviewed", "topics", "basis")
"""Keys that bundled knowledge must have."""

_FENCED = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LOOKS_LIKE_KEY = re.compile(r"\s*[\w -]+:(?:\s|$)")
_LIMIT = 100_000
"""Characters; a longer block is taken for text."""
_MAX_BRACKETS = 1000
"""The time that PyYAML takes grows with the square of the nesting."""


def split_front_matter(text: str) -> tuple[str | None, int]:
    """Find the front matter.

    Returns:
        The YAML and the offset at which the body begins; ``(None, 0)`` without front matter.
    """
    found = _FENCED.match(text, 0, _LIMIT) if text.startswith("---") else None
    if found is None:
        return None, 0
    lines = [line for line in found[1].splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines and not _LOOKS_LIKE_KEY.match(lines[0]):
        return None, 0  # text between two thematic breaks
    return found[1], found.end()


def read_strictly(path: Path, yaml_text: str | None) -> FrontMatter:
    """Read the front matter of bundled knowledge.

    Args:
        path: The file, for the message.
        yaml_text: What :func:`split_front_matter` found.

    Raises:
        SourceError: It is missing or malformed, or has an unknown, repeated, missing or unusable key; carries the line.
    """
    from pydantic import ValidationError

    if yaml_text is None:
        raise SourceError(
            path, "has no front matter; begin the file with a YAML block between two lines of ---", line=1
        )
    try:
        data, lines = _parse(yaml_text)
    except _Malformed as error:
        raise SourceError(path, f"front matter is not usable: {error}", line=error.line) from error
    for key in data:
        if key not in FrontMatter.model_fields:
            known = ", ".join(FrontMatter.model_fields)
            raise SourceError(path, f"unknown key {key!r} in the front matter; known keys: {known}", line=lines[key])
    for key in REQUIRED:
        if data.get(key) in (None, "", []):
            raise SourceError(path, f"front matter lacks {key!r}", line=lines.get(key, 1))
    try:
        return FrontMatter.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        where = ".".join(map(str, first["loc"]))
        raise SourceError(path, f"front matter, {where}: {first['msg']}", line=lines.get(key, 1)) from error


def read_tolerantly(yaml_text: str | None) -> FrontMatter | None:
    """Take title, author, date and topics (or tags) from anybody's front matter, where they are plain text.

    Returns:
        ``None`` if there is none or it can't be read.
    """
    if yaml_text is None:
        return None
    try:
        data, _ = _parse(yaml_text)
    except _Malformed:
        return None
    topics = data.get("topics", data.get("tags"))
    if isinstance(topics, str):
        topics = topics.split(",")
    return FrontMatter(
        title=_plain(data.get("title")),
        author=_plain(data.get("author")),
        published=_plain(data.get("published")) or _plain(data.get("date")),
        topics=tuple(t for t in map(_plain, topics) if t) if isinstance(topics, list) else (),
    )


class _Malformed(Exception):
    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


def _parse(yaml_text: str) -> tuple[dict[str, object], Mapping[str, int]]:
    """Return the mapping and the 1-based line in the file of each key."""
    import yaml

    if yaml_text.count("[") + yaml_text.count("{") > _MAX_BRACKETS:
        raise _Malformed("too many brackets", 1)
    loader = yaml.SafeLoader(yaml_text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise _Malformed("it must be a list of `key: value` lines", 1)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 2  # counted from 0, after the opening fence
            if not isinstance(key, yaml.ScalarNode):
                raise _Malformed("a key is not plain text", line)
            if key.value in lines:
                raise _Malformed(f"key {key.value!r} stands twice", line)
            lines[key.value] = line
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _Malformed(error.problem or "not YAML", mark.line + 2 if mark else 1) from error
    except yaml.YAMLError as error:
        raise _Malformed(str(error).splitlines()[0], 1) from error
    except (RecursionError, ValueError) as error:  # nested too deep; a date such as 2010-13-45
        raise _Malformed(str(error), 1) from error
    finally:
        loader.dispose()
    return {str(key): value for key, value in data.items()}, lines


def _plain(value: object) -> str | None:
    if isinstance(value, datetime.date) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return " ".join(value.split())[:300] or None if isinstance(value, str) else None
