"""The style rules that stand in an HTML page itself, as far as they can hide text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from advisor.ingest.visibility import declarations

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_AT_BLOCK = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|@[^{};]*;")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"([a-z][\w-]*|\*)?((?:[.#][\w-]+)*)$", re.IGNORECASE)
_LIMIT = 1_000_000
"""Characters of style sheets that are looked at."""
_COLOURS = frozenset({"color", "background", "background-color", "background-image"})


class StyleSheet:
    """Rules with a simple selector: a tag, classes, an id, or these together.

    Rules for certain media are left aside: what is hidden on paper or on a small screen can be read on another.
    Colours count only if every rule about colours is simple and no style sheet is loaded from elsewhere; otherwise
    white text may well stand on a dark ground that isn't known here.
    """

    def __init__(self, sheets: Iterable[str], *, complete: bool) -> None:
        """Parse style sheets; ``complete`` says that the page loads no others."""
        self._rules: dict[str, list[tuple[str, frozenset[str], dict[str, str]]]] = {}
        source = _COMMENT.sub("", "\n".join(sheets)[:_LIMIT])
        conditional = " ".join(block for block in _AT_BLOCK.findall(source))
        simple = complete and not any(name in conditional for name in ("color", "background"))
        found: list[tuple[str, frozenset[str], dict[str, str]]] = []
        for selectors, body in _RULE.findall(_AT_BLOCK.sub("", source)):
            style = declarations(body)
            for selector in selectors.split(","):
                matched = _SIMPLE.fullmatch(selector.strip())
                if matched is None or not selector.strip():
                    simple = simple and not _COLOURS & style.keys()
                    continue
                tag = (matched[1] or "*").lower()
                found.append((tag, frozenset(re.findall(r"[.#][\w-]+", matched[2])), style))
        for tag, names, style in found:
            kept = style if simple else {name: value for name, value in style.items() if name not in _COLOURS}
            self._rules.setdefault(min(names, default=tag), []).append((tag, names, kept))

    def style(self, tag: str, attributes: Mapping[str, str]) -> dict[str, str]:
        """Return the declarations for an element, its own ``style`` attribute last."""
        merged: dict[str, str] = {}
        if self._rules:
            names = {f".{name}" for name in attributes.get("class", "").split()}
            if "id" in attributes:
                names.add(f"#{attributes['id']}")
            for key in ("*", tag, *sorted(names)):
                for wanted, needed, style in self._rules.get(key, ()):
                    if wanted in ("*", tag) and needed <= names:
                        merged.update(style)
        if "style" in attributes:
            merged.update(declarations(attributes["style"]))
        return merged
