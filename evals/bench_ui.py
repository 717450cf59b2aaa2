"""Benchmark of the chat page: how soon it can be used, how soon it says something, and what the server holds.

    python -m advisor.evals.bench_ui

The server is the command ``advisor ui`` in its own process, over the bundled knowledge and offline. The page is driven
in a headless Chromium, and timed by a script inside it, from the key press to the frame that shows the change.

Eight people ask at once in two ways: from eight pages, where all press Enter at the same moment, and from eight clients
of the API, each of which asks anew as soon as it has its answer. The target is about the clients, since people have
machines of their own: where two cores are all there is, eight browser pages take several times the processor time of
the server. For the same reason the clients are plain HTTP: gradio's own takes nearly as much as the server.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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
"""Questions whose first stage is timed."""
PEOPLE = 8
"""They ask at once, ``EACH`` questions each."""
EACH = 5
REMEMBERED = (20, 250, 500)
"""Numbers of questions after which the memory is read; growth counts from the first, steadiness from the second."""
PAUSE = 1.0
"""Seconds after an answer; while the conversation is being stored, the page takes no other question."""
MOST_START_SECONDS = 60

FIELD = "#question textarea"
# What counts is the frame after a change, which a person sees. Asking at every frame would slow eight pages down.
TIMING = """
addEventListener("input", () => { window.typedAt ??= performance.now(); }, true);
addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const sent = performance.now(), before = document.querySelectorAll(".turn").length, timed = window.timed = {};
  const look = (_, changes) => requestAnimationFrame(() => {
    const turn = document.querySelectorAll(".turn")[before];
    if (!turn || timed.whole) return;
    timed.first ??= performance.now() - sent;
    if (turn.dataset.state === "running") return;
    timed.whole = performance.now() - sent;
    timed.state = turn.dataset.state;
    changes.disconnect();
  });
  new MutationObserver(look).observe(document.querySelector("#conversation"), { childList: true, subtree: true });
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
    """Measure everything, and yield the lines to print; the index is in the folder ``work``, ``chromium`` is a path."""
    starts = []
    for _ in range(STARTS):
        with serving(work) as server:
            starts.append(server.start_seconds)
    yield f"server start to ready: {_middle(starts)} of {STARTS} (target <= 8 s)"
    with serving(work) as server:
        yield from asyncio.run(in_browser(server, chromium, questions))
        yield from_clients(server, questions[STAGES + PEOPLE * EACH :])
    with serving(work) as server:
        yield remembered(server, questions)


class Server(NamedTuple):
    """A server that is running, and how long it took from the start of its process until the page was there."""

    port: int
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
        yield Server(port, process.pid, time.perf_counter() - begun)
    finally:
        process.kill()
        process.wait()


async def in_browser(server: Server, chromium: str, questions: Sequence[str]) -> list[str]:
    """Open pages, ask in one of them, then in eight at once, and return the lines to print."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        ready = []
        for _ in range(LOADS):
            page, seconds = await opened(browser, server.port)
            ready.append(seconds)
            await page.context.close()  # gradio's pages keep the processor busy even while nothing happens
        page, _ = await opened(browser, server.port)
        first = [(await asked(page, question))[0] for question in questions[:STAGES]]
        await page.context.close()
        people = [(await opened(browser, server.port))[0] for _ in range(PEOPLE)]
        before = server.processor_seconds()
        whole = []
        for at in range(STAGES, STAGES + PEOPLE * EACH, PEOPLE):  # all press Enter at the same moment
            whole += [seconds for _, seconds in await asyncio.gather(*map(asked, people, questions[at : at + PEOPLE]))]
        used = server.processor_seconds() - before
        await browser.close()
    return [
        f"page interactive: {_middle(ready)} of {LOADS} loads (target <= 1.5 s)",
        f"first stage visible: {_middle(first)} of {STAGES} questions, {first[0]:.2f} s after the server's very first "
        "(target <= 0.2 s)",
        _at_once("pages on this machine", whole, used),
    ]


async def opened(browser: Browser, port: int) -> tuple[Page, float]:
    """Open the page as somebody new; return it, and the seconds until the question field took the first letter."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    await context.add_init_script(TIMING)
    page = await context.new_page()
    await page.goto(f"http://{HOST}:{port}", wait_until="commit")
    await page.wait_for_function(f"document.querySelector('{FIELD}')?.checkVisibility()")
    await page.locator(FIELD).press_sequentially("a")
    await asyncio.sleep(PAUSE)
    if await page.locator(FIELD).input_value() != "a":
        raise SystemExit("the page lost what was typed into it")
    return page, float(await page.evaluate("typedAt")) / 1000


async def asked(page: Page, question: str) -> tuple[float, float]:
    """Ask a question; return the seconds until the page showed that it is under way, and until the whole answer."""
    await page.locator(FIELD).fill(question)
    await page.keyboard.press("Enter")
    await page.wait_for_function("timed.whole", polling=50)
    await asyncio.sleep(PAUSE)
    timed = await page.evaluate("timed")
    if timed["state"] != "answered":
        raise SystemExit(f"the page has no answer to {question!r}: {timed['state']}")
    return timed["first"] / 1000, timed["whole"] / 1000


def from_clients(server: Server, questions: Sequence[str]) -> str:
    """Ask from eight API clients at once, and return the line to print."""

    def answered(client: Callable[[str], None], own: Sequence[str]) -> list[float]:
        times = []
        for question in own:
            begun = time.perf_counter()
            client(question)
            times.append(time.perf_counter() - begun)
        return times

    clients = [asking(server.port) for _ in range(PEOPLE)]
    shared = [questions[at * EACH : (at + 1) * EACH] for at in range(PEOPLE)]
    before = server.processor_seconds()
    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(answered, clients, shared))
    times = [seconds for own in answers for seconds in own]
    return _at_once("clients", times, server.processor_seconds() - before) + " (target p95 <= 700 ms)"


def asking(port: int) -> Callable[[str], None]:
    """Return a new client's way to ask the endpoint ``/ask``, in one session, and wait for the whole answer."""
    connection, session = http.client.HTTPConnection(HOST, port), secrets.token_hex(8)

    def sent(method: str, path: str, body: object = None) -> http.client.HTTPResponse:
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        return connection.getresponse()

    endpoints = json.load(sent("GET", "/config"))["dependencies"]
    number = next(endpoint["id"] for endpoint in endpoints if endpoint["api_name"] == "ask")

    def ask(question: str) -> None:
        sent("POST", "/gradio_api/queue/join", {"data": [question], "fn_index": number, "session_hash": session}).read()
        stream = sent("GET", f"/gradio_api/queue/data?session_hash={session}").read().decode()
        messages = [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line]
        if not any(message["msg"] == "process_completed" and message["success"] for message in messages):
            raise SystemExit(f"the server has no answer to {question!r}: {stream}")

    return ask


def remembered(server: Server, questions: Sequence[str]) -> str:
    """Ask many questions over the API, and return the line on the server's memory."""
    ask, held = asking(server.port), {}
    for number, question in enumerate(questions[: REMEMBERED[-1]], 1):
        ask(question)
        if number in REMEMBERED:
            held[number] = server.resident_mb()
    few, half, all_ = (held[number] for number in REMEMBERED)
    return (
        f"resident after {REMEMBERED[0]} questions {few:.0f} MB, after {REMEMBERED[2]} {all_:.0f} MB, "
        f"growth {100 * (all_ / few - 1):.1f} %; the last {REMEMBERED[2] - REMEMBERED[1]} added "
        f"{100 * (all_ / half - 1):.1f} % (target < 5 %)"
    )


def _middle(seconds: Sequence[float]) -> str:
    return f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s"


def _at_once(who: str, seconds: Sequence[float], used: float) -> str:
    p50, p95 = np.percentile(seconds, (50, 95)) * 1000
    return (
        f"complete answer, {PEOPLE} {who} at once: p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(seconds)} questions"
        f"; the server computed {used / len(seconds) * 1000:.0f} ms for each"
    )


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
    if find_spec("playwright") is None:
        raise SystemExit("This needs the package playwright. Install it: pip install 'strategy-advisor[test]'")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("This needs a Chromium. Install one, or name its path in the variable CHROMIUM.")
    return chromium


if __name__ == "__main__":
    main()
