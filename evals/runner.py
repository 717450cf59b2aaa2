"""An evaluation for the command line: progress, figures, report, and whether it passed; and proposals of cases."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from advisor.domain import Rejection
from advisor.errors import EvaluationError
from advisor.settings import Settings

from .evaluation import Run, default_report_folder, evaluate
from .models import compare, made_models
from .proposing import LIMIT, as_data, propose, to_yaml, write_cases
from .report import to_json
from .sections import Section
from .side_by_side import TITLE
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
    models: Sequence[str] = (),
    limit: int | None = None,
    judge: Path | None = None,
) -> bool:
    """Evaluate, show progress on standard error, and print figures or JSON on standard output.

    The extractive default is evaluated, and whether the thresholds are reached rests on it alone. Models are asked the
    same questions, and are shown beside it. Where all bundled questions are asked, the judge, abstention, retrieval and
    attacks by documents are measured as well.

    Args:
        settings: Settings of the advisor under evaluation.
        split: What to ask: ``dev``, ``test``, ``coverage`` (the source documents' statements) or ``all``.
        cases: Dataset, a YAML file or a folder of them; the bundled questions if ``None``.
        knowledge: File or folder with documents to ask about; needs ``cases``.
        thresholds: Thresholds file.
        report: Folder for ``report.html``, ``report.md`` and ``report.json``; ``default_report_folder()`` if ``None``.
        as_json: Print the report as JSON.
        models: Chat models to compare, each ``provider:name``; the settings' own if none is given.
        limit: Ask the models only so many of the questions, a sample over all halves and families.
        judge: Folder with public sets of pairs that people judged, to try the judge on.

    Returns:
        Whether no threshold is missed.

    Raises:
        ConfigError: A model's name isn't usable.
        EvaluationError: A dataset, the thresholds file or the choice of cases is wrong, or a limit has no model.
        KnowledgeError: The documents or the index can't be used.
        ModelUnavailable: The package or the key of a model is missing.
    """
    from rich.console import Console

    from .display import CaseBar, print_result, print_section
    from .full import closing, opening

    names = tuple(models) or ((settings.model,) if settings.model is not None else ())
    if limit is not None and not names:
        raise EvaluationError("A limit is for models, and for proposed cases. Give --model or --generate as well.")
    made_models(settings, names)  # told before the default is asked, which takes a while
    folder = default_report_folder() if report is None else report
    full = cases is None and split == "all"
    if judge is not None and not full:
        raise EvaluationError("The judge is tried in the full evaluation alone. Leave out --cases and --split.")
    with CaseBar(Console(stderr=True)) as bar:

        def beside(run: Run) -> Section:
            return compare(
                run.settings, names, run.cases, run.kb, answered=run.records, limit=limit, on_system=bar.asking
            )

        result = evaluate(
            settings.model_copy(update={"model": None}),
            split=split,
            cases=cases,
            knowledge=knowledge,
            thresholds=thresholds,
            report=folder,
            opening=opening(judge, bar.working) if full else [],
            closing=[*(closing(judge, bar.working) if full else []), *([beside] if names else [])],
            on_case=bar,
        )
    if as_json:
        print(to_json(result))
    else:
        console = Console()
        for section in result.closing:
            if section.title == TITLE:
                print_section(section, console)
        print_result(result, folder, console)
    return result.passed


def run_proposals(
    settings: Settings,
    documents: Path,
    *,
    limit: int | None = None,
    report: Path | None = None,
    as_json: bool = False,
) -> None:
    """Propose cases from documents, and print them, or write ``cases.yaml``; files that can't be read are named.

    Args:
        settings: Say how large a file may be.
        documents: A file or folder.
        limit: Most cases; ``LIMIT`` if ``None``.
        report: Folder for ``cases.yaml``; without it the cases are printed.
        as_json: Print JSON: the cases, or where they were written to.

    Raises:
        EvaluationError: There is nothing to ask about, or ``cases.yaml`` is there already.
    """

    def on_rejected(rejection: Rejection) -> None:
        print(f"not read: {rejection.path}: {rejection.reason}", file=sys.stderr)

    proposed = propose(
        [documents],
        limit=LIMIT if limit is None else limit,
        max_bytes=int(settings.max_file_mb * 1_000_000),
        on_rejected=on_rejected,
    )
    if report is not None:
        file = write_cases(proposed, report)
        told = {"file": str(file), "cases": len(proposed)}
        print(json.dumps(told) if as_json else f"{len(proposed)} cases to review: {file}")
    elif as_json:
        print(json.dumps({"cases": as_data(proposed)}, indent=2))
    else:
        unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        print(to_yaml(proposed, allow_unicode=unicode), end="")
