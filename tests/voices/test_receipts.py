"""Receipt codes: what they are, how they are read, and how guessing is slowed down."""

from __future__ import annotations

import math
import re
import statistics
import time

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.throttle import Throttle
from dialogue.voices.receipts import ALPHABET, KEY, Receipts, is_code, new_answer_key, normal
from tests.conftest import Cast
from tests.survey import STORY, answer, hidden_fields

MINT = Receipts(b"a key that nobody else has and that never changes")
OTHER = Receipts(b"another key of another installation entirely")
UNKNOWN = "7K4M-Q2XW-9D3H-TR8E"


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    wrong_codes._tries.clear()


def ask(client: FlaskClient, code: str, language: str = "sv") -> TestResponse:
    form = hidden_fields(client.get(f"/{language}/kvitto/").text)
    return client.post(f"/{language}/kvitto/", data=form | {"code": code})


@given(st.text(min_size=22, max_size=64))
def test_a_code_has_sixteen_of_32_letters_in_four_groups(key: str) -> None:
    code = MINT.code_for(key)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert is_code(code)
    assert math.log2(len(ALPHABET)) * 16 == 80


def test_a_code_comes_from_its_key_and_the_installation_alone() -> None:
    keys = [new_answer_key() for _ in range(2000)]
    assert all(KEY.fullmatch(key) for key in keys)
    codes = [MINT.code_for(key) for key in keys]
    assert codes == [MINT.code_for(key) for key in keys]
    assert len(set(codes)) == len(codes)
    assert not set(codes) & {OTHER.code_for(key) for key in keys}
    hashes = {MINT.hash_of(code) for code in codes} | {MINT.background_hash_of(c) for c in codes}
    assert len(hashes) == 2 * len(codes)


@pytest.mark.parametrize(
    "typed",
    [
        "7K4M-Q2XW-9D3H-TR8E", "7k4m-q2xw-9d3h-tr8e", "7K4MQ2XW9D3HTR8E", " 7K4M Q2XW 9D3H TR8E ",
        "7K4M–Q2XW–9D3H–TR8E", "7K4M_Q2XW.9D3H/TR8E", "7K4M-Q2XW-9D3H-TR8E\n",
        "7k4m\tq2xw 9d3htr8e",
    ],
)  # fmt: skip
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert is_code(typed)
    assert MINT.hash_of(typed) == MINT.hash_of(UNKNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"), [("O", "0"), ("o", "0"), ("I", "1"), ("l", "1"), ("u", "V")]
)
def test_letters_that_look_alike_are_read_alike(typed: str, meant: str) -> None:
    assert normal(typed) == meant
    assert MINT.hash_of("7K4M-Q2XW-9D3H-TR8" + typed) == MINT.hash_of("7K4M-Q2XW-9D3H-TR8" + meant)


@pytest.mark.parametrize(
    "typed",
    ["", "7K4M", "7K4M-Q2XW-9D3H-TR8", "7K4M-Q2XW-9D3H-TR8EE", "å" * 16, "x" * 5000, "\x00"],
)
def test_what_is_no_code_is_not_asked_about(typed: str) -> None:
    assert not is_code(typed)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_code_opens_its_answer_and_nothing_else(
    app_on_both: Application, cast_on_both: Cast, language: str
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    code, other = answer(client), answer(client, text="En helt annan berättelse.")
    page = ask(client, code.lower().replace("-", " "), language)
    assert page.status_code == 200
    assert STORY in page.text
    assert "En helt annan berättelse." not in page.text
    assert "En helt annan berättelse." in ask(client, other, language).text


def test_no_answer_and_no_code_are_told_in_constant_pages(app: Application, cast: Cast) -> None:
    """E09: what the page says does not depend on how near a guess was."""
    client = app.test_client(use_cookies=False)
    code = answer(client)
    near = code[:-1] + ("0" if code[-1] != "0" else "1")
    pages = set()
    for guess in (near, "AAAA-BBBB-CCCC-DDDD", "0000-0000-0000-0000"):
        page = ask(client, guess)
        text = re.sub(r"name=\"token\" value=\"[^\"]+\"|nonce=\"[^\"]+\"", "", page.text)
        pages.add((page.status_code, text.replace(guess, "…")))
    assert len(pages) == 1, pages
    assert pages.pop()[0] == 404


def test_a_known_code_is_not_told_by_how_long_it_takes() -> None:
    """E09: the hash is worked out before anything is looked up; both take the same time."""
    code = MINT.code_for(new_answer_key())

    def took(text: str) -> float:
        began = time.perf_counter()
        for _ in range(200):
            MINT.hash_of(text)
        return time.perf_counter() - began

    known = statistics.median(took(code) for _ in range(15))
    unknown = statistics.median(took(UNKNOWN) for _ in range(15))
    assert abs(known - unknown) < 0.5 * max(known, unknown)


def test_guessing_is_slowed_down_and_somebody_else_gets_in(app: Application, cast: Cast) -> None:
    """E09: twenty wrong codes a minute from one place; others are not shut out."""
    client = app.test_client(use_cookies=False)
    code = answer(client)
    form = hidden_fields(client.get("/sv/kvitto/").text)
    statuses = [
        client.post("/sv/kvitto/", data=form | {"code": UNKNOWN}).status_code for _ in range(25)
    ]
    assert statuses == [404] * 20 + [429] * 5
    for path in ("/sv/kvitto/", "/sv/kvitto/ta-bort"):
        assert client.post(path, data=form | {"code": code, "sure": "yes"}).status_code == 429
    elsewhere = client.post(
        "/sv/kvitto/", data=form | {"code": code}, environ_base={"REMOTE_ADDR": "192.0.2.9"}
    )
    assert elsewhere.status_code == 200


def test_the_throttle_forgets_and_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle = Throttle(most=2, seconds=60)
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    for _ in range(2):
        throttle.wrong("203.0.113.77")
    assert throttle.too_many("203.0.113.77")
    assert not throttle.too_many("203.0.113.78")
    assert b"203.0.113.77" not in repr(throttle._tries).encode()
    clock[0] += 61
    assert not throttle.too_many("203.0.113.77")


def test_a_throttle_that_is_full_does_not_grow_and_does_not_open() -> None:
    """Ten thousand other callers neither fill the memory nor clear one guesser's count."""
    throttle = Throttle(most=2, seconds=60)
    for _ in range(2):
        throttle.wrong("the guesser")
    for number in range(12_000):
        throttle.wrong(f"2001:db8::{number:x}")
    assert len(throttle._tries) <= 12_001
    assert throttle.too_many("the guesser")


def test_the_code_never_stands_in_an_address(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    code = answer(client)
    page = ask(client, code)
    addresses = re.findall(r"(?:href|action|src|formaction)=\"([^\"]*)\"", page.text)
    assert addresses
    assert not [each for each in addresses if code in each or code.replace("-", "") in each]
    assert ask(client, code).request.query_string == b""
    assert STORY not in client.get(f"/sv/kvitto/?code={code}").text


def test_a_damaged_form_is_given_back_with_the_code(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    code = answer(client)
    for token in ("", "x", "code.forged", "å", "\x00", "a" * 10_000):
        page = client.post("/sv/kvitto/", data={"code": code, "token": token})
        assert page.status_code == 403
        assert code in page.text
        assert STORY not in page.text
