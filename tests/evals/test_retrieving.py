import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from advisor.assembly import open_knowledge
from advisor.domain import Question
from advisor.errors import EvaluationError
from advisor.evals.metrics import Record
from advisor.evals.retrieving import retrieval_section, token_recall, token_recall_section
from advisor.evals.sections import Section, Table
from advisor.knowledge_base import KnowledgeBase
from advisor.settings import Settings
from tests.evals.answers import answer, case, record
from tests.retrieval.corpus import WordVectors

DOCUMENTS = {
    "bread": "Rye bread rests for two days before it is sold. Wheat bread is sold at once.",
    "cars": "An automobile needs fresh oil twice a year. Its brakes are checked every summer.",
    "cats": "Cats sleep through most of the day. Kittens play at night.",
    "moon": "The moon has no air. Its mountains are higher than ours.",
}
# For the vectors, a vehicle is an automobile; for the keywords it is not.
SAME = {"vehicl": "automobil"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "index", bundled_knowledge=False)


@pytest.fixture
def kb(tmp_path: Path, settings: Settings) -> Iterator[KnowledgeBase]:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / f"{name}.md").write_text(f"# {name.title()}\n\n{text}\n", encoding="utf-8")
    with open_knowledge(settings, embeddings=WordVectors(SAME)) as kb:
        kb.sync(folder)
        yield kb


def asked(kb: KnowledgeBase, question: str, gold: str, split: str = "test") -> Record:
    given = answer().model_copy(update={"question": Question(text=question, resolved=question)})
    ids = [source.id for source in kb.sources() if Path(source.origin).stem == gold]
    assert len(ids) == 1
    return record(case(split=split), given, gold=ids)


def cells(table: Table, column: str) -> dict[str, str]:
    at = table.columns.index(column)
    return {row[0]: row[at] for row in table.rows}


def values(section: Section, measure: str) -> dict[str, float]:
    return {
        name.removeprefix("retrieval_").removesuffix(f"_{measure}"): value
        for name, value in section.figures.items()
        if name.endswith(measure)
    }


def test_each_leg_is_asked_by_itself(settings: Settings, kb: KnowledgeBase) -> None:
    section = retrieval_section(
        settings,
        kb,
        [asked(kb, "vehicle", "cars"), asked(kb, "Does rye bread rest?", "bread"), record(case(), answer())],
    )
    # Nothing has the word "vehicle", so that keywords find nothing for the first question.
    assert values(section, "recall_at_10") == {
        "vectors": 1.0,
        "keywords": 0.5,
        "hybrid_without_keywords": 1.0,
        "hybrid": 1.0,
    }
    assert values(section, "ndcg_at_10")["keywords"] == 0.5
    assert values(section, "recall_at_5") == values(section, "recall_at_10")
    found, differences = section.tables
    assert "Test half, 2 questions" in found.caption
    assert cells(found, "recall_at_10")["keywords"].startswith("0.500 (0.000 to 1.000)")
    assert cells(differences, "recall_at_10")["keywords"].startswith("−0.500 (−1.000 to 0.000), p = 1.000")
    assert "hybrid" not in cells(differences, "recall_at_10")


def test_a_difference_on_many_questions_is_told_from_chance(settings: Settings, kb: KnowledgeBase) -> None:
    section = retrieval_section(settings, kb, [asked(kb, "vehicle", "cars", "dev")] * 20)
    differences = section.tables[1]
    assert cells(differences, "ndcg_at_10")["keywords"] == "−1.000 (−1.000 to −1.000), p < 0.001"
    assert cells(differences, "ndcg_at_10")["vectors"] == "0.000 (0.000 to 0.000), p = 1.000"
    assert section.figures == {}  # of the test half alone


def test_listed_questions_are_a_leg_where_there_are_any(tmp_path: Path, root: Path, settings: Settings) -> None:
    (tmp_path / "guidance").mkdir()
    for name in ("team", "measurement"):
        shutil.copy(root / "knowledge" / "guidance" / f"{name}.md", tmp_path / "guidance")
    with open_knowledge(settings, embeddings=WordVectors()) as kb:
        kb.sync_bundled(tmp_path)
        team = next(q for q in kb.listed_questions() if q.source_id == "team")
        section = retrieval_section(settings, kb, [asked(kb, team.text, "team")])
    assert values(section, "ndcg_at_10")["listed_questions"] == 1.0
    assert cells(section.tables[0], "ndcg_at_10")["listed questions"] == "1.000"  # no interval from one question


def test_without_gold_sources_nothing_is_compared(settings: Settings, kb: KnowledgeBase) -> None:
    assert retrieval_section(settings, kb, [record(case(), answer())]).tables == ()


def test_the_index_is_left_as_it_was(settings: Settings, kb: KnowledgeBase) -> None:
    before = kb.search("rye bread")
    retrieval_section(settings, kb, [asked(kb, "vehicle", "cars")])
    assert kb.search("rye bread") == before
    assert kb.is_settled()


def test_token_recall_counts_characters_once() -> None:
    assert token_recall([(0, 10), (20, 30)], [(5, 25), (0, 6)]) == pytest.approx(15 / 20)
    assert token_recall([(0, 10), (5, 15)], [(0, 5), (100, 200)]) == pytest.approx(5 / 15)
    assert token_recall([(0, 10)], []) == 0


def test_without_corpora_nothing_is_measured(tmp_path: Path) -> None:
    assert "Not measured" in token_recall_section(None, Settings()).text
    with pytest.raises(EvaluationError, match=r"questions_df\.csv can't be read"):
        token_recall_section(tmp_path, Settings())
    (tmp_path / "questions_df.csv").write_text("question,references,corpus_id\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="No questions"):
        token_recall_section(tmp_path, Settings())
    (tmp_path / "questions_df.csv").write_text("question,references\nWhy?,[]\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="corpus_id"):
        token_recall_section(tmp_path, Settings())


@pytest.mark.slow
def test_token_recall_on_documents_of_other_kinds(tmp_path: Path, bundled_index: Path) -> None:
    for name, text in DOCUMENTS.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    text = DOCUMENTS["bread"]
    gold = {"content": text[:47], "start_index": 0, "end_index": 47}
    with (tmp_path / "questions_df.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["question", "references", "corpus_id"])
        writer.writerow(["How long does rye bread rest?", json.dumps([gold]), "bread"])
        nowhere = gold | {"start_index": 1000, "end_index": 1047}
        writer.writerow(["How long do cats sleep?", json.dumps([nowhere]), "cats"])
    section = token_recall_section(tmp_path, Settings(data_dir=bundled_index))
    assert section.figures["corpora_hybrid_token_recall_at_5"] == pytest.approx(np.mean([1, 0]))
    assert set(cells(section.tables[0], "token_recall_at_5")) == {
        "vectors",
        "keywords",
        "hybrid without keywords",
        "hybrid",
    }
