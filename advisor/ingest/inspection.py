"""Text that gives orders to a machine.

The text is folded first (compatibility forms, case, accents, invisible characters, look-alike letters, digits that
stand for letters, letters spaced out), then matched against :mod:`advisor.ingest.orders`: setting earlier instructions
aside, changing what the model is, asking for its prompt, faking the marks of a chat's roles, dictating or concealing
its replies, and addressing machines; in English, German, French and Spanish. Text *about* marketing, instructions or
assistants is left alone. A paraphrase can get past the patterns: they are a warning to the reader, and the safety of an
answer rests on the verification of every claim.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from advisor.domain import Flag
from advisor.ingest.building import MAX_FLAGS, excerpt
from advisor.ingest.document import Block
from advisor.ingest.invisible import INVISIBLE, SOFT_HYPHEN
from advisor.ingest.orders import orders, squeezed_orders
from advisor.sentences import sentence_spans

_LOOKALIKES = str.maketrans(
    "авсеԁһіјӏорԛѕԝхуѵαεικνορτυχ’‘ʼ`´＇",
    "abcedhijlopqswxyvaeiknoptux''''''",
)
_MARKS = re.compile(r"[\u0300-\u036f]")
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_DISGUISED = re.compile(r"(?<![\w@$])(?=[\w@$]{0,20}[a-z])[\w@$]{0,20}[013457@$][\w@$]{1,20}(?![\w@$])")
"""A word in which digits may stand for letters."""
_LEET = str.maketrans("013457@$", "oieastas")
_HINT_LIST = (
    "ignor|disregard|forget|overrid|overrul|bypass|discard|aside|abandon|instruc|instruk|prompt|system|assist|"
    "bot|llm|gpt|model|pretend|play|persona|role|mode|modus|reveal|secret|hidden|conceal|operator|developer|"
    "user|usuari|utilisat|nutzer|reader|respon|reply|replie|repond|output|jailbreak|guideline|guardrail|"
    "your rules|all rules|the rules|previous rules|rules you|rules of your|regle|regla|regel|vorgabe|from now|"
    "you are now|henceforth|no longer|anweis|vergiss|befehl|antwort|consigne|oubli|olvid|prior|previous|"
    "earlier|above|told|tell|train|programming|whatever|regardless|machine|asked|asks|summar|<|[|#|"
    "confidential|configuration|api key|password|your only|your new|your real|your true|verbatim|repeat|print|"
    "directive|command|restrict|filter|answer|mention|cite|url|following link|base64|bist jetzt|maintenant|"
    "ahora|compte|sag d|not tell|not say|not disclose|always|never|speak|from here on|only ever|recommend|"
    "do not use|n't use"
)
_HINTS = tuple(_HINT_LIST.split("|"))
"""Any order has one of these, or one of the short words below; most text has none, and is spared the patterns."""
_SHORT_HINTS = re.compile(r"\b(?:ai|ais|ki|ia|act)\b")
_NOT_LETTERS = re.compile(r"[^\w]|_")
_SPACED_OUT = re.compile(r"(?<!\w)(?:\w[ .\-_*·|/\n]{1,3}){9,}\w(?!\w)")


def looks_like_instruction(text: str) -> bool:
    """Whether a text tries to instruct the machine that reads it."""
    folded = _folded(text)
    if _orders_in(folded):
        return True
    lettered = _DISGUISED.sub(_lettered, folded)
    if lettered != folded and _orders_in(lettered):
        return True
    return any(squeezed_orders().search(_NOT_LETTERS.sub("", found[0])) for found in _SPACED_OUT.finditer(lettered))


def _orders_in(folded: str) -> bool:
    return _hinted(folded) and any(pattern.search(folded) is not None for pattern in orders())


def _hinted(folded: str) -> bool:
    return any(hint in folded for hint in _HINTS) or _SHORT_HINTS.search(folded) is not None


def _lettered(found: re.Match[str]) -> str:
    return found[0].translate(_LEET)


def instruction_spans(text: str, blocks: Sequence[Block]) -> tuple[Flag, ...]:
    """Flag the sentences of a document that give orders to a machine.

    Args:
        text: The stored text.
        blocks: Its blocks.

    Returns:
        One flag a sentence, in order; a whole block is flagged where an order shows only across its sentences. A
        heading that gives orders is flagged once, without offsets.
    """
    flags: list[Flag] = []
    seen: set[str] = set()
    for block in blocks:
        for heading in block.headings:
            if heading not in seen:
                seen.add(heading)
                if looks_like_instruction(heading):
                    flags.append(Flag(kind="instruction", excerpt=excerpt(heading)))
        sentences = sentence_spans(text, block.start, block.end)
        if _gives_orders(text, block, sentences):
            spans = [span for span in sentences if looks_like_instruction(text[slice(*span)])]
            for start, end in spans or [(block.start, block.end)]:
                flags.append(Flag(kind="instruction", excerpt=excerpt(text[start:end]), start=start, end=end))
        if len(flags) >= MAX_FLAGS:
            flags.append(_rest(block, blocks))
            break
    return tuple(flags)


def _gives_orders(text: str, block: Block, sentences: Sequence[tuple[int, int]]) -> bool:
    """Whether a block tries to instruct the machine that reads it.

    Of a longer block only sentences with a hint are read closely, each with the one after it.
    """
    whole = text[block.start : block.end]
    if len(sentences) <= 2:
        return looks_like_instruction(whole)
    ends = [end for _, end in sentences[1:]] + [block.end]
    return any(
        _hinted(_folded(text[start:end])) and looks_like_instruction(text[start:after])
        for (start, end), after in zip(sentences, ends, strict=True)
    ) or (bool(_SPACED_OUT.search(whole)) and looks_like_instruction(whole))


def _rest(block: Block, blocks: Sequence[Block]) -> Flag:
    """Flag everything from a block on: a document this full of orders is not read further."""
    return Flag(kind="instruction", excerpt="(and all that follows)", start=block.start, end=blocks[-1].end)


def _folded(text: str) -> str:
    """Lower case, without accents, invisible characters and runs of white space; look-alike letters made Latin."""
    if not text.isascii():
        text = INVISIBLE.sub("", text.replace(SOFT_HYPHEN, ""))
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_LOOKALIKES)
    else:
        text = text.lower()
    return _LINES.sub("\n", _SPACE.sub(" ", text)).strip()
