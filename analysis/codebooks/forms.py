"""What the pages of a codebook are sent, and what they show again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from analysis.codebooks.editing import ThemeWords
from dialogue.ground.forms import clean_text
from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.vision.frames import Frame, load_frames

LONGEST_LABEL = 120
LONGEST_TEXT = 4_000
LONGEST_LIST = 12_000
LONGEST_STORIES = 40_000
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Tie:
    """A value of the codebook's frame and how strongly the theme belongs to it, in tenths."""

    node: str
    text: Localized
    tenths: int
    top: bool


def frame_of(document: dict[str, Any]) -> Frame | None:
    """The frame that a codebook's ties refer to."""
    return load_frames().get(document.get("frame", ""))


def ties_shown(document: dict[str, Any], ties: dict[str, float]) -> list[Tie]:
    """Every value of the frame, with the tie that the theme has to it."""
    frame = frame_of(document)
    return [
        Tie(node.key, node.text, round(TENTHS * ties.get(node.key, 0)), node.parent is None)
        for node in (frame.nodes if frame else ())
    ]


def words_sent(document: dict[str, Any]) -> ThemeWords:
    """A theme as the form tells it."""
    frame = frame_of(document)
    taken = (clean_text(one, 80) for one in request.form.getlist("take_out")[:1_000])
    return ThemeWords(
        label=_pair("label", LONGEST_LABEL),
        description=_pair("description", LONGEST_TEXT),
        facets=_lines("facets"),
        lexicon=_lines("lexicon"),
        ties={node.key: _tenths(f"tie-{node.key}") for node in (frame.nodes if frame else ())},
        exemplars={
            lang: [one for one in _sent(f"stories-{lang}", LONGEST_STORIES).split("\n\n") if one]
            for lang in LANGUAGES
        },
        taken_out=frozenset(taken),
    )


def words_kept(theme: dict[str, Any]) -> ThemeWords:
    """A theme as the draft holds it."""
    return ThemeWords(
        label=Localized(**theme["label"]),
        description=Localized(**theme["description"]),
        facets=theme.get("facets", {}),
        lexicon=theme.get("lexicon", {}),
        ties=theme.get("ties", {}),
    )


def _sent(name: str, longest: int) -> str:
    return clean_text(request.form.get(name), longest)


def _pair(name: str, longest: int) -> Localized:
    sv, en = (" ".join(_sent(f"{name}-{lang}", longest).split()) for lang in LANGUAGES)
    return Localized(sv, en)


def _lines(name: str) -> dict[str, list[str]]:
    told = {lang: _sent(f"{name}-{lang}", LONGEST_LIST).split("\n") for lang in LANGUAGES}
    return {lang: [one for line in lines if (one := line.strip())] for lang, lines in told.items()}


def _tenths(name: str) -> float:
    text = request.form.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0
    return min(number, TENTHS) / TENTHS
