"""Every kind of question on pages of its own: a small application, and the survey it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.serving import WSGIRequestHandler, make_server

from dialogue.ground.forms import clean_form
from surveys.questions.catalogue import KINDS, checked, pressed, scripts
from surveys.questions.document import Document, Question
from surveys.questions.kinds import BadAnswer
from tests.ground.gallery_app import ROOT, gallery_app

HERE = Path(__file__).parent
VARIANTS = ("standard", "easy", "pictures")
TWENTY = checked(
    Document.of(
        json.loads(
            (ROOT / "surveys/building/templates/tjugo_fragor.json").read_text(encoding="utf-8")
        )
    )
)


def _text(sv: str, en: str) -> dict[str, str]:
    return {"sv": sv, "en": en}


def _choice(name: str, sv: str, en: str) -> dict[str, Any]:
    return {"id": name, "text": _text(sv, en)}


def _question(name: str, kind: str, sv: str, en: str, **more: Any) -> dict[str, Any]:
    easy = {"easy": _text(f"Lätt: {sv}", f"Easy: {en}"), "easy_hint": _text("Kort.", "Short.")}
    hint = {"hint": _text("En rad om frågan.", "A line about the question.")}
    return {"id": name, "kind": kind, "text": _text(sv, en)} | easy | hint | more


_STAY = [
    _choice("bo", "Bo kvar hemma", "Stay at home"),
    _choice("nara", "Flytta närmare", "Move closer"),
]
_TOWNS = [_choice("umea", "Umeå", "Umeå"), _choice("mala", "Malå", "Malå")]
OTHERS = checked(
    Document.of({
        "sections": [{"id": "resten", "title": _text("Resten", "The rest"), "questions": [
            _question("steg", "story", "Vad hände?", "What happened?", statements=[
                _choice("fore", "Vad hände före?", "What happened before?"),
                _choice("sedan", "Vad hände sedan?", "What happened then?"),
            ]),
            _question("en_av", "single", "Vilken väg?", "Which way?", choices=[
                _choice("0-17", "Landsvägen", "The main road"),
                _choice("80+", "Stigen", "The path"),
            ]),
            _question("annat", "single", "Vad saknas?", "What is missing?", settings={
                "other": True}, choices=[
                _choice("tid", "Tid", "Time"), _choice("ro", "Lugn", "Calm"),
            ]),
            _question("val", "compare", "Vad väger tyngst?", "What weighs more?", choices=_STAY),
            _question("rader", "matrix", "Hur är det?", "How is it?", statements=[
                _choice("tryggt", "Jag är trygg hemma.", "I feel safe at home."),
                _choice("nara", "Hjälpen är nära.", "Help is near."),
            ]),
            _question("noter", "sortpic", "Hur gick det?", "How did it go?", settings={
                "notes": True}, choices=[
                _choice("a", "Att ringa", "Calling") | {"picture": "phone"},
                _choice("a-b", "Att vänta", "Waiting") | {"picture": "waiting"},
            ]),
            _question("ort", "place", "Var bor du?", "Where do you live?", choices=_TOWNS),
            _question("nar", "when", "När hände det?", "When did it happen?"),
            _question("vem", "who", "Vem berättar?", "Who is telling?"),
            _question("antal", "number", "Hur många mil?", "How many miles?", settings={
                "least": 0, "most": 300, "step": 10}),
            _question("klar", "confirm", "Stämmer det?", "Is it right?", statements=[
                _choice("ett", "Ni vill träffa samma person.", "You want to meet one person."),
            ]),
            _question("lov", "consent", "Vad får vi göra?", "What may we do?"),
            _question("lasa", "info", "Att läsa", "To read", settings={"picture": "way"}),
            _question(
                "film", "info", "Så gick det till", "How it went",
                hint=_text("I filmen berättar Siv.", "In the film Siv tells her story."),
                settings={"film": "https://film.norrmark.example/siv?text=sv"},
            ),
        ]}],
    })
)  # fmt: skip
QUESTIONS: tuple[Question, ...] = (*TWENTY.questions, *OTHERS.questions)
SURVEY = {question.id: question for question in QUESTIONS}


def kinds_app() -> Flask:
    """The application: ``/<language>/ask/<question>`` asks, and says what it would keep."""
    app = gallery_app()
    loader = app.jinja_loader
    assert loader is not None
    app.jinja_loader = ChoiceLoader([loader, FileSystemLoader(HERE)])
    app.add_url_rule("/<language:language>/ask/<name>", "ask", _ask, methods=["GET", "POST"])
    app.add_url_rule("/<language:language>/all/questions", "all", _all)
    return app


def _all() -> str:
    return render_template(
        "kinds_all.html",
        questions=QUESTIONS,
        sheet=SimpleNamespace(fields={}),
        faults=[],
        kinds=KINDS,
        scripts=scripts(QUESTIONS),
        variant=request.args.get("variant", "standard"),
    )


def _ask(name: str) -> tuple[str, int]:
    question = SURVEY[name]
    kind = KINDS[question.kind]
    fields = clean_form(request.form).to_dict(flat=False)
    changed = pressed([question], fields, fields.pop("go", [""])[0])
    fields |= changed or {}
    faults, value = [], None
    try:
        value = kind.read(question, fields)
    except BadAnswer as bad:
        faults = [bad.fault] if changed is None else []
    page = render_template(
        "kinds_page.html",
        question=question,
        sheet=SimpleNamespace(fields=fields),
        faults=faults,
        kinds=KINDS,
        big=request.args.get("big", "1") == "1",
        variant=request.args.get("variant", "standard"),
        kept=value,
        said_back=[] if value is None else kind.words(question, value),
        scripts=scripts([question]),
    )
    return page, 422 if faults else 200


class Quiet(WSGIRequestHandler):
    """A request is no news."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a port of its own; the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
