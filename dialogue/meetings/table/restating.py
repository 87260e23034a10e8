"""A note says something else: what was meant when it was read back, or what its teller wants.

Whoever wrote it down changes it until the desk has read it. The person who said it changes it with
their code at any time; then the words are their own, and count as word for word. Either way the old
words are gone, from every version of the minutes too: a draft says the new words, what went out
already lacks the note, because those who came confirmed other words.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.meetings.models import Manner, Minutes, MinutesLine, MinutesState, TableNote
from dialogue.meetings.table.noting import check_words
from dialogue.voices import corrections
from dialogue.voices.erasure import words_go
from dialogue.voices.models import Contribution, DeskState, Story, Use
from dialogue.voices.receipts import Receipts

_elsewhere: list[Callable[[Session, uuid.UUID], None]] = []


def also_said(
    forget: Callable[[Session, uuid.UUID], None],
) -> Callable[[Session, uuid.UUID], None]:
    """Let another part forget what a contribution said there, once its teller says otherwise."""
    _elsewhere.append(forget)
    return forget


def rewrite(
    session: Session, note: TableNote, text: str, receipts: Receipts, on: date, *, read: bool = True
) -> None:
    """Let a note say what its teller meant; ``read`` tells that it was read back to them.

    Raises:
        Refusal: when there are no words, or somebody has begun to work with the note.
    """
    if _story_of(note).desk != DeskState.WAITING:
        raise Refusal(_("The note has been read at the desk, so it is not changed here any more."))
    check_words(text)
    if text != _story_of(note).text:
        _say_instead(session, note, text, receipts, on)
        note.read_back = note.read_back or read
        session.flush()


def restate(
    session: Session, code: str, text: str, *, quotable: bool, receipts: Receipts, on: date
) -> bool:
    """Let the note that a code opens say what its teller wants; False when it opens none.

    A note whose words change, or may no longer be quoted, is read anew, and its old words leave
    what was published. In a live room the saying goes with its votes: people voted on other words.

    Raises:
        Refusal: when there are no words.
    """
    note = note_behind(session, code, receipts)
    if note is None:
        return False
    check_words(text)
    contribution, before = note.contribution, note.contribution.allows(Use.QUOTE)
    same = text == _story_of(note).text
    if same and quotable == before:
        return True
    kept = [each for each in contribution.uses if each != Use.QUOTE]
    contribution.uses = [*kept, Use.QUOTE.value] if quotable else kept
    note.manner, note.read_back = Manner.VERBATIM, True
    if not same or before:
        _say_instead(session, note, text, receipts, on)
    if not same:
        for forget in _elsewhere:
            forget(session, note.contribution_id)
    session.flush()
    audit.record(session, "note changed", contribution.dialogue_id, by="receipt")
    return True


def note_behind(session: Session, code: str, receipts: Receipts) -> TableNote | None:
    """The note of a receipt code, held until the change is kept; None when it opens no note."""
    mine = Contribution.receipt_hash == receipts.hash_of(code)
    found = session.scalars(select(Contribution).where(mine).with_for_update()).first()
    return session.get(TableNote, found.id) if found is not None else None


def _story_of(note: TableNote) -> Story:
    return note.contribution.stories[0]


def _say_instead(
    session: Session, note: TableNote, text: str, receipts: Receipts, on: date
) -> None:
    """Put other words where a note's words were, and remember that the old ones must not return."""
    contribution, story = note.contribution, _story_of(note)
    body = [str(note.table_id), text, *sorted(str(use) for use in contribution.uses)]
    digest = hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).digest()
    corrections.remember(session, contribution, receipts, on)
    corrections.forget(session, contribution.receipt_hash, digest, receipts)
    contribution.content_hash = digest
    new = Story(
        contribution_id=contribution.id,
        dialogue_id=story.dialogue_id,
        question=story.question,
        text=text,
        lang=story.lang,
        area=story.area,
    )
    words_go(session, [story])
    session.execute(delete(Story).where(Story.id == story.id))
    session.expunge(story)
    session.expire(contribution, ["stories"])
    session.add(new)
    _say_so_in_minutes(session, note, text)
    session.flush()


def _say_so_in_minutes(session: Session, note: TableNote, text: str) -> None:
    lines = (
        select(MinutesLine, Minutes.state)
        .join(Minutes, Minutes.id == MinutesLine.minutes_id)
        .where(MinutesLine.contribution_id == note.contribution_id)
    )
    for line, state in session.execute(lines).all():
        if state == MinutesState.DRAFT:
            line.text = text
        else:
            session.delete(line)
