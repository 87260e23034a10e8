"""Words that their teller took back by changing them, so that no backup brings them back.

A correction removes the old words from the database. A backup made before it still holds them:
when one is restored, an answer that has its old words again is erased, and only its teller can
give the new ones once more.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground.clock import today
from dialogue.ground.db import UNORDERED, Base
from dialogue.voices import erasure_list
from dialogue.voices.models import Contribution
from dialogue.voices.receipts import Receipts


class Correction(Base):
    """That the answer with this receipt no longer says what it said.

    ``old_words`` is a keyed hash of the earlier content, which nobody can guess words from.
    """

    __tablename__ = "correction"
    __table_args__ = UNORDERED

    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    old_words: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    corrected_on: Mapped[date]


def remember(session: Session, changed: Contribution, receipts: Receipts, on: date) -> None:
    """Remember what ``changed`` said until now, before it says something else."""
    old = receipts.words_hash_of(changed.content_hash)
    remember_again(session, changed.receipt_hash, old, on)
    erasure_list.note(session, on, receipt=changed.receipt_hash, old_words=old)


def remember_again(session: Session, receipt_hash: bytes, old_words: bytes, on: date) -> None:
    """Remember a correction that the list beside the database tells of."""
    if session.get(Correction, (receipt_hash, old_words)) is None:
        session.add(Correction(receipt_hash=receipt_hash, old_words=old_words, corrected_on=on))


def forget(session: Session, receipt_hash: bytes, content_hash: bytes, receipts: Receipts) -> None:
    """Let words stand again that the teller has chosen anew."""
    words = receipts.words_hash_of(content_hash)
    forget_again(session, receipt_hash, words)
    erasure_list.note(session, today(), receipt=receipt_hash, stands=words)


def forget_again(session: Session, receipt_hash: bytes, words: bytes) -> None:
    """Let words stand again, as the list beside the database tells."""
    session.flush()
    session.execute(
        delete(Correction).where(
            Correction.receipt_hash == receipt_hash, Correction.old_words == words
        )
    )


def corrected_on(session: Session, contribution: Contribution) -> date | None:
    """The day an answer was last changed, or None."""
    mine = Correction.receipt_hash == contribution.receipt_hash
    return session.scalar(select(func.max(Correction.corrected_on)).where(mine))


def revived(session: Session, receipts: Receipts) -> list[Contribution]:
    """The answers that a restored backup gave their old words."""
    corrected = select(Contribution).join(
        Correction, Correction.receipt_hash == Contribution.receipt_hash
    )
    remembered = {
        (each.receipt_hash, each.old_words) for each in session.scalars(select(Correction))
    }
    return [
        each
        for each in session.scalars(corrected).unique()
        if (each.receipt_hash, receipts.words_hash_of(each.content_hash)) in remembered
    ]
