"""A round is held or waived before anything is published, and only what was in it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from analysis.signing.signing import publish_signed, send_for_confirmation
from dialogue.app import Application
from dialogue.followup.models import Publication
from dialogue.followup.rounds import newest_round, start_round, waive_round
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import DialogueState
from tests.conftest import Cast, signed_in
from tests.followup.stage import (
    later,
    out,
    texts,
)
from tests.stage import dialogue_of, gather, tell, user_of


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
            start_round(session(), home, [], {}, 10, by=eva, smallest=8)
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
