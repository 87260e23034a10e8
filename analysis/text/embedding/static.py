"""The static embedder: a text is the sum of its words' vectors in the distilled table.

About a hundred times as fast as the model and in need of nothing but numpy: the instant
fallback where the model cannot run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.text.embedding import Progress, Vectors, normalised
from analysis.text.embedding.distilled import DIMENSIONS, table, word_vector
from analysis.text.stories import LANGUAGES
from analysis.text.words import is_stopword, tokens


@dataclass(frozen=True, slots=True)
class StaticTable:
    """The instant embedder. Words are looked up in Swedish and in English, whichever knows."""

    key: str = field(default="distilled-1/multilingual-e5-small/192", init=False)
    dimensions: int = field(default=DIMENSIONS, init=False)
    leaves_machine: bool = field(default=False, init=False)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`analysis.text.embedding.Embedder`."""
        out = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            words = tokens(text)
            lang = _likelier(words)
            for word in words:
                out[row] += word_vector(word, lang)
            if progress and row % 512 == 511:
                progress(row + 1, len(texts))
        if progress:
            progress(len(texts), len(texts))
        return normalised(out)


def _likelier(words: Sequence[str]) -> str:
    """The language whose words these are, by how many of them it knows and how common they are."""
    known = {
        lang: sum(word in table().numbers[lang] or is_stopword(word, lang) for word in words)
        for lang in LANGUAGES
    }
    return max(LANGUAGES, key=lambda lang: known[lang])
