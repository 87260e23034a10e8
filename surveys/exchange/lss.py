"""A LimeSurvey structure (.lss) as a survey: what our surveys can hold, and the names of the rest.

The file is XML: flat tables of rows, with the texts of each language in tables of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.voices.bringing_in import LARGEST_FILE
from surveys.exchange.losses import Imported, Loss
from surveys.exchange.lss_questions import questions_of
from surveys.exchange.lss_structure import LONGEST_DETAIL, Row, Structure
from surveys.questions.catalogue import checked
from surveys.questions.document import BrokenDocument, Document, Section

MOST_ROWS = 20_000
READ_TABLES = frozenset(
    {
        "answers", "answer_l10ns", "groups", "group_l10ns", "questions", "question_l10ns",
        "subquestions", "question_attributes", "surveys_languagesettings",
    }
)  # fmt: skip
TITLE = "surveyls_title"
LANGUAGE_KEYS = ("surveyls_survey_id", "surveyls_language", TITLE)
HEAD = frozenset({"LimeSurveyDocType", "DBVersion", "languages"})
TIES = (
    ("subquestions", "parent_qid", ("questions",)),
    ("answers", "qid", ("questions",)),
    ("question_attributes", "qid", ("questions", "subquestions")),
    ("question_l10ns", "qid", ("questions", "subquestions")),
    ("answer_l10ns", "aid", ("answers",)),
    ("group_l10ns", "gid", ("groups",)),
)
"""Which rows belong to which: a table, its column, and the tables that the column points to."""


def read(content: bytes) -> Imported:
    """Read a structure as LimeSurvey 3 to 6 write it.

    Raises:
        Refusal: when the file is too large, no XML or no such structure.
    """
    root = _root(content)
    tables = {part.tag: _rows(part) for part in root if part.find("rows") is not None}
    if not tables.get("questions") or not tables.get("groups"):
        raise Refusal(_("The file has no groups or no questions. Is it a LimeSurvey structure?"))
    tables = _by_language(tables)
    speaks, losses = _languages(root, tables)
    structure = Structure(tables=tables, losses=losses, speaks=speaks)
    sections = _sections(structure)
    document = Document(sections=sections, title=_settings(structure))
    _strays(structure)
    losses += [Loss("survey", f"rows.{part.tag}") for part in root if _is_left(part)]
    try:
        whole = checked(Document.of(document.as_dict()))
    except BrokenDocument as broken:
        raise Refusal(_("The survey cannot be read: %(why)s.", why=str(broken))) from None
    return Imported(whole, tuple(losses))


def _root(content: bytes) -> Element:
    if len(content) > LARGEST_FILE:
        raise Refusal(_("The file is larger than 5 MB. Divide it into several files."))
    try:
        root: Element = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, RecursionError, LookupError):
        raise Refusal(_("The file is not XML that can be read.")) from None
    if root.tag != "document" or (root.findtext("LimeSurveyDocType") or "").strip() != "Survey":
        raise Refusal(_("The file is not the structure of a LimeSurvey survey."))
    return root


def _rows(table: Element) -> list[Row]:
    """The rows of one table: column to text."""
    rows = table.find("rows")
    found = list(rows) if rows is not None else []
    if len(found) > MOST_ROWS:
        raise Refusal(_("There are more than %(num)d rows in the file.", num=MOST_ROWS))
    return [{cell.tag: cell.text or "" for cell in row} for row in found]


def _is_left(part: Element) -> bool:
    """Whether a part of the file says something and is read by nobody."""
    if part.tag in READ_TABLES | HEAD:
        return False
    rows = part.find("rows")
    return len(part if rows is None else rows) > 0 or bool((part.text or "").strip())


def _languages(root: Element, tables: Mapping[str, list[Row]]) -> tuple[dict[str, str], list[Loss]]:
    """What the file calls each of our languages, and its languages that are not ours."""
    named = [(each.text or "").strip() for each in root.iterfind("languages/language")]
    for name in ("surveys_languagesettings", *sorted(READ_TABLES)):
        named += [
            row.get("surveyls_language", "") or row.get("language", "")
            for row in tables.get(name, [])
        ]
    speaks: dict[str, str] = {}
    losses = []
    for name in dict.fromkeys(filter(None, named)):
        ours = _ours(name)
        if ours is None or speaks.setdefault(ours, name) != name:
            losses.append(Loss("languages", f"language.{name}"))
    return speaks, losses


def _ours(name: str) -> str | None:
    """``sv`` for ``sv`` and ``sv-SE``, ``en`` likewise, None for other languages."""
    code = name.lower().split("-")[0]
    return code if code in LANGUAGES else None


def _by_language(tables: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The tables in one shape. Up to version 3 a row held its text and its language itself."""
    made = {name: list(rows) for name, rows in tables.items()}
    for name, key, texts in (
        ("groups", "gid", "group_l10ns"),
        ("questions", "qid", "question_l10ns"),
        ("subquestions", "qid", "question_l10ns"),
    ):
        rows = made.get(name, [])
        if any("language" in row for row in rows):
            made.setdefault(texts, []).extend(rows)
            made[name] = list({row[key]: row for row in reversed(rows) if key in row}.values())
    answers = made.get("answers", [])
    if any("language" in row for row in answers):
        keyed = [row | {"aid": f"{row.get('qid')}/{row.get('code')}"} for row in answers]
        made["answer_l10ns"] = keyed
        made["answers"] = list({row["aid"]: row for row in reversed(keyed)}.values())
    return made


def _sections(structure: Structure) -> tuple[Section, ...]:
    questions: dict[str, list[Row]] = defaultdict(list)
    for row in structure.sorted("questions", "question_order"):
        questions[row.get("gid", "")].append(row)
    found: list[Section] = []
    for group in structure.sorted("groups", "group_order"):
        gid = group.get("gid", "")
        title = structure.text("group_l10ns", "gid", gid, "group_name")
        name = title.sv or title.en or gid
        structure.lose_rest(
            name,
            [group, *structure.said("group_l10ns", "gid", gid)],
            ("group_order", "group_name", "description", "grelevance"),
        )
        if group.get("grelevance", "") not in ("", "1"):
            structure.lose(name, "attribute.grelevance", group["grelevance"][:LONGEST_DETAIL])
        found.append(
            Section(
                structure.new_id(f"del_{len(found) + 1}"),
                structure.plain(title, name),
                structure.plain(structure.text("group_l10ns", "gid", gid, "description"), name),
                questions=questions_of(structure, questions.pop(gid, [])),
            )
        )
    for rows in questions.values():
        for row in rows:
            structure.lose(row.get("title", ""), "orphan")
    return tuple(found)


def _settings(structure: Structure) -> Localized:
    """The title; every other text about the survey is lost by name."""
    table = "surveys_languagesettings"
    titles = {
        ours: next(
            (row.get(TITLE, "") for row in structure.of(table, "surveyls_language", theirs)), ""
        )
        for ours, theirs in structure.speaks.items()
    }
    for row in structure.tables.get(table, []):
        language = row.get("surveyls_language", "")
        structure.lose_rest(f"survey ({language})", [row], LANGUAGE_KEYS)
    return structure.plain(Localized(**(dict.fromkeys(LANGUAGES, "") | titles)), "survey")


def _strays(structure: Structure) -> None:
    """Rows that belong to nothing in the file, and answers that their question has no use for."""
    for table, column, owners in TIES:
        key = {"parent_qid": "qid"}.get(column, column)
        known = {row.get(key) for name in owners for row in structure.tables.get(name, [])}
        for row in structure.tables.get(table, []):
            unused = table in ("answers", "subquestions") and id(row) not in structure.used
            if row.get(column) not in known or unused:
                name = row.get("title") or row.get("code") or row.get(column, "")
                structure.lose(table, f"stray.{name}")
