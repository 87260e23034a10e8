"""What a Word document of the kit is built of: its sheet, its styles, and what is drawn on it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

INK: Final = RGBColor(0x15, 0x24, 0x1F)
SOFT: Final = RGBColor(0x46, 0x56, 0x4F)
GRAN: Final = RGBColor(0x1B, 0x4D, 0x41)
HAIR: Final = "CDD6CE"
MOSS: Final = "DFEAE2"
SERIF: Final = "Georgia"
MARGIN: Final = 24
"""Millimetres at both sides."""
SPOKEN: Final = {"sv": "sv-SE", "en": "en-GB"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a paper looks: millimetres of the page and of its QR code, points of the running text and
    of both headings, lines as a multiple."""

    language: str
    size: tuple[float, float]
    text: float
    title: float
    spacing: float
    second: float = 16
    code: float = 28
    footed: bool = True

    @property
    def width(self) -> float:
        return self.size[0] - 2 * MARGIN


def set_up(made: Any, sheet: Sheet, title: str, author: str) -> None:
    """The page, the styles, the language, the document's name and its footer."""
    made.core_properties.title = title
    made.core_properties.author = author
    made.core_properties.language = sheet.language
    section = made.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in sheet.size)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin, section.bottom_margin = Mm(18), Mm(18)
    section.footer_distance = Mm(9)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = SERIF, Pt(sheet.text), INK
    normal.paragraph_format.space_after = Pt(sheet.text * 0.5)
    normal.paragraph_format.line_spacing = sheet.spacing
    _spoken(normal, sheet.language)
    for level, size in ((1, sheet.title), (2, sheet.second), (3, 13.0)):
        _heading(made.styles[f"Heading {level}"], size, level)
    bullets = made.styles["List Bullet"].paragraph_format
    bullets.space_after = Pt(sheet.text * 0.3)
    if sheet.footed:
        section.footer.paragraphs[0].style = normal
        _footer(section.footer.paragraphs[0], author, sheet)


def _spoken(style: Any, language: str) -> None:
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), SPOKEN[language])
    style.element.get_or_add_rPr().append(spoken)


def _heading(style: Any, size: float, level: int) -> None:
    style.font.name, style.font.size, style.font.bold = SERIF, Pt(size), False
    style.font.color.rgb = INK
    style.paragraph_format.space_before = Pt((2, 15, 16)[level - 1])
    style.paragraph_format.space_after = Pt((8, 4, 4)[level - 1])
    style.paragraph_format.line_spacing = 1.1
    style.paragraph_format.keep_with_next = True
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _footer(paragraph: Any, organisation: str, sheet: Sheet) -> None:
    """Who arranges it, and the number of the page."""
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(sheet.width), WD_TAB_ALIGNMENT.RIGHT)
    run = paragraph.add_run(f"{organisation}\t")
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    shown = paragraph.add_run("1")
    paragraph._p.remove(shown._r)
    number.append(shown._r)
    paragraph._p.append(number)
    for each in (run, shown):
        each.font.size, each.font.color.rgb = Pt(8.5), SOFT


def line(
    made: Any, words: str, *, colour: RGBColor = INK, size: float = 0, bold: bool = False
) -> Any:
    """A paragraph in one colour; ``size`` in points, 0 for the running text's."""
    paragraph = made.add_paragraph()
    run = paragraph.add_run(words)
    run.font.color.rgb, run.bold = colour, bold or None
    if size:
        run.font.size = Pt(size)
    return paragraph


def aloud(made: Any, words: str, sheet: Sheet) -> None:
    """Words to read aloud: larger, on a tinted ground with air round them."""
    paragraph = line(made, words, size=sheet.text * 1.12)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(3)
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.space_after = Pt(12)
    paragraph.paragraph_format.keep_together = True
    properties = paragraph._p.get_or_add_pPr()
    _inserted(properties, _edges("w:pBdr", ("top", "left", "bottom", "right"), MOSS, space=6))
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), MOSS)
    _inserted(properties, shade)


def table(
    made: Any,
    pairs: Sequence[Sequence[str]],
    widths: tuple[float, float],
    heads: Sequence[str] = (),
) -> None:
    """Two columns between hairlines; a head is repeated on every page."""
    drawn = made.add_table(rows=0, cols=2)
    drawn.autofit = False
    edges = _edges("w:tblBorders", ("top", "bottom", "insideH"), HAIR)
    drawn._tbl.tblPr.append(edges)
    for number, words in enumerate([list(heads), *pairs] if heads else pairs):
        cells = drawn.add_row().cells
        for cell, told, width in zip(cells, words, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = Pt(3)
            paragraph.paragraph_format.space_after = Pt(3)
            run = paragraph.add_run(told)
            if (heads and number == 0) or (not heads and cell is cells[0]):
                run.font.color.rgb = SOFT
    if heads:
        header = OxmlElement("w:tblHeader")
        drawn.rows[0]._tr.get_or_add_trPr().append(header)
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = Mm(width)
    _little_air(made)


def beside(made: Any, data: bytes, width: float, alt: str) -> Any:
    """A picture with room for words at its right; the cell that takes them."""
    drawn = made.add_table(rows=1, cols=2)
    drawn.autofit = False
    left, right = drawn.rows[0].cells
    left.width, right.width = Mm(width + 8), Mm(154 - width)
    for column, cell in zip(drawn.columns, (left, right), strict=True):
        column.width = cell.width
    right.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    shape = left.paragraphs[0].add_run().add_picture(io.BytesIO(data), width=Mm(width))
    shape._inline.docPr.set("descr", alt)
    _little_air(made)
    return right


def _little_air(made: Any) -> None:
    """The empty paragraph that Word wants after a table, hardly higher than a line."""
    after = made.add_paragraph().paragraph_format
    after.space_after, after.line_spacing = Pt(0), Pt(6)


def picture(made: Any, data: bytes, width: float, alt: str) -> Any:
    """A PNG, ``width`` millimetres wide, with words for those who cannot see it."""
    paragraph = made.add_paragraph()
    shape = paragraph.add_run().add_picture(io.BytesIO(data), width=Mm(width))
    shape._inline.docPr.set("descr", alt)
    return paragraph


def writing_lines(made: Any, count: int) -> list[Any]:
    """Lines to write on, from margin to margin."""
    drawn = []
    for _number in range(count):
        paragraph = line(made, "\t", colour=SOFT)
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(161), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
        paragraph.paragraph_format.line_spacing = Mm(8.5)
        paragraph.paragraph_format.space_after = Pt(0)
        drawn.append(paragraph)
    return drawn


def ticked(made: Any, words: str) -> Any:
    """A box to tick before words."""
    paragraph = made.add_paragraph(f"☐\t{words}")
    _hang(paragraph, 9)
    return paragraph


def answer_box(made: Any, words: str) -> Any:
    """A box to write a number in before words."""
    paragraph = made.add_paragraph()
    box = paragraph.add_run("\u00a0" * 9)
    box.font.size = Pt(18)
    properties = box._r.get_or_add_rPr()
    edge = _edge("w:bdr", "15241F")
    properties.append(edge)
    paragraph.add_run(f"\t{words}")
    _hang(paragraph, 24)
    return paragraph


def kept_together(*paragraphs: Any) -> None:
    """Let a page end before or after these paragraphs, not between them, when they are few."""
    if len(paragraphs) <= 12:
        for each in paragraphs[:-1]:
            each.paragraph_format.keep_with_next = True


def _hang(paragraph: Any, indent: float) -> None:
    paragraph.paragraph_format.left_indent = Mm(indent)
    paragraph.paragraph_format.first_line_indent = Mm(-indent)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(indent))


def _edges(name: str, sides: Sequence[str], colour: str, space: int = 0) -> Any:
    """Borders at some sides, as one element."""
    made = OxmlElement(name)
    for side in sides:
        made.append(_edge(f"w:{side}", colour, space))
    return made


def _edge(name: str, colour: str, space: int = 0) -> Any:
    made = OxmlElement(name)
    for key, value in (("val", "single"), ("sz", "4"), ("space", str(space)), ("color", colour)):
        made.set(qn(f"w:{key}"), value)
    return made


def _inserted(properties: Any, element: Any) -> None:
    """Put a border or a shade where the order of a paragraph's properties wants it."""
    properties.insert_element_before(
        element,
        *(("w:shd",) if element.tag == qn("w:pBdr") else ()),
        "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr",
    )  # fmt: skip
