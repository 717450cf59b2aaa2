"""Benchmark of plans: how long the reference briefs take, and whether what comes out holds together.

    python -m advisor.evals.bench_plan

Each brief of ``evals/briefs`` is drafted offline over the bundled knowledge, as if on one fixed day, and exported in
every format. The first brief of a process also pays for what is loaded once, as it would in the command line.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from advisor.assembly import build_advisor, open_knowledge
from advisor.brief import Brief, read_brief
from advisor.domain import ClaimKind, VerdictStatus
from advisor.knowledge_base import KnowledgeBase
from advisor.planner import Planner
from advisor.planning.exporting import FORMATS
from advisor.planning.plan import Plan
from advisor.settings import Settings

BRIEFS = Path(__file__).with_name("briefs")
TODAY = date(2027, 1, 4)
"""The day on which the briefs are drafted; their dates are fixed, too."""
MOST_EXPORT_SECONDS = 3.0


def main() -> None:
    """Draft, export and check each reference brief, and print a paragraph of figures for each."""
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder:
        settings = Settings(data_dir=Path(folder) / "index", model=None)
        with open_knowledge(settings) as kb:
            advisor = build_advisor(settings, kb)
            planner = Planner(advisor.ask, advisor.library)
            for file in sorted(BRIEFS.glob("*.yaml")):
                print(f"\n{file.stem}", flush=True)
                for line in measured(planner, read_brief(file), kb):
                    print(f"  {line}", flush=True)


def measured(planner: Planner, brief: Brief, kb: KnowledgeBase) -> Iterator[str]:
    """Draft and export a brief, and yield the lines to print."""
    begun = time.perf_counter()
    growing = planner.stream(brief, TODAY)
    plan = next(growing)
    first = time.perf_counter() - begun
    for plan in growing:  # noqa: B007  # the last one is wanted
        pass
    yield f"first section {first:.2f} s, whole plan {time.perf_counter() - begun:.2f} s"
    seconds = export_seconds(plan)
    each = ", ".join(f"{suffix} {taken:.2f}" for suffix, taken in seconds.items())
    yield f"exports {sum(seconds.values()):.2f} s (target <= {MOST_EXPORT_SECONDS:.0f} s): {each}"
    sourced = [cell for _, cell in plan.cells() if cell.kind is ClaimKind.SOURCED]
    valid = valid_spans(plan, kb)
    traced = sum(bool(cell.cites) and valid.issuperset(cell.cites) for cell in sourced)
    supported = sum(cell.status is VerdictStatus.SUPPORTED for cell in sourced)
    shares = f"valid span {traced / len(sourced):.3f}, supported {supported / len(sourced):.3f}"
    yield f"sourced cells {len(sourced)}: {shares}"
    severities = [finding.severity for finding in plan.findings]
    yield f"linter: {severities.count('error')} errors, {severities.count('warning')} warnings; fit: {plan.fit.value}"


def export_seconds(plan: Plan) -> dict[str, float]:
    """Return the seconds that each format takes, by its suffix."""
    seconds = {}
    for suffix, made in FORMATS.items():
        begun = time.perf_counter()
        made(plan)
        seconds[suffix] = time.perf_counter() - begun
    return seconds


def valid_spans(plan: Plan, kb: KnowledgeBase) -> set[int]:
    """Return the numbers of the citations whose quote is what stands at their span of the source."""
    return {c.number for c in plan.citations if kb.text(c.source.id)[c.start : c.end] == c.quote}


if __name__ == "__main__":
    main()
