"""Where stories were told: only what was given beside the story, only for groups large enough."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from analysis.stories.groups import groups_of
from analysis.stories.listing import Asked, listed
from analysis.stories.searching import index_newest
from analysis.themes.figures import figures_of
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Story
from surveys.answering import telling
from surveys.questions.document import Document
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, gather, tell
from tests.survey import DOCUMENT, answer, open_form

SMALLEST = 8


def openly(document: dict[str, Any]) -> Document:
    """The tests' survey with its municipality asked for beside the story."""
    found = Document.of(document)
    return replace(
        found, sections=tuple(replace(section, kept_apart=False) for section in found.sections)
    )


def test_a_place_that_is_kept_apart_never_comes_to_the_story(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    assert telling.area(openly(DOCUMENT), {"kommun": "umea"}) == "Umeå"
    assert telling.area(Document.of(DOCUMENT), {"kommun": "umea"}) == ""
    client = app_on_both.test_client(use_cookies=False)
    answer(client, open_form(client, cast_on_both.dialogue), kommun="umea")
    with app_on_both.app_context():
        assert session().scalars(select(Story.area)).all() == [""]


def test_an_area_with_too_few_tellers_is_neither_offered_nor_listed(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        dialogue = dialogue_of(cast_on_both.dialogue).id
        many = tell(cast_on_both.dialogue, [f"Från stan, nummer {n}." for n in range(9)])
        few = tell(cast_on_both.dialogue, [f"Från byn, nummer {n}." for n in range(7)])
        tell(cast_on_both.dialogue, ["Någonstans ifrån."])
        for story in many:
            story.area = "Umeå"
        for story in few:
            story.area = "Dorotea"
        session().flush()
        index_newest(session(), dialogue)
        groups = groups_of(session(), dialogue, SMALLEST)
        assert groups.choices()["area"] == ["Umeå"]
        shown = listed(session(), dialogue, Asked.of({"area": "Umeå"}), 1, 20, groups)
        assert {story.id for story in shown.stories} == {story.id for story in many}
        hidden = listed(session(), dialogue, Asked.of({"area": "Dorotea"}), 1, 20, groups)
        assert hidden.few
        assert not hidden.stories
        theme = gather(cast_on_both.dialogue, "Bussen", [*many, *few])
        assert figures_of(session(), theme.id)["areas"] == {"Umeå": 9, "Dorotea": 7}


@pytest.mark.parametrize(("untold", "shown"), [(5, True), (4, False)])
def test_the_pages_show_large_areas_unless_they_give_a_small_one_away(
    app: Application, cast: Cast, untold: int, shown: bool
) -> None:
    """E04: three stories from Dorotea and those from nowhere are hidden together, or not enough."""
    with app.app_context():
        many = tell(cast.dialogue, [f"Från stan, nummer {n}." for n in range(12)])
        few = tell(cast.dialogue, [f"Från byn, nummer {n}." for n in range(3)])
        few += tell(cast.dialogue, [f"Inte sagt varifrån, nummer {n}." for n in range(untold)])
        for story in many:
            story.area = "Umeå"
        for story in few[:3]:
            story.area = "Dorotea"
        theme = gather(cast.dialogue, "Bussen", [*many, *few])
        theme.figures = figures_of(session(), theme.id)
        key = theme.id
        index_newest(session(), dialogue_of(cast.dialogue).id)
        session().commit()
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}"
    page = client.get(f"{room}/tema/{key}").text
    assert "Dorotea" not in page
    assert ("Umeå" in page) == shown
    if shown:
        assert ">10<" in page.split('id="areas"')[1].split("</section>")[0]
    pictures = client.get(f"{room}/bilder").text
    assert "Dorotea" not in pictures
    assert ("Umeå" in pictures) == shown
    drawn = client.get(f"{room}/bilder/fil?picture=areas&as=svg")
    assert (drawn.status_code == 200) == shown
    assert ("Umeå" in drawn.text) == shown
    assert ('value="Umeå"' in client.get(f"{room}/berattelser").text) == shown
