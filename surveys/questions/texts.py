"""Questions that are answered in one's own words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from surveys.questions.document import Question
from surveys.questions.kinds import BadAnswer, Fields, first


class Story:
    """A story: the teller's own words, 1 to 4,000 characters, kept verbatim."""

    code = "story"
    longest = 4000

    def names(self, question: Question) -> tuple[str, ...]:
        return (question.id,)

    def read(self, question: Question, fields: Fields) -> Any:
        text = first(fields, question.id)
        if len(text) > self.longest:
            over = len(text) - self.longest
            raise BadAnswer(
                question.id,
                ngettext(
                    "The story is %(num)d character too long. Shorten it a little.",
                    "The story is %(num)d characters too long. Shorten it a little.",
                    over,
                ),
            )
        if not text and question.required:
            raise BadAnswer(question.id, _("Write something, or skip the question."))
        return text or None

    def words(self, question: Question, value: Any) -> list[str]:
        return str(value).split("\n")
