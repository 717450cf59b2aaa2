"""Watches what a Python process does on the network.

``forbid_network()`` makes everything but loopback fail in this process. ``python -m tests.network_audit LOG VERB …``
runs the advisor's command line and writes each attempt to leave this machine to LOG, one JSON line each; nothing is
blocked.
"""

from __future__ import annotations

import ipaddress
import json
import runpy
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

# Which argument of the audit event holds the host or the address.
_ADDRESS_ARGUMENT: Mapping[str, int] = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}


class NetworkForbidden(RuntimeError):
    """Something tried to leave this machine during the tests."""


def is_local(address: object) -> bool:
    """Tell whether an address of a socket call stays on this machine: loopback, a Unix socket, or none at all."""
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode("utf-8", "replace")
    # No host means "connected before" or "any of mine"; what isn't text belongs to netlink and the like.
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    if not isinstance(address, tuple) and ("/" in host or "\0" in host):  # the path of a Unix socket
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def watch(on_attempt: Callable[[str, object], None]) -> None:
    """Call ``on_attempt(event, address)`` whenever this process tries to reach or look up a host that isn't local.

    An audit hook can't be taken off again; it lasts as long as the process.
    """

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        position = _ADDRESS_ARGUMENT.get(event)
        if position is None or is_local(arguments[position]):
            return
        on_attempt(event, arguments[position])

    sys.addaudithook(hook)


def forbid_network() -> None:
    """Make everything but loopback raise ``NetworkForbidden`` from now on."""

    def refuse(event: str, address: object) -> None:
        raise NetworkForbidden(f"{event} to {address!r}: the tests may only use loopback.")

    watch(refuse)


def _run_advisor(log: Path, arguments: list[str]) -> None:
    def note(event: str, address: object) -> None:
        with log.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"event": event, "address": repr(address)}) + "\n")

    log.touch()
    watch(note)
    sys.argv = ["advisor", *arguments]
    runpy.run_module("advisor", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _run_advisor(Path(sys.argv[1]), sys.argv[2:])
