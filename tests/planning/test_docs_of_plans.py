"""``docs/plan.md``, ``docs/review.md`` and ``docs/plan.schema.json`` say what is so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from markdown_it import MarkdownIt

from advisor.planning.exporting import FORMATS, schema
from advisor.planning.exporting.markdown import to_markdown
from advisor.planning.frameworks import VIEWS
from advisor.planning.linter import RULES
from advisor.planning.outline import OUTLINE
from advisor.planning.plan import Plan
from advisor.planning.reviewing import review_rules
from tests.source_tree import ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def text() -> str:
    return (DOCS / "plan.md").read_text(encoding="utf-8")


def unnumbered(text: str) -> list[str]:
    """Return the lines without the numbers of citations, which change with every sentence that is added before them."""
    return [re.sub(r"\[\^\d+\]", "[^]", line) for line in text.splitlines() if line]


def test_the_table_of_rules_is_that_of_the_linter(text: str) -> None:
    rows = re.findall(r"^\| (P\d+) \| (\w+) \| \S.*\. \|$", text, re.MULTILINE)
    assert rows == [(code, severity) for code, (severity, _) in RULES.items()]


def test_the_table_of_rules_for_texts_is_that_of_the_review() -> None:
    review = (DOCS / "review.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (T\d+) \| ([a-z, ]+) \| (\w+) \| \S.*\. \|$", review, re.MULTILINE)
    assert rows == [(rule.code, ", ".join(rule.kinds), rule.severity) for rule in review_rules()]


def test_the_excerpt_is_of_a_real_plan(text: str, reference_plans: Mapping[str, Plan]) -> None:
    (excerpt,) = (token.content for token in MarkdownIt().parse(text) if token.info == "markdown")
    real = unnumbered(to_markdown(reference_plans["restaurant"]).decode())
    lines = unnumbered(excerpt)
    assert len(lines) > 30
    assert [line for line in lines if line not in real] == []


def test_the_sections_formats_and_views_are_named(text: str) -> None:
    flat = " ".join(text.split()).lower()
    assert "; ".join(heading.title.lower() for heading in OUTLINE) in flat
    assert [suffix for suffix in FORMATS if f"`{suffix}`" not in text] == []
    assert [view for view in VIEWS if view not in text] == []


def test_the_schema_is_current() -> None:
    """Write it anew with ``advisor plan --schema > docs/plan.schema.json``."""
    assert json.loads((DOCS / "plan.schema.json").read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))
