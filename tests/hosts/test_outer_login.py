"""Signing in through the organisation's login service: who gets in, and every bad token refused."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.hosts import inviting
from dialogue.hosts.house_models import StaffIdentity
from dialogue.hosts.models import StaffRole, User
from dialogue.hosts.rights import organisation_named
from tests.conftest import Cast, play, signed_in
from tests.databases import PostgresDatabases, SqliteFiles
from tests.hosts.login_service import CLIENT, LEVEL, SECRET, Service, running
from tests.stage import everything_in, user_of

START, DESK = "/sv/personal/tjanst/borja", "/sv/arbetsrum/"
KARIN = {"sub": "karin-17", "email": "karin@norrmark.example", "name": "Karin Ö"}


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as started:
        yield started


@pytest.fixture
def house(
    databases: SqliteFiles | PostgresDatabases,
    tmp_path: Path,
    app_on: Callable[..., Application],
    service: Service,
) -> Iterator[tuple[Application, Cast]]:
    """The application with a login service, on both databases."""
    service.spoil, service.claims = "", {}
    service.asked.clear()
    with databases.fresh(tmp_path) as url:
        app = app_on(
            url, oidc_issuer=service.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
            oidc_name="Norrmarks inloggning", oidc_acr=(LEVEL, "loa4"),
        )  # fmt: skip
        yield app, play(app)
        with app.app_context():
            from dialogue.ground.db import db

            db.engine.dispose()


def invite(app: Application, cast: Cast, email: str = KARIN["email"]) -> str:
    """The path of an invitation's link."""
    with app.test_request_context("/sv/"):
        _made, secret = inviting.invite(
            session(), organisation_named("norrmark"), email, StaffRole.COORDINATOR,
            by=user_of(cast.administrator),
        )  # fmt: skip
        session().commit()
    return f"/sv/inbjudan/{secret}"


def go(client: FlaskClient, service: Service, **person: object) -> TestResponse:
    """Begin, sign in at the service, and come back."""
    begun = client.get(START)
    assert begun.status_code == 302, begun.text[:500]
    back = urlsplit(service.approve(begun.headers["Location"], **person))
    return client.get(f"{back.path}?{back.query}")


def people(app: Application) -> list[str]:
    with app.app_context():
        return sorted(session().scalars(select(User.email)))


def inside(client: FlaskClient) -> bool:
    return client.get(DESK).status_code == 200


def test_an_invited_person_gets_their_part_and_comes_again(
    house: tuple[Application, Cast], service: Service
) -> None:
    app, cast = house
    client = app.test_client()
    page = client.get(invite(app, cast))
    assert "Norrmarks inloggning" in page.text
    done = go(client, service, **KARIN)
    assert done.status_code == 303 and inside(client)
    assert client.get(f"/sv/arbetsrum/{cast.dialogue}/").status_code == 200
    with app.app_context():
        identity = session().scalars(select(StaffIdentity)).one()
        assert (identity.issuer, identity.subject) == (service.issuer, "karin-17")
        assert identity.user.password is None
        acts = list(session().scalars(select(AuditEvent.act)))
        assert acts[-2:] == ["invitation accepted", "identity joined"]
    again = app.test_client()
    # The service's lasting name is what counts, also when the address has changed.
    assert go(again, service, sub="karin-17", email="nytt@norrmark.example").status_code == 303
    assert inside(again)


def test_nobody_comes_in_uninvited(house: tuple[Application, Cast], service: Service) -> None:
    app, _cast = house
    before = everything_in(app)
    client = app.test_client()
    refused = go(client, service, **KARIN)
    assert refused.status_code == 403 and "bjudit in" in refused.text
    assert not inside(client)
    assert everything_in(app) == before


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "x", "email": "annan@norrmark.example"},
        {"sub": "x", "email": KARIN["email"], "email_verified": False},
        {"sub": "x", "email": KARIN["email"], "email_verified": "true"},
        {"sub": "x"},
    ],
)
def test_an_invitation_is_for_the_verified_address_only(
    house: tuple[Application, Cast], service: Service, person: dict[str, object]
) -> None:
    app, cast = house
    client = app.test_client()
    client.get(invite(app, cast))
    before = people(app)
    assert go(client, service, **person).status_code == 403
    assert not inside(client) and people(app) == before


def test_an_account_with_a_password_is_not_taken_over(
    house: tuple[Application, Cast], service: Service
) -> None:
    """Its owner signs in first, and then the identity is joined to it."""
    app, cast = house
    eva = {"sub": "eva-1", "email": "eva@norrmark.example"}
    with app.test_request_context("/sv/"):
        _made, secret = inviting.invite(
            session(), organisation_named("norrmark"), eva["email"], StaffRole.REVIEWER,
            by=user_of(cast.administrator),
        )  # fmt: skip
        session().commit()
    stranger = app.test_client()
    stranger.get(f"/sv/inbjudan/{secret}")
    assert go(stranger, service, **eva).status_code == 403
    assert not inside(stranger)
    own = signed_in(app, cast.coordinator)
    assert go(own, service, **eva).status_code == 303
    fresh = app.test_client()
    assert go(fresh, service, **eva).status_code == 303 and inside(fresh)
    wrong = signed_in(app, cast.reviewer)
    assert go(wrong, service, sub="y", email="eva@norrmark.example").status_code == 403


def test_a_closed_account_stays_closed(house: tuple[Application, Cast], service: Service) -> None:
    app, cast = house
    client = app.test_client()
    client.get(invite(app, cast))
    go(client, service, **KARIN)
    with app.app_context():
        session().scalars(select(User).where(User.email == KARIN["email"])).one().active = False
        session().commit()
    again = app.test_client()
    assert go(again, service, **KARIN).status_code == 403
    assert not inside(again)


NOW = int(time.time())
BAD_TOKENS = {
    "another key": {},
    "changed on the way": {},
    "alg none": {},
    "signed with the client's secret": {},
    "signed with the public key": {},
    "key in the token": {},
    "unknown key": {},
    "no token": {},
    "wrong issuer": {"iss": "https://evil.example"},
    "issuer with a slash more": {"iss": "http://127.0.0.1/"},
    "wrong audience": {"aud": "nagon-annan"},
    "audience among others, for another": {"aud": [CLIENT, "x"], "azp": "x"},
    "expired": {"exp": NOW - 120},
    "not yet valid": {"nbf": NOW + 3600},
    "issued in the future": {"iat": NOW + 3600},
    "wrong nonce": {"nonce": "en-annan"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "empty subject": {"sub": "  "},
    "subject that is a list": {"sub": ["karin-17"]},
    "endless subject": {"sub": "x" * 300},
    "no expiry": {"exp": None},
}


@pytest.mark.parametrize("fault", BAD_TOKENS)
def test_a_bad_token_opens_nothing(
    house: tuple[Application, Cast], service: Service, fault: str
) -> None:
    """C12: for somebody invited, and for somebody who was in before."""
    app, cast = house
    first = app.test_client()
    first.get(invite(app, cast))
    assert go(first, service, **KARIN).status_code == 303
    before = everything_in(app)
    service.spoil, service.claims = fault, BAD_TOKENS[fault]
    client = app.test_client()
    refused = go(client, service, **KARIN)
    assert refused.status_code == 403, (fault, refused.status_code)
    assert "inte att lita på" in refused.text
    assert not inside(client)
    assert everything_in(app) == before


def test_one_step_is_not_enough(house: tuple[Application, Cast], service: Service) -> None:
    app, cast = house
    for level in ("loa1", None, ["loa3"]):
        service.claims = {"acr": level}
        client = app.test_client()
        client.get(invite(app, cast, f"{level}@norrmark.example".replace("'", "")[-30:]))
        assert go(client, service, **KARIN).status_code == 403
        assert not inside(client)


def test_a_login_is_bound_to_the_browser_that_began_it(
    house: tuple[Application, Cast], service: Service
) -> None:
    """State, code and session belong together; each is used once."""
    app, cast = house
    client = app.test_client()
    client.get(invite(app, cast))
    begun = client.get(START).headers["Location"]
    back = urlsplit(service.approve(begun, **KARIN))
    foreign = app.test_client()
    assert foreign.get(f"{back.path}?{back.query}").status_code == 403
    assert not inside(foreign)
    for query in ("", "code=x", back.query.replace("state=", "state=x"), "error=access_denied"):
        held = app.test_client()
        held.get(START)
        assert held.get(f"{back.path}?{query}").status_code == 403
    assert client.get(f"{back.path}?{back.query}").status_code == 303
    assert client.get(f"{back.path}?{back.query}").status_code == 403


def test_too_long_away_begins_again(house: tuple[Application, Cast], service: Service) -> None:
    app, cast = house
    client = app.test_client()
    client.get(invite(app, cast))
    back = urlsplit(service.approve(client.get(START).headers["Location"], **KARIN))
    with client.session_transaction() as kept:
        kept["outer"] = {**kept["outer"], "at": int(time.time()) - 700}
    assert client.get(f"{back.path}?{back.query}").status_code == 403
    assert not inside(client)


@pytest.mark.parametrize(("spoil", "status"), [("silent", 503), ("foreign discovery", 403)])
def test_a_service_that_cannot_be_trusted_is_not_asked(
    house: tuple[Application, Cast], service: Service, spoil: str, status: int
) -> None:
    app, _cast = house
    service.spoil = spoil
    assert app.test_client().get(START).status_code == status


def test_new_keys_are_fetched_when_they_change(
    house: tuple[Application, Cast], service: Service
) -> None:
    app, cast = house
    client = app.test_client()
    client.get(invite(app, cast))
    assert go(client, service, **KARIN).status_code == 303
    service.key, before = service.unknown, service.key
    try:
        again = app.test_client()
        assert go(again, service, **KARIN).status_code == 303 and inside(again)
    finally:
        service.key = before


def test_signing_in_leaves_nothing_of_the_session_before(
    house: tuple[Application, Cast], service: Service
) -> None:
    """C04: what somebody planted before is gone."""
    app, cast = house
    client = app.test_client()
    client.get(invite(app, cast))
    with client.session_transaction() as kept:
        kept["planted"] = "x"
    go(client, service, **KARIN)
    with client.session_transaction() as kept:
        assert "planted" not in kept and "outer" not in kept and "invitation" not in kept


def test_without_a_service_there_is_no_such_door(app: Application) -> None:
    client = app.test_client()
    assert client.get(START).status_code == 404
    assert client.get("/sv/personal/tjanst/svar?code=x&state=y").status_code == 404
    assert "/tjanst/" not in client.get("/sv/personal/logga-in").text
