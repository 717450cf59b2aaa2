"""Nothing leaves this machine: not in the tests, and not in default use of the product."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.network_audit import NetworkForbidden, is_local

# Reserved for documentation (RFC 5737, RFC 3849): nobody answers there, should the block ever fail.
ELSEWHERE = "192.0.2.1"
ELSEWHERE_6 = "2001:db8::1"


def _serve_once(server: socket.socket) -> threading.Thread:
    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"here")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_loopback_is_allowed(family: socket.AddressFamily, host: str) -> None:
    server = socket.socket(family)
    try:
        server.bind((host, 0))
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with server:
        server.listen()
        thread = _serve_once(server)
        with socket.create_connection((host, server.getsockname()[1]), timeout=5) as client:
            assert client.recv(4) == b"here"
        thread.join(5)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
def test_unix_sockets_are_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a Unix socket may only be some 100 characters long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("./s")
        server.listen()
        thread = _serve_once(server)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect("./s")
            assert client.recv(4) == b"here"
        thread.join(5)


def test_pytest_socket_blocks_connections_elsewhere() -> None:
    with pytest.raises(SocketConnectBlockedError), socket.socket() as client:
        client.connect((ELSEWHERE, 80))


def test_calls_that_pytest_socket_lets_through_are_blocked_as_well() -> None:
    with socket.socket() as client, pytest.raises(NetworkForbidden):
        client.connect_ex((ELSEWHERE, 80))
    with socket.socket(socket.AF_INET6) as client, pytest.raises(NetworkForbidden):
        client.connect_ex((ELSEWHERE_6, 80))
    with pytest.raises(NetworkForbidden), socket.socket(type=socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", (ELSEWHERE, 9))
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("example.org", 80)
    with pytest.raises(NetworkForbidden):
        socket.gethostbyname("example.org")


def test_threads_are_blocked_as_well() -> None:
    caught: list[BaseException] = []

    def call_out() -> None:
        try:
            socket.getaddrinfo("example.org", 443)
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=call_out)
    thread.start()
    thread.join(5)
    assert [type(error) for error in caught] == [NetworkForbidden]


def test_asyncio_works_on_loopback_and_is_blocked_elsewhere() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"here")
        writer.close()

    async def run() -> bytes:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answer = await reader.read()
            writer.close()
        with pytest.raises((NetworkForbidden, SocketConnectBlockedError)):
            await asyncio.wait_for(asyncio.open_connection(ELSEWHERE, 80), 5)
        return answer

    assert asyncio.run(run()) == b"here"


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (("127.0.0.1", 80), True),
        (("127.8.9.1", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 80), True),
        ("localhost", True),
        (b"localhost", True),
        ("/run/some.sock", True),
        (None, True),
        ("", True),
        ((ELSEWHERE, 80), False),
        ((ELSEWHERE_6, 80, 0, 0), False),
        ("example.org", False),
        (b"example.org", False),
        ("localhost.example.org", False),
        (("10.0.0.1", 80), False),
    ],
)
def test_what_counts_as_local(address: object, local: bool) -> None:
    assert is_local(address) is local


_WATCH_NATIVE_CALLS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void note(const char *call, const char *host) {
    FILE *log = fopen(getenv("NATIVE_CALLS_LOG"), "a");
    if (log) { fprintf(log, "%s %s\n", call, host ? host : "-"); fclose(log); }
}
static void note_address(const char *call, const struct sockaddr *address) {
    char host[INET6_ADDRSTRLEN] = "";
    if (!address) return;
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, host, sizeof host);
    else if (address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, host, sizeof host);
    if (*host) note(call, host);
}
int connect(int fd, const struct sockaddr *address, socklen_t length) {
    int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
    note_address("connect", address);
    return next(fd, address, length);
}
ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    ssize_t (*next)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "sendto");
    note_address("sendto", address);
    return next(fd, data, size, flags, address, length);
}
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    next = dlsym(RTLD_NEXT, "getaddrinfo");
    note("getaddrinfo", host);
    return next(host, service, hints, found);
}
"""


@pytest.fixture(scope="module")
def native_watch(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A library to preload that notes network calls of native code, which Python's audit hooks don't see."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler or not sys.platform.startswith("linux"):
        return None
    folder = tmp_path_factory.mktemp("native")
    source, library = folder / "watch.c", folder / "watch.so"
    source.write_text(_WATCH_NATIVE_CALLS, encoding="utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def _calls_elsewhere(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [line for line in lines if (host := line.partition(" ")[2]) != "-" and not is_local(host)]


def test_native_calls_are_seen(native_watch: Path | None, tmp_path: Path) -> None:
    if native_watch is None:
        pytest.skip("needs Linux and a C compiler")
    log = tmp_path / "native.log"
    call_out = f"import socket; s = socket.socket(); s.settimeout(0.01); s.connect_ex(('{ELSEWHERE}', 80))"
    environment = {**os.environ, "LD_PRELOAD": str(native_watch), "NATIVE_CALLS_LOG": str(log)}
    subprocess.run([sys.executable, "-c", call_out], env=environment, check=True, timeout=60)
    assert _calls_elsewhere(log) == [f"connect {ELSEWHERE}"]


def test_indexing_stays_on_this_machine(bundled_index: Path) -> None:
    assert (bundled_index.parent / "ingest-network.jsonl").read_text(encoding="utf-8") == ""


def test_asking_stays_on_this_machine(
    bundled_index: Path, native_watch: Path | None, root: Path, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    python_log, native_log = tmp_path / "python.jsonl", tmp_path / "native.log"
    environment = {**clean_environment, "ADVISOR_DATA_DIR": str(bundled_index)}
    if native_watch is not None:
        environment |= {"LD_PRELOAD": str(native_watch), "NATIVE_CALLS_LOG": str(native_log)}
    question = "Should I post offers every day?"
    result = subprocess.run(
        [sys.executable, "-m", "tests.network_audit", python_log, "ask", question, "--json"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["status"] == "answered"
    assert python_log.read_text(encoding="utf-8") == ""
    assert _calls_elsewhere(native_log) == []
