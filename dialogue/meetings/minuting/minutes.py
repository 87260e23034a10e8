"""The minutes: drafted from notes that were read back, edited, confirmed by those who came, locked.

A note's words are not edited here, only left out. A version that has gone out for confirmation
stands; a change makes a new one, which goes out again. A note that its teller withdraws leaves
every version, and its place says so.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.meetings.models import (
    Meeting,
    MeetingState,
    Minutes,
    MinutesAnswer,
    MinutesLine,
    MinutesState,
    Verdict,
)
from dialogue.meetings.table.noting import Heard, notes_of
from dialogue.meetings.table.ordering import themes_of
from dialogue.voices.receipts import KEY, Receipts

DAYS = timedelta(days=7)
HEADING, TEXT, NOTE = "heading", "text", "note"
LONGEST_LINE = 4000


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many of those who came say that the minutes are right, wrong, or lack something."""

    confirm: int = 0
    correct: int = 0
    missing: int = 0


def draft(session: Session, meeting: Meeting, language: str, *, by: User, on: date) -> Minutes:
    """A first version from the notes that were read back and ticked.

    Raises:
        Refusal: when the meeting is not over, has minutes already, or no note was read back.
    """
    if meeting.state != MeetingState.HELD:
        raise Refusal(_("Close the meeting first. Then its notes become minutes."))
    if newest(session, meeting) is not None:
        raise Refusal(_("The meeting has minutes already."))
    notes = [note for note in notes_of(session, meeting) if note.read_back]
    if not notes:
        raise Refusal(_("No note was read back and ticked, so there is nothing to draft from."))
    with force_locale(language):
        lines = list(_drafted(session, meeting, notes))
    made = Minutes(
        meeting_id=meeting.id, number=1, lang=language, notes=len(notes), made_on=on, made_by=by.id
    )
    made.meeting = meeting
    made.lines = lines
    return _made(session, made, by)


def _drafted(session: Session, meeting: Meeting, notes: Sequence[Heard]) -> Iterator[MinutesLine]:
    place = iter(range(1, 100_000))

    def line(kind: str, text: str, note: uuid.UUID | None = None) -> MinutesLine:
        return MinutesLine(place=next(place), kind=kind, text=text, contribution_id=note)

    people = meeting.closing.get("people")
    if isinstance(people, int) and people:
        yield line(HEADING, _("Who took part"))
        yield line(TEXT, ngettext("%(num)d person took part.", "%(num)d people took part.", people))
    names = {table.id: table.name for table in meeting.tables}
    for table_id in [*names, None]:
        said = [note for note in notes if note.table_id == table_id]
        if said:
            yield line(HEADING, names.get(table_id, "") if table_id else _("Without a table"))
            for note in said:
                yield line(NOTE, note.text, note.id)
    themes = themes_of(session, meeting)
    if themes:
        yield line(HEADING, _("What the room put first"))
        for number, theme in enumerate(themes, start=1):
            dots = ngettext("%(num)d dot", "%(num)d dots", theme.dots) if theme.dots else ""
            yield line(TEXT, f"{number}. {theme.words}" + (f" ({dots})" if dots else ""))
    for name, heading in (("barriers", _("What stood in the way")), ("mood", _("How it was"))):
        if meeting.closing.get(name):
            yield line(HEADING, heading)
            yield line(TEXT, str(meeting.closing[name]))


def edit(
    session: Session,
    minutes: Minutes,
    texts: Mapping[uuid.UUID, str],
    left_out: Sequence[uuid.UUID],
    added: str,
    *,
    by: User,
) -> None:
    """Change the headings and sentences of a draft, leave notes out, add a paragraph last.

    A line whose text becomes empty goes. ``left_out`` names notes; their words stay as they are.

    Raises:
        Refusal: when the version has gone out already.
    """
    if minutes.state != MinutesState.DRAFT:
        raise Refusal(_("This version has gone out. Make a new one to change it."))
    for line in list(minutes.lines):
        if line.kind == NOTE:
            if line.id in left_out:
                minutes.lines.remove(line)
        elif line.id in texts:
            line.text = texts[line.id][:LONGEST_LINE]
            if not line.text:
                minutes.lines.remove(line)
    if added:
        last = max((line.place for line in minutes.lines), default=0)
        minutes.lines.append(MinutesLine(place=last + 1, kind=TEXT, text=added[:LONGEST_LINE]))
    session.flush()
    audit.record(session, "minutes edited", minutes.meeting_id, by.id, number=minutes.number)


def send_out(session: Session, minutes: Minutes, *, by: User, on: date) -> None:
    """Ask those who came whether the minutes are right; they have seven days."""
    if minutes.state != MinutesState.DRAFT:
        raise Refusal(_("This version has gone out already."))
    if not minutes.lines:
        raise Refusal(_("There is nothing in the minutes."))
    for before in versions_of(session, minutes.meeting):
        if before.state == MinutesState.OUT:
            before.state = MinutesState.REPLACED
    minutes.state, minutes.sent_on, minutes.answer_by = MinutesState.OUT, on, on + DAYS
    session.flush()
    audit.record(session, "minutes sent out", minutes.meeting_id, by.id, number=minutes.number)


def new_version(session: Session, minutes: Minutes, *, by: User, on: date) -> Minutes:
    """A draft with the same lines, to change after what those who came have said."""
    newest_one = newest(session, minutes.meeting)
    if newest_one is not minutes or minutes.state != MinutesState.OUT:
        raise Refusal(_("Only the version that is out for confirmation gets a new one."))
    made = Minutes(
        meeting_id=minutes.meeting_id, number=minutes.number + 1, lang=minutes.lang,
        notes=minutes.notes, made_on=on, made_by=by.id,
    )  # fmt: skip
    made.meeting = minutes.meeting
    made.lines = [
        MinutesLine(
            place=line.place, kind=line.kind, text=line.text, contribution_id=line.contribution_id
        )
        for line in minutes.lines
    ]
    return _made(session, made, by)


def answer(
    session: Session, minutes: Minutes, verdict: Verdict, text: str, *, key: str,
    receipts: Receipts, on: date,
) -> None:  # fmt: skip
    """What somebody who came says of the minutes, kept once for each form.

    Raises:
        Refusal: when the time is out, or a correction says nothing.
    """
    if not KEY.fullmatch(key):
        raise Refusal(_("The form was damaged on the way. Your text is kept: send again."))
    if minutes.state != MinutesState.OUT or minutes.answer_by is None or on > minutes.answer_by:
        raise Refusal(_("The time to confirm the minutes is over."))
    if verdict != Verdict.CONFIRM and not text:
        raise Refusal(_("Write what is wrong, or what is missing."))
    kept = receipts.hash_of(f"minutes {minutes.id} {key}")
    same = select(MinutesAnswer).where(MinutesAnswer.key_hash == kept)
    if session.scalars(same).first() is not None:
        return
    try:
        with session.begin_nested():
            session.add(
                MinutesAnswer(
                    minutes_id=minutes.id, key_hash=kept, verdict=verdict,
                    text=text[:LONGEST_LINE], received_on=on,
                )
            )  # fmt: skip
    except IntegrityError:
        return


def answers_to(session: Session, minutes: Minutes) -> Sequence[MinutesAnswer]:
    """What those who came have said, corrections first; not in the order in which it came."""
    mine = select(MinutesAnswer).where(MinutesAnswer.minutes_id == minutes.id)
    return session.scalars(mine.order_by(MinutesAnswer.verdict.desc(), MinutesAnswer.id)).all()


def confirmed(session: Session, minutes: Minutes) -> Confirmed:
    """How many have said what."""
    mine = select(MinutesAnswer.verdict, func.count()).where(MinutesAnswer.minutes_id == minutes.id)
    counted = session.execute(mine.group_by(MinutesAnswer.verdict))
    return Confirmed(**{str(verdict): number for verdict, number in counted})


def lock(session: Session, minutes: Minutes, *, by: User, on: date) -> None:
    """Seal the minutes when the seven days are over. Nobody changes them after that.

    Raises:
        Refusal: when they are not out, the days are not over, or a newer version waits.
    """
    if minutes.state != MinutesState.OUT or minutes.answer_by is None:
        raise Refusal(_("Only minutes that are out for confirmation can be locked."))
    if newest(session, minutes.meeting) is not minutes:
        raise Refusal(_("There is a newer version. Send it out, or leave it, before you lock."))
    if on <= minutes.answer_by:
        raise Refusal(
            _("Those who came have until %(day)s to answer.", day=minutes.answer_by.isoformat())
        )
    minutes.state, minutes.locked_on, minutes.digest = MinutesState.LOCKED, on, seal_of(minutes)
    session.flush()
    audit.record(
        session, "minutes locked", minutes.meeting_id, by.id,
        number=minutes.number, digest=minutes.digest,
    )  # fmt: skip


def publish(session: Session, minutes: Minutes, *, by: User, on: date) -> None:
    """Put locked minutes on the meeting's public page."""
    if minutes.state != MinutesState.LOCKED:
        raise Refusal(_("Lock the minutes before you publish them."))
    minutes.published_on = on
    session.flush()
    audit.record(session, "minutes published", minutes.meeting_id, by.id, number=minutes.number)


def leave_draft(session: Session, minutes: Minutes, *, by: User) -> None:
    """Throw away a draft that never went out."""
    if minutes.state != MinutesState.DRAFT:
        raise Refusal(_("This version has gone out, so it is kept."))
    session.delete(minutes)
    session.flush()
    audit.record(session, "minutes draft left", minutes.meeting_id, by.id, number=minutes.number)


def versions_of(session: Session, meeting: Meeting) -> Sequence[Minutes]:
    """Every version, the newest first."""
    mine = select(Minutes).where(Minutes.meeting_id == meeting.id)
    return session.scalars(mine.order_by(Minutes.number.desc())).all()


def newest(session: Session, meeting: Meeting) -> Minutes | None:
    """The newest version, or None."""
    return next(iter(versions_of(session, meeting)), None)


def out_now(session: Session, meeting: Meeting, on: date) -> Minutes | None:
    """The version that those who came may answer today, or None."""
    mine = select(Minutes).where(
        Minutes.meeting_id == meeting.id,
        Minutes.state == MinutesState.OUT,
        Minutes.answer_by >= on,
    )
    return session.scalars(mine).first()


def published(session: Session, meeting: Meeting) -> Minutes | None:
    """The minutes that everybody may read, or None."""
    mine = select(Minutes).where(
        Minutes.meeting_id == meeting.id,
        Minutes.state == MinutesState.LOCKED,
        Minutes.published_on.is_not(None),
    )
    return session.scalars(mine).first()


def withdrawn_since(minutes: Minutes) -> bool:
    """Whether a note has been withdrawn by its teller since the minutes were locked."""
    return bool(minutes.digest) and seal_of(minutes) != minutes.digest


def seal_of(minutes: Minutes) -> str:
    """SHA-256 over the lines in their order."""
    body = [[line.kind, line.text] for line in minutes.lines]
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()


def _made(session: Session, made: Minutes, by: User) -> Minutes:
    session.add(made)
    session.flush()
    audit.record(session, "minutes drafted", made.meeting_id, by.id, number=made.number)
    return made
