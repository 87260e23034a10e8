"""Reading figures together: what a joint session says of each indicator beside its stories.

It is asked once the talk has begun, never while people code: a figure on the page would steer
what they read in a story.
"""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding_models import JointSession, Phase
from analysis.indicator_models import Indicator, IndicatorReading, Verdict
from analysis.indicators.figures import Faulty
from analysis.together.sessions import SessionOvertaken, phase_now
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User

LONGEST_NOTE = 400


def settle_figure(
    session: Session,
    joint: JointSession,
    indicator: Indicator,
    verdict: str,
    note: str,
    *,
    by: User,
    seen: int,
) -> IndicatorReading:
    """Write down what a session says of a figure beside its stories.

    Raises:
        Refusal: when it is not the time for it, the indicator is not followed, nothing was
            chosen, the note is too long, or somebody else was first.
    """
    if phase_now(session, joint) != Phase.TALKING:
        raise Refusal(_("Figures are read while you talk about the stories."))
    if indicator.dialogue_id != joint.dialogue_id or indicator.dropped_at is not None:
        raise Refusal(_("This indicator is not followed in the dialogue."))
    if verdict not in list(Verdict):
        raise Faulty("verdict", _("Choose what the figure says beside the stories."))
    if len(note) > LONGEST_NOTE:
        raise Faulty("note", _("Write at most %(num)d characters.", num=LONGEST_NOTE))
    found = session.get(IndicatorReading, (joint.id, indicator.id), populate_existing=True)
    if (found.version if found else 0) != seen:
        raise SessionOvertaken
    if found is None:
        found = IndicatorReading(session_id=joint.id, indicator_id=indicator.id, version=0)
        session.add(found)
    found.verdict, found.note = Verdict(verdict), note
    found.settled_by, found.settled_at, found.version = by.id, now(), found.version + 1
    session.flush()
    audit.record(
        session, "indicator read together", joint.id, by.id,
        indicator=str(indicator.id), verdict=verdict,
    )  # fmt: skip
    return found


def readings_in(session: Session, joint: JointSession) -> dict[uuid.UUID, IndicatorReading]:
    """What a session says of figures, by indicator."""
    mine = select(IndicatorReading).where(IndicatorReading.session_id == joint.id)
    return {each.indicator_id: each for each in session.scalars(mine)}
