"""Each voice counts once: by code, in a meeting, on paper; few are never told apart."""

from __future__ import annotations

import re
import threading
import uuid

import pytest
from sqlalchemy import func, select

from analysis.signing.signing import publish_signed
from dialogue.app import Application
from dialogue.followup import confirm_pages, confirming, heard
from dialogue.followup.heard import WHOLE
from dialogue.followup.round_models import (
    Channel,
    ConfirmationLink,
    ConfirmationRound,
    ConfirmationSay,
    Verdict,
)
from dialogue.followup.rounds import newest_round
from dialogue.ground.db import session
from tests.conftest import Cast, signed_in
from tests.followup.stage import (
    BY_CODE,
    later,
    open_receipt,
    out,
    say_by_code,
    says,
    told_and_out,
    words_of,
)
from tests.stage import dialogue_of, forged_free, user_of
from tests.survey import hidden_fields


def test_a_receipt_leads_to_the_question_and_one_voice_says_one_thing(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app = app_on_both
    code, theme = told_and_out(app, cast_on_both)
    client = app.test_client(use_cookies=False)
    fate = client.post("/sv/kvitto/", data=open_receipt(client, code))
    assert "Känner du igen dig?" in fate.text
    fields = hidden_fields(fate.text) | {"code": code}
    form = client.post(BY_CODE, data=fields)
    assert form.status_code == 200
    assert "Din berättelse är räknad här." in form.text
    assert "Set-Cookie" not in form.headers
    fields |= {"go": "send"}
    empty = client.post(BY_CODE, data=fields)
    assert empty.status_code == 422
    lost = client.post(BY_CODE, data=fields | {f"w-{theme}": "Ord utan val."})
    assert lost.status_code == 422 and "Ord utan val." in lost.text
    kept = client.post(BY_CODE, data=fields | {f"v-{theme}": "agrees"})
    assert kept.status_code == 200 and "sparat" in kept.text
    changed = {f"v-{theme}": "correct", f"w-{theme}": "Det var dagen, inte natten.",
               f"v-{WHOLE}": "missing"}  # fmt: skip
    assert client.post(BY_CODE, data=fields | changed).status_code == 200
    with app.app_context():
        assert says() == [
            (str(theme), Channel.RECEIPT, Verdict.CORRECT, "Det var dagen, inte natten."),
            (WHOLE, Channel.RECEIPT, Verdict.MISSING, ""),
        ]
    again = client.post(BY_CODE, data=fields | {"go": "open"})
    assert "Det var dagen, inte natten." in again.text
    english = client.post("/en/kvitto/kanner-du-igen-dig", data=fields | {"go": "open"})
    assert "Do you recognise yourself?" in english.text


@pytest.mark.parametrize(
    "about",
    ["finns-inte", "1888a9c9-2ec9-41d7-b8b3-79b98f06c62f", "", "x" * 500, "whole'--", "\x00"],
)
def test_a_forged_text_is_not_kept(app: Application, cast: Cast, about: str) -> None:
    code, _theme = told_and_out(app, cast)
    client = app.test_client(use_cookies=False)
    fields = open_receipt(client, code) | {"go": "send", f"v-{about}": "agrees", "v-whole": "maybe"}
    assert client.post(BY_CODE, data=fields).status_code == 422
    with app.app_context():
        assert says() == []


def test_after_the_end_the_words_are_given_back(app: Application, cast: Cast) -> None:
    code, theme = told_and_out(app, cast)
    client = app.test_client(use_cookies=False)
    fields = open_receipt(client, code)
    with later():
        answered = say_by_code(client, fields, theme, "correct", "Mina sena ord.")
    assert answered.status_code == 409
    assert "Mina sena ord." in answered.text
    with app.app_context():
        assert says() == []


def test_what_was_said_goes_when_the_answer_is_taken_back(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app = app_on_both
    code, theme = told_and_out(app, cast_on_both)
    client = app.test_client(use_cookies=False)
    fields = open_receipt(client, code)
    say_by_code(client, fields, theme, "correct", "Kanariefågel.")
    with app.app_context():
        assert len(says()) == 1
    client.post("/sv/kvitto/ta-bort", data=fields | {"sure": "yes"})
    with app.app_context():
        assert says() == []


@pytest.fixture
def link(app_on_both: Application, cast_on_both: Cast) -> tuple[str, uuid.UUID]:
    with app_on_both.app_context():
        key = out(cast_on_both)
        session().commit()
    host = signed_in(app_on_both, cast_on_both.facilitator)
    made = host.post(
        f"/sv/arbetsrum/{cast_on_both.dialogue}/bekraftelse/adress",
        data={"csrf_token": forged_free(host, app_on_both), "name": "Äldredagen"},
    )
    assert made.status_code == 303
    poster = host.get(made.headers["Location"])
    assert '<svg class="qr"' in poster.text and "Äldredagen" in poster.text
    with app_on_both.app_context():
        token = session().scalars(select(ConfirmationLink.token)).one()
    assert token in poster.text
    return f"/sv/dialog/{cast_on_both.dialogue}/stammer-det/{token}", key


def test_in_a_meeting_each_form_is_a_voice_and_may_be_sent_again(
    app_on_both: Application, link: tuple[str, uuid.UUID]
) -> None:
    address, theme = link
    client = app_on_both.test_client(use_cookies=False)
    for number in range(3):
        form = client.get(address)
        assert form.status_code == 200 and "Set-Cookie" not in form.headers
        fields = hidden_fields(form.text) | {"go": "send", f"v-{theme}": "agrees"}
        for _ in range(number + 1):
            assert client.post(address, data=fields).status_code == 200
    with app_on_both.app_context():
        assert [each[1:3] for each in says()] == [(Channel.MEETING, Verdict.AGREES)] * 3
        held = session().scalars(select(ConfirmationRound)).one()
        assert heard.voices_in(session(), held) == {"receipt": 0, "meeting": 3, "paper": 0}
    damaged = client.post(address, data=fields | {"token": "x", f"w-{theme}": "Mina ord."})
    assert damaged.status_code == 403 and "Mina ord." in damaged.text
    assert client.get(f"{address}x").status_code == 404


def test_many_in_a_room_at_once_are_all_counted(
    app_on_both: Application, link: tuple[str, uuid.UUID]
) -> None:
    address, theme = link
    client = app_on_both.test_client(use_cookies=False)
    forms = [hidden_fields(client.get(address).text) for _ in range(8)]
    statuses: list[int] = []

    def send(fields: dict[str, str]) -> None:
        sender = app_on_both.test_client(use_cookies=False)
        for _ in range(2):
            told = fields | {"go": "send", f"v-{theme}": "agrees"}
            statuses.append(sender.post(address, data=told).status_code)

    threads = [threading.Thread(target=send, args=(fields,)) for fields in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert statuses == [200] * 16
    with app_on_both.app_context():
        assert session().scalar(select(func.count()).select_from(ConfirmationSay)) == 8


def test_a_paper_sheet_is_entered_once(app: Application, cast: Cast) -> None:
    with app.app_context():
        key = out(cast)
    for who in (cast.host, cast.facilitator):
        staff = signed_in(app, who)
        base = f"/sv/arbetsrum/{cast.dialogue}/bekraftelse"
        assert staff.get(f"{base}/blankett").status_code == 200
        page = staff.get(f"{base}/papper").text
        sheet = re.search(r'name="key" value="([^"]+)"', page)
        assert sheet
        fields = {"csrf_token": forged_free(staff, app), "key": sheet.group(1)}
        assert staff.post(f"{base}/papper", data=fields).status_code == 409
        fields |= {f"v-{key}": "missing", f"w-{key}": "Inget om resorna."}
        for _ in range(2):
            assert staff.post(f"{base}/papper", data=fields).status_code == 303
    with app.app_context():
        assert [each[1:] for each in says()] == [
            (Channel.PAPER, Verdict.MISSING, "Inget om resorna.")
        ] * 2


def test_published_counts_pass_the_disclosure_control(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E03."""
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        key = str(out(cast))
        held = newest_round(session(), home)
        assert held is not None
        for number in range(30):
            verdict = Verdict.AGREES if number < 23 else Verdict.MISSING
            confirming.say(
                session(), held, {key: (verdict, "")}, lang="sv", channel=Channel.MEETING,
                voice=confirm_pages.voice_of("meeting", str(number)),
            )  # fmt: skip
        with later():
            made = publish_signed(session(), home, by=eva, smallest=8)
        told = made.snapshot["confirmation"]
        assert told["said"][key] == {"agrees": 25, "correct": None, "missing": None}
        assert told["voices"] == {"receipt": None, "meeting": 30, "paper": None}
        session().commit()
    page = app_on_both.test_client().get(f"/sv/dialog/{cast.dialogue}/resultat").text
    shown = words_of(page)
    assert not re.search(r"\b(23|7)\b", shown)
