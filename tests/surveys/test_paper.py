"""Paper and people: forms that can be read aloud, answers written down, codes and hours."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import surveys
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Membership, Organisation, StaffRole, User
from dialogue.voices.models import Contribution, Story
from dialogue.voices.receipts import receipts
from surveys.codes import Invitation
from surveys.models import BackgroundAnswer, Response, Survey
from surveys.opening import Opening
from surveys.paper.laying_out import laid_out
from surveys.paper.numbers import PaperNumbers
from surveys.paper.printing import Copy, form_pdf
from surveys.paper.transcripts import Transcript
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Document
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free
from tests.survey import DOCUMENT, STORY, hidden_fields

ROOM = "/sv/arbetsrum/vad-ar-viktigt"


def sent(application: Application, client: FlaskClient, path: str, **fields: Any) -> Any:
    token = forged_free(client, application)
    return client.post(f"{ROOM}/{path}", data=fields | {"csrf_token": token})


def words_in(pdf: bytes) -> bytes:
    """What a PDF holds, its compressed streams opened."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    opened = []
    for each in streams:
        try:
            opened.append(zlib.decompress(each))
        except zlib.error:
            opened.append(each)
    return pdf + b"".join(opened)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("variant", ["standard", "easy"])
def test_the_form_is_a_tagged_pdf_in_both_languages_and_in_easy_words(
    app: Application, cast: Cast, language: str, variant: str
) -> None:
    """I17."""
    client = signed_in(app, cast.host)
    file = client.get(f"{ROOM}/utskick/blankett.pdf?lang={language}&variant={variant}&copies=2")
    assert file.status_code == 200
    assert file.mimetype == "application/pdf"
    held = words_in(file.data)
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", f"/Lang({language}".encode()):
        assert mark in held, mark
    assert held.count(b"/Alt") >= 4


def test_the_paper_asks_the_same_questions_by_the_same_ids() -> None:
    document = Document.of(DOCUMENT)
    for language in ("sv", "en"):
        from flask import Flask
        from flask_babel import Babel

        small = Flask("paper")
        Babel(small)
        with small.test_request_context():
            sections = laid_out(document, language, "standard")
        asked = [each for section in sections for each in section["questions"]]
        assert [each["id"] for each in asked] == [each.id for each in document.questions]
        assert [each["text"] for each in asked] == [
            each.text.text(language) for each in document.questions
        ]
        assert all(each["parts"] for each in asked)


def test_every_kind_of_question_has_its_place_on_paper(app: Application, cast: Cast) -> None:
    file = Path(surveys.__file__).parent / "building" / "templates" / "tjugo_fragor.json"
    bank = Document.of(json.loads(file.read_text(encoding="utf-8")))
    assert {question.kind for question in bank.questions} >= {"rank", "multi", "sortpic", "story"}
    with app.test_request_context("/sv/"):
        copy = Copy("7K4M-Q2XW-9D3H", "7K4M-Q2XW-9D3H-TR8E", "http://x/#1", "http://x/#2")
        made = form_pdf(dialogue_of(cast.dialogue), bank, "sv", "easy", [copy])
        asked = [
            each for section in laid_out(bank, "sv", "standard") for each in section["questions"]
        ]
    assert made.startswith(b"%PDF")
    for question, each in zip(bank.questions, asked, strict=True):
        assert bool(each["parts"]) == bool(KINDS[question.kind].columns(question))


def test_a_poster_leads_to_the_questions(app: Application, cast: Cast) -> None:
    client = signed_in(app, cast.coordinator)
    for paper in ("a4", "a3"):
        file = client.get(f"{ROOM}/utskick/affisch.pdf?lang=sv&paper={paper}")
        assert file.data.startswith(b"%PDF")
        assert b"/StructTreeRoot" in words_in(file.data)


def numbers(application: Application, cast: Cast) -> PaperNumbers:
    with application.app_context():
        survey = next(
            each
            for each in session().scalars(select(Survey))
            if each.dialogue.slug == cast.dialogue
        )
        return PaperNumbers(receipts(), str(survey.id))


def test_a_number_is_read_as_it_was_printed_and_mistakes_are_seen(
    app: Application, cast: Cast
) -> None:
    paper = numbers(app, cast)
    number = paper.new()
    key = paper.key_of(number)
    assert key is not None
    assert paper.key_of(number.lower().replace("-", " ")) == key
    wrong = 0
    for place in range(len(number)):
        for letter in "0123456789ABCDEF":
            changed = number[:place] + letter + number[place + 1 :]
            if changed != number and number[place] != "-" and paper.key_of(changed):
                wrong += 1
    assert wrong <= 3
    assert PaperNumbers(paper.receipts, "another survey").key_of(number) is None


@pytest.fixture
def colleague(app: Application, cast: Cast) -> FlaskClient:
    """Somebody else who works for the same host."""
    with app.app_context():
        home = (
            session().scalars(select(Organisation).where(Organisation.slug == "hjart-lung")).one()
        )
        user = User(email="b@x.example", name="Bo", active=True, fs_uniquifier="colleague" * 3)
        session().add(user)
        session().flush()
        session().add(Membership(user_id=user.id, organisation_id=home.id, role=StaffRole.HOST))
        session().commit()
    return signed_in(app, "colleague" * 3)


FILLED = {"berattelse": STORY, "litar": "4", "kommun": "umea", "poang-1": "5", "use": "quote"}


def test_an_answer_on_paper_is_written_down_once_and_opened_by_its_slip(
    app: Application, cast: Cast
) -> None:
    host = signed_in(app, cast.host)
    number = numbers(app, cast).new()
    fields = FILLED | {"channel": "paper", "number": number, "lang": "sv", "go": "keep"}
    for _time in range(2):
        page = sent(app, host, "skriv-av/", **fields)
        assert page.status_code == 200
        assert STORY not in page.text
    with app.app_context():
        kept = session().scalars(select(Contribution)).one()
        assert (kept.channel, kept.uses) == ("paper", ["analysis", "quote"])
        assert session().scalars(select(Response)).one().answers["litar"] == "4"
        assert session().scalars(select(BackgroundAnswer)).one().answers == {"kommun": "umea"}
        note = session().scalars(select(Transcript)).one()
        assert (note.writer.name if note.writer else "", note.compared_on) == ("Aino", None)
        key = PaperNumbers(
            receipts(), str(session().scalars(select(Response)).one().version.survey_id)
        ).key_of(number)
        code = receipts().code_for(key or "")
    teller = app.test_client(use_cookies=False)
    form = hidden_fields(teller.get("/sv/kvitto/").text) | {"code": code}
    assert STORY in teller.post("/sv/kvitto/", data=form).text


def test_the_second_look_belongs_to_somebody_else_and_may_correct(
    app: Application, cast: Cast, colleague: FlaskClient
) -> None:
    host = signed_in(app, cast.host)
    number = numbers(app, cast).new()
    sent(
        app, host, "skriv-av/", **FILLED,
        channel="paper", number=number, lang="sv", go="keep",
    )  # fmt: skip
    own = sent(app, host, "skriv-av/jamfor", **FILLED, number=number, go="compared")
    assert own.status_code == 422
    shown = sent(app, colleague, "skriv-av/jamfor", number=number, go="show")
    assert STORY in shown.text
    right = FILLED | {"berattelse": STORY + " Tack."}
    done = sent(app, colleague, "skriv-av/jamfor", **right, number=number, go="compared")
    assert done.status_code == 303
    with app.app_context():
        note = session().scalars(select(Transcript)).one()
        assert note.second is not None
        assert note.second.name == "Bo"
        assert session().scalars(select(Story.text)).all() == [STORY + " Tack."]
        assert session().scalars(select(BackgroundAnswer)).one().answers == {"kommun": "umea"}


def test_an_answer_by_telephone_gets_its_code_told(app: Application, cast: Cast) -> None:
    host = signed_in(app, cast.host)
    page = host.get(f"{ROOM}/skriv-av/")
    key = hidden_fields(page.text)["key"]
    told = sent(app, host, "skriv-av/", **FILLED, channel="phone", key=key, lang="en", go="keep")
    assert re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", told.text)
    with app.app_context():
        kept = session().scalars(select(Contribution)).one()
        assert (kept.channel, kept.lang) == ("phone", "en")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "7K4M-Q2XW-9D3H"},
        {"channel": "web"},
        {"channel": ""},
        {"litar": "9"},
        {"berattelse": "", "litar": "", "kommun": "", "poang-1": ""},
        {"fran_annan": "1"},
    ],
)
def test_what_cannot_be_kept_is_given_back(
    app: Application, cast: Cast, wrong: dict[str, str]
) -> None:
    host = signed_in(app, cast.host)
    fields = FILLED | {"channel": "phone", "key": "k" * 32, "lang": "sv", "go": "keep"} | wrong
    refused = sent(app, host, "skriv-av/", **fields)
    assert refused.status_code == 422
    if "berattelse" not in wrong:
        assert STORY in refused.text
    with app.app_context():
        assert session().scalars(select(Contribution)).all() == []


def test_hosts_make_codes_and_see_how_many_were_used(app: Application, cast: Cast) -> None:
    host = signed_in(app, cast.host)
    page = sent(app, host, "utskick/koder", number="12", label="Mötet i Malå")
    shown = set(re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", page.text))
    assert len(shown) == 12
    later = host.get(f"{ROOM}/utskick/koder")
    assert not shown & set(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", later.text))
    assert "Mötet i Malå" in later.text
    for number in ("0", "501", "många"):
        assert sent(app, host, "utskick/koder", number=number).status_code == 422
    with app.app_context():
        assert session().scalars(select(Invitation)).one().made == 12


def test_hours_are_set_in_words_and_read_back(app: Application, cast: Cast) -> None:
    host = signed_in(app, cast.host)
    hours = {
        "opens": "2026-12-01 08:00",
        "closes": "2027-01-31 16.00",
        "pauses": "2026-12-24 12:00 – 2026-12-27 07:00\n2027-01-01 00:00 - 2027-01-02 00:00",
        "grace": "45",
        "thanks_sv": "Tack!",
        "closed_en": "Closed.",
        "invited_only": "y",
    }
    page = sent(app, host, "utskick/oppettider", **hours)
    assert page.status_code == 200
    assert "24 december 2026" in page.text
    with app.app_context():
        survey = next(
            each
            for each in session().scalars(select(Survey))
            if each.dialogue.slug == cast.dialogue
        )
        opening = Opening.of(survey.opening)
    assert (opening.grace, opening.invited_only, opening.thanks.sv) == (45, True, "Tack!")
    assert len(opening.pauses) == 2
    again = host.get(f"{ROOM}/utskick/oppettider").text
    assert "2026-12-24 12:00 – 2026-12-27 07:00" in again
    for wrong in (
        {"opens": "i morgon"},
        {"opens": "2027-02-01 08:00"},
        {"pauses": "2026-12-24"},
        {"pauses": "2026-12-27 07:00 – 2026-12-24 12:00"},
        {"grace": "-1"},
        {"grace": ""},
    ):
        assert sent(app, host, "utskick/oppettider", **hours | wrong).status_code == 422


@pytest.mark.parametrize("path", ["utskick/", "utskick/koder", "skriv-av/", "skriv-av/jamfor"])
def test_responders_and_strangers_do_not_reach_these_pages(
    app: Application, cast: Cast, path: str
) -> None:
    for who in (cast.responder, cast.foreign_coordinator):
        assert signed_in(app, who).get(f"{ROOM}/{path}").status_code == 404
    writes = path.startswith("skriv-av")
    facilitator = signed_in(app, cast.facilitator).get(f"{ROOM}/{path}")
    assert facilitator.status_code == (200 if writes else 404)
    for who in (cast.host, cast.coordinator):
        page = signed_in(app, who).get(f"{ROOM}/{path}")
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
