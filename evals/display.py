"""An evaluation in a terminal: progress bar, figures, outcome."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from advisor.domain import Progress as Step

from .asking import CaseCallback
from .cases import Case
from .headlines import since_last
from .report import EvalResult
from .sections import Section
from .words import number

_NAMED = 5
"""So many cases are named; the report names them all."""


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

    def working(self, step: Step) -> None:
        """Show a step of what comes after the cases."""
        self._progress.update(self._task, completed=step.done, total=step.total, description=step.stage)

    def asking(self, system: str) -> CaseCallback:
        """Begin anew for one of several systems; return what is to be called before each of its cases."""
        self._progress.reset(self._task)

        def show(done: int, total: int, case: Case) -> None:
            said = f"{escape(system)}, {case.family}"
            self._progress.update(self._task, completed=done, total=total, description=said)

        return show


def print_section(section: Section, console: Console) -> None:
    """Print the text and the tables of a section."""
    console.print(section.title, style="bold", markup=False)
    console.print(f"{section.text}\n", highlight=False, markup=False)
    for shown in section.tables:
        table = Table(*(Column(Text(name)) for name in shown.columns), title=Text(shown.caption))
        for row in shown.rows:
            table.add_row(*map(Text, row))
        console.print(table)


def print_result(result: EvalResult, folder: Path, console: Console) -> None:
    """Print the overall figures of each half, the thresholds, what has changed, and where the full report lies."""
    newly = result.comparison
    overall = [group for group in result.groups if group.family == "all"]
    table = Table("", *(f"{group.split} ({group.cases})" for group in overall))
    for name in overall[0].figures if overall else ():
        table.add_row(name, *(number(group.figures[name].value) for group in overall))
    for percent in overall[0].latency if overall else ():
        table.add_row(f"latency p{percent}, ms", *(f"{group.latency[percent]:.0f}" for group in overall))
    console.print(table)
    for judgement in result.judgements:
        word = {True: "[green]passed[/]", False: "[bold red]MISSED[/]", None: "not measured"}[judgement.passed]
        bound = judgement.threshold
        half = f" on {bound.split or result.judged}" if bound.metric is not None else ""
        console.print(f"{escape(bound.name)} {bound.bound}{half}: {number(judgement.value)} {word}", highlight=False)
    console.print(since_last(result), highlight=False, markup=False, soft_wrap=True)
    for what, cases in (("Newly failing", newly.failing), ("Newly passing", newly.passing)) if newly else ():
        if cases:
            more = f" and {len(cases) - _NAMED} more" if len(cases) > _NAMED else ""
            names = ", ".join(cases[:_NAMED])
            console.print(f"{what}: {names}{more}", highlight=False, markup=False, soft_wrap=True)
    paths = f"{folder / 'report.html'} (also report.md and report.json)"
    console.print(f"Full report: {paths}", highlight=False, markup=False, soft_wrap=True)
