"""Covering spans of a text with marks, and finding a place again when the covers change.

Pure functions over strings. A *cover* is a span of the original, in code points, and the mark
that stands for it. Places in a covered text are moved to the text with other covers; a place that
touches a cover takes in the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Cover:
    """The original from ``start`` to ``end`` is shown as ``mark``."""

    start: int
    end: int
    mark: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the original and where it stands in the covered text."""

    start: int
    end: int
    shown_start: int
    shown_end: int
    covered: bool


def apart(covers: Iterable[Cover]) -> list[Cover]:
    """Covers in order, those that overlap made one under the mark of the longest."""
    found: list[Cover] = []
    for cover in sorted(covers):
        if found and cover.start < found[-1].end:
            last = found[-1]
            longest = max((last, cover), key=lambda each: each.end - each.start)
            found[-1] = Cover(last.start, max(last.end, cover.end), longest.mark)
        else:
            found.append(cover)
    return found


def covered(original: str, covers: Iterable[Cover]) -> str:
    """The text as it may be read by others."""
    shown, at = [], 0
    for cover in apart(covers):
        shown += [original[at : cover.start], cover.mark]
        at = cover.end
    return "".join([*shown, original[at:]])


@dataclass(frozen=True, slots=True)
class Shift:
    """Moves places of a text that was covered in one way to the text covered in another."""

    original: str
    before: tuple[Cover, ...]
    after: tuple[Cover, ...]

    def __call__(self, start: int, end: int) -> tuple[int, int]:
        """Where the span ``start``–``end`` of the text before stands in the text after."""
        return self.to_shown(*self.to_original(start, end))

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original under a span of the text before, whole covers taken in."""
        pieces = _pieces(self.original, self.before)
        first = _shown_at(pieces, start)
        last = _shown_at(pieces, max(start, end - 1))
        began = first.start if first.covered else first.start + start - first.shown_start
        ended = last.end if last.covered else last.start + end - last.shown_start
        return began, max(began, ended)

    def to_shown(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the original stands in the text after, whole covers taken in."""
        pieces = _pieces(self.original, self.after)
        first = _original_at(pieces, start)
        last = _original_at(pieces, max(start, end - 1))
        began = first.shown_start if first.covered else first.shown_start + start - first.start
        ended = last.shown_end if last.covered else last.shown_start + end - last.start
        return began, max(began, ended)


def _pieces(original: str, covers: Sequence[Cover]) -> list[_Piece]:
    found, at, shown = [], 0, 0
    for cover in apart(covers):
        if cover.start > at:
            found.append(_Piece(at, cover.start, shown, shown + cover.start - at, False))
            shown += cover.start - at
        found.append(_Piece(cover.start, cover.end, shown, shown + len(cover.mark), True))
        shown, at = shown + len(cover.mark), cover.end
    found.append(_Piece(at, len(original), shown, shown + len(original) - at, False))
    return found


def _shown_at(pieces: Sequence[_Piece], place: int) -> _Piece:
    return next((piece for piece in pieces if place < piece.shown_end), pieces[-1])


def _original_at(pieces: Sequence[_Piece], place: int) -> _Piece:
    return next((piece for piece in pieces if place < piece.end), pieces[-1])
