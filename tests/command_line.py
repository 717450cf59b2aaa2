"""What a command of the command line printed, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Ran(NamedTuple):
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output of a command with ``--json``."""
        return json.loads(self.out)


Run = Callable[..., Ran]
