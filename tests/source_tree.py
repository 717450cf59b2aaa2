"""The modules of the product, read from the source tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Folders beside `advisor/` that are mapped into the package (pyproject.toml, package-dir).
MAPPED = ("ui", "evals", "knowledge", "prompts")


def modules() -> dict[str, Path]:
    """Return the file of every module of the product by its import name."""
    found = {}
    for folder, package in [("advisor", "advisor"), *((name, f"advisor.{name}") for name in MAPPED)]:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            name = ".".join((package, *parts))
            found[name.removesuffix(".__init__")] = path
    return found


def imported(module: str, path: Path, known: set[str]) -> Iterator[tuple[str, int]]:
    """Yield what a module imports, anywhere in it, as (module name, line)."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from advisor import domain` imports a module, `from advisor.domain import Claim` a name.
                submodule = f"{base}.{alias.name}"
                yield (submodule if submodule in known else base), node.lineno
