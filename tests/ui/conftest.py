"""A browser, and pages served for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from advisor.settings import Settings
from tests.ui.scripted import ScriptedAdvisor, ScriptedKnowledge

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Served:
    """A page that is being served, and what it is made of."""

    def __init__(self, address: str, advisor: ScriptedAdvisor, kb: ScriptedKnowledge, data_dir: Path) -> None:
        self.address = address
        self.advisor = advisor
        self.kb = kb
        self.data_dir = data_dir


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The interface over the scripted advisor."""
    from advisor.ui.app import build_app, free_port, start

    data_dir = tmp_path_factory.mktemp("scripted")
    advisor, kb = ScriptedAdvisor(), ScriptedKnowledge()
    app = build_app(advisor, kb, Settings(data_dir=data_dir))  # type: ignore[arg-type]
    yield Served(start(app, host="127.0.0.1", port=free_port("127.0.0.1", None)), advisor, kb, data_dir)
    app.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Not for the whole session: while it lives, its thread can't run another event loop."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def requests() -> list[str]:
    """Hosts that the pages of a test sent requests to."""
    return []


@pytest.fixture
def page(browser: Browser, requests: list[str]) -> Iterator[Page]:
    """An empty tab of 1280 x 800; the test fails if it asks any other host, or if a script breaks."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.set_default_timeout(15_000)

    def note(request: Request) -> None:
        if (host := urlsplit(request.url).hostname) is not None:
            requests.append(host)

    broken: list[str] = []
    context.on("request", note)
    context.on("weberror", lambda error: broken.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert set(requests) <= LOOPBACK
    assert not broken


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: a temporary folder, or the one that the variable SCREENSHOTS names."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
