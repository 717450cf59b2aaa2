"""The report as a page: nothing from outside, nothing that runs, and everybody's words as they are."""

import dataclasses
import math
import re

import pytest
from bs4 import BeautifulSoup

from advisor.evals.comparison import Comparison
from advisor.evals.html import to_html
from advisor.evals.metrics import Estimate
from advisor.evals.plots import Bar, Bound, interval_plot, line_plot
from advisor.evals.report import EvalResult, summarise
from advisor.evals.sections import Plot, Section, Series, Table
from advisor.evals.thresholds import Threshold
from tests.evals.answers import answer, case, citation, record, verdict

GOOD = answer(verdict("Bakers answer.", citation("bakery", "Bakers answer 7 of 10 questions at night.")))
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)> --> ]]> {{ 7 * 7 }} & "quoted" \'too\' $x_1$'
LINES = (Series("dense", ((0.0, 0.1), (0.5, 0.6), (1.0, 0.9))), Series("fused", ((0.0, 0.2), (1.0, 1.0))))
PLOT = Plot("Calibration", "confidence", "share that is right", LINES, diagonal=True)
JUDGE = Section(
    "How far the judge can be trusted",
    "First.\n\nSecond.",
    (Table(("set", "AUC", "remark"), (("wice", "0.861 (0.82–0.90)", "fair"), ("frank", "–", "")), "Against labels"),),
    (PLOT, dataclasses.replace(PLOT, title="Again")),
)


def evil_result() -> EvalResult:
    section = Section(EVIL, EVIL, (Table((EVIL, "b"), ((EVIL, EVIL),), EVIL),), (Plot(EVIL, EVIL, EVIL, LINES),))
    asked = case(name="evil", facts=[["nothing like it"]]).model_copy(update={"question": EVIL})
    result = summarise([record(asked, answer(status="insufficient_evidence", missing=EVIL))], [], opening=[section])
    return dataclasses.replace(result, generator=EVIL, verifier=EVIL, comparison=Comparison(trouble=EVIL))


def told(page: str, selector: str) -> list[str]:
    return [element.get_text() for element in BeautifulSoup(page, "html.parser").select(selector)]


@pytest.fixture(scope="module")
def page() -> str:
    bounds = [Threshold(metric="false_refusals", at_most=0.05), Threshold(metric="correctness", at_least=0.9)]
    records = [record(case(split="test"), GOOD), record(case(name="d"), answer(status="insufficient_evidence"))]
    return to_html(summarise(records, bounds, opening=[JUDGE], closing=[Section("Risk")]))


@pytest.fixture(scope="module")
def evil() -> str:
    return to_html(evil_result())


def test_everybodys_words_are_shown_as_they_are(evil: str) -> None:
    soup = BeautifulSoup(evil, "html.parser")
    assert not soup.select("script, img, iframe, object, link, base, form")
    assert not [name for element in soup.find_all(True) for name in element.attrs if name.startswith("on")]
    for selector in (
        "#section-1 h2",
        "#section-1 > p",
        "#section-1 thead th",
        "#section-1 tbody td",
        "#section-1 .table figcaption",
        "#section-1 .plots figcaption",
        "nav a",
        "dd",
        "header p",
        "article p",
    ):
        assert EVIL in told(evil, selector), selector
    assert EVIL in soup.select("blockquote")[0].get_text()


def test_nothing_comes_from_outside_or_runs(page: str, evil: str) -> None:
    for made in (page, evil):
        soup = BeautifulSoup(made, "html.parser")
        assert "default-src 'none'" in soup.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
        assert not soup.select("script, link, img, iframe")
        assert not soup.select("[src], [srcset], [action]")
        assert not re.search(r"https?://|@import|//cdn", made)
        ids = [element["id"] for element in soup.select("[id]")]
        assert len(ids) == len(set(ids))
        assert {element["href"] for element in soup.select("[href]")} <= {f"#{name}" for name in ids}
        assert set(re.findall(r"url\(#([^)]+)\)", made)) <= set(ids)


def test_the_contents_name_every_section_in_order(page: str) -> None:
    titles = told(page, "main h2")
    assert titles[:3] == ["How far the judge can be trusted", "Thresholds", "Figures at a glance"]
    assert titles.index("Test half") < titles.index("Risk") < titles.index("Failures: development half")
    assert told(page, "nav li") == [*titles[:-1], "Failures: development half (1)"]


def test_the_first_screen_says_the_outcome_and_the_figures_in_words(page: str) -> None:
    (header,) = told(page, "header")
    header = re.sub(r"[ \n]+", " ", header)
    assert "Passed The one bound is kept. 1 bound could not be judged" in header
    assert "0\N{NO-BREAK SPACE}% of the questions that the sources answer are wrongly turned away" in header
    assert "Measured on 1 question (test half). Nobody looks" in header
    assert "There is no earlier report to compare with." in header
    missed = summarise([record(case(), answer())], [Threshold(metric="status_accuracy", at_most=0)])
    assert told(to_html(missed), ".outcome.missed") == ["Missed"]
    assert told(page, ".headlines small.good") == ["At most 5\N{NO-BREAK SPACE}% was asked for: kept"]


def test_tables_set_numbers_to_the_right_and_outcomes_apart(page: str) -> None:
    soup = BeautifulSoup(page, "html.parser")
    judge = soup.select_one("#section-1 table")
    assert [("number" in cell["class"]) for cell in judge.select("thead th")] == [False, True, False]
    assert judge.select_one("td.number .range").get_text() == "(0.82–0.90)"
    assert told(page, "td.good") == ["passed"]
    assert told(page, "td.open") == ["not measured"]


def test_light_and_dark_define_every_colour_that_is_used(page: str) -> None:
    light, dark = re.findall(r":root \{([^}]*)\}", page)[:2]
    assert page.index(dark) > page.index("prefers-color-scheme: dark")
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", page))
    assert "--series-2" in used
    for scheme in (light, dark):
        assert used <= set(re.findall(r"(--[a-z0-9-]+):", scheme))


def test_the_same_result_gives_the_same_page() -> None:
    result = summarise([record(case(), GOOD)], [], opening=[JUDGE])
    assert to_html(result) == to_html(result)


def test_a_plot_has_its_lines_its_legend_and_the_pages_colours() -> None:
    svg = line_plot(PLOT, "p")
    assert re.findall(r"<text [^>]*>(both equal|dense|fused|confidence|share that is right)</text>", svg) == [
        "confidence",
        "share that is right",
        "both equal",
        "dense",
        "fused",
    ]
    assert not re.search(r"#[0-9a-f]{6}\b(?<!#000000)", svg)
    assert {"var(--series-1)", "var(--series-2)"} <= set(re.findall(r"var\(--series-\d\)", svg))
    assert 'aria-label="Calibration"' in svg


@pytest.mark.parametrize(
    "series",
    [
        (),
        (Series("none", ()),),
        (Series("one", ((0.3, 0.2),)),),
        (Series("no number", ((0.1, math.nan), (0.2, math.inf), (0.3, 0.4))),),
        (Series("nought", ((0.0, 0.0), (1.0, 0.0))),),
        (Series("__a $x_1$ \x00 \ud800 🙂 مرحبا 数", ((5.0, -4.0), (9.0, 2000.0))), Series("", ((6.0, 7.0),))),
        tuple(Series(f"a rather long name of a system, number {n}" * 4, ((0, n), (1, n))) for n in range(9)),
    ],
)
@pytest.mark.parametrize("diagonal", [True, False])
def test_odd_series_are_drawn_as_far_as_they_can_be(series: tuple[Series, ...], diagonal: bool) -> None:
    svg = line_plot(Plot("odd", "x", "y", series, diagonal), "p")
    assert svg.encode("utf-8").startswith(b"<svg")
    assert "nan" not in svg.lower().replace("unanimous", "")


def test_figures_stand_in_rows_with_their_intervals_and_bounds() -> None:
    bars = [
        Bar("correctness", "Test half", Estimate(0.9, 0.8, 1.0, 40)),
        Bar("correctness", "Development half", Estimate(0.95, None, None, 1)),
        Bar("quote_recall", "Test half", Estimate(None, None, None, 0)),
    ]
    svg = interval_plot(bars, [Bound("correctness", 0.9, "at least"), Bound("quote_recall", 1, "at least")], "All", "p")
    texts = re.findall(r"<text [^>]*>([^<]+)</text>", svg)
    assert {"correctness", "Test half", "Development half", "to be at least"} <= set(texts)
    assert "quote_recall" not in texts
