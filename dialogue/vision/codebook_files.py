"""Codebooks as one JSON file, which regions can share and the browser can edit.

The file holds what the folder holds: ``key``, ``frame``, ``text``, ``theme`` (each with its
``exemplars``) and ``tie``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from dialogue.ground.localized import Localized
from dialogue.vision.codebook import Codebook, Theme, assemble, load_codebook
from dialogue.vision.exemplars import Exemplar, stories_of
from dialogue.vision.frames import Frame, load_frames
from dialogue.vision.localized import LocalizedList
from dialogue.vision.tables import Table, VisionError

NAME: Final = "codebook.json"
Document = dict[str, Any]


def codebook_from(
    document: object, frames: Mapping[str, Frame] | None = None, name: str = NAME
) -> Codebook:
    """The codebook in a JSON document. Raises VisionError, a sentence naming what is wrong."""
    if not isinstance(document, dict):
        raise VisionError(f"{name}: the file is not a codebook.")
    table = Table(name, "the file", {k: v for k, v in document.items() if k != "tie"})
    told = {
        str(one.values.get("key")): one.values.get("exemplars", []) for one in table.tables("theme")
    }
    bare = [
        {field: value for field, value in theme.values.items() if field != "exemplars"}
        for theme in table.tables("theme")
    ]
    ids: set[str] = set()

    def exemplars(themes: Sequence[str]) -> Mapping[str, tuple[Exemplar, ...]]:
        return {key: stories_of(key, _rows(name, key, told[key]), themes, ids) for key in themes}

    ties = Table(name, "the file", {"tie": document["tie"]}) if document.get("tie") else None
    return assemble(
        Table(name, "the file", {**table.values, "theme": bare}),
        ties,
        exemplars,
        load_frames() if frames is None else frames,
    )


def _rows(name: str, theme: str, stories: object) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(stories, list) or not all(isinstance(one, dict) for one in stories):
        raise VisionError(f"{name}: theme “{theme}” has “exemplars” that are not a list.")
    return [
        (f"{name}: theme “{theme}”, exemplar {at}:", story)
        for at, story in enumerate(stories, start=1)
    ]


def read_codebook(path: Path, frames: Mapping[str, Frame] | None = None) -> Codebook:
    """The codebook in a folder or in a JSON file. Raises VisionError."""
    if path.suffix != ".json":
        return load_codebook(path, frames)
    try:
        return codebook_from(parsed(path.read_bytes(), path.name), frames, path.name)
    except OSError as error:
        raise VisionError(f"{path.name}: the file cannot be read ({error.strerror}).") from error


def parsed(data: bytes, name: str = NAME) -> object:
    """The JSON in a file's bytes. Raises VisionError."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise VisionError(f"{name}: the file is not JSON in UTF-8.") from error


def document_of(codebook: Codebook) -> Document:
    """A codebook as a JSON document; :func:`codebook_from` reads it back the same."""
    document: Document = {"key": codebook.key, "text": _pair(codebook.text)}
    if codebook.frame:
        document["frame"] = codebook.frame
    document["theme"] = [_theme(theme) for theme in codebook.themes]
    if codebook.values:
        document["tie"] = [
            {"node": one.node, "facets": _lists(one.facets), "lexicon": _lists(one.lexicon)}
            for one in codebook.values
        ]
    return document


def _theme(theme: Theme) -> Document:
    told: Document = {
        "key": theme.key,
        "label": _pair(theme.label),
        "description": _pair(theme.description),
    }
    for name, listed in (("facets", theme.facets), ("lexicon", theme.lexicon)):
        if listed.sv or listed.en:
            told[name] = _lists(listed)
    if theme.ties:
        told["ties"] = dict(theme.ties)
    if theme.nodes:
        told["nodes"] = {frame: list(nodes) for frame, nodes in theme.nodes.items()}
    told["exemplars"] = [
        {"id": one.id, "lang": one.language, "text": one.text, "border": list(one.border)}
        for one in theme.exemplars
    ]
    return told


def _pair(text: Localized) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}


def _lists(listed: LocalizedList) -> dict[str, list[str]]:
    return {"sv": list(listed.sv), "en": list(listed.en)}
