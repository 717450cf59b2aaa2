"""An evaluation in a terminal: progress bar, figures, outcome."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .cases import Case
from .report import EvalResult


class CaseBar:
    """A progress bar that follows the cases; a context manager whose value is called before each case."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("[bold]Asking"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> CaseBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, done: int, total: int, case: Case) -> None:
        """Show that ``done`` of ``total`` cases are answered and that ``case`` is next."""
        self._progress.update(self._task, completed=done, total=total, description=case.family)


def print_result(result: EvalResult, folder: Path, console: Console) -> None:
    """Print the overall figures of each half, the thresholds, and where the full report lies."""
    overall = [group for group in result.groups if group.family == "all"]
    table = Table("", *(f"{group.split} ({group.cases})" for group in overall))
    for name in overall[0].figures if overall else ():
        table.add_row(name, *(_cell(group.figures[name].value) for group in overall))
    for percent in overall[0].latency if overall else ():
        table.add_row(f"latency p{percent}, ms", *(f"{group.latency[percent]:.0f}" for group in overall))
    console.print(table)
    for judgement in result.judgements:
        word = {True: "[green]passed[/]", False: "[bold red]MISSED[/]", None: "not measured"}[judgement.passed]
        where = judgement.threshold.split or result.judged
        bound = judgement.threshold.bound
        console.print(
            f"{judgement.threshold.metric} {bound} on {where}: {_cell(judgement.value)} {word}", highlight=False
        )
    console.print(f"Full report: {folder / 'report.md'}", highlight=False, markup=False, soft_wrap=True)


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
