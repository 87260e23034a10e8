"""What reading an XLSForm works with: its texts, its lists and what was gathered on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.ground.localized import LANGUAGES, Localized
from surveys.exchange.losses import Loss
from surveys.exchange.relevant import Asked
from surveys.questions.document import Choice

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """Which column holds which text: (sheet, part, language) to the column's name; and all."""

    columns: Mapping[tuple[str, str, str], str]
    all: frozenset[str]

    def of(self, sheet: str, part: str, row: Row) -> Localized:
        said = [row.get(self.columns.get((sheet, part, each), ""), "") for each in LANGUAGES]
        return Localized(*said)


@dataclass(slots=True)
class Listed:
    """A list of answers, and their ids by the names that the file gives them."""

    name: str = ""
    choices: list[Choice] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Form:
    """What reading a form gathers as it goes. ``free`` are the names that are ids already,
    ``used`` the lists that some row names.
    """

    texts: Texts
    lists: Mapping[str, Listed]
    losses: list[Loss]
    asked: dict[str, Asked] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Made:
    """What a row's type says: the kind, its own choices, its settings and the list it shows."""

    kind: str
    choices: tuple[Choice, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    listed: Listed = field(default_factory=Listed)
