"""A meeting, its tables, what the room made there, and the minutes. No registrations: see guests.

Times are UTC without a zone, as everywhere in the database. A note's words are nowhere but in its
story, so that withdrawing it removes them here as well.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue
from dialogue.voices.models import Contribution


class MeetingFormat(StrEnum):
    PHYSICAL = "physical"
    DIGITAL = "digital"
    HYBRID = "hybrid"
    POP_UP = "pop_up"
    PHONE = "phone"


class MeetingState(StrEnum):
    """``planned`` is seen by its makers alone; ``open`` and what follows by everybody."""

    PLANNED = "planned"
    OPEN = "open"
    HELD = "held"
    CANCELLED = "cancelled"


class Manner(StrEnum):
    """How a note was written down: word for word, or in the writer's shorter words."""

    VERBATIM = "verbatim"
    SUMMARISED = "summarised"


class MinutesState(StrEnum):
    DRAFT = "draft"
    OUT = "out"
    LOCKED = "locked"
    REPLACED = "replaced"


class Verdict(StrEnum):
    CONFIRM = "confirm"
    CORRECT = "correct"
    MISSING = "missing"


class Meeting(Base):
    """A time and a place, or a link or a number, where people of one dialogue meet.

    ``texts`` holds ``title``, ``about``, ``place``, ``way``, ``access`` and ``cancelled``, each in
    both languages. ``area`` names the municipality or part as the population figures do.
    ``margin_before`` and ``margin_after`` are the minutes round its hours during which the table
    code opens it. ``registered`` and ``came`` are what remains when the registrations are gone.
    """

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("dialogue_id", "slug"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(80))
    format: Mapped[MeetingFormat] = mapped_column(String(20))
    state: Mapped[MeetingState] = mapped_column(String(20), default=MeetingState.PLANNED)
    texts: Mapped[dict[str, Any]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    area: Mapped[str] = mapped_column(String(80), default="")
    access: Mapped[list[Any]] = mapped_column(default=list)
    link: Mapped[str] = mapped_column(String(500), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    registers: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]
    registers_until: Mapped[datetime | None]
    forget_after: Mapped[int] = mapped_column(default=14)
    registered: Mapped[int | None]
    came: Mapped[int | None]
    forgotten_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    codes_version: Mapped[int] = mapped_column(default=1)
    table_code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    minutes_code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    margin_before: Mapped[int] = mapped_column(default=60)
    margin_after: Mapped[int] = mapped_column(default=180)
    script: Mapped[list[Any]] = mapped_column(default=list)
    closing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dialogue: Mapped[Dialogue] = relationship()
    tables: Mapped[list[MeetingTable]] = relationship(
        back_populates="meeting",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="MeetingTable.place",
    )

    def said(self, name: str) -> Localized:
        """One of the meeting's own texts."""
        return Localized.of(self.texts.get(name, {}))

    @property
    def title(self) -> Localized:
        return self.said("title")

    @property
    def is_public(self) -> bool:
        return self.state != MeetingState.PLANNED and self.dialogue.is_public


class MeetingTable(Base):
    """A table in the room, or the people at a distance, who form one of their own."""

    __tablename__ = "meeting_table"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    meeting_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    remote: Mapped[bool] = mapped_column(default=False)
    people: Mapped[int] = mapped_column(default=0)
    meeting: Mapped[Meeting] = relationship(back_populates="tables")


class TableNote(Base):
    """That a contribution was said at a table, how it was written, and whether it was read back."""

    __tablename__ = "table_note"
    __table_args__ = UNORDERED

    contribution_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    meeting_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    table_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("meeting_table.id", ondelete="SET NULL"), index=True
    )
    manner: Mapped[Manner] = mapped_column(String(20))
    read_back: Mapped[bool] = mapped_column(default=False)
    contribution: Mapped[Contribution] = relationship()
    table: Mapped[MeetingTable | None] = relationship()


class TablePhoto(Base):
    """A picture of sticky notes: evidence beside the notes, drawn anew without where or when."""

    __tablename__ = "table_photo"
    __table_args__ = (UniqueConstraint("meeting_id", "digest"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    table_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("meeting_table.id", ondelete="SET NULL"), index=True
    )
    alt: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    width: Mapped[int]
    height: Mapped[int]
    picture: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class RoomTheme(Base):
    """A theme in the room's own order, with the dots that people gave it. Never a story."""

    __tablename__ = "room_theme"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    meeting_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[str] = mapped_column(String(200))
    place: Mapped[int]
    dots: Mapped[int] = mapped_column(default=0)


class Minutes(Base):
    """One version of a meeting's minutes. What went out for confirmation is never changed.

    ``notes`` is how many notes it was drafted from. ``digest`` seals the lines when it is locked.
    """

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    lang: Mapped[str] = mapped_column(String(12))
    state: Mapped[MinutesState] = mapped_column(String(20), default=MinutesState.DRAFT)
    notes: Mapped[int] = mapped_column(default=0)
    made_on: Mapped[date]
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sent_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    locked_on: Mapped[date | None]
    published_on: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64), default="")
    meeting: Mapped[Meeting] = relationship()
    lines: Mapped[list[MinutesLine]] = relationship(
        back_populates="minutes",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="MinutesLine.place",
    )


class MinutesLine(Base):
    """A heading, a sentence or a note in the minutes; a note goes when its teller withdraws it."""

    __tablename__ = "minutes_line"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    minutes_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("minutes.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    contribution_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    minutes: Mapped[Minutes] = relationship(back_populates="lines")


class MinutesAnswer(Base):
    """What somebody who took part says of the minutes. ``key_hash`` keeps a form sent twice one."""

    __tablename__ = "minutes_answer"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    minutes_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("minutes.id", ondelete="CASCADE"), index=True
    )
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    verdict: Mapped[Verdict] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    received_on: Mapped[date]
