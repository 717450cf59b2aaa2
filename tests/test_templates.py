"""Prompt templates: loading, declared inputs, rendering, and that a released version never changes."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path

import pytest

from advisor.errors import PromptError
from advisor.templates import PromptTemplate, load_template

DIGESTS = Path(__file__).parent / "prompt_digests.json"


def _text(*, inputs: str = "[who]", body: str = "Greet $who.", extra: str = "") -> str:
    return f"---\nname: greet\nversion: 1\ninputs: {inputs}\npurpose: Say hello.\n{extra}---\n{body}\n"


def _write(folder: Path, version: int) -> None:
    text = _text().replace("version: 1", f"version: {version}").replace("Greet", f"Greet{version}")
    (folder / f"greet.v{version}.md").write_text(text, encoding="utf-8")


def test_released_prompts_never_change() -> None:
    files = [file for file in resources.files("advisor.prompts").iterdir() if file.name.endswith(".md")]
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    assert found == json.loads(DIGESTS.read_text(encoding="utf-8")), (
        "A prompt that was released must not change: write the better one as the next version and add its digest."
    )


def test_bundled_prompts_load_and_agree_with_their_names() -> None:
    for file in resources.files("advisor.prompts").iterdir():
        if file.name.endswith(".md"):
            template = PromptTemplate.parse(file.read_text(encoding="utf-8"), file_name=file.name)
            assert load_template(template.name, template.version) == template


def test_rendering_inserts_values_as_they_are() -> None:
    template = PromptTemplate.parse(_text(body="$who pays $$5"), file_name="greet.v1.md")
    assert template.render({"who": "$who {x} Ann"}) == "$who {x} Ann pays $5"


@pytest.mark.parametrize(
    ("values", "named"), [({}, "missing: who"), ({"who": "a", "mood": "b"}, "not used: mood"), ({"mood": "b"}, "who")]
)
def test_rendering_names_missing_and_extra_values(values: dict[str, str], named: str) -> None:
    template = PromptTemplate.parse(_text(), file_name="greet.v1.md")
    with pytest.raises(PromptError, match=named):
        template.render(values)


@pytest.mark.parametrize(
    ("text", "file_name", "message"),
    [
        (_text(inputs="[who, mood]"), "greet.v1.md", "declared but not used: mood"),
        (_text(body="$who $mood"), "greet.v1.md", "used but not declared: mood"),
        (_text(body="costs $5 $who"), "greet.v1.md", "begins no variable"),
        (_text(inputs="[who, who]"), "greet.v1.md", "declared twice"),
        (_text(extra="author: me\n"), "greet.v1.md", "author"),
        (_text(), "greet.v2.md", "Make it agree"),
        (_text(), "greet.md", "name.vN.md"),
        ("Greet $who.", "greet.v1.md", "front matter"),
        ("---\nname: [\n---\nx", "greet.v1.md", "YAML"),
        ("---\njust words\n---\nx", "greet.v1.md", "front matter"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(text: str, file_name: str, message: str) -> None:
    with pytest.raises(PromptError, match=message):
        PromptTemplate.parse(text, file_name=file_name)


def test_newest_version_is_the_default_by_number(tmp_path: Path) -> None:
    for version in (1, 2, 10):
        _write(tmp_path, version)
    assert load_template("greet", folder=tmp_path).version == 10
    assert load_template("greet", 2, folder=tmp_path).body == "Greet2 $who."


def test_missing_templates_are_named(tmp_path: Path) -> None:
    _write(tmp_path, 1)
    with pytest.raises(PromptError, match=r"no version 3 .* only v1"):
        load_template("greet", 3, folder=tmp_path)
    with pytest.raises(PromptError, match="no prompt named 'wave'"):
        load_template("wave", folder=tmp_path)
    with pytest.raises(PromptError, match="doesn't exist"):
        load_template("greet", folder=tmp_path / "nowhere")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "greet.v1.md").write_bytes(b"---\n\xff\xfe")
    with pytest.raises(PromptError, match=r"greet\.v1\.md"):
        load_template("greet", folder=tmp_path)
