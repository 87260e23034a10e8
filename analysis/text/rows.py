"""Rows: stored vectors handed out in canonical order, centred, a piece at a time.

A million stored vectors stay float16 where they are; only the piece at work is float32.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.text.centring import LanguageCentring, RunningMean, added, running_means
from analysis.text.embedding import Vectors, normalised

CHUNK = 8_192
"""Rows that are float32 at a time."""

Stored = npt.NDArray[np.floating]
"""Vectors as they were stored (usually float16), shape (stories, dimensions)."""


def rows_without(stored: Stored, order: npt.NDArray[np.intp]) -> list[int]:
    """Which rows of ``order`` hold no vector yet."""
    missing: list[int] = []
    for at in range(0, len(order), CHUNK):
        part = order[at : at + CHUNK]
        missing += part[~np.asarray(stored[part]).any(axis=1)].tolist()
    return missing


@dataclass(frozen=True, slots=True)
class Rows:
    """``order`` picks rows of ``stored``; ``langs`` names the language of every stored row."""

    stored: Stored
    order: npt.NDArray[np.intp]
    langs: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.order)

    def means(self) -> dict[str, RunningMean]:
        """The running mean of every language, of rows that have a vector."""
        found: dict[str, RunningMean] = {}
        for part in self.parts():
            rows = self.raw(part)
            there = rows.any(axis=1)
            found = added(found, running_means(rows[there], self.langs[part][there].tolist()))
        return found

    def parts(self) -> Iterator[npt.NDArray[np.intp]]:
        """The order, a chunk at a time."""
        for at in range(0, len(self.order), CHUNK):
            yield self.order[at : at + CHUNK]

    def raw(self, part: npt.NDArray[np.intp]) -> Vectors:
        """Rows of length one, not yet centred; rows that cannot be used are zero."""
        return normalised(np.nan_to_num(self.stored[part].astype(np.float32), posinf=0, neginf=0))

    def centred(self, part: npt.NDArray[np.intp], centring: LanguageCentring) -> Vectors:
        """Rows without their language's mean."""
        return centring.centred(self.raw(part), self.langs[part].tolist())
