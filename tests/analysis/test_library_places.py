"""The library is searched by place within the rules of disclosure, and paged."""

from __future__ import annotations

import re

from analysis.library.finding import A_PAGE, Shelf, Sought, shelf
from analysis.library.shelves import release
from analysis.models import StoryOutcome, ThemeState
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Story, Use
from dialogue.voices.permitting import permit
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, gather, tell, user_of

SMALLEST = 8


def put(cast: Cast, count: int, *, area: str = "", named: str = "", word: str = "") -> list[Story]:
    """``count`` stories in the library, told from an area or naming a place."""
    texts = [f"Berättelse {n} {word} från {named or 'byn'}." for n in range(count)]
    stories = tell(cast.dialogue, texts, uses=(Use.ANALYSIS, Use.LIBRARY))
    for story in stories:
        story.area = area
        session().add(StoryOutcome(story_id=story.id, ties={"framtidsbild": {"trygghet": 0.8}}))
        session().flush()
        release(session(), story, named, by=user_of(cast.coordinator))
    session().flush()
    return stories


def asked(cast: Cast, page: int = 1, **sought: str) -> Shelf:
    session().flush()
    return shelf(session(), dialogue_of(cast.dialogue), Sought(**sought), SMALLEST, page)


def test_the_area_beside_a_story_is_a_place(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        put(cast_on_both, 9, area="Sorsele")
        put(cast_on_both, 12, area="Malå")
        put(cast_on_both, 3)
        assert asked(cast_on_both).places == ("Malå", "Sorsele")
        found = asked(cast_on_both, place="Sorsele")
        assert (found.found, {each.story.area for each in found.stories}) == (9, {"Sorsele"})
        assert asked(cast_on_both).total == 24


def test_named_places_and_areas_are_one(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        put(cast_on_both, 5, area="Sorsele")
        put(cast_on_both, 4, named="Sorsele")
        put(cast_on_both, 1, area="Sorsele", named="Sorsele")
        assert asked(cast_on_both).places == ("Sorsele",)
        assert asked(cast_on_both, place="Sorsele").found == 10


def test_a_place_with_few_stories_is_neither_offered_nor_answered(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        put(cast_on_both, SMALLEST, area="Malå", word="bussen")
        put(cast_on_both, SMALLEST - 1, area="Dorotea", word="bussen")
        assert asked(cast_on_both).places == ("Malå",)
        for more in ({}, {"words": "bussen"}, {"node": "framtidsbild/trygghet"}):
            few = asked(cast_on_both, place="Dorotea", **more)
            assert (few.few, few.found, few.stories) == (True, 0, ())
        assert not asked(cast_on_both, place="Ingenstans").few
        assert asked(cast_on_both, place="Malå", words="bussen").found == SMALLEST


def test_a_place_inside_a_theme_or_frame_must_not_single_anybody_out(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        stories = put(cast_on_both, 10, area="Malå")
        ten = [story.id for story in stories]
        session().query(StoryOutcome).delete()
        theme = gather(cast_on_both.dialogue, "Resor", stories[:3], quotes=0)
        theme.state = ThemeState.KEPT
        for story in stories[3:]:
            session().add(StoryOutcome(story_id=story.id, ties={"framtidsbild": {"trygghet": 1}}))
        assert asked(cast_on_both, place="Malå").found == 10
        assert asked(cast_on_both, theme=str(theme.id)).found == 3
        assert asked(cast_on_both, theme=str(theme.id), place="Malå").few
        assert asked(cast_on_both, node="framtidsbild/trygghet", place="Malå").few
        assert {each.story.id for each in asked(cast_on_both, place="Malå").stories} == set(ten)


def test_a_permission_taken_back_closes_the_place_at_once(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        stories = put(cast_on_both, SMALLEST, area="Malå")
        assert asked(cast_on_both, place="Malå").found == SMALLEST
        permit(session(), stories[0].contribution, Use.LIBRARY, False)
        after = asked(cast_on_both, place="Malå")
        assert (after.few, after.places, after.total) == (True, (), SMALLEST - 1)


def test_pages_hold_every_story_once(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        keys = {story.id for story in put(cast_on_both, 2 * A_PAGE + 3, area="Malå")}
        pages = [asked(cast_on_both, page, place="Malå") for page in (1, 2, 3)]
        assert [len(each.stories) for each in pages] == [A_PAGE, A_PAGE, 3]
        assert {each.story.id for page in pages for each in page.stories} == keys
        assert asked(cast_on_both, 99).page == 3


def test_the_page_offers_the_place_and_keeps_it_from_page_to_page(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        put(cast, A_PAGE + 5, area="Malå")
        put(cast, 2, area="Dorotea")
        session().commit()
    client = signed_in(app, cast.responder)
    page = client.get(f"/sv/arbetsrum/{cast.dialogue}/bibliotek?place=Mal%C3%A5").text
    offered = re.findall(r'<option[^>]*value="([^"]*)"', page)
    assert "Malå" in offered
    assert "Dorotea" not in page
    assert f"{A_PAGE + 5} berättelser" in page
    assert re.search(r"bibliotek\?[^\"]*page=2", page)
    assert re.search(r"page=2[^\"]*place=Mal|place=Mal[^\"]*page=2", page)
    few = client.get(f"/sv/arbetsrum/{cast.dialogue}/bibliotek?place=Dorotea").text
    assert "Färre än 8 berättelser" in few
    assert "Berättelse 0" not in few
