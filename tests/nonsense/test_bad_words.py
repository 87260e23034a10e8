"""Odd codes and names are refused in a sentence or kept clean."""

from __future__ import annotations

import html

from analysis.models import Theme
from dialogue.app import Application
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.access import Access, rule_of
from dialogue.ground.db import session
from dialogue.ground.forms import clean_text
from tests.conftest import Cast, signed_in
from tests.nonsense.odd_input import (
    IDS,
    NOTHING,
    ODD,
    SPOKEN,
    clear,
    kept,
)
from tests.stage import forged_free, read_and_signed
from tests.survey import hidden_fields


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
