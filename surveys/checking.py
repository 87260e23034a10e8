"""What the page says on which somebody checks their answers before sending them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app
from markupsafe import Markup

from dialogue.ground.i18n import current_language
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Question, Step
from surveys.quick import HOLES, MOST_ROWS, Drawn, memory
from surveys.sheets import Sheet


def checked(version: uuid.UUID | None, sheet: Sheet) -> Markup:
    """The answers as rows; their frames are remembered for ``version`` if there is one."""
    return Markup().join(
        _row(version, sheet, step, question)
        for step in sheet.steps
        for question in step.questions
        if KINDS[question.kind].names(question)
    )


def marked(sheet: Sheet) -> Markup:
    """The part that asks whether somebody can be recognised; empty when nothing is marked."""
    found = sheet.marked()
    return _rendered("surveys/_marked.html", marked=found) if found else Markup()


def _row(version: uuid.UUID | None, sheet: Sheet, step: Step, question: Question) -> Markup:
    points = _points(question, sheet.values.get(question.id))
    lines = () if points else sheet.words(question)
    answer = [HOLES["answer"]] if lines else None

    def draw() -> str:
        return _rendered(
            "surveys/_checked.html",
            question=question,
            variant=sheet.manner.variant,
            answer=answer,
            points=points,
            change=f"edit.{step.id}",
        )

    if version is None:
        frame = Drawn.of(draw())
    else:
        key = (version, current_language(), sheet.manner.variant, question.id, points, bool(lines))
        kept = memory()
        frame = kept.drawn(kept.rows, MOST_ROWS, key, draw)
    said = Markup("</p><p>").join(lines)
    return Markup(frame.filled({"answer": said}).decode())  # noqa: S704 -- a template drew it


def _points(question: Question, value: Any) -> tuple[Any, ...] | None:
    """The ten points as three numbers, where the question asks for points and some were given."""
    kind = KINDS[question.kind]
    if value is None or all(column.type != "points" for column in kind.columns(question)):
        return None
    given = tuple(kind.cells(question, value))
    return given if any(given) else None


def _rendered(template: str, **values: Any) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(**values))  # noqa: S704
