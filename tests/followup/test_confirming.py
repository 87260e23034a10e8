"""The confirmation round: by code, in a meeting, on paper; replies, reservations, the end."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import timedelta
from unittest import mock

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from analysis.signing.signing import publish_signed, send_for_confirmation
from dialogue.app import Application
from dialogue.followup import confirm_pages, confirming, heard, receipts
from dialogue.followup.confirming import (
    WHOLE,
    newest_round,
    reply_to,
    start_round,
    waive_round,
)
from dialogue.followup.models import Publication
from dialogue.followup.reserving import ReservationOvertaken, reserve
from dialogue.followup.round_models import (
    Channel,
    ConfirmationLink,
    ConfirmationReply,
    ConfirmationRound,
    ConfirmationSay,
    Verdict,
)
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import DialogueState
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, gather, tell, user_of
from tests.survey import answer, hidden_fields

AFTER = 20
"""Days from now on which every round has ended."""


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    receipts.wrong_codes._tries.clear()


def later(days: int = AFTER) -> mock._patch:  # type: ignore[type-arg]
    """The same rules on another day."""
    return mock.patch.multiple(confirming, today=lambda: today() + timedelta(days=days))


def texts(word: str, count: int = 10) -> list[str]:
    return [f"{word}: berättelse nummer {number} om det som hände." for number in range(count)]


def out(cast: Cast, name: str = "Väntan", days: int = 10) -> uuid.UUID:
    """A signed theme, sent out; its key."""
    theme = gather(cast.dialogue, name, tell(cast.dialogue, texts(name)), signed=True)
    send_for_confirmation(
        session(), dialogue_of(cast.dialogue), days, by=user_of(cast.coordinator), smallest=8
    )
    session().commit()
    return theme.id


def told_and_out(app: Application, cast: Cast) -> tuple[str, uuid.UUID]:
    """Somebody's answer in a theme that is out; its code and the theme's key."""
    code = answer(app.test_client(use_cookies=False), "Jag väntade hela natten.", ("quote",))
    with app.app_context():
        mine = session().scalars(select(Story)).one()
        mine.desk = DeskState.READ
        stories = [mine, *tell(cast.dialogue, texts("Väntan"))]
        theme = gather(cast.dialogue, "Väntan", stories, signed=True)
        send_for_confirmation(
            session(), dialogue_of(cast.dialogue), 10, by=user_of(cast.coordinator), smallest=8
        )
        session().commit()
        return code, theme.id


def open_receipt(client: FlaskClient, code: str) -> dict[str, str]:
    return hidden_fields(client.get("/sv/kvitto/").text) | {"code": code}


def says() -> list[tuple[str, str, str, str]]:
    rows = session().scalars(select(ConfirmationSay).order_by(ConfirmationSay.about))
    return [(each.about, each.channel, each.verdict, each.words) for each in rows]


@pytest.mark.parametrize("days", [0, 6, 15, 400])
def test_a_round_lasts_seven_to_fourteen_days(
    app_on_both: Application, cast_on_both: Cast, days: int
) -> None:
    with app_on_both.app_context(), pytest.raises(Refusal):
        out(cast_on_both, days=days)


def test_only_what_is_signed_goes_out_and_one_round_at_a_time(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        with pytest.raises(Refusal):
            start_round(session(), home, [], 10, by=eva, smallest=8)
        home.state = DialogueState.CLOSED
        gather(cast.dialogue, "Osignerat", tell(cast.dialogue, texts("Osignerat")))
        key = out(cast)
        held = newest_round(session(), home)
        assert held is not None
        assert [theme["key"] for theme in held.snapshot["themes"]] == [str(key)]
        assert held.ends_on == today() + timedelta(days=10)
        assert home.state == DialogueState.OUT_FOR_CONFIRMATION
        for again in (
            lambda: send_for_confirmation(session(), home, 7, by=eva, smallest=8),
            lambda: waive_round(session(), home, "Det är bråttom nu.", by=eva),
        ):
            with pytest.raises(Refusal):
                again()


def test_nothing_is_published_before_the_round_has_ended(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        gather(cast.dialogue, "Först", tell(cast.dialogue, texts("Först")), signed=True)
        with pytest.raises(Refusal):
            publish_signed(session(), home, by=eva, smallest=8)
        out(cast)
        for days in (0, 10):
            with later(days), pytest.raises(Refusal):
                publish_signed(session(), home, by=eva, smallest=8)
        with later(11):
            made = publish_signed(session(), home, by=eva, smallest=8)
        assert made.snapshot["confirmation"]["ends_on"] == str(today() + timedelta(days=10))
        with later(11), pytest.raises(Refusal):
            publish_signed(session(), home, by=eva, smallest=8)


def test_a_theme_that_was_not_in_the_round_is_not_published(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        out(cast)
        gather(cast.dialogue, "Eftersläntrare", tell(cast.dialogue, texts("Sen")), signed=True)
        with later(), pytest.raises(Refusal, match="Eftersläntrare"):
            publish_signed(session(), home, by=eva, smallest=8)


def test_why_nobody_was_asked_stands_beside_the_summary(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        gather(cast.dialogue, "Väntan", tell(cast.dialogue, texts("Väntan")), signed=True)
        for reason in ("", "Kort"):
            with pytest.raises(Refusal):
                waive_round(session(), home, reason, by=eva)
        waive_round(session(), home, "Alla tolv var med när vi skrev texten.", by=eva)
        publish_signed(session(), home, by=eva, smallest=8)
        session().commit()
    page = app_on_both.test_client().get(f"/sv/dialog/{cast.dialogue}/resultat").text
    assert "Alla tolv var med när vi skrev texten." in page


def test_a_receipt_leads_to_the_question_and_one_voice_says_one_thing(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app = app_on_both
    code, theme = told_and_out(app, cast_on_both)
    client = app.test_client(use_cookies=False)
    fate = client.post("/sv/kvitto/", data=open_receipt(client, code))
    assert "Känner du igen dig?" in fate.text
    address = "/sv/kvitto/kanner-du-igen-dig"
    fields = hidden_fields(fate.text) | {"code": code}
    form = client.post(address, data=fields)
    assert form.status_code == 200
    assert "Din berättelse är räknad här." in form.text
    assert "Set-Cookie" not in form.headers
    fields |= {"go": "send"}
    empty = client.post(address, data=fields)
    assert empty.status_code == 422
    lost = client.post(address, data=fields | {f"w-{theme}": "Ord utan val."})
    assert lost.status_code == 422 and "Ord utan val." in lost.text
    kept = client.post(address, data=fields | {f"v-{theme}": "agrees"})
    assert kept.status_code == 200 and "sparat" in kept.text
    changed = {f"v-{theme}": "correct", f"w-{theme}": "Det var dagen, inte natten.",
               f"v-{WHOLE}": "missing"}  # fmt: skip
    assert client.post(address, data=fields | changed).status_code == 200
    with app.app_context():
        assert says() == [
            (str(theme), Channel.RECEIPT, Verdict.CORRECT, "Det var dagen, inte natten."),
            (WHOLE, Channel.RECEIPT, Verdict.MISSING, ""),
        ]
    again = client.post(address, data=fields | {"go": "open"})
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
    assert client.post("/sv/kvitto/kanner-du-igen-dig", data=fields).status_code == 422
    with app.app_context():
        assert says() == []


def test_after_the_end_the_words_are_given_back(app: Application, cast: Cast) -> None:
    code, theme = told_and_out(app, cast)
    client = app.test_client(use_cookies=False)
    fields = open_receipt(client, code) | {
        "go": "send", f"v-{theme}": "correct", f"w-{theme}": "Mina sena ord.",
    }  # fmt: skip
    with later():
        answered = client.post("/sv/kvitto/kanner-du-igen-dig", data=fields)
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
    client.post(
        "/sv/kvitto/kanner-du-igen-dig",
        data=fields | {"go": "send", f"v-{theme}": "correct", f"w-{theme}": "Kanariefågel."},
    )
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


def corrected(cast: Cast, words: str = "Det är fel.") -> ConfirmationSay:
    """A correction in the open round."""
    held = newest_round(session(), dialogue_of(cast.dialogue))
    assert held is not None
    about = held.snapshot["themes"][0]["key"]
    confirming.say(
        session(), held, {about: (Verdict.CORRECT, words)}, lang="sv", channel=Channel.MEETING,
        voice=confirm_pages.voice_of("meeting", words),
    )  # fmt: skip
    session().commit()
    return session().scalars(select(ConfirmationSay).where(ConfirmationSay.words == words)).one()


def test_every_correction_in_words_is_answered_before_publication(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        out(cast)
        said = corrected(cast)
        with later(), pytest.raises(Refusal, match="1"):
            publish_signed(session(), home, by=eva, smallest=8)
        with pytest.raises(Refusal):
            reply_to(session(), said, False, "", by=eva)
        reply_to(session(), said, False, "Fler sa så än annorlunda.", by=eva)
        session().commit()
        held = newest_round(session(), home)
        assert held is not None
        confirming.say(
            session(), held, {said.about: (Verdict.CORRECT, "Det är fortfarande fel.")}, lang="sv",
            voice=said.voice, channel=Channel.MEETING,
        )  # fmt: skip
        with later(), pytest.raises(Refusal):
            publish_signed(session(), home, by=eva, smallest=8)
        reply_to(session(), said, True, "Vi har skrivit om det.", by=eva, seen=1)
        with later():
            made = publish_signed(session(), home, by=eva, smallest=8)
        assert "fel" not in str(made.snapshot)


def test_of_two_who_reply_at_once_one_wins_and_nothing_is_lost(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """F09."""
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        out(cast)
        key = corrected(cast).id
    client = signed_in(app, cast.coordinator)
    address = f"/sv/arbetsrum/{cast.dialogue}/bekraftelse/rattelser"
    fields = {"csrf_token": forged_free(client, app), "version": "0", "how": "changed"}
    answers: dict[int, tuple[int, str]] = {}
    ready = threading.Barrier(4)

    def send(number: int) -> None:
        mine = signed_in(app, cast.coordinator)
        token = {"csrf_token": forged_free(mine, app)}
        ready.wait()
        told = fields | token | {"text": f"Svar nummer {number}."}
        answered = mine.post(f"{address}/{key}", data=told)
        answers[number] = (answered.status_code, answered.text)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    winners = [number for number, (status, _page) in answers.items() if status == 303]
    assert len(winners) == 1, answers
    for number, (status, page) in answers.items():
        if number not in winners:
            assert status == 409
            assert f"Svar nummer {number}." in page
            assert f"Svar nummer {winners[0]}." in page
    with app.app_context():
        assert session().scalars(select(ConfirmationReply.text)).all() == [
            f"Svar nummer {winners[0]}."
        ]


def test_the_teller_reads_the_reply_with_their_code(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app = app_on_both
    code, theme = told_and_out(app, cast_on_both)
    client = app.test_client(use_cookies=False)
    fields = open_receipt(client, code)
    client.post(
        "/sv/kvitto/kanner-du-igen-dig",
        data=fields | {"go": "send", f"v-{theme}": "correct", f"w-{theme}": "Det var dagen."},
    )
    with app.app_context():
        said = session().scalars(select(ConfirmationSay)).one()
        eva = user_of(cast_on_both.coordinator)
        reply_to(session(), said, True, "Nu står det dagen.", by=eva)
        session().commit()
    page = client.post("/sv/kvitto/", data=fields).text
    assert "Det var dagen." in page and "Nu står det dagen." in page


def test_a_reservation_is_published_unchanged_beside_the_text(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    words = "Vi delar inte bilden.\n\n<b>Våra</b> medlemmar sa något annat – “så här”."
    with app.app_context():
        key = out(cast)
        eva = user_of(cast.coordinator)
    host = signed_in(app, cast.host)
    address = f"/sv/arbetsrum/{cast.dialogue}/bekraftelse"
    fields = {"csrf_token": forged_free(host, app), "about": str(key), "version": "0"}
    assert host.post(f"{address}/reservation", data=fields | {"text": words}).status_code == 303
    late = host.post(f"{address}/reservation", data=fields | {"text": "Andra ord."})
    assert late.status_code == 409
    assert "Andra ord." in late.text and "Vi delar inte bilden." in late.text
    coordinator = signed_in(app, cast.coordinator)
    forged = {"csrf_token": forged_free(coordinator, app), "about": str(key), "text": "x"}
    assert coordinator.post(f"{address}/reservation", data=forged).status_code == 404
    with app.app_context():
        home = dialogue_of(cast.dialogue)
        with later():
            made = publish_signed(session(), home, by=user_of(cast.coordinator), smallest=8)
        (published,) = made.snapshot["reservations"]
        assert published["text"] == words
        assert published["about"] == str(key)
        assert published["organisation"]["sv"] == "Hjärt-lung"
        assert eva.id
        session().commit()
    page = app.test_client().get(f"/sv/dialog/{cast.dialogue}/resultat").text
    assert "Vi delar inte bilden." in page and "&lt;b&gt;Våra&lt;/b&gt;" in page
    with app.app_context(), pytest.raises(ReservationOvertaken):
        reserve(
            session(), dialogue_of(cast.dialogue), str(key), "Nytt", "sv",
            by=user_of(cast.host), seen=3,
        )  # fmt: skip


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
    shown = re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])
    assert not re.search(r"\b(23|7)\b", shown)


def test_a_theme_that_was_changed_after_the_round_says_so(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    from analysis.models import Theme
    from analysis.signing.signing import sign_theme
    from analysis.themes.acting import rename_theme

    cast = cast_on_both
    with app_on_both.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        theme = session().get_one(Theme, out(cast))
        rename_theme(session(), theme, "Väntan om natten", "Waiting at night", by=eva)
        with later(), pytest.raises(Refusal):
            publish_signed(session(), home, by=eva, smallest=8)
        sign_theme(session(), theme, by=user_of(cast.reviewer))
        with later():
            made = publish_signed(session(), home, by=eva, smallest=8)
        assert made.snapshot["themes"][0]["changed"] is True
        session().commit()
    page = app_on_both.test_client().get(f"/en/dialog/{cast.dialogue}/resultat").text
    assert "changed after those who took part" in page


def test_the_way_to_the_published_page_shows_only_when_there_is_one(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        gather(cast.dialogue, "Väntan", tell(cast.dialogue, texts("Väntan")), signed=True)
        session().commit()
    client = signed_in(app, cast.coordinator)
    address = f"/sv/arbetsrum/{cast.dialogue}/lasrum"
    assert f"/dialog/{cast.dialogue}/resultat" not in client.get(address).text
    with app.app_context():
        home, eva = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        waive_round(session(), home, "Alla var med när vi skrev.", by=eva)
        publish_signed(session(), home, by=eva, smallest=8)
        session().commit()
        assert session().scalars(select(Publication)).one()
    assert f"/dialog/{cast.dialogue}/resultat" in client.get(address).text
