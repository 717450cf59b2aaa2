"""Strategy Advisor: answers in which every line is traced to a source and was checked against it.

from advisor import Settings, build_advisor, open_knowledge

kb = open_knowledge(Settings())
advisor = build_advisor(Settings(), kb)
print(advisor.ask("Should I post offers every day?").text)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.assembly import build_advisor, build_verifier, open_embedder, open_knowledge
    from advisor.brief import Baseline, Brief, parse_brief, read_brief
    from advisor.checking import check_file, check_text
    from advisor.domain import (
        Answer,
        AnswerEvent,
        CheckedSentence,
        CheckReport,
        Citation,
        Claim,
        Disagreement,
        Draft,
        Evidence,
        IngestReport,
        Passage,
        Question,
        Source,
        Turn,
        Verdict,
    )
    from advisor.errors import (
        AdvisorError,
        BriefError,
        ConfigError,
        EvaluationError,
        GenerationError,
        IndexBusy,
        IndexMismatch,
        IndexMissing,
        KnowledgeError,
        MalformedOutput,
        ModelUnavailable,
        PlanError,
        PromptError,
        SourceError,
    )
    from advisor.generation.chat import ChatGenerator
    from advisor.generation.extractive import ExtractiveGenerator
    from advisor.knowledge_base import KnowledgeBase
    from advisor.planning.plan import Cell, Finding, Plan, Section
    from advisor.planning.reviewing import Review
    from advisor.planning.saving import read_plan
    from advisor.service import Advisor
    from advisor.settings import Settings
    from advisor.verification.verifier import SupportVerifier

_HOMES = {
    "advisor.assembly": ("build_advisor", "build_verifier", "open_embedder", "open_knowledge"),
    "advisor.brief": ("Baseline", "Brief", "parse_brief", "read_brief"),
    "advisor.checking": ("check_file", "check_text"),
    "advisor.domain": (
        "Answer",
        "AnswerEvent",
        "CheckReport",
        "CheckedSentence",
        "Citation",
        "Claim",
        "Disagreement",
        "Draft",
        "Evidence",
        "IngestReport",
        "Passage",
        "Question",
        "Source",
        "Turn",
        "Verdict",
    ),
    "advisor.errors": (
        "AdvisorError",
        "BriefError",
        "ConfigError",
        "EvaluationError",
        "GenerationError",
        "IndexBusy",
        "IndexMismatch",
        "IndexMissing",
        "KnowledgeError",
        "MalformedOutput",
        "ModelUnavailable",
        "PlanError",
        "PromptError",
        "SourceError",
    ),
    "advisor.generation.chat": ("ChatGenerator",),
    "advisor.generation.extractive": ("ExtractiveGenerator",),
    "advisor.knowledge_base": ("KnowledgeBase",),
    "advisor.planning.plan": ("Cell", "Finding", "Plan", "Section"),
    "advisor.planning.reviewing": ("Review",),
    "advisor.planning.saving": ("read_plan",),
    "advisor.service": ("Advisor",),
    "advisor.settings": ("Settings",),
    "advisor.verification.verifier": ("SupportVerifier",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Advisor",
    "AdvisorError",
    "Answer",
    "AnswerEvent",
    "Baseline",
    "Brief",
    "BriefError",
    "Cell",
    "ChatGenerator",
    "CheckReport",
    "CheckedSentence",
    "Citation",
    "Claim",
    "ConfigError",
    "Disagreement",
    "Draft",
    "EvaluationError",
    "Evidence",
    "ExtractiveGenerator",
    "Finding",
    "GenerationError",
    "IndexBusy",
    "IndexMismatch",
    "IndexMissing",
    "IngestReport",
    "KnowledgeBase",
    "KnowledgeError",
    "MalformedOutput",
    "ModelUnavailable",
    "Passage",
    "Plan",
    "PlanError",
    "PromptError",
    "Question",
    "Review",
    "Section",
    "Settings",
    "Source",
    "SourceError",
    "SupportVerifier",
    "Turn",
    "Verdict",
    "build_advisor",
    "build_verifier",
    "check_file",
    "check_text",
    "open_embedder",
    "open_knowledge",
    "parse_brief",
    "read_brief",
    "read_plan",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import advisor`` stays light."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
