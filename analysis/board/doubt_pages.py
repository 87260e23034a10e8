"""The page where the machine asks: the stories that it is least sure of, to move or confirm."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from analysis.board.story_overtaken import unless_story_overtaken
from analysis.board.theme_pages import others
from analysis.room import board, key_told, story_in, theme_in, told, trace
from analysis.stories.lone import read_count
from analysis.themes.acting import confirm_place, move_stories
from analysis.themes.doubting import least_sure
from analysis.themes.hooking import resting_on_people
from analysis.themes.noticing import places_seen
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
        places=places_seen(session(), [each.story.id for each in shown]),
        others=others(found, None),
        resting=resting_on_people(session(), found.id, read_count(session(), found.id)),
        done=request.args.get("klart") if request.args.get("klart") in ("ratt", "flyttad") else "",
    )


@board.post("/lasrum/minst-sakra/<uuid:story>", endpoint="settle_doubt")
@open_to(Holding(Right.EDIT_THEMES))
def settle_doubt(dialogue: str, story: uuid.UUID) -> Any:
    """Say that a story stands where it should, or move it; then back to the list."""
    found = dialogue_named(dialogue)
    chosen, stands, place = (
        story_in(found, story),
        key_told("stands"),
        request.form.get("place", ""),
    )
    key = stands or key_told("to")
    if key is None:
        raise Refusal(_("Choose a theme."))
    to, why = theme_in(found, key), told("reason")
    done = "flyttad" if stands is None else "ratt"

    def do() -> Any:
        if stands is not None:
            confirm_place(session(), chosen, to, by=signed_in(), place=place)
        else:
            move_stories(session(), [chosen], to, by=signed_in(), reason=why, place=place)
        there = url_for("analysis.doubts", dialogue=dialogue, klart=done, _anchor="list")
        return redirect(there, 303)

    return unless_story_overtaken(found, chosen, do, to=to, reason=why)
