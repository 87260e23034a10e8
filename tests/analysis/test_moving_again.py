"""Whatever was just done with a theme, something else can go to it at once: no worker has to count
its stories first."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient

from analysis.themes.acting import drop_theme
from analysis.themes.figures import count_anew
from dialogue.app import Application
from dialogue.ground.db import session
from tests.analysis.room import read, texts
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, gather, tell, user_of


def offered(page: str) -> set[str]:
    """The keys of the themes that the page's lists offer."""
    return set(re.findall(r'<option value="([0-9a-f-]{36})"', page))


@pytest.fixture
def two(app_on_both: Application, cast_on_both: Cast) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Two themes as a worker has counted them, and a story of the first: their keys."""
    with app_on_both.app_context():
        first = tell(cast_on_both.dialogue, [f"Det ena numret {n} ." for n in range(12)])
        second = tell(cast_on_both.dialogue, [f"Det andra numret {n} ." for n in range(12)])
        one = gather(cast_on_both.dialogue, "Det ena", first)
        other = gather(cast_on_both.dialogue, "Det andra", second)
        count_anew(session(), one.dialogue_id)
        session().commit()
        return one.id, other.id, first[0].id


def moved(
    client: FlaskClient, app: Application, room: str, keys: tuple[str, str], story: str
) -> int:
    """Move a story by the form of its theme's page; the answer's status."""
    form = {"csrf_token": forged_free(client, app), "to": keys[1], "story": story}
    return client.post(f"{room}/tema/{keys[0]}/flytta", data=form).status_code


def test_a_second_story_can_go_to_the_same_theme(
    app_on_both: Application, cast_on_both: Cast, two: tuple[uuid.UUID, uuid.UUID, uuid.UUID]
) -> None:
    one, other, story = map(str, two)
    client = signed_in(app_on_both, cast_on_both.coordinator)
    room = f"/sv/arbetsrum/{cast_on_both.dialogue}"
    assert offered(client.get(f"{room}/tema/{one}").text) == {other}
    assert moved(client, app_on_both, room, (one, other), story) == 303
    assert offered(client.get(f"{room}/tema/{one}").text) == {other}
    assert offered(client.get(f"{room}/tema/{other}").text) == {one}
    assert offered(client.get(f"{room}/berattelser/{story}").text) >= {one, other}


def test_a_theme_without_stories_or_off_the_board_is_not_offered(
    app_on_both: Application, cast_on_both: Cast, two: tuple[uuid.UUID, uuid.UUID, uuid.UUID]
) -> None:
    one, other, _story = two
    with app_on_both.app_context():
        empty = str(gather(cast_on_both.dialogue, "Det tomma", []).id)
        gone = gather(cast_on_both.dialogue, "Det strukna", tell(cast_on_both.dialogue, ["En."]))
        drop_theme(session(), gone, by=user_of(cast_on_both.coordinator), reason="Hör inte hit.")
        dropped = str(gone.id)
        session().commit()
    client = signed_in(app_on_both, cast_on_both.coordinator)
    page = client.get(f"/sv/arbetsrum/{cast_on_both.dialogue}/tema/{one}").text
    assert offered(page) == {str(other)}
    assert not {empty, dropped} & offered(page)


def test_the_least_sure_can_go_on_being_moved(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        for kind in ("telefon", "resa", "möte"):
            tell(cast_on_both.dialogue, texts(kind, 12))
        dialogue = dialogue_of(cast_on_both.dialogue).id
        session().commit()
        read(dialogue)
    client = signed_in(app_on_both, cast_on_both.coordinator)
    address = f"/sv/arbetsrum/{cast_on_both.dialogue}/lasrum/minst-sakra"
    page = client.get(address).text
    story = re.search(rf'action="{address}/([0-9a-f-]+)"', page)
    assert story
    to = sorted(offered(page.split("<select", 1)[1].split("</select>", 1)[0]))[0]
    place = page.split('name="place" value="', 1)[1].split('"', 1)[0]
    form = {"csrf_token": forged_free(client, app_on_both), "to": to, "place": place}
    assert client.post(f"{address}/{story[1]}", data=form).status_code == 303
    assert to in offered(client.get(address).text)
