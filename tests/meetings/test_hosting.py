"""The hosts' pages: plan, change, announce, cancel, see who registered, write the minutes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.clock import HERE, now, today
from dialogue.ground.db import session
from dialogue.hosts.models import ReleaseRule
from dialogue.meetings.minuting import desk as minutes_desk
from dialogue.meetings.models import Meeting, MeetingState
from dialogue.meetings.table.photos import keep_photo
from tests.conftest import Cast, signed_in
from tests.meetings.stage import book, held, meeting_in, noted
from tests.meetings.test_photos import picture
from tests.stage import dialogue_of, forged_free

BASE = "/sv/arbetsrum/vad-ar-viktigt/moten"
PLAN: dict[str, Any] = {
    "format": "hybrid", "title_sv": "Kvällssamtal", "title_en": "Evening talk",
    "day": "2031-07-01", "begins": "18:00", "ends": "20:30", "place_sv": "Bygdegården",
    "access": ["step_free", "hearing_loop"], "link": "https://motet.example/rum",
    "registers": "y", "capacity": "12", "forget_after": "10",
    "margin_before": "30", "margin_after": "90",
}  # fmt: skip


def post(app: Application, client: FlaskClient, path: str, **data: Any) -> TestResponse:
    return client.post(BASE + path, data=data | {"csrf_token": forged_free(client, app)})


@pytest.fixture
def aino(app: Application, cast: Cast) -> FlaskClient:
    """The host."""
    return signed_in(app, cast.host)


def staged(application: Application, cast: Cast, **changes: Any) -> str:
    with application.test_request_context("/sv/"):
        slug = meeting_in(cast, **changes).slug
        session().commit()
        return slug


def test_a_host_plans_changes_announces_and_cancels(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    client = signed_in(app_on_both, cast_on_both.host)
    made = post(app_on_both, client, "/nytt", **PLAN)
    assert made.status_code == 303
    slug = made.headers["Location"].rstrip("/").rpartition("/")[2]
    assert slug == "2031-07-01-kvallssamtal"
    with app_on_both.app_context():
        meeting = session().scalars(select(Meeting)).one()
        begins = datetime(2031, 7, 1, 18, tzinfo=HERE).astimezone(UTC).replace(tzinfo=None)
        assert (meeting.starts_at, meeting.ends_at) == (begins, begins + timedelta(hours=2.5))
        assert (meeting.capacity, meeting.forget_after, meeting.margin_after) == (12, 10, 90)
        assert meeting.access == ["step_free", "hearing_loop"]
    public = app_on_both.test_client(use_cookies=False)
    address = f"/sv/dialog/vad-ar-viktigt/moten/{slug}"
    assert public.get(address).status_code == 404
    assert post(app_on_both, client, f"/{slug}/", go="open").status_code == 303
    assert public.get(address).status_code == 200
    page = client.get(f"{BASE}/{slug}/plan").text
    assert 'value="2031-07-01"' in page and 'value="18:00"' in page
    assert (
        post(app_on_both, client, f"/{slug}/plan", **PLAN | {"title_sv": "Nytt namn"}).status_code
        == 303
    )
    assert "Nytt namn" in public.get(address).text
    assert post(app_on_both, client, f"/{slug}/", go="cancel").status_code == 409
    cancelled = post(app_on_both, client, f"/{slug}/", go="cancel", why_sv="Storm.")
    assert cancelled.status_code == 303
    assert "Storm." in public.get(address).text
    assert post(app_on_both, client, f"/{slug}/", go="open").status_code == 409


@pytest.mark.parametrize(
    "changes",
    [
        {"title_sv": "", "title_en": ""}, {"day": ""}, {"day": "2031-13-01"}, {"begins": "25:00"},
        {"ends": "18:00"}, {"format": "rymdskepp"}, {"capacity": "många"}, {"capacity": "-1"},
        {"link": "http://oskyddat.example"}, {"access": ["trollspö"]}, {"forget_after": ""},
        {"margin_before": "99999999999999999999"}, {"capacity": "9" * 30}, {"day": "0001-01-01"},
        {"forget_after": "0"},
    ],
)  # fmt: skip
def test_a_plan_that_does_not_hold_is_given_back(
    app: Application, aino: FlaskClient, changes: dict[str, Any]
) -> None:
    answer = post(app, aino, "/nytt", **PLAN | changes)
    assert answer.status_code == 422
    assert "Det finns ett problem" in answer.text
    assert "Bygdegården" in answer.text
    with app.app_context():
        assert not session().scalars(select(Meeting)).all()


def test_more_places_move_the_waiting_list_up(
    app: Application, cast: Cast, aino: FlaskClient
) -> None:
    slug = staged(app, cast, capacity=1)
    with app.test_request_context("/sv/"):
        meeting = session().scalars(select(Meeting)).one()
        book(meeting)
        waits = book(meeting, name="Väntar")
        day = f"{meeting.starts_at:%Y-%m-%d}"
        assert waits.registration.state == "waiting"
        session().commit()
    changes = PLAN | {"day": day, "capacity": "5", "begins": "00:01", "ends": "23:59"}
    assert post(app, aino, f"/{slug}/plan", **changes).status_code == 303
    page = aino.get(f"{BASE}/{slug}/anmalda").text
    assert "På väntelistan" not in page and "Väntar" in page


def test_only_those_who_may_see_who_registered(
    app: Application, cast: Cast, aino: FlaskClient
) -> None:
    slug = staged(app, cast)
    with app.test_request_context("/sv/"):
        book(session().scalars(select(Meeting)).one(), name="Fjällräven Öberg")
        session().commit()
    address = f"{BASE}/{slug}/anmalda"
    assert "Fjällräven Öberg" in aino.get(address).text
    for who in (cast.coordinator, cast.responder, cast.reviewer, cast.foreign_coordinator):
        client = signed_in(app, who)
        assert client.get(address).status_code == 404
        assert "Fjällräven" not in client.get(f"{BASE}/{slug}/").text
    with app.app_context():
        looks = select(AuditEvent).where(AuditEvent.act == "registrations seen")
        assert len(session().scalars(looks).all()) == 1


def test_a_host_writes_a_script_and_takes_the_ordinary_one_back(
    app: Application, cast: Cast, aino: FlaskClient
) -> None:
    slug = staged(app, cast)
    step = {
        "minutes.1": "20", "purpose_sv.1": "Lyssna", "purpose_en.1": "Listen",
        "say_sv.1": "Nu lyssnar vi.", "say_en.1": "Now we listen.", "go": "save",
    }  # fmt: skip
    assert post(app, aino, f"/{slug}/manus", **step).status_code == 303
    assert "Nu lyssnar vi." in aino.get(f"{BASE}/{slug}/manus").text
    for wrong in (
        {"minutes.1": ""},
        {"minutes.1": "0"},
        {"minutes.1": "x"},
        {"purpose_sv.1": "", "purpose_en.1": ""},
    ):
        assert post(app, aino, f"/{slug}/manus", **step | wrong).status_code == 422
    post(app, aino, f"/{slug}/manus", go="ordinary")
    assert "Vi är här för att höra" in aino.get(f"{BASE}/{slug}/manus").text


def test_new_codes_are_made_and_the_old_page_of_the_tables_closes(
    app: Application, cast: Cast, aino: FlaskClient
) -> None:
    slug = staged(app, cast)
    before = re.findall(r'class="code" translate="no">([^<]+)<', aino.get(f"{BASE}/{slug}/").text)
    assert post(app, aino, f"/{slug}/", go="codes").status_code == 303
    after = re.findall(r'class="code" translate="no">([^<]+)<', aino.get(f"{BASE}/{slug}/").text)
    assert len(before) == len(after) == 2 and not set(before) & set(after)


def days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    day = today() + timedelta(days=days)
    monkeypatch.setattr(minutes_desk, "today", lambda: day)


def test_minutes_go_all_the_way_to_the_register(
    app_on_both: Application, cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(app_on_both, cast_on_both.host)
    with app_on_both.test_request_context("/sv/"):
        meeting = meeting_in(cast_on_both)
        noted(meeting, "Bussen går inte på kvällen.")
        noted(meeting, "Ta inte med mig.")
        held(meeting)
        session().commit()
        slug = meeting.slug
    path = f"/{slug}/protokoll"

    def press(verb: str, **data: str) -> TestResponse:
        return post(app_on_both, client, path, go=verb, **data)

    assert press("send").status_code == 409
    assert press("draft", lang="sv").status_code == 303
    page = client.get(BASE + path).text
    out = re.search(r'<blockquote>Ta inte med mig.</blockquote>.*?name="(out\.[^"]+)"', page, re.S)
    text = re.search(r'name="(line\.[^"]+)"[^>]*>\s*12 personer', page)
    assert out and text
    saved = press("save", **{out[1]: "y", text[1]: "Tolv kom.", "added": "Vi ses i mars."})
    assert saved.status_code == 303
    assert press("send").status_code == 303
    assert press("lock").status_code == 409
    assert press("new").status_code == 303
    assert press("leave").status_code == 303
    public = app_on_both.test_client(use_cookies=False)
    address = f"/sv/dialog/vad-ar-viktigt/moten/{slug}/protokoll"
    days_later(monkeypatch, 8)
    assert press("lock").status_code == 303
    assert public.get(address).status_code == 404
    assert press("publish").status_code == 303
    published = public.get(address).text
    assert "Bussen går inte på kvällen." in published and "Tolv kom." in published
    assert "Ta inte med mig." not in published
    told = client.get(f"{BASE}{path}/1.json")
    assert told.json is not None
    assert (told.json["state"], told.json["version"]) == ("locked", 1)
    assert told.json["sha256"] == told.json["sha256_now"]
    assert told.json["meeting"]["people"] == 12
    pdf = client.get(f"{BASE}{path}/1.pdf")
    assert pdf.data.startswith(b"%PDF-") and pdf.mimetype == "application/pdf"
    assert b"pdfaid:part" in pdf.data and b"/StructTreeRoot" in pdf.data
    for missing in ("2.pdf", "1.docx", "9999999999.json"):
        assert client.get(f"{BASE}{path}/{missing}").status_code == 404


def test_the_list_tells_how_far_each_meeting_has_come(
    app: Application, cast: Cast, aino: FlaskClient
) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        book(meeting, seats=3)
        noted(meeting, "Bussen.")
        session().commit()
    page = aino.get(f"{BASE}/").text
    assert "3 platser tagna" in page and "1 lapp" in page
    assert aino.get(f"{BASE}/inget/").status_code == 404
    assert meeting.state == MeetingState.OPEN
    assert now() < meeting.ends_at


def test_what_the_host_keeps_is_not_read_in_the_minutes_by_those_who_ask(
    app: Application, cast: Cast, aino: FlaskClient
) -> None:
    with app.test_request_context("/sv/"):
        meeting = meeting_in(cast)
        kept = keep_photo(session(), meeting, meeting.tables[0], picture(), "Tre lappar")
        slug, photo = meeting.slug, kept.id
        meeting.dialogue.release = ReleaseRule.THEMES_ONLY
        session().commit()
    eva = signed_in(app, cast.coordinator)
    for path in (f"/{slug}/protokoll", f"/{slug}/bilder/{photo}"):
        assert eva.get(BASE + path).status_code == 404
        assert aino.get(BASE + path).status_code == 200
    assert post(app, eva, f"/{slug}/protokoll", go="draft").status_code == 404
    assert "Tre lappar" not in eva.get(f"{BASE}/{slug}/").text
    with app.app_context():
        dialogue_of(cast.dialogue).release = ReleaseRule.ALL
        session().commit()
    assert eva.get(f"{BASE}/{slug}/protokoll").status_code == 200
