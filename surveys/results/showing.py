"""Which figures a reader sees: coordinators those of today, everybody else the last release."""

from __future__ import annotations

import time
import uuid
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

_counted: dict[uuid.UUID, tuple[Any, Results]] = {}


def figures_of_today(session: Session, survey: Survey, smallest: int) -> Results:
    """Where the figures stand today, rounded.

    They are counted anew when answers have come or gone, and otherwise once a minute.
    """
    opened = [version.id for version in survey.versions]
    counted = select(func.count()).select_from(Response).where(Response.version_id.in_(opened))
    mark = (len(opened), session.scalar(counted), smallest, int(time.time()) // 60)
    known = _counted.get(survey.id)
    if known is None or known[0] != mark:
        known = _counted[survey.id] = (mark, published(tallies_of(session, survey), smallest))
    return known[1]


def released_figures(survey: Survey) -> Results | None:
    """The last release; None when nothing was released."""
    last = newest_release(current_session(), survey)
    return Results.of(last.snapshot, last.released_at) if last else None


def public_results(dialogue: Dialogue) -> Results | None:
    """The last release of a dialogue that anyone may see; None when there is none."""
    survey = survey_of(current_session(), dialogue) if dialogue.is_public else None
    return released_figures(survey) if survey else None
