"""Remembered vectors: texts that were embedded before are not embedded again.

The vectors of the shipped codebook and frames lie beside the engine, so that a first run does
not spend a minute on them. A changed text is not found there and is embedded anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.text.embedding import Embedder, Progress, Vectors, normalised

SHIPPED = Path(__file__).parent.parent / "data" / "guide_vectors.npz"


def mark(text: str) -> bytes:
    """Sixteen bytes that stand for a text."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Remembering:
    """An embedder with vectors that are known beforehand, by the mark of their text."""

    embedder: Embedder
    known: Mapping[bytes, npt.NDArray[np.float16]]

    @property
    def key(self) -> str:
        """The key of the embedder that made the vectors."""
        return self.embedder.key

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self.embedder.dimensions

    @property
    def leaves_machine(self) -> bool:
        """As the embedder's."""
        return self.embedder.leaves_machine

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and mark(text) in self.known

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`analysis.text.embedding.Embedder`."""
        marks = [mark(text) for text in texts]
        new = [row for row, one in enumerate(marks) if one not in self.known]
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if new:
            out[new] = self.embedder.embed([texts[row] for row in new], progress)
        for row, one in enumerate(marks):
            if one in self.known:
                out[row] = self.known[one]
        return normalised(out)


@cache
def shipped_vectors(key: str, path: Path = SHIPPED) -> dict[bytes, npt.NDArray[np.float16]]:
    """The shipped vectors of the embedder ``key``; none when they are another embedder's."""
    if not path.exists():
        return {}
    with np.load(path) as held:
        if str(held["embedder"]) != key:
            return {}
        marks, rows = held["marks"], held["rows"]
    return {bytes(one): row for one, row in zip(marks, rows, strict=True)}


def save_vectors(path: Path, embedder: Embedder, texts: Sequence[str]) -> int:
    """Embed texts and keep their vectors in ``path``; returns how many."""
    ordered = sorted(dict.fromkeys(texts), key=mark)
    rows = embedder.embed(ordered).astype(np.float16)
    marks = np.frombuffer(b"".join(map(mark, ordered)), dtype=np.uint8).reshape(-1, 16)
    np.savez_compressed(path, embedder=np.array(embedder.key), marks=marks, rows=rows)
    return len(ordered)
