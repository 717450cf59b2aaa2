"""What models write, and the claims that are read from it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.domain import Claim, Role
from advisor.generation.parsing import MAX_CLAIM_CHARACTERS, ClaimParser, plain

LABELS = ("E1", "E2", "E3")


def parse(text: str, *, size: int = 0) -> list[Claim]:
    parser = ClaimParser(LABELS)
    step = size or len(text) or 1
    claims = [c for i in range(0, len(text), step) for c in parser.feed(text[i : i + step])]
    return claims + parser.finish()


def line(claim: str, *labels: str, role: str = "answer") -> str:
    return json.dumps({"role": role, "claim": claim, "evidence": list(labels)})


TWO = [
    Claim(text="Post two times a day.", labels=("E1",), role=Role.DO),
    Claim(text="Never delete complaints.", labels=("E2", "E3"), role=Role.AVOID),
]
FIRST = line("Post two times a day.", "E1", role="do")
SECOND = line("Never delete complaints.", "E2", "E3", role="avoid")


@pytest.mark.parametrize("size", [0, 1, 5])
@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n{SECOND}\n",
        f"{FIRST}\n{SECOND}",
        f"{FIRST} {SECOND}",
        f"```json\n{FIRST}\n{SECOND}\n```\nHope this helps!",
        f"[{FIRST}, {SECOND}]",
        f"[\n  {FIRST},\n  {SECOND},\n]",
        f"```\n[{FIRST},\n{SECOND}]\n```",
        json.dumps([json.loads(FIRST), json.loads(SECOND)], indent=2),
        json.dumps({"claims": [json.loads(FIRST), json.loads(SECOND)]}, indent=2),
        f'{{"claims": [{FIRST}, {SECOND}]}}',
        f"Here are the claims:\n1. {FIRST}\n2. {SECOND}\n",
        f"- {FIRST},\n- {SECOND},\n",
        f"Sure: {FIRST}\n{SECOND}",
        f"<think>\nMaybe {FIRST.replace('two', 'nine')}?\n[E1]\n</think>\n{FIRST}\n{SECOND}",
        FIRST.replace("}", ",}") + "\n" + SECOND.replace("]", ",]"),
        FIRST.rstrip("}") + "\n" + SECOND,  # the first object isn't closed
        f"{FIRST}\n{SECOND}"[:-2],  # the output was cut off
        f"{json.loads(FIRST)}\n{json.loads(SECOND)}",  # Python's way of writing it
        FIRST.replace('["E1"]', "[E1]") + "\n" + SECOND.replace('["E2", "E3"]', "E2, E3"),
        FIRST.replace('["E1"]', "[1]") + "\n" + SECOND.replace('["E2", "E3"]', '"E2 and E3"'),
        FIRST.replace("claim", "text").replace("evidence", "sources") + "\n" + SECOND,
        "Do:\n1. Post two times a day. [E1]\n\nAvoid:\n2. Never delete complaints (E2, E3).",
        "- do: Post two times a day [E1].\n- avoid: Never delete complaints [E2][E3].",
        "**Do:** Post two times a day [e1]\n**Avoid:** [E2, E3] Never delete complaints.",
        "What to do: Post two times a day [E1].\nWhat to avoid: Never delete complaints [E2; E3]. Anything else?",
    ],
)
def test_the_same_claims_are_read_from_every_form(text: str, size: int) -> None:
    assert parse(text, size=size) == TWO


def test_a_claim_is_there_as_soon_as_its_object_is_closed() -> None:
    parser = ClaimParser(LABELS)
    assert parser.feed(FIRST[:-1]) == []
    assert parser.feed("}") == [TWO[0]]
    assert parser.feed(SECOND + "\n") == [TWO[1]]


def test_sentences_of_a_paragraph_keep_their_own_labels() -> None:
    claims = parse("Tweets win regulars [E1]. Complaints need answers! [E2] Sales say more (E1, E3).")
    assert [(c.text, c.labels) for c in claims] == [
        ("Tweets win regulars.", ("E1",)),
        ("Complaints need answers!", ("E2",)),
        ("Sales say more.", ("E1", "E3")),
    ]


def test_labels_that_do_not_exist_are_dropped() -> None:
    assert [c.labels for c in parse(line("Post two times a day.", "E99", "E2"))] == [("E2",)]
    assert [c.labels for c in parse(line("Post two times a day.", "E99"))] == [()]
    assert [c.labels for c in parse("Post two times a day [E99].")] == [()]


def test_a_claim_without_label_has_none() -> None:
    assert [c.labels for c in parse('{"claim": "Post two times a day."}')] == [()]


def test_prose_without_labels_is_no_claim() -> None:
    assert parse("Social media is great. You should post daily!\nIt works.") == []


def test_labels_inside_the_sentence_move_out() -> None:
    assert parse(line("Post two times [E2] a day [E1].", "E1")) == [
        Claim(text="Post two times a day.", labels=("E1", "E2"))
    ]


def test_a_long_claim_is_cut_into_its_sentences() -> None:
    claims = parse(line("Tweets win regulars. They cost little time. Do they?", "E1"))
    assert [c.text for c in claims] == ["Tweets win regulars.", "They cost little time."]


def test_an_endless_sentence_is_dropped() -> None:
    assert parse(line("and so on " * (MAX_CLAIM_CHARACTERS // 5), "E1")) == []


def test_repetitions_are_dropped_and_a_loop_is_noticed() -> None:
    parser = ClaimParser(LABELS)
    claims = [c for _ in range(20) for c in parser.feed(FIRST + "\n" + SECOND + "\n")]
    assert claims == TWO
    assert parser.looping


def test_a_repetition_with_a_label_replaces_one_without() -> None:
    claims = parse(line("Post two times a day.") + "\n" + FIRST)
    assert [c.labels for c in claims] == [(), ("E1",)]


def test_the_example_of_the_prompt_is_no_claim() -> None:
    assert parse('{"role": "answer", "claim": "...", "evidence": ["E1"]}') == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Post <b>two</b> times.", "Post two times."),
        ("Post <script>alert(1)</script>daily.", "Post daily."),
        ("&lt;img src=x onerror=alert(1)&gt;Post daily.", "Post daily."),
        ("<<b>script>alert(1)<</b>/script> daily.", "< script>alert(1)< /script> daily."),  # no tag any more
        ("Post daily. <img src=x onerror=alert(1) ", "Post daily. img src=x onerror=alert(1)"),
        ("See ![x](http://bad.example/?q=1) and [this](javascript:alert) here.", "See x and this here."),
        ("Post\x00 **two**\u200b times\u202e a\tday\x1b[31m.", "Post two times a day[31m."),
        ("5 < 10 and 3 > 2, AT&amp;T.", "5 < 10 and 3 > 2, AT&T."),
    ],
)
def test_markup_and_invisible_characters_go(text: str, expected: str) -> None:
    assert plain(text) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "{",
                "}",
                "[",
                "]",
                '"',
                "'",
                ",",
                ":",
                "\n",
                "\\",
                "E1",
                "[E2]",
                "claim",
                '"claim": "',
                "a b. ",
                "<think>",
                "```",
                "1. ",
                FIRST,
                SECOND[:30],
                "</think>",
                "é",
                "(",
                ")",
            ]
        ),
        max_size=40,
    )
)
def test_any_output_is_read_without_failing(pieces: list[str]) -> None:
    for claim in parse("".join(pieces), size=3):
        assert set(claim.labels) <= set(LABELS)
        assert 0 < len(claim.text) <= MAX_CLAIM_CHARACTERS


def test_deeply_nested_output_does_not_break_the_reader() -> None:
    assert parse('{"a":' * 5000) == []
    assert parse("[" * 5000 + FIRST) == [TWO[0]]


def test_the_same_line_over_and_over_is_a_loop() -> None:
    parser = ClaimParser(LABELS)
    for _ in range(6):
        assert not parser.looping
        parser.feed("The answer is:\n\n")
    assert parser.looping


def test_half_a_sentence_of_a_stopped_model_is_dropped() -> None:
    parser = ClaimParser(LABELS)
    assert parser.feed(FIRST + "\n[E2] Never delete complaints that") == [TWO[0]]
    assert parser.finish(stopped=True) == []
    assert parse("[E2] Never delete complaints that") == []
    assert [c.text for c in parse("[E2] Never delete complaints.")] == ["Never delete complaints."]
