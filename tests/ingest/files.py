"""Builds the files that the tests read."""

from __future__ import annotations

from pathlib import Path

from advisor.ingest.document import LoadedDocument
from advisor.ingest.loading import load_document

LIMIT = 2_000_000


def load(
    path: Path, content: str | bytes | None = None, *, max_bytes: int = LIMIT, strict: bool = False
) -> LoadedDocument:
    """Write a file, unless it is there, and load it."""
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_document(path, max_bytes=max_bytes, strict_front_matter=strict)


def quotes(document: LoadedDocument) -> list[str]:
    """Return the texts of the blocks."""
    return [document.text[block.start : block.end] for block in document.blocks]


def kinds(document: LoadedDocument) -> list[str]:
    """Return the kinds of the flags."""
    return [flag.kind for flag in document.flags]


def text_lines(*lines: str, top: int = 720, size: int = 12, before: str = "") -> str:
    """Return page content that shows lines from the top down."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    return f"{before} BT /F1 {size} Tf 14 TL 72 {top} Td {shown} ET"


def pdf(*pages: str, title: str = "") -> bytes:
    """Return a PDF whose pages have the given content streams."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    picture = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    objects += [font, f"{picture}\nstream\n0\nendstream", f"<< /Title ({title}) >>"]
    numbers = []
    for content in pages:
        body = content.encode("cp1252").decode("latin-1")
        objects.append(f"<< /Length {len(body)} >>\nstream\n{body}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F1 3 0 R >> /XObject << /Im1 4 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        numbers.append(len(objects))
    objects[1] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>"
    out = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")
