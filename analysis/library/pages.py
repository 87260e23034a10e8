"""The pages of the story library: searching, and sheets to print."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for

from analysis.library.finding import MOST_ON_SHEETS, Sought, shelf, shelved
from analysis.library.shelves import release, take_out
from analysis.room import board, page_asked, smallest_group, story_in, told, trace
from analysis.stories.searching import marked
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.forms import clean_text
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in


@board.get("/bibliotek")
@open_to(Holding(Right.READ_LIBRARY))
@leaves_trace
def library(dialogue: str) -> str:
    """The stories that their tellers let others read, and what they can be found by."""
    found = dialogue_named(dialogue)
    sought = Sought(
        **{
            name: clean_text(request.args.get(name), 200)
            for name in ("words", "theme", "node", "place")
        }
    )
    shown = shelf(session(), found, sought, smallest_group(), page_asked())
    trace("library read", found, count=len(shown.stories))
    return render_template(
        "analysis/library.html",
        dialogue=found,
        shelf=shown,
        sought=sought,
        smallest=smallest_group(),
        parts={each.story.id: marked(each.story.text, sought.words) for each in shown.stories},
    )


@board.get("/bibliotek/blad")
@open_to(Holding(Right.READ_LIBRARY))
@leaves_trace
def library_sheet(dialogue: str) -> str:
    """Chosen stories as sheets to print and talk about."""
    found = dialogue_named(dialogue)
    keys = []
    for text in request.args.getlist("story")[:MOST_ON_SHEETS]:
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            continue
    stories = shelved(session(), found, keys)
    trace("library sheet made", found, stories=[str(each.story.id) for each in stories])
    return render_template("analysis/library_sheet.html", dialogue=found, stories=stories)


@board.post("/berattelser/<uuid:story>/bibliotek", endpoint="shelve")
@open_to(Holding(Right.REVIEW_STORIES))
def shelve(dialogue: str, story: uuid.UUID) -> Any:
    """Put a story in the library, or take it out."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    if request.form.get("take_out"):
        take_out(session(), chosen, by=signed_in())
    else:
        release(session(), chosen, told("place", 200), by=signed_in())
    if request.form.get("there"):
        return redirect(url_for("analysis.library", dialogue=dialogue), 303)
    return redirect(url_for("analysis.story", dialogue=dialogue, story=chosen.id), 303)
