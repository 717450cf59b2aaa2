"""The documentation of plans and reviews says what is true."""

from __future__ import annotations

import json
import re

from advisor.planning.linter import RULES
from advisor.planning.plan import Plan
from advisor.planning.reviewing import review_rules
from tests.source_tree import ROOT

PAGE = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")


def test_the_schema_is_that_of_plans() -> None:
    published = json.loads((ROOT / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
    assert published == Plan.model_json_schema(), "advisor plan --schema > docs/plan.schema.json"


def test_the_rules_for_plans_are_listed() -> None:
    listed = re.findall(r"^\| (P\d+) \| (\w+) \| .+ \|$", PAGE, re.MULTILINE)
    assert listed == [(code, severity) for code, (severity, _) in RULES.items()]


def test_the_rules_for_texts_are_listed() -> None:
    listed = re.findall(r"^\| (T\d+) \| ([\w, ]+) \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert listed == [(rule.code, ", ".join(rule.kinds), rule.severity, rule.message) for rule in review_rules()]
