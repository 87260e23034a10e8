"""Questions that are answered by choosing one of several answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from surveys.questions.document import NOTHING, Choice, Question
from surveys.questions.kinds import BadAnswer, Cell, Column, Count, Fault, Fields, Plain, first
from surveys.questions.written import choice_faults, reserved_faults, text_faults, unused_faults

DONT_KNOW = "vet_inte"
NOT_FOR_ME = "galler_inte"
ASIDE = (
    Choice(DONT_KNOW, Localized("Vet inte", "I do not know")),
    Choice(NOT_FOR_ME, Localized("Gäller inte mig", "Does not apply to me")),
)


def wording(choices: Iterable[Choice], choice_id: str) -> str:
    """The words of one choice in the reader's language, or an empty string."""
    found = next((each for each in choices if each.id == choice_id), None)
    return found.text.text(current_language()) if found else ""


def chosen(choices: Iterable[Choice], control: str, value: str) -> str:
    """The value itself, once it is one of the choices.

    Raises:
        BadAnswer: when it is none of them.
    """
    if all(choice.id != value for choice in choices):
        raise BadAnswer(control, _("Choose one of the answers that are shown."))
    return value


def drawn(choice_id: str, sv: str, en: str, picture: str, easy: Localized = NOTHING) -> Choice:
    """A choice of a kind's own, with the drawing that the picture variant shows."""
    return Choice(choice_id, Localized(sv, en), easy, picture)


class OneOf(Plain):
    """One choice among several. ``standard`` are the choices of a question that writes none.

    ``aside`` stands in a box of its own after them: ways not to say.
    """

    code = ""
    standard: tuple[Choice, ...] = ()
    aside: tuple[Choice, ...] = ()
    least, most = 2, 60

    def steps(self, question: Question) -> tuple[Choice, ...]:
        """The choices that stand first, without those aside."""
        return question.choices or self.standard

    def choices(self, question: Question) -> tuple[Choice, ...]:
        """Every answer there is."""
        return self.steps(question) + self.aside

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        value = first(fields, question.id)
        if value:
            return chosen(self.choices(question), question.id, value)
        if question.required:
            raise BadAnswer(question.id, _("Choose one of the answers, or skip the question."))
        return None

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {question.id: [str(value)]}

    def words(self, question: Question, value: Any) -> list[str]:
        said = wording(self.choices(question), str(value))
        return [said] if said else []

    def columns(self, question: Question) -> tuple[Column, ...]:
        return (Column(question.id, question.text, "choice", self.choices(question)),)

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        return (value,)

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        given = Counter(str(value) for value in values)
        return tuple(Count(each.id, each.text, given[each.id]) for each in self.choices(question))

    def faults(self, question: Question) -> tuple[Fault, ...]:
        written = question.choices
        own = bool(written) or not self.standard
        return (
            *text_faults(question),
            *unused_faults(question, choices=True, statements=False),
            *(choice_faults(written, self.least, self.most) if own else ()),
            *reserved_faults(written, [each.id for each in self.aside]),
        )


class Place(OneOf):
    """A municipality or another area, from a list; never a position."""

    code = "place"
    least, most = 1, 400


class Who(OneOf):
    """Whose voice the answer is."""

    code = "who"
    standard = (
        drawn("self", "Jag själv", "I did, myself", "self"),
        drawn(
            "with_support",
            "Jag själv, tillsammans med någon som hjälpte mig",
            "I did, together with someone who helped me",
            "with_support",
            Localized("Jag och någon som hjälpte mig", "I and someone who helped me"),
        ),
        drawn(
            "relative",
            "Jag är närstående och berättar för någon annan",
            "I am close to someone and tell it for them",
            "relative",
            Localized("Jag berättar för en person som är nära mig", "I speak for someone close"),
        ),
        drawn("staff", "Personal skrev åt mig", "A member of staff wrote it for me", "staff"),
    )


class When(OneOf):
    """How long ago something happened, in coarse periods."""

    code = "when"
    standard = (
        Choice("month", Localized("Den senaste månaden", "In the last month")),
        Choice("half_year", Localized("Det senaste halvåret", "In the last six months")),
        Choice("year", Localized("Det senaste året", "In the last year")),
        Choice("earlier", Localized("För mer än ett år sedan", "More than a year ago")),
    )
    aside = (Choice(DONT_KNOW, Localized("Minns inte", "I do not remember")),)


class YesNo4(OneOf):
    """Yes, partly, no, or not remembered."""

    code = "yesno4"
    standard = (
        drawn("yes", "Ja", "Yes", "yes"),
        drawn("partly", "Delvis", "Partly", "partly"),
        drawn("no", "Nej", "No", "no"),
    )
    aside = (drawn(DONT_KNOW, "Minns inte", "I do not remember", "unsure"),)
    least, most = 3, 3


class Scale5(OneOf):
    """A statement, and how well it fits: five steps and two ways not to say.

    A question may write its own words for the five steps, lowest first.
    """

    code = "scale5"
    standard = (
        Choice("1", Localized("Stämmer inte alls", "Does not fit at all")),
        Choice("2", Localized("Stämmer dåligt", "Fits poorly")),
        Choice("3", Localized("Stämmer delvis", "Fits partly")),
        Choice("4", Localized("Stämmer bra", "Fits well")),
        Choice("5", Localized("Stämmer helt", "Fits completely")),
    )
    aside = ASIDE
    least, most = 5, 5


class Compare(OneOf):
    """Two things: which of them matters more?"""

    code = "compare"
    aside = (
        Choice("lika", Localized("Lika viktiga", "Equally important")),
        Choice(DONT_KNOW, Localized("Vet inte", "I do not know")),
    )
    least, most = 2, 2
