"""Fit the weights of ``advisor.verification.answerability`` and write them beside it.

    python -m advisor.evals.training.answerability ../shared/data/answering/clapnq_dev_half.jsonl [--write]

Listed passages: the dev half of our questions over the bundled knowledge and the questions beside this file (those
that must be answered, and those that must be refused), by the best passage of each; which one that is depends on the
weights, so fitting is repeated. Other passages: labelled questions of CLAPNQ (Apache-2.0), each with its own passage as
the only evidence. The threshold is the highest at which at most 3 % of our questions are refused falsely (eight-fold
cross-validation), and 8 % of CLAPNQ's.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from advisor.assembly import open_knowledge
from advisor.conversation import resolve
from advisor.domain import Evidence, Passage, Question, Source, Turn
from advisor.evidence import read
from advisor.knowledge_base import KnowledgeBase
from advisor.settings import Settings
from advisor.verification.answerability import LISTED, UNLISTED, passage_features

from ..cases import Case, load_cases

FALSE_REFUSALS = 0.03
FALSE_REFUSALS_CLAPNQ = 0.08
ROUNDS = 5

Rows = list[list[dict[str, float]]]
"""For each question, the features of its passages."""


def main() -> None:
    """Fit, print what came out, and write the weights if asked to."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clapnq", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    arguments = parser.parse_args()
    with open_knowledge(Settings()) as kb:
        ours, our_labels = _our_examples(kb)
        theirs, their_labels = _clapnq_examples(kb, arguments.clapnq)
    path = Path(__file__).resolve().parents[2] / "advisor" / "verification" / "answerability.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    model = document["model"]
    probabilities = np.zeros(len(our_labels))
    for train, test in StratifiedKFold(8, shuffle=True, random_state=0).split(our_labels, our_labels):
        weights = _fit([ours[i] for i in train], our_labels[train], model["listed"], LISTED)
        probabilities[test] = [_best(ours[i], weights)[0] for i in test]
    model["listed"] = _fit(ours, our_labels, model["listed"], LISTED)
    model["unlisted"] = _fit(theirs, their_labels, model["unlisted"], UNLISTED)
    clapnq = np.asarray([_best(rows, model["unlisted"])[0] for rows in theirs])
    thresholds = [
        float(np.quantile(found[labels == 1], share, method="lower")) - 0.005
        for found, labels, share in (
            (probabilities, our_labels, FALSE_REFUSALS),
            (clapnq, their_labels, FALSE_REFUSALS_CLAPNQ),
        )
    ]
    model["listed"]["threshold"], model["unlisted"]["threshold"] = (round(t, 2) for t in thresholds)
    print(json.dumps(model, indent=2))
    for name, labels, found, threshold in (
        ("ours", our_labels, probabilities, thresholds[0]),
        ("CLAPNQ", their_labels, clapnq, thresholds[1]),
    ):
        print(
            f"{name}: {len(labels)} questions, AUC {roc_auc_score(labels, found):.3f}, "
            f"false refusals {np.mean(found[labels == 1] < threshold):.3f}, "
            f"unanswerable ones refused before the rules {np.mean(found[labels == 0] < threshold):.3f}"
        )
    if arguments.write:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _our_examples(kb: KnowledgeBase) -> tuple[Rows, NDArray[np.int64]]:
    rows, labels = [], []
    for case in load_cases():
        if case.split != "dev" or not (case.must_be_answered or case.expect == ("insufficient_evidence",)):
            continue
        if case.family == "vague":
            continue  # answered as the listed question that it stands for
        question = _resolved(case)
        reading = read(question, kb.retrieve(question, limit=Settings().evidence_limit), kb.sentence_embedder, kb)
        rows.append([row for row in passage_features(reading) if row["asks"] > 0])
        labels.append(int(case.must_be_answered))
    for name in ("answerable.yaml", "unanswerable.yaml"):
        for entry in yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8")):
            if entry["expect"] not in ("answered", "insufficient_evidence"):
                continue
            question = Question(text=entry["question"], resolved=entry["question"])
            reading = read(question, kb.retrieve(question, limit=Settings().evidence_limit), kb.sentence_embedder, kb)
            rows.append([row for row in passage_features(reading) if row["asks"] > 0])
            labels.append(int(entry["expect"] == "answered"))
    return rows, np.asarray(labels)


def _resolved(case: Case) -> Question:
    history: tuple[Turn, ...] = ()
    for text in case.history:
        history = (*history, Turn(question=resolve(Question(text=text, history=history)).resolved))
    return resolve(Question(text=case.question, history=history))


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
