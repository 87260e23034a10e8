"""The page of pictures, and each picture as a file."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, render_template, request

from analysis.board.pictures import Pictures, as_png, pictures_of
from analysis.models import ON_THE_BOARD
from analysis.room import board, smallest_group
from analysis.themes.showing import rows_of
from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named

PICTURES = ("triangle", "sizes", "trend", "areas")


@board.get("/bilder")
@open_to(Holding(Right.READ_STORIES))
def pictures(dialogue: str) -> str:
    """The pictures, each with its table and its files."""
    found = dialogue_named(dialogue)
    return render_template("analysis/pictures.html", dialogue=found, pictures=_pictures(found))


@board.get("/bilder/fil")
@open_to(Holding(Right.READ_STORIES))
def picture(dialogue: str) -> Any:
    """One picture as an SVG or PNG file."""
    found = dialogue_named(dialogue)
    name, kind = request.args.get("picture", PICTURES[0]), request.args.get("as", "svg")
    if name not in PICTURES or kind not in ("svg", "png"):
        abort(404)
    shown = _pictures(found)
    if name == "areas" and not shown.areas:
        abort(404)
    svg = render_template(f"analysis/pictures/{name}.svg", dialogue=found, pictures=shown)
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
