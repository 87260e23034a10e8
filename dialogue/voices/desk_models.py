"""The safety desk's rows: what the machine marked, what people decided, and what they covered."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import UNORDERED, Base, new_key


class StoryScreening(Base):
    """What the machine marked in one story, by the rules of a version.

    ``marks`` are ``{"start", "end", "kind", "stands", "code"}`` in code points of the story's text
    as it is now; ``stands`` when a person let the words stand, and ``code`` for which reason.
    ``open`` counts those that nobody has decided on. It holds places and kinds, never words.
    """

    __tablename__ = "story_screening"
    __table_args__ = (Index("ix_story_screening_open", "dialogue_id", "open"), UNORDERED)

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    dialogue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    rules: Mapped[str] = mapped_column(String(20))
    marks: Mapped[list[Any]] = mapped_column(default=list)
    open: Mapped[int] = mapped_column(default=0)


class DeskDecision(Base):
    """One decision about a story: who, when, by which rule and why. Rows are only added.

    ``kind`` is ``released``, ``held``, ``covered``, ``returned`` (to those that wait) or
    ``undone``; ``code`` the reason, one of :mod:`dialogue.voices.desk_rules`. ``stood`` are the
    places that were let stand, each with its own reason. ``undone_by`` is the number of the
    decision that took this one back.
    """

    __tablename__ = "desk_decision"
    __table_args__ = (Index("ix_desk_decision_of_dialogue", "dialogue_id", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(200), default="")
    rules: Mapped[str] = mapped_column(String(20))
    stood: Mapped[list[Any]] = mapped_column(default=list)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("desk_decision.number"))
    covers: Mapped[list[Redaction]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Redaction.start"
    )


class Redaction(Base):
    """A span of a story's original that is covered by a mark.

    ``start`` and ``end`` are code points of the original. Once the original was deleted by the
    retention rule the cover is ``sealed``: the mark stands in the text for good.
    """

    __tablename__ = "redaction"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    decision: Mapped[int] = mapped_column(
        ForeignKey("desk_decision.number", ondelete="CASCADE"), index=True
    )
    start: Mapped[int]
    end: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    mark: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bool] = mapped_column(default=False)


class StoryOriginal(Base):
    """A covered story as its teller wrote it, kept apart until ``delete_on`` and not longer."""

    __tablename__ = "story_original"
    __table_args__ = UNORDERED

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Text)
    delete_on: Mapped[date] = mapped_column(index=True)


class SecondOpinion(Base):
    """A question about one story to somebody else, and what they said.

    ``question`` and ``why`` are people's own words; they hold none from the story. ``says`` is
    empty until somebody has answered, then ``release``, ``cover`` or ``hold``.
    """

    __tablename__ = "second_opinion"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    says: Mapped[str] = mapped_column(String(20), default="")
    why: Mapped[str] = mapped_column(String(200), default="")
    said_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    said_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    @property
    def waits(self) -> bool:
        """Whether nobody has answered, and the question still stands."""
        return not self.says and self.taken_back_at is None
