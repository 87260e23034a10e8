"""Counting answers as they are: true numbers, which nothing but disclosure control may see."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.bridges import Version, joined
from surveys.models import BackgroundAnswer, Survey
from surveys.questions.catalogue import KINDS, tells
from surveys.questions.document import Document, Question
from surveys.questions.kinds import BadAnswer, Count
from surveys.questions.texts import ANSWERED
from surveys.results.gathering import Gathered, gather

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


def tallies_of(session: Session, survey: Survey) -> Tallies:
    """The answers of all versions, joined where the versions say so. Stories are only counted.

    Background is not here: see :func:`background_tallies`.
    """
    return tallied(survey, gather(session, survey))


def tallied(survey: Survey, gathered: Gathered) -> Tallies:
    """The same of answers that were gathered already, or of a part of them."""
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
    for each in gathered.alike:
        found = joined(versions, [(each.version, {each.question: each.value})])
        for then, values in found.values.items():
            if then in adding.found:
                adding.add(then, values[0], each.number)
        for (at, then), values in found.apart.items():
            if (asked := _named(by_number[at], then)) is not None:
                adding.begin(f"{then}.v{at}", asked, at)
                adding.add(f"{then}.v{at}", values[0], each.number)
    _add_stories(versions, adding, gathered)
    return Tallies(
        gathered.people.total(), tuple(adding.found.values()), dict(gathered.by("channel"))
    )


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


def _add_stories(versions: Sequence[Version], adding: _Adding, gathered: Gathered) -> None:
    """How many told a story under each question."""
    counted: Counter[str] = Counter()
    for (question, _who), number in gathered.stories.items():
        counted[question] += number
    for version in reversed(versions):
        for asked in version.document.questions:
            if tells(asked) and asked.id in counted:
                number = counted.pop(asked.id)
                count = Count("answered", ANSWERED, number)
                adding.found[asked.id] = Tally(asked.id, asked, number, (count,))


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
