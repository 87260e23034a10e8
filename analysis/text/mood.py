"""Mood: whether a story tells of what eases or of what chafes. A coarse guess, never a fact.

A small classifier is learned from anchors: invented stories that ease, that chafe, or that do both
or neither, on the vectors that themes are found by. It is measured with one embedder only and says
nothing with another. Where it is not sure it says so (docs/reading.md: how often it is right).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, running_means
from analysis.text.embedding import normalised
from analysis.text.embedding.remembered import mark, shipped_vectors
from analysis.text.learning import Linear, logistic
from analysis.text.shares import Shares, softmax

DATA = Path(__file__).parent / "data"
ANCHORS = DATA / "moods.jsonl"
VECTORS = DATA / "mood_vectors.npz"
LANGS = ("sv", "en")
"""Languages that it was measured in; of others it says that it is unsure."""
SURE = 0.65
"""The share of its belief from which it says a mood, chosen on the stories that may be tuned on."""
LOOSENESS = 10.0


class Mood(StrEnum):
    """What a story tells of; ``mixed`` is both or neither."""

    EASES = "eases"
    MIXED = "mixed"
    CHAFES = "chafes"
    UNSURE = "unsure"


KNOWN = (Mood.EASES, Mood.MIXED, Mood.CHAFES)


@dataclass(frozen=True, slots=True)
class Anchor:
    """An invented story whose mood is known."""

    lang: str
    mood: Mood
    text: str


@cache
def anchors(path: Path = ANCHORS) -> tuple[Anchor, ...]:
    """The anchors, a JSON line each."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line]
    return tuple(Anchor(row["lang"], Mood(row["mood"]), row["text"]) for row in rows)


@dataclass(frozen=True, slots=True)
class MoodReader:
    """Tells moods from an embedder's vectors."""

    linear: Linear
    centring: LanguageCentring

    def shares(self, vectors: npt.NDArray[np.floating], langs: Sequence[str]) -> Shares:
        """How much speaks for each of :data:`KNOWN`, shape (stories, 3)."""
        rows = normalised(np.nan_to_num(vectors.astype(np.float32), posinf=0, neginf=0))
        return softmax(self.linear.scores(self.centring.centred(rows, langs)))

    def moods(self, vectors: npt.NDArray[np.floating], langs: Sequence[str]) -> list[Mood]:
        """The mood of each story, ``unsure`` where nothing stands out."""
        if not len(langs):
            return []
        shares = self.shares(vectors, langs)
        there = vectors.any(axis=1) & np.isin(np.asarray(langs), LANGS)
        sure = (shares.max(axis=1) >= SURE) & there
        return [
            KNOWN[int(best)] if certain else Mood.UNSURE
            for best, certain in zip(shares.argmax(axis=1), sure, strict=True)
        ]


@cache
def mood_reader(embedder: str) -> MoodReader | None:
    """The reader for an embedder's vectors; None for one that it was not measured with."""
    known, told = shipped_vectors(embedder, VECTORS), anchors()
    if any(mark(one.text) not in known for one in told):
        return None
    raw = np.array([known[mark(one.text)] for one in told], dtype=np.float32)
    langs = [one.lang for one in told]
    means = LanguageCentring.learned(running_means(raw, langs), {}, raw.shape[1])
    about = np.array([KNOWN.index(one.mood) for one in told], dtype=np.intp)
    rows, weights = means.centred(raw, langs), np.ones(len(told))
    return MoodReader(logistic(rows, about, weights, len(KNOWN), LOOSENESS, rounds=300), means)
