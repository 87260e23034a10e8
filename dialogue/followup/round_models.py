"""Confirmation rounds: what went out, what participants said of it, and what hosts reserve."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Organisation
from dialogue.voices.models import Story


class Channel(StrEnum):
    """How a participant said whether a text is right."""

    RECEIPT = "receipt"
    MEETING = "meeting"
    PAPER = "paper"


class Verdict(StrEnum):
    """What a participant says of a text: it is right, it should be corrected, or it lacks
    something."""

    AGREES = "agrees"
    CORRECT = "correct"
    MISSING = "missing"


class ConfirmationRound(Base):
    """That signed texts went out to those who took part, or why they did not.

    ``because`` is the reason when no round is held; then there are no days. ``snapshot`` is what
    was shown, in the form of a publication's; its quotes and placed stories are rows of their own.
    A round leads to one publication at most.
    """

    __tablename__ = "confirmation_round"
    __table_args__ = (UniqueConstraint("dialogue_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    started_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    because: Mapped[str] = mapped_column(String(600), default="")
    snapshot: Mapped[dict[str, Any]]
    publication_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("publication.id", ondelete="SET NULL")
    )

    @property
    def waived(self) -> bool:
        """Whether it says why there is no round."""
        return self.ends_on is None

    def is_open(self, on: date) -> bool:
        return self.ends_on is not None and on <= self.ends_on and self.publication_id is None

    def is_over(self, on: date) -> bool:
        return self.ends_on is None or on > self.ends_on


class RoundClaim(Base):
    """A claim as it was shown in a round, in ``sv``, ``en`` and ``easy``.

    A row of its own, so that words which repeat a teller's can go with the story.
    """

    __tablename__ = "round_claim"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("confirmation_round.id", ondelete="CASCADE"), index=True
    )
    theme: Mapped[uuid.UUID]
    place: Mapped[int]
    words: Mapped[dict[str, Any]]

    @property
    def name(self) -> Localized:
        """The claim in both languages."""
        return Localized(str(self.words.get("sv", "")), str(self.words.get("en", "")))


class RoundQuote(Base):
    """Words of a story that were shown in a round, by their place in it, never as a copy."""

    __tablename__ = "round_quote"
    __table_args__ = UNORDERED

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("confirmation_round.id", ondelete="CASCADE"), index=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), index=True
    )
    theme: Mapped[uuid.UUID]
    place: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    claim_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("round_claim.id", ondelete="CASCADE"), index=True
    )
    story: Mapped[Story] = relationship()

    @property
    def text(self) -> str | None:
        """The words, or None when they may not be shown or no longer stand in the story."""
        words = self.story.text[self.start : self.end]
        same = hashlib.sha256(words.encode()).hexdigest() == self.digest
        return words if same and self.story.quotable else None


class RoundStory(Base):
    """Which text of a round a story was counted in, so that its teller finds it first."""

    __tablename__ = "round_story"
    __table_args__ = UNORDERED

    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("confirmation_round.id", ondelete="CASCADE"), primary_key=True
    )
    story_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("story.id", ondelete="CASCADE"), primary_key=True
    )
    theme: Mapped[uuid.UUID]


class ConfirmationLink(Base):
    """An address for one meeting, where those in the room say whether the texts are right.

    ``places`` is how many people are there: no more voices come in by it.
    """

    __tablename__ = "confirmation_link"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("confirmation_round.id", ondelete="CASCADE"), index=True
    )
    token: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    places: Mapped[int] = mapped_column(default=200)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)


class ConfirmationSay(Base):
    """What one voice says of one text in a round.

    ``about`` is a theme's key or ``whole``. ``voice`` is a keyed hash: of the answer's receipt, or
    of the random key of a form in a meeting or a paper sheet, so that the same voice changes what
    it said instead of saying it twice. ``contribution_id`` is there for a receipt only, and takes
    the words along when the answer is withdrawn. ``digest`` is of verdict and words.
    """

    __tablename__ = "confirmation_say"
    __table_args__ = (UniqueConstraint("round_id", "about", "voice"), UNORDERED)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("confirmation_round.id", ondelete="CASCADE")
    )
    about: Mapped[str] = mapped_column(String(40))
    voice: Mapped[bytes] = mapped_column(LargeBinary(32))
    channel: Mapped[Channel] = mapped_column(String(20))
    contribution_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    link_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("confirmation_link.id", ondelete="SET NULL")
    )
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    verdict: Mapped[Verdict] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(12))
    said_on: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64))
    reply: Mapped[ConfirmationReply | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def needs_reply(self) -> bool:
        """Whether somebody wrote what should be changed."""
        return self.verdict != Verdict.AGREES and bool(self.words)

    @property
    def answered(self) -> bool:
        """Whether the words that stand now have a reply."""
        return self.reply is not None and self.reply.of_words == self.digest


class ConfirmationReply(Base):
    """What was done about a correction: changed, or not changed because.

    ``of_words`` is the digest of what was replied to: a correction that is changed afterwards
    waits for a reply again. ``version`` tells two who reply at once apart.
    """

    __tablename__ = "confirmation_reply"
    __table_args__ = UNORDERED

    say_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("confirmation_say.id", ondelete="CASCADE"), primary_key=True
    )
    changed: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    of_words: Mapped[str] = mapped_column(String(64))
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }


class Reservation(Base):
    """Words of a host who does not accept a text, published unchanged beside it.

    ``about`` is a theme's key or ``whole``. Once it is published it stands in the snapshot, and
    ``publication_id`` says where.
    """

    __tablename__ = "reservation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    about: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(12))
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    written_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    publication_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("publication.id", ondelete="SET NULL")
    )
    organisation: Mapped[Organisation] = relationship()
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }
