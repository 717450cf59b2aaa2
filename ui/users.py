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

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")  # small letters: file systems may not tell them from capitals
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
        self._nobody = _Hash(_N, _R, _P, secrets.token_bytes(_SALT), secrets.token_bytes(_LENGTH))
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: dict[str, tuple[int, float]] = {}

    def check(self, name: str, password: str) -> bool:
        """Return whether the password is the name's. It takes as long for a name that doesn't exist.

        After some wrong passwords for a name none is tried for a while, not even the right one.
        """
        if len(password) > LONGEST_PASSWORD or not _NAME.fullmatch(name) or not self._may_try(name):
            return False
        known = self._hashes.get(name)
        right = (known or self._nobody).fits(password) and known is not None
        if right:
            with self._lock:
                self._wrong.pop(name, None)
        return right

    def _may_try(self, name: str) -> bool:
        """Return whether a password may be tried, and count it as wrong until it is known to be right.

        If it were counted afterwards, any number could be tried at the same time.
        """
        with self._lock:
            count, last = self._wrong.get(name, (0, 0.0))
            doublings = min(count - FREE_TRIES, 10)  # by then the longest wait is reached, and numbers stay small
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0**doublings) if count >= FREE_TRIES else 0.0
            if count and self._clock() < last + wait:
                return False
            self._wrong.pop(name, None)
            self._wrong[name] = (count + 1, self._clock())
            if len(self._wrong) > MOST_REMEMBERED:
                del self._wrong[next(iter(self._wrong))]
            return True


def read_users(path: Path) -> Users:
    """Read a file of users.

    Raises:
        ConfigError: It can't be read, others may read it, or it has no user or one that can't be used.
    """
    users = _hashes(path)
    if not users:
        raise ConfigError(f"{path} has no users. Add the first one: {_how_to_add(path)}")
    return _usable(path, users)


def add_user(path: Path, name: str, password: str) -> None:
    """Add a user to a file, or give one another password; the others stay. Only the owner may read the file.

    Raises:
        ConfigError: The name or the password can't be used, or the file isn't one of users.
    """
    checked_name(name)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ConfigError(f"A password has at least {SHORTEST_PASSWORD} characters, and at most {LONGEST_PASSWORD:,}.")
    users = {**(_hashes(path) if path.exists() else {}), name: hash_password(password)}
    _usable(path, users)
    text = "[users]\n" + "".join(f'"{known}" = "{hashed}"\n' for known, hashed in sorted(users.items()))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # for the owner alone
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(written).replace(path)


def _hashes(path: Path) -> dict[str, str]:
    """Return the hash of each user in a file; none if it is empty."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise ConfigError(f"{path} can be read by others on this machine. Shut them out: chmod 600 {path}")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}. Add the first user: {_how_to_add(path)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error
    users = values.get("users", {})
    if set(values) - {"users"} or not isinstance(users, dict):
        raise ConfigError(f"{path} may hold one table, [users]: a line NAME = HASH for each user.")
    if strange := [name for name, text in users.items() if not isinstance(text, str)]:
        raise ConfigError(f"{path}: the password of {strange[0]!r} is no text. Remove that line.")
    return users


def _usable(path: Path, hashes: Mapping[str, str]) -> Users:
    try:
        return Users(hashes)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error} Remove that line, then add the user: {_how_to_add(path)}") from error


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
            f"{name!r} can't be a name: it has 1 to 64 small letters, digits, dots, hyphens, underscores or at signs, "
            "and begins with a letter or digit."
        )
    return name


def _parsed(name: str, text: str) -> _Hash:
    try:
        scheme, n, r, p, salt, digest = text.split("$")
        parsed = _Hash(
            int(n), int(r), int(p), base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)
        )
        power_of_two = parsed.n.bit_count() == 1
        usable = power_of_two and 2**10 <= parsed.n <= 2**17 and 1 <= parsed.r <= 8 and 1 <= parsed.p <= 4
        if scheme != "scrypt" or not usable or len(parsed.salt) < 8 or len(parsed.digest) != _LENGTH:
            raise ValueError
    except ValueError:
        raise ConfigError(
            f"The password of {name!r} is not hashed as it should be. Never write passwords down."
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
