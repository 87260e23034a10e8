"""Two coordinators with the same theme open: one wins, the other sees the difference (F09)."""

from __future__ import annotations

import re
import threading
import uuid

import pytest
from sqlalchemy import select

from analysis.models import Theme, ThemeAct
from dialogue.app import Application
from dialogue.ground.db import session
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, gather, tell


@pytest.fixture
def theme(app_on_both: Application, cast_on_both: Cast) -> uuid.UUID:
    with app_on_both.app_context():
        stories = tell(cast_on_both.dialogue, [f"Berättelse {n} om väntan." for n in range(10)])
        key = gather(cast_on_both.dialogue, "Väntan", stories).id
        session().commit()
    return key


def test_the_later_of_two_is_told_and_loses_nothing(
    app_on_both: Application, cast_on_both: Cast, theme: uuid.UUID
) -> None:
    app, cast = app_on_both, cast_on_both
    client = signed_in(app, cast.coordinator)
    address = f"/en/arbetsrum/{cast.dialogue}/tema/{theme}"
    shown = re.search(r'name="version" value="(\d+)"', client.get(address).text)
    assert shown
    token = forged_free(client, app)
    form = {"csrf_token": token, "version": shown.group(1)}
    first = client.post(address, data=form | {"sv": "Evas namn", "en": "Eva’s", "reason": "Klart."})
    assert first.status_code == 303
    for later, words in (
        ("", {"sv": "Mitt namn", "en": "My name", "reason": "Bättre."}),
        ("/stryk", {"reason": "Hör inte hit."}),
        ("/behall", {"reason": "Bra som det är."}),
    ):
        answer = client.post(address + later, data=form | words)
        assert answer.status_code == 409, later
        for text in ("Evas namn", "Klart.", *words.values()):
            assert text in answer.text, (later, text)
    with app.app_context():
        assert session().get_one(Theme, theme).given_sv == "Evas namn"
        assert len(session().scalars(select(ThemeAct)).all()) == 1
    seen = re.search(r'name="version" value="(\d+)"', answer.text)
    assert seen
    again = client.post(address, data={"csrf_token": token, "version": seen.group(1), "sv": "Nu"})
    assert again.status_code == 303
    with app.app_context():
        assert session().get_one(Theme, theme).given_sv == "Nu"
        assert dialogue_of(cast.dialogue)


def test_of_many_at_the_same_moment_one_wins(
    app_on_both: Application, cast_on_both: Cast, theme: uuid.UUID
) -> None:
    app, cast = app_on_both, cast_on_both
    address = f"/en/arbetsrum/{cast.dialogue}/tema/{theme}"
    clients = [signed_in(app, cast.coordinator) for _ in range(4)]
    tokens = [forged_free(client, app) for client in clients]
    answers: dict[int, tuple[int, str]] = {}
    ready = threading.Barrier(len(clients))

    def send(number: int) -> None:
        ready.wait()
        form = {"csrf_token": tokens[number], "version": "1", "sv": f"Namn {number}"}
        answer = clients[number].post(address, data=form)
        answers[number] = (answer.status_code, answer.text)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [number for number, (status, _page) in answers.items() if status == 303]
    assert len(winners) == 1, answers
    for number, (status, page) in answers.items():
        if number not in winners:
            assert status == 409
            assert f"Namn {number}" in page
            assert f"Namn {winners[0]}" in page
    with app.app_context():
        assert session().get_one(Theme, theme).given_sv == f"Namn {winners[0]}"
