"""The bundled knowledge keeps the rules of knowledge/README.md, as far as a machine can check them."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pytest
import yaml
from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from advisor.knowledge_base import KnowledgeBase
from advisor.sentences import sentence_spans
from tests.source_tree import ROOT

KNOWLEDGE = ROOT / "knowledge"
FILES = sorted([*KNOWLEDGE.glob("documents/*.md"), *KNOWLEDGE.glob("guidance/*.md")])
IDS = [path.stem for path in FILES]

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
AskedAs = Annotated[str, StringConstraints(pattern=r"^\S.*\?$")]

VOCABULARY: dict[str, list[str]] = yaml.safe_load((KNOWLEDGE / "vocabulary.yaml").read_text(encoding="utf-8"))

ROLES = ["Answer", "Why", "Do", "Avoid", "Measure"]
SENTENCES_PER_ROLE = {"Answer": (2, 4), "Why": (1, 3), "Do": (1, 3), "Avoid": (1, 3), "Measure": (1, 3)}
WORDS_PER_SENTENCE = (5, 30)
NEAR_DUPLICATE = 0.8
SAME_MEANING = 0.95
"""Cosine similarity from which on two sentences say the same."""
WORDS_PER_DOCUMENT = (600, 1200)
SHARED_RUN = 8

OPENERS = re.compile(
    r"(?:This|That|These|Those|It|They|He|She|Such|There|Here|However|Also|But|And|Or|So|Then|Thus|Therefore|Hence|"
    r"Otherwise|Instead|Moreover|Furthermore|Besides|Additionally|Finally|For example|For instance)\b"
)
POINTERS = re.compile(r"\b(?:the above|as said|the latter|the following|see below)\b", re.IGNORECASE)
ABBREVIATIONS = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|approx|incl|cf|no|ca)\.(?=\s|,|\)|$)(?!$)|\b(?:e\.g|i\.e)\.", re.IGNORECASE
)
AMERICAN = re.compile(
    r"\b(?:\w*(?:organiz|recogniz|realiz|optimiz|analyz|prioritiz|emphasiz|summariz|customiz|maximiz|minimiz|specializ|"
    r"personaliz|categoriz|monetiz|apologiz|criticiz|familiariz|standardiz|utiliz|visualiz|advertiz|publiciz)\w*|"
    r"(?:mis)?behavior\w*|(?:dis)?colors?|colored|colorful|favor(?:s|ed|ing|able|ite|ites)?|honor(?:s|ed|ing)?|humor|"
    r"labor|neighbor\w*|rumor\w*|centers?|centered|theaters?|catalogs?|dialogs?|defense|offense|"
    r"programs?|traveler\w*|traveled|traveling|cancel(?:ed|ing)|label(?:ed|ing)|model(?:ed|ing)|enroll|fulfill|"
    r"skillful|jewelry|gray|judgment|aging|mom|moms|check-?books?|tires?|artifacts?|inquir(?:y|ies))\b",
    re.IGNORECASE,
)
NOT_INCLUSIVE = re.compile(
    r"\b(?:he|she|his|him|hers?|himself|herself|guys|girls|ladies|gentlemen|manpower|mankind|man-hours?|man-made|"
    r"(?:chair|sales|spokes|business|crafts|trades)m[ae]n|foreman|housewi(?:fe|ves)|waitress(?:es)?|"
    r"(?:black|white)list(?:ed)?|crazy|insane|lame|dumb|crippled?|the (?:blind|deaf|disabled|elderly))\b",
    re.IGNORECASE,
)
HARDEST_GRADE = 12.0
"""Highest Flesch-Kincaid grade (Kincaid et al., 1975) of a document: the last year of school."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class FrontMatter(BaseModel):
    """The front matter as knowledge/README.md describes it; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Text
    kind: Literal["document", "guidance"]
    title: Text
    author: Text | None
    publisher: Text | None
    published: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None
    origin: Text | None
    reviewed: datetime.date
    topics: list[Text] = Field(min_length=1)
    audiences: list[Text] = Field(min_length=1)
    platforms: list[Text] = Field(min_length=1)
    goals: list[Text] = Field(min_length=1)
    businesses: list[Text] = Field(min_length=1)
    basis: list[Text] = Field(min_length=1)
    questions: dict[Text, Annotated[list[AskedAs], Field(min_length=1)]] = Field(min_length=1)


class Side(BaseModel):
    """One side of a recorded disagreement."""

    model_config = ConfigDict(extra="forbid", strict=True)

    position: Text
    source: Text
    quote: Text


class Disagreement(BaseModel):
    """A recorded disagreement."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Text
    subject: Text
    questions: list[AskedAs] = Field(min_length=1)
    sides: list[Side] = Field(min_length=2)


class Section(BaseModel):
    """The text under one heading: the heading's level, its words, and the paragraphs and list items below it."""

    level: int
    heading: str
    paragraphs: list[str] = []

    @property
    def sentences(self) -> list[str]:
        """The sentences, each on one line."""
        return [
            " ".join(paragraph[start:end].split())
            for paragraph in self.paragraphs
            for start, end in sentence_spans(paragraph)
        ]


@cache
def split(path: Path) -> tuple[str, str]:
    """Return the front matter and the body of a file."""
    match = re.match(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    assert match, f"{path.name} has no front matter between two lines of ---"
    return match[1], match[2]


@cache
def front_matter(path: Path) -> FrontMatter:
    return FrontMatter.model_validate(yaml.safe_load(split(path)[0]))


@cache
def sections(path: Path) -> tuple[Section, ...]:
    found: list[Section] = []
    tokens = MarkdownIt().parse(split(path)[1])
    for before, token in pairwise(tokens):
        if token.type != "inline":
            continue
        if before.type == "heading_open":
            found.append(Section(level=int(before.tag[1]), heading=token.content))
        else:
            assert found, f"{path.name} has text before its title"
            found[-1].paragraphs.append(token.content)
    return tuple(found)


@cache
def sentences(path: Path) -> tuple[str, ...]:
    return tuple(sentence for section in sections(path) for sentence in section.sentences)


def figures(text: str) -> list[str]:
    """The numbers in a text; 10,173 and 10.173 are the same views."""
    return [re.sub(r"[.,](?=\d{3}\b)", "", figure) for figure in re.findall(r"\d(?:[\d.,]*\d)?", text)]


def as_lines(found: list[str]) -> str:
    """For the message of a failed check: pytest would cut a long list short."""
    return "\n".join(["", *found])


def words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def disagreements() -> list[Disagreement]:
    entries = yaml.safe_load((KNOWLEDGE / "disagreements.yaml").read_text(encoding="utf-8"))
    return [Disagreement.model_validate(entry) for entry in entries]


every_file = pytest.mark.parametrize("path", FILES, ids=IDS)
every_guidance = pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name == "guidance"], ids=lambda path: path.stem
)


def test_there_are_five_digests_and_forty_guidance_documents() -> None:
    assert len(list(KNOWLEDGE.glob("documents/*.md"))) >= 5
    assert len(list(KNOWLEDGE.glob("guidance/*.md"))) >= 40
    assert len(set(IDS)) == len(IDS)


@every_file
def test_front_matter_is_typed_and_keeps_to_the_vocabulary(path: Path) -> None:
    try:
        matter = front_matter(path)
    except ValidationError as error:
        pytest.fail(f"{path.name}: {error}")
    assert matter.id == path.stem
    assert matter.kind == {"documents": "document", "guidance": "guidance"}[path.parent.name]
    if matter.kind == "guidance":
        assert [matter.author, matter.publisher, matter.published, matter.origin] == [None] * 4
    else:
        assert matter.origin
    for values in (*facets(matter).values(), matter.basis):
        assert len(set(values)) == len(values), f"{values} names something twice"
    for facet, values in facets(matter).items():
        assert set(values) <= set(VOCABULARY[facet]), f"{facet}: not in vocabulary.yaml"


def facets(matter: FrontMatter) -> dict[str, list[str]]:
    """The values that come from the controlled vocabulary."""
    return {facet: getattr(matter, facet) for facet in VOCABULARY}


def test_every_value_of_the_vocabulary_has_two_documents() -> None:
    used = Counter(
        (facet, value) for path in FILES for facet, values in facets(front_matter(path)).items() for value in values
    )
    rare = [f"{facet}: {value}" for facet, values in VOCABULARY.items() for value in values if used[facet, value] < 2]
    assert not rare, as_lines(rare)


@every_file
def test_basis_resolves(path: Path) -> None:
    matter = front_matter(path)
    if matter.kind == "document":
        assert matter.basis == ["source"]
        return
    documents = {document.stem for document in KNOWLEDGE.glob("documents/*.md")}
    plain = [basis for basis in matter.basis if not basis.startswith("ref:")]
    assert set(plain) - documents - {"practice"} == set()


@every_file
def test_references_and_origins_exist(path: Path, shared: Path) -> None:
    matter = front_matter(path)
    named = [shared / "reference" / basis.removeprefix("ref:") for basis in matter.basis if basis.startswith("ref:")]
    if matter.origin:
        named.append(shared / "seeds" / matter.origin)
    assert [str(file) for file in named if not file.is_file()] == []


def test_every_source_document_has_its_digest(shared: Path) -> None:
    origins = sorted(str(front_matter(path).origin) for path in KNOWLEDGE.glob("documents/*.md"))
    assert origins == sorted(seed.name for seed in (shared / "seeds").iterdir())


@every_file
def test_headings_are_the_title_and_the_keys_of_the_questions(path: Path) -> None:
    matter, parts = front_matter(path), sections(path)
    assert [section.heading for section in parts if section.level == 1] == [matter.title]
    assert parts[0].level == 1
    topics = [section.heading for section in parts if section.level == 2]
    assert topics == list(matter.questions)
    assert len(set(topics)) == len(topics)


@every_guidance
def test_guidance_has_its_roles_in_order(path: Path) -> None:
    wrong = []
    topic, roles = "", dict[str, list[str]]()
    for section in sections(path):
        if section.level == 2:
            topic, roles[section.heading] = section.heading, []
        elif section.level == 3:
            roles[topic].append(section.heading)
            low, high = SENTENCES_PER_ROLE.get(section.heading, (1, 3))
            if not low <= len(section.sentences) <= high:
                wrong.append(f"{topic} / {section.heading}: {len(section.sentences)} sentences, not {low} to {high}")
    wrong += [f"{topic}: {found}" for topic, found in roles.items() if found != ROLES]
    assert not wrong, as_lines(wrong)


@every_guidance
def test_guidance_is_neither_thin_nor_endless(path: Path) -> None:
    low, high = WORDS_PER_DOCUMENT
    assert low <= sum(len(sentence.split()) for sentence in sentences(path)) <= high


@every_file
def test_the_body_is_plain(path: Path) -> None:
    parser = MarkdownIt().enable(["table", "strikethrough"])
    plain_blocks = {"heading", "paragraph", "bullet_list", "list_item"}
    tokens = parser.parse(split(path)[1])
    blocks = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} - {"inline"}
    assert blocks - plain_blocks == set()
    inside = {child.type for token in tokens for child in token.children or ()}
    assert inside - {"text", "softbreak"} == set()


@every_file
def test_no_heading_stands_without_text(path: Path) -> None:
    parts = sections(path)
    bare = [
        section.heading
        for section, after in zip(parts, (*parts[1:], None), strict=True)
        if not section.paragraphs and (after is None or after.level <= section.level)
    ]
    assert not bare, as_lines(bare)


@every_file
def test_sentences_stand_alone(path: Path) -> None:
    low, high = WORDS_PER_SENTENCE
    wrong = []
    for sentence in sentences(path):
        if not low <= len(sentence.split()) <= high:
            wrong.append(f"{len(sentence.split())} words: {sentence}")
        if not re.search(r"\w[\w%)”’\"']*\.$", sentence):
            wrong.append(f"no full stop at the end: {sentence}")
        if "?" in sentence or "!" in sentence:
            wrong.append(f"not a plain statement: {sentence}")
        if not (sentence[0].isupper() or sentence[0].isdigit() or sentence[0] in "“\"'‘"):
            wrong.append(f"begins in the middle: {sentence}")
        if OPENERS.match(sentence):
            wrong.append(f"opener: {sentence}")
        if POINTERS.search(sentence):
            wrong.append(f"points elsewhere: {sentence}")
        if sentence.count(";") > 1:
            wrong.append(f"chain of semicolons: {sentence}")
        if ABBREVIATIONS.search(sentence):
            wrong.append(f"abbreviation with a full stop: {sentence}")
    assert not wrong, as_lines(wrong)


@every_file
def test_spelling_is_british(path: Path) -> None:
    asked = [question for listed in front_matter(path).questions.values() for question in listed]
    headings = [section.heading for section in sections(path)]
    texts = [*sentences(path), *headings, *asked]
    wrong = [f"{match[0]}: {text}" for text in texts if (match := AMERICAN.search(text))]
    assert not wrong, as_lines(wrong)


@every_file
def test_wording_is_inclusive(path: Path) -> None:
    """Ours; the listed questions are in the words of those who ask."""
    wrong = [f"{found[0]}: {text}" for text in sentences(path) if (found := NOT_INCLUSIVE.search(text))]
    assert not wrong, as_lines(wrong)


@every_file
def test_a_reader_out_of_school_understands_it(path: Path) -> None:
    import textstat

    assert textstat.flesch_kincaid_grade(" ".join(sentences(path))) <= HARDEST_GRADE


@every_file
def test_no_address_leads_out_of_the_library(path: Path) -> None:
    outward = [sentence for sentence in sentences(path) if re.search(r"https?:|www\.|\w@\w", sentence)]
    assert not outward, as_lines(outward)


def _shingles(sentence: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(["", *words(sentence), ""]))


def test_no_sentence_stands_twice_in_the_library() -> None:
    everything = [(path.stem, sentence, _shingles(sentence)) for path in FILES for sentence in sentences(path)]
    holders = defaultdict[tuple[str, str], list[int]](list)
    twice = []
    for number, (name, sentence, shingles) in enumerate(everything):
        shared_with = defaultdict[int, int](int)
        for shingle in shingles:
            for other in holders[shingle]:
                shared_with[other] += 1
            holders[shingle].append(number)
        for other, common in shared_with.items():
            other_name, other_sentence, other_shingles = everything[other]
            alike = common / (len(shingles) + len(other_shingles) - common)
            if alike >= NEAR_DUPLICATE:
                twice.append(f"{alike:.2f} {other_name}: {other_sentence} | {name}: {sentence}")
    assert not twice, as_lines(twice)


@cache
def _runs_of(folder: Path) -> frozenset[tuple[str, ...]]:
    runs: set[tuple[str, ...]] = set()
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".txt", ".md"}:
            found = words(file.read_text(encoding="utf-8", errors="replace"))
            runs.update(zip(*(found[offset:] for offset in range(SHARED_RUN)), strict=False))
    return frozenset(runs)


@every_file
def test_sentences_are_in_our_own_words(path: Path, shared: Path) -> None:
    theirs = _runs_of(shared / "seeds") | _runs_of(shared / "reference")
    copied = []
    for sentence in sentences(path):
        ours = words(sentence)
        runs = zip(*(ours[offset:] for offset in range(SHARED_RUN)), strict=False)
        copied += [f"{' '.join(run)}: {sentence}" for run in runs if run in theirs][:1]
    assert not copied, as_lines(copied)


@every_file
def test_every_figure_stands_in_a_source(path: Path, shared: Path) -> None:
    matter = front_matter(path)
    origins = {document.stem: front_matter(document).origin for document in KNOWLEDGE.glob("documents/*.md")}
    sources = [shared / "reference" / basis.removeprefix("ref:") for basis in matter.basis if basis.startswith("ref:")]
    named = [matter.origin, *(origins.get(basis) for basis in matter.basis)]
    sources += [shared / "seeds" / origin for origin in named if origin]
    given = {figure for source in sources for figure in figures(source.read_text(encoding="utf-8", errors="replace"))}
    invented = [
        f"{figure}: {sentence}" for sentence in sentences(path) for figure in figures(sentence) if figure not in given
    ]
    assert not invented, as_lines(invented)


def test_first_questions_are_listed_by_guidance() -> None:
    first = yaml.safe_load((KNOWLEDGE / "first_questions.yaml").read_text(encoding="utf-8"))
    guidance = [front_matter(path) for path in FILES if path.parent.name == "guidance"]
    listed = {asked for matter in guidance for questions in matter.questions.values() for asked in questions}
    assert [question for question in first if question not in listed] == []
    assert len(first) >= 4


def test_disagreements_quote_their_sources_word_for_word() -> None:
    found = disagreements()
    assert len({entry.id for entry in found}) == len(found)
    paths = {path.stem: path for path in FILES}
    wrong = []
    for entry in found:
        if len({side.source for side in entry.sides}) < 2:
            wrong.append(f"{entry.id}: only one source")
        for side in entry.sides:
            if side.source not in paths:
                wrong.append(f"{entry.id}: there is no source {side.source}")
            elif side.quote not in split(paths[side.source])[1]:
                wrong.append(f"{entry.id}: not in {side.source}: {side.quote}")
            elif side.quote not in sentences(paths[side.source]):
                wrong.append(f"{entry.id}: not a whole sentence of {side.source}: {side.quote}")
    assert not wrong, as_lines(wrong)


def test_no_two_documents_say_the_same_in_other_words(bundled_kb: KnowledgeBase) -> None:
    """By the embedding model; what stands twice in the same words is found above."""
    told = [(path.stem, sentence) for path in FILES for sentence in sentences(path)]
    vectors = bundled_kb.sentence_embedder.embed([sentence for _, sentence in told])
    twice = []
    for at, similarities in enumerate(vectors @ vectors.T):
        for other in np.flatnonzero(similarities[:at] >= SAME_MEANING):
            twice.append(f"{similarities[other]:.3f} {told[other][0]}: {told[other][1]} | {told[at][0]}: {told[at][1]}")
    assert not twice, as_lines(sorted(twice, reverse=True))
