"""Answers on their way out: who may take them, when, and the trace that it leaves."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from functools import partial

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue
from surveys.exchange.files import ANSWER_FORMS, answer_bytes
from surveys.exchange.rows import answers_of, background_of
from surveys.exchange.tables import in_words
from surveys.models import BackgroundAnswer, Survey
from surveys.versions import survey_of

TABLES = ("answers", "background")


def allow(
    session: Session,
    dialogue: Dialogue,
    table: str,
    form: str,
    *,
    by: uuid.UUID | str,
    smallest: int,
) -> Survey:
    """Write in the audit trail that a table is taken out; the survey that it is of.

    Background rows may be taken out again only when they are the same rows, or when at least as
    many as the smallest group are new: otherwise the new file, less the old one, is one person.

    Raises:
        Refusal: when there is no such survey, table or form, or too few new background rows.
    """
    survey = survey_of(session, dialogue)
    if survey is None or table not in TABLES or form not in ANSWER_FORMS:
        raise Refusal(_("There is no such file to take out."))
    facts: dict[str, str | int] = {"table": table, "form": form}
    if table == "background":
        facts |= _same_or_enough(session, survey, smallest)
    audit.record(session, "answers taken out", survey.id, by, **facts)
    return survey


def _same_or_enough(session: Session, survey: Survey, smallest: int) -> dict[str, str | int]:
    mine = select(BackgroundAnswer.id).where(BackgroundAnswer.survey_id == survey.id)
    keys = sorted(str(key) for key in session.scalars(mine))
    digest = hashlib.sha256("".join(keys).encode()).hexdigest()
    last = next(
        (
            event.facts
            for event in session.scalars(
                select(audit.AuditEvent)
                .where(audit.AuditEvent.act == "answers taken out")
                .where(audit.AuditEvent.subject == str(survey.id))
                .order_by(audit.AuditEvent.number.desc())
            )
            if event.facts.get("table") == "background"
        ),
        {},
    )
    wanting = smallest - (len(keys) - int(last.get("rows", 0)))
    if wanting > 0 and digest != last.get("digest"):
        raise Refusal(
            ngettext(
                "%(num)d more background answer must come before the table can be taken out, so "
                "that nobody can find one person by comparing two files.",
                "%(num)d more background answers must come before the table can be taken out, so "
                "that nobody can find one person by comparing two files.",
                wanting,
            )
        )
    return {"rows": len(keys), "digest": digest}


def stream(
    session: Session, survey: Survey, table: str, form: str, language: str, *, words: bool = False
) -> Iterator[bytes]:
    """The table in a form, a piece at a time. ``words``: the words of a choice, not its id."""
    make = {"answers": answers_of, "background": background_of}[table]
    rows = partial(make, session, survey)()
    if words and form != "sav":
        rows = in_words(rows, language)
    title = survey.dialogue.title.text(language)
    return answer_bytes(rows, form, language, title)
