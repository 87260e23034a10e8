"""Inviting to one dialogue: who may, to which part, and what a host is kept from, cell by cell."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts import inviting, taking_part
from dialogue.hosts.house_models import StaffInvitation
from dialogue.hosts.models import DialogueState, ReleaseRule, StaffRole
from dialogue.hosts.permissions import INVITES, Seat
from dialogue.hosts.sign_in import add_user
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, everything_in, forged_free, user_of

STAFF = [seat for seat in Seat if seat not in (Seat.RESIDENT, Seat.SYSTEM)]
GIVEN = {StaffRole.HOST, StaffRole.FACILITATOR, StaffRole.REVIEWER, StaffRole.RESPONDER}
HOUSE = {"host": "hjart-lung", "responder": "storforsen"}
EMAIL = "karin@hjart-lung.example"


def page_of(cast: Cast, dialogue: str = "") -> str:
    return f"/sv/arbetsrum/{dialogue or cast.dialogue}/personer"


def send(app: Application, client: FlaskClient, address: str, **data: str) -> TestResponse:
    return client.post(address, data={"csrf_token": forged_free(client, app), **data})


@pytest.mark.parametrize("role", list(StaffRole))
@pytest.mark.parametrize("seat", STAFF)
def test_who_invites_to_which_part(
    app: Application, cast: Cast, seat: Seat, role: StaffRole
) -> None:
    """Six seats by six parts: a coordinator gives four of them, nobody else gives any here."""
    client = signed_in(app, getattr(cast, seat.value))
    answer = send(app, client, page_of(cast), email=EMAIL, role=role.value, name="Karin")
    allowed = seat == Seat.COORDINATOR and role in GIVEN
    assert (answer.status_code == 200) is allowed, answer.status_code
    assert (Seat(role.value) in INVITES[seat]) is allowed
    with app.app_context():
        made = session().scalars(select(StaffInvitation)).all()
        assert len(made) == int(allowed)
        for each in made:
            assert each.organisation.slug == HOUSE.get(role.value, "norrmark")
            assert each.dialogue_id == dialogue_of(cast.dialogue).id
    if seat not in (Seat.COORDINATOR, Seat.HOST):
        assert client.get(page_of(cast)).status_code == 404


def test_from_a_link_to_a_part_in_this_dialogue_only(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    eva = signed_in(app_on_both, cast_on_both.coordinator)
    address = page_of(cast_on_both)
    sent = send(app_on_both, eva, address, email=EMAIL, role="facilitator", name="Karin Ström")
    secret = re.search(r"/inbjudan/([\w-]+)", sent.text)
    assert secret, sent.text[:600]
    again = eva.get(address).text
    assert secret[1] not in again, "the link is shown once"
    assert "Karin Ström" in again and "Öppen till" in again
    with app_on_both.test_request_context("/sv/"):
        found = inviting.invitation_behind(session(), secret[1])
        assert found is not None
        user = add_user(EMAIL, "Karin Ström", "en-lång-fras-om-älvar")
        session().flush()
        membership = inviting.accept(session(), found, user)
        session().commit()
        assert membership.dialogue_id == dialogue_of(cast_on_both.dialogue).id
    accepted = eva.get(address).text
    assert "Tackade ja" in accepted and "Bara den här dialogen" in accepted
    host = signed_in(app_on_both, cast_on_both.host).get(address).text
    assert "Karin Ström" in host and "Gör länken" not in host


def test_an_invitation_is_taken_back_and_opens_nothing(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    eva = signed_in(app_on_both, cast_on_both.coordinator)
    sent = send(app_on_both, eva, page_of(cast_on_both), email=EMAIL, role="reviewer")
    secret = re.search(r"/inbjudan/([\w-]+)", sent.text)
    assert secret
    with app_on_both.app_context():
        key = session().scalars(select(StaffInvitation.id)).one()
    way = f"{page_of(cast_on_both)}/{key}/ta-tillbaka"
    for who in ("host", "administrator", "foreign_coordinator", "reviewer"):
        other = signed_in(app_on_both, getattr(cast_on_both, who))
        assert send(app_on_both, other, way).status_code == 404, who
    assert send(app_on_both, eva, way).status_code == 303
    assert app_on_both.test_client().get(f"/sv/inbjudan/{secret[1]}").status_code == 404
    assert EMAIL not in eva.get(page_of(cast_on_both)).text


def test_another_dialogues_invitation_is_not_there(app: Application, cast: Cast) -> None:
    moa, eva = signed_in(app, cast.foreign_coordinator), signed_in(app, cast.coordinator)
    foreign = page_of(cast, cast.foreign_dialogue)
    assert send(app, moa, foreign, email=EMAIL, role="facilitator").status_code == 200
    with app.app_context():
        key = session().scalars(select(StaffInvitation.id)).one()
    before = everything_in(app)
    assert send(app, eva, f"{page_of(cast)}/{key}/ta-tillbaka").status_code == 404
    assert send(app, eva, f"{foreign}/{key}/ta-tillbaka").status_code == 404
    assert everything_in(app) == before


@pytest.mark.parametrize("rule", [ReleaseRule.THEMES_ONLY, ReleaseRule.REDACTED_STORIES])
def test_nobody_goes_round_a_host_that_keeps_stories_back(
    app_on_both: Application, cast_on_both: Cast, rule: ReleaseRule
) -> None:
    """The first of a host is invited by the coordinator; then the host's house invites its own."""
    with app_on_both.test_request_context("/sv/"):
        dialogue, eva = dialogue_of(cast_on_both.dialogue), user_of(cast_on_both.coordinator)
        dialogue.release = rule

        def invited(email: str) -> None:
            taking_part.invite_to(session(), dialogue, email, StaffRole.HOST, by=eva)

        with pytest.raises(Refusal, match="Hjärt-lung"):
            invited(EMAIL)
        session().delete(user_of(cast_on_both.host).memberships[0])
        session().flush()
        with pytest.raises(Refusal, match="arbetar åt organisationen som frågar"):
            invited("Per@norrmark.example")
        invited(EMAIL)
        dialogue.release = ReleaseRule.ALL
        invited("per@norrmark.example")
        session().rollback()


def test_nobody_is_invited_to_answer_before_somebody_promised(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        dialogue, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        dialogue.responder = None
        dialogue.responder_id = None
        assert StaffRole.RESPONDER not in taking_part.parts_to_give(dialogue)
        with pytest.raises(Refusal):
            taking_part.invite_to(session(), dialogue, EMAIL, StaffRole.RESPONDER, by=eva)
        session().rollback()


@pytest.mark.parametrize("state", [DialogueState.ARCHIVED, DialogueState.WITHDRAWN])
def test_nobody_is_invited_to_what_is_over(
    app: Application, cast: Cast, state: DialogueState
) -> None:
    with app.app_context():
        dialogue_of(cast.dialogue).state = state
        session().commit()
    eva = signed_in(app, cast.coordinator)
    assert "Gör länken" not in eva.get(page_of(cast)).text
    answer = send(app, eva, page_of(cast), email=EMAIL, role="facilitator")
    assert answer.status_code == 422


@pytest.mark.parametrize("fields", [{}, {"email": "karin"}, {"role": "kung"}, {"name": "x" * 300}])
def test_a_form_that_does_not_hold_keeps_nothing(
    app: Application, cast: Cast, fields: dict[str, str]
) -> None:
    eva = signed_in(app, cast.coordinator)
    before = everything_in(app)
    sent = {"email": EMAIL, "role": "facilitator"} | fields if fields else {}
    assert send(app, eva, page_of(cast), **sent).status_code == 422
    assert everything_in(app) == before


def test_the_page_names_those_who_take_part_and_no_others(app: Application, cast: Cast) -> None:
    page = signed_in(app, cast.coordinator).get(page_of(cast)).text
    for name in ("Eva", "Aino", "Per", "Lisa", "Nils"):
        assert f">{name}<" in page, name
    for name in ("Sven", "Moa"):
        assert f">{name}<" not in page, name
