"""What all tests share: no network, no settings from outside, and where things are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from advisor.cli import main
from tests.command_line import Ran, Run
from tests.network_audit import forbid_network

if TYPE_CHECKING:
    from advisor.knowledge_base import KnowledgeBase
    from advisor.service import Advisor

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Block all but loopback for the whole run: collection, session fixtures and threads, not only each test's body."""
    forbid_network()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the repository; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no folder `shared` beside the repository")
    return folder


@pytest.fixture(scope="session")
def clean_environment() -> dict[str, str]:
    """Environment for child processes: ours, without settings of the advisor and without pytest's own variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ADVISOR_", "PYTEST_", "COV_"))}


@pytest.fixture(scope="session")
def bundled_index(tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    """A data folder with the index of the bundled knowledge, made once per run, as `make start` makes it.

    Beside the folder lies ``ingest-network.jsonl``: what the ingest did on the network.
    """
    folder = tmp_path_factory.mktemp("bundled")
    result = subprocess.run(
        [sys.executable, "-m", "tests.network_audit", folder / "ingest-network.jsonl", "ingest", "--bundled"],
        cwd=ROOT,
        env={**clean_environment, "ADVISOR_DATA_DIR": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr + result.stdout
    return folder / "data"


@pytest.fixture(scope="session")
def bundled_kb(bundled_index: Path) -> Iterator[KnowledgeBase]:
    """The bundled knowledge, open. For reading only: a test that writes copies ``bundled_index``."""
    from advisor.assembly import open_knowledge
    from advisor.settings import Settings

    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
            environment.delenv(name)
        kb = open_knowledge(Settings(data_dir=bundled_index))
    with kb:
        yield kb


@pytest.fixture(scope="session")
def bundled_advisor(bundled_index: Path, bundled_kb: KnowledgeBase) -> Advisor:
    """The advisor over the bundled knowledge, as the settings' defaults make it."""
    from advisor.assembly import build_advisor
    from advisor.settings import Settings

    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
            environment.delenv(name)
        return build_advisor(Settings(data_dir=bundled_index), bundled_kb)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process, in an empty folder, as the installed script does."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["advisor", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def bundled(bundled_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(bundled_index))
    return bundled_index
