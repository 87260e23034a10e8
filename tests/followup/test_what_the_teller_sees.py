"""E17: the holder of a receipt sees all that is kept and published, and can have it removed.

Covered words are theirs as long as the original is kept; then the covered text is all there is.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from analysis.desk.deciding import Decided, decide, last_standing, take_back
from dialogue.app import Application
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.clock import today
from dialogue.ground.db import session, truncate_wal
from dialogue.voices.desk_models import Redaction, StoryOriginal
from dialogue.voices.models import Contribution, DeskState, Story
from dialogue.voices.receipts import new_answer_key, receipts
from dialogue.voices.redaction import delete_originals
from tests.conftest import Cast
from tests.meetings.stage import meeting_in
from tests.meetings.test_noting import SAID, noted
from tests.stage import gather, publish_at_once, tell, user_of
from tests.survey import answer, hidden_fields

TOLD = "Klockan sju tänder Ingegerd lampan, och jag tänder min i köket. Det är vår signal."
COVERED = TOLD.replace("Ingegerd", "[namn]")
NAME = (TOLD.index("Ingegerd"), TOLD.index("Ingegerd") + 8, "name")
DOWNLOAD = "/sv/dialog/vad-ar-viktigt/svara/hamta"


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    wrong_codes._tries.clear()


def posted(app: Application, path: str, code: str, **more: str) -> Any:
    client = app.test_client(use_cookies=False)
    fields = hidden_fields(client.get("/sv/kvitto/").text) | {"code": code} | more
    return client.post(path, data=fields)


def fate(app: Application, code: str) -> str:
    page = posted(app, "/sv/kvitto/", code)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    return str(page.text)


def taken_home(app: Application, code: str) -> dict[str, Any]:
    file = posted(app, DOWNLOAD, code)
    assert file.status_code == 200
    assert file.headers["Cache-Control"] == "no-store"
    data: dict[str, Any] = file.get_json()
    return data


def story_of(code: str) -> Story:
    same = Contribution.receipt_hash == receipts().hash_of(code)
    return session().scalars(select(Story).join(Contribution).where(same)).one()


def covered(app: Application, cast: Cast, *, release: bool = False) -> str:
    """An answer whose name somebody at the desk covers; its code."""
    code = answer(app.test_client(use_cookies=False), TOLD, ("quote",), litar="4")
    with app.app_context():
        kind = "released" if release else "covered"
        decide(
            session(), story_of(code), Decided(kind, covers=(NAME,)), by=user_of(cast.coordinator)
        )
        session().commit()
    return code


def test_the_teller_reads_both_texts_as_long_as_the_original_is_kept(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    code = covered(app_on_both, cast_on_both)
    until = today() + timedelta(days=30)
    page = fate(app_on_both, code)
    assert COVERED in page and TOLD in page
    assert "Din berättelse som du skrev den" in page
    data = taken_home(app_on_both, code)
    (story,) = data["stories"]
    assert story["as_others_read_it"] == COVERED
    assert story["as_you_wrote_it"] == TOLD
    assert story["own_words_kept_until"] == until.isoformat()
    answers = {each["id"]: each["answer"] for each in data["answers"]}
    assert answers == {"berattelse": TOLD, "litar": "4"}


def test_when_the_original_is_deleted_only_the_covered_text_is_left_for_the_teller_too(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """The day of the retention rule, and not the day before."""
    code = covered(app_on_both, cast_on_both)
    with app_on_both.app_context():
        assert delete_originals(session(), today() + timedelta(days=29)) == 0
        session().commit()
    assert TOLD in fate(app_on_both, code)
    with app_on_both.app_context():
        assert delete_originals(session(), today() + timedelta(days=30)) == 1
        session().commit()
    page = fate(app_on_both, code)
    assert COVERED in page and "Ingegerd" not in page
    assert "Dina egna ord för det som är täckt har raderats" in page
    data = taken_home(app_on_both, code)
    (story,) = data["stories"]
    assert (story["covered"], story["as_you_wrote_it"]) == (True, None)
    assert "Ingegerd" not in str(data)


def test_a_cover_that_is_taken_back_leaves_one_text(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    code = covered(app_on_both, cast_on_both)
    with app_on_both.app_context():
        story, by = story_of(code), user_of(cast_on_both.coordinator)
        last = last_standing(session(), story)
        assert last is not None
        take_back(session(), story, last.number, by=by)
        session().commit()
    page = fate(app_on_both, code)
    assert page.count(TOLD) == 1
    assert "Någon har täckt ord" not in page
    (story,) = taken_home(app_on_both, code)["stories"]
    assert (story["covered"], story["as_you_wrote_it"]) == (False, TOLD)


def test_withdrawing_removes_the_original_with_the_rest(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    code = covered(app_on_both, cast_on_both)
    assert posted(app_on_both, "/sv/kvitto/ta-bort", code, sure="yes").status_code == 200
    with app_on_both.app_context():
        for table in (StoryOriginal, Redaction, Story, Contribution):
            assert session().scalar(select(func.count()).select_from(table)) == 0
    assert posted(app_on_both, DOWNLOAD, code).status_code == 200
    assert "Ditt svar är borttaget" in posted(app_on_both, DOWNLOAD, code).text


def test_no_byte_of_the_original_is_left_after_withdrawing(
    app: Application, cast: Cast, tmp_path: Path
) -> None:
    """E08."""
    code = covered(app, cast)
    with app.app_context():
        truncate_wal()
    found = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file for file in found if b"Ingegerd" in file.read_bytes()]
    posted(app, "/sv/kvitto/ta-bort", code, sure="yes")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"Ingegerd" not in file.read_bytes(), file.name


def test_what_is_published_is_told_with_the_theme(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    code = covered(app_on_both, cast_on_both, release=True)
    other = answer(app_on_both.test_client(use_cookies=False), "En röst som ingen citerar.")
    with app_on_both.app_context():
        mine, quiet = story_of(code), story_of(other)
        quiet.desk = DeskState.READ
        rest = tell(cast_on_both.dialogue, [f"Jag väntade {n} veckor." for n in range(2, 10)])
        gather(cast_on_both.dialogue, "Signaler", [mine, *rest, quiet], quotes=3, signed=True)
        publish_at_once(cast_on_both.dialogue, cast_on_both.coordinator)
        words = mine.text[:40]
        session().commit()
    page = fate(app_on_both, code)
    assert "De här orden från dig står på den offentliga sidan" in page
    assert words in page.split("De här orden från dig")[1]
    (story,) = taken_home(app_on_both, code)["stories"]
    assert story["published_words"] == [words]
    assert story["published_theme"]["sv"] == "Signaler"
    assert "Inga av dina ord citeras" in fate(app_on_both, other)
    (unquoted,) = taken_home(app_on_both, other)["stories"]
    assert unquoted["published_words"] == []


def test_a_quote_that_no_longer_holds_is_not_told_as_published(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    code = answer(app_on_both.test_client(use_cookies=False), TOLD, ("quote",))
    with app_on_both.app_context():
        mine = story_of(code)
        mine.desk = DeskState.READ
        rest = tell(cast_on_both.dialogue, [f"Jag väntade {n} veckor." for n in range(2, 11)])
        gather(cast_on_both.dialogue, "Signaler", [mine, *rest], quotes=3, signed=True)
        publish_at_once(cast_on_both.dialogue, cast_on_both.coordinator)
        decide(
            session(),
            mine,
            Decided("covered", covers=(NAME,)),
            by=user_of(cast_on_both.coordinator),
        )
        session().commit()
    (story,) = taken_home(app_on_both, code)["stories"]
    assert story["published_words"] == []
    assert story["as_you_wrote_it"] == TOLD


def test_a_note_from_a_table_can_be_taken_home(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        kept = noted(meeting_in(cast_on_both), SAID, key=new_answer_key())
        session().commit()
        code = kept.code
    data = taken_home(app_on_both, code)
    assert [each["as_you_wrote_it"] for each in data["stories"]] == [SAID]
    assert data["meeting"]["read_back"] is True
    assert (data["answers"], data["survey_version"]) == ([], None)


def test_nobody_takes_anything_home_without_the_code(app: Application, cast: Cast) -> None:
    covered(app, cast)
    for wrong in ("0000-0000-0000-0000", "", "x" * 200):
        page = posted(app, DOWNLOAD, wrong)
        assert page.status_code in (404, 422)
        assert "Ingegerd" not in page.text
