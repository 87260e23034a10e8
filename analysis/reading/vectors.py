"""Vectors: every story is embedded once, by whichever worker comes to it first.

On PostgreSQL a worker holds its share by locking the rows of those stories until their vectors are
kept. Others pass over them; and when a worker is killed, its locks go with its connection, so the
next one finds the share again at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, func, select

from analysis.models import StoryVector
from analysis.reading.machine import embedder
from analysis.text.cleaning import PlainCleaner
from analysis.text.embedding import Embedder
from dialogue.ground.db import session
from dialogue.ground.jobs import Progress, ask_for, every_minute, hand_over, job
from dialogue.voices.models import Story

EMBED_JOB = "embed stories"
BATCH = 64
"""Stories in a share: less than a second of work, which is how long a withdrawal may wait."""
WORTH_A_JOB = 8 * BATCH
MOST_JOBS = 8
CLEANER = PlainCleaner()
Share = Sequence[tuple[uuid.UUID, str, str]]


@job(EMBED_JOB)
def embed_missing(dialogue: uuid.UUID, progress: Progress) -> None:
    """Embed the stories that have no vector yet, committing share by share."""
    embed_stories(embedder(), dialogue, progress)


@every_minute
def ask_for_missing_vectors() -> None:
    """Ask for the embedding of every dialogue where stories wait for it.

    Where many wait, as many jobs are asked for as are worth having, so that several workers share
    the work; on a single worker the later jobs find nothing left.
    """
    waiting = (
        select(Story.dialogue_id, func.count())
        .where(_without_vector(embedder().key))
        .group_by(Story.dialogue_id)
    )
    for dialogue, count in session().execute(waiting).all():
        for _ in range(min(MOST_JOBS, 1 + count // WORTH_A_JOB)):
            ask_for(EMBED_JOB, dialogue, at_once=MOST_JOBS)
    session().commit()
    hand_over(session())


def embed_stories(machine: Embedder, dialogue: uuid.UUID, progress: Progress) -> None:
    """Embed what has no vector yet, beside any other worker that does the same.

    When only stories that others have in hand are left, their work is waited for: either they are
    done then, or their worker is gone and the stories are embedded here.
    """
    waiting = select(func.count()).select_from(Story)
    total = session().scalar(waiting.where(*_waiting(machine, dialogue))) or 0
    done = 0
    while True:
        progress("embed", min(done, total), total)
        share = _share(machine, dialogue) or _share(machine, dialogue, wait=True)
        if not share:
            session().commit()
            return
        if session().get_bind().dialect.name == "sqlite":
            session().commit()
        rows = machine.embed([CLEANER.clean(text).text for _id, text, _lang in share])
        for (story, _text, lang), row in zip(share, rows, strict=True):
            _keep_vector(story, machine.key, lang, row)
        session().commit()
        done += len(share)


def stored_vectors(machine: Embedder, stories: Sequence[Story]) -> npt.NDArray[np.float16]:
    """Stored vectors in the stories' order; rows of zeros where there is none yet."""
    rows = np.zeros((len(stories), machine.dimensions), dtype=np.float16)
    place = {story.id: number for number, story in enumerate(stories)}
    if not stories:
        return rows
    stored = (
        select(StoryVector.story_id, StoryVector.vector)
        .join(Story, Story.id == StoryVector.story_id)
        .where(StoryVector.embedder == machine.key, Story.dialogue_id == stories[0].dialogue_id)
        .execution_options(yield_per=2_000)
    )
    for story, vector in session().execute(stored):
        if story in place:
            rows[place[story]] = np.frombuffer(vector, dtype="<f2")
    return rows


def _without_vector(name: str) -> ColumnElement[bool]:
    return ~(
        select(StoryVector.story_id)
        .where(StoryVector.story_id == Story.id, StoryVector.embedder == name)
        .exists()
    )


def _waiting(machine: Embedder, dialogue: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return Story.dialogue_id == dialogue, _without_vector(machine.key)


def _share(machine: Embedder, dialogue: uuid.UUID, *, wait: bool = False) -> Share:
    """The next stories to embed, which are this worker's until it commits.

    A story may have been embedded between the moment the list was read and the moment its row was
    locked, so those that have a vector by now are left out.
    """
    listed = (
        select(Story.id, Story.text, Story.lang)
        .where(*_waiting(machine, dialogue))
        .order_by(Story.id)
        .limit(BATCH)
        .with_for_update(key_share=True, skip_locked=not wait)
    )
    found = [(story, text, lang) for story, text, lang in session().execute(listed)]
    if not found:
        return []
    mine = [story for story, _text, _lang in found]
    kept = select(StoryVector.story_id).where(
        StoryVector.story_id.in_(mine), StoryVector.embedder == machine.key
    )
    embedded = set(session().scalars(kept))
    share = [each for each in found if each[0] not in embedded]
    if share:
        return share
    session().commit()
    return _share(machine, dialogue, wait=wait)


def _keep_vector(story: uuid.UUID, name: str, lang: str, row: npt.NDArray[Any]) -> None:
    """Keep one vector, unless another worker was first or the story was withdrawn meanwhile."""
    key = {"story_id": story, "embedder": name}
    if session().get(Story, story) is None or session().get(StoryVector, key) is not None:
        return
    little = np.asarray(row, dtype="<f2").tobytes()
    session().add(StoryVector(story_id=story, embedder=name, lang=lang, vector=little))
