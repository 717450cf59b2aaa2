"""One evaluation from start to end, as a function: settings in, figures out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from advisor.errors import EvaluationError
from advisor.settings import Settings

from .asking import CaseCallback, run_cases
from .cases import DATASETS, Case, Split, load_cases
from .citations import citation_metrics
from .metrics import Record, all_metrics
from .report import EvalResult, summarise
from .report_files import beside_last, write_report
from .sections import Section
from .thresholds import DEFAULT_THRESHOLDS, load_thresholds

if TYPE_CHECKING:
    from advisor.knowledge_base import KnowledgeBase

SPLITS = (*get_args(Split), "all")
"""What can be asked."""


@dataclass(frozen=True)
class Run:
    """What the report's sections are made from; the knowledge base is open while they are made.

    Attributes:
        settings: Settings of the advisor under evaluation, as it was built.
        cases: What was asked.
        records: The answers, in the order of the cases.
        kb: The knowledge base that was asked.
    """

    settings: Settings
    cases: tuple[Case, ...]
    records: tuple[Record, ...]
    kb: KnowledgeBase


SectionMaker = Callable[[Run], Section]
"""Makes a section of the report."""


def default_report_folder() -> Path:
    """Return ``evals/reports`` in a checkout of the project, else ``advisor-eval`` in the working folder."""
    here = Path(__file__).resolve().parent
    return here / "reports" if (here.parent / "pyproject.toml").is_file() else Path("advisor-eval")


def evaluate(
    settings: Settings,
    *,
    split: str = "all",
    cases: Path | None = None,
    knowledge: Path | None = None,
    thresholds: Path = DEFAULT_THRESHOLDS,
    report: Path | None = None,
    opening: Sequence[SectionMaker] = (),
    closing: Sequence[SectionMaker] = (),
    date: datetime | None = None,
    on_case: CaseCallback | None = None,
) -> EvalResult:
    """Ask labelled questions, measure the answers, and write a report, beside what the folder's last one says.

    Which knowledge is asked:

    - ``knowledge`` given: those documents (and the bundled knowledge, unless the settings leave it out), in a temporary
      index.
    - only ``cases`` given: the user's own index, as the settings name it.
    - neither: the bundled knowledge alone, in the index ``evals`` under the settings' data folder, so that documents
      of the user don't change the figures.

    Args:
        settings: Settings of the advisor under evaluation.
        split: What to ask: ``dev``, ``test``, ``coverage`` (the source documents' statements) or ``all``.
        cases: Dataset, a YAML file or a folder of them; the bundled questions if ``None``.
        knowledge: File or folder with documents to ask about; needs ``cases``.
        thresholds: Thresholds file.
        report: Folder for ``report.html``, ``report.md`` and ``report.json``; ``default_report_folder()`` if ``None``.
        opening: Make the sections that stand before the figures: how far the judge can be trusted.
        closing: Make the sections that stand after the figures by family.
        date: When the run takes place; now if ``None``.
        on_case: Progress callback.

    Returns:
        Figures, sections, failures (but for those of the test half), whether the thresholds are reached, and what has
        changed since the last run.

    Raises:
        EvaluationError: The half is unknown, a dataset or the thresholds file is wrong, or no case is in the half.
        KnowledgeError: The documents or the index can't be used.
    """
    if split not in SPLITS:
        raise EvaluationError(f"There is no half {split!r}. Choose one of {', '.join(SPLITS)} with --split.")
    if knowledge is not None and cases is None:
        raise EvaluationError("Own documents need own questions. Name a dataset with --cases.")
    began = datetime.now(UTC) if date is None else date
    folder = default_report_folder() if report is None else report
    bounds = load_thresholds(thresholds)
    chosen = [case for case in load_cases((cases or DATASETS,)) if split in ("all", case.split)]
    if not chosen:
        raise EvaluationError(f"No case is in the half {split!r}. Leave out --split or choose another half.")

    # Heavy, and not needed to find a fault in a dataset.
    from advisor.assembly import build_advisor, build_verifier, open_knowledge

    with tempfile.TemporaryDirectory(prefix="advisor-eval-", ignore_cleanup_errors=True) as temporary:
        if knowledge is not None:
            settings = settings.model_copy(update={"data_dir": Path(temporary)})
        elif cases is None:
            settings = settings.model_copy(update={"data_dir": settings.data_dir / "evals", "bundled_knowledge": True})
        with open_knowledge(settings) as kb:
            if knowledge is not None:
                kb.sync(knowledge)
            records = run_cases(chosen, build_advisor(settings, kb), kb, on_case=on_case)
            run = Run(settings, tuple(chosen), records, kb)
            result = summarise(
                records,
                bounds,
                metrics=(*all_metrics(), *citation_metrics(records, build_verifier(kb.sentence_embedder))),
                opening=[make(run) for make in opening],
                closing=[make(run) for make in closing],
                date=began,
            )
    result = beside_last(result, folder)
    write_report(result, folder)
    return result
