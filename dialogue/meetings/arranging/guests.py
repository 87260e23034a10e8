"""Who has registered for a meeting, kept apart from everything that is said there.

Nothing leads from a registration to a note or a story, or back, and it is deleted on its date.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.meetings.models import Meeting


class GuestState(StrEnum):
    BOOKED = "booked"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Registration(Base):
    """A place for somebody, or for a few who come together.

    ``turn`` is the order in which people asked. Name and contact are what they chose to write; a
    cancelled registration keeps neither.
    """

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("meeting_id", "turn"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    turn: Mapped[int]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[GuestState] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    seats: Mapped[int] = mapped_column(default=1)
    needs: Mapped[str] = mapped_column(Text, default="")
    came: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(default=now)
    meeting: Mapped[Meeting] = relationship()
