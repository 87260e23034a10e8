"""Whoever wants something changed gets a reply; the host may disagree beside the text."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analysis.signing.signing import publish_signed
from dialogue.app import Application
from dialogue.followup import confirming
from dialogue.followup.replying import reply_to
from dialogue.followup.reserving import ReservationOvertaken, reserve
from dialogue.followup.round_models import (
    Channel,
    ConfirmationReply,
    ConfirmationSay,
    Verdict,
)
from dialogue.followup.rounds import newest_round
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from tests.conftest import Cast, signed_in
from tests.followup.stage import (
    corrected,
    later,
    open_receipt,
    out,
    say_by_code,
    told_and_out,
)
from tests.racing import post_at_once, the_winner
from tests.stage import dialogue_of, forged_free, user_of


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
    answers = post_at_once(
        app, cast.coordinator, f"/sv/arbetsrum/{cast.dialogue}/bekraftelse/rattelser/{key}",
        lambda n: {"version": "0", "how": "changed", "text": f"Svar nummer {n}."},
    )  # fmt: skip
    winner = the_winner(answers, lambda n: (f"Svar nummer {n}.", f"Svar nummer {n}."))
    with app.app_context():
        kept = session().scalars(select(ConfirmationReply.text)).all()
        assert kept == [f"Svar nummer {winner}."]


def test_the_teller_reads_the_reply_with_their_code(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app = app_on_both
    code, theme = told_and_out(app, cast_on_both)
    client = app.test_client(use_cookies=False)
    fields = open_receipt(client, code)
    say_by_code(client, fields, theme, "correct", "Det var dagen.")
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
