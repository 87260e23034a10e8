"""A theme that people put something into is listed when it loses its stories, never let go."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from analysis.claims.writing import begin_claim
from analysis.curating import hide_quote
from analysis.models import Theme, ThemeAct, ThemeStory
from analysis.signing.signing import sign_theme
from analysis.themes.acting import (
    confirm_place,
    drop_theme,
    keep_theme,
    merge_themes,
    move_stories,
    rename_theme,
)
from analysis.themes.history import undo
from analysis.themes.showing import Board, board_of
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import User
from dialogue.voices.models import DeskState, Story
from tests.analysis.room import KINDS, places_of, read, texts
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, gather, tell, user_of

Way = Callable[[Cast, Theme, User], None]


def board(cast: Cast) -> Board:
    session().expire_all()
    return board_of(session(), dialogue_of(cast.dialogue), 8)


def lost(cast: Cast) -> set[uuid.UUID]:
    return {row.theme.id for row in board(cast).lost}


def named(cast: Cast, theme: Theme, by: User) -> None:
    rename_theme(session(), theme, "Telefonen", "The phone", by=by)


def kept(cast: Cast, theme: Theme, by: User) -> None:
    keep_theme(session(), theme, by=by)


def signed(cast: Cast, theme: Theme, by: User) -> None:
    sign_theme(session(), theme, by=by)


def claimed(cast: Cast, theme: Theme, by: User) -> None:
    begin_claim(session(), theme, by=by)


def hid_a_quote(cast: Cast, theme: Theme, by: User) -> None:
    hide_quote(session(), theme.quotes[0], by=by)


def confirmed(cast: Cast, theme: Theme, by: User) -> None:
    first = session().get_one(Story, inside(theme)[0])
    confirm_place(session(), first, theme, by=by)


def merged_into(cast: Cast, theme: Theme, by: User) -> None:
    merge_themes(session(), gather(cast.dialogue, "Kön", tell(cast.dialogue, ["En kö."])), theme,
                 by=by)  # fmt: skip


WAYS = [named, kept, signed, claimed, hid_a_quote, confirmed, merged_into]


def inside(theme: Theme) -> list[uuid.UUID]:
    mine = select(ThemeStory.story_id).where(ThemeStory.theme_id == theme.id, ThemeStory.strongest)
    return sorted(session().scalars(mine), key=str)


def leave(theme: Theme) -> None:
    """Every story of a theme is held at the desk, so that no reading reads it."""
    for key in inside(theme):
        session().get_one(Story, key).desk = DeskState.HELD


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_theme_that_lost_its_group_in_a_reading_is_listed(
    app_on_both: Application, cast_on_both: Cast, way: Way
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        home = dialogue_of(cast.dialogue).id
        for kind in KINDS:
            tell(cast.dialogue, texts(kind, 6))
        session().commit()
        read(home)
        themes = {
            key: session().get_one(Theme, key) for key in sorted(set(places_of(home).values()))
        }
        one, other = (each for each in list(themes.values())[:2])
        keys = one.id, other.id
        way(cast, one, user_of(cast.coordinator))
        assert lost(cast) == set()
        leave(one)
        leave(other)
        session().commit()
        read(home)
        found = board(cast)
        assert {row.theme.id for row in found.lost} == {keys[0]}
        assert keys[0] not in {row.theme.id for row in found.rows}
        assert session().get(Theme, keys[1]) is None, "nobody had anything to do with it"
        session().commit()
    client = signed_in(app_on_both, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    page = client.get(f"{room}lasrum").text
    assert "Teman som har förlorat sina berättelser" in page
    assert f'href="{room}tema/{keys[0]}"' in page.split('id="lost"')[1]
    assert "Ingen berättelse ligger i temat" in client.get(f"{room}tema/{keys[0]}").text


def test_what_was_emptied_by_hand_or_taken_back_is_not_listed(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        eva = user_of(cast.coordinator)
        full = gather(cast.dialogue, "Full", tell(cast.dialogue, ["Ett.", "Två."]))
        emptied, back, dropped = (
            gather(cast.dialogue, name, tell(cast.dialogue, [f"{name}, en berättelse."]))
            for name in ("Tömt", "Åter", "Struket")
        )
        keep_theme(session(), back, by=eva)
        number = session().scalars(select(ThemeAct.number)).all()[-1]
        undo(session(), back.dialogue_id, number, by=eva)
        for each in (emptied, back, dropped):
            move_stories(session(), [session().get_one(Story, inside(each)[0])], full, by=eva)
        drop_theme(session(), dropped, by=eva, reason="Samma sak.")
        assert lost(cast) == set()
        assert {row.theme.id for row in board(cast).dropped} == {dropped.id}
        keep_theme(session(), emptied, by=eva)
        assert lost(cast) == {emptied.id}
