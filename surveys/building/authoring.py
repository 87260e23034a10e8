"""What those who build a survey do with its draft."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from dialogue.ground.errors import Refusal
from surveys import shaping
from surveys.building.completeness import missing
from surveys.building.ready_made import question_bank
from surveys.building.turning import furnished, turned
from surveys.models import Survey
from surveys.questions.catalogue import KINDS, checked
from surveys.questions.document import NOTHING, Document, Question, Section
from surveys.questions.writing import question_dict
from surveys.rules.checking import faults_of_rules
from surveys.versions import document_of, draft_of, taken_ids

UP, DOWN = -1, 1


class Overtaken(Refusal):
    """Somebody else changed the same thing while it was on the screen; nothing was written."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why the survey cannot be opened yet. ``where`` is a question's or section's id, or empty."""

    where: str
    sentence: str


def draft_document(survey: Survey) -> Document:
    """The draft's document.

    Raises:
        Refusal: when the survey has no draft.
    """
    draft = draft_of(survey)
    if draft is None:
        raise Refusal(_("The survey is open and does not change. Begin a correction first."))
    return document_of(draft)


def change(session: Session, survey: Survey, how: Callable[[Document], Document]) -> Document:
    """Write a changed document to the draft, once it can be read back whole."""
    new = checked(Document.of(how(draft_document(survey)).as_dict()))
    draft = draft_of(survey)
    if draft is not None:
        draft.document = new.as_dict()
    session.flush()
    return new


def mark_of(question: Question) -> str:
    """A short mark of a question as it stands, to notice when somebody else changed it."""
    body = json.dumps(question_dict(question), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def add_section(session: Session, survey: Survey) -> Section:
    """A new, empty part of the survey."""
    taken = taken_ids(survey)
    before = {each.id for each in draft_document(survey).sections}
    document = change(session, survey, lambda each: shaping.with_section(each, taken))
    return next(section for section in document.sections if section.id not in before)


def add_question(session: Session, survey: Survey, section: str, kind: str) -> Question:
    """A new question at the end of a part, empty but for what its kind always has.

    Raises:
        Refusal: when the part is gone or cannot hold this kind, or nobody knows the kind.
    """
    if kind not in KINDS:
        raise Refusal(_("There is no such kind of question."))
    question = furnished(Question(shaping.new_id("fraga", taken_ids(survey)), kind, NOTHING))
    change(session, survey, lambda each: shaping.with_question(each, section, question, 10_000))
    return question


def turn(session: Session, survey: Survey, name: str, kind: str, seen: str) -> None:
    """Make a question another kind; what the new kind cannot hold goes (see :func:`turned`).

    Raises:
        Overtaken: when somebody changed the question since it was ``seen``.
        Refusal: when it is gone, nobody knows the kind, or its part cannot hold it.
    """
    if kind not in KINDS:
        raise Refusal(_("There is no such kind of question."))
    document = draft_document(survey)
    if mark_of(shaping.question_named(document, name)) != seen:
        raise Overtaken(_("Somebody has changed this question since you opened it. Look again."))
    new = turned(document, name, kind).question
    change(session, survey, lambda each: shaping.changed_question(each, new))


def add_from_bank(session: Session, survey: Survey, section: str, name: str) -> Question:
    """A ready question at the end of a part; it keeps its id where that is free.

    Raises:
        Refusal: when the bank has no such question, or the part is gone or cannot hold it.
    """
    question = next((each for each in question_bank() if each.id == name), None)
    if question is None:
        raise Refusal(_("There is no such question in the bank."))
    taken = taken_ids(survey)
    if name in taken:
        question = replace(question, id=shaping.new_id("fraga", taken))
    change(session, survey, lambda each: shaping.with_question(each, section, question, 10_000))
    return question


def save_question(session: Session, survey: Survey, question: Question, seen: str) -> None:
    """Write a question over the one with its id.

    Raises:
        Overtaken: when that one is not the one that was on the screen (``seen``).
    """
    now = shaping.question_named(draft_document(survey), question.id)
    if mark_of(now) != seen and now != question:
        raise Overtaken(
            _(
                "Somebody else has changed this question since you opened it. Your words are kept "
                "below. Save again to replace theirs."
            )
        )
    change(session, survey, lambda each: shaping.changed_question(each, question))


def duplicate_question(session: Session, survey: Survey, name: str) -> Question:
    """A copy right after a question."""
    document, copy = shaping.duplicated(draft_document(survey), name, taken_ids(survey))
    change(session, survey, lambda _each: document)
    return copy


def duplicate_section(session: Session, survey: Survey, name: str) -> Section:
    """A copy of a part with all its questions, right after it."""
    document, copy = shaping.duplicated_section(draft_document(survey), name, taken_ids(survey))
    change(session, survey, lambda _each: document)
    return copy


def remove_question(session: Session, survey: Survey, name: str) -> None:
    """Take a question away. Versions that were opened keep it."""
    change(session, survey, lambda each: shaping.without_question(each, name))


def move(session: Session, survey: Survey, name: str, way: int) -> None:
    """Move a question or a section one place up or down."""
    if any(section.id == name for section in draft_document(survey).sections):
        change(session, survey, lambda each: shaping.moved_section(each, name, way))
    else:
        change(session, survey, lambda each: shaping.moved_question(each, name, way))


def place(session: Session, survey: Survey, name: str, section: str, at: int) -> None:
    """Put a question at a place in a section, as dragging it there does."""
    change(session, survey, lambda each: shaping.placed(each, name, section, at))


def save_section(session: Session, survey: Survey, section: Section) -> None:
    """Write a section's words, its rule and whether it is kept apart.

    Raises:
        Refusal: when it is to be kept apart and holds a question that cannot be.
    """
    change(
        session,
        survey,
        lambda each: shaping.changed_section(
            each,
            section.id,
            title=section.title,
            intro=section.intro,
            kept_apart=section.kept_apart,
            show_if=section.show_if,
        ),
    )


def remove_section(session: Session, survey: Survey, name: str) -> None:
    """Take a section away with its questions."""
    change(session, survey, lambda each: shaping.without_section(each, name))


def hindrances(document: Document) -> tuple[Hindrance, ...]:
    """Everything that keeps a survey from being opened, in the order of the page."""
    return tuple(_hindrances(document))


def _hindrances(document: Document) -> Iterator[Hindrance]:
    if all(question.kind in ("info", "consent") for question in document.questions):
        yield Hindrance("", _("Write at least one question."))
    for section in document.sections:
        if not section.questions:
            yield Hindrance(section.id, _("The part is empty. Fill it or take it away."))
    for question in document.questions:
        for fault in KINDS[question.kind].faults(question):
            yield Hindrance(question.id, fault.sentence)
    for rule in faults_of_rules(document):
        if rule.stops:
            yield Hindrance(rule.where, rule.sentence)
    for slot in missing(document, "sv"):
        yield Hindrance(slot.where, _("Swedish is missing: %(what)s.", what=slot.name))


def without_english(document: Document) -> str:
    """What opening without all English texts means; empty when none is missing."""
    count = len(missing(document, "en"))
    if not count:
        return ""
    return str(
        ngettext(
            "%(num)d text is missing in English. Those who read English meet the Swedish words.",
            "%(num)d texts are missing in English. Those who read English meet the Swedish words.",
            count,
        )
    )
