"""Which words of each story the machine has marked, and which of them people let stand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from dialogue.voices.desk_models import StoryScreening
from dialogue.voices.desk_rules import VERSION
from dialogue.voices.models import Story
from dialogue.voices.redaction import Change, when_covered
from dialogue.voices.screening import marks_in

AT_ONCE = 400
Standing = Mapping[tuple[int, int], str]
"""By span that a person let stand: the code of the reason."""


def screen_missing(session: Session, dialogue: uuid.UUID | None = None) -> int:
    """Screen up to :data:`AT_ONCE` stories that were not, or by older rules; how many."""
    done = exists().where(StoryScreening.story_id == Story.id, StoryScreening.rules == VERSION)
    lacking = select(Story).where(~done).limit(AT_ONCE)
    if dialogue is not None:
        lacking = lacking.where(Story.dialogue_id == dialogue)
    found = session.scalars(lacking).all()
    for story in found:
        screen(session, story)
    session.flush()
    return len(found)


def screen(session: Session, story: Story, standing: Standing | None = None) -> StoryScreening:
    """Mark one story's text as it is now; ``standing`` spans were let stand by a person.

    Without them those count that stood so far: newer rules take nobody's decision back.
    """
    row = session.get(StoryScreening, story.id)
    stands = standing if standing is not None else standing_in(row) if row is not None else {}
    marks = [
        {"start": start, "end": end, "kind": kind, "stands": (start, end) in stands}
        | ({"code": stands[start, end]} if (start, end) in stands else {})
        for start, end, kind in marks_in(story.text)
    ]
    if row is None:
        row = StoryScreening(story_id=story.id, dialogue_id=story.dialogue_id, rules=VERSION)
        session.add(row)
    row.rules, row.marks = VERSION, marks
    row.open = sum(not mark["stands"] for mark in marks)
    return row


def screening_of(session: Session, story: Story) -> StoryScreening:
    """What is marked in a story, screened now if it was not."""
    row = session.get(StoryScreening, story.id)
    if row is None or row.rules != VERSION:
        row = screen(session, story)
        session.flush()
    return row


def undecided_marks(
    session: Session, dialogue: uuid.UUID
) -> dict[uuid.UUID, tuple[tuple[int, int], ...]]:
    """By story: the marked spans that nobody has decided on."""
    rows = session.execute(
        select(StoryScreening.story_id, StoryScreening.marks).where(
            StoryScreening.dialogue_id == dialogue, StoryScreening.open > 0
        )
    )
    return {
        story: tuple((mark["start"], mark["end"]) for mark in marks if not mark["stands"])
        for story, marks in rows
    }


def standing_in(row: StoryScreening) -> Standing:
    """The marked spans that a person let stand, with the reason for each.

    Before each had one of its own, all of them were let stand as public.
    """
    return {
        (mark["start"], mark["end"]): mark.get("code", "public")
        for mark in row.marks
        if mark["stands"]
    }


@when_covered
def _screen_again(session: Session, change: Change) -> None:
    row = session.get(StoryScreening, change.story.id)
    before = standing_in(row) if row is not None else {}
    after = {change.shift(start, end): code for (start, end), code in before.items()}
    screen(session, change.story, after)
