"""What the machine proposed and what people decided, side by side."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.ground.localized import Localized
from dialogue.voices.models import Story


class StoryVector(Base):
    """A story's embedding, stored once per embedder: ``dimensions`` little-endian float16."""

    __tablename__ = "story_vector"
    __table_args__ = UNORDERED

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    embedder: Mapped[str] = mapped_column(String(80), primary_key=True)
    lang: Mapped[str] = mapped_column(String(12))
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class AnalysisRun(Base):
    """One reading of a dialogue's stories. ``recipe`` says how, so that it can be done again."""

    __tablename__ = "analysis_run"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    finished_at: Mapped[datetime] = mapped_column(default=now)
    stories: Mapped[int]
    recipe: Mapped[dict[str, Any]]
    set_aside: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Theme(Base):
    """A theme lives across runs under the same key.

    The machine's words (``proposed_…``) and a person's (``given_…``) are kept apart; a new run
    touches only the machine's.
    """

    __tablename__ = "theme"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    run_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("analysis_run.id", ondelete="SET NULL")
    )
    machine_key: Mapped[str] = mapped_column(String(80))
    proposed_sv: Mapped[str] = mapped_column(String(200))
    proposed_en: Mapped[str] = mapped_column(String(200))
    given_sv: Mapped[str] = mapped_column(String(200), default="")
    given_en: Mapped[str] = mapped_column(String(200), default="")
    keywords: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    assignments: Mapped[list[ThemeStory]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )
    quotes: Mapped[list[ThemeQuote]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ThemeQuote.place"
    )

    @property
    def name(self) -> Localized:
        """A person's name for it where there is one, the machine's proposal otherwise."""
        return Localized(self.given_sv or self.proposed_sv, self.given_en or self.proposed_en)

    @property
    def renamed(self) -> bool:
        return bool(self.given_sv or self.given_en)

    @property
    def signed(self) -> bool:
        return self.signed_at is not None


class ThemeStory(Base):
    """That a story belongs to a theme. ``assigned_by`` is None when the machine says so."""

    __tablename__ = "theme_story"
    __table_args__ = UNORDERED

    theme_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    strongest: Mapped[bool]
    strength: Mapped[float]
    assigned_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    story: Mapped[Story] = relationship()


class ThemeQuote(Base):
    """A telling span of a story: ``text`` is the story's text from ``start`` to ``end``."""

    __tablename__ = "theme_quote"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    theme_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), index=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    hidden_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    hidden_at: Mapped[datetime | None]
    story: Mapped[Story] = relationship()


class StoryOutcome(Base):
    """How the machine read one story: its ties, 0 to 1, and why it was set aside, if it was.

    ``aside`` is empty for a story that was read, otherwise ``empty``, ``no_answer`` or ``copy``.
    A story without an outcome has come since the last reading.
    """

    __tablename__ = "story_outcome"
    __table_args__ = UNORDERED

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    ties: Mapped[dict[str, Any]]
    aside: Mapped[str] = mapped_column(String(20), default="")
