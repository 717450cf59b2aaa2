"""Benchmark of the chat page: how soon it can be used, how soon it says something, and what the server holds.

    python -m advisor.evals.bench_ui

The server is the command ``advisor ui`` in its own process, over the bundled knowledge and offline. The page is driven
in a headless Chromium, and timed by a script inside it, from the key press to the frame that shows the change.

Eight people ask twice: from eight pages, and from eight API clients. Each asks anew as soon as the answer is there, so
all eight are being answered at any moment. The clients are what the target is about: eight pages that draw every
stage of eight answers share the processor with the server, which on two cores is most of what one measures. People
have machines of their own.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from advisor.assembly import open_knowledge
from advisor.settings import Settings
from advisor.ui.app import free_port

from .cases import load_cases

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

HOST = "127.0.0.1"
STARTS = 3
LOADS = 5
STAGES = 10
"""Questions after which the first stage is timed."""
PEOPLE = 8
EACH = 5
"""Questions that each of them asks."""
REMEMBERED = (20, 250, 500)
"""Numbers of questions after which the memory is read; growth counts from the first, steadiness from the second."""
MOST_START_SECONDS = 60

FIELD = "#question textarea"
# A frame is what a person sees; hence not a MutationObserver, which is told before anything is drawn.
TIMING = """
addEventListener("input", () => { window.typedAt ??= performance.now(); }, true);
addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const sent = performance.now(), before = document.querySelectorAll(".turn").length, timed = window.timed = {};
  requestAnimationFrame(function look() {
    const turn = document.querySelectorAll(".turn")[before];
    if (turn) timed.first ??= performance.now() - sent;
    if (turn && turn.dataset.state !== "running") {
      timed.whole = performance.now() - sent;
      timed.state = turn.dataset.state;
    } else requestAnimationFrame(look);
  });
}, true);
"""


def main() -> None:
    """Start servers, measure, and print a line for each figure."""
    chromium = _needed()
    cases = [case for case in load_cases() if not case.history]
    # The questions that have answers come first: they take the longest.
    questions = [case.question for case in sorted(cases, key=lambda case: case.family != "answerable")]
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder:
        work = Path(folder)
        open_knowledge(Settings(data_dir=work / "index", model=None)).close()
        for line in measured(work, chromium, questions):
            print(line, flush=True)


def measured(work: Path, chromium: str, questions: Sequence[str]) -> Iterator[str]:
    """Measure everything, and yield the lines to print.

    Args:
        work: Folder with the ``index``.
        chromium: Path of the browser.
        questions: At least as many as ``REMEMBERED`` ends with, no two of them the same.
    """
    starts = []
    for _ in range(STARTS):
        with serving(work) as server:
            starts.append(server.start_seconds)
    yield f"server start to ready: median {statistics.median(starts):.1f} s, worst {max(starts):.1f} s (target <= 8 s)"
    with serving(work) as server:
        yield from asyncio.run(in_browser(server, chromium, questions))
        yield from from_clients(server, questions[STAGES + PEOPLE * EACH :])
    with serving(work) as server:
        yield remembered(server, questions)


@dataclass(frozen=True)
class Server:
    """A server that is running.

    Attributes:
        address: Where the page is.
        process: Its process id.
        start_seconds: From the start of the process until the address answered.
    """

    address: str
    process: int
    start_seconds: float

    def resident_mb(self) -> float:
        """Return the server's resident memory (Linux), in megabytes."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def processor_seconds(self) -> float:
        """Return the processor time that the server has used so far (Linux), over all cores."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(work: Path) -> Iterator[Server]:
    """Run the command ``advisor ui`` until the block ends; nobody's own settings count."""
    port, log = free_port(HOST, None), work / "server.log"
    command = [sys.executable, "-m", "advisor", "ui", "--port", str(port), "--data-dir", str(work / "index")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ADVISOR_")}
    begun = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=work, env=environment, stdout=output, stderr=output)
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - begun > MOST_START_SECONDS:
                raise SystemExit(f"the server didn't start:\n{log.read_text(encoding='utf-8', errors='replace')}")
            time.sleep(0.02)
        yield Server(f"http://{HOST}:{port}", process.pid, time.perf_counter() - begun)
    finally:
        process.kill()
        process.wait()


async def in_browser(server: Server, chromium: str, questions: Sequence[str]) -> list[str]:
    """Open pages, ask in one of them, then in eight at once, and return the lines to print."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        loads = [await opened(browser, server.address) for _ in range(LOADS)]
        ready = [seconds for _, seconds in loads]
        first = [(await asked(loads[0][0], question))[0] for question in questions[:STAGES]]
        for page, _ in loads:
            await page.context.close()
        people = [(await opened(browser, server.address))[0] for _ in range(PEOPLE)]
        before = server.processor_seconds()
        answers = await asyncio.gather(
            *(conversed(page, own) for page, own in zip(people, _shared(questions[STAGES:]), strict=True))
        )
        used = server.processor_seconds() - before
        await browser.close()
    return [
        f"page interactive: median {statistics.median(ready):.2f} s, worst {max(ready):.2f} s of {LOADS} loads "
        "(target <= 1.5 s)",
        f"first stage visible: median {statistics.median(first):.2f} s, worst {max(first):.2f} s of {STAGES} questions "
        "(target <= 0.2 s)",
        _at_once("pages", [seconds for own in answers for seconds in own], used),
    ]


async def opened(browser: Browser, address: str) -> tuple[Page, float]:
    """Open the page as somebody new; return it, and the seconds until the question field took the first letter."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    await context.add_init_script(TIMING)
    page = await context.new_page()
    await page.goto(address, wait_until="commit")
    await page.wait_for_function(f"document.querySelector('{FIELD}')?.checkVisibility()")
    await page.locator(FIELD).press_sequentially("a")
    await page.locator("#conversation .welcome").wait_for()
    if await page.locator(FIELD).input_value() != "a":
        raise SystemExit("the page lost what was typed into it")
    return page, float(await page.evaluate("typedAt")) / 1000


async def asked(page: Page, question: str) -> tuple[float, float]:
    """Ask a question; return the seconds until the page showed that it is under way, and until the whole answer."""
    await page.locator(FIELD).fill(question)
    await page.keyboard.press("Enter")
    await page.wait_for_function("timed.whole")
    timed = await page.evaluate("timed")
    if timed["state"] != "answered":
        raise SystemExit(f"the page has no answer to {question!r}: {timed['state']}")
    return timed["first"] / 1000, timed["whole"] / 1000


async def conversed(page: Page, questions: Sequence[str]) -> list[float]:
    """Ask one question after the other; return the seconds of each."""
    return [(await asked(page, question))[1] for question in questions]


def from_clients(server: Server, questions: Sequence[str]) -> Iterator[str]:
    """Ask from eight API clients at once, and yield the line to print."""
    from gradio_client import Client

    def answered(client: Client, own: Sequence[str]) -> list[float]:
        times = []
        for question in own:
            begun = time.perf_counter()
            client.predict(question, api_name="/ask")
            times.append(time.perf_counter() - begun)
        return times

    clients = [Client(server.address, verbose=False, analytics_enabled=False) for _ in range(PEOPLE)]
    before = server.processor_seconds()
    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(answered, clients, _shared(questions)))
    yield _at_once("clients", [seconds for own in answers for seconds in own], server.processor_seconds() - before)


def remembered(server: Server, questions: Sequence[str]) -> str:
    """Ask many questions over the API, and return the line on the server's memory."""
    from gradio_client import Client

    client = Client(server.address, verbose=False, analytics_enabled=False)
    held = {}
    for number, question in enumerate(questions[: REMEMBERED[-1]], 1):
        client.predict(question, api_name="/ask")
        if number in REMEMBERED:
            held[number] = server.resident_mb()
    few, half, all_ = (held[number] for number in REMEMBERED)
    return (
        f"resident after {REMEMBERED[0]} questions {few:.0f} MB, after {REMEMBERED[2]} {all_:.0f} MB, "
        f"growth {100 * (all_ / few - 1):.1f} %; the last {REMEMBERED[2] - REMEMBERED[1]} added "
        f"{100 * (all_ / half - 1):.1f} % (target < 5 %)"
    )


def _at_once(who: str, seconds: Sequence[float], used: float) -> str:
    p50, p95 = np.percentile(seconds, (50, 95)) * 1000
    return (
        f"complete answer, {PEOPLE} {who} at once: p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(seconds)} questions "
        f"(target p95 <= 700 ms); the server computed {used / len(seconds) * 1000:.0f} ms for each"
    )


def _shared(questions: Sequence[str]) -> list[Sequence[str]]:
    return [questions[at * EACH : (at + 1) * EACH] for at in range(PEOPLE)]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=MOST_START_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _needed() -> str:
    """Return the path of Chromium; end the process with a way out if it or a package is missing."""
    for package in ("playwright", "gradio_client"):
        if find_spec(package) is None:
            raise SystemExit(f"This needs the package {package}. Install it: pip install 'strategy-advisor[test]'")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("This needs a Chromium. Install one, or name its path in the variable CHROMIUM.")
    return chromium


if __name__ == "__main__":
    main()
