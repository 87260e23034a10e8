"""What the page says on which somebody checks their answers before sending them.

Its rows are drawn by templates, once, with holes for the answers, and remembered like whole pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from dialogue.ground.i18n import current_language
from surveys.answering.quick import HOLES, MOST_ROWS, Drawn, Key, memory
from surveys.answering.sheets import Marked, Sheet
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Question, Step


def checked(version: uuid.UUID | None, sheet: Sheet) -> Markup:
    """The answers as rows; their frames are remembered for ``version`` if there is one."""
    frames = Frames()
    rows = [
        _row(frames, version, sheet, step, question)
        for step in sheet.steps
        for question in step.questions
        if KINDS[question.kind].names(question)
    ]
    return Markup("".join(rows))  # noqa: S704 -- templates drew them


def _row(
    frames: Frames, version: uuid.UUID | None, sheet: Sheet, step: Step, question: Question
) -> str:
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
    return frames.filled(key, draw, answer="</p><p>".join(str(escape(each)) for each in lines))


def _points(question: Question, value: Any) -> tuple[Any, ...] | None:
    """The ten points as three numbers, where the question asks for points and some were given."""
    kind = KINDS[question.kind]
    if not isinstance(value, Mapping):
        return None
    if all(column.type != "points" for column in kind.columns(question)):
        return None
    given = tuple(kind.cells(question, value))
    return given if any(given) else None


def marked(sheet: Sheet) -> Markup:
    """The part that asks whether somebody can be recognised; empty when nothing is marked."""
    found = sheet.marked()
    if not found:
        return Markup()
    every = len(found) > 1 or len(found[0].spans) > 1
    frames = Frames()
    texts = "\n".join(_marked_text(frames, each) for each in found)
    draw = partial(_macro, "section", HOLES["texts"], every)
    whole = frames.filled(("marked", every), draw, texts=texts)
    return Markup(whole)  # noqa: S704 -- templates drew it


def _marked_text(frames: Frames, each: Marked) -> str:
    text, end, buttons = "", 0, ""
    for span in each.spans:
        words = str(escape(span.of(each.text)))
        text += f"{escape(each.text[end : span.start])}<mark>{words}</mark>"
        end = span.end
        buttons += frames.filled(
            ("marked button",),
            partial(_macro, "button", HOLES["words"], HOLES["value"]),
            words=words,
            value=str(escape(f"{each.name}.{span.start}-{span.end}")),
        )
    text += str(escape(each.text[end:]))
    draw = partial(_macro, "one", HOLES["text"], HOLES["buttons"])
    return frames.filled(("marked text",), draw, text=text, buttons=buttons)


def _macro(name: str, *values: Any) -> str:
    module = current_app.jinja_env.get_template("surveys/_marked.html").module
    return str(getattr(module, name)(*values))


class Frames:
    """The frames of rows in the page's language, remembered between readers."""

    def __init__(self) -> None:
        self.memory, self.language = memory(), current_language()

    def filled(self, key: Key | None, draw: Callable[[], str], **values: str) -> str:
        """A frame with HTML in its holes; without a ``key`` it is drawn each time."""
        if key is None:
            return Drawn.of(draw()).text(values)
        rows = self.memory.rows
        return self.memory.drawn(rows, MOST_ROWS, (self.language, *key), draw).text(values)
