"""What stands in two languages, rules in the editor, and the preview."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.rights import dialogue_named
from surveys import shaping
from surveys.building import authoring
from surveys.building.completeness import meters, missing
from surveys.building.launching import open_survey
from tests.conftest import Cast, signed_in
from tests.surveys.drafting import HERE, document, fields_of
from tests.surveys.test_versions import eva, ours


def test_a_question_is_edited_in_both_languages_with_a_rule(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    address = f"{HERE}/fraga/slipper"
    form = fields_of(client.get(address).text)
    sent = client.post(
        address,
        data=form
        | {
            "text_sv": "Nytt.", "text_en": "New.", "easy_sv": "Lätt.", "easy_en": "Easy.",
            "node": "tillsammans", "join": "any",
            "rule_1": "litar|is|1", "rule_2": "poang|most|trygghet",
        },
    )  # fmt: skip
    assert sent.status_code == 303
    found = shaping.question_named(document(app, draft), "slipper")
    assert (found.text.sv, found.easy.en) == ("Nytt.", "Easy.")
    assert found.show_if == {
        "any": (
            {"question": "litar", "op": "is", "value": "1"},
            {"question": "poang", "op": "most", "value": "trygghet"},
        )
    }
    shown = client.get(address).text
    assert 'value="litar|is|1" selected' in shown.replace("selected value", "value") or (
        re.search(r'<option selected value="litar\|is\|1">', shown)
    )


def test_a_broken_rule_is_said_and_stops_the_opening(app: Application, draft: Cast) -> None:
    with app.app_context():
        survey, by = ours(draft), eva(draft)
        old = shaping.question_named(authoring.draft_document(survey), "litar")
        rule = {"question": "vart", "op": "is", "value": "1"}
        authoring.save_question(
            session(), survey, replace(old, show_if=rule), authoring.mark_of(old)
        )
        with pytest.raises(Refusal):
            open_survey(session(), dialogue_named(draft.dialogue), survey, by=by)
        session().commit()
    page = signed_in(app, draft.coordinator).get(f"{HERE}/").text
    assert "which comes later" in page or "kommer senare" in page


def test_missing_translations_are_said_and_never_filled_in_silently(
    app: Application, draft: Cast
) -> None:
    client = signed_in(app, draft.coordinator)
    address = f"{HERE}/fraga/litar"
    form = fields_of(client.get(address).text)
    assert client.post(address, data=form | {"text_en": ""}).status_code == 303
    found = document(app, draft)
    assert [slot.where for slot in missing(found, "en")] == ["litar"]
    english = next(each for each in meters(found) if each.language == "en")
    assert english.written == english.total - 1
    assert "Missing: English" in client.get(f"/en{HERE[3:]}/").text
    with app.app_context():
        survey, by = ours(draft), eva(draft)
        dialogue = dialogue_named(draft.dialogue)
        with pytest.raises(Refusal):
            open_survey(session(), dialogue, survey, by=by)
        assert open_survey(session(), dialogue, survey, by=by, english_known=True).number == 2


def test_the_preview_keeps_nothing_and_walks_like_the_form(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    page = client.get(f"{HERE}/provtitt")
    assert "/svara" not in page.text.split("<main")[1].split("</form>")[0].replace("data-", "")
    fields: dict[str, Any] = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    )
    after = client.post(f"{HERE}/provtitt", data=fields | {"go": "next", "berattelse": "Hej."})
    assert after.status_code == 200
    assert 'name="berattelse" value="Hej."' in after.text
    sent = client.post(f"{HERE}/provtitt", data=fields | {"go": "send", "berattelse": "Hej."})
    assert sent.status_code == 200
    with app.app_context():
        from dialogue.voices.models import Contribution

        assert session().scalars(select(Contribution)).all() == []
    assert client.get(f"{HERE}/provtitt?at=kommun&variant=easy").status_code == 200
