"""Theme files: a reading written as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from analysis.guides import VISION
from analysis.text.themes import Reading, StoryReading, Theme, Ties

POINTS = ("trygghet", "tillgänglighet", "tillsammans")
"""The three words of the vision, in its own order."""


def as_json(reading: Reading) -> str:
    """The reading as one JSON document that ends with a line break."""
    document = {
        "themes": [theme_fields(theme) for theme in reading.themes],
        "stories": [story_fields(story) for story in reading.stories],
        "notes": [
            {"code": note.code, "count": note.count, "sentence": note.sentence}
            for note in reading.notes
        ],
        "recipe": dict(reading.recipe),
    }
    return _printable(document) + "\n"


def _printable(document: Mapping[str, Any]) -> str:
    """JSON in readable letters; escaped where an id holds half a character."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(document, ensure_ascii=True, indent=1)
    return text


def theme_fields(theme: Theme) -> dict[str, Any]:
    """A theme's fields; ``ties`` holds the three words, other nodes are under ``frames``."""
    return {
        "key": theme.key,
        "label": {"sv": theme.label.sv, "en": theme.label.en},
        "keywords": {lang: list(words) for lang, words in theme.keywords.items()},
        "size": theme.size,
        "mentions": theme.mentions,
        "voices": theme.voices,
        "origin": theme.origin.value,
        "few_voices": theme.few_voices,
        "languages": dict(theme.languages),
        "stability": theme.stability,
        "ties": points(theme.ties),
        "frames": frames(theme.ties),
        "quotes": [
            {
                "id": q.story_id,
                "start": q.start,
                "end": q.end,
                "text": q.text,
                "lang": q.lang,
            }
            for q in theme.quotes
        ],
    }


def story_fields(story: StoryReading) -> dict[str, Any]:
    """A story's fields, ``themes`` strongest first."""
    fields: dict[str, Any] = {
        "id": story.id,
        "lang": story.lang,
        "theme": story.theme,
        "themes": [key for key, _ in story.themes],
        "strengths": [strength for _, strength in story.themes],
        "ties": points(story.ties),
        "frames": frames(story.ties),
        "unsure": list(story.unsure),
    }
    if story.aside:
        fields["aside"] = story.aside.value
    if story.copy_of is not None:
        fields["copy_of"] = story.copy_of
    return fields


def points(ties: Ties) -> dict[str, float]:
    """Strengths for the three words of the vision, always all three."""
    vision = ties.get(VISION, {})
    return {point: vision.get(point, 0.0) for point in POINTS}


def frames(ties: Ties) -> dict[str, dict[str, float]]:
    """Strengths for every other node, by frame."""
    return {
        frame: {node: s for node, s in nodes.items() if frame != VISION or node not in POINTS}
        for frame, nodes in ties.items()
    }
