"""Agreed groups: many readings of parts of a few stories, and what those readings agree on.

A few hundred stories lie so thinly that one more or less turns k-means another way. So parts of
them are grouped again and again, every story is moved towards those that it was grouped with,
and the groups of these calmer rows are the themes (consensus clustering: Strehl and Ghosh 2002).
A story is in a part because of its own mark, never because of the stories beside it: when some
stories go, the others are drawn as before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.text.clustering import Grouping, Marks
from analysis.text.clustering.choosing import agreed_groups, cut, suggested_groups, ward_tree
from analysis.text.clustering.drawing_lots import lots
from analysis.text.clustering.spherical import nearest, weighted_sums
from analysis.text.clustering.ward import WardStarted
from analysis.text.embedding import Vectors, normalised

Agreement = npt.NDArray[np.float32]
"""How often two rows were in one group, 0..1, shape (rows, rows)."""


@dataclass(frozen=True, slots=True)
class AgreedGroups:
    """Groups that repeated readings agree on, for at most ``few`` rows; more are given to
    ``many``. ``groups`` fixes their number (None: chosen); ``part`` is the share of the rows
    that each of up to ``readings`` readings holds."""

    groups: int | None = None
    few: int = 800
    readings: int = 300
    part: float = 0.6
    many: WardStarted = field(default_factory=WardStarted)
    key: str = field(default="agreed+ward+spherical-k-means", init=False)

    def group(
        self,
        rows: Vectors,
        weights: npt.NDArray[np.float32],
        seed: int,
        marks: Marks | None = None,
    ) -> Grouping:
        """See :class:`analysis.text.clustering.Clusterer`."""
        if not 8 <= len(rows) <= self.few:
            return self.many.group(rows, weights, seed, marks)
        marks = np.arange(len(rows), dtype=np.uint64) if marks is None else marks
        count = self.groups or agreed_groups(rows, seed, marks)
        finer = count or round(1.6 * len(rows) ** 0.5)
        count = min(count or suggested_groups(len(rows)), len(rows))
        calmer = normalised(self._agreement(rows, finer, seed, marks) @ rows)
        near = nearest(calmer, cut(calmer, ward_tree(calmer), count))
        there, numbered = np.unique(near, return_inverse=True)
        labels = np.asarray(numbered, dtype=np.int32)
        return Grouping(labels, normalised(weighted_sums(rows, weights, labels, len(there))))

    def _agreement(self, rows: Vectors, groups: int, seed: int, marks: Marks) -> Agreement:
        """The work of one reading grows with the square of the rows: many rows, fewer readings."""
        times = int(np.clip(self.readings * (250 / len(rows)) ** 2, 20, self.readings))
        together = np.zeros((len(rows), len(rows)), dtype=np.float32)
        for reading in range(times):
            chosen = rows[lots(marks, seed * 1_000 + reading) < self.part]
            if len(chosen) < 2:
                chosen = rows
            centres = cut(chosen, ward_tree(chosen), min(groups, len(chosen)), rounds=10)
            labels = nearest(rows, centres)
            together += labels[:, None] == labels[None, :]
        return np.asarray(together / times, dtype=np.float32)
