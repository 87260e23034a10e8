"""Redacting: a story's text is the covered one everywhere; the original is kept apart, then gone.

What is covered is worked out from the decisions that stand, so that a decision that is taken back
leaves nothing behind. Parts that keep places in stories, or words from them, are told when a text
changes (:func:`when_covered`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.voices.covering import Cover, Shift, apart, covered
from dialogue.voices.desk_models import DeskDecision, Redaction, StoryOriginal
from dialogue.voices.models import Story


@dataclass(frozen=True, slots=True)
class Change:
    """That a story's text was covered in another way.

    ``shift`` moves a span of the text before to the text after; ``hidden`` are the words that
    are covered now and were not before, with the mark that stands for them.
    """

    story: Story
    before: str
    shift: Shift
    hidden: tuple[tuple[str, str], ...]

    def without_hidden(self, words: str) -> str:
        """Words from elsewhere with the hidden words covered in them too, whole words only."""
        for said, mark in self.hidden:
            words = re.sub(rf"(?<!\w){re.escape(said)}(?!\w)", mark, words, flags=re.IGNORECASE)
        return words


_told: list[Callable[[Session, Change], None]] = []


def when_covered(
    tell: Callable[[Session, Change], None],
) -> Callable[[Session, Change], None]:
    """Let another part follow when a story's text is covered in another way."""
    _told.append(tell)
    return tell


def cover(
    session: Session,
    story: Story,
    decision: DeskDecision,
    spans: Iterable[tuple[int, int, str, str]],
    *,
    kept_days: int,
) -> None:
    """Cover spans of a story's text as it is now: ``(start, end, kind, mark)`` in code points."""
    before = covers_of(session, story)
    original = original_of(session, story)
    place = Shift(original, before, before)
    for start, end, kind, mark in spans:
        began, ended = place.to_original(start, end)
        row = Redaction(
            story_id=story.id, decision=decision.number, start=began, end=ended, kind=kind,
            mark=mark,
        )  # fmt: skip
        session.add(row)
    session.flush()
    session.expire(decision, ["covers"])
    _keep_apart(session, story, original, today() + timedelta(days=kept_days))
    show_covered(session, story, original, before)


def original_of(session: Session, story: Story) -> str:
    """The story as its teller wrote it, as far as it is kept."""
    kept = session.get(StoryOriginal, story.id)
    return kept.text if kept is not None else story.text


def covers_of(session: Session, story: Story) -> tuple[Cover, ...]:
    """The covers that stand in a story and whose original is kept."""
    session.flush()
    rows = session.execute(
        select(Redaction.start, Redaction.end, Redaction.mark)
        .join(DeskDecision, DeskDecision.number == Redaction.decision)
        .where(
            Redaction.story_id == story.id,
            Redaction.sealed.is_(False),
            DeskDecision.undone_by.is_(None),
        )
    )
    return tuple(apart(Cover(*row) for row in rows))


def show_covered(
    session: Session, story: Story, original: str, before: Sequence[Cover]
) -> Change | None:
    """Give a story the text that its standing covers make; tell those who follow."""
    after = covers_of(session, story)
    text = covered(original, after)
    if text == story.text and tuple(before) == after:
        return None
    change = Change(
        story, story.text, Shift(original, tuple(before), after), _hidden(original, before, after)
    )
    story.text = text
    session.flush()
    for tell in _told:
        tell(session, change)
    if not after:
        session.execute(delete(StoryOriginal).where(StoryOriginal.story_id == story.id))
        session.expire_all()
    session.flush()
    return change


def _hidden(
    original: str, before: Iterable[Cover], after: Iterable[Cover]
) -> tuple[tuple[str, str], ...]:
    """What is covered after and was not before, the longest first."""
    known = set(before)
    words = {
        (original[cover.start : cover.end].strip(), cover.mark)
        for cover in after
        if cover not in known and original[cover.start : cover.end].strip()
    }
    return tuple(sorted(words, key=lambda pair: (-len(pair[0]), pair)))


def _keep_apart(session: Session, story: Story, original: str, until: date) -> None:
    if session.get(StoryOriginal, story.id) is None:
        session.add(StoryOriginal(story_id=story.id, text=original, delete_on=until))
        session.flush()


def delete_originals(session: Session, on: date) -> int:
    """Delete the originals whose day has come; how many. Their covers stand for good."""
    due = list(session.scalars(select(StoryOriginal.story_id).where(StoryOriginal.delete_on <= on)))
    if due:
        session.execute(update(Redaction).where(Redaction.story_id.in_(due)).values(sealed=True))
        session.execute(delete(StoryOriginal).where(StoryOriginal.story_id.in_(due)))
        audit.record(session, "originals deleted", "retention", by="machine", count=len(due))
    return len(due)
