"""Each reader sees what they have read themselves, whatever the desk has decided."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from analysis.stories.groups import groups_of
from analysis.stories.listing import Asked, listed, steps_from
from analysis.stories.lone import unopened
from analysis.stories.opened import note_opening
from analysis.stories.searching import index_newest
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import User
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, tell, user_of


@pytest.fixture
def thirty(app_on_both: Application, cast_on_both: Cast) -> list[uuid.UUID]:
    """Thirty stories that wait for the desk, in the order of the list."""
    with app_on_both.app_context():
        tell(cast_on_both.dialogue, [f"Om bussen, gång {n}." for n in range(30)],
             desk=DeskState.WAITING)  # fmt: skip
        session().commit()
        mine = select(Story.id).where(Story.dialogue_id == dialogue_of(cast_on_both.dialogue).id)
        return list(session().scalars(mine.order_by(Story.id.desc())))


def test_a_story_that_was_opened_is_read_in_the_list_and_still_waits_at_the_desk(
    app_on_both: Application, cast_on_both: Cast, thirty: list[uuid.UUID]
) -> None:
    client = signed_in(app_on_both, cast_on_both.coordinator)
    base = f"/en/arbetsrum/{cast_on_both.dialogue}/berattelser"
    before = client.get(base).text
    assert "Not read by you: 30" in before and '<span class="soft">Read by you' not in before
    assert before.count("Waits for the safety desk") == 20
    for key in thirty[:2]:
        assert client.get(f"{base}/{key}").status_code == 200
    after = client.get(base).text
    assert "Not read by you: 28" in after
    assert after.count('<span class="soft">Read by you') == 2
    assert after.count("Waits for the safety desk") == 20
    left = client.get(f"{base}?unread=1").text
    assert "28 stories" in left and "Read by you<" not in left
    assert str(thirty[0]) not in left and str(thirty[2]) in left
    assert str(thirty[29]) in client.get(f"{base}?unread=1&page=2").text
    found = client.get(f"{base}?words=bussen&unread=1").text
    assert "28 stories" in found and "Not read by you: 28" in found
    assert "Not read by you: 28" in client.get(f"{base}?lang=sv").text
    other = signed_in(app_on_both, cast_on_both.administrator)
    if (page := other.get(base)).status_code == 200:
        assert "Not read by you: 30" in page.text


def test_a_mark_is_taken_away_and_the_lone_voice_waits_for_somebody_again(
    app_on_both: Application, cast_on_both: Cast, thirty: list[uuid.UUID]
) -> None:
    client = signed_in(app_on_both, cast_on_both.coordinator)
    base = f"/en/arbetsrum/{cast_on_both.dialogue}/berattelser"
    client.get(f"{base}/{thirty[4]}")
    page = client.get(f"{base}/{thirty[4]}?unread=1").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    answer = client.post(f"{base}/{thirty[4]}/olast?unread=1", data={"csrf_token": token})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/berattelser?unread=1")
    assert "Not read by you: 30" in client.get(base).text
    with app_on_both.app_context():
        left = select(Story.id).where(unopened(), Story.id == thirty[4])
        assert session().scalar(left) == thirty[4]


def test_the_next_unread_is_found_from_anywhere_and_the_way_back_stays(
    app_on_both: Application, cast_on_both: Cast, thirty: list[uuid.UUID]
) -> None:
    with app_on_both.app_context():
        reader: User = user_of(cast_on_both.coordinator)
        stories = [session().get_one(Story, key) for key in thirty]
        for story in [*stories[:3], stories[4], *stories[6:]]:
            note_opening(session(), story, reader)
        session().flush()
        key = dialogue_of(cast_on_both.dialogue).id

        def steps(at: int, words: str = "", **asked: bool) -> tuple[int | None, ...]:
            found = steps_from(
                session(), key, Asked(words=words, **asked), stories[at], 8, reader.id
            )
            ways = found.previous, found.following, found.unread
            return tuple(thirty.index(way) if way else None for way in ways)

        index_newest(session(), key)
        for words in ("", "bussen"):
            assert steps(1, words) == (0, 2, 3)
            assert steps(4, words) == (3, 5, 5)
            assert steps(10, words) == (9, 11, 3)
            assert steps(4, words, unread=True) == (3, 5, 5)
            assert steps(6, words, unread=True) == (5, None, 3)
        groups = groups_of(session(), key, 8)
        shown = listed(session(), key, Asked(unread=True), 1, 20, groups, reader.id)
        assert [thirty.index(story.id) for story in shown.stories] == [3, 5]
        assert (shown.total, shown.unread) == (2, 2)
