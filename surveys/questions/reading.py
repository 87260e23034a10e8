"""Reading a document from JSON, strictly: what is not understood is named, never dropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from dialogue.ground.localized import LANGUAGES, Localized
from surveys.questions.document import NOTHING, BrokenDocument, Choice, Document, Question, Section
from surveys.questions.frozen import Frozen, frozen

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
CHOICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,39}")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
Part = TypeVar("Part")


def document_of(data: Any) -> Document:
    """See :meth:`Document.of`."""
    keys = _object(data, "the document", ("title", "about", "sections"))
    document = Document(
        sections=_each(keys, "sections", "", _section),
        title=_localized(keys, "title", ""),
        about=_localized(keys, "about", ""),
    )
    ids = [section.id for section in document.sections]
    _once([*ids, *(each.id for each in document.questions)], "the document")
    return document


def _section(data: Any, place: str) -> Section:
    known = ("id", "title", "intro", "kept_apart", "questions", "show_if")
    keys = _object(data, place, known)
    return Section(
        id=_id(keys, place, ID, "use a–z, 0–9 and _, a letter first"),
        title=_localized(keys, "title", place),
        intro=_localized(keys, "intro", place),
        kept_apart=_flag(keys, "kept_apart", place),
        questions=_each(keys, "questions", place, question_of),
        show_if=frozen(_json(keys.get("show_if"), f"{place}.show_if")),
    )


def question_of(data: Any, place: str = "question") -> Question:
    """One question; ``place`` is what an error calls it.

    Raises:
        BrokenDocument: when a part is missing, unknown or of the wrong type.
    """
    known = (
        "id", "kind", "text", "hint", "easy", "easy_hint", "choices", "statements", "required",
        "analysed", "node", "settings", "show_if",
    )  # fmt: skip
    keys = _object(data, place, known)
    settings = keys.get("settings", {})
    _object(settings, f"{place}.settings", None)
    return Question(
        id=_id(keys, place, ID, "use a–z, 0–9 and _, a letter first"),
        kind=_string(keys, "kind", place),
        text=_localized(keys, "text", place),
        hint=_localized(keys, "hint", place),
        easy=_localized(keys, "easy", place),
        easy_hint=_localized(keys, "easy_hint", place),
        choices=_choices(keys, "choices", place),
        statements=_choices(keys, "statements", place),
        required=_flag(keys, "required", place),
        analysed=_flag(keys, "analysed", place),
        node=_string(keys, "node", place),
        settings=Frozen(_json(settings, f"{place}.settings")),
        show_if=frozen(_json(keys.get("show_if"), f"{place}.show_if")),
    )


def _choices(keys: Mapping[str, Any], name: str, place: str) -> tuple[Choice, ...]:
    choices = _each(keys, name, place, _choice)
    _once([choice.id for choice in choices], f"{place}.{name}")
    return choices


def _choice(data: Any, place: str) -> Choice:
    keys = _object(data, place, ("id", "text", "easy", "picture"))
    return Choice(
        id=_id(keys, place, CHOICE_ID, "use letters, digits, _, + and -"),
        text=_localized(keys, "text", place),
        easy=_localized(keys, "easy", place),
        picture=_string(keys, "picture", place),
    )


def _object(data: Any, place: str, known: Iterable[str] | None) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        raise BrokenDocument(f"{place} is no object with named parts")
    unknown = sorted(set(data) - set(known)) if known is not None else []
    if unknown:
        raise BrokenDocument(f"{place} has the unknown key {unknown[0]!r}")
    return data


def _each(
    keys: Mapping[str, Any], name: str, place: str, read: Callable[[Any, str], Part]
) -> tuple[Part, ...]:
    parts = keys.get(name, [])
    where = f"{place}.{name}".lstrip(".")
    if not isinstance(parts, list | tuple):
        raise BrokenDocument(f"{where} is no list")
    return tuple(read(part, f"{where}[{number}]") for number, part in enumerate(parts))


def _localized(keys: Mapping[str, Any], name: str, place: str) -> Localized:
    where = f"{place}.{name}".lstrip(".")
    if keys.get(name) is None:
        return NOTHING
    texts = _object(keys[name], where, LANGUAGES)
    for language in texts:
        _string(texts, language, where)
    return Localized.of(texts)


def _string(keys: Mapping[str, Any], name: str, place: str) -> str:
    text = keys.get(name, "")
    if not isinstance(text, str):
        raise BrokenDocument(f"{place}.{name} is no text")
    if _UNKEEPABLE.search(text):
        raise BrokenDocument(f"{place}.{name} has a character that cannot be kept")
    return text


def _flag(keys: Mapping[str, Any], name: str, place: str) -> bool:
    value = keys.get(name, False)
    if not isinstance(value, bool):
        raise BrokenDocument(f"{place}.{name} is neither true nor false")
    return value


def _id(keys: Mapping[str, Any], place: str, pattern: re.Pattern[str], rule: str) -> str:
    name = _string(keys, "id", place)
    if not pattern.fullmatch(name):
        raise BrokenDocument(f"{place}.id: {name!r} is no id: {rule}")
    return name


def _once(ids: Iterable[str], place: str) -> None:
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        raise BrokenDocument(f"{place}: the id {twice[0]!r} is used twice")


def _json(value: Any, place: str, depth: int = 12) -> Any:
    """The value itself, once it holds nothing but JSON that can be kept."""
    if depth == 0:
        raise BrokenDocument(f"{place} is nested too deeply")
    if isinstance(value, Mapping):
        for name, part in _object(value, place, None).items():
            _string({"name": name}, "name", place)
            _json(part, f"{place}.{name}", depth - 1)
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            _json(part, f"{place}[{number}]", depth - 1)
    elif isinstance(value, str):
        _string({"text": value}, "text", place)
    elif value is not None and not isinstance(value, bool | int):
        raise BrokenDocument(f"{place} is neither text, whole number, true, false nor empty")
    return value
