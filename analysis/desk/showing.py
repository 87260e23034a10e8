"""A story as the desk shows it: its text in parts, each with the mark that it is."""

from __future__ import annotations

from typing import Any


def parts_of(text: str, marks: list[Any]) -> list[dict[str, Any]]:
    """The text in parts, each with the number and kind of the mark that it is, if it is one."""
    parts: list[dict[str, Any]] = []
    at = 0
    for number, mark in enumerate(marks, start=1):
        if mark["start"] > at:
            parts.append({"text": text[at : mark["start"]], "number": 0, "kind": "", "hit": False})
        said = text[mark["start"] : mark["end"]]
        parts.append(
            {"text": said, "number": number, "kind": mark["kind"], "hit": not mark["stands"]}
        )
        at = mark["end"]
    parts.append({"text": text[at:], "number": 0, "kind": "", "hit": False})
    return parts
