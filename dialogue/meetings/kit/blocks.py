"""What a paper in the kit is made of: plain blocks, which the printers draw each in their way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]
"""One block: its ``kind``, and what that kind holds. Texts are in one language."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def text(words: str) -> Block:
    return {"kind": "text", "text": words}


def lead(words: str) -> Block:
    return {"kind": "lead", "text": words}


def say(words: str) -> Block:
    """Words to read aloud: set apart, in larger letters."""
    return {"kind": "say", "text": words}


def points(items: Iterable[str]) -> Block:
    return {"kind": "list", "items": list(items)}


def step(minutes: str, title: str, words: str) -> Block:
    """A part of a script: how long, what for, and what to say."""
    return {"kind": "step", "minutes": minutes, "text": title, "say": words}


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    return {"kind": "facts", "pairs": [list(pair) for pair in pairs if pair[1]]}


def beside(heads: Sequence[str], pairs: Iterable[Sequence[str]]) -> Block:
    """Two columns with heads."""
    return {"kind": "beside", "heads": list(heads), "pairs": [list(pair) for pair in pairs]}


def card(name: str, words: str, hint: str = "") -> Block:
    """A card to put on a table; ``name`` is the id of its question."""
    return {"kind": "card", "name": name, "text": words, "hint": hint}


def question(number: str, name: str, words: str, hint: str, parts: Sequence[Block]) -> Block:
    """A question of the survey with what one writes on; ``name`` is its id."""
    return {
        "kind": "question", "number": number, "name": name, "text": words, "hint": hint,
        "parts": list(parts),
    }  # fmt: skip


def way(picture: str, alt: str, words: str, address: str) -> Block:
    """A QR code (the name of its picture) beside the address it leads to."""
    return {"kind": "way", "picture": picture, "alt": alt, "text": words, "address": address}


def sentences(words: str) -> list[str]:
    """A text as one sentence a line, as easy-read texts are set."""
    return [each.strip() for each in _SENTENCE.split(words) if each.strip()]
