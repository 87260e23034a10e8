"""Wording: which words a text holds, and what they say for each theme.

A text is a bag of words without stop words; a word is the letter groups in it (three to five
letters, with its borders), so that inflections, compounds, dialect and slips still meet. The
score of a text is a sum over its words, so the words that carried a tie can be shown, and a
million texts cost one sparse product.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import cho_factor, cho_solve

from analysis.text.embedding.distilled import DIMENSIONS, word_vectors
from analysis.text.words import STOPWORDS, tokens

NOTHING: frozenset[str] = frozenset()
Columns = npt.NDArray[np.int32]
BUCKETS = 1 << 16
"""Letter groups are hashed to so many columns."""
_MET = 8_192
_READ = 6_000
"""Characters of a text whose words are counted."""


@lru_cache(maxsize=100_000)
def letter_groups(word: str) -> npt.NDArray[np.int32]:
    """The columns of a word's letter groups, sorted, each once."""
    framed = f" {word[:40]} "
    spans = [(at, at + size) for size in (3, 4, 5) for at in range(len(framed) - size + 1)]
    if framed.isascii():
        written = framed.encode()
        groups = [written, *(written[start:end] for start, end in spans)]
    else:
        letters = [letter.encode("utf-8", "replace") for letter in framed]
        groups = [b"".join(letters), *(b"".join(letters[start:end]) for start, end in spans)]
    return np.array(sorted({zlib.crc32(group) % BUCKETS for group in groups}), dtype=np.int32)


@dataclass(slots=True)
class Vocabulary:
    """Numbers for words by language, in the order in which they are first met (``listed``);
    ``met`` keeps the numbers of the first texts, which a run sees more than once."""

    listed: list[tuple[str, str]] = field(default_factory=list)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    met: dict[tuple[str, str], Columns] = field(default_factory=dict)

    def bags(self, texts: Sequence[str], langs: Sequence[str]) -> sp.csr_matrix:
        """One row per text with a one for each word in it, shape (texts, words so far)."""
        rows: list[Columns] = []
        for told in zip(texts, langs, strict=True):
            met = self.met.get(told)
            if met is None:
                met = self._columns(*told)
                if len(self.met) < _MET:
                    self.met[told] = met
            rows.append(met)
        ends = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
        columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
        ones = np.ones(len(columns), dtype=np.float32)
        return sp.csr_matrix((ones, columns, ends), shape=(len(texts), len(self.listed)))

    def _columns(self, text: str, lang: str) -> Columns:
        numbers = self.numbers.setdefault(lang, {})
        words = set(tokens(text[:_READ])) - STOPWORDS.get(lang, NOTHING)
        for word in sorted(word for word in words if word not in numbers and len(word) > 1):
            numbers[word] = len(self.listed)
            self.listed.append((lang, word))
        return np.array(sorted(numbers[word] for word in words if len(word) > 1), dtype=np.int32)

    def groups(self, start: int = 0) -> sp.csr_matrix:
        """The letter groups of the words from number ``start`` on, shape (words, buckets)."""
        rows = [letter_groups(word) for _, word in self.listed[start:]]
        ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])]) if rows else [0]
        columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
        ones = np.ones(len(columns), dtype=np.float32)
        return sp.csr_matrix((ones, columns, ends), shape=(len(rows), BUCKETS))

    def meanings(self, start: int = 0) -> npt.NDArray[np.float32]:
        """Word vectors of the distilled table from number ``start`` on, shape (words, 192)."""
        return word_vectors([(word, lang) for lang, word in self.listed[start:]])


@dataclass(frozen=True, slots=True)
class WordingModel:
    """What letter groups say for each theme: ``slopes`` (buckets, themes), ``rarity`` (buckets,).

    Learned by ridge regression on the guide's texts; centred so that a text without a telling
    word scores zero everywhere. Slopes have eleven bits, so that half of the bytes keep them.
    """

    slopes: npt.NDArray[np.float32]
    rarity: npt.NDArray[np.float32]

    @classmethod
    def learned(
        cls,
        bags: sp.csr_matrix,
        groups: sp.csr_matrix,
        about: npt.NDArray[np.intp],
        weights: npt.NDArray[np.float64],
        themes: int,
        ridge: float = 1.0,
    ) -> WordingModel:
        """From texts as ``bags`` of words with their ``groups``; ``about`` is each one's theme."""
        counted = np.asarray((bags @ groups > 0).sum(axis=0)).ravel()
        rarity = np.where(counted > 0, np.log((1 + bags.shape[0]) / (1 + counted)) + 1, 0)
        weighted = groups @ sp.diags(rarity)
        texts = _of_length_one(bags @ weighted, _lengths(bags, weighted))
        texts = texts.astype(np.float32)
        wanted = np.eye(themes, dtype=np.float32)[about] - np.float32(1 / themes)
        kernel = (texts @ texts.T).toarray()
        kernel[np.diag_indices_from(kernel)] += ridge / weights
        held = cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
        slopes = texts.T @ cho_solve(held, wanted, check_finite=False)
        rounded = np.asarray(slopes, dtype=np.float16).astype(np.float32)
        return cls(rounded, rarity.astype(np.float32))

    def word_scores(self, groups: sp.csr_matrix) -> tuple[Scores, Scores]:
        """What each word says for each theme (words, themes), and its squared length (words,)."""
        weighted = groups @ sp.diags(self.rarity)
        squares = np.asarray(weighted.multiply(weighted).sum(axis=1), dtype=np.float32).ravel()
        return np.asarray(weighted @ self.slopes, dtype=np.float32), squares


Scores = npt.NDArray[np.float32]


@dataclass(slots=True)
class WordingScorer:
    """Scores texts with a model; keeps the scores and meanings of words it has met."""

    model: WordingModel | None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    _scores: Scores = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    _squares: Scores = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    _meanings: Scores = field(default_factory=lambda: np.zeros((0, DIMENSIONS), dtype=np.float32))

    def __post_init__(self) -> None:
        if self.model is not None:
            self._scores = np.zeros((0, self.model.slopes.shape[1]), dtype=np.float32)

    def read(self, texts: Sequence[str], langs: Sequence[str]) -> tuple[Scores | None, Scores]:
        """(theme scores or None without a model, summed meanings) of texts."""
        bags = self.vocabulary.bags(texts, langs)
        self._learn_words()
        meanings = np.asarray(bags @ self._meanings, dtype=np.float32)
        if self.model is None:
            return None, meanings
        lengths = np.sqrt(np.maximum(1e-9, bags @ self._squares))
        return np.asarray(bags @ self._scores / lengths[:, None], dtype=np.float32), meanings

    def words(self, text: str, lang: str) -> list[tuple[str, npt.NDArray[np.float32]]]:
        """Each word of a text with what it adds to the theme scores."""
        self.read([text], [lang])
        bag = self.vocabulary.bags([text], [lang])
        length = float(np.sqrt(max(1e-9, float((bag @ self._squares)[0]))))
        listed = self.vocabulary.listed
        return [(listed[n][1], self._scores[n] / length) for n in bag.indices]

    def _learn_words(self) -> None:
        met = len(self._meanings)
        if met == len(self.vocabulary.listed):
            return
        self._meanings = np.vstack([self._meanings, self.vocabulary.meanings(met)])
        if self.model is not None:
            scores, squares = self.model.word_scores(self.vocabulary.groups(met))
            self._scores = np.vstack([self._scores, scores])
            self._squares = np.concatenate([self._squares, squares])


def _lengths(bags: sp.csr_matrix, weighted: sp.csr_matrix) -> npt.NDArray[np.float64]:
    squares = np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel()
    return np.asarray(np.sqrt(np.maximum(1e-9, bags @ squares)))


def _of_length_one(rows: sp.csr_matrix, lengths: npt.NDArray[np.float64]) -> sp.csr_matrix:
    return sp.diags(1 / lengths) @ rows
