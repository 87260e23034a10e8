"""A file becomes a draft, on the page and from the terminal."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from surveys.exchange import jsonform, lss
from surveys.models import Survey
from surveys.questions.document import Document
from tests.conftest import Cast, signed_in
from tests.survey import DOCUMENT
from tests.surveys.answers import BASE, pressed

SAMPLES = Path(__file__).parent.parent / "samples"


def test_a_survey_from_a_file_becomes_a_draft(app: Application, cast: Cast) -> None:
    eva = signed_in(app, cast.coordinator)
    content = (SAMPLES / "limesurvey.lss").read_bytes()

    def send(go: str) -> Any:
        return pressed(
            eva, f"{BASE}/filer", f"{BASE}/filer/in", go=go, file=(io.BytesIO(content), "<b>.lss")
        )

    looked = send("look")
    assert looked.status_code == 200
    assert "bilaga" in looked.text
    with app.app_context():
        survey = session().scalars(select(Survey).order_by(Survey.id)).all()
        assert all(len(each.versions) == 1 for each in survey)
    assert send("keep").status_code == 200
    with app.app_context():
        drafts = [
            version.document
            for each in session().scalars(select(Survey))
            for version in each.versions
            if version.state == "draft"
        ]
        assert [Document.of(each) for each in drafts] == [lss.read(content).document]
    again = send("keep")
    assert again.status_code == 422
    assert "<b>" not in again.text


def test_a_large_file_is_let_in_and_a_host_may_not_take_answers(
    app: Application, cast: Cast
) -> None:
    eva, aino = signed_in(app, cast.coordinator), signed_in(app, cast.host)
    padded = jsonform.write(Document.of(DOCUMENT)) + b" " * 400_000
    sent = pressed(
        eva, f"{BASE}/filer", f"{BASE}/filer/in", go="look", file=(io.BytesIO(padded), "a.json")
    )
    assert sent.status_code == 200
    assert aino.get(f"{BASE}/filer").status_code == 200
    assert "filer/ut" not in aino.get(f"{BASE}/filer").text


def test_from_the_terminal(app: Application, cast: Cast, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    out = tmp_path / "enkat.xlsx"
    written = run(
        args=["survey", "export", str(out), "--dialogue", cast.dialogue, "--what", "survey"]
    )
    assert written.exit_code == 0, written.output
    assert "trygghet" in written.output or "litar" in written.output
    bring = ["survey", "import", str(out), "--dialogue", cast.dialogue, "--by"]
    assert run(args=[*bring, "moa@norrmark.example"]).exit_code == 1
    looked = run(args=[*bring, "eva@norrmark.example", "--preview"])
    assert "8 questions were read." in looked.output
    kept = run(args=[*bring, "eva@norrmark.example"])
    assert kept.exit_code == 0, kept.output
    with app.app_context():
        states = [
            version.state for each in session().scalars(select(Survey)) for version in each.versions
        ]
        assert sorted(states) == ["draft", "open", "open"]
