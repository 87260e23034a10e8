"""What the workers do for the desk and the claims: screen, forget originals, verify each night."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import select

from analysis.claim_models import Claim, Evidence
from analysis.claims.evidence import broken, verify
from analysis.desk.screened import AT_ONCE, screen_missing
from dialogue.followup.models import Publication
from dialogue.followup.proving import broken_quotes
from dialogue.followup.publishing import newest_publication
from dialogue.ground import audit
from dialogue.ground.clock import local, now, today
from dialogue.ground.db import session, truncate_wal
from dialogue.ground.jobs import Progress, ask_for, every_minute, hand_over, job, latest_job
from dialogue.hosts.models import Dialogue
from dialogue.voices.redaction import delete_originals

VERIFY_JOB = "verify quotes"
FROM = 2
"""The hour of the night, local time, from which a dialogue's quotes are verified."""


@job(VERIFY_JOB)
def verify_quotes(dialogue: uuid.UUID, progress: Progress) -> None:
    """Hold every quote of a dialogue against its story: under claims, and on the public page.

    What is broken is noted on the quotes and counted in the audit trail.
    """
    found = session().get(Dialogue, dialogue)
    if found is None:
        return
    in_claims = (
        select(Evidence)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(Claim.dialogue_id == dialogue)
        .execution_options(populate_existing=True)
    )
    quotes = session().scalars(in_claims).all()
    progress("verify", 0, len(quotes))
    verify(quotes)
    claims = broken(session(), dialogue)
    publication = newest_publication(session(), found)
    public = broken_quotes(session(), publication) if publication else []
    progress("verify", len(quotes), len(quotes))
    audit.record(
        session(), "quotes verified", dialogue, by="machine", quotes=len(quotes),
        broken_claims=[str(each.claim.id) for each in claims],
        broken_on_the_page=[str(each.id) for each in public],
    )  # fmt: skip


@every_minute
def ask_each_night() -> None:
    """Once each night, ask for the verification of every dialogue that quotes anybody."""
    if local(now()).hour < FROM:
        return
    for dialogue in _quoting():
        last = latest_job(VERIFY_JOB, dialogue)
        if last is None or _day(last.asked_at) < today():
            ask_for(VERIFY_JOB, dialogue)
    session().commit()
    hand_over(session())


def _quoting() -> list[uuid.UUID]:
    claims = select(Claim.dialogue_id)
    published = select(Publication.dialogue_id)
    return list(session().scalars(claims.union(published)))


def _day(at: datetime) -> date:
    return local(at).date()


@every_minute
def screen_newest() -> None:
    """Screen the stories that came since the last minute."""
    while screen_missing(session()) == AT_ONCE:
        session().commit()
    session().commit()


@every_minute
def forget_originals() -> None:
    """Delete the originals whose day has come, their bytes too."""
    if delete_originals(session(), today()):
        session().commit()
        truncate_wal()
