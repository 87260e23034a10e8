"""Every kind of question, by its code."""

from __future__ import annotations

from surveys.questions.choosing import Place, Scale5, Single, Who
from surveys.questions.document import BrokenDocument, Document
from surveys.questions.kinds import Kind
from surveys.questions.sharing import SelfCode3
from surveys.questions.texts import Story

KINDS: dict[str, Kind] = {
    kind.code: kind for kind in (Story(), SelfCode3(), Scale5(), Single(), Place(), Who())
}


def checked(document: Document) -> Document:
    """The document, once every question in it is of a known kind.

    Raises:
        BrokenDocument: names the question whose kind nobody knows.
    """
    for question in document.questions:
        if question.kind not in KINDS:
            raise BrokenDocument(f"question {question.id!r} has the unknown kind {question.kind!r}")
    return document
