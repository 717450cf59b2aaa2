"""Train the support verifier: ``python -m advisor.evals.training.support DATA --checkpoint FILE``.

all-MiniLM-L6-v2 becomes a cross-encoder of claim and evidence with three classes (supported, contradicted, neither). It
learns from ``advisor.evals.training.pairs``; then ``advisor.evals.training.calibrating`` fits the calibration. A run
that was cut off goes on from its last checkpoint.

On Linux, jemalloc that keeps its memory (``MALLOC_CONF=thp:always,dirty_decay_ms:-1,muzzy_decay_ms:-1``) takes two
fifths off the time of a step: the C library's allocator gives the activations back after each one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from advisor.verification import SupportVerifier
from advisor.verification.calibration import FITTED
from advisor.verification.entailment import CLASSES, MAX_TOKENS, MODEL, Entailment

from .calibrating import UNFITTED, fit, judged_sets, look
from .network import Network, batches
from .pairs import Pair, split

if TYPE_CHECKING:
    from torch import Tensor

CYCLES = (0.85, 0.8, 0.2, 1.0)
"""Epochs of each cycle; the rate rises and falls once in each (warm restarts, Loshchilov and Hutter 2017)."""
RATE = 2e-4
FALL = 0.5
"""Share of the steps during which the rate falls."""
SMOOTHING = 0.05
WIDTHS = (32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320, MAX_TOKENS)
SAVED_EVERY = 150
"""Steps from one checkpoint to the next."""


def train(pairs: Sequence[Pair], checkpoint: Path) -> Network:
    """Train a network, or go on from its checkpoint.

    Args:
        pairs: What it learns from.
        checkpoint: The file that keeps its state.
    """
    import torch

    torch.manual_seed(5)
    network = Network(len(CLASSES), WIDTHS)
    lengths = network.lengths([(pair.claim, pair.evidence) for pair in pairs])
    rng = random.Random(5)
    rounds = [batches(pairs, lambda i: (1, network.width(lengths[i])), rng) for _ in CYCLES]
    state: dict[str, Any] = torch.load(checkpoint) if checkpoint.exists() else {"cycle": 0, "step": 0}
    if "network" in state:
        network.restore(state["network"])
    for cycle in range(state["cycle"], len(CYCLES)):
        steps = int(len(rounds[cycle]) * CYCLES[cycle])
        optimizer, schedule = network.optimizer(RATE, steps, FALL)
        first = state["step"] if cycle == state["cycle"] else 0
        if first:
            optimizer.load_state_dict(state["optimizer"])
            schedule.last_epoch = first
        console = Console(stderr=True)
        seen: list[float] = []
        for step in track(range(first, steps), f"Cycle {cycle + 1} of {len(CYCLES)}", console=console):
            loss = _loss(network, rounds[cycle][step])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.weights(), 1.0)
            optimizer.step()
            schedule.step()
            seen.append(loss.item())
            if (step + 1) % SAVED_EVERY == 0 or step + 1 == steps:
                partial = checkpoint.with_suffix(".partial")
                torch.save(
                    {
                        "network": network.state(),
                        "optimizer": optimizer.state_dict(),
                        "cycle": cycle,
                        "step": step + 1,
                    },
                    partial,
                )
                partial.replace(checkpoint)
                console.print(f"step {step + 1} of {steps}: loss {np.mean(seen[-SAVED_EVERY:]):.4f}")
    return network


def _loss(network: Network, batch: Sequence[Pair]) -> Tensor:
    """Return the mean loss of a batch."""
    import torch
    from torch.nn import functional

    logits = network.logits([(pair.claim, pair.evidence) for pair in batch])
    known = torch.tensor([CLASSES.index(pair.label) if pair.label in CLASSES else -1 for pair in batch])
    labelled = functional.cross_entropy(logits, known, ignore_index=-1, label_smoothing=SMOOTHING, reduction="sum")
    return (labelled + _not_supported(logits[known < 0])) / len(batch)


def _not_supported(logits: Tensor) -> Tensor:
    """Return the loss of pairs of which only that is known."""
    import torch

    supported = torch.softmax(logits, 1)[:, CLASSES.index("E")]
    return -torch.log1p(-supported.clamp(max=1 - 1e-4)).sum()


def main(
    data: Annotated[Path, typer.Argument(help="The folder with train/*.jsonl and dev/*.jsonl.")],
    checkpoint: Annotated[Path, typer.Option(help="The file that keeps the state of the run.")],
) -> None:
    """Train the model, write it into the package, and fit its calibration."""
    rng = random.Random(7)
    pairs, held_out = split(data / "train", rng)
    train(pairs, checkpoint).export(MODEL)
    verifier = SupportVerifier(entailment=Entailment(MODEL), calibration=UNFITTED)
    sets = judged_sets(held_out, data / "dev", rng)
    samples = {name: look(verifier, some, name) for name, some in sets.items()}
    calibration = fit(samples)
    FITTED.write_text(calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
