"""Theme files: a reading written as JSON, as a table (CSV) or as a readable report (Markdown)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.reading.guides import VISION
from analysis.text.stories import Story
from analysis.text.themes import Reading, StoryReading, Theme, Ties

POINTS = ("trygghet", "tillgänglighet", "tillsammans")
"""The three words of the vision, in its own order."""


def as_json(stories: Sequence[Story], reading: Reading) -> str:
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
        "agreement": theme.agreement,
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


def as_csv(stories: Sequence[Story], reading: Reading) -> str:
    """One row per story, in the order given, for a spreadsheet."""
    labels = {theme.key: theme.label for theme in reading.themes}
    held = io.StringIO()
    table = csv.writer(held)
    names = ["id", "lang", "theme", "label_sv", "label_en", "themes", *POINTS, "aside", "copy_of"]
    table.writerow(names)
    for story in reading.stories:
        label = labels.get(story.theme or "")
        ties = points(story.ties)
        row = [
            story.id,
            story.lang,
            story.theme or "",
            label.sv if label else "",
            label.en if label else "",
            " ".join(key for key, _ in story.themes),
            *(ties[point] for point in POINTS),
            story.aside.value if story.aside else "",
            story.copy_of or "",
        ]
        table.writerow([_harmless(cell) for cell in row])
    return held.getvalue()


def _harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{cell}"
    return cell


def as_markdown(stories: Sequence[Story], reading: Reading) -> str:
    """A report that people can read: each theme with its ties, its words and its quotes."""
    held = f"{_counted(len(stories), 'story', 'stories')}, "
    held += f"{_counted(len(reading.themes), 'theme', 'themes')}."
    lines = ["# What the stories say", "", held[0].upper() + held[1:]]
    if reading.notes:
        lines += ["", *(f"- {note.sentence}" for note in reading.notes)]
    for theme in reading.themes:
        lines += ["", f"## {_plain(theme.label.sv)} · {_plain(theme.label.en)}", ""]
        ties = ", ".join(f"{point} {tie:.2f}" for point, tie in points(theme.ties).items())
        voices = _counted(theme.voices, "voice", "voices")
        few = " (few voices)" if theme.few_voices else ""
        lines.append(f"{voices}{few} · {ties}")
        for lang, words in theme.keywords.items():
            if words:
                lines += ["", f"{lang}: {_plain(', '.join(words))}"]
        for quote in theme.quotes:
            lines += ["", f"> {_plain(quote.text)}", f"> — {_plain(quote.story_id)}"]
    lone = [story.id for story in reading.stories if story.lone]
    if lone:
        lines += ["", "## Lone voices", "", _plain(", ".join(lone))]
    return "\n".join(lines) + "\n"


def _counted(count: int, one: str, many: str) -> str:
    """A number with its noun, told as people do: no story, one story, 2 stories."""
    number = {0: "no", 1: "one"}.get(count, str(count))
    return f"{number} {one if count == 1 else many}"


def _plain(text: str) -> str:
    """People's words on one line, without effect as Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", " ".join(text.split()))


WRITERS: dict[str, Callable[[Sequence[Story], Reading], str]] = {
    "json": as_json,
    "csv": as_csv,
    "md": as_markdown,
}
"""How a reading is written, by the ending of the file."""
