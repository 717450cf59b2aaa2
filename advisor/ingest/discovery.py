"""Which files are to be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from advisor.domain import Rejection
from advisor.ingest.loading import SUFFIXES


def discover(
    paths: Iterable[Path | str], *, suffixes: tuple[str, ...] = SUFFIXES
) -> tuple[list[Path], list[Rejection]]:
    """Find the files to read.

    Folders are searched to any depth. Hidden files and folders (a leading dot) and the lock files of Office (``~$``)
    are passed over in silence; files of other types, links that lead out of the given folder, broken links, unreadable
    folders and anything that is no regular file are rejected by name. Links to folders are not followed, so there are
    no cycles; a link to a file within the folder counts only if the file isn't found under its own name. A path that is
    given itself may be hidden or a link.

    Args:
        paths: Files and folders.
        suffixes: Accepted file endings, in lower case.

    Returns:
        Files to read and rejections, both sorted and without duplicates.
    """
    search = _Search(suffixes)
    for path in paths:
        search.given(Path(path))
    files = sorted(search.files.values())
    rejected = sorted(search.rejected.items())
    return files, [Rejection(path=path, reason=reason) for path, reason in rejected]


class _Search:
    def __init__(self, suffixes: tuple[str, ...]) -> None:
        self._suffixes = suffixes
        self.files: dict[str, Path] = {}
        self.rejected: dict[str, str] = {}

    def given(self, path: Path) -> None:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            broken = path.is_symlink()
            self._reject(str(path), "is a broken symbolic link" if broken else "does not exist; check the path")
        except (OSError, ValueError) as error:
            self._reject(str(path), _reason(error))
        else:
            if stat.S_ISDIR(mode):
                self._folder(path)
            elif stat.S_ISREG(mode):
                self._file(str(path), os.path.realpath(path))
            else:
                self._reject(str(path), "is not a regular file (a pipe, socket or device)")

    def _folder(self, folder: Path) -> None:
        root = os.path.realpath(folder)
        links: list[str] = []
        pending = [(str(folder), root)]
        while pending:
            shown, real = pending.pop()
            try:
                with os.scandir(real) as entries:
                    for entry in entries:
                        if entry.name.startswith((".", "~$")):
                            continue
                        name = os.path.join(shown, entry.name)
                        if entry.is_symlink():
                            links.append(name)
                        elif entry.is_dir():
                            pending.append((name, entry.path))
                        elif entry.is_file():
                            self._file(name, entry.path)
                        else:
                            self._reject(name, "is not a regular file (a pipe, socket or device)")
            except OSError as error:
                self._reject(shown, _reason(error))
        for link in sorted(links):
            self._link(link, root)

    def _link(self, link: str, root: str) -> None:
        target = os.path.realpath(link)
        if not os.path.exists(target):
            self._reject(link, "is a broken symbolic link")
        elif os.path.commonpath([root, target]) != root:
            self._reject(link, "is a symbolic link that leads out of the folder; give its target itself")
        elif os.path.isfile(target):
            if target not in self.files:
                self._file(link, target)
        elif not os.path.isdir(target):
            self._reject(link, "is not a regular file (a pipe, socket or device)")
        elif any(
            part.startswith(".") for part in os.path.relpath(target, root).split(os.sep) if part not in (".", "..")
        ):
            self._reject(link, "is a symbolic link to a hidden folder; give its target itself")
        # Otherwise the folder that it leads to is searched under its own name.

    def _file(self, name: str, real: str) -> None:
        suffix = os.path.splitext(name)[1].lower()
        if suffix not in self._suffixes:
            supported = " ".join(self._suffixes)
            self._reject(name, f"files of type {suffix or '(none)'} can't be read; use one of {supported}")
        elif not _is_text(name):
            self._reject(name, "its name is not valid Unicode; rename it")
        else:
            self.files.setdefault(real, Path(name))

    def _reject(self, name: str, reason: str) -> None:
        self.rejected[_printable(name)] = reason


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _printable(name: str) -> str:
    """Replace what can't be shown on one line."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(character if character.isprintable() else "?" for character in text)


def _reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "can't be read: permission denied"
    return f"can't be read: {error.strerror if isinstance(error, OSError) and error.strerror else error}"
