"""Odd texts, numbers and forms are kept, or refused in a sentence; nothing fails."""

from __future__ import annotations

import html
import unicodedata
from urllib.parse import urlencode

import pytest

from dialogue.app import Application
from dialogue.ground.forms import clean_text
from tests.conftest import Cast
from tests.nonsense.odd_input import (
    ANSWER,
    NOTHING,
    NUMBERS,
    ODD,
    SPOKEN,
    clear,
    kept,
    send,
    told,
)
from tests.survey import STORY, hidden_fields, open_form, press


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
