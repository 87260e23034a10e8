"""The page of pictures, and each picture as a file: both say the very same names and numbers."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from analysis.board.pictures import Marked, Pictures, as_png, pictures_of
from analysis.models import ON_THE_BOARD
from analysis.room import board, smallest_group
from analysis.themes.showing import rows_of
from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named

PICTURES = {"triangle": "triangle", "sizes": "bars", "trend": "trend", "areas": "bars"}
"""Each picture, and the template that draws it."""


@board.get("/bilder")
@open_to(Holding(Right.READ_STORIES))
def pictures(dialogue: str) -> str:
    """The pictures, each with its table and its files."""
    found = dialogue_named(dialogue)
    shown = _pictures(found)
    return render_template(
        "analysis/pictures.html",
        dialogue=found,
        pictures=shown,
        told={name: _told(name, shown) for name in PICTURES},
    )


@board.get("/bilder/fil")
@open_to(Holding(Right.READ_STORIES))
def picture(dialogue: str) -> Any:
    """One picture as an SVG or PNG file."""
    found = dialogue_named(dialogue)
    name, kind = request.args.get("picture", "triangle"), request.args.get("as", "svg")
    if name not in PICTURES or kind not in ("svg", "png"):
        abort(404)
    shown = _pictures(found)
    told = _told(name, shown)
    if not told["items"]:
        abort(404)
    svg = render_template(
        f"analysis/pictures/{PICTURES[name]}.svg", dialogue=found, pictures=shown, **told
    )
    drawn = make_response(as_png(svg) if kind == "png" else svg)
    drawn.content_type = "image/png" if kind == "png" else "image/svg+xml; charset=utf-8"
    drawn.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-{name}.{kind}"'
    return drawn


def _pictures(found: Dialogue) -> Pictures:
    rows = [
        row
        for row in rows_of(session(), found, smallest_group())
        if row.size and row.theme.state in ON_THE_BOARD
    ]
    return pictures_of(rows, smallest_group())


def _told(name: str, shown: Pictures) -> dict[str, Any]:
    """What a picture says in words: heading, caption, and its items in the reader's language."""
    if name == "triangle":
        return {
            "heading": _("Where the themes lie"),
            "caption": " ".join(_in_triangle(shown)),
            "items": [_in_legend(mark) for mark in shown.triangle],
        }
    if name == "sizes":
        items = [
            {"text": _numbered(bar.number, bar.text), "value": bar.value} for bar in shown.sizes
        ]
        return {
            "heading": _("How many stories each theme has"),
            "caption": _("A story counts in the theme that it says before anything else."),
            "items": items,
        }
    if name == "areas":
        other = _("Other places, and no place given")
        return {
            "heading": _("Where the stories were told"),
            "caption": _(
                "Stories in these themes, where the teller gave a municipality or area beside the "
                "story. Places with few stories are counted together."
            ),
            "items": [{"text": area.text or other, "value": area.value} for area in shown.areas],
        }
    return {
        "heading": _("When the stories came"),
        "caption": _(
            "Each theme by itself. A box is as wide as its time and as large as its number of "
            "stories. Times with few stories are counted together. Heights can be compared "
            "within a theme, not between themes."
        ),
        "items": [_trending(trend.numbers, trend.name) for trend in shown.trends],
    }


def _numbered(number: int, name: Localized) -> str:
    """A theme's number on the board and its name."""
    return f"{number}. {name.text(current_language())}"


def _trending(numbers: tuple[int, ...], name: Localized | None) -> str:
    """What a trend is called: its theme, or the small themes that are counted together."""
    if name is not None:
        return _numbered(numbers[0], name)
    told = ", ".join(map(str, numbers))
    return str(_("Theme %(numbers)s, counted together", numbers=told))


def _in_triangle(shown: Pictures) -> list[str]:
    """How the triangle is read, and which themes are not in it."""
    said = []
    if shown.untold < len(shown.triangle):
        said.append(_("The filled mark is where the tellers placed the theme with their points."))
        said.append(_("The outline is where the machine placed it."))
    if shown.untold and shown.untold == len(shown.triangle):
        said.append(
            _("The tellers’ points are not shown: in each theme fewer than %(num)d gave any.",
              num=shown.smallest)
        )  # fmt: skip
        said.append(_("The outlines are where the machine placed the themes."))
    elif shown.untold:
        said.append(
            ngettext("%(num)d theme has only an outline: too few of its tellers gave points.",
                     "%(num)d themes have only an outline: too few of their tellers gave points.",
                     shown.untold)
        )  # fmt: skip
    if shown.hidden:
        said.append(
            ngettext("%(num)d theme has too few stories to be drawn.",
                     "%(num)d themes have too few stories to be drawn.", shown.hidden)
        )  # fmt: skip
    if shown.unplaced:
        said.append(
            ngettext("%(num)d theme is not drawn: neither tellers nor machine placed it.",
                     "%(num)d themes are not drawn: neither tellers nor machine placed them.",
                     shown.unplaced)
        )  # fmt: skip
    if shown.beyond:
        said.append(
            ngettext("%(num)d smaller theme has no room here.",
                     "%(num)d smaller themes have no room here.", shown.beyond)
        )  # fmt: skip
    return [str(sentence) for sentence in said]


def _in_legend(mark: Marked) -> str:
    """A theme's line under the triangle: what its mark and its outline stand for."""
    said = [str(ngettext("about %(num)d story", "about %(num)d stories", mark.count))]
    if mark.teller:
        said.append(str(_("tellers %(points)s", points="–".join(map(str, mark.teller)))))
    if mark.machine:
        said.append(str(_("machine %(points)s", points="–".join(map(str, mark.machine)))))
    return f"{_numbered(mark.number, mark.name)} ({', '.join(said)})"
