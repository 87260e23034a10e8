"""The last day: a dialogue closes by itself when it is over, once, and says so in its log."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from dialogue.ground.clock import now, today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.jobs import every_minute
from dialogue.hosts import life
from dialogue.hosts.models import Dialogue
from surveys.opening import Opening, last_instant
from surveys.versions import survey_of


@every_minute
def close_what_is_over() -> None:
    """Close every dialogue whose last day has ended, what was typed before it included.

    Of two workers that come at once one closes it; the other finds it closed.
    """
    for dialogue in _with_a_last_day_behind():
        if now() < last_moment(dialogue):
            continue
        try:
            life.take_step(session(), dialogue, life.Verb.CLOSE, by=None)
        except Refusal:
            session().rollback()
        else:
            session().commit()


def last_moment(dialogue: Dialogue) -> datetime:
    """When the last answer may come, in UTC without a zone.

    That is the end of the dialogue's last day in Sweden, or of its survey's hours when they are
    longer, and then the survey's grace for what was typed before.

    Raises:
        ValueError: when the dialogue has no last day.
    """
    if dialogue.closes_on is None:
        raise ValueError("the dialogue has no last day")
    survey = survey_of(session(), dialogue)
    hours = Opening.of((survey.opening if survey else None) or {})
    ends = datetime.combine(dialogue.closes_on + timedelta(days=1), time())
    if hours.closes is not None and hours.closes > ends:
        ends = hours.closes
    return last_instant(ends) + timedelta(minutes=hours.grace)


def _with_a_last_day_behind() -> list[Dialogue]:
    open_ones = [str(state) for state in life.STEPS[life.Verb.CLOSE].before]
    over = select(Dialogue).where(Dialogue.state.in_(open_ones), Dialogue.closes_on < today())
    return list(session().scalars(over))
