"""Guessers who don't queue, and files of users that were written by hand."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.errors import ConfigError
from advisor.ui.users import FREE_TRIES, LONGEST_WAIT, Users, add_user, read_users

posix = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def quick_hash(password: str) -> str:
    """A hash in the file's form that takes a millisecond."""
    salt = b"0123456789abcdef"
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2**10, r=8, p=1, dklen=32)
    return "$".join(["scrypt", "1024", "8", "1", *(base64.b64encode(part).decode() for part in (salt, digest))])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def two(clock: Clock) -> Users:
    """Ann, whose password is “right-one”, and Bob, whose password is “bobs-own-one”."""
    return Users({"ann": quick_hash("right-one"), "bob": quick_hash("bobs-own-one")}, clock=clock)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Parameters of each password that was hashed in this test."""
    done: list[tuple[int, int, int]] = []
    scrypt: Callable[..., bytes] = hashlib.scrypt

    def counted(password: bytes, *, salt: bytes, n: int, r: int, p: int, maxmem: int = 0, dklen: int = 64) -> bytes:
        done.append((n, r, p))
        return scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=maxmem, dklen=dklen)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    return done


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def wrong(people: Users, name: str, times: int) -> None:
    for _ in range(times):
        assert not people.check(name, "wrong-one")


def test_guesses_at_the_same_time_are_no_way_around_the_wait(two: Users, work: list[tuple[int, int, int]]) -> None:
    together = threading.Barrier(24)

    def guess() -> None:
        together.wait()
        two.check("ann", "wrong-one")

    threads = [threading.Thread(target=guess) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(work) == FREE_TRIES


def test_a_guesser_who_never_stops_breaks_nothing(two: Users, clock: Clock) -> None:
    for _ in range(1_200):
        wrong(two, "ann", 1)
        clock.now += LONGEST_WAIT
    assert two.check("ann", "right-one")


@pytest.mark.parametrize(
    "parameters", ["3$8$1", "-1024$8$1", "0$8$1", "2$8$1", "131072$16$1", "1024$0$1", "1024$8$0", "1024$8$-1"]
)
def test_a_hash_that_could_not_be_computed_is_refused_when_it_is_read(parameters: str) -> None:
    _, _, _, _, salt, digest = quick_hash("right-one").split("$")
    with pytest.raises(ConfigError, match="'ann' is not hashed"):
        Users({"ann": f"scrypt${parameters}${salt}${digest}"})


@pytest.mark.parametrize("ending", ["AAAA", "", "?"])
def test_a_hash_that_was_cut_is_refused(ending: str) -> None:
    with pytest.raises(ConfigError, match="'ann' is not hashed"):
        Users({"ann": quick_hash("right-one").rpartition("$")[0] + "$" + ending})


def test_the_advice_given_with_an_error_works(tmp_path: Path) -> None:
    """“Add the first user” works for an empty file, and a plain password is mended by setting it anew."""
    file = written(tmp_path / "users.toml", "")
    add_user(file, "ann", "first-password")
    assert read_users(file).check("ann", "first-password")
    written(file, file.read_text(encoding="utf-8").partition(" = ")[0] + ' = "my-secret-word"\n')
    with pytest.raises(ConfigError, match=rf"{file}: .*--add-user"):
        read_users(file)
    add_user(file, "ann", "second-password")
    assert read_users(file).check("ann", "second-password")


def test_a_file_with_something_else_in_it_is_not_written_over(tmp_path: Path) -> None:
    file = written(tmp_path / "users.toml", f'title = "ours"\n[users]\nann = "{quick_hash("right-one")}"\n')
    with pytest.raises(ConfigError, match=r"one table, \[users\]"):
        add_user(file, "bob", "second-password")
    assert file.read_text(encoding="utf-8").startswith("title")
