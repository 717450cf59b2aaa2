"""The embedding models: the export agrees with the original, and no vector is computed twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from advisor.errors import ConfigError
from advisor.knowledge_base import KnowledgeBase
from advisor.ports import QuestionEmbedder, Vectors
from advisor.retrieval.catalog import Catalog
from advisor.retrieval.embedding import (
    AsymmetricEmbedder,
    KnownAnswers,
    OnnxEmbedder,
    RememberingEmbedder,
    TorchEmbedder,
    load_sentence_transformer,
)
from advisor.sentences import sentence_spans
from advisor.settings import BUNDLED_MODEL, bundled_model_folder

TEXTS = [
    "Should I post offers every day?",
    "What is a KPI tree?",
    "Ein Satz auf Deutsch, mit Umlauten: über, schön.",
    "long " * 400,
    "",
    "Ünïcode ✓ 日本語",
]


def test_export_and_bulk_agree_with_the_original(bundled_index: Path) -> None:
    original = load_sentence_transformer(BUNDLED_MODEL, "float32").encode(TEXTS, normalize_embeddings=True)
    exported = OnnxEmbedder(
        bundled_index / "models" / f"{BUNDLED_MODEL}.onnx", bundled_model_folder() / "tokenizer.json"
    ).embed(TEXTS)
    bulk = TorchEmbedder().embed(TEXTS)
    assert np.min((original * exported).sum(axis=1)) > 0.99999
    assert np.min((original * bulk).sum(axis=1)) > 0.999
    # Not merely alike because everything is alike:
    assert float(exported[0] @ exported[1]) < 0.5


def test_a_vector_does_not_depend_on_its_batch(bundled_index: Path) -> None:
    model = OnnxEmbedder(bundled_index / "models" / f"{BUNDLED_MODEL}.onnx", bundled_model_folder() / "tokenizer.json")
    together = model.embed(TEXTS)
    alone = np.stack([model.embed([text])[0] for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)


def test_a_model_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigError, match="no/such-model"):
        TorchEmbedder("no/such-model").embed(["text"])


class Counting:
    """An embedder that records what it was asked for."""

    fingerprint = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.stack([np.eye(8, dtype=np.float32)[len(text) % 8] for text in texts])


def test_nothing_is_embedded_twice(tmp_path: Path) -> None:
    counting = Counting()
    remembering = RememberingEmbedder(counting, Catalog(tmp_path / "catalog.sqlite", "counting"), capacity=3)
    first = remembering.embed(["a", "bb", "a"])
    assert counting.asked == ["a", "bb"]
    assert np.array_equal(first[0], first[2])
    remembering.embed(["bb", "ccc"])
    assert counting.asked == ["a", "bb", "ccc"]
    remembering.remember(["stored", "a"])
    remembering.embed(["1", "22", "333"])  # drives all others out of memory
    counting.asked.clear()
    assert remembering.embed(["stored"]).shape == (1, 8)
    assert counting.asked == []
    remembering.embed(["bb"])
    assert counting.asked == ["bb"]
    assert remembering.embed([]).shape[0] == 0


def test_known_answers_are_read_back(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(2, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    KnownAnswers.write(
        ["Reply within a day.", "Pause a post that offends."], rows, [{"wait"}, set()], tmp_path / "a.npz"
    )
    answers = KnownAnswers(tmp_path / "a.npz")
    found = answers.vector("Reply\n  within a day.")
    assert found is not None
    assert float(found @ rows[0]) > 0.999
    assert answers.terms("Reply within a day.") == {"wait"}
    assert answers.vector("Something else.") is None
    assert answers.terms("Something else.") == frozenset()


def test_a_sentence_is_compared_by_what_it_answers_and_else_by_itself(bundled_index: Path, tmp_path: Path) -> None:
    tokenizer = bundled_model_folder() / "tokenizer.json"
    texts = OnnxEmbedder(bundled_index / "models" / f"{BUNDLED_MODEL}.onnx", tokenizer)
    [adapted] = (bundled_index / "models").glob("*questions*.onnx")
    asked = OnnxEmbedder(adapted, tokenizer).embed(["How long may a customer wait?"])[0]
    KnownAnswers.write(["Reply within a day."], asked[np.newaxis], [{"wait"}], tmp_path / "a.npz")
    embedder = AsymmetricEmbedder(texts, OnnxEmbedder(adapted, tokenizer), KnownAnswers(tmp_path / "a.npz"))
    remembering = RememberingEmbedder(embedder, Catalog(tmp_path / "catalog.sqlite", "model"))
    assert isinstance(remembering, QuestionEmbedder)
    known, unknown = remembering.embed_answers(["Reply within a day.", "A pillar is a lasting theme."])
    assert float(known @ asked) > 0.999
    assert remembering.asked_terms(["Reply within a day.", "A pillar is a lasting theme."]) == [{"wait"}, frozenset()]
    assert np.allclose(unknown, texts.embed(["A pillar is a lasting theme."])[0], atol=1e-6)


def test_of_each_bundled_sentence_it_is_known_what_it_answers(bundled_kb: KnowledgeBase) -> None:
    """Fails where the knowledge was changed and ``advisor.evals.training.questions`` was not run again."""
    answers = KnownAnswers()
    unknown = [
        sentence
        for source in bundled_kb.sources()
        if source.kind != "upload"
        for passage in bundled_kb.passages(source.id)
        for start, end in sentence_spans(passage.text)
        if answers.vector(sentence := passage.text[start:end]) is None
    ]
    assert unknown == []
