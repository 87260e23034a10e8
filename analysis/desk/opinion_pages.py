"""Second opinions in the browser: what was asked of somebody, and the one story it is about."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from analysis.desk.item_page import item_page, names_in, overtaken_page
from analysis.desk.noticing import OvertakenStory, Since, seen_of, since
from analysis.desk.opinions import (
    LONGEST,
    SAYS,
    ask_for_opinion,
    may_answer,
    others_in,
    say_opinion,
    story_of,
    take_question_back,
    waiting_for,
)
from analysis.desk.screened import screening_of
from analysis.desk.showing import parts_of
from analysis.room import board, story_in, told, trace
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in
from dialogue.voices.desk_models import SecondOpinion
from dialogue.voices.desk_rules import CODES, KINDS

ADVISERS = Holding(Right.ADVISE)


@board.post("/granskning/<uuid:story>/fraga", endpoint="ask_opinion")
@open_to(Holding(Right.REVIEW_STORIES))
def ask(dialogue: str, story: uuid.UUID) -> Any:
    """Ask somebody else what they think of one story."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    question, seen = told("question", LONGEST + 1), request.form.get("seen", "")
    try:
        ask_for_opinion(session(), chosen, question, by=signed_in(), seen=seen)
    except OvertakenStory:
        session().rollback()
        return overtaken_page(found, story_in(found, story), seen)
    except Refusal as refusal:
        session().rollback()
        return item_page(found, story_in(found, story), refusal.sentence, at="question")
    return redirect(url_for("analysis.desk_item", dialogue=dialogue, story=story) + "#asked", 303)


@board.get("/andra-asikt")
@open_to(ADVISERS)
def opinions(dialogue: str) -> str:
    """What waits for the reader's opinion, and what they asked and said before."""
    found = dialogue_named(dialogue)
    waiting = waiting_for(session(), found, signed_in())
    return render_template(
        "analysis/desk/opinions.html",
        dialogue=found,
        waiting=[(each, _name(each.asked_by)) for each in waiting],
        others=[(each, _name(each.said_by)) for each in others_in(session(), found, signed_in())],
        reviews=may(signed_in(), Right.REVIEW_STORIES, found),
    )


@board.get("/andra-asikt/<uuid:opinion>")
@open_to(ADVISERS)
@leaves_trace
def opinion(dialogue: str, opinion: uuid.UUID) -> Any:
    """The one story that a question is about, its marks and the rules beside them."""
    found = dialogue_named(dialogue)
    asked = _asked(found, opinion)
    trace("story opened for a second opinion", found, story=str(asked.story_id))
    return _page(found, asked)


@board.post("/andra-asikt/<uuid:opinion>", endpoint="say_opinion")
@open_to(ADVISERS)
def say(dialogue: str, opinion: uuid.UUID) -> Any:
    """Say what should be done with the story, and why."""
    found = dialogue_named(dialogue)
    asked = _asked(found, opinion)
    says, why, seen = told("says", 20), told("why", LONGEST + 1), request.form.get("seen", "")
    try:
        say_opinion(session(), asked, says, why, by=signed_in(), seen=seen)
    except OvertakenStory:
        session().rollback()
        return _page(found, asked, happened=since(session(), story_of(session(), asked), seen))
    except Refusal as refusal:
        session().rollback()
        return _page(found, asked, refusal.sentence)
    return redirect(url_for("analysis.opinions", dialogue=dialogue), 303)


@board.post("/andra-asikt/<uuid:opinion>/ta-tillbaka", endpoint="take_question_back")
@open_to(Holding(Right.REVIEW_STORIES))
def taken_back(dialogue: str, opinion: uuid.UUID) -> Any:
    """End a question that nobody has answered."""
    found = dialogue_named(dialogue)
    asked = _of(found, opinion)
    story_in(found, asked.story_id)
    take_question_back(session(), asked, by=signed_in())
    there = url_for("analysis.desk_item", dialogue=dialogue, story=asked.story_id)
    return redirect(there + "#asked", 303)


def _of(found: Dialogue, key: uuid.UUID) -> SecondOpinion:
    asked = session().get(SecondOpinion, key)
    if asked is None or asked.dialogue_id != found.id:
        abort(404)
    return asked


def _asked(found: Dialogue, key: uuid.UUID) -> SecondOpinion:
    """A question that waits for the reader; 404 for every other."""
    asked = _of(found, key)
    mine = asked.asked_by == signed_in().id
    if not asked.waits or mine or not may_answer(signed_in(), found, story_of(session(), asked)):
        abort(404)
    return asked


def _page(
    found: Dialogue, asked: SecondOpinion, fault: str = "", happened: Since | None = None
) -> Any:
    story = story_of(session(), asked)
    marks = screening_of(session(), story).marks
    page = render_template(
        "analysis/desk/opinion.html",
        dialogue=found,
        asked=asked,
        asker=_name(asked.asked_by),
        story=story,
        marks=marks,
        parts=parts_of(story.text, marks),
        kinds=KINDS,
        says=SAYS,
        longest=LONGEST,
        seen=seen_of(session(), [story])[story.id],
        sent=request.form,
        fault=fault,
        happened=happened,
        names=names_in(happened),
        codes=CODES,
    )
    return page, 409 if happened else 422 if fault else 200


def _name(user: uuid.UUID | None) -> str:
    found = session().get(User, user) if user else None
    return found.name or found.email if found else ""
