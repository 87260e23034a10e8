"""Few stories become a list, lone voices are opened before anything is signed."""

from __future__ import annotations

import re

import pytest

from analysis.models import StoryOutcome, Theme
from analysis.reading.runs import _proposed
from analysis.signing.signing import sign_theme
from analysis.stories.lone import lone_counts
from analysis.themes.acting import confirm_ties, make_theme, move_stories
from analysis.themes.deciding import decisions_of
from analysis.themes.history import acts_of, decided_in, themes_of_dialogue, undo
from analysis.themes.hooking import hooks_of, resting_on_people
from analysis.themes.showing import board_of
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.models import DeskState, Story
from tests.analysis.room import KINDS, places_of, read, stories_of, texts
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, gather, tell, user_of


def lone_story(slug: str) -> Story:
    """A story that was read and placed nowhere."""
    (story,) = tell(slug, ["Ingen frågade vem som tog hand om djuren."], desk=DeskState.WAITING)
    session().add(StoryOutcome(story_id=story.id, ties={}))
    session().flush()
    return story


def test_nothing_is_signed_before_every_lone_voice_was_opened(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        theme = gather(cast.dialogue, "Väntan", tell(cast.dialogue, texts("telefon", 24)))
        lone = lone_story(cast.dialogue)
        key, story = theme.id, lone.id
        session().commit()
        by, dialogue = user_of(cast.coordinator), dialogue_of(cast.dialogue)
        assert lone_counts(session(), dialogue.id) == (1, 1)
        with pytest.raises(Refusal):
            sign_theme(session(), theme, by=by)
    client = signed_in(app, cast.coordinator)
    base = f"/en/arbetsrum/{cast.dialogue}"
    token = {"csrf_token": forged_free(client, app), "sign": "1"}
    assert "0 of 1 opened" in client.get(f"{base}/lasrum").text
    assert client.post(f"{base}/tema/{key}/underteckna", data=token).status_code == 409
    assert client.get(f"{base}/berattelser/{story}").status_code == 200
    assert "1 of 1 opened" in client.get(f"{base}/lasrum").text
    assert client.post(f"{base}/tema/{key}/underteckna", data=token).status_code == 303
    with app.app_context():
        assert session().get_one(Theme, key).signed


def test_under_twenty_stories_become_a_sorted_list(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        tell(cast_on_both.dialogue, texts("telefon", 10) + texts("resa", 8) + ["Vet ej", "-"])
        dialogue = dialogue_of(cast_on_both.dialogue)
        session().commit()
        read(dialogue.id)
        shown = board_of(session(), dialogue, 8)
        assert shown.too_few
        assert not shown.rows
        assert len(shown.listed) == 18
        assert shown.lone == 0
        assert sum(shown.aside.values()) == 2
    client = signed_in(app_on_both, cast_on_both.coordinator)
    page = client.get(f"/en/arbetsrum/{cast_on_both.dialogue}/lasrum").text
    assert "too few for themes" in page
    assert page.count("<figure") == 18


def test_twenty_to_sixty_are_few_voices_and_newer_ones_are_counted(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        for kind in KINDS:
            tell(cast_on_both.dialogue, texts(kind, 6))
        dialogue = dialogue_of(cast_on_both.dialogue)
        session().commit()
        read(dialogue.id)
        tell(cast_on_both.dialogue, texts("hem", 3, first=40))
        session().commit()
        shown = board_of(session(), dialogue, 8)
        assert shown.few_voices
        assert shown.rows
        assert shown.newer == 3
        assert sum(row.size for row in shown.rows) + shown.lone == 30
    page = (
        signed_in(app_on_both, cast_on_both.coordinator)
        .get(f"/en/arbetsrum/{cast_on_both.dialogue}/lasrum")
        .text
    )
    assert "Few voices" in page
    assert "3 newer stories" in page
    assert re.search(r'<svg class="map"', page)


def test_corrections_become_hooks_and_the_board_says_how_much_rests_on_them(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        for kind in KINDS:
            tell(cast_on_both.dialogue, texts(kind, 6))
        dialogue, by = dialogue_of(cast_on_both.dialogue), user_of(cast_on_both.coordinator)
        session().commit()
        read(dialogue.id)
        stories = stories_of(dialogue.id)
        moved, other = stories[0], stories[1]
        new = make_theme(session(), dialogue, "För hand", "By hand", by=by)
        move_stories(session(), [moved, other], new, by=by, reason="Hör ihop.")
        confirm_ties(session(), stories[2], "framtidsbild", ["trygghet"], by=by)
        themes, decided = (
            themes_of_dialogue(session(), dialogue.id),
            decided_in(session(), dialogue.id),
        )
        present = {story.id for story in stories}
        hooks = hooks_of(themes, decided, _proposed(dialogue.id), present)
        assert set(hooks.seeds[new.machine_key]) == {str(moved.id), str(other.id)}
        assert hooks.must_link == ((str(moved.id), str(other.id)),)
        assert hooks.confirmed == {str(stories[2].id): {"framtidsbild": ("trygghet",)}}
        assert all(pair[0] in {str(moved.id), str(other.id)} for pair in hooks.cannot_link)
        rests = resting_on_people(session(), dialogue.id, len(stories))
        assert (rests.stories, rests.percent) == (3, 10)
        session().commit()
        read(dialogue.id)
        outcome = session().get_one(StoryOutcome, stories[2].id)
        nodes = outcome.ties["framtidsbild"]
        assert nodes["trygghet"] >= max(nodes["tillgänglighet"], nodes["tillsammans"])
        assert board_of(session(), dialogue, 8).run.recipe["corrected"] == 3  # type: ignore[union-attr]
        for act in reversed(acts_of(session(), dialogue.id)):
            undo(session(), dialogue.id, act.number, by=by)
        assert resting_on_people(session(), dialogue.id, 30).stories == 0
        assert decisions_of(acts_of(session(), dialogue.id)).choices == {}
        assert set(places_of(dialogue.id)) <= present
