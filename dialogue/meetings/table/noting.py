"""What is said at a table: one note, one voice, kept once and treated as any other answer.

A note is a contribution with a story; what is kept beside it is where it was said, how it was
written down, and whether it was read back to the person who said it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.meetings.models import (
    Manner,
    Meeting,
    MeetingFormat,
    MeetingState,
    MeetingTable,
    TableNote,
)
from dialogue.voices.erasure import erased_on
from dialogue.voices.models import Channel, Contribution, DeskState, Story, Use, Voice
from dialogue.voices.receipts import KEY, Receipts

QUESTION = "bordet"
"""The question that a note answers, by its id."""
CONSENT_VERSION = "table-1"
LONGEST_NOTE = 4000


class OtherWords(Refusal):
    """The key was used for a note with other words."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was written down, in somebody's words."""

    text: str
    manner: Manner
    voice: Voice
    lang: str
    read_back: bool = False
    quotable: bool = False


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note that is kept, and the receipt code for the person who said it."""

    code: str
    note: TableNote
    again: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A note with its words, as those who wrote it see it."""

    id: uuid.UUID
    text: str
    manner: Manner
    read_back: bool
    table_id: uuid.UUID | None
    quotable: bool
    changeable: bool


def hours_of(meeting: Meeting) -> tuple[datetime, datetime]:
    """From when and until when the table code opens the meeting (UTC), margins included."""
    before, after = (
        timedelta(minutes=meeting.margin_before),
        timedelta(minutes=meeting.margin_after),
    )
    return meeting.starts_at - before, meeting.ends_at + after


def tables_open(meeting: Meeting, at: datetime) -> bool:
    """Whether the tables may be opened with the code at this time (UTC)."""
    opens, closes = hours_of(meeting)
    return meeting.state in (MeetingState.OPEN, MeetingState.HELD) and opens <= at < closes


def keep_note(
    session: Session,
    meeting: Meeting,
    table: MeetingTable,
    note: Note,
    *,
    key: str,
    receipts: Receipts,
    on: date,
) -> KeptNote:
    """Keep a note, exactly once for each key.

    Raises:
        Refusal: when there are no words, or something does not go together.
        OtherWords: when the key was used for another note, or for one that was withdrawn.
    """
    if not KEY.fullmatch(key):
        raise Refusal(_("The form was damaged on the way. Your text is kept: send again."))
    _check(note)
    code = receipts.code_for(key)
    kept = receipts.hash_of(code)
    found = _kept_before(session, meeting, kept)
    if found is None and erased_on(session, code, receipts) is not None:
        raise OtherWords(_("The note has been withdrawn by the person who said it."))
    if found is None:
        try:
            with session.begin_nested():
                made = _keep(session, meeting, table, note, kept, on)
            return KeptNote(code, made, again=False)
        except IntegrityError:
            found = _kept_before(session, meeting, kept)
            if found is None:
                raise
    if found.contribution.content_hash != _digest(table, note):
        raise OtherWords(_("A note from this form is kept already, with other words than these."))
    return KeptNote(code, found, again=True)


def tick_read_back(session: Session, note: TableNote) -> None:
    """The words were read back to the person who said them, and are right."""
    note.read_back = True
    session.flush()


def note_of(session: Session, meeting: Meeting, key: uuid.UUID) -> TableNote | None:
    """A note of this meeting, or None."""
    found = session.get(TableNote, key)
    return found if found is not None and found.meeting_id == meeting.id else None


def notes_of(
    session: Session, meeting: Meeting, table: MeetingTable | None = None
) -> Sequence[Heard]:
    """The meeting's notes, or one table's, in an order that does not tell which came first."""
    mine = (
        select(TableNote, Contribution, Story)
        .join(Contribution, Contribution.id == TableNote.contribution_id)
        .join(Story, Story.contribution_id == Contribution.id)
        .where(TableNote.meeting_id == meeting.id)
    )
    if table is not None:
        mine = mine.where(TableNote.table_id == table.id)
    return tuple(
        Heard(
            note.contribution_id,
            story.text,
            Manner(note.manner),
            note.read_back,
            note.table_id,
            contribution.allows(Use.QUOTE),
            story.desk == DeskState.WAITING,
        )
        for note, contribution, story in session.execute(mine.order_by(TableNote.contribution_id))
    )


def counts_of(session: Session, meeting: Meeting) -> dict[uuid.UUID | None, int]:
    """How many notes each table has."""
    mine = select(TableNote.table_id, func.count()).where(TableNote.meeting_id == meeting.id)
    return dict(session.execute(mine.group_by(TableNote.table_id)).all())


def close_room(
    session: Session, meeting: Meeting, *, people: int, barriers: str, mood: str
) -> None:
    """The meeting is over: how many took part, what stood in the way, and how it was.

    Raises:
        Refusal: when the number of people is not one.
    """
    if not 0 <= people <= 10_000:
        raise Refusal(_("Write how many took part, as a number."))
    meeting.closing = {"people": people, "barriers": barriers[:2000], "mood": mood[:2000]}
    meeting.state = MeetingState.HELD
    session.flush()
    audit.record(session, "meeting held", meeting.id, by="table code", people=people)


def check_words(text: str) -> None:
    """Refuse a note without words, or with too many.

    Raises:
        Refusal: saying how many it may have.
    """
    if not text or len(text) > LONGEST_NOTE:
        raise Refusal(_("Write what was said, with at most %(num)d characters.", num=LONGEST_NOTE))


def _check(note: Note) -> None:
    check_words(note.text)
    if note.quotable and (note.manner != Manner.VERBATIM or not note.read_back):
        raise Refusal(
            _("Only a note written word for word, and read back, may be published as a quote.")
        )


def _kept_before(session: Session, meeting: Meeting, receipt_hash: bytes) -> TableNote | None:
    same = (
        select(TableNote)
        .join(Contribution, Contribution.id == TableNote.contribution_id)
        .where(Contribution.receipt_hash == receipt_hash, TableNote.meeting_id == meeting.id)
    )
    return session.scalars(same).first()


def _keep(
    session: Session,
    meeting: Meeting,
    table: MeetingTable,
    note: Note,
    receipt_hash: bytes,
    on: date,
) -> TableNote:
    contribution = Contribution(
        dialogue_id=meeting.dialogue_id,
        receipt_hash=receipt_hash,
        content_hash=_digest(table, note),
        channel=Channel.PHONE if meeting.format == MeetingFormat.PHONE else Channel.TABLE,
        voice=note.voice,
        lang=note.lang,
        received_on=on,
        uses=list(_uses(note)),
        consent_version=CONSENT_VERSION,
        stories=[
            Story(
                dialogue_id=meeting.dialogue_id,
                question=QUESTION,
                text=note.text,
                lang=note.lang,
                area=meeting.area,
            )
        ],
    )
    session.add(contribution)
    session.flush()
    made = TableNote(
        contribution_id=contribution.id,
        meeting_id=meeting.id,
        table_id=table.id,
        manner=note.manner,
        read_back=note.read_back,
        contribution=contribution,
    )
    session.add(made)
    session.flush()
    return made


def _uses(note: Note) -> Iterator[str]:
    yield Use.ANALYSIS.value
    if note.quotable:
        yield Use.QUOTE.value


def _digest(table: MeetingTable, note: Note) -> bytes:
    """What makes a note that is sent again the same note."""
    body = [str(table.id), note.text, note.manner, note.voice, note.lang, note.quotable]
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).digest()
