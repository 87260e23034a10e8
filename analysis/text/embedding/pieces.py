"""Long texts are embedded in pieces and the pieces are averaged.

An embedder's time grows with the square of a piece's length, so pieces stay short; of a very
long text a few pieces are read, spread from its beginning to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from analysis.text.embedding import Progress, Vectors, normalised

PIECE = 500
"""Characters aimed at in a piece; far under the bound of 2,000."""
MOST_PIECES = 4
_BATCH = 64


def pieces_of(text: str, size: int = PIECE, most: int = MOST_PIECES) -> list[str]:
    """At most ``most`` pieces of about ``size`` characters, cut between words."""
    if len(text) <= size * 3 // 2:
        return [_bounded(text, size * 2)] if text else []
    count = min(most, -(-len(text) // size))
    if count * size >= len(text):
        size = -(-len(text) // count)
    starts = [round(i * (len(text) - size) / (count - 1)) for i in range(count)]
    return [_bounded(text[_word_start(text, s) : s + size], size * 2) for s in starts]


def _word_start(text: str, start: int) -> int:
    if start == 0:
        return 0
    blank = text.find(" ", start, start + 40)
    return blank + 1 if blank >= 0 else start


def _bounded(piece: str, most_bytes: int) -> str:
    """Cuts a piece whose letters take many bytes each (they take as many tokens)."""
    raw = piece.encode("utf-8", "ignore")
    return piece if len(raw) <= most_bytes else raw[:most_bytes].decode("utf-8", "ignore")


def embed_in_pieces(
    texts: Sequence[str],
    dimensions: int,
    embed_batch: Callable[[list[str]], Vectors],
    progress: Progress | None = None,
) -> Vectors:
    """The mean direction of each text's pieces, weighted by their length."""
    total = np.zeros((len(texts), dimensions), dtype=np.float32)
    queue: list[tuple[int, str]] = [
        (row, piece) for row, text in enumerate(texts) for piece in pieces_of(text)
    ]
    for at in range(0, len(queue), _BATCH):
        batch = queue[at : at + _BATCH]
        vectors = normalised(embed_batch([piece for _, piece in batch]))
        for (row, piece), vector in zip(batch, vectors, strict=True):
            total[row] += len(piece) * vector
        if progress:
            progress(batch[-1][0] + 1, len(texts))
    if progress:
        progress(len(texts), len(texts))
    return normalised(total)
