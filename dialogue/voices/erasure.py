"""Withdrawal: what was said is gone; what remains is that something was withdrawn."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ForeignKey, LargeBinary, Select, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.ground import audit
from dialogue.ground.db import UNORDERED, Base, truncate_wal
from dialogue.ground.jobs import every_minute
from dialogue.voices import corrections, erasure_list
from dialogue.voices.models import Contribution, Story
from dialogue.voices.receipts import Receipts, receipts

_also: list[Callable[[Session, str, Receipts], None]] = []
_again: list[Callable[[Session, Select[Any]], None]] = []
_unjoined: list[Unjoined] = []
_before: list[Callable[[Session, Sequence[Story]], None]] = []
RUN = 5
"""So many words in a row, the same as in a story, are its teller's words."""


class Erasure(Base):
    """The keyed hashes of a withdrawn receipt: reapplied after a backup is restored.

    ``background_hash`` is what the background answers of the same receipt are found by. It is
    kept only here, once both are gone.
    """

    __tablename__ = "erasure"
    __table_args__ = UNORDERED

    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    background_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    erased_on: Mapped[date]


class LetGoReceipt(Base):
    """That an answer with this receipt was kept until its time ran out, and in which dialogue."""

    __tablename__ = "let_go_receipt"
    __table_args__ = UNORDERED

    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))


def taken_back(session: Session) -> tuple[int, int, int]:
    """How many answers were ever withdrawn, changed in their words, or let go when their time had
    run out: what was counted before one of these grew no longer holds."""
    withdrawn, changed, let_go = (
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Erasure, corrections.Correction, LetGoReceipt)
    )
    return withdrawn, changed, let_go


def also_erase(
    erase: Callable[[Session, str, Receipts], None],
) -> Callable[[Session, str, Receipts], None]:
    """Let another part remove what only the code can find."""
    _also.append(erase)
    return erase


def also_erase_again(
    erase: Callable[[Session, Select[Any]], None],
) -> Callable[[Session, Select[Any]], None]:
    """Let another part erase again what a backup brought back.

    It is given a query for the background hashes of every withdrawn receipt.
    """
    _again.append(erase)
    return erase


@dataclass(frozen=True, slots=True)
class Unjoined:
    """What another part keeps under a receipt before it is a contribution.

    ``held`` tells whether there is anything under the hash of a receipt, ``take_back`` removes it
    and tells whether there was, and ``take_back_again`` removes what a restored backup put back:
    it is given a query for the hashes of every withdrawn receipt, and tells how much it was.
    """

    held: Callable[[Session, bytes], bool]
    take_back: Callable[[Session, bytes], bool]
    take_back_again: Callable[[Session, Select[Any]], int]


def also_withdraw(part: Unjoined) -> None:
    """Let what another part keeps be withdrawn with its receipt, before it is a contribution."""
    _unjoined.append(part)


def is_unjoined(session: Session, code: str, receipts: Receipts) -> bool:
    """Whether a code opens words that are not a contribution yet."""
    receipt_hash = receipts.hash_of(code)
    return any(part.held(session, receipt_hash) for part in _unjoined)


def note_withdrawal(
    session: Session, receipt_hash: bytes, on: date, background: bytes | None = None
) -> None:
    """Remember a withdrawn receipt, in the database and in the list beside it."""
    _remember(session, receipt_hash, background, on)
    kept = {} if background is None else {"background": background}
    erasure_list.note(session, on, receipt=receipt_hash, **kept)


def before_words_go(
    forget: Callable[[Session, Sequence[Story]], None],
) -> Callable[[Session, Sequence[Story]], None]:
    """Let another part forget words that it took from stories, while these can still be read."""
    _before.append(forget)
    return forget


def words_go(session: Session, stories: Sequence[Story]) -> None:
    """Tell those who keep words from these stories that they are about to be gone."""
    for forget in _before:
        forget(session, stories)


def repeats(words: str, story: str) -> bool:
    """Whether ``words`` hold :data:`RUN` words in a row from ``story``, or are all from it."""
    said, told = (re.findall(r"\w+", each.casefold()) for each in (words, story))
    run = min(RUN, len(said))
    runs = {tuple(told[at : at + run]) for at in range(len(told) - run + 1)}
    return run > 0 and any(tuple(said[at : at + run]) in runs for at in range(len(said) - run + 1))


class HasWords(Protocol):
    """Something that says words by language, or by name."""

    words: dict[str, str]


def leave_out_repeats(rows: Iterable[tuple[HasWords, uuid.UUID]], stories: Sequence[Story]) -> None:
    """Empty the words that repeat a story that goes: ``rows`` are what says them, and its key."""
    told = {story.id: story.text for story in stories}
    for row, story in rows:
        row.words = {
            name: "" if repeats(text, told[story]) else text for name, text in row.words.items()
        }


def withdraw(session: Session, code: str, receipts: Receipts, on: date) -> bool:
    """Erase the contribution that a code opens; False when there is none.

    The story goes with its vector, its places in themes and its quotes, published ones included.
    Counts that were published stay as they were. What has not become a contribution yet goes too.
    """
    receipt_hash = receipts.hash_of(code)
    contribution = session.scalars(
        select(Contribution).where(Contribution.receipt_hash == receipt_hash)
    ).first()
    if contribution is None:
        taken = [part.take_back(session, receipt_hash) for part in _unjoined]
        if any(taken):
            note_withdrawal(session, receipt_hash, on)
        return any(taken)
    words_go(session, contribution.stories)
    session.execute(delete(Contribution).where(Contribution.id == contribution.id))
    session.expunge(contribution)
    for erase in _also:
        erase(session, code, receipts)
    note_withdrawal(session, receipt_hash, on, receipts.background_hash_of(code))
    audit.record(session, "contribution withdrawn", contribution.dialogue_id, by="receipt")
    return True


@every_minute
def empty_the_log() -> None:
    """Empty SQLite's write-ahead log of what was withdrawn while somebody else was reading."""
    truncate_wal()


def erased_on(session: Session, code: str, receipts: Receipts) -> date | None:
    """The day a code's contribution was withdrawn, or None."""
    found = session.get(Erasure, receipts.hash_of(code))
    return found.erased_on if found else None


def reapply(session: Session, text: str = "") -> int:
    """Erase again what a restored backup brought back; the number of voices erased.

    That is what was withdrawn, and what was corrected and has its old words again. ``text`` is
    the list that was kept beside the database: what it says is brought into the tables first.

    Raises:
        Refusal: when a line of the list cannot be read.
    """
    for on, hashes in erasure_list.read(text):
        if "old_words" in hashes:
            corrections.remember_again(session, hashes["receipt"], hashes["old_words"], on)
        elif "stands" in hashes:
            corrections.forget_again(session, hashes["receipt"], hashes["stands"])
        else:
            _remember(session, hashes["receipt"], hashes.get("background"), on)
    session.flush()
    hashes_of = select(Erasure.receipt_hash)
    revived = list(
        session.scalars(select(Contribution.id).where(Contribution.receipt_hash.in_(hashes_of)))
    )
    revived += [each.id for each in corrections.revived(session, receipts())]
    told = select(Story).where(Story.contribution_id.in_(revived))
    words_go(session, session.scalars(told).all())
    session.execute(delete(Contribution).where(Contribution.id.in_(revived)))
    backgrounds = select(Erasure.background_hash).where(Erasure.background_hash.is_not(None))
    for erase in _again:
        erase(session, backgrounds)
    return len(revived) + sum(each.take_back_again(session, hashes_of) for each in _unjoined)


def _remember(session: Session, receipt_hash: bytes, background: bytes | None, on: date) -> None:
    found = session.get(Erasure, receipt_hash)
    if found is None:
        session.add(Erasure(receipt_hash=receipt_hash, background_hash=background, erased_on=on))
    elif background is not None:
        found.background_hash = background
