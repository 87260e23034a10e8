"""Figures are released, stand still, and count what was answered."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState, User
from dialogue.voices.models import Channel, Contribution
from surveys.models import Survey, SurveyVersion
from surveys.questions.document import Document
from surveys.results import showing
from surveys.results.gathering import gather
from surveys.results.pages import public_results
from surveys.results.releases import SurveyRelease
from surveys.results.tallies import Tallies, background_tallies, tallied, tallies_of
from surveys.versions import begin_correction, freeze
from tests.conftest import Cast, signed_in
from tests.surveys.answers import BASE, released, told
from tests.surveys.results_pages import printed


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
    token = re.compile(r'name="csrf_token" value="[^"]+"')
    seen = token.sub("", eva.get(f"{BASE}/vilka").text)
    told(app, 7, litar="5", kommun="sorsele")
    assert token.sub("", eva.get(f"{BASE}/vilka").text) == seen


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


def test_counted_with_sides_or_without_the_whole_is_the_same(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    told(app_on_both, 9, litar="4", story="Det tog tre veckor.")
    told(app_on_both, 8, lang="en", channel=Channel.PAPER, litar="2", rost="relative")
    with app_on_both.app_context():
        survey = session().scalars(select(Survey).order_by(Survey.id)).all()
        for each in survey:
            plain, sided = gather(session(), each), gather(session(), each, sides=True)
            assert tallied(each, sided) == tallied(each, plain)
            whole = tallied(each, sided)
            for dimension in ("channel", "lang", "voice"):
                parts = [
                    tallied(each, sided.of(dimension, [value])) for value in sided.by(dimension)
                ]
                assert sum(part.answers for part in parts) == whole.answers
                for tally in whole.questions:
                    assert sum(part.answered(tally.key) for part in parts) == tally.answered


def test_figures_of_many_answers_stand_ten_times_as_long_as_they_took(
    app: Application, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few answers are counted at every change; many not again before the time has passed."""
    clock = [1_000.0]
    monkeypatch.setattr(showing, "monotonic", lambda: clock[0])

    def counted(session_: Session, survey: Survey) -> Tallies:
        clock[0] += 2
        return tallies_of(session_, survey)

    monkeypatch.setattr(showing, "tallies_of", counted)

    def people() -> int | None:
        with app.app_context():
            survey = session().scalars(select(Survey).join(Survey.dialogue)).first()
            assert survey is not None
            return showing.figures_of_today(session(), survey, 8).answers

    told(app, 10, litar="4")
    assert people() == 10
    told(app, 10, litar="4")
    assert people() == 20
    monkeypatch.setattr(showing, "MANY", 20)
    told(app, 10, litar="4")
    assert people() == 20
    clock[0] += 19
    assert people() == 20
    clock[0] += 1
    assert people() == 30
