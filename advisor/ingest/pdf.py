"""PDF: the text of each page, in paragraphs."""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import SourceError
from advisor.ingest.building import TextBuilder
from advisor.ingest.invisible import SOFT_HYPHEN
from advisor.ingest.layout import BULLET, paragraphs

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 5_000
MAX_SECONDS = 180.0
"""Time after which reading a PDF is given up, checked after each page."""

_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.?|s\.?)\s*)?\d{1,4}(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?\W*", re.IGNORECASE
)
_JUNK_TITLE = re.compile(r"untitled|microsoft \w+ - |.*\.(?:docx?|indd|pptx?|qxd|pdf|tex|rtf|odt)$", re.IGNORECASE)
_REPEATED_SHARE = 0.6
_REPEATED_PAGES = 4


def read_pdf(path: Path, data: bytes) -> tuple[TextBuilder, str | None]:
    """Extract the text of a PDF page by page.

    Lines are joined into paragraphs, hyphenated line ends mended, page numbers and running titles left out. Text that
    is drawn invisibly or white on white is left out and flagged, except the text layer of a scanned page.

    Returns:
        The collected text, and the title from the document's properties if it has a usable one.

    Raises:
        SourceError: It is no PDF, broken, encrypted, too long, or holds no text.
    """
    if b"%PDF-" not in data[:1024]:
        raise SourceError(path, "is not a PDF although its name says so")
    from pypdf.errors import DependencyError

    builder = TextBuilder()
    try:
        with _quiet():
            reader = _opened(path, data)
            title = _title(reader)
            pages = list(_pages(path, reader, builder))
    except SourceError:
        raise
    except DependencyError as error:
        raise SourceError(
            path, "is encrypted in a way that can't be read here; save a copy without a password"
        ) from error
    except Exception as error:  # a broken PDF can raise nearly anything in the parser
        raise SourceError(path, f"is a broken PDF ({_first_line(error)}); open it and save it again") from error
    _collect(pages, builder)
    if not builder.blocks:
        raise SourceError(path, "holds no text (a scan?); run OCR first")
    return builder, title


def _opened(path: Path, data: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise SourceError(path, "is encrypted; save a copy without a password")
    if len(reader.pages) > MAX_PAGES:
        raise SourceError(path, f"has {len(reader.pages)} pages, more than {MAX_PAGES}; split it")
    return reader


def _pages(path: Path, reader: PdfReader, builder: TextBuilder) -> Iterator[list[str]]:
    """Yield the lines of each page."""
    begun = time.monotonic()
    for page in reader.pages:
        text = _shown_text(page, reader, builder).replace("\r", "\n").replace("\0", "")
        yield [line.rstrip() for line in text.split("\n")]
        if time.monotonic() - begun > MAX_SECONDS:
            raise SourceError(path, f"takes more than {MAX_SECONDS:.0f} seconds to read; split it")


def _shown_text(page: PageObject, reader: PdfReader, builder: TextBuilder) -> str:
    from pypdf.generic import NameObject

    from advisor.ingest.pdf_visibility import split_by_visibility

    split = split_by_visibility(page, reader)
    if split is not None:
        shown, hidden = split
        page[NameObject("/Contents")] = hidden
        builder.flag_hidden(page.extract_text())
        page[NameObject("/Contents")] = shown
    return page.extract_text()


def _collect(pages: Sequence[list[str]], builder: TextBuilder) -> None:
    repeated = _running_titles(pages)
    for number, lines in enumerate(pages, start=1):
        kept = _without_margins(lines, repeated)
        for first, after in paragraphs(kept):
            group = kept[first:after]
            group[0] = BULLET.sub("", group[0], count=1)
            builder.add_block(_joined(group), page=number)


def _joined(lines: Sequence[str]) -> str:
    """Join lines into one, mending words that were broken at a line's end."""
    text = ""
    for line in (line.strip() for line in lines):
        if text.endswith(SOFT_HYPHEN):
            text = text[:-1] + line
        elif re.search(r"\w-$", text) and line[:1].isalpha():
            # Before a capital letter or after one, the hyphen belongs to the word: Social-Media, B2B-Kunden.
            text = (text[:-1] if line[0].islower() and text[-2].islower() else text) + line
        else:
            text = f"{text} {line}" if text else line
    return re.sub(r"\s+", " ", text)


def _edges(lines: Sequence[str]) -> list[int]:
    """Numbers of the first two and the last two lines with text."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return sorted({*filled[:2], *filled[-2:]})


def _generic(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _running_titles(pages: Sequence[list[str]]) -> set[str]:
    """Lines that stand at the edge of most pages, whatever their numbers."""
    if len(pages) < _REPEATED_PAGES:
        return set()
    counts = Counter(line for lines in pages for line in {_generic(lines[number]) for number in _edges(lines)})
    return {line for line, count in counts.items() if count >= _REPEATED_SHARE * len(pages) and len(line) < 120}


def _without_margins(lines: Sequence[str], repeated: set[str]) -> list[str]:
    edges = _edges(lines)
    dropped = {n for n in edges if _generic(lines[n]) in repeated}
    dropped |= {n for n in edges[:1] + edges[-1:] if _PAGE_NUMBER.fullmatch(lines[n])}
    return [line for number, line in enumerate(lines) if number not in dropped]


def _title(reader: PdfReader) -> str | None:
    metadata = reader.metadata
    title = " ".join(str(metadata.title or "").split()) if metadata is not None else ""
    return None if len(title) < 4 or _JUNK_TITLE.match(title) else title


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120] or type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf from logging what it mends; what it can't mend is raised."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
