"""Planning, changing and cancelling a meeting, and its calendar file."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.meetings.arranging.calendar_file import calendar_file, folded
from dialogue.meetings.arranging.codes import Door, MeetingCodes, meeting_behind, renew_codes
from dialogue.meetings.arranging.planning import (
    cancel_meeting,
    change_meeting,
    meeting_named,
    meetings_of,
    open_meeting,
)
from dialogue.meetings.arranging.telling import when_words
from dialogue.meetings.models import Meeting, MeetingFormat, MeetingState
from dialogue.voices.receipts import receipts
from tests.conftest import Cast
from tests.meetings.stage import held, meeting_in, plan
from tests.stage import dialogue_of, user_of

ADDRESS = "https://dialog.example/sv/dialog/vad-ar-viktigt/moten/kvall"


def test_a_hybrid_meeting_has_a_table_in_the_room_and_one_at_a_distance(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        meeting = meeting_in(cast_on_both, opened=False)
        session().commit()
        session().expire_all()
        assert [table.remote for table in meeting.tables] == [False, True]
        assert meeting.access == ["step_free", "hearing_loop"]
        ours = dialogue_of(cast_on_both.dialogue)
        assert list(meetings_of(session(), ours)) == [meeting]
        assert list(meetings_of(session(), ours, public=True)) == []
        open_meeting(session(), meeting, by=user_of(cast_on_both.host))
        assert list(meetings_of(session(), ours, public=True)) == [meeting]
        assert (
            meeting_named(session(), dialogue_of(cast_on_both.foreign_dialogue), meeting.slug)
            is None
        )


def test_two_meetings_of_one_name_on_one_day_get_addresses_of_their_own(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        one, two = meeting_in(cast), meeting_in(cast)
        assert one.slug.endswith("samtalskvall-i-bygdegarden")
        assert two.slug == f"{one.slug}-2"


BEGINS = datetime(2026, 12, 1, 17)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (2, "tisdag 1 december 2026, kl. 18:00–20:00"),
        (6, "tisdag 1 december 2026, kl. 18:00–24:00"),
        (7, "från tisdag 1 december 2026 kl. 18:00 till onsdag 2 december 2026 kl. 01:00"),
    ],
)
def test_when_it_is_stands_in_words_also_when_it_ends_at_midnight(
    app: Application, cast: Cast, hours: int, words: str
) -> None:
    with app.test_request_context("/sv/"):
        ends = BEGINS + timedelta(hours=hours)
        assert when_words(meeting_in(cast, starts_at=BEGINS, ends_at=ends)) == words


@pytest.mark.parametrize(
    "changes",
    [
        {"texts": {}},
        {"starts_at": BEGINS, "ends_at": BEGINS},
        {"starts_at": BEGINS, "ends_at": BEGINS + timedelta(hours=49)},
        {"format": MeetingFormat.PHYSICAL, "texts": {"title": Localized("Kväll", "")}},
        {"format": MeetingFormat.DIGITAL, "link": ""},
        {"format": MeetingFormat.PHONE, "phone": ""},
        {"link": "javascript:alert(1)"},
        {"link": "https://"},
        {"link": "https://[1"},
        {"capacity": 0},
        {"forget_after": 0},
        {"forget_after": 91},
        {"margin_after": 2881},
        {"registers_until": BEGINS + timedelta(days=900)},
    ],
)
def test_a_plan_that_nobody_could_come_to_is_refused(
    app: Application, cast: Cast, changes: dict[str, object]
) -> None:
    with app.test_request_context("/sv/"):
        with pytest.raises(Refusal):
            meeting_in(cast, **changes)
        assert not list(meetings_of(session(), dialogue_of(cast.dialogue)))


def test_what_is_over_is_not_changed(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        host = user_of(cast.host)
        over = held(meeting_in(cast))
        with pytest.raises(Refusal):
            change_meeting(session(), over, plan(), by=host)
        with pytest.raises(Refusal):
            cancel_meeting(session(), over, Localized("Storm", ""), by=host)
        meeting = meeting_in(cast)
        with pytest.raises(Refusal):
            cancel_meeting(session(), meeting, Localized("", ""), by=host)
        assert meeting.state == MeetingState.OPEN


def test_codes_open_one_meeting_and_old_ones_nothing(app: Application, cast: Cast) -> None:
    with app.app_context():
        one, two = meeting_in(cast), meeting_in(cast)
        codes = MeetingCodes(receipts())

        def behind(door: Door, code: str) -> Meeting | None:
            return meeting_behind(session(), door, code, receipts())

        old = codes.of_meeting(Door.TABLE, one)
        assert behind(Door.TABLE, old.lower().replace("-", " ")) is one
        assert behind(Door.TABLE, codes.of_meeting(Door.TABLE, two)) is two
        assert behind(Door.MINUTES, codes.of_meeting(Door.MINUTES, one)) is one
        assert behind(Door.MINUTES, old) is None
        assert behind(Door.TABLE, "") is None
        renew_codes(session(), one, receipts(), by=user_of(cast.host))
        assert behind(Door.TABLE, old) is None
        assert behind(Door.TABLE, codes.of_meeting(Door.TABLE, one)) is one


def lines_of(made: bytes) -> list[str]:
    """The lines of a calendar file, unfolded; every one of them within the width."""
    assert made.endswith(b"\r\n")
    raw = made.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in raw)
    return made.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_the_calendar_file_is_folded_escaped_and_in_swedish_time(
    app: Application, cast: Cast
) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(
            cast,
            starts_at=datetime(2026, 7, 1, 16),
            ends_at=datetime(2026, 7, 1, 18, 30),
            texts={
                "title": Localized("Kaffe, samtal; och å ä ö " * 6, ""),
                "place": Localized("Bygdegården, sal 2\\B", ""),
                "about": Localized("Rad ett\nRad två", ""),
            },
        )
        lines = lines_of(calendar_file(meeting, "sv", ADDRESS, "dialog.example"))
        assert "METHOD:PUBLISH" in lines
        assert "DTSTART;TZID=Europe/Stockholm:20260701T180000" in lines
        assert "DTEND;TZID=Europe/Stockholm:20260701T203000" in lines
        assert lines.index("BEGIN:VTIMEZONE") < lines.index("BEGIN:VEVENT")
        assert f"UID:{meeting.id}@dialog.example" in lines
        assert "SEQUENCE:0" in lines
        assert "LOCATION;LANGUAGE=sv:Bygdegården\\, sal 2\\\\B" in lines
        summary = next(line for line in lines if line.startswith("SUMMARY"))
        assert summary.startswith("SUMMARY;LANGUAGE=sv:Kaffe\\, samtal\\; och å ä ö Kaffe")
        assert any("Rad ett\\nRad två" in line for line in lines)


def test_a_cancelled_meeting_is_taken_out_of_calendars(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        before = meeting.revision
        cancel_meeting(
            session(), meeting, Localized("Storm på fjället", "A storm"), by=user_of(cast.host)
        )
        lines = lines_of(calendar_file(meeting, "sv", ADDRESS, "dialog.example"))
        assert {"METHOD:CANCEL", "STATUS:CANCELLED", f"SEQUENCE:{before + 1}"} <= set(lines)
        assert any("Storm på fjället" in line for line in lines)


def test_folding_never_divides_a_letter() -> None:
    line = "å" * 200 + "😀" * 50
    parts = folded(line).removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(part) <= 75 for part in parts)
    assert "".join(part.decode().removeprefix(" ") for part in parts) == line
