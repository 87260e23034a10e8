"""The machine says what it is least sure of, and learns when somebody places it."""

from __future__ import annotations

import re
import uuid

import pytest

from analysis.models import Theme, ThemeAct, ThemeStory
from analysis.reading.runs import _proposed
from analysis.stories.lone import read_count
from analysis.themes.acting import confirm_place, drop_theme, move_stories
from analysis.themes.doubting import SHOWN, least_sure
from analysis.themes.history import decided_in, themes_of_dialogue, undo
from analysis.themes.hooking import hooks_of, resting_on_people
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.models import DeskState
from tests.analysis.room import KINDS, read, stories_of, texts
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, tell, user_of


def readied(cast: Cast) -> uuid.UUID:
    """A dialogue whose stories of five kinds were read; its key."""
    for kind in KINDS:
        tell(cast.dialogue, texts(kind, 12))
    dialogue = dialogue_of(cast.dialogue)
    session().commit()
    read(dialogue.id)
    return dialogue.id


def strengths(dialogue: uuid.UUID) -> dict[uuid.UUID, list[float]]:
    """How sure the machine is of each story, by theme, the least sure first."""
    found: dict[uuid.UUID, list[float]] = {}
    rows = (
        session().query(ThemeStory.theme_id, ThemeStory.strength)
        .join(Theme, Theme.id == ThemeStory.theme_id)
        .filter(Theme.dialogue_id == dialogue, ThemeStory.strongest)
        .order_by(ThemeStory.strength)
    )  # fmt: skip
    for theme, strength in rows:
        found.setdefault(theme, []).append(strength)
    return found


def test_the_weakest_of_every_theme_come_first(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        dialogue = readied(cast_on_both)
        shown = least_sure(session(), dialogue)
        sure = strengths(dialogue)
        assert len(shown) == SHOWN
        first = {doubt.theme.id for doubt in shown[: len(sure)]}
        assert first == set(sure)
        for theme, ordered in sure.items():
            stories = [doubt.story.id for doubt in shown if doubt.theme.id == theme]
            mine = [session().get_one(ThemeStory, (theme, story)).strength for story in stories]
            assert mine == ordered[: len(mine)]
        assert [doubt.story.id for doubt in shown] == [
            doubt.story.id for doubt in least_sure(session(), dialogue)
        ]


def test_a_placed_story_leaves_the_list_and_teaches_the_next_reading(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        dialogue, by = readied(cast_on_both), user_of(cast_on_both.coordinator)
        stays, moves = least_sure(session(), dialogue)[:2]
        confirm_place(session(), stays.story, stays.theme, by=by)
        move_stories(session(), [moves.story], stays.theme, by=by)
        session().flush()
        left = {doubt.story.id for doubt in least_sure(session(), dialogue)}
        assert not left & {stays.story.id, moves.story.id}
        themes, decided = themes_of_dialogue(session(), dialogue), decided_in(session(), dialogue)
        everyone = {story.id for story in stories_of(dialogue)}
        hooks = hooks_of(themes, decided, _proposed(dialogue), everyone)
        assert set(hooks.seeds[stays.theme.machine_key]) == {
            str(stays.story.id), str(moves.story.id),
        }  # fmt: skip
        assert resting_on_people(session(), dialogue, read_count(session(), dialogue)).stories == 2
        act = session().query(ThemeAct).filter(ThemeAct.by.is_not(None)).first()
        undo(session(), dialogue, act.number, by=by)
        assert stays.story.id in {doubt.story.id for doubt in least_sure(session(), dialogue)}


def test_confirming_leaves_the_signature_alone_and_the_theme_as_it_is(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        dialogue, by = readied(cast_on_both), user_of(cast_on_both.coordinator)
        doubt = next(each for each in least_sure(session(), dialogue) if each.other is None)
        before = strengths(dialogue)
        confirm_place(session(), doubt.story, doubt.theme, by=by)
        after = strengths(dialogue)
        assert {theme: len(held) for theme, held in before.items()} == {
            theme: len(held) for theme, held in after.items()
        }
        elsewhere = next(each for each in least_sure(session(), dialogue))
        move_stories(session(), [doubt.story], elsewhere.theme, by=by)
        if elsewhere.theme.id != doubt.theme.id:
            with pytest.raises(Refusal):
                confirm_place(session(), doubt.story, doubt.theme, by=by)


def test_nothing_held_nothing_dropped_and_nothing_from_few_is_asked_about(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        tell(cast_on_both.dialogue, texts("resa", 12))
        dialogue = dialogue_of(cast_on_both.dialogue).id
        session().commit()
        read(dialogue)
        assert least_sure(session(), dialogue) == []
        readied(cast_on_both)
        first, *others = least_sure(session(), dialogue)
        first.story.desk = DeskState.HELD
        gone = next(each.theme for each in others if each.theme.id != first.theme.id)
        drop_theme(session(), gone, by=user_of(cast_on_both.coordinator), reason="Två i ett")
        session().flush()
        now = least_sure(session(), dialogue)
        assert now
        assert first.story.id not in {each.story.id for each in now}
        assert gone.id not in {each.theme.id for each in now}


def test_the_page_asks_and_takes_an_answer(app_on_both: Application, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        dialogue = readied(cast)
        doubt = least_sure(session(), dialogue)[0]
        story, theme = doubt.story.id, doubt.theme.id
        session().commit()
    client = signed_in(app, cast.coordinator)
    base = f"/en/arbetsrum/{cast.dialogue}/lasrum"
    assert f"{base}/minst-sakra" in client.get(base).text
    page = client.get(f"{base}/minst-sakra").text
    assert page.count("<figure") == SHOWN
    assert f"{base}/minst-sakra/{story}" in page
    token = {"csrf_token": forged_free(client, app)}
    address = f"{base}/minst-sakra/{story}"
    assert client.post(address, data=token).status_code == 409
    place = re.search(rf'{story}" novalidate>.*?name="place" value="([^"]*)"', page)
    assert place
    token["place"] = place[1]
    answer = client.post(address, data=token | {"stands": str(theme)})
    assert answer.status_code == 303
    following = client.get(answer.headers["Location"].split("#")[0]).text
    assert "stands where it should" in following
    assert f"{base}/minst-sakra/{story}" not in following
    assert re.search(r"corrections of 1 story", following)
    assert client.post(address, data=token | {"stands": str(uuid.uuid4())}).status_code == 404
    with app.app_context():
        assert session().get_one(ThemeStory, (theme, story)).act is not None
