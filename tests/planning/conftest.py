"""The plans of the reference briefs, each drafted once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from advisor import Advisor
from advisor.brief import read_brief
from advisor.planner import Planner
from advisor.planning.plan import Plan
from tests.source_tree import ROOT

TODAY = date(2027, 1, 4)
BRIEFS = sorted((ROOT / "evals" / "briefs").glob("*.yaml"))


@pytest.fixture(scope="session")
def planner(bundled_advisor: Advisor) -> Planner:
    """A planner over the bundled knowledge."""
    return Planner(bundled_advisor.ask, bundled_advisor.library)


@pytest.fixture(scope="session")
def reference_plans(planner: Planner) -> Mapping[str, Plan]:
    """The plan of each reference brief, by the name of its file."""
    found = {}
    for file in BRIEFS:
        for plan in planner.stream(read_brief(file), TODAY):
            found[file.stem] = plan
    return found
