"""Reach: channels, places and suggestions, through the disclosure control, never who."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.localized import Localized
from dialogue.meetings.models import MeetingFormat
from dialogue.meetings.reach import channel_balance, reach_of
from dialogue.meetings.table.noting import close_room
from dialogue.voices.bringing_in import read_table
from dialogue.voices.population import load_population
from surveys.results.heard import People, _where
from tests.conftest import Cast, signed_in
from tests.meetings.stage import meeting_in, noted
from tests.stage import dialogue_of, tell

POPULATION = """place;age;population
Umeå;18-29;40000
Umeå;30+;90000
Dorotea;18-29;300
Dorotea;30+;2100
Åsele;30+;2700
"""


def people(cast: Cast) -> None:
    home = dialogue_of(cast.dialogue).organisation
    load_population(session(), home, read_table("f.csv", POPULATION.encode()), by="test")


def test_the_balance_of_channels_is_shown_and_small_ones_are_not_counted(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        ours = dialogue_of(cast_on_both.dialogue)
        tell(cast_on_both.dialogue, [f"Webbsvar nummer {n}." for n in range(23)])
        assert channel_balance(session(), ours) is None
        meeting = meeting_in(cast_on_both)
        for number in range(7):
            noted(meeting, f"Lapp nummer {number}.")
        balance = channel_balance(session(), ours)
        assert balance is not None
        assert dict(balance.rows) == {"Webben": 25, "Samtal runt ett bord": None}
        noted(meeting, "Den åttonde lappen.")
        balance = channel_balance(session(), ours)
        assert balance is not None
        assert dict(balance.rows)["Samtal runt ett bord"] == 10
        session().commit()
    page = app_on_both.test_client(use_cookies=False).get("/sv/dialog/vad-ar-viktigt").text
    assert "Samtal runt ett bord" in page and "Så kom rösterna" in page


def test_places_stand_beside_how_many_live_there_and_the_unvisited_are_suggested(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        people(cast_on_both)
        ours = dialogue_of(cast_on_both.dialogue)
        meeting = meeting_in(cast_on_both, area="Umeå kommun")
        close_room(session(), meeting, people=12, barriers="", mood="")
        told = {place.name: place for place in reach_of(session(), ours).places}
        town = told["Umeå"]
        assert (town.meetings, town.met.shown, town.living) == (1, 10, 130_000)
        assert told["Dorotea"].meetings == 0
        sentences = reach_of(session(), ours).suggestions
        assert any("Åsele" in each and "2700" in each.replace("\xa0", "") for each in sentences)
        assert not any("Umeå" in each for each in sentences)
        meeting_in(cast_on_both, area="Åsele", format=MeetingFormat.POP_UP)
        sentences = reach_of(session(), ours).suggestions
        assert not any("Åsele" in each or "Äldredagen" in each for each in sentences)


def test_few_who_met_are_not_counted(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast, area="Dorotea")
        close_room(session(), meeting, people=7, barriers="", mood="")
        place = reach_of(session(), dialogue_of(cast.dialogue)).places[0]
        assert (place.name, place.met.words()) == ("Dorotea", "färre än 8")


@pytest.mark.parametrize(
    ("formats", "word"),
    [
        ([], "Inget möte är planerat."),
        ([MeetingFormat.PHYSICAL], "på skärm eller i telefon"),
        ([MeetingFormat.DIGITAL], "Inget möte är i ett rum"),
    ],
)
def test_another_way_of_meeting_is_suggested(
    app: Application, cast: Cast, formats: list[MeetingFormat], word: str
) -> None:
    with app.test_request_context("/sv/"):
        for each in formats:
            meeting_in(cast, format=each)
        told = " ".join(reach_of(session(), dialogue_of(cast.dialogue)).suggestions)
        assert word in told
        meeting_in(cast, format=MeetingFormat.HYBRID)
        assert word not in " ".join(reach_of(session(), dialogue_of(cast.dialogue)).suggestions)


def test_a_way_to_each_age_is_suggested(app: Application) -> None:
    group = People(Localized("16-24 år", "16-24"), None, 1000, None, 10)
    with app.test_request_context("/sv/"):
        assert "skolbesök" in _where(group)
        assert "Äldredagen" in _where(replace(group, label=Localized("80+", "80+")))
        assert "Gå dit" in _where(replace(group, label=Localized("30-64", "30-64")))


def test_staff_see_reach_and_nobody_else_does(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        people(cast)
        meeting_in(cast, area="Umeå")
        session().commit()
    page = signed_in(app, cast.host).get("/sv/arbetsrum/vad-ar-viktigt/svar/vilka").text
    assert "Där folk har mötts" in page and "Dorotea" in page
    foreign = signed_in(app, cast.foreign_coordinator)
    assert foreign.get("/sv/arbetsrum/vad-ar-viktigt/svar/vilka").status_code == 404
