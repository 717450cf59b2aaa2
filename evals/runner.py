"""An evaluation for the command line: progress, figures, report, and whether it passed."""

from __future__ import annotations

from pathlib import Path

from advisor.settings import Settings

from .evaluation import default_report_folder, evaluate
from .report import to_json
from .thresholds import DEFAULT_THRESHOLDS


def run_evals(
    settings: Settings,
    *,
    split: str = "all",
    cases: Path | None = None,
    knowledge: Path | None = None,
    thresholds: Path = DEFAULT_THRESHOLDS,
    report: Path | None = None,
    as_json: bool = False,
) -> bool:
    """Evaluate, show progress on standard error, and print figures or JSON on standard output.

    Args:
        settings: Settings of the advisor under evaluation.
        split: What to ask: ``dev``, ``test``, ``coverage`` (the source documents' statements) or ``all``.
        cases: Dataset, a YAML file or a folder of them; the bundled questions if ``None``.
        knowledge: File or folder with documents to ask about; needs ``cases``.
        thresholds: Thresholds file.
        report: Folder for ``report.md`` and ``report.json``; ``default_report_folder()`` if ``None``.
        as_json: Print the report as JSON.

    Returns:
        Whether no threshold is missed.

    Raises:
        EvaluationError: A dataset, the thresholds file or the choice of cases is wrong.
        KnowledgeError: The documents or the index can't be used.
    """
    from rich.console import Console

    from .display import CaseBar, print_result

    folder = default_report_folder() if report is None else report
    with CaseBar(Console(stderr=True)) as bar:
        result = evaluate(
            settings,
            split=split,
            cases=cases,
            knowledge=knowledge,
            thresholds=thresholds,
            report=folder,
            on_case=bar,
        )
    if as_json:
        print(to_json(result))
    else:
        print_result(result, folder, Console())
    return result.passed
