"""What a dialogue's life leaves behind: the steps it took, and what it told residents."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue, DialogueState, User


class Moment(StrEnum):
    """When a message speaks: before the dialogue opens, while it is open, and after it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class DialogueMessage(Base):
    """What a dialogue tells residents at a moment, in Swedish, English and easy Swedish."""

    __tablename__ = "dialogue_message"

    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), primary_key=True
    )
    moment: Mapped[Moment] = mapped_column(String(20), primary_key=True)
    sv: Mapped[str] = mapped_column(Text, default="")
    en: Mapped[str] = mapped_column(Text, default="")
    easy: Mapped[str] = mapped_column(Text, default="")
    changed_on: Mapped[date]

    @property
    def text(self) -> Localized:
        return Localized(self.sv, self.en)


class DialogueStep(Base):
    """One step of a dialogue from a state to the next, by whom, and with which words.

    ``by_itself`` says that nobody took it: its day had come.
    """

    __tablename__ = "dialogue_step"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(40))
    before: Mapped[DialogueState] = mapped_column(String(40))
    after: Mapped[DialogueState] = mapped_column(String(40))
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    by_itself: Mapped[bool] = mapped_column(default=False, server_default=false())
    words: Mapped[str] = mapped_column(String(600), default="")
    dialogue: Mapped[Dialogue] = relationship()
    person: Mapped[User | None] = relationship()
