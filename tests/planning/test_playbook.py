"""The playbooks and rows say nothing that the guidance doesn't."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from advisor.brief import Brief
from advisor.knowledge_base import KnowledgeBase
from advisor.planning.knowledge_rows import knowledge_rows
from advisor.planning.linter import RULES
from advisor.planning.outline import OUTLINE
from advisor.planning.playbook import ANY, Platform, Playbook, playbooks, recognise
from advisor.planning.situation import CHANNELS, GOALS
from advisor.planning.tables import stated_in
from advisor.terms import content_terms
from tests.source_tree import ROOT

VOCABULARY = yaml.safe_load((ROOT / "knowledge" / "vocabulary.yaml").read_text(encoding="utf-8"))


def cells() -> Iterator[tuple[str, str, str, str]]:
    """Yield each cell as (where it is for, document, text, sentence)."""
    for book in playbooks():
        for text, says, document in stated_in(book):
            yield book.business, document or book.document, text, says
    for text, says, document in stated_in(knowledge_rows()):
        yield "rows", document, text, says


def test_each_cell_is_carried_by_a_sentence_of_the_guidance(bundled_kb: KnowledgeBase) -> None:
    wrong = [
        (where, text)
        for where, document, text, says in cells()
        if bundled_kb.quote(document, says) is None or {*content_terms(text)} - {*content_terms(says)}
    ]
    assert not wrong


def test_there_is_a_playbook_for_each_kind_of_business() -> None:
    assert sorted(book.business for book in playbooks()) == sorted(VOCABULARY["businesses"])


@pytest.mark.parametrize("book", playbooks(), ids=lambda book: book.business)
def test_a_playbook_makes_a_whole_plan(book: Playbook) -> None:
    used = {platform.platform for platform in book.platforms if platform.decision != "skip"}
    assert {platform.platform for platform in book.platforms} <= set(VOCABULARY["platforms"])
    assert any(platform.decision == "use" for platform in book.platforms)
    assert any(platform.decision == "skip" for platform in book.platforms)
    assert 3 <= len(book.pillars) <= 5
    assert {pillar.platform for pillar in book.pillars} <= used
    assert sum(pillar.promotion for pillar in book.pillars) * 2 <= len(book.pillars)
    assert {kpi.goal for kpi in book.kpis} <= set(VOCABULARY["goals"])
    assert any(kpi.goal != "sales" for kpi in book.kpis)
    assert all(len(pillar.hooks) >= 2 and len(pillar.actions) >= 2 for pillar in book.pillars)


def test_words_of_the_tables_are_those_of_the_knowledge() -> None:
    assert set(GOALS) == set(VOCABULARY["goals"])
    assert set(CHANNELS) == set(VOCABULARY["platforms"]) - {"any"}
    assert {kpi.goal for kpi in knowledge_rows().kpis} == set(VOCABULARY["goals"])


def test_each_rule_but_that_of_arithmetic_is_backed() -> None:
    assert set(RULES) - {rule.code for rule in knowledge_rows().rules} == {"P120"}


def test_sections_have_names_of_their_own() -> None:
    assert len({heading.key for heading in OUTLINE}) == len(OUTLINE)
    assert {field for heading in OUTLINE for field in heading.inputs} <= set(Brief.model_fields)


@pytest.mark.parametrize(
    ("business", "kind"),
    [
        ("a family restaurant in Graz", "restaurant"),
        ("a manufacturer of pumps", "manufacturer"),
        ("an animal shelter run by volunteers", "non-profit"),
        ("an online shop for tea", "online-shop"),
        ("a bakery with two branches", "local-shop"),
        ("a plumber in Leeds", "trade"),
        ("a tax consultancy", "consultancy"),
        ("a football club", "club"),
        ("something that nobody has heard of", ANY),
    ],
)
def test_a_business_is_recognised_by_its_words(business: str, kind: str) -> None:
    book, word = recognise(Brief(business=business), playbooks())
    assert book.business == kind
    assert bool(word) == (kind != ANY)


def test_words_of_the_business_count_before_those_of_the_offering() -> None:
    book, _ = recognise(Brief(business="a florist", offering="bouquets for restaurants"), playbooks())
    assert book.business == "local-shop"


def test_a_platform_is_named_for_people() -> None:
    assert all(isinstance(p, Platform) and p.name[0].isupper() for book in playbooks() for p in book.platforms)
