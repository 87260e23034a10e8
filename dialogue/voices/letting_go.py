"""Letting go: what residents said in a dialogue is deleted on the day its keeping ends.

It goes as it goes when somebody withdraws: with its words wherever they were quoted, published
pages included. Published counts, the answer and the follow-up stay. Of each answer a keyed hash of
its receipt is kept, so that the code still tells when it went and leads to what came of it.

A worker does it a stretch at a time, each in its own transaction: whoever is stopped in the middle
goes on where it was. A backup that is restored is emptied the same way within a minute.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.db import session as current_session
from dialogue.ground.db import truncate_wal
from dialogue.ground.jobs import every_minute
from dialogue.hosts.models import Dialogue
from dialogue.hosts.retention import Ending, keeping_ends, over_with_rule
from dialogue.voices.erasure import LetGoReceipt, words_go
from dialogue.voices.models import Contribution, Story

STRETCH = 100
A_MINUTE = 3_000
"""So many answers at most are deleted in one minute's round; the next round goes on."""
_also: list[Callable[[Session, uuid.UUID], None]] = []


def also_let_go(
    forget: Callable[[Session, uuid.UUID], None],
) -> Callable[[Session, uuid.UUID], None]:
    """Let another part delete what residents said in a dialogue that hangs on no answer.

    It is called when a dialogue's last answers have gone, and must not mind that nothing is left.
    """
    _also.append(forget)
    return forget


def due(session: Session, on: date) -> list[tuple[Dialogue, Ending]]:
    """The dialogues whose stories are to go on this day, or were on an earlier one."""
    ends = [(each, keeping_ends(session, each)) for each in over_with_rule(session)]
    return [(each, end) for each, end in ends if end is not None and end.on <= on]


def let_go_stretch(session: Session, dialogue: Dialogue) -> int:
    """Delete some of a dialogue's answers with all that was taken from them; how many."""
    mine = select(Contribution).where(Contribution.dialogue_id == dialogue.id)
    going = session.scalars(mine.order_by(Contribution.id).limit(STRETCH)).all()
    keys = [each.id for each in going]
    told = session.scalars(select(Story).where(Story.contribution_id.in_(keys))).all()
    words_go(session, told)
    for each in going:
        session.merge(LetGoReceipt(receipt_hash=each.receipt_hash, dialogue_id=dialogue.id))
    session.flush()
    session.execute(delete(Contribution).where(Contribution.id.in_(keys)))
    for gone in (*told, *going):
        session.expunge(gone)
    return len(keys)


def let_go(session: Session, on: date, at_most: int = A_MINUTE) -> int:
    """Delete what is no longer kept on this day, and commit each stretch; how many answers."""
    gone = 0
    for dialogue, end in due(session, on):
        here = 0
        while gone < at_most and (stretch := let_go_stretch(session, dialogue)):
            session.commit()
            gone, here = gone + stretch, here + stretch
        if gone >= at_most:
            break
        if here or dialogue.let_go_on is None:
            for forget in _also:
                forget(session, dialogue.id)
            dialogue.let_go_on = dialogue.let_go_on or on
            audit.record(
                session, "stories let go", dialogue.id, by="machine",
                answers=here, decision=end.by.retention, organisation=end.by.slug,
            )  # fmt: skip
        session.commit()
    return gone


def let_go_in(session: Session, receipt_hash: bytes) -> Dialogue | None:
    """The dialogue in which an answer with this receipt was kept until its time ran out."""
    found = session.get(LetGoReceipt, receipt_hash)
    return None if found is None else session.get(Dialogue, found.dialogue_id)


@every_minute
def sweep() -> None:
    """Let go of what has had its time."""
    if let_go(current_session(), today()):
        truncate_wal()
