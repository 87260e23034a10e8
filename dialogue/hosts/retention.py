"""The retention rule: until when what residents said is kept, by which organisation's decision.

A dialogue that is over is kept for so many months from the day it was archived or withdrawn.
Where two organisations hold its stories, both rules are kept: the earlier day counts. Without a
rule nothing is deleted. A rule that is set or changed deletes nothing for ``GRACE`` days, so that
a slip of the pen can be taken back.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground.clock import local
from dialogue.hosts.life_models import DialogueStep
from dialogue.hosts.models import Dialogue, DialogueState, Organisation

GRACE = timedelta(days=30)
OVER = (DialogueState.ARCHIVED, DialogueState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Ending:
    """The first day on which a dialogue's stories are no longer kept, and whose rule says so."""

    on: date
    by: Organisation


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day.

    >>> months_after(date(2028, 1, 31), 1)
    datetime.date(2028, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def over_since(session: Session, dialogue: Dialogue) -> date | None:
    """The day in Sweden on which a dialogue was archived or withdrawn; None while it is not."""
    if dialogue.state not in OVER:
        return None
    ended = (
        select(DialogueStep.at)
        .where(DialogueStep.dialogue_id == dialogue.id, DialogueStep.after == dialogue.state)
        .order_by(DialogueStep.number.desc())
        .limit(1)
    )
    at = session.scalar(ended)
    return None if at is None else local(at).date()


def keeping_ends(session: Session, dialogue: Dialogue) -> Ending | None:
    """When the keeping of a dialogue's stories ends; None while it goes on, or without a rule."""
    since = over_since(session, dialogue)
    if since is None:
        return None
    holders = {each.id: each for each in (dialogue.organisation, dialogue.host) if each}
    endings = [
        Ending(max(months_after(since, each.retention_months), ready_on(each)), each)
        for each in holders.values()
        if each.retention and each.retention_months is not None
    ]
    return min(endings, key=lambda each: (each.on, str(each.by.id)), default=None)


def ready_on(organisation: Organisation) -> date:
    """The first day on which an organisation's rule may delete anything."""
    since = organisation.retention_since
    return date.max if since is None else since + GRACE


def over_with_rule(
    session: Session, organisation: Organisation | None = None
) -> Sequence[Dialogue]:
    """The dialogues that are over and under a rule: an organisation's, or everybody's."""
    under = select(Organisation.id).where(Organisation.retention_months.is_not(None))
    found = select(Dialogue).where(
        Dialogue.state.in_(OVER),
        Dialogue.organisation_id.in_(under) | Dialogue.host_id.in_(under),
    )
    if organisation is not None:
        key = organisation.id
        found = found.where((Dialogue.organisation_id == key) | (Dialogue.host_id == key))
    return session.scalars(found.order_by(Dialogue.slug)).all()
