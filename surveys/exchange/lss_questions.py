"""The questions of a LimeSurvey structure, type by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dialogue.ground.localized import Localized
from surveys.exchange.lss_structure import LONGEST_DETAIL, Row, Structure, number
from surveys.exchange.naming import choice_id
from surveys.questions.document import Choice, Question
from surveys.questions.frozen import Frozen
from surveys.questions.kinds import joined

KINDS_OF = {
    "T": "story", "U": "story", "S": "short", "N": "number", "X": "info", "R": "rank",
    "L": "single", "!": "single", "O": "single", "Y": "single", "G": "single", "5": "single",
    "M": "multi", "P": "multi",
}  # fmt: skip
ROW_KINDS = {
    "Q": "short", "K": "number", "F": "single", "A": "single", "B": "single", "C": "single",
    "E": "single", "H": "single",
}  # fmt: skip
YES, NO = Choice("Y", Localized("Ja", "Yes")), Choice("N", Localized("Nej", "No"))
UNSURE = Choice("U", Localized("Osäker", "Uncertain"))
FIXED: Mapping[str, tuple[Choice, ...]] = {
    "Y": (YES, NO),
    "C": (YES, UNSURE, NO),
    "E": (
        Choice("I", Localized("Öka", "Increase")),
        Choice("S", Localized("Samma", "Same")),
        Choice("D", Localized("Minska", "Decrease")),
    ),
    "G": (Choice("F", Localized("Kvinna", "Female")), Choice("M", Localized("Man", "Male"))),
    "5": tuple(Choice(str(n), Localized(str(n), str(n))) for n in range(1, 6)),
    "A": tuple(Choice(str(n), Localized(str(n), str(n))) for n in range(1, 6)),
    "B": tuple(Choice(str(n), Localized(str(n), str(n))) for n in range(1, 11)),
}
TYPE_NAMES = {
    "D": "date", "I": "language", "*": "equation", "|": "file upload", "1": "dual scale array",
    ";": "array of texts", ":": "array of numbers",
}  # fmt: skip
CARRIED_ATTRIBUTES = {"multi": {"max_answers": "most", "min_answers": "least"}}
PART_COLUMNS = ("type", "title", "question_order", "relevance", "question", "question_theme_name")
ANSWER_COLUMNS = ("code", "title", "sortorder", "answer")
OWN_COLUMNS = (
    "type", "title", "other", "mandatory", "question_order", "relevance", "question", "help",
    "question_theme_name",
)  # fmt: skip
KNOWN = {"other": ("", "Y", "N"), "mandatory": ("", "Y", "N")}
CORE_THEMES = frozenset(
    {
        "5pointchoice", "arrays/10point", "arrays/5point", "arrays/array", "arrays/column",
        "arrays/dualscale", "arrays/increasesamedecrease", "arrays/multiflexi", "arrays/texts",
        "arrays/yesnouncertain", "boilerplate", "core", "date", "equation", "file_upload",
        "gender", "hugefreetext", "language", "list_dropdown", "list_with_comment", "listradio",
        "longfreetext", "multiplechoice", "multiplechoice_with_comments", "multiplenumeric",
        "multipleshorttext", "numerical", "ranking", "shortfreetext", "yesno",
    }
)  # fmt: skip


def questions_of(structure: Structure, rows: list[Row]) -> tuple[Question, ...]:
    """The questions of one group, in their order."""
    found: list[Question] = []
    for row in rows:
        kind, code = row.get("type", ""), row.get("title", "")
        if kind in KINDS_OF:
            found.append(_question(structure, row, KINDS_OF[kind]))
        elif kind in ROW_KINDS:
            found += _table(structure, row, ROW_KINDS[kind])
        else:
            structure.lose(code, f"type.{TYPE_NAMES.get(kind, kind)}")
            _gone(structure, row)
    return tuple(found)


def _question(structure: Structure, row: Row, kind: str) -> Question:
    """A question that is one question here too."""
    code, settings = row.get("title", ""), _extras(structure, row, kind)
    text, hint = _texts(structure, row)
    other = row.get("other") == "Y"
    if other and kind in ("single", "multi") and row["type"] not in FIXED:
        settings["other"] = True
    elif other:
        structure.lose(code, "other")
    if row["type"] in ("O", "P"):
        structure.lose(code, "comment")
    choices: tuple[Choice, ...] = ()
    if kind in ("multi", "rank") and row["type"] != "R":
        choices = _choices(structure, row, _parts(structure, row), _part_text)
    elif kind in ("single", "rank"):
        choices = FIXED.get(row["type"]) or _answers(structure, row)
    return Question(
        id=_named(structure, code),
        kind=kind,
        text=text,
        hint=hint,
        choices=choices,
        required=row.get("mandatory") == "Y",
        settings=Frozen(settings),
    )


def _table(structure: Structure, row: Row, kind: str) -> list[Question]:
    """A table of rows: one question where ours has room for it, otherwise one for each row."""
    code, settings = row.get("title", ""), _extras(structure, row, kind)
    text, hint = _texts(structure, row)
    if row.get("other") == "Y":
        structure.lose(code, "other")
    parts = _parts(structure, row)
    choices = FIXED.get(row["type"]) or (_answers(structure, row) if kind == "single" else ())
    if kind == "single" and 2 <= len(choices) <= 7 and 2 <= len(parts) <= 12:
        return [_matrix(structure, row, Question(code, "matrix", text, hint, choices), parts)]
    structure.lose(code, f"split.{len(parts)}")
    made = []
    for part in parts:
        name = f"{code}_{part.get('title', '')}"
        made.append(
            Question(
                id=_named(structure, name),
                kind=kind,
                text=joined(text, _part_text(structure, part, code)),
                hint=hint,
                choices=choices,
                required=row.get("mandatory") == "Y",
                settings=Frozen(settings),
            )
        )
    return made


def _matrix(structure: Structure, row: Row, question: Question, parts: list[Row]) -> Question:
    """The rows as statements under one question."""
    return replace(
        question,
        id=_named(structure, question.id),
        statements=_choices(structure, row, parts, _part_text),
        required=row.get("mandatory") == "Y",
    )


def _named(structure: Structure, code: str) -> str:
    new = structure.new_id(code)
    if new != code:
        structure.lose(code, "renamed", new)
    return new


def _texts(structure: Structure, row: Row) -> tuple[Localized, Localized]:
    qid, code = row.get("qid", ""), row.get("title", "")
    structure.lose_rest(
        code, structure.said("question_l10ns", "qid", qid), ("question", "help", *OWN_COLUMNS)
    )
    text = structure.text("question_l10ns", "qid", qid, "question")
    hint = structure.text("question_l10ns", "qid", qid, "help")
    return structure.plain(text, code), structure.plain(hint, code)


def _parts(structure: Structure, row: Row) -> list[Row]:
    """The parts of a question: rows of a table, choices of a list."""
    parts = [
        each
        for table in ("subquestions", "questions")
        for each in structure.of(table, "parent_qid", row.get("qid", ""))
    ]
    return sorted(parts, key=lambda part: number(part.get("question_order", "")))


def _part_text(structure: Structure, part: Row, code: str) -> Localized:
    if part.get("relevance", "1") not in ("", "1"):
        structure.lose(f"{code}: {part.get('title', '')}", "show_if", part["relevance"])
    qid, where = part.get("qid", ""), f"{code}: {part.get('title', '')}"
    structure.used.add(id(part))
    structure.lose_rest(where, [part, *structure.said("question_l10ns", "qid", qid)], PART_COLUMNS)
    text = structure.text("question_l10ns", "qid", qid, "question")
    return structure.plain(text, code)


def _answer_text(structure: Structure, answer: Row, code: str) -> Localized:
    aid, where = answer.get("aid", ""), f"{code}: {answer.get('code', '')}"
    structure.lose_rest(
        where, [answer, *structure.said("answer_l10ns", "aid", aid)], ANSWER_COLUMNS
    )
    text = structure.text("answer_l10ns", "aid", aid, "answer")
    return structure.plain(text, code)


def _answers(structure: Structure, row: Row) -> tuple[Choice, ...]:
    found = structure.of("answers", "qid", row.get("qid", ""))
    found.sort(key=lambda answer: number(answer.get("sortorder", "")))
    structure.used.update(map(id, found))
    coded = [answer | {"title": answer.get("code", "")} for answer in found]
    return _choices(structure, row, coded, _answer_text)


def _choices(
    structure: Structure,
    row: Row,
    rows: list[Row],
    text_of: Callable[[Structure, Row, str], Localized],
) -> tuple[Choice, ...]:
    """Answers to choose from; an id that has a meaning of its own here is changed."""
    code, taken, made = row.get("title", ""), {"other"}, []
    for each in rows:
        name = each["title"]
        new = choice_id(name, taken)
        if new != name:
            structure.lose(f"{code}: {name}", "renamed", new)
        taken.add(new)
        made.append(Choice(new, text_of(structure, each, code)))
    return tuple(made)


def _extras(structure: Structure, row: Row, kind: str) -> dict[str, Any]:
    """The settings that attributes say; display rules and other attributes are lost by name."""
    code, settings = row.get("title", ""), {}
    if row.get("relevance", "1") not in ("", "1"):
        structure.lose(code, "show_if", row["relevance"])
    carried = CARRIED_ATTRIBUTES.get(kind, {})
    for each in structure.of("question_attributes", "qid", row.get("qid", "")):
        name, value = each.get("attribute", ""), each.get("value", "")
        if name in carried and number(value) > 0:
            settings[carried[name]] = number(value)
        elif value.strip():
            structure.lose(code, f"attribute.{name}", value[:LONGEST_DETAIL])
    _unknown(structure, row)
    return settings


def _unknown(structure: Structure, row: Row) -> None:
    """The cells of a question that say what none of ours can be."""
    code = row.get("title", "")
    structure.lose_rest(code, [row], OWN_COLUMNS)
    for name, known in KNOWN.items():
        if row.get(name, "") not in known:
            structure.lose(code, f"attribute.{name}", row[name][:LONGEST_DETAIL])
    theme = row.get("question_theme_name", "")
    if theme and theme not in CORE_THEMES:
        structure.lose(code, "attribute.question_theme_name", theme[:LONGEST_DETAIL])


def _gone(structure: Structure, row: Row) -> None:
    """A question that is left out takes its parts and its answers with it."""
    qid = row.get("qid", "")
    structure.used.update(map(id, [*_parts(structure, row), *structure.of("answers", "qid", qid)]))
