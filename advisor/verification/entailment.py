"""Whether evidence supports a claim, contradicts it, or neither, by a model that reads both together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from advisor.ports import Vectors
from advisor.settings import bundled_model_folder
from advisor.verification.cross_encoder import CrossEncoder

MODEL = Path(__file__).with_name("entailment.onnx")
"""all-MiniLM-L6-v2 as a cross-encoder of three classes, in 8 bits; trained by ``advisor.evals.training.support``."""

CLASSES = ("E", "C", "N")
"""Supported, contradicted, neither, in the order of the logits."""

MAX_TOKENS = 384
"""Tokens of claim and evidence that are read together."""


class Entailment:
    """Reads claims together with evidence (natural language inference, Bowman et al. 2015).

    Args:
        model: The exported cross-encoder; it gives the logits of ``CLASSES``.
    """

    def __init__(self, model: Path = MODEL) -> None:
        self._model = model

    @cached_property
    def fingerprint(self) -> str:
        """What tells one model from another, for the trace."""
        return hashlib.sha256(self._model.read_bytes()).hexdigest()[:8]

    @cached_property
    def _encoder(self) -> CrossEncoder:
        # One pair a pass: the scale of 8-bit activations is that of the whole batch, so that a pair's logits would
        # depend on what else is in it.
        return CrossEncoder(self._model, bundled_model_folder() / "tokenizer.json", max_tokens=MAX_TOKENS, batch=1)

    def read(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Return the logits of ``CLASSES`` for each pair, shape (len(pairs), 3). They don't depend on other pairs.

        Args:
            pairs: Claim and evidence. What is longer than ``MAX_TOKENS`` together is cut at the end of the longer one.
        """
        if not pairs:
            return np.zeros((0, len(CLASSES)), dtype=np.float32)
        return self._encoder.logits(pairs)


def log_odds(logits: Vectors, name: str) -> Vectors:
    """Return the log-odds of one of ``CLASSES``, shape (len(logits),)."""
    own = logits[:, CLASSES.index(name)]
    others = np.delete(logits, CLASSES.index(name), axis=1)
    return np.asarray(own - np.logaddexp(others[:, 0], others[:, 1]), dtype=np.float32)
