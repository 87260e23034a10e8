"""Frames: the visions and policies that stories are tied to, one TOML file each.

A frame is a tree of nodes. Each node has its text in Swedish and English and points to the
sentence of the document it comes from, quoted exactly as it stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialogue.ground.localized import Localized
from dialogue.vision.tables import Table, read_table, toml_files

SHIPPED: Final = Path(__file__).parent / "frames"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from: a document's file name and its words, line breaks included."""

    file: str
    quote: str

    @property
    def sentence(self) -> str:
        """The quote on one line, for showing."""
        return " ".join(self.quote.split())


@dataclass(frozen=True, slots=True)
class Node:
    """One point of a frame. ``kind`` says what it is there: value, statement, shift, area …

    ``about`` says more than a short ``text``; ``note`` tells how the text differs from the
    source; ``parent`` is the key of the node above, None at the top.
    """

    frame: str
    key: str
    kind: str
    text: Localized
    source: Source
    parent: str | None = None
    about: Localized | None = None
    note: Localized | None = None

    @property
    def name(self) -> str:
        """The name used in crosswalks, e.g. ``framtidsbild/trygghet``."""
        return f"{self.frame}/{self.key}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A vision or policy with its nodes, in the order of the file."""

    key: str
    text: Localized
    source: Source
    nodes: tuple[Node, ...]
    about: Localized | None = None

    @property
    def top(self) -> tuple[Node, ...]:
        """The nodes without a parent."""
        return tuple(node for node in self.nodes if node.parent is None)

    def under(self, key: str) -> tuple[Node, ...]:
        """The nodes directly under the node ``key``."""
        return tuple(node for node in self.nodes if node.parent == key)

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """The nodes of one kind, e.g. ``"statement"``."""
        return tuple(node for node in self.nodes if node.kind == kind)

    def node(self, key: str) -> Node:
        """The node ``key``. Raises KeyError."""
        for node in self.nodes:
            if node.key == key:
                return node
        raise KeyError(f"{self.key}/{key}")

    def __contains__(self, key: object) -> bool:
        return any(node.key == key for node in self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)


def load_frames(*folders: Path | str) -> dict[str, Frame]:
    """The shipped frames, then those in ``folders``, by key.

    Raises VisionError, a sentence naming file and key, when a file cannot be used.
    """
    frames: dict[str, Frame] = {}
    for folder in (SHIPPED, *map(Path, folders)):
        for path in toml_files(folder):
            table = read_table(path)
            frame = read_frame(table)
            if frame.key in frames:
                raise table.wrong(f"has the key “{frame.key}”, which another frame has already.")
            frames[frame.key] = frame
    return frames


def read_frame(table: Table) -> Frame:
    """One frame from its file. Raises VisionError."""
    table.only("key", "text", "about", "source", "node")
    key = table.words("key")
    if "/" in key:
        raise table.wrong(f"has the key “{key}”; a key cannot hold a slash.")
    nodes = [_read_node(one, key) for one in table.tables("node")]
    if not nodes:
        raise table.wrong("has no [[node]].")
    _check_tree(table, nodes)
    return Frame(
        key=key,
        text=table.localized("text"),
        about=table.localized_or_none("about"),
        source=_read_source(table),
        nodes=tuple(nodes),
    )


def _read_node(table: Table, frame: str) -> Node:
    table.only("key", "parent", "kind", "text", "about", "note", "source")
    key = table.words("key")
    if "/" in key:
        raise table.wrong("has a key with a slash in it.")
    node = Node(
        frame=frame,
        key=key,
        kind=table.words("kind"),
        text=table.localized("text"),
        about=table.localized_or_none("about"),
        note=table.localized_or_none("note"),
        parent=table.words_or_none("parent"),
        source=_read_source(table),
    )
    if node.note is None and not _is_quoted(node):
        raise table.wrong(
            "has a Swedish text that its source sentence does not contain; "
            "add a “note” that says why."
        )
    return node


def _is_quoted(node: Node) -> bool:
    """Whether the source sentence holds the node's Swedish text, or all that is said about it."""
    sentence = node.source.sentence.casefold()
    texts = [node.text.sv] if node.about is None else [node.text.sv, node.about.sv]
    return any(" ".join(text.split()).casefold() in sentence for text in texts)


def _read_source(table: Table) -> Source:
    inner = table.table("source")
    inner.only("file", "quote")
    return Source(file=inner.words("file"), quote=inner.words("quote"))


def _check_tree(table: Table, nodes: list[Node]) -> None:
    """Refuse keys used twice, parents that are not there, and circles."""
    parents: dict[str, str | None] = {}
    for node in nodes:
        if node.key in parents:
            raise table.wrong(f"has two nodes with the key “{node.key}”.")
        parents[node.key] = node.parent
    for node in nodes:
        if node.parent is not None and node.parent not in parents:
            raise table.wrong(
                f"has the node “{node.key}” under “{node.parent}”, which is not a node there."
            )
    for node in nodes:
        seen = {node.key}
        above = node.parent
        while above is not None:
            if above in seen:
                raise table.wrong(f"has the node “{node.key}” under itself.")
            seen.add(above)
            above = parents[above]
