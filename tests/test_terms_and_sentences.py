"""Content terms, and sentences with their offsets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.sentences import sentence_spans
from advisor.terms import STOP_WORDS, content_terms, content_words, stem, words


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


def test_words_keep_numbers_names_and_signs() -> None:
    assert words("It's 40% of the owner’s budget: €1,480 or Q3-2026!") == [
        "it",
        "40%",
        "of",
        "the",
        "owner",
        "budget",
        "€",
        "1",
        "480",
        "or",
        "q3-2026",
    ]
    assert words("Zürich naïve Übergröße") == ["zürich", "naïve", "übergröße"]


def test_content_words_leave_out_what_only_frames_a_question() -> None:
    assert content_words("How do I choose the right platform, please?") == ["choose", "right", "platform"]
    assert content_words("What's it? Don't you think we'll see?") == ["think", "see"]
    assert content_words("What is it and why is that so?") == []
    assert all(word == word.lower() for word in STOP_WORDS)


def test_terms_of_one_stem_are_the_same() -> None:
    assert content_terms("platforms") == content_terms("Platform")
    assert content_terms("measuring measures measured") == [stem("measure")] * 3
    assert content_terms("") == content_terms("?!") == []


@given(st.text(max_size=200))
def test_any_text_has_words(text: str) -> None:
    for word in content_words(text):
        assert word
        assert not set(word) & set(' \t\n"()*')  # safe to put between quotes in a keyword query
    assert len(content_terms(text)) == len(content_words(text)) <= len(words(text))


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "Dr. Meyer posts at 9 a.m. each day. He has 3.5 hours, e.g. on Mondays! Really? Yes."
    assert split(text) == [
        "Dr. Meyer posts at 9 a.m. each day.",
        "He has 3.5 hours, e.g. on Mondays!",
        "Really?",
        "Yes.",
    ]


def test_an_ordinary_word_and_a_full_stop_end_a_sentence_before_a_capital() -> None:
    for text in (
        "Plan posts within the month. Skip funnel figures.",
        "Image-led networks suit crafts. On other days rest.",
        "End with “thank you for the applause.” Pictures follow.",
    ):
        assert len(split(text)) == 2
    for text in (
        "Ask approx. Ten people came.",
        "See vol. II of the guide.",
        "The dept. Head said so.",
        "Read e.g. Facebook.",
    ):
        assert len(split(text)) == 1


def test_blank_lines_list_items_and_headings_end_sentences() -> None:
    text = "# Title\n\nFirst line\ngoes on here\n\n- one item\n- another item\n2. a number\n> quoted words\n\nEnd"
    assert split(text) == [
        "Title",
        "First line\ngoes on here",
        "one item",
        "another item",
        "a number",
        "quoted words",
        "End",
    ]


def test_a_window_gives_offsets_in_the_whole_text() -> None:
    text = "Not this one. This one counts. Neither does this."
    start = text.index("This one")
    assert [text[a:b] for a, b in sentence_spans(text, start, start + 16)] == ["This one counts."]
    assert sentence_spans(text, 5, 5) == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "- \n- ", "#", "\t\n > \n"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert not any(c.isalnum() for s in split(text) for c in s)


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_spans_are_in_order_trimmed_and_lose_no_word(text: str) -> None:
    spans = sentence_spans(text)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)
    outside = text
    for a, b in reversed(spans):
        outside = outside[:a] + "\n" * bool(b - a) + outside[b:]
    assert not any(c.isalpha() for c in outside)
