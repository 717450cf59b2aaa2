"""What all tests share: no network, no settings from outside, and where things are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network_audit import forbid_network

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
