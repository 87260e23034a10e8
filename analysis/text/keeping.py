"""Keeping: what a reading found, so that a new story can be placed without a new run."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

import numpy as np

from analysis.text.centring import LanguageCentring
from analysis.text.found import Found, Priors
from analysis.text.space import Space


@dataclass(frozen=True, slots=True)
class Kept:
    """The themes of a reading with their ``keys`` by number, and how its stories were centred.

    It holds no story. It belongs to the embedder and the codebook that it names.
    """

    embedder: str
    codebook: str | None
    keys: tuple[str | None, ...]
    found: Found
    corpus: LanguageCentring
    space: Space

    def to_bytes(self) -> bytes:
        """As a file that holds numbers and strings only (npz)."""
        told = {
            "embedder": self.embedder,
            "codebook": self.codebook,
            "keys": self.keys,
            "known": self.found.known,
            "outlying": self.found.outlying,
            "like_known": self.space.known,
            "corpus": sorted(self.corpus.means),
            "words": sorted(self.space.words.means),
            "priors": sorted(self.found.priors.by_lang),
        }
        arrays = {
            "told": np.array(json.dumps(told)),
            "priors": np.stack([rows for _, rows in sorted(self.found.priors.by_lang.items())]),
            "centres": self.found.centres,
            "themes": self.found.themes,
            "corpus": _stacked(self.corpus),
            "words": _stacked(self.space.words),
        }
        if self.space.metric is not None:
            arrays["metric"] = self.space.metric
        held = io.BytesIO()
        np.savez(held, allow_pickle=False, **arrays)
        return held.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Kept:
        """What :meth:`to_bytes` wrote. Raises ValueError for anything else."""
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            told = json.loads(str(held["told"]))
            metric = held.get("metric", None)
            return cls(
                told["embedder"],
                told["codebook"],
                tuple(told["keys"]),
                Found(
                    told["known"],
                    Priors(dict(zip(told["priors"], held["priors"], strict=True))),
                    held["centres"],
                    held["themes"],
                    told["outlying"],
                ),
                _centring(told["corpus"], held["corpus"]),
                Space(_centring(told["words"], held["words"]), metric, told.get("like_known", 0.5)),
            )


def _stacked(centring: LanguageCentring) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The fallback first, then the means in the order of their languages."""
    return np.stack([centring.fallback, *(centring.means[one] for one in sorted(centring.means))])


def _centring(
    langs: list[str], rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> LanguageCentring:
    return LanguageCentring(dict(zip(langs, rows[1:], strict=True)), rows[0])
