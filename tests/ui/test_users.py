"""Who may sign in: names and hashed passwords in a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest

from advisor.errors import ConfigError
from advisor.ui.app import Doors, launch
from advisor.ui.users import FREE_TRIES, LONGEST_WAIT, Users, add_user, hash_password, read_users
from advisor.ui.visitors import PER_MINUTE, working_for
from tests.command_line import Run

PASSWORD = "a long pässword"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "users.toml"
    add_user(path, "ada", PASSWORD)
    return path


def test_the_right_password_opens_and_no_other(path: Path) -> None:
    users = read_users(path)
    assert users.check("ada", PASSWORD)
    assert not users.check("ada", PASSWORD + " ")
    assert not users.check("ada", "")
    assert not users.check("bob", PASSWORD)
    assert not users.check("", PASSWORD)
    assert not users.check("ada", "x" * 2_000)


def test_no_password_is_in_the_file_and_nobody_else_may_read_it(path: Path) -> None:
    assert PASSWORD not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_two_hashes_of_a_password_differ() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_others_stay_when_one_is_added_or_changed(path: Path) -> None:
    add_user(path, "bob@example.org", "another password")
    add_user(path, "ada", "a new password")
    users = read_users(path)
    assert users.check("bob@example.org", "another password")
    assert users.check("ada", "a new password")
    assert not users.check("ada", PASSWORD)
    assert [file.name for file in path.parent.iterdir()] == ["users.toml"]


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "a" * 65, 'a"b', "ä", "Ada"])
def test_strange_names_are_refused(path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="can't be a name"):
        add_user(path, name, PASSWORD)


def test_a_short_password_is_refused(path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 8"):
        add_user(path, "bob", "1234567")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no users"),
        ("[users]", "no users"),
        ("[users", "no TOML"),
        ('[users]\nada = "plain text"', "not hashed"),
        ('[users]\nada = "scrypt$1073741824$8$1$AAAA$AAAA"', "not hashed"),
        ("[users]\nada = 1", "is no text"),
        ('[users]\n"a b" = "x"', "can't be a name"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "users.toml"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=said):
        read_users(path)


@pytest.mark.skipif(os.name != "posix", reason="files have no mode")
def test_a_file_that_others_can_read_is_refused(path: Path) -> None:
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_users(path)


def test_a_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--add-user NAME"):
        read_users(tmp_path / "none.toml")


def test_guessing_has_to_wait_and_others_need_not() -> None:
    now = [0.0]
    users = Users({"ada": hash_password(PASSWORD), "bob": hash_password(PASSWORD)}, clock=lambda: now[0])
    assert not any(users.check("ada", "wrong") for _ in range(FREE_TRIES))
    assert not users.check("ada", PASSWORD)
    assert users.check("bob", PASSWORD)
    now[0] += LONGEST_WAIT
    assert users.check("ada", PASSWORD)
    assert users.check("ada", PASSWORD)


def test_nobody_takes_the_advisor_away_from_the_others() -> None:
    def allowed(user: str | None) -> bool:
        with suppress(gr.Error):
            return working_for(SimpleNamespace(username=user)) == (user or "")  # type: ignore[arg-type]
        return False

    assert [allowed("eager") for _ in range(PER_MINUTE + 5)] == [True] * PER_MINUTE + [False] * 5
    with pytest.raises(gr.Error, match=f"{PER_MINUTE} requests within a minute"):
        working_for(SimpleNamespace(username="eager"))  # type: ignore[arg-type]
    assert allowed("patient")
    assert all(allowed(None) for _ in range(PER_MINUTE + 5))  # alone on this computer


def test_others_on_the_network_have_to_sign_in() -> None:
    from advisor.settings import Settings

    with pytest.raises(ConfigError, match="--auth"):
        launch(Settings(), host="0.0.0.0")  # it is refused


@pytest.mark.parametrize(
    ("value", "user"), [("ada", "ada"), ("Ada", "ada"), ("", None), ("../ada", None), (None, None)]
)
def test_a_reverse_proxy_vouches_in_its_header(value: str | None, user: str | None) -> None:
    from starlette.requests import Request

    headers = [] if value is None else [(b"x-user", value.encode())]
    request = Request({"type": "http", "headers": headers})
    assert Doors(header="X-User").vouched(request) == user


def test_a_user_is_added_on_the_command_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: PASSWORD)
    path = tmp_path / "users.toml"
    ran = run("ui", "--auth", path, "--add-user", "ada")
    assert ran.code == 0, ran.err
    assert read_users(path).check("ada", PASSWORD)
    assert PASSWORD not in ran.out + ran.err


def test_adding_a_user_needs_the_file(run: Run) -> None:
    assert run("ui", "--add-user", "ada").code == 2
