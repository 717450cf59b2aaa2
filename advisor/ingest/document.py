"""What reading a file yields."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import Field, field_validator

from advisor.domain import Flag, Source, Value


class Block(Value):
    """A run of text that belongs together: a paragraph, a list item, a table row, the body of a code fence.

    Attributes:
        start: Offset of its first character in the stored text.
        end: Offset after its last character.
        headings: Heading path above it, outermost first. Headings themselves are no blocks.
        page: 1-based page number for paged formats, else ``None``.
    """

    start: int
    end: int
    headings: tuple[str, ...] = ()
    page: int | None = None


class FrontMatter(Value):
    """What a document says about itself in the YAML block at its top.

    The fields are those of the bundled knowledge; of a user's own Markdown only title, author, published and topics
    are taken. Dates are kept as they are written.

    Attributes:
        id: Stable id, equal to the file's stem.
        kind: ``document`` (digest of a source document) or ``guidance``.
        title: Title for people.
        author: Author, where the source shows one.
        publisher: Publisher, where the source shows one.
        published: Date or year of publication, as shown.
        origin: Name of the file that a digest was made from.
        reviewed: ISO date of the last editorial review.
        topics: Topics it treats.
        audiences: Whom it is for.
        platforms: Platforms it is about.
        goals: Marketing goals it serves.
        businesses: Kinds of business it is about.
        basis: What it rests on: ids of documents, ``ref:folder/file``, ``practice`` or ``source``.
        questions: Questions that people ask, by the heading of the section that answers them.
    """

    id: str | None = None
    kind: Literal["document", "guidance"] | None = None
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    origin: str | None = None
    reviewed: str | None = None
    topics: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    businesses: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    questions: dict[str, list[str]] = Field(default_factory=dict)

    @field_validator("published", "reviewed", mode="before")
    @classmethod
    def _as_written(cls, value: object) -> object:
        # YAML turns 2010 and 2010-10-02 into a number and a date.
        return value if value is None or isinstance(value, bool | list | dict) else str(value)


class LoadedDocument(Value):
    """A file that was read.

    Attributes:
        text: The stored text; all offsets count its characters. Markdown and plain text are kept word for word, with
            line ends made ``\\n`` and a byte order mark dropped. For other formats it is the readable text.
        title: Title for people: the document's own, else made from the file name.
        blocks: The parts that may be quoted, in order, without overlap.
        checksum: SHA-256 of the file's bytes, hexadecimal.
        flags: Hidden text and instruction-like text.
        meta: Front matter, if there is any.
    """

    text: str
    title: str
    blocks: tuple[Block, ...]
    checksum: str
    flags: tuple[Flag, ...] = ()
    meta: FrontMatter | None = None

    def as_upload(self, location: str, origin: str) -> Source:
        """Describe it as a document of the user's own.

        Args:
            location: What tells it from all others, for example its absolute path; its id is made from it.
            origin: Where it is from, for people.
        """
        meta = self.meta
        return Source(
            id=hashlib.sha256(location.encode()).hexdigest()[:16],
            title=self.title,
            kind="upload",
            origin=origin,
            author=meta.author if meta is not None else None,
            published=meta.published if meta is not None else None,
            topics=meta.topics if meta is not None else (),
            checksum=self.checksum,
            flags=self.flags,
        )
