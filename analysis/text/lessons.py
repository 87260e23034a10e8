"""Lessons: what is learned from a guide's texts, and what was learned beforehand.

Learning the shipped codebook takes a fifth of the time of reading ten thousand stories, so its
lessons lie beside the engine. Numbers are rounded when they are learned as they are when they are
kept: a reading is the same, byte for byte, whichever way the lessons came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.text.learning import Linear
from analysis.text.wording import BUCKETS, WordingModel

LEARNING = 1
"""Grows whenever the same texts may teach something else."""
SHIPPED = Path(__file__).parent / "data" / "guide_lessons.npz"


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a guide's vectors (``linear``) and wording say for each theme, the directions in which
    themes differ (``metric``), and how unlike the guide a group (``strange``) or a story
    (``lone``) must be to stand outside it."""

    linear: Linear
    wording: WordingModel
    metric: npt.NDArray[np.float32]
    strange: float
    lone: float


def save_lessons(path: Path, mark: bytes, lessons: Lessons) -> None:
    """Keep the lessons of the guide with the mark ``mark``."""
    met = np.flatnonzero(lessons.wording.rarity)
    np.savez(
        path,
        mark=_marked(mark),
        slopes=lessons.linear.slopes,
        offsets=lessons.linear.offsets,
        met=met.astype(np.uint16),
        wording=lessons.wording.slopes[met].astype(np.float16),
        rarity=lessons.wording.rarity[met],
        metric=lessons.metric,
        limits=np.array([lessons.strange, lessons.lone]),
    )


def shipped_lessons(mark: bytes) -> Lessons | None:
    """The shipped lessons, if they are those of the guide with the mark ``mark``."""
    held = _held(SHIPPED)
    if not held or held["mark"].tobytes() != _marked(mark).tobytes():
        return None
    slopes = np.zeros((BUCKETS, held["wording"].shape[1]), dtype=np.float32)
    rarity = np.zeros(BUCKETS, dtype=np.float32)
    slopes[held["met"]], rarity[held["met"]] = held["wording"], held["rarity"]
    strange, lone = held["limits"].tolist()
    linear = Linear(held["slopes"], held["offsets"])
    return Lessons(linear, WordingModel(slopes, rarity), held["metric"], strange, lone)


def _marked(mark: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(mark + bytes([LEARNING]), dtype=np.uint8)


@cache
def _held(path: Path) -> Mapping[str, npt.NDArray[Any]]:
    if not path.exists():
        return {}
    with np.load(path) as held:
        return {name: held[name] for name in held.files}
