"""Pages from memory: most screens of the answer form look the same for everybody.

Such a page is drawn once per survey version, language, manner and place, with holes in it for what
differs: the form's key and token, the script nonce, what was typed so far, the receipt's code. The
holes are marked by words that no page can hold by chance and nobody can guess, so nothing that
somebody sends can become part of what is remembered. A remembered page is filled for one reader
at a time, and what filled it is not kept.

A survey is remembered together with everything that its pages and its door depend on. When that
has changed in the database, it is a new survey here, and its old pages are not looked at again.
"""

from __future__ import annotations

import itertools
import re
import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app, g, request
from markupsafe import Markup, escape
from sqlalchemy import Select, Table, bindparam, select

from dialogue.ground.clock import now
from dialogue.hosts.models import Dialogue
from surveys.answering import telling
from surveys.answering.asking import Asking
from surveys.answering.sheets import CHECK, WHOLE, Sheet
from surveys.models import Survey, SurveyVersion
from surveys.opening import Door, Opening
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Document

ANEW = 30
MOST_PAGES = 512
MOST_ROWS = 4096
MOST_SURVEYS = 64
_SECRET = secrets.token_hex(16)
_HOLE = re.compile(rf"{_SECRET}\.([a-z0-9_]+)\.")
_serial = itertools.count(1)

Key = tuple[object, ...]


class Holes(dict[str, Markup]):
    """The mark of a hole, by its name."""

    def __missing__(self, name: str) -> Markup:
        self[name] = escape(f"{_SECRET}.{name}.")
        return self[name]


HOLES = Holes()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page in pieces, with the names of the holes between them."""

    pieces: tuple[str, ...]
    names: tuple[str, ...]
    encoded: tuple[bytes, ...]

    @classmethod
    def of(cls, html: str) -> Drawn:
        """Cut a page at its holes."""
        parts = _HOLE.split(html)
        pieces = tuple(parts[::2])
        return cls(pieces, tuple(parts[1::2]), tuple(piece.encode() for piece in pieces))

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The page with this reader's values, which are HTML, in its holes."""
        parts = list(self.encoded)
        for place in range(len(self.names), 0, -1):
            parts.insert(place, values[self.names[place - 1]].encode())
        return b"".join(parts)

    def text(self, values: Mapping[str, str]) -> str:
        """The same as text, for a part of a page."""
        parts = list(self.pieces)
        for place in range(len(self.names), 0, -1):
            parts.insert(place, values[self.names[place - 1]])
        return "".join(parts)


@dataclass(slots=True)
class Known:
    """What is remembered of a survey that was open a moment ago.

    ``row`` is everything that its pages and its door depend on, as the database held it at ``at``;
    ``mark`` stands for all of it in the keys of its pages.
    """

    mark: int
    slug: str
    row: tuple[Any, ...]
    at: float
    drawn_at: float
    dialogue: uuid.UUID
    survey: uuid.UUID
    version: uuid.UUID
    document: Document
    opening: Opening

    @property
    def is_open(self) -> bool:
        """Whether the door is open at this moment."""
        return self.opening.at(now()).door == Door.OPEN


@dataclass(slots=True)
class Memory:
    """The surveys and pages that one application remembers.

    A survey is believed for ``seconds``; then its row is read again. After ``ANEW`` times as long
    its pages are drawn anew, for the sake of what stands elsewhere, such as a logo.
    """

    seconds: float
    surveys: dict[str, Known] = field(default_factory=dict)
    pages: dict[Key, Drawn] = field(default_factory=dict)
    rows: dict[Key, Drawn] = field(default_factory=dict)

    def survey(self, slug: str, read: Callable[[], tuple[Any, ...] | None]) -> Known | None:
        """The survey as it is remembered, if it is still the one that ``read`` finds."""
        known, moment = self.surveys.get(slug), time.monotonic()
        if known is None or moment - known.at < self.seconds:
            return known
        if moment - known.drawn_at >= ANEW * self.seconds or read() != known.row:
            self.surveys.pop(slug, None)
            return None
        known.at = moment
        return known

    def drawn(self, kept: dict[Key, Drawn], most: int, key: Key, draw: Callable[[], str]) -> Drawn:
        """The page or row with this key, drawn now if it is not known."""
        found = kept.get(key)
        if found is None:
            if len(kept) >= most:
                kept.clear()
            found = kept[key] = Drawn.of(draw())
        return found


def memory() -> Memory:
    """The memory of the running application; it remembers nothing where it is told so."""
    found: Memory | None = current_app.extensions.get("quick")
    if found is None:
        found = Memory(float(current_app.config.get("REMEMBER_SURVEYS_FOR", 2.0)))
        current_app.extensions["quick"] = found
    return found


_DIALOGUE, _SURVEY, _VERSION = (model.__table__ for model in (Dialogue, Survey, SurveyVersion))


def standing() -> Select[Any]:
    """A query for the row that a survey's pages and door depend on; ``slug`` is its parameter."""
    assert isinstance(_DIALOGUE, Table)
    return (
        select(*_DIALOGUE.c, _SURVEY.c.id, _SURVEY.c.opening, _VERSION.c.id)
        .select_from(_DIALOGUE)
        .join(_SURVEY, _SURVEY.c.dialogue_id == _DIALOGUE.c.id)
        .join(_VERSION, _VERSION.c.survey_id == _SURVEY.c.id)
        .where(_DIALOGUE.c.slug == bindparam("slug"), _VERSION.c.state != "draft")
        .order_by(_VERSION.c.number.desc())
        .limit(1)
    )


def _row_of(asked: Asking) -> tuple[Any, ...]:
    """The row of :func:`standing`, from what was read already."""
    assert isinstance(_DIALOGUE, Table)
    columns = (getattr(asked.dialogue, column.key) for column in _DIALOGUE.c)
    return (*columns, asked.survey.id, asked.survey.opening, asked.version.id)


def remember(asked: Asking) -> Known | None:
    """Keep in mind a survey that takes answers from everybody now; None where it does not.

    Nothing is remembered of a page for somebody who may be signed in, of a version that is not
    the newest, or of a survey that asks for codes.
    """
    kept = memory()
    current = asked.survey.current
    if (
        not kept.seconds
        or asked.standing.door != Door.OPEN
        or asked.opening.invited_only
        or current is None
        or current.id != asked.version.id
        or request.cookies
    ):
        return None
    row, slug = _row_of(asked), asked.dialogue.slug
    known = kept.surveys.get(slug)
    if known is not None and known.row == row:
        return known
    if len(kept.surveys) >= MOST_SURVEYS:
        kept.surveys.clear()
    known = kept.surveys[slug] = Known(
        next(_serial),
        slug,
        row,
        time.monotonic(),
        time.monotonic(),
        asked.dialogue.id,
        asked.survey.id,
        asked.version.id,
        asked.document,
        asked.opening,
    )
    return known


def page(key: Key, draw: Callable[[], str]) -> Drawn:
    """A page from memory, or drawn now with holes in it and remembered."""

    def drawn() -> str:
        own = g.pop("nonce", None)
        g.nonce = HOLES["nonce"]
        try:
            return draw()
        finally:
            g.pop("nonce")
            if own is not None:
                g.nonce = own

    kept = memory()
    return kept.drawn(kept.pages, MOST_PAGES, key, drawn)


def screen_key(known: Known, language: str, at: str, sheet: Sheet, *, needed: bool) -> Key:
    """What a screen's page depends on, apart from what stands in its holes."""
    steps = tuple(step.id for step in sheet.steps)
    uses = sheet.uses if at in (CHECK, WHOLE) else ()
    return ("screen", known.mark, language, at, sheet.manner, steps, uses, needed)


def receipt_key(known: Known, language: str, sheet: Sheet, on: date) -> Key:
    """What a receipt's page depends on, apart from what stands in its holes."""
    points = telling.points(sheet.document, sheet.values)
    return ("receipt", known.mark, language, tuple(points.values()), on)


def shows_nothing_typed(sheet: Sheet, at: str) -> bool:
    """Whether the questions on a screen are all still open."""
    return not any(
        sheet.fields.get(name)
        for step in sheet.shown(at)
        for each in step.questions
        for name in KINDS[each.kind].names(each)
    )


def hidden_fields(pairs: Iterable[tuple[str, str]]) -> Markup:
    """What was typed on other screens, as it travels in the form."""
    fields = [
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in pairs
    ]
    return Markup("\n".join(fields))  # noqa: S704 -- names and values are escaped
