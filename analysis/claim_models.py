"""Claims: the sentences of a theme's summary, and the quotes that each of them stands on."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.voices.models import Story

COLUMNS = ("sv", "en", "easy")
"""The columns of a summary: Swedish, English and easy-read Swedish (lättläst)."""


class ClaimState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Claim(Base):
    """One sentence that a theme says, in three columns.

    ``proposed_…`` are the machine's words, empty when a person began the claim; ``words_…`` those
    that stand. ``version`` counts people's changes, so that of two who change it at once the
    later one is told.
    """

    __tablename__ = "claim"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    theme_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int] = mapped_column(default=0)
    state: Mapped[ClaimState] = mapped_column(String(20), default=ClaimState.PROPOSED)
    proposed_sv: Mapped[str] = mapped_column(Text, default="")
    proposed_en: Mapped[str] = mapped_column(Text, default="")
    proposed_easy: Mapped[str] = mapped_column(Text, default="")
    words_sv: Mapped[str] = mapped_column(Text, default="")
    words_en: Mapped[str] = mapped_column(Text, default="")
    words_easy: Mapped[str] = mapped_column(Text, default="")
    by_machine: Mapped[bool] = mapped_column(default=False)
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    made_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }
    evidence: Mapped[list[Evidence]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Evidence.place"
    )

    def said(self, column: str) -> str:
        """The words that stand in a column."""
        return str(getattr(self, f"words_{column}"))

    def proposed(self, column: str) -> str:
        """The machine's words in a column."""
        return str(getattr(self, f"proposed_{column}"))

    @property
    def edited(self) -> bool:
        """Whether a person changed the machine's words."""
        return self.by_machine and any(
            self.said(column) != self.proposed(column) for column in COLUMNS
        )


class Evidence(Base):
    """A quote under a claim: a span of a story, in code points, and what it said.

    ``span_digest`` is the SHA-256 of the span, ``text_digest`` that of the whole text it was
    taken from. ``broken`` is empty while both hold and the story may be quoted, otherwise
    ``changed``, ``covered``, ``held``, ``waiting`` or ``not_allowed``.
    """

    __tablename__ = "evidence"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    claim_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("claim.id", ondelete="CASCADE"), index=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    span_digest: Mapped[str] = mapped_column(String(64))
    text_digest: Mapped[str] = mapped_column(String(64))
    verified_at: Mapped[datetime | None]
    broken: Mapped[str] = mapped_column(String(20), default="")
    broken_at: Mapped[datetime | None]
    story: Mapped[Story] = relationship()

    @property
    def text(self) -> str:
        """What the story says at that place now."""
        return self.story.text[self.start : self.end]


class ThemeSummary(Base):
    """When a theme's summary was last decided on, and which stories the theme held then.

    ``seen`` is the first eight bytes of each story's key, sorted and joined; the stories of today
    that are not among them are the newer answers.
    """

    __tablename__ = "theme_summary"

    theme_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True
    )
    decided_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    seen: Mapped[bytes] = mapped_column(LargeBinary)
