"""What stands beside a survey while it is built: gaps, rules in words, readability, advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.localized import LANGUAGES
from surveys.building.completeness import EASY, missing
from surveys.building.plain_language import advise, lix
from surveys.questions.document import STANDARD, Document
from surveys.rules.conditions import rule_of
from surveys.rules.words import in_words


def names_in(document: Document) -> dict[str, Any]:
    """What each part and question is called in lists, by id."""
    named = {section.id: section.title for section in document.sections}
    return named | {each.id: each.text for each in document.questions}


def rule_words(document: Document) -> Callable[[Any], str]:
    return lambda part: in_words(rule_of(part), document) if part.show_if else ""


def gaps_in(document: Document) -> dict[str, str]:
    """For each part and question what is missing, in a sentence."""
    names = {
        ("sv", STANDARD): _("Swedish"),
        ("en", STANDARD): _("English"),
        ("sv", EASY): _("easy Swedish"),
        ("en", EASY): _("easy English"),
    }
    found: dict[str, dict[str, None]] = {}
    for (language, variant), words in names.items():
        for slot in missing(document, language, variant):
            found.setdefault(slot.where, {})[words] = None
    return {where: _("Missing: %(what)s", what=", ".join(said)) for where, said in found.items()}


def lix_of(document: Document) -> dict[str, int | None]:
    """The readability of all questions and hints together, for each language and easy read."""
    texts = dict.fromkeys(LANGUAGES, "") | {EASY: ""}
    for question in document.questions:
        for language in LANGUAGES:
            texts[language] += f"{getattr(question.text, language)}\n"
        texts[EASY] += f"{question.easy.sv}\n"
    return {name: lix(text) for name, text in texts.items()}


def advice_on(form: Any, names: tuple[str, ...]) -> dict[str, list[str]]:
    """Advice on what stands in each field of a form, by the field's name."""
    return {
        name: [
            each.sentence
            for each in advise(
                form[name].data or "", name.rpartition("_")[2], easy=name.startswith("easy")
            )
        ]
        for name in names
    }
