"""Codebooks: the themes that stories are read against, one folder of data files each.

``codebook.toml`` holds the themes, ``ties.toml`` what makes a story belong to each value of a
frame (optional), and ``exemplars/`` invented stories of each theme (optional). The same as one JSON
file, for sharing, is read and written by :mod:`dialogue.vision.codebook_files`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.vision.exemplars import Exemplar, read_exemplars
from dialogue.vision.frames import Frame, load_frames
from dialogue.vision.localized import LocalizedList
from dialogue.vision.tables import Table, read_table

CODEBOOKS: Final = Path(__file__).parent / "codebooks"
NARA_VARD: Final = CODEBOOKS / "nara_vard"
LONGEST_LABEL: Final = 8
"""Words in a label, at most."""
SAY_NOTHING: Final = {
    "sv": ("olika", "diverse", "synpunkter på", "övrigt"),
    "en": ("various", "miscellaneous", "views on", "other"),
}
"""Words that make a label say nothing."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme. ``ties`` hold a strength 0..1 for values of the codebook's frame, by node key;
    ``nodes`` the keys of the nodes that it speaks to, by frame key. ``lexicon`` entries are word
    starts in lower case."""

    key: str
    label: Localized
    description: Localized
    facets: LocalizedList
    lexicon: LocalizedList
    ties: Mapping[str, float] = field(default_factory=dict)
    nodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exemplars: tuple[Exemplar, ...] = ()

    @property
    def guide(self) -> tuple[Exemplar, ...]:
        """The exemplars that may guide."""
        return tuple(one for one in self.exemplars if not one.unseen)

    @property
    def unseen(self) -> tuple[Exemplar, ...]:
        """The exemplars kept to judge the guide by."""
        return tuple(one for one in self.exemplars if one.unseen)


@dataclass(frozen=True, slots=True)
class ValueGuide:
    """What makes a story belong to one node of the codebook's frame: situations and word starts."""

    node: str
    facets: LocalizedList
    lexicon: LocalizedList


@dataclass(frozen=True, slots=True)
class Codebook:
    """A codebook as loaded. ``frame`` is the key of the frame its ties refer to, if any."""

    key: str
    text: Localized
    themes: tuple[Theme, ...]
    frame: str | None = None
    values: tuple[ValueGuide, ...] = ()

    def theme(self, key: str) -> Theme:
        """The theme ``key``. Raises KeyError."""
        for theme in self.themes:
            if theme.key == key:
                return theme
        raise KeyError(f"{self.key}/{key}")


def load_codebook(
    folder: Path | str = NARA_VARD, frames: Mapping[str, Frame] | None = None
) -> Codebook:
    """The codebook in ``folder``, its ties checked against ``frames`` (the shipped ones if None).

    Raises VisionError, a sentence naming file and key, when a file cannot be used.
    """
    folder = Path(folder)
    ties = folder / "ties.toml"

    def told(themes: Sequence[str]) -> Mapping[str, tuple[Exemplar, ...]]:
        return read_exemplars(folder / "exemplars", themes)

    return assemble(
        read_table(folder / "codebook.toml"),
        read_table(ties) if ties.exists() else None,
        told,
        load_frames() if frames is None else frames,
    )


def assemble(
    table: Table,
    ties: Table | None,
    exemplars: Callable[[Sequence[str]], Mapping[str, tuple[Exemplar, ...]]],
    frames: Mapping[str, Frame],
) -> Codebook:
    """A codebook from its tables; ``exemplars`` gives the stories of each of the theme keys.

    Raises VisionError, a sentence naming file and key.
    """
    table.only("key", "frame", "text", "theme")
    frame = _frame(table, frames)
    themes = [_read_theme(one, frame, frames) for one in table.tables("theme")]
    if not themes:
        raise table.wrong("has no [[theme]].")
    _check_unique(table, themes)
    stories = exemplars([theme.key for theme in themes])
    return Codebook(
        key=table.words("key"),
        text=table.localized("text"),
        frame=frame.key if frame else None,
        themes=tuple(replace(theme, exemplars=stories[theme.key]) for theme in themes),
        values=_read_values(ties, frame) if ties else (),
    )


def _frame(table: Table, frames: Mapping[str, Frame]) -> Frame | None:
    key = table.words_or_none("frame")
    if key is None:
        return None
    if key not in frames:
        raise table.wrong(f"names the frame “{key}”, which is not loaded.")
    return frames[key]


def _read_theme(table: Table, frame: Frame | None, frames: Mapping[str, Frame]) -> Theme:
    table.only("key", "label", "description", "facets", "lexicon", "ties", "nodes")
    described = table.localized("description")
    lexicon = _listed(table, "lexicon")
    for entry in (*lexicon.sv, *lexicon.en):
        if entry != entry.lower() or entry != entry.strip() or len(entry) < 3:
            raise table.wrong(
                f"has “{entry}” in its lexicon; entries are word starts of at least three "
                "letters, in lower case."
            )
    return Theme(
        key=table.words("key"),
        label=_label(table),
        description=Localized(*(" ".join(one.split()) for one in (described.sv, described.en))),
        facets=_listed(table, "facets"),
        lexicon=lexicon,
        ties=_ties(table, frame),
        nodes=_nodes(table, frames),
    )


def _listed(table: Table, name: str) -> LocalizedList:
    """Short texts in both languages; none where the name is left out."""
    return table.localized_list(name) if name in table.values else LocalizedList()


def _label(table: Table) -> Localized:
    """The label, once it is short and says something."""
    label = table.localized("label")
    for language in LANGUAGES:
        said = label.text(language)
        if len(said.split()) > LONGEST_LABEL:
            raise table.wrong(f"has a label of more than {LONGEST_LABEL} words, “{said}”.")
        words = f" {said.casefold()} "
        for empty in SAY_NOTHING[language]:
            if f" {empty} " in words:
                raise table.wrong(f"has a label that says nothing, “{said}” (“{empty}”).")
    return label


def _ties(table: Table, frame: Frame | None) -> dict[str, float]:
    if "ties" not in table.values:
        return {}
    inner = table.table("ties")
    if frame is None:
        raise table.wrong("has ties, but the codebook names no frame.")
    ties: dict[str, float] = {}
    for key, strength in sorted(inner.values.items()):
        if key not in frame:
            raise table.wrong(f"has a tie to “{key}”, which the frame “{frame.key}” does not have.")
        if isinstance(strength, bool) or not isinstance(strength, int | float):
            raise table.wrong(f"has a tie to “{key}” that is not a number.")
        if not 0 <= strength <= 1:
            raise table.wrong(f"has a tie to “{key}” of {strength}; it must be between 0 and 1.")
        ties[key] = float(strength)
    return ties


def _nodes(table: Table, frames: Mapping[str, Frame]) -> dict[str, tuple[str, ...]]:
    if "nodes" not in table.values:
        return {}
    inner = table.table("nodes")
    nodes: dict[str, tuple[str, ...]] = {}
    for frame in sorted(inner.values):
        if frame not in frames:
            raise table.wrong(f"names the frame “{frame}”, which is not loaded.")
        nodes[frame] = inner.texts(frame)
        for node in nodes[frame]:
            if node not in frames[frame]:
                raise table.wrong(f"names “{frame}/{node}”, but that frame has no such node.")
    return nodes


def _check_unique(table: Table, themes: list[Theme]) -> None:
    keys: set[str] = set()
    labels: set[tuple[str, str]] = set()
    for theme in themes:
        if theme.key in keys:
            raise table.wrong(f"has two themes with the key “{theme.key}”.")
        keys.add(theme.key)
        for language in LANGUAGES:
            label = theme.label.text(language)
            if (language, label.casefold()) in labels:
                raise table.wrong(f"has two themes with the label “{label}”.")
            labels.add((language, label.casefold()))


def _read_values(file: Table, frame: Frame | None) -> tuple[ValueGuide, ...]:
    file.only("tie")
    if frame is None:
        raise file.wrong("holds ties, but the codebook names no frame.")
    values: dict[str, ValueGuide] = {}
    for table in file.tables("tie"):
        table.only("node", "facets", "lexicon")
        node = table.words("node")
        if node not in frame:
            raise table.wrong(f"names “{node}”, which the frame “{frame.key}” does not have.")
        if node in values:
            raise table.wrong(f"names “{node}” a second time.")
        values[node] = ValueGuide(
            node, table.localized_list("facets"), table.localized_list("lexicon")
        )
    return tuple(values.values())
