"""The rows that an answer becomes: what of a sheet is kept in which table.

No object is made of a row: whoever wants one reads it back.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from dialogue.ground.db import new_key
from dialogue.voices.models import Channel, Contribution, Story
from dialogue.voices.receipts import Receipts
from surveys.answering import telling
from surveys.answering.sheets import Sheet
from surveys.models import BackgroundAnswer, Response

CONSENT_VERSION = "2026-11-22"
Values = dict[str, Any]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_CONTRIBUTION, _STORY, _RESPONSE, _BACKGROUND = (
    _table(model) for model in (Contribution, Story, Response, BackgroundAnswer)
)


@dataclass(frozen=True, slots=True)
class Where:
    """What an answer is an answer to, by key."""

    dialogue: uuid.UUID
    survey: uuid.UUID
    version: uuid.UUID


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that an answer becomes, by table: values by column."""

    survey: uuid.UUID
    contribution: Values
    stories: tuple[Values, ...]
    response: Values
    background: Values | None

    @property
    def others(self) -> Iterator[tuple[Table, Values]]:
        """All rows but the contribution, in the order in which they can be written."""
        for story in self.stories:
            yield _STORY, story
        yield _RESPONSE, self.response
        if self.background:
            yield _BACKGROUND, self.background


def rows_of(
    where: Where,
    sheet: Sheet,
    *,
    code: str,
    receipts: Receipts,
    language: str,
    on: date,
    channel: Channel = Channel.WEB,
) -> Rows:
    """The rows that a sheet becomes."""
    key = new_key()
    contribution = {
        "id": key,
        "dialogue_id": where.dialogue,
        "receipt_hash": receipts.hash_of(code),
        "content_hash": digest(sheet),
        "channel": channel,
        "voice": telling.voice(sheet.document, sheet.values),
        "lang": language,
        "received_on": on,
        "uses": [str(use) for use in sheet.uses],
        "consent_version": CONSENT_VERSION,
    }
    response = {
        "id": new_key(),
        "contribution_id": key,
        "version_id": where.version,
        "answers": other_answers(sheet),
    }
    stories = tuple(_stories(where.dialogue, key, sheet, language))
    apart = _background_row(where.survey, sheet, receipts, code)
    return Rows(where.survey, contribution, stories, response, apart)


def keep(session: Session, rows: Rows) -> uuid.UUID:
    """Write a new answer; the contribution's key.

    Raises:
        IntegrityError: when an answer with this code is kept already.
    """
    session.execute(insert(_CONTRIBUTION), rows.contribution)
    for table, values in rows.others:
        session.execute(insert(table), values)
    key: uuid.UUID = rows.contribution["id"]
    return key


def keep_background(
    session: Session, survey: uuid.UUID, sheet: Sheet, receipts: Receipts, code: str
) -> None:
    """Write the answers that are kept apart, if there are any."""
    if row := _background_row(survey, sheet, receipts, code):
        session.execute(insert(_BACKGROUND), row)


def _background_row(
    survey: uuid.UUID, sheet: Sheet, receipts: Receipts, code: str
) -> Values | None:
    apart = background(sheet)
    if not apart:
        return None
    return {
        "id": new_key(),
        "survey_id": survey,
        "answers": apart,
        "withdrawal_hash": receipts.background_hash_of(code),
    }


def _stories(
    dialogue: uuid.UUID, contribution: uuid.UUID, sheet: Sheet, language: str
) -> Iterator[dict[str, Any]]:
    points = telling.points(sheet.document, sheet.values)
    area = telling.area(sheet.document, sheet.values)
    for question, text in telling.told(sheet.document, sheet.values):
        yield {
            "id": new_key(),
            "contribution_id": contribution,
            "dialogue_id": dialogue,
            "question": question.id,
            "text": text,
            "lang": language,
            "points": points,
            "area": area,
        }


def other_answers(sheet: Sheet) -> dict[str, Any]:
    """The answers that are neither stories nor kept apart."""
    elsewhere = {question.id for question, _text in telling.told(sheet.document, sheet.values)}
    elsewhere |= set(background(sheet))
    return {name: value for name, value in sheet.values.items() if name not in elsewhere}


def background(sheet: Sheet) -> dict[str, Any]:
    """The answers to questions of a section that is kept apart."""
    apart = [
        each.id
        for section in sheet.document.sections
        if section.kept_apart
        for each in section.questions
    ]
    return {name: sheet.values[name] for name in apart if name in sheet.values}


def digest(sheet: Sheet) -> bytes:
    """What tells whether two sheets say the same."""
    body = json.dumps([dict(sheet.values), list(sheet.uses)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).digest()
