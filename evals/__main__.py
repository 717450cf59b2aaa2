"""``python -m advisor.evals``: exit code 0 when the thresholds are reached, 1 if not or on an error, 2 on bad usage."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from advisor.errors import AdvisorError
from advisor.settings import load_settings

from .runner import run_evals, run_proposals
from .thresholds import DEFAULT_THRESHOLDS

app = typer.Typer(add_completion=False)


class Half(StrEnum):
    """Which questions to ask."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


@app.command()
def command(
    split: Annotated[Half, typer.Option(help="Which half of the questions to ask.")] = Half.ALL,
    cases: Annotated[Path | None, typer.Option(help="Your own questions, a YAML file or a folder of them.")] = None,
    knowledge: Annotated[
        Path | None, typer.Option(help="Your own documents, file or folder, indexed for this evaluation only.")
    ] = None,
    thresholds: Annotated[Path, typer.Option(help="Thresholds file.", show_default=False)] = DEFAULT_THRESHOLDS,
    report: Annotated[
        Path | None,
        typer.Option(help="Folder for report.md and report.json; evals/reports in a checkout, else ./advisor-eval."),
    ] = None,
    judge: Annotated[
        Path | None, typer.Option(help="Folder with sets of claims that people judged, to try the judge on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    model: Annotated[
        list[str] | None, typer.Option(help="Compare a chat model, provider:name; may be repeated.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask the models only so many questions; propose at most so many cases.")
    ] = None,
    generate: Annotated[
        Path | None, typer.Option(help="Propose cases from documents, file or folder, instead; for review by a person.")
    ] = None,
) -> None:
    """Ask labelled questions and measure the answers; fails below the thresholds."""
    try:
        if generate is not None:
            if cases is not None or knowledge is not None or model:
                raise typer.BadParameter("--generate asks nothing: leave out --cases, --knowledge and --model")
            run_proposals(load_settings(), generate, limit=limit, report=report, as_json=as_json)
            return
        passed = run_evals(
            load_settings(),
            split=split.value,
            cases=cases,
            knowledge=knowledge,
            thresholds=thresholds,
            report=report,
            as_json=as_json,
            models=model or (),
            limit=limit,
            judge=judge,
        )
    except AdvisorError as error:
        print(f"Error: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    if not passed:
        raise typer.Exit(1)


if __name__ == "__main__":
    app(prog_name="python -m advisor.evals")
