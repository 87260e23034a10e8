"""The kit's papers as files: tagged PDF (PDF/UA-1) by Typst, and Word."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask_babel import force_locale
from flask_babel import gettext as _

from dialogue.ground.charts import shore_marks
from dialogue.ground.printing import drawn_svg, printed, qr_svg
from dialogue.meetings.kit.contents import EASY, Kit, Paper, blocks_of, title_of

HERE = Path(__file__).parent
INK: Final = "#15241f"
COLOURS: Final = {1: "#24639a", 2: "#c26e0c", 3: "#87408f"}
SHAPES: Final = {
    1: "M4 22V10a8 8 0 0 1 16 0v12z",
    2: "M12 1.8 22.1 11.9 12 22 1.9 11.9z",
    3: "M8.3 7.6a7.2 7.2 0 1 0 0 14.4a7.2 7.2 0 1 0 0-14.4z"
    "M15.7 7.6a7.2 7.2 0 1 0 0 14.4a7.2 7.2 0 1 0 0-14.4z",
}
"""The three marks in their 24-unit box, as the pages draw them."""
SIZES: Final = {
    Paper.INVITATION: 14.0,
    Paper.SHEET: 14.0,
    Paper.POSTER: 13.0,
    Paper.CONSENT: 10.8,
    Paper.GUIDE: 12.4,
}
"""Points of the running text where it is not 11."""


def paper_pdf(kit: Kit, paper: Paper) -> bytes:
    """A paper of the kit as tagged PDF."""
    with force_locale(kit.language):
        title, blocks = blocks_of(kit, paper)
        data = {
            "lang": kit.language,
            "organisation": kit.meeting.dialogue.face.name.text(kit.language),
            "paper": title_of(paper),
            "title": title,
            "heading": kit.of_dialogue("title"),
            "easy": paper in EASY,
            "size": SIZES.get(paper, 11.0),
            "poster": paper == Paper.POSTER,
            "cards": paper == Paper.CARDS,
            "shore": _("Ten marks on a shore, the sign of the dialogue"),
            "door": _("Call 112 if life is in danger, 1177 for advice about health."),
            "blocks": blocks,
        }
    pictures = {"way.svg": qr_svg(kit.address, INK), "shore.svg": shore_svg()}
    return printed(HERE / "kit.typ", data, pictures)


@cache
def shore_png() -> bytes:
    """The shore as PNG on nothing, for documents that hold no SVG."""
    return drawn_svg(shore_svg(), width=162)


def shore_svg() -> bytes:
    """The ten marks on their waterline, mirrored as outlines: what is asked is not answered yet."""
    standing, mirrored = [], []
    for each in shore_marks(0, 1):
        scale = each.size / 24
        place = f"translate({each.x} {each.y}) scale({scale:.4f})"
        shape, colour = SHAPES[each.mark], COLOURS[each.mark]
        standing.append(
            f'<path fill="{colour}" fill-rule="evenodd" transform="{place}" d="{shape}"/>'
        )
        mirrored.append(
            f'<path fill="none" stroke="{colour}" stroke-width="{1.4 / scale:.3f}" '
            f'transform="translate(0 297.25) scale(1 -.45) {place}" d="{shape}"/>'
        )
    drawn = "".join((*mirrored, *standing))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1320 290" width="1320" height="290">'
        f'{drawn}<path stroke="#15241f" stroke-width="2.5" d="M0 205h1320"/></svg>'
    ).encode()
