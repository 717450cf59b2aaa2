"""Taking in files: safe names, one line for each, and nothing left behind by a failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.domain import IngestReport, Progress
from advisor.errors import IndexBusy
from advisor.ui import uploads
from advisor.ui.uploads import FileOutcome
from tests.ui.scripted import FLAGGED, GUIDE, ScriptedKnowledge


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Plan 2026.MD", "Plan 2026.md"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\evil.txt", "evil.txt"),
        ("/abs/olute.pdf", "olute.pdf"),
        (".hidden.md", "hidden.md"),
        ("con.txt", "document_con.txt"),
        ("a\x00b\n<c>.md", "a_b__c_.md"),
        ("Größe – план.docx", "Größe _ план.docx"),
        ("", "document"),
        ("...", "document"),
        ("???.md", "document.md"),
        ("x" * 300 + ".html", "x" * 115 + ".html"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert uploads.safe_name(name) == safe


@given(st.text())
def test_any_name_stays_in_the_folder(name: str) -> None:
    safe = uploads.safe_name(name)
    assert safe
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert safe.isprintable()
    assert len(safe) <= uploads.MAX_NAME
    assert uploads.safe_name(safe) == safe


def take_in(kb: ScriptedKnowledge, folder: Path, *files: Path) -> tuple[FileOutcome, ...]:
    *steps, outcomes = uploads.take_in(kb, folder, files)  # type: ignore[arg-type]
    assert all(isinstance(step, Progress) for step in steps)
    assert isinstance(outcomes, tuple)
    return outcomes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "uploads"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_each_file_gets_its_outcome_in_the_order_of_the_files(folder: Path, tmp_path: Path) -> None:
    kb = ScriptedKnowledge()
    one, two = written(tmp_path / "a" / "plan.md", "one"), written(tmp_path / "b" / "plan.md", "two")
    bad = written(tmp_path / "x.exe", "")
    assert [o.outcome for o in take_in(kb, folder, bad, one, two)] == ["rejected", "added", "added"]
    assert {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()} == {
        "plan.md": "one",
        "plan-2.md": "two",
    }
    assert [o.outcome for o in take_in(kb, folder, one)] == ["unchanged"]
    assert [o.outcome for o in take_in(kb, folder, two)] == ["updated"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["uploads"]


def test_a_rejected_new_version_leaves_the_old_one(folder: Path, tmp_path: Path) -> None:
    written(folder / "notes.exe", "old")
    outcomes = take_in(ScriptedKnowledge(), folder, written(tmp_path / "notes.exe", "new"))
    assert outcomes == (FileOutcome("notes.exe", "rejected", "only .md here"),)
    assert (folder / "notes.exe").read_text(encoding="utf-8") == "old"


class Busy(ScriptedKnowledge):
    def sync(self, *paths: Path | str, **_: object) -> IngestReport:
        raise IndexBusy("Another process is writing.")


def test_after_a_failed_sync_the_folder_is_as_it_was(folder: Path, tmp_path: Path) -> None:
    written(folder / "kept.md", "old")
    files = [written(tmp_path / "kept.md", "new"), written(tmp_path / "new.md", "new")]
    with pytest.raises(IndexBusy):
        take_in(Busy(), folder, *files)
    assert {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()} == {"kept.md": "old"}


def test_only_own_documents_are_removed_and_only_copies_are_deleted(folder: Path, tmp_path: Path) -> None:
    kb = ScriptedKnowledge()
    take_in(kb, folder, written(tmp_path / "plan.md", "one"))
    elsewhere = written(tmp_path / "elsewhere.md", "mine")
    kb.listed["elsewhere"] = FLAGGED.model_copy(update={"id": "elsewhere", "origin": str(elsewhere)})
    for source_id in ("plan.md", "elsewhere", GUIDE.id):
        uploads.forget(kb, folder, source_id)  # type: ignore[arg-type]
    assert not (folder / "plan.md").exists()
    assert elsewhere.exists()
    assert (tmp_path / "plan.md").exists()
    assert set(kb.listed) == {"guide", "report", "flagged"}


def test_lists_escape_what_documents_say() -> None:
    outcome = FileOutcome("<b>.md", "rejected", "<i>no")
    html = uploads.render_sources((GUIDE, FLAGGED), {"guide": 12, "flagged": 1}) + uploads.render_outcomes([outcome])
    html += uploads.render_progress(Progress(stage="reading", done=1, total=2, item="/x/<u>.md"))
    assert not any(tag in html for tag in ("<b>.", "<i>no", "<u>", "<for>", "<b>previous"))
    assert html.index("Flagged upload") < html.index("Content &amp; offers")
    assert html.count("data-remove=") == 1
    assert "Instructions to a machine" in html
    assert html.index("one passage ") < html.index("12 passages")
