"""The public names of the package: a change here is a change for everybody who embeds it."""

from __future__ import annotations

import importlib
import inspect

import pytest

import advisor

PUBLIC = {
    "Baseline",
    "Brief",
    "BriefError",
    "Cell",
    "Finding",
    "Plan",
    "PlanError",
    "Section",
    "Review",
    "read_plan",
    "parse_brief",
    "read_brief",
    "Advisor",
    "Answer",
    "AnswerEvent",
    "ChatGenerator",
    "CheckReport",
    "CheckedSentence",
    "AdvisorError",
    "Citation",
    "Claim",
    "ConfigError",
    "Disagreement",
    "Draft",
    "EvaluationError",
    "Evidence",
    "ExtractiveGenerator",
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
    "PromptError",
    "Question",
    "Settings",
    "Source",
    "SourceError",
    "SupportVerifier",
    "Turn",
    "build_verifier",
    "check_file",
    "check_text",
    "open_embedder",
    "Verdict",
    "build_advisor",
    "open_knowledge",
}


def test_the_public_names_are_these() -> None:
    assert set(advisor.__all__) == PUBLIC
    assert len(advisor.__all__) == len(set(advisor.__all__))


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_resolves_and_is_documented(name: str) -> None:
    member = getattr(advisor, name)
    assert member.__name__ == name
    assert member.__module__.startswith("advisor.")
    assert inspect.getdoc(member)


def test_every_error_is_public_and_has_one_base() -> None:
    errors = importlib.import_module("advisor.errors")
    classes = {n: m for n, m in vars(errors).items() if inspect.isclass(m) and m.__module__ == errors.__name__}
    assert set(classes) <= PUBLIC
    assert all(issubclass(error, advisor.AdvisorError) for error in classes.values())


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        advisor.no_such_name  # noqa: B018  (reading the attribute is what is tried)


def test_a_star_import_gives_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from advisor import *", names)
    assert set(names) - {"__builtins__"} == PUBLIC
