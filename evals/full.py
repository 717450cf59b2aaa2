"""The sections of the full evaluation: judge, abstention, retrieval, faults, disagreements, reviews, and attacks."""

from __future__ import annotations

from pathlib import Path

from advisor.assembly import build_verifier
from advisor.ports import ProgressCallback
from advisor.verification.contradicting import ContradictionFinder
from advisor.verification.entailment import Entailment

from .abstention import abstention_section, clapnq_section
from .disputing import disputing_section
from .evaluation import Run, SectionMaker
from .injection import injection_section
from .judging import judge_section, judge_sets
from .labelled import labelled_sets
from .perturbation import perturbation_section
from .retrieving import retrieval_section
from .reviewing import reviewing_section
from .sections import Section


def opening(judged: Path | None, progress: ProgressCallback) -> list[SectionMaker]:
    """Return what makes the sections before the figures: how far the judge can be trusted.

    Args:
        judged: Folder with public sets of pairs that people judged; without it, the judge is tried on our own alone.
        progress: Is told about each step.
    """

    def judge(run: Run) -> Section:
        labelled = labelled_sets(judged)
        verifier = build_verifier(run.kb.sentence_embedder)
        return judge_section(judge_sets(verifier, labelled, progress), labelled, run.records)

    return [judge]


def closing(judged: Path | None, progress: ProgressCallback) -> list[SectionMaker]:
    """Return what makes the sections after the figures.

    Args:
        judged: Folder with public sets; ``clapnq_dev_half.jsonl`` in it or below it is asked, too.
        progress: Is told about each step.
    """
    passages = next(iter(sorted(judged.rglob("clapnq_dev_half.jsonl"))), None) if judged is not None else None
    sections: list[SectionMaker] = [
        lambda run: abstention_section(run.records),
        lambda run: retrieval_section(run.settings, run.kb, [r for r in run.records if r.case.split != "coverage"]),
        lambda run: perturbation_section(build_verifier(run.kb.sentence_embedder), progress),
        lambda run: disputing_section(ContradictionFinder(Entailment()), run.kb.sentence_embedder),
        lambda _: reviewing_section(),
        lambda run: injection_section(run.settings, progress),
    ]
    if passages is not None:
        sections.insert(1, lambda run: clapnq_section(passages, run.settings))
    return sections
