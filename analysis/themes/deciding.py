"""What people decided, as it follows from their acts; numbers and keys only, no database.

The machine proposes places for each story; people's acts stand above them. Where a story belongs
is always worked out from both, so that a new reading cannot undo what somebody decided, and an
undone act leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Key = uuid.UUID

KEPT, RENAMED, MERGED, SPLIT, MOVED, DROPPED, MADE, TIED = (
    "kept", "renamed", "merged", "split", "moved", "dropped", "made", "tied",
)  # fmt: skip
PROPOSED, UNDONE = "proposed", "undone"
OF_PEOPLE = (KEPT, RENAMED, MERGED, SPLIT, MOVED, DROPPED, MADE, TIED)
"""The kinds of acts that people do and can take back."""


class Act(Protocol):
    """What is read of an act; :class:`analysis.models.ThemeAct` is one."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def theme_id(self) -> Key | None: ...
    @property
    def by(self) -> Key | None: ...
    @property
    def after(self) -> dict[str, Any]: ...
    @property
    def undone_by(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """That a person put a story in a theme, by the act with this number."""

    theme: Key
    act: int
    by: Key | None


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a story belongs, 0 to 1; ``choice`` is None when the machine says so."""

    theme: Key
    strength: float
    strongest: bool
    choice: Choice | None = None


@dataclass
class Decisions:
    """What stands: choices by story, merged themes, names, states and confirmed ties.

    ``states`` holds ``kept`` or ``dropped``; ``ties`` the nodes of a frame by story and frame;
    ``by_hand`` the themes that people made, by splitting or from nothing.
    """

    choices: dict[Key, Choice] = field(default_factory=dict)
    merged: dict[Key, Key] = field(default_factory=dict)
    names: dict[Key, tuple[str, str]] = field(default_factory=dict)
    states: dict[Key, str] = field(default_factory=dict)
    ties: dict[Key, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    by_hand: set[Key] = field(default_factory=set)

    def home_of(self, theme: Key) -> Key:
        """The theme that ``theme`` is now part of: itself, unless it was merged."""
        passed: set[Key] = set()
        while theme in self.merged and theme not in passed:
            passed.add(theme)
            theme = self.merged[theme]
        return theme

    def choice_for(self, story: Key) -> Choice | None:
        """Where a person put a story, merged themes followed."""
        found = self.choices.get(story)
        return found and Choice(self.home_of(found.theme), found.act, found.by)

    def touched(self) -> set[Key]:
        """Themes that a standing act is about."""
        return (
            set(self.names) | set(self.states) | set(self.merged) | set(self.merged.values())
            | self.by_hand | {choice.theme for choice in self.choices.values()}
        )  # fmt: skip


def decisions_of(acts: Iterable[Act]) -> Decisions:
    """What follows from acts in the order they were done; undone ones count for nothing.

    An act that needs a theme which was taken back is passed over.
    """
    standing = [act for act in acts if act.kind in OF_PEOPLE and act.undone_by is None]
    made = {theme for act in standing for theme in _made(act)}
    gone = {theme for act in acts if act.kind in (MADE, SPLIT) for theme in _made(act)} - made
    decided = Decisions(by_hand=made)
    for act in standing:
        if act.theme_id not in gone:
            _decide(decided, act, gone)
    return decided


def _decide(decided: Decisions, act: Act, gone: set[Key]) -> None:
    theme, told = act.theme_id, act.after
    if act.kind == TIED:
        decided.ties.setdefault(Key(told["story"]), {})[told["frame"]] = tuple(told["nodes"])
    if theme is None:
        return
    if act.kind in (RENAMED, MADE):
        decided.names[theme] = (told["sv"], told["en"])
    if act.kind in (KEPT, DROPPED):
        decided.states[theme] = act.kind
    if act.kind == MERGED:
        into = Key(told["into"])
        if into in gone or decided.home_of(into) == theme:
            return
        decided.merged[theme] = into
        _choose(decided, act, into, told["stories"])
    elif act.kind == SPLIT:
        for part in told["parts"]:
            _choose(decided, act, Key(part["theme"]), part["stories"])
            decided.names[Key(part["theme"])] = (part["sv"], part["en"])
    elif act.kind in (MOVED, MADE):
        _choose(decided, act, theme, told["stories"])


def _choose(decided: Decisions, act: Act, theme: Key, stories: Iterable[str]) -> None:
    for story in stories:
        decided.choices[Key(story)] = Choice(theme, act.number, act.by)


def _made(act: Act) -> list[Key]:
    if act.kind == MADE and act.theme_id is not None:
        return [act.theme_id]
    if act.kind == SPLIT:
        return [Key(part["theme"]) for part in act.after["parts"]]
    return []


def places(
    story: Key,
    proposed: Sequence[tuple[str, float]],
    themes: Mapping[str, Key],
    decided: Decisions,
) -> list[Placing]:
    """Where a story belongs, the strongest first.

    ``proposed`` are the machine's (theme key, strength), the strongest first; ``themes`` finds a
    theme by its machine key. What a person chose stands alone.
    """
    choice = decided.choice_for(story)
    if choice is not None:
        return [Placing(choice.theme, 1.0, True, choice)]
    found: dict[Key, float] = {}
    for key, strength in proposed:
        if key in themes:
            found.setdefault(decided.home_of(themes[key]), strength)
    return [
        Placing(theme, strength, place == 0)
        for place, (theme, strength) in enumerate(found.items())
    ]
