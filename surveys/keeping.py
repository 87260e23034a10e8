"""Writes an answer's rows: what of a sheet is kept in which table, in as few statements as that.

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

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from dialogue.ground.db import new_key
from dialogue.voices.models import Channel, Contribution, Story
from dialogue.voices.receipts import Receipts
from surveys import telling
from surveys.models import BackgroundAnswer, Response
from surveys.sheets import Sheet

CONSENT_VERSION = "2026-11"

_CONTRIBUTION = insert(Contribution.__table__)  # type: ignore[arg-type]
_STORY = insert(Story.__table__)  # type: ignore[arg-type]
_RESPONSE = insert(Response.__table__)  # type: ignore[arg-type]
_BACKGROUND = insert(BackgroundAnswer.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Where:
    """What an answer is an answer to, by key."""

    dialogue: uuid.UUID
    survey: uuid.UUID
    version: uuid.UUID


def keep(
    writer: Session | Connection,
    where: Where,
    sheet: Sheet,
    *,
    code: str,
    receipts: Receipts,
    language: str,
    on: date,
    channel: Channel = Channel.WEB,
) -> uuid.UUID:
    """Write a new answer; the contribution's key.

    Raises:
        IntegrityError: when an answer with this code is kept already.
    """
    key = new_key()
    writer.execute(
        _CONTRIBUTION,
        {
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
        },
    )
    stories = list(_stories(where.dialogue, key, sheet, language))
    if stories:
        writer.execute(_STORY, stories)
    writer.execute(
        _RESPONSE,
        {
            "id": new_key(),
            "contribution_id": key,
            "version_id": where.version,
            "answers": other_answers(sheet),
        },
    )
    keep_background(writer, where.survey, sheet, receipts, code)
    return key


def keep_background(
    writer: Session | Connection, survey: uuid.UUID, sheet: Sheet, receipts: Receipts, code: str
) -> None:
    """Write the answers that are kept apart, if there are any."""
    if apart := background(sheet):
        writer.execute(
            _BACKGROUND,
            {
                "id": new_key(),
                "survey_id": survey,
                "answers": apart,
                "withdrawal_hash": receipts.background_hash_of(code),
            },
        )


def _stories(
    dialogue: uuid.UUID, contribution: uuid.UUID, sheet: Sheet, language: str
) -> Iterator[dict[str, Any]]:
    points = telling.points(sheet.document, sheet.values)
    for question, text in telling.told(sheet.document, sheet.values):
        yield {
            "id": new_key(),
            "contribution_id": contribution,
            "dialogue_id": dialogue,
            "question": question.id,
            "text": text,
            "lang": language,
            "points": points,
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
