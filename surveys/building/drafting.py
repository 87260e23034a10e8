"""A survey from a file becomes the draft of a dialogue's survey."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from surveys.models import SurveyVersion
from surveys.questions.document import Document
from surveys.versions import begin, begin_correction, draft_of, survey_of


def draft_from(
    session: Session, dialogue: Dialogue, document: Document, *, by: User, source: str
) -> SurveyVersion:
    """Make a draft of a document that came from a file. ``source`` is the file's form.

    Raises:
        Refusal: when there is a draft already, which would be lost.
    """
    survey = survey_of(session, dialogue)
    if survey is not None and draft_of(survey) is not None:
        raise Refusal(
            _("The survey has a draft already. Open it or throw it away before you bring one in.")
        )
    if survey is None:
        draft = begin(session, dialogue, document, by=by)
    else:
        draft = begin_correction(session, survey, by=by)
        draft.document = document.as_dict()
        session.flush()
    questions = sum(1 for _each in document.questions)
    audit.record(
        session, "survey brought in", draft.survey_id, by.id, source=source, questions=questions
    )
    return draft
