"""Questions about what was understood, what may be done with an answer, and words to read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.localized import Localized
from surveys.questions.choosing import chosen, drawn, wording
from surveys.questions.document import Choice, Question
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
from surveys.questions.naming import parts
from surveys.questions.pictures import PICTURES
from surveys.questions.several import TICKED
from surveys.questions.texts import own_words
from surveys.questions.written import choice_faults, text_faults, unused_faults

FILM = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?:/[!-~]{0,300})?")


class Confirm(Plain):
    """Is this how you meant it? Right, needs correcting, something is missing; and words.

    What was understood stands in ``statements``, a sentence each. Kept as ``{"verdict":
    "correct", "text": "the words"}``, each part only where it was given.
    """

    code = "confirm"
    longest = 2000
    verdicts = (
        drawn("right", "Det stämmer", "It is right", "yes"),
        drawn("correct", "Något behöver rättas", "Something needs correcting", "correct"),
        drawn("missing", "Något saknas", "Something is missing", "missing"),
    )

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return self.verdicts

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id, f"{question.id}-text")

    def read(self, question: Question, fields: Fields) -> Any:
        verdict = first(fields, question.id)
        if verdict:
            chosen(self.verdicts, question.id, verdict)
        text = own_words(fields, f"{question.id}-text", self.longest)
        if not verdict and not text and question.required:
            raise BadAnswer(question.id, _("Choose one of the answers, or skip the question."))
        kept = {"verdict": verdict, "text": text}
        return {name: value for name, value in kept.items() if value} or None

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        names = {"verdict": question.id, "text": f"{question.id}-text"}
        return {names[part]: [given] for part, given in value.items()}

    def words(self, question: Question, value: Any) -> list[str]:
        said = wording(self.verdicts, value.get("verdict", ""))
        return [line for line in (said, *value.get("text", "").split("\n")) if line]

    def columns(self, question: Question) -> tuple[Column, ...]:
        label = joined(question.text, Localized("egna ord", "in words"))
        return (
            Column(question.id, question.text, "choice", self.verdicts),
            Column(f"{question.id}.text", label, "text"),
        )

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        return ((value or {}).get("verdict"), (value or {}).get("text"))

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        given = Counter(value.get("verdict") for value in values)
        return tuple(Count(each.id, each.text, given[each.id]) for each in self.verdicts)

    def faults(self, question: Question) -> tuple[Fault, ...]:
        said = question.statements or question.hint.sv or question.hint.en
        return (
            *text_faults(question),
            *unused_faults(question, choices=False, statements=True),
            *choice_faults(question.statements, 0, 12, "statements"),
            *(() if said else (Fault("statements", _("Write what you have understood.")),)),
        )


class Consent(Plain):
    """What an answer may be used for beyond being read: one tick each, none ticked before.

    Kept as the list of what was allowed. A question's own choices say the same uses in other
    words; their ids are those of :class:`dialogue.voices.models.Use`.
    """

    code = "consent"
    standard = (
        Choice(
            "quote",
            Localized(
                "Ni får publicera ord ur min berättelse, utan att säga vem som skrev dem",
                "You may publish words from my story, without saying who wrote them",
            ),
            Localized(
                "Ni får visa mina ord. Ingen får veta vem jag är.",
                "You may show my words. Nobody may know who I am.",
            ),
        ),
        Choice(
            "research",
            Localized(
                "Forskare får läsa mitt svar, i forskning som har godkänts",
                "Researchers may read my answer, in research that has been approved",
            ),
            Localized(
                "Forskare får läsa mitt svar. Forskningen måste vara godkänd.",
                "Researchers may read my answer. The research must be approved.",
            ),
        ),
        Choice(
            "open_data",
            Localized(
                "Mitt svar får ingå i öppna data, som alla kan hämta",
                "My answer may be part of open data, which everybody can download",
            ),
            Localized(
                "Mitt svar får vara öppet. Alla får hämta och läsa det.",
                "My answer may be open. Everybody may fetch it and read it.",
            ),
        ),
    )

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return question.choices or self.standard

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        given = frozenset(value for value in fields.get(question.id, ()) if value)
        for value in given:
            chosen(self.choices(question), question.id, value)
        return [each.id for each in self.choices(question) if each.id in given] or None

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {question.id: list(value)}

    def words(self, question: Question, value: Any) -> list[str]:
        return [wording(self.choices(question), each) for each in value]

    def columns(self, question: Question) -> tuple[Column, ...]:
        names = parts(question, [each.id for each in self.choices(question)])
        return tuple(
            Column(name, joined(question.text, each.text), "choice", TICKED)
            for name, each in zip(names, self.choices(question), strict=True)
        )

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        if value is None:
            return (None,) * len(self.choices(question))
        return tuple("yes" if each.id in value else "no" for each in self.choices(question))

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        """How many allowed each use. One person may stand in several rows."""
        given = Counter(each for value in values for each in value)
        return tuple(Count(each.id, each.text, given[each.id]) for each in self.choices(question))

    def faults(self, question: Question) -> tuple[Fault, ...]:
        uses = {each.id for each in self.standard}
        return (
            *text_faults(question),
            *unused_faults(question, choices=True, statements=False),
            *choice_faults(question.choices, 0, len(uses)),
            *(
                Fault(f"choices.{each.id}", _("There is no such use of an answer."))
                for each in question.choices
                if each.id not in uses
            ),
        )


class Info(Plain):
    """Words to read, with a drawing if ``picture`` names one; nothing is answered.

    ``film`` is the https address of a film. It is a link, never a part of the page: a film that
    is fetched from elsewhere tells its owner who answers. The hint is then what the film says.
    """

    code = "info"
    settings: Mapping[str, type] = MappingProxyType({"picture": str, "film": str})

    def film(self, question: Question) -> str:
        """The address of the film, or nothing when there is none that can be linked to."""
        address = str(question.settings.get("film", ""))
        return address if FILM.fullmatch(address) else ""

    def film_site(self, question: Question) -> str:
        """Who shows the film: the host of its address."""
        return self.film(question).removeprefix("https://").partition("/")[0]

    def names(self, question: Question) -> tuple[str, ...]:
        return ()

    def read(self, question: Question, fields: Fields) -> Any:
        return None

    def filled(self, question: Question, value: Any) -> dict[str, list[str]]:
        return {}

    def words(self, question: Question, value: Any) -> list[str]:
        return []

    def columns(self, question: Question) -> tuple[Column, ...]:
        return ()

    def cells(self, question: Question, value: Any) -> tuple[Cell, ...]:
        return ()

    def counts(self, question: Question, values: Iterable[Any]) -> tuple[Count, ...]:
        return ()

    def faults(self, question: Question) -> tuple[Fault, ...]:
        picture = question.settings.get("picture", "")
        unknown = [Fault("settings.picture", _("There is no drawing with this name."))]
        return (
            *text_faults(question),
            *unused_faults(question, choices=False, statements=False),
            *(unknown if picture and picture not in PICTURES else []),
            *self._film_faults(question),
        )

    def _film_faults(self, question: Question) -> Iterator[Fault]:
        if not question.settings.get("film"):
            return
        if not self.film(question):
            yield Fault("settings.film", _("Write the whole address of the film, with https://."))
        if not question.hint.sv.strip():
            said = _("Write under the film what is said in it. Not everybody can see or hear.")
            yield Fault("hint", said)
