"""Display rules in words, for those who write them and those who answer on one page."""

from __future__ import annotations

from flask_babel import gettext as _

from dialogue.ground.i18n import current_language
from surveys.questions.document import Document
from surveys.rules.askable import name_of
from surveys.rules.conditions import All, Condition, Operator, Rule


def in_words(rule: Rule, document: Document) -> str:
    """A rule as the end of "Shown if …", in the language of the page."""
    if isinstance(rule, Condition):
        return _condition_in_words(rule, document)
    said = [
        f"({in_words(part, document)})" if _is_mixed(part, rule) else in_words(part, document)
        for part in rule.parts
    ]
    if not said:
        return str(_("always"))
    joint: str = _(" and ") if isinstance(rule, All) else _(" or ")
    return joint.join(said)


def _is_mixed(part: Rule, whole: Rule) -> bool:
    if isinstance(part, Condition):
        return False
    return type(part) is not type(whole) and len(part.parts) > 1


def _condition_in_words(rule: Condition, document: Document) -> str:
    question = next((each for each in document.questions if each.id == rule.question), None)
    asked = question.text.text(current_language()) if question else rule.question
    value = name_of(question, rule.value) if question else rule.value
    said: str
    match rule.operator:
        case Operator.ANSWERED:
            said = _("“%(question)s” has an answer", question=asked)
        case Operator.NOT_ANSWERED:
            said = _("“%(question)s” has no answer", question=asked)
        case Operator.IS:
            said = _("the answer to “%(question)s” is “%(value)s”", question=asked, value=value)
        case Operator.IS_NOT:
            said = _(
                "the answer to “%(question)s” is something else than “%(value)s”",
                question=asked,
                value=value,
            )
        case Operator.INCLUDES:
            said = _("“%(value)s” is chosen in “%(question)s”", question=asked, value=value)
        case Operator.MOST:
            said = _(
                "“%(value)s” has the most points in “%(question)s”", question=asked, value=value
            )
    return said
