"""Bytes to text, or a refusal: a wrong guess would be stored, quoted and cited."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import SourceError

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive (perhaps a Word or Excel file)",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"%!PS": "a PostScript file",
}
_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_SHARE = 0.05
_SAMPLE = 200_000
"""Bytes given to the detector."""
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_MAX_CHAOS = 0.1
_MIN_COHERENCE = 0.3
_MARGIN = 0.15
_ALPHABETS = (  # letters beyond ASCII of the languages that are mostly written in Windows-1252
    "äöüßÄÖÜé",
    "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ",
    "áéíóúüñÁÉÍÓÚÜÑªº",
    "àèéìíîòóùúÀÈÉÌÒÙ",
    "àáâãçéêíóôõúüÀÁÂÃÇÉÊÍÓÔÕÚªº",
    "åäöæøéüÅÄÖÆØÉ",
    "äëïöüéèêáóúíÉ",
)
_PUNCTUATION = frozenset("\u00a0¡¿«»„“”‚‘’‹›–—…€£§°©®™·•´¨±²³½¼×%†‰µ¹")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def decode(path: Path, data: bytes, *, markup: bool = False) -> str:
    """Turn a file's bytes into text with ``\\n`` line ends and without a byte order mark.

    UTF-8 is tried strictly, then what a byte order mark or (for markup) the document itself names, then a detector,
    whose guess counts only if no other plausible encoding reads the bytes differently.

    Args:
        path: The file, for messages.
        data: Its bytes.
        markup: Whether the document may declare its encoding (``<meta charset>``, ``<?xml encoding?>``).

    Raises:
        SourceError: It is not text, or its encoding can't be told with confidence.
    """
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            raise SourceError(path, f"is not text but {name}; give it the matching file ending or leave it out")
    text = _decoded(path, data, markup)
    if "\0" in text:
        raise SourceError(path, "is binary, not text (it holds NUL bytes)")
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > _CONTROL_SHARE * len(sample):
        raise SourceError(path, "is binary, not text (many control characters)")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decoded(path: Path, data: bytes, markup: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                reason = f"begins like {encoding.upper()} text but is broken at byte {error.start}; save it as UTF-8"
                raise SourceError(path, reason) from error
    if b"\0" in data:
        raise SourceError(path, "is binary, not text (it holds NUL bytes); if it is text, save it as UTF-8")
    if b"\x1b$" in data:  # the only common encoding that is valid UTF-8 without being it
        try:
            return data.decode("iso2022_jp")
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data, 0, 2048) if markup else None
    if declared is not None:
        name = declared[1].decode("ascii").lower()
        # Browsers read Latin-1 and ASCII as Windows-1252; so do the people who declare them.
        name = "cp1252" if name in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii") else name
        try:
            if codecs.lookup(name).name != "utf-8":
                return data.decode(name)
        except (LookupError, UnicodeError):
            pass
    text = _detected(data)
    if text is None:
        raise SourceError(path, "its text encoding can't be told with confidence; save it as UTF-8")
    return text


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    # Plain ASCII tells nothing; begin at the first byte that does.
    first = next((i for i, byte in enumerate(data) if byte > 127), 0)
    begin = max(0, data.rfind(b"\n", 0, first) + 1)
    matches = [m for m in from_bytes(data[begin : begin + _SAMPLE]) if m.chaos <= _MAX_CHAOS]
    if not matches:
        return None
    encoding = _choose(matches)
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _choose(matches: Sequence[CharsetMatch]) -> str | None:
    """Return the encoding to trust, or ``None`` if two that differ are about as likely."""
    by_name = {m.encoding: m for m in matches}
    for name in ("cp1252", "cp1250", "latin_1", "iso8859_15"):  # the detector lists only one of those that agree
        if name in by_name and _is_western(str(by_name[name])):
            return name
    best = max(matches, key=lambda m: m.coherence - m.chaos)
    text = str(best)
    if best.multi_byte_usage > 0.3 and len(_CJK.findall(text)) > 0.3 * len(text):
        return best.encoding  # multi-byte encodings are strict: reading at all is evidence
    rivals = [m for m in matches if str(m) != text and m.coherence > best.coherence - _MARGIN]
    return best.encoding if best.coherence >= _MIN_COHERENCE and not rivals else None


def _is_western(text: str) -> bool:
    beyond = {c for c in text if ord(c) > 127} - _PUNCTUATION
    return any(beyond <= set(alphabet) for alphabet in _ALPHABETS)
