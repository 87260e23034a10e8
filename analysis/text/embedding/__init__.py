"""Embedding: a text becomes a direction, so that texts about the same thing point alike.

Every embedder keeps the same promise (:class:`Embedder`), so a pipeline can be given any of
them; vectors of one embedder are never compared with those of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Rows of length one, float32, shape (texts, dimensions)."""

Progress = Callable[[int, int], None]
"""Called with (done, total) while texts are embedded."""


class Embedder(Protocol):
    """Turns cleaned texts into vectors."""

    @property
    def key(self) -> str:
        """Names the embedder and its version; stored beside every vector it made."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    @property
    def leaves_machine(self) -> bool:
        """True when texts are sent to another machine."""
        ...

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """One row of length one per text, the same for the same text whatever stands beside it.

        An empty text gives a row of zeros.
        """
        ...


class EmbeddingFailed(RuntimeError):
    """The embedder could not be reached or answered something else than vectors."""


def normalised(rows: npt.NDArray[np.floating]) -> Vectors:
    """Rows scaled to length one; rows without length stay zero."""
    as_float = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(as_float, axis=1, keepdims=True)
    out = np.zeros_like(as_float)
    np.divide(as_float, lengths, out=out, where=lengths > 1e-12)
    return out
