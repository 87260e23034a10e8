"""Many at the same moment: no seat is given twice, no note is kept twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.meetings.arranging.guests import GuestState, Registration
from dialogue.meetings.models import TableNote
from dialogue.meetings.table.door import wrong_codes
from tests.conftest import Cast
from tests.meetings.test_guest_pages import staged as shown
from tests.meetings.test_table_pages import let_in, note_form
from tests.meetings.test_table_pages import staged as opened
from tests.survey import hidden_fields

AT_ONCE = 8


@pytest.fixture(autouse=True)
def _nobody_has_guessed() -> None:
    wrong_codes._tries.clear()


def test_the_last_seats_are_given_once(app_on_both: Application, cast_on_both: Cast) -> None:
    address = shown(app_on_both, cast_on_both, capacity=3)

    def register(number: int) -> int:
        client = app_on_both.test_client(use_cookies=False)
        form = hidden_fields(client.get(f"{address}/anmalan").text)
        return client.post(f"{address}/anmalan", data=form | {"seats": "1"}).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(register, range(AT_ONCE))) == [200] * AT_ONCE
    with app_on_both.app_context():
        rows = session().scalars(select(Registration)).all()
        assert sorted(row.turn for row in rows) == list(range(1, AT_ONCE + 1))
        assert [row.state for row in rows].count(GuestState.BOOKED) == 3


def test_the_same_note_from_eight_tries_is_one(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    _key, code = opened(app_on_both, cast_on_both)
    client = app_on_both.test_client(use_cookies=False)
    way = let_in(client, code)
    form = note_form(client, way)

    def send(_number: int) -> str:
        answer = app_on_both.test_client(use_cookies=False).post(
            f"{way}anteckna", data=form, headers={"Accept": "application/json"}
        )
        assert answer.json is not None, answer.text
        return str(answer.json["code"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert len(set(pool.map(send, range(AT_ONCE)))) == 1
    with app_on_both.app_context():
        assert len(session().scalars(select(TableNote)).all()) == 1
