"""The alterations make a sentence false, in decent English, and leave alone what they would not make false."""

import random

import pytest

from advisor.evals.altering import ALTERATIONS, RULES, Change, altered, alternatives


def made(kind: str, text: str, names: str = "") -> list[str]:
    return list(alternatives(RULES[kind], text, names))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("number", "Take two photos.", "Take three photos."),
        ("number", "The trial runs for one week.", "The trial runs for three weeks."),
        ("number", "Reply to half of the comments.", "Reply to a third of the comments."),
        ("number", "Look at it once a month.", "Look at it twice a month."),
        ("number", "The rate was 40 percent.", "The rate was 45 percent."),
        ("number", "It had 1,200 visits.", "It had 1,300 visits."),
        ("unit", "Wait for an hour.", "Wait for a day."),
        ("unit", "Wait for a day.", "Wait for an hour."),
        ("unit", "Answer within two weeks.", "Answer within two days."),
        ("unit", "Write a monthly report.", "Write a weekly report."),
        ("date", "The shop opened in 2014.", "The shop opened in 2013."),
        ("date", "Post on Monday.", "Post on Tuesday."),
        ("date", "Plan every spring.", "Plan every autumn."),
        ("entity", "Open an Instagram account.", "Open a Facebook account."),
        ("entity", "Open a Facebook account.", "Open an Instagram account."),
        ("negation", "Ask for reviews.", "Do not ask for reviews."),
        ("negation", "Do not buy followers.", "Buy followers."),
        ("negation", "A post may go wrong.", "A post will never go wrong."),
        ("negation", "A post can go wrong.", "A post cannot go wrong."),
        ("negation", "Advertising is not free.", "Advertising is free."),
        ("negation", "A kind reply earns trust.", "A kind reply does not earn trust."),
        ("negation", "No network suits all firms.", "Every network suits all firms."),
        ("quantifier", "Many customers ask twice.", "All customers ask twice."),
        ("quantifier", "Answer every comment.", "Answer every second comment."),
        ("quantifier", "Every comment needs an answer.", "No comment needs an answer."),
        ("quantifier", "Owners often forget this.", "Owners always forget this."),
        ("modality", "A reply can wait.", "A reply must wait."),
        ("modality", "A reply should be short.", "A reply need not be short."),
        ("modality", "People may laugh.", "People will laugh."),
        ("comparative", "Short clips bring more visits.", "Short clips bring fewer visits."),
        ("comparative", "Short clips need more care.", "Short clips need less care."),
        ("comparative", "Short clips are more useful.", "Short clips are less useful."),
        ("comparative", "Plan it before the sale.", "Plan it after the sale."),
        ("comparative", "An earlier reply helps.", "A later reply helps."),
        ("attribution", "One source says that haste harms.", "Every source says that haste harms."),
        ("attribution", "As Digital.gov advised, caption clips.", "As Jay Baer advised, caption clips."),
    ],
)
def test_what_is_made(kind: str, text: str, expected: str) -> None:
    assert expected in made(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "Do not post at least two pictures."),  # a ban on two bans three, or doesn't
        ("number", "Two weeks suffice."),
        ("number", "Use a word that two people know."),
        ("number", "Support is there 24/7."),
        ("unit", "Give it a second look."),
        ("unit", "Write the hours into the profile."),
        ("unit", "Take a day off."),
        ("date", "It may rain on a march."),
        ("entity", "Weekend trips are popular."),
        ("entity", 'Say: "Your photo is lovely".'),
        ("negation", "What is the goal?"),
        ("negation", "A page that is neglected harms."),
        ("quantifier", "Count how many customers come."),
        ("quantifier", "Ask a few customers."),
        ("quantifier", "They help each other."),
        ("quantifier", "If many customers complain, stop."),  # all of them are many: this would stay true
        ("quantifier", "Do not ignore most customers."),
        ("quantifier", "The most useful posts win."),
        ("modality", "In May, plan the fair."),
        ("modality", "May I use your photo?"),
        ("modality", "Ask whether a fee may be charged."),
        ("comparative", "Look after your regulars."),
        ("comparative", "Compare a month before with a month after the fair."),
        ("comparative", "Check whether costs are higher or lower."),
        ("comparative", "The shop is no longer open."),
        ("attribution", "A request on LinkedIn names the occasion."),
        ("attribution", "Post on Instagram."),
    ],
)
def test_what_is_left_alone(kind: str, text: str) -> None:
    assert made(kind, text) == []


def test_a_bound_is_only_changed_to_what_it_excludes() -> None:
    assert made("number", "It has at least five pages.") == [
        f"It has at least {number} pages." for number in ("six", "seven", "eight")
    ]
    assert made("number", "It has at most five pages.") == [
        f"It has at most {number} pages." for number in ("two", "three", "four")
    ]
    assert {text.split()[-1] for text in made("unit", "It lasts more than two days.")} == {"weeks.", "months."}


def test_names_come_from_the_text_around() -> None:
    around = "Last week, our neighbours met Anna Berg. We told Olsen. Write to her. Then Peter Maier came."
    assert made("entity", "The shop belongs to Jonas Keller.", around) == [
        "The shop belongs to Anna Berg.",
        "The shop belongs to Peter Maier.",
    ]
    assert made("entity", "The shop belongs to Keller.", around) == ["The shop belongs to Olsen."]


def test_a_draw_is_one_of_the_alternatives_and_repeats_with_its_seed() -> None:
    text = "On Monday, two of the best writers at Facebook may not post more than once a week, one source says."
    for kind, alter in ALTERATIONS.items():
        drawn = [alter(text, "", random.Random(seed)) for seed in range(20)]
        assert drawn == [alter(text, "", random.Random(seed)) for seed in range(20)]
        assert set(drawn) <= {*made(kind, text)} or drawn == [None] * 20
    assert len({ALTERATIONS["date"](text, "", random.Random(seed)) for seed in range(20)}) > 3


def test_the_article_follows_the_new_word() -> None:
    text = "It takes an hour."
    change = Change(text.index("hour"), text.index("hour") + 4, ("unit", "minute", "age"))
    assert [altered(text, change, new) for new in change.instead] == [
        "It takes a unit.",
        "It takes a minute.",
        "It takes an age.",
    ]


@pytest.mark.parametrize("text", ["", " ", ".", "é 🙂", "1", "The " * 3000, "不要发布。", "A\nB\n- C may 1,2.3.4 x"])
def test_odd_text_is_no_trouble(text: str) -> None:
    for alter in ALTERATIONS.values():
        result = alter(text, text, random.Random(1))
        assert result is None or result != text
