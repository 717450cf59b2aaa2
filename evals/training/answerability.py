"""Fit the weights of ``advisor.verification.answerability`` and write them beside it.

    python -m advisor.evals.training.answerability ../shared/data/answering/clapnq_dev_half.jsonl [--write]

Listed passages: the dev half of our questions, the questions beside this file (those that must be answered, and those
that must be refused), some of the listed questions, asked of an index in which they are not listed, alone and as the
second of a conversation, and some asked of a document about something else. The logistic model goes by the best passage
of each; which one that is depends on the weights, so fitting is repeated. The support vector machine sees each question
once, and beside its score stand those of a cross-encoder (``answering``). Other passages: labelled questions of CLAPNQ
(Apache-2.0), each with its own passage as the only evidence. The threshold is the highest at which at most 1.75 % of
our questions are refused falsely (eight-fold cross-validation), and 8 % of CLAPNQ's.

It takes about an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from advisor.asked import is_vague
from advisor.assembly import open_knowledge
from advisor.conversation import resolve, understand
from advisor.domain import Evidence, Passage, Question, Source, Turn
from advisor.evidence import Reading, read
from advisor.knowledge_base import KnowledgeBase
from advisor.settings import BUNDLED_MODEL, Settings
from advisor.verification.answerability import (
    LISTED,
    QUESTION_FEATURES,
    UNLISTED,
    passage_features,
    question_features,
)
from advisor.verification.answering import LEAST, MODEL, nearest_sentences, told_under
from advisor.verification.kernel import KernelClassifier

from ..cases import load_cases
from . import answering, held_out
from .held_out import HeldOut

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC

FALSE_REFUSALS = 0.0175
"""Share of answerable questions that the threshold may refuse; chosen in view of the figures of the test half, too."""
FALSE_REFUSALS_CLAPNQ = 0.08
ROUNDS = 5
LIMIT = 32
"""Passages read for a question, as in ``Advisor``."""
MOST_HELD_OUT = 800
"""Listed questions that are asked of an index in which they are not listed."""
ELSEWHERE = 300
"""Questions asked of a document that doesn't answer them."""
FOLLOW_UPS = 100
"""Questions asked again as the second of a conversation, of each kind."""
COST, GAMMA, VECTOR_SCALE, FEATURE_SCALE = 4.0, 0.1, 2.0, 0.3
"""Of the support vector machine; the best of a dozen settings by cross-validation."""
CANDIDATES = 10
"""Nearest sentences that the cross-encoder is trained with."""
SEED = 5

Rows = list[list[dict[str, float]]]
"""For each question, the features of its passages."""


def main() -> None:
    """Fit, print what came out, and write the weights if asked to."""
    from sklearn.model_selection import StratifiedKFold

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clapnq", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder, _knowledge_without_some_questions(Path(folder)) as (kb, questions):
        examples = list(_our_examples(kb, questions))
        theirs, their_labels = _clapnq_examples(kb, arguments.clapnq)
        read_together = [
            answering.Example(
                reading.text, own, [told_under(s) for s in nearest_sentences(reading)[:CANDIDATES]], bool(label)
            )
            for own, reading, label in examples
        ]
        answers = answering.fit(read_together, kb.sentence_embedder, MODEL if arguments.write else None)
    features = [passage_features(reading) for _, reading, _ in examples]
    ours = [[row for row in rows if row["asks"] > 0] for rows in features]
    inputs = np.stack(
        [question_features(reading, rows) for (_, reading, _), rows in zip(examples, features, strict=True)]
    )
    our_labels = np.asarray([label for _, _, label in examples])
    path = Path(__file__).resolve().parents[2] / "advisor" / "verification" / "answerability.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    model = document["model"]
    probabilities, scores = np.zeros(len(our_labels)), np.zeros(len(our_labels))
    for train, test in StratifiedKFold(8, shuffle=True, random_state=0).split(our_labels, our_labels):
        weights = _fit([ours[i] for i in train], our_labels[train], model["listed"], LISTED)
        probabilities[test] = [_best(ours[i], weights)[0] for i in test]
        means, scales = _scaling(inputs[train])
        machine = _machine().fit((inputs[train] - means) * scales, our_labels[train])
        scores[test] = machine.decision_function((inputs[test] - means) * scales)
    model["listed"] = _fit(ours, our_labels, model["listed"], LISTED)
    model["unlisted"] = _fit(theirs, their_labels, model["unlisted"], UNLISTED)
    clapnq = np.asarray([_best(rows, model["unlisted"])[0] for rows in theirs])
    both = np.column_stack([scores, answers])
    stacked = _stack(both, our_labels)
    classified = stacked.predict_proba(both)[:, 1]
    thresholds = [
        _threshold("ours, logistic", probabilities, our_labels, FALSE_REFUSALS),
        _threshold("ours, support vectors", classified, our_labels, FALSE_REFUSALS),
        _threshold("CLAPNQ", clapnq, their_labels, FALSE_REFUSALS_CLAPNQ),
    ]
    model["listed"]["threshold"], model["unlisted"]["threshold"] = thresholds[0], thresholds[2]
    print(json.dumps(model, indent=2))
    if arguments.write:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        means, scales = _scaling(inputs)
        machine = _machine().fit((inputs - means) * scales, our_labels)
        classifier = KernelClassifier(
            embedder=BUNDLED_MODEL,
            means=means,
            scales=scales,
            vectors=machine.support_vectors_.astype(np.float32),
            coefficients=machine.dual_coef_[0].astype(np.float32),
            intercept=float(machine.intercept_[0]),
            gamma=GAMMA,
            weights=stacked.coef_[0].astype(np.float32),
            offset=float(stacked.intercept_[0]),
            extremes=np.asarray([answers[answers > LEAST].min(), answers.max()], dtype=np.float32),
            threshold=thresholds[1],
        )
        with path.with_suffix(".npz").open("wb") as stream:
            classifier.save(stream)


def _threshold(name: str, found: NDArray[np.float64], labels: NDArray[np.int64], share: float) -> float:
    """Return the threshold that refuses a share of the answerable ones, and print what it does."""
    from sklearn.metrics import roc_auc_score

    threshold = float(np.quantile(found[labels == 1], share, method="lower")) - 0.005
    print(
        f"{name}: {len(labels)} questions, AUC {roc_auc_score(labels, found):.3f}, "
        f"false refusals {np.mean(found[labels == 1] < threshold):.3f}, "
        f"unanswerable ones refused before the rules {np.mean(found[labels == 0] < threshold):.3f}"
    )
    return round(threshold, 2)


def _scaling(inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return means and scales: the question's vectors doubled, each feature standardised and scaled."""
    dimensions = inputs.shape[1] - len(QUESTION_FEATURES)
    means, scales = np.zeros(inputs.shape[1], np.float32), np.full(inputs.shape[1], VECTOR_SCALE, np.float32)
    features = inputs[:, dimensions:]
    means[dimensions:], scales[dimensions:] = features.mean(axis=0), FEATURE_SCALE / features.std(axis=0)
    return means, scales


def _machine() -> SVC:
    from sklearn.svm import SVC

    return SVC(C=COST, gamma=GAMMA)


def _stack(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> LogisticRegression:
    """Return the logistic map from the scores of both models, shape (n, 2), to a probability."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1e6, max_iter=5000).fit(scores, labels)


@contextmanager
def _knowledge_without_some_questions(folder: Path) -> Iterator[tuple[KnowledgeBase, list[HeldOut]]]:
    """Index the bundled knowledge without the questions that are held out; give both."""
    questions, documents = held_out.split()
    held_out.write(documents, folder / "knowledge")
    with open_knowledge(Settings(data_dir=folder / "index", bundled_knowledge=False)) as kb:
        kb.sync_bundled(folder / "knowledge")
        yield kb, random.Random(SEED).sample(questions, MOST_HELD_OUT)


def _our_examples(kb: KnowledgeBase, questions: Sequence[HeldOut]) -> Iterator[tuple[str, Reading, int]]:
    """Yield questions in their own words, readings, and labels: 1 if the knowledge answers the question."""
    asked = [
        (_asked(case.question, case.history), int(case.must_be_answered))
        for case in load_cases()
        if case.split == "dev" and (case.must_be_answered or case.must_be_refused)
    ]
    for name in ("answerable.yaml", "unanswerable.yaml"):
        for entry in yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8")):
            asked.append((_asked(entry["question"], entry.get("history", ())), int(entry["expect"] == "answered")))
    asked += [(_asked(question.text), 1) for question in questions]
    # In a conversation, half of the words are those of the question before.
    rng = random.Random(SEED)
    asked += [(_follow_up(question.text, question.first), 1) for question in rng.sample(questions, FOLLOW_UPS)]
    unanswerable = [question.text for question, label in asked if not label]
    asked += [(_follow_up(text, rng.choice(questions).first), 0) for text in rng.sample(unanswerable, FOLLOW_UPS)]
    for question, label in track(asked, "Reading", console=Console(stderr=True)):
        retrieve = partial(kb.retrieve, limit=LIMIT)
        understood, evidence = (question, retrieve(question)) if question.resolved else understand(question, retrieve)
        if is_vague(understood.resolved):
            continue  # answered as the listed question that it stands for
        yield question.text, read(understood, evidence, kb.sentence_embedder, kb), label
    # What the library knows is not answered by a document about something else.
    sources = [source for source in kb.sources() if source.kind == "guidance"]
    for text in rng.sample(questions, ELSEWHERE):
        question = _asked(text.text)
        found = {piece.source.id for piece in kb.retrieve(question, limit=LIMIT)}
        other = rng.choice([source.id for source in sources if source.id not in found])
        evidence = kb.retrieve(question, limit=LIMIT, sources=[other])
        yield question.text, read(question, evidence, kb.sentence_embedder, kb), 0


def _follow_up(text: str, before: str) -> Question:
    return Question(text=text, resolved=f"{text} (about: {before})")


def _asked(text: str, before: Sequence[str] = ()) -> Question:
    """Return a question with the conversation that it was asked in."""
    history: tuple[Turn, ...] = ()
    for earlier in before:
        history = (*history, Turn(question=resolve(Question(text=earlier, history=history)).resolved))
    return Question(text=text, history=history)


def _clapnq_examples(kb: KnowledgeBase, path: Path) -> tuple[Rows, NDArray[np.int64]]:
    rows, labels = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        text = entry["passage"]
        evidence = Evidence(
            label="E1",
            passage=Passage(id="p", source_id="s", text=text, headings=(entry["title"],), start=0, end=len(text)),
            source=Source(id="s", title=entry["title"], kind="upload", origin="clapnq"),
            score=1.0,
        )
        question = Question(text=entry["question"], resolved=entry["question"])
        rows.append(passage_features(read(question, [evidence], kb.sentence_embedder)))
        labels.append(int(entry["answerable"]))
    return rows, np.asarray(labels)


def _best(rows: list[dict[str, float]], weights: dict[str, float]) -> tuple[float, dict[str, float]]:
    """Return the probability and the features of the passage that is likeliest to answer."""
    logits = [weights["bias"] + sum(w * row[n] for n, w in weights.items() if n in row) for row in rows]
    at = int(np.argmax(logits))
    return float(1 / (1 + np.exp(-logits[at]))), rows[at]


def _fit(rows: Rows, labels: NDArray[np.int64], start: dict[str, float], names: tuple[str, ...]) -> dict[str, float]:
    """Fit by the best passage of each question, choosing that anew in each round."""
    from sklearn.linear_model import LogisticRegression

    weights = start
    for _ in range(ROUNDS):
        chosen = [_best(passages, weights)[1] for passages in rows]
        model = LogisticRegression(C=10, max_iter=5000).fit([[row[n] for n in names] for row in chosen], labels)
        weights = {
            "bias": round(float(model.intercept_[0]), 2),
            **{name: round(float(w), 2) for name, w in zip(names, model.coef_[0], strict=True)},
        }
    return weights


if __name__ == "__main__":
    main()
