"""The organisation's rooms: rules, colour, logo, people and invitations, through the pages."""

from __future__ import annotations

import html
import io
import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.hosts.house_models import OrganisationLogo, StaffInvitation
from dialogue.hosts.models import Membership, Organisation, Role, StaffRole, User
from dialogue.hosts.rights import SYSTEM, organisation_named
from tests.conftest import Cast, signed_in
from tests.hosts.test_logos import png_of
from tests.stage import everything_in, forged_free, user_of
from tests.survey import STORY, open_form, press

HOUSE = "/en/organisationer/norrmark"
GOOD = {
    "kind": "region", "name_sv": "Region Norrmark", "name_en": "Norrmark Region",
    "about_sv": "Vi ordnar vård.", "about_en": "We arrange care.",
    "controller": "Regionstyrelsen", "accessibility_contact": "hjalp@norrmark.example",
    "languages": ["sv", "en"], "retention": "RS 2026/17", "retention_months": "24",
}  # fmt: skip
WHO = ("host", "coordinator", "facilitator", "responder", "reviewer", "foreign_coordinator")


def send(app: Application, client: FlaskClient, path: str, **data: object) -> TestResponse:
    return client.post(path, data={"csrf_token": forged_free(client, app), **data})


@pytest.fixture
def sven(app_on_both: Application, cast_on_both: Cast) -> FlaskClient:
    """The administrator, on both databases."""
    return signed_in(app_on_both, cast_on_both.administrator)


def link_in(page: TestResponse) -> str:
    found = re.search(r"http://localhost(/en/inbjudan/[\w-]+)", page.text)
    assert found, page.text[:800]
    return found[1]


def test_rules_and_contacts_are_shown_to_residents(
    app_on_both: Application, sven: FlaskClient
) -> None:
    assert send(app_on_both, sven, f"{HOUSE}/andra", **GOOD).status_code == 303
    public = app_on_both.test_client(use_cookies=False).get("/en/organisation/norrmark").text
    for words in (
        "Norrmark Region", "We arrange care.", "Regionstyrelsen", "hjalp@norrmark.example",
        "24 months, by the decision RS 2026/17", "Svenska, English",
    ):  # fmt: skip
        assert words in public, words


@pytest.mark.parametrize(
    "change",
    [
        {"name_sv": ""}, {"retention": ""}, {"retention_months": ""}, {"retention_months": "0"},
        {"retention_months": "361"}, {"retention_months": "många"}, {"languages": []},
        {"languages": ["sv", "xx"]}, {"kind": "kungahus"}, {"name_sv": "x" * 201},
    ],
)  # fmt: skip
def test_what_does_not_hold_is_said_and_not_kept(
    app: Application, cast: Cast, change: dict[str, object]
) -> None:
    client = signed_in(app, cast.administrator)
    before = everything_in(app)
    answer = send(app, client, f"{HOUSE}/andra", **GOOD | change)
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert everything_in(app) == before


def test_fields_that_nobody_asked_for_change_nothing(app: Application, cast: Cast) -> None:
    """A09."""
    client = signed_in(app, cast.administrator)
    forged = {"slug": "kapad", "accent": "#ff0000", "id": str(uuid.uuid4()), "parent_id": "1"}
    assert send(app, client, f"{HOUSE}/andra", **GOOD, **forged).status_code == 303
    with app.app_context():
        house = organisation_named("norrmark")
        assert (house.slug, house.accent, house.parent_id) == ("norrmark", "", None)


def test_a_lent_colour_is_worn_by_the_dialogues_of_the_house(
    app_on_both: Application, cast_on_both: Cast, sven: FlaskClient
) -> None:
    """As a stylesheet of its own, on residents' pages only; the host's goes before the owner's."""
    look = f"{HOUSE}/utseende"
    sent = send(app_on_both, sven, look, do="colour", accent="#0B6E4F")
    assert sent.status_code == 303
    resident = app_on_both.test_client(use_cookies=False)
    page = resident.get("/en/organisation/norrmark").text
    address = re.search(r'href="(/en/organisation/norrmark/utseende\.css\?v=\w+)"', page)
    assert address
    css = resident.get(address[1])
    assert css.content_type.startswith("text/css") and "--gran:#0b6e4f" in css.text
    assert "immutable" in css.headers["Cache-Control"] and "Set-Cookie" not in css.headers
    dialogue = f"/en/dialog/{cast_on_both.dialogue}"
    assert "/utseende.css" not in resident.get(dialogue).text, "the host has no colour of its own"
    with app_on_both.app_context():
        organisation_named("hjart-lung").accent = "#5c2a1d"
        session().commit()
    for path in (dialogue, f"{dialogue}/svara", f"{dialogue}/svara?lang=en"):
        assert "/organisation/hjart-lung/utseende.css" in resident.get(path).text, path
    worn = "/organisation/hjart-lung/utseende.css"
    assert worn in resident.get(f"{dialogue}/svara/delad").text
    slug, fields = cast_on_both.dialogue, {"berattelse": STORY, "at": "check"}
    receipt = press(resident, open_form(resident, slug, "en") | fields, "send", slug, "en")
    assert 'id="code"' in receipt.text
    assert worn in receipt.text, "the receipt is a page of the same house"
    coordinator = signed_in(app_on_both, cast_on_both.coordinator)
    room = coordinator.get(f"/en/arbetsrum/{cast_on_both.dialogue}/").text
    assert "/utseende.css" not in room


def test_a_refused_colour_says_its_figure_and_keeps_what_was_typed(
    app: Application, cast: Cast
) -> None:
    client = signed_in(app, cast.administrator)
    for colour, words in (("#7aa98f", "2.3"), ("#1f5a8c", "trygghet"), ("grön", "#1b4d41")):
        answer = send(app, client, f"{HOUSE}/utseende", do="colour", accent=colour)
        assert answer.status_code == 422
        assert words in answer.text and f'value="{colour}"' in answer.text
    with app.app_context():
        assert organisation_named("norrmark").accent == ""


def test_a_logo_is_hung_shown_and_taken_down(
    app_on_both: Application, cast_on_both: Cast, sven: FlaskClient
) -> None:
    look = f"{HOUSE}/utseende"
    picture = (io.BytesIO(png_of(200, 100)), "../../logga.svg")
    sent = sven.post(
        look, data={"csrf_token": forged_free(sven, app_on_both), "do": "logo", "logo": picture}
    )
    assert sent.status_code == 303
    resident = app_on_both.test_client(use_cookies=False)
    page = resident.get("/en/organisation/norrmark").text
    address = re.search(r'src="([^"]+logga\?v=\w+)" alt="" width="88" height="44"', page)
    assert address, page[:2000]
    shown = resident.get(html.unescape(address[1]))
    assert shown.content_type == "image/png" and shown.data.startswith(b"\x89PNG")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert send(app_on_both, sven, look, do="take_down").status_code == 303
    assert resident.get(address[1]).status_code == 404
    with app_on_both.app_context():
        assert session().scalars(select(OrganisationLogo)).first() is None


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_a_bad_logo_is_refused(app: Application, cast: Cast, data: bytes) -> None:
    client = signed_in(app, cast.administrator)
    form = {
        "csrf_token": forged_free(client, app),
        "do": "logo",
        "logo": (io.BytesIO(data), "x.png"),
    }
    answer = client.post(f"{HOUSE}/utseende", data=form)
    assert answer.status_code == 422 and "There is a problem" in answer.text


def test_an_invitation_is_made_taken_up_and_used_up(
    app_on_both: Application, cast_on_both: Cast, sven: FlaskClient
) -> None:
    made = send(
        app_on_both, sven, f"{HOUSE}/bjud-in", email="Karin@norrmark.example", name="Karin",
        role="coordinator",
    )  # fmt: skip
    assert made.headers["Cache-Control"] == "no-store"
    link = link_in(made)
    assert link not in sven.get(HOUSE + "/").text, "the link is shown once"
    karin = app_on_both.test_client()
    page = karin.get(link)
    assert page.status_code == 200 and "Coordinator" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    for wrong in (
        {"password": "kort", "rules": "y"}, {"password": "en-lång-fras-om-älvar"},
        {"password": "aaaaaaaaaaaaaa", "rules": "y"},
        {"password": "min-karin-i-skogen", "rules": "y"},
        {"password": "en-lång-fras-om-älvar", "rules": "y", "name": ""},
    ):  # fmt: skip
        assert send(app_on_both, karin, link, **{"name": "Karin"} | wrong).status_code == 422
    forged = {
        "role": "administrator",
        "email": "chef@norrmark.example",
        "organisation": "sodermark",
    }
    good = {"name": "Karin Ö", "password": "en-lång-fras-om-älvar", "rules": "y"}
    done = send(app_on_both, karin, link, **good | forged)
    assert done.status_code == 303 and "/logga-in" in done.headers["Location"]
    with app_on_both.app_context():
        user = session().scalars(select(User).where(User.name == "Karin Ö")).one()
        assert user.email == "karin@norrmark.example" and user.password != good["password"]
        assert [(each.role, each.organisation.slug) for each in user.memberships] == [
            ("coordinator", "norrmark")
        ]
    never = app_on_both.test_client().get("/en/inbjudan/" + "x" * 43)
    used = app_on_both.test_client().get(link)
    assert used.status_code == never.status_code == 404
    assert send(app_on_both, app_on_both.test_client(), link, **good).status_code == 404


def test_somebody_known_signs_in_and_takes_the_part(app: Application, cast: Cast) -> None:
    made = send(
        app, signed_in(app, cast.administrator), f"{HOUSE}/bjud-in",
        email="lisa@norrmark.example", role="host",
    )  # fmt: skip
    link = link_in(made)
    stranger = app.test_client()
    page = stranger.get(link)
    assert "Choose a password" not in page.text and "Log in" in page.text
    good = {"name": "X", "password": "en-lång-fras-om-älvar", "rules": "y"}
    assert send(app, stranger, link, **good).status_code == 422
    assert send(app, signed_in(app, cast.coordinator), link, **good).status_code == 422
    assert send(app, signed_in(app, cast.reviewer), link).status_code == 303
    with app.app_context():
        assert {each.role for each in user_of(cast.reviewer).memberships} == {"reviewer", "host"}


def test_an_invitation_is_taken_back_and_a_part_is_ended(
    app_on_both: Application, cast_on_both: Cast, sven: FlaskClient
) -> None:
    link = link_in(
        send(app_on_both, sven, f"{HOUSE}/bjud-in", email="karin@norrmark.example", role="host")
    )
    with app_on_both.app_context():
        waiting = session().scalars(select(StaffInvitation)).one().id
        member = user_of(cast_on_both.coordinator).memberships[0].id
        last = user_of(cast_on_both.administrator).memberships[0].id
    assert "karin@norrmark.example" in sven.get(HOUSE + "/").text
    back = f"{HOUSE}/inbjudan/{waiting}/ta-tillbaka"
    assert send(app_on_both, sven, back).status_code == 303
    assert app_on_both.test_client().get(link).status_code == 404
    eva = signed_in(app_on_both, cast_on_both.coordinator)
    assert eva.get(f"/sv/arbetsrum/{cast_on_both.dialogue}/").status_code == 200
    assert send(app_on_both, sven, f"{HOUSE}/person/{member}/avsluta").status_code == 303
    assert eva.get(f"/sv/arbetsrum/{cast_on_both.dialogue}/").status_code == 404
    stays = send(app_on_both, sven, f"{HOUSE}/person/{last}/avsluta")
    assert stays.status_code == 409 and "last administrator" in stays.text


def test_another_houses_people_are_as_missing_ones(app: Application, cast: Cast) -> None:
    with app.app_context():
        foreign = user_of(cast.foreign_coordinator).memberships[0].id
        theirs = StaffInvitation(
            organisation_id=organisation_named("sodermark").id, role=StaffRole.HOST,
            email="x@sodermark.example", secret_hash="0" * 64,
            ends_at=now(),
        )  # fmt: skip
        session().add(theirs)
        session().commit()
        invitation = theirs.id
    client = signed_in(app, cast.administrator)
    before = everything_in(app)
    for path in (f"person/{foreign}/avsluta", f"inbjudan/{invitation}/ta-tillbaka"):
        never = re.sub(r"[0-9a-f-]{36}", str(uuid.uuid4()), path)
        answers = [send(app, client, f"{HOUSE}/{each}") for each in (path, never)]
        assert [each.status_code for each in answers] == [404, 404]
        bodies = {
            re.sub(r"[0-9a-f-]{36}|nonce=\"[^\"]+\"|value=\"[^\"]+\"", "", a.text) for a in answers
        }
        assert len(bodies) == 1
    assert everything_in(app) == before


@pytest.mark.parametrize("who", WHO)
def test_only_administrators_come_in(app: Application, cast: Cast, who: str) -> None:
    client = signed_in(app, getattr(cast, who))
    with app.app_context():
        member = user_of(cast.reviewer).memberships[0].id
    before = everything_in(app)
    for path in ("", "/", "/andra", "/utseende", "/bjud-in"):
        assert client.get(HOUSE + path, follow_redirects=True).status_code == 404
    assert send(app, client, f"{HOUSE}/person/{member}/avsluta").status_code == 404
    assert (
        send(app, client, f"{HOUSE}/bjud-in", email="x@y.example", role="host").status_code == 404
    )
    assert client.get("/en/organisationer/").status_code == 404
    assert "Organisations" not in client.get("/en/arbetsrum/").text
    assert everything_in(app) == before


def test_who_runs_the_system_adds_organisations(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        user = user_of(cast_on_both.reviewer)
        user.roles.append(Role(name=SYSTEM))
        session().commit()
    client = signed_in(app_on_both, cast_on_both.reviewer)
    new = {**GOOD, "name_sv": "Vännerna i Ånge", "kind": "civil_society"}
    made = send(app_on_both, client, "/en/organisationer/ny", **new)
    assert made.headers["Location"].endswith("/en/organisationer/vannerna-i-ange/")
    again = send(app_on_both, client, "/en/organisationer/ny", **new)
    assert again.headers["Location"].endswith("/vannerna-i-ange-2/")
    assert client.get("/en/organisationer/sodermark/").status_code == 200
    assert client.get(f"/en/arbetsrum/{cast_on_both.dialogue}/berattelser").status_code == 404
    plain = signed_in(app_on_both, cast_on_both.administrator)
    assert plain.get("/en/organisationer/ny").status_code == 404
    with app_on_both.app_context():
        assert session().scalars(select(Organisation).where(Organisation.slug == "ny")).all() == []


def test_a_part_in_two_houses_is_two_parts(app: Application, cast: Cast) -> None:
    with app.app_context():
        session().add(
            Membership(
                user_id=user_of(cast.administrator).id,
                organisation_id=organisation_named("sodermark").id, role=StaffRole.COORDINATOR,
            )
        )  # fmt: skip
        session().commit()
    client = signed_in(app, cast.administrator)
    assert client.get(f"/en/arbetsrum/{cast.foreign_dialogue}/").status_code == 200
    assert client.get("/en/organisationer/sodermark/").status_code == 404


def test_the_first_who_runs_the_system_is_named_from_a_terminal(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    runner = app_on_both.test_cli_runner()
    assert runner.invoke(args=["staff", "system", "ingen@norrmark.example"]).exit_code != 0
    for _again in range(2):
        done = runner.invoke(args=["staff", "system", "lisa@norrmark.example"])
        assert done.exit_code == 0, done.output
    client = signed_in(app_on_both, cast_on_both.reviewer)
    assert client.get("/en/organisationer/ny").status_code == 200
    with app_on_both.app_context():
        assert [each.name for each in session().scalars(select(Role))] == [SYSTEM]
