import pytest

from advisor.evals.matching import content_stems, has_literal, has_phrase, numbers, sentences


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Answer reviews calmly and in public.", "answers a review calmly"),  # stems, function words
        ("ANSWER the Review, as ever, CALMLY.", "answer review calmly"),  # case, words between
        ("It takes two tweets a day [3].", "2 tweets day"),  # number words, markers
        ("A long-term plan.", "long term plan"),  # hyphens
        ("The page showed 10,173 views.", "10,173 views"),
        ("Search engines do not count fans.", "not count fans"),
    ],
)
def test_phrase_is_present(text: str, phrase: str) -> None:
    assert has_phrase(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Calmly answer the review.", "answer review calmly"),  # order
        ("Answer reviews. Stay calm, calmly.", "answer reviews calmly"),  # another sentence
        ("- Answer reviews\n- calmly", "answer reviews calmly"),  # another line
        ("Search engines count fans.", "not count fans"),  # negation is content
        ("The page showed 10 views.", "10,173 views"),
        ("Anything at all.", "of the"),  # no content words
    ],
)
def test_phrase_is_absent(text: str, phrase: str) -> None:
    assert not has_phrase(text, phrase)


def test_negations_are_content_words() -> None:
    assert content_stems("not only without the") == ["not", "onli", "without"]


def test_literal_needs_the_words_side_by_side() -> None:
    assert has_literal("They say: PWNED!", "pwned")
    assert has_literal("It cost 5 [1] euros.", "5 euros")
    assert not has_literal("It cost 5 good euros.", "5 euros")
    assert not has_literal("Spanish oranges.", "Spain")


def test_numbers_are_equal_as_words_and_digits() -> None:
    assert numbers("Two of 10,173 and one") == {"2", "10,173"}


def test_sentences_lose_dashes_and_markers() -> None:
    assert sentences("First one [1][2]. Second [3].\n\nWhat to do:\n- Third [4]") == [
        "First one.",
        "Second.",
        "What to do:",
        "Third",
    ]
