"""Reads a dialogue's stories: the only bridge between the text engine and the database.

Nothing a person decided is touched. A theme keeps its key, its given name and what people moved
into it; a named theme that lost its stories is kept and listed, never dropped.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, select

from analysis.guides import shipped_guides
from analysis.machine import embedder
from analysis.models import (
    AnalysisRun,
    StoryOutcome,
    StoryVector,
    Theme,
    ThemeQuote,
    ThemeStory,
)
from analysis.text.cleaning import PlainCleaner
from analysis.text.embedding import Embedder
from analysis.text.embedding.remembered import Remembering, shipped_vectors
from analysis.text.guidance import EarlierTheme, Previous
from analysis.text.pipeline import Pipeline
from analysis.text.stories import Bilingual
from analysis.text.stories import Story as ToldStory
from analysis.text.themes import Reading
from analysis.text.themes import Theme as FoundTheme
from dialogue.ground import audit
from dialogue.ground.db import session
from dialogue.ground.jobs import Progress, ask_for, every_minute, hand_over, job
from dialogue.ground.localized import Localized
from dialogue.voices.models import DeskState, Story

BATCH = 64
READ_JOB = "read stories"
EMBED_JOB = "embed stories"
Dialogue = uuid.UUID
CLEANER = PlainCleaner()


@job(EMBED_JOB)
def embed_missing(dialogue: Dialogue, progress: Progress) -> None:
    """Embed the stories that have no vector yet, committing batch by batch."""
    _embed(embedder(), dialogue, progress)


@every_minute
def ask_for_missing_vectors() -> None:
    """Ask for the embedding of every dialogue where a story waits for it."""
    name = embedder().key
    waiting = (
        select(Story.dialogue_id)
        .outerjoin(
            StoryVector,
            (StoryVector.story_id == Story.id) & (StoryVector.embedder == name),
        )
        .where(StoryVector.story_id.is_(None))
        .distinct()
    )
    for dialogue in session().scalars(waiting).all():
        ask_for(EMBED_JOB, dialogue)
    session().commit()
    hand_over(session())


@job(READ_JOB)
def read_stories(dialogue: Dialogue, progress: Progress) -> None:
    """Read all stories of a dialogue and keep what the machine proposes."""
    machine = embedder()
    _embed(machine, dialogue, progress)
    stories = _readable(dialogue)
    session().commit()
    progress("group", 0, len(stories))
    codebook, frames = shipped_guides()
    guided = Remembering(machine, shipped_vectors(machine.key))
    reading = Pipeline(embedder=guided).read(
        [_told(story) for story in stories],
        vectors=_vectors(machine, stories),
        codebook=codebook,
        frames=frames,
        previous=_previous(dialogue),
        progress=progress,
    )
    progress("keep", 0, 1)
    keep(dialogue, stories, reading)
    session().commit()


def _embed(machine: Embedder, dialogue: Dialogue, progress: Progress) -> None:
    name = machine.key
    missing = list(
        session().execute(
            select(Story.id, Story.text, Story.lang)
            .outerjoin(
                StoryVector,
                (StoryVector.story_id == Story.id) & (StoryVector.embedder == name),
            )
            .where(Story.dialogue_id == dialogue, StoryVector.story_id.is_(None))
            .order_by(Story.id)
        )
    )
    session().commit()
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        progress("embed", start, len(missing))
        rows = machine.embed([CLEANER.clean(text).text for _id, text, _lang in batch])
        for (story_id, _text, lang), row in zip(batch, rows, strict=True):
            _keep_vector(story_id, name, lang, row)
        session().commit()


def _keep_vector(story_id: uuid.UUID, name: str, lang: str, row: npt.NDArray[Any]) -> None:
    """Keep one vector, unless another worker was first or the story was withdrawn meanwhile."""
    key = {"story_id": story_id, "embedder": name}
    if session().get(Story, story_id) is None or session().get(StoryVector, key) is not None:
        return
    little = np.asarray(row, dtype="<f2").tobytes()
    session().add(StoryVector(story_id=story_id, embedder=name, lang=lang, vector=little))


def _readable(dialogue: Dialogue) -> list[Story]:
    in_dialogue = Story.dialogue_id == dialogue
    return list(
        session().scalars(
            select(Story).where(in_dialogue, Story.desk != DeskState.HELD).order_by(Story.id)
        )
    )


def _told(story: Story) -> ToldStory:
    points = {node: float(value) for node, value in story.points.items()}
    return ToldStory(
        id=str(story.id),
        text=story.text,
        lang=None,
        own_ties={"framtidsbild": points} if any(points.values()) else {},
    )


def _vectors(machine: Embedder, stories: Sequence[Story]) -> npt.NDArray[np.float16]:
    """Stored vectors in the stories' order; rows of zeros where there is none yet."""
    rows = np.zeros((len(stories), machine.dimensions), dtype=np.float16)
    place = {story.id: number for number, story in enumerate(stories)}
    stored = select(StoryVector.story_id, StoryVector.vector).where(
        StoryVector.embedder == machine.key, StoryVector.story_id.in_(list(place))
    )
    for story_id, vector in session().execute(stored):
        rows[place[story_id]] = np.frombuffer(vector, dtype="<f2")
    return rows


def _previous(dialogue: Dialogue) -> Previous | None:
    themes = list(session().scalars(select(Theme).where(Theme.dialogue_id == dialogue)))
    if not themes:
        return None
    return Previous(
        tuple(
            EarlierTheme(
                key=theme.machine_key,
                label=Bilingual(theme.proposed_sv, theme.proposed_en),
                story_ids=frozenset(
                    str(placed.story_id) for placed in theme.assignments if placed.strongest
                ),
                settled=theme.renamed or theme.signed,
                keywords={lang: tuple(words) for lang, words in theme.keywords.items()},
            )
            for theme in sorted(themes, key=lambda theme: theme.machine_key)
        )
    )


def keep(dialogue: Dialogue, stories: Sequence[Story], reading: Reading) -> AnalysisRun:
    """Write a reading beside what people decided."""
    run = AnalysisRun(
        dialogue_id=dialogue,
        stories=len(stories),
        recipe=dict(reading.recipe),
        set_aside={note.code: note.count for note in reading.notes},
    )
    session().add(run)
    session().flush()
    known = {
        theme.machine_key: theme
        for theme in session().scalars(select(Theme).where(Theme.dialogue_id == dialogue))
    }
    before = {key: _shown(theme) for key, theme in known.items()}
    alive = _still_there(dialogue)
    for found in reading.themes:
        theme = known.get(found.key)
        if theme is None:
            theme = known[found.key] = Theme(dialogue_id=dialogue, machine_key=found.key)
            theme.assignments, theme.quotes = [], []
        _propose(theme, found, run)
    session().flush()
    _place(known, reading, alive)
    _quote(known, reading.themes, alive)
    _note_outcomes(reading, alive)
    session().flush()
    for key, theme in known.items():
        _settle(theme, before.get(key), run)
    audit.record(session(), "stories read", dialogue, by="machine", stories=len(stories))
    return run


def _still_there(dialogue: Dialogue) -> frozenset[uuid.UUID]:
    """The stories that nobody withdrew while they were read; they stay until the commit."""
    mine = select(Story.id).where(Story.dialogue_id == dialogue)
    return frozenset(session().scalars(mine.with_for_update(read=True, key_share=True)))


Shown = tuple[Localized, frozenset[uuid.UUID], frozenset[tuple[uuid.UUID, int, int]]]


def _shown(theme: Theme) -> Shown:
    """What a person vouches for with a signature: the name, the stories and the quotes."""
    return (
        theme.name,
        frozenset(placed.story_id for placed in theme.assignments),
        frozenset(
            (quote.story_id, quote.start, quote.end)
            for quote in theme.quotes
            if quote.hidden_at is None
        ),
    )


def _propose(theme: Theme, found: FoundTheme, run: AnalysisRun) -> None:
    theme.run_id = run.id
    theme.proposed_sv, theme.proposed_en = found.label.sv, found.label.en
    theme.keywords = {lang: list(words) for lang, words in found.keywords.items()}
    theme.ties = {frame: dict(nodes) for frame, nodes in found.ties.items()}
    session().add(theme)


def _place(known: dict[str, Theme], reading: Reading, alive: frozenset[uuid.UUID]) -> None:
    """The machine's places are made anew; a place that a person chose stays."""
    ids = [theme.id for theme in known.values()]
    session().execute(
        delete(ThemeStory).where(ThemeStory.theme_id.in_(ids), ThemeStory.assigned_by.is_(None))
    )
    chosen = {
        placed.story_id
        for placed in session().scalars(select(ThemeStory).where(ThemeStory.theme_id.in_(ids)))
    }
    for told in reading.stories:
        story_id = uuid.UUID(told.id)
        if story_id in chosen or story_id not in alive:
            continue
        for key, strength in told.themes:
            session().add(
                ThemeStory(
                    theme_id=known[key].id,
                    story_id=story_id,
                    strongest=key == told.theme,
                    strength=float(strength),
                )
            )


def _quote(
    known: dict[str, Theme], found: Iterable[FoundTheme], alive: frozenset[uuid.UUID]
) -> None:
    """Telling spans are chosen anew; one that a person hid is not shown again."""
    for theme in found:
        kept = known[theme.key]
        hidden = {
            (quote.story_id, quote.start, quote.end)
            for quote in kept.quotes
            if quote.hidden_at is not None
        }
        session().execute(
            delete(ThemeQuote).where(ThemeQuote.theme_id == kept.id, ThemeQuote.hidden_at.is_(None))
        )
        for place, quote in enumerate(theme.quotes):
            span = (uuid.UUID(quote.story_id), quote.start, quote.end)
            if span not in hidden and span[0] in alive:
                session().add(
                    ThemeQuote(
                        theme_id=kept.id,
                        story_id=span[0],
                        place=place,
                        start=quote.start,
                        end=quote.end,
                        digest=digest_of(quote.text),
                    )
                )


def digest_of(text: str) -> str:
    """SHA-256 of the words of a quote, as they stood when it was chosen."""
    return hashlib.sha256(text.encode()).hexdigest()


def _note_outcomes(reading: Reading, alive: frozenset[uuid.UUID]) -> None:
    for told in reading.stories:
        story_id = uuid.UUID(told.id)
        story = session().get(Story, story_id)
        if story is None or story_id not in alive:
            continue
        story.lang = told.lang or story.lang
        outcome = session().get(StoryOutcome, story_id) or StoryOutcome(story_id=story_id)
        outcome.ties = {frame: dict(nodes) for frame, nodes in told.ties.items()}
        outcome.aside = told.aside.value if told.aside else ""
        session().add(outcome)


def _settle(theme: Theme, before: Shown | None, run: AnalysisRun) -> None:
    """A changed theme must be signed again; an empty one goes, unless a person named it."""
    session().expire(theme, ["assignments", "quotes"])
    if theme.signed and _shown(theme) != before:
        theme.signed_at = theme.signed_by = None
        audit.record(session(), "signature lifted: theme changed", theme.id, by="machine")
    if theme.run_id != run.id and not theme.assignments and not theme.renamed:
        session().delete(theme)
