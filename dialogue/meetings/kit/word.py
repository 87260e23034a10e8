"""The kit as Word documents: real headings, lists and a language, to be changed by hand."""

from __future__ import annotations

import io
from typing import Any, Final

import segno
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from flask_babel import force_locale

from dialogue.meetings.kit.blocks import Block
from dialogue.meetings.kit.contents import EASY, Kit, Paper, blocks_of, title_of

INK: Final = RGBColor(0x15, 0x24, 0x1F)
SOFT: Final = RGBColor(0x46, 0x56, 0x4F)
GRAN: Final = RGBColor(0x1B, 0x4D, 0x41)
MOSS: Final = "DFEAE2"
SERIF: Final = "Georgia"
RULE: Final = "_" * 62


def paper_docx(kit: Kit, paper: Paper) -> bytes:
    """A paper of the kit as a Word document."""
    with force_locale(kit.language):
        title, blocks = blocks_of(kit, paper)
        name = title_of(paper)
    made = Document()
    organisation = kit.meeting.dialogue.face.name.text(kit.language)
    _set_up(made, kit.language, f"{title} – {name}", organisation, easy=paper in EASY)
    _line(made, organisation, colour=SOFT)
    made.add_heading(title, level=1)
    for place, block in enumerate(blocks):
        _draw(made, block, kit, first=place == 0)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _set_up(made: Any, language: str, title: str, author: str, *, easy: bool) -> None:
    made.core_properties.title = title
    made.core_properties.author = author
    made.core_properties.language = language
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin = section.bottom_margin = Mm(20)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = SERIF, Pt(15 if easy else 11.5)
    normal.font.color.rgb = INK
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.35 if easy else 1.2
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), {"sv": "sv-SE", "en": "en-GB"}[language])
    normal.element.get_or_add_rPr().append(spoken)
    for level, size in ((1, 26), (2, 16), (3, 13)):
        style = made.styles[f"Heading {level}"]
        style.font.name, style.font.size, style.font.bold = SERIF, Pt(size), False
        style.font.color.rgb = INK
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:asciiTheme"), "")
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)


def _line(made: Any, words: str, *, colour: RGBColor = INK, size: float = 0) -> Any:
    paragraph = made.add_paragraph()
    run = paragraph.add_run(words)
    run.font.color.rgb = colour
    if size:
        run.font.size = Pt(size)
    return paragraph


def _draw(made: Any, block: Block, kit: Kit, *, first: bool) -> None:
    kind = block["kind"]
    if kind == "heading":
        made.add_heading(block["text"], level=2)
    elif kind == "text":
        made.add_paragraph(block["text"])
    elif kind == "lead":
        _line(made, block["text"], colour=SOFT, size=14)
    elif kind == "say":
        _aloud(made, block["text"])
    elif kind == "list":
        for item in block["items"]:
            made.add_paragraph(item, style="List Bullet")
    elif kind == "facts":
        _table(made, block["pairs"])
    elif kind == "beside":
        _table(made, block["pairs"], block["heads"])
    elif kind == "step":
        made.add_heading(f"{block['minutes']}: {block['text']}", level=2)
        if block["say"]:
            _aloud(made, block["say"])
    elif kind == "card":
        _card(made, block, first=first)
    elif kind == "question":
        _question(made, block)
    elif kind == "way":
        _way(made, block, kit)


def _aloud(made: Any, words: str) -> None:
    """Words to read aloud: on a tinted ground."""
    paragraph = _line(made, words, size=13)
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), MOSS)
    paragraph._p.get_or_add_pPr().append(shade)


def _table(made: Any, pairs: list[list[str]], heads: list[str] | None = None) -> None:
    table = made.add_table(rows=0, cols=2)
    if heads:
        cells = table.add_row().cells
        for cell, words in zip(cells, heads, strict=True):
            cell.text = words
        header = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(header)
    for left, right in pairs:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = left, right
        if not heads:
            cells[0].width, cells[1].width = Mm(40), Mm(122)
    made.add_paragraph()


def _card(made: Any, block: Block, *, first: bool) -> None:
    if not first:
        made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    made.add_heading(block["text"], level=2)
    if block["hint"]:
        _line(made, block["hint"], colour=SOFT)
    if block["name"]:
        _line(made, block["name"], colour=SOFT, size=9)


def _question(made: Any, block: Block) -> None:
    number = f"{block['number']}. " if block["number"] else ""
    made.add_heading(f"{number}{block['text']}", level=3)
    if block["hint"]:
        _line(made, block["hint"], colour=SOFT)
    for part in block["parts"]:
        if part["label"]:
            made.add_paragraph(part["label"])
        for option in part["options"]:
            made.add_paragraph(f"☐  {option}")
        if part["kind"] == "lines":
            for _number in range(part["lines"]):
                _line(made, RULE, colour=SOFT)
        elif part["kind"] == "box":
            made.add_paragraph("[        ]")
        elif part["kind"] == "tick":
            made.add_paragraph("☐")
    _line(made, block["name"], colour=SOFT, size=8)


def _way(made: Any, block: Block, kit: Kit) -> None:
    picture = io.BytesIO()
    segno.make(kit.address, error="m").save(picture, kind="png", scale=8, border=2, dark="#15241f")
    picture.seek(0)
    shape = made.add_picture(picture, width=Mm(38))
    shape._inline.docPr.set("descr", block["alt"])
    made.add_paragraph(block["text"])
    _line(made, block["address"], colour=GRAN)
