"""Rules of a live room: opening and closing it, what may be said, and what the room is shown."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.meetings.live.models import (
    LiveRoom,
    LiveSaying,
    LiveVote,
    RoomState,
    SayingKind,
    SayingState,
)
from dialogue.meetings.models import Manner, Meeting, TableNote
from dialogue.voices.erasure import erased_on
from dialogue.voices.models import Channel, Contribution, Story, Use, Voice
from dialogue.voices.receipts import KEY, Receipts

LETTERS = "23456789BCDFGHJKMPQRTVWXYZ"
"""What a room's code is made of: no letter that is mistaken for another, none that makes words."""
CODE_LENGTH = 5
LONGEST = 200
"""Characters of a statement or a question: what can be read on a screen from the back row."""
MOST_WAITING = 300
CONSENT_VERSION = "2026-11 room"
QUESTION = "rum"


def open_room(session: Session, meeting: Meeting, by: uuid.UUID | str) -> LiveRoom:
    """The meeting's live room, made when there is none."""
    found = room_of(session, meeting)
    if found is None:
        found = LiveRoom(meeting_id=meeting.id, code=_free_code(session), release={})
        session.add(found)
        session.flush()
        audit.record(session, "live room opened", meeting.id, by=by)
    return found


def room_of(session: Session, meeting: Meeting) -> LiveRoom | None:
    """The live room of a meeting, or None."""
    return session.scalars(select(LiveRoom).where(LiveRoom.meeting_id == meeting.id)).first()


def _free_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))
        if session.scalars(select(LiveRoom.id).where(LiveRoom.code == code)).first() is None:
            return code


def set_state(session: Session, room: LiveRoom, state: RoomState, by: uuid.UUID | str) -> None:
    """Pause, go on or close. A closed room stays closed: what it showed is what it said.

    Raises:
        Refusal: when the room is closed.
    """
    if room.state == RoomState.CLOSED and state != RoomState.CLOSED:
        raise Refusal(_("The room is closed. Its result stands as it was shown."))
    if room.state != state:
        room.state = state
        audit.record(session, "live room set", room.meeting_id, by=by, state=str(state))


class TakenBack(Refusal):
    """These words were taken back under this form's key; nothing was kept."""


def propose(
    session: Session,
    room: LiveRoom,
    *,
    kind: SayingKind,
    text: str,
    lang: str,
    key: str,
    receipts: Receipts,
    quotable: bool = False,
    from_room: bool = True,
) -> tuple[LiveSaying, str]:
    """Take in a statement or a question, once for each key; it and its receipt code.

    What comes from the room waits for the facilitator; what the facilitator writes is shown.

    Raises:
        Refusal: when the room takes no words, or the text is empty or too long.
        TakenBack: when this form's words were taken back: a restored backup would take them away
            once more.
    """
    if not KEY.fullmatch(key):
        raise Refusal(_("The form was damaged on the way. Your text is kept: send again."))
    code = receipts.code_for(key)
    sent = select(LiveSaying).where(LiveSaying.receipt_hash == receipts.hash_of(code))
    if (found := session.scalars(sent).first()) is not None:
        return found, code
    if erased_on(session, code, receipts) is not None:
        raise TakenBack(_("You took these words back. Send once more to give them anyway."))
    words = " ".join(clean_text(text).split())
    _refuse(session, room, words, from_room=from_room)
    saying = LiveSaying(
        room_id=room.id,
        kind=kind,
        text=words,
        lang=lang,
        quotable=quotable,
        from_room=from_room,
        receipt_hash=receipts.hash_of(code),
    )
    try:
        with session.begin_nested():
            session.add(saying)
    except IntegrityError:
        return session.scalars(sent).one(), code
    if not from_room:
        show(session, saying)
    return saying, code


def _refuse(session: Session, room: LiveRoom, words: str, *, from_room: bool) -> None:
    if room.state == RoomState.CLOSED or (from_room and room.state != RoomState.OPEN):
        raise Refusal(_("The room takes no more words right now."))
    if not words:
        raise Refusal(_("Write something first."))
    if len(words) > LONGEST:
        raise Refusal(
            _("Write at most %(most)d characters. It has %(num)d.", most=LONGEST, num=len(words))
        )
    waiting = select(func.count()).where(
        LiveSaying.room_id == room.id, LiveSaying.state == SayingState.WAITING
    )
    if from_room and (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Refusal(_("Very many have written. Wait until the facilitator has read some of it."))


def show(session: Session, saying: LiveSaying) -> None:
    """Put a saying on the screen, last in line; one that was hidden comes back at its place."""
    if not saying.place:
        last = select(func.max(LiveSaying.place)).where(LiveSaying.room_id == saying.room_id)
        saying.place = (session.scalar(last) or 0) + 1
    saying.state = SayingState.SHOWN
    session.flush()


def hide(saying: LiveSaying) -> None:
    """Take a saying off the screen. Its votes stay, and count again if it is shown again."""
    saying.state = SayingState.HIDDEN


def take_up(saying: LiveSaying) -> None:
    """Say that the room has talked about a question.

    Raises:
        Refusal: when it is no question, or not on the screen.
    """
    if saying.kind != SayingKind.QUESTION or saying.state == SayingState.WAITING:
        raise Refusal(_("Only a question on the screen can be taken up."))
    saying.state = SayingState.TAKEN_UP


def saying_in(session: Session, room: LiveRoom, key: uuid.UUID) -> LiveSaying | None:
    """One saying of this room, or None."""
    found = session.get(LiveSaying, key)
    return found if found is not None and found.room_id == room.id else None


def sayings_of(session: Session, room: LiveRoom) -> Sequence[LiveSaying]:
    """Everything said in the room: by place, what has none by its random key."""
    mine = select(LiveSaying).where(LiveSaying.room_id == room.id)
    return session.scalars(mine.order_by(LiveSaying.place, LiveSaying.id)).all()


def bring_in(session: Session, saying: LiveSaying, by: uuid.UUID | str) -> Contribution:
    """Make what somebody in the room wrote a contribution, under the receipt it has already.

    It goes to the coordinators' desk like every other story, and nothing of it is published
    before somebody has read it there.

    Raises:
        Refusal: when the facilitator wrote it, it waits to be read, or it was brought in before.
    """
    if not saying.from_room:
        raise Refusal(_("Only what somebody in the room wrote can be part of the dialogue."))
    if saying.state == SayingState.WAITING:
        raise Refusal(_("Show or hide it first, so that it has been read."))
    if saying.contribution_id is not None:
        raise Refusal(_("It is part of the dialogue already."))
    meeting = session.get_one(Meeting, session.get_one(LiveRoom, saying.room_id).meeting_id)
    uses: list[Any] = [Use.ANALYSIS.value, *([Use.QUOTE.value] if saying.quotable else [])]
    made = Contribution(
        dialogue_id=meeting.dialogue_id,
        receipt_hash=saying.receipt_hash,
        content_hash=hashlib.sha256(saying.text.encode()).digest(),
        channel=Channel.MEETING,
        voice=Voice.SELF,
        lang=saying.lang,
        received_on=today(),
        uses=uses,
        consent_version=CONSENT_VERSION,
        stories=[
            Story(
                dialogue_id=meeting.dialogue_id,
                question=QUESTION,
                text=saying.text,
                lang=saying.lang,
                points={},
                area=meeting.area,
            )
        ],
    )
    session.add(made)
    session.flush()
    session.add(TableNote(contribution_id=made.id, meeting_id=meeting.id, manner=Manner.VERBATIM))
    saying.contribution_id = made.id
    audit.record(session, "saying brought in", made.id, by=by)
    return made


def forget_votes(session: Session, room: LiveRoom, by: uuid.UUID | str) -> int:
    """Remove every vote of a closed room; how many. The result that was shown stays.

    Raises:
        Refusal: when the room is not closed.
    """
    if room.state != RoomState.CLOSED:
        raise Refusal(_("Close the room first. Then the votes can be removed."))
    mine = select(LiveSaying.id).where(LiveSaying.room_id == room.id)
    count = session.scalar(
        select(func.count()).select_from(LiveVote).where(LiveVote.saying_id.in_(mine))
    )
    session.execute(delete(LiveVote).where(LiveVote.saying_id.in_(mine)))
    audit.record(session, "votes removed", room.meeting_id, by=by, count=count or 0)
    return count or 0
