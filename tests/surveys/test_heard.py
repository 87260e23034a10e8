"""Who has not been heard, beside how many live where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Organisation
from dialogue.voices.bringing_in import read_table
from dialogue.voices.models import Channel
from dialogue.voices.population import Population, load_population
from tests.conftest import Cast, signed_in
from tests.surveys.answers import BASE, released, told
from tests.surveys.results_pages import printed


def test_who_has_not_been_heard_is_told_in_sentences(
    app: Application, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "folk.csv"
    file.write_text(
        "place;age;population\nUmeå;0-17;20 000\nUmeå;82;5000\nSkellefteå;18-29;25000\n"
        "Skellefteå;85;1000\nSorsele;65–79 år;600\n",
        encoding="utf-8",
    )
    load = ["survey", "population", str(file), "--organisation", "norrmark"]
    loaded = app.test_cli_runner().invoke(args=load)
    assert loaded.exit_code == 0, loaded.output
    told(app, 60, litar="4", kommun="umea", alder="80+")
    told(app, 3, litar="4", kommun="skelleftea", alder="18-29", channel=Channel.PAPER)
    eva = signed_in(app, cast.coordinator)
    released(eva)
    page = eva.get("/en" + BASE[3:] + "/vilka").text
    assert re.search(r"Skellefteå has 50 per cent of the people, but fewer than 8\s+answers", page)
    assert "18–29 years is 48 per cent" in page
    assert "Nearly all answers have come over the web" in page
    assert "Sorsele has" not in page
    assert all(
        re.sub(r"\D", "", number) not in set("1234567")
        for number in printed(page)
        if "%" not in number and "." not in number
    )


def test_a_broken_population_file_changes_nothing(app: Application, cast: Cast) -> None:
    good = "place;age;population\nUmeå;80+;5000\n"
    with app.app_context():
        home = session().scalars(select(Organisation)).first()
        assert home is not None
        load_population(session(), home, read_table("f.csv", good.encode()), by="test")
        session().commit()
        for bad in (
            "place;age\nUmeå;80+\n",
            "place;age;population\nUmeå;80+;många\n",
            good + "Umeå;80+;1\n",
            "place;age;population\n;80+;1\n",
        ):
            with pytest.raises(Refusal):
                load_population(session(), home, read_table("f.csv", bad.encode()), by="test")
            session().rollback()
        assert [row.people for row in session().scalars(select(Population))] == [5000]
