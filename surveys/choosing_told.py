"""What was chosen in an answer, told beside its stories in the reading room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.ground.i18n import current_language
from dialogue.voices.beside import Chosen, also_chosen
from dialogue.voices.models import Contribution
from surveys.models import Response
from surveys.questions.catalogue import KINDS
from surveys.questions.choosing import Compare, Scale5, YesNo4
from surveys.questions.document import Document
from surveys.questions.listing import Matrix, SortPic
from surveys.questions.ordering import Rank
from surveys.questions.several import OTHER, Multi, Single
from surveys.versions import document_of

CLOSED = frozenset(
    kind.code for kind in (Scale5, YesNo4, Single, Multi, Rank, Compare, Matrix, SortPic)
)
"""Kinds whose choices say something of care, and not where somebody lives or who they are."""


@also_chosen
def chosen_by(session: Session, contribution: Contribution) -> Sequence[Chosen]:
    """The choices of a contribution, question by question, without a word of its own."""
    mine = select(Response).where(Response.contribution_id == contribution.id)
    response = session.scalars(mine).first()
    if response is None:
        return ()
    return _chosen(document_of(response.version), response.answers)


def _chosen(document: Document, answers: Mapping[str, Any]) -> list[Chosen]:
    found = []
    for section in document.sections:
        for question in section.questions if not section.kept_apart else ():
            if question.kind in CLOSED and question.id in answers:
                value = _without_words(answers[question.id])
                lines = KINDS[question.kind].words(question, value)
                if lines:
                    found.append(Chosen(question.text, tuple(lines)))
    return found


def _without_words(value: Any) -> Any:
    """An answer whose own words, of "something else" or beside a picture, are left out: nobody
    has looked through them."""
    if not isinstance(value, Mapping):
        return value
    own = {OTHER.id: OTHER.text.text(current_language())} if OTHER.id in value else {}
    return {name: said for name, said in value.items() if name != "notes"} | own
