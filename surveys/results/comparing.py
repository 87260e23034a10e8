"""Results side by side: how an answer came, its language, and whose voice it is.

A reader who has the whole and all parts but one can subtract. An answer is therefore shown for
every part or for none: where fewer than the smallest group gave it in one part, it is shown in no
part. Parts with too few people are added up to one that says what it holds. Two comparisons are
never crossed, and background is never a part: it cannot be joined with the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dialogue.ground.localized import Localized
from surveys.models import Survey
from surveys.results.gathering import Gathered
from surveys.results.shown import Part, Table, table_of
from surveys.results.tallies import Tallies, Tally, tallied

DIMENSIONS = ("channel", "lang", "voice")


@dataclass(frozen=True, slots=True)
class Counted:
    """The true numbers behind a part; nothing but disclosure control may see them."""

    values: tuple[str, ...]
    tallies: Tallies


def counted_parts(survey: Survey, gathered: Gathered, smallest: int) -> dict[str, list[Counted]]:
    """The answers divided in each way that leaves at least two parts."""
    found = {}
    for dimension in DIMENSIONS:
        parts = divided(gathered.by(dimension), smallest)
        found[dimension] = [
            Counted(values, tallied(survey, gathered.of(dimension, values))) for values in parts
        ]
    return {dimension: parts for dimension, parts in found.items() if parts}


def divided(people: Mapping[str, int], smallest: int) -> list[tuple[str, ...]]:
    """The values in parts of at least ``smallest`` people, the largest first.

    Values of fewer are added up; the smallest of the others joins them where they are still too
    few. Nothing when only one part is left.
    """
    falling = sorted((name for name in people if people[name]), key=lambda name: -people[name])
    large = [name for name in falling if people[name] >= smallest]
    together = [name for name in falling if people[name] < smallest]
    if together and sum(people[name] for name in together) < smallest and large:
        together.insert(0, large.pop())
    parts = [(name,) for name in large] + ([tuple(together)] if together else [])
    alone = len(parts) < 2 or sum(people[name] for name in parts[-1]) < smallest
    return [] if alone else parts


def compared(parts: Sequence[Counted], smallest: int) -> tuple[Part, ...]:
    """The parts' tables through disclosure control; what is hidden in one is hidden in all."""
    tables: list[list[Table]] = [[] for _part in parts]
    for first in parts[0].tallies.questions:
        same = [_named(part.tallies, first.key) for part in parts]
        tallies = [tally for tally in same if tally is not None]
        if len(tallies) < len(parts):
            continue
        open_ = _open(tallies, [part.tallies.answers for part in parts], smallest)
        if open_:
            for place, tally in enumerate(tallies):
                tables[place].append(_shown(tally, open_, smallest))
    return tuple(Part(part.values, tuple(made)) for part, made in zip(parts, tables, strict=True))


def _named(tallies: Tallies, key: str) -> Tally | None:
    return next((tally for tally in tallies.questions if tally.key == key), None)


def _open(tallies: Sequence[Tally], people: Sequence[int], smallest: int) -> set[str]:
    """The answers to show: enough people gave each of them in every part.

    ``people`` is how many each part has. Those of them who are not in an answer that is shown have
    to be enough as well: a few left over would be a small group that can be counted.
    """
    found: set[str] = set()
    groups: dict[Localized, list[str]] = {}
    for count in tallies[0].counts:
        groups.setdefault(count.group, []).append(count.id)
    numbers = [{count.id: count.n for count in tally.counts} for tally in tallies]
    for ids in groups.values():
        shown = [each for each in ids if all(part[each] >= smallest for part in numbers)]
        while shown and len(shown) < len(ids) and _left_over(numbers, shown, people) < smallest:
            shown.remove(min(shown, key=lambda each: sum(part[each] for part in numbers)))
        found |= set(shown)
    return found


def _left_over(
    parts: Sequence[Mapping[str, int]], shown: Sequence[str], people: Sequence[int]
) -> int:
    """The fewest in any part who gave none of the answers that are shown."""
    return min(
        number - sum(part[each] for each in shown)
        for part, number in zip(parts, people, strict=True)
    )


def _shown(tally: Tally, open_: set[str], smallest: int) -> Table:
    """A part's table. How many answered is shown where nothing is hidden, else not at all."""
    table = table_of(tally, smallest)
    groups = tuple(
        replace(
            group,
            cells=tuple(
                cell if cell.id in open_ else replace(cell, shown=None) for cell in group.cells
            ),
        )
        for group in table.groups
    )
    whole = len(open_) == len(tally.counts)
    answered = table.answered if whole else None
    return replace(
        table, groups=groups, answered=answered, few=False, at_least=whole and table.at_least
    )
