"""Puts very many answers in a survey: stories, other answers, and background apart."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from dialogue.voices.models import Channel, Contribution, Story, Voice
from surveys.models import BackgroundAnswer, Response, Survey

BATCH = 2_000
STEPS = ("1", "2", "3", "4", "5", "vet_inte", "galler_inte")
PLACES, AGES = ("umea", "skelleftea", "lycksele"), ("18-29", "30-49", "50-64", "65-79")
CHANNELS = (Channel.WEB, Channel.WEB, Channel.WEB, Channel.PAPER, Channel.PHONE)


def answer(session: Session, survey: Survey, count: int, seed: int = 7) -> None:
    """``count`` answers to the open version of a survey, committed a batch at a time."""
    drawn = np.random.default_rng(seed)
    for start in range(0, count, BATCH):
        _batch(session, survey, min(BATCH, count - start), drawn)
        session.commit()


def _batch(session: Session, survey: Survey, count: int, drawn: np.random.Generator) -> None:
    told, said, given, apart = [], [], [], []
    version = survey.versions[-1].id
    for _ in range(count):
        contribution = uuid.uuid4()
        told.append({
            "id": contribution, "dialogue_id": survey.dialogue_id,
            "receipt_hash": secrets.token_bytes(32), "voice": drawn.choice(list(Voice)),
            "content_hash": hashlib.sha256(contribution.bytes).digest(),
            "channel": drawn.choice(CHANNELS), "lang": "sv" if drawn.random() < 0.8 else "en",
            "received_on": date(2026, 11, 1), "uses": ["quote"], "consent_version": "bench",
        })  # fmt: skip
        said.append({
            "id": uuid.uuid4(), "contribution_id": contribution, "question": "berattelse",
            "dialogue_id": survey.dialogue_id, "lang": "sv", "points": {"trygghet": 5},
            "text": "Jag ringde klockan åtta varje morgon i tre veckor. " * 3,
        })  # fmt: skip
        given.append({
            "id": uuid.uuid4(), "contribution_id": contribution, "version_id": version,
            "answers": _answers(drawn),
        })  # fmt: skip
        apart.append({
            "id": uuid.uuid4(), "survey_id": survey.id, "withdrawal_hash": secrets.token_bytes(32),
            "answers": {"kommun": str(drawn.choice(PLACES)), "alder": str(drawn.choice(AGES))},
        })  # fmt: skip
    for table, rows in (
        (Contribution, told), (Story, said), (Response, given), (BackgroundAnswer, apart),
    ):  # fmt: skip
        session.execute(insert(table), rows)


def _answers(drawn: np.random.Generator) -> dict[str, Any]:
    """Answers to the questions that are not stories; one in ten leaves each of them open."""
    first = int(drawn.integers(11))
    second = int(drawn.integers(11 - first))
    every: dict[str, Any] = {
        "poang": {
            "trygghet": first, "tillgänglighet": second, "tillsammans": 10 - first - second,
        },
        "rost": str(drawn.choice(list(Voice))),
    }  # fmt: skip
    every |= {name: str(drawn.choice(STEPS)) for name in ("litar", "vart", "slipper")}
    return {name: value for name, value in every.items() if drawn.random() < 0.9}
