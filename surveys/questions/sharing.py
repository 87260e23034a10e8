"""The teller's own placing of the story among the three T."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from dialogue.ground.localized import Localized
from surveys.questions.document import Question
from surveys.questions.kinds import BadAnswer, Fields, first

T = ("trygghet", "tillgänglighet", "tillsammans")
NAMES = {
    "trygghet": Localized("Trygghet", "Feeling safe"),
    "tillgänglighet": Localized("Tillgänglighet", "Getting access"),
    "tillsammans": Localized("Tillsammans", "Working together"),
}
TOTAL = 10


class SelfCode3:
    """Ten points shared between trygghet, tillgänglighet and tillsammans, or none of them.

    Kept as ``{"trygghet": 5, "tillgänglighet": 3, "tillsammans": 2}``; the sum is 0 to 10.
    """

    code = "selfcode3"

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

    def stepped(self, question: Question, fields: Fields, press: str) -> dict[str, str]:
        """The points after a press on a plus or minus button.

        ``press`` is a field's name and ``+`` or ``-``. More than ten points are never given.
        """
        *names, _none = self.names(question)
        points = {}
        for name in names:
            text = first(fields, name)
            points[name] = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0
        name = press[:-1]
        if name in points:
            if press.endswith("+") and sum(points.values()) < TOTAL:
                points[name] += 1
            elif press.endswith("-"):
                points[name] = max(0, points[name] - 1)
        return {name: str(value) for name, value in points.items()}
