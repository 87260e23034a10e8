"""Counting answers as they are: true numbers, which nothing but disclosure control may see."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, func, select, text, true
from sqlalchemy.orm import Session

from dialogue.voices.models import Contribution, Story
from dialogue.voices.releasing import EVERY_STORY
from surveys.bridges import Version, joined
from surveys.models import BackgroundAnswer, Response, Survey
from surveys.questions.catalogue import KINDS, tells
from surveys.questions.document import Document, Question
from surveys.questions.kinds import BadAnswer, Count
from surveys.questions.texts import ANSWERED
from surveys.questions.texts import Story as TextKind

AT_A_TIME = 5_000
_PARTS = {
    "sqlite": (
        "SELECT version_id, each.key,"
        " CASE WHEN each.key IN :written THEN '.' ELSE each.value END AS given,"
        " CASE WHEN each.key IN :written THEN 'text' ELSE each.type END AS form, count(*)"
        " FROM response, json_each(response.answers) AS each"
        " WHERE version_id IN :versions{among} GROUP BY 1, 2, 3, 4"
    ),
    "postgresql": (
        "SELECT version_id, each.key,"
        " CASE WHEN each.key IN :written THEN '\".\"'::jsonb ELSE each.value END AS given,"
        " 'value' AS form, count(*)"
        " FROM response, jsonb_each(response.answers) AS each"
        " WHERE version_id IN :versions{among} GROUP BY 1, 2, 3, 4"
    ),
}
_AMONG = {
    "channel": " AND contribution_id IN (SELECT id FROM contribution WHERE channel IN :among)",
    "lang": " AND contribution_id IN (SELECT id FROM contribution WHERE lang IN :among)",
    "voice": " AND contribution_id IN (SELECT id FROM contribution WHERE voice IN :among)",
}
Among = tuple[str, Sequence[str]]
"""Some of the answers: ``channel``, ``lang`` or ``voice``, and its values."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How the answers to one question are spread.

    ``key`` is the question's id, or ``id.v1`` for answers to an earlier version that are not
    joined with the newest; ``version`` is that version then, otherwise None.
    """

    key: str
    question: Question
    answered: int
    counts: tuple[Count, ...]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Tallies:
    """All questions of a survey. ``answers``: how many people answered; ``channels``: how."""

    answers: int
    questions: tuple[Tally, ...]
    channels: Mapping[str, int] = field(default_factory=dict)

    def answered(self, key: str) -> int:
        """How many answered one of the questions."""
        return next((each.answered for each in self.questions if each.key == key), 0)


class _Adding:
    """Tallies that grow, one kind of answer with its number at a time."""

    def __init__(self) -> None:
        self.found: dict[str, Tally] = {}

    def begin(self, key: str, question: Question, version: int | None = None) -> None:
        """A question that nobody has answered yet."""
        counts = KINDS[question.kind].counts(question, [])
        self.found.setdefault(key, Tally(key, question, 0, counts, version))

    def add(self, key: str, value: Any, number: int) -> None:
        """``number`` people gave the same answer."""
        old = self.found[key]
        one = KINDS[old.question.kind].counts(old.question, [value])
        counts = tuple(
            replace(before, n=before.n + number * now.n)
            for now, before in zip(one, old.counts, strict=True)
        )
        self.found[key] = replace(old, answered=old.answered + number, counts=counts)


def tallies_of(session: Session, survey: Survey, among: Among | None = None) -> Tallies:
    """The answers of all versions, joined where the versions say so; ``among``: only some.

    Stories are only counted. Background is not here: see :func:`background_tallies`.
    """
    versions = [
        Version(each.number, Document.of(each.document), each.mapping)
        for each in survey.versions
        if each.state != "draft"
    ]
    if not versions:
        return Tallies(0, ())
    by_number = {version.number: version.document for version in versions}
    adding = _Adding()
    for question in _told(versions[-1].document):
        adding.begin(question.id, question)
    numbers = {version.id: version.number for version in survey.versions}
    for version, name, value, number in _distinct(session, survey, among):
        found = joined(versions, [(numbers[version], {name: value})])
        for then, values in found.values.items():
            if then in adding.found:
                adding.add(then, values[0], number)
        for (at, then), values in found.apart.items():
            if (asked := _named(by_number[at], then)) is not None:
                adding.begin(f"{then}.v{at}", asked, at)
                adding.add(f"{then}.v{at}", values[0], number)
    _add_stories(session, survey, versions, adding, among)
    counted = select(func.count()).select_from(Response).join(Contribution)
    answers = session.scalar(counted.where(Response.version_id.in_(numbers), _only(among)))
    return Tallies(answers or 0, tuple(adding.found.values()), _channels(session, survey))


def _only(among: Among | None) -> ColumnElement[bool]:
    """The condition on contributions that ``among`` sets."""
    if among is None:
        return true()
    name, values = among
    column: ColumnElement[str] = getattr(Contribution, name)
    return column.in_(values)


def _told(document: Document) -> list[Question]:
    """The questions that are not kept apart and take an answer, in order."""
    return [
        question
        for section in document.sections
        if not section.kept_apart
        for question in section.questions
        if question.kind != "info"
    ]


def _named(document: Document, name: str) -> Question | None:
    return next((each for each in _told(document) if each.id == name), None)


def _distinct(
    session: Session, survey: Survey, among: Among | None
) -> Iterator[tuple[uuid.UUID, str, Any, int]]:
    """Every answer that was given, once, with the number of those who gave it.

    The database counts, so that a hundred thousand answers never leave it. Free text is counted
    without being read: its value is a full stop.
    """
    written = {
        question.id
        for version in survey.versions
        for question in Document.of(version.document).questions
        if isinstance(KINDS[question.kind], TextKind)
    }
    parts = _PARTS[session.get_bind().dialect.name]
    bound = [
        bindparam("versions", expanding=True, type_=Uuid()),
        bindparam("written", expanding=True),
    ]
    given = {"versions": [each.id for each in survey.versions], "written": sorted(written) or [""]}
    if among:
        bound.append(bindparam("among", expanding=True))
        given["among"] = [str(each) for each in among[1]]
    statement = text(parts.format(among=_AMONG[among[0]] if among else ""))
    rows = session.execute(statement.bindparams(*bound), given)
    for version, name, value, kind, number in rows:
        key = version if isinstance(version, uuid.UUID) else uuid.UUID(version)
        yield key, name, json.loads(value) if kind in ("array", "object") else value, number


def _add_stories(
    session: Session,
    survey: Survey,
    versions: Sequence[Version],
    adding: _Adding,
    among: Among | None,
) -> None:
    """How many told a story under each question; the stories themselves are not opened."""
    asked = {each.id for version in versions for each in version.document.questions if tells(each)}
    rows = session.execute(
        select(Story.question, func.count())
        .join(Contribution)
        .where(Story.dialogue_id == survey.dialogue_id, Story.question.in_(asked), _only(among))
        .group_by(Story.question),
        execution_options=EVERY_STORY,
    )
    counted: dict[str, int] = {row[0]: row[1] for row in rows}
    for version in reversed(versions):
        for question in version.document.questions:
            if tells(question) and question.id in counted:
                number = counted.pop(question.id)
                count = Count("answered", ANSWERED, number)
                adding.found[question.id] = Tally(question.id, question, number, (count,))


def _channels(session: Session, survey: Survey) -> dict[str, int]:
    rows = session.execute(
        select(Contribution.channel, func.count())
        .join(Response, Response.contribution_id == Contribution.id)
        .where(Response.version_id.in_([version.id for version in survey.versions]))
        .group_by(Contribution.channel)
    )
    return {str(channel): number for channel, number in rows}


def background_tallies(session: Session, survey: Survey) -> Tallies:
    """The background answers, each question by itself: they know no version and no story."""
    asked: dict[str, list[Question]] = {}
    for version in reversed([each for each in survey.versions if each.state != "draft"]):
        for section in Document.of(version.document).sections:
            for question in section.questions if section.kept_apart else ():
                asked.setdefault(question.id, []).append(question)
    adding = _Adding()
    for name, questions in asked.items():
        adding.begin(name, _with_older_choices(questions))
    given: Counter[tuple[str, str]] = Counter()
    answers = 0
    rows = session.scalars(
        select(BackgroundAnswer.answers)
        .where(BackgroundAnswer.survey_id == survey.id)
        .execution_options(yield_per=AT_A_TIME)
    )
    for row in rows:
        answers += 1
        given.update((name, json.dumps(row[name])) for name in asked if name in row)
    for (name, written), number in given.items():
        value = json.loads(written)
        alike = len({question.kind for question in asked[name]}) == 1
        if alike or fits(asked[name][0], value):
            adding.add(name, value, number)
    return Tallies(answers, tuple(adding.found.values()))


def _with_older_choices(questions: Sequence[Question]) -> Question:
    """The newest of a background question's wordings, with the choices that only older ones had.

    Nobody's answer falls out of the table because its choice went in a correction.
    """
    newest = questions[0]
    if not newest.choices:
        return newest
    named = {choice.id: choice for each in reversed(questions) for choice in each.choices}
    gone = [named[name] for name in named if newest.choice(name) is None]
    return replace(newest, choices=(*newest.choices, *gone))


def fits(question: Question, value: Any) -> bool:
    """Whether a value is an answer that this question could have been given."""
    kind = KINDS[question.kind]
    try:
        return bool(kind.read(question, kind.filled(question, value)) == value)
    except (BadAnswer, LookupError, TypeError, AttributeError, ValueError):
        return False
