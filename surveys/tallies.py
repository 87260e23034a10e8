"""Counting answers as they are: true numbers, which nothing but disclosure control may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.voices.models import Contribution, Story
from surveys.bridges import Version, joined
from surveys.models import BackgroundAnswer, Response, Survey
from surveys.questions.catalogue import KINDS, tells
from surveys.questions.document import Document, Question
from surveys.questions.kinds import BadAnswer, Count
from surveys.questions.texts import ANSWERED

AT_A_TIME = 5_000


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
    """Tallies that grow: the answers come some at a time, so that few are held at once."""

    def __init__(self) -> None:
        self.found: dict[str, Tally] = {}

    def add(self, key: str, question: Question, values: list[Any], version: int | None) -> None:
        counts = KINDS[question.kind].counts(question, values)
        old = self.found.get(key)
        if old is not None:
            counts = tuple(
                replace(now, n=now.n + before.n)
                for now, before in zip(counts, old.counts, strict=True)
            )
        answered = len(values) + (old.answered if old else 0)
        self.found[key] = Tally(key, question, answered, counts, version)


def tallies_of(session: Session, survey: Survey) -> Tallies:
    """The answers of all versions, joined where the versions say so.

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
        adding.add(question.id, question, [], None)
    answers = 0
    for part in _parts(_responses(session, survey)):
        answers += len(part)
        found = joined(versions, part)
        for name, values in found.values.items():
            if (asked := _named(versions[-1].document, name)) is not None:
                adding.add(name, asked, values, None)
        for (number, name), values in found.apart.items():
            if (asked := _named(by_number[number], name)) is not None:
                adding.add(f"{name}.v{number}", asked, values, number)
    _add_stories(session, survey, versions, adding)
    return Tallies(answers, tuple(adding.found.values()), _channels(session, survey))


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


def _responses(session: Session, survey: Survey) -> Iterator[tuple[int, dict[str, Any]]]:
    numbers = {version.id: version.number for version in survey.versions}
    rows = session.execute(
        select(Response.version_id, Response.answers)
        .where(Response.version_id.in_(list(numbers)))
        .execution_options(yield_per=AT_A_TIME)
    )
    for version, answers in rows:
        yield numbers[version], answers


def _parts(
    rows: Iterable[tuple[int, dict[str, Any]]],
) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    source = iter(rows)
    while part := list(islice(source, AT_A_TIME)):
        yield part


def _add_stories(
    session: Session, survey: Survey, versions: Sequence[Version], adding: _Adding
) -> None:
    """How many told a story under each question; the stories themselves are not opened."""
    rows = session.execute(
        select(Story.question, func.count(Story.contribution_id.distinct()))
        .join(Response, Response.contribution_id == Story.contribution_id)
        .where(Response.version_id.in_([version.id for version in survey.versions]))
        .group_by(Story.question)
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
        adding.add(name, questions[0], [], None)
    answers = 0
    rows = session.scalars(
        select(BackgroundAnswer.answers)
        .where(BackgroundAnswer.survey_id == survey.id)
        .execution_options(yield_per=AT_A_TIME)
    )
    source = iter(rows)
    while part := list(islice(source, AT_A_TIME)):
        answers += len(part)
        for name, questions in asked.items():
            given = [each[name] for each in part if name in each]
            alike = len({question.kind for question in questions}) == 1
            fitting = given if alike else [each for each in given if fits(questions[0], each)]
            adding.add(name, questions[0], fitting, None)
    return Tallies(answers, tuple(adding.found.values()))


def fits(question: Question, value: Any) -> bool:
    """Whether a value is an answer that this question could have been given."""
    kind = KINDS[question.kind]
    try:
        return bool(kind.read(question, kind.filled(question, value)) == value)
    except (BadAnswer, LookupError, TypeError, AttributeError, ValueError):
        return False
