"""The last day: a dialogue closes by itself, once, in Swedish time, and the log says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent, broken_links
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.hosts.life import steps_of
from dialogue.hosts.models import DialogueState
from surveys import ending
from surveys.models import Survey
from surveys.opening import Opening
from tests.conftest import Cast, signed_in
from tests.racing import at_once
from tests.stage import dialogue_of

S = DialogueState


def last_day(cast: Cast, days_ago: int = 1, state: DialogueState = S.OPEN) -> None:
    dialogue = dialogue_of(cast.dialogue)
    dialogue.state, dialogue.closes_on = state, today() - timedelta(days=days_ago)
    survey = session().scalars(select(Survey).where(Survey.dialogue_id == dialogue.id)).one()
    survey.opening = Opening(grace=0).as_dict()
    session().commit()


@pytest.mark.parametrize("state", [S.OPEN, S.PAUSED])
def test_it_closes_after_its_last_day_and_says_who_did_it(
    app_on_both: Application, cast_on_both: Cast, state: DialogueState
) -> None:
    with app_on_both.app_context():
        last_day(cast_on_both, state=state)
    with app_on_both.app_context():
        ending.close_what_is_over()
        ending.close_what_is_over()
    with app_on_both.app_context():
        dialogue = dialogue_of(cast_on_both.dialogue)
        assert dialogue.state == S.CLOSED
        (step,) = steps_of(session(), dialogue)
        assert (step.verb, step.before, step.by, step.by_itself) == ("close", state, None, True)
        event = session().scalars(select(AuditEvent).where(AuditEvent.act == "dialogue: close"))
        assert [each.actor for each in event] == ["machine"]
        assert not list(broken_links(session()))
    page = signed_in(app_on_both, cast_on_both.coordinator).get(
        f"/sv/arbetsrum/{cast_on_both.dialogue}/"
    )
    assert "Av sig själv, efter sista dagen" in page.text


@pytest.mark.parametrize("days_ago", [0, -1])
def test_it_stays_open_through_its_last_day(
    app_on_both: Application, cast_on_both: Cast, days_ago: int
) -> None:
    with app_on_both.app_context():
        last_day(cast_on_both, days_ago)
        ending.close_what_is_over()
        assert dialogue_of(cast_on_both.dialogue).state == S.OPEN


@pytest.mark.parametrize("state", sorted(set(S) - {S.OPEN, S.PAUSED, S.CLOSED}))
def test_nothing_else_is_closed(app: Application, cast: Cast, state: DialogueState) -> None:
    with app.app_context():
        last_day(cast, 9, state)
        ending.close_what_is_over()
        assert dialogue_of(cast.dialogue).state == state


@pytest.mark.parametrize(
    ("day", "hours", "ends"),
    [
        ("2026-06-30", {}, "2026-06-30 22:00"),
        ("2026-12-31", {}, "2026-12-31 23:00"),
        ("2026-10-25", {}, "2026-10-25 23:00"),
        ("2026-06-30", {"grace": 30}, "2026-06-30 22:30"),
        ("2026-06-30", {"closes": "2026-07-02T12:00"}, "2026-07-02 10:00"),
        ("2026-06-30", {"closes": "2026-06-20T12:00"}, "2026-06-30 22:00"),
    ],
)
def test_the_day_ends_at_midnight_in_sweden(
    app: Application, cast: Cast, day: str, hours: dict[str, object], ends: str
) -> None:
    """Summer and winter, the night the clocks are moved, longer hours, and what was typed."""
    with app.app_context():
        last_day(cast)
        dialogue = dialogue_of(cast.dialogue)
        dialogue.closes_on = datetime.fromisoformat(day).date()
        survey = session().scalars(select(Survey).where(Survey.dialogue_id == dialogue.id)).one()
        survey.opening = Opening.of({"grace": 0} | hours).as_dict()
        session().flush()
        assert ending.last_moment(dialogue) == datetime.fromisoformat(ends)
        session().rollback()


def test_what_was_typed_before_the_end_has_its_time(
    app: Application, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        last_day(cast)
        survey = session().scalars(select(Survey)).first()
        assert survey is not None
        survey.opening = Opening(grace=30).as_dict()
        session().commit()
        ends = ending.last_moment(dialogue_of(cast.dialogue))
        monkeypatch.setattr(ending, "now", lambda: ends - timedelta(minutes=1))
        ending.close_what_is_over()
        assert dialogue_of(cast.dialogue).state == S.OPEN
        monkeypatch.setattr(ending, "now", lambda: ends)
        ending.close_what_is_over()
        assert dialogue_of(cast.dialogue).state == S.CLOSED


def test_of_two_workers_one_closes_it(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        last_day(cast_on_both)

    def work(_number: int, ready: Callable[[], object]) -> None:
        with app_on_both.app_context():
            ready()
            ending.close_what_is_over()

    at_once(2, work)
    with app_on_both.app_context():
        assert len(steps_of(session(), dialogue_of(cast_on_both.dialogue))) == 1
