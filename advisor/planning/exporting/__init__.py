"""A plan as a file: for reading, for working on, for the calendar, and for reading back."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from advisor.errors import PlanError
from advisor.planning.exporting.data import schema, to_json, to_yaml
from advisor.planning.exporting.docx import to_docx
from advisor.planning.exporting.html import to_html
from advisor.planning.exporting.ics import to_ics
from advisor.planning.exporting.markdown import to_markdown
from advisor.planning.exporting.xlsx import to_xlsx
from advisor.planning.plan import Plan

__all__ = ["FORMATS", "check_path", "export", "schema"]

FORMATS: dict[str, Callable[[Plan], bytes]] = {
    ".md": to_markdown,
    ".docx": to_docx,
    ".xlsx": to_xlsx,
    ".ics": to_ics,
    ".json": to_json,
    ".html": to_html,
    ".yaml": to_yaml,
}
"""What makes the bytes of a file, by its suffix."""


def export(plan: Plan, path: Path | str) -> Path:
    """Write a plan to a file; a file that is there is replaced, in one step or not at all.

    Args:
        plan: The plan; one that was stopped says so at the top.
        path: The file. Its suffix, in either case of letters, chooses the format: one of ``FORMATS``.

    Returns:
        The path as given.

    Raises:
        PlanError: There is no format with that suffix, the folder doesn't exist or can't be written to, or the plan has
            nothing that the format could hold (dates for a calendar).
    """
    path = Path(path)
    check_path(path)
    _replace(path, FORMATS[path.suffix.lower()](plan))
    return path


def check_path(path: Path) -> None:
    """Find out before anything slow whether a plan could be written to a file.

    Raises:
        PlanError: There is no format with that suffix, or the folder doesn't exist.
    """
    if path.suffix.lower() not in FORMATS:
        raise PlanError(f"{path}: a plan can be written as {', '.join(FORMATS)}. Choose one of these suffixes.")
    if not path.parent.is_dir():
        raise PlanError(f"{path}: there is no folder {path.parent}. Make it, or choose another one.")


def _replace(path: Path, content: bytes) -> None:
    # Beside the file, since a rename is only one step within a file system; no tempfile, whose files only the owner
    # may read.
    written = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with written.open("xb") as file:
                file.write(content)
            os.replace(written, path)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        raise PlanError(f"{path} can't be written: {error.strerror}. Choose another place.") from error
