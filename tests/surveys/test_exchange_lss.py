"""LimeSurvey structures come in, and what cannot is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import pytest

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys.exchange import lss
from surveys.exchange.losses import Imported, Loss
from surveys.questions.document import Choice

SAMPLES = Path(__file__).parent.parent / "samples"


def test_a_limesurvey_structure_comes_in_and_the_rest_is_named() -> None:
    back = lss.read((SAMPLES / "limesurvey.lss").read_bytes())
    assert back.document.title == Localized("Prov", "Trial")
    first, last = back.document.sections
    assert last.intro == Localized("Lite till.", "A little more.")
    assert [(each.id, each.kind, len(each.choices)) for each in first.questions] == [
        ("berattelse", "story", 0), ("kontakt", "multi", 2), ("tycker", "matrix", 3),
        ("byggnad", "single", 2),
    ]  # fmt: skip
    assert [(each.id, each.kind, len(each.choices)) for each in last.questions] == [
        ("betyg_a", "single", 10), ("betyg_b", "single", 10), ("kommun", "single", 2),
        ("antal", "number", 0), ("trygg", "single", 2), ("kommentar", "single", 2),
    ]  # fmt: skip
    story, contact, matrix, building = first.questions
    assert story.text == Localized("Berätta med egna ord.", "Tell us in your own words.")
    assert story.hint == Localized("Några meningar räcker.", "A few sentences are enough.")
    assert contact.settings == {"most": 2, "other": True}
    assert [each.text.en for each in matrix.statements] == ["I get help", "I am heard"]
    assert matrix.required
    assert building.choices[0] == Choice("hus_a", Localized("Hus A", "House A"))
    assert last.questions[0].text == Localized("Sätt betyg: Maten", "Give a mark: The food")
    assert sorted(back.losses) == sorted(
        [
            Loss("languages", "language.de"),
            Loss("berattelse", "markup"),
            Loss("Kontakt", "renamed", "kontakt"),
            Loss("Kontakt", "attribute.random_order", "1"),
            Loss("byggnad", "show_if", '((Kontakt_ring.NAOK == "Y"))'),
            Loss("byggnad: hus a", "renamed", "hus_a"),
            Loss("datum", "type.date"),
            Loss("Resten", "attribute.grelevance", 'berattelse.NAOK != ""'),
            Loss("betyg", "split.2"),
            Loss("bilaga", "type.file upload"),
            Loss("kommentar", "comment"),
            Loss("survey", "rows.quota"),
            Loss("survey", "rows.surveys"),
            Loss("survey (sv)", "attribute.surveyls_endtext", "Tack!"),
            Loss("survey (sv)", "attribute.surveyls_dateformat", "6"),
            Loss("survey (en)", "attribute.surveyls_dateformat", "6"),
        ]
    )


ORDERS = {"sortorder", "group_order", "question_order"}
TIES = {"id", "sid"}
NAMED_WHOLE = {"quota", "surveys"}
GONE = {"14", "19"}
"""Two questions that are left out by name, with everything that belongs to them."""


def says_something(table: str, row: dict[str, str], column: str) -> bool:
    """Whether another value in this cell would be another survey, or one more thing to lose."""
    if table in NAMED_WHOLE or column in ORDERS | TIES or row.get("language") == "de":
        return False
    if row.get("qid") in GONE:
        return column in ("qid", "gid", "title", "type", "language", "parent_qid")
    part = table == "subquestions" and column in ("gid", "type")
    tie = column == "surveyls_survey_id"
    empty = table == "question_attributes" and not row["value"] and column != "value"
    return not (part or tie or empty)


def each_cell() -> Iterator[tuple[str, dict[str, str], Element]]:
    for table in SOUND:
        for row in table.iterfind("rows/row"):
            values = {cell.tag: cell.text or "" for cell in row}
            for cell in row:
                if says_something(table.tag, values, cell.tag):
                    yield table.tag, values, cell


SOUND = ElementTree.fromstring((SAMPLES / "limesurvey.lss").read_bytes())


def read_again() -> Imported | None:
    try:
        return lss.read(ElementTree.tostring(SOUND))
    except Refusal:
        return None


def test_every_cell_of_a_structure_is_carried_or_named() -> None:
    """Another word in any cell gives another survey, another loss or a refusal."""
    before = read_again()
    tried, silent = 0, []
    for table, values, cell in each_cell():
        old, cell.text = cell.text, "ZZ9"
        if read_again() == before:
            silent.append((table, values, cell.tag))
        cell.text = old
        tried += 1
    assert silent == []
    assert tried > 200


@pytest.mark.parametrize(
    ("table", "column", "value", "loss"),
    [
        ("answers", "assessment_value", "3", Loss("tycker: 1", "attribute.assessment_value", "3")),
        ("subquestions", "mandatory", "Y", Loss("Kontakt: ring", "attribute.mandatory", "Y")),
        ("questions", "mandatory", "S", Loss("berattelse", "attribute.mandatory", "S")),
        ("questions", "question_theme_name", "image_select", Loss(
            "berattelse", "attribute.question_theme_name", "image_select")),
        ("question_l10ns", "script", "go()", Loss("berattelse", "attribute.script", "go()")),
        ("groups", "randomization_group", "a", Loss(
            "Din berättelse", "attribute.randomization_group", "a")),
        ("surveys_languagesettings", "surveyls_title", "<b>Prov</b>", Loss("survey", "markup")),
    ],
)  # fmt: skip
def test_what_a_cell_says_beside_the_usual_is_named(
    table: str, column: str, value: str, loss: Loss
) -> None:
    """One cell more, or with another value: exactly one loss more."""
    root = ElementTree.fromstring((SAMPLES / "limesurvey.lss").read_bytes())
    row = root.find(f"{table}/rows/row")
    assert row is not None
    cell = row.find(column)
    cell = SubElement(row, column) if cell is None else cell
    before = lss.read((SAMPLES / "limesurvey.lss").read_bytes())
    cell.text = value
    after = lss.read(ElementTree.tostring(root))
    assert set(after.losses) - set(before.losses) == {loss}
    assert set(before.losses) <= set(after.losses)


def test_rows_that_belong_to_nothing_are_named() -> None:
    root = ElementTree.fromstring((SAMPLES / "limesurvey.lss").read_bytes())
    before = lss.read(ElementTree.tostring(root))
    rows = root.find("answers/rows")
    assert rows is not None
    for qid, code in (("999", "lost"), ("10", "unused")):
        row = SubElement(rows, "row")
        for name, value in (("aid", code), ("qid", qid), ("code", code)):
            SubElement(row, name).text = value
    themes = SubElement(SubElement(root, "themes"), "theme")
    themes.text = "fruity"
    after = lss.read(ElementTree.tostring(root))
    assert after.document == before.document
    assert sorted(set(after.losses) - set(before.losses)) == [
        Loss("answers", "stray.lost"),
        Loss("answers", "stray.unused"),
        Loss("survey", "rows.themes"),
    ]


def test_a_second_swedish_is_named_and_never_mixed_with_the_first() -> None:
    content = (SAMPLES / "limesurvey.lss").read_text(encoding="utf-8")
    content = content.replace("<language>de</language>", "<language>sv-informal</language>")
    content = content.replace("<![CDATA[de]]>", "<![CDATA[sv-informal]]>")
    back, before = lss.read(content.encode()), lss.read((SAMPLES / "limesurvey.lss").read_bytes())
    assert back.document == before.document
    assert Loss("languages", "language.sv-informal") in back.losses
