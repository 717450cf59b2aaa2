"""Versioned prompt templates: markdown files with front matter, named ``name.vN.md``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

import yaml
from pydantic import Field, ValidationError

from advisor.domain import Value
from advisor.errors import PromptError

_FILE_NAME = re.compile(r"(?P<name>[a-z][a-z0-9-]*)\.v(?P<version>[1-9][0-9]*)\.md")
_FRONT_MATTER = re.compile(r"\A---\n(?P<meta>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)


class _FrontMatter(Value):
    name: str
    version: int = Field(ge=1)
    inputs: tuple[str, ...]
    purpose: str = Field(min_length=1)


class PromptTemplate(Value):
    """A prompt with ``$variables``, as ``string.Template`` writes them (``$$`` is a dollar sign).

    A version that was released never changes; a better prompt is a new version.

    Attributes:
        name: Name, the first part of the file name.
        version: Version, counted from 1, the second part of the file name.
        inputs: The variables that the body uses.
        purpose: What the prompt is for, one sentence.
        body: The text with its variables.
    """

    name: str
    version: int
    inputs: tuple[str, ...]
    purpose: str
    body: str

    @classmethod
    def parse(cls, text: str, *, file_name: str) -> PromptTemplate:
        """Read a template from the text of its file.

        Args:
            text: Front matter (name, version, inputs, purpose) between lines of ``---``, then the body.
            file_name: The file's name, ``name.vN.md``; the front matter must agree with it.

        Raises:
            PromptError: The file name, the front matter or the body is wrong; the message says what to mend.
        """
        named = _FILE_NAME.fullmatch(file_name)
        if named is None:
            raise PromptError(f"{file_name}: a prompt's file is named name.vN.md, for example claims.v1.md. Rename it.")
        parts = _FRONT_MATTER.match(text.replace("\r\n", "\n"))
        if parts is None:
            raise PromptError(f"{file_name}: begin the file with front matter between two lines of ---.")
        try:
            meta = _FrontMatter.model_validate(yaml.safe_load(parts["meta"]))
        except yaml.YAMLError as error:
            raise PromptError(f"{file_name}: the front matter is no valid YAML: {error}") from error
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'front matter'}: {e['msg']}" for e in error.errors())
            raise PromptError(
                f"{file_name}: the front matter needs exactly name, version, inputs and purpose ({found})."
            ) from error
        if (meta.name, str(meta.version)) != (named["name"], named["version"]):
            raise PromptError(
                f"{file_name}: the front matter says {meta.name}.v{meta.version}. Make it agree with the file name."
            )
        _check_variables(parts["body"], meta.inputs, file_name)
        return cls(
            name=meta.name,
            version=meta.version,
            inputs=meta.inputs,
            purpose=meta.purpose,
            body=parts["body"].strip(),
        )

    def render(self, values: Mapping[str, str]) -> str:
        """Return the body with its variables replaced. Values are inserted as they are, dollar signs included.

        Raises:
            PromptError: A variable has no value, or a value has no variable; the message names them.
        """
        missing = sorted(set(self.inputs) - set(values))
        extra = sorted(set(values) - set(self.inputs))
        faults = [
            f"{fault}: {', '.join(names)}" for fault, names in (("missing", missing), ("not used", extra)) if names
        ]
        if faults:
            takes = ", ".join(self.inputs) or "no inputs"
            raise PromptError(f"Prompt {self.name}.v{self.version} takes {takes} ({'; '.join(faults)}).")
        return Template(self.body).substitute(values)


def load_template(name: str, version: int | None = None, folder: Path | None = None) -> PromptTemplate:
    """Load a prompt template.

    Args:
        name: The template's name, for example ``claims``.
        version: Which version; the newest by default.
        folder: Where to look; the prompts that come with this package by default.

    Raises:
        PromptError: There is no such template, or its file is wrong.
    """
    root: Traversable = folder if folder is not None else resources.files("advisor.prompts")
    where = str(folder) if folder is not None else "the bundled prompts"
    if not root.is_dir():
        raise PromptError(f"Prompt {name}: the folder {where} doesn't exist.")
    files: dict[int, Traversable] = {}
    for file in root.iterdir():
        named = _FILE_NAME.fullmatch(file.name)
        if named is not None and named["name"] == name:
            files[int(named["version"])] = file
    if not files:
        raise PromptError(f"There is no prompt named {name!r} in {where}. A prompt's file is named {name}.v1.md.")
    chosen = max(files) if version is None else version
    if chosen not in files:
        have = ", ".join(f"v{number}" for number in sorted(files))
        raise PromptError(f"There is no version {chosen} of the prompt {name!r} in {where}, only {have}.")
    try:
        text = files[chosen].read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{files[chosen].name} can't be read from {where} as UTF-8 text: {error}") from error
    return PromptTemplate.parse(text, file_name=files[chosen].name)


def _check_variables(body: str, inputs: tuple[str, ...], file_name: str) -> None:
    template = Template(body)
    if not template.is_valid():
        raise PromptError(f"{file_name}: a $ in the body begins no variable. Write $$ for a dollar sign.")
    if len(set(inputs)) != len(inputs):
        raise PromptError(f"{file_name}: an input is declared twice.")
    used = set(template.get_identifiers())
    undeclared, unused = sorted(used - set(inputs)), sorted(set(inputs) - used)
    if undeclared or unused:
        faults = [f"used but not declared: {', '.join(undeclared)}"] if undeclared else []
        faults += [f"declared but not used: {', '.join(unused)}"] if unused else []
        raise PromptError(f"{file_name}: the inputs must equal the variables in the body ({'; '.join(faults)}).")
