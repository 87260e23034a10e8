"""Story lines: stories from a file of JSON lines, each line checked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from analysis.text.stories import Story


class BrokenLine(ValueError):
    """A line that is not a story. The message is a sentence that names the line."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"Line {number}: {problem}")
        self.number = number


def read_stories(lines: Iterable[bytes]) -> list[Story]:
    """Stories from lines ``{"id", "text", "lang"?}``; blank lines are passed over.

    Raises BrokenLine for a line that is not UTF-8, not a JSON object, without a usable id or
    text, or with an id that came before.
    """
    stories: list[Story] = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(lines, start=1):
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw.strip():
            continue
        story = _story(number, raw)
        if story.id in seen:
            raise BrokenLine(number, f"the id “{story.id}” was used on line {seen[story.id]}.")
        seen[story.id] = number
        stories.append(story)
    return stories


def _story(number: int, raw: bytes) -> Story:
    try:
        told = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BrokenLine(number, "it is not written in UTF-8.") from None
    except (ValueError, RecursionError):
        raise BrokenLine(number, "it is not a JSON object.") from None
    if not isinstance(told, dict):
        raise BrokenLine(number, "it is not a JSON object.")
    return Story(
        id=_words(number, told, "id"),
        text=_text(number, told),
        lang=_words(number, told, "lang") if told.get("lang") else None,
    )


def _words(number: int, told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise BrokenLine(number, f"its “{name}” is missing or is not a text.")
    return value


def _text(number: int, told: dict[str, Any]) -> str:
    value = told.get("text")
    if not isinstance(value, str):
        raise BrokenLine(number, "its “text” is missing or is not a text.")
    return value
