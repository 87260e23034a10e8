"""What is wrong with a question as it is written: sentences for the person who writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from surveys.questions.document import Choice, Question
from surveys.questions.kinds import Fault
from surveys.questions.pictures import PICTURES


def text_faults(question: Question) -> Iterator[Fault]:
    """A question must say something, in at least one language."""
    if not (question.text.sv.strip() or question.text.en.strip()):
        yield Fault("text", _("Write the question."))


def choice_faults(
    choices: Sequence[Choice], least: int, most: int, name: str = "choices"
) -> Iterator[Fault]:
    """Too few or too many choices, choices without words, drawings that do not exist."""
    if len(choices) < least:
        yield Fault(
            name,
            ngettext("Write at least %(num)d choice.", "Write at least %(num)d choices.", least),
        )
    if len(choices) > most:
        yield Fault(
            name,
            ngettext(
                "There can be at most %(num)d choice here.",
                "There can be at most %(num)d choices here.",
                most,
            ),
        )
    for choice in choices:
        if not (choice.text.sv.strip() or choice.text.en.strip()):
            yield Fault(f"{name}.{choice.id}", _("Write the words of this choice."))
        if choice.picture and choice.picture not in PICTURES:
            yield Fault(f"{name}.{choice.id}", _("There is no drawing with this name."))


def reserved_faults(choices: Iterable[Choice], reserved: Iterable[str]) -> Iterator[Fault]:
    """Choices whose id the kind itself uses for an answer of its own."""
    taken = frozenset(reserved)
    for choice in choices:
        if choice.id in taken:
            yield Fault(
                f"choices.{choice.id}",
                _("“%(name)s” has a meaning of its own here. Use another id.", name=choice.id),
            )


def unused_faults(question: Question, *, choices: bool, statements: bool) -> Iterator[Fault]:
    """Parts that this kind would never show."""
    if question.choices and not choices:
        yield Fault("choices", _("This kind of question shows no choices. Take them away."))
    if question.statements and not statements:
        yield Fault("statements", _("This kind of question has no rows. Take them away."))
