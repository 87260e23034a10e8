"""The fields in which a display rule is written: conditions to choose, nothing to type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice

from dialogue.ground.forms import StaffForm, offered
from dialogue.ground.i18n import current_language
from surveys.questions.document import Document, Question, Section
from surveys.questions.frozen import frozen
from surveys.rules.askable import answers_of, name_of, operators_for
from surveys.rules.conditions import All, AnyOf, Condition, Operator, Rule, rule_of
from surveys.shaping import flat, section_of

CONDITIONS = ("rule_1", "rule_2", "rule_3")


class RuleForm(StaffForm):
    """A display rule with up to three conditions, all of them or any of them."""

    join = RadioField(
        lazy_gettext("When there is more than one"),
        choices=offered(
            [("all", lazy_gettext("All must hold")), ("any", lazy_gettext("One is enough"))]
        ),
        default="all",
    )
    rule_1 = SelectField(lazy_gettext("Show only if"), validate_choice=False)
    rule_2 = SelectField(lazy_gettext("Second condition"), validate_choice=False)
    rule_3 = SelectField(lazy_gettext("Third condition"), validate_choice=False)
    keep_rule = BooleanField(lazy_gettext("Keep the rule as it is"))

    def offer(self, document: Document, part: Question | Section) -> None:
        """Offer the conditions that can stand here."""
        for name in CONDITIONS:
            self[name].choices = conditions_for(document, part)

    def rule(self, before: Any) -> Any:
        """The rule as JSON, or None; ``before`` when a longer rule is to be kept."""
        if self.keep_rule.data:
            return before
        found: list[Rule] = [
            condition for name in CONDITIONS if (condition := _condition(self[name].data or ""))
        ]
        if not found:
            return None
        if len(found) == 1:
            return frozen(found[0].as_dict())
        rule = All(tuple(found)) if self.join.data == "all" else AnyOf(tuple(found))
        return frozen(rule.as_dict())


def rule_data(part: Question | Section) -> dict[str, Any]:
    found = flat(rule_of(part))
    if found is None or len(found[1]) > len(CONDITIONS):
        return {"keep_rule": True}
    join, conditions = found
    named = zip(CONDITIONS, conditions, strict=False)
    return {"join": join} | {name: _value(condition) for name, condition in named}


def _value(condition: Condition) -> str:
    return f"{condition.question}|{condition.operator}|{condition.value}"


def _condition(text: str) -> Condition | None:
    question, bar, rest = text.partition("|")
    operator, _bar, value = rest.partition("|")
    if not bar or operator not in list(Operator):
        return None
    return Condition(question, Operator(operator), value)


def conditions_for(document: Document, part: Question | Section) -> dict[str, list[SelectChoice]]:
    """The conditions that a rule of this part may have, grouped by the question they ask about."""
    found = {"": [("", _("No condition"))]}
    for question in _earlier(document, part):
        label = question.text.text(current_language()) or question.id
        group = found.setdefault(label, [])
        for operator in operators_for(question):
            group += [
                (_value(Condition(question.id, operator, value)), words)
                for value, words in _said(question, operator)
            ]
    return {label: offered(group) for label, group in found.items() if group}


def _earlier(document: Document, part: Question | Section) -> Iterator[Question]:
    apart = (
        part.kept_apart if isinstance(part, Section) else section_of(document, part.id).kept_apart
    )
    for section in document.sections:
        if section.id == part.id or apart:
            return
        for question in section.questions:
            if question.id == part.id:
                return
            if not section.kept_apart:
                yield question


def _said(question: Question, operator: Operator) -> Iterator[tuple[str, str]]:
    if operator == Operator.ANSWERED:
        yield "", _("it has an answer")
    elif operator == Operator.NOT_ANSWERED:
        yield "", _("it has no answer")
    else:
        for value, _text in answers_of(question):
            name = name_of(question, value)
            yield (
                value,
                {
                    Operator.IS: _("the answer is “%(value)s”", value=name),
                    Operator.IS_NOT: _("the answer is something else than “%(value)s”", value=name),
                    Operator.INCLUDES: _("“%(value)s” is chosen", value=name),
                    Operator.MOST: _("“%(value)s” has the most points", value=name),
                }[operator],
            )
