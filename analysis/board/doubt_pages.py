"""The page where the machine asks: the stories that it is least sure of, to move or confirm."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from analysis.board.theme_pages import others
from analysis.room import board, key_told, story_in, theme_in, told, trace
from analysis.stories.lone import read_count
from analysis.themes.acting import confirm_place, move_stories
from analysis.themes.doubting import least_sure
from analysis.themes.hooking import resting_on_people
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in


@board.get("/lasrum/minst-sakra", endpoint="doubts")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def doubts(dialogue: str) -> str:
    """The stories that the machine is least sure of, spread over the themes."""
    found = dialogue_named(dialogue)
    shown = least_sure(session(), found.id)
    trace("least sure stories read", found, count=len(shown))
    return render_template(
        "analysis/doubts.html",
        dialogue=found,
        doubts=shown,
        others=others(found, None),
        resting=resting_on_people(session(), found.id, read_count(session(), found.id)),
        done=request.args.get("klart") if request.args.get("klart") in ("ratt", "flyttad") else "",
    )


@board.post("/lasrum/minst-sakra/<uuid:story>", endpoint="settle_doubt")
@open_to(Holding(Right.EDIT_THEMES))
def settle_doubt(dialogue: str, story: uuid.UUID) -> Any:
    """Say that a story stands where it should, or move it; then back to the list."""
    found = dialogue_named(dialogue)
    chosen, stands = story_in(found, story), key_told("stands")
    if stands is not None:
        confirm_place(session(), chosen, theme_in(found, stands), by=signed_in())
    else:
        key = key_told("to")
        if key is None:
            raise Refusal(_("Choose a theme."))
        to = theme_in(found, key)
        move_stories(session(), [chosen], to, by=signed_in(), reason=told("reason"))
    done = "flyttad" if stands is None else "ratt"
    return redirect(url_for("analysis.doubts", dialogue=dialogue, klart=done, _anchor="list"), 303)
