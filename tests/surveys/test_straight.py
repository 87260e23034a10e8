"""The straight road gives the pages, headers, log lines and rows of the ordinary one, or none."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

import surveys.answering.at_once
import surveys.answering.straight
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState
from dialogue.voices.models import Contribution, Story
from surveys.answering.drafts import Draft
from surveys.models import BackgroundAnswer, Response
from tests.conftest import Cast, play, signed_in
from tests.databases import SqliteFiles
from tests.survey import STORY, code_on, hidden_fields
from tests.surveys.test_quick import ANSWERS, OWN

FORM = "/sv/dialog/vad-ar-viktigt/svara"
NONCE = re.compile(r"'nonce-[^']+'")


class Roads:
    """An application whose requests on the ordinary road are counted."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.client: FlaskClient = application.test_client(use_cookies=False)
        self.ordinary: list[str] = []
        straight: Any = application.wsgi_app
        before = straight.ordinary

        def counted(environ: dict[str, Any], start_response: Any) -> Any:
            self.ordinary.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return before(environ, start_response)

        straight.ordinary = counted

    def remember(self, seconds: float) -> None:
        self.application.config["REMEMBER_SURVEYS_FOR"] = seconds
        self.application.extensions.pop("quick", None)

    def warm(self) -> None:
        """Let every page be drawn once; what follows is what counts."""
        self.remember(60.0)
        self.walk()
        self.ordinary.clear()

    def walk(self, **more: Any) -> list[TestResponse]:
        """One question at a time, from the first to the receipt."""
        found = [self.client.get(FORM)]
        for answer in [*ANSWERS, {"use": ["quote", "research"], "go": "send"}]:
            fields = hidden_fields(found[-1].text) | {"go": "next"} | answer | more
            found.append(self.client.post(FORM, data=fields))
        assert [page.status_code for page in found] == [200] * len(found)
        return found

    def filled(self) -> dict[str, Any]:
        """A form with an answer in it, ready to be sent."""
        given = {name: value for answer in ANSWERS for name, value in answer.items()}
        fields = hidden_fields(self.client.get(FORM).text)
        return fields | given | {"use": ["quote"], "at": "check", "go": "send"}


@pytest.fixture
def roads(app_on_both: Application, cast_on_both: Cast) -> Roads:
    return Roads(app_on_both)


@pytest.fixture
def on_sqlite(app: Application, cast: Cast) -> Roads:
    return Roads(app)


def rows(application: Application) -> list[Any]:
    """Everything that was kept, without keys."""
    with application.app_context():
        found = session().scalars(select(Contribution)).all()
        whole = [
            (each.channel, each.voice, each.lang, each.received_on, each.uses,
             each.consent_version, each.content_hash, len(each.receipt_hash), each.dialogue_id)
            for each in found
        ]  # fmt: skip
        told = [
            (each.question, each.text, each.lang, each.points, each.desk, each.read_by,
             each.contribution_id in {one.id for one in found})
            for each in session().scalars(select(Story))
        ]  # fmt: skip
        given = [(each.version_id, each.answers) for each in session().scalars(select(Response))]
        apart = [each.answers for each in session().scalars(select(BackgroundAnswer))]
        return [whole, told, given, apart]


def test_a_session_takes_the_straight_road_and_leaves_the_same_behind(
    roads: Roads, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dialogue.requests")
    roads.remember(0.0)
    drawn, ordinary_log = roads.walk(), _lines(caplog)
    roads.warm()
    caplog.clear()
    recalled, straight_log = roads.walk(), _lines(caplog)
    assert roads.ordinary == []
    assert straight_log == ordinary_log
    assert len(straight_log) == 9
    for one, other in zip(drawn, recalled, strict=True):
        assert _headers(one) == _headers(other)
        assert OWN.sub("", one.text) == OWN.sub("", other.text)
        assert int(other.headers["Content-Length"]) == len(other.data)
    for kept in rows(roads.application):
        assert len(kept) == 3
        assert kept[0] == kept[1] == kept[2]


def _lines(caplog: pytest.LogCaptureFixture) -> list[tuple[Any, ...]]:
    for record in caplog.records:
        assert record.ms >= 0  # type: ignore[attr-defined]
        assert re.fullmatch("[0-9a-f]{12}", record.request)  # type: ignore[attr-defined]
    return [
        (record.msg, record.route, record.method, record.status)  # type: ignore[attr-defined]
        for record in caplog.records
        if record.name == "dialogue.requests"
    ]


def _headers(page: TestResponse) -> dict[str, str]:
    found = {name: NONCE.sub("", value) for name, value in page.headers}
    assert len(found) == len(list(page.headers))
    return {name: value for name, value in found.items() if name != "Content-Length"}


def test_https_is_told_on_the_straight_road_too(
    sqlite_files: SqliteFiles, tmp_path: Any, app_on: Callable[..., Application]
) -> None:
    with sqlite_files.fresh(tmp_path) as url:
        application = app_on(url, public_url="https://dialog.example")
        play(application)
        roads = Roads(application)
        roads.warm()
        pages = roads.walk()
        assert roads.ordinary == []
        assert all("Strict-Transport-Security" in page.headers for page in pages)


def test_the_same_form_again_is_the_same_answer(roads: Roads) -> None:
    roads.warm()
    form = roads.filled()
    codes = {code_on(roads.client.post(FORM, data=form).text) for _ in range(3)}
    assert len(codes) == 1
    assert len(rows(roads.application)[0]) == 2
    other = roads.client.post(FORM, data=form | {"berattelse": "Helt andra ord."})
    assert other.status_code == 409
    assert "Helt andra ord." in other.text


def test_a_withdrawn_answer_does_not_come_back(roads: Roads) -> None:
    roads.warm()
    form = roads.filled()
    code = code_on(roads.client.post(FORM, data=form).text)
    token = hidden_fields(roads.client.get("/sv/kvitto/").text)["token"]
    gone = {"code": code, "token": token, "sure": "yes"}
    assert roads.client.post("/sv/kvitto/ta-bort", data=gone).status_code == 200
    assert roads.client.post(FORM, data=form).status_code == 409
    assert len(rows(roads.application)[0]) == 1


def test_what_was_saved_for_later_goes_when_the_answer_is_sent(roads: Roads) -> None:
    roads.warm()
    form = roads.filled()
    assert roads.client.post(FORM, data=form | {"go": "save"}).status_code == 200
    roads.ordinary.clear()
    assert roads.client.post(FORM, data=form).status_code == 200
    assert roads.ordinary == []
    with roads.application.app_context():
        assert session().scalars(select(Draft)).all() == []


def test_a_door_that_was_just_shut_is_shut_for_what_is_sent(roads: Roads) -> None:
    """Although the survey is remembered as open for a while."""
    roads.warm()
    form = roads.filled()
    with roads.application.app_context():
        found = session().scalars(select(Dialogue).where(Dialogue.slug == "vad-ar-viktigt")).one()
        found.state = DialogueState.CLOSED
        session().commit()
    refused = roads.client.post(FORM, data=form)
    assert refused.status_code == 409
    assert STORY in refused.text
    assert len(rows(roads.application)[0]) == 1


@pytest.mark.parametrize("state", list(DialogueState))
def test_the_database_decides_whether_the_dialogue_is_open(
    on_sqlite: Roads, state: DialogueState
) -> None:
    on_sqlite.warm()
    form = on_sqlite.filled()
    with on_sqlite.application.app_context():
        found = session().scalars(select(Dialogue)).all()
        found = [each for each in found if each.slug == "vad-ar-viktigt"]
        found[0].state = state
        is_open = found[0].is_open
        session().commit()
    on_sqlite.ordinary.clear()
    assert (on_sqlite.client.post(FORM, data=form).status_code == 200) == is_open
    assert (on_sqlite.ordinary == []) == is_open
    assert len(rows(on_sqlite.application)[0]) == 1 + is_open


def away(*_: object, **__: object) -> None:
    raise OperationalError("INSERT ?", {"text": STORY}, Exception(STORY))


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (surveys.answering.straight, "rows_of"),
        (surveys.answering.straight, "keep_at_once"),
        (surveys.answering.straight, "receipt_filling"),
        (surveys.answering.at_once, "_insert"),
    ],
)
def test_a_step_that_fails_leaves_nothing_half_done(
    on_sqlite: Roads, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str
) -> None:
    on_sqlite.warm()
    form = on_sqlite.filled()
    with monkeypatch.context() as broken:
        broken.setattr(module, step, away)
        page = on_sqlite.client.post(FORM, data=form)
    assert page.status_code == 200
    assert on_sqlite.ordinary == [f"POST {FORM}"]
    assert [len(kept) for kept in rows(on_sqlite.application)] == [2, 2, 2, 2]
    assert code_on(on_sqlite.client.post(FORM, data=form).text) == code_on(page.text)


ODD: list[dict[str, Any]] = [
    {"headers": {"Origin": "http://evil.example"}},
    {"headers": {"Sec-Fetch-Site": "cross-site"}},
    {"headers": {"Accept": "application/json"}},
    {"headers": {"Cookie": "s=x; remember_token=y"}},
    {"headers": {"Host": "evil example"}},
    {"query_string": "variant=easy"},
    {"method": "HEAD"},
    {"data": {"token": "x"}}, {"data": {"key": "kort"}}, {"data": {"key": ""}},
    {"data": {"at": "finns-inte"}}, {"data": {"go": "send.new", "new_key": "x" * 30}},
    {"data": {"go": "edit.litar"}}, {"data": {"go": "back", "at": "litar"}},
    {"data": {"litar": "17"}}, {"data": {"litar": "17", "at": "litar", "go": "next"}},
    {"data": {"okand": "1"}}, {"data": {"berattelse": "x" * 5000}},
    {"data": {"berattelse": "x" * 220_000}},
    {"data": {"as.shared": "yes"}}, {"data": {"as.receipt": "0000-0000-0000-0000"}},
    {"data": {"as.variant": "easy", "go": "next", "at": "berattelse"}},
    {"data": {"berattelse": "a\0b\u2028c\ud83d"}},
    {"data": {f"f{n}": "1" for n in range(450)}},
    {"data": b"go=next&berattelse=%ff%fe&token=%zz"}, {"data": b"\xff\xfe"}, {"data": b""},
    {"content_type": "text/plain"}, {"content_type": "multipart/form-data; boundary=x"},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=[str(each)[:40] for each in ODD])
def test_whatever_is_sent_gets_the_ordinary_answer(on_sqlite: Roads, odd: dict[str, Any]) -> None:
    answers = []
    for seconds in (0.0, 60.0):
        on_sqlite.remember(seconds)
        if seconds:
            on_sqlite.warm()
        form = on_sqlite.filled()
        sent = {"method": "POST", "data": form} | odd
        if isinstance(sent["data"], dict):
            sent["data"] = _encoded(form | sent["data"])
            sent.setdefault("content_type", "application/x-www-form-urlencoded")
        if sent["method"] == "HEAD":
            sent.pop("data")
        answers.append(on_sqlite.client.open(FORM, **sent))
    one, other = answers
    assert one.status_code == other.status_code < 500
    own = re.compile(OWN.pattern + r'|"(?:token|code|address)": ?"[^"]*"')
    assert own.sub("", one.text) == own.sub("", other.text)
    assert _headers(one) == _headers(other)


def _encoded(fields: dict[str, Any]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(fields, doseq=True, errors="surrogatepass").encode()


def test_somebody_who_is_signed_in_takes_the_ordinary_road(on_sqlite: Roads, cast: Cast) -> None:
    on_sqlite.warm()
    page = signed_in(on_sqlite.application, cast.coordinator).get(FORM)
    assert on_sqlite.ordinary == [f"GET {FORM}"]
    assert 'class="asking' in page.text
    on_sqlite.ordinary.clear()
    assert on_sqlite.client.get(FORM).status_code == 200
    assert on_sqlite.ordinary == []


def test_hosts_that_are_not_ours_get_no_page(
    sqlite_files: SqliteFiles, tmp_path: Any, app_on: Callable[..., Application]
) -> None:
    with sqlite_files.fresh(tmp_path) as url:
        application = app_on(url, trusted_hosts=("localhost",))
        play(application)
        roads = Roads(application)
        roads.warm()
        assert roads.client.get(FORM, headers={"Host": "evil.example"}).status_code == 400
        assert roads.client.get(FORM).status_code == 200
        assert roads.ordinary == [f"GET {FORM}"]
