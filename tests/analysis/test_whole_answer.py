"""Beside a story stands the rest of the same answer, as far as it may stand there."""

from __future__ import annotations

import re

from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Organisation, ReleaseRule
from dialogue.voices.beside import chosen_in
from dialogue.voices.models import DeskState, Story
from surveys.choosing_told import CLOSED, _chosen
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Document
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, tell
from tests.survey import answer

SURVEY = {
    "sections": [
        {
            "id": "om", "title": {"sv": "Om vården"},
            "questions": [
                {"id": "litar", "kind": "scale5", "text": {"sv": "Jag litar på vården."}},
                {"id": "satt", "kind": "single", "text": {"sv": "Hur kom du dit?"},
                 "settings": {"other": True},
                 "choices": [{"id": "buss", "text": {"sv": "Med buss"}},
                             {"id": "bil", "text": {"sv": "Med bil"}}]},
                {"id": "flera", "kind": "multi", "text": {"sv": "Vad hjälpte?"},
                 "settings": {"other": True},
                 "choices": [{"id": "tid", "text": {"sv": "Tid"}},
                             {"id": "lugn", "text": {"sv": "Lugn"}}]},
                {"id": "bilder", "kind": "sortpic", "text": {"sv": "Hur är det?"},
                 "settings": {"notes": True},
                 "choices": [{"id": "ringa", "text": {"sv": "Ringa"}},
                             {"id": "hitta", "text": {"sv": "Hitta"}}]},
                {"id": "kort", "kind": "short", "text": {"sv": "Något mer?"}},
                {"id": "ort", "kind": "place", "text": {"sv": "Var bor du?"},
                 "choices": [{"id": "mala", "text": {"sv": "Malå"}},
                             {"id": "umea", "text": {"sv": "Umeå"}}]},
            ],
        },
        {
            "id": "bakgrund", "title": {"sv": "Om dig"}, "kept_apart": True,
            "questions": [{"id": "kon", "kind": "single", "text": {"sv": "Kön"},
                           "choices": [{"id": "k", "text": {"sv": "Kvinna"}},
                                       {"id": "m", "text": {"sv": "Man"}}]}],
        },
    ],
}  # fmt: skip
OWN = "kanariefågelsträdet"


def test_only_choices_are_told_no_own_words_no_place_and_no_background(app: Application) -> None:
    given = {
        "litar": "4", "satt": {"other": OWN}, "flera": {"chosen": ["tid", "other"], "other": OWN},
        "bilder": {"piles": {"ringa": "bad"}, "notes": {"ringa": OWN}}, "kort": OWN,
        "ort": "mala", "kon": "k",
    }  # fmt: skip
    with app.test_request_context("/sv/"):
        told = {each.question.sv: each.lines for each in _chosen(Document.of(SURVEY), given)}
    assert set(told) == {"Jag litar på vården.", "Hur kom du dit?", "Vad hjälpte?", "Hur är det?"}
    assert OWN not in str(told) and "Malå" not in str(told) and "Kvinna" not in str(told)
    assert told["Vad hjälpte?"][0] == "Tid" and len(told["Vad hjälpte?"]) == 2
    assert len(told["Hur är det?"]) == 1
    assert set(KINDS) > CLOSED
    assert not CLOSED & {"place", "who", "when", "number", "short", "story"}


def test_an_answer_is_shown_whole_and_its_background_stays_apart(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    visitor = app_on_both.test_client(use_cookies=False)
    answer(visitor, litar="4", kommun="umea")
    with app_on_both.app_context():
        story = session().scalars(select(Story)).one()
        beside = Story(
            dialogue_id=story.dialogue_id, contribution_id=story.contribution_id,
            question="mer", text="Dessutom hade bussen slutat gå.", lang="sv",
        )  # fmt: skip
        hidden = Story(
            dialogue_id=story.dialogue_id, contribution_id=story.contribution_id,
            question="sist", text="Det här hålls kvar.", lang="sv", desk=DeskState.HELD,
        )  # fmt: skip
        session().add_all([beside, hidden])
        tell(cast_on_both.dialogue, ["Någon annan säger något annat."])
        session().commit()
        key, other, held = story.id, beside.id, hidden.id
        with app_on_both.test_request_context("/sv/"):
            assert "Umeå" not in str(chosen_in(session(), story.contribution))
    client = signed_in(app_on_both, cast_on_both.coordinator)
    base = f"/sv/arbetsrum/{cast_on_both.dialogue}/berattelser"
    page = client.get(f"{base}/{key}").text
    whole = page.split('id="whole"')[1].split("</section>")[0]
    assert "Dessutom hade bussen slutat gå." in whole and f"{base}/{other}" in whole
    assert "Det här hålls kvar." not in page and f"{base}/{held}" in whole
    assert "Någon annan" not in page
    assert "Umeå" not in page
    assert re.search(r"<dt>[^<]+</dt><dd>[^<]+", whole)
    assert 'id="whole"' in client.get(f"{base}/{other}").text


def test_who_reads_what_was_let_through_sees_no_more_of_the_answer(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    answer(app_on_both.test_client(use_cookies=False), litar="4")
    with app_on_both.app_context():
        story = session().scalars(select(Story)).one()
        story.desk = DeskState.READ
        beside = Story(
            dialogue_id=story.dialogue_id, contribution_id=story.contribution_id,
            question="mer", text="Dessutom hade bussen slutat gå.", lang="sv",
        )  # fmt: skip
        session().add(beside)
        dialogue = dialogue_of(cast_on_both.dialogue)
        others = select(Organisation).where(Organisation.id != dialogue.organisation_id)
        dialogue.host_id = session().scalars(others).first().id  # type: ignore[union-attr]
        dialogue.release = ReleaseRule.REDACTED_STORIES
        session().commit()
        key = story.id
    client = signed_in(app_on_both, cast_on_both.coordinator)
    page = client.get(f"/sv/arbetsrum/{cast_on_both.dialogue}/berattelser/{key}")
    assert page.status_code == 200
    assert "Dessutom" not in page.text and 'id="whole"' not in page.text
