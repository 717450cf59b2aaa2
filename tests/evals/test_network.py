"""The network while it is trained, and its export."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from advisor.evals.training.network import Network, batches
from advisor.settings import bundled_model_folder
from advisor.verification.cross_encoder import CrossEncoder

PAIRS = [
    ("The shop opens at nine.", "Our shop opens at nine on weekdays and at ten on Saturdays."),
    ("Dogs are welcome.", "Customers may bring their dogs."),
    ("The museum is free.", "A ticket for the museum costs four euros. " * 12),
    ("漢" * 50, "Prices are in euros."),
]


@pytest.mark.slow
def test_the_export_says_what_the_network_says(tmp_path: Path) -> None:
    import torch

    torch.manual_seed(3)
    network = Network(3, (32, 64, 128))
    network.export(tmp_path / "small.onnx", full=tmp_path / "full.onnx")
    with torch.inference_mode(), torch.autocast("cpu", enabled=False):
        trained = np.concatenate([network.logits([pair]).numpy() for pair in PAIRS])
    tokenizer = bundled_model_folder() / "tokenizer.json"
    full, small = (
        CrossEncoder(tmp_path / name, tokenizer, max_tokens=128, batch=1).logits(PAIRS)
        for name in ("full.onnx", "small.onnx")
    )
    assert full == pytest.approx(trained, abs=0.02)  # training computes in bfloat16
    assert small == pytest.approx(full, abs=0.1)
    assert (tmp_path / "small.onnx").stat().st_size < 0.3 * (tmp_path / "full.onnx").stat().st_size


def test_batches_hold_similar_lengths_and_every_item_once() -> None:
    lengths = [random.Random(i).choice((32, 64, 256)) for i in range(500)]
    made = batches(range(500), lambda i: (1, lengths[i]), random.Random(1))
    assert sorted(i for batch in made for i in batch) == list(range(500))
    assert all(len(batch) * max(lengths[i] for i in batch) <= 5000 for batch in made)
    assert made == batches(range(500), lambda i: (1, lengths[i]), random.Random(1))
