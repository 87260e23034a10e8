"""Puts very many read stories in a dialogue, with themes, places, outcomes and an index."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import date, timedelta

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from analysis.models import AnalysisRun, StoryOutcome, Theme, ThemeStory
from analysis.stories.searching import AT_ONCE, index_missing
from analysis.themes.figures import count_anew
from dialogue.voices.desk_models import StoryScreening
from dialogue.voices.desk_rules import VERSION
from dialogue.voices.models import Channel, Contribution, Story, Voice

THEMES = 20
BATCH = 2_000
AREAS = 15
MARK = [{"start": 0, "end": 4, "kind": "name", "stands": False}]
"""What one story in twenty has marked, that nobody has decided on."""
WORDS = [f"ord{n}" for n in range(600)] + ["telefonen", "väntar", "waiting", "phone"]
"""Words that the stories are made of; each stands in about one story in fifteen."""


def seed(session: Session, dialogue: uuid.UUID, stories: int) -> None:
    """``stories`` stories in twenty themes; one in fifty stands alone, one in twenty is unread."""
    drawn = np.random.default_rng(7)
    run = AnalysisRun(dialogue_id=dialogue, stories=stories, recipe={"bench": True})
    session.add(run)
    session.flush()
    themes = [
        Theme(
            dialogue_id=dialogue, run_id=run.id, machine_key=f"t{n}", proposed_sv=f"Tema {n}",
            proposed_en=f"Theme {n}", keywords={}, ties={"framtidsbild": {"trygghet": 0.5}},
        )
        for n in range(THEMES)
    ]  # fmt: skip
    session.add_all(themes)
    session.flush()
    for start in range(0, stories, BATCH):
        _batch(session, dialogue, themes, min(BATCH, stories - start), drawn)
        session.commit()
    while index_missing(session, dialogue) == AT_ONCE:
        session.commit()
    count_anew(session, dialogue)
    session.commit()


def _batch(
    session: Session,
    dialogue: uuid.UUID,
    themes: list[Theme],
    count: int,
    drawn: np.random.Generator,
) -> None:
    told, said, read, placed, screened = [], [], [], [], []
    for _ in range(count):
        story, contribution, at = uuid.uuid4(), uuid.uuid4(), int(drawn.integers(THEMES))
        lang = "sv" if drawn.random() < 0.8 else "en"
        told.append({
            "id": contribution, "dialogue_id": dialogue, "receipt_hash": secrets.token_bytes(32),
            "content_hash": hashlib.sha256(story.bytes).digest(), "lang": lang,
            "channel": list(Channel)[int(drawn.integers(6))],
            "voice": list(Voice)[int(drawn.integers(5))],
            "received_on": date(2026, 11, 1) - timedelta(days=int(drawn.integers(300))),
            "uses": ["analysis"], "consent_version": "bench",
        })  # fmt: skip
        said.append({
            "id": story, "contribution_id": contribution, "dialogue_id": dialogue,
            "question": "berattelse", "lang": lang, "text": " ".join(drawn.choice(WORDS, 40)),
            "points": {"trygghet": int(drawn.integers(11)), "tillsammans": 2},
            "area": f"Ort {int(drawn.integers(AREAS))}" if drawn.random() < 0.5 else "",
            "desk": "waiting" if drawn.random() < 0.05 else "read",
        })  # fmt: skip
        screened.append({
            "story_id": story, "dialogue_id": dialogue, "rules": VERSION, "marks": MARK,
            "open": 1,
        } if drawn.random() < 0.05 else {
            "story_id": story, "dialogue_id": dialogue, "rules": VERSION, "marks": [], "open": 0,
        })  # fmt: skip
        lone = drawn.random() < 0.02
        words = [] if lone else [[f"t{at}", 0.7]]
        read.append({
            "story_id": story, "dialogue_id": dialogue, "ties": {"framtidsbild": {"trygghet": 0.5}},
            "aside": "", "placed": words, "unplaced": lone,
            "x": float(drawn.normal(at % 5, 0.3)), "y": float(drawn.normal(at // 5, 0.3)),
        })  # fmt: skip
        if not lone:
            placed.append({
                "theme_id": themes[at].id, "story_id": story, "strongest": True, "strength": 0.7,
            })  # fmt: skip
    for table, rows in (
        (Contribution, told), (Story, said), (StoryOutcome, read), (ThemeStory, placed),
        (StoryScreening, screened),
    ):  # fmt: skip
        session.execute(insert(table), rows)
