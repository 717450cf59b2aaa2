"""Models beside the extractive default: samples, paired differences, and what they drafted against what is shown."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

from advisor.assembly import open_knowledge
from advisor.composing import compose
from advisor.domain import Answer, Evidence, Question, Source, Trace, Turn, VerdictStatus
from advisor.errors import ConfigError, EvaluationError
from advisor.evals.asking import CaseCallback
from advisor.evals.cases import Case
from advisor.evals.hearing import Hearing
from advisor.evals.metrics import Metric, Record, correctness, sentence_support
from advisor.evals.models import GIVEN_UP, ask_model, compare, made_models, sample
from advisor.evals.raw_drafts import judged
from advisor.evals.runner import run_evals
from advisor.evals.sections import Section, Table
from advisor.evals.side_by_side import SystemRun, comparison, difference, withheld_share
from advisor.generation.chat import ChatGenerator
from advisor.settings import Settings
from advisor.terms import content_terms
from advisor.verification.verifier import SupportVerifier
from tests.evals.answers import answer, case, citation, record, verdict
from tests.generation.chat_models import QueueChatModel, UnstreamedChatModel
from tests.generation.samples import TEXTS, FirstSentence, evidence_of

EVIDENCE = evidence_of()
TRUE = '{"claim": "A small pub needs about two tweets a day.", "evidence": ["E1"]}'
FALSE = '{"claim": "A small pub needs about 90 tweets a day.", "evidence": ["E1"]}'
WRONG_SOURCE = '{"claim": "Answer complaints in public within one day.", "evidence": ["E3"]}'
CORRECTNESS = Metric("correctness", "", correctness)


class SmallAdvisor:
    """Answers everything from the same three passages, with a real generator and verifier."""

    def __init__(self, model: BaseChatModel | None) -> None:
        self._generator = (
            FirstSentence() if model is None else ChatGenerator(model, fallback=FirstSentence(), retries=0)
        )
        self.asked: list[str] = []

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append(question)
        asked = Question(text=question, history=tuple(history), resolved=question)
        draft = self._generator.draft(asked, EVIDENCE)
        verdicts = SupportVerifier().check(draft.claims, EVIDENCE)
        return compose(asked, "answered", verdicts, notes=draft.notes, trace=Trace(evidence=EVIDENCE))


class SmallKnowledge:
    """The same three passages as a knowledge base."""

    def sources(self) -> tuple[Source, ...]:
        return tuple(item.source for item in EVIDENCE)

    def text(self, source_id: str) -> str:
        return TEXTS[int(source_id[1:]) - 1]

    def retrieve(self, question: Question, *, limit: int = 8) -> tuple[Evidence, ...]:
        return EVIDENCE[:limit]


def asked_case(name: str, **fields: Any) -> Case:
    return Case.model_validate({"id": name, "question": f"What about {name}?", "expect": ("answered",), **fields})


def run_of(replies: Sequence[Any], cases: Sequence[Case], *, kind: type[QueueChatModel] = QueueChatModel) -> SystemRun:
    return ask_model("queue", kind(replies=list(replies)), cases, SmallKnowledge(), SmallAdvisor, SupportVerifier())


def rows(table: Table) -> dict[str, dict[str, str]]:
    return {row[0]: dict(zip(table.columns[1:], row[1:], strict=True)) for row in table.rows}


# -- samples --------------------------------------------------------------------------------------------------------


def many(**sizes: int) -> list[Case]:
    return [
        Case.model_validate({"id": f"{family}-{n}", "family": family, "question": "Why?", "expect": ("partial",)})
        for family, size in sizes.items()
        for n in range(size)
    ]


def test_a_sample_keeps_the_share_of_each_family() -> None:
    cases = many(answerable=60, near_miss=30, injection=10)
    chosen = sample(cases, 20)
    assert Counter(c.family for c in chosen) == {"answerable": 12, "near_miss": 6, "injection": 2}
    assert [c.id for c in chosen] == [c.id for c in cases if c in chosen]


def test_a_sample_is_the_same_again_and_a_larger_one_adds_to_it() -> None:
    cases = many(answerable=40, near_miss=25)
    assert sample(cases, 9) == sample(cases, 9)
    assert set(sample(cases, 9)) < set(sample(cases, 30))
    assert sample(cases, 9, seed=1) != sample(cases, 9, seed=2)


@pytest.mark.parametrize("limit", [None, 65, 1000])
def test_without_a_limit_all_are_asked(limit: int | None) -> None:
    cases = many(answerable=40, near_miss=25)
    assert sample(cases, limit) == tuple(cases)


# -- differences ----------------------------------------------------------------------------------------------------

SAID = citation("bakery", "Bread sells itself.")


def answered(name: str, *, right: bool) -> Record:
    stated = answer(verdict("Bread sells itself." if right else "Guests come back.", SAID))
    return record(case(name=name, facts=[["bread sells"]]), stated)


def system(name: str, rights: Sequence[bool]) -> SystemRun:
    return SystemRun(name, tuple(answered(f"c-{n}", right=right) for n, right in enumerate(rights)))


def test_a_difference_is_paired_by_case() -> None:
    base = system("extractive", [True] * 10 + [False] * 10)
    better = system("model", [True] * 15 + [False] * 5)
    found = difference(CORRECTNESS, better, base)
    assert found.value == pytest.approx(0.25)
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < 0.25 < found.high < 0.5
    # As many right answers each, always to the same questions: without pairing the interval would be wide.
    same = difference(CORRECTNESS, system("model", [True] * 10 + [False] * 10), base)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_a_difference_is_over_the_cases_that_both_answered() -> None:
    base = system("extractive", [True, True, False, False])
    late = SystemRun("model", base.records[2:])
    assert difference(CORRECTNESS, late, base).value == 0


def test_there_is_no_difference_where_one_has_no_value() -> None:
    base = system("extractive", [True, True])
    nothing = SystemRun("model", tuple(record(r.case, answer(status="insufficient_evidence")) for r in base.records))
    assert difference(Metric("sentence_support", "", sentence_support), nothing, base) == (None, None, None)


def test_one_case_has_no_interval() -> None:
    assert difference(CORRECTNESS, system("model", [False]), system("extractive", [True])) == (-1, None, None)


def test_withheld_share_is_of_all_that_was_drafted() -> None:
    given = answer(verdict("Bread sells itself.", SAID)).model_copy(update={"withheld": (verdict("No."),) * 3})
    assert withheld_share(record(case(), given)) == (3, 4)
    assert withheld_share(record(case(), answer(status="insufficient_evidence"))) is None


# -- what a model drafted -------------------------------------------------------------------------------------------


def test_a_draft_is_judged_by_the_evidence_that_it_names_and_by_all_there_is() -> None:
    raw = judged([[TRUE, "\n", FALSE, "\n", WRONG_SOURCE]], EVIDENCE, SupportVerifier())
    supported = VerdictStatus.SUPPORTED
    assert [v.status is supported for v in raw.verdicts] == [True, False, False]
    assert [v.status is supported for v in raw.anywhere] == [True, False, True]
    assert [v.claim.labels for v in raw.verdicts] == [("E1",), ("E1",), ("E3",)]
    assert raw.text == f"{TRUE}\n{FALSE}\n{WRONG_SOURCE}"


def test_the_call_that_names_evidence_counts() -> None:
    raw = judged([["Pubs should tweet all day long."], [TRUE]], EVIDENCE, SupportVerifier())
    assert [v.claim.text for v in raw.verdicts] == ["A small pub needs about two tweets a day."]
    assert raw.text == TRUE


def test_without_any_evidence_the_bare_sentences_of_the_first_call_count() -> None:
    said = "<think>Hm. Let me see.</think>The answer is:\n- Pubs **should** tweet.\n- Never at night!\n\nWhy? And so"
    raw = judged([[said], ["No idea."]], EVIDENCE, SupportVerifier())
    assert [v.claim.text for v in raw.verdicts] == ["Pubs should tweet.", "Never at night!"]
    assert {v.status for v in raw.verdicts} == {VerdictStatus.UNSUPPORTED}


def test_a_loop_is_read_no_further() -> None:
    pieces = [f"{TRUE}\n", *["The answer is yes.\n"] * 20, f"{FALSE}\n"]
    assert len(judged([pieces], EVIDENCE, SupportVerifier()).verdicts) == 1


@pytest.mark.parametrize("kind", [QueueChatModel, UnstreamedChatModel])
def test_what_a_model_writes_is_heard(kind: type[QueueChatModel]) -> None:
    hearing = Hearing()
    model = kind(replies=["One.", "Two.", " "], callbacks=[hearing])
    for _ in range(3):
        list(model.stream("Say a number."))
    assert ["".join(pieces) for pieces in hearing.written()] == ["One.", "Two."]
    hearing.clear()
    assert hearing.written() == ()


def test_a_failed_call_counts_only_if_there_is_no_other() -> None:
    hearing = Hearing()
    model = QueueChatModel(replies=[("Half a", ConnectionError()), "Whole."]).model_copy(
        update={"callbacks": [hearing]}
    )
    with pytest.raises(ConnectionError):
        list(model.stream("Say it."))
    assert ["".join(pieces) for pieces in hearing.written()] == ["Half a"]
    list(model.stream("Say it."))
    assert ["".join(pieces) for pieces in hearing.written()] == ["Whole."]


def test_being_stopped_is_no_failure_and_what_comes_late_is_not_heard() -> None:
    hearing = Hearing()
    model = QueueChatModel(replies=["A long reply.", "Short."], callbacks=[hearing])
    stopped = model.stream("Say it.")
    next(stopped)
    assert hearing.written() == (("A long ",),)
    hearing.clear()
    next(stopped)
    list(model.stream("Say it again."))
    stopped.close()  # type: ignore[attr-defined]  # a generator, though its type doesn't say so
    assert ["".join(pieces) for pieces in hearing.written()] == ["Short."]


# -- asking ---------------------------------------------------------------------------------------------------------


def test_each_case_keeps_its_own_draft() -> None:
    cases = [asked_case("one"), asked_case("two")]
    run = run_of([f"{TRUE}\n{FALSE}\n", f"{FALSE}\n"], cases)
    assert [r.case.id for r in run.records] == ["one", "two"]
    assert [len(run.raw[name].verdicts) for name in ("one", "two")] == [2, 1]
    assert run.unanswered == ()


def test_of_a_follow_up_the_last_question_counts() -> None:
    run = run_of([TRUE, FALSE], [asked_case("later", family="follow_up", history=("And before?",))])
    assert [v.claim.text for v in run.raw["later"].verdicts] == ["A small pub needs about 90 tweets a day."]


def test_a_failure_is_counted_and_the_rest_is_asked() -> None:
    cases = [asked_case(name) for name in ("one", "two", "three")]
    run = run_of([TRUE, ConnectionError("gone"), TRUE], cases)
    assert [r.case.id for r in run.records] == ["one", "three"]
    assert run.unanswered == ("two",)
    assert "can't be reached" in run.trouble


def test_a_model_that_fails_again_and_again_is_given_up() -> None:
    cases = [asked_case(f"c-{n}") for n in range(GIVEN_UP + 4)]
    model = QueueChatModel(replies=[TRUE, *[ConnectionError("gone")] * GIVEN_UP])
    seen: list[tuple[int, int]] = []
    run = ask_model(
        "queue",
        model,
        cases,
        SmallKnowledge(),
        SmallAdvisor,
        SupportVerifier(),
        on_case=lambda done, total, _: seen.append((done, total)),
    )
    assert len(run.records) == 1
    assert len(run.unanswered) == GIVEN_UP + 3
    assert len(model.prompts) == GIVEN_UP + 1
    assert seen == [(n, GIVEN_UP + 4) for n in range(GIVEN_UP + 1)]


# -- the report -----------------------------------------------------------------------------------------------------


def section_of(replies: Sequence[Any], **fields: Any) -> Section:
    cases = [asked_case(f"c-{n}", **fields) for n in range(len(replies))]
    default = SmallAdvisor(None)
    base = SystemRun("extractive", tuple(Record(c, default.ask(c.question), texts=texts()) for c in cases))
    return comparison([base, run_of(replies, cases)])


def texts() -> dict[str, str]:
    return {item.source.id: item.passage.text for item in EVIDENCE}


def test_raw_is_set_against_guarded() -> None:
    section = section_of([f"{TRUE}\n{FALSE}\n", f"{TRUE}\n"])
    systems, differences, drafts = map(rows, section.tables)
    assert list(systems) == ["extractive", "queue"]
    assert systems["queue"]["withheld share"].startswith("0.333")
    assert list(differences) == ["queue"]
    assert differences["queue"]["withheld share"].startswith("+0.333")
    raw = drafts["queue, raw"]
    assert (raw["answers"], raw["sentences"]) == ("2", "3")
    assert raw["supported"].startswith("0.667")
    assert raw["answers with an unsupported sentence"].startswith("0.500")
    assert raw["sentences with a stray number"].startswith("0.333")
    assert raw["withheld"].startswith("0.333")
    own = drafts["queue, guarded, its own sentences"]
    assert (own["answers"], own["sentences"]) == ("2", "2")
    assert own["supported"].startswith("1.000")
    assert own["answers with an unsupported sentence"].startswith("0.000")
    assert own["sentences with a stray number"].startswith("0.000")
    assert section.figures["queue.raw.supported"] == pytest.approx(2 / 3)
    assert section.figures["queue.own.supported"] == 1
    assert "queue wrote something for 2 of 2 questions. In 0 answers nothing" in section.text


def test_what_stands_in_for_a_model_is_not_its_own() -> None:
    section = section_of(["I think so.", "No JSON either."])
    assert "In 1 answers nothing of it was left" in section.text
    drafts = rows(section.tables[2])
    assert drafts["queue, guarded, its own sentences"]["sentences"] == "0"
    assert drafts["queue, guarded, its own sentences"]["supported"] == "–"
    assert int(drafts["queue, guarded, all that is shown"]["sentences"]) > 0


def test_a_label_of_evidence_is_no_number() -> None:
    reply = '{"claim": "The evidence E2 says that a pub needs two tweets.", "evidence": ["E1"]}'
    drafts = rows(section_of([reply]).tables[2])
    assert drafts["queue, raw"]["sentences with a stray number"].startswith("0.000")


def test_forbidden_words_are_looked_for_in_the_draft_and_in_the_answer() -> None:
    section = section_of([f"{FALSE}\n{TRUE}\n"], forbidden=("90 tweets",))
    drafts = rows(section.tables[2])
    assert drafts["queue, raw"]["answers with forbidden words"].startswith("1.000")
    assert drafts["queue, guarded, all that is shown"]["answers with forbidden words"].startswith("0.000")


def test_the_report_says_what_went_wrong() -> None:
    section = section_of([TRUE, ConnectionError("gone")])
    assert "For 1 questions it gave no answer. The first failure: The chat model queue-1" in section.text
    assert rows(section.tables[0])["queue"]["cases"] == "1"


def test_a_model_that_never_answers_has_no_figures() -> None:
    section = section_of([ConnectionError("gone")] * 2)
    systems, differences, drafts = map(rows, section.tables)
    assert systems["queue"]["correctness"] == systems["queue"]["p50, ms"] == "–"
    assert differences["queue"]["withheld share"] == "–"
    assert drafts["queue, raw"]["sentences"] == "0"
    assert not [name for name in section.figures if name.startswith("queue")]


def test_a_sample_is_named_in_the_report() -> None:
    base = SystemRun("extractive", (answered("c-1", right=True),))
    assert "1 questions, a sample of 300" in comparison([base, SystemRun("m", base.records)], of=300).text
    assert "sample" not in comparison([base, SystemRun("m", base.records)], of=1).text


# -- models ---------------------------------------------------------------------------------------------------------


def test_models_are_made_by_name_or_taken_as_they_are() -> None:
    own = QueueChatModel(replies=[])
    made = made_models(Settings(model_url="http://127.0.0.1:9/v1"), ["openai:one", own, "openai:one"])
    assert list(made) == ["openai:one", "queue-1"]
    assert made["queue-1"] is own
    assert made["openai:one"].model_name == "one"  # type: ignore[attr-defined]  # an OpenAI model


@pytest.mark.parametrize("name", ["gpt", "openai:", ":gpt", "nonsense:x"])
def test_a_name_that_is_none_is_an_error(name: str) -> None:
    with pytest.raises(ConfigError, match="provider"):
        made_models(Settings(), [name])


class WordEmbeddings(Embeddings):
    """Texts are as similar as they have words in common."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(512, 1e-3)
        for term in content_terms(text):
            vector[zlib.crc32(term.encode()) % 512] += 1
        return [float(value) for value in vector]


def test_real_answers_are_compared(tmp_path: Path) -> None:
    file = tmp_path / "hours.md"
    file.write_text("# Hours\n\nThe bakery opens at seven o'clock on weekdays.\n", encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", bundled_knowledge=False, model="openai:ignored")
    cases = [
        asked_case("opening", question="When does the bakery open on weekdays?", facts=({"any": ("seven",)},)),
        asked_case("moon", question="Who was the first woman on the moon?", expect=("insufficient_evidence",)),
    ]
    model = QueueChatModel(replies=['{"claim": "The bakery opens at nine on weekdays.", "evidence": ["E1"]}'])
    systems: list[str] = []

    def on_system(name: str) -> CaseCallback:
        systems.append(name)
        return lambda *_: None

    with open_knowledge(settings, embeddings=WordEmbeddings()) as kb:
        kb.sync(file)
        section = compare(settings, [model], cases, kb, on_system=on_system)
    assert systems == ["extractive", "queue-1"]
    figures = rows(section.tables[0])
    assert figures["extractive"]["correctness"] == figures["queue-1"]["correctness"] == "1.000"
    assert figures["extractive"]["refusal recall"] == "1.000"
    drafts = rows(section.tables[2])
    assert drafts["queue-1, raw"]["sentences"] == "1"  # the other question is refused before a model is asked
    assert drafts["queue-1, raw"]["supported"] == "0.000"
    assert drafts["queue-1, guarded, its own sentences"]["sentences"] == "0"


def test_the_command_reports_models_beside_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The model's server isn't there: the report says so, and the default's thresholds alone decide."""
    monkeypatch.setattr("advisor.assembly.open_knowledge", partial(open_knowledge, embeddings=WordEmbeddings()))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "hours.md").write_text("# Hours\n\nThe bakery opens at seven o'clock on weekdays.\n")
    question = "question: 'When does the bakery open on weekdays?', expect: answered, facts: [any: [seven]]"
    entries = "".join(f"- {{id: c-{n}, {question}}}\n" for n in range(4))
    (tmp_path / "cases.yaml").write_text(f"cases:\n{entries}")
    (tmp_path / "bounds.yaml").write_text("thresholds: [{metric: correctness, at_least: 1}]")
    settings = Settings(
        data_dir=tmp_path / "data",
        bundled_knowledge=False,
        model="openai:nobody",
        model_url="http://127.0.0.1:9/v1",
        model_retries=0,
    )
    passed = run_evals(
        settings,
        cases=tmp_path / "cases.yaml",
        knowledge=tmp_path / "docs",
        thresholds=tmp_path / "bounds.yaml",
        report=tmp_path / "report",
        limit=2,
    )
    assert passed
    printed = " ".join(capsys.readouterr().out.split())
    assert "Models side by side" in printed
    assert "2 questions, a sample of 4" in printed
    report = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "openai:nobody wrote something for 0 of 0 questions" in report
    assert "nobody at http://127.0.0.1:9/v1 can't be reached" in report
    assert "Drafted by: extractive" in report


def test_a_limit_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="--model or --generate"):
        run_evals(Settings(data_dir=tmp_path), limit=3)
