"""The report as files in a folder: for people, for machines, and for the next run to compare with."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from .comparison import compare_with_last
from .html import to_html
from .markdown import to_markdown
from .report import EvalResult, snapshot, to_json

NAMES = ("report.html", "report.md", "report.json")
"""The files of a report; the last one is what the next run is compared with."""


def beside_last(result: EvalResult, folder: Path) -> EvalResult:
    """Return the result with its comparison with the report that lies in the folder, if there is one."""
    return dataclasses.replace(result, comparison=compare_with_last(folder / NAMES[-1], snapshot(result)))


def write_report(result: EvalResult, folder: Path) -> tuple[Path, ...]:
    """Write ``report.html``, ``report.md`` and ``report.json`` into a folder, which is created.

    All is made before anything is written: a report that can't be made leaves the last one as it is.

    Returns:
        The paths, in that order.
    """
    texts = (to_html(result), to_markdown(result), to_json(result) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / name for name in NAMES)
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths
