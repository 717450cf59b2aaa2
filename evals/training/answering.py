"""Fit the cross-encoder that says how well a sentence answers a question (``advisor.verification.answering``).

``advisor.evals.training.answerability`` calls this. It starts from all-MiniLM-L6-v2. First it learns from the questions
of ``asked.yaml`` and ``plain.yaml`` to put the sentences that answer a question before others that lie near it. Then it
learns from the questions that the library does or doesn't answer: of the nearest sentences of one that it doesn't,
none may score; of one that it does, at least one must (its labels don't say which: multiple-instance learning,
Dietterich et al. 1997). The second step is also done without a half of those questions, and again without the other, so
that whatever is fitted to the scores sees scores of questions that were not trained on.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import yaml
from rich.console import Console
from rich.progress import track

from advisor.ports import Embedder, QuestionEmbedder, Vectors
from advisor.verification.answering import LEAST, MAX_TOKENS, NEAREST, shortened

from .network import Network, batches

if TYPE_CHECKING:
    from torch import Tensor

SHARE_OF_ASKED = 0.6
"""Share of the questions of ``asked.yaml`` that are trained on; all would take half as long again."""
AGAIN = 2500
"""Questions of the first step that the second one repeats, so that it doesn't forget."""
RATE, RATE_OF_SECOND = 2e-4, 1e-4
WIDTHS = (24, 32, 40, 48, 56, 64, 80, 96, 112, MAX_TOKENS)
SMOOTHING = 0.1
YES, NO = 0.95, 0.02
"""What the probability of a sentence that answers, and of one that doesn't, is trained towards."""
TOLD_UNDER = 0.85
"""Share of the sentences that are shown with their heading; the user's documents may have none."""
ALIKE = 0.8
"""Cosine similarity from which on a sentence says what one that answers says."""


class Example(NamedTuple):
    """A question that the library does or doesn't answer.

    Attributes:
        question: Its text, self-contained.
        own: Its own words, which it has in common with what was made of it.
        nearest: The nearest sentences, best first, as ``told_under`` gives them.
        answered: Whether the library answers it.
    """

    question: str
    own: str
    nearest: list[str]
    answered: bool


class Group(NamedTuple):
    """Texts compared with one question.

    Attributes:
        question: The question.
        texts: The texts; for ``kind`` ``ranked``, those that answer it come first, and the last one lies far away.
        kind: ``ranked``, ``none`` (no text answers it) or ``some`` (at least one does).
        answering: For ``ranked``, how many answer it.
    """

    question: str
    texts: list[str]
    kind: str
    answering: int = 0


def fit(examples: Sequence[Example], embedder: Embedder, path: Path | None) -> Vectors:
    """Fit the cross-encoder to all examples, and to each half of them.

    Args:
        examples: What the second step learns from.
        embedder: Finds sentences that lie near a question.
        path: Where to write the exported model, unless ``None``.

    Returns:
        For each example, the greatest logit of its ``NEAREST`` sentences by a model that was not trained on it, shape
        (len(examples),).
    """
    import torch

    torch.manual_seed(5)
    rng = random.Random(5)
    ranked = _ranked(embedder, rng)
    base = Network(1, WIDTHS)
    _train(base, ranked, RATE, "What answers")
    half = np.asarray([sha256(example.own.lower().encode()).digest()[0] % 2 for example in examples])
    found = np.full(len(examples), LEAST, dtype=np.float32)
    for number in (0, 1):
        network = copy.deepcopy(base)
        rest = [example for example, own in zip(examples, half, strict=True) if own != number]
        _train(network, _second(rest, ranked, rng), RATE_OF_SECOND, "Without a half")
        for i in map(int, np.flatnonzero(half == number)):
            if examples[i].nearest:
                pairs = [(shortened(examples[i].question), text) for text in examples[i].nearest[:NEAREST]]
                with torch.inference_mode():
                    found[i] = float(network.logits(pairs).max())
    if path is not None:
        _train(base, _second(examples, ranked, rng), RATE_OF_SECOND, "With all")
        base.export(path)
    return found


def _ranked(embedder: Embedder, rng: random.Random) -> list[Group]:
    """Return questions with sentences that answer them, sentences that lie near, and one that lies anywhere."""
    asked = [
        (question, [sentence["text"]])
        for topic in _data("asked.yaml")
        for sentence in topic["sentences"]
        for question in sentence["questions"]
    ]
    asked = rng.sample(asked, int(SHARE_OF_ASKED * len(asked)))
    asked += [(entry["question"], [one["text"] for one in entry["sentences"]]) for entry in _data("plain.yaml")]
    under = {s["text"]: f"{topic['topic']} {s['text']}" for topic in _data("asked.yaml") for s in topic["sentences"]}
    texts = list(under)
    number = {text: i for i, text in enumerate(texts)}
    vectors = embedder.embed(texts)
    answers = embedder.embed_answers(texts) if isinstance(embedder, QuestionEmbedder) else vectors
    encode = embedder.embed_questions if isinstance(embedder, QuestionEmbedder) else embedder.embed
    groups = []
    for question, answering in track(asked, "Reading what answers", console=Console(stderr=True)):
        own = [number[text] for text in answering if text in number]
        if not own:
            continue
        own = [own[0], *rng.sample(own[1:], min(1, len(own) - 1))]
        near = np.argsort(-(answers @ encode([question])[0]))[:24]
        others = [int(i) for i in near if (vectors[own] @ vectors[i]).max() < ALIKE]
        chosen = [*own, *rng.sample(others[:6], 2), rng.choice(others[6:]), rng.randrange(len(texts))]
        told = [under[texts[i]] if rng.random() < TOLD_UNDER else texts[i] for i in chosen]
        groups.append(Group(question, told, "ranked", len(own)))
    return groups


def _second(examples: Sequence[Example], ranked: Sequence[Group], rng: random.Random) -> list[Group]:
    groups = rng.sample(ranked, AGAIN)
    for example in examples:
        if example.answered:
            groups.append(Group(example.question, example.nearest[:5], "some"))
        else:
            further = example.nearest[2:]
            texts = [*example.nearest[:2], *rng.sample(further, min(2, len(further)))]
            groups.append(Group(example.question, texts, "none"))
    return [group for group in groups if group.texts]


def _data(name: str) -> Any:
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), yaml.CSafeLoader)


def _train(network: Network, groups: Sequence[Group], rate: float, what: str) -> None:
    """Learn from each group once."""
    import torch

    pairs = [[(shortened(group.question), text) for text in group.texts] for group in groups]
    longest = [max(network.lengths(own)) for own in pairs]
    rng = random.Random(5)
    prepared = batches(groups, lambda i: (len(pairs[i]), network.width(longest[i])), rng)
    optimizer, schedule = network.optimizer(rate, len(prepared))
    weights = network.weights()
    for batch in track(prepared, what, console=Console(stderr=True)):
        logits = network.logits([(shortened(group.question), text) for group in batch for text in group.texts])[:, 0]
        shares = torch.split(logits, [len(group.texts) for group in batch])
        loss = torch.stack([_loss(group, own) for group, own in zip(batch, shares, strict=True)]).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()


def _loss(group: Group, logits: Tensor) -> Tensor:
    import torch
    from torch.nn import functional

    if group.kind == "ranked":
        wanted = torch.zeros(len(logits))
        wanted[: group.answering] = torch.tensor([1.0, 0.5])[: group.answering]
        ranking = functional.cross_entropy(logits, wanted / wanted.sum(), label_smoothing=SMOOTHING)
        sure = torch.cat([logits[: group.answering], logits[-1:]])
        target = torch.tensor([YES] * group.answering + [NO])
        return ranking + 0.5 * functional.binary_cross_entropy_with_logits(sure, target, reduction="sum")
    if group.kind == "some":
        logits = torch.logsumexp(logits, 0, keepdim=True)
    target = torch.full_like(logits, YES if group.kind == "some" else NO)
    return 2 * functional.binary_cross_entropy_with_logits(logits, target)
