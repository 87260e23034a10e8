"""A document as JSON: every key of every part, so that nothing is left to guess."""

from __future__ import annotations

from typing import Any

from surveys.questions.document import Choice, Document, Question, Section
from surveys.questions.frozen import thawed


def document_dict(document: Document) -> dict[str, Any]:
    """The whole document, as :meth:`Document.of` reads it."""
    return {
        "title": document.title.as_dict(),
        "about": document.about.as_dict(),
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title.as_dict(),
        "intro": section.intro.as_dict(),
        "kept_apart": section.kept_apart,
        "show_if": thawed(section.show_if),
        "questions": [question_dict(question) for question in section.questions],
    }


def question_dict(question: Question) -> dict[str, Any]:
    """One question, as it stands in its section."""
    return {
        "id": question.id,
        "kind": question.kind,
        "text": question.text.as_dict(),
        "hint": question.hint.as_dict(),
        "easy": question.easy.as_dict(),
        "easy_hint": question.easy_hint.as_dict(),
        "choices": [_choice(choice) for choice in question.choices],
        "statements": [_choice(choice) for choice in question.statements],
        "required": question.required,
        "analysed": question.analysed,
        "node": question.node,
        "settings": thawed(question.settings),
        "show_if": thawed(question.show_if),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "id": choice.id,
        "text": choice.text.as_dict(),
        "easy": choice.easy.as_dict(),
        "picture": choice.picture,
    }
