"""Questions that are answered by choosing one of several answers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from surveys.questions.document import Choice, Question
from surveys.questions.kinds import BadAnswer, Fields, first

DONT_KNOW = "vet_inte"
NOT_FOR_ME = "galler_inte"


class Single:
    """One choice among several."""

    code = "single"

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return question.choices

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        value = first(fields, question.id)
        if not value:
            if question.required:
                raise BadAnswer(question.id, _("Choose one of the answers, or skip the question."))
            return None
        if all(choice.id != value for choice in self.choices(question)):
            raise BadAnswer(question.id, _("Choose one of the answers that are shown."))
        return value

    def words(self, question: Question, value: Any) -> list[str]:
        found = next((each for each in self.choices(question) if each.id == value), None)
        return [found.text.text(current_language())] if found else []


class Place(Single):
    """A municipality or another area, from a list; never a position."""

    code = "place"


class Who(Single):
    """Whose voice the answer is."""

    code = "who"


class Scale5(Single):
    """A statement, and how well it fits: five steps and two ways not to say."""

    code = "scale5"
    steps = (
        Choice("1", Localized("Stämmer inte alls", "Does not fit at all")),
        Choice("2", Localized("Stämmer dåligt", "Fits poorly")),
        Choice("3", Localized("Stämmer delvis", "Fits partly")),
        Choice("4", Localized("Stämmer bra", "Fits well")),
        Choice("5", Localized("Stämmer helt", "Fits completely")),
    )
    aside = (
        Choice(DONT_KNOW, Localized("Vet inte", "I do not know")),
        Choice(NOT_FOR_ME, Localized("Gäller inte mig", "Does not apply to me")),
    )

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return self.steps + self.aside
