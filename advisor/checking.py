"""Any text checked against any documents, sentence by sentence, without an index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np

from advisor.domain import (
    CheckedSentence,
    CheckReport,
    Citation,
    Claim,
    Evidence,
    NotChecked,
    Progress,
    Rejection,
    Source,
    Verdict,
    VerdictStatus,
)
from advisor.errors import AdvisorError, KnowledgeError, SourceError
from advisor.ingest.discovery import discover
from advisor.ingest.document import Block, LoadedDocument
from advisor.ingest.front_matter import split_front_matter
from advisor.ingest.loading import MARKDOWN, SUFFIXES, load_document
from advisor.ingest.markdown import markdown_blocks
from advisor.ingest.passages import split_passages
from advisor.ports import Embedder, ProgressCallback, Vectors, Verifier
from advisor.sentences import sentence_spans
from advisor.terms import content_terms
from advisor.verification.normalising import words_of
from advisor.verification.spans import Sentence, citations_of, sentences_of

Span = tuple[int, int]

MAX_BYTES = 25_000_000
"""Largest text and largest document, in bytes; that of ``Settings.max_file_mb``."""
PASSAGES = 6
"""Passages that a sentence is judged by."""
CHECKED_AT_ONCE = 32
"""Sentences in one call of the verifier."""
EMBEDDED_AT_ONCE = 128
"""Texts in one call of the embedder."""
MOST_COMPARED = 400
"""Passages up to which all are compared with each sentence by meaning."""
SHORTLIST = 40
"""Passages that a sentence is compared with by meaning where there are more: those with most words in common."""
FEWEST_WORDS = 3
"""Words below which a sentence says nothing that could be checked."""

_QUESTION = re.compile(r"[?？][\"'”’»)\]*_]*$")
_FOOTNOTE = re.compile(r"\s*\[\^[^\]\s]{1,40}\]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that put no spaces between words."""
_NO_CODE = frozenset({"", "markdown", "md", "plain", "plaintext", "text", "txt"})
"""Names of fenced text that is no code."""
_PIECE = re.compile(r"\S(?:.{0,998}\S)?(?=\s|\Z)|\S{1,1000}", re.DOTALL)
"""A sentence, or of one over 1,000 characters a piece that ends with a word."""
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]*_]*$")
_NARROWEST, _WIDEST = 50, 130
"""Width of prose that is wrapped by hand, in characters. Narrower lines are a list, wider ones whole paragraphs."""


class _Statement(NamedTuple):
    """A sentence or heading of the text, and why it is not checked, if it isn't."""

    text: str
    start: int
    end: int
    left_out: NotChecked | None


def check_text(
    text: str,
    documents: Path | str | Sequence[Path | str],
    verifier: Verifier,
    *,
    embedder: Embedder | None = None,
    progress: ProgressCallback | None = None,
    max_bytes: int = MAX_BYTES,
) -> CheckReport:
    """Check each sentence of a text against documents.

    Each sentence is judged by the six passages that have most in common with it: the share of its content words,
    weighted by their rarity among the passages (the inverse document frequency of BM25, Robertson and Zaragoza 2009),
    and with an embedder the mean of that and the cosine similarity. Passages with hidden text or orders to a machine
    are no evidence.

    A sentence is judged as it stands. What "it", "this" or "there" means is not looked up in the sentences before, so
    "It does so every day." is judged without its subject; put the subject in where that matters. Headings, questions,
    code and sentences of fewer than three words are listed as not checked. A sentence of more than 1,000 characters is
    cut, and each piece judged.

    Args:
        text: Plain text or Markdown: prose, or a list with one statement a line.
        documents: Files and folders: Markdown, text, HTML, PDF, DOCX.
        verifier: Judges the sentences.
        embedder: Finds passages by meaning too; without one, only by words.
        progress: Is told about each step.
        max_bytes: A longer text is refused; larger documents are rejected.

    Returns:
        Each sentence with its verdict, and the documents that were read or rejected.

    Raises:
        AdvisorError: The text is empty, too long, or nested too deep.
        SourceError: One of the given paths doesn't exist.
        KnowledgeError: There is no document that can be read.
    """
    if not text.strip():
        raise AdvisorError("The text is empty. Give at least one sentence to check.")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise AdvisorError(f"The text is too long: {size / 1e6:.1f} MB, the limit is {max_bytes / 1e6:g} MB. Split it.")
    # Line ends are made alike without moving a character, so that the offsets are those of the text as given.
    alike = text.replace("\r\n", " \n").replace("\r", "\n")
    written = _written(alike, split_front_matter(alike)[1])
    statements = [statement._replace(text=text[statement.start : statement.end]) for statement in written]
    return _check(statements, documents, None, verifier, embedder, progress, max_bytes)


def check_file(
    path: Path | str,
    documents: Path | str | Sequence[Path | str],
    verifier: Verifier,
    *,
    embedder: Embedder | None = None,
    progress: ProgressCallback | None = None,
    max_bytes: int = MAX_BYTES,
) -> CheckReport:
    """Check each sentence of a file against documents; see ``check_text``.

    Offsets of the sentences count the characters of the file's text as it is read for an index. The file itself is
    no evidence, even where it lies in one of the folders.

    Args:
        path: Markdown, text, HTML, PDF or DOCX.
        documents: Files and folders.
        verifier: Judges the sentences.
        embedder: Finds passages by meaning too; without one, only by words.
        progress: Is told about each step.
        max_bytes: Larger files are refused or rejected.

    Raises:
        SourceError: The file can't be read, or one of the given paths doesn't exist.
        KnowledgeError: There is no document that can be read.
    """
    path = Path(path)
    loaded = load_document(path, max_bytes=max_bytes)
    suffix = path.suffix.lower()
    if suffix in (*MARKDOWN, ".txt"):
        body = split_front_matter(loaded.text)[1] if suffix in MARKDOWN else 0
        statements = _written(loaded.text, body)
    else:
        statements = _extracted(loaded)
    return _check(statements, documents, path, verifier, embedder, progress, max_bytes)


def _check(
    statements: Sequence[_Statement],
    documents: Path | str | Sequence[Path | str],
    checked: Path | None,
    verifier: Verifier,
    embedder: Embedder | None,
    progress: ProgressCallback | None,
    max_bytes: int,
) -> CheckReport:
    paths = [Path(documents)] if isinstance(documents, Path | str) else [Path(path) for path in documents]
    if not statements:
        raise AdvisorError("There is no sentence in the text that a reader would see. Give at least one.")
    evidence, sources, rejected = _read(paths, checked, max_bytes, progress)
    open_ones = [statement for statement in statements if statement.left_out is None]
    claims = [_as_claim(statement.text) for statement in open_ones]
    finder = _Finder(evidence)
    chosen = finder.choose(claims, embedder, progress)
    judged: list[tuple[Verdict, Citation | None]] = []
    for at in range(0, len(claims), CHECKED_AT_ONCE):
        if progress is not None:
            progress(Progress(stage="checking", done=at, total=len(claims)))
        part = slice(at, at + CHECKED_AT_ONCE)
        judged += _judged(claims[part], chosen[part], evidence, finder, verifier)
    if progress is not None and claims:
        progress(Progress(stage="checking", done=len(claims), total=len(claims)))
    results = iter(judged)
    sentences = []
    for text, start, end, left_out in statements:
        verdict, nearest = next(results) if left_out is None else (None, None)
        sentences.append(
            CheckedSentence(text=text, start=start, end=end, verdict=verdict, nearest=nearest, not_checked=left_out)
        )
    return CheckReport(
        sentences=tuple(sentences), sources=tuple(sources), rejected=tuple(rejected), verifier=verifier.name
    )


def _as_claim(sentence: str) -> str:
    """Return a sentence on one line without footnote marks; half of a surrogate pair, which no model reads, as "?"."""
    line = _FOOTNOTE.sub("", " ".join(sentence.split())).strip()
    return line.encode("utf-8", "replace").decode("utf-8")


def _judged(
    claims: Sequence[str],
    chosen: Sequence[Sequence[int]],
    evidence: Sequence[Evidence],
    finder: _Finder,
    verifier: Verifier,
) -> list[tuple[Verdict, Citation | None]]:
    """Return for each claim its verdict, and the nearest sentence of its passages if the verdict cites none."""
    labelled = [
        Claim(text=text, labels=tuple(evidence[i].label for i in found))
        for text, found in zip(claims, chosen, strict=True)
    ]
    used = sorted({i for found in chosen for i in found})
    found_some = [claim for claim in labelled if claim.labels]
    verdicts = iter(verifier.check(found_some, [evidence[i] for i in used]) if found_some else ())
    judged = []
    for claim, found in zip(labelled, chosen, strict=True):
        if not found:
            reasons = ("The documents have nothing in common with it.",)
            verdict = Verdict(claim=claim, status=VerdictStatus.UNSUPPORTED, score=0.0, reasons=reasons)
        else:
            verdict = next(verdicts)
        judged.append((verdict, None if verdict.citations else finder.nearest(claim.text, found)))
    return judged


# -- the text -------------------------------------------------------------------------------------------------------


def _written(text: str, body: int) -> list[_Statement]:
    """Return the sentences and headings of a plain text or Markdown, in order."""
    try:
        headings, tops, code = _outline(text, body)
        blocks, _, _ = markdown_blocks(text, body)
    except RecursionError as error:
        raise AdvisorError("The text is nested too deep to be read.") from error
    found = [_Statement(text[start:end], start, end, "heading") for start, end in headings]
    for block in blocks:
        if _within(block, code):
            found.append(_Statement(text[block.start : block.end], block.start, block.end, "code"))
        elif _within(block, tops):
            found.append(_Statement(text[block.start : block.end], block.start, block.end, "heading"))
        else:
            found += _statements(text, block)
    return sorted(found, key=lambda statement: statement.start)


def _outline(text: str, body: int) -> tuple[list[Span], list[Span], list[Span]]:
    """Return where a Markdown text has headings, the top rows of tables, and code.

    Code is what is fenced under the name of a language. Chats like to fence whole answers, and plain text is indented.
    """
    from markdown_it import MarkdownIt

    starts = [body, *(m.end() for m in re.compile("\n").finditer(text, body)), len(text) + 1]
    headings, tops, code = [], [], []
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])  # what is inside a line isn't needed
    tokens = parser.parse(text[body:])
    for token, content in pairwise([*tokens, *tokens[-1:]]):
        if token.map is None:
            continue
        start, end = starts[token.map[0]], starts[token.map[1]] - 1
        if token.type == "heading_open" and content.content:
            at = max(text.find(content.content, start, end), start)
            headings.append((at, min(at + len(content.content), end)))
        elif token.type == "thead_open":
            tops.append((start, end))
        elif token.type == "fence" and token.info.strip().lower() not in _NO_CODE:
            code.append((start, end))
    return headings, tops, code


def _within(block: Block, spans: Sequence[Span]) -> bool:
    return any(start <= block.start < end for start, end in spans)


def _extracted(document: LoadedDocument) -> list[_Statement]:
    """Return the sentences and headings of a document whose text was put together of blocks and headings alone."""
    text, blocks = document.text, document.blocks
    found = [statement for block in blocks for statement in _statements(text, block)]
    between = zip([0, *(block.end for block in blocks)], [*(block.start for block in blocks), len(text)], strict=True)
    for start, end in between:
        found += [_Statement(line[0], *line.span(), "heading") for line in _LINE.finditer(text, start, end)]
    return sorted(found, key=lambda statement: statement.start)


def _statements(text: str, block: Block) -> list[_Statement]:
    sentences = [span for start, end in _paragraphs(text, block) for span in sentence_spans(text, start, end)]
    spans = [piece.span() for start, end in sentences for piece in _PIECE.finditer(text, start, end)]
    return [_Statement(text[start:end], start, end, _left_out(text[start:end])) for start, end in spans]


def _left_out(sentence: str) -> NotChecked | None:
    """Say why a sentence says nothing to check, if it doesn't."""
    if _QUESTION.search(sentence):
        return "question"
    words = sum(any(map(str.isalnum, word)) for word in words_of(_FOOTNOTE.sub("", sentence)))
    return "too_short" if words + len(_UNSPACED.findall(sentence)) < FEWEST_WORDS else None


def _paragraphs(text: str, block: Block) -> list[Span]:
    """Cut a block at the ends of lines that end a statement; lines of wrapped prose stay together."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text, block.start, block.end)]
    width = max((end - start for start, end in lines), default=0)
    wrapped = _NARROWEST <= width <= _WIDEST and _ENDED.search(text[slice(*lines[-1])].rstrip()) is not None
    capital = bool(lines) and not _begins_small(text[slice(*lines[0])])
    begins = [lines[0][0]] if lines else []
    for (start, end), (after, after_end) in pairwise(lines):
        line, following = text[start:end].rstrip(), text[after:after_end]
        full = len(line) + 1 + len(following.split(maxsplit=1)[0]) > width
        goes_on = (capital and _begins_small(following)) or (wrapped and full and _ENDED.search(line) is None)
        if not goes_on:
            begins.append(after)
    return list(pairwise([*begins, block.end]))


def _begins_small(line: str) -> bool:
    return next((letter.islower() for letter in line if letter.isalnum()), False)


# -- the documents --------------------------------------------------------------------------------------------------


def _read(
    paths: Sequence[Path], checked: Path | None, max_bytes: int, progress: ProgressCallback | None
) -> tuple[list[Evidence], list[Source], list[Rejection]]:
    """Read documents; return their passages as evidence with the labels ``E1``…, their sources, and what is rejected.

    Raises:
        SourceError: One of the paths doesn't exist.
        KnowledgeError: There is no document that can be read.
    """
    for path in paths:
        if not path.exists():
            raise SourceError(path, "there is no such file or folder; check the path")
    files, rejected = discover(paths)
    evidence: list[Evidence] = []
    sources: list[Source] = []
    first: dict[str, Path] = {}
    for done, file in enumerate(files):
        if progress is not None:
            progress(Progress(stage="reading", done=done, total=len(files), item=str(file)))
        try:
            if checked is not None and file.samefile(checked):
                raise SourceError(file, "is the text that is checked, and no evidence for itself")
            document = load_document(file, max_bytes=max_bytes)
            twin = first.setdefault(document.checksum, file)
            if twin != file:
                raise SourceError(file, f"has the same content as {twin}, which was read")
        except SourceError as error:
            rejected.append(Rejection(path=str(error.path), reason=error.reason))
            continue
        source = document.as_upload(str(file.resolve()), str(file))
        sources.append(source)
        for passage in split_passages(source.id, document):
            if not passage.flagged:
                # All evidence is equal here: a passage can be near to one sentence and far from another.
                evidence.append(Evidence(label=f"E{len(evidence) + 1}", passage=passage, source=source, score=1.0))
    if progress is not None and files:
        progress(Progress(stage="reading", done=len(files), total=len(files)))
    if not sources:
        raise KnowledgeError(_nothing_read(paths, rejected))
    return evidence, sources, sorted(rejected, key=lambda rejection: rejection.path)


def _nothing_read(paths: Sequence[Path], rejected: Sequence[Rejection]) -> str:
    where = ", ".join(map(str, paths)) or "an empty list"
    reasons = "; ".join(f"{rejection.path}: {rejection.reason}" for rejection in rejected[:3])
    more = f"; and {len(rejected) - 3} more" if len(rejected) > 3 else ""
    found = f" ({reasons}{more})" if reasons else ""
    return f"There is no document to check against in {where}{found}. Give files or folders with {' '.join(SUFFIXES)}."


class _Finder:
    """Finds the passages that a sentence is judged by.

    Args:
        evidence: All passages that may be used.
    """

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._evidence = evidence
        self._texts = ["\n".join((" > ".join(e.passage.headings), e.passage.text)).strip() for e in evidence]
        having: dict[str, list[int]] = {}
        for i, text in enumerate(self._texts):
            for term in set(content_terms(text)):
                having.setdefault(term, []).append(i)
        self._having = {term: np.asarray(rows) for term, rows in having.items()}
        self._sentences: dict[int, list[tuple[Sentence, set[str]]]] = {}

    def choose(
        self, sentences: Sequence[str], embedder: Embedder | None, progress: ProgressCallback | None
    ) -> list[list[int]]:
        """Return for each sentence the indices of its passages, the nearest first. It depends on no other sentence."""
        covered = [self._coverage(sentence) for sentence in sentences]
        if embedder is None or not sentences or not self._evidence:
            return [_best(coverage, PASSAGES) for coverage in covered]
        everything = len(self._evidence) <= MOST_COMPARED
        compared = [
            list(range(len(self._evidence))) if everything else _best(coverage, SHORTLIST) for coverage in covered
        ]
        rows = sorted(set().union(*compared))
        vectors = _embedded([*sentences, *(self._texts[row] for row in rows)], embedder, progress)
        place = {row: len(sentences) + at for at, row in enumerate(rows)}
        chosen = []
        for i, (coverage, candidates) in enumerate(zip(covered, compared, strict=True)):
            cosines = vectors[[place[row] for row in candidates]] @ vectors[i]
            # Rounded, since the last digits of a vector depend on what else is in the batch.
            near = (coverage[candidates] + np.round(np.maximum(cosines, 0), 3)) / 2
            chosen.append([candidates[at] for at in _best(near, PASSAGES)])
        return chosen

    def nearest(self, sentence: str, among: Sequence[int]) -> Citation | None:
        """Return the sentence of some passages that has most words in common with another one, if any has."""
        wanted = {term: self._rarity(term) for term in content_terms(sentence)}
        best, most = None, 0.0
        for i in among:
            if i not in self._sentences:
                self._sentences[i] = [(s, set(content_terms(s.text))) for s in sentences_of(self._evidence[i])]
            for candidate, terms in self._sentences[i]:
                shared = sum(rarity for term, rarity in wanted.items() if term in terms)
                if shared > most:
                    best, most = candidate, shared
        return citations_of((best,))[0] if best is not None else None

    def _rarity(self, term: str) -> float:
        having, total = len(self._having.get(term, ())), len(self._evidence)
        return log(1 + (total - having + 0.5) / (having + 0.5))

    def _coverage(self, sentence: str) -> Vectors:
        """Return the share of a sentence's content words that each passage has, shape (number of passages,), 0 to 1."""
        shares = np.zeros(len(self._evidence), dtype=np.float32)
        total = 0.0
        for term in dict.fromkeys(content_terms(sentence)):
            rarity = self._rarity(term)
            total += rarity
            if term in self._having:
                shares[self._having[term]] += rarity
        return shares / total if total else shares


def _best(scores: Vectors, most: int) -> list[int]:
    """Return the indices of the best positive scores, the best first; of equals the first."""
    return [int(i) for i in np.argsort(-scores, kind="stable")[:most] if scores[i] > 0]


def _embedded(texts: Sequence[str], embedder: Embedder, progress: ProgressCallback | None) -> Vectors:
    parts = []
    for at in range(0, len(texts), EMBEDDED_AT_ONCE):
        if progress is not None:
            progress(Progress(stage="comparing", done=at, total=len(texts)))
        parts.append(embedder.embed(texts[at : at + EMBEDDED_AT_ONCE]))
    if progress is not None:
        progress(Progress(stage="comparing", done=len(texts), total=len(texts)))
    return np.concatenate(parts)
