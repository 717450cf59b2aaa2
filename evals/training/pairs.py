"""What the support verifier learns from: evidence, claim, and whether the one supports the other.

Labelled pairs come from a folder of public sets (see the model card for origins and licences), from ``claims.yaml``
(claims on the sentences of our library), from ``documents.yaml`` (invented documents) and from ``sentences.yaml``
(sentences beside each other: advice that disagrees, swapped roles, cells of tables). Most public evidence is one
sentence; real evidence is a passage, so a sentence is often put among others of its page. Further pairs are made: a
sentence of a document as it stands, altered (``advisor.evals.altering``), with two of its names or numbers swapped, cut
out of the document, or beside another sentence of the same page that doesn't say it.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from advisor.evals.altering import ALTERATIONS
from advisor.sentences import sentence_spans

SHARES = {"snli": 0.22, "conjnli": 0.4, "seminli_wiki": 0.5}
"""Share of a set that is trained on, where it is large and far from passages and advice."""
AMONG_OTHERS = 0.35
"""Share of VitaminC's evidence that is put among other sentences of its page."""
BESIDE = 0.12
"""Share of what VitaminC's evidence supports that is tried with another sentence of the page as well."""
ALONE = 0.4
"""Share of the pairs of ours whose evidence is one sentence."""
PASSAGE_WORDS = 170
"""About the most words of a made passage."""
ALIKE = 0.35
"""Share of common words from which two sentences may be versions of one, which would blur the label."""
MADE = 26_000
"""Pairs that are tried to be made from whole documents."""
WRONGLY_CITED = 0.4
"""Share of the right claims on our sentences that are tried with the passage of another topic as well."""
REPEATED = 4
"""How often each pair of ``sentences.yaml`` is seen in an epoch: they are few, and near to what we ask."""
HELD_OUT = 0.1
"""Share of pages, topics and documents that is kept for validation."""

_OPENER = re.compile(
    r"(?:The|Th[eo]se|Th(?:is|at)|It|They|S?He|We|You|In|On|At|For|From|With|As|If|When|While|After|Before|Many|Most|"
    r"Some|Several|All|Each|Every|An?)\b"
)
"""Words that are written small when they don't begin a sentence."""


_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")
_NUMBER = re.compile(r"(?<![\w.,$£€])\d[\d,.]*\d?\b(?!\s*(?:%|percent))")
_LISTED = re.compile(r"^,?\s*(?:and|or|,)\s|\b(?:and|or|between|to|versus|with|from)\s*$|^\s*,|;")


class Pair(NamedTuple):
    """A claim and evidence.

    Attributes:
        evidence: A sentence, a passage or a document.
        claim: One sentence, mostly.
        label: ``E`` supported, ``C`` contradicted, ``N`` neither, ``-`` not supported (one of the two).
        group: The set, and what pairs have in common that must not be on both sides of a split.
        kind: The kind of error, or of support, where known.
    """

    evidence: str
    claim: str
    label: str
    group: str
    kind: str = ""


def split(data: Path, rng: random.Random) -> tuple[list[Pair], list[Pair]]:
    """Return pairs to train on and pairs to validate with; no group is in both.

    Args:
        data: The folder with the public sets, one JSON object a line.
        rng: Draws.
    """
    rows = {
        path.stem: [json.loads(line) for line in path.open(encoding="utf-8")] for path in sorted(data.glob("*.jsonl"))
    }
    pairs = [pair for name, some in rows.items() for pair in _public(name, some, rng)]
    pairs += _own(rng)
    pairs += list(documents())
    pairs += list(_sentence_pairs())
    pairs += _made(rows, rng)
    train = [pair for pair in pairs if not held_out(pair.group)]
    train += (REPEATED - 1) * [pair for pair in train if pair.group.startswith("sentences:")]
    return train, [pair for pair in pairs if held_out(pair.group)]


def held_out(group: str) -> bool:
    """Tell whether a group is kept for validation."""
    return sha256(group.encode()).digest()[0] < HELD_OUT * 256


def documents() -> Iterator[Pair]:
    """Return the claims on invented documents, each with its whole document."""
    for number, entry in enumerate(_data("documents.yaml")):
        for claim in entry["claims"]:
            yield Pair(entry["evidence"], claim["text"], claim["label"], f"documents:{number}", claim["type"])


def _sentence_pairs() -> Iterator[Pair]:
    """Return the sentences beside each other; those that contradict each other, or have nothing to do, both ways."""
    for number, entry in enumerate(_data("sentences.yaml")):
        group = f"sentences:{number}"
        yield Pair(entry["a"], entry["b"], entry["label"], group, entry["kind"])
        if entry["label"] != "E" and entry["kind"] == "advice":
            yield Pair(entry["b"], entry["a"], entry["label"], group, entry["kind"])


def topics() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each topic of the library with its sentences and their claims, after the group that it makes."""
    for entry in _data("claims.yaml"):
        yield f"claims:{entry['source']}:{entry['topic']}", entry


def _data(name: str) -> Any:
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), yaml.CSafeLoader)


def _public(name: str, rows: Sequence[dict[str, Any]], rng: random.Random) -> Iterator[Pair]:
    if name == "rag_responses":
        yield from _responses(rows)
        return
    pages: dict[str, list[str]] = defaultdict(list)
    if name == "vitaminc_real":
        for row in rows:
            pages[row["group"]].append(row["evidence"])
    for number, row in enumerate(rows):
        if rng.random() > SHARES.get(name, 1.0):
            continue
        group = f"{name}:{row.get('group', number)}"
        label = row.get("label3") or ("E" if row["label"] else "-")
        evidence = row["evidence"]
        if pages and label == "E" and rng.random() < BESIDE:
            other = rng.choice(pages[row["group"]])
            if not _alike(row["claim"], other) and not _alike(evidence, other):
                yield Pair(other, row["claim"], "N", group, "beside")
        if pages and rng.random() < AMONG_OTHERS:
            evidence = _among(evidence, pages[row["group"]], rng)
        yield Pair(evidence, row["claim"], label, group)


def _responses(rows: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    """Cut responses into sentences; one is unsupported if it has a hallucinated span."""
    for row in rows:
        for start, end in sentence_spans(row["claim"]):
            text = row["claim"][start:end]
            if len(text.split()) < 5:
                continue
            wrong = any(span["start"] < end and span["end"] > start for span in row["spans"])
            yield Pair(nearest(row["evidence"], text), text, "-" if wrong else "E", f"rag:{row['group']}")


def nearest(evidence: str, claim: str, words: int = 2 * PASSAGE_WORDS) -> str:
    """Return the stretch of long evidence that has most words in common with a claim."""
    spans = sentence_spans(evidence)
    if len(evidence.split()) <= words:
        return evidence
    wanted = _words(claim)
    best, found = -1.0, evidence
    for first in range(len(spans)):
        last, length = first, 0
        while last < len(spans) and length < words:
            length += len(evidence[slice(*spans[last])].split())
            last += 1
        text = evidence[spans[first][0] : spans[last - 1][1]]
        shared = len(wanted & _words(text))
        if shared > best:
            best, found = shared, text
        if last == len(spans):
            break
    return found


def _among(evidence: str, page: Sequence[str], rng: random.Random) -> str:
    """Put a sentence among others of its page that are no version of it."""
    others: list[str] = []
    for text in rng.sample(page, min(len(page), 12)):
        if not any(_alike(text, known) for known in (evidence, *others)):
            others.append(text)
    others = others[: rng.randint(1, 4)]
    others.insert(rng.randint(0, len(others)), evidence)
    return " ".join(others)


def _alike(one: str, other: str) -> bool:
    first, second = _words(one), _words(other)
    return len(first & second) >= ALIKE * min(len(first), len(second))


def _own(rng: random.Random) -> Iterator[Pair]:
    """Return claims on our sentences, with the sentence alone, its passage, or a wrong passage."""
    entries = list(topics())
    passages = [[sentence["text"] for sentence in entry["sentences"]] for _, entry in entries]
    for at, ((group, entry), texts) in enumerate(zip(entries, passages, strict=True)):
        beside = [
            i
            for i, (name, other) in enumerate(entries)
            if i != at and other["source"] == entry["source"] and held_out(name) == held_out(group)
        ]
        for number, sentence in enumerate(entry["sentences"]):
            own = f"{entry['topic']}\n{_around(texts, number, rng)}"
            for claim in sentence["claims"]:
                kind = claim["type"]
                label = {"E": "E", "neither": "N"}.get(kind, "C")
                alone = rng.random() < ALONE
                yield Pair(sentence["text"] if alone else own, claim["text"], label, group, kind)
                if label == "E" and beside and rng.random() < WRONGLY_CITED:
                    yield _wrongly_cited(claim["text"], rng.choice(beside), entries, passages, group, rng)
            if rng.random() < 0.2:
                yield Pair(own, sentence["text"], "E", group, "verbatim")
            if beside and rng.random() < WRONGLY_CITED:
                yield _wrongly_cited(sentence["text"], rng.choice(beside), entries, passages, group, rng)


def _wrongly_cited(
    claim: str,
    other: int,
    entries: Sequence[tuple[str, dict[str, Any]]],
    passages: Sequence[Sequence[str]],
    group: str,
    rng: random.Random,
) -> Pair:
    """Return a right claim with the passage of another topic of its document."""
    if rng.random() < ALONE:
        return Pair(rng.choice(passages[other]), claim, "N", group, "passage")
    wrong = f"{entries[other][1]['topic']}\n{_around(passages[other], rng.randrange(len(passages[other])), rng)}"
    return Pair(wrong, claim, "N", group, "passage")


def _around(texts: Sequence[str], number: int, rng: random.Random) -> str:
    """Return a stretch of sentences with one of them, at any place."""
    first = last = number
    room = rng.randint(PASSAGE_WORDS // 4, PASSAGE_WORDS) - len(texts[number].split())
    while room > 0 and (first > 0 or last < len(texts) - 1):
        if last == len(texts) - 1 or (first > 0 and rng.random() < 0.5):
            first -= 1
            room -= len(texts[first].split())
        else:
            last += 1
            room -= len(texts[last].split())
    return " ".join(texts[first : last + 1])


def _made(rows: dict[str, list[dict[str, Any]]], rng: random.Random) -> Iterator[Pair]:
    """Take sentences of documents: as they stand, shortened, altered, or cut out of their surroundings."""
    bodies: dict[str, str] = {}
    for name in ("rag_responses", "expertqa", "factcheckgpt"):
        for number, row in enumerate(rows.get(name, ())):
            bodies.setdefault(row["evidence"], f"{name}:{row.get('group', number)}")
    bodies.update((entry["evidence"], f"documents:{number}") for number, entry in enumerate(_data("documents.yaml")))
    whole = [(group.replace("rag_responses", "rag"), _sentences(text)) for text, group in bodies.items()]
    whole = [(group, texts) for group, texts in whole if len(texts) >= 4]
    for _ in range(MADE):
        group, texts = rng.choice(whole)
        number = rng.randrange(len(texts))
        text = texts[number]
        if not 7 <= len(text.split()) <= 45:
            continue
        evidence = _around(texts, number, rng)
        draw = rng.random()
        if draw < 0.28:
            claim = _shortened(text) if rng.random() < 0.6 else text
            yield Pair(evidence, claim, "E", group, "verbatim")
        elif draw < 0.42:
            yield from _joined(texts, number, group, rng)
        elif draw < 0.55:
            rest = [one for one in texts if one != text]
            own = _words(text)
            if all(len(own & _words(one)) < ALIKE * len(own) for one in rest):
                near = min(number, len(rest) - 1)
                short = rng.random() < ALONE
                yield Pair(rest[near] if short else _around(rest, near, rng), text, "N", group, "absent")
        elif draw < 0.65:
            swapped = _swapped(text, rng)
            if swapped:
                yield Pair(evidence, swapped, "C", group, "swapped")
        else:
            strangers = " ".join(rng.choice(whole)[1])
            for kind in rng.sample(sorted(ALTERATIONS), len(ALTERATIONS)):
                altered = ALTERATIONS[kind](text, evidence + " " + strangers, rng)
                if altered and altered not in evidence:
                    yield Pair(evidence, altered, "C", group, kind)
                    break


def _joined(texts: Sequence[str], number: int, group: str, rng: random.Random) -> Iterator[Pair]:
    """Make one claim of two sentences near each other. Half of the claims get evidence that lacks one of the two."""
    other = number + rng.choice((-2, -1, 1, 2))
    if not 0 <= other < len(texts) or not 5 <= len(texts[other].split()) <= 30:
        return
    pair = [texts[number], texts[other]]
    rng.shuffle(pair)
    first, second = pair
    if _OPENER.match(second):
        second = second[0].lower() + second[1:]
    claim = f"{first.rstrip('.!?')}, and {second}"
    if rng.random() < 0.5:
        low, high = min(number, other), max(number, other)
        around = [*texts[max(0, low - rng.randint(0, 3)) : high + 1 + rng.randint(0, 3)]]
        yield Pair(" ".join(around), claim, "E", group, "joined")
        return
    gone = _words(texts[other])
    rest = [one for one in texts if one != texts[other]]
    if all(len(gone & _words(one)) < ALIKE * len(gone) for one in rest):
        yield Pair(_around(rest, rest.index(texts[number]), rng), claim, "N", group, "joined")


def _swapped(text: str, rng: random.Random) -> str | None:
    """Swap two names, or two numbers, that are not in one list."""
    for pattern in rng.sample((_NAME, _NUMBER), 2):
        found = list(pattern.finditer(text))
        for _ in range(4):
            if len(found) < 2:
                break
            first, second = sorted(rng.sample(found, 2), key=lambda match: match.start())
            between = text[first.end() : second.start()]
            if first[0] == second[0] or len(between.split()) < 2 or _LISTED.search(between):
                continue
            return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]
    return None


def _sentences(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]


def _shortened(text: str) -> str:
    """Leave out what stands in brackets and a clause after the last comma."""
    text = re.sub(r"\s*\([^)]*\)", "", text)
    head, comma, tail = text.rpartition(", ")
    return f"{head}." if comma and len(head.split()) >= 6 and len(tail.split()) >= 3 else text


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit()}
