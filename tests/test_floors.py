"""Imports only go down: a module may use its own floor and the floors below, never one above."""

from __future__ import annotations

import ast
import graphlib
import sys

import pytest

from tests.source_tree import imported, modules

# The floor of each module, or of a package with all that is in it.
FLOORS = {
    "advisor.domain": 0,
    "advisor.errors": 0,
    "advisor.knowledge": 0,  # data only
    "advisor.prompts": 0,  # data only
    "advisor.ports": 1,
    "advisor.settings": 1,
    "advisor.templates": 1,
    "advisor.sentences": 1,
    "advisor.evidence": 1,
    "advisor.composing": 1,
    "advisor.brief": 1,
    "advisor.coverage": 1,
    "advisor.terms": 1,
    "advisor.asked": 1,
    "advisor.conversation": 1,
    "advisor.ingest": 2,
    "advisor.retrieval": 2,
    "advisor.generation": 2,
    "advisor.verification": 2,
    "advisor.planning": 2,
    "advisor.service": 3,
    "advisor.checking": 3,
    "advisor.knowledge_base": 3,
    "advisor.planner": 3,
    "advisor.reviewer": 3,
    "advisor.assembly": 4,
    "advisor": 4,  # the public names; the floors below don't use them
    "advisor.cli": 5,
    "advisor.__main__": 5,
    "advisor.ui": 5,
    "advisor.evals": 5,
}
ADAPTERS = 2
PURE = 1

# What the pure floors may use beside the standard library.
THIRD_PARTY_OF_PURE_FLOORS = {
    "pydantic",
    "pydantic_settings",
    "yaml",
    "numpy",
    "nupunkt",
    "snowballstemmer",
    "dateutil",
}
# A name that says nothing about its subject collects everything.
NAMES_FOR_NOTHING = {"utils", "util", "helpers", "helper", "misc", "common"}

MODULES = modules()
PACKAGE_NAMES = set(MODULES)


def home(module: str) -> str | None:
    """The entry of ``FLOORS`` that a module belongs to; the facade ``advisor`` stands for itself only."""
    if module in FLOORS:
        return module
    while "." in module:
        module = module.rpartition(".")[0]
        if module in FLOORS and module != "advisor":
            return module
    return None


def own_imports(module: str) -> list[tuple[str, int]]:
    found = imported(module, MODULES[module], PACKAGE_NAMES)
    return [(name, line) for name, line in found if name == "advisor" or name.startswith("advisor.")]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_stands_on_a_floor(module: str) -> None:
    assert home(module) is not None, f"{module} has no floor: say in FLOORS on which it stands"
    assert module.rpartition(".")[2] not in NAMES_FOR_NOTHING


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_only_go_down(module: str) -> None:
    here = home(module)
    wrong = []
    for name, line in own_imports(module):
        there = home(name)
        if here is None or there is None:
            wrong.append(f"line {line}: {name} has no floor")
        elif FLOORS[there] > FLOORS[here]:
            wrong.append(f"line {line}: {name} is on floor {FLOORS[there]}, {module} on {FLOORS[here]}")
        elif FLOORS[there] == FLOORS[here] == ADAPTERS and there != here:
            wrong.append(f"line {line}: {module} and {name} are adapters and don't know each other")
    assert not wrong


@pytest.mark.parametrize("module", sorted(m for m in MODULES if (h := home(m)) and FLOORS[h] <= PURE))
def test_pure_floors_use_no_framework(module: str) -> None:
    tops = {name.partition(".")[0] for name, _ in imported(module, MODULES[module], PACKAGE_NAMES)}
    assert tops - {"advisor"} - THIRD_PARTY_OF_PURE_FLOORS <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("package", ["advisor.knowledge", "advisor.prompts"])
def test_data_packages_hold_no_code(package: str) -> None:
    assert [m for m in MODULES if m == package or m.startswith(f"{package}.")] == [package]
    body = ast.parse(MODULES[package].read_text(encoding="utf-8")).body
    assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)


def test_modules_do_not_import_in_circles() -> None:
    graph = {module: {name for name, _ in own_imports(module) if name != module} for module in MODULES}
    graph["advisor"] = set()  # its names are loaded when they are first used
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
