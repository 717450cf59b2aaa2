"""What a model drafted for a question, before anything was withheld.

It is read as the advisor reads it: sentences, each with the evidence that the model names for it. A model that doesn't
keep to the form is asked once more by the advisor, and what it writes then counts; where it names no evidence then
either, the bare sentences of its first try count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.domain import Claim, Evidence, Verdict
from advisor.ports import Verifier
from advisor.sentences import sentence_spans


@dataclass(frozen=True)
class Raw:
    """What a model wrote for one question.

    Attributes:
        text: As it came, thoughts included.
        verdicts: Its sentences, judged by the evidence that the model named for each.
        anywhere: The same sentences, judged by all that was retrieved for the question.
        evidence: What was retrieved.
    """

    text: str
    verdicts: tuple[Verdict, ...]
    anywhere: tuple[Verdict, ...]
    evidence: tuple[Evidence, ...]


def judged(calls: Sequence[Sequence[str]], evidence: Sequence[Evidence], verifier: Verifier) -> Raw:
    """Read and judge what a model drafted for a question.

    Args:
        calls: The pieces of text of each call, in order.
        evidence: What was retrieved for the question.
        verifier: Judges the sentences.
    """
    pieces, claims = calls[0], tuple(Claim(text=text) for text in _bare_sentences("".join(calls[0])))
    for call in calls:
        read = _claims(call, evidence)
        if any(claim.labels for claim in read):
            pieces, claims = call, read
            break
    every = tuple(item.label for item in evidence)
    anywhere = [claim.model_copy(update={"labels": every}) for claim in claims]
    return Raw("".join(pieces), verifier.check(claims, evidence), verifier.check(anywhere, evidence), tuple(evidence))


def _claims(pieces: Sequence[str], evidence: Sequence[Evidence]) -> tuple[Claim, ...]:
    """Read claims as the advisor does, and stop where it stops."""
    from advisor.generation.parsing import ClaimParser

    parser = ClaimParser(item.label for item in evidence)
    claims: list[Claim] = []
    for piece in pieces:
        claims += parser.feed(piece)
        if parser.looping:
            break
    return (*claims, *parser.finish(stopped=parser.looping))


_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ENDED = re.compile(r"[.!][\"'”’)\]]*$")


def _bare_sentences(text: str) -> list[str]:
    from advisor.generation.parsing import plain

    found = []
    for line in _THOUGHT.sub("", text).splitlines():
        words = plain(line)
        found += [words[start:end] for start, end in sentence_spans(words)]
    return [s for s in dict.fromkeys(found) if len(_LETTERS.findall(s)) > 1 and _ENDED.search(s)]
