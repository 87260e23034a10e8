"""Questions that are answered in one's own words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from dialogue.ground.forms import clean_text
from dialogue.ground.localized import Localized
from surveys.questions.document import Question
from surveys.questions.kinds import BadAnswer, Cell, Column, Count, Fault, Fields, Plain, first
from surveys.questions.written import choice_faults, text_faults, unused_faults

ANSWERED = Localized("Har svarat", "Have answered")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
_MARKS = frozenset({"Mn", "Mc", "Me"})


def letters(text: str) -> int:
    """How many characters a reader would count: å, é and a family emoji are one each.

    Marks that combine, variation selectors, skin tones and what a zero width joiner binds to the
    sign before it do not count; two regional letters make one flag. Close to the grapheme
    clusters of Unicode Standard Annex 29, without its tables.
    """
    count, bound, flag = 0, False, False
    for sign in text:
        if sign in _JOINERS:
            bound = sign == "\u200d"
        elif "\U0001f3fb" <= sign <= "\U0001f3ff" or unicodedata.category(sign) in (
            "Mn",
            "Mc",
            "Me",
        ):
            continue
        elif "\U0001f1e6" <= sign <= "\U0001f1ff":
            flag = not flag
            count += flag
        else:
            count += not bound
            bound = flag = False
    return count


def own_words(fields: Fields, control: str, longest: int) -> str:
    """The words in a field, cleaned.

    Raises:
        BadAnswer: when a reader would count more than ``longest`` characters.
    """
    text = clean_text(first(fields, control))
    if len(text) > longest and (over := letters(text) - longest) > 0:
        raise BadAnswer(
            control,
            ngettext(
                "The answer is %(num)d character too long. Shorten it a little.",
                "The answer is %(num)d characters too long. Shorten it a little.",
                over,
            ),
        )
    return text


class Story(Plain):
    """A story: the teller's own words, 1 to 4,000 characters, kept verbatim.

    It can be asked in steps ("What happened then?"): each of ``statements`` is one more text
    under the first, and the texts are kept as one story with an empty line between them.
    """

    code = "story"
    analysed = True
    longest = 4000
    in_steps = True

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id, *(f"{question.id}-{step.id}" for step in question.statements))

    def read(self, question: Question, fields: Fields) -> Any:
        told = [clean_text(first(fields, name)) for name in self.names(question)]
        text = "\n\n".join(part for part in told if part)
        if len(text) > self.longest and (over := letters(text) - self.longest) > 0:
            raise BadAnswer(
                question.id,
                ngettext(
                    "The story is %(num)d character too long. Shorten it a little.",
                    "The story is %(num)d characters too long. Shorten it a little.",
                    over,
                ),
            )
        return self._asked_for(question, text)

    def _asked_for(self, question: Question, text: str) -> str | None:
        if not text and question.required:
            raise BadAnswer(question.id, _("Write something, or skip the question."))
        return text or None

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {question.id: [str(value)]}

    def words(self, question: Question, value: Any) -> list[str]:
        return str(value).split("\n")

    def columns(self, question: Question) -> tuple[Column, ...]:
        return (Column(question.id, question.text, "text"),)

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        return (value,)

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        return (Count("answered", ANSWERED, sum(1 for value in values if value)),)

    def faults(self, question: Question) -> tuple[Fault, ...]:
        return (
            *text_faults(question),
            *unused_faults(question, choices=False, statements=self.in_steps),
            *choice_faults(question.statements, 0, 6, "statements"),
        )


class Short(Story):
    """A short text in one's own words; a story where the document says it is analysed."""

    code = "short"
    longest = 1000
    in_steps = False

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        return self._asked_for(question, own_words(fields, question.id, self.longest))


class IdeaOne(Short):
    """One thing to begin with: an idea that may become an action."""

    code = "ideaOne"
    longest = 500
