"""The state of a conversation, and what becomes of a question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.ui.answering import answer
from advisor.ui.conversation import Conversation
from tests.ui.scripted import AWAY, PUB, VERDICTS, ScriptedAdvisor


def asked(*questions: str) -> Conversation:
    conversation = Conversation()
    for question in questions:
        *_, conversation = answer(ScriptedAdvisor(), conversation, question)  # type: ignore[arg-type]
    return conversation


def test_the_first_state_already_shows_the_question() -> None:
    first = next(answer(ScriptedAdvisor(), Conversation(), "why?"))  # type: ignore[arg-type]
    assert first.running
    assert first.exchanges[-1].question == "why?"


def test_the_history_holds_what_was_answered_and_skips_failures() -> None:
    history = asked("one", "fail", "two").history
    assert [turn.question for turn in history] == ["one", "two"]
    assert asked("fail").history == ()


def test_a_failure_keeps_the_sentences_that_were_checked_and_is_no_longer_running() -> None:
    conversation = asked("one", "crash")
    assert [exchange.state for exchange in conversation.exchanges] == ["answered", "failed"]
    assert "ZeroDivisionError" in conversation.exchanges[1].failure
    assert not conversation.running


def test_stopping_keeps_what_is_there_and_stops_nothing_else() -> None:
    states = list(answer(ScriptedAdvisor(), asked("one"), "two"))  # type: ignore[arg-type]
    midway = next(state for state in states if state.exchanges[-1].verdicts)
    stopped = midway.stopped()
    assert [exchange.state for exchange in stopped.exchanges] == ["answered", "stopped"]
    assert stopped.exchanges[-1].shown[0].claim == VERDICTS[0].claim
    assert asked("one").stopped() == asked("one")
    assert Conversation().stopped() == Conversation()


def test_a_question_after_an_unfinished_one_stops_that() -> None:
    states = [exchange.state for exchange in Conversation().asked("one").asked("two").exchanges]
    assert states == ["stopped", "running"]


def test_citations_are_found_in_their_own_turn() -> None:
    conversation = asked("one", "refuse", "two")
    first = conversation.citation(0, 1)
    assert first is not None
    assert first.quote == AWAY
    of_a_side = conversation.citation(2, 5)
    assert of_a_side is not None
    assert of_a_side.quote == PUB
    assert conversation.verdict(2, 3) == VERDICTS[3]


@pytest.mark.parametrize(("turn", "number"), [(1, 1), (0, 9), (0, 0), (0, -1), (9, 1), (-1, 1)])
def test_what_is_not_there_is_nothing(turn: int, number: int) -> None:
    conversation = asked("one", "refuse")
    assert conversation.citation(turn, number) is None
    if not (turn == 0 and number == 0):
        assert turn == 0 or conversation.verdict(turn, number) is None


def test_states_are_values() -> None:
    before = asked("one")
    copy = replace(before)
    list(answer(ScriptedAdvisor(), before, "two"))  # type: ignore[arg-type]
    assert before == copy
