"""The chat generator over a real, small model that invents things: nothing invented may be shown as supported."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest

from advisor.domain import Claim, Draft, Evidence, Question, VerdictStatus
from advisor.errors import ModelUnavailable
from advisor.generation.chat import UNUSABLE, ChatGenerator
from advisor.generation.models import chat_model
from advisor.sentences import sentence_spans
from advisor.settings import Settings
from tests.generation.samples import FirstSentence, evidence_of

pytestmark = pytest.mark.model

SECONDS = 400.0
CASES = {
    "How often should a pub post on Twitter?": (
        "A pub in Leeds found that two tweets a day were enough. Its landlord answers every question himself.",
        "Owners of small bars often post a photo on Friday afternoon.",
    ),
    "How should we react to complaints?": (
        "Answer a complaint in public, and offer to go on in private. Never delete a complaint.",
        "A hospital that sold cleaning machines found complaints useful for its product.",
        "Regular customers may defend a company that is honest about a mistake.",
    ),
    "What did our followers buy in 2019?": (
        "Counting followers says little about sales.",
        "Companies often measure how many visits to their website come from social media.",
    ),
}


def settings_for(url: str) -> Settings:
    return Settings(model="openai:smollm2", model_url=url, model_timeout=SECONDS)


def drafts(url: str) -> dict[str, tuple[tuple[Evidence, ...], Draft, float]]:
    model = chat_model(settings_for(url))
    made = ChatGenerator(model, fallback=FirstSentence(), timeout=SECONDS, output_characters=500)
    found = {}
    for question, texts in CASES.items():
        evidence = evidence_of(texts, title="Notes")
        begun = time.monotonic()
        found[question] = (evidence, made.draft(Question(text=question), evidence), time.monotonic() - begun)
    return found


@pytest.fixture(scope="module")
def drafted(model_server: str) -> dict[str, tuple[tuple[Evidence, ...], Draft, float]]:
    return drafts(model_server)


def test_every_question_gets_claims_in_time(
    drafted: dict[str, tuple[tuple[Evidence, ...], Draft, float]],
) -> None:
    for evidence, draft, seconds in drafted.values():
        assert seconds < SECONDS + 10
        assert draft.claims
        assert any(claim.labels for claim in draft.claims)
        for claim in draft.claims:
            assert set(claim.labels) <= {e.label for e in evidence}
            assert claim.text == " ".join(claim.text.split())
            assert "<" not in claim.text
    # This says nothing about a model if the fallback drafted everything.
    assert any(UNUSABLE not in draft.notes for _, draft, _ in drafted.values())


def test_nothing_that_the_model_invents_is_supported(
    drafted: dict[str, tuple[tuple[Evidence, ...], Draft, float]],
) -> None:
    for evidence, draft, _ in drafted.values():
        assert_carried(draft.claims, evidence)


def test_nothing_that_the_model_says_from_memory_is_supported(model_server: str) -> None:
    """The model answers without evidence, and each of its sentences claims to rest on all there is."""
    model = chat_model(settings_for(model_server))
    for question, texts in CASES.items():
        evidence = evidence_of(texts, title="Notes")
        said = ""
        for piece in model.stream(f"{question} Answer with numbers, names and years."):
            said += str(piece.text)
            if len(said) > 400:
                break
        sentences = [" ".join(said[a:b].split()) for a, b in sentence_spans(said)]
        assert sentences
        assert_carried([Claim(text=text, labels=tuple(e.label for e in evidence)) for text in sentences], evidence)


def test_a_stream_is_stopped_without_harm_to_the_next_call(model_server: str) -> None:
    model = chat_model(settings_for(model_server))
    with pytest.raises(ModelUnavailable, match=r"smollm2 at http://127\.0\.0\.1:\d+/v1 did not answer in time"):
        _draft(ChatGenerator(model, fallback=FirstSentence(), timeout=0.05))
    assert _draft(ChatGenerator(model, fallback=FirstSentence(), timeout=SECONDS, output_characters=300)).claims


def test_a_prompt_beyond_the_models_context_is_shortened(model_server: str) -> None:
    model = chat_model(settings_for(model_server))
    texts = [f"Point {n}: " + "a customer who is heard stays a customer for years. " * 20 for n in range(6)]
    made = ChatGenerator(
        model, fallback=FirstSentence(), timeout=SECONDS, evidence_characters=9000, output_characters=200
    )
    assert _draft(made, texts).claims


def test_a_server_that_is_not_there_is_named() -> None:
    model = chat_model(settings_for("http://127.0.0.1:9/v1"))
    with pytest.raises(ModelUnavailable, match=r"smollm2 at http://127\.0\.0\.1:9/v1 can't be reached after 2 tries"):
        _draft(ChatGenerator(model, fallback=FirstSentence(), timeout=20.0, retries=1))


def assert_carried(claims: Sequence[Claim], evidence: Sequence[Evidence]) -> None:
    """Check that no supported claim has a number or a name that its own evidence doesn't have."""
    from advisor.verification.verifier import SupportVerifier

    texts = {item.label: item.passage.text for item in evidence}
    for verdict in SupportVerifier().check(claims, evidence):
        if verdict.status is not VerdictStatus.SUPPORTED:
            continue
        cited = " ".join(texts[label] for label in verdict.claim.labels)
        assert cited
        for number in re.findall(r"\d+", verdict.claim.text):
            assert number in cited, verdict
        # The first word is capitalised anyway; any other capital begins a name.
        for word in verdict.claim.text.split()[1:]:
            if word[:1].isupper():
                assert word.strip(".,;:!?'\"").lower() in cited.lower(), verdict


def _draft(made: ChatGenerator, texts: Sequence[str] = ("Two tweets a day are enough for a pub.",)) -> Draft:
    return made.draft(Question(text="How often should a pub tweet?"), evidence_of(texts))
