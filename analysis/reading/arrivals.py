"""Arrivals: stories that come after a reading are placed in its themes, without a new run.

A reading leaves behind what new stories are placed by. Names, quotes and signatures are not
touched; the next reading looks at everything anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.orm import undefer

from analysis.models import AnalysisRun, StoryOutcome, StoryVector, Theme
from analysis.reading.choosing import choice_of
from analysis.reading.keeping import outcome_row
from analysis.reading.machine import embedder, learned_from
from analysis.reading.runs import as_told
from analysis.reading.vectors import stored_vectors
from analysis.text.keeping import Kept
from analysis.text.themes import StoryReading
from analysis.themes.figures import outdate
from analysis.themes.history import decided_in, place_anew
from dialogue.ground.db import session
from dialogue.ground.jobs import Progress, ask_for, every_minute, hand_over, job
from dialogue.voices.models import Story
from dialogue.voices.releasing import to_be_read

PLACE_JOB = "place stories"
AT_ONCE = 500


@every_minute
def ask_for_placing() -> None:
    """Ask for the placing of every dialogue where an embedded story has come since the reading."""
    read = exists().where(
        AnalysisRun.dialogue_id == Story.dialogue_id, AnalysisRun.kept.is_not(None)
    )
    waiting = select(Story.dialogue_id).where(*_new(), read).distinct()
    for dialogue in session().scalars(waiting).all():
        ask_for(PLACE_JOB, dialogue)
    session().commit()
    hand_over(session())


@job(PLACE_JOB)
def place_new(dialogue: uuid.UUID, progress: Progress) -> None:
    """Place the stories of a dialogue that came after its latest reading, share by share.

    Nothing is placed when embedder or codebook have changed since; that takes a new reading.
    """
    run = _latest(dialogue)
    if run is None or run.kept is None:
        return
    kept = Kept.from_bytes(run.kept)
    done = 0
    while stories := _arrived(dialogue):
        progress("place", done, done + len(stories))
        placed = _placed(stories, kept)
        if placed is None or not _write(dialogue, run.id, placed):
            return
        done += len(placed)


def _new() -> tuple[ColumnElement[bool], ...]:
    embedded = exists().where(
        StoryVector.story_id == Story.id, StoryVector.embedder == embedder().key
    )
    known = exists().where(StoryOutcome.story_id == Story.id)
    return embedded, ~known, to_be_read()


def _latest(dialogue: uuid.UUID) -> AnalysisRun | None:
    of_dialogue = select(AnalysisRun).where(AnalysisRun.dialogue_id == dialogue)
    newest = of_dialogue.order_by(AnalysisRun.finished_at.desc()).limit(1)
    return session().scalars(newest.options(undefer(AnalysisRun.kept))).first()


def _arrived(dialogue: uuid.UUID) -> list[Story]:
    mine = select(Story).where(Story.dialogue_id == dialogue, *_new())
    return list(session().scalars(mine.order_by(Story.id).limit(AT_ONCE)))


def _placed(stories: Sequence[Story], kept: Kept) -> dict[uuid.UUID, StoryReading] | None:
    """Where the stories belong; None when they cannot be compared with that reading."""
    machine = embedder()
    learned = learned_from(choice_of(session(), stories[0].dialogue_id).book)
    told, vectors = [as_told(story) for story in stories], stored_vectors(machine, stories)
    session().commit()
    try:
        placed = learned.pipeline.place(told, kept, learned.guide, learned.frames, vectors)
    except ValueError:
        return None
    return {uuid.UUID(each.id): each for each in placed}


def _write(dialogue: uuid.UUID, run: uuid.UUID, placed: dict[uuid.UUID, StoryReading]) -> bool:
    """Write where stories were placed; False when another reading has come between."""
    locked = select(Theme).where(Theme.dialogue_id == dialogue).with_for_update()
    themes = list(session().scalars(locked))
    newest = _latest(dialogue)
    if newest is None or newest.id != run:
        session().commit()
        return False
    there = select(Story.id).where(Story.id.in_(list(placed)), *_new())
    fresh = list(session().scalars(there.with_for_update(read=True, key_share=True)))
    if fresh:
        rows = []
        for story in fresh:
            each = placed[story]
            words = list(map(list, each.themes)) if each.theme else []
            rows.append(outcome_row(dialogue, story, each, words))
        session().execute(insert(StoryOutcome), rows)
        heard = [{"id": story, "lang": lang} for story in fresh if (lang := placed[story].lang)]
        if heard:
            session().execute(update(Story), heard)
        changed = place_anew(session(), themes, fresh, decided_in(session(), dialogue))
        for theme in themes:
            if theme.id in changed:
                outdate(theme)
    session().commit()
    return True
