"""What a dialogue's survey asks, as it is printed: for papers that other parts make of it."""

from __future__ import annotations

from typing import Any

from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue
from surveys.answering.asking import document_of
from surveys.paper.laying_out import laid_out
from surveys.versions import survey_of


def questions_on_paper(dialogue: Dialogue, language: str, variant: str) -> list[dict[str, Any]]:
    """The sections of the newest version, each with its questions; none without a survey."""
    survey = survey_of(session(), dialogue)
    version = survey.current or next(iter(survey.versions[-1:]), None) if survey else None
    return laid_out(document_of(version), language, variant) if version else []
