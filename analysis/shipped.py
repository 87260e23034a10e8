"""The codebook and the frames that this installation reads with."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from analysis.guides import bilingual, frame_guide
from analysis.text.guidance import Codebook, CodebookTheme, Exemplar, Frame
from dialogue.vision import codebook as vision_codebook
from dialogue.vision.frames import load_frames


@cache
def frames() -> tuple[Frame, ...]:
    """Every frame there is, as the engine reads it."""
    return tuple(frame_guide(frame) for frame in load_frames().values())


@cache
def codebook() -> Codebook:
    """The codebook of close care, as the engine reads it; its version is that of its files."""
    loaded = vision_codebook.load_codebook()
    return Codebook(
        key=loaded.key,
        version=version_of(vision_codebook.NARA_VARD),
        themes=tuple(_theme(theme, loaded.frame) for theme in loaded.themes),
    )


def version_of(folder: Path) -> str:
    """Twelve characters that change whenever a word in the folder does."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _theme(theme: vision_codebook.Theme, frame: str | None) -> CodebookTheme:
    ties = {key: dict.fromkeys(nodes, 1.0) for key, nodes in theme.nodes.items()}
    if frame:
        ties[frame] = ties.get(frame, {}) | dict(theme.ties)
    return CodebookTheme(
        key=theme.key,
        label=bilingual(theme.label),
        description=bilingual(theme.description),
        facets={"sv": theme.facets.sv, "en": theme.facets.en},
        lexicon={"sv": theme.lexicon.sv, "en": theme.lexicon.en},
        ties=ties,
        exemplars=tuple(
            Exemplar(one.id, one.language, one.text, one.border) for one in theme.guide
        ),
    )
