"""Guides: frames and codebooks of the platform, as the engine reads them."""

from __future__ import annotations

from analysis.text.guidance import Frame, FrameNodeText
from analysis.text.stories import Bilingual
from dialogue.ground.localized import Localized
from dialogue.vision import frames as vision_frames

VISION = "framtidsbild"
"""The frame whose top nodes are trygghet, tillgänglighet and tillsammans."""


def frame_guide(frame: vision_frames.Frame) -> Frame:
    """A frame as the engine reads it; what is said about a node becomes a facet of it."""
    return Frame(
        key=frame.key,
        nodes=tuple(
            FrameNodeText(
                key=node.key,
                text=bilingual(node.text),
                parent=node.parent,
                facets={"sv": (node.about.sv,), "en": (node.about.en,)} if node.about else {},
            )
            for node in frame.nodes
        ),
    )


def bilingual(text: Localized) -> Bilingual:
    """A text of the platform in both languages."""
    return Bilingual(sv=text.sv, en=text.en)
