"""Odd addresses, bodies, languages and headers are no failure."""

from __future__ import annotations

import uuid
from urllib.parse import quote

import pytest

from dialogue.app import Application
from tests.conftest import Cast, signed_in
from tests.nonsense.odd_input import (
    ANSWER,
    FILE,
    IDS,
    clear,
    kept,
)
from tests.stage import Play, read_and_signed


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"berattelse": "\\ud800"}'),
        ("text/plain", b"hej"),
        ("application/xml", b"<a/>"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
        ("multipart/form-data; boundary=", b"--\r\n\r\n"),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 2000 + b"\r\n--x--"),
        ("multipart/form-data; boundary=x", FILE),
        ("application/x-www-form-urlencoded; charset=utf-16", "berattelse=hej".encode("utf-16")),
        ("application/x-www-form-urlencoded; charset=nonsense", b"berattelse=hej"),
        ("application/x-www-form-urlencoded", b"\xff\xfe\x00&=&==&%%%"),
        ("application/x-www-form-urlencoded", b""),
        ("", b"berattelse=hej"),
        ("nonsense", b"\x00" * 1000),
    ],
)  # fmt: skip
def test_bodies_of_other_kinds_are_refused_clearly(
    live: Application, people: Cast, kind: str, body: bytes
) -> None:
    """H07: on every address that takes a form."""
    client = live.test_client()
    staff = signed_in(live, people.coordinator)
    play_ = Play(uuid.uuid4(), uuid.uuid4(), uuid.uuid4())
    for rule in live.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        values = {
            "language": "sv", "dialogue": people.dialogue, "theme": play_.theme,
            "quote": play_.quote, "story": play_.story, "claim": play_.claim,
        }  # fmt: skip
        if not rule.arguments <= set(values):
            continue
        adapter = live.url_map.bind("localhost")
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for each in (client, staff):
            page = each.post(address, data=body, content_type=kind)
            clear(page)
    assert kept(live) == 0


def test_every_place_in_an_address_stands_every_id(live: Application, people: Cast) -> None:
    """B04, B11, G10: as anybody and as a coordinator."""
    play_ = read_and_signed(live, people.dialogue)
    anyone, staff = live.test_client(use_cookies=False), signed_in(live, people.coordinator)
    own = {
        "dialogue": people.dialogue, "theme": str(play_.theme), "quote": str(play_.quote),
        "story": str(play_.story), "language": "sv",
    }  # fmt: skip
    looked = 0
    for rule in live.url_map.iter_rules():
        for place in rule.arguments:
            for wrong in IDS if place == "dialogue" else IDS[::5]:
                if place not in own and place != "filename" and place != "token":
                    continue
                address = rule.rule
                for name in rule.arguments:
                    value = wrong if name == place else own.get(name, "x")
                    written = quote(value, safe="%") if value is wrong else value
                    for form in (f"<{name}>", f"<uuid:{name}>", f"<language:{name}>",
                                 f"<path:{name}>", f"<string:{name}>"):  # fmt: skip
                        address = address.replace(form, written)
                if "<" in address:
                    continue
                page = (staff if "/arbetsrum" in address else anyone).get(address)
                looked += 1
                assert page.status_code < 500, address
                assert "root:" not in page.text
                assert "x=1" not in page.headers.get("Set-Cookie", "")
                assert wrong != "{{7*7}}" or ">49<" not in page.text
    assert looked > 300


QUERIES = (
    "page=99999999999999999999", "page=-1", "page=NaN", "page=٣", "page=1&page=2", "page=0",
    "desk='", "desk=read'--", "desk[]=read", "desk=%00", "lang=zz", "language=../../etc",
    "next=//evil.example", "%00=%00", "a" * 6000, "=&=&;;", "%ff=%fe", "q=" + "%C3%28" * 50,
)  # fmt: skip


def test_questions_behind_an_address_are_no_failure(live: Application, people: Cast) -> None:
    """B04, H08."""
    play_ = read_and_signed(live, people.dialogue)
    staff, anyone = signed_in(live, people.coordinator), live.test_client(use_cookies=False)
    room = f"/sv/arbetsrum/{people.dialogue}"
    for client, path in (
        (staff, f"{room}/berattelser"), (staff, f"{room}/lasrum"),
        (staff, f"{room}/tema/{play_.theme}"), (anyone, "/sv/"), (anyone, ANSWER),
        (anyone, "/sv/kvitto/"), (anyone, "/sv/personal/logga-in"), (anyone, "/"),
    ):  # fmt: skip
        for query in QUERIES:
            page = client.get(f"{path}?{query}")
            clear(page)
            assert page.status_code in (200, 302), (path, query, page.status_code)
            assert "evil.example" not in page.headers.get("Location", "")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "sv"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("sv;q=0.1,en;q=0.9", "en"),
        ("zz", "sv"), ("*", "sv"), ("en;q=0", "sv"), ("en;q=nonsense", "sv"), ("../../etc", "sv"),
        ("fi, se;q=0.8", "sv"), ("x" * 5000, "sv"), (",,,;;;=", "sv"), ("en;q=1e309", "en"),
        ("\u00e5\u00e4\u00f6", "sv"), ("'; DROP TABLE", "sv"), ("en-;q", "en"),
    ],
)  # fmt: skip
def test_a_browser_that_asks_for_nonsense_gets_swedish(
    app: Application, cast: Cast, accepted: str, language: str
) -> None:
    """H08."""
    page = app.test_client().get("/", headers={"Accept-Language": accepted})
    assert page.status_code == 302
    if accepted not in ("en;q=nonsense", "en;q=1e309", "en-;q"):
        assert page.headers["Location"].endswith(f"/{language}/")
    assert page.headers["Location"] in ("/sv/", "/en/")


@pytest.mark.parametrize("language", ["zz", "SV", "sv-SE", "..", "%2e%2e", "se", "sv%00", "å"])
def test_a_language_that_is_none_has_no_pages(app: Application, cast: Cast, language: str) -> None:
    """H08."""
    for path in ("", "hjalp", "dialog/vad-ar-viktigt/svara", "personal/logga-in"):
        page = app.test_client().get(f"/{language}/{path}")
        assert page.status_code in (301, 308, 404), (language, path)
        clear(page)


def test_strange_methods_and_headers_are_no_failure(live: Application, people: Cast) -> None:
    """A13, H07."""
    client = live.test_client(use_cookies=False)
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "FOO"):
        for path in ("/", "/sv/", ANSWER, "/sv/kvitto/", "/static/look.css"):
            page = client.open(path, method=method)
            assert page.status_code == 405, (method, path, page.status_code)
    odd = {
        "Cookie": "s=\xff\xfe; =; ;;; session=" + "x" * 3000, "If-None-Match": '"',
        "If-Modified-Since": "igår", "Range": "bytes=9-1,-,x", "Referer": "http://[",
        "Origin": "http://localhost", "X-Forwarded-For": "\x7f" * 50, "Accept": "/;q=x",
        "Content-Length": "0", "User-Agent": "<script>", "Accept-Encoding": "\x80",
    }  # fmt: skip
    for path in (
        "/",
        "/sv/",
        ANSWER,
        "/static/look.css",
        "/sv/personal/logga-in",
        "/sv/arbetsrum/",
    ):
        clear(live.test_client().get(path, headers=odd))
    for path in ("/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fapp.py",
                 "/static//etc/passwd", "/static/look.css%00.html", "/static/"):  # fmt: skip
        page = client.get(path)
        assert page.status_code in (301, 308, 404), path
