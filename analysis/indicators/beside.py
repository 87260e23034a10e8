"""What the stories are about, node by node, and which indicator follows it.

A theme counts at every node that it is tied to nearly as much as to its strongest in that frame: of
statements that say much the same, the strongest leads by a hair. So a story can count at several
nodes. An indicator stands at its own node, and at nodes of other frames that the crosswalk links to
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.indicator_models import Indicator
from analysis.indicators.choosing import frames
from analysis.library.finding import stood_behind
from analysis.models import ON_THE_BOARD, Theme
from analysis.themes.figures import Sizes
from analysis.themes.showing import sizes_now
from dialogue.ground.privacy import public_count
from dialogue.hosts.models import Dialogue
from dialogue.vision.frames import Node
from dialogue.vision.links import Link, linked_to, load_links

FIRST_FRAME = "framtidsbild"
NEARLY = 0.9
"""Share of the strongest tie in a frame from which a theme counts at a node too."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A node of a frame with the stories whose themes are about it.

    ``stories`` adds up the themes' sizes as anybody may see them: rounded, and without those that
    are too small, so that no frame beside another gives a small one away. It is None where all are
    too small, 0 where there are none. ``themes`` are those that may be named, the largest first.
    """

    node: Node
    stories: int | None
    themes: tuple[Theme, ...]
    indicators: tuple[Indicator, ...]


def nodes_beside(
    session: Session,
    dialogue: Dialogue,
    frame: str,
    indicators: Sequence[Indicator],
    smallest: int,
    *,
    all_names: bool,
) -> list[Beside]:
    """The nodes of a frame, those that most stories are about first.

    ``all_names`` names every theme on the board; otherwise only those that people stand behind.
    """
    sizes = sizes_now(session, dialogue)
    themes = themes_of(session, dialogue)
    named = {theme.id for theme in themes} if all_names else _stood_behind(session, dialogue)
    placed: dict[str, list[Theme]] = defaultdict(list)
    for theme in themes:
        for name in nodes_told(theme.ties):
            placed[name].append(theme)
    counted = []
    for node in frames()[frame]:
        here = sorted(placed[node.name], key=lambda theme: -_own(sizes, theme))
        shown = [public_count(_own(sizes, theme), smallest).shown for theme in here]
        count = sum(number or 0 for number in shown)
        row = Beside(
            node=node,
            stories=count or (None if any(_own(sizes, theme) for theme in here) else 0),
            themes=tuple(theme for theme in here if theme.id in named),
            indicators=tuple(each for each in indicators if follows(each, node.name)),
        )
        counted.append((count, row))
    counted.sort(key=lambda pair: -pair[0])
    return [row for _count, row in counted]


def themes_beside(
    session: Session, dialogue: Dialogue, indicator: Indicator, *, all_names: bool
) -> list[Theme]:
    """The themes that are about what an indicator follows, the largest first."""
    sizes = sizes_now(session, dialogue)
    named = None if all_names else _stood_behind(session, dialogue)
    found = [
        theme
        for theme in themes_of(session, dialogue)
        if indicator.node in nodes_told(theme.ties) and (named is None or theme.id in named)
    ]
    return sorted(found, key=lambda theme: -_own(sizes, theme))


def followed_by(theme: Theme, indicators: Sequence[Indicator]) -> list[Indicator]:
    """The indicators that follow what a theme is about."""
    nodes = nodes_told(theme.ties)
    return [each for each in indicators if each.node in nodes]


def nodes_told(ties: Mapping[str, Mapping[str, float]]) -> set[str]:
    """The nodes that a theme is about, as ``frame/node``: in each frame the one it is tied to most,
    and those that are nearly as strong."""
    return {
        f"{frame}/{node}"
        for frame, nodes in ties.items()
        for node, strength in nodes.items()
        if strength > 0 and strength >= NEARLY * max(nodes.values())
    }


def follows(indicator: Indicator, node: str) -> bool:
    """Whether an indicator tells of a node: its own, or one that the crosswalk links to it."""
    return indicator.node == node or node in linked_to(indicator.node, _links())


def node_of(indicator: Indicator) -> Node | None:
    """The node an indicator belongs to; None when the frame has lost it."""
    frame, _slash, key = indicator.node.partition("/")
    known = frames().get(frame)
    return known.node(key) if known and key in known else None


def themes_of(session: Session, dialogue: Dialogue) -> Sequence[Theme]:
    mine = select(Theme).where(
        Theme.dialogue_id == dialogue.id, Theme.state.in_([str(state) for state in ON_THE_BOARD])
    )
    return session.scalars(mine.order_by(Theme.id)).all()


def _own(sizes: Sizes, theme: Theme) -> int:
    """How many stories say a theme before anything else."""
    return sizes.get(theme.id, (0, 0))[0]


def _stood_behind(session: Session, dialogue: Dialogue) -> set[object]:
    mine = select(Theme.id).where(Theme.dialogue_id == dialogue.id, stood_behind())
    return set(session.scalars(mine))


@cache
def _links() -> tuple[Link, ...]:
    return load_links(frames())
