"""A plan as data that can be read back: JSON and YAML."""

from __future__ import annotations

import json
from typing import Any

import yaml

from advisor.planning.plan import Plan


def to_json(plan: Plan) -> bytes:
    """Return the plan as JSON in UTF-8, of the form that ``schema`` describes."""
    return (json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n").encode()


def to_yaml(plan: Plan) -> bytes:
    """Return the plan as YAML in UTF-8, with the same fields as the JSON, in reading order."""
    text: str = yaml.dump(plan.model_dump(mode="json"), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    return text.encode()


def schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a plan."""
    return Plan.model_json_schema()
