"""Votes in a live room: each phone has one vote on each saying, and the last one counts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.meetings.live.models import LiveRoom, LiveSaying, LiveVote, SayingKind, SayingState
from dialogue.meetings.live.results import ballots_of, is_news, new_release

AGREE, PASS, DISAGREE = 1, 0, -1
CHOICES = {SayingKind.STATEMENT: (AGREE, PASS, DISAGREE), SayingKind.QUESTION: (AGREE, PASS)}
"""What may be voted: on a question only "I wonder too", which can be taken back."""
COUNTED = (SayingState.SHOWN, SayingState.TAKEN_UP)


def cast(session: Session, voter: bytes, saying: uuid.UUID, choice: int) -> None:
    """Keep a vote, in the place of an earlier one from the same phone on the same saying.

    One statement in the database, so that two presses at once leave one row. The caller has
    checked that the saying may be voted on.
    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = insert(LiveVote).values(voter=voter, saying_id=saying, choice=choice)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["voter", "saying_id"], set_={"choice": row.excluded.choice}
        )
    )


def votes_of(session: Session, voter: bytes) -> dict[uuid.UUID, int]:
    """What one phone has voted, by saying."""
    mine = select(LiveVote.saying_id, LiveVote.choice).where(LiveVote.voter == voter)
    return {row[0]: row[1] for row in session.execute(mine)}


def seats_that_voted(session: Session, room: LiveRoom) -> int:
    """How many phones have voted in the room."""
    return (
        session.scalar(
            select(func.count(func.distinct(LiveVote.voter)))
            .join(LiveSaying, LiveSaying.id == LiveVote.saying_id)
            .where(LiveSaying.room_id == room.id)
        )
        or 0
    )


def support_of(session: Session, room: LiveRoom) -> Mapping[uuid.UUID, int]:
    """How many wonder about each question that is on the screen."""
    rows = session.execute(
        select(LiveVote.saying_id, func.count())
        .join(LiveSaying, LiveSaying.id == LiveVote.saying_id)
        .where(
            LiveSaying.room_id == room.id,
            LiveSaying.kind == SayingKind.QUESTION,
            LiveVote.choice == AGREE,
        )
        .group_by(LiveVote.saying_id)
    )
    return {row[0]: row[1] for row in rows}


def show_result(session: Session, room: LiveRoom, smallest: int, by: uuid.UUID | str) -> None:
    """Let the screen show how the room has voted, as :mod:`live_results` allows it.

    Raises:
        Refusal: when fewer than ``smallest`` phones have voted, or too few votes are new.
    """
    rows = session.execute(
        select(LiveVote.voter, LiveVote.saying_id, LiveVote.choice)
        .join(LiveSaying, LiveSaying.id == LiveVote.saying_id)
        .where(
            LiveSaying.room_id == room.id,
            LiveSaying.kind == SayingKind.STATEMENT,
            LiveSaying.state.in_(COUNTED),
        )
    )
    ballots = ballots_of([(voter, saying, choice) for voter, saying, choice in rows])
    if len(ballots.votes) < smallest:
        raise Refusal(_("A result is shown when at least %(num)d people have voted.", num=smallest))
    release = new_release(ballots, room.release, smallest)
    if not is_news(release, room.release):
        raise Refusal(
            _(
                "Nothing new to show yet. A figure changes when at least %(num)d new votes have "
                "come, so that nobody's vote can be seen.",
                num=smallest,
            )
        )
    room.release = release
    audit.record(session, "live result shown", room.meeting_id, by=by, number=release["number"])
