"""Whoever holds the receipt can change the answer, before and after it is published."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from dialogue.app import Application
from dialogue.followup.models import PublishedQuote
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState
from dialogue.voices import erasure
from dialogue.voices.corrections import Correction
from dialogue.voices.models import Contribution, DeskState, Story
from dialogue.voices.receipts import receipts
from surveys.models import BackgroundAnswer, Response
from tests.conftest import Cast
from tests.stage import dialogue_of, gather, publish_at_once, tell
from tests.survey import STORY, answer, code_on, hidden_fields, press

NEW = "Nu svarar de direkt när jag ringer."
FILLED = {
    "poang-1": "5",
    "poang-2": "3",
    "poang-3": "2",
    "litar": "4",
    "rost": "relative",
    "kommun": "umea",
}


def receipt_form(client: FlaskClient, code: str) -> dict[str, str]:
    return hidden_fields(client.get("/sv/kvitto/").text) | {"code": code}


def opened(client: FlaskClient, code: str) -> str:
    """The answer in its form, ready to be changed."""
    page = client.post("/sv/dialog/vad-ar-viktigt/svara/ratta", data=receipt_form(client, code))
    assert page.status_code == 200, page.status_code
    assert page.headers["Cache-Control"] == "no-store"
    return page.text


def changed(client: FlaskClient, code: str, **fields: Any) -> Any:
    form = hidden_fields(opened(client, code))
    ticked = re.findall(r'name="use" value="([^"]+)"[^>]*checked', opened(client, code))
    return press(client, form | {"use": ticked} | fields, "send")


def test_the_form_comes_back_filled_in(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    code = answer(client, uses=("quote",), **FILLED)
    form = hidden_fields(opened(client, code))
    assert form["berattelse"] == STORY
    assert {name: form[name] for name in FILLED} == FILLED
    assert form["as.receipt"] == code


def test_a_changed_answer_replaces_the_old_one_under_the_same_code(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    code = answer(client, **FILLED)
    sent = changed(client, code, berattelse=NEW, litar="1", kommun="mala", rost="self")
    assert sent.status_code == 200
    assert code_on(sent.text) == code
    with app_on_both.app_context():
        kept = session().scalars(select(Contribution)).one()
        assert (kept.voice, [story.text for story in kept.stories]) == ("self", [NEW])
        assert kept.stories[0].desk == DeskState.WAITING
        assert session().scalars(select(Response)).one().answers["litar"] == "1"
        assert session().scalars(select(BackgroundAnswer)).one().answers == {"kommun": "mala"}
    again = changed(client, code)
    assert code_on(again.text) == code


def test_a_story_that_keeps_its_words_keeps_its_place(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = app_on_both.test_client(use_cookies=False)
    code = answer(client, uses=("quote",), **FILLED)
    with app_on_both.app_context():
        story = session().scalars(select(Story)).one()
        story.desk = DeskState.READ
        key = story.id
        session().commit()
    changed(client, code, litar="2", **{"poang-1": "1"})
    with app_on_both.app_context():
        story = session().scalars(select(Story)).one()
        assert (story.id, story.desk, story.text) == (key, DeskState.READ, STORY)
        assert story.points["trygghet"] == 1


def publish_with(application: Application, cast: Cast, code: str) -> None:
    """Publish a theme in which the answer with this code is quoted first."""
    with application.app_context():
        mine = (
            session()
            .scalars(
                select(Story)
                .join(Contribution)
                .where(Contribution.receipt_hash == receipts().hash_of(code))
            )
            .one()
        )
        mine.desk = DeskState.READ
        others = tell(cast.dialogue, [f"Jag väntade {number} veckor." for number in range(2, 12)])
        gather(cast.dialogue, "Väntan", [mine, *others], quotes=3, signed=True)
        publish_at_once(cast.dialogue, cast.coordinator)
        session().commit()


def on_the_public_page(client: FlaskClient, words: str) -> bool:
    return words in client.get("/sv/dialog/vad-ar-viktigt/resultat").text


@pytest.mark.parametrize("how", ["other words", "no longer quoted"])
def test_published_quotes_of_changed_words_go(
    app_on_both: Application, cast_on_both: Cast, how: str
) -> None:
    """E08, E09: and the words of others stay."""
    client = app_on_both.test_client(use_cookies=False)
    code = answer(client, uses=("quote",), **FILLED)
    publish_with(app_on_both, cast_on_both, code)
    assert on_the_public_page(client, STORY[:30])
    sent = (
        changed(client, code, berattelse=NEW)
        if how == "other words"
        else changed(client, code, use=[])
    )
    assert sent.status_code == 200
    assert not on_the_public_page(client, STORY[:30])
    assert on_the_public_page(client, "Jag väntade 2 veckor.")
    with app_on_both.app_context():
        assert session().scalar(select(func.count()).select_from(PublishedQuote)) == 2
    fate = client.post("/sv/kvitto/", data=receipt_form(client, code))
    assert fate.status_code == 200


def test_an_answer_can_be_changed_when_the_dialogue_has_closed(
    app: Application, cast: Cast
) -> None:
    client = app.test_client(use_cookies=False)
    code = answer(client, **FILLED)
    with app.app_context():
        session().scalars(
            select(Dialogue).where(Dialogue.slug == cast.dialogue)
        ).one().state = DialogueState.PUBLISHED
        session().commit()
    assert changed(client, code, berattelse=NEW).status_code == 200
    with app.app_context():
        assert session().scalars(select(Story.text)).all() == [NEW]


def test_nothing_of_the_old_words_is_left_in_the_files(
    app: Application, cast: Cast, tmp_path: Any
) -> None:
    """E08."""
    client = app.test_client(use_cookies=False)
    code = answer(client, "Ordet kvastskaft finns bara här.", **FILLED)
    assert changed(client, code, berattelse=NEW).status_code == 200
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"kvastskaft" in path.read_bytes()]


def test_old_words_that_a_backup_brings_back_are_erased(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E11."""
    client = app_on_both.test_client(use_cookies=False)
    code = answer(client, **FILLED)
    other = answer(client, "En annan röst.")
    assert changed(client, code, berattelse=NEW).status_code == 200
    with app_on_both.app_context():
        remembered = session().scalars(select(Correction)).one()
        assert remembered.corrected_on == today()
        assert erasure.reapply(session()) == 0
        mine = (
            session()
            .scalars(
                select(Contribution).where(Contribution.receipt_hash == remembered.receipt_hash)
            )
            .one()
        )
        session().execute(delete(Contribution).where(Contribution.id == mine.id))
        session().commit()
    form = hidden_fields(client.get("/sv/dialog/vad-ar-viktigt/svara").text)
    assert form["key"]
    with app_on_both.app_context():
        revived = Contribution(
            dialogue_id=dialogue_of(cast_on_both.dialogue).id,
            receipt_hash=remembered.receipt_hash,
            content_hash=content_hash_of(STORY),
            channel="web",
            lang="sv",
            received_on=today(),
            uses=["analysis"],
            consent_version="2026-11",
        )
        session().add(revived)
        session().flush()
        assert erasure.reapply(session()) == 1
        left = session().scalars(select(Contribution)).all()
        assert [each.receipt_hash for each in left] == [receipts().hash_of(other)]


def content_hash_of(story: str) -> bytes:
    from surveys.answering.keeping import digest
    from surveys.answering.sheets import Sheet
    from surveys.questions.document import Document
    from tests.survey import DOCUMENT

    form = {name: [value] for name, value in (FILLED | {"berattelse": story}).items()}
    return digest(Sheet.read(Document.of(DOCUMENT), form))


def test_a_wrong_code_changes_nothing(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    code = answer(client, **FILLED)
    form = hidden_fields(opened(client, code))
    for wrong in ("0000-0000-0000-0000", "", "x" * 200):
        sent = press(client, form | {"as.receipt": wrong, "berattelse": NEW}, "send")
        page = client.post(
            "/sv/dialog/vad-ar-viktigt/svara/ratta", data=receipt_form(client, wrong)
        )
        assert page.status_code in (404, 422)
        if wrong:
            assert sent.status_code == 422
    with app.app_context():
        texts = session().scalars(select(Story.text)).all()
        assert STORY in texts


def test_the_answer_can_be_taken_home_whole(app: Application, cast: Cast) -> None:
    """E17: what the file says is what was sent, background included."""
    client = app.test_client(use_cookies=False)
    code = answer(client, uses=("quote", "research"), **FILLED)
    file = client.post("/sv/dialog/vad-ar-viktigt/svara/hamta", data=receipt_form(client, code))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Cache-Control"] == "no-store"
    data = file.get_json()
    answers = {each["id"]: each["answer"] for each in data["answers"]}
    assert answers == {
        "berattelse": STORY,
        "poang": {"trygghet": 5, "tillgänglighet": 3, "tillsammans": 2},
        "litar": "4",
        "rost": "relative",
        "kommun": "umea",
    }
    assert data["uses"] == ["analysis", "quote", "research"]
    assert data["received_on"] == today().isoformat()
    assert all(each["question"]["sv"] and each["question"]["en"] for each in data["answers"])
    nobody = client.post(
        "/sv/dialog/vad-ar-viktigt/svara/hamta", data=receipt_form(client, "0000-0000-0000-0000")
    )
    assert nobody.status_code == 404
