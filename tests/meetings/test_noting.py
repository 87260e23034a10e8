"""A note at a table: one voice, kept once, treated as any other answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dialogue.app import Application
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.meetings.models import Manner, Meeting, MeetingFormat, MeetingState, TableNote
from dialogue.meetings.table.noting import (
    OtherWords,
    close_room,
    counts_of,
    hours_of,
    keep_note,
    note_of,
    notes_of,
    tables_open,
    tick_read_back,
)
from dialogue.meetings.table.ordering import add_theme, give_dots, move, remove, themes_of
from dialogue.meetings.table.restating import rewrite
from dialogue.voices.erasure import reapply, withdraw
from dialogue.voices.models import Channel, Contribution, DeskState, Story, Use, Voice
from dialogue.voices.receipts import is_code, new_answer_key, receipts
from tests.conftest import Cast
from tests.meetings.stage import Note, meeting_in, noted

SAID = "Jag vågar inte ringa, för då hamnar jag i telefonkö hela förmiddagen."


def test_a_note_is_a_contribution_with_its_channel_meeting_and_table(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting = meeting_in(cast_on_both)
        kept = noted(meeting, SAID, voice=Voice.RELATIVE, quotable=True)
        assert is_code(kept.code)
        session().commit()
        session().expire_all()
        contribution = session().scalars(select(Contribution)).one()
        assert contribution.dialogue_id == meeting.dialogue_id
        assert (contribution.channel, contribution.voice) == (Channel.TABLE, Voice.RELATIVE)
        assert contribution.received_on == today()
        assert contribution.uses == [Use.ANALYSIS, Use.QUOTE]
        story = contribution.stories[0]
        assert (story.text, story.desk) == (SAID, DeskState.WAITING)
        note = session().scalars(select(TableNote)).one()
        assert (note.meeting_id, note.table_id) == (meeting.id, meeting.tables[0].id)
        assert [heard.text for heard in notes_of(session(), meeting)] == [SAID]
        assert counts_of(session(), meeting) == {meeting.tables[0].id: 1}


def test_what_is_said_on_the_telephone_comes_by_telephone(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast, format=MeetingFormat.PHONE, phone="090-00 00 00")
        assert noted(meeting, SAID).note.contribution.channel == Channel.PHONE


def test_a_note_sent_twice_is_one_note(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting, key = meeting_in(cast_on_both), new_answer_key()
        one = noted(meeting, SAID, key=key)
        two = noted(meeting, SAID, key=key)
        assert (one.code, two.again) == (two.code, True)
        with pytest.raises(OtherWords):
            noted(meeting, "Något annat.", key=key)
        with pytest.raises(OtherWords):
            noted(meeting, SAID, key=key, manner=Manner.SUMMARISED)
        same_words = noted(meeting, SAID)
        assert not same_words.again
        assert len(notes_of(session(), meeting)) == 2


def test_only_words_that_are_the_tellers_own_and_read_back_may_be_quoted(
    app: Application, cast: Cast
) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        for changes in ({"manner": Manner.SUMMARISED}, {"read_back": False}):
            with pytest.raises(Refusal):
                noted(meeting, SAID, quotable=True, **changes)
        assert not notes_of(session(), meeting)


def test_a_note_without_words_is_refused(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        for text in ("", "o" * 4001):
            with pytest.raises(Refusal):
                noted(meeting, text)
        with pytest.raises(Refusal):
            noted(meeting, SAID, key="kort")


def test_a_note_is_withdrawn_with_its_code_and_never_comes_back(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting, key = meeting_in(cast_on_both), new_answer_key()
        kept = noted(meeting, SAID, key=key)
        session().commit()
        assert withdraw(session(), kept.code, receipts(), today())
        session().commit()
        session().expire_all()
        assert not notes_of(session(), meeting)
        with pytest.raises(OtherWords):
            noted(meeting, SAID, key=key)
        assert not session().scalar(select(func.count()).select_from(Story))


def test_a_note_is_read_back_and_changed_to_what_was_meant(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting = meeting_in(cast_on_both)
        kept = noted(meeting, SAID, read_back=False)
        session().commit()
        note = note_of(session(), meeting, kept.note.contribution_id)
        assert note is not None
        rewrite(session(), note, "Jag vågar inte ringa på morgonen.", receipts(), today())
        session().commit()
        session().expire_all()
        heard = notes_of(session(), meeting)[0]
        assert (heard.text, heard.read_back) == ("Jag vågar inte ringa på morgonen.", True)
        assert session().scalar(select(func.count()).select_from(Story)) == 1
        assert reapply(session()) == 0
        session().scalars(select(Story)).one().desk = DeskState.READ
        with pytest.raises(Refusal):
            rewrite(session(), note, "Igen.", receipts(), today())


def test_a_note_is_ticked_later(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        kept = noted(meeting, SAID, read_back=False)
        assert not notes_of(session(), meeting)[0].read_back
        tick_read_back(session(), kept.note)
        assert notes_of(session(), meeting)[0].read_back


def test_one_meeting_never_sees_the_notes_of_another(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        one, two = meeting_in(cast), meeting_in(cast)
        kept = noted(one, SAID)
        assert not notes_of(session(), two)
        assert note_of(session(), two, kept.note.contribution_id) is None
        assert counts_of(session(), two) == {}


def test_the_tables_are_open_during_the_hours_and_their_margins(
    app: Application, cast: Cast
) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast, margin_before=15, margin_after=30)
        opens, closes = hours_of(meeting)
        assert meeting.starts_at - opens == timedelta(minutes=15)
        assert closes - meeting.ends_at == timedelta(minutes=30)
        minute = timedelta(minutes=1)
        times = (opens - minute, opens, closes - minute, closes)
        assert [tables_open(meeting, at) for at in times] == [False, True, True, False]
        for state in (MeetingState.PLANNED, MeetingState.CANCELLED):
            meeting.state = state
            assert not tables_open(meeting, meeting.starts_at)


def test_the_room_orders_themes_by_dots_and_by_hand(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        meeting, other = meeting_in(cast_on_both), meeting_in(cast_on_both)
        bus, phone, time = (
            add_theme(session(), meeting, word) for word in ("Buss", "Telefon", "Tid")
        )

        def order(of: Meeting = meeting) -> list[str]:
            return [theme.words for theme in themes_of(session(), of)]

        give_dots(session(), meeting, time.id, 7)
        give_dots(session(), meeting, phone.id, 3)
        assert order() == ["Tid", "Telefon", "Buss"]
        move(session(), meeting, bus.id, -1)
        assert order() == ["Tid", "Buss", "Telefon"]
        move(session(), meeting, time.id, -1)
        remove(session(), meeting, bus.id)
        assert order() == ["Tid", "Telefon"]
        assert order(other) == []
        for wrong in (
            lambda: add_theme(session(), meeting, "tid"),
            lambda: add_theme(session(), meeting, ""),
            lambda: give_dots(session(), meeting, time.id, -1),
            lambda: move(session(), other, time.id, 1),
        ):
            with pytest.raises(Refusal):
                wrong()


def test_closing_the_room_keeps_its_numbers(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        with pytest.raises(Refusal):
            close_room(session(), meeting, people=-1, barriers="", mood="")
        close_room(session(), meeting, people=12, barriers="Trappan", mood="Varmt")
        assert meeting.state == MeetingState.HELD
        assert meeting.closing == {"people": 12, "barriers": "Trappan", "mood": "Varmt"}


def test_a_remote_note_stands_at_the_table_of_those_at_a_distance(
    app: Application, cast: Cast
) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        remote = next(table for table in meeting.tables if table.remote)
        note = Note(SAID, Manner.VERBATIM, Voice.SELF, "sv")
        keep_note(
            session(), meeting, remote, note, key=new_answer_key(), receipts=receipts(), on=today()
        )
        assert len(notes_of(session(), meeting, remote)) == 1
        assert not notes_of(session(), meeting, meeting.tables[0])
