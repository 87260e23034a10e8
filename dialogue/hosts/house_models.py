"""What belongs to an organisation's house: its logo, its invitations, its broken glass."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.hosts.models import Dialogue, Organisation, StaffRole, User


class OrganisationLogo(Base):
    """An organisation's logo: a picture that was taken apart and put together again.

    ``kind`` is its media type, ``width`` and ``height`` are pixels, ``digest`` is the hexadecimal
    SHA-256 of ``data``.
    """

    __tablename__ = "organisation_logo"

    organisation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class StaffInvitation(Base):
    """A link that lets somebody take a part once.

    Only the hexadecimal SHA-256 of the link's secret is kept. ``made_at``, ``ends_at``,
    ``used_at`` and ``withdrawn_at`` are UTC.
    """

    __tablename__ = "staff_invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    dialogue_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE")
    )
    role: Mapped[StaffRole] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200), default="")
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
    dialogue: Mapped[Dialogue | None] = relationship()

    @property
    def waits(self) -> bool:
        """Whether the link still opens."""
        return self.used_at is None and self.withdrawn_at is None and self.ends_at > now()


class StaffIdentity(Base):
    """Somebody's identity at a sign-in service: its issuer and its own lasting name for them."""

    __tablename__ = "staff_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    joined_at: Mapped[datetime] = mapped_column(default=now)
    user: Mapped[User] = relationship()


class BrokenGlass(Base):
    """An administrator's look at stories, for a stated reason and a short time.

    ``began_at`` and ``ends_at`` are UTC. The row stays: the organisation sees it.
    """

    __tablename__ = "broken_glass"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(600))
    began_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    dialogue: Mapped[Dialogue] = relationship()
    user: Mapped[User] = relationship()
