"""Forms of other tools come in, and what cannot is named."""

from __future__ import annotations

from typing import Any

import pytest

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys.exchange import xlsform_in
from surveys.exchange.losses import Loss
from tests.surveys.workbooks import workbook

SHEETS: dict[str, list[list[Any]]] = {
    "survey": [
        ["type", "name", "label::Svenska (sv)", "label::English (en)", "label::Suomi (fi)",
         "required", "relevant", "constraint", "calculation", "appearance"],
        ["start", "start"],
        ["begin_group", "om dig", "Om dig", "About you"],
        ["text", "Namn", "Vad tycker du?", "What do you think?", "Mitä?", "yes"],
        ["select_one yn or_other", "bra", "Var det bra?", "Was it good?"],
        ["select_multiple ways", "how", "Hur?", "How?", "", "", "${bra} = 'no'",
         "count-selected(.) <= 2"],
        ["begin_group", "inner", "Inre", "Inner"],
        ["integer", "age", "Ålder", "Age", "", "", "${age} > 3", ". >= 18 and . <= 100"],
        ["end_group"],
        ["end_group"],
        ["geopoint", "where", "Var?", "Where?"],
        ["calculate", "sum", "", "", "", "", "", "", "1 + 1"],
        ["begin_repeat", "barn", "Barn", "Child"],
        ["text", "barnets", "Berätta", "Tell"],
        ["end_repeat"],
        ["text", "long", "Mer?", "More?", "", "", "", "regex(., '.+')", "", "multiline"],
        ["note", "tack", "Tack!", "Thanks!"],
    ],
    "choices": [
        ["list_name", "name", "label::Svenska (sv)", "label::English (en)", "filter"],
        ["yn", "yes", "Ja", "Yes"],
        ["yn", "no", "Nej", "No"],
        ["ways", "tel", "Telefon", "Phone", "x"],
        ["ways", "å brev", "Brev", "Letter"],
        ["ways", "other", "Annat", "Other"],
        ["ways", "tel", "Telefon igen", "Phone again"],
    ],
    "settings": [["form_title", "form_id", "default_language"], ["Prov", "prov_1", "Svenska (sv)"]],
    "entities": [["dataset"], ["personer"]],
}  # fmt: skip
FOREIGN = workbook(**SHEETS)


def test_a_form_of_another_tool_comes_in_and_the_rest_is_named() -> None:
    back = xlsform_in.read(FOREIGN)
    assert back.document.title == Localized("Prov", "")
    first, last = back.document.sections
    assert (first.id, first.title) == ("om_dig", Localized("Om dig", "About you"))
    assert [(each.id, each.kind) for each in first.questions] == [
        ("namn", "short"), ("bra", "single"), ("how", "multi"), ("age", "number"),
    ]  # fmt: skip
    assert [(each.id, each.kind) for each in last.questions] == [
        ("long", "story"), ("tack", "info"),
    ]  # fmt: skip
    namn, bra, how, age = first.questions
    assert namn.required
    assert bra.settings == {"other": True}
    assert how.settings == {"most": 2}
    assert [choice.id for choice in how.choices] == ["tel", "a_brev", "other_2"]
    assert how.show_if == {"question": "bra", "op": "is", "value": "no"}
    assert age.settings == {"least": 18, "most": 100}
    assert sorted(back.losses) == sorted(
        [
            Loss("entities", "sheet"),
            Loss("languages", "language.Suomi (fi)"),
            Loss("ways: tel", "column.filter", "x"),
            Loss("ways: å brev", "renamed", "a_brev"),
            Loss("ways", "twice.tel"),
            Loss("ways: other", "renamed", "other_2"),
            Loss("settings", "column.form_id", "prov_1"),
            Loss("start", "type.start"),
            Loss("om dig", "renamed", "om_dig"),
            Loss("Namn", "renamed", "namn"),
            Loss("inner", "nested", "Inre"),
            Loss("age", "show_if", "${age} > 3: unexpected ' > 3'"),
            Loss("where", "type.geopoint"),
            Loss("sum", "type.calculate"),
            Loss("barn", "repeat"),
            Loss("barnets", "repeated"),
            Loss("long", "column.constraint", "regex(., '.+')"),
        ]
    )


def test_a_text_without_language_beside_one_with_is_refused() -> None:
    book = workbook(
        survey=[["type", "name", "label", "label::English (en)"], ["text", "a", "Hej", "Hi"]]
    )
    with pytest.raises(Refusal, match="label"):
        xlsform_in.read(book)


def test_texts_without_any_language_are_in_the_default_one() -> None:
    rows = [["type", "name", "label"], ["text", "a", "Hi"]]
    book = workbook(survey=rows, settings=[["default_language"], ["English (en)"]])
    assert next(xlsform_in.read(book).document.questions).text == Localized("", "Hi")
    assert next(xlsform_in.read(workbook(survey=rows)).document.questions).text.sv == "Hi"


LEFT_OUT = {"start", "geopoint", "calculate", "begin_repeat", "end_repeat", "end_group"}
REPEATED = {"barnets"}


def named_whole(sheet: str, row: list[Any], column: str) -> bool:
    """Whether the row, the column or the sheet is one that is left out whole, by name."""
    gone = sheet == "survey" and (row[0] in LEFT_OUT or row[1] in REPEATED)
    twice = row[:3] == ["ways", "tel", "Telefon igen"] and column not in ("list_name", "name")
    nested = row[1] == "inner" and column == "label::English (en)"
    language = column in ("label::Suomi (fi)", "default_language")
    return gone or twice or nested or language


def test_every_cell_of_a_form_is_carried_or_named() -> None:
    """Another word in any cell, also one that was empty: another survey, loss or a refusal."""
    before = xlsform_in.read(FOREIGN)
    silent = []
    for sheet in ("survey", "choices", "settings"):
        head, *rows = SHEETS[sheet]
        for row in rows:
            width = len(row)
            for place, column in enumerate(head):
                if width > 1 and not named_whole(sheet, row, column):
                    changed = [*row, *[""] * (len(head) - width)]
                    changed[place] = "ZZ9"
                    new = [changed if each is row else each for each in rows]
                    try:
                        back = xlsform_in.read(workbook(**SHEETS | {sheet: [head, *new]}))
                    except Refusal:
                        continue
                    if back == before:
                        silent.append((sheet, row, column))
    assert silent == []


def test_more_settings_unused_lists_and_sheets_that_are_too_wide_are_told() -> None:
    wide = SHEETS | {"settings": [*SHEETS["settings"], ["Prov 2"]]}
    more = set(xlsform_in.read(workbook(**wide)).losses) - set(xlsform_in.read(FOREIGN).losses)
    assert more == {Loss("settings", "unnamed.3")}
    unused = SHEETS | {"choices": [*SHEETS["choices"], ["seldom", "a", "A", "A"]]}
    more = set(xlsform_in.read(workbook(**unused)).losses) - set(xlsform_in.read(FOREIGN).losses)
    assert more == {Loss("choices", "stray.seldom")}
    rows = [["type", "name", *[""] * 210], ["text", "a", *[""] * 205, "far away"]]
    with pytest.raises(Refusal, match="columns"):
        xlsform_in.read(workbook(survey=rows))
