"""The verifier on the advisor's own knowledge: perturbed sentences are not supported, paraphrases not contradicted."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from time import process_time

import pytest

from advisor.domain import Claim, VerdictStatus
from advisor.sentences import sentence_spans
from advisor.verification import SupportVerifier

from .conftest import evidence, judge
from .perturbing import perturbed

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
C = VerdictStatus.CONTRADICTED
FLOOR = 0.97
CLEAR_FLIPS = {"order negated", "ban lifted", "double negation", "verb negated", "negation dropped"}


def sections() -> list[str]:
    """Return the text of each section of the bundled knowledge, without front matter and headings."""
    found = []
    for path in sorted(KNOWLEDGE.glob("*/*.md")):
        body = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        for section in re.split(r"\n(?=## )", body):
            if section.startswith("## "):
                found.append(re.sub(r"(?m)^#+ .*\n+", "", section).strip())
    return found


def sampled(seed: int, size: int) -> list[tuple[str, str]]:
    """Return seeded (sentence, section)."""
    every = [(s[a:b], s) for s in sections() for a, b in sentence_spans(s) if s[b - 1] == "." and s[a:b].count(" ") > 4]
    return random.Random(seed).sample(every, size)


def test_perturbed_sentences_are_not_supported() -> None:
    verifier = SupportVerifier()
    chances = random.Random(5)
    seen: Counter[str] = Counter()
    passed: list[str] = []
    flips: list[VerdictStatus] = []
    for sentence, section in sampled(2024, 70):
        by_kind: dict[str, list[str]] = {}
        for kind, text in perturbed(sentence):
            by_kind.setdefault(kind, []).append(text)
        chosen = [(kind, text) for kind, texts in by_kind.items() for text in chances.sample(texts, min(2, len(texts)))]
        verdicts = verifier.check([Claim(text=text, labels=("E1",)) for _, text in chosen], [evidence(section)])
        for (kind, text), verdict in zip(chosen, verdicts, strict=True):
            seen[kind] += 1
            if verdict.status is VerdictStatus.SUPPORTED:
                passed.append(f"{kind}: {text}")
            if kind in CLEAR_FLIPS:
                flips.append(verdict.status)
    assert sum(seen.values()) >= 350
    assert len(seen) >= 15
    assert len(passed) <= (1 - FLOOR) * sum(seen.values()), passed
    assert flips.count(C) >= 0.85 * len(flips)


def test_another_section_does_not_support_a_sentence() -> None:
    chosen = sampled(99, 40)
    items = [evidence(section, f"E{i}") for i, (_, section) in enumerate(chosen)]
    claims = [
        Claim(text=sentence, labels=(f"E{(i + 1) % len(chosen)}",))
        for i, (sentence, section) in enumerate(chosen)
        if chosen[(i + 1) % len(chosen)][1] != section
    ]
    verdicts = SupportVerifier().check(claims, items)
    assert [v for v in verdicts if v.status is VerdictStatus.SUPPORTED] == []


PLATFORM = "Avoid choosing a platform by its total number of users or by the newest headline."
PITCH = "Companies should not pitch on social media, because people go there to socialise."
MODEST = "A modest reply promise that is always kept often earns more trust than a fast one that is broken."
CANNOT = (
    "Social media marketing cannot produce reliable results overnight, rescue a poor product or replace a complete"
    " marketing plan."
)
NOBODY = "Good content in a place without customers helps nobody."
ABANDONED = "Do not leave an abandoned account online with old opening hours or prices."
FREE = "Social media marketing is not free, even though opening an account costs nothing."
B2B = "The suitable places for B2B are often professional networks rather than entertainment platforms."


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (PLATFORM, "Do not avoid choosing a platform by its total number of users."),
        (PLATFORM, "Never avoid choosing a platform by its total number of users."),
        (PLATFORM, "Choose a platform by its total number of users."),
        (PLATFORM, "It is not true that you should avoid choosing a platform by its total number of users."),
        ("Refuse requests for paid reviews.", "Do not refuse requests for paid reviews."),
        ("Ignore insults, and answer honest complaints.", "Never ignore insults."),
        ("Stop a campaign when its stopping rule is met.", "Do not stop a campaign when its stopping rule is met."),
        ("Reject followers that are offered for sale.", "Do not reject followers that are offered for sale."),
        ("Exclude present customers from the audience.", "Never exclude present customers from the audience."),
        ("Clear rules prevent quarrels in a group.", "Clear rules do not prevent quarrels in a group."),
        ("Passive marketing lacks contact with customers.", "Passive marketing does not lack contact with customers."),
    ]
    + [
        (PITCH, f"{prefix} companies should not pitch on social media")
        for prefix in ("It is false that", "It is wrong that", "It is a myth that", "It's not the case that")
    ]
    + [
        (PITCH, "The idea that companies should not pitch on social media is wrong."),
        (PITCH, "Companies should not refrain from pitching on social media."),
        (B2B, "The suitable places for B2B are often entertainment platforms."),
    ],
)
def test_clear_flips_are_contradicted(text: str, claim: str) -> None:
    verdict = judge(claim, text)
    assert verdict.status is C, verdict.reasons


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("One source calls word of mouth very effective.", "Most sources call word of mouth very effective."),
        ("One source calls word of mouth very effective.", "Word of mouth is very effective."),
        ("A firm may visit customers or may invite them.", "A firm will visit customers or may invite them."),
        ("Clerks, unlike drivers, often meet nobody.", "Drivers, unlike clerks, often meet nobody."),
        (MODEST, "A modest reply promise that is broken often earns more trust than a fast one."),
        ("Big sites offer more reach, and forums more depth.", "Big sites offer less reach, and forums more depth."),
    ],
)
def test_shifted_statements_are_not_supported(text: str, claim: str) -> None:
    assert judge(claim, text).status is not VerdictStatus.SUPPORTED


PARAPHRASES = {
    PLATFORM: [
        "Don't choose a platform by its total number of users.",
        "A platform should not be chosen by its total number of users.",
        "Refrain from choosing a platform by its total number of users.",
        "It is wrong to choose a platform by its total number of users.",
        "It is not true that a platform should be chosen by its total number of users.",
    ],
    NOBODY: [
        "Good content helps nobody in a place without customers.",
        "In a place that has no customers, good content does not help anybody.",
        "Nobody is helped by good content in a place without customers.",
    ],
    PITCH: [
        "Firms shouldn't pitch on social media, since people go there to socialise.",
        "Because people go to social media to socialise, companies should not pitch there.",
        "It is a mistake to pitch on social media.",
        "It is false that companies should pitch on social media.",
    ],
    MODEST: [
        "Often, a modest promise that is always kept earns more trust than a fast promise that is broken.",
        "A fast reply promise that is broken often earns less trust than a modest one that is always kept.",
    ],
    CANNOT: [
        "A poor product cannot be rescued by social media marketing.",
        "Social media marketing doesn't replace a complete marketing plan.",
        "Social media marketing can't rescue poor products or produce reliable results overnight.",
    ],
    ABANDONED: [
        "An abandoned account with old opening hours or prices should not be left online.",
        "Don't leave abandoned accounts online with old prices or opening hours.",
        "Take abandoned accounts with old opening hours or prices offline.",
    ],
    FREE: [
        "Opening an account is free, but social media marketing isn't.",
        "Social media marketing costs money although an account can be opened at no cost.",
    ],
    "Never delete an honest complaint.": ["Honest complaints must not be deleted.", "Do not delete honest complaints."],
    "Answer a complaint before you delete anything.": [
        "Do not delete anything before you answer a complaint.",
        "Delete nothing before a complaint is answered.",
    ],
    "Your customers are on Instagram more often than on LinkedIn.": [
        "Your customers are less often on LinkedIn than on Instagram.",
        "More often than on LinkedIn, your customers are on Instagram.",
    ],
    "Widespread attention from people outside the market rarely helps a local business.": [
        "A local business is rarely helped by widespread attention from people outside the market.",
        "Widespread attention from people outside the market does not often help a local business.",
    ],
    "Do not block a customer whose complaint is rude but true.": [
        "Customers whose complaints are rude but true should not be blocked.",
        "Don't block a customer with a true but rude complaint.",
    ],
}


@pytest.mark.parametrize(("text", "claim"), [(text, claim) for text, claims in PARAPHRASES.items() for claim in claims])
def test_paraphrases_are_not_contradicted(text: str, claim: str) -> None:
    verdict = judge(claim, text)
    assert verdict.status is not C, verdict.reasons


def test_many_paraphrases_are_kept() -> None:
    statuses = [judge(claim, text).status for text, claims in PARAPHRASES.items() for claim in claims]
    kept = [s for s in statuses if s in {VerdictStatus.SUPPORTED, VerdictStatus.PARTIAL}]
    assert len(kept) >= 0.4 * len(statuses)


def test_ten_free_claims_on_two_dozen_passages_are_quick() -> None:
    chosen = random.Random(3).sample(sections(), 24)
    items = [evidence(section, f"E{i}") for i, section in enumerate(chosen)]
    firsts = [section[slice(*sentence_spans(section)[0])] for section in chosen[:10]]
    labels = tuple(item.label for item in items)
    claims = [Claim(text=f"Usually {text[0].lower()}{text[1:]}", labels=labels) for text in firsts]
    verifier = SupportVerifier()
    verifier.check(claims, items)
    times = []
    for _ in range(5):
        begin = process_time()
        verifier.check(claims, items)
        times.append(process_time() - begin)
    # 0.15 s is the aim on a laptop; the rest is room for slow machines.
    assert min(times) < 0.4
