"""One file in, one document out, or one clear reason why not."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from advisor.domain import Flag
from advisor.errors import SourceError
from advisor.ingest.building import MAX_FLAGS, TextBuilder, excerpt
from advisor.ingest.decoding import decode
from advisor.ingest.document import Block, FrontMatter, LoadedDocument
from advisor.ingest.front_matter import read_strictly, read_tolerantly, split_front_matter
from advisor.ingest.inspection import instruction_spans, looks_like_instruction
from advisor.ingest.invisible import hides_a_message, is_blank, strip_invisible

MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm")
SUFFIXES = (*MARKDOWN, ".txt", *HTML, ".pdf", ".docx")
"""File endings that can be read, in lower case."""

_TITLE_LENGTH = 200


def load_document(path: Path, *, max_bytes: int, strict_front_matter: bool = False) -> LoadedDocument:
    """Read a file.

    Args:
        path: A regular file with one of :data:`SUFFIXES`.
        max_bytes: Larger files are refused before they are read.
        strict_front_matter: Whether the file is bundled knowledge, whose front matter must be complete and known.

    Returns:
        Its text, blocks, title, checksum and flags.

    Raises:
        SourceError: It can't be read or holds nothing to quote; the reason is one line.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SourceError(path, f"files of type {suffix or '(none)'} can't be read; use one of {' '.join(SUFFIXES)}")
    data = _bytes(path, max_bytes)
    checksum = hashlib.sha256(data).hexdigest()
    if suffix in (*MARKDOWN, ".txt"):
        return _verbatim(path, data, checksum, markdown=suffix in MARKDOWN, strict=strict_front_matter)
    builder, title = _extracted(path, suffix, data, max_bytes)
    return _document(path, builder.text, title, builder.blocks, checksum, list(builder.flags), None)


def _bytes(path: Path, max_bytes: int) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SourceError(path, "is a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(path, "is not a regular file (a pipe, socket or device)")
        if status.st_size == 0:
            raise SourceError(path, "is empty (0 bytes)")
        if status.st_size > max_bytes:
            raise SourceError(path, _too_large(status.st_size, max_bytes))
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)  # it may have grown meanwhile
    except FileNotFoundError as error:
        raise SourceError(path, "does not exist") from error
    except PermissionError as error:
        raise SourceError(path, "can't be read: permission denied") from error
    except (OSError, ValueError) as error:  # a loop of links, a bad disk, a NUL in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SourceError(path, f"can't be read: {reason}") from error
    if len(data) > max_bytes:
        raise SourceError(path, _too_large(len(data), max_bytes))
    if not data.strip():
        raise SourceError(path, "is empty (only white space)")
    return data


def _too_large(size: int, limit: int) -> str:
    return f"is too large ({size / 1e6:.1f} MB, the limit is {limit / 1e6:g} MB); split it or raise max_file_mb"


def _verbatim(path: Path, data: bytes, checksum: str, *, markdown: bool, strict: bool) -> LoadedDocument:
    text = decode(path, data)
    if is_blank(text):
        raise SourceError(path, "is empty (nothing in it can be seen)")
    flags: list[Flag] = []
    title = None
    meta: FrontMatter | None = None
    if markdown:
        from advisor.ingest.markdown import markdown_blocks

        yaml_text, body = split_front_matter(text)
        meta = read_strictly(path, yaml_text) if strict else read_tolerantly(yaml_text)
        try:
            found, hidden, title = markdown_blocks(text, body)
        except RecursionError as error:
            raise SourceError(path, "is nested too deep to be read") from error
        flags += hidden
        title = meta.title if meta is not None and meta.title else title
    else:
        from advisor.ingest.plain import plain_blocks

        found = plain_blocks(text)
    blocks = []
    for block in found:
        content = text[block.start : block.end]
        if hides_a_message(content) and len(flags) < MAX_FLAGS:
            flags.append(Flag(kind="hidden_text", excerpt=excerpt(content), start=block.start, end=block.end))
        if not is_blank(content):
            blocks.append(block)
    return _document(path, text, title, tuple(blocks), checksum, flags, meta)


def _extracted(path: Path, suffix: str, data: bytes, max_bytes: int) -> tuple[TextBuilder, str | None]:
    if suffix == ".pdf":
        from advisor.ingest.pdf import read_pdf

        return read_pdf(path, data)
    if suffix == ".docx":
        from advisor.ingest.docx import read_docx

        return read_docx(path, data, max_bytes=max_bytes)
    from advisor.ingest.html import read_html

    text = decode(path, data, markup=True)
    try:
        return read_html(text)
    except RecursionError as error:
        raise SourceError(path, "is nested too deep to be read") from error
    except Exception as error:  # the parsers' own errors
        raise SourceError(path, f"is broken HTML ({type(error).__name__})") from error


def _document(
    path: Path,
    text: str,
    title: str | None,
    blocks: tuple[Block, ...],
    checksum: str,
    flags: list[Flag],
    meta: FrontMatter | None,
) -> LoadedDocument:
    if not blocks:
        reason = "holds only headings or hidden text" if text.strip() else "holds no text"
        raise SourceError(path, f"{reason}, nothing that could be quoted")
    title = " ".join(strip_invisible(title or "").split())[:_TITLE_LENGTH]
    if title and looks_like_instruction(title):
        flags = [*flags, Flag(kind="instruction", excerpt=excerpt(title))]
        title = ""
    flags = [*flags, *instruction_spans(text, blocks)]
    return LoadedDocument(
        text=text,
        title=title or _readable(path),
        blocks=blocks,
        checksum=checksum,
        flags=tuple(dict.fromkeys(flags)),
        meta=meta,
    )


def _readable(path: Path) -> str:
    """Make a title of a file name."""
    words = " ".join(strip_invisible(path.stem).replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:] if words else path.name
