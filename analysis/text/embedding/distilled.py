"""The distilled table: word vectors made from the big model once, shipped with the engine.

Rare words weigh more (SIF weights). Swedish compounds that the table lacks are taken apart;
other unknown words lose their endings. ``data/distilled.md`` tells how the table was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.text.embedding import normalised
from analysis.text.stories import LANGUAGES
from analysis.text.words import is_stopword

_FILE = Path(__file__).parent.parent / "data" / "distilled.npz"
_RARE = 3e-4
DIMENSIONS = 192
SURE = 0.6
"""The cosine from which a word of the other language is believed to mean the same."""
_COMMON = 9_000
"""Words are translated into one of so many common words."""


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` (words, 192); ``numbers`` finds a word's row by language; ``weights`` are SIF."""

    rows: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    shares: npt.NDArray[np.float32]
    words: dict[str, list[str]]
    numbers: dict[str, dict[str, int]]


@cache
def table() -> Table:
    """The shipped table, read once."""
    with np.load(_FILE) as held:
        rows = held["table"].astype(np.float32) * held["unit"]
        shares = held["shares"].astype(np.float32)
        words = {lang: str(held[lang]).split("\n") for lang in LANGUAGES}
    numbers, at = {}, 0
    for lang in LANGUAGES:
        numbers[lang] = {word: at + n for n, word in enumerate(words[lang])}
        at += len(words[lang])
    weights = (_RARE / (_RARE + shares)).astype(np.float32)
    return Table(rows, weights, shares, words, numbers)


@lru_cache(maxsize=300_000)
def word_row(word: str, lang: str) -> tuple[tuple[int, ...], float]:
    """The table rows that stand for a small-letter word, and its weight; () when none does."""
    known = table().numbers.get(lang)
    if known is None:
        return (), 0.0
    if word in known:
        return (known[word],), float(table().weights[known[word]])
    parts = _compound(word, known) if lang == "sv" and len(word) >= 7 else ()
    if parts:
        return parts, 1.0
    for cut in range(1, 4):
        if len(word) - cut >= 4 and word[:-cut] in known:
            return (known[word[:-cut]],), 0.8
    return (), 0.0


def _compound(word: str, known: dict[str, int]) -> tuple[int, ...]:
    """The two known words that make a compound, else the known word at its end."""
    best: tuple[int, tuple[int, ...]] = (2, ())
    for at in range(3, len(word) - 2):
        first, last = word[:at], word[at:]
        for start in (first, first[:-1]) if first.endswith("s") else (first,):
            if len(start) > 2 and start in known and last in known:
                best = max(best, (min(len(start), len(last)), (known[start], known[last])))
    if best[1]:
        return best[1]
    ends = (word[at:] for at in range(1, len(word) - 4))
    return next(((known[end],) for end in ends if end in known), ())


def word_vectors(words: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
    """The weighted vectors of (word, language) pairs, shape (words, 192); see `word_vector`."""
    found = np.zeros((len(words), DIMENSIONS), dtype=np.float32)
    places, rows, weights = [], [], []
    for place, (word, lang) in enumerate(words):
        held, weight = word_row(word, lang)
        if len(held) == 1:
            places.append(place)
            rows.append(held[0])
            weights.append(weight)
        elif held:
            found[place] = word_vector(word, lang)
    found[places] = table().rows[rows] * np.array(weights, dtype=np.float32)[:, None]
    return found


def word_vector(word: str, lang: str) -> npt.NDArray[np.float32]:
    """The weighted vector of a word, shape (192,); zeros for an unknown one."""
    rows, weight = word_row(word, lang)
    if not rows:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    total = table().rows[list(rows)].sum(axis=0) / len(rows) ** 0.5
    return np.asarray(weight * total, dtype=np.float32)


@lru_cache(maxsize=4_096)
def translated(word: str, lang: str, to: str) -> str | None:
    """A common word of the other language that means the same, if each is nearest to the other.

    Words that are merely spelled alike seldom choose each other; words that are spelled the same
    ("mat", "personal", "barn") look alike to the table whatever they mean, and are not believed.
    """
    found = _nearest_word(word, lang, to)
    if found is None or found == word or is_stopword(found, to) or len(found) < 3:
        return None
    back = _nearest_word(found, to, lang)
    return found if back is not None and back[:4] == word[:4] else None


def _nearest_word(word: str, lang: str, to: str) -> str | None:
    rows, _ = word_row(word, lang)
    if not rows or to not in table().numbers:
        return None
    held = table()
    cosines = _common_rows(to) @ normalised(held.rows[list(rows)].sum(axis=0, keepdims=True))[0]
    best = int(np.argmax(cosines))
    return held.words[to][best] if cosines[best] >= SURE else None


@cache
def _common_rows(lang: str) -> npt.NDArray[np.float32]:
    start = 0 if lang == "sv" else len(table().words["sv"])
    return normalised(table().rows[start : start + _COMMON])
