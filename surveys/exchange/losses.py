"""What a format cannot carry: named one by one, so that nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from surveys.questions.document import Document


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """One thing that was left behind.

    ``where`` is the name of the question, section, list or sheet that it belonged to, ``what``
    the code of the thing (a key of :data:`SENTENCES`, or such a key, a full stop and a name) and
    ``detail`` what the file said.
    """

    where: str
    what: str
    detail: str = ""

    def words(self) -> str:
        """The loss as a sentence in the reader's language."""
        code, _stop, name = self.what.partition(".")
        sentence = SENTENCES[code](name, self.detail)
        return str(_("“%(where)s”: %(sentence)s", where=self.where, sentence=sentence))


@dataclass(frozen=True, slots=True)
class Imported:
    """A survey as it was read, and what could not come along."""

    document: Document
    losses: tuple[Loss, ...] = ()


SENTENCES: dict[str, Callable[[str, str], str]] = {
    "easy": lambda _n, _d: _("the easy-read wording is left out."),
    "easy_hint": lambda _n, _d: _("the easy-read hint is left out."),
    "node": lambda _n, _d: _("the tie to a part of the vision is left out."),
    "analysed": lambda _n, _d: _("that its texts are read as stories is left out."),
    "settings": lambda name, _d: _("the setting “%(name)s” is left out.", name=name),
    "choices": lambda name, _d: _(
        "the easy-read wording or drawing of an answer (%(name)s) is left out.", name=name
    ),
    "statements": lambda name, _d: _(
        "the easy-read wording or drawing of a row (%(name)s) is left out.", name=name
    ),
    "answer": lambda name, _d: _("the answer “%(name)s” is left out.", name=name),
    "row": lambda name, _d: _("the row “%(name)s” is left out.", name=name),
    "tidied": lambda _n, _d: _(
        "spaces and signs that nobody sees are left out of its texts, and line breaks are alike."
    ),
    "shorter": lambda _n, _d: _("the display rule is written shorter and says the same."),
    "show_if": lambda _n, detail: _(
        "the display rule is left out, so it is always shown (%(detail)s).", detail=detail
    ),
    "title": lambda name, _d: _("the title in the language “%(name)s” is left out.", name=name),
    "about": lambda name, _d: _("what the survey is for (%(name)s) is left out.", name=name),
    "column": lambda name, detail: _(
        "the column “%(name)s” is left out (%(detail)s).", name=name, detail=detail
    ),
    "language": lambda name, _d: _("texts in the language “%(name)s” are left out.", name=name),
    "type": lambda name, _d: _("there is no question of the type “%(name)s”.", name=name),
    "renamed": lambda _n, detail: _("is now called “%(name)s”.", name=detail),
    "nested": lambda _n, _d: _("the group within a group became part of the outer group."),
    "repeat": lambda _n, _d: _("a part that is repeated cannot come in."),
    "repeated": lambda _n, _d: _("stood in a part that is repeated and is left out."),
    "unnamed": lambda name, _d: _("the row %(name)s has no name and is left out.", name=name),
    "no_choices": lambda _n, _d: _("has no list of answers and is left out."),
    "twice": lambda name, _d: _(
        "the answer “%(name)s” stands twice; the first is kept.", name=name
    ),
    "sheet": lambda _n, _d: _("the whole sheet is left out."),
    "markup": lambda _n, _d: _("bold, links, pictures and other markup became plain text."),
    "attribute": lambda name, detail: _(
        "the attribute “%(name)s” is left out (%(detail)s).", name=name, detail=detail
    ),
    "split": lambda name, _d: _("became %(number)s questions, one for each row.", number=name),
    "comment": lambda _n, _d: _("the field for comments is left out."),
    "other": lambda _n, _d: _("the answer “other” with a text is left out."),
    "rows": lambda name, _d: _("the rows of the table “%(name)s” are left out.", name=name),
    "stray": lambda name, _d: _(
        "the row “%(name)s” belongs to nothing in the file and is left out.", name=name
    ),
    "orphan": lambda _n, _d: _("belongs to a group that is not in the file and is left out."),
}
