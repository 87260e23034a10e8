"""Which figures a reader sees: coordinators those of today, everybody else the last release."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.ground.db import session as current_session
from dialogue.hosts.models import Dialogue
from surveys.models import Response, Survey
from surveys.results.releases import newest_release
from surveys.results.shown import Results, published
from surveys.results.tallies import tallies_of
from surveys.versions import survey_of

MANY = 5_000
PATIENCE = 10
"""Figures of at least so many answers stand for so many times as long as they took to count."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """Figures, the mark of what they were counted from, when they were counted, and how long."""

    mark: Any
    results: Results
    at: float
    took: float

    def rests(self, shape: Any) -> bool:
        """Whether so many answers were counted so lately that nobody asks for more yet."""
        before, number, _minute = self.mark
        rested = monotonic() - self.at
        return bool(before == shape and number >= MANY and rested < PATIENCE * self.took)


_counted: dict[uuid.UUID, _Counted] = {}
_counting: defaultdict[uuid.UUID, Lock] = defaultdict(Lock)


def figures_of_today(session: Session, survey: Survey, smallest: int) -> Results:
    """Where the figures stand today, rounded.

    They are counted anew when answers have come or gone, and otherwise once a minute. A survey
    with so many answers that counting them takes time is counted by one visit at a time, while
    the others see the figures before, and not again until ten times as long has passed: at most
    a tenth of a processor goes to it.
    """
    opened = [version.id for version in survey.versions]
    shape = (len(opened), smallest)
    known = _counted.get(survey.id)
    if known is not None and known.rests(shape):
        return known.results
    counted = select(func.count()).select_from(Response).where(Response.version_id.in_(opened))
    mark = (shape, session.scalar(counted), int(time.time()) // 60)
    if known is not None and known.mark == mark:
        _counted[survey.id] = replace(known, at=monotonic())
        return known.results
    many = known is not None and known.mark[0] == shape and known.mark[1] >= MANY
    if not _counting[survey.id].acquire(blocking=not many) and known is not None:
        return known.results
    try:
        newest = _counted.get(survey.id)
        if newest is None or newest.mark != mark:
            began = monotonic()
            results = published(tallies_of(session, survey), smallest)
            at = monotonic()
            newest = _counted[survey.id] = _Counted(mark, results, at, at - began)
        return newest.results
    finally:
        _counting[survey.id].release()


def forget() -> None:
    """Count anew at the next visit, whatever was counted before."""
    _counted.clear()


def released_figures(survey: Survey) -> Results | None:
    """The last release; None when nothing was released."""
    last = newest_release(current_session(), survey)
    return Results.of(last.snapshot, last.released_at) if last else None


def public_results(dialogue: Dialogue) -> Results | None:
    """The last release of a dialogue that anyone may see; None when there is none."""
    survey = survey_of(current_session(), dialogue) if dialogue.is_public else None
    return released_figures(survey) if survey else None
