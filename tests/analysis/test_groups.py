"""No list of stories, and no two of them beside each other, singles out a small group (E05)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from analysis.stories.groups import FEW, GROUPS, REST, Groups, groups_of
from analysis.stories.listing import Asked, listed
from analysis.stories.searching import index_newest
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, Organisation, ReleaseRule
from dialogue.voices.models import Channel, DeskState, Story
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, gather, tell

SMALLEST = 8
VALUES = {
    "channel": ("web", "paper"), "voice": ("self", "relative"), "lang": ("sv",), "mark": ("0",),
    "area": ("", "Malå", "Sorsele", "Dorotea"),
}  # fmt: skip
TABLES = st.dictionaries(
    st.sampled_from(list(product(*(VALUES[name] for name in GROUPS)))),
    st.integers(min_value=0, max_value=24),
    max_size=12,
)


def size(table: Mapping[tuple[str, ...], int], chosen: Mapping[str, str]) -> int:
    return sum(
        count
        for values, count in table.items()
        if all(values[GROUPS.index(name)] == value for name, value in chosen.items())
    )


@settings(max_examples=300, deadline=None)
@given(TABLES)
def test_no_two_lists_that_are_shown_leave_a_small_group_between_them(
    table: dict[tuple[str, ...], int],
) -> None:
    """All pairs of a list and a narrower one, and all values of a filter beside the whole."""
    groups = Groups(table.items(), SMALLEST)
    names = ("channel", "voice", "area")
    shown = [
        chosen
        for count in range(len(names) + 1)
        for picked in combinations(names, count)
        for values in product(*(tuple(filter(None, VALUES[name])) for name in picked))
        if not groups.refused(chosen := dict(zip(picked, values, strict=True)))
    ]
    for chosen in shown:
        if chosen:
            assert size(table, chosen) == 0 or size(table, chosen) >= SMALLEST
        for narrower in shown:
            if chosen.items() < narrower.items() and size(table, narrower):
                rest = size(table, chosen) - size(table, narrower)
                assert rest == 0 or rest >= SMALLEST, (chosen, narrower)
        for name in set(names) - set(chosen):
            known = sum(
                size(table, each)
                for each in shown
                if chosen.items() < each.items() and set(each) - set(chosen) == {name}
            )
            rest = size(table, chosen) - known
            assert rest == 0 or rest >= SMALLEST or known == 0, (chosen, name)


def test_what_is_hidden_hides_the_smallest_beside_it_until_it_is_enough() -> None:
    def counted(**areas: int) -> Groups:
        rows = [(("web", "self", "sv", "0", area), count) for area, count in areas.items()]
        return Groups(rows, SMALLEST)

    alone = counted(Malå=9, Sorsele=12, Dorotea=3)
    assert alone.choices()["area"] == ["Sorsele"]
    assert alone.refused({"area": "Dorotea"}) == FEW
    assert alone.refused({"area": "Malå"}) == REST
    assert alone.refused({"area": "Malå", "channel": "web"}) == REST
    assert counted(Malå=9, Sorsele=12).choices()["area"] == ["Malå", "Sorsele"]
    unasked = Groups(
        [(("web", "self", "sv", "0", area), count) for area, count in
         {"": 40, "Malå": 9, "Dorotea": 3}.items()], SMALLEST,
    )  # fmt: skip
    assert unasked.choices()["area"] == ["Malå"]
    assert counted(Malå=9, Dorotea=3).refused({"area": "Ingenstans"}) == ""


@pytest.fixture
def areas(app_on_both: Application, cast_on_both: Cast) -> str:
    """Forty stories from nowhere in particular, nine from Malå and three from Dorotea."""
    with app_on_both.app_context():
        stories = tell(cast_on_both.dialogue, [f"Om bussen, gång {n}." for n in range(52)])
        for story in stories[:9]:
            story.area = "Malå"
        for story in stories[9:12]:
            story.area = "Dorotea"
        gather(cast_on_both.dialogue, "Bussen", stories[:20])
        session().commit()
    return cast_on_both.dialogue


def test_no_way_leads_from_story_to_story_within_a_group_that_is_not_listed(
    app_on_both: Application, cast_on_both: Cast, areas: str
) -> None:
    client = signed_in(app_on_both, cast_on_both.coordinator)
    with app_on_both.app_context():
        key = dialogue_of(areas).id
        index_newest(session(), key)
        mine = select(Story.id, Story.area).where(Story.dialogue_id == key).order_by(Story.id)
        stories: dict[Any, str] = dict(session().execute(mine).all())  # type: ignore[arg-type]
        session().commit()
    base = f"/en/arbetsrum/{areas}/berattelser"
    for each in list(stories)[:12]:
        for more in ("", "&words=bussen", "&unread=1"):
            page = client.get(f"{base}/{each}?area=Dorotea{more}").text
            assert 'rel="next"' not in page and 'rel="prev"' not in page
            assert 'id="unread"' not in page
            assert "fewer than 8 stories" in page
    first = next(each for each, area in stories.items() if area == "Malå")
    page = client.get(f"{base}/{first}?area=Malå").text
    steps = re.findall(r'rel="(?:next|prev)" href="[^"]*berattelser/([0-9a-f-]{36})', page)
    assert steps and all(str(each) in {str(k) for k, a in stories.items() if a == "Malå"}
                         for each in steps)  # fmt: skip


def test_whether_a_theme_holds_any_of_a_hidden_group_is_not_told(
    app_on_both: Application, cast_on_both: Cast, areas: str
) -> None:
    client = signed_in(app_on_both, cast_on_both.coordinator)
    with app_on_both.app_context():
        other = tell(areas, [f"Om telefonen, gång {n}." for n in range(10)])
        empty = gather(areas, "Telefonen", other).id
        session().commit()
    page = client.get(f"/en/arbetsrum/{areas}/berattelser?area=Dorotea&theme={empty}").text
    assert "Fewer than 8" in page


def test_a_choice_that_leaves_few_beside_it_is_neither_offered_nor_listed(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    slug = cast_on_both.dialogue
    with app_on_both.app_context():
        stories = tell(slug, [f"Om bussen, gång {n}." for n in range(40)])
        for story in stories[:5]:
            story.contribution.channel = Channel.PAPER
        session().commit()
    client = signed_in(app_on_both, cast_on_both.coordinator)
    base = f"/en/arbetsrum/{slug}/berattelser"
    assert 'name="channel"' not in client.get(f"{base}?words=bussen").text
    for more in ("", "&words=bussen", "&desk=read", "&voice=self", "&unread=1"):
        page = client.get(f"{base}?channel=web{more}").text
        assert "<figure" not in page, more
        assert "it would show which" in page


def test_a_reader_of_what_was_let_through_is_shown_no_group_that_is_small_to_them(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """Twenty came by paper, three of them are let through: the reader could count those three."""
    slug = cast_on_both.dialogue
    with app_on_both.app_context():
        stories = tell(slug, [f"Om bussen, gång {n}." for n in range(60)])
        for story in stories[:20]:
            story.contribution.channel = Channel.PAPER
        for story in stories[3:20]:
            story.desk, story.read_on = DeskState.WAITING, None
        dialogue = dialogue_of(slug)
        others = select(Organisation).where(Organisation.id != dialogue.organisation_id)
        dialogue.host_id = session().scalars(others).first().id  # type: ignore[union-attr]
        dialogue.release = ReleaseRule.REDACTED_STORIES
        session().commit()
        assert session().get_one(Dialogue, dialogue.id).host_id
    client = signed_in(app_on_both, cast_on_both.coordinator)
    page = client.get(f"/en/arbetsrum/{slug}/berattelser?channel=paper").text
    assert "Fewer than 8" in page and "<figure" not in page


def test_the_choices_are_those_that_may_be_listed(
    app_on_both: Application, cast_on_both: Cast, areas: str
) -> None:
    with app_on_both.app_context():
        key = dialogue_of(areas).id
        index_newest(session(), key)
        groups = groups_of(session(), key, SMALLEST)
        assert groups.choices()["area"] == ["Malå"]
        assert listed(session(), key, Asked(area="Malå"), 1, 20, groups).total == 9
