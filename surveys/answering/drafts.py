"""Answers that wait for their teller: kept only when asked for, under a code, for thirty days.

A draft is found by its code alone. It is erased when its answer is sent or withdrawn, and by the
sweep when its last day has passed.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CursorResult, ForeignKey, LargeBinary, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground.clock import today
from dialogue.ground.db import UNORDERED, Base, truncate_wal
from dialogue.ground.db import session as current_session
from dialogue.ground.errors import Refusal
from dialogue.ground.jobs import every_minute
from dialogue.voices.erasure import also_erase
from dialogue.voices.receipts import KEY, Receipts, as_code, normal

KEPT_FOR = timedelta(days=30)


class Draft(Base):
    """What somebody had typed when they asked to go on later.

    ``fields`` are the form's fields by name, lists of strings. ``answer_hash`` can be worked out
    only from the receipt code that the answer gets, so that sending and withdrawing find it.
    """

    __tablename__ = "surveys_draft"
    __table_args__ = UNORDERED

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    answer_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("survey_version.id", ondelete="CASCADE"), index=True
    )
    fields: Mapped[dict[str, Any]]
    expires_on: Mapped[date] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class DraftCodes:
    """Makes and recognises the codes of drafts; another key than that of receipts."""

    receipts: Receipts

    def code_for(self, key: str) -> str:
        """The draft's code; the same for the same form, so saving twice keeps one draft."""
        return as_code(self._keyed("draft code", key))

    def hash_of(self, code: str) -> bytes:
        return self._keyed("draft", normal(code))

    def answer_hash_of(self, receipt_code: str) -> bytes:
        return self._keyed("draft of receipt", normal(receipt_code))

    def _keyed(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self.receipts.secret, f"{purpose}\n{text}".encode(), hashlib.sha256)


def save_draft(
    session: Session,
    version_id: uuid.UUID,
    key: str,
    fields: Mapping[str, list[str]],
    receipts: Receipts,
    on: date,
) -> tuple[str, date]:
    """Keep a form for later, or keep it anew; its code and its last day.

    Raises:
        Refusal: when the form's key is none.
    """
    if not KEY.fullmatch(key):
        raise Refusal(_("The form was damaged on the way. Your text is kept: send again."))
    codes = DraftCodes(receipts)
    code = codes.code_for(key)
    last_day = on + KEPT_FOR
    session.execute(delete(Draft).where(Draft.code_hash == codes.hash_of(code)))
    session.add(
        Draft(
            code_hash=codes.hash_of(code),
            answer_hash=codes.answer_hash_of(receipts.code_for(key)),
            version_id=version_id,
            fields={name: list(values) for name, values in fields.items()} | {"key": [key]},
            expires_on=last_day,
        )
    )
    session.flush()
    return code, last_day


def draft_of(session: Session, code: str, receipts: Receipts, on: date) -> Draft | None:
    """The draft that a code opens, unless its last day has passed."""
    found = session.get(Draft, DraftCodes(receipts).hash_of(code))
    return found if found is not None and found.expires_on >= on else None


@also_erase
def erase_draft(session: Session, code: str, receipts: Receipts) -> None:
    """Erase the draft of an answer that was sent or withdrawn; ``code`` is its receipt code."""
    answer_hash = DraftCodes(receipts).answer_hash_of(code)
    session.execute(delete(Draft).where(Draft.answer_hash == answer_hash))


def erase_expired(session: Session, on: date) -> int:
    """Erase the drafts whose last day is before ``on``; the number of them."""
    gone = session.execute(delete(Draft).where(Draft.expires_on < on))
    return int(gone.rowcount) if isinstance(gone, CursorResult) else 0


@every_minute
def sweep() -> None:
    """Erase what nobody came back to."""
    gone = erase_expired(current_session(), today())
    current_session().commit()
    if gone:
        truncate_wal()
