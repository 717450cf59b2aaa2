"""Who may use the app: names and hashed passwords in a TOML file, or a name that a reverse proxy vouches for.

Passwords are hashed with scrypt (RFC 7914), N = 2^15, r = 8, p = 1: about a tenth of a second and 32 MB a guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from advisor.errors import ConfigError

SHORTEST_PASSWORD = 8
"""Characters of a password."""
LONGEST_PASSWORD = 1_000
FREE_TRIES = 5
"""Wrong passwords for a name after which one has to wait."""
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
"""Seconds to wait then; doubled with each further one."""
MOST_REMEMBERED = 10_000
"""Names whose wrong passwords are counted."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_N, _R, _P, _SALT, _LENGTH = 2**15, 8, 1, 16, 32
_MEMORY = 64 * 1024 * 1024


class _Hash(NamedTuple):
    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def fits(self, password: str) -> bool:
        return hmac.compare_digest(_scrypt(password, self.salt, self.n, self.r, self.p), self.digest)


class Users:
    """The people who may sign in.

    An object serves any number of threads.

    Args:
        hashes: Hash of the password by name (``hash_password``).
        clock: Seconds; for tests.

    Raises:
        ConfigError: A name or a hash can't be used.
    """

    def __init__(self, hashes: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._hashes = {checked_name(name): _parsed(name, text) for name, text in hashes.items()}
        self._nobody = _parsed("", hash_password(secrets.token_hex(16)))
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: dict[str, tuple[int, float]] = {}

    def check(self, name: str, password: str) -> bool:
        """Return whether the password is the name's. It takes as long for a name that doesn't exist.

        After some wrong passwords for a name none is tried for a while, not even the right one.
        """
        if len(password) > LONGEST_PASSWORD or not self._may_try(name):
            return False
        known = self._hashes.get(name)
        right = (known or self._nobody).fits(password) and known is not None
        self._note(name, right=right)
        return right

    def _may_try(self, name: str) -> bool:
        with self._lock:
            count, last = self._wrong.get(name, (0, 0.0))
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (count - FREE_TRIES)) if count >= FREE_TRIES else 0.0
            return self._clock() >= last + wait

    def _note(self, name: str, *, right: bool) -> None:
        with self._lock:
            count, _ = self._wrong.pop(name, (0, 0.0))
            if not right:
                self._wrong[name] = (count + 1, self._clock())
                if len(self._wrong) > MOST_REMEMBERED:
                    del self._wrong[next(iter(self._wrong))]


def read_users(path: Path) -> Users:
    """Read a file of users.

    Raises:
        ConfigError: It can't be read, others may read it, or it has no user or one that can't be used.
    """
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise ConfigError(f"{path} can be read by others on this machine. Shut them out: chmod 600 {path}")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}. Add the first user: {_how_to_add(path)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error
    users = values.get("users")
    if not isinstance(users, dict) or not users:
        raise ConfigError(f"{path} has no users. Add the first one: {_how_to_add(path)}")
    if strange := [name for name, text in users.items() if not isinstance(text, str)]:
        raise ConfigError(f"{path}: the password of {strange[0]!r} is no text. Set it anew: {_how_to_add(path)}")
    return Users(users)


def add_user(path: Path, name: str, password: str) -> None:
    """Add a user to a file, or give one another password; the others stay. Only the owner may read the file.

    Raises:
        ConfigError: The name or the password can't be used, or the file isn't one of users.
    """
    checked_name(name)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ConfigError(f"A password has at least {SHORTEST_PASSWORD} characters, and at most {LONGEST_PASSWORD:,}.")
    users: dict[str, str] = {}
    if path.exists():
        read_users(path)
        users = tomllib.loads(path.read_text(encoding="utf-8"))["users"]
    users[name] = hash_password(password)
    text = "[users]\n" + "".join(f'"{known}" = "{hashed}"\n' for known, hashed in sorted(users.items()))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # for the owner alone
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(written).replace(path)


def hash_password(password: str) -> str:
    """Return ``scrypt$N$r$p$salt$hash``, salt and hash in base64."""
    salt = secrets.token_bytes(_SALT)
    digest = _scrypt(password, salt, _N, _R, _P)
    return "$".join(("scrypt", str(_N), str(_R), str(_P), _encoded(salt), _encoded(digest)))


def checked_name(name: str) -> str:
    """Return the name of a user.

    Raises:
        ConfigError: It can't be used.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} can't be a name: it has 1 to 64 letters, digits, dots, hyphens, underscores or at signs, and "
            "begins with a letter or digit."
        )
    return name


def _parsed(name: str, text: str) -> _Hash:
    try:
        scheme, n, r, p, salt, digest = text.split("$")
        parsed = _Hash(int(n), int(r), int(p), base64.b64decode(salt), base64.b64decode(digest))
        if scheme != "scrypt" or not (parsed.n <= 2**17 and parsed.r <= 16 and parsed.p <= 4 and parsed.digest):
            raise ValueError
    except ValueError:
        raise ConfigError(
            f"The password of {name!r} is not hashed as it should be. Never write passwords down; set it anew with "
            "--add-user."
        ) from None
    return parsed


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=4 * _MEMORY, dklen=_LENGTH
    )


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _how_to_add(path: Path) -> str:
    return f"advisor ui --auth {path} --add-user NAME"
