"""The labelled questions that ship with the package."""

from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from advisor.evals.cases import DATASETS, Case, load_cases
from advisor.evals.matching import words

KNOWLEDGE = Path(str(files("advisor.knowledge")))


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return load_cases()


@pytest.fixture(scope="module")
def bodies() -> dict[str, str]:
    """Bodies of the knowledge files by id, without headings."""
    found = {}
    for path in KNOWLEDGE.glob("*/*.md"):
        _, _, body = path.read_text(encoding="utf-8").split("---\n", 2)
        found[path.stem] = "\n".join(line for line in body.splitlines() if not line.startswith("#"))
    return found


@pytest.fixture(scope="module")
def listed() -> list[str]:
    """Questions and headings that the knowledge itself lists."""
    found = []
    for path in KNOWLEDGE.glob("*/*.md"):
        front = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])
        for heading, questions in (front["questions"] or {}).items():
            found += [heading, *questions]
    for disagreement in yaml.safe_load((KNOWLEDGE / "disagreements.yaml").read_text(encoding="utf-8")):
        found += disagreement["questions"]
    return found


def test_there_are_enough_of_each_family(cases: tuple[Case, ...]) -> None:
    numbers = Counter(case.family for case in cases)
    assert sum(numbers.values()) - numbers["statement"] >= 530
    assert numbers["answerable"] >= 250
    assert numbers["near_miss"] >= 90
    assert numbers["vague"] >= 30
    assert numbers["statement"] >= 120
    assert all(number >= 10 for number in numbers.values())


def test_the_halves_are_balanced_in_each_family_of_a_file() -> None:
    for path in sorted(DATASETS.glob("*.yaml")):
        cases = load_cases([path])
        for family in {case.family for case in cases} - {"statement"}:
            halves = [case.split for case in cases if case.family == family]
            assert all(one != other for one, other in pairwise(halves)), (path.name, family)


def test_only_statements_are_outside_the_halves(cases: tuple[Case, ...]) -> None:
    assert all((case.split == "coverage") == (case.family == "statement") for case in cases)


def test_every_source_document_has_its_statements() -> None:
    entries = yaml.safe_load((DATASETS / "statements.yaml").read_text(encoding="utf-8"))["statements"]
    digests = {}
    for digest in KNOWLEDGE.glob("documents/*.md"):
        digests[digest.stem] = yaml.safe_load(digest.read_text(encoding="utf-8").split("---\n", 2)[1])["origin"]
    assert {entry["source"]: entry["origin"] for entry in entries} == digests
    assert min(Counter(entry["source"] for entry in entries).values()) >= 20


def test_no_question_is_asked_twice(cases: tuple[Case, ...]) -> None:
    asked = Counter((tuple(words(case.question)), case.history) for case in cases)
    assert max(asked.values()) == 1


def test_gold_sources_exist_and_state_the_facts(cases: tuple[Case, ...], bodies: dict[str, str]) -> None:
    for case in cases:
        assert set(case.sources) <= set(bodies), case.id
        together = "\n".join(bodies[name] for name in case.sources)
        for fact in case.facts:
            assert fact.stated_in(together), (case.id, fact.any)
        for name in case.sources if case.facts else ():
            assert any(fact.stated_in(bodies[name]) for fact in case.facts), (case.id, name)
        for quote in case.quotes:
            assert any(quote in bodies[name] for name in case.sources), (case.id, quote)


def test_answerable_questions_have_facts_and_refusals_have_none(cases: tuple[Case, ...]) -> None:
    for case in cases:
        if case.family in ("answerable", "vague", "disagreement", "statement"):
            assert case.facts, case.id
            assert case.must_be_answered, case.id
        if case.family in ("near_miss", "out_of_domain"):
            assert not case.facts, case.id
            assert case.must_be_refused, case.id


def test_questions_are_not_those_that_the_knowledge_lists(cases: tuple[Case, ...], listed: list[str]) -> None:
    """Words in common, as a share of the words of both, stay below two thirds."""
    known = [set(words(question)) for question in listed]
    for case in cases:
        asked = set(words(case.question))
        closest = max(len(asked & other) / len(asked | other) for other in known)
        assert closest < 2 / 3, (case.id, case.question)
