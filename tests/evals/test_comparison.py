"""What has changed since the last run, as far as its report can be read."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from advisor.domain import Answer
from advisor.evals.comparison import Change, Comparison
from advisor.evals.display import print_result
from advisor.evals.metrics import Estimate, Record
from advisor.evals.report import EvalResult, summarise, to_json
from advisor.evals.report_files import beside_last, write_report
from advisor.evals.sections import Section
from tests.evals.answers import answer, case, citation, record, verdict

GOOD = answer(verdict("Bakers answer.", citation("bakery", "Bakers answer 7 of 10 questions at night.")))
REFUSED = answer(status="insufficient_evidence", missing="No source says so.")


def asked(split: str, **given: Answer) -> list[Record]:
    return [record(case(name=name.replace("_", "-"), split=split), found) for name, found in given.items()]


def compared(folder: Path, then: EvalResult, now: EvalResult) -> Comparison:
    write_report(then, folder)
    found = beside_last(now, folder).comparison
    assert found is not None
    return found


def test_the_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    result = beside_last(summarise(asked("dev", a=GOOD), []), tmp_path / "new")
    assert result.comparison is None
    for path in write_report(result, tmp_path / "new"):
        if path.suffix != ".json":
            assert "There is no earlier report" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"7", b"\xff\xfe\x00", b'{"format": 2}', b"[" * 100_000, b'{"format": 2, "groups": 5}'],
)
def test_a_damaged_report_is_said_so_and_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.json").write_bytes(content)
    result = beside_last(summarise(asked("dev", a=GOOD), []), tmp_path)
    assert result.comparison == Comparison(
        trouble=f"The last report, {tmp_path / 'report.json'}, is damaged. Nothing is compared with it."
    )
    write_report(result, tmp_path)
    assert "is damaged" in (tmp_path / "report.md").read_text(encoding="utf-8")
    again = beside_last(result, tmp_path).comparison
    assert again is not None
    assert not again.trouble


def test_a_report_with_damaged_figures_is_not_believed(tmp_path: Path) -> None:
    result = summarise(asked("dev", a=GOOD), [])
    write_report(result, tmp_path)
    path = tmp_path / "report.json"
    whole = path.read_text(encoding="utf-8")
    for text in (whole[: len(whole) // 2], whole.replace('"value": 1.0', '"value": NaN', 1)):
        path.write_text(text, encoding="utf-8")
        found = beside_last(result, tmp_path).comparison
        assert found is not None
        assert "is damaged" in found.trouble


def test_a_report_of_another_version_is_said_so(tmp_path: Path) -> None:
    result = summarise(asked("dev", a=GOOD), [])
    content = json.loads(to_json(result))
    for number in (None, 1, 3):
        (tmp_path / "report.json").write_text(json.dumps(content | {"format": number}), encoding="utf-8")
        found = beside_last(result, tmp_path).comparison
        assert found is not None
        assert "in another format" in found.trouble


def test_a_report_that_cannot_be_opened_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    found = beside_last(summarise(asked("dev", a=GOOD), []), tmp_path).comparison
    assert found is not None
    assert "can't be read" in found.trouble


def test_cases_that_newly_fail_or_pass_are_named_but_for_the_test_half(tmp_path: Path) -> None:
    then = summarise(
        [
            *asked("dev", worse=GOOD, better=REFUSED, same_good=GOOD, same_bad=REFUSED, gone=REFUSED),
            *asked("test", secret_worse=GOOD, secret_better=REFUSED),
            *asked("coverage", s_worse=GOOD, s_better=REFUSED),
        ],
        [],
    )
    now = summarise(
        [
            *asked("dev", worse=REFUSED, better=GOOD, same_good=GOOD, same_bad=REFUSED, new=REFUSED),
            *asked("test", secret_worse=REFUSED, secret_better=GOOD),
            *asked("coverage", s_worse=REFUSED, s_better=GOOD),
        ],
        [],
    )
    found = compared(tmp_path, then, now)
    assert found.failing == ("s-worse", "worse")
    assert found.passing == ("better", "s-better")
    for path in write_report(beside_last(now, tmp_path), tmp_path):
        assert "secret" not in path.read_text(encoding="utf-8")


def test_a_case_whose_labels_changed_or_whose_half_changed_is_not_named(tmp_path: Path) -> None:
    then = summarise([record(case(name="relabelled"), GOOD), *asked("test", moved=GOOD)], [])
    now = summarise([record(case(name="relabelled", facts=[["x"]]), GOOD), *asked("dev", moved=REFUSED)], [])
    found = compared(tmp_path, then, now)
    assert (found.failing, found.passing) == ((), ())


def test_figures_are_compared_by_half_and_family(tmp_path: Path) -> None:
    good, bad = ({f"c{number}": found for number in range(20)} for found in (GOOD, REFUSED))
    judge = [Section("Judge", figures={"auc": value, "gone" if value < 0.9 else "new": 1.0}) for value in (0.85, 0.95)]
    then = summarise([*asked("dev", **good), *asked("test", **good)], [], opening=judge[:1])
    now = summarise([*asked("dev", **bad), *asked("test", **good)], [], opening=judge[1:])
    found = compared(tmp_path, then, now)
    changes = {(change.split, change.family, change.name): change for change in found.changes}
    fallen = changes["dev", "all", "status_accuracy"]
    assert (fallen.then.value, fallen.now.value, fallen.difference, fallen.overlap) == (1.0, 0.0, -1.0, False)
    assert changes["dev", "answerable", "status_accuracy"].overlap is False
    assert changes["test", "all", "status_accuracy"].overlap is True
    assert not changes["test", "all", "status_accuracy"].differs
    assert ("dev", "all", "quote_recall") not in changes  # never measured
    assert changes["", "", "auc"].difference == pytest.approx(0.1)
    assert changes["", "", "auc"].overlap is None
    assert ("", "", "new") not in changes
    assert {change.name for change in found.beyond_chance} >= {"status_accuracy", "false_refusals"}


@pytest.mark.parametrize(
    ("then", "now", "overlap"),
    [
        ((0.1, 0.3), (0.3, 0.5), True),
        ((0.1, 0.3), (0.31, 0.5), False),
        ((0.6, 0.9), (0.1, 0.5), False),
        ((0.1, 0.9), (0.4, 0.5), True),
        ((None, None), (0.4, 0.5), None),
    ],
)
def test_intervals_overlap(
    then: tuple[float | None, float | None], now: tuple[float | None, float | None], overlap: bool | None
) -> None:
    change = Change("dev", "all", "correctness", Estimate(0.2, *then, 9), Estimate(0.45, *now, 9))
    assert change.overlap is overlap


def test_what_else_is_not_the_same_is_noted(tmp_path: Path) -> None:
    def drafted(by: str) -> Answer:
        return GOOD.model_copy(update={"trace": GOOD.trace.model_copy(update={"generator": by, "verifier": "v1"})})

    then = summarise([*asked("dev", a=drafted("extractive"), b=GOOD), *asked("coverage", s=GOOD)], [])
    now = summarise([*asked("dev", a=drafted("openai:gpt")), *asked("test", t=GOOD)], [])
    assert compared(tmp_path, then, now).notes == (
        "Drafted by: extractive then, openai:gpt now.",
        "Development half: not the same questions as then; its figures differ for that reason, too.",
        "Test half: asked now only.",
        "Statements of the source documents: asked then only.",
    )
    assert compared(tmp_path, now, now).notes == ()


def test_the_changes_are_shown_in_every_form_of_the_report(tmp_path: Path) -> None:
    names = [f"case_{number}" for number in range(12)]
    then = summarise(asked("dev", **dict.fromkeys(names, GOOD)), [], date=datetime(2026, 5, 3, 9, 30, tzinfo=UTC))
    now = summarise(asked("dev", **dict.fromkeys(names, REFUSED)), [])
    write_report(then, tmp_path)
    result = beside_last(now, tmp_path)
    write_report(result, tmp_path)
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| status_accuracy (dev) | 1.000 (1.00–1.00) | 0.000 (0.00–0.00) | −1.000 | apart |" in markdown
    assert "Newly failing: 12 (case-0, case-1, case-10," in markdown
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Since the last run (2026-05-03 09:30 UTC)" in page
    assert "Newly failing: 12 (case-0, case-1, case-10," in page
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["comparison"]["failing"][0] == "case-0"
    out = io.StringIO()
    print_result(result, tmp_path, Console(file=out, width=200))
    assert "12 cases newly fail and 0 cases newly pass." in out.getvalue()
    assert "Newly failing: case-0, case-1, case-10, case-11, case-2 and 7 more\n" in out.getvalue()
    assert "Newly passing" not in out.getvalue()
