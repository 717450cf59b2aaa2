from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from advisor.errors import SourceError
from advisor.ingest.loading import load_document

from .files import LIMIT, load, pdf, text_lines

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))
NOISE = bytes(b for b in random.Random(1).randbytes(4000) if b)


def archive(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(text_lines("Secret.")))))
    writer.encrypt("password", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"", "empty"),
        ("a.txt", b" \n\t \r\n", "empty"),
        ("a.txt", "\u200b\u200b \ufeff".encode(), "empty"),
        ("a.txt", PNG, "PNG"),
        ("a.md", b"%PDF-1.4 all plain", "a PDF"),
        ("a.txt", b"text with \0 inside", "NUL"),
        ("a.txt", bytes(range(1, 32)) * 20 + b"abc", "control characters"),
        ("a.txt", NOISE, "binary|encoding"),
        ("a.txt", "Źródła są ważne.".encode("iso-8859-2"), "encoding"),
        ("a.txt", b"\xff\xfea\x00\x00\xd8", "UTF-16"),
        ("a.md", b"# Only\n\n## Headings\n", "only headings"),
        ("a.html", b"<html><body><script>x()</script></body></html>", "no text"),
        ("a.html", b"<p hidden>Nothing else here.</p>", "holds no text"),
        ("a.png", PNG, "can't be read"),
        ("a.docx", b"not a zip", "not a Word document"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or encrypted"),
        ("a.docx", archive({"xl/workbook.xml": b"<x/>"}), "another kind"),
        ("a.docx", archive({"word/document.xml": b"<x"}), "broken Word"),
        ("a.docx", archive({"word/document.xml": b" " * (LIMIT * 10 + 1)}), "zip bomb"),
        ("a.docx", archive({"word/document.xml": b" " * 6_000_000}), "zip bomb"),
        ("a.docx", archive({f"word/{n}": b"" for n in range(10_001)}), "zip bomb"),
        ("a.pdf", b"hello, no pdf", "not a PDF"),
        ("a.pdf", b"%PDF-1.4\nbroken", "broken PDF"),
        ("a.pdf", pdf(text_lines("Fine."))[:300], "broken PDF|no text"),
        ("a.pdf", pdf("0 0 100 100 re f"), "run OCR"),
        ("a.pdf", encrypted_pdf(), "encrypted"),
    ],
)
def test_bad_files_are_refused_with_one_line(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    with pytest.raises(SourceError, match=reason) as caught:
        load(path, content)
    assert caught.value.path == path
    assert "\n" not in caught.value.reason
    assert len(caught.value.reason) < 250


def test_the_size_is_checked_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000_000)  # a sparse file that couldn't be read into memory
    with pytest.raises(SourceError, match="too large"):
        load_document(path, max_bytes=LIMIT)


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    for name, reason in [
        ("folder", "is a folder"),
        ("pipe", "not a regular"),
        ("none", "not exist"),
        ("loop", "can't be"),
    ]:
        with pytest.raises(SourceError, match=reason):
            load_document(tmp_path / f"{name}.md", max_bytes=LIMIT)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("text")
    path.chmod(0)
    with pytest.raises(SourceError, match="permission"):
        load_document(path, max_bytes=LIMIT)


def test_deep_nesting_is_read_or_refused(tmp_path: Path) -> None:
    document = load(tmp_path / "a.html", "<div>" * 3_000 + "<p>Deep down there is text.</p>" + "</div>" * 3_000)
    assert "Deep down" in document.text
    assert "end" in load(tmp_path / "a.md", "> " * 5_000 + "deep\n\nThe end.").text
    with pytest.raises(SourceError, match=r"line 2|not usable|nested|front matter"):
        load(tmp_path / "b.md", "---\nid: " + "[" * 5_000 + "\n---\ntext", strict=True)
    assert load(tmp_path / "c.md", "---\ntitle: " + "[" * 5_000 + "\n---\nSome text.").meta is None


def test_the_parsers_keep_quiet(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    damaged = pdf(text_lines("Some text.")).replace(b"startxref\n", b"startxref\n1")
    assert "Some text." in load(tmp_path / "a.pdf", damaged).text
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
