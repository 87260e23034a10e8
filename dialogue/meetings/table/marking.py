"""Possible names, numbers and addresses in a note, asked about once before it is kept.

The marks live in the page. What travels back is only whether exactly these words were asked about;
nothing of it is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from dialogue.voices.identifying import pointers, without

CLEAR = "clear."
"""What a press that takes words out begins with; the words follow."""


def pointing(text: str) -> tuple[str, ...]:
    """The words of a text that may point at a person, each once, in order."""
    return tuple(dict.fromkeys(span.of(text) for span in pointers(text)))


def pieces(text: str) -> list[tuple[str, bool]]:
    """A text in pieces; with each, whether it may point at a person."""
    found, at = [], 0
    for span in pointers(text):
        found += [(text[at : span.start], False), (text[span.start : span.end], True)]
        at = span.end
    return [piece for piece in (*found, (text[at:], False)) if piece[0]]


def asks(form: Mapping[str, str], text: str) -> bool:
    """Whether a text holds such words and its writer has not been asked about it as it stands."""
    return form.get("asked") != asked(text) and bool(pointing(text))


def asked(text: str) -> str:
    """What a form says of the text that its writer was asked about."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cleared(form: Mapping[str, str], text: str) -> str | None:
    """The text without the words that a press names; None when it was another press."""
    press = form.get("go", "")
    if not press.startswith(CLEAR):
        return None
    return taken_out(text, press.removeprefix(CLEAR))


def taken_out(text: str, words: str) -> str:
    """The text without the first span that was marked and says ``words``."""
    found = next((span for span in pointers(text) if span.of(text) == words), None)
    return without(text, found) if found is not None else text
