"""The room's own order of themes, with dots. A theme is a few words that the room agrees on.

Stories are never ordered: nothing here knows of a note or a story.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground.errors import Refusal
from dialogue.meetings.models import Meeting, RoomTheme

MOST_THEMES = 12
MOST_DOTS = 9999


def themes_of(session: Session, meeting: Meeting) -> Sequence[RoomTheme]:
    """The themes in the room's order."""
    mine = select(RoomTheme).where(RoomTheme.meeting_id == meeting.id)
    return session.scalars(mine.order_by(RoomTheme.place, RoomTheme.id)).all()


def add_theme(session: Session, meeting: Meeting, words: str) -> RoomTheme:
    """One more theme, last in the order.

    Raises:
        Refusal: when there are no words, the same words stand there, or there are too many.
    """
    themes = themes_of(session, meeting)
    if not words or len(words) > 200:
        raise Refusal(_("Write the theme in a few words."))
    if len(themes) >= MOST_THEMES:
        raise Refusal(_("Put at most %(num)d themes in order.", num=MOST_THEMES))
    if words.casefold() in {each.words.casefold() for each in themes}:
        raise Refusal(_("That theme stands in the list already."))
    last = max((each.place for each in themes), default=0)
    made = RoomTheme(meeting_id=meeting.id, words=words, place=last + 1)
    session.add(made)
    session.flush()
    return made


def give_dots(session: Session, meeting: Meeting, key: uuid.UUID, dots: int) -> None:
    """How many dots people put on a theme; the theme moves to where its dots take it."""
    theme = _theme(session, meeting, key)
    if not 0 <= dots <= MOST_DOTS:
        raise Refusal(_("Write the number of dots."))
    theme.dots = dots
    session.flush()
    _place(session, sorted(themes_of(session, meeting), key=lambda each: -each.dots))


def move(session: Session, meeting: Meeting, key: uuid.UUID, step: int) -> None:
    """Move a theme one place up (-1) or down (1), as the room says."""
    theme = _theme(session, meeting, key)
    themes = list(themes_of(session, meeting))
    at = themes.index(theme)
    to = max(0, min(len(themes) - 1, at + step))
    themes.insert(to, themes.pop(at))
    _place(session, themes)


def remove(session: Session, meeting: Meeting, key: uuid.UUID) -> None:
    """Take a theme off the list."""
    session.delete(_theme(session, meeting, key))
    session.flush()


def _theme(session: Session, meeting: Meeting, key: uuid.UUID) -> RoomTheme:
    found = session.get(RoomTheme, key)
    if found is None or found.meeting_id != meeting.id:
        raise Refusal(_("That theme is not on the list any more."))
    return found


def _place(session: Session, themes: Sequence[RoomTheme]) -> None:
    for place, theme in enumerate(themes, start=1):
        theme.place = place
    session.flush()
