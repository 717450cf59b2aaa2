"""Imports each module named on the command line in a process of its own and prints what the import did, as JSON lines.

The processes are forked from one in which pydantic is loaded and nothing of the advisor is, so that a module costs some
tens of milliseconds instead of the start of an interpreter.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from typing import Final

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_EFFECTS: Final = {
    "os.mkdir": "file",
    "os.remove": "file",
    "os.rename": "file",
    "os.rmdir": "file",
    "os.symlink": "file",
    "os.link": "file",
    "os.truncate": "file",
    "os.chmod": "file",
    "os.chdir": "folder",
    "sqlite3.connect": "database",
    "socket.connect": "socket",
    "socket.bind": "socket",
    "socket.getaddrinfo": "socket",
    "socket.gethostbyname": "socket",
    "subprocess.Popen": "process",
    "os.system": "process",
    "os.fork": "process",
    "os.posix_spawn": "process",
    "_thread.start_new_thread": "thread",
}


def probe(module: str) -> dict[str, object]:
    """Import a module and return what happened: ``effects`` (kind and detail) and ``loaded`` (top-level modules)."""
    effects: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not watching:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = (isinstance(flags, int) and flags & _WRITING) or (
                isinstance(mode, str) and set(mode) & set("wax+")
            )
            if writes and path != os.devnull:
                effects.append(f"file: open {path!r}")
        elif event == "socket.bind" and arguments[1] == ("::1", 0):
            return  # urllib3 looks whether the machine has IPv6, and closes the socket at once
        elif event in _EFFECTS:
            effects.append(f"{_EFFECTS[event]}: {event} {arguments!r}"[:200])

    environment = dict(os.environ)
    sys.addaudithook(hook)
    importlib.import_module(module)
    watching = False
    # What counts is what stays: numpy sets a variable while it loads and takes it back.
    if dict(os.environ) != environment:
        effects.append(f"environment: {sorted(set(os.environ.items()) ^ set(environment.items()))}")
    effects += [f"thread: {thread.name}" for thread in threading.enumerate() if thread is not threading.main_thread()]
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    return {"module": module, "effects": effects, "loaded": loaded}


def main(modules: list[str]) -> int:
    """Probe each module in a forked child; the result is the number of modules that couldn't be imported."""
    import pydantic
    import pydantic_settings
    import yaml

    del pydantic, pydantic_settings, yaml
    failed = 0
    for module in modules:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                print(json.dumps(probe(module)), flush=True)
                code = 0
            except BaseException as error:
                print(json.dumps({"module": module, "failed": repr(error)}), flush=True)
            finally:
                os._exit(code)
        failed += os.waitpid(child, 0)[1] != 0
    return failed


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 100))
