"""Taking back what somebody wrote in a live room, before and after it is a contribution.

What is taken back is remembered like every withdrawal: by a keyed hash, so that no restored backup
puts the words on a room's list again.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from dialogue.ground.clock import today
from dialogue.meetings.live.models import LiveRoom, LiveSaying
from dialogue.meetings.models import Meeting
from dialogue.meetings.table.restating import also_said
from dialogue.voices.erasure import Unjoined, also_erase, also_withdraw, note_withdrawal
from dialogue.voices.letting_go import also_let_go
from dialogue.voices.receipts import Receipts


def withdraw_saying(session: Session, room: LiveRoom, key: str, receipts: Receipts) -> bool:
    """Take back what was sent with this key and has not been brought in; False when it is gone."""
    receipt_hash = receipts.hash_of(receipts.code_for(key))
    here = LiveSaying.receipt_hash == receipt_hash, LiveSaying.room_id == room.id
    if session.scalar(select(LiveSaying.id).where(*here)) is None:
        return False
    if not take_back(session, receipt_hash):
        return False
    note_withdrawal(session, receipt_hash, today())
    return True


def held(session: Session, receipt_hash: bytes) -> bool:
    """Whether a receipt has words in a room that are no contribution yet."""
    mine = LiveSaying.receipt_hash == receipt_hash, LiveSaying.contribution_id.is_(None)
    return session.scalar(select(LiveSaying.id).where(*mine)) is not None


def take_back(session: Session, receipt_hash: bytes) -> bool:
    """Remove what a receipt said in a room and is no contribution yet, with its votes."""
    mine = LiveSaying.receipt_hash == receipt_hash, LiveSaying.contribution_id.is_(None)
    gone = delete(LiveSaying).where(*mine).returning(LiveSaying.id)
    return session.execute(gone).first() is not None


def take_back_again(session: Session, withdrawn: Select[Any]) -> int:
    """Remove again what a restored backup put back on a room's list; how many sayings."""
    revived = LiveSaying.receipt_hash.in_(withdrawn)
    return len(session.execute(delete(LiveSaying).where(revived).returning(LiveSaying.id)).all())


also_withdraw(Unjoined(held, take_back, take_back_again))


@also_erase
def erase_sayings(session: Session, code: str, receipts: Receipts) -> None:
    """Remove what a withdrawn receipt said in a room, with its votes."""
    session.execute(delete(LiveSaying).where(LiveSaying.receipt_hash == receipts.hash_of(code)))


@also_let_go
def let_sayings_go(session: Session, dialogue: uuid.UUID) -> None:
    """Delete what was said and voted in a dialogue's rooms; what was minuted stays."""
    rooms = select(LiveRoom.id).join(Meeting).where(Meeting.dialogue_id == dialogue)
    session.execute(delete(LiveSaying).where(LiveSaying.room_id.in_(rooms)))


@also_said
def forget_old_words(session: Session, contribution: uuid.UUID) -> None:
    """Remove a saying whose teller now says something else, with its votes on other words."""
    session.execute(delete(LiveSaying).where(LiveSaying.contribution_id == contribution))
