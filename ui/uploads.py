"""Taking in the user's own documents: safe names, copies, one line for each file.

Uploaded files are copied into one flat folder, which is then synced. A file that the knowledge base rejects leaves no
copy behind, and an earlier version of it stays.
"""

from __future__ import annotations

import queue
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from advisor.domain import IngestReport, Progress, Source

from . import words
from .language import as_html, say
from .rendering import source_date

if TYPE_CHECKING:
    from advisor.knowledge_base import KnowledgeBase

MAX_NAME = 120
"""Characters of a safe file name, the ending included; every file system takes that many."""

_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True)
class FileOutcome:
    """What became of one uploaded file.

    Attributes:
        name: The file's name as the user knows it.
        outcome: What happened.
        reason: Why it was rejected.
    """

    name: str
    outcome: Literal["added", "updated", "unchanged", "rejected"]
    reason: str = ""


def safe_name(name: str) -> str:
    """Return a file name that is safe on any system: no folders, no control characters, not hidden, not reserved.

    Letters of any script are kept. The ending is kept, in lower case.
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = re.sub(r"[^\w.\- ]", "_", base).strip(" .")
    stem, dot, ending = base.rpartition(".")
    if not dot:
        stem, ending = base, ""
    if not stem.strip("_ ") or _RESERVED.match(stem + "."):
        stem = f"document_{stem.strip('_ ')}".rstrip("_")
    suffix = f".{ending.lower()}" if ending else ""
    return stem[: MAX_NAME - len(suffix)].rstrip(" .") + suffix


def take_in(kb: KnowledgeBase, folder: Path, files: Sequence[Path]) -> Iterator[Progress | tuple[FileOutcome, ...]]:
    """Copy files into the folder of uploads and sync it.

    Args:
        kb: The knowledge base that takes them in.
        folder: The folder of uploads; created if need be.
        files: What was uploaded. Files of one name in one upload are kept apart by a number; a file with the name of
            an earlier upload is a new version of it.

    Yields:
        Progress, and at last the outcomes, one a file, in the order of the files.

    Raises:
        AdvisorError: The sync failed; the folder is then as it was before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="previous-", dir=folder.parent) as previous:
        copies: dict[str, Path] = {}
        for file in files:
            name = _distinct(safe_name(file.name), copies)
            copies[name] = file
            if (folder / name).exists():
                shutil.copy2(folder / name, Path(previous) / name)
            shutil.copyfile(file, folder / name)
        try:
            report = yield from _sync(kb, folder)
        except BaseException:  # also when the browser goes away: the folder must not hold what nobody was told about
            for name in copies:
                _roll_back(folder / name, Path(previous) / name)
            raise
        outcomes = tuple(_outcome(name, file.name, report, folder) for name, file in copies.items())
        for name, outcome in zip(copies, outcomes, strict=True):
            if outcome.outcome == "rejected":
                _roll_back(folder / name, Path(previous) / name)
    yield outcomes


def forget(kb: KnowledgeBase, folder: Path, source_id: str) -> str:
    """Remove one of the user's own documents, with its copy in the folder of uploads; return its title.

    Files outside that folder are left alone.

    Raises:
        AdvisorError: There is no such source, or the index is busy.
    """
    source = kb.source(source_id)
    if source.kind != "upload":
        return source.title
    kb.remove(source_id)
    copy = Path(source.origin)
    if copy.resolve().parent == folder.resolve():
        copy.unlink(missing_ok=True)
    return source.title


def render_progress(progress: Progress) -> str:
    """Return a step of the work as HTML."""
    stage = say(words.UPLOAD_EMBEDDING) if progress.stage == "embedding" else say(words.UPLOAD_READING)
    count = f" {progress.done} of {progress.total}" if progress.total else ""
    name = f": {Path(progress.item).name}" if progress.item else ""
    bar = (
        f'<progress max="{progress.total}" value="{progress.done}"></progress>'
        if progress.total
        else "<progress></progress>"
    )
    return f'<div class="upload" role="status"><p>{escape(stage)}{escape(count)}{escape(name)}</p>{bar}</div>'


def render_outcomes(outcomes: Sequence[FileOutcome]) -> str:
    """Return one line for each file as HTML."""
    labels = {
        "added": say(words.ADDED),
        "updated": say(words.UPDATED),
        "unchanged": say(words.UNCHANGED),
        "rejected": say(words.REJECTED),
    }
    lines = "".join(
        f'<li class="{o.outcome}"><b>{escape(o.name)}</b>: {escape(labels[o.outcome])}'
        f"{f' – {escape(o.reason)}' if o.reason else ''}</li>"
        for o in outcomes
    )
    usable = any(o.outcome != "rejected" for o in outcomes)
    after = say(words.UPLOAD_DONE) if usable else say(words.UPLOAD_NOTHING)
    return f'<div class="upload" role="status"><ul>{lines}</ul><p>{escape(after)}</p></div>'


def render_message(text: str) -> str:
    """Return a plain sentence for the place where uploads are reported."""
    return f'<div class="upload" role="status"><p>{escape(text)}</p></div>' if text else ""


def render_library(kb: KnowledgeBase, sources: Sequence[Source], unused: Collection[str] = ()) -> str:
    """Return a list of sources of a knowledge base as HTML, each with its number of passages."""
    return render_sources(sources, {source.id: len(kb.passages(source.id)) for source in sources}, unused)


def render_sources(sources: Sequence[Source], passages: Mapping[str, int], unused: Collection[str] = ()) -> str:
    """Return the list of sources as HTML, the user's own first.

    Args:
        sources: The sources.
        passages: Number of passages that each can be cited from, by its id.
        unused: Ids of those that are left out for now.
    """
    ordered = sorted(sources, key=lambda source: source.kind != "upload")
    items = "".join(_source_item(source, passages.get(source.id, 0), source.id not in unused) for source in ordered)
    title = f"{say(words.SOURCES_HEADING)} ({len(ordered)})"
    return f'<section class="sources"><h3>{escape(title)}</h3><ul>{items}</ul></section>'


def _source_item(source: Source, passages: int, used: bool) -> str:
    count = say(words.PASSAGES_ONE) if passages == 1 else say(words.PASSAGES).format(number=passages)
    facts = [say(words.KINDS[source.kind]), source.author, source.publisher, source_date(source), count]
    if source.kind == "upload":
        facts.append(Path(source.origin).name)
    about = " · ".join(fact for fact in facts if fact)
    flags = "".join(
        f'<p class="flag"><b>{as_html(words.FLAGS[flag.kind])}:</b> <q>{escape(flag.excerpt)}</q></p>'
        for flag in source.flags
    )
    if flags:
        flags += f'<p class="about">{as_html(words.FLAGS_MEANING)}</p>'
    identifier = escape(source.id)
    state = say(words.USED) if used else say(words.UNUSED)
    use = (
        f'<button type="button" class="plain" data-use="{identifier}" aria-pressed="{str(used).lower()}" '
        f'aria-label="{as_html(words.USE)}: {escape(source.title)}">{escape(state)}</button>'
    )
    remove = (
        f'<button type="button" class="plain remove" data-remove="{identifier}" '
        f'data-sure="{as_html(words.REMOVE_SURE)}" aria-label="{as_html(words.REMOVE)}: {escape(source.title)}">'
        f"{as_html(words.REMOVE)}</button>"
        if source.kind == "upload"
        else ""
    )
    return (
        f'<li data-kind="{source.kind}"><div><button type="button" class="title" data-source="{identifier}">'
        f'{escape(source.title)}</button><p class="about">{escape(about)}</p>{flags}</div>'
        f'<span class="choices">{use}{remove}</span></li>'
    )


def _distinct(name: str, taken: dict[str, Path]) -> str:
    """Return the name, or the name with a number if it is taken (file systems may not tell upper from lower case)."""
    lowered = {other.casefold() for other in taken}
    path, number, candidate = Path(name), 2, name
    while candidate.casefold() in lowered:
        candidate = f"{path.stem}-{number}{path.suffix}"
        number += 1
    return candidate


def _roll_back(copy: Path, previous: Path) -> None:
    if previous.exists():
        shutil.copy2(previous, copy)
    else:
        copy.unlink(missing_ok=True)


def _sync(kb: KnowledgeBase, folder: Path) -> Generator[Progress, None, IngestReport]:
    """Sync in a thread of its own, so that its progress can be yielded while it works; return the report."""
    steps: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
    result: list[IngestReport | Exception] = []
    cancel = threading.Event()

    def work() -> None:
        try:
            result.append(kb.sync(folder, progress=steps.put, cancel=cancel))
        except Exception as error:  # handed to the caller's thread, which raises it
            result.append(error)
        finally:
            steps.put(None)

    thread = threading.Thread(target=work, name="upload", daemon=True)
    thread.start()
    try:
        while (step := steps.get()) is not None:
            yield step
    finally:
        cancel.set()
        thread.join()
    outcome = result[0]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _outcome(name: str, shown: str, report: IngestReport, folder: Path) -> FileOutcome:
    for rejection in report.rejected:
        if Path(rejection.path).name == name:
            return FileOutcome(shown, "rejected", rejection.reason.replace(f"{folder.resolve()}/", ""))
    if name in {Path(origin).name for origin in report.added}:
        return FileOutcome(shown, "added")
    if name in {Path(origin).name for origin in report.updated}:
        return FileOutcome(shown, "updated")
    return FileOutcome(shown, "unchanged")
