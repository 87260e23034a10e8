"""A survey as plain data for the printer: what stands on the paper, in one language and wording.

The parts of a question follow from the columns of its kind: a text has ruled lines, a choice has
boxes, a number or points a small box to write in. The ids stand beside the questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from dialogue.ground.localized import Localized
from surveys.questions.catalogue import KINDS, tells
from surveys.questions.document import Document, Question
from surveys.questions.kinds import Column
from surveys.rules.conditions import rule_of
from surveys.rules.words import in_words

STORY_LINES, TEXT_LINES = 12, 4


def laid_out(document: Document, language: str, variant: str) -> list[dict[str, Any]]:
    """The sections of a form, each with its questions and their parts."""
    numbers = iter(range(1, 1000))
    with force_locale(language):
        return [
            {
                "title": section.title.text(language),
                "intro": section.intro.text(language),
                "questions": [
                    _question(question, document, language, variant, numbers)
                    for question in section.questions
                ],
            }
            for section in document.sections
        ]


def _question(
    question: Question, document: Document, language: str, variant: str, numbers: Iterator[int]
) -> dict[str, Any]:
    columns = KINDS[question.kind].columns(question)
    most = question.settings.get("most")
    hints = [question.hinted(variant).text(language)]
    if isinstance(most, int):
        hints.append(
            ngettext("Choose %(num)d answer at most.", "Choose %(num)d answers at most.", most)
        )
    if any(column.type == "points" for column in columns):
        hints.append(_("Write a number in each box. Together they make ten at most."))
    return {
        "id": question.id,
        "number": str(next(numbers)) if columns else "",
        "text": question.worded(variant).text(language),
        "hint": " ".join(hint for hint in hints if hint),
        "rule": _("Answer if %(rule)s.", rule=in_words(rule_of(question), document))
        if question.show_if
        else "",
        "parts": [
            _part(question, column, len(columns) > 1, language, variant) for column in columns
        ],
    }


def _part(
    question: Question, column: Column, several: bool, language: str, variant: str
) -> dict[str, Any]:
    label = _label(question.text, column.label, language) if several else ""
    if column.type == "text":
        lines = STORY_LINES if tells(question) and not several else TEXT_LINES
        return {"kind": "lines", "label": label, "lines": lines, "options": []}
    ticks = [choice.id for choice in column.choices]
    if column.type == "choice" and ticks and ticks != ["yes", "no"]:
        options = [choice.worded(variant).text(language) for choice in column.choices]
        return {"kind": "options", "label": label, "lines": 0, "options": options}
    kind = "tick" if column.type == "choice" else "box"
    return {"kind": kind, "label": label, "lines": 0, "options": []}


def _label(whole: Localized, part: Localized, language: str) -> str:
    """What a column's label says beside the question's own text."""
    text = part.text(language)
    return text.removeprefix(whole.text(language)).removeprefix(":").strip()
