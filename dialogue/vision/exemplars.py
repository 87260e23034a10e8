"""Exemplar stories: invented ones, written for a theme, that show the machine what it sounds like.

One JSONL file per theme, ``exemplars/<theme key>.jsonl``, with one story a line::

    {"id": "vantan-sv-01", "lang": "sv", "text": "…", "border": ["komma_fram"]}

``border`` names other themes that the story also touches. Within each language of a file every
third story is kept unseen: it never guides, so that the guide can be judged by it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dialogue.ground.localized import LANGUAGES
from dialogue.vision.tables import VisionError

_WORD: Final = re.compile(r"\w+")
_FIELDS: Final = {"id", "lang", "text", "border"}


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One invented story of a theme. ``unseen`` ones never guide."""

    id: str
    theme: str
    language: str
    text: str
    border: tuple[str, ...]
    unseen: bool


def read_exemplars(folder: Path, themes: Collection[str]) -> dict[str, tuple[Exemplar, ...]]:
    """The exemplars of each theme, by theme key; none for a theme without a file.

    Raises VisionError, naming file and line, for a file of no theme, a line that is not a story,
    an id used twice or a border with an unknown theme.
    """
    found: dict[str, tuple[Exemplar, ...]] = dict.fromkeys(themes, ())
    ids: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem not in found:
            raise VisionError(f"{path.name}: the codebook has no theme “{path.stem}”.")
        rows = [(f"{path.name}, line {line}:", fields) for line, fields in _lines(path)]
        found[path.stem] = stories_of(path.stem, rows, themes, ids)
    return found


def stories_of(
    theme: str,
    rows: Iterable[tuple[str, dict[str, Any]]],
    themes: Collection[str],
    ids: set[str],
) -> tuple[Exemplar, ...]:
    """The exemplars of one theme from (where it stands, fields) rows; ``ids`` are those taken.

    Raises VisionError, saying where.
    """
    seen: Counter[str] = Counter()
    stories = []
    for where, fields in rows:
        story = _read_story(fields, theme, themes, where, seen)
        if story.id in ids:
            raise VisionError(f"{where} the id “{story.id}” is used twice.")
        ids.add(story.id)
        stories.append(story)
    return tuple(stories)


def shared_runs(exemplars: Iterable[Exemplar], words: int = 6) -> list[tuple[str, str, str]]:
    """Runs of ``words`` words that stand in two exemplars: (run, id, id), the first pair of each.

    Copied phrases would let the machine recognise the phrase and not the theme.
    """
    first: dict[str, str] = {}
    shared: list[tuple[str, str, str]] = []
    for exemplar in exemplars:
        tokens = _WORD.findall(exemplar.text.casefold())
        runs = {" ".join(tokens[at : at + words]) for at in range(len(tokens) - words + 1)}
        for run in sorted(runs):
            owner = first.setdefault(run, exemplar.id)
            if owner != exemplar.id:
                shared.append((run, owner, exemplar.id))
    return shared


def near_duplicates(
    exemplars: Iterable[Exemplar], at_least: float = 0.5
) -> list[tuple[str, str, float]]:
    """Pairs of one language that share ``at_least`` of their letter trigrams (Jaccard, 0 to 1)."""
    alike: list[tuple[str, str, float]] = []
    by_language: dict[str, list[tuple[set[str], str]]] = {}
    for exemplar in exemplars:
        by_language.setdefault(exemplar.language, []).append(
            (_trigrams(exemplar.text), exemplar.id)
        )
    for texts in by_language.values():
        texts.sort(key=lambda one: (len(one[0]), one[1]))
        for at, (small, one_id) in enumerate(texts):
            for large, other_id in texts[at + 1 :]:
                if len(small) < at_least * len(large):
                    break  # the sizes alone keep the share below the limit
                share = len(small & large) / len(small | large)
                if share >= at_least:
                    alike.append((one_id, other_id, share))
    return alike


def _trigrams(text: str) -> set[str]:
    padded = f" {' '.join(_WORD.findall(text.casefold()))} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise VisionError(f"{path.name}: the file is not written in UTF-8.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                fields = json.loads(line)
            except json.JSONDecodeError as error:
                raise VisionError(f"{path.name}, line {number}: this is not JSON.") from error
            if not isinstance(fields, dict):
                raise VisionError(f"{path.name}, line {number}: this is not a story.")
            yield number, fields


def _read_story(
    fields: dict[str, Any],
    theme: str,
    themes: Collection[str],
    where: str,
    seen: Counter[str],
) -> Exemplar:
    if set(fields) != _FIELDS:
        raise VisionError(f"{where} a story has exactly the fields id, lang, text and border.")
    for name in ("id", "lang", "text"):
        if not isinstance(fields[name], str) or not fields[name].strip():
            raise VisionError(f"{where} “{name}” is not a text.")
    if fields["lang"] not in LANGUAGES:
        raise VisionError(f"{where} “{fields['lang']}” is neither sv nor en.")
    border = fields["border"]
    if not isinstance(border, list) or not all(isinstance(one, str) for one in border):
        raise VisionError(f"{where} “border” is not a list of theme keys.")
    for one in border:
        if one not in themes or one == theme:
            raise VisionError(f"{where} the border “{one}” is not another theme of the codebook.")
    at = seen[fields["lang"]]
    seen[fields["lang"]] += 1
    return Exemplar(
        id=fields["id"],
        theme=theme,
        language=fields["lang"],
        text=fields["text"],
        border=tuple(border),
        unseen=at % 3 == 2,
    )
