"""The server: where it listens, what it lets in, and its named endpoint."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from advisor.errors import ConfigError
from advisor.ui import app
from tests.ui.conftest import Served


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_that_was_chosen_and_is_taken_is_refused_with_a_way_out(taken: int) -> None:
    with pytest.raises(ConfigError, match=f"Port {taken} .* taken.*--port"):
        app.free_port("127.0.0.1", taken)


def test_without_a_choice_the_next_free_port_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "DEFAULT_PORT", taken)
    found = app.free_port("127.0.0.1", None)
    assert taken < found < taken + app.PORTS_TRIED


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 8123), ("127.0.0.1", 123_456)])
def test_unusable_addresses_are_explained(host: str, port: int) -> None:
    with pytest.raises(ConfigError, match=r"Try --host|Choose one"):
        app.free_port(host, port)


def fetch(address: str, host: str) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(address, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)


def test_only_local_names_are_answered_and_the_rules_are_sent(served: Served) -> None:
    status, headers = fetch(served.address, "127.0.0.1")
    assert status == 200
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert fetch(served.address, "attacker.example")[0] == 400


def test_the_named_endpoint_answers_as_data(served: Served) -> None:
    from gradio_client import Client

    client = Client(served.address, verbose=False, analytics_enabled=False)
    result = client.predict("Should I post offers every day?", api_name="/ask")
    assert result["status"] == "answered"
    assert result["verdicts"][0]["citations"][0]["start"] > 0
    assert result["text"].startswith("Offers every day drive followers away. [1]")
    with pytest.raises(Exception, match=r"can't be reached\. Start its server"):
        client.predict("fail", api_name="/ask")
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/plan", "/review"}
