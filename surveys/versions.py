"""The versions of a survey: a draft that may change, and versions that never do again.

A version is frozen when it is opened for answers. A correction is a new draft that starts from
the version before it; opening it records the bridge over which answers are joined.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import Mapper, Session

from dialogue.ground import audit
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from surveys.bridges import Joined, Moves, Version, bridge_between, joined
from surveys.models import Response, Survey, SurveyVersion
from surveys.questions.document import Document
from surveys.shaping import ids_of

DRAFT, OPEN, RETIRED = "draft", "open", "retired"


def survey_of(session: Session, dialogue: Dialogue) -> Survey | None:
    """The survey of a dialogue, if it has one."""
    return session.scalars(select(Survey).where(Survey.dialogue_id == dialogue.id)).first()


def draft_of(survey: Survey) -> SurveyVersion | None:
    """The version that may still change, if there is one."""
    return next((each for each in survey.versions if each.state == DRAFT), None)


def document_of(version: SurveyVersion) -> Document:
    """The document of a version."""
    return Document.of(version.document)


def taken_ids(survey: Survey) -> set[str]:
    """Every id that a question or section of any version has."""
    return {name for version in survey.versions for name in ids_of(document_of(version))}


def taken_choices(survey: Survey, name: str) -> set[str]:
    """Every id that a choice or statement of a question has had in any version."""
    return {
        part.id
        for version in survey.versions
        for question in document_of(version).questions
        if question.id == name
        for part in (*question.choices, *question.statements)
    }


def answers_to(session: Session, version: SurveyVersion) -> int:
    """How many answers were given to a version."""
    counted = select(func.count()).select_from(Response).where(Response.version_id == version.id)
    return session.scalar(counted) or 0


def begin(session: Session, dialogue: Dialogue, document: Document, *, by: User) -> SurveyVersion:
    """The first draft of a dialogue's survey.

    Raises:
        Refusal: when the dialogue has a survey already.
    """
    if survey_of(session, dialogue) is not None:
        raise Refusal(_("The dialogue has a survey already."))
    survey = Survey(dialogue_id=dialogue.id)
    draft = SurveyVersion(number=1, state=DRAFT, document=document.as_dict())
    survey.versions = [draft]
    session.add(survey)
    session.flush()
    audit.record(session, "survey begun", survey.id, by.id)
    return draft


def begin_correction(session: Session, survey: Survey, *, by: User) -> SurveyVersion:
    """A new draft that starts from the open version; the draft there is, if there is one."""
    draft = draft_of(survey)
    if draft is not None:
        return draft
    current = survey.current
    if current is None:
        raise Refusal(_("The survey has no version to correct."))
    draft = SurveyVersion(
        number=survey.versions[-1].number + 1, state=DRAFT, document=current.document
    )
    survey.versions.append(draft)
    session.flush()
    audit.record(session, "survey correction begun", survey.id, by.id, number=draft.number)
    return draft


def drop_correction(session: Session, survey: Survey, *, by: User) -> None:
    """Throw a correction away; the open version stands as it did."""
    draft = draft_of(survey)
    if draft is None or survey.current is None:
        raise Refusal(_("There is no correction to throw away."))
    survey.versions.remove(draft)
    session.flush()
    audit.record(session, "survey correction dropped", survey.id, by.id, number=draft.number)


def freeze(
    session: Session,
    survey: Survey,
    *,
    by: User,
    apart: Collection[str] = (),
    moves: Moves | None = None,
) -> SurveyVersion:
    """Open the draft for answers; from now on it never changes.

    ``apart`` are the questions whose answers are not joined with those of the version before;
    ``moves`` say what became of choices that went or have other words. Forms of that version
    that are on somebody's screen stay valid.
    """
    draft, before = draft_of(survey), survey.current
    if draft is None:
        raise Refusal(_("There is no draft to open."))
    if before is not None:
        draft.mapping = bridge_between(document_of(before), document_of(draft), apart, moves)
        before.state = RETIRED
    draft.state = OPEN
    session.flush()
    audit.record(
        session, "survey version opened", survey.id, by.id, number=draft.number, apart=sorted(apart)
    )
    return draft


def joined_answers(session: Session, survey: Survey) -> Joined:
    """The answers to every version of a survey that are not stories, joined over the bridges."""
    opened = [each for each in survey.versions if each.state != DRAFT]
    numbers = {each.id: each.number for each in opened}
    rows = session.execute(
        select(Response.version_id, Response.answers).where(Response.version_id.in_(numbers))
    )
    return joined(
        [Version(each.number, document_of(each), each.mapping) for each in opened],
        [(numbers[version], answers) for version, answers in rows],
    )


@event.listens_for(SurveyVersion, "before_update")
def _never_again(mapper: Mapper[Any], connection: Any, version: SurveyVersion) -> None:
    """Refuse to write another document, number or bridge over those of an opened version."""
    state = inspect(version).attrs
    before = state.state.history.deleted
    was = before[0] if before else version.state
    if was == DRAFT:
        return
    for name in ("document", "number", "mapping", "survey_id"):
        if getattr(state, name).history.has_changes():
            raise Refusal(_("A version that has been opened never changes. Make a correction."))
    if version.state == DRAFT:
        raise Refusal(_("A version that has been opened never changes. Make a correction."))
