"""Every kind of question with its answers, for what is claimed of all of them."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.questions.catalogue import KINDS
from surveys.questions.document import Document, Question
from tests.surveys.kinds_app import OTHERS, QUESTIONS, TWENTY, kinds_app
from tests.surveys.kinds_samples import SAMPLES

APP = kinds_app()
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.id)
each_sample = pytest.mark.parametrize(
    ("question", "fields", "value"),
    SAMPLES,
    ids=[f"{each[0].id}-{n}" for n, each in enumerate(SAMPLES)],
)


def kind_of(question: Question) -> Any:
    return KINDS[question.kind]


def changed(question: Question, **change: Any) -> Question:
    """The question with other keys in its document."""
    sections = (*TWENTY.as_dict()["sections"], *OTHERS.as_dict()["sections"])
    found = next(
        each for section in sections for each in section["questions"] if each["id"] == question.id
    )
    data = {"sections": [{"id": "del", "questions": [found | change]}]}
    return next(Document.of(data).questions)
