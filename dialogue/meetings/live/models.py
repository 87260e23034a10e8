"""The live room: one screen, many phones, statements and votes. Nothing here leads to a person.

A phone is known by its seat, a random word that only the phone holds. What is stored of it is a
keyed hash, another one beside votes than beside what somebody wrote, so that the two cannot be
joined. No row knows the hour.
"""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.meetings.models import Meeting


class RoomState(StrEnum):
    """``open`` takes words and votes, ``paused`` only shows, ``closed`` is over."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class SayingKind(StrEnum):
    STATEMENT = "statement"
    QUESTION = "question"


class SayingState(StrEnum):
    """``waiting`` for the facilitator; ``taken_up`` is a question that the room has discussed."""

    WAITING = "waiting"
    SHOWN = "shown"
    TAKEN_UP = "taken_up"
    HIDDEN = "hidden"


class LiveRoom(Base):
    """The room of one meeting. ``code`` is what people type; ``release`` what the screen shows.

    ``release`` is the newest result that the facilitator has shown, as
    :mod:`dialogue.meetings.live.results` makes it; empty before the first.
    """

    __tablename__ = "live_room"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    meeting_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), unique=True
    )
    code: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[RoomState] = mapped_column(String(20), default=RoomState.OPEN)
    release: Mapped[dict[str, Any]] = mapped_column(default=dict)
    meeting: Mapped[Meeting] = relationship()


class LiveSaying(Base):
    """A statement to vote on or a question to take up, word for word as it was sent.

    ``place`` is its number on the screen, given when it is shown. ``receipt_hash`` keeps a form
    that is sent twice one saying, and finds it when its teller withdraws it. When it has become
    a contribution it goes with that one.
    """

    __tablename__ = "live_saying"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    room_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("live_room.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[SayingKind] = mapped_column(String(20))
    state: Mapped[SayingState] = mapped_column(String(20), default=SayingState.WAITING)
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(12))
    from_room: Mapped[bool] = mapped_column(default=True)
    quotable: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int] = mapped_column(default=0)
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    contribution_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )


class LiveVote(Base):
    """One phone's vote on one saying: 1 agrees, 0 passes, −1 disagrees; 1 "I wonder too"."""

    __tablename__ = "live_vote"
    __table_args__ = (Index("ix_live_vote_saying_id", "saying_id", "choice"), UNORDERED)

    voter: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    saying_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("live_saying.id", ondelete="CASCADE"), primary_key=True
    )
    choice: Mapped[int] = mapped_column(SmallInteger)
