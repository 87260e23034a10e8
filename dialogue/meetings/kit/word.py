"""The kit as Word documents: real headings, lists and a language, to be changed by hand."""

from __future__ import annotations

import io
from typing import Any, Final

from docx import Document
from docx.shared import Mm
from flask_babel import force_locale
from flask_babel import gettext as _

from dialogue.ground.printing import qr_png
from dialogue.meetings.kit.blocks import Block
from dialogue.meetings.kit.contents import EASY, Kit, Paper, blocks_of, title_of
from dialogue.meetings.kit.printing import INK, shore_png
from dialogue.meetings.kit.word_parts import (
    GRAN,
    SOFT,
    Sheet,
    aloud,
    answer_box,
    beside,
    kept_together,
    line,
    picture,
    set_up,
    table,
    ticked,
    writing_lines,
)

A4: Final = (210, 297)
HALF: Final = (210, 148.5)
"""Millimetres: a card is half a sheet, so that two are printed on one."""


def paper_docx(kit: Kit, paper: Paper) -> bytes:
    """A paper of the kit as a Word document."""
    organisation = kit.meeting.dialogue.face.name.text(kit.language)
    with force_locale(kit.language):
        title, blocks = blocks_of(kit, paper)
        name, shore = title_of(paper), _("Ten marks on a shore, the sign of the dialogue")
        door = _("Call 112 if life is in danger, 1177 for advice about health.")
    made = Document()
    sheet = _sheet(paper, kit.language)
    set_up(made, sheet, f"{title} – {name}", organisation)
    line(made, organisation, colour=SOFT, size=10)
    if paper == Paper.CARDS:
        _cards(made, title, blocks)
    else:
        made.add_heading(title, level=1)
        if paper == Paper.POSTER:
            picture(made, shore_png(), 162, shore)
        for block in blocks:
            _draw(made, block, kit, sheet)
        if paper == Paper.POSTER:
            line(made, door, colour=SOFT, size=11)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _sheet(paper: Paper, language: str) -> Sheet:
    if paper == Paper.POSTER:
        return Sheet(language, A4, text=13, title=36, spacing=1.2, second=18, code=42, footed=False)
    if paper == Paper.CARDS:
        return Sheet(language, HALF, text=13, title=10, spacing=1.2, second=30, footed=False)
    if paper in EASY:
        return Sheet(language, A4, text=13.5, title=26, spacing=1.2)
    text = 10.2 if paper == Paper.CONSENT else 11
    return Sheet(language, A4, text=text, title=26, spacing=1.2)


def _draw(made: Any, block: Block, kit: Kit, sheet: Sheet) -> None:
    kind = block["kind"]
    if kind == "heading":
        made.add_heading(block["text"], level=2)
    elif kind == "text":
        made.add_paragraph(block["text"])
    elif kind == "lead":
        line(made, block["text"], colour=SOFT, size=sheet.text * 1.15)
    elif kind == "say":
        aloud(made, block["text"], sheet)
    elif kind == "list":
        for item in block["items"]:
            made.add_paragraph(item, style="List Bullet")
    elif kind == "facts":
        table(made, block["pairs"], (42, 120))
    elif kind == "beside":
        table(made, block["pairs"], (81, 81), block["heads"])
    elif kind == "step":
        made.add_heading(f"{block['minutes']}: {block['text']}", level=2)
        if block["say"]:
            aloud(made, block["say"], sheet)
    elif kind == "question":
        _question(made, block)
    elif kind == "way":
        words = beside(made, qr_png(kit.address, INK), sheet.code, block["alt"])
        words.paragraphs[0].add_run(block["text"])
        words.add_paragraph().add_run(block["address"]).font.color.rgb = GRAN


def _cards(made: Any, title: str, blocks: list[Block]) -> None:
    """A card a page, half a sheet large, its words in the middle."""
    made.add_heading(title, level=1)
    for place, block in enumerate(blocks):
        heading = made.add_heading(block["text"], level=2)
        heading.paragraph_format.page_break_before = place > 0
        heading.paragraph_format.space_before = Mm(18 if place == 0 else 30)
        if block["hint"]:
            line(made, block["hint"], colour=SOFT)
        if block["name"]:
            line(made, block["name"], colour=SOFT, size=9)


def _question(made: Any, block: Block) -> None:
    number = f"{block['number']}. " if block["number"] else ""
    parts = [made.add_heading(f"{number}{block['text']}", level=3)]
    if block["hint"]:
        parts.append(line(made, block["hint"], colour=SOFT))
    for part in block["parts"]:
        if part["kind"] == "lines":
            if part["label"]:
                parts.append(made.add_paragraph(part["label"]))
            parts += writing_lines(made, part["lines"])
        elif part["kind"] == "options":
            if part["label"]:
                parts.append(line(made, part["label"], bold=True))
            parts += [ticked(made, option) for option in part["options"]]
        elif part["kind"] == "tick":
            parts.append(ticked(made, part["label"]))
        else:
            parts.append(answer_box(made, part["label"]))
    parts.append(line(made, block["name"], colour=SOFT, size=8))
    kept_together(*parts)
