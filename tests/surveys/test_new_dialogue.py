"""A dialogue begins with a survey, a promise and an address of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState, Organisation
from dialogue.hosts.rights import dialogue_named
from surveys.building.ready_made import ready_made_named
from surveys.models import Survey
from tests.conftest import Cast, signed_in
from tests.surveys.drafting import HERE, document, ids, post
from tests.surveys.test_versions import ours


def begun(**more: str) -> dict[str, str]:
    """What the page of a new dialogue sends."""
    return {
        "kind": "survey",
        "template": "pa_torget",
        "title_sv": "Hem från sjukhuset",
        "title_en": "Home from hospital",
        "host": "",
    } | more


def ground(**more: str) -> dict[str, str]:
    """What the page of a dialogue's ground sends."""
    return {
        "title_sv": "Hem från sjukhuset",
        "title_en": "Home from hospital",
        "purpose_sv": "Vi vill veta hur det är att komma hem.",
        "to_settle_sv": "Ska alla bli uppringda?",
        "about_sv": "Dagarna efter sjukhuset.",
        "can_change_sv": "Hur vi ringer upp.",
        "who_decides_sv": "Nämnden.",
        "when_answered_sv": "",
        "promise": "shape",
        "release": "all",
        "responder": "",
        "host": "",
        "answer_by": "2027-06-01",
    } | more


def organisation(app: Application, slug: str) -> str:
    with app.app_context():
        return str(
            session().scalars(select(Organisation.id).where(Organisation.slug == slug)).one()
        )


NEW = "/sv/arbetsrum/ny"
HOME = "/sv/arbetsrum/hem-fran-sjukhuset"


@pytest.mark.parametrize("template", ["", "pa_torget"])
def test_a_dialogue_opens_only_with_somebody_who_answers(
    app: Application, cast: Cast, template: str
) -> None:
    """Begun from a shape's own questions or from a ready-made survey: the same rules count."""
    client = signed_in(app, cast.coordinator)
    ask = organisation(app, "norrmark")
    made = post(client, NEW, **begun(organisation=ask, template=template))
    assert made.headers["Location"].endswith("/hem-fran-sjukhuset/grund")
    opening = post(client, f"{HOME}/enkat/oppna", f"{HOME}/enkat/", english_known="1")
    assert opening.status_code == 422
    answers = organisation(app, "storforsen")
    kept = post(client, f"{HOME}/grund", **ground(responder=answers), go="questions")
    assert kept.headers["Location"].endswith("/hem-fran-sjukhuset/enkat/")
    assert post(client, f"{HOME}/enkat/oppna").status_code == 422
    assert post(client, f"{HOME}/enkat/oppna", english_known="1").status_code == 303
    with app.app_context():
        dialogue = dialogue_named("hem-fran-sjukhuset")
        assert dialogue.state == DialogueState.OPEN
        assert dialogue.said("when_answered").sv.startswith("Senast 1 juni 2027.")
        assert dialogue.said("when_answered").en.startswith("By 1 June 2027")
        assert "minut" in dialogue.said("lead").sv and "minute" in dialogue.said("lead").en
    resident = app.test_client(use_cookies=False)
    assert resident.get("/sv/dialog/hem-fran-sjukhuset/svara").status_code == 200
    assert post(client, f"{HOME}/grund", f"{HOME}/grund", **ground()).status_code == 422


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("purpose_sv", "syftet"), ("to_settle_sv", "frågan som ska avgöras"),
        ("who_decides_sv", "vem som bestämmer"), ("promise", "välj löftet"),
        ("responder", "Ingen har lovat att svara"), ("answer_by", "vilken dag svaret senast"),
    ],
)  # fmt: skip
def test_what_is_missing_keeps_it_from_opening(
    app: Application, cast: Cast, without: str, said: str
) -> None:
    client = signed_in(app, cast.coordinator)
    post(client, NEW, **begun(organisation=organisation(app, "norrmark")))
    told = ground(responder=organisation(app, "storforsen")) | {without: ""}
    assert post(client, f"{HOME}/grund", **told).status_code == 303
    refused = post(client, f"{HOME}/enkat/oppna", f"{HOME}/enkat/", english_known="1")
    assert refused.status_code == 422
    assert said.casefold() in refused.text.casefold()
    with app.app_context():
        assert dialogue_named("hem-fran-sjukhuset").state == DialogueState.DRAFT


@pytest.mark.parametrize(
    "wrong", [{"template": "finns_inte"}, {"title_sv": ""}, {"organisation": "x"}, {"kind": "fest"}]
)
def test_a_wrong_new_dialogue_is_refused_with_the_words_kept(
    app: Application, cast: Cast, wrong: dict[str, str]
) -> None:
    client = signed_in(app, cast.coordinator)
    form = begun(organisation=organisation(app, "norrmark")) | wrong
    refused = post(client, NEW, **form)
    assert refused.status_code == 422
    assert "Home from hospital" in refused.text
    with app.app_context():
        assert len(session().scalars(select(Dialogue)).all()) == 2


@pytest.mark.parametrize(
    "wrong", [{"opens_on": "2027-02-01", "closes_on": "2027-01-01"}, {"answer_by": "i morgon"}]
)
def test_days_that_do_not_hold_are_refused_with_the_words_kept(
    app: Application, cast: Cast, wrong: dict[str, str]
) -> None:
    client = signed_in(app, cast.coordinator)
    post(client, NEW, **begun(organisation=organisation(app, "norrmark")))
    refused = post(client, f"{HOME}/grund", **ground() | wrong)
    assert refused.status_code == 422
    assert "Hur vi ringer upp." in refused.text


def test_nobody_begins_a_dialogue_for_others(app: Application, cast: Cast) -> None:
    for path in (NEW, f"{NEW}-dialog"):
        assert signed_in(app, cast.host).get(path).status_code == 404
    client = signed_in(app, cast.coordinator)
    foreign = begun(organisation=organisation(app, "sodermark"))
    assert post(client, NEW, **foreign).status_code == 422


def test_the_old_address_leads_to_the_one_page(app: Application, cast: Cast) -> None:
    client = signed_in(app, cast.coordinator)
    moved = client.get(f"{NEW}-dialog")
    assert (moved.status_code, moved.headers["Location"]) == (301, NEW)


def test_two_dialogues_with_one_title_get_addresses_of_their_own(
    app: Application, cast: Cast
) -> None:
    client = signed_in(app, cast.coordinator)
    form = begun(organisation=organisation(app, "norrmark"))
    for _turn in range(2):
        assert post(client, NEW, **form).status_code == 303
    with app.app_context():
        slugs = set(session().scalars(select(Dialogue.slug)))
        assert {"hem-fran-sjukhuset", "hem-fran-sjukhuset-2"} <= slugs


def test_a_ready_made_survey_begins_a_dialogue_without_one(app: Application, cast: Cast) -> None:
    with app.app_context():
        session().delete(ours(cast))
        session().commit()
    client = signed_in(app, cast.coordinator)
    assert "pa_torget" in client.get(f"{HERE}/").text
    assert post(client, f"{HERE}/borja", f"{HERE}/", template="finns_inte").status_code == 422
    assert post(client, f"{HERE}/borja", f"{HERE}/", template="pa_torget").status_code == 303
    made = ready_made_named("pa_torget")
    assert made is not None
    assert ids(document(app, cast)) == ids(made.document)
    with app.app_context():
        assert session().scalars(select(Survey)).all()
