"""Clustering: directions that lie close together become groups.

A clusterer gets rows of length one in a canonical order and gives each row a group; it may
find fewer or more groups than was expected. It draws no random number that is not seeded,
so the same rows give the same groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.text.embedding import Vectors

Labels = npt.NDArray[np.int32]
"""A group number per row, shape (rows,)."""

Marks = npt.NDArray[np.uint64]
"""A number per row that stands for what it says, shape (rows,)."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups of rows: ``labels`` 0..k−1 and ``centres`` of length one, shape (k, dimensions)."""

    labels: Labels
    centres: Vectors

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Rows per group."""
        return np.bincount(self.labels, minlength=len(self.centres))


class Clusterer(Protocol):
    """Groups rows."""

    @property
    def key(self) -> str:
        """Names the method in the recipe."""
        ...

    def group(
        self,
        rows: Vectors,
        weights: npt.NDArray[np.float32],
        seed: int,
        marks: Marks | None = None,
    ) -> Grouping:
        """Groups of ``rows`` (n, d), each counting ``weights`` (n,); n may be 0 or 1.

        What is drawn for a row depends on its mark (its number where no marks are given).
        """
        ...
