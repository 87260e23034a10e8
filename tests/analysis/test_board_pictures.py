"""The board's map and triangle: whose placing it is, and what is left out, is said in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unittest import mock

import pytest
from sqlalchemy import update

import analysis.themes.drawing
from analysis.models import StoryOutcome
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Story
from tests.conftest import Cast, signed_in
from tests.stage import gather, tell


def on_the_map(stories: Sequence[Story], x: float) -> None:
    """Give the stories places on the map, side by side."""
    for number, story in enumerate(stories):
        place = update(StoryOutcome).where(StoryOutcome.story_id == story.id)
        session().execute(place.values(x=x + number % 4 / 10, y=number / 40))


def themes(cast: Cast, count: int, *, points: dict[str, int] | None = None, size: int = 9) -> None:
    """So many themes, each with its stories on the map."""
    for number in range(count):
        told = tell(cast.dialogue, [f"Tema {number} nr {n} ." for n in range(size)], points=points)
        gather(cast.dialogue, f"Tema {number}", told)
        on_the_map(told, number % 5)
    session().commit()


def board(app: Application, cast: Cast) -> str:
    return signed_in(app, cast.coordinator).get(f"/sv/arbetsrum/{cast.dialogue}/lasrum").text


def section(page: str, name: str) -> str:
    """What stands under a heading of the board."""
    return page.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]


def test_the_machines_ties_are_never_shown_as_the_tellers_points(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        themes(cast, 2, points={})
    page = board(app, cast)
    triangle = section(page, "tri-t")
    assert "Ingen gav poäng med de här berättelserna. Konturerna är där maskinen" in triangle
    assert triangle.count('class="t1 hol"') == 2
    assert re.findall(r"<td[^>]*>([^<]*)</td>", triangle) == 2 * ["9", "inga poäng", "7–2–1"]
    assert "så banden är tomma" in section(page, "themes")


def test_beside_themes_with_points_those_without_are_counted(app: Application, cast: Cast) -> None:
    with app.app_context():
        themes(cast, 2)
        themes(cast, 1, points={})
    triangle = section(board(app, cast), "tri-t")
    assert "1 tema har bara en kontur: ingen gav poäng" in triangle
    assert re.findall(r"<td[^>]*>([^<]*)</td>", triangle).count("5–3–2") == 2


def test_every_theme_is_in_the_triangle_the_map_and_its_list(app: Application, cast: Cast) -> None:
    with app.app_context():
        themes(cast, 26)
    page = board(app, cast)
    for name in ("tri-t", "map-t"):
        picture = section(page, name)
        numbers = re.findall(r'<text class="k"[^>]*>(\d+)</text>', picture)
        assert sorted(map(int, numbers)) == list(range(1, 27))
    assert section(page, "map-t").count("<li>") == 26
    assert 'id="map-n"' not in page, "nothing is left out, so nothing is said of it"


@pytest.mark.parametrize(("most", "islands"), [(20, 40), (1_500, 2)])
def test_what_the_map_leaves_out_is_said_beside_it_in_its_name_and_in_its_list(
    app: Application, cast: Cast, most: int, islands: int
) -> None:
    with app.app_context():
        themes(cast, 4)
    with (
        mock.patch.object(analysis.themes.drawing, "MOST", most),
        mock.patch.object(analysis.themes.drawing, "ISLANDS", islands),
    ):
        part = section(board(app, cast), "map-t")
    assert 'aria-labelledby="map-t map-n"' in part
    assert part.count("<li>") == 4
    if most == 20:
        assert "Kartan är ett urval: 20 av 36 berättelser är tecken på den." in part
    else:
        assert part.count("utan ö på kartan") == 2
        assert "2 teman har ingen ö här" in part
        assert part.count("<use ") == 36
