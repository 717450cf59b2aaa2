"""Importing has no effects, and nothing heavy is imported before it's needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.source_tree import modules

# Seconds of start-up each, so they are imported inside the functions that need them.
HEAVY = {
    "chromadb",
    "docx",
    "gradio",
    "holidays",
    "icalendar",
    "jinja2",
    "langchain",
    "matplotlib",
    "onnx",
    "onnxscript",
    "openpyxl",
    "pandas",
    "pypdf",
    "sentence_transformers",
    "sklearn",
    "torch",
    "transformers",
}
# The library's front door and the command line are lighter still: no LangChain at all, no onnxruntime.
HEAVY_FOR_THE_START = HEAVY | {"langchain_core", "langchain_openai", "langgraph", "langsmith", "onnxruntime"}
FRONT = {"advisor", "advisor.cli", "advisor.__main__"}

MODULES = sorted(modules())

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the probe forks")


@pytest.fixture(scope="module")
def probed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, list[str]]]:
    result = subprocess.run(
        [sys.executable, "-B", root / "tests" / "import_probe.py", *MODULES],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        capture_output=True,
        text=True,
        timeout=300,
    )
    return {line["module"]: line for line in map(json.loads, result.stdout.splitlines())}


@pytest.mark.parametrize("module", MODULES)
def test_importing_has_no_effects(module: str, probed: Mapping[str, Mapping[str, list[str]]]) -> None:
    assert "failed" not in probed[module], probed[module]["failed"]
    assert probed[module]["effects"] == []


@pytest.mark.parametrize("module", MODULES)
def test_importing_loads_nothing_heavy(module: str, probed: Mapping[str, Mapping[str, list[str]]]) -> None:
    assert "failed" not in probed[module], probed[module]["failed"]
    heavy = HEAVY_FOR_THE_START if module in FRONT else HEAVY
    assert set(probed[module]["loaded"]) & heavy == set()


@pytest.mark.parametrize("verb", [[], ["ask"], ["ingest"], ["ui"], ["verify"], ["eval"]])
def test_help_loads_nothing_heavy(verb: list[str], clean_environment: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "advisor", *verb, "--help"],
        env=clean_environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    assert "Usage" in result.stdout
    lines = [line for line in result.stderr.splitlines() if line.startswith("import time:")]
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert {"advisor", *HEAVY_FOR_THE_START} & loaded == {"advisor"}
