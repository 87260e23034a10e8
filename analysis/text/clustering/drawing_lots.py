"""Lots: chance that belongs to a row itself.

A lot depends on the row's mark and on the number of the draw alone, so a row draws the same lot
in whatever company and order it stands.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.text.clustering import Marks

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def lots(marks: Marks, draw: int) -> npt.NDArray[np.float64]:
    """A number 0..1 for each mark, evenly spread (SplitMix64, Steele and others 2014)."""
    with np.errstate(over="ignore"):
        mixed = marks * _FIRST + np.uint64(draw + 1) * _STEP
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53
