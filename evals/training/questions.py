"""Fit the adapter that turns all-MiniLM-L6-v2 into a model for questions, and write it beside the embedder.

    python -m advisor.evals.training.questions [--write | --answers]

The texts keep the vectors of the original model, so nothing that is stored changes; only the encoder of the question is
trained (as Karpukhin et al. 2020 train one encoder for each side). Each listed question has to come nearest to its own
topic: to the topic's sentences (the log-sum-exp of its similarities to them) and to the mean of the other questions
that the topic lists, against all other topics. The questions of ``asked.yaml``, each written for one sentence, and
those of ``plain.yaml``, for which readers found the sentences, have to come nearest to those sentences as well; where
they then lie tells what a sentence answers (``KNOWN_ANSWERS``). A fifth of the questions that guidance lists is held
out (``held_out``) and shows what came of it, as do other questions with the sentences that readers marked
(``marked.yaml``). What changed in each weight matrix is then kept in steps of 8 bits.

It takes about half an hour on two cores. A sentence that is only put in other words needs no training: change it in
``asked.yaml``, ``plain.yaml`` and ``marked.yaml`` as well, and call this with ``--answers``.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from advisor.assembly import open_knowledge
from advisor.knowledge_base import KnowledgeBase
from advisor.retrieval.embedding import QUESTION_ADAPTER, STEP, KnownAnswers, adapt, load_sentence_transformer
from advisor.sentences import sentence_spans
from advisor.settings import BUNDLED_MODEL, Settings
from advisor.terms import content_terms

from . import held_out
from .held_out import HeldOut

if TYPE_CHECKING:
    import torch
    from torch import Tensor

EPOCHS, BATCH, RATE, WARM_UP = 4, 64, 1e-4, 15
MAX_TOKENS = 64
SHARPNESS_OF_SENTENCES, SHARPNESS_OF_TOPICS = 20.0, 25.0
"""Inverse temperatures of the two losses."""
SMOOTHING = 0.05
BESIDES_THE_BEST = 0.5
"""How much a sentence counts that answers a question too, beside the one that answers it best."""


class Targets(NamedTuple):
    """What questions are trained towards; vectors of the original model.

    Attributes:
        questions: The listed questions, then those that single sentences answer.
        topic: Number of the topic of each, shape (len(questions),).
        answers: Numbers of the sentences that answer each, best first; none for a listed question.
        listed: Vectors of the listed questions, shape (listed questions, dimensions).
        sentence_texts: All sentences under listed topics.
        sentences: Their vectors, shape (len(sentence_texts), dimensions).
        sentence_topic: Number of the topic of each.
        held_out: Questions that are not trained on.
        held_out_topic: Number of the topic of each.
        marked: Questions for which readers marked sentences; not trained on either.
        marked_sentences: Numbers of the sentences marked for each.
    """

    questions: list[str]
    topic: Tensor
    answers: list[list[int]]
    listed: Tensor
    sentence_texts: list[str]
    sentences: Tensor
    sentence_topic: Tensor
    held_out: list[str]
    held_out_topic: Tensor
    marked: list[str]
    marked_sentences: list[list[int]]


def main() -> None:
    """Fit, print what came out, and write it if asked to."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--write", action="store_true", help="write adapter and answers into the package")
    choice.add_argument("--answers", action="store_true", help="train nothing, write the answers")
    arguments = parser.parse_args()
    torch.manual_seed(held_out.SEED)
    random.seed(held_out.SEED)
    questions, documents = held_out.split()
    with TemporaryDirectory() as folder:
        held_out.write(documents, Path(folder) / "knowledge")
        with open_knowledge(Settings(data_dir=Path(folder) / "index", bundled_knowledge=False)) as kb:
            kb.sync_bundled(Path(folder) / "knowledge")
            targets = _targets(kb, questions)
    model = load_sentence_transformer(BUNDLED_MODEL, "float32")
    encoder = Encoder(model)
    if arguments.answers:
        adapt(encoder.network, QUESTION_ADAPTER)
        _write_answers(encoder, targets)
        return
    original = {name: weight.detach().clone() for name, weight in encoder.network.named_parameters()}
    _report("before", encoder, targets)
    _train(encoder, targets)
    _report("after", encoder, targets)
    adapter = _stepwise(encoder.network, original)
    _report("in steps", encoder, targets)
    if arguments.write:
        np.savez_compressed(QUESTION_ADAPTER, **adapter)  # type: ignore[arg-type]  # numpy's stub has allow_pickle first
        _write_answers(encoder, targets)


class Encoder:
    """The encoder with mean pooling, as a sentence-transformers model has it, for training."""

    def __init__(self, model: Any) -> None:
        import torch

        self.network: torch.nn.Module = model[0].auto_model
        self._tokenizer = model.tokenizer
        # On a processor, dropout and the fused attention's gradient take three quarters of the time; neither helps.
        model[0].auto_model.set_attn_implementation("eager")
        for module in self.network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Return unit vectors, shape (len(texts), dimensions)."""
        import torch
        from torch.nn import functional

        batch = self._tokenizer(
            list(texts),
            padding=True,
            pad_to_multiple_of=16,  # few shapes: torch compiles its kernels anew for each
            truncation=True,
            max_length=MAX_TOKENS,
            return_tensors="pt",
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.network(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1).float()
        return functional.normalize((hidden.float() * mask).sum(1) / mask.sum(1), dim=1)


def _targets(kb: KnowledgeBase, questions: Sequence[HeldOut]) -> Targets:
    import torch

    listed = kb.listed_questions()
    topics = {topic: number for number, topic in enumerate(dict.fromkeys((q.source_id, q.topic) for q in listed))}
    sentences, sentence_topic = list[str](), list[int]()
    for source in kb.sources():
        for passage in kb.passages(source.id):
            of = next((topics[source.id, h] for h in reversed(passage.headings) if (source.id, h) in topics), None)
            if of is not None:
                spans = sentence_spans(passage.text)
                sentences += [" ".join(passage.text[start:end].split()) for start, end in spans]
                sentence_topic += [of] * len(spans)
    embed = kb.sentence_embedder.embed
    number = {text: i for i, text in reversed(list(enumerate(sentences)))}

    def answered(name: str) -> list[tuple[str, list[int]]]:
        found = [
            (entry["question"], [number[one["text"]] for one in entry["sentences"] if one["text"] in number])
            for entry in _data(name)
        ]
        return [(question, sentences) for question, sentences in found if sentences]

    asked = [
        (question, [number[sentence["text"]]])
        for topic in _data("asked.yaml")
        for sentence in topic["sentences"]
        for question in sentence["questions"]
    ]
    asked += answered("plain.yaml")
    marked = answered("marked.yaml")
    return Targets(
        questions=[*(q.text for q in listed), *(question for question, _ in asked)],
        topic=torch.tensor(
            [*(topics[q.source_id, q.topic] for q in listed), *(sentence_topic[best] for _, [best, *_] in asked)]
        ),
        answers=[*([] for _ in listed), *(sentences for _, sentences in asked)],
        listed=torch.from_numpy(embed([q.text for q in listed])),
        sentence_texts=sentences,
        sentences=torch.from_numpy(embed(sentences)),
        sentence_topic=torch.tensor(sentence_topic),
        held_out=[q.text for q in questions],
        held_out_topic=torch.tensor([topics[q.source_id, q.topic] for q in questions]),
        marked=[question for question, _ in marked],
        marked_sentences=[sentences for _, sentences in marked],
    )


def _data(name: str) -> Any:
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), yaml.CSafeLoader)


def _to_sentences(targets: Targets, vectors: Tensor) -> Tensor:
    """Return the score of each topic by its sentences, shape (len(vectors), topics)."""
    import torch

    alike = torch.exp((vectors @ targets.sentences.T - 1) * SHARPNESS_OF_SENTENCES)
    topics = int(targets.topic.max()) + 1
    return torch.log(torch.zeros(len(vectors), topics).index_add_(1, targets.sentence_topic, alike) + 1e-9)


def _to_topics(targets: Targets, vectors: Tensor, own: Tensor | None = None) -> Tensor:
    """Return the score of each topic by its questions; a question that is trained on doesn't count for itself."""
    import torch
    from torch.nn import functional

    sums = torch.zeros(int(targets.topic.max()) + 1, targets.listed.shape[1])
    sums.index_add_(0, targets.topic[: len(targets.listed)], targets.listed)
    scores = vectors @ functional.normalize(sums, dim=1).T
    if own is not None:
        rows = torch.nonzero(own < len(targets.listed))[:, 0]
        topic = targets.topic[own[rows]]
        others = functional.normalize(sums[topic] - targets.listed[own[rows]], dim=1)
        scores = scores.clone()
        scores[rows, topic] = (vectors[rows] * others).sum(dim=1)
    return scores * SHARPNESS_OF_TOPICS


def _train(encoder: Encoder, targets: Targets) -> None:
    import torch
    from torch.nn import functional

    trained = [weight for name, weight in encoder.network.named_parameters() if "embeddings" not in name]
    steps = EPOCHS * -(-len(targets.questions) // BATCH)
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
    )
    encoder.network.train()
    for batch in track(_batches(targets.questions), "Training", total=steps, console=Console(stderr=True)):
        vectors, topic = encoder([targets.questions[i] for i in batch]), targets.topic[batch]
        loss = functional.cross_entropy(_to_sentences(targets, vectors), topic, label_smoothing=SMOOTHING)
        loss += functional.cross_entropy(
            _to_topics(targets, vectors, torch.tensor(batch)), topic, label_smoothing=SMOOTHING
        )
        answered = [row for row, i in enumerate(batch) if targets.answers[i]]
        wanted = torch.stack([_wanted(targets, batch[row]) for row in answered])
        near = vectors[answered] @ targets.sentences.T * SHARPNESS_OF_SENTENCES
        loss += functional.cross_entropy(near, wanted, label_smoothing=SMOOTHING, reduction="sum") / len(batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
    encoder.network.eval()


def _wanted(targets: Targets, question: int) -> Tensor:
    """Return how near a question is to come to each sentence: most to the best, less to the others that answer it."""
    import torch

    best, *others = targets.answers[question]
    wanted = torch.zeros(len(targets.sentence_texts))
    wanted[others] = BESIDES_THE_BEST
    wanted[best] = 1.0
    return wanted / wanted.sum()


def _batches(questions: Sequence[str]) -> Iterator[list[int]]:
    """Yield batches of similar length, in another order each epoch."""
    for _ in range(EPOCHS):
        order = sorted(range(len(questions)), key=lambda i: len(questions[i]) + 60 * random.random())
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        random.shuffle(batches)
        yield from batches


def _stepwise(network: torch.nn.Module, original: dict[str, Tensor]) -> dict[str, NDArray[np.int8 | np.float32]]:
    """Return what was learnt in steps of 8 bits, and leave the network with just that."""
    import torch

    adapter: dict[str, NDArray[np.int8 | np.float32]] = {}
    with torch.no_grad():
        for name, weight in network.named_parameters():
            change = weight - original[name]
            if change.any():
                step = change.abs().amax(dim=-1, keepdim=True).clamp(min=1e-12) / 127
                steps = (change / step).round()
                adapter[name], adapter[name + STEP] = steps.to(torch.int8).numpy(), step.numpy()
                weight.copy_(original[name] + steps * step)
    return adapter


def _write_answers(encoder: Encoder, targets: Targets) -> None:
    """Write for each sentence its vector plus that of the questions written for it, and their terms."""
    import torch
    from torch.nn import functional

    first = len(targets.listed)
    asked, answers = targets.questions[first:], targets.answers[first:]
    numbers = [number for sentences in answers for number in sentences]
    terms: list[set[str]] = [set() for _ in targets.sentence_texts]
    for question, sentences in zip(asked, answers, strict=True):
        for number in sentences:
            terms[number].update(content_terms(question))
    with torch.no_grad():
        sums = torch.zeros_like(targets.sentences)
        encoded = _encoded(encoder, asked).repeat_interleave(torch.tensor([len(own) for own in answers]), dim=0)
        sums.index_add_(0, torch.tensor(numbers), encoded)
        vectors = functional.normalize(targets.sentences + functional.normalize(sums, dim=1), dim=1)
    known = sorted(set(numbers))
    KnownAnswers.write([targets.sentence_texts[i] for i in known], vectors[known].numpy(), [terms[i] for i in known])


def _report(when: str, encoder: Encoder, targets: Targets) -> None:
    """Print for how many questions the right topic is among the first 1, 3 and 5, and a marked sentence likewise."""
    import torch

    encoder.network.eval()
    with torch.no_grad():
        vectors = _encoded(encoder, targets.held_out)
        scores = (_to_sentences(targets, vectors) + _to_topics(targets, vectors)) / 2
        right = scores.gather(1, targets.held_out_topic[:, None])
        print(f"{when}: right topic {_among_first((scores > right).sum(dim=1))} held-out questions")
        near = _encoded(encoder, targets.marked) @ targets.sentences.T
        best = torch.stack([row[marked].max() for row, marked in zip(near, targets.marked_sentences, strict=True)])
        print(f"{when}: a marked sentence {_among_first((near > best[:, None]).sum(dim=1))} marked questions")


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Tensor:
    import torch

    return torch.cat([encoder(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])


def _among_first(ranks: Tensor) -> str:
    shares = ", ".join(f"{float((ranks < first).float().mean()):.3f}" for first in (1, 3, 5))
    return f"among the first 1, 3, 5 for {shares} of {len(ranks)}"


if __name__ == "__main__":
    main()
