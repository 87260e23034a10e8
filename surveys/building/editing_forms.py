"""The forms of those who build a survey, and how they become parts of a document."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from dialogue.ground.forms import offered
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from surveys.building.choice_lines import MISSING, choices_from_lines
from surveys.building.rule_fields import RuleForm, rule_data
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question, Section
from surveys.questions.frozen import Frozen
from surveys.questions.pictures import PICTURES

LONGEST = 1_000
SWEDISH, ENGLISH = lazy_gettext("Swedish"), lazy_gettext("English")


def _text(label: Any) -> TextAreaField:
    return TextAreaField(label, [Length(max=LONGEST)])


def _lines(label: Any) -> TextAreaField:
    return TextAreaField(label, [Length(max=8_000)])


def _number(label: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(0, 100_000)])


class QuestionForm(RuleForm):
    """One question: its words side by side, its answers, its settings and its rule."""

    text_sv, text_en = _text(SWEDISH), _text(ENGLISH)
    easy_sv, easy_en = _text(SWEDISH), _text(ENGLISH)
    hint_sv, hint_en = _text(SWEDISH), _text(ENGLISH)
    easy_hint_sv, easy_hint_en = _text(SWEDISH), _text(ENGLISH)
    choices_sv, choices_en = _lines(SWEDISH), _lines(ENGLISH)
    choices_easy_sv, choices_easy_en = _lines(SWEDISH), _lines(ENGLISH)
    statements_sv, statements_en = _lines(SWEDISH), _lines(ENGLISH)
    statements_easy_sv, statements_easy_en = _lines(SWEDISH), _lines(ENGLISH)
    node = SelectField(lazy_gettext("Belongs to"), validate_choice=False)
    required = BooleanField(lazy_gettext("Has to be answered"))
    analysed = BooleanField(lazy_gettext("Read the words as a story"))
    setting_most = _number(lazy_gettext("At most"))
    setting_least = _number(lazy_gettext("At least"))
    setting_step = _number(lazy_gettext("Step"))
    setting_other = BooleanField(lazy_gettext("Offer “something else” with words of one’s own"))
    setting_notes = BooleanField(lazy_gettext("Offer a line to write on beside each picture"))
    setting_picture = SelectField(lazy_gettext("Picture"), validate_choice=False)
    setting_film = StringField(lazy_gettext("Address of a film"), [Length(max=400)])
    seen = HiddenField()

    def prepare(self, document: Document, question: Question) -> None:
        """Offer what can be chosen for this question."""
        self.offer(document, question)
        drawn = [(name, text.text(current_language())) for name, text in PICTURES.items()]
        self.setting_picture.choices = offered([("", _("No picture")), *drawn])
        nodes = {
            "": _("None of them"),
            "trygghet": _("Feeling safe"),
            "tillgänglighet": _("Getting access"),
            "tillsammans": _("Working together"),
        }
        nodes.setdefault(question.node, question.node)
        self.node.choices = offered(nodes.items())

    def question(self, old: Question, taken: Collection[str]) -> Question:
        """The question as the form has it; ``taken`` are ids that no new choice may get.

        Raises:
            Refusal: when there are too many choices.
        """
        return replace(
            old,
            text=self._both("text"),
            easy=self._both("easy"),
            hint=self._both("hint"),
            easy_hint=self._both("easy_hint"),
            choices=self._parts("choices", old.choices, taken),
            statements=self._parts("statements", old.statements, taken),
            node=self.node.data or "",
            required=bool(self.required.data),
            analysed=bool(self.analysed.data),
            settings=Frozen(dict(self._settings(old))),
            show_if=self.rule(old.show_if),
        )

    def _both(self, name: str) -> Localized:
        return Localized(self[f"{name}_sv"].data or "", self[f"{name}_en"].data or "")

    def _parts(
        self, name: str, old: tuple[Choice, ...], taken: Collection[str]
    ) -> tuple[Choice, ...]:
        sv, en, easy_sv, easy_en = (
            self[f"{name}_{column}"].data or "" for column in ("sv", "en", "easy_sv", "easy_en")
        )
        return choices_from_lines(old, sv, en, easy_sv, easy_en, taken)

    def _settings(self, old: Question) -> Iterator[tuple[str, Any]]:
        for name, of in KINDS[old.kind].settings.items():
            value = self[f"setting_{name}"].data
            if of is bool and value:
                yield name, True
            elif of is not bool and value not in (None, ""):
                yield name, value


class SectionForm(RuleForm):
    """A part of the survey: its words, whether it is kept apart, and its rule."""

    title_sv = StringField(SWEDISH, [Length(max=200)])
    title_en = StringField(ENGLISH, [Length(max=200)])
    intro_sv, intro_en = _text(SWEDISH), _text(ENGLISH)
    kept_apart = BooleanField(lazy_gettext("Keep the answers apart from the story"))

    def section(self, old: Section) -> Section:
        """The section as the form has it."""
        return replace(
            old,
            title=Localized(self.title_sv.data or "", self.title_en.data or ""),
            intro=Localized(self.intro_sv.data or "", self.intro_en.data or ""),
            kept_apart=bool(self.kept_apart.data),
            show_if=self.rule(old.show_if),
        )


def data_of_question(question: Question, mark: str) -> dict[str, Any]:
    """What the form of a question shows at first; ``mark`` says what was seen."""
    data: dict[str, Any] = {
        "node": question.node,
        "required": question.required,
        "analysed": question.analysed,
        "seen": mark,
    }
    for name in ("text", "easy", "hint", "easy_hint"):
        data |= _sides(name, getattr(question, name))
    for name in ("choices", "statements"):
        parts = getattr(question, name)
        for language in ("sv", "en"):
            data[f"{name}_{language}"] = _joined(getattr(each.text, language) for each in parts)
            data[f"{name}_easy_{language}"] = _joined(
                getattr(each.easy, language) for each in parts
            )
    data |= {f"setting_{name}": value for name, value in question.settings.items()}
    return data | rule_data(question)


def data_of_section(section: Section) -> dict[str, Any]:
    """What the form of a section shows at first."""
    data: dict[str, Any] = {"kept_apart": section.kept_apart}
    return (
        data | _sides("title", section.title) | _sides("intro", section.intro) | rule_data(section)
    )


def _sides(name: str, text: Localized) -> dict[str, str]:
    return {f"{name}_sv": text.sv, f"{name}_en": text.en}


def _joined(lines: Iterator[str]) -> str:
    """A text for each line, a dash where it is missing; nothing when every one is."""
    listed = list(lines)
    return "\n".join(line or MISSING[0] for line in listed) if any(listed) else ""
