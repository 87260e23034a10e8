"""What every answer carries, whatever its status, and which hosts and senders are listened to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.access import Access
from tests.conftest import Cast, play, signed_in
from tests.databases import SqliteFiles
from tests.stage import read_and_signed
from tests.survey import STORY, answer, open_form, press

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src 'none'", "style-src 'self'", "font-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "worker-src 'self'",
    "manifest-src 'self'", "img-src 'self' data:",
}  # fmt: skip
BANNERS = re.compile(r"werkzeug|waitress|python|flask|traceback|sqlalchemy|file \"", re.I)
SMASHED = "ett fel med ord ur en berättelse"


@pytest.fixture
def live(
    sqlite_files: SqliteFiles, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[Application]:
    """The application as it runs outside tests: errors become pages."""
    with sqlite_files.fresh(tmp_path) as url:
        application = app_on(url, environment="demo")
        play(application)
        yield application


def smash(*_: object, **__: object) -> str:
    raise RuntimeError(SMASHED)


def unreachable(*_: object, **__: object) -> str:
    raise OperationalError("SELECT ?", {"text": SMASHED}, Exception(SMASHED))


def every_status(application: Application) -> dict[str, TestResponse]:
    client = application.test_client()
    form = open_form(client)
    css = client.get("/static/look.css")
    found = {
        "200": client.get("/sv/"),
        "302": client.get("/"),
        "304": client.get("/static/look.css", headers={"If-None-Match": css.headers["ETag"]}),
        "403": press(client, form | {"token": "x"}, "send"),
        "404": client.get("/sv/finns-inte"),
        "404 static": client.get("/static/finns-inte.css"),
        "405": client.post("/sv/hjalp"),
        "413": client.post("/sv/dialog/vad-ar-viktigt/svara", data={"berattelse": "x" * 300_000}),
        "422": press(client, form, "send"),
        "static": css,
    }
    application.view_functions["pages.help"] = smash
    smash.access = unreachable.access = Access.ANYONE  # type: ignore[attr-defined]
    found["500"] = client.get("/sv/hjalp")
    application.view_functions["pages.help"] = unreachable
    found["503"] = client.get("/sv/hjalp")
    return found


def test_every_status_carries_every_header(live: Application) -> None:
    """D01, D08."""
    for status, answered in every_status(live).items():
        if status[:3].isdecimal():
            assert answered.status_code == int(status[:3]), status
        for name, value in ALWAYS.items():
            assert answered.headers.get(name) == value, (status, name)
        directives = set(answered.headers["Content-Security-Policy"].split("; "))
        assert directives >= POLICY, status
        assert "unsafe" not in answered.headers["Content-Security-Policy"]
        assert "Server" not in answered.headers
        assert "X-Powered-By" not in answered.headers


def test_an_error_shows_a_page_of_ours_and_nothing_of_the_inside(live: Application) -> None:
    """D08."""
    for status, answered in every_status(live).items():
        if status[:3] in ("403", "404", "405", "413", "500", "503"):
            assert "<h1" in answered.text, status
            assert not BANNERS.search(answered.text), status
            assert SMASHED not in answered.text
    assert every_status(live)["503"].headers["Retry-After"]


def test_the_nonce_is_fresh_and_the_only_one_on_the_page(app: Application, cast: Cast) -> None:
    """D02."""
    client = app.test_client()
    nonces = set()
    for _ in range(5):
        answered = client.get("/sv/kvitto/")
        said = re.findall(r"'nonce-([^']+)'", answered.headers["Content-Security-Policy"])
        assert len(said) == 1
        assert len(said[0]) >= 16
        assert set(re.findall(r"nonce=\"([^\"]+)\"", answered.text)) == set(said)
        nonces |= set(said)
    assert len(nonces) == 5


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_page_holds_anything_inline_or_foreign(
    app: Application, cast: Cast, language: str
) -> None:
    """D02, D05: as sent, not as written."""
    play_ = read_and_signed(app, cast.dialogue)
    staff = signed_in(app, cast.coordinator)
    room = f"/{language}/arbetsrum/{cast.dialogue}"
    pages = [
        app.test_client().get(f"/{language}/{path}")
        for path in ("", "hjalp", "kvitto/", "personal/logga-in", f"dialog/{cast.dialogue}/svara")
    ]
    pages += [
        staff.get(path)
        for path in (
            f"/{language}/arbetsrum/", f"{room}/lasrum", f"{room}/tema/{play_.theme}",
            f"{room}/berattelser", f"{room}/berattelser/{play_.story}",
        )
    ]  # fmt: skip
    for page in pages:
        assert page.status_code == 200, page.request.path
        assert not re.search(r"<[^>]+\sstyle=", page.text), page.request.path
        assert not re.search(r"<[^>]+\son[a-z]+=[\"']", page.text), page.request.path
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text), page.request.path
        loaded = re.findall(
            r"<(?:script|img|link|iframe|source|use)[^>]+(?:src|href)=\"([^\"]+)", page.text
        )
        assert loaded
        assert all(address.startswith(("/", "#", "data:")) for address in loaded), loaded
        assert not any(address.startswith("//") for address in loaded)


def test_private_pages_are_never_stored(app: Application, cast: Cast) -> None:
    """D07."""
    play_ = read_and_signed(app, cast.dialogue)
    staff = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}"
    resident = app.test_client(use_cookies=False)
    code = answer(resident)
    token = re.search(r"name=\"token\" value=\"([^\"]+)\"", resident.get("/sv/kvitto/").text)
    assert token
    form = {"code": code, "token": token[1]}
    private = [
        *(
            staff.get(path)
            for path in (
                "/sv/arbetsrum/", f"{room}/lasrum", f"{room}/tema/{play_.theme}",
                f"{room}/berattelser", f"{room}/berattelser/{play_.story}",
            )
        ),
        app.test_client().get("/sv/personal/logga-in"),
        resident.post("/sv/kvitto/", data=form),
        press(resident, open_form(resident) | {"berattelse": STORY, "at": "check"}, "send"),
        resident.post("/sv/kvitto/ta-bort", data=form | {"sure": "yes"}),
    ]  # fmt: skip
    for page in private:
        assert page.status_code == 200, page.request.path
        assert page.headers["Cache-Control"] == "no-store", page.request.path


def test_https_sets_strict_transport_and_a_host_cookie(
    sqlite_files: SqliteFiles, tmp_path: Path, app_on: Callable[..., Application]
) -> None:
    with sqlite_files.fresh(tmp_path) as url:
        application = app_on(url, public_url="https://dialog.example")
        client = application.test_client()
        page = client.get("/sv/personal/logga-in", base_url="https://dialog.example")
        assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
        cookies = page.headers.getlist("Set-Cookie")
        assert cookies
        for cookie in cookies:
            assert cookie.startswith("__Host-s=")
            for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
                assert word in cookie
            assert "Domain" not in cookie


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "dialog.example.evil.example", "dialog.example@evil.example",
        "evil.example:80", "127.0.0.1", "",
    ],
)  # fmt: skip
def test_only_the_hosts_that_are_named_are_listened_to(
    sqlite_files: SqliteFiles, tmp_path: Path, app_on: Callable[..., Application], host: str
) -> None:
    """D03."""
    with sqlite_files.fresh(tmp_path) as url:
        application = app_on(url, environment="demo", trusted_hosts=("dialog.example",))
        client = application.test_client()
        good = client.get("/sv/", headers={"Host": "dialog.example"})
        assert good.status_code == 200
        for path in ("/", "/sv/", "/sv/hjalp", "/sv/finns-inte", "/sv/personal/logga-in"):
            refused = client.get(path, headers={"Host": host})
            assert refused.status_code == 400, (path, refused.status_code)
            assert "evil" not in refused.text
            for name, value in ALWAYS.items():
                assert refused.headers.get(name) == value


def test_forwarded_headers_are_not_believed_unless_told(app: Application, cast: Cast) -> None:
    """D03."""
    forged = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/evil", "X-Forwarded-For": "8.8.8.8",
        "Forwarded": "host=evil.example",
    }  # fmt: skip
    for path in ("/", "/sv/", "/sv/personal/logga-in", "/sv/arbetsrum/"):
        answered = app.test_client().get(path, headers=forged)
        assert "evil" not in answered.text
        assert "evil" not in answered.headers.get("Location", "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": "ogiltig"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_a_form_from_elsewhere_is_refused(
    app: Application, cast: Cast, headers: dict[str, str], status: int
) -> None:
    """C02: even with a token that is right."""
    client: FlaskClient = app.test_client()
    form = open_form(client) | {"berattelse": STORY, "go": "send"}
    sent = client.post("/sv/dialog/vad-ar-viktigt/svara", data=form, headers=headers)
    assert sent.status_code == status
