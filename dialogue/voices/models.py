"""What somebody said, and how it may be used. Nothing here leads to a person."""

from __future__ import annotations

import uuid
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.db import UNORDERED, Base, new_key


class Channel(StrEnum):
    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"
    TABLE = "table"
    MEETING = "meeting"
    INTERVIEW = "interview"
    IMPORT = "import"


class Voice(StrEnum):
    SELF = "self"
    WITH_SUPPORT = "with_support"
    RELATIVE = "relative"
    STAFF = "staff"
    UNSAID = "unsaid"


class Use(StrEnum):
    """What the teller allows. Analysis is what answering means; the others are ticked freely."""

    ANALYSIS = "analysis"
    QUOTE = "quote"
    RESEARCH = "research"
    OPEN_DATA = "open_data"
    LIBRARY = "library"


class DeskState(StrEnum):
    """Where a story stands on the coordinators' desk."""

    WAITING = "waiting"
    READ = "read"
    HELD = "held"


class Contribution(Base):
    """One voice: an answer, a note, a paper form.

    It knows the day it came, not the hour, and keeps of its receipt only a keyed hash, which
    also makes a form that is sent twice one contribution.
    """

    __tablename__ = "contribution"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    channel: Mapped[Channel] = mapped_column(String(20))
    voice: Mapped[Voice] = mapped_column(String(20), default=Voice.UNSAID)
    lang: Mapped[str] = mapped_column(String(12))
    received_on: Mapped[date]
    uses: Mapped[list[Any]]
    consent_version: Mapped[str] = mapped_column(String(20))
    stories: Mapped[list[Story]] = relationship(
        back_populates="contribution",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    def allows(self, use: Use) -> bool:
        return use in self.uses


class Story(Base):
    """A text in somebody's own words, with the teller's own placing of it.

    ``points`` holds the ten points shared between the three T, or nothing when the teller gave
    none. The story has no key to any background answer. ``area`` is the municipality or part of
    one that the teller gave beside the story, where the asker asked for it openly; mostly empty.
    """

    __tablename__ = "story"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    contribution_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(12))
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)
    area: Mapped[str] = mapped_column(String(60), default="")
    desk: Mapped[DeskState] = mapped_column(String(20), default=DeskState.WAITING, index=True)
    read_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    read_on: Mapped[date | None]
    contribution: Mapped[Contribution] = relationship(back_populates="stories")

    @property
    def quotable(self) -> bool:
        """Whether words from it may be published: permitted by the teller and read by a person."""
        return self.desk == DeskState.READ and self.contribution.allows(Use.QUOTE)
