"""Benchmarks: how fast, how large, how good retrieval is; as ratios to a plain script, in one run.

    python -m advisor.evals.bench                 # all
    python -m advisor.evals.bench warm cold       # some: warm, large, cold, ingest, retrieval, verifier

``large`` and ``ingest`` make their documents from the bundled knowledge (seeded); ``retrieval`` needs the corpora of
chunking_evaluation (MIT) in a folder, ``../shared/data/retrieval`` or ``--corpora``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from advisor.assembly import build_advisor, open_knowledge
from advisor.domain import Evidence, Question
from advisor.knowledge_base import KnowledgeBase
from advisor.retrieval.embedding import TorchEmbedder, load_sentence_transformer
from advisor.sentences import sentence_spans
from advisor.settings import BUNDLED_MODEL, Settings

from .bench_verifier import checked, resident_mb

QUESTION = "Should I post offers every day?"
LARGE = 10_000


def main() -> None:
    """Run the benchmarks named on the command line and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="which benchmarks; all if none is named")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/data/retrieval"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder:
        work = Path(folder)
        settings = Settings(data_dir=work / "index")
        open_knowledge(settings).close()
        for name in arguments.names or BENCHMARKS:
            print(f"\n{name}", flush=True)
            for line in BENCHMARKS[name](settings, work, arguments.corpora):
                print(f"  {line}", flush=True)


def warm(settings: Settings, work: Path, corpora: Path) -> list[str]:
    """Time ``ask`` in a running process over the bundled knowledge; each question is asked once."""
    del work, corpora
    return [_asked_in_own_process(settings, "bundled knowledge", "target p95 <= 150 ms, <= 1,000 MB")]


def large(settings: Settings, work: Path, corpora: Path) -> list[str]:
    """Time ``ask`` over 10,000 passages, and a sync in which nothing has changed."""
    del corpora, settings
    settings = Settings(data_dir=work / "large-index", bundled_knowledge=True)
    documents = work / "large"
    with open_knowledge(settings) as kb:
        _write_documents(documents, _bundled_sentences(kb), passages=LARGE)
        begun = time.perf_counter()
        kb.sync(documents)
        first = time.perf_counter() - begun
        size = len(kb)
        begun = time.perf_counter()
        report = kb.sync(documents)
        again = time.perf_counter() - begun
    asked = _asked_in_own_process(settings, f"{size:,} passages", "target p95 <= 200 ms, <= 1,000 MB")
    return [
        f"first sync of {size:,} passages: {first:.0f} s",
        f"unchanged sync: {again:.2f} s (target <= 2 s), {report.passages} passages embedded (target 0)",
        asked,
    ]


def cold(settings: Settings, work: Path, corpora: Path) -> list[str]:
    """Time the command from process start to printed answer, beside the plain script; median of five each."""
    del corpora
    with open_knowledge(settings) as kb:
        texts = [p.text for source in kb.sources() for p in kb.passages(source.id)]
    _baseline("index", work / "baseline", _as_file(work / "texts.json", texts))
    ours = ["-m", "advisor", "ask", QUESTION, "--data-dir", str(settings.data_dir)]
    plain = ["-m", "advisor.evals.baseline", "ask", str(work / "baseline"), QUESTION]
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(5):  # alternating, so that what else the machine does hits both
        times["ours"].append(_run(ours)[0])
        times["plain"].append(_run(plain)[0])
    mine, theirs = statistics.median(times["ours"]), statistics.median(times["plain"])
    return [f"advisor ask {mine:.2f} s, plain script {theirs:.2f} s, ratio {mine / theirs:.3f} (target <= 0.2)"]


def ingest(settings: Settings, work: Path, corpora: Path) -> list[str]:
    """Compare passages per second with the plain script on the same texts, and the vectors with float32 ones."""
    del corpora
    documents = work / "ingest"
    own = Settings(data_dir=work / "ingest-index", bundled_knowledge=False)
    with open_knowledge(settings) as kb:
        _write_documents(documents, _bundled_sentences(kb), passages=1200)
    rates = []
    with open_knowledge(own) as kb:
        kb.sync(_one_file(work / "warm-up"))  # load everything before the clock starts
        begun = time.perf_counter()
        report = kb.sync(documents)
        mine = report.passages / (time.perf_counter() - begun)
        passages = [p for s in kb.sources() for p in kb.passages(s.id)]
    texts = [" > ".join(p.headings) + "\n" + p.text if p.headings else p.text for p in passages]
    seconds = float(_baseline("index", work / "baseline-ingest", _as_file(work / "same.json", texts)))
    plain = len(texts) / seconds
    rates.append(f"ours {mine:.0f}/s, plain script {plain:.0f}/s, ratio {mine / plain:.2f} (target >= 2)")
    sample = texts[:200]
    reference = np.asarray(
        load_sentence_transformer(BUNDLED_MODEL, "float32").encode(sample, normalize_embeddings=True)
    )
    lowest = float((TorchEmbedder().embed(sample) * reference).sum(axis=1).min())
    return [*rates, f"lowest cosine to the plain vectors {lowest:.5f} (target >= 0.999)"]


def retrieval(settings: Settings, work: Path, corpora: Path) -> list[str]:
    """Compare token recall at 5 with dense-only search over the same passages.

    Recall is the share of the gold excerpts' characters that the five passages cover, as chunking_evaluation counts
    it; averaged over questions.
    """
    del settings
    if not (corpora / "questions_df.csv").exists():
        return [f"skipped: no corpora in {corpora}; give their folder with --corpora"]
    settings = Settings(data_dir=work / "retrieval-index", bundled_knowledge=False)
    with (corpora / "questions_df.csv").open(encoding="utf-8", newline="") as stream:
        questions = list(csv.DictReader(stream))
    with open_knowledge(settings) as kb:
        kb.sync(*(corpora / f"{name}.md" for name in sorted({q["corpus_id"] for q in questions})))
        by_title = {Path(s.origin).stem: s.id for s in kb.sources()}
        hybrid = _token_recall(kb.retrieve, questions, by_title)
        passages = [p for s in kb.sources() for p in kb.passages(s.id)]
        model = TorchEmbedder()
        vectors = model.embed([p.text for p in passages])
        asked = model.embed([q["question"] for q in questions])
        dense = []
        for question, vector in zip(questions, asked, strict=True):
            nearest = np.argsort(-(vectors @ vector), kind="stable")[:5]
            spans = [
                (passages[i].start, passages[i].end)
                for i in nearest
                if passages[i].source_id == by_title[question["corpus_id"]]
            ]
            dense.append(_covered(question, spans))
    ours, plain = statistics.mean(hybrid), statistics.mean(dense)
    return [
        f"{len(questions)} questions, {len(passages):,} passages",
        f"token recall at 5: hybrid {ours:.3f}, dense only {plain:.3f}, "
        f"difference {100 * (ours - plain):+.1f} points (target >= +5)",
    ]


def verifier(settings: Settings, work: Path, corpora: Path) -> list[str]:
    """Time the verifier and weigh it, beside the same network in torch."""
    del settings, work, corpora
    return checked()


BENCHMARKS: dict[str, Callable[[Settings, Path, Path], list[str]]] = {
    "warm": warm,
    "large": large,
    "cold": cold,
    "ingest": ingest,
    "retrieval": retrieval,
    "verifier": verifier,
}


def _token_recall(
    retrieve: Callable[..., Sequence[Evidence]], questions: Sequence[dict[str, str]], by_title: dict[str, str]
) -> list[float]:
    recalls = []
    for question in questions:
        found = retrieve(Question(text=question["question"], resolved=question["question"]), limit=5)
        spans = [(e.passage.start, e.passage.end) for e in found if e.source.id == by_title[question["corpus_id"]]]
        recalls.append(_covered(question, spans))
    return recalls


def _covered(question: dict[str, str], spans: Sequence[tuple[int, int]]) -> float:
    gold: set[int] = set()
    for reference in json.loads(question["references"]):
        gold.update(range(reference["start_index"], reference["end_index"]))
    found = {i for start, end in spans for i in range(start, end)}
    return len(gold & found) / len(gold)


def _bundled_sentences(kb: KnowledgeBase) -> list[str]:
    return [
        " ".join(p.text[a:b].split())
        for source in kb.sources()
        if source.kind != "upload"
        for p in kb.passages(source.id)
        for a, b in sentence_spans(p.text)
    ]


def _write_documents(folder: Path, sentences: Sequence[str], passages: int) -> None:
    """Write Markdown files of shuffled sentences with a serial number each, about 20 passages a file."""
    folder.mkdir()
    rng = random.Random(20261121)
    for number in range(passages // 20):
        lines = [f"# Note {number}"]
        for section in range(20):
            chosen = rng.sample(sentences, 3)
            # A number in each sentence, so that none is one whose vector is already stored.
            own = [f"Point {i} of {number}-{section}: {sentence}" for i, sentence in enumerate(chosen)]
            lines += [f"## Part {section} of note {number}", " ".join(own)]
        (folder / f"note-{number:05}.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def _one_file(folder: Path) -> Path:
    folder.mkdir()
    (folder / "first.md").write_text("# First\n\nA first sentence to load the model with.\n", encoding="utf-8")
    return folder


def _as_file(path: Path, texts: Sequence[str]) -> str:
    path.write_text(json.dumps(list(texts)), encoding="utf-8")
    return str(path)


def _run(arguments: Sequence[str]) -> tuple[float, str]:
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return seconds, done.stdout


def _baseline(verb: str, folder: Path, argument: str) -> str:
    return _run(["-m", "advisor.evals.baseline", verb, str(folder), argument])[1].strip().splitlines()[-1]


def _asked_in_own_process(settings: Settings, label: str, target: str) -> str:
    """Ask the dev questions in a fresh process, so that memory is what a server would hold."""
    code = "from advisor.evals.bench import ask_all; ask_all()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ADVISOR_DATA_DIR": str(settings.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    figures = json.loads(done.stdout.splitlines()[-1])
    return (
        f"warm ask over {label}: p50 {figures['p50']:.0f} ms, p95 {figures['p95']:.0f} ms "
        f"({figures['questions']} questions), resident {figures['resident_mb']:.0f} MB ({target})"
    )


def ask_all() -> None:
    """Ask every question of the dev half once and print percentiles (ms) and resident memory (MB) as JSON."""
    from .cases import load_cases

    asked = [case.question for case in load_cases() if case.split == "dev" and not case.history]
    settings = Settings()
    with open_knowledge(settings) as kb:
        advisor = build_advisor(settings, kb)
        advisor.ask(QUESTION)
        times = []
        for question in asked:
            begun = time.perf_counter()
            advisor.ask(question)
            times.append((time.perf_counter() - begun) * 1000)
    print(
        json.dumps(
            {
                "questions": len(times),
                "p50": float(np.percentile(times, 50)),
                "p95": float(np.percentile(times, 95)),
                "resident_mb": resident_mb(),
            }
        )
    )


if __name__ == "__main__":
    main()
