"""Every kind of question, by its code, and what can be asked of any document."""

from __future__ import annotations

from collections.abc import Iterable

from surveys.questions.agreeing import Confirm, Consent, Info
from surveys.questions.choosing import Compare, Place, Scale5, When, Who, YesNo4
from surveys.questions.counting import Number
from surveys.questions.document import BrokenDocument, Document, Question
from surveys.questions.kinds import Fields, Kind
from surveys.questions.listing import Matrix, SortPic
from surveys.questions.ordering import Rank
from surveys.questions.several import Multi, Single
from surveys.questions.sharing import SelfCode3
from surveys.questions.texts import IdeaOne, Short, Story

_ALL: tuple[Kind, ...] = (
    Story(), Short(), SelfCode3(), Scale5(), Single(), Multi(), YesNo4(), Rank(), Compare(),
    SortPic(), Matrix(), Place(), When(), Who(), Number(), IdeaOne(), Confirm(), Consent(), Info(),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.code: kind for kind in _ALL}


def checked(document: Document) -> Document:
    """The document, once every question in it is of a known kind with settings that it knows.

    Raises:
        BrokenDocument: names the question, and the kind or setting that nobody knows.
    """
    for question in document.questions:
        kind = KINDS.get(question.kind)
        if kind is None:
            raise BrokenDocument(f"question {question.id!r} has the unknown kind {question.kind!r}")
        for name, value in question.settings.items():
            if name not in kind.settings:
                raise BrokenDocument(f"question {question.id!r} has the unknown setting {name!r}")
            if type(value) is not kind.settings[name]:
                raise BrokenDocument(f"question {question.id!r}: the setting {name!r} is no value")
    return document


def tells(question: Question) -> bool:
    """Whether the question's text becomes a story that is read and sorted into themes."""
    kind = KINDS[question.kind]
    return kind.analysed and (question.analysed or kind.code == Story.code)


def pressed(
    questions: Iterable[Question], fields: Fields, press: str
) -> dict[str, list[str]] | None:
    """The changed fields after a press on a question's own button; None: no question's button."""
    for question in questions:
        changed = KINDS[question.kind].pressed(question, fields, press)
        if changed is not None:
            return changed
    return None


def scripts(questions: Iterable[Question]) -> tuple[str, ...]:
    """The files under ``static`` that make these questions handier; none of them is needed."""
    return tuple(
        dict.fromkeys(KINDS[each.kind].script for each in questions if KINDS[each.kind].script)
    )
