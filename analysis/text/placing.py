"""Placing: every row gets its themes, guided ones and discovered ones side by side.

Themes are found on a bounded sample in canonical order; all rows are then placed in one pass,
a chunk at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring
from analysis.text.clustering import Clusterer
from analysis.text.clustering.spherical import refine
from analysis.text.clustering.ward import even_sample
from analysis.text.embedding import Vectors, normalised
from analysis.text.framing import Framer
from analysis.text.rows import Rows
from analysis.text.shares import Shares, softmax

NOBODY = -1
"""The group number of a lone voice."""


@dataclass(frozen=True, slots=True)
class Found:
    """The themes of a run. ``known`` of them, the first ones, are the codebook's."""

    centres: Vectors
    known: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each row of the order belongs.

    ``themes`` and ``strengths`` have shape (rows, most themes), the strongest first, −1 where
    there is none; ``closeness`` (rows,) is the cosine to the strongest theme's centre;
    ``ties`` holds the strengths for each frame's nodes.
    """

    themes: npt.NDArray[np.int32]
    strengths: npt.NDArray[np.float32]
    closeness: npt.NDArray[np.float32]
    ties: Mapping[str, Shares]


def find_themes(
    rows: Vectors,
    guide: Vectors | None,
    clusterer: Clusterer,
    fits: float,
    smallest: int,
    seed: int,
) -> Found:
    """The guide's centres, moved by the stories, and centres for what the guide does not hold."""
    weights = np.ones(len(rows), dtype=np.float32)
    if guide is None or not len(guide):
        grouping = clusterer.group(rows, weights, seed)
        kept = grouping.sizes >= min(smallest, max(1, len(rows)))
        return Found(grouping.centres[kept], 0)
    if not len(rows):
        return Found(guide, len(guide))
    guided = refine(rows, weights, guide, prior=3.0)
    outside = (rows @ guided.centres.T).max(axis=1) < fits
    fresh = np.zeros((0, rows.shape[1]), dtype=np.float32)
    if outside.sum() >= max(8, smallest):
        grouping = clusterer.group(rows[outside], weights[outside], seed)
        fresh = grouping.centres[grouping.sizes >= smallest]
    return Found(np.vstack([guided.centres, fresh]).astype(np.float32), len(guided.centres))


@dataclass(frozen=True, slots=True)
class Placer:
    """Places rows in found themes and ties them to frames."""

    found: Found
    sharpness: float
    fits: float
    also: float
    most: int

    def place(
        self, rows: Rows, centring: LanguageCentring, framer: Framer, frames: Sequence[str]
    ) -> Placed:
        """One pass over all rows."""
        parts = [self._part(rows.centred(p, centring), framer, frames) for p in rows.parts()]
        if not parts:
            parts = [self._part(np.zeros((0, rows.stored.shape[1]), np.float32), framer, frames)]
        return Placed(
            np.concatenate([part.themes for part in parts]),
            np.concatenate([part.strengths for part in parts]),
            np.concatenate([part.closeness for part in parts]),
            {f: np.concatenate([part.ties[f] for part in parts]) for f in frames},
        )

    def _part(self, rows: Vectors, framer: Framer, frames: Sequence[str]) -> Placed:
        if not len(self.found.centres):
            return self._nothing(rows, framer, frames)
        cosines = rows @ self.found.centres.T
        shares = softmax(self.sharpness * cosines)
        most = min(self.most, cosines.shape[1])
        themes = np.argsort(-shares, axis=1, kind="stable")[:, :most].astype(np.int32)
        strengths = np.take_along_axis(shares, themes, axis=1)
        near = np.take_along_axis(cosines, themes, axis=1)
        drop = (strengths < self.also * strengths[:, :1]) | (near < self.fits)
        ties = {frame: framer.tie(frame, rows) for frame in frames}
        return Placed(
            np.where(drop, NOBODY, themes).astype(np.int32),
            np.where(drop, 0, strengths).astype(np.float32),
            near[:, 0].astype(np.float32),
            ties,
        )

    def _nothing(self, rows: Vectors, framer: Framer, frames: Sequence[str]) -> Placed:
        nobody = np.full((len(rows), 1), NOBODY, dtype=np.int32)
        zero = np.zeros((len(rows), 1), dtype=np.float32)
        ties = {frame: framer.tie(frame, rows) for frame in frames}
        return Placed(nobody, zero, zero[:, 0], ties)


def fit_rows(rows: Rows, centring: LanguageCentring, most: int) -> Vectors:
    """An even sample of the rows that have a vector, centred, in canonical order."""
    chosen = rows.order[even_sample(len(rows), most)]
    if not len(chosen):
        return np.zeros((0, rows.stored.shape[1]), dtype=np.float32)
    centred = rows.centred(chosen, centring)
    return normalised(centred[centred.any(axis=1)])
