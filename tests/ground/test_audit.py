"""The audit trail: one chain, nothing of a story in it, and a change is seen."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from dialogue.app import Application
from dialogue.ground import audit
from dialogue.ground.db import db, session
from tests.conftest import Cast, signed_in
from tests.stage import forged_free, read_and_signed, seen_on

GUARDS = {
    "sqlite": ("DROP TRIGGER audit_event_UPDATE", "DROP TRIGGER audit_event_DELETE"),
    "postgresql": ("DROP TRIGGER audit_event_stands ON audit_event",),
}


def write(application: Application, number: int) -> None:
    with application.app_context():
        for each in range(number):
            audit.record(session(), "theme renamed", f"theme {each}", by="eva", sv=f"Väntan {each}")
        session().commit()


def verify(application: Application) -> Any:
    return application.test_cli_runner().invoke(args=["audit", "verify"])


def tamper(application: Application, *statements: str) -> None:
    """What somebody with all rights in the database could do."""
    with application.app_context(), db.engine.begin() as connection:
        for statement in (*GUARDS[db.engine.dialect.name], *statements):
            connection.execute(text(statement))


def test_a_chain_that_holds_tells_its_end(app_on_both: Application) -> None:
    empty = verify(app_on_both)
    assert empty.exit_code == 0
    assert audit.FIRST in empty.output
    write(app_on_both, 5)
    held = verify(app_on_both)
    assert held.exit_code == 0
    with app_on_both.app_context():
        events = session().scalars(select(audit.AuditEvent).order_by(audit.AuditEvent.number)).all()
        assert events[-1].digest in held.output
        assert [each.previous for each in events] == [
            audit.FIRST, *(each.digest for each in events[:-1]),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit_event SET actor = 'moa' WHERE number = 3", "3"),
        ("UPDATE audit_event SET at = '2020-01-01T00:00:00+00:00' WHERE number = 1", "1"),
        ('UPDATE audit_event SET facts = \'{"sv": "Annat"}\' WHERE number = 2', "2"),
        ("UPDATE audit_event SET subject = 'x', digest = 'y' WHERE number = 4", "4, 5"),
        ("DELETE FROM audit_event WHERE number = 3", "4"),
        ("DELETE FROM audit_event WHERE number = 1", "2"),
    ],
)
def test_a_change_is_seen_and_named(app_on_both: Application, change: str, broken: str) -> None:
    """E13."""
    write(app_on_both, 5)
    tamper(app_on_both, change)
    found = verify(app_on_both)
    assert found.exit_code == 1
    assert f"broken at {broken}." in found.output


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET actor = 'moa'", "DELETE FROM audit_event"]
)
def test_the_database_itself_refuses_a_change(app_on_both: Application, statement: str) -> None:
    """E13."""
    write(app_on_both, 3)
    with (
        app_on_both.app_context(),
        pytest.raises(DBAPIError, match="only added to"),
        db.engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert verify(app_on_both).exit_code == 0


def test_many_who_write_at_once_write_one_chain(app_on_both: Application) -> None:
    """Two coordinators act at the same moment: no event follows the same one as another."""
    failures: list[BaseException] = []

    def act() -> None:
        try:
            for _ in range(10):
                with app_on_both.app_context():
                    audit.record(session(), "story opened", "a dialogue", by="eva")
                    session().commit()
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=act) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert verify(app_on_both).exit_code == 0
    with app_on_both.app_context():
        events = session().scalars(select(audit.AuditEvent)).all()
        assert len(events) == 60
        assert len({event.previous for event in events}) == 60


def test_reading_stories_is_noted_without_their_words(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E13: who looked, at what, and nothing of what it said."""
    play = read_and_signed(app_on_both, cast_on_both.dialogue, "Hemlighet")
    client = signed_in(app_on_both, cast_on_both.coordinator)
    room = f"/sv/arbetsrum/{cast_on_both.dialogue}"
    for path in ("berattelser", f"tema/{play.theme}"):
        assert client.get(f"{room}/{path}").status_code == 200
    story = client.get(f"{room}/berattelser/{play.story}")
    token = {"csrf_token": forged_free(client, app_on_both)}
    held = token | {"hold": "1", "code": "rare", "seen": seen_on(story.text)}
    client.post(f"{room}/berattelser/{play.story}", data=held)
    client.post(f"{room}/tema/{play.theme}/citat/{play.quote}", data=token)
    with app_on_both.app_context():
        events = session().scalars(select(audit.AuditEvent)).all()
        assert {event.act for event in events} >= {
            "story opened", "stories read on the desk", "theme opened", "story held at the desk",
            "quote hidden",
        }  # fmt: skip
        assert "berättelse nummer" not in repr(
            [(event.act, event.subject, event.facts) for event in events]
        )
    assert verify(app_on_both).exit_code == 0
