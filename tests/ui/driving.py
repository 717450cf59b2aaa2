"""What a person does on the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def open_page(page: Page, address: str) -> None:
    """Open the page and wait until it can be used."""
    page.goto(address)
    page.locator("#conversation .welcome").wait_for()


def go_to(page: Page, place: str) -> None:
    """Open one of the places of the page by its name."""
    page.get_by_role("tab", name=place).click()


def ask(page: Page, question: str, *, state: str = "answered") -> Locator:
    """Type a question, press Enter, and return its turn when it has reached a state."""
    count = page.locator(".turn").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator(f".turn >> nth={count}").wait_for()
    turn = page.locator(f".turn[data-state={state}]").nth(-1)
    page.wait_for_function(
        "([count, state]) => document.querySelectorAll('.turn')[count]?.dataset.state === state", arg=[count, state]
    )
    return turn


def open_citation(page: Page, chip: Locator) -> str:
    """Press a citation and return the highlighted words."""
    before = page.locator("#evidence .evidence").inner_html()
    chip.click()
    page.wait_for_function(
        "before => { const pane = document.querySelector('#evidence .evidence');"
        " return pane.innerHTML !== before && pane.querySelector('mark') }",
        arg=before,
    )
    return "".join(page.locator("#evidence mark").all_text_contents())


def mark_is_in_view(page: Page) -> bool:
    """Whether the first highlighted words stand in the visible part of the evidence pane, and that on the screen."""
    return bool(
        page.wait_for_function(
            """() => {
              const pane = document.querySelector('#evidence').getBoundingClientRect();
              const head = document.querySelector('#evidence .head').getBoundingClientRect();
              const mark = document.querySelector('#evidence mark').getBoundingClientRect();
              return mark.top >= head.bottom - 1 && mark.top < pane.bottom && mark.top > 0 && mark.top < innerHeight;
            }"""
        )
    )
