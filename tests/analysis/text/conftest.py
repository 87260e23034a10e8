"""A pipeline without a model, and what it makes of the small codebook."""

from __future__ import annotations

import pytest

from analysis.text.embedding.static import StaticTable
from analysis.text.guiding import Guide
from analysis.text.pipeline import Pipeline
from tests.analysis.text.two_subjects import CODEBOOK


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """A pipeline that needs no model."""
    return Pipeline(embedder=StaticTable())


@pytest.fixture(scope="session")
def guide(pipeline: Pipeline) -> Guide:
    """What that pipeline makes of the small codebook."""
    return pipeline.guide(CODEBOOK)
