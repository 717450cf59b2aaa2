"""The listed questions that training leaves out, so that what is fitted can be tried on questions it never saw."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

import yaml

SHARE = 0.2
SEED = 5


class HeldOut(NamedTuple):
    """A listed question that is left out.

    Attributes:
        text: The question.
        source_id: The document that answers it.
        topic: The heading that lists it.
        first: The first question of that heading.
    """

    text: str
    source_id: str
    topic: str
    first: str


def split() -> tuple[list[HeldOut], dict[str, tuple[dict[str, Any], str]]]:
    """Leave out a fifth of the questions that guidance lists, the same at every call.

    Returns:
        Those questions; and for each document, as ``folder/name.md``, its front matter without them and its body.
    """
    rng, held_out, documents = random.Random(SEED), list[HeldOut](), dict[str, tuple[dict[str, Any], str]]()
    for name, matter, body in _documents():
        for topic, asked in matter["questions"].items():
            taken = [q for q in asked if rng.random() < SHARE and matter["kind"] == "guidance"]
            held_out += [HeldOut(q, matter["id"], topic, asked[0]) for q in taken]
            matter["questions"][topic] = [q for q in asked if q not in taken] or asked[:1]
        documents[name] = matter, body
    return held_out, documents


def write(documents: dict[str, tuple[dict[str, Any], str]], folder: Path) -> None:
    """Write documents as ``KnowledgeBase.sync_bundled`` reads them."""
    for name, (matter, body) in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        front = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False)
        path.write_text(f"---\n{front}---\n{body}", encoding="utf-8")


def _documents() -> Iterator[tuple[str, dict[str, Any], str]]:
    with as_file(files("advisor.knowledge")) as knowledge:
        for folder in ("documents", "guidance"):
            for path in sorted((knowledge / folder).glob("*.md")):
                _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
                yield f"{folder}/{path.name}", yaml.safe_load(front), body
