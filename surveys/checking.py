"""What the page says on which somebody checks their answers before sending them.

Its rows are drawn by templates, once, with holes for the answers, and remembered like whole pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from dialogue.ground.i18n import current_language
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Question, Step
from surveys.quick import HOLES, MOST_ROWS, Drawn, Key, memory
from surveys.sheets import Marked, Sheet


def checked(version: uuid.UUID | None, sheet: Sheet) -> Markup:
    """The answers as rows; their frames are remembered for ``version`` if there is one."""
    return Markup().join(
        _row(version, sheet, step, question)
        for step in sheet.steps
        for question in step.questions
        if KINDS[question.kind].names(question)
    )


def _row(version: uuid.UUID | None, sheet: Sheet, step: Step, question: Question) -> Markup:
    points = _points(question, sheet.values.get(question.id))
    lines = () if points else sheet.words(question)

    def draw() -> str:
        return (
            current_app.jinja_env.get_template("surveys/_checked.html")
            .render(
                question=question,
                variant=sheet.manner.variant,
                answer=[HOLES["answer"]] if lines else None,
                points=points,
                change=f"edit.{step.id}",
            )
            .strip()
        )

    key = (version, sheet.manner.variant, question.id, points, bool(lines)) if version else None
    return _filled(key, draw, answer=Markup("</p><p>").join(lines))


def _points(question: Question, value: Any) -> tuple[Any, ...] | None:
    """The ten points as three numbers, where the question asks for points and some were given."""
    kind = KINDS[question.kind]
    if value is None or all(column.type != "points" for column in kind.columns(question)):
        return None
    given = tuple(kind.cells(question, value))
    return given if any(given) else None


def marked(sheet: Sheet) -> Markup:
    """The part that asks whether somebody can be recognised; empty when nothing is marked."""
    found = sheet.marked()
    if not found:
        return Markup()
    every = len(found) > 1 or len(found[0].spans) > 1
    texts = Markup("\n").join(_marked_text(each) for each in found)
    frame = ("marked", every)
    return _filled(frame, lambda: _macro("section", HOLES["texts"], every), texts=texts)


def _marked_text(each: Marked) -> Markup:
    text, end, buttons = Markup(), 0, Markup()
    for span in each.spans:
        words = span.of(each.text)
        text += each.text[end : span.start] + Markup("<mark>{}</mark>").format(words)
        end = span.end
        buttons += _filled(
            ("marked button",),
            lambda: _macro("button", HOLES["words"], HOLES["value"]),
            words=escape(words),
            value=escape(f"{each.name}.{span.start}-{span.end}"),
        )
    text += each.text[end:]
    one = ("marked text",)
    draw = lambda: _macro("one", HOLES["text"], HOLES["buttons"])  # noqa: E731
    return _filled(one, draw, text=text, buttons=buttons)


def _macro(name: str, *values: Any) -> str:
    module = current_app.jinja_env.get_template("surveys/_marked.html").module
    return str(getattr(module, name)(*values))


def _filled(key: Key | None, draw: Callable[[], str], **values: Markup) -> Markup:
    """A frame with its holes filled; it is remembered under ``key`` in the page's language."""
    if key is None:
        frame = Drawn.of(draw())
    else:
        kept = memory()
        frame = kept.drawn(kept.rows, MOST_ROWS, (*key, current_language()), draw)
    return Markup(frame.filled(values).decode())  # noqa: S704 -- a template drew it
