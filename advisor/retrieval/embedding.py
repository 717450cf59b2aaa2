"""Embedding models.

``sentence-transformers`` embeds passages in bulk. Questions go through an ONNX export of the same model, made once,
because loading torch takes seconds and a question should not wait for it.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.errors import ConfigError
from advisor.ports import Embedder, Vectors
from advisor.retrieval.catalog import Catalog, text_digest
from advisor.settings import BUNDLED_MODEL, bundled_model_folder

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

BATCH = 32
"""Texts in one pass of the encoder."""

WORKERS = min(4, (os.cpu_count() or 1) + 1)
"""Threads that embed in bulk, each with a copy of the bundled model (45 MB)."""

MOST_QUESTIONS = 256
"""Vectors of questions that are kept in memory: one question is asked for by several steps."""

MAX_TOKENS = 256
"""Length at which all-MiniLM-L6-v2 cuts a text (its model card's ``max_seq_length``)."""


class TorchEmbedder:
    """Any sentence-transformers model. Made for bulk; loads at first use.

    Where the CPU multiplies bfloat16 natively, weights and activations are bfloat16: faster, and the vectors of
    all-MiniLM-L6-v2 keep a cosine of at least 0.9999 to those of float32 (measured by ``advisor.evals.bench``). The
    small bundled model is loaded once per worker and each worker keeps to its own cores, because matrices of this size
    gain little from being spread over cores.

    Args:
        model: ``all-MiniLM-L6-v2`` (from the installed package), a folder, or a name on the model hub.
    """

    def __init__(self, model: str = BUNDLED_MODEL) -> None:
        self.fingerprint = model
        self._lock = threading.Lock()
        self._models: list[Any] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimensions)."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        with self._lock:
            workers = WORKERS if self.fingerprint == BUNDLED_MODEL and len(texts) > BATCH else 1
            while len(self._models) < workers:
                self._models.append(self._load())
            # Similar lengths together: padding is work for nothing.
            order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
            batches = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
            rows = self._encode([[texts[i] for i in batch] for batch in batches], workers)
        vectors = np.empty((len(texts), rows[0].shape[1]), dtype=np.float32)
        for batch, row in zip(batches, rows, strict=True):
            vectors[batch] = row
        return _unit(vectors)

    def _encode(self, batches: list[list[str]], workers: int) -> list[Vectors]:
        import torch

        def encode(model: Any, share: list[list[str]]) -> list[Vectors]:
            torch.set_num_threads(max(1, (os.cpu_count() or 1) // workers))
            return [
                model.encode(batch, batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False)
                .float()
                .cpu()
                .numpy()
                for batch in share
            ]

        threads = torch.get_num_threads()
        try:
            with ThreadPoolExecutor(workers) as pool:
                shares = [batches[worker::workers] for worker in range(workers)]
                done = list(pool.map(encode, self._models, shares))
        finally:
            torch.set_num_threads(threads)
        return [done[i % workers][i // workers] for i in range(len(batches))]

    def _load(self) -> Any:
        import torch

        fast = torch.ops.mkldnn._is_mkldnn_bf16_supported()
        return load_sentence_transformer(self.fingerprint, "bfloat16" if fast else "float32")

    def export_onnx(self, path: Path, adapter: Path | None = None) -> None:
        """Write the bundled model as ONNX; the file appears complete or not at all.

        Args:
            path: The file to write.
            adapter: Changes to add to the weights first; see ``QUESTION_ADAPTER``.

        Raises:
            ConfigError: The file can't be written, or its vectors are not those of the model.
        """
        import torch

        class Pooled(torch.nn.Module):
            """Encoder, mean pooling and normalisation in one graph."""

            def __init__(self, encoder: torch.nn.Module) -> None:
                super().__init__()
                self.encoder = encoder

            def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
                hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
                mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
                return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9), dim=1)

        original = load_sentence_transformer(self.fingerprint, "float32")
        if adapter is not None:
            adapt(original[0].auto_model, adapter)
        # Two tensors: an export of one tensor given twice takes both inputs for the same.
        ids, mask = torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long)
        batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=512)
        with _quiet():
            program = torch.onnx.export(
                Pooled(original[0].auto_model).eval(),
                (ids, mask),
                dynamo=True,
                input_names=["input_ids", "attention_mask"],
                output_names=["sentence_vector"],
                dynamic_shapes=({0: batch, 1: length}, {0: batch, 1: length}),
            )
        assert program is not None  # noqa: S101  # always a program with dynamo=True
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            program.save(str(unfinished))
            _compare(original, unfinished)
            unfinished.replace(path)
        except OSError as error:
            raise ConfigError(
                f"The exported embedding model {path} can't be written ({error.strerror or error}). "
                "Check that the disk has room and that the folder may be written to, then try again."
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)


def _compare(original: Any, exported: Path) -> None:
    """Refuse an export whose vectors are not those of the original; the exporter is new and models differ."""
    texts = ["A short text.", "A longer text about something else, with more words than the first one has."]
    again = OnnxEmbedder(exported, bundled_model_folder() / "tokenizer.json").embed(texts)
    if float((original.encode(texts, normalize_embeddings=True) * again).sum(axis=1).min()) < 0.9999:
        raise ConfigError(
            "The export of the embedding model to ONNX gives other vectors than the model itself. "
            "Install the versions of torch, onnx and onnxruntime that constraints.txt names."
        )


def load_sentence_transformer(model: str, dtype: str) -> Any:
    """Load a ``SentenceTransformer`` on the CPU.

    Args:
        model: As for ``TorchEmbedder``.
        dtype: ``float32`` or ``bfloat16``.

    Raises:
        ConfigError: There is no such model, or it can't be loaded.
    """
    place = str(bundled_model_folder()) if model == BUNDLED_MODEL else model
    with _quiet():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(place, device="cpu", model_kwargs={"dtype": dtype})
        except Exception as error:
            raise ConfigError(
                f"The embedding model “{model}” can't be loaded ({error}). Give the folder of a sentence-transformers "
                f"model, or use {BUNDLED_MODEL}, which is installed with this package."
            ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' progress bars and notices of their own off the terminal."""
    levels = {name: logging.getLogger(name).level for name in ("torch.onnx", "transformers", "sentence_transformers")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


STEP = "/step"
"""Ends the name of the array that has the size of a step."""

QUESTION_ADAPTER = Path(__file__).with_name("question_adapter.npz")
"""What to add to the weights of all-MiniLM-L6-v2 so that a question comes nearer to what answers it.

For each weight matrix the changes in steps of 8 bits, and the size of a step for each row. Fitted by
``advisor.evals.training.questions`` to questions that the bundled knowledge answers; the texts keep the vectors of the
original model.
"""


def adapt(encoder: Any, adapter: Path) -> None:
    """Add the changes in a file such as ``QUESTION_ADAPTER`` to the weights of a BERT encoder."""
    import torch

    weights = dict(encoder.named_parameters())
    with np.load(adapter, allow_pickle=False) as stored, torch.no_grad():
        for name in stored.files:
            if not name.endswith(STEP):
                weights[name] += torch.from_numpy(stored[name] * stored[name + STEP])


KNOWN_ANSWERS = Path(__file__).with_name("known_answers.npz")
"""What sentences of the bundled knowledge answer.

For each, the unit vector of the sentence plus the mean of the vectors, as questions, of the questions that were written
for it, in steps of 8 bits; and the content terms of those questions. Made by ``advisor.evals.training.questions``. A
sentence that has changed since is not among them.
"""


class KnownAnswers:
    """What ``KNOWN_ANSWERS`` has, by the digest of a sentence.

    Args:
        path: The file; read at first use.
    """

    def __init__(self, path: Path = KNOWN_ANSWERS) -> None:
        self._path = path

    @cached_property
    def _stored(self) -> tuple[dict[str, int], Vectors, list[frozenset[str]]]:
        with np.load(self._path, allow_pickle=False) as stored:
            rows = {digest: row for row, digest in enumerate(stored["digests"].tolist())}
            terms = [frozenset(own.split()) for own in stored["terms"].tolist()]
            return rows, stored["vectors"] * stored["vectors" + STEP], terms

    def _row(self, sentence: str) -> int | None:
        return self._stored[0].get(_digest(sentence))

    def vector(self, sentence: str) -> Vectors | None:
        """Return the unit vector of a sentence if it is known."""
        row = self._row(sentence)
        return None if row is None else self._stored[1][row]

    def terms(self, sentence: str) -> frozenset[str]:
        """Return the content terms of the questions that a sentence answers, if it is known."""
        row = self._row(sentence)
        return frozenset() if row is None else self._stored[2][row]

    @staticmethod
    def write(
        sentences: Sequence[str], vectors: Vectors, terms: Sequence[Iterable[str]], path: Path = KNOWN_ANSWERS
    ) -> None:
        """Write unit vectors of sentences, shape (len(sentences), dimensions), and the terms of their questions."""
        steps = np.abs(vectors).max(axis=1, keepdims=True) / 127
        np.savez_compressed(
            path,
            digests=np.asarray([_digest(sentence) for sentence in sentences]),
            vectors=np.round(vectors / steps).astype(np.int8),
            terms=np.asarray([" ".join(sorted(own)) for own in terms]),
            **{"vectors" + STEP: steps.astype(np.float32)},
        )


@lru_cache(maxsize=16384)
def _digest(sentence: str) -> str:
    return text_digest(" ".join(sentence.split()))


class AsymmetricEmbedder:
    """An embedder with one model for texts and another for questions, whose vectors are comparable.

    Args:
        texts: Embeds texts.
        questions: Embeds questions.
        answers: What sentences are known to answer.
    """

    def __init__(self, texts: OnnxEmbedder, questions: OnnxEmbedder, answers: KnownAnswers) -> None:
        self.fingerprint = texts.fingerprint
        self.answers = answers
        self._texts = texts
        self._questions = questions

    def load(self) -> None:
        """Load both models now; otherwise the first use does."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(OnnxEmbedder.load, (self._texts, self._questions)))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimensions)."""
        return self._texts.embed(texts)

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(questions), dimensions)."""
        return self._questions.embed(questions)


class OnnxEmbedder:
    """The exported model, run by onnxruntime without torch. Made for questions and sentences.

    Args:
        path: The exported file; see ``TorchEmbedder.export_onnx``.
        tokenizer: The model's ``tokenizer.json``.
        fingerprint: Fingerprint of the model that was exported.
    """

    def __init__(self, path: Path, tokenizer: Path, fingerprint: str = BUNDLED_MODEL) -> None:
        self.fingerprint = fingerprint
        self._path = path
        self._tokenizer_path = tokenizer
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def load(self) -> tuple[Any, Any]:
        """Load model and tokenizer now; otherwise the first use does.

        Raises:
            ConfigError: The exported file is damaged.
        """
        with self._lock:
            if self._loaded is None:
                import onnxruntime
                from tokenizers import Tokenizer

                options = onnxruntime.SessionOptions()
                options.log_severity_level = 3
                # Two models share the cores: threads that wait busily for one would take them from the other.
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                try:
                    session = onnxruntime.InferenceSession(
                        str(self._path), sess_options=options, providers=["CPUExecutionProvider"]
                    )
                except Exception as error:  # onnxruntime's errors have no base of their own
                    raise ConfigError(
                        f"The exported embedding model {self._path} can't be loaded ({' '.join(str(error).split())}). "
                        "Delete that file: the next command makes it again."
                    ) from error
                tokenizer = Tokenizer.from_file(str(self._tokenizer_path))
                tokenizer.enable_truncation(MAX_TOKENS)
                tokenizer.no_padding()
                self._loaded = session, tokenizer
            return self._loaded

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), 384)."""
        session, tokenizer = self.load()
        encodings = tokenizer.encode_batch(list(texts))
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        # Similar lengths together: padding is work for nothing.
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for i in range(0, len(order), 8):
            rows = order[i : i + 8]
            width = max(len(encodings[row].ids) for row in rows)
            ids = np.zeros((len(rows), width), dtype=np.int64)
            mask = np.zeros((len(rows), width), dtype=np.int64)
            for at, row in enumerate(rows):
                length = len(encodings[row].ids)
                ids[at, :length] = encodings[row].ids
                mask[at, :length] = 1
            vectors[rows] = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def _unit(array: Vectors) -> Vectors:
    """Scale rows to length 1; a row of zeros stays one."""
    lengths: Vectors = np.maximum(np.linalg.norm(array, axis=1, keepdims=True), 1e-12)
    return np.asarray(array / lengths, dtype=np.float32)


class LangChainEmbedder:
    """Any LangChain ``Embeddings`` object.

    Args:
        embeddings: The model.
        fingerprint: A name that changes when the model changes.
    """

    def __init__(self, embeddings: Embeddings, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._embeddings = embeddings

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimensions)."""
        array = np.asarray(self._embeddings.embed_documents(list(texts)), dtype=np.float32)
        return _unit(array)


class _RecentVectors:
    """Vectors by key, of which those used last are kept."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, keys: Sequence[str]) -> dict[str, Vectors]:
        with self._lock:
            return {key: self._kept[key] for key in keys if key in self._kept}

    def keep(self, vectors: Mapping[str, Vectors]) -> None:
        with self._lock:
            for key, vector in vectors.items():
                self._kept[key] = vector
                self._kept.move_to_end(key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


class RememberingEmbedder:
    """An embedder that computes no vector twice that it still remembers.

    Sentences of the bundled knowledge are remembered in the catalog, the last few thousand other texts in memory.

    Args:
        embedder: Computes what is not remembered.
        catalog: Where vectors of the bundled knowledge's sentences are stored.
        capacity: Most vectors kept in memory.
    """

    def __init__(self, embedder: Embedder, catalog: Catalog, capacity: int = 4096) -> None:
        self.fingerprint = embedder.fingerprint
        self._embedder = embedder
        self._catalog = catalog
        self._recent = _RecentVectors(capacity)
        self._questions = _RecentVectors(MOST_QUESTIONS)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimensions)."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        digests = [text_digest(text) for text in texts]
        known = self._recent.known(digests)
        unknown = [digest for digest in digests if digest not in known]
        if unknown:
            stored = self._catalog.sentence_vectors(unknown)
            known.update({digest: np.frombuffer(vector, "<f4") for digest, vector in stored.items()})
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        if missing:
            known.update(zip(missing, self._embedder.embed(list(missing.values())), strict=True))
        self._recent.keep(known)
        return np.stack([known[digest] for digest in digests])

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """Return unit vectors of questions, by the embedder's model for questions if it has one."""
        if not isinstance(self._embedder, AsymmetricEmbedder):
            return self.embed(questions)
        known = self._questions.known(questions)
        if missing := list(dict.fromkeys(text for text in questions if text not in known)):
            known.update(zip(missing, self._embedder.embed_questions(missing), strict=True))
        self._questions.keep(known)
        return np.stack([known[text] for text in questions])

    def embed_answers(self, sentences: Sequence[str]) -> Vectors:
        """Return unit vectors of sentences by what they are known to answer; else they have their own."""
        if not isinstance(self._embedder, AsymmetricEmbedder):
            return self.embed(sentences)
        answers = [self._embedder.answers.vector(sentence) for sentence in sentences]
        if unknown := [i for i, vector in enumerate(answers) if vector is None]:
            for i, vector in zip(unknown, self.embed([sentences[i] for i in unknown]), strict=True):
                answers[i] = vector
        return np.stack([vector for vector in answers if vector is not None])

    def asked_terms(self, sentences: Sequence[str]) -> list[frozenset[str]]:
        """Return for each sentence the content terms of the questions that it is known to answer."""
        known = self._embedder.answers if isinstance(self._embedder, AsymmetricEmbedder) else None
        return [frozenset() if known is None else known.terms(sentence) for sentence in sentences]

    def remember(self, texts: Sequence[str]) -> None:
        """Compute and store the vectors of sentences that are not in the catalog yet."""
        digests = {text_digest(text): text for text in texts}
        stored = self._catalog.sentence_vectors(list(digests))
        fresh = {digest: text for digest, text in digests.items() if digest not in stored}
        if fresh:
            vectors = self._embedder.embed(list(fresh.values()))
            self._catalog.store_sentence_vectors(
                {digest: row.astype("<f4").tobytes() for digest, row in zip(fresh, vectors, strict=True)}
            )
