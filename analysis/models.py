"""What the machine proposed and what people decided, side by side."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, select
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.ground.localized import Localized
from dialogue.voices.models import Story


class ThemeState(StrEnum):
    """What people made of a theme. ``undone`` is a theme by hand that was taken back."""

    CANDIDATE = "candidate"
    KEPT = "kept"
    MERGED = "merged"
    DROPPED = "dropped"
    UNDONE = "undone"


ON_THE_BOARD = (ThemeState.CANDIDATE, ThemeState.KEPT)


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
    """One reading of a dialogue's stories. ``recipe`` says how, so that it can be done again.

    ``kept`` is what new stories are placed by until the next reading: centres and means, no story
    (:class:`analysis.text.keeping.Kept`). It is None where there were too few stories for themes.
    """

    __tablename__ = "analysis_run"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    finished_at: Mapped[datetime] = mapped_column(default=now)
    stories: Mapped[int]
    recipe: Mapped[dict[str, Any]]
    set_aside: Mapped[dict[str, Any]] = mapped_column(default=dict)
    kept: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Theme(Base):
    """A theme lives across runs under the same key.

    The machine's words (``proposed_…``) and a person's (``given_…``) are kept apart; a new run
    touches only the machine's. ``state``, ``merged_into`` and the given names follow from the
    acts that stand (:class:`ThemeAct`). ``version`` counts people's acts, so that of two who
    change a theme at once the later one is told. ``figures`` are its numbers as last counted.
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
    state: Mapped[ThemeState] = mapped_column(String(20), default=ThemeState.CANDIDATE)
    merged_into: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("theme.id", ondelete="SET NULL")
    )
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    by_hand: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }
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
    """That a story belongs to a theme. ``act`` is the number of the act that placed it there;
    None, as ``assigned_by``, when the machine says so.

    The index finds a theme's weakest stories that nobody placed, and counts its stories.
    """

    __tablename__ = "theme_story"
    __table_args__ = (
        Index("ix_theme_story_weakest", "theme_id", "strongest", "act", "strength", "story_id"),
        UNORDERED,
    )

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
    act: Mapped[int | None] = mapped_column(ForeignKey("theme_act.number", ondelete="SET NULL"))
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


def _dialogue_of_story(context: DefaultExecutionContext) -> uuid.UUID | None:
    """The dialogue of the story that an outcome is written for."""
    row: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    of_story = select(Story.dialogue_id).where(Story.id == row["story_id"])
    found: uuid.UUID | None = context.connection.scalar(of_story)
    return found


class StoryOutcome(Base):
    """How the machine read one story: its ties, 0 to 1, and why it was set aside, if it was.

    ``aside`` is empty for a story that was read, otherwise ``empty``, ``no_answer`` or ``copy``.
    ``placed`` are the machine's own places for it, ``[theme key, strength]`` with the strongest
    first, whatever people then decided; ``unplaced`` is whether there are none. ``x`` and ``y``
    are its place on the map. A story without an outcome has come since the last reading.
    """

    __tablename__ = "story_outcome"
    __table_args__ = (
        Index("ix_story_outcome_counted", "dialogue_id", "aside", "unplaced"),
        UNORDERED,
    )

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    ties: Mapped[dict[str, Any]]
    aside: Mapped[str] = mapped_column(String(20), default="")
    dialogue_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), default=_dialogue_of_story
    )
    placed: Mapped[list[Any]] = mapped_column(default=list)
    unplaced: Mapped[bool] = mapped_column(default=True)
    x: Mapped[float | None]
    y: Mapped[float | None]


class ThemeAct(Base):
    """One act on a dialogue's themes: who did what, when and why.

    Rows are only added. ``before`` and ``after`` say what changed; the stories stand there by
    their keys. The machine's proposals are acts without ``by``. ``undone_by`` is the number of
    the act that took this one back.
    """

    __tablename__ = "theme_act"
    __table_args__ = (Index("ix_theme_act_of_dialogue", "dialogue_id", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    theme_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(String(400), default="")
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("theme_act.number"))


class StoryOpening(Base):
    """That a member of staff has opened a story, and the first day they did.

    The reader may take it away again: then the story is unread to them.
    """

    __tablename__ = "story_opening"
    __table_args__ = (Index("ix_story_opening_by_reader", "user_id", "story_id"), UNORDERED)

    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    opened_on: Mapped[date]


class StoryIndex(Base):
    """What a story can be found by: its words' stems, and what filters ask for.

    ``number`` is random and says nothing about when the story came. ``words`` is a text search
    vector on PostgreSQL; on SQLite it is empty, and the full-text table ``story_words`` holds
    keyed hashes of the stems under the same number. ``mark`` is the T that the teller gave most
    points, 0 for none.
    """

    __tablename__ = "story_index"
    __table_args__ = (
        Index(
            "ix_story_index_filters",
            "dialogue_id",
            "channel",
            "voice",
            "lang",
            "mark",
            "area",
            "story_id",
        ),
        Index("ix_story_index_words", "words", postgresql_using="gin").ddl_if("postgresql"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), unique=True
    )
    dialogue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    voice: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(12))
    mark: Mapped[int]
    area: Mapped[str] = mapped_column(String(60), default="")
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


STORIES_IN_ORDER = Index("ix_story_in_order", Story.dialogue_id, Story.desk, Story.id)
"""Lets the desk page through any number of stories."""
