"""A filled-in form: what was typed, what could be read of it, and in what manner it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from flask_babel import gettext as _

from dialogue.voices.identifying import Span, pointers, without
from dialogue.voices.models import Use
from surveys.answering import telling
from surveys.questions.catalogue import KINDS
from surveys.questions.document import STANDARD, Document, Question, Step
from surveys.questions.kinds import BadAnswer, Fault
from surveys.rules.conditions import only_visible, visible_questions, visible_steps

CHECK, WHOLE = "check", "whole"
EACH, ALL = "each", "all"
LAYOUTS = (EACH, ALL)
VARIANTS = (STANDARD, "easy", "pictures")
CONTROL_FIELDS = frozenset({"key", "new_key", "token", "at", "go", "use", "csrf_token"})
MANNER = "as."


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody answers. It travels in the form beside the answers.

    Attributes:
        layout: ``each`` question on a screen, or ``all`` of them on one page.
        variant: ``standard``, ``easy`` or ``pictures``.
        shared: on a device that several people use, so nothing may stay on it.
        invitation: the one-time code of a dialogue that asks invited people only.
        receipt: the code of an answer that is being corrected.
    """

    layout: str = EACH
    variant: str = STANDARD
    shared: bool = False
    invitation: str = ""
    receipt: str = ""

    @classmethod
    def read(cls, form: Mapping[str, list[str]]) -> Self:
        """The manner in a form; what is unknown becomes the usual."""

        def of(name: str) -> str:
            values = form.get(MANNER + name, [])
            return values[0] if values else ""

        return cls(
            layout=of("layout") if of("layout") in LAYOUTS else EACH,
            variant=of("variant") if of("variant") in VARIANTS else STANDARD,
            shared=of("shared") == "yes",
            invitation=of("invitation")[:40],
            receipt=of("receipt")[:40],
        )

    def fields(self) -> dict[str, str]:
        """The fields that :meth:`read` reads the same manner from."""
        told = {
            "layout": self.layout if self.layout != EACH else "",
            "variant": self.variant if self.variant != STANDARD else "",
            "shared": "yes" if self.shared else "",
            "invitation": self.invitation,
            "receipt": self.receipt,
        }
        return {MANNER + name: value for name, value in told.items() if value}

    def pressed(self, press: str) -> Manner | None:
        """The manner after a press on one of its switches; None: not its switch."""
        name, _dot, value = press.partition(".")
        if name == "layout" and value in LAYOUTS:
            return replace(self, layout=value)
        if name == "variant" and value in VARIANTS:
            return replace(self, variant=value)
        return None


@dataclass(frozen=True, slots=True)
class Marked:
    """A text on the sheet with spans that may point at a person. ``name`` is its form field."""

    name: str
    question: Question
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody has filled in so far.

    ``fields`` are the raw fields by name, ``values`` the answers that could be read by question
    id (only of questions that these answers lead to), ``faults`` the others.
    """

    document: Document
    fields: Mapping[str, list[str]]
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    uses: tuple[Use, ...] = (Use.ANALYSIS,)
    manner: Manner = Manner()

    @classmethod
    def read(cls, document: Document, form: Mapping[str, list[str]]) -> Sheet:
        """Read every question of a form; unknown fields become faults."""
        known = _known_names(document)
        fields = {name: list(values) for name, values in form.items() if name in known}
        values: dict[str, Any] = {}
        bad: dict[str, Fault] = {}
        for question in document.questions:
            try:
                value = KINDS[question.kind].read(question, fields)
            except BadAnswer as refused:
                bad[question.id] = refused.fault
            else:
                if value is not None:
                    values[question.id] = value
        shown = visible_questions(document, values)
        faults = [bad[each] for each in shown if each in bad]
        if any(_is_foreign(name) for name in set(form) - known - CONTROL_FIELDS):
            faults.append(Fault("", _("The form has a field that is not part of this survey.")))
        seen = only_visible(document, values)
        uses = telling.uses(document, seen, list(form.get("use", [])))
        return cls(document, fields, seen, tuple(faults), uses, Manner.read(form))

    @classmethod
    def filled(cls, document: Document, values: Mapping[str, Any], uses: list[str]) -> Sheet:
        """The sheet that gives these answers."""
        fields: dict[str, list[str]] = {}
        for question in document.questions:
            if question.id in values:
                fields |= KINDS[question.kind].filled(question, values[question.id])
        return cls.read(document, fields | {"use": uses})

    @property
    def steps(self) -> tuple[Step, ...]:
        """The screens that these answers lead to."""
        return visible_steps(self.document, self.values)

    @property
    def places(self) -> list[str]:
        """The screens in order, by id; the page with all questions is one."""
        if self.manner.layout == ALL:
            return [WHOLE, CHECK]
        return [*(step.id for step in self.steps), CHECK]

    def shown(self, at: str) -> tuple[Step, ...]:
        """What a screen asks."""
        if at == WHOLE:
            return self.document.steps
        return tuple(step for step in self.steps if step.id == at)

    def form(self) -> dict[str, list[str]]:
        """Everything on the sheet as a form, the manner included; :meth:`read` reads it back."""
        manner = {name: [value] for name, value in self.manner.fields().items()}
        return {**self.fields, **manner, "use": [str(use) for use in self.uses]}

    def having(self, fields: Mapping[str, list[str]]) -> Sheet:
        """The sheet with some fields changed."""
        return Sheet.read(self.document, self.form() | dict(fields))

    def mannered(self, manner: Manner) -> Sheet:
        """The sheet answered in another manner."""
        return replace(self, manner=manner)

    def faults_of(self, step: Step) -> tuple[Fault, ...]:
        """The faults on one screen."""
        names = _names(step)
        return tuple(fault for fault in self.faults if fault.control in names)

    def without(self, step: Step) -> Sheet:
        """The sheet with one screen left open."""
        return self.having({name: [] for name in _names(step)})

    def carried(self, shown: tuple[Step, ...], with_uses: bool) -> list[tuple[str, str]]:
        """The fields that travel hidden while ``shown`` are on the screen."""
        visible = {name for step in shown for name in _names(step)}
        pairs = [
            (name, value)
            for name, values in self.fields.items()
            if name not in visible
            for value in values
            if value
        ]
        if with_uses:
            pairs += [("use", str(use)) for use in self.uses]
        return [*self.manner.fields().items(), *pairs]

    def words(self, question: Question) -> list[str]:
        """The answer to a question in words; nothing when it was left open."""
        value = self.values.get(question.id)
        return [] if value is None else KINDS[question.kind].words(question, value)

    def marked(self) -> tuple[Marked, ...]:
        """The texts with spans that may point at a person, in the order of the page."""
        texts = (
            (name, question, text)
            for question in self.document.questions
            if question.id in self.values
            for name in KINDS[question.kind].names(question)
            for text in self.fields.get(name, [])[:1]
        )
        marked = (Marked(*each, pointers(each[2])) for each in texts)
        return tuple(each for each in marked if each.spans)

    def cleared(self, press: str) -> Sheet | None:
        """The sheet with a marked span taken out, or all of them; None: no such button.

        ``press`` is ``clear`` or ``clear.<field>.<start>-<end>``. A span that is no longer marked
        there is left alone.
        """
        verb, _dot, where = press.partition(".")
        if verb != "clear":
            return None
        changed: dict[str, list[str]] = {}
        for marked in self.marked():
            text = marked.text
            for span in reversed(marked.spans):
                if where in ("", f"{marked.name}.{span.start}-{span.end}"):
                    text = without(text, span)
            if text != marked.text:
                changed[marked.name] = [text]
        return self.having(changed)


_known: dict[int, tuple[Document, frozenset[str]]] = {}
MOST_DOCUMENTS = 64


def _known_names(document: Document) -> frozenset[str]:
    """The names of all fields of a document; it is looked through once."""
    kept = _known.get(id(document))
    if kept is None or kept[0] is not document:
        names = {name for each in document.questions for name in KINDS[each.kind].names(each)}
        if len(_known) >= MOST_DOCUMENTS:
            _known.clear()
        kept = _known[id(document)] = (document, frozenset(names))
    return kept[1]


def _names(step: Step) -> set[str]:
    return {name for each in step.questions for name in KINDS[each.kind].names(each)}


def _is_foreign(name: str) -> bool:
    known = {MANNER + each for each in ("layout", "variant", "shared", "invitation", "receipt")}
    return name not in known
