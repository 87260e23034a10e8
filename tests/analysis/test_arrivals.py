"""Stories that come after a reading are placed in its themes, without a new run."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from analysis.models import AnalysisRun, StoryOutcome, StoryVector, Theme, ThemeStory
from analysis.reading import arrivals, vectors
from analysis.text.keeping import Kept
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.jobs import Job
from dialogue.voices.models import DeskState, Story
from tests.analysis.test_reading import SAMPLES, SUBJECTS, read, told
from tests.conftest import Cast
from tests.stage import dialogue_of, tell

__all__ = ["told"]


def a_minute(app: Application) -> None:
    """What a worker does every minute, for the arrivals."""
    with app.app_context():
        vectors.ask_for_missing_vectors()
    with app.app_context():
        arrivals.ask_for_placing()


@pytest.fixture
def late() -> list[dict[str, str]]:
    """Stories of the same subjects that the reading has not seen."""
    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in rows if row["theme"] in SUBJECTS and len(row["themes"]) == 1]
    return chosen[40:] or chosen[-6:]


def test_a_story_that_comes_later_finds_its_theme_within_minutes(
    app_on_both: Application, cast_on_both: Cast, told: list[dict[str, str]],
    late: list[dict[str, str]],
) -> None:  # fmt: skip
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        first = tell(cast.dialogue, [row["text"] for row in told], points={})
        subject_of = {story.id: row["theme"] for story, row in zip(first, told, strict=True)}
        session().commit()
    assert read(app, cast.dialogue) == "done"
    with app.app_context():
        names = {theme.id: theme.name for theme in session().scalars(select(Theme))}
        before = where(subject_of)
        texts = [f"{row['text']} Så var det för oss." for row in late]
        new = tell(cast.dialogue, texts, points={})
        (held,) = tell(cast.dialogue, [f"{late[0]['text']} Hemligt."], desk=DeskState.HELD)
        (nothing,) = tell(cast.dialogue, ["Vet ej."], points={})
        new_ids = [story.id for story in new]
        held_id, nothing_id = held.id, nothing.id
        subject_of |= {story.id: row["theme"] for story, row in zip(new, late, strict=True)}
        session().commit()
    a_minute(app)
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(AnalysisRun)) == 1
        assert {theme.id: theme.name for theme in session().scalars(select(Theme))} == names
        outcomes = set(session().scalars(select(StoryOutcome.story_id)))
        assert set(new_ids) <= outcomes
        assert held_id not in outcomes
        aside = session().get_one(StoryOutcome, nothing_id).aside
        assert aside == "no_answer"
        after = where(subject_of)
        assert {story: theme for story, theme in after.items() if story in before} == before
        placed = [story for story in new_ids if story in after]
        assert len(placed) >= 0.6 * len(new_ids)
        common = {
            theme: max(SUBJECTS, key=lambda one: sum(
                subject_of[story] == one for story, into in before.items() if into == theme
            ))
            for theme in set(before.values())
        }  # fmt: skip
        right = sum(common.get(after[story]) == subject_of[story] for story in placed)
        assert right >= 0.6 * len(placed)
    a_minute(app)
    with app.app_context():
        again = select(func.count()).select_from(Job).where(Job.kind == arrivals.PLACE_JOB)
        assert session().scalar(again) == 1, "nothing is left to place"


def test_nothing_is_placed_before_the_first_reading(app: Application, cast: Cast) -> None:
    with app.app_context():
        tell(cast.dialogue, ["Jag vill träffa samma läkare.", "Bussen går för sällan."])
        session().commit()
    a_minute(app)
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(StoryVector)) == 2
        assert session().scalar(select(func.count()).select_from(StoryOutcome)) == 0
        assert session().scalar(select(func.count()).select_from(ThemeStory)) == 0


def test_nothing_is_placed_by_a_reading_that_cannot_be_compared(
    app: Application, cast: Cast, told: list[dict[str, str]]
) -> None:
    with app.app_context():
        tell(cast.dialogue, [row["text"] for row in told], points={})
        session().commit()
    assert read(app, cast.dialogue) == "done"
    with app.app_context():
        run = session().scalars(select(AnalysisRun)).one()
        assert run.kept is not None
        run.kept = replace(Kept.from_bytes(run.kept), codebook="another 1").to_bytes()
        (late,) = tell(cast.dialogue, ["Ingen svarar när jag ringer vårdcentralen."])
        late_id = late.id
        session().commit()
    a_minute(app)
    with app.app_context():
        assert session().get(StoryOutcome, late_id) is None
        assert session().scalars(select(Job.state).where(Job.kind == arrivals.PLACE_JOB)).all() == [
            "done"
        ]


def where(stories: dict[uuid.UUID, str]) -> dict[uuid.UUID, uuid.UUID]:
    """The theme that each story says before anything else."""
    placed = select(ThemeStory.story_id, ThemeStory.theme_id).where(
        ThemeStory.strongest, ThemeStory.story_id.in_(list(stories))
    )
    return dict(session().execute(placed).all())


def test_a_reading_of_too_few_stories_leaves_nothing_to_place_by(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        tell(cast.dialogue, ["Jag vill träffa samma läkare.", "Bussen går för sällan."])
        session().commit()
    assert read(app, cast.dialogue) == "done"
    with app.app_context():
        assert session().scalars(select(AnalysisRun)).one().kept is None
        assert session().scalars(select(Story)).all()
        assert dialogue_of(cast.dialogue).id
