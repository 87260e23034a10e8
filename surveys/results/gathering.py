"""What was answered, counted by the database: every answer once, with how many gave it.

A hundred thousand answers never leave the database. Free text is counted without being read: its
value is a full stop.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Uuid, bindparam, func, select, text
from sqlalchemy.orm import Session

from dialogue.voices.models import Contribution, Story
from dialogue.voices.releasing import EVERY_STORY
from surveys.models import Response, Survey
from surveys.questions.catalogue import KINDS, tells
from surveys.questions.document import Document
from surveys.questions.texts import Story as TextKind

_WHO = ", channel, lang, voice"
_JOINED = " JOIN contribution ON contribution.id = response.contribution_id"
_PARTS = {
    "sqlite": (
        "SELECT version_id, each.key,"
        " CASE WHEN each.key IN :written THEN '.' ELSE each.value END AS given,"
        " CASE WHEN each.key IN :written THEN 'text' ELSE each.type END AS form,"
        " count(*){who} FROM response{joined}, json_each(response.answers) AS each"
        " WHERE version_id IN :versions GROUP BY 1, 2, 3, 4{who}"
    ),
    "postgresql": (
        "SELECT version_id, each.key,"
        " CASE WHEN each.key IN :written THEN '\".\"'::jsonb ELSE each.value END AS given,"
        " 'value' AS form, count(*){who}"
        " FROM response{joined} CROSS JOIN LATERAL jsonb_each(response.answers) AS each"
        " WHERE version_id IN :versions GROUP BY 1, 2, 3, 4{who}"
    ),
}


class Who(NamedTuple):
    """In which way, in which language and with whose voice somebody answered."""

    channel: str = ""
    lang: str = ""
    voice: str = ""


ANYBODY = Who()


class Given(NamedTuple):
    """One answer to one question of one version, and how many of the same people gave it."""

    version: int
    question: str
    value: Any
    number: int
    who: Who = ANYBODY


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that was answered. ``stories`` are counted by question, ``people`` by who."""

    given: tuple[Given, ...]
    stories: Counter[tuple[str, Who]]
    people: Counter[Who]

    def of(self, dimension: str, values: Sequence[str]) -> Gathered:
        """The part of it that comes from some: ``channel``, ``lang`` or ``voice``, and values."""

        def among(who: Who) -> bool:
            return getattr(who, dimension) in values

        return Gathered(
            tuple(each for each in self.given if among(each.who)),
            Counter({key: n for key, n in self.stories.items() if among(key[1])}),
            Counter({who: n for who, n in self.people.items() if among(who)}),
        )

    @property
    def alike(self) -> Iterator[Given]:
        """The same answers of the same versions added up, whoever gave them."""
        found: dict[tuple[int, str, str], Given] = {}
        for each in self.given:
            key = (each.version, each.question, repr(each.value))
            before = found[key].number if key in found else 0
            found[key] = each._replace(number=before + each.number, who=ANYBODY)
        return iter(found.values())

    def by(self, dimension: str) -> Counter[str]:
        """How many people, by channel, language or voice."""
        found: Counter[str] = Counter()
        for who, number in self.people.items():
            found[getattr(who, dimension)] += number
        return found


def gather(session: Session, survey: Survey, *, sides: bool = False) -> Gathered:
    """All answers to the versions of a survey; with ``sides`` each with who gave it.

    Without ``sides`` the database has less to sort, and :meth:`Gathered.of` finds no answers.
    """
    documents = [Document.of(version.document) for version in survey.versions]
    return Gathered(
        tuple(_given(session, survey, documents, sides)),
        _stories(session, survey, documents),
        _people(session, survey),
    )


def _given(
    session: Session, survey: Survey, documents: Iterable[Document], sides: bool
) -> Iterable[Given]:
    written = {
        question.id
        for document in documents
        for question in document.questions
        if isinstance(KINDS[question.kind], TextKind)
    }
    pattern = _PARTS[session.get_bind().dialect.name]
    statement = text(
        pattern.format(who=_WHO if sides else "", joined=_JOINED if sides else "")
    ).bindparams(
        bindparam("versions", expanding=True, type_=Uuid()), bindparam("written", expanding=True)
    )
    numbers = {version.id: version.number for version in survey.versions}
    rows = session.execute(
        statement, {"versions": list(numbers), "written": sorted(written) or [""]}
    )
    for version, name, value, form, number, *who in rows:
        key = version if isinstance(version, uuid.UUID) else uuid.UUID(version)
        read = json.loads(value) if form in ("array", "object") else value
        yield Given(numbers[key], name, read, number, Who(*who))


def _stories(
    session: Session, survey: Survey, documents: Iterable[Document]
) -> Counter[tuple[str, Who]]:
    """How many told a story under each question; the stories themselves are not opened."""
    asked = {each.id for document in documents for each in document.questions if tells(each)}
    who = (Contribution.channel, Contribution.lang, Contribution.voice)
    rows = session.execute(
        select(Story.question, *who, func.count())
        .join(Contribution)
        .where(Story.dialogue_id == survey.dialogue_id, Story.question.in_(asked))
        .group_by(Story.question, *who),
        execution_options=EVERY_STORY,
    )
    return Counter({(question, Who(*map(str, each))): number for question, *each, number in rows})


def _people(session: Session, survey: Survey) -> Counter[Who]:
    who = (Contribution.channel, Contribution.lang, Contribution.voice)
    rows = session.execute(
        select(*who, func.count())
        .join(Response, Response.contribution_id == Contribution.id)
        .where(Response.version_id.in_([version.id for version in survey.versions]))
        .group_by(*who)
    )
    return Counter({Who(*map(str, each)): number for *each, number in rows})
