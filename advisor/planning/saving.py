"""Reading a saved plan back: what was changed by hand becomes the reader's own, and cites nothing."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from advisor.errors import PlanError
from advisor.planning.plan import Cell, Plan

MAX_BYTES = 10_000_000
"""Largest plan that is read, in bytes."""


def read_plan(path: Path) -> Plan:
    """Read a plan that was saved as YAML or JSON.

    A cell whose text, origin or citations no longer fit its seal was changed by hand, and so was one without a seal: it
    becomes ``yours``.

    Raises:
        PlanError: The file can't be read, is too large, or isn't a plan; the message names the place.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise PlanError(f"{path} has {size:,} bytes; a plan has at most {MAX_BYTES:,}.")
        values = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}. Name a plan that was saved as YAML or JSON.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PlanError(f"{path} is no YAML or JSON: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict) or "sections" not in values:
        raise PlanError(f"{path} is no plan: it has no sections. Save one with: advisor plan BRIEF --out plan.yaml")
    try:
        plan = Plan.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise PlanError(f"{path}: {faults}. Mend it, or undo the change.") from error
    return plan.model_copy(update={"sections": tuple(section.mapped(_own) for section in plan.sections)})


def _own(cell: Cell) -> Cell:
    if cell.seal == cell.digest:
        return cell
    return Cell.by_hand(cell.text, cell.role)
