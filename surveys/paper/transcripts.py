"""Answers that staff wrote down from paper or from the telephone, and the second look at them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from dialogue.ground import audit
from dialogue.ground.db import UNORDERED, Base
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import Channel, Contribution
from surveys.models import Response
from surveys.questions.document import Document


class Transcript(Base):
    """Who wrote an answer down, and who compared it with the paper afterwards."""

    __tablename__ = "transcript"
    __table_args__ = UNORDERED

    contribution_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    written_on: Mapped[date]
    compared_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    compared_on: Mapped[date | None]
    contribution: Mapped[Contribution] = relationship()
    writer: Mapped[User | None] = relationship(foreign_keys=[written_by])
    second: Mapped[User | None] = relationship(foreign_keys=[compared_by])


def write_down(session: Session, contribution: Contribution, *, by: User, on: date) -> Transcript:
    """Note that ``by`` wrote the answer down; once, however often it is sent."""
    found = session.get(Transcript, contribution.id)
    if found is None:
        found = Transcript(contribution_id=contribution.id, written_by=by.id, written_on=on)
        session.add(found)
        session.flush()
        audit.record(
            session,
            "answer written down",
            contribution.dialogue_id,
            by.id,
            channel=str(contribution.channel),
        )
    return found


def compare(session: Session, transcript: Transcript, *, by: User, on: date) -> None:
    """Note that a second person compared the answer with the paper.

    Raises:
        Refusal: when it is the person who wrote it down.
    """
    if transcript.written_by == by.id:
        raise Refusal(_("The second look belongs to somebody else than the one who wrote."))
    transcript.compared_by, transcript.compared_on = by.id, on
    audit.record(session, "transcript compared", transcript.contribution.dialogue_id, by.id)


def open_by_phone(
    session: Session, dialogue: Dialogue, name: uuid.UUID | None, *, by: User
) -> Transcript:
    """An answer by telephone that somebody else wrote down, to read it; that is kept as a trace.

    Raises:
        Refusal: when there is none, it was read already, or ``by`` wrote it.
    """
    found = session.get(Transcript, name) if name else None
    if (
        found is None
        or found.contribution.dialogue_id != dialogue.id
        or found.contribution.channel != Channel.PHONE
    ):
        raise Refusal(_("No such answer by telephone has been written down."))
    if found.written_by == by.id:
        raise Refusal(_("The second look belongs to somebody else than the one who wrote."))
    if found.compared_on is not None:
        raise Refusal(_("Somebody has read this answer already."))
    audit.record(session, "telephone answer opened", dialogue.id, by.id)
    return found


def written_in(session: Session, transcript: Transcript) -> tuple[Document, dict[str, Any]]:
    """The document that an answer was given to, and its answers without background."""
    mine = select(Response).where(Response.contribution_id == transcript.contribution_id)
    response = session.scalars(mine).first()
    if response is None:
        raise Refusal(_("No such answer by telephone has been written down."))
    values = dict(response.answers)
    values |= {story.question: story.text for story in transcript.contribution.stories}
    return Document.of(response.version.document), values


def transcripts_of(session: Session, dialogue: Dialogue) -> Sequence[Transcript]:
    """What was written down in a dialogue: first what waits for a second look."""
    mine = (
        select(Transcript)
        .join(Contribution)
        .where(Contribution.dialogue_id == dialogue.id)
        .order_by(
            Transcript.compared_on.is_not(None),
            Transcript.written_on.desc(),
            Transcript.contribution_id,
        )
    )
    return session.scalars(mine).all()
