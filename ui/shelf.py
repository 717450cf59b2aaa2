"""Which documents a user sees: all that belong to everybody, and the user's own, but nobody else's.

A user's documents lie in a folder of their own below that of the uploads, so the path of a document says whose it is.
Without sign-in there is one user, and the folder of the uploads itself is theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.domain import Source
from advisor.errors import KnowledgeError
from advisor.retrieval.catalog import NO_SOURCE

from .users import checked_name

if TYPE_CHECKING:
    from advisor.knowledge_base import KnowledgeBase

USERS = "users"
"""Folder, below that of the uploads, that has a folder for each user."""


class Shelf:
    """The documents of a knowledge base, as each user sees them.

    Args:
        kb: The knowledge base.
        root: Folder of the uploads.
    """

    def __init__(self, kb: KnowledgeBase, root: Path) -> None:
        self._kb = kb
        self._root = root

    def folder(self, user: str) -> Path:
        """Return where a user's documents are kept; ``""`` is whoever uses an app without sign-in."""
        return self._root / USERS / checked_name(user) if user else self._root

    def sources(self, user: str) -> tuple[Source, ...]:
        """Return the sources that a user sees."""
        return tuple(source for source in self._kb.sources() if self._is_for(user, source))

    def source(self, user: str, source_id: str) -> Source:
        """Return a source.

        Raises:
            KnowledgeError: There is none with that id, or it is another user's, which makes no difference.
        """
        source = self._kb.source(source_id)
        if not self._is_for(user, source):
            raise KnowledgeError(NO_SOURCE.format(id=source_id))
        return source

    def scope(self, user: str, without: Collection[str] = ()) -> list[str] | None:
        """Return the ids of the sources to answer from; ``None`` if that is all there are.

        Args:
            user: Who asks.
            without: Ids that are to be left out.
        """
        every = self._kb.sources()
        seen = [source.id for source in every if self._is_for(user, source) and source.id not in without]
        return None if len(seen) == len(every) else seen

    def _is_for(self, user: str, source: Source) -> bool:
        if source.kind != "upload":
            return True
        users = (self._root / USERS).resolve()
        place = Path(source.origin).resolve()
        if not place.is_relative_to(users):
            return True  # taken in on the command line, or without sign-in: for everybody
        return bool(user) and place.is_relative_to(self.folder(user).resolve())
