"""Drafts claims with any LangChain chat model.

The model is trusted with nothing: it sees numbered evidence as data, its output is read as claims with labels, and
every claim is judged afterwards by the verifier. A bad model can make an answer shorter, never false.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Generator as Generated
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay, wait_exponential_jitter

from advisor.domain import Claim, Draft, Evidence, Passage, Question
from advisor.errors import MalformedOutput, ModelUnavailable
from advisor.generation.calling import (
    ModelCall,
    OutOfTime,
    advice,
    is_too_long,
    is_transient,
    model_name,
    tells_secrets,
)
from advisor.generation.parsing import ClaimParser, without_thoughts
from advisor.ports import Generator
from advisor.sentences import sentence_spans
from advisor.templates import PromptTemplate, load_template

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

UNUSABLE = "The model's output was unusable, so this answer is put together from the sources' own sentences."
CUT_SHORT = "The model ran out of time, so this answer holds only what it had drafted by then."
BROKEN_OFF = "The connection to the model broke off, so this answer holds only what it had drafted by then."

_QUESTION_CHARACTERS = 2000
_TITLE_CHARACTERS = 120
_REPAIRED_CHARACTERS = 3000
_LEAST_EVIDENCE = 600
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 8.0


class ChatGenerator:
    """Drafts claims with a chat model; the fallback drafts when the model's output is unusable.

    Args:
        model: Any LangChain chat model.
        fallback: Drafts instead, with a note, when the output holds no claim with a label even after one repair.
            Without one, ``MalformedOutput`` is raised, for which ``Advisor`` has its own stand-in.
        template: Prompt with the inputs boundary, evidence, question and max_claims; the bundled one by default.
        repair_template: Prompt with the inputs boundary, evidence and output; the bundled one by default.
        rewrite_template: Prompt with the inputs boundary, text and advice; the bundled one by default.
        timeout: Seconds that the model may take for one answer, all tries and the repair together. What was drafted
            in time is kept, with a note.
        retries: How often a call is tried again that failed for a passing reason (connection, overload, rate limit)
            before the first claim arrived. Waits between tries double from a quarter of a second.
        max_claims: Most claims of one answer; the model is stopped after that many.
        evidence_characters: Most characters of evidence in the prompt. The passages ranked last are left out first.
            Halved, down to 600, when the model says that the prompt is too long for it.
        output_characters: The model is stopped after this much output, thoughts included.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        fallback: Generator | None = None,
        template: PromptTemplate | None = None,
        repair_template: PromptTemplate | None = None,
        rewrite_template: PromptTemplate | None = None,
        timeout: float = 60.0,
        retries: int = 2,
        max_claims: int = 12,
        evidence_characters: int = 6000,
        output_characters: int = 24000,
    ) -> None:
        self._model = model
        self._fallback = fallback
        self._template = template if template is not None else load_template("claims")
        self._repair_template = repair_template if repair_template is not None else load_template("repair")
        self._rewrite_template = rewrite_template if rewrite_template is not None else load_template("rewrite")
        self._timeout = timeout
        self._retries = retries
        self._max_claims = max_claims
        self._evidence_characters = evidence_characters
        self._output_characters = output_characters

    @property
    def name(self) -> str:
        """``chat:`` and the model's name, for the trace."""
        return f"chat:{model_name(self._model)}"

    def draft(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Draft claims, each with the labels of the evidence that the model names.

        Raises:
            ModelUnavailable: The model can't be reached, refuses, or gave nothing in time; the message says which
                model, what happened and what to do.
        """
        claims: list[Claim] = []
        notes: list[str] = []
        for item in self.stream(question, evidence):
            if isinstance(item, Claim):
                claims.append(item)
            else:
                notes.append(item)
        return Draft(claims=tuple(claims), notes=tuple(notes))

    def stream(self, question: Question, evidence: Sequence[Evidence]) -> Iterator[Claim | str]:
        """Yield each claim as soon as the model has completed it; a ``str`` is a note for the reader.

        Raises:
            ModelUnavailable: As ``draft``; only before the first claim.
        """
        usable = [item for item in evidence if not item.passage.flagged]
        if not usable:  # nothing to cite, so nothing that the model could say may be shown
            return
        deadline = time.monotonic() + self._timeout
        text = " ".join((question.resolved or question.text).split())[:_QUESTION_CHARACTERS]
        reading, shown = self._begin(text, usable, deadline)
        labelled = yield from self._claims(reading)
        if labelled:
            return
        if reading.parser.text.strip() and time.monotonic() < deadline:
            log.info("The output of %s has no labelled claim; asking once to repair it.", self.name)
            repaired = self._repair(reading.parser.text, shown, deadline)
            if repaired:
                yield from repaired
                return
        if self._fallback is None:
            raise MalformedOutput(f"The output of {self.name} holds no claim with the label of its evidence.")
        drafted = self._fallback.draft(question, usable)
        yield UNUSABLE
        yield from drafted.notes
        yield from drafted.claims

    def rewrite(self, text: str, advice: Sequence[str]) -> str:
        """Write a text anew, following the advice and adding no fact; the caller has to check that.

        Raises:
            ModelUnavailable: As ``draft``.
        """
        deadline = time.monotonic() + self._timeout
        lines = "\n".join(f"- {' '.join(line.split())}" for line in advice)
        prompt = self._rewrite_template.render({"boundary": secrets.token_hex(8), "text": text, "advice": lines})
        tries = 0

        def attempt() -> str:
            nonlocal tries
            tries += 1
            call, written = ModelCall(self._model, prompt, deadline), ""
            for piece in call:
                written += piece
                if len(written) >= self._output_characters:
                    call.close()
                    break
            return written[: self._output_characters]

        try:
            return without_thoughts(self._retrying(deadline)(attempt)).strip()
        except Exception as error:
            self._give_up(error, tries)

    def _begin(self, question: str, evidence: Sequence[Evidence], deadline: float) -> tuple[_Reading, list[Evidence]]:
        """Call the model, again if need be, until its first claim or its end."""
        budget, tries = self._evidence_characters, 0
        retrying = self._retrying(deadline)

        def attempt(shown: list[Evidence]) -> _Reading:
            nonlocal tries
            tries += 1
            reading = self._read(self._prompt(question, shown), shown, deadline)
            reading.advance()
            return reading

        while True:
            shown = within_budget(evidence, budget)
            try:
                return retrying(attempt, shown), shown
            except Exception as error:
                if is_too_long(error) and budget > _LEAST_EVIDENCE and time.monotonic() < deadline:
                    budget = max(_LEAST_EVIDENCE, min(budget, sum(len(e.passage.text) for e in shown)) // 2)
                    log.info("The prompt is too long for %s; trying with %d characters.", self.name, budget)
                    continue
                self._give_up(error, tries)

    def _retrying(self, deadline: float) -> Retrying:
        return Retrying(
            stop=stop_after_attempt(self._retries + 1) | stop_before_delay(max(0.0, deadline - time.monotonic())),
            wait=wait_exponential_jitter(initial=_FIRST_WAIT, max=_LONGEST_WAIT, jitter=_FIRST_WAIT),
            retry=retry_if_exception(is_transient),
            reraise=True,
        )

    def _give_up(self, error: Exception, tries: int) -> NoReturn:
        message = advice(error, self._model, tries=tries)
        if tells_secrets(error, self._model):
            raise ModelUnavailable(message) from None
        raise ModelUnavailable(message) from error

    def _claims(self, reading: _Reading) -> Generated[Claim | str, None, bool]:
        """Yield claims, from the first labelled one on; return whether there was one."""
        held: list[Claim] = []  # claims without a label, held back until it is clear that the output is usable
        labelled = False
        count = 0
        try:
            while True:
                for claim in reading.take():
                    held.append(claim)
                    labelled = labelled or bool(claim.labels)
                    if not labelled:
                        continue
                    for ready in held:
                        yield ready
                        count += 1
                        if count >= self._max_claims:
                            return True
                    held = []
                if reading.ended:
                    return labelled
                try:
                    reading.advance()
                except Exception as error:
                    if not labelled:
                        return False
                    log.info("The call to %s broke off: %s", self.name, type(error).__name__)
                    yield CUT_SHORT if isinstance(error, OutOfTime) else BROKEN_OFF
                    return True
        finally:
            reading.close()

    def _repair(self, output: str, shown: list[Evidence], deadline: float) -> list[Claim | str]:
        """Ask once for the same in the right form; empty if that fails too."""
        boundary = secrets.token_hex(8)
        prompt = self._repair_template.render(
            {"boundary": boundary, "evidence": evidence_text(shown), "output": output[:_REPAIRED_CHARACTERS]}
        )
        items = self._claims(self._read(prompt, shown, deadline))
        claims: list[Claim | str] = []
        while True:
            try:
                claims.append(next(items))
            except StopIteration as end:
                return claims if end.value else []

    def _read(self, prompt: str, shown: Sequence[Evidence], deadline: float) -> _Reading:
        labels = [item.label for item in shown]
        return _Reading(ModelCall(self._model, prompt, deadline), ClaimParser(labels), self._output_characters)

    def _prompt(self, question: str, shown: Sequence[Evidence]) -> str:
        return self._template.render(
            {
                # Chosen anew for each request, so that no document can contain the line that ends the evidence.
                "boundary": secrets.token_hex(8),
                "evidence": evidence_text(shown),
                "question": question,
                "max_claims": str(self._max_claims),
            }
        )


class _Reading:
    """A call that is being read: its pieces, and the claims parsed from them that nobody has taken yet."""

    def __init__(self, call: ModelCall, parser: ClaimParser, limit: int) -> None:
        self.parser = parser
        self.ended = False
        self._call = call
        self._pieces = iter(call)
        self._limit = limit
        self._ready: list[Claim] = []

    def advance(self) -> None:
        """Read until a claim is complete or the output ends."""
        try:
            while not self._ready and not self.ended:
                piece = next(self._pieces, None)
                if piece is not None:
                    room = self._limit - len(self.parser.text)
                    self._ready += self.parser.feed(piece[:room])
                if piece is None or len(self.parser.text) >= self._limit or self.parser.looping:
                    self.ended = True
                    self._ready += self.parser.finish(stopped=piece is not None)
                    self.close()
        except BaseException:
            self.close()
            raise

    def take(self) -> list[Claim]:
        """Hand over the claims that are complete."""
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> None:
        """Stop the call."""
        self._call.close()


def within_budget(evidence: Sequence[Evidence], characters: int) -> list[Evidence]:
    """Return the evidence by rank as far as its text fits; the last one is cut at the end of a sentence.

    The first passage is always kept, at least its first sentence.

    Args:
        evidence: Evidence by rank.
        characters: Most characters of passage text.
    """
    shown: list[Evidence] = []
    left = characters
    for item in evidence:
        text = item.passage.text
        if len(text) > left:
            ends = [end for _, end in sentence_spans(text) if end <= left]
            if not ends and not shown:
                ends = [end for _, end in sentence_spans(text)][:1]
            if ends:
                shown.append(item.model_copy(update={"passage": _cut(item, ends[-1])}))
            break
        shown.append(item)
        left -= len(text)
    return shown


def evidence_text(evidence: Sequence[Evidence]) -> str:
    """Return the evidence as two lines each: the source's title, then label and text.

    Neither has line breaks of its own, so that no text can begin another label.
    """
    lines = []
    for item in evidence:
        title = " ".join(item.source.title.split())[:_TITLE_CHARACTERS]
        lines += [f"Source: {title}", f"[{item.label}] {' '.join(item.passage.text.split())}"]
    return "\n".join(lines)


def _cut(item: Evidence, end: int) -> Passage:
    passage = item.passage
    return passage.model_copy(update={"text": passage.text[:end], "end": passage.start + end})
