"""What the README shows works: its code runs, its commands exist, and nothing of the command line is left out."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from markdown_it import MarkdownIt

from advisor.cli import app
from tests.source_tree import ROOT

README = ROOT / "README.md"
VERBS = {"ask", "plan", "review", "ingest", "sources", "verify", "eval", "ui"}
SHELLS = {"bash", "sh", "shell", "console"}

# A document of the reader's own, as the README's examples assume.
MY_DOCUMENT = """# Our bakery

The bakery opens at six o'clock on weekdays. Regular customers come for the rye bread. Posts about the morning's baking
get more replies than posts about offers.
"""


def readme() -> str:
    text = README.read_text(encoding="utf-8")
    assert text.strip(), "README.md is empty"
    return text


def code_blocks(languages: set[str]) -> Iterator[tuple[int, str]]:
    """Yield the README's code blocks in these languages as (line of the first line of code, code).

    An indented block can't name its language; it counts as shell.
    """
    for token in MarkdownIt().parse(readme()):
        if token.type == "fence" and token.map and token.info.partition(" ")[0] in languages:
            yield token.map[0] + 2, token.content
        elif token.type == "code_block" and token.map and languages == SHELLS:
            yield token.map[0] + 1, token.content


def shell_commands() -> Iterator[list[str]]:
    """Yield the commands in the README's shell blocks, split into words; comments and prompts are left out."""
    for _, code in code_blocks(SHELLS):
        for line in code.replace("\\\n", " ").splitlines():
            words = shlex.split(line.strip().removeprefix("$ "), comments=True)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):  # NAME=value before a command
                words = words[1:]
            if words:
                yield words


def verbs() -> dict[str, Any]:
    """The verbs of the command line by name."""
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # it has verbs, so it's a group


def flags(verb: Any) -> dict[str, Any]:
    """The long flags of a verb, ``--help`` excepted, with their parameters."""
    return {
        flag: parameter
        for parameter in verb.params
        if parameter.param_type_name == "option"
        for flag in (*parameter.opts, *parameter.secondary_opts)
        if flag.startswith("--") and flag != "--help"
    }


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))


def test_the_code_runs(bundled_index: Path, tmp_path: Path, clean_environment: dict[str, str]) -> None:
    blocks = list(code_blocks({"python", "py"}))
    assert blocks, "README.md shows no Python code"
    shutil.copytree(bundled_index, tmp_path / ".advisor")  # as `make start` leaves it; making it anew takes a minute
    (tmp_path / "my_documents").mkdir()
    (tmp_path / "my_documents" / "bakery.md").write_text(MY_DOCUMENT, encoding="utf-8")
    # One program with the blocks in order; the line numbers of a traceback are those of the README.
    program = ["names = {'__name__': '__main__'}"]
    for line, code in blocks:
        program.append(f"exec(compile({chr(10) * (line - 1) + code!r}, 'README.md', 'exec'), names)")
    (tmp_path / "readme_code.py").write_text("\n".join(program), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "readme_code.py"],
        cwd=tmp_path,
        env=clean_environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr


def test_the_verbs_are_these() -> None:
    assert set(verbs()) == VERBS


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_and_flag_has_help(verb: str) -> None:
    command = verbs()[verb]
    assert command.help
    assert command.help.strip()
    assert [p.name for p in command.params if p.name != "help" and not getattr(p, "help", None)] == []


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_and_flag_is_in_the_readme(verb: str) -> None:
    text = readme()
    assert re.search(rf"\badvisor {verb}\b", text), f"README.md doesn't name `advisor {verb}`"
    # `--a/--no-a` is one thing to a reader: either half names it.
    missing = {
        "/".join((*parameter.opts, *parameter.secondary_opts))
        for parameter in flags(verbs()[verb]).values()
        if not any(
            re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", text)
            for flag in (*parameter.opts, *parameter.secondary_opts)
        )
    }
    assert not missing, f"README.md doesn't name the flags of `advisor {verb}`: {sorted(missing)}"


def test_the_commands_shown_exist() -> None:
    wrong = []
    for words in shell_commands():
        if Path(words[0]).name != "advisor" or len(words) < 2 or words[1].startswith("-"):
            continue
        if words[1] not in verbs():
            wrong.append(f"advisor {words[1]}")
            continue
        known = {*flags(verbs()[words[1]]), "--help", "--"}
        used = {word.partition("=")[0] for word in words[2:] if word.startswith("--")}
        wrong += [f"advisor {words[1]} {flag}" for flag in sorted(used - known)]
    assert not wrong, f"README.md shows commands that don't exist: {wrong}"


def test_the_two_commands_are_shown_and_every_make_target_exists() -> None:
    used = {word for words in shell_commands() if words[0] == "make" for word in words[1:2]}
    used |= set(re.findall(r"`make ([a-z-]+)", readme()))
    assert {"start", "test"} <= used
    assert used <= make_targets()


def test_make_help_names_every_target() -> None:
    result = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    shown = set(re.findall(r"^  make ([a-z-]+)  ", result.stdout, re.MULTILINE))
    assert shown == make_targets() - {"install", "install-test", "lint", "types"}  # those are steps of the others


def test_the_links_into_the_project_lead_somewhere() -> None:
    tokens = [child for token in MarkdownIt().parse(readme()) for child in token.children or ()]
    targets = [str(token.attrs.get("href") or token.attrs.get("src") or "") for token in tokens]
    inside = [target.partition("#")[0] for target in targets if target and "://" not in target]
    assert [target for target in inside if target and not (ROOT / target).exists()] == []
