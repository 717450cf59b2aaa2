"""Where settings meet adapters."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.coverage import Coverage
from advisor.domain import Progress
from advisor.errors import ConfigError, IndexBusy
from advisor.knowledge_base import KnowledgeBase
from advisor.ports import Embedder, Generator, ProgressCallback, Verifier
from advisor.retrieval.catalog import Catalog
from advisor.retrieval.disagreements import RecordedDisagreement, load_disagreements
from advisor.retrieval.embedding import (
    QUESTION_ADAPTER,
    AsymmetricEmbedder,
    KnownAnswers,
    LangChainEmbedder,
    OnnxEmbedder,
    RememberingEmbedder,
    TorchEmbedder,
)
from advisor.retrieval.hybrid import HybridRetriever
from advisor.retrieval.topics import ListedTopics
from advisor.retrieval.vectors import ChromaVectors
from advisor.service import Advisor
from advisor.settings import BUNDLED_MODEL, Settings, bundled_model_folder

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel

    from advisor.verification.entailment import Entailment


def open_knowledge(
    settings: Settings,
    *,
    embeddings: Embeddings | None = None,
    progress: ProgressCallback | None = None,
) -> KnowledgeBase:
    """Open the knowledge base, and make or mend its index first where needed.

    The first call indexes the bundled knowledge, which takes one to two minutes. Later calls only do what is
    missing: knowledge that came with a new version of the package, or what a killed process left undone.

    Args:
        settings: The settings.
        embeddings: A LangChain embedding model to use instead of the one in the settings. Its class and model name
            become part of the index's identity.
        progress: Is told about each step.

    Raises:
        IndexMismatch: The index was made with another embedding model.
        IndexBusy: There is nothing to read yet, and another process is making it.
        KnowledgeError: The index can't be read.
        ConfigError: The data folder can't be made or written to, or the embedding model can't be loaded.
    """
    _make_data_folder(settings.data_dir)
    passages, sentences = _embedders(settings, embeddings, progress)
    data = settings.data_dir
    catalog = Catalog(data / "catalog.sqlite", passages.fingerprint)
    vectors = ChromaVectors(data / "vectors", catalog.meta("uid") or "", settings.chroma_url)
    remembering = RememberingEmbedder(sentences, catalog)
    topics = ListedTopics(catalog, vectors)
    kb = KnowledgeBase(
        catalog=catalog,
        vectors=vectors,
        passage_embedder=passages,
        sentence_embedder=remembering,
        topics=topics,
        retriever=HybridRetriever(catalog, vectors, remembering, topics),
        max_bytes=int(settings.max_file_mb * 1_000_000),
    )
    if isinstance(sentences, AsymmetricEmbedder):
        # Loading the model and importing Chroma take a while each, and can do so side by side.
        threading.Thread(target=_load_ahead, args=(sentences,), name="load-embedding-model", daemon=True).start()
    try:
        _bring_up_to_date(kb, catalog, settings, progress)
    except IndexBusy:
        if not len(kb):
            kb.close()
            raise
        # Somebody else is writing and will finish; what is there can be read meanwhile.
    except BaseException:
        kb.close()
        raise
    return kb


def build_advisor(settings: Settings, kb: KnowledgeBase, *, model: BaseChatModel | None = None) -> Advisor:
    """Build the advisor that the settings describe.

    Args:
        settings: The settings.
        kb: The knowledge base to answer from.
        model: A LangChain chat model to draft the claims, instead of the one in the settings.

    Raises:
        ModelUnavailable: The settings name a chat model whose package or key is missing.
    """
    from advisor.generation.extractive import ExtractiveGenerator
    from advisor.verification.contradicting import ContradictionFinder
    from advisor.verification.entailment import Entailment

    entailment = Entailment()
    embedder = kb.sentence_embedder
    generator: Generator = ExtractiveGenerator(embedder, settings.max_words)
    if model is not None or settings.model is not None:
        from advisor.generation.chat import ChatGenerator
        from advisor.generation.models import chat_model

        generator = ChatGenerator(
            model if model is not None else chat_model(settings),
            fallback=generator,
            timeout=settings.model_timeout,
            retries=settings.model_retries,
        )
    return Advisor(
        kb,
        generator,
        build_verifier(embedder, entailment),
        embedder=embedder,
        disagreements=kb.disagreement_finder(_recorded()),
        contradictions=ContradictionFinder(entailment),
        evidence_limit=settings.evidence_limit,
        max_words=settings.max_words,
        examples=_examples(kb),
    )


def build_verifier(embedder: Embedder | None = None, entailment: Entailment | None = None) -> Verifier:
    """Build the verifier that judges answers and any other text.

    Args:
        embedder: Turns sentences into vectors, for example ``open_embedder(settings)``; without one, the checks look at
            words alone.
        entailment: The model that reads claims together with evidence; the bundled one if ``None``.
    """
    from advisor.verification.entailment import Entailment
    from advisor.verification.verifier import SupportVerifier

    return SupportVerifier(embedder, entailment or Entailment())


def open_embedder(settings: Settings, *, progress: ProgressCallback | None = None) -> Embedder:
    """Open the embedding model for sentences and short passages; no index is opened or made.

    The first call with the bundled model exports it into the data folder, which takes some seconds.

    Args:
        settings: The settings.
        progress: Is told about each step.

    Raises:
        ConfigError: The data folder can't be made or written to, or the model can't be exported.
    """
    _make_data_folder(settings.data_dir)
    model = TorchEmbedder(settings.embedding_model)
    if settings.embedding_model != BUNDLED_MODEL:
        return model
    return _exported(model, settings.data_dir / "models" / f"{BUNDLED_MODEL}.onnx", None, progress)


def coverage(kb: KnowledgeBase) -> Coverage:
    """Count a knowledge base's documents by topic, audience and platform.

    Rows and columns are those of the bundled vocabulary, then the topics that only the user's own documents name.
    """
    import yaml

    vocabulary = yaml.safe_load(files("advisor.knowledge").joinpath("vocabulary.yaml").read_text(encoding="utf-8"))
    sources = kb.sources()
    own = (topic for source in sources for topic in source.topics)
    return Coverage(
        sources=sources,
        topics=tuple(dict.fromkeys((*vocabulary["topics"], *own))),
        audiences=tuple(vocabulary["audiences"]),
        platforms=tuple(vocabulary["platforms"]),
    )


def _make_data_folder(folder: Path) -> None:
    """Find out before anything slow whether there is a place to write to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trouble = None if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else "it may not be written to"
    except OSError as error:
        trouble = "it is no folder" if isinstance(error, FileExistsError) else error.strerror or str(error)
    if trouble is not None:
        raise ConfigError(
            f"The data folder {folder} can't be used: {trouble}. "
            "Name another one with --data-dir, ADVISOR_DATA_DIR or data_dir in advisor.toml."
        )


def _adapter_version() -> str:
    """Return what tells one release's adapter from the next one's."""
    return hashlib.sha256(QUESTION_ADAPTER.read_bytes()).hexdigest()[:8]


def _load_ahead(embedder: AsymmetricEmbedder) -> None:
    with contextlib.suppress(Exception):  # the first use tries again, and tells
        embedder.load()


def _embedders(
    settings: Settings, embeddings: Embeddings | None, progress: ProgressCallback | None
) -> tuple[Embedder, Embedder]:
    """Return the embedder for passages (bulk) and the one for sentences (fast to load)."""
    if embeddings is not None:
        name = getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None) or ""
        own = LangChainEmbedder(embeddings, f"{type(embeddings).__name__}:{name}")
        return own, own
    bulk = TorchEmbedder(settings.embedding_model)
    if settings.embedding_model != BUNDLED_MODEL:
        return bulk, bulk
    models = settings.data_dir / "models"
    texts = _exported(bulk, models / f"{BUNDLED_MODEL}.onnx", None, progress)
    adapted = models / f"{BUNDLED_MODEL}-questions-{_adapter_version()}.onnx"
    return bulk, AsymmetricEmbedder(texts, _exported(bulk, adapted, QUESTION_ADAPTER, progress), KnownAnswers())


def _exported(
    model: TorchEmbedder, path: Path, adapter: Path | None, progress: ProgressCallback | None
) -> OnnxEmbedder:
    """Return the bundled model in its fast form, which is made where it isn't there yet."""
    if not path.exists():
        if progress is not None:
            progress(Progress(stage="preparing the embedding model", item=str(path)))
        model.export_onnx(path, adapter)
    return OnnxEmbedder(path, bundled_model_folder() / "tokenizer.json")


def _bring_up_to_date(
    kb: KnowledgeBase, catalog: Catalog, settings: Settings, progress: ProgressCallback | None
) -> None:
    if settings.bundled_knowledge:
        with as_file(files("advisor.knowledge")) as folder:
            digest = _digest(folder)
            if catalog.meta("bundled") != digest:
                kb.sync_bundled(folder, progress)
                kb.disagreement_finder(_recorded()).remember()
                catalog.set_meta("bundled", digest)
    if not kb.is_settled():
        kb.settle(progress)


def _digest(folder: Path) -> str:
    """Return a hash of the bundled knowledge."""
    found = hashlib.sha256()
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("documents/*.md"), *folder.glob("guidance/*.md")]):
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def _recorded() -> tuple[RecordedDisagreement, ...]:
    place = files("advisor.knowledge").joinpath("disagreements.yaml")
    return load_disagreements(place.read_text(encoding="utf-8"), str(place))


def _examples(kb: KnowledgeBase) -> tuple[str, ...]:
    """Return the questions to begin with; none without the bundled knowledge, which answers them."""
    import yaml

    first = yaml.safe_load(files("advisor.knowledge").joinpath("first_questions.yaml").read_text(encoding="utf-8"))
    listed = {question.text for question in kb.listed_questions(first)}
    return tuple(question for question in first if question in listed)
