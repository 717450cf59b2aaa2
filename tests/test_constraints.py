"""What is imported is declared, and what is declared is pinned, down to the last dependency."""

from __future__ import annotations

import re
import sys
import tomllib
from collections import deque
from collections.abc import Mapping
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source_tree import ROOT, imported, modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

# The build of torch for graphics cards brings parts that torch itself pins; the CPU build has none of them.
PARTS_OF_TORCH = re.compile(r"(?:nvidia|cuda|triton)\b")


def pins() -> dict[str, str]:
    """The pinned version of each distribution by its canonical name."""
    found: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)", line)
            assert match, f"constraints.txt: not a plain pin: {line}"
            found[canonicalize_name(match[1])] = match[2]
    return found


def needed(requirements: list[str]) -> set[str]:
    """The canonical names of all distributions that an installation of the requirements brings, here and now."""
    names: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = deque((Requirement(text), "") for text in requirements)
    while waiting:
        requirement, extra = waiting.popleft()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if PARTS_OF_TORCH.match(name):
            continue
        names.add(name)
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting.extend((Requirement(text), wanted) for text in metadata.requires(name) or ())
    return names


def test_everything_that_is_installed_is_pinned() -> None:
    wanted = [*PROJECT["dependencies"], *EXTRAS["openai"], *EXTRAS["test"]]
    assert needed(wanted) - pins().keys() == set()


def test_nothing_else_is_pinned() -> None:
    wanted = [*PROJECT["dependencies"], *EXTRAS["openai"], *EXTRAS["test"]]
    assert pins().keys() - needed(wanted) - {"setuptools"} == set()


def test_the_pins_keep_to_what_is_declared() -> None:
    pinned = pins()
    declared = [Requirement(text) for text in [*PROJECT["dependencies"], *EXTRAS["openai"], *EXTRAS["test"]]]
    assert [str(r) for r in declared if not r.specifier.contains(pinned[canonicalize_name(r.name)])] == []


@pytest.fixture(scope="module")
def distributions() -> Mapping[str, list[str]]:
    """The distributions that bring each top-level name."""
    return metadata.packages_distributions()


@pytest.mark.parametrize("module", sorted(modules()))
def test_what_is_imported_is_declared(module: str, distributions: Mapping[str, list[str]]) -> None:
    files = modules()
    tops = {name.partition(".")[0] for name, _ in imported(module, files[module], set(files))}
    strangers = tops - {"advisor"} - set(sys.stdlib_module_names)
    measures = {"advisor.evals.bench", "advisor.evals.bench_ui", "advisor.evals.baseline"}
    extras = EXTRAS["openai"] + (EXTRAS["test"] if module in measures else [])
    declared = {canonicalize_name(Requirement(text).name) for text in [*PROJECT["dependencies"], *extras]}
    undeclared = {
        top for top in strangers if not declared & {canonicalize_name(name) for name in distributions.get(top, ())}
    }
    assert undeclared == set()
