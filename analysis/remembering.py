"""Remembers what guides embed to, so that a reading does not embed the codebook anew.

Only texts of codebooks and frames are remembered, never a story.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analysis.text.embedding import Embedder, Progress, Vectors
from analysis.text.framing import node_texts
from analysis.text.guidance import Codebook, Frame
from analysis.text.guiding import guide_texts


@dataclass
class RememberingGuides:
    """An embedder that keeps the vectors of ``texts`` in a file and passes the rest on."""

    inner: Embedder
    texts: frozenset[str]
    file: Path
    _rows: dict[str, Vectors] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.file.exists():
            with np.load(self.file) as kept:
                self._rows = dict(zip(kept["names"].tolist(), kept["rows"], strict=True))

    @property
    def key(self) -> str:
        return self.inner.key

    @property
    def dimensions(self) -> int:
        return self.inner.dimensions

    @property
    def leaves_machine(self) -> bool:
        return self.inner.leaves_machine

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`analysis.text.embedding.Embedder`."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        names = [_name(text) for text in texts]
        missing = [at for at, name in enumerate(names) if name not in self._rows]
        for at, name in enumerate(names):
            if name in self._rows:
                rows[at] = self._rows[name]
        if missing:
            rows[missing] = self.inner.embed([texts[at] for at in missing], progress)
            fresh = {names[at]: rows[at] for at in missing if texts[at] in self.texts}
            if fresh:
                self._rows |= fresh
                self._keep()
        return rows

    def _keep(self) -> None:
        """Write a new file and put it in the old one's place, so that no reader sees half of it."""
        wanted = {_name(text) for text in self.texts}
        kept = {name: row for name, row in self._rows.items() if name in wanted}
        new = self.file.with_suffix(f".{os.getpid()}.npz")
        np.savez(new, names=np.array(list(kept)), rows=np.array(list(kept.values())))
        new.replace(self.file)


def remembering(
    inner: Embedder, codebook: Codebook | None, frames: Sequence[Frame], folder: Path
) -> RememberingGuides:
    """An embedder that remembers this codebook and these frames in ``folder``."""
    texts = {said.text for said in guide_texts(codebook)} if codebook else set()
    texts |= {text for frame in frames for _node, _lang, text in node_texts(frame)}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"guides-{_name(inner.key)[:12]}.npz"
    return RememberingGuides(inner, frozenset(texts), file)


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
