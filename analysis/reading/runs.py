"""Reads a dialogue's stories: the only bridge between the text engine and the database.

Nothing a person decided is touched. What people corrected goes into the reading as hooks; a theme
is recognised by whose stories it holds; a settled theme that lost its stories is kept and listed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from analysis.desk.screened import undecided_marks
from analysis.models import AnalysisRun, StoryOutcome, Theme, ThemeState, ThemeStory
from analysis.reading.choosing import choice_of
from analysis.reading.keeping import write_down
from analysis.reading.machine import embedder, learned_from
from analysis.reading.vectors import embed_stories, stored_vectors
from analysis.stories.lone import FEWEST
from analysis.stories.searching import AT_ONCE, forget_strays, index_missing
from analysis.text.guidance import EarlierTheme, Hooks, Previous
from analysis.text.stories import Bilingual
from analysis.text.stories import Story as ToldStory
from analysis.text.themes import Reading
from analysis.themes.deciding import Decisions
from analysis.themes.figures import count_anew
from analysis.themes.history import decided_in, themes_of_dialogue
from analysis.themes.hooking import hooks_of
from analysis.themes.mapping import map_places
from analysis.together.codings import count_codings, count_old_codings
from dialogue.ground.db import session
from dialogue.ground.jobs import Progress, every_minute, job
from dialogue.voices.models import Story
from dialogue.voices.releasing import to_be_read

READ_JOB = "read stories"
INDEX_JOB = "index stories"
Dialogue = uuid.UUID


@job(INDEX_JOB)
def index_stories(dialogue: Dialogue, progress: Progress) -> None:
    """Index the stories that cannot be found by their words yet, committing batch by batch."""
    done = 0
    while found := index_missing(session(), dialogue):
        done += found
        progress("index", done, done)
        session().commit()
        if found < AT_ONCE:
            break


@every_minute
def keep_what_is_counted() -> None:
    """Index new stories, forget the words of those that are gone, and count themes anew."""
    forget_strays(session())
    session().commit()
    while index_missing(session()) == AT_ONCE:
        session().commit()
    for dialogue in session().scalars(select(Theme.dialogue_id).distinct()).all():
        count_anew(session(), dialogue)
    session().commit()
    count_old_codings(session())
    session().commit()


@job(READ_JOB)
def read_stories(dialogue: Dialogue, progress: Progress) -> None:
    """Read all stories of a dialogue and keep what the machine proposes."""
    machine = embedder()
    embed_stories(machine, dialogue, progress)
    index_stories(dialogue, progress)
    stories = readable(dialogue)
    hooks, previous = told_by_people(dialogue, stories)
    choice = choice_of(session(), dialogue)
    session().commit()
    progress("group", 0, len(stories))
    learned = learned_from(choice.book)
    vectors = stored_vectors(machine, stories)
    hidden = undecided_marks(session(), dialogue)
    session().commit()
    reading = learned.read(
        [as_told(story, hidden.get(story.id, ())) for story in stories],
        vectors=vectors,
        previous=previous,
        hooks=hooks,
        progress=progress,
    )
    progress("keep", 0, 1)
    run = keep(dialogue, stories, enough(reading), hooks, vectors)
    run.recipe = run.recipe | {"edition": choice.number}
    count_codings(session(), dialogue)
    session().commit()


def told_by_people(dialogue: Dialogue, stories: Sequence[Story]) -> tuple[Hooks, Previous | None]:
    """What a reading is told: people's corrections, and the themes as they see them now."""
    themes = themes_of_dialogue(session(), dialogue)
    decided = decided_in(session(), dialogue)
    hooks = hooks_of(themes, decided, _proposed(dialogue), {story.id for story in stories})
    return hooks, _previous(themes, decided)


def keep(
    dialogue: Dialogue,
    stories: Sequence[Story],
    reading: Reading,
    hooks: Hooks | None = None,
    vectors: npt.NDArray[np.float16] | None = None,
) -> AnalysisRun:
    """Write a reading of ``stories`` beside what people decided."""
    places = None
    if vectors is not None:
        read = reading.stories
        places = map_places(vectors, [each.lang for each in read], [each.theme for each in read])
    return write_down(session(), dialogue, reading, hooks or Hooks(), places)


def enough(reading: Reading) -> Reading:
    """The reading, without themes when it holds too few stories to speak of any."""
    if sum(1 for each in reading.stories if each.aside is None) >= FEWEST:
        return reading
    alone = [replace(each, theme=None, themes=()) for each in reading.stories]
    return replace(reading, themes=(), stories=alone)


def _proposed(dialogue: Dialogue) -> dict[uuid.UUID, str]:
    """The theme key that the machine itself put each story under in the last reading."""
    placed = select(StoryOutcome.story_id, StoryOutcome.placed)
    rows = session().execute(placed.where(StoryOutcome.dialogue_id == dialogue))
    return {story: words[0][0] for story, words in rows if words}


def readable(dialogue: Dialogue) -> list[Story]:
    """The stories of a dialogue that the machine reads; see :func:`to_be_read`."""
    mine = select(Story).where(Story.dialogue_id == dialogue, to_be_read())
    return list(session().scalars(mine.order_by(Story.id)))


def as_told(story: Story, hidden: Sequence[tuple[int, int]] = ()) -> ToldStory:
    """A story as the engine reads it; ``hidden`` spans are never quoted."""
    points = {node: float(value) for node, value in story.points.items()}
    return ToldStory(
        id=str(story.id),
        text=story.text,
        lang=None,
        own_ties={"framtidsbild": points} if any(points.values()) else {},
        hidden=tuple(hidden),
    )


def _previous(themes: Sequence[Theme], decided: Decisions) -> Previous | None:
    """The themes as people see them now; a merged one lives in the theme it went into."""
    alive = [t for t in themes if t.state not in (ThemeState.MERGED, ThemeState.UNDONE)]
    members = _strongest(alive)
    touched = decided.touched()
    earlier = [
        EarlierTheme(
            key=theme.machine_key,
            label=Bilingual(
                theme.proposed_sv or theme.given_sv, theme.proposed_en or theme.given_en
            ),
            story_ids=members.get(theme.id, frozenset()),
            settled=theme.id in touched or theme.signed,
            keywords={lang: tuple(words) for lang, words in theme.keywords.items()},
        )
        for theme in alive
    ]
    kept = tuple(each for each in earlier if each.settled or each.story_ids)
    return Previous(kept) if kept else None


def _strongest(themes: Sequence[Theme]) -> Mapping[uuid.UUID, frozenset[str]]:
    found: dict[uuid.UUID, set[str]] = {theme.id: set() for theme in themes}
    rows = select(ThemeStory.theme_id, ThemeStory.story_id).where(
        ThemeStory.theme_id.in_(list(found)), ThemeStory.strongest
    )
    for theme, story in session().execute(rows):
        found[theme].add(str(story))
    return {theme: frozenset(stories) for theme, stories in found.items()}
