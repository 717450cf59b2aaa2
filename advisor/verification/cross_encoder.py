"""A model that reads two texts together, run by onnxruntime without torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from advisor.errors import ConfigError
from advisor.ports import Vectors


class CrossEncoder:
    """A cross-encoder (Nogueira and Cho 2019, "Passage Re-ranking with BERT").

    Args:
        model: The exported model: ``input_ids``, ``attention_mask`` and ``token_type_ids`` in, logits out.
        tokenizer: The ``tokenizer.json`` of the model that it was made from.
        max_tokens: Length of a pair at which the longer text is cut.
        batch: Pairs that are read in one pass.
    """

    def __init__(self, model: Path, tokenizer: Path, *, max_tokens: int, batch: int) -> None:
        self._model_path = model
        self._tokenizer_path = tokenizer
        self._max_tokens = max_tokens
        self._batch = batch
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def load(self) -> tuple[Any, Any]:
        """Load model and tokenizer now; otherwise the first use does.

        Raises:
            ConfigError: The file is damaged.
        """
        with self._lock:
            if self._loaded is None:
                import onnxruntime
                from tokenizers import Tokenizer

                options = onnxruntime.SessionOptions()
                options.log_severity_level = 3
                # Threads that wait busily here would take the cores from the embedding model.
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                try:
                    session = onnxruntime.InferenceSession(
                        str(self._model_path), sess_options=options, providers=["CPUExecutionProvider"]
                    )
                except Exception as error:  # onnxruntime's errors have no base of their own
                    raise ConfigError(
                        f"The model {self._model_path} can't be loaded ({' '.join(str(error).split())}). "
                        "Install the package again."
                    ) from error
                tokenizer = Tokenizer.from_file(str(self._tokenizer_path))
                tokenizer.enable_truncation(self._max_tokens, strategy="longest_first")
                tokenizer.no_padding()
                self._loaded = session, tokenizer
            return self._loaded

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Return the logits of each pair, shape (len(pairs), classes).

        Args:
            pairs: First and second texts.
        """
        session, tokenizer = self.load()
        encodings = tokenizer.encode_batch([tuple(pair) for pair in pairs])
        # Similar lengths together: padding is work for nothing.
        order = sorted(range(len(pairs)), key=lambda i: len(encodings[i].ids))
        found: dict[int, Vectors] = {}
        for at in range(0, len(order), self._batch):
            rows = order[at : at + self._batch]
            shape = len(rows), max(len(encodings[row].ids) for row in rows)
            inputs = {
                name: np.zeros(shape, dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")
            }
            for i, row in enumerate(rows):
                length = len(encodings[row].ids)
                inputs["input_ids"][i, :length] = encodings[row].ids
                inputs["attention_mask"][i, :length] = 1
                inputs["token_type_ids"][i, :length] = encodings[row].type_ids
            found.update(zip(rows, session.run(None, inputs)[0], strict=True))
        return np.stack([found[i] for i in range(len(pairs))])
