"""Answers that come after a signature: it stands, and every page says how many came."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import delete, select, update

from analysis.models import AnalysisRun, StoryVector, Theme, ThemeStory
from analysis.reading import arrivals
from analysis.reading.machine import embedder
from analysis.signing.signing import publish_signed, sign_theme, signed_themes, standings
from analysis.text.themes import StoryReading
from analysis.themes.acting import confirm_place, move_stories
from analysis.themes.signatures import standing
from dialogue.app import Application
from dialogue.followup.models import PublishedStory
from dialogue.followup.rounds import waive_round
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.models import Story
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, gather, tell, user_of

NEWER = "3 nyare svar än det som är undertecknat."
CHANGED = "Det har ändrats sedan det undertecknades."


def signed(app: Application, cast: Cast) -> uuid.UUID:
    """A theme of ten stories that the reviewer has signed."""
    with app.app_context():
        stories = tell(cast.dialogue, [f"Berättelse {n} om väntan." for n in range(10)])
        theme = gather(cast.dialogue, "Väntan", stories)
        sign_theme(session(), theme, by=user_of(cast.reviewer))
        session().commit()
        return theme.id


def come_later(app: Application, cast: Cast, theme: uuid.UUID, count: int = 3) -> list[uuid.UUID]:
    """Stories that a worker places in the theme, as paper forms that come in afterwards."""
    with app.app_context():
        found = session().get_one(Theme, theme)
        texts = [f"Sen berättelse {n} om väntan." for n in range(count)]
        late = tell(cast.dialogue, texts, points={"tillsammans": 10})
        for story in late:
            vector = StoryVector(
                story_id=story.id, embedder=embedder().key, lang="sv", vector=b"\0\x3c" * 384
            )
            session().add(vector)
        run = session().scalars(select(AnalysisRun)).one()
        key = found.machine_key
        placed = {
            story.id: StoryReading(str(story.id), "sv", key, ((key, 0.5),), {}) for story in late
        }
        home, keys = run.dialogue_id, list(placed)
        session().commit()
        assert arrivals._write(home, run.id, placed)
    return keys


def pages(app: Application, cast: Cast, theme: uuid.UUID) -> dict[str, str]:
    """What is said of the theme on every page that tells of signatures."""
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    client = signed_in(app, cast.coordinator)
    ways = {"board": "lasrum", "theme": f"tema/{theme}", "list": "underteckna",
            "signing": f"underteckna/{theme}", "publish": "publicera"}  # fmt: skip
    return {name: client.get(room + way).text for name, way in ways.items()}


def test_every_page_says_the_same_and_what_was_signed_is_published(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    theme = signed(app, cast)
    with app.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        waive_round(session(), home, "Alla läste i våras.", by=eva)
        session().commit()
        before = session().scalars(select(ThemeStory.story_id)).all()
    assert all("nyare svar" not in page for page in pages(app, cast, theme).values())
    late = come_later(app, cast, theme)
    for name, page in pages(app, cast, theme).items():
        assert NEWER in page, name
        assert "Undertecknat" in page, name
        assert CHANGED not in page, name
    with app.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        (ready,) = signed_themes(session(), home)
        assert (ready.size, ready.newer) == (10, frozenset(late))
        assert ready.points == {"trygghet": 50.0, "tillgänglighet": 30.0, "tillsammans": 20.0}
        assert ready.tellers == 10
        made = publish_signed(session(), home, by=eva, smallest=8)
        assert made.snapshot["themes"][0]["size"] == 10
        told = set(session().scalars(select(PublishedStory.story_id)))
        assert told == set(before), "a later teller is not told that they are in what was published"


def test_it_can_be_signed_again_with_the_newer_answers(app: Application, cast: Cast) -> None:
    theme = signed(app, cast)
    come_later(app, cast, theme)
    lisa = signed_in(app, cast.reviewer)
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    page = lisa.get(f"{room}underteckna/{theme}").text
    assert "Underteckna igen, med de nyare svaren" in page
    fields = {"csrf_token": forged_free(lisa, app), "sign": "1"}
    assert lisa.post(f"{room}tema/{theme}/underteckna", data=fields).status_code == 303
    assert all("nyare svar" not in page for page in pages(app, cast, theme).values())
    with app.app_context():
        (again,) = signed_themes(session(), dialogue_of(cast.dialogue))
        assert again.size == 13


def test_confirming_a_newer_answer_changes_nothing_and_moving_one_lifts(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    key = signed(app, cast)
    late = come_later(app, cast, key)
    with app.app_context():
        theme, story = session().get_one(Theme, key), session().get_one(Story, late[0])
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        confirm_place(session(), story, theme, by=eva)
        assert len(signed_themes(session(), home)[0].newer) == 3
        other = gather(cast.dialogue, "Bussen", tell(cast.dialogue, ["En buss."]))
        move_stories(session(), [story], other, by=eva)
        assert standing(session(), theme) is None
        assert signed_themes(session(), home) == []


def test_a_signed_story_that_left_past_every_rule_is_told_everywhere(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """Somebody with the database takes a story out of the theme; nothing is published."""
    app, cast = app_on_both, cast_on_both
    theme = signed(app, cast)
    come_later(app, cast, theme)
    with app.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        waive_round(session(), home, "Alla läste i våras.", by=eva)
        signed_key = standing(session(), session().get_one(Theme, theme)).content["stories"][0]
        gone = ThemeStory.story_id == uuid.UUID(signed_key)
        session().execute(delete(ThemeStory).where(gone))
        session().commit()
        with pytest.raises(Refusal):
            publish_signed(session(), dialogue_of(cast.dialogue), by=eva, smallest=8)


def test_a_name_changed_past_every_rule_is_told_everywhere(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    theme = signed(app, cast)
    with app.app_context():
        session().execute(update(Theme).where(Theme.id == theme).values(proposed_sv="Bakvägen"))
        session().commit()
        assert not standings(session(), dialogue_of(cast.dialogue))[theme].holds
    shown = pages(app, cast, theme)
    assert "Ändrat sedan det undertecknades" in shown["board"]
    for name in ("theme", "list", "signing"):
        assert CHANGED in shown[name], name
    assert "Underteckna temat" in shown["signing"], "it can be signed as it stands now"
    assert "Det måste undertecknas igen" in shown["publish"]
