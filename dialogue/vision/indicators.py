"""Ready-made indicators: figures that documents of close care name, one TOML file for each set.

A dialogue chooses few of them, or writes its own. Each points to one node of a frame and to the
sentence it comes from, quoted exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from dialogue.ground.localized import Localized
from dialogue.vision.frames import Frame, Source
from dialogue.vision.tables import Table, read_table, toml_files

SHIPPED: Final = Path(__file__).parent / "indicators"
PERIOD = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
"""A year, or a year and a month: ``2025`` or ``2026-04``."""


class Unit(StrEnum):
    """What an indicator's values are counted in."""

    PERCENT = "percent"
    INDEX = "index"
    DAYS = "days"
    NUMBER = "number"


HIGHEST: Final = {Unit.PERCENT: 100.0, Unit.INDEX: 1.0, Unit.DAYS: 100_000.0, Unit.NUMBER: 1e12}
"""The greatest value in each unit; the least is 0 in all."""


class Better(StrEnum):
    """Which way is better. Some figures only say how things are."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class ReadyValue:
    """A value that the source itself gives: ``period`` as :data:`PERIOD`, ``place`` by name."""

    period: str
    place: str
    value: float


@dataclass(frozen=True, slots=True)
class ReadyIndicator:
    """An indicator to choose. ``node`` is ``frame/node``; ``title`` names the source's document."""

    key: str
    text: Localized
    about: Localized
    unit: Unit
    better: Better
    node: str
    source: Source
    title: str
    values: tuple[ReadyValue, ...]


def load_indicators(frames: Mapping[str, Frame], *folders: Path | str) -> dict[str, ReadyIndicator]:
    """The shipped indicators, then those in ``folders``, by key.

    Raises VisionError, a sentence naming file and key, when a file cannot be used.
    """
    found: dict[str, ReadyIndicator] = {}
    for folder in (SHIPPED, *map(Path, folders)):
        for path in toml_files(folder):
            file = read_table(path)
            file.only("indicator")
            for table in file.tables("indicator"):
                one = _read(table, frames)
                if one.key in found:
                    raise table.wrong("has a key that another indicator has already.")
                found[one.key] = one
    return found


def _read(table: Table, frames: Mapping[str, Frame]) -> ReadyIndicator:
    table.only("key", "text", "about", "unit", "better", "node", "source", "value")
    node = table.words("node")
    frame, _, key = node.partition("/")
    if frame not in frames or key not in frames[frame]:
        raise table.wrong(f"belongs to “{node}”, which is no node of a frame.")
    source = table.table("source")
    source.only("file", "quote", "title")
    unit = Unit(_one_of(table, "unit", Unit))
    return ReadyIndicator(
        key=table.words("key"),
        text=table.localized("text"),
        about=table.localized("about"),
        unit=unit,
        better=Better(_one_of(table, "better", Better)),
        node=node,
        source=Source(source.words("file"), source.words("quote")),
        title=source.words("title"),
        values=tuple(_value(each, unit) for each in table.tables("value")),
    )


def _one_of(table: Table, name: str, kind: type[StrEnum]) -> str:
    said = table.words(name)
    if said not in [str(each) for each in kind]:
        known = ", ".join(f"“{each}”" for each in kind)
        raise table.wrong(f"has the {name} “{said}”; it must be one of {known}.")
    return said


def _value(table: Table, unit: Unit) -> ReadyValue:
    table.only("period", "place", "value")
    period, value = table.words("period"), table.values.get("value")
    if not PERIOD.fullmatch(period):
        raise table.wrong(f"has the period “{period}”; write a year, or a year and a month.")
    if not isinstance(value, int | float) or not 0 <= value <= HIGHEST[unit]:
        raise table.wrong("has no value that its unit allows.")
    return ReadyValue(period, table.words("place"), float(value))
