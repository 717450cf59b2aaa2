"""Benchmarks of the verifier: how long it takes, how much memory it holds, and how it compares with plain torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from advisor.assembly import build_verifier
from advisor.domain import Claim, Evidence, Passage, Source
from advisor.settings import bundled_model_folder
from advisor.verification.entailment import MAX_TOKENS, Entailment

from .training.pairs import topics

ROUNDS = 60
"""How often five claims are checked."""
WORDS = 1500
"""Words of the evidence that five claims are checked against: about 2,000 tokens."""
PAIRS = 1000
COMPARED = 300
"""Pairs that torch reads as well."""

_SOURCE = Source(id="bench", title="Bench", kind="upload", origin="bench.md")


def checked() -> list[str]:
    """Check claims in a fresh process, so that memory is what a server would hold, and return the lines to print."""
    code = "from advisor.evals.bench_verifier import measure; measure()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    return [
        f"five claims against 2,000 tokens: p50 {found['p50']:.0f} ms, p95 {found['p95']:.0f} ms (target <= 500 ms)",
        f"{PAIRS:,} pairs of claim and passage: {found['pairs']:.1f} s (target <= 20 s)",
        f"resident with model and runtime: {found['resident_mb']:.0f} MB (target <= 300 MB)",
        f"8 bits in onnxruntime beside 32 bits in torch: {_ratio():.2f} times as many pairs per second (target >= 2)",
    ]


def measure() -> None:
    """Print percentiles (ms) of checking five claims, seconds for many pairs, and resident memory (MB) as JSON."""
    claims = [text for _, text in _pairs()]
    texts = list(dict.fromkeys(text for text, _ in _pairs()))
    verifier = build_verifier()
    verifier.check([Claim(text=claims[0], labels=("E1",))], [_evidence(1, texts[0])])
    times = []
    for number in range(ROUNDS):
        chosen = texts[number * 7 :]
        long = [_evidence(i, text) for i, text in enumerate(_up_to(WORDS, chosen), 1)]
        labels = tuple(item.label for item in long)
        five = [Claim(text=text, labels=labels) for text in claims[number * 5 : number * 5 + 5]]
        begun = time.perf_counter()
        verifier.check(five, long)
        times.append((time.perf_counter() - begun) * 1000)
    some = _pairs()[:PAIRS]
    begun = time.perf_counter()
    for number, (text, claim) in enumerate(some):
        verifier.check([Claim(text=claim, labels=("E1",))], [_evidence(1, text, number)])
    pairs = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "p50": float(np.percentile(times, 50)),
                "p95": float(np.percentile(times, 95)),
                "pairs": pairs,
                "resident_mb": resident_mb(),
            }
        )
    )


def resident_mb() -> float:
    """Return the resident memory of this process (Linux), in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _pairs() -> list[tuple[str, str]]:
    """Return passages of the library with claims on them, mixed."""
    found = [
        (" ".join(sentence["text"] for sentence in entry["sentences"][:4]), claim["text"])
        for _, entry in topics()
        for sentence in entry["sentences"][:2]
        for claim in sentence["claims"]
    ]
    return [found[i] for i in np.random.default_rng(3).permutation(len(found))]


def _up_to(words: int, texts: Sequence[str]) -> Iterator[str]:
    taken = 0
    for text in texts:
        if taken >= words:
            return
        taken += len(text.split())
        yield text


def _evidence(number: int, text: str, start: int = 0) -> Evidence:
    passage = Passage(id=f"p{number}-{start}", source_id="bench", text=text, start=start, end=start + len(text))
    return Evidence(label=f"E{number}", passage=passage, source=_SOURCE, score=1.0)


def _ratio() -> float:
    """Return how many times as many pairs per second our model reads as the same network in torch, pair by pair."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    pairs = [(claim, text) for text, claim in _pairs()[:COMPARED]]
    ours = Entailment()
    tokenizer = AutoTokenizer.from_pretrained(bundled_model_folder())
    network = AutoModel.from_pretrained(bundled_model_folder()).eval()

    def plain(some: Sequence[tuple[str, str]]) -> None:
        with torch.inference_mode():
            for claim, text in some:
                network(**tokenizer(claim, text, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"))

    ours.read(pairs[:5])
    plain(pairs[:5])
    times = [0.0, 0.0]
    for at in range(0, COMPARED, 50):  # alternating, so that what else the machine does hits both
        begun = time.perf_counter()
        ours.read(pairs[at : at + 50])
        times[0] += time.perf_counter() - begun
        begun = time.perf_counter()
        plain(pairs[at : at + 50])
        times[1] += time.perf_counter() - begun
    return times[1] / times[0]
