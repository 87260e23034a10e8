"""The crosswalk: which nodes of one frame answer to which nodes of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dialogue.vision.frames import SHIPPED, Frame
from dialogue.vision.tables import Table, read_table, toml_files

LINKS_FOLDER = "links"


class Relation(StrEnum):
    """How the first node of a link stands to the second."""

    SAME = "same"
    PART_OF = "part of"
    TOUCHES = "touches"


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the crosswalk, read as “``source`` is same as / part of / touches ``target``”.

    Both are node names such as ``framtidsbild/trygghet``; ``made_by`` says who drew the link.
    """

    source: str
    relation: Relation
    target: str
    made_by: str


def load_links(frames: Mapping[str, Frame], *folders: Path | str) -> tuple[Link, ...]:
    """The links in the folder ``links`` beside the shipped frames, and beside those in ``folders``.

    A folder without links is no error. Raises VisionError when a link names an unknown frame or
    node, joins two nodes of one frame, or is drawn twice.
    """
    links: dict[frozenset[str], Link] = {}
    for folder in (SHIPPED, *map(Path, folders)):
        if not (folder / LINKS_FOLDER).is_dir():
            continue
        for path in toml_files(folder / LINKS_FOLDER):
            for table, link in _read_links(read_table(path), frames):
                pair = frozenset((link.source, link.target))
                if pair in links:
                    raise table.wrong(f"joins {link.source} and {link.target} a second time.")
                links[pair] = link
    return tuple(links.values())


def linked_to(name: str, links: Iterable[Link]) -> dict[str, Relation]:
    """The nodes linked to the node ``name``, whichever end it stands at."""
    found = {link.target: link.relation for link in links if link.source == name}
    found.update({link.source: link.relation for link in links if link.target == name})
    return found


def _read_links(file: Table, frames: Mapping[str, Frame]) -> list[tuple[Table, Link]]:
    file.only("made_by", "link")
    made_by = file.words("made_by")
    read: list[tuple[Table, Link]] = []
    for table in file.tables("link"):
        table.only("from", "relation", "to")
        link = Link(
            source=_known(table, "from", frames),
            relation=_relation(table),
            target=_known(table, "to", frames),
            made_by=made_by,
        )
        if link.source.split("/")[0] == link.target.split("/")[0]:
            raise table.wrong(f"joins two nodes of one frame, {link.source} and {link.target}.")
        read.append((table, link))
    return read


def _relation(table: Table) -> Relation:
    said = table.words("relation")
    try:
        return Relation(said)
    except ValueError:
        known = ", ".join(f"“{one}”" for one in Relation)
        raise table.wrong(f"has the relation “{said}”; it must be one of {known}.") from None


def _known(table: Table, name: str, frames: Mapping[str, Frame]) -> str:
    """The node name under ``name``, once both its frame and its node are found."""
    said = table.words(name)
    frame, _, node = said.partition("/")
    if frame not in frames:
        raise table.wrong(f"names the frame “{frame}” in “{name}”, which is not loaded.")
    if node not in frames[frame]:
        raise table.wrong(f"names “{said}” in “{name}”, but that frame has no such node.")
    return said
