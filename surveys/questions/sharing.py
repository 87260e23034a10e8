"""The teller's own placing of the story among the three T."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from dialogue.ground.localized import Localized
from surveys.questions.document import Question
from surveys.questions.kinds import (
    BadAnswer,
    Cell,
    Column,
    Count,
    Fault,
    Fields,
    Plain,
    first,
    joined,
)
from surveys.questions.written import text_faults, unused_faults

T = ("trygghet", "tillgänglighet", "tillsammans")
NAMES = {
    "trygghet": Localized("Trygghet", "Feeling safe"),
    "tillgänglighet": Localized("Tillgänglighet", "Getting access"),
    "tillsammans": Localized("Tillsammans", "Working together"),
}
TOTAL = 10
NONE = Localized("Inget av dem", "None of them")
BANDS = ((0, 0), (1, 3), (4, 6), (7, 10))


class SelfCode3(Plain):
    """Ten points shared between trygghet, tillgänglighet and tillsammans, or none of them.

    Kept as ``{"trygghet": 5, "tillgänglighet": 3, "tillsammans": 2}``; the sum is 0 to 10, and 0
    says that none of them fits.
    """

    code = "selfcode3"
    script = "share.js"

    def names(self, question: Question) -> tuple[str, ...]:
        return (
            *(f"{question.id}-{place}" for place in (1, 2, 3)),
            f"{question.id}-none",
        )

    def read(self, question: Question, fields: Fields) -> Any:
        *names, none = self.names(question)
        if first(fields, none):
            return dict.fromkeys(T, 0)
        points = [self._points(name, first(fields, name)) for name in names]
        if not any(points):
            if question.required:
                raise BadAnswer(
                    names[0], _("Share your points, or say that none of them fits your story.")
                )
            return None
        over = sum(points) - TOTAL
        if over > 0:
            raise BadAnswer(
                names[0],
                ngettext(
                    "You have shared %(num)d point too many. Take it back.",
                    "You have shared %(num)d points too many. Take them back.",
                    over,
                ),
            )
        return dict(zip(T, points, strict=True))

    def _points(self, name: str, text: str) -> int:
        if not text:
            return 0
        if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= TOTAL):
            raise BadAnswer(name, _("Write a whole number from 0 to 10."))
        return int(text)

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        *names, none = self.names(question)
        if not any(value.values()):
            return {none: ["1"]}
        return {name: [str(value[t])] for name, t in zip(names, T, strict=True)}

    def words(self, question: Question, value: Any) -> list[str]:
        if not any(value.values()):
            return [_("None of them fits my story")]
        return [
            _(
                "Feeling safe %(safe)d, getting access %(access)d, working together %(together)d",
                safe=value[T[0]],
                access=value[T[1]],
                together=value[T[2]],
            )
        ]

    def columns(self, question: Question) -> tuple[Column, ...]:
        """A column for each T; the names are ASCII, as statistics programs ask."""
        ascii_names = ("trygghet", "tillganglighet", "tillsammans")
        return tuple(
            Column(f"{question.id}.{name}", joined(question.text, NAMES[t]), "points")
            for name, t in zip(ascii_names, T, strict=True)
        )

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        return (None, None, None) if value is None else tuple(value[t] for t in T)

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        """For each T how many gave it no point, 1–3, 4–6 or 7–10; then those who chose none."""
        given = list(values)
        placed = [value for value in given if any(value.values())]
        found = [
            Count(
                f"{t}.{low}-{high}",
                _points_label(low, high),
                sum(low <= value[t] <= high for value in placed),
                NAMES[t],
            )
            for t in T
            for low, high in BANDS
        ]
        return (*found, Count("none", NONE, len(given) - len(placed), NONE))

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (
            *text_faults(question),
            *unused_faults(question, choices=False, statements=False),
        )

    def pressed(
        self, question: Question, fields: Fields, press: str
    ) -> dict[str, list[str]] | None:
        """The points after a press on a plus or minus button.

        ``press`` is a field's name and ``+`` or ``-``. More than ten points are never given.
        """
        *names, none = self.names(question)
        name, step = press[:-1], press[-1:]
        if name not in names or step not in ("+", "-"):
            return None
        points = {each: self._readable(first(fields, each)) for each in names}
        if step == "+" and sum(points.values()) < TOTAL:
            points[name] += 1
        elif step == "-":
            points[name] = max(0, points[name] - 1)
        kept = {each: [str(value)] for each, value in points.items()}
        return kept | {none: list(fields.get(none, ()))}

    def _readable(self, text: str) -> int:
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0


def _points_label(low: int, high: int) -> Localized:
    if low == high:
        return Localized(f"{low} poäng", f"{low} points")
    return Localized(f"{low}–{high} poäng", f"{low}–{high} points")
