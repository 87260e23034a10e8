"""Staff sign in with a password and a code, leave for nowhere else, and forms cannot be forged."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Membership, StaffRole
from dialogue.hosts.sign_in import add_user, new_totp_secret, one_time_code
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, everything_in, forged_free, read_and_signed, user_of

PASSWORD = "en-lång-fras-om-älvar"
AWAY = (
    "http://evil.example/", "https://evil.example", "//evil.example", "///evil.example",
    "////evil.example/%2f..", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "https:evil.example", "http:///evil.example", "javascript:alert(1)", "http://localhost@evil.example",
    "//localhost:80@evil.example", "/%09/evil.example", "\x00//evil.example", "ht\ntp://evil.example",
    "http://localhost.evil.example", "data:text/html,x",
)  # fmt: skip


def hire(application: Application, slug: str) -> str:
    """A coordinator with a password and a second factor; the e-mail address."""
    with application.app_context():
        user = add_user("karin@norrmark.example", "Karin", PASSWORD, new_totp_secret())
        session().flush()
        home = dialogue_of(slug).organisation_id
        session().add(Membership(user_id=user.id, organisation_id=home, role=StaffRole.COORDINATOR))
        session().commit()
        return user.email


def code_of(application: Application, email: str) -> str:
    from sqlalchemy import select

    from dialogue.hosts.models import User

    with application.app_context():
        return one_time_code(session().scalars(select(User).where(User.email == email)).one())


def token_on(page: TestResponse) -> str:
    found = re.search(r"name=\"csrf_token\"[^>]*value=\"([^\"]+)\"", page.text)
    assert found, page.text[:400]
    return found[1]


def sign_in(
    application: Application, client: FlaskClient, email: str, way: str = ""
) -> TestResponse:
    """Both steps, as a person takes them."""
    address = f"/sv/personal/logga-in{way}"
    page = client.get(address)
    data = {"email": email, "password": PASSWORD, "csrf_token": token_on(page)}
    asked = client.post(address, data=data)
    place = asked.headers.get("Location", "")
    if not place:
        return asked
    assert "/personal/kod" in place
    page = client.get(place)
    data = {"code": code_of(application, email), "csrf_token": token_on(page)}
    return client.post(place, data=data)


def test_both_steps_open_the_desk(app: Application, cast: Cast) -> None:
    email = hire(app, cast.dialogue)
    client = app.test_client()
    done = sign_in(app, client, email)
    desk = client.get(done.headers["Location"], follow_redirects=True)
    assert desk.request.path == "/sv/arbetsrum/"
    assert client.get(f"/sv/arbetsrum/{cast.dialogue}/lasrum").status_code == 200


def test_the_password_alone_opens_nothing(app: Application, cast: Cast) -> None:
    email = hire(app, cast.dialogue)
    client = app.test_client()
    page = client.get("/sv/personal/logga-in")
    data = {"email": email, "password": PASSWORD, "csrf_token": token_on(page)}
    client.post("/sv/personal/logga-in", data=data)
    for path in ("", f"{cast.dialogue}/lasrum", f"{cast.dialogue}/berattelser"):
        assert "/logga-in" in client.get(f"/sv/arbetsrum/{path}").headers["Location"]
    assert "/logga-in" in client.get("/sv/personal/reservkoder").headers["Location"]


def test_a_code_is_used_once(app: Application, cast: Cast) -> None:
    """C10."""
    email = hire(app, cast.dialogue)
    code = code_of(app, email)
    statuses = []
    for _ in range(2):
        client = app.test_client()
        page = client.get("/sv/personal/logga-in")
        data = {"email": email, "password": PASSWORD, "csrf_token": token_on(page)}
        place = client.post("/sv/personal/logga-in", data=data).headers["Location"]
        data = {"code": code, "csrf_token": token_on(client.get(place))}
        client.post(place, data=data)
        statuses.append(client.get(f"/sv/arbetsrum/{cast.dialogue}/lasrum").status_code)
    assert statuses == [200, 302]


@pytest.mark.parametrize("away", AWAY)
def test_signing_in_leads_nowhere_else(app: Application, cast: Cast, away: str) -> None:
    """D04, B07: ``next`` in the address, carried through both steps."""
    from urllib.parse import quote, urlsplit

    email = hire(app, cast.dialogue)
    client = app.test_client()
    done = sign_in(app, client, email, f"?next={quote(away, safe='')}")
    if done.status_code == 200:
        assert client.get("/sv/arbetsrum/").status_code == 302
        return
    place = done.headers["Location"]
    parts = urlsplit(place)
    assert parts.netloc in ("", "localhost"), place
    assert parts.scheme in ("", "http"), place
    assert not re.match(r"[\\/]{2}|/\\|[\x00-\x20]", place), place


def test_a_page_of_ours_is_still_reached(app: Application, cast: Cast) -> None:
    email = hire(app, cast.dialogue)
    client = app.test_client()
    wanted = f"/sv/arbetsrum/{cast.dialogue}/lasrum"
    turned = client.get(wanted)
    assert turned.status_code == 302
    assert "/logga-in?next=" in turned.headers["Location"]
    done = sign_in(app, client, email, "?" + turned.headers["Location"].partition("?")[2])
    assert done.headers["Location"].endswith(wanted)


@pytest.mark.parametrize("token", ["", "x", "å" * 50, "A" * 50_000, "\x00", "foreign"])
def test_a_forged_form_of_the_workroom_changes_nothing(
    app: Application, cast: Cast, token: str
) -> None:
    """C01."""
    play = read_and_signed(app, cast.dialogue)
    room = f"/sv/arbetsrum/{cast.dialogue}"
    before = everything_in(app)
    if token == "foreign":
        token = forged_free(signed_in(app, cast.foreign_coordinator), app)
    for path in (
        f"{room}/tema/{play.theme}", f"{room}/tema/{play.theme}/underteckna",
        f"{room}/tema/{play.theme}/citat/{play.quote}", f"{room}/berattelser/{play.story}",
        f"{room}/publicera", f"{room}/lasrum/las",
    ):  # fmt: skip
        client = signed_in(app, cast.coordinator)
        client.get(f"{room}/lasrum")
        refused = client.post(path, data={"csrf_token": token, "sv": "Kapad"})
        assert refused.status_code == 403, path
    assert everything_in(app) == before


def test_signing_out_is_a_form_and_ends_the_session(app: Application, cast: Cast) -> None:
    client = signed_in(app, cast.coordinator)
    address = "/sv/personal/logga-ut"
    assert client.get(address).status_code == 405
    assert client.get("/sv/arbetsrum/").status_code == 200
    client.post(address, data={"csrf_token": forged_free(client, app)})
    assert "/logga-in" in client.get("/sv/arbetsrum/").headers["Location"]


def test_somebody_whose_account_is_closed_is_out_at_once(app: Application, cast: Cast) -> None:
    client = signed_in(app, cast.coordinator)
    assert client.get("/sv/arbetsrum/").status_code == 200
    with app.app_context():
        user_of(cast.coordinator).active = False
        session().commit()
    assert client.get("/sv/arbetsrum/").status_code == 302


def test_the_cookie_tells_nobody_who_it_is(app: Application, cast: Cast) -> None:
    """C13: an opaque mark, no name, no address, no role."""
    import base64
    import zlib

    email = hire(app, cast.dialogue)
    client = app.test_client()
    sign_in(app, client, email)
    cookie = client.get_cookie("s")
    assert cookie is not None
    packed = cookie.value.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    if cookie.value.startswith("."):
        raw = zlib.decompress(raw)
    told = raw.decode(errors="replace")
    assert "karin" not in told.lower()
    assert "norrmark" not in told.lower()
    assert "coordinator" not in told


@pytest.mark.parametrize("change", [lambda value: value[:-3] + "abc", lambda _value: "x.y.z"])
def test_a_changed_cookie_is_nobody(app: Application, cast: Cast, change: object) -> None:
    """C06."""
    client = signed_in(app, cast.coordinator)
    client.get("/sv/arbetsrum/")
    cookie = client.get_cookie("s")
    assert cookie is not None
    client.set_cookie("s", change(cookie.value))  # type: ignore[operator]
    assert client.get("/sv/arbetsrum/").status_code == 302


def test_nobody_can_tell_who_has_an_account(app: Application, cast: Cast) -> None:
    """C08: the same page for a wrong password, an unknown address and a nonsense one."""
    email = hire(app, cast.dialogue)
    pages = set()
    for address in (email, "ingen@norrmark.example", "finns@inte.example"):
        client = app.test_client()
        page = client.get("/sv/personal/logga-in")
        data = {"email": address, "password": "fel-lösenord-här", "csrf_token": token_on(page)}
        refused = client.post("/sv/personal/logga-in", data=data)
        text = re.sub(r"name=\"csrf_token\"[^>]*>|nonce=\"[^\"]+\"", "", refused.text)
        pages.add((refused.status_code, text.replace(address, "…")))
    assert len(pages) == 1


@pytest.mark.parametrize(("code", "joined"), [("000000", False), ("right", True)])
def test_a_wrong_code_while_joining_an_app_is_said(
    app: Application, cast: Cast, code: str, joined: bool
) -> None:
    """Somebody who is signed in joins another app: a wrong code changes nothing, and is told."""
    email = hire(app, cast.dialogue)
    client = app.test_client()
    sign_in(app, client, email)
    address = "/en/personal/tvasteg"
    page = client.get(address)
    shown = client.post(address, data={"setup": "authenticator", "csrf_token": token_on(page)})
    where = re.search(r'action="(/en/personal/tvasteg/[^"]+)"', shown.text)
    key = re.search(r'<code class="code" translate="no">([^<]+)</code>', shown.text)
    assert where and key, shown.text[:500]
    if code == "right":
        from passlib.totp import TOTP

        code = str(TOTP(key[1].replace("-", "").replace(" ", "")).generate().token)
    sent = client.post(where[1], data={"code": code, "csrf_token": token_on(shown)})
    after = client.get(sent.headers["Location"])
    said = "The code was wrong" in after.text
    assert said is not joined
    assert "The code was wrong" not in client.get(address).text
