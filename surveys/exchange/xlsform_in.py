"""An XLSForm workbook as a survey: what our surveys can hold of it, and the names of the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys.exchange.losses import Imported, Loss
from surveys.exchange.naming import choice_id
from surveys.exchange.workbook import Sheet, sheets_of
from surveys.exchange.xlsform_parts import Form, Listed, Texts
from surveys.exchange.xlsform_rows import Reader
from surveys.questions.catalogue import checked
from surveys.questions.document import BrokenDocument, Choice, Document

LANGUAGE_NAMES = {
    "sv": "sv", "swe": "sv", "svenska": "sv", "swedish": "sv",
    "en": "en", "eng": "en", "engelska": "en", "english": "en",
}  # fmt: skip
TRANSLATED = ("label", "hint")
CHOICE_COLUMNS = ("list_name", "list name", "name")
SETTINGS = ("form_title", "default_language")


def read(content: bytes) -> Imported:
    """Read a workbook with the sheets ``survey``, ``choices`` and ``settings``.

    Raises:
        Refusal: when it is no such workbook, or has texts without a language beside texts with
            one, so that nobody can tell which language they are in.
    """
    sheets = sheets_of(content)
    survey = sheets.pop("survey", None)
    if survey is None or not {"type", "name"} <= {name.lower() for name in survey.columns}:
        raise Refusal(_("There is no sheet “survey” with the columns “type” and “name”."))
    empty = Sheet("", (), ())
    choices = sheets.pop("choices", empty)
    settings = sheets.pop("settings", empty)
    losses = [Loss(sheet.name, "sheet") for sheet in sheets.values() if sheet.rows]
    said = dict(settings.rows[0][1]) if settings.rows else {}
    default = _language(said.get("default_language", "")) or "sv"
    texts = _texts([survey, choices], default, losses)
    lists = _lists(choices, texts, losses)
    losses += [
        Loss("settings", f"column.{name}", value)
        for name, value in said.items()
        if name not in SETTINGS
    ]
    losses += [Loss("settings", f"unnamed.{number}") for number, _row in settings.rows[1:]]
    form = Form(texts=texts, lists=lists, losses=losses)
    sections = Reader(form).sections(survey)
    losses += [Loss("choices", f"stray.{name}") for name in lists if name not in form.used]
    document = Document(sections=sections, title=Localized(said.get("form_title", ""), ""))
    try:
        whole = checked(Document.of(document.as_dict()))
    except BrokenDocument as broken:
        raise Refusal(_("The survey cannot be read: %(why)s.", why=str(broken))) from None
    return Imported(whole, tuple(losses))


def _language(name: str) -> str | None:
    """``sv`` or ``en`` for ``Svenska (sv)``, ``English``, ``en`` …; None for any other."""
    coded = re.search(r"\(([A-Za-z]{2,3})[A-Za-z-]{0,10}\)\s*$", name)
    word = (coded.group(1) if coded else name).strip().lower()
    return LANGUAGE_NAMES.get(word)


def _texts(sheets: list[Sheet], default: str, losses: list[Loss]) -> Texts:
    """Which columns hold the texts, by part and language; unknown languages are lost by name."""
    columns: dict[tuple[str, str, str], str] = {}
    every: set[str] = set()
    lost: dict[str, None] = {}
    for sheet in sheets:
        for part in TRANSLATED:
            named = [name for name in sheet.columns if _split(name)[0] == part]
            every.update(named)
            _refuse_bare(sheet, named)
            for name in named:
                asked = _split(name)[1]
                language = _language(asked) if asked else default
                if language is None or (sheet.name, part, language) in columns:
                    lost[asked] = None
                else:
                    columns[sheet.name, part, language] = name
    losses += [Loss("languages", f"language.{name}") for name in lost]
    return Texts(columns, frozenset(every))


def _split(column: str) -> tuple[str, str]:
    """``label::English (en)`` as its part and its language; no language where none is named."""
    part, _colon, language = column.partition(":")
    return part.strip().lower(), language.lstrip(":").strip()


def _refuse_bare(sheet: Sheet, named: list[str]) -> None:
    """Texts without a language beside texts with one are in a language that nobody knows."""
    bare = [name for name in named if not _split(name)[1]]
    other = [name for name in named if _split(name)[1]]
    if bare and other:
        raise Refusal(
            _(
                "The sheet “%(sheet)s” has the column “%(bare)s” beside “%(other)s”. Nobody can "
                "tell which language it is in: write the language in both.",
                sheet=sheet.name,
                bare=bare[0],
                other=other[0],
            )
        )


def _lists(sheet: Sheet, texts: Texts, losses: list[Loss]) -> Mapping[str, Listed]:
    """The lists of answers by name: the choices, and their ids by the names in the file."""
    lists: dict[str, Listed] = {}
    for number, row in sheet.rows:
        owner = row.get("list_name") or row.get("list name", "")
        name = row.get("name", "")
        if not owner or not name:
            losses.append(Loss("choices", f"unnamed.{number}"))
            continue
        listed = lists.setdefault(owner, Listed(owner))
        if name in listed.ids:
            losses.append(Loss(owner, f"twice.{name}"))
            continue
        new = choice_id(name, frozenset(listed.ids.values()))
        if new != name:
            losses.append(Loss(f"{owner}: {name}", "renamed", new))
        listed.ids[name] = new
        listed.choices.append(Choice(new, texts.of(sheet.name, "label", row)))
        for column, value in row.items():
            if column not in CHOICE_COLUMNS and column not in texts.all:
                losses.append(Loss(f"{owner}: {name}", f"column.{column}", value))
    return lists
