"""What was published: frozen, and traceable word by word."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.hosts.models import Dialogue
from dialogue.voices.models import Story


class Publication(Base):
    """A frozen snapshot of signed themes, handed down by those who signed it.

    ``snapshot`` holds names, rounded counts and ties; quotes and the stories' themes are rows of
    their own, so that a withdrawn story takes its words with it while the counts stay.
    ``digest`` is the SHA-256 of the snapshot's canonical JSON.
    """

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("dialogue_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    snapshot: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    dialogue: Mapped[Dialogue] = relationship()
    quotes: Mapped[list[PublishedQuote]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="PublishedQuote.place",
    )
    claims: Mapped[list[PublishedClaim]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="PublishedClaim.place",
    )


OF_THE_NAME = -1
"""The place of the row that holds a published theme's name once words in it were covered."""


class PublishedClaim(Base):
    """A claim as it stands on the public page, in ``sv``, ``en`` and ``easy``.

    Its words are rows of their own, because they may repeat a teller's; the snapshot holds their
    SHA-256, so that the seal covers them. A name stands in the snapshot, which does not change:
    when words in it are covered, a row at :data:`OF_THE_NAME` says how it is shown.
    """

    __tablename__ = "published_claim"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    publication_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("publication.id", ondelete="CASCADE"), index=True
    )
    theme: Mapped[uuid.UUID]
    claim: Mapped[uuid.UUID]
    place: Mapped[int]
    words: Mapped[dict[str, Any]]
    by_machine: Mapped[bool] = mapped_column(default=False)


class PublishedQuote(Base):
    """Words of a story as they stand on the public page.

    ``story_digest`` is the SHA-256 of the story's text at the publication; empty in publications
    that were made before it was kept. A quote under a claim knows which.
    """

    __tablename__ = "published_quote"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    publication_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("publication.id", ondelete="CASCADE"), index=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    theme: Mapped[uuid.UUID]
    place: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(12))
    start: Mapped[int]
    end: Mapped[int]
    story_digest: Mapped[str] = mapped_column(String(64), default="")
    claim_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("published_claim.id", ondelete="CASCADE"), index=True
    )
    story: Mapped[Story] = relationship()


class PublishedStory(Base):
    """Which published theme a story was counted in; what its teller's receipt shows."""

    __tablename__ = "published_story"
    __table_args__ = UNORDERED

    publication_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    theme: Mapped[uuid.UUID | None]
