"""The safety desk's pages: the queue, one story with its marks and rules, and the log."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from analysis.desk import opinion_pages, waiting  # noqa: F401
from analysis.desk.deciding import decide, take_back
from analysis.desk.forms import decided_in
from analysis.desk.item_page import item_page, kept_days, overtaken_page, shown_part
from analysis.desk.logbook import as_csv, as_json_lines, lines_of
from analysis.desk.noticing import OvertakenStory, seen_of
from analysis.desk.opinions import opinions_waiting
from analysis.desk.queue import next_in, queue_of, screen_newest_of
from analysis.room import A_PAGE, board, page_asked, story_in, trace
from analysis.stories.opened import note_opening
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.hosts.rights import Holding, Right, dialogue_named, reads_everything, signed_in
from dialogue.voices.models import DeskState

FORMS = {"csv": "text/csv", "jsonl": "application/jsonl"}


@board.get("/granskning", endpoint="desk")
@open_to(Holding(Right.REVIEW_STORIES))
@leaves_trace
def queue(dialogue: str) -> str:
    """What waits at the desk, with marks and without, and what was decided."""
    found = dialogue_named(dialogue)
    show = shown_part()
    shown = queue_of(session(), found.id, show, page_asked(), A_PAGE)
    trace("desk opened", found, shown=show, count=len(shown.items))
    return render_template(
        "analysis/desk/queue.html",
        dialogue=found,
        queue=shown,
        seen=seen_of(session(), [each.story for each in shown.items]),
        asked=opinions_waiting(session(), found),
        narrowed=not reads_everything(signed_in(), found),
    )


@board.get("/granskning/<uuid:story>", endpoint="desk_item")
@open_to(Holding(Right.REVIEW_STORIES))
@leaves_trace
def item(dialogue: str, story: uuid.UUID) -> Any:
    """One story, its marks, and the rules beside them."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    trace("story opened at the desk", found, story=str(chosen.id))
    note_opening(session(), chosen, signed_in())
    screen_newest_of(session(), found.id)
    return item_page(found, chosen)


@board.post("/granskning/<uuid:story>", endpoint="desk_decide")
@open_to(Holding(Right.REVIEW_STORIES))
def decided(dialogue: str, story: uuid.UUID) -> Any:
    """Cover, release, hold or return a story; then on to the next."""
    found = dialogue_named(dialogue)
    chosen, show = story_in(found, story), shown_part()
    following = next_in(session(), found.id, show, chosen)
    try:
        wanted = decided_in(request.form, chosen)
        decide(session(), chosen, wanted, by=signed_in(), kept_days=kept_days())
    except OvertakenStory:
        session().rollback()
        return overtaken_page(found, story_in(found, story), request.form.get("seen", ""))
    except Refusal as refusal:
        session().rollback()
        return item_page(found, story_in(found, story), refusal.sentence)
    if wanted.kind == "covered":
        following = chosen.id
    if not reads_everything(signed_in(), found):
        following = None if chosen.desk != DeskState.READ else chosen.id
    if following is None or request.form.get("from") == "queue":
        return redirect(url_for("analysis.desk", dialogue=dialogue, show=show), 303)
    there = url_for("analysis.desk_item", dialogue=dialogue, story=following, show=show)
    return redirect(there + "#steps", 303)


@board.post("/granskning/<uuid:story>/angra", endpoint="desk_undo")
@open_to(Holding(Right.REVIEW_STORIES))
def undone(dialogue: str, story: uuid.UUID) -> Any:
    """Take the last decision about a story back."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    text = request.form.get("number", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    try:
        take_back(session(), chosen, number, by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return item_page(found, story_in(found, story), refusal.sentence)
    return redirect(url_for("analysis.desk_item", dialogue=dialogue, story=story), 303)


@board.get("/granskning/logg.<form>", endpoint="desk_log")
@open_to(Holding(Right.REVIEW_STORIES))
@leaves_trace
def log(dialogue: str, form: str) -> Response:
    """Every decision at the desk as a file, without a word from any story."""
    found = dialogue_named(dialogue)
    if form not in FORMS:
        abort(404)
    lines = list(lines_of(session(), found.id))
    trace("desk log taken out", found, form=form, count=len(lines))
    body = "".join(as_csv(lines) if form == "csv" else as_json_lines(lines))
    answer = Response(body, content_type=f"{FORMS[form]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="desk-{found.slug}.{form}"'
    return answer
