"""One-time codes for dialogues that ask invited people only.

A code is kept as a keyed hash, without a name. When it is used its row is deleted and a number
goes up by one: how many codes were used is known, never which answer one of them opened.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import CursorResult, ForeignKey, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground import audit
from dialogue.ground.db import UNORDERED, Base, new_key
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.voices.receipts import ALPHABET, Receipts, normal
from surveys.models import Survey

LENGTH = 12
MOST = 500


class BadInvitation(Refusal):
    """The one-time code is unknown or used."""


class Invitation(Base):
    """A batch of codes that were made together: how many, and how many were used."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    survey_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("survey.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(String(120), default="")
    made: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    made_on: Mapped[date]


class InvitationCode(Base):
    """A code that nobody has used yet. A used one is gone."""

    __tablename__ = "invitation_code"
    __table_args__ = UNORDERED

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    invitation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )


@dataclass(frozen=True, slots=True)
class CodeHashes:
    """What is stored of a code: 32 bytes that lead nowhere without the key."""

    receipts: Receipts

    def of(self, survey_id: uuid.UUID, code: str) -> bytes:
        text = f"invitation\n{survey_id}\n{normal(code)}"
        return hmac.digest(self.receipts.secret, text.encode(), hashlib.sha256)


def new_code() -> str:
    """A code in three groups of four, 60 bits: ``7K4M-Q2XW-9D3H``."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def make_codes(
    session: Session,
    survey: Survey,
    number: int,
    label: str,
    receipts: Receipts,
    *,
    by: User,
    on: date,
) -> Sequence[str]:
    """Make codes to hand out. They are returned once and cannot be shown again.

    Raises:
        Refusal: when the number is not between 1 and 500.
    """
    if not 1 <= number <= MOST:
        raise Refusal(_("Make between 1 and %(num)d codes at a time.", num=MOST))
    batch = Invitation(survey_id=survey.id, label=label, made=number, made_on=on)
    session.add(batch)
    session.flush()
    hashes = CodeHashes(receipts)
    codes: set[str] = set()
    while len(codes) < number:
        codes.add(new_code())
    session.add_all(
        InvitationCode(code_hash=hashes.of(survey.id, code), invitation_id=batch.id)
        for code in codes
    )
    session.flush()
    audit.record(session, "invitation codes made", survey.dialogue_id, by.id, count=number)
    return sorted(codes)


def is_unused(session: Session, survey: Survey, code: str, receipts: Receipts) -> bool:
    """Whether a code can be used for an answer."""
    return session.get(InvitationCode, CodeHashes(receipts).of(survey.id, code)) is not None


def use_code(session: Session, survey: Survey, code: str, receipts: Receipts) -> None:
    """Use a code up, in the transaction that keeps the answer.

    Raises:
        BadInvitation: when the code is unknown or used, also by somebody at this very moment.
    """
    mine = InvitationCode.code_hash == CodeHashes(receipts).of(survey.id, code)
    batch_id = session.scalar(select(InvitationCode.invitation_id).where(mine))
    gone = session.execute(delete(InvitationCode).where(mine))
    if batch_id is None or not isinstance(gone, CursorResult) or gone.rowcount != 1:
        raise BadInvitation(unknown_code_sentence())
    one_more = Invitation.used + 1
    session.execute(update(Invitation).where(Invitation.id == batch_id).values(used=one_more))


def unknown_code_sentence() -> str:
    return str(_("The code is not known, or it has been used already. Ask whoever invited you."))


def invitations_of(session: Session, survey: Survey) -> Sequence[Invitation]:
    """The batches of a survey, the newest first."""
    mine = select(Invitation).where(Invitation.survey_id == survey.id)
    return session.scalars(mine.order_by(Invitation.made_on.desc(), Invitation.id)).all()
