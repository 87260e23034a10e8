"""A live room as everybody in it sees it, remembered for a second.

Three hundred phones that ask every few seconds ask one process for the same thing; it is read
from the database once a second and handed out from memory. What somebody alone sees (their own
votes) is never remembered.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground.localized import Localized
from dialogue.ground.privacy import public_count
from dialogue.meetings.live.models import LiveRoom, RoomState, SayingKind, SayingState
from dialogue.meetings.live.rooms import sayings_of
from dialogue.meetings.live.seats import Seats
from dialogue.meetings.live.voting import support_of
from dialogue.voices.receipts import receipts

MOST_ROOMS = 64
ON_SCREEN = (SayingState.SHOWN, SayingState.TAKEN_UP)


@dataclass(frozen=True, slots=True)
class Shown:
    """A saying on the screen. ``support`` is a public count, None under the smallest group."""

    id: uuid.UUID
    kind: SayingKind
    text: str
    lang: str
    place: int
    taken_up: bool
    support: int | None = None


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """What everybody in a room sees. ``mark`` changes when any of it does."""

    id: uuid.UUID
    code: str
    state: RoomState
    title: Localized
    dialogue: str
    dialogue_title: Localized
    statements: tuple[Shown, ...]
    questions: tuple[Shown, ...]
    release: Mapping[str, Any]
    smallest: int
    mark: str

    @property
    def takes_words(self) -> bool:
        return self.state == RoomState.OPEN

    def saying(self, key: uuid.UUID) -> Shown | None:
        """What is on the screen under this key."""
        return next((each for each in (*self.statements, *self.questions) if each.id == key), None)

    def words_of(self, key: str) -> Shown | None:
        """The statement that a release speaks of; None when it has been taken off the screen."""
        return next((each for each in self.statements if str(each.id) == key), None)


@dataclass(slots=True)
class Memory:
    """The rooms that one application remembers, each for ``seconds``."""

    seconds: float
    rooms: dict[str, tuple[float, KnownRoom | None]] = field(default_factory=dict)


def known_room(session: Session, code: str) -> KnownRoom | None:
    """The room with this code as it stood at most a second ago; None when there is none."""
    kept = _memory()
    at, found = kept.rooms.get(code, (0.0, None))
    if code in kept.rooms and time.monotonic() - at < kept.seconds:
        return found
    found = _looked_up(session, code)
    if kept.seconds:
        if len(kept.rooms) >= MOST_ROOMS:
            kept.rooms.clear()
        kept.rooms[code] = (time.monotonic(), found)
    return found


def forget_room(code: str) -> None:
    """Look again at the next request: something was changed in this process."""
    _memory().rooms.pop(code, None)


def seats_of(room: uuid.UUID) -> Seats:
    """The seats of a room in the running installation."""
    settings = current_app.extensions["settings"]
    return Seats(room, (settings.secret_key, *settings.old_secret_keys), receipts().secret)


def _memory() -> Memory:
    found: Memory | None = current_app.extensions.get("live rooms")
    if found is None:
        seconds = 1.0 if current_app.config.get("REMEMBER_SURVEYS_FOR", 1.0) else 0.0
        found = current_app.extensions["live rooms"] = Memory(seconds)
    return found


def _looked_up(session: Session, code: str) -> KnownRoom | None:
    room = session.scalars(select(LiveRoom).where(LiveRoom.code == code)).first()
    if room is None or not room.meeting.is_public:
        return None
    support = support_of(session, room)
    smallest = current_app.extensions["settings"].smallest_group
    shown = [
        Shown(
            each.id,
            SayingKind(each.kind),
            each.text,
            each.lang,
            each.place,
            each.state == SayingState.TAKEN_UP,
            public_count(support.get(each.id, 0), smallest).shown,
        )
        for each in sayings_of(session, room)
        if each.state in ON_SCREEN
    ]
    questions = [each for each in shown if each.kind == SayingKind.QUESTION]
    questions.sort(key=lambda each: (each.taken_up, -(each.support or 0), each.place))
    statements = tuple(each for each in shown if each.kind == SayingKind.STATEMENT)
    body = [room.state, [_seen(each) for each in (*statements, *questions)], room.release]
    mark = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:20]
    meeting = room.meeting
    return KnownRoom(
        room.id,
        room.code,
        RoomState(room.state),
        meeting.title,
        meeting.dialogue.slug,
        meeting.dialogue.title,
        statements,
        tuple(questions),
        room.release,
        smallest,
        mark,
    )


def _seen(each: Shown) -> list[Any]:
    return [str(each.id), each.taken_up, each.support]
