"""Minutes: from what was read back, edited, confirmed for seven days, locked, published."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogue.app import Application
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.meetings.minuting.minutes import (
    NOTE,
    TEXT,
    Confirmed,
    answer,
    answers_to,
    confirmed,
    draft,
    edit,
    leave_draft,
    lock,
    new_version,
    newest,
    out_now,
    publish,
    published,
    send_out,
    versions_of,
    withdrawn_since,
)
from dialogue.meetings.models import Meeting, Minutes, MinutesState, Verdict
from dialogue.meetings.table.ordering import add_theme, give_dots
from dialogue.voices.erasure import withdraw
from dialogue.voices.receipts import new_answer_key, receipts
from tests.conftest import Cast
from tests.meetings.stage import held, meeting_in, noted
from tests.stage import user_of

TICKED, UNTICKED = "Bussen går inte på kvällen.", "Det här hann ingen läsa upp."


def drafted(cast: Cast, language: str = "sv") -> tuple[Meeting, Minutes, str]:
    """A held meeting with two notes, one of them read back; its minutes; the note's receipt."""
    meeting = meeting_in(cast)
    code = noted(meeting, TICKED).code
    noted(meeting, UNTICKED, read_back=False)
    give_dots(session(), meeting, add_theme(session(), meeting, "Kvällsbussen").id, 9)
    held(meeting)
    return meeting, draft(session(), meeting, language, by=user_of(cast.host), on=today()), code


def words(minutes: Minutes) -> str:
    return "\n".join(line.text for line in minutes.lines)


def test_only_what_was_read_back_comes_into_the_minutes(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        _meeting, minutes, _code = drafted(cast_on_both)
        session().commit()
        session().expire_all()
        assert TICKED in words(minutes)
        assert UNTICKED not in words(minutes)
        assert "Kvällsbussen" in words(minutes)
        assert "Hörslingan brummade." in words(minutes)
        assert minutes.notes == 1


def test_there_is_nothing_to_draft_before_the_end_or_from_nothing(
    app: Application, cast: Cast
) -> None:
    with app.test_request_context("/sv/"):
        host, meeting = user_of(cast.host), meeting_in(cast)
        noted(meeting, UNTICKED, read_back=False)
        with pytest.raises(Refusal):
            draft(session(), meeting, "sv", by=host, on=today())
        held(meeting)
        with pytest.raises(Refusal):
            draft(session(), meeting, "sv", by=host, on=today())
        noted(meeting, TICKED)
        draft(session(), meeting, "sv", by=host, on=today())
        with pytest.raises(Refusal):
            draft(session(), meeting, "sv", by=host, on=today())


def test_headings_and_sentences_are_edited_and_notes_only_left_out(
    app: Application, cast: Cast
) -> None:
    with app.test_request_context("/sv/"):
        _meeting, minutes, _code = drafted(cast)
        note = next(line for line in minutes.lines if line.kind == NOTE)
        text = next(line for line in minutes.lines if line.kind == TEXT)
        changes = {note.id: "Andra ord", text.id: "Tretton kom."}
        edit(session(), minutes, changes, [], "Vi ses i mars.", by=user_of(cast.host))
        assert note.text == TICKED
        assert "Tretton kom." in words(minutes)
        assert words(minutes).endswith("Vi ses i mars.")
        edit(session(), minutes, {text.id: ""}, [note.id], "", by=user_of(cast.host))
        session().expire_all()
        assert TICKED not in words(minutes) and "Tretton" not in words(minutes)


def test_those_who_came_have_seven_days(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting, minutes, _code = drafted(cast_on_both)
        host, sent = user_of(cast_on_both.host), today()
        send_out(session(), minutes, by=host, on=sent)
        assert minutes.answer_by == sent + timedelta(days=7)
        last = sent + timedelta(days=7)

        def say(verdict: Verdict, text: str = "", key: str = "", on: object = last) -> None:
            answer(
                session(), minutes, verdict, text, key=key or new_answer_key(),
                receipts=receipts(), on=on,  # type: ignore[arg-type]
            )  # fmt: skip

        key = new_answer_key()
        say(Verdict.CONFIRM, key=key)
        say(Verdict.CONFIRM, key=key)
        say(Verdict.CORRECT, "Det var tåget.")
        say(Verdict.MISSING, "Vi talade om tandvård.")
        for wrong in ((Verdict.CORRECT, ""), (Verdict.MISSING, "")):
            with pytest.raises(Refusal):
                say(*wrong)
        with pytest.raises(Refusal):
            say(Verdict.CONFIRM, on=last + timedelta(days=1))
        assert confirmed(session(), minutes) == Confirmed(confirm=1, correct=1, missing=1)
        assert {each.text for each in answers_to(session(), minutes)} == {
            "", "Det var tåget.", "Vi talade om tandvård.",
        }  # fmt: skip
        assert out_now(session(), meeting, last) is minutes
        assert out_now(session(), meeting, last + timedelta(days=1)) is None
        with pytest.raises(Refusal):
            lock(session(), minutes, by=host, on=last)
        lock(session(), minutes, by=host, on=last + timedelta(days=1))
        assert minutes.state == MinutesState.LOCKED


def test_a_correction_is_a_new_version_that_goes_out_again(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting, first, _code = drafted(cast)
        host = user_of(cast.host)
        send_out(session(), first, by=host, on=today())
        with pytest.raises(Refusal):
            edit(session(), first, {}, [], "Tyst ändring", by=host)
        second = new_version(session(), first, by=host, on=today())
        with pytest.raises(Refusal):
            lock(session(), first, by=host, on=today() + timedelta(days=8))
        leave_draft(session(), second, by=host)
        second = new_version(session(), first, by=host, on=today())
        edit(session(), second, {}, [], "Vi talade om tandvård.", by=host)
        send_out(session(), second, by=host, on=today())
        assert [(each.number, each.state) for each in versions_of(session(), meeting)] == [
            (2, MinutesState.OUT), (1, MinutesState.REPLACED),
        ]  # fmt: skip
        assert "tandvård" not in words(first)


def test_locked_minutes_stand_and_are_published(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting, minutes, _code = drafted(cast)
        host, later = user_of(cast.host), today() + timedelta(days=8)
        with pytest.raises(Refusal):
            publish(session(), minutes, by=host, on=later)
        send_out(session(), minutes, by=host, on=today())
        lock(session(), minutes, by=host, on=later)
        assert published(session(), meeting) is None
        for change in (
            lambda: edit(session(), minutes, {}, [], "Mer", by=host),
            lambda: send_out(session(), minutes, by=host, on=later),
            lambda: new_version(session(), minutes, by=host, on=later),
            lambda: leave_draft(session(), minutes, by=host),
        ):
            with pytest.raises(Refusal):
                change()
        publish(session(), minutes, by=host, on=later)
        assert published(session(), meeting) is minutes


def test_a_withdrawn_note_leaves_every_version_and_the_seal_tells(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting, minutes, code = drafted(cast_on_both)
        host = user_of(cast_on_both.host)
        send_out(session(), minutes, by=host, on=today())
        lock(session(), minutes, by=host, on=today() + timedelta(days=8))
        session().commit()
        assert not withdrawn_since(minutes)
        assert withdraw(session(), code, receipts(), today())
        session().commit()
        session().expire_all()
        assert TICKED not in words(minutes)
        assert withdrawn_since(minutes)
        assert minutes.notes == 1
        assert newest(session(), meeting) is minutes
