"""What of an answer the conversation needs: its stories, its points, its voice, its uses.

The only place where an answering page's verbs look for one kind of question in particular.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dialogue.voices.models import Use, Voice
from surveys.questions.agreeing import Consent
from surveys.questions.catalogue import tells
from surveys.questions.choosing import Place, Who
from surveys.questions.document import Document, Question
from surveys.questions.sharing import SelfCode3

LONGEST_AREA = 60
FREE_USES = (Use.QUOTE, Use.LIBRARY, Use.RESEARCH, Use.OPEN_DATA)


def told(document: Document, values: Mapping[str, Any]) -> Iterator[tuple[Question, str]]:
    """The questions whose answer is a story, with the story's words."""
    for question in document.questions:
        if question.id in values and tells(question):
            yield question, str(values[question.id])


def points(document: Document, values: Mapping[str, Any]) -> dict[str, int]:
    """The teller's ten points between the three T; nothing when none were given."""
    given = _answer_of(document, values, SelfCode3.code)
    return dict(given) if given else {}


def voice(document: Document, values: Mapping[str, Any]) -> Voice:
    """Whose voice it is, as far as it was said."""
    said = _answer_of(document, values, Who.code)
    return Voice(said) if said in list(Voice) else Voice.UNSAID


def area(document: Document, values: Mapping[str, Any]) -> str:
    """The name of the area given beside the story; one that is kept apart is not looked at."""
    apart = {
        question.id
        for section in document.sections
        if section.kept_apart
        for question in section.questions
    }
    for question in document.questions:
        if question.kind == Place.code and question.id in values and question.id not in apart:
            for choice in question.choices:
                if choice.id == values[question.id]:
                    return choice.text.sv[:LONGEST_AREA]
    return ""


def asks_for_uses(document: Document) -> bool:
    """Whether the survey itself asks what the answer may be used for."""
    return any(question.kind == Consent.code for question in document.questions)


def uses(document: Document, values: Mapping[str, Any], ticked: list[str]) -> tuple[Use, ...]:
    """What the answer may be used for: analysis, and what was ticked freely."""
    if asks_for_uses(document):
        ticked = _answer_of(document, values, Consent.code) or []
    return (Use.ANALYSIS, *(use for use in FREE_USES if use in ticked))


def _answer_of(document: Document, values: Mapping[str, Any], kind: str) -> Any:
    return next(
        (values[each.id] for each in document.questions if each.kind == kind and each.id in values),
        None,
    )
