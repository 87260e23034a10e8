"""Results that others see: every number has passed disclosure control, and stands still."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from flask import render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sqlalchemy import delete, select

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue, DialogueState, Organisation, User
from dialogue.voices.bringing_in import read_table
from dialogue.voices.models import Channel, Contribution
from dialogue.voices.population import Population, load_population
from surveys.models import Survey, SurveyVersion
from surveys.questions.document import Choice, Document, Question
from surveys.questions.kinds import Count
from surveys.results.files import as_rows
from surveys.results.pages import public_results
from surveys.results.releases import SurveyRelease
from surveys.results.shown import Results, Table, published, table_of
from surveys.results.tallies import Tallies, Tally, background_tallies, tallies_of
from surveys.versions import begin_correction, freeze
from tests.conftest import Cast, signed_in
from tests.surveys.answers import BASE, released, told

SMALLEST = 8


def tally(counts: list[int], kind: str = "single") -> Tally:
    choices = tuple(Choice(f"a{n}", Localized(f"Svar {n}", "")) for n in range(len(counts)))
    question = Question("fraga", kind, Localized("Fråga", "Question"), choices=choices)
    counted = tuple(Count(each.id, each.text, n) for each, n in zip(choices, counts, strict=True))
    return Tally("fraga", question, sum(counts), counted)


def numbers(table: Table) -> tuple[Any, ...]:
    """All that a reader sees of a table."""
    cells = [cell.shown for group in table.groups for cell in group.cells]
    return (table.answered, table.few, *cells)


@pytest.mark.parametrize(("cells", "most"), [(1, 60), (2, 34), (3, 23), (4, 14)])
def test_no_small_cell_can_be_told_from_all_tables_that_look_the_same(
    cells: int, most: int
) -> None:
    """Somebody who knows the rules and tries every table is left with several answers."""
    alike: dict[tuple[Any, ...], list[set[int]]] = defaultdict(
        lambda: [set() for _ in range(cells)]
    )
    for counts in itertools.product(range(most), repeat=cells):
        behind = alike[numbers(table_of(tally(list(counts)), SMALLEST))]
        for place, count in enumerate(counts):
            behind[place].add(count)
    told_apart = [
        (seen, values)
        for seen, behind in alike.items()
        for values in behind
        if max(values) < SMALLEST and len(values) < SMALLEST // 2
    ]
    assert not told_apart


def bounds(table: Table, *, total: int | None) -> list[tuple[float, float]]:
    """What linear programming tells of each hidden cell; ``total`` is rounded to five."""
    shown = [cell.shown for group in table.groups for cell in group.cells]
    limits = [(0, 7) if n is None else (max(8, n - 2), n + 2) for n in shown]
    rows = None if total is None else [[1.0] * len(shown), [-1.0] * len(shown)]
    most = None if total is None else [total + 2, 2 - total]
    found = []
    for place, value in enumerate(shown):
        if value is None:
            goal = [float(place == each) for each in range(len(shown))]
            ends = [
                linprog([sign * g for g in goal], rows, most, bounds=limits) for sign in (1, -1)
            ]
            assert all(end.success for end in ends)
            found.append((ends[0].fun, -ends[1].fun))
    return found


@settings(max_examples=500, deadline=None)
@given(st.lists(st.integers(0, 120), min_size=2, max_size=9))
def test_linear_programming_finds_no_small_cell(counts: list[int]) -> None:
    table = table_of(tally(counts), SMALLEST)
    total = None if table.at_least else table.answered
    for low, high in bounds(table, total=total):
        assert round(high) - round(low) == 7, counts


def test_the_attack_would_find_a_cell_if_the_total_were_rounded_by_itself() -> None:
    """12, 12, 12 and 7: each rounds to 10, the total to 45, and 45 less 3 times 12 is 7."""
    table = table_of(tally([12, 12, 12, 7]), SMALLEST)
    assert bounds(table, total=45) == [(7.0, 7.0)]
    assert (table.answered, table.at_least) == (30, True)


def printed(page: str) -> list[str]:
    """Every number that a page prints in a table, a bar, a legend or words read aloud."""
    text = re.sub(r"<(script|style|nav|header|footer)\b.*?</\1>", " ", page, flags=re.S)
    cells = re.findall(r'<td class="n[^"]*">([^<]*)</td>', text)
    bars = re.findall(r"</svg>([0-9][^<]*)<", text)
    said = re.findall(r"([0-9]+) (?:person|personer|svar|answers?|people)\b", text)
    return [each for each in (*cells, *bars, *said) if re.search("[0-9]", each)]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_page_picture_table_file_and_json_show_the_same_and_nothing_small(
    data: st.DataObject,
) -> None:
    counts = data.draw(
        st.lists(st.lists(st.integers(0, 40), min_size=5, max_size=5), min_size=1, max_size=4)
    )
    page_app = PAGES["app"]
    whole = published(
        Tallies(
            max(sum(each) for each in counts),
            tuple(
                Tally(f"q{n}", t.question, t.answered, t.counts)
                for n, t in enumerate(tally(each) for each in counts)
            ),
            {"web": max(sum(each) for each in counts)},
        ),
        SMALLEST,
    )
    whole = Results.of(json.loads(json.dumps(whole.as_dict())), now())
    drawn = [
        f'{{% from "results/{file}.html" import {name} with context %}}{{{{ {name}({what}) }}}}'
        for file, name, what in (
            ("public", "survey_results", "results"),
            ("tables", "result_tables", "results.tables, 8"),
        )
    ]
    with page_app.test_request_context("/sv/"):
        pages = [render_template_string(each, results=whole) for each in drawn]
    allowed = {str(n) for n in range(10, 400, 5)}
    for page in pages:
        for number in printed(page):
            shown = re.sub(r"[\s\u00a0]", "", number)
            assert shown in allowed or shown == "färreän8" or "fewer" in shown, number
        widths = re.findall(r'<svg width="([0-9.]+)%', page)
        assert all(float(width) > 0 for width in widths)
    for row in as_rows(whole).rows():
        assert row[8] == "<8" or int(row[8]) in range(10, 400, 5)
        assert row[9] in ("<8", "-") or int(str(row[9]).lstrip("≥")) in range(10, 800, 5)


PAGES: dict[str, Application] = {}


@pytest.fixture(autouse=True)
def _pages(app: Application) -> None:
    PAGES["app"] = app


def test_nothing_is_shown_of_seven_answers(app: Application, cast: Cast) -> None:
    told(app, 7, litar="4")
    eva = signed_in(app, cast.coordinator)
    assert released(eva).status_code == 409
    page = eva.get(f"{BASE}/").text
    assert "<table" not in page
    assert not printed(page)


def test_hosts_see_the_last_release_and_coordinators_today(app: Application, cast: Cast) -> None:
    told(app, 20, litar="4", story="Hej")
    eva, aino = signed_in(app, cast.coordinator), signed_in(app, cast.host)
    assert "<table" not in aino.get(f"{BASE}/").text
    assert released(eva).status_code == 303
    before = aino.get(f"{BASE}/").text
    assert "20" in printed(before)
    told(app, 7, litar="4")
    assert aino.get(f"{BASE}/").text == before
    assert "25" in " ".join(printed(eva.get(f"{BASE}/").text))
    assert aino.post(f"{BASE}/slapp").status_code in (403, 404)


def test_a_new_release_needs_eight_new_answers(app: Application, cast: Cast) -> None:
    told(app, 20, litar="4")
    eva = signed_in(app, cast.coordinator)
    assert released(eva).status_code == 303
    told(app, 7, litar="5")
    assert released(eva).status_code == 409
    told(app, 1, litar="5")
    assert released(eva).status_code == 303
    with app.app_context():
        releases = session().scalars(select(SurveyRelease).order_by(SurveyRelease.number)).all()
        assert [each.counted[""] for each in releases] == [20, 28]
        acts = session().scalars(select(AuditEvent.act)).all()
        assert acts.count("results released") == 2


def test_eight_who_left_and_eight_who_came_are_no_new_release(app: Application, cast: Cast) -> None:
    told(app, 20, litar="4")
    eva = signed_in(app, cast.coordinator)
    released(eva)
    with app.app_context():
        gone = session().scalars(select(Contribution.id).limit(8)).all()
        session().execute(delete(Contribution).where(Contribution.id.in_(gone)))
        session().commit()
    told(app, 8, litar="5")
    assert released(eva).status_code == 409


def test_a_table_stands_still_until_eight_more_have_answered_its_question(
    app: Application, cast: Cast
) -> None:
    told(app, 20, litar="4", vart="2", kommun="umea")
    eva = signed_in(app, cast.coordinator)
    released(eva)
    told(app, 5, litar="4", vart="2", kommun="umea")
    told(app, 5, litar="4")
    assert released(eva).status_code == 303
    with app.app_context():
        last = (
            session()
            .scalars(select(SurveyRelease).order_by(SurveyRelease.number.desc()).limit(1))
            .one()
        )
        tables = {each["key"]: each for each in last.snapshot["tables"]}
        assert tables["litar"]["answered"] == 30
        assert tables["vart"]["answered"] == 20
        assert last.snapshot["background"][0]["answered"] == 20
        assert last.counted["vart"] == 20


def test_background_never_follows_a_single_answer(app: Application, cast: Cast) -> None:
    told(app, 12, litar="4", kommun="umea")
    eva = signed_in(app, cast.coordinator)
    released(eva)
    seen = eva.get(f"{BASE}/vilka").text
    told(app, 7, litar="5", kommun="sorsele")
    assert eva.get(f"{BASE}/vilka").text == seen


def test_files_hold_the_released_figures_and_no_others(app: Application, cast: Cast) -> None:
    told(app, 31, litar="4", kommun="umea")
    told(app, 3, litar="1", vart="5", kommun="sorsele")
    released(signed_in(app, cast.coordinator))
    told(app, 20, litar="2")
    aino = signed_in(app, cast.host)
    content = aino.get(f"{BASE}/tabeller.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    litar = {row["answer"]: row["number"] for row in rows if row["table"] == "litar"}
    assert litar["4"] == "30"
    assert litar["1"] == litar["2"] == "<8"
    assert all(row["number"] == "<8" for row in rows if row["table"] == "vart")
    told_json = json.loads(aino.get(f"{BASE}/tabeller.json").data)
    shown = {
        (table["key"], cell["id"]): cell["shown"]
        for table in (*told_json["tables"], *told_json["background"])
        for group in table["groups"]
        for cell in group["cells"]
    }
    assert {
        (row["table"], row["answer"]): None if row["number"] == "<8" else int(row["number"])
        for row in rows
    } == shown
    assert "counted" not in told_json


def test_texts_are_counted_and_never_shown(app: Application, cast: Cast) -> None:
    told(app, 20, litar="4", story="Hemligheten i Hällnäs")
    eva = signed_in(app, cast.coordinator)
    released(eva)
    for path in ("/", "/vilka", "/tabeller.csv", "/tabeller.json"):
        assert "Hällnäs" not in eva.get(BASE + path).text
    found = json.loads(eva.get(f"{BASE}/tabeller.json").data)["tables"]
    assert next(each for each in found if each["key"] == "berattelse")["answered"] == 20


def test_withdrawn_answers_are_not_counted(app: Application, cast: Cast) -> None:
    told(app, 20, litar="4")
    with app.app_context():
        gone = session().scalars(select(Contribution.id).limit(9)).all()
        session().execute(delete(Contribution).where(Contribution.id.in_(gone)))
        session().commit()
        survey = session().scalars(select(Survey)).first()
        assert survey is not None
        assert tallies_of(session(), survey).answers == 11


def test_versions_are_joined_where_they_say_so(app: Application, cast: Cast) -> None:
    told(app, 10, litar="4", vart="2")
    with app.app_context():
        survey = session().scalars(select(Survey)).first()
        assert survey is not None
        by = session().scalars(select(User)).first()
        assert by is not None
        begin_correction(session(), survey, by=by)
        freeze(session(), survey, by=by, apart=["vart"])
        session().commit()
    told(app, 9, litar="4", vart="2")
    with app.app_context():
        survey = session().scalars(select(Survey)).first()
        assert survey is not None
        found = {each.key: each.answered for each in tallies_of(session(), survey).questions}
    assert found["litar"] == 19
    assert found["vart"] == 9
    assert found["vart.v1"] == 10


def test_a_foreign_coordinator_meets_a_missing_page(app: Application, cast: Cast) -> None:
    told(app, 20, litar="4")
    moa = signed_in(app, cast.foreign_coordinator)
    for path in ("/", "/vilka", "/kodbok", "/filer", "/tabeller.csv", "/kodbok.csv", "/enkat.json"):
        assert moa.get(BASE + path).status_code == 404, path
    anyone = app.test_client()
    assert anyone.get(f"{BASE}/").status_code in (302, 401, 403)


def test_the_public_page_shows_the_release_and_nothing_before_it(
    app: Application, cast: Cast
) -> None:
    told(app, 20, litar="4", kommun="umea")
    with app.app_context():
        dialogue = session().scalars(select(Dialogue).where(Dialogue.slug == cast.dialogue)).one()
        assert public_results(dialogue) is None
    released(signed_in(app, cast.coordinator))
    with app.app_context():
        dialogue = session().scalars(select(Dialogue).where(Dialogue.slug == cast.dialogue)).one()
        shown = public_results(dialogue)
        assert shown is not None
        assert shown.answers == 20
        dialogue.state = DialogueState.DRAFT
        assert public_results(dialogue) is None


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


def test_results_of_a_correction_still_being_written_are_not_counted(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        survey = session().scalars(select(Survey)).first()
        assert survey is not None
        empty = Document(sections=())
        survey.versions.append(SurveyVersion(number=2, document=empty.as_dict()))
        session().commit()
        assert {each.key for each in tallies_of(session(), survey).questions} >= {"litar", "vart"}


def test_both_databases_count_alike(app_on_both: Application, cast_on_both: Cast) -> None:
    points = {"trygghet": 5, "tillgänglighet": 3, "tillsammans": 2}
    told(app_on_both, 9, litar="4", poang=points, story="Hej", kommun="umea")
    told(app_on_both, 3, litar="vet_inte", poang=dict.fromkeys(points, 0))
    with app_on_both.app_context():
        survey = (
            session()
            .scalars(select(Survey).where(Survey.dialogue.has(slug=cast_on_both.dialogue)))
            .one()
        )
        found = {each.key: each for each in tallies_of(session(), survey).questions}
        counts = {key: {c.id: c.n for c in each.counts if c.n} for key, each in found.items()}
        answered = {key: each.answered for key, each in found.items() if each.answered}
        assert answered == {"berattelse": 9, "poang": 12, "litar": 12}
        assert counts["litar"] == {"4": 9, "vet_inte": 3}
        assert counts["poang"] == {
            "trygghet.4-6": 9, "tillgänglighet.1-3": 9, "tillsammans.1-3": 9, "none": 3,
        }  # fmt: skip
        apart = background_tallies(session(), survey)
        assert {each.key: each.answered for each in apart.questions} == {"kommun": 9, "alder": 0}
