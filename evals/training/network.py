"""all-MiniLM-L6-v2 as a cross-encoder while it is trained, and its export."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from advisor.settings import bundled_model_folder

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler

T = TypeVar("T")

TOKENS = 5000
"""Tokens in a batch."""
WARM_UP = 40
"""Steps during which the rate rises to its full value."""


class Network:
    """Encoder and a linear head on the mean of the tokens and the first one.

    Args:
        classes: Logits a pair.
        widths: Lengths to which batches are padded, ascending: torch compiles its kernels anew for each shape. The last
            one is the most tokens of a pair; the longer text is cut first.
    """

    def __init__(self, classes: int, widths: Sequence[int]) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self._widths = tuple(widths)
        self._tokenizer = AutoTokenizer.from_pretrained(bundled_model_folder())
        # On a processor, dropout and the fused attention's gradient take three quarters of the time.
        self._encoder = AutoModel.from_pretrained(
            bundled_model_folder(),
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self._encoder.embeddings.requires_grad_(False)
        self._head = torch.nn.Linear(2 * self._encoder.config.hidden_size, classes)

    def weights(self) -> list[Tensor]:
        """Return what is trained."""
        return [weight for weight in self._encoder.parameters() if weight.requires_grad] + list(self._head.parameters())

    def optimizer(self, rate: float, steps: int, fall: float = 1.0) -> tuple[Optimizer, LRScheduler]:
        """Return an optimizer (the head's rate is three times the encoder's) and its schedule: a rise, then a fall.

        Args:
            rate: The encoder's greatest rate.
            steps: How many steps there will be.
            fall: Share of the steps, the last ones, during which the rate falls.
        """
        import torch

        encoder = [weight for weight in self._encoder.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(
            [{"params": encoder, "lr": rate}, {"params": self._head.parameters(), "lr": 3 * rate}],
            weight_decay=0.01,
            fused=True,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / WARM_UP, max(0.02, (1 - step / steps) / fall))
        )
        return optimizer, schedule

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Tensor:
        """Return the logits of each pair, shape (len(pairs), classes)."""
        import torch

        encoded = self._tokenizer(
            [first for first, _ in pairs],
            [second for _, second in pairs],
            truncation="longest_first",
            max_length=self._widths[-1],
        )
        width = self.width(max(map(len, encoded["input_ids"])))
        batch = self._tokenizer.pad(encoded, padding="max_length", max_length=width, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self._encoder(**batch).last_hidden_state
        return _logits(self._head, hidden.float(), batch["attention_mask"])

    def lengths(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """Return the tokens of each pair."""
        return [len(ids) for ids in self._tokenizer([a for a, _ in pairs], [b for _, b in pairs])["input_ids"]]

    def width(self, length: int) -> int:
        """Return the length to which a pair of so many tokens is padded."""
        return next((width for width in self._widths if length <= width), self._widths[-1])

    def state(self) -> dict[str, Any]:
        """Return the weights, for a checkpoint."""
        return {"encoder": self._encoder.state_dict(), "head": self._head.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take the weights of a checkpoint."""
        self._encoder.load_state_dict(state["encoder"])
        self._head.load_state_dict(state["head"])

    def export(self, path: Path, *, full: Path | None = None) -> None:
        """Write the network as ONNX with weights of 8 bits.

        Args:
            path: The file.
            full: Where to write it with weights of 32 bits, too.
        """
        import onnx
        import torch
        from onnxruntime.quantization import QuantType, quantize_dynamic

        class Graph(torch.nn.Module):
            """Encoder, pooling and head in one graph."""

            def __init__(self, encoder: torch.nn.Module, head: torch.nn.Module) -> None:
                super().__init__()
                self.encoder, self.head = encoder, head

            def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
                hidden = self.encoder(
                    input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
                ).last_hidden_state
                return _logits(self.head, hidden, attention_mask)

        batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=512)
        # Three tensors: an export of one tensor given thrice takes all inputs for the same.
        ones = (torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long))
        program = torch.onnx.export(
            Graph(self._encoder, self._head).eval(),
            (*ones, torch.zeros(2, 16, dtype=torch.long)),
            dynamo=True,
            input_names=["input_ids", "attention_mask", "token_type_ids"],
            output_names=["logits"],
            dynamic_shapes=({0: batch, 1: length},) * 3,
        )
        assert program is not None  # noqa: S101  # always a program with dynamo=True
        with TemporaryDirectory() as folder:
            whole = full or Path(folder) / "full.onnx"
            program.save(str(whole))
            exported = onnx.load(whole)
            del exported.graph.value_info[:]  # the exporter's shapes contradict those that the quantizer infers
            quantize_dynamic(exported, path, weight_type=QuantType.QInt8, per_channel=True)


def batches(items: Sequence[T], size: Callable[[int], tuple[int, int]], rng: random.Random) -> list[list[T]]:
    """Put items of similar length together, up to ``TOKENS`` with padding, and the batches in any order.

    Args:
        items: What is trained on.
        size: Gives, for the number of an item, how many pairs it has and the padded length of the longest.
        rng: Shuffles.
    """
    sizes = [size(i) for i in range(len(items))]
    found: list[list[T]] = [[]]
    held = 0
    for i in sorted(range(len(items)), key=lambda i: (sizes[i][1], rng.random())):
        pairs, width = sizes[i]
        if (held + pairs) * width > TOKENS and found[-1]:
            found.append([])
            held = 0
        found[-1].append(items[i])
        held += pairs
    rng.shuffle(found)
    return found


def _logits(head: nn.Module, hidden: Tensor, mask: Tensor) -> Tensor:
    """Return the head's logits, from the mean of the tokens and the first one."""
    import torch

    weights = mask.unsqueeze(-1).float()
    logits: Tensor = head(torch.cat([(hidden * weights).sum(1) / weights.sum(1), hidden[:, 0]], dim=1))
    return logits
