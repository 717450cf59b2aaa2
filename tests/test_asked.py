"""What a question asks for, and whether a sentence has it."""

from __future__ import annotations

import pytest

from advisor.asked import asked_for, asks_for_advice, gives, is_vague, meant_by, names
from advisor.domain import Evidence, Passage, Source
from advisor.evidence import suggested_question

FIGURES = [
    "How many followers does a bakery need?",
    "How much does an advertisement cost?",
    "How much is a campaign?",
    "How much revenue comes from social media?",
    "What percentage of companies use Twitter?",
    "What share of customers reads reviews?",
    "What is the average engagement rate on Instagram?",
    "What's the click-through rate of a good post?",
    "What was the budget of the ABB campaign?",
    "Tell me the exact number of users of Facebook.",
    "Give me the average cost of a click.",
    "what is the price of a sponsored post",
    "How big is the market for influencers?",
    "What number of posts did the pub publish?",
]

DATES = [
    "When was Facebook founded?",
    "In which year did ABB start its blog?",
    "What year was Twitter launched?",
    "On what date did the campaign end?",
    "When did Urs Gattiker write his definition?",
    "Since when does the company use Twitter?",
    "How long ago was the first post?",
    "In what month was the blog launched?",
    "At what time did the shop open?",
    "What is the best time to post?",
]

NAMES = [
    "Who founded Facebook?",
    "Who is the author of the definition?",
    "Who won the FIFA World Cup in 2010?",
    "Who was the CEO of ABB?",
    "Which company sells cleaning machines to hospitals?",
    "Which author defined social media marketing?",
    "What is the name of the pub?",
    "What is the capital of Peru?",
    "Whose definition is it?",
    "By whom was the definition written?",
    "Name a company that uses Twitter well.",
    "So who coined the term?",
]

ADVICE = [
    "Should I post offers every day?",
    "How do I choose a platform?",
    "How much promotion is too much?",
    "When should I stop posting?",
    "When do paid ads make sense?",
    "Who should answer comments?",
    "Who can run our social media accounts?",
    "Who must approve a post?",
    "Why is social media hard to measure?",
    "What should we do when a customer complains?",
    "How do I write a name for my page?",
    "Which platform suits a small bakery?",
    "How important is social media marketing?",
    "What makes a good post?",
    "Is it bad to buy followers?",
    "How do we set a budget?",
    "Where are my customers online?",
    "How can I tell a customer who is angry that we are sorry?",
    "What do likes and shares mean?",
    "How do I calculate the return on investment?",
]


@pytest.mark.parametrize("question", FIGURES)
def test_asks_for_a_figure(question: str) -> None:
    assert asked_for(question) == "figure"


@pytest.mark.parametrize("question", DATES)
def test_asks_for_a_date(question: str) -> None:
    assert asked_for(question) == "date"


@pytest.mark.parametrize("question", NAMES)
def test_asks_for_a_name(question: str) -> None:
    assert asked_for(question) == "name"


@pytest.mark.parametrize("question", ADVICE)
def test_asks_for_advice(question: str) -> None:
    assert asked_for(question) == "advice"


@pytest.mark.parametrize(
    "question",
    [
        "How many platforms should I use?",
        "How many posts a week are enough?",
        "How much should we spend?",
        "What is the right number of hashtags?",
        "How many hours a week do I need?",
        "What is the best time to post?",
        "How many accounts can we run at once?",
    ],
)
def test_wants_to_know_what_is_advisable(question: str) -> None:
    assert asks_for_advice(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many employees does ABB have?",
        "When was Facebook founded?",
        "Who won the FIFA World Cup in 2010?",
        "What percentage of restaurants use TikTok?",
        "How much did the campaign cost?",
        "What was the price of the oak table?",
    ],
)
def test_wants_to_know_what_is_the_case(question: str) -> None:
    assert not asks_for_advice(question)


@pytest.mark.parametrize("question", ["how many followers do i need", "HOW MANY FOLLOWERS DO I NEED", "How many?"])
def test_letter_case_and_marks_make_no_difference(question: str) -> None:
    assert asked_for(question) == "figure"


@pytest.mark.parametrize("question", ["", "?", "🐟", "how " * 1000, "what is the " * 300])
def test_odd_questions_have_an_answer_too(question: str) -> None:
    assert asked_for(question) in ("figure", "date", "name", "advice")


@pytest.mark.parametrize(
    ("kind", "sentence", "question"),
    [
        ("figure", "A pub needs 40 posts.", "How many posts?"),
        ("figure", "A pub needs two tweets a day.", "How many tweets?"),
        ("figure", "It takes 3.5 hours.", "How long?"),
        ("figure", "About 12 % of them answer.", "What percentage answers?"),
        ("figure", "The table costs 1,480 euros.", "What does it cost?"),
        ("date", "Urs Gattiker wrote it in 2010.", "When did he write it?"),
        ("date", "The shop closes in August.", "In which month does it close?"),
        ("date", "The shop opens at 9:30.", "At what time does it open?"),
        ("date", "The tour is on Thursdays.", "On which day is the tour?"),
        ("name", "The blog was written by Urs Gattiker.", "Who wrote the blog?"),
        ("name", "A well-known example is ABB.", "Which company is an example?"),
        ("advice", "Anything at all.", "How do I do it?"),
    ],
)
def test_a_sentence_that_has_it(kind: str, sentence: str, question: str) -> None:
    assert gives(kind, sentence, question)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "sentence", "question"),
    [
        ("figure", "A pub needs regular posts.", "How many posts?"),
        ("figure", "Urs Gattiker wrote it in 2010.", "How many pages did he write?"),
        ("figure", "No source gives a number.", "How many?"),
        ("figure", "One source says that posts help.", "How many posts help?"),
        ("figure", "A shop with 40 guests posts.", "How many posts does a shop with 40 guests need?"),
        ("date", "It was a long time ago.", "When was it?"),
        ("date", "It happened in 2010 as well.", "In which month of 2010 did it happen?"),
        ("name", "The author of the blog is unknown.", "Who wrote the blog?"),
        ("name", "People write about Facebook.", "Who founded Facebook?"),
    ],
)
def test_a_sentence_that_does_not_have_it(kind: str, sentence: str, question: str) -> None:
    assert not gives(kind, sentence, question)  # type: ignore[arg-type]


def test_names_are_found_inside_a_sentence() -> None:
    found = " ".join(names("In 2010 the ABB blog was praised by Urs Gattiker, who compared it with LinkedIn."))
    for name in ("ABB", "Urs", "Gattiker", "LinkedIn"):
        assert name in found


def test_an_ordinary_sentence_has_no_names() -> None:
    assert names("Posting every day is no strategy. This is why many shops stop.") == []


@pytest.mark.parametrize(
    "question",
    [
        "help me with Instagram",
        "Instagram?",
        "marketing",
        "reviews",
        "Tips for my bakery on social media",
        "I need help with reviews",
        "what about influencers",
        "can you help me with my facebook page",
        "social media for a plumber",
        "Where do I start?",
        "we're new to linkedin",
        "I don't know anything about hashtags",
        "tell me about newsletters",
        "Advice on a crisis, please.",
    ],
)
def test_names_a_subject_and_not_what_is_wanted(question: str) -> None:
    assert is_vague(question)


@pytest.mark.parametrize(
    "question",
    [
        *ADVICE,
        *FIGURES[:4],
        *NAMES[:4],
        "What is social media marketing?",
        "What is a persona?",
        "Tell me how to answer a complaint",
        "Explain the difference between pull and push",
        "Help me with a bad review that a customer wrote about our breakfast yesterday",
        "",
    ],
)
def test_says_what_is_wanted(question: str) -> None:
    assert not is_vague(question)


def listed(asks: str | None, similarity: float, text: str, headings: tuple[str, ...] = ()) -> Evidence:
    return Evidence(
        label="E1",
        passage=Passage(id="p", source_id="s", text=text, headings=headings, start=0, end=len(text)),
        source=Source(id="s", title="S", kind="guidance", origin="s"),
        score=1.0,
        asks=asks,
        asks_similarity=similarity,
        topic_similarity=similarity,
    )


def test_a_vague_question_stands_for_the_nearest_listed_one_about_its_subject() -> None:
    photos = listed("Which photo networks suit us?", 0.7, "An image-led network such as Instagram suits a baker.")
    clips = listed("Should we make clips?", 0.8, "Clips suit a dancer.")
    far = listed("Is Instagram for us?", 0.3, "Instagram is a network.")
    unlisted = listed(None, 0.0, "Instagram, Instagram, Instagram.")
    assert meant_by("help me with Instagram", [clips, photos, far, unlisted]) == "Which photo networks suit us?"
    assert meant_by("help", [clips, photos]) == "Should we make clips?"
    assert meant_by("help me with sourdough", [clips, photos, far, unlisted]) is None
    assert meant_by("help me with Instagram", []) is None


def test_it_is_put_as_the_heading_puts_it_and_not_in_somebody_s_own_words() -> None:
    heads = ("Networks", "Which networks suit pictures?", "Answer")
    photos = listed("Got nowt pretty to show, can I dodge Instagram?", 0.7, "Instagram suits a baker.", heads)
    untold = listed("nowt pretty, skip instagram?", 0.6, "Instagram suits a baker.", ("Networks", "Pictures", "Answer"))
    assert suggested_question(photos) == "Which networks suit pictures?"
    assert meant_by("Instagram?", [untold, photos]) == "Which networks suit pictures?"
    assert suggested_question(untold) == "nowt pretty, skip instagram?"
    assert suggested_question(listed(None, 0.0, "Text.", heads)) is None
