"""A meeting's codes: one opens its tables, one lets those who came confirm its minutes.

A code follows from the meeting's key, so that its makers can read it again; what is kept to find
a meeting by is a keyed hash. Making new codes closes the old ones.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.hosts.models import User
from dialogue.meetings.models import Meeting
from dialogue.voices.receipts import ALPHABET, Receipts, as_code, normal


class Door(Enum):
    """What a code opens, and how many letters it has."""

    TABLE = ("meeting table", 12)
    MINUTES = ("meeting minutes", 8)
    GUEST = ("meeting guest", 12)

    @property
    def letters(self) -> int:
        return self.value[1]

    def fits(self, code: str) -> bool:
        """Whether a text can be a code for this door at all."""
        letters = normal(code)
        return len(letters) == self.letters and all(each in ALPHABET for each in letters)


@dataclass(frozen=True, slots=True)
class MeetingCodes:
    """Makes and recognises the codes with the installation's receipt key."""

    receipts: Receipts

    def code_for(self, door: Door, key: str) -> str:
        """The code for a key: ``7K4M-Q2XW-9D3H``."""
        digest = self._keyed(f"{door.value[0]} code", key)
        return as_code(digest)[: door.letters + door.letters // 4 - 1]

    def hash_of(self, door: Door, code: str) -> bytes:
        """What is stored of a code: 32 bytes that lead nowhere without the key."""
        return self._keyed(door.value[0], normal(code))

    def of_meeting(self, door: Door, meeting: Meeting) -> str:
        """The code that opens this door of a meeting."""
        return self.code_for(door, f"{meeting.id} {meeting.codes_version}")

    def _keyed(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self.receipts.secret, f"{purpose}\n{text}".encode(), hashlib.sha256)


def keep_hashes(meeting: Meeting, receipts: Receipts) -> None:
    """Let the meeting be found by its codes."""
    codes = MeetingCodes(receipts)
    table, minutes = (codes.of_meeting(door, meeting) for door in (Door.TABLE, Door.MINUTES))
    meeting.table_code_hash = codes.hash_of(Door.TABLE, table)
    meeting.minutes_code_hash = codes.hash_of(Door.MINUTES, minutes)


def renew_codes(session: Session, meeting: Meeting, receipts: Receipts, *, by: User) -> None:
    """Make new codes; the old ones open nothing from now on."""
    meeting.codes_version += 1
    keep_hashes(meeting, receipts)
    audit.record(session, "meeting codes renewed", meeting.id, by.id)


def meeting_behind(session: Session, door: Door, code: str, receipts: Receipts) -> Meeting | None:
    """The meeting that a code opens, or None."""
    if not door.fits(code):
        return None
    kept = Meeting.table_code_hash if door is Door.TABLE else Meeting.minutes_code_hash
    wanted = MeetingCodes(receipts).hash_of(door, code)
    return session.scalars(select(Meeting).where(kept == wanted)).first()
