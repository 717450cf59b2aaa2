"""Vectors on a real Chroma server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from advisor.assembly import open_knowledge
from advisor.errors import KnowledgeError
from advisor.knowledge_base import KnowledgeBase
from advisor.settings import Settings
from tests.retrieval.corpus import WordVectors

Open = Callable[[str], KnowledgeBase]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(folder: Path, url: str) -> Settings:
    return Settings(data_dir=folder, bundled_knowledge=False, chroma_url=url)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=2) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail("the Chroma server did not start:\n" + log.read_text())


@contextmanager
def chroma_server(folder: Path, environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run the ``chroma`` command of this environment; give its address and its process."""
    chroma = shutil.which("chroma", path=str(Path(sys.executable).parent)) or shutil.which("chroma")
    if chroma is None:
        pytest.skip("there is no `chroma` command")
    port, log = free_port(), folder / "chroma.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [chroma, "run", "--path", str(folder / "store"), "--host", "127.0.0.1", "--port", str(port)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**environment, "ANONYMIZED_TELEMETRY": "False"},
            cwd=folder,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, log)
        yield url, process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Iterator[str]:
    """The address of a Chroma server of our own."""
    with chroma_server(tmp_path_factory.mktemp("chroma"), clean_environment) as (url, _):
        yield url


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bread.md").write_text("# Bread\n\nThe bakery opens at seven. Rye bread is baked on Fridays.\n")
    (folder / "cake.txt").write_text("Cakes are made to order. An order needs two days of notice.\n")
    return folder


@pytest.fixture
def opened(server: str, tmp_path: Path) -> Iterator[Open]:
    bases: list[KnowledgeBase] = []

    def open_it(name: str) -> KnowledgeBase:
        bases.append(open_knowledge(settings(tmp_path / name, server), embeddings=WordVectors()))
        return bases[-1]

    yield open_it
    for kb in bases:
        kb.close()


@pytest.mark.slow
def test_sync_search_and_remove(opened: Open, documents: Path, tmp_path: Path) -> None:
    kb = opened("index")
    report = kb.sync(documents)
    assert (len(report.added), report.passages) == (2, 2)
    assert not (tmp_path / "index" / "vectors").exists()  # the vectors are on the server, not here
    found = kb.search("When is rye bread baked?", limit=1)[0]
    assert "Rye bread" in found.passage.text
    assert found.dense > 0.5

    assert kb.sync(documents).passages == 0
    (documents / "cake.txt").unlink()
    assert len(kb.sync(documents).removed) == 1
    (bread,) = kb.sources()
    kb.remove(bread.id)
    assert kb.search("When is rye bread baked?") == ()
    assert kb._vectors.count("passages") == 0


@pytest.mark.slow
def test_opened_again_it_is_all_there(opened: Open, documents: Path) -> None:
    opened("index").sync(documents)
    again = opened("index")
    assert again.is_settled()
    assert again.sync(documents).passages == 0
    assert again.search("rye bread", limit=1)[0].dense > 0


@pytest.mark.slow
def test_two_indexes_on_one_server_do_not_mix(opened: Open, documents: Path, tmp_path: Path) -> None:
    one, two = opened("one"), opened("two")
    one.sync(documents / "bread.md")
    two.sync(documents / "cake.txt")
    assert [Path(e.source.origin).name for e in one.search("an order of cakes and bread")] == ["bread.md"]
    assert [Path(e.source.origin).name for e in two.search("an order of cakes and bread")] == ["cake.txt"]
    assert one._vectors.count("passages") == two._vectors.count("passages") == 1


@pytest.mark.slow
def test_vectors_that_the_server_lost_are_made_again(opened: Open, documents: Path) -> None:
    kb = opened("index")
    kb.sync(documents)
    kb._vectors.delete("passages", sorted(kb._vectors.ids("passages")))
    assert opened("index").is_settled()
    assert kb._vectors.count("passages") == 2


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(
        KnowledgeError, match=rf"Chroma server at {url} can't be reached.*chroma run.*ADVISOR_CHROMA_URL"
    ):
        open_knowledge(settings(tmp_path / "index", url), embeddings=WordVectors())


@pytest.mark.slow
def test_a_server_that_goes_away_is_named(tmp_path: Path, documents: Path, clean_environment: dict[str, str]) -> None:
    with (
        chroma_server(tmp_path, clean_environment) as (url, process),
        open_knowledge(settings(tmp_path / "index", url), embeddings=WordVectors()) as kb,
    ):
        kb.sync(documents)
        process.kill()
        process.wait()
        with pytest.raises(KnowledgeError, match=f"Chroma server at {url}"):
            kb.search("rye bread")
