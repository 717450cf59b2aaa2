"""The verb ``review``: what it prints, and its exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from advisor.planning.plan import Plan
from tests.command_line import Run

PITCH = "Buy our amazing sourdough now! 20% off until Sunday. Don’t miss it!"


@pytest.fixture
def post(tmp_path: Path) -> Path:
    path = tmp_path / "post.txt"
    path.write_text(PITCH, encoding="utf-8")
    return path


@pytest.mark.usefixtures("bundled")
def test_a_fault_is_printed_with_the_words_the_advice_and_the_source(run: Run, post: Path) -> None:
    ran = run("review", post)
    assert ran.code == 0
    assert "warning T201: This reads as a pitch." in ran.out
    assert "line 1: “Buy our amazing sourdough now”" in ran.out
    assert "Do not pitch on social media" in ran.out
    assert ran.out.count("This reads as a pitch.") == 1


@pytest.mark.usefixtures("bundled")
def test_programs_get_the_offsets(run: Run, post: Path) -> None:
    found = run("review", post, "--json").json
    assert found["kind"] == "post"
    pitch = [finding for finding in found["findings"] if finding["code"] == "T201"]
    assert [PITCH[one["start"] : one["end"]] for one in pitch] == [
        "Buy our amazing sourdough now",
        "20% off",
        "Don’t miss",
    ]


@pytest.mark.usefixtures("bundled")
def test_an_error_ends_with_code_1(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("# Our social media plan\n\nWe buy 1,000 followers. Two posts a day.\n", encoding="utf-8")
    ran = run("review", path)
    assert ran.code == 1
    assert "error T205" in ran.out
    assert "“buy 1,000 followers”" in ran.out
    assert "Success factor 3" in ran.out


@pytest.mark.usefixtures("bundled")
def test_a_pipe_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PITCH.encode()), encoding="utf-8"))
    ran = run("review", "-", "--kind", "post", "--json")
    assert ran.json["text"] == PITCH


@pytest.mark.usefixtures("bundled")
def test_a_saved_plan_is_linted(run: Run, reference_plans: Mapping[str, Plan], tmp_path: Path) -> None:
    plan = reference_plans["restaurant"]
    path = plan.export(tmp_path / "plan.yaml")
    assert run("review", path).code == 0
    crippled = plan.model_copy(update={"sections": tuple(s for s in plan.sections if s.key != "reputation")})
    ran = run("review", crippled.export(tmp_path / "crippled.yaml"))
    assert ran.code == 1
    assert "error P113" in ran.out


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", "   ", "empty"),
        ("picture.png", "x", "can't be read"),
        ("notes.yaml", "a: 1", "no plan"),
        ("long.txt", "word " * 30_000, "Split it"),
    ],
)
def test_what_cannot_be_reviewed_is_refused(run: Run, tmp_path: Path, name: str, content: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    ran = run("review", path)
    assert ran.code == 1
    assert ran.out == ""
    assert said in ran.err


def test_an_unknown_kind_is_wrong_usage(run: Run, post: Path) -> None:
    ran = run("review", post, "--kind", "poem")
    assert ran.code == 2
    assert "post, calendar, plan" in ran.err


@pytest.mark.usefixtures("bundled")
def test_control_characters_in_a_text_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "post.txt"
    path.write_text("Buy our cake now \x1b[31m! [bold]Order today[/bold]. Hurry.", encoding="utf-8")
    ran = run("review", path)
    assert "\x1b" not in ran.out
