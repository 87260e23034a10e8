"""Codings: what people at the desk say a story is about, alone and together; and the library."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.voices.models import Story


class Phase(StrEnum):
    """Where a joint session stands. Codings are unseen by others until the talk begins."""

    CODING = "coding"
    TALKING = "talking"
    SETTLED = "settled"


class When(StrEnum):
    """Whether a coding in a joint session was made before the talk or after it."""

    BEFORE = "before"
    AFTER = "after"


class Coding(Base):
    """What one person says a story is about.

    ``mark`` is the T that it is most about, ``none`` for none of them, empty when the person has
    not chosen; ``points`` are ten points between the three T, or nothing; ``themes`` are keys of
    themes. ``version`` tells two windows of one person apart.
    """

    __tablename__ = "coding"
    __table_args__ = UNORDERED

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[str] = mapped_column(String(20))
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)
    themes: Mapped[list[Any]] = mapped_column(default=list)
    coded_at: Mapped[datetime] = mapped_column(default=now)


class JointSession(Base):
    """Several people who code the same stories, first unseen by each other, then together."""

    __tablename__ = "joint_session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    phase: Mapped[Phase] = mapped_column(String(20), default=Phase.CODING)
    led_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    talk_began_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }


class JointStory(Base):
    """A story that a joint session reads, and its place in the order."""

    __tablename__ = "joint_story"
    __table_args__ = UNORDERED

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("joint_session.id", ondelete="CASCADE"), primary_key=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int]
    story: Mapped[Story] = relationship()


class JointCoding(Base):
    """What one person in a joint session says a story is about, before or after the talk."""

    __tablename__ = "joint_coding"
    __table_args__ = UNORDERED

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("joint_session.id", ondelete="CASCADE"), primary_key=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    when: Mapped[When] = mapped_column("said", String(10), primary_key=True)
    mark: Mapped[str] = mapped_column(String(20))
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SettledCoding(Base):
    """What a joint session agreed that a story is about, and why."""

    __tablename__ = "settled_coding"
    __table_args__ = UNORDERED

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("joint_session.id", ondelete="CASCADE"), primary_key=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400), default="")
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }


class LibraryStory(Base):
    """That a person put a story in the library. It stands there only while its teller allows it.

    ``place`` is a place that the story itself names, at most as near as a municipality; empty
    when it names none. It never comes from a background answer.
    """

    __tablename__ = "library_story"
    __table_args__ = UNORDERED

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[str] = mapped_column(String(80), default="")
    released_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    released_on: Mapped[date]
    story: Mapped[Story] = relationship()


class CodingFigures(Base):
    """How tellers, machine and people agree in a dialogue, as last counted."""

    __tablename__ = "coding_figures"

    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), primary_key=True
    )
    figures: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime] = mapped_column(default=now)
