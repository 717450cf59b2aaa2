from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from advisor.ingest.discovery import discover


def make(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_are_found_below_folders_in_order(tmp_path: Path) -> None:
    names = ["b.md", "a.TXT", "sub/deep/c.html", "sub/d.pdf", "e.docx", "f.htm", "g.markdown"]
    files = [make(tmp_path / name) for name in names]
    for hidden in (".secret.md", ".git/x.md", "~$e.docx"):
        make(tmp_path / hidden)
    picture = make(tmp_path / "picture.png")
    found, rejected = discover([tmp_path, tmp_path / "b.md"])
    assert found == sorted(files)
    assert [(r.path, "'.png'" in r.reason or ".png" in r.reason) for r in rejected] == [(str(picture), True)]


def test_links_out_of_the_folder_are_rejected_and_cycles_end(tmp_path: Path) -> None:
    outside = make(tmp_path / "outside" / "o.md")
    root = tmp_path / "root"
    inside = make(root / "sub" / "i.md")
    (root / "out.md").symlink_to(outside)
    (root / "outdir").symlink_to(outside.parent)
    (root / "sub" / "cycle").symlink_to(root)
    (root / "again.md").symlink_to(inside)
    (root / "broken.md").symlink_to(root / "nothing.md")
    (root / "loop.md").symlink_to(root / "loop.md")
    found, rejected = discover([root])
    assert found == [inside]
    reasons = {Path(r.path).name: r.reason for r in rejected}
    assert set(reasons) == {"out.md", "outdir", "broken.md", "loop.md"}
    assert "leads out" in reasons["out.md"]
    assert "leads out" in reasons["outdir"]
    assert "broken" in reasons["broken.md"]


def test_what_is_given_itself_may_be_hidden_or_a_link(tmp_path: Path) -> None:
    hidden = make(tmp_path / ".notes" / "n.md")
    link = tmp_path / "link"
    link.symlink_to(hidden.parent)
    assert discover([hidden])[0] == [hidden]
    assert discover([link])[0] == [link / "n.md"]


def test_what_is_no_file_is_rejected(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    found, rejected = discover([tmp_path, tmp_path / "missing", Path("/dev/null")])
    assert found == []
    reasons = {Path(r.path).name: r.reason for r in rejected}
    assert "not a regular file" in reasons["pipe.md"]
    assert "does not exist" in reasons["missing"]
    assert "not a regular file" in reasons["null"]


def test_names_that_are_not_unicode_are_rejected(tmp_path: Path) -> None:
    try:
        with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "w") as file:
            file.write("x")
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    found, (rejected,) = discover([tmp_path])
    assert found == []
    assert "Unicode" in rejected.reason


def test_ten_thousand_files_are_quick(tmp_path: Path) -> None:
    for folder in range(10):
        (tmp_path / str(folder)).mkdir()
        for number in range(1000):
            os.close(os.open(tmp_path / str(folder) / f"{number}.md", os.O_CREAT | os.O_WRONLY))
    begun = time.perf_counter()
    found, rejected = discover([tmp_path])
    assert len(found) == 10_000
    assert rejected == []
    assert time.perf_counter() - begun < 60  # seconds; a search that is not linear would take hours
