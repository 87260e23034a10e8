"""Bad input on every page, on both databases: no 500, a clear sentence, and the text kept."""

from __future__ import annotations

import html
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from analysis.models import Theme
from dialogue.app import Application
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.access import Access, rule_of
from dialogue.ground.db import db, session
from dialogue.ground.forms import clean_text
from dialogue.voices.models import Contribution, Story
from tests.conftest import Cast, Databases, play, signed_in
from tests.stage import Play, forged_free, read_and_signed
from tests.survey import STORY, hidden_fields, open_form, press

ANSWER = "/sv/dialog/vad-ar-viktigt/svara"
ODD = {
    "nul": "före\x00efter",
    "controls": "a\x01\x02\x1b[31mb\x7f\x85c",
    "line separators": "ett\u2028två\u2029tre",
    "carriage returns": "ett\r\ntvå\rtre",
    "combining": "Z" + "\u0301\u0327\u0489" * 667 + " lång",
    "right to left override": "abc\u202edcba\u202c",
    "noncharacters": "a\ufdd0\ufffe\uffffb",
    "private use": "a\ue000b",
    "astral": "\U0010ffff\U0001f600",
    "template": "{{7*7}} {% raw %} ${7*7} %(name)s {0}",
    "sql": "'; DROP TABLE story; -- \" OR 1=1",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "csv": "=cmd|'/C calc'!A0",
    "shell": "$(reboot) `id` | ; &",
    "percent": "100 % %s %d %n %00 %u0041",
    "backslashes": "\\ \\\\ \\u0000 \\x00",
    "one long word": "o" * 3999,
    "decomposed": unicodedata.normalize("NFD", "Åsa är här. ÅÄÖ"),
}
SPOKEN = {
    "se": "Mun lean leamaš buohcci, ja dat lei váttis. Ŧ ŧ Đ đ Ŋ ŋ Š š Ž ž",
    "sju": "Ubmejesámiengiälla. Ï ï Đ đ Ŧ ŧ Ü ü",
    "fi": "Odotin kolme viikkoa. Kiitos, että kuuntelitte.",
    "fit": "Met piämä ruokalevon. Tääläki on hyvä olla.",
    "ar": "انتظرت ثلاثة أسابيع حتى أجابني أحد.",
    "ti": "ሰለስተ ሰሙን ተጸቢየ።",
    "fa": "سه هفته منتظر ماندم تا کسی جواب بدهد.",
    "so": "Saddex toddobaad ayaan sugayay.",
    "emoji": "Tack 👩🏽‍⚕️👨‍👩‍👧‍👦🏳️‍🌈❤️ för allt",
}
NOTHING = {
    "spaces": "   \n\t ",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "soft hyphens": "\u00ad\u00ad",
    "wide spaces": "\u3000\u2003\u00a0",
    "blank letters": "\u115f\u1160\u3164",
    "variation selectors": "\ufe0f\ufe0f",
    "controls": "\x00\x01\x7f",
}
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="berattelse"; '
    b'filename="../../x"\r\n\r\nhej\r\n--x--\r\n'
)
NUMBERS = ("٣", "1,5", "1e309", "NaN", "-1", "11", "0x5", "²", "9" * 400, "inf", "5 5", "½", "1_0")
IDS = (
    "0", "-1", "1" * 30, "2147483648", "9" * 400, "..", "%2e%2e%2f", "%00", "%ff", "null", "None",
    "å ä ö", "😀", "' OR '1'='1", "{{7*7}}", "<b>", str(uuid.UUID(int=0)), "x" * 3000,
    "00000000-0000-0000-0000-00000000000g", "%0d%0aSet-Cookie:x=1", "\\..\\", "vad-ar-viktigt ",
)  # fmt: skip


@pytest.fixture
def live(
    databases: Databases, tmp_path: Path, app_on: Callable[..., Application]
) -> Iterator[Application]:
    """The application as it runs outside tests, on both databases."""
    wrong_codes._tries.clear()
    with databases.fresh(tmp_path) as url:
        application = app_on(url, environment="demo")
        yield application
        with application.app_context():
            db.engine.dispose()


@pytest.fixture
def people(live: Application) -> Cast:
    return play(live)


def kept(application: Application) -> int:
    with application.app_context():
        return session().scalar(select(func.count()).select_from(Contribution)) or 0


def told(application: Application) -> list[str]:
    with application.app_context():
        return list(session().scalars(select(Story.text)))


def send(client: FlaskClient, text: str, **fields: str) -> TestResponse:
    return press(client, open_form(client) | {"berattelse": text, "at": "check"} | fields, "send")


def clear(page: TestResponse) -> None:
    """An answer to bad input: no failure of ours, and a page that says something."""
    assert page.status_code < 500, (page.request.path, page.status_code)
    if page.status_code >= 400 and page.request.method != "HEAD":
        assert "<h1" in page.text, page.request.path
    assert "Traceback" not in page.text


def test_odd_texts_are_cleaned_and_kept(live: Application, people: Cast) -> None:
    """H01, B01, B05."""
    client = live.test_client(use_cookies=False)
    for name, text in ODD.items():
        page = send(client, text)
        assert page.status_code == 200, name
    texts = told(live)
    assert sorted(texts) == sorted(clean_text(text) for text in ODD.values())
    for text in texts:
        assert "\x00" not in text
        assert text == unicodedata.normalize("NFC", text)
        text.encode()


def test_odd_texts_come_back_as_they_were_typed(live: Application, people: Cast) -> None:
    """B02: on every screen they travel with, escaped; what is sent is what was typed."""
    client = live.test_client(use_cookies=False)
    for name, text in ODD.items():
        form = open_form(client) | {"berattelse": text}
        page = press(client, form, "next")
        assert page.status_code == 200, name
        carried = hidden_fields(page.text)["berattelse"]
        assert carried.replace("\r", "") == clean_text(text), name
        assert "<script>alert" not in page.text
        assert "onerror=alert(1)>" not in html.unescape(page.text).replace(clean_text(text), "")


def test_broken_percent_signs_are_no_failure(live: Application, people: Cast) -> None:
    """H01, H07: half letters and bytes that are no letters."""
    client = live.test_client(use_cookies=False)
    for raw in (b"%ED%A0%80", b"%FF%FE", b"%C3", b"%", b"%zz", b"%u00e5", b"%00"):
        form = urlencode(open_form(client) | {"at": "check", "go": "send"}).encode()
        page = client.post(
            ANSWER,
            data=form + b"&berattelse=Hej%20" + raw + b"%20slut&" + raw + b"=1",
            content_type="application/x-www-form-urlencoded",
        )
        clear(page)
        assert "Hej" in page.text or page.status_code == 200, raw
    assert all("Hej" in text for text in told(live))


def test_every_language_and_picture_comes_back_letter_by_letter(
    live: Application, people: Cast
) -> None:
    """H02."""
    client = live.test_client(use_cookies=False)
    for text in SPOKEN.values():
        assert send(client, text).status_code == 200
    assert sorted(told(live)) == sorted(unicodedata.normalize("NFC", t) for t in SPOKEN.values())


def test_a_text_of_nothing_is_an_open_question(live: Application, people: Cast) -> None:
    """H04."""
    for name, text in NOTHING.items():
        page = send(live.test_client(use_cookies=False), text)
        assert page.status_code == 422, name
    assert kept(live) == 0


def test_length_is_counted_as_the_page_tells_it(live: Application, people: Cast) -> None:
    """H03: 4,000 letters, each of them one however it was typed."""
    client = live.test_client(use_cookies=False)
    assert send(client, unicodedata.normalize("NFD", "å" * 4000)).status_code == 200
    assert send(client, "😀" * 4000).status_code == 200
    long = "å" * 4001
    page = send(client, long)
    assert page.status_code == 422
    assert long in page.text
    assert kept(live) == 2


def test_a_number_that_is_none_is_refused_with_the_rest_kept(
    live: Application, people: Cast
) -> None:
    """H05."""
    for number in NUMBERS:
        page = send(live.test_client(use_cookies=False), STORY, **{"poang-1": number})
        assert page.status_code == 422, number
        assert html.escape(STORY, quote=False) in page.text
    assert kept(live) == 0


def test_five_thousand_fields_are_too_many(live: Application, people: Cast) -> None:
    """H06."""
    client = live.test_client(use_cookies=False)
    form = open_form(client) | {"berattelse": STORY}
    many = form | {f"f{number}": "x" for number in range(5000)}
    assert press(client, many, "send").status_code == 413
    body = "&".join(["berattelse=x"] * 5000).encode()
    page = client.post(ANSWER, data=body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413
    clear(page)
    parts = {f"f{number}": (None, "x") for number in range(5000)}
    assert client.post(ANSWER, data=parts).status_code in (403, 413)
    assert kept(live) == 0


@pytest.mark.parametrize(
    "fields",
    [
        [("berattelse", "Ett"), ("berattelse", "Två")],
        [("berattelse[]", "Ett")],
        [("berattelse[0][x]", "Ett"), ("__proto__", "x")],
        [("poang-1", "5"), ("poang-1", "6"), ("berattelse", "Ett")],
        [("", ""), ("=", "=")],
        [("key", "x"), ("berattelse", "Ett")],
        [("at", "../../etc/passwd"), ("berattelse", "Ett")],
        [("go", "edit.finns_inte"), ("berattelse", "Ett")],
        [("go", "send.replace.new"), ("berattelse", "Ett")],
        [("go", "poang-9+"), ("berattelse", "Ett")],
        [("go", "+"), ("berattelse", "Ett")],
        [("go", ""), ("at", ""), ("berattelse", "Ett")],
        [("use", "allt"), ("use", "quote"), ("berattelse", "Ett")],
        [("use", "x" * 5000), ("berattelse", "Ett")],
        [("role", "admin"), ("published", "1"), ("dialogue_id", "1"), ("berattelse", "Ett")],
        [("n" * 5000, "x"), ("berattelse", "Ett")],
        [("kommun", "\x00"), ("alder", "\ud7ff"), ("berattelse", "Ett")],
    ],
)
def test_fields_in_disorder_are_no_failure(
    live: Application, people: Cast, fields: list[tuple[str, str]]
) -> None:
    """H06, A09, A10: repeated, forged, unknown and missing ones."""
    client = live.test_client(use_cookies=False)
    names = {name for name, _value in fields}
    form = [(k, v) for k, v in open_form(client).items() if k not in names]
    for button in ("send", "next", "back", "skip", "stay"):
        extra = [] if "go" in names else [("go", button)]
        page = client.post(
            ANSWER,
            data=urlencode([*form, *fields, *extra]).encode(),
            content_type="application/x-www-form-urlencoded",
        )
        clear(page)
        if ("berattelse", "Ett") in fields and page.status_code in (409, 422, 403):
            assert "Ett" in page.text
    assert set(told(live)) <= {"Ett"}
    assert kept(live) <= 1


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


def test_odd_codes_are_refused_in_a_sentence(live: Application, people: Cast) -> None:
    client = live.test_client(use_cookies=False)
    form = hidden_fields(client.get("/sv/kvitto/").text)
    for text in [*ODD.values(), *NOTHING.values(), *IDS]:
        wrong_codes._tries.clear()
        for path in ("/sv/kvitto/", "/sv/kvitto/ta-bort"):
            page = client.post(path, data=form | {"code": text, "sure": "yes"})
            clear(page)
            assert page.status_code in (404, 422), (path, text[:40], page.status_code)


def test_odd_names_of_themes_are_cleaned_and_kept(live: Application, people: Cast) -> None:
    """H01, B01: in the workroom, and on its pages."""
    play_ = read_and_signed(live, people.dialogue)
    client = signed_in(live, people.coordinator)
    address = f"/sv/arbetsrum/{people.dialogue}/tema/{play_.theme}"
    token = {"csrf_token": forged_free(client, live)}
    for name, text in (ODD | SPOKEN).items():
        page = client.post(address, data=token | {"sv": text, "en": text})
        clean = clean_text(text)
        assert page.status_code == (303 if len(clean) <= 120 else 422), name
        shown = client.get(address).text if page.status_code == 303 else page.text
        assert html.escape(clean).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in shown
        assert "<script>alert" not in shown
        if page.status_code == 303:
            with live.app_context():
                assert session().get_one(Theme, play_.theme).given_sv == clean
    for fields in ({}, {"sv": ""}, {"en": "x"}, {"sv": "a", "given_sv": "b", "signed_at": "1"}):
        clear(client.post(address, data=token | fields))


def test_every_resident_page_is_open_to_anyone_who_sends_nonsense(
    live: Application, people: Cast
) -> None:
    """H07: each open form, sent empty and sent with a token that is none."""
    client = live.test_client(use_cookies=False)
    sent = 0
    for rule in live.url_map.iter_rules():
        if rule_of(live, rule.endpoint) is not Access.ANYONE or "POST" not in (rule.methods or ()):
            continue
        if rule.arguments - {"language", "dialogue"}:
            continue
        values = {"language": "en", "dialogue": people.dialogue}
        adapter = live.url_map.bind("localhost")
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for fields in ({}, {"token": "\x00\ud7ff"}, {"token": "x.y.z", "key": "x" * 9000}):
            page = client.post(address, data=fields)
            clear(page)
            sent += 1
            assert page.status_code in (302, 303, 400, 403, 404, 409, 413, 422, 429, 200), address
    assert sent >= 9
    assert kept(live) == 0
