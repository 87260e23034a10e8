"""Continuity: the next run recognises last run's themes by whose stories they hold.

A theme's key lives as long as the theme: it goes to the group that holds most of its
stories. What people have settled is never taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.text.guidance import EarlierTheme, Previous
from analysis.text.themes import Change


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a group comes from: the earlier theme it continues, and what became of it."""

    continues: EarlierTheme | None
    change: Change
    earlier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Continuity:
    """A group continues an earlier theme when they share ``share`` of either's common stories.

    Only stories that both runs held are compared, so that new stories do not make a theme
    unrecognisable.
    """

    share: float = 0.5
    part: float = 0.25
    growth: float = 1.2

    def lineages(
        self,
        groups: Sequence[frozenset[str]],
        fixed: Sequence[str | None],
        previous: Previous | None,
    ) -> list[Lineage]:
        """A lineage per group; ``fixed`` is the key that a group has already (codebook)."""
        if previous is None:
            return [Lineage(None, Change.NEW, ()) for _ in groups]
        here = frozenset().union(*groups) if groups else frozenset()
        earlier = [(theme, theme.story_ids & here) for theme in previous.themes]
        before = frozenset().union(*(ids for _, ids in earlier)) if earlier else frozenset()
        heirs = self._heirs(groups, fixed, earlier, before)
        return [
            self._lineage(number, group, heirs.get(number), earlier, before, groups)
            for number, group in enumerate(groups)
        ]

    def _heirs(
        self,
        groups: Sequence[frozenset[str]],
        fixed: Sequence[str | None],
        earlier: Sequence[tuple[EarlierTheme, frozenset[str]]],
        before: frozenset[str],
    ) -> dict[int, EarlierTheme]:
        """Which group continues which theme, the largest overlaps first."""
        by_key = {theme.key: theme for theme, _ in earlier}
        heirs = {n: by_key[key] for n, key in enumerate(fixed) if key is not None and key in by_key}
        claimed = {theme.key for theme in heirs.values()} | {key for key in fixed if key}
        pairs = []
        for number, group in enumerate(groups):
            if fixed[number] is not None:
                continue
            for theme, ids in earlier:
                common = len(group & ids)
                either = max(len(group & before), len(ids))
                if common and common / either >= self.share:
                    pairs.append((-common / either, theme.key, number))
                elif common and common / len(ids) >= self.share:
                    pairs.append((1 - common / either, theme.key, number))
        for _, key, number in sorted(pairs):
            if number not in heirs and key not in claimed:
                heirs[number] = by_key[key]
                claimed.add(key)
        return heirs

    def _lineage(
        self,
        number: int,
        group: frozenset[str],
        heir: EarlierTheme | None,
        earlier: Sequence[tuple[EarlierTheme, frozenset[str]]],
        before: frozenset[str],
        groups: Sequence[frozenset[str]],
    ) -> Lineage:
        common_here = max(1, len(group & before))
        sources = tuple(
            theme.key
            for theme, ids in earlier
            if ids
            and len(group & ids) >= 2
            and (
                len(group & ids) / len(ids) >= self.share
                or len(group & ids) / common_here >= self.part
            )
        )
        if heir is None and not sources:
            return Lineage(None, Change.NEW, ())
        if len(sources) > 1:
            change = Change.MERGED
        elif self._is_split(heir, earlier, groups) or heir is None:
            change = Change.SPLIT
        elif len(group) >= self.growth * len(heir.story_ids):
            change = Change.GROWN
        elif len(group) * self.growth <= len(heir.story_ids):
            change = Change.SHRUNK
        else:
            change = Change.SAME
        return Lineage(heir, change, sources or ((heir.key,) if heir else ()))

    def _is_split(
        self,
        heir: EarlierTheme | None,
        earlier: Sequence[tuple[EarlierTheme, frozenset[str]]],
        groups: Sequence[frozenset[str]],
    ) -> bool:
        """True when two groups or more hold a considerable part of the theme."""
        for theme, ids in earlier:
            if heir is not None and theme.key == heir.key and ids:
                return sum(len(group & ids) / len(ids) >= self.part for group in groups) > 1
        return False
