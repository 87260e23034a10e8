"""A dialogue in the reading room: stories of a few kinds, and a small embedder to read them with.

The embedder is a real one: words become directions by hashing, so texts that share words point
alike. It keeps the promise of :class:`analysis.text.embedding.Embedder`.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from unittest import mock

import numpy as np

import analysis.reading.runs
from analysis.models import Theme, ThemeStory
from analysis.reading.guides import shipped_guides
from analysis.reading.machine import Learned
from analysis.text.embedding import Progress, Vectors, normalised
from analysis.text.guidance import Codebook
from analysis.text.pipeline import Pipeline
from analysis.text.words import is_stopword, stem, tokens
from dialogue.ground.db import session
from dialogue.voices.models import Story

KINDS = {
    "telefon": ("telefonen", "ringde", "kön", "svarade", "växeln", "linjen", "signal", "samtalet"),
    "resa": ("bussen", "mil", "vägen", "skjuts", "bilen", "resan", "vintern", "avstånd"),
    "möte": ("läkaren", "lyssnade", "frågade", "tid", "blicken", "samtal", "lugn", "förstod"),
    "hem": ("hemtjänsten", "trappan", "köket", "nycklar", "dörren", "kvällen", "larmet", "natten"),
    "recept": (
        "medicin",
        "recept",
        "apoteket",
        "tabletter",
        "listan",
        "dosen",
        "burken",
        "etikett",
    ),
}


class HashedWords:
    """An embedder whose vectors are sums of directions drawn from each word's stem."""

    key = "hashed-words-1"
    dimensions = 48
    leaves_machine = False

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return normalised(np.array([self._sum(text) for text in texts]).reshape(-1, 48))

    def _sum(self, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        words = [stem(word, "sv") for word in tokens(text) if not is_stopword(word, "sv")]
        return np.sum([_direction(word) for word in words] or [np.zeros(48)], axis=0)


def _direction(word: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(48)


EMBEDDER = HashedWords()


def texts(kind: str, count: int, first: int = 0) -> list[str]:
    """``count`` different stories of one kind."""
    words = KINDS[kind]
    found = []
    for number in range(first, first + count):
        drawn = np.random.default_rng([number, len(kind)]).permutation(len(words))
        said = [words[at] for at in drawn[:6]]
        found.append(f"Det var {said[0]} och {said[1]}, {said[2]} {said[3]} gång {number}. "
                     f"Sedan {said[4]} {said[5]} igen.")  # fmt: skip
    return found


@cache
def learned() -> Learned:
    """The vision alone, and three themes of the codebook: most themes must be found."""
    whole, frames = shipped_guides()
    book = Codebook(whole.key, "three", whole.themes[:3])
    vision = tuple(frame for frame in frames if frame.key == "framtidsbild")
    pipeline = Pipeline(embedder=EMBEDDER)
    return Learned(pipeline, pipeline.guide(book), vision, guides=True)


@contextmanager
def small_machine() -> Iterator[None]:
    """Reading with the small embedder; everything else is the product's own."""
    with (
        mock.patch.object(analysis.reading.runs, "embedder", return_value=EMBEDDER),
        mock.patch.object(analysis.reading.runs, "learned_from", return_value=learned()),
    ):
        yield


def read(dialogue: uuid.UUID) -> None:
    """One reading, as a worker does it."""
    with small_machine():
        analysis.reading.runs.read_stories(dialogue, lambda step, done, of: None)


def places_of(dialogue: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    """Which theme each story says before anything else."""
    session().expire_all()
    rows = (
        session().query(ThemeStory.story_id, ThemeStory.theme_id)
        .join(Theme, Theme.id == ThemeStory.theme_id)
        .filter(Theme.dialogue_id == dialogue, ThemeStory.strongest)
    )  # fmt: skip
    return dict(rows.all())


def stories_of(dialogue: uuid.UUID) -> list[Story]:
    return list(session().query(Story).filter(Story.dialogue_id == dialogue).order_by(Story.id))
