"""Each voice counts once: by code, in a meeting, on paper; few are never told apart."""

from __future__ import annotations

import re
import threading
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

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
        data={"csrf_token": forged_free(host, app_on_both), "name": "Äldredagen", "places": "60"},
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


def said_by(client: FlaskClient, address: str, theme: uuid.UUID, words: str = "") -> TestResponse:
    """A new form from a meeting's address, filled in and sent."""
    form = client.get(address)
    verdict = "correct" if words else "agrees"
    told = {"go": "send", f"v-{theme}": verdict, f"w-{theme}": words}
    return client.post(address, data=hidden_fields(form.text) | told)


def test_a_meeting_has_as_many_voices_as_people_and_may_be_counted_anew(
    app_on_both: Application, cast_on_both: Cast, link: tuple[str, uuid.UUID]
) -> None:
    """One phone goes round: the next person has a voice, but nobody has more than there are
    people. What was written when the places were taken is given back, and can be sent again."""
    address, theme = link
    staff = signed_in(app_on_both, cast_on_both.facilitator)
    room = f"/sv/arbetsrum/{cast_on_both.dialogue}/bekraftelse"
    with app_on_both.app_context():
        key = session().scalars(select(ConfirmationLink.id)).one()
    count = {"csrf_token": forged_free(staff, app_on_both), "places": "3"}
    assert staff.post(f"{room}/adress/{key}", data=count).status_code == 303
    client = app_on_both.test_client(use_cookies=False)
    early, late = client.get(address).text, client.get(address).text
    fields = hidden_fields(early) | {"go": "send", f"v-{theme}": "agrees"}
    assert client.post(address, data=fields).status_code == 200
    assert said_by(client, address, theme).status_code == 200
    assert said_by(client, address, theme).status_code == 200
    full = client.get(address)
    assert full.status_code == 200 and "Alla platser är tagna" in full.text
    assert "<textarea" not in full.text
    wrote = {"go": "send", f"v-{theme}": "correct", f"w-{theme}": "Mina sena ord."}
    refused = client.post(address, data=hidden_fields(late) | wrote)
    assert refused.status_code == 409 and "Mina sena ord." in refused.text
    changed = client.post(address, data=fields | {f"v-{theme}": "missing"})
    assert changed.status_code == 200
    with app_on_both.app_context():
        assert sorted(each[2] for each in says()) == ["agrees", "agrees", "missing"]
    page = staff.get(room).text
    assert "3 av 3" in page
    for places in ("2", "0", "-1", "", "fyra", "9" * 30):
        wrong = staff.post(f"{room}/adress/{key}", data=count | {"places": places})
        assert wrong.status_code == 422, places
        assert "<details open>" in wrong.text
    assert staff.post(f"{room}/adress/{key}", data=count | {"places": "4"}).status_code == 303
    again = hidden_fields(refused.text) | {"go": "send"}
    assert client.post(address, data=again).status_code == 200
    with app_on_both.app_context():
        assert "Mina sena ord." in {each[3] for each in says()}
    assert client.get(address).text.count("Alla platser är tagna")


def test_an_address_is_not_made_without_saying_how_many_people_there_are(
    app_on_both: Application, cast_on_both: Cast, link: tuple[str, uuid.UUID]
) -> None:
    staff = signed_in(app_on_both, cast_on_both.facilitator)
    room = f"/sv/arbetsrum/{cast_on_both.dialogue}/bekraftelse"
    token = forged_free(staff, app_on_both)
    for places in ("", "0", "1001", "många"):
        told = {"csrf_token": token, "name": "Torget i Åsele", "places": places}
        page = staff.post(f"{room}/adress", data=told)
        assert page.status_code == 422
        assert 'value="Torget i Åsele"' in page.text and "Säg hur många" in page.text
    with app_on_both.app_context():
        assert session().scalar(select(func.count()).select_from(ConfirmationLink)) == 1
    foreign = signed_in(app_on_both, cast_on_both.foreign_coordinator)
    with app_on_both.app_context():
        key = session().scalars(select(ConfirmationLink.id)).one()
    count = {"csrf_token": forged_free(foreign, app_on_both), "places": "9"}
    assert foreign.post(f"{room}/adress/{key}", data=count).status_code == 404


def test_what_was_said_is_published_by_each_way_in_and_tells_no_small_number(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E04: the total stands beside the parts, so a part that would give a small one away goes."""
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        key = str(out(cast))
        held = newest_round(session(), home)
        assert held is not None
        link = confirming.make_link(session(), held, "Torget", 50, by=eva)
        for channel, verdict, count in (
            (Channel.RECEIPT, Verdict.AGREES, 20), (Channel.MEETING, Verdict.AGREES, 32),
            (Channel.RECEIPT, Verdict.CORRECT, 12), (Channel.MEETING, Verdict.CORRECT, 3),
        ):  # fmt: skip
            for number in range(count):
                confirming.say(
                    session(), held, {key: (verdict, "")}, lang="sv", channel=channel,
                    voice=confirm_pages.voice_of(channel, f"{verdict} {number}"),
                    link=link if channel == Channel.MEETING else None,
                )  # fmt: skip
        with later():
            made = publish_signed(session(), home, by=eva, smallest=8)
        told = made.snapshot["confirmation"]
        assert told["said"][key]["agrees"] == 50 and told["said"][key]["correct"] == 15
        assert told["by_way"]["receipt"][key] == {"agrees": 20, "correct": None, "missing": None}
        assert told["by_way"]["meeting"][key] == {"agrees": 30, "correct": None, "missing": None}
        assert "paper" not in told["by_way"] and told["places"] == 50
        session().commit()
    page = app_on_both.test_client().get(f"/sv/dialog/{cast.dialogue}/resultat").text
    shown = words_of(page)
    assert "50" in shown and "På träffar" in shown
    assert not re.search(r"\b(12|32)\b", shown)


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
