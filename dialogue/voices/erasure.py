"""Withdrawal: what was said is gone; what remains is that something was withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground import audit
from dialogue.ground.db import UNORDERED, Base
from dialogue.voices import corrections
from dialogue.voices.models import Contribution
from dialogue.voices.receipts import Receipts, receipts

_also: list[Callable[[Session, str, Receipts], None]] = []


class Erasure(Base):
    """The keyed hash of a withdrawn receipt: reapplied after a backup is restored."""

    __tablename__ = "erasure"
    __table_args__ = UNORDERED

    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    erased_on: Mapped[date]


def also_erase(
    erase: Callable[[Session, str, Receipts], None],
) -> Callable[[Session, str, Receipts], None]:
    """Let another part remove what only the code can find."""
    _also.append(erase)
    return erase


def withdraw(session: Session, code: str, receipts: Receipts, on: date) -> bool:
    """Erase the contribution that a code opens; False when there is none.

    The story goes with its vector, its places in themes and its quotes, published ones included.
    Counts that were published stay as they were.
    """
    receipt_hash = receipts.hash_of(code)
    contribution = session.scalars(
        select(Contribution).where(Contribution.receipt_hash == receipt_hash)
    ).first()
    if contribution is None:
        return False
    session.execute(delete(Contribution).where(Contribution.id == contribution.id))
    session.expunge(contribution)
    for erase in _also:
        erase(session, code, receipts)
    session.add(Erasure(receipt_hash=receipt_hash, erased_on=on))
    audit.record(session, "contribution withdrawn", contribution.dialogue_id, by="receipt")
    return True


def erased_on(session: Session, code: str, receipts: Receipts) -> date | None:
    """The day a code's contribution was withdrawn, or None."""
    found = session.get(Erasure, receipts.hash_of(code))
    return found.erased_on if found else None


def reapply(session: Session) -> int:
    """Erase again what a restored backup brought back; the number of contributions erased.

    That is what was withdrawn, and what was corrected and has its old words again.
    """
    hashes = select(Erasure.receipt_hash)
    revived = list(
        session.scalars(select(Contribution.id).where(Contribution.receipt_hash.in_(hashes)))
    )
    revived += [each.id for each in corrections.revived(session, receipts())]
    session.execute(delete(Contribution).where(Contribution.id.in_(revived)))
    return len(revived)
