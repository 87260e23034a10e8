"""Shares: scores turned into parts of one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Shares = npt.NDArray[np.float32]
"""Strengths 0..1, one row per text."""


def softmax(scores: npt.NDArray[np.floating]) -> Shares:
    """Scores as shares of one, row by row."""
    if not scores.shape[1]:
        return np.asarray(scores, dtype=np.float32)
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
