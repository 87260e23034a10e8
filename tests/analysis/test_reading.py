"""The bridge between the text engine and the database, with the embedder that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from analysis.curating import hide_quote, is_verbatim, rename_theme
from analysis.models import AnalysisRun, StoryOutcome, StoryVector, Theme, ThemeStory
from analysis.reading.runs import READ_JOB
from analysis.signing.signing import sign_theme
from analysis.stories.lone import alone
from analysis.stories.opened import note_opening
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.jobs import ask_for, hand_over, latest_job
from dialogue.voices.models import DeskState, Story, Use
from tests.conftest import Cast
from tests.stage import dialogue_of, tell, user_of

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "development.jsonl"
SUBJECTS = ("komma_fram", "hemtjanst", "lakemedel")


@pytest.fixture(scope="module")
def told() -> list[dict[str, str]]:
    """About forty stories of three kinds, in both languages."""
    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in rows if row["theme"] in SUBJECTS and len(row["themes"]) == 1]
    assert {row["lang"] for row in chosen} == {"sv", "en"}
    return chosen[:40]


def read(application: Application, slug: str) -> str:
    """Ask for a reading as the board does; the job's state afterwards."""
    with application.app_context():
        key = dialogue_of(slug).id
        ask_for(READ_JOB, key)
        session().commit()
        hand_over(session())
    with application.app_context():
        job = latest_job(READ_JOB, key)
        assert job is not None
        return job.state


def test_stories_become_themes_and_what_people_decide_stands(
    app_on_both: Application, cast_on_both: Cast, told: list[dict[str, str]]
) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        stories = tell(cast.dialogue, [row["text"] for row in told], points={})
        (held,) = tell(cast.dialogue, ["Sparad åt sidan."], desk=DeskState.HELD)
        tell(cast.foreign_dialogue, ["Deras."], uses=(Use.ANALYSIS,))
        held_id = held.id
        subjects = {story.id: row["theme"] for story, row in zip(stories, told, strict=True)}
        languages = {story.id: row["lang"] for story, row in zip(stories, told, strict=True)}
        session().commit()
    assert read(app, cast.dialogue) == "done"
    with app.app_context():
        themes = session().scalars(select(Theme)).all()
        assert 2 <= len(themes) <= 15
        assert session().scalar(select(func.count()).select_from(StoryOutcome)) == len(told)
        placed = session().scalars(select(ThemeStory).where(ThemeStory.strongest)).all()
        assert len({each.story_id for each in placed}) == len(placed) > len(told) * 0.6
        assert held_id not in {each.story_id for each in placed}
        for theme in themes:
            assert theme.proposed_sv
            assert theme.proposed_en
            assert {"trygghet", "tillgänglighet", "tillsammans"} <= set(theme.ties["framtidsbild"])
            assert all(0 <= tie <= 1 for tie in theme.ties["framtidsbild"].values())
            assert all(is_verbatim(quote) for quote in theme.quotes)
        largest = max(themes, key=lambda theme: len(theme.assignments))
        mine = [each.story_id for each in largest.assignments if each.strongest]
        assert {languages[each] for each in mine} == {"sv", "en"}
        common = max(SUBJECTS, key=lambda subject: sum(subjects[each] == subject for each in mine))
        assert sum(subjects[each] == common for each in mine) >= 0.7 * len(mine)
        vectors = session().scalars(select(StoryVector.vector)).all()
        assert len({len(vector) for vector in vectors}) == 1
        by = user_of(cast.coordinator)
        rename_theme(session(), largest, "Vårt eget namn", "Our own name", by=by)
        hidden = largest.quotes[0]
        hide_quote(session(), hidden, by=by)
        span = (hidden.story_id, hidden.start, hidden.end)
        for lone in session().scalars(select(Story).where(alone(dialogue_of(cast.dialogue).id))):
            note_opening(session(), lone, by)
        session().flush()
        sign_theme(session(), largest, by=user_of(cast.reviewer))
        key = largest.id
        session().commit()
    assert read(app, cast.dialogue) == "done"
    with app.app_context():
        again = session().get_one(Theme, key)
        assert again.name.sv == "Vårt eget namn"
        assert again.signed
        assert [
            (quote.story_id, quote.start, quote.end)
            for quote in again.quotes
            if quote.hidden_at is not None
        ] == [span]
        assert session().scalar(select(func.count()).select_from(AnalysisRun)) == 2
        assert session().scalar(select(func.count()).select_from(Theme)) == len(themes)
        unread = session().scalars(
            select(Story).where(Story.id.not_in(select(StoryOutcome.story_id)))
        )
        assert {story.text for story in unread} == {"Sparad åt sidan.", "Deras."}
