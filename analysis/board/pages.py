"""The reading room: where coordinators meet what the machine proposes."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from analysis.board import doubt_pages, picture_pages, story_pages, theme_pages  # noqa: F401
from analysis.board.pictures import MOST_MARKS
from analysis.claims import pages as claim_pages  # noqa: F401
from analysis.claims.evidence import known_broken
from analysis.claims.writing import newer_answers
from analysis.codebooks import pages as codebook_pages  # noqa: F401
from analysis.desk import pages as _safety_desk  # noqa: F401
from analysis.indicators import pages as indicator_pages  # noqa: F401
from analysis.library import pages as library_pages  # noqa: F401
from analysis.models import ON_THE_BOARD, Theme, ThemeAct
from analysis.reading.runs import READ_JOB
from analysis.room import (
    A_PAGE,
    back_to,
    board,
    number_told,
    page_asked,
    smallest_group,
    stories_told,
    told,
)
from analysis.signing import pages as signing_pages  # noqa: F401
from analysis.signing import round_pages  # noqa: F401
from analysis.signing.signing import standings
from analysis.themes.acting import LONGEST_NAME, make_theme
from analysis.themes.drawing import drawn_map
from analysis.themes.history import page_of_history, undo
from analysis.themes.showing import board_of
from analysis.together import coding_pages, figure_pages  # noqa: F401
from analysis.together import pages as together_pages  # noqa: F401
from dialogue.followup.publishing import newest_publication
from dialogue.ground import audit
from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.jobs import ask_for, latest_job
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in

__all__ = ["board"]
COUNTED_AT_ONCE = 20_000
"""With more stories the board leaves out how many are newer than each summary and signature."""


@board.get("/lasrum", endpoint="board")
@open_to(Holding(Right.READ_STORIES))
def show_board(dialogue: str) -> str:
    """The themes of a dialogue, their ties and what waits."""
    found = dialogue_named(dialogue)
    shown = board_of(session(), found, smallest_group())
    counted = shown.read <= COUNTED_AT_ONCE
    return render_template(
        "analysis/board.html",
        dialogue=found,
        board=shown,
        map=drawn_map(session(), found.id, [row.theme.id for row in shown.rows], shown.read),
        job=latest_job(READ_JOB, found.id),
        publication=newest_publication(session(), found),
        smallest=smallest_group(),
        longest_name=LONGEST_NAME,
        most_marks=MOST_MARKS,
        broken_claims=known_broken(session(), found.id),
        newer=newer_answers(session(), [row.theme for row in shown.rows]) if counted else {},
        stands=standings(session(), found) if counted else None,
    )


@board.post("/lasrum/las")
@open_to(Holding(Right.RUN_ANALYSIS))
def read(dialogue: str) -> Any:
    """Ask the machine to read the stories."""
    found = dialogue_named(dialogue)
    ask_for(READ_JOB, found.id)
    audit.record(session(), "reading asked for", found.id, signed_in().id)
    return redirect(url_for("analysis.board", dialogue=dialogue), 303)


@board.post("/lasrum/nytt")
@open_to(Holding(Right.EDIT_THEMES))
def make(dialogue: str) -> Any:
    """Make a theme by hand."""
    found = dialogue_named(dialogue)
    made = make_theme(
        session(), found, told("sv"), told("en"), stories_told(found),
        by=signed_in(), reason=told("reason"),
    )  # fmt: skip
    return back_to(found, made)


@board.get("/lasrum/historik")
@open_to(Holding(Right.READ_STORIES))
def history(dialogue: str) -> str:
    """Everything that was done with the themes, the newest first."""
    found = dialogue_named(dialogue)
    page = page_asked()
    acts, total = page_of_history(session(), found.id, None, page, A_PAGE)
    return render_template(
        "analysis/history.html",
        dialogue=found,
        acts=acts,
        themes={
            act.theme_id: session().get(Theme, act.theme_id) if act.theme_id else None
            for act, _by in acts
        },
        page=page,
        pages=max(1, -(-total // A_PAGE)),
    )


@board.post("/lasrum/angra", endpoint="undo")
@open_to(Holding(Right.EDIT_THEMES))
def take_back(dialogue: str) -> Any:
    """Take back something that was done with the themes."""
    found = dialogue_named(dialogue)
    number = number_told("act") or 0
    undo(session(), found.id, number, by=signed_in(), reason=told("reason", 400))
    act = session().get_one(ThemeAct, number)
    theme = session().get(Theme, act.theme_id) if act.theme_id else None
    if theme is not None and theme.state in ON_THE_BOARD and request.form.get("there"):
        return back_to(found, theme)
    return redirect(url_for("analysis.history", dialogue=dialogue), 303)
