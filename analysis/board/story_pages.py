"""The stories: found, read one by one, marked, moved and tied."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from analysis.board.story_overtaken import unless_story_overtaken
from analysis.board.theme_pages import others
from analysis.curating import hold_story, mark_read
from analysis.desk.item_page import overtaken_page
from analysis.desk.noticing import OvertakenStory, seen_of
from analysis.desk.screened import screening_of
from analysis.library.shelves import library_of
from analysis.models import StoryOutcome, Theme, ThemeStory
from analysis.room import (
    A_PAGE,
    board,
    key_told,
    page_asked,
    smallest_group,
    story_in,
    theme_in,
    told,
    trace,
)
from analysis.stories.groups import groups_of
from analysis.stories.listing import Asked, listed, steps_from
from analysis.stories.opened import forget_opening, note_opening
from analysis.stories.searching import around, index_newest, marked
from analysis.themes.acting import confirm_ties, move_stories
from analysis.themes.noticing import last_ties, places_seen, ties_seen
from analysis.themes.showing import T
from analysis.together.coding_pages import coding_of, codings_of
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named, reads_everything, signed_in
from dialogue.voices.beside import Chosen, chosen_in, other_stories
from dialogue.voices.models import DeskState, Story

FRAME = "framtidsbild"


@board.get("/berattelser")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def stories(dialogue: str) -> str:
    """The stories that were asked for, those that wait for the desk first."""
    found = dialogue_named(dialogue)
    asked = _asked(found)
    reader, smallest = signed_in(), smallest_group()
    groups = groups_of(session(), found.id, smallest)
    shown = listed(session(), found.id, asked, page_asked(), A_PAGE, groups, reader.id)
    trace("stories read on the desk", found, count=len(shown.stories), searched=bool(asked.words))
    return render_template(
        "analysis/stories.html",
        dialogue=found,
        asked=asked,
        listed=shown,
        parts={story.id: around(story.text, asked.words) for story in shown.stories},
        states=list(DeskState),
        choices=groups.choices(),
        theme=session().get(Theme, asked.theme) if asked.theme else None,
        smallest=smallest,
    )


@board.get("/berattelser/<uuid:story>")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def story(dialogue: str, story: uuid.UUID) -> str:
    """One whole story beside what the teller and the machine say of it."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    asked = _asked(found)
    trace("story opened", found, story=str(chosen.id))
    note_opening(session(), chosen, signed_in())
    steps = steps_from(session(), found.id, asked, chosen, smallest_group(), signed_in().id)
    outcome = session().get(StoryOutcome, chosen.id)
    placed = session().scalars(select(ThemeStory).where(ThemeStory.story_id == chosen.id)).all()
    themes = [(session().get_one(Theme, each.theme_id), each) for each in placed]
    themes.sort(key=lambda pair: (not pair[1].strongest, -pair[1].strength))
    nodes = outcome.ties.get(FRAME, {}) if outcome else {}
    confirmed = last_ties(session(), chosen)
    return render_template(
        "analysis/story.html",
        dialogue=found,
        story=chosen,
        coding=coding_of(chosen),
        codings=codings_of(chosen),
        others_told=other_stories(session(), chosen),
        chosen=_chosen_beside(found, chosen),
        library=library_of(session(), chosen),
        asked=asked,
        parts=marked(chosen.text, asked.words),
        themes=themes,
        others=others(found, None),
        tied=[float(nodes.get(node, 0)) for node in T] if nodes else None,
        told=[float(chosen.points.get(node, 0)) for node in T],
        confirmed=list(confirmed.after["nodes"]) if confirmed else None,
        place=places_seen(session(), [chosen.id])[chosen.id],
        tied_by=ties_seen(session(), chosen),
        nodes=T,
        steps=steps,
        smallest=smallest_group(),
        waiting=_waiting(found, chosen),
        marked=screening_of(session(), chosen).open,
        seen=seen_of(session(), [chosen])[chosen.id],
    )


@board.post("/berattelser/<uuid:story>")
@open_to(Holding(Right.REVIEW_STORIES))
def review(dialogue: str, story: uuid.UUID) -> Any:
    """Release a story, or hold it; then on to the next that waits."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    seen = request.form.get("seen", "")
    try:
        if request.form.get("hold"):
            hold_story(session(), chosen, by=signed_in(), code=told("code"), seen=seen)
        else:
            mark_read(session(), chosen, by=signed_in(), seen=seen)
    except OvertakenStory:
        session().rollback()
        return overtaken_page(found, story_in(found, story), seen)
    session().flush()
    following = _waiting(found, chosen) if reads_everything(signed_in(), found) else None
    if following is None:
        return redirect(url_for("analysis.stories", dialogue=dialogue), 303)
    return redirect(url_for("analysis.story", dialogue=dialogue, story=following), 303)


@board.post("/berattelser/<uuid:story>/olast")
@open_to(Holding(Right.READ_STORIES))
def mark_unread(dialogue: str, story: uuid.UUID) -> Any:
    """Take the reader's own mark away, and go back to the list that they came from."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    forget_opening(session(), chosen, signed_in())
    trace("story marked as unread", found, story=str(chosen.id))
    asked: dict[str, Any] = {**Asked.of(request.args).as_arguments()}
    return redirect(url_for("analysis.stories", dialogue=dialogue, **asked), 303)


@board.post("/berattelser/<uuid:story>/flytta")
@open_to(Holding(Right.EDIT_THEMES))
def move_one(dialogue: str, story: uuid.UUID) -> Any:
    """Move one story to another theme."""
    found = dialogue_named(dialogue)
    chosen, key = story_in(found, story), key_told("to")
    if key is None:
        raise Refusal(_("Choose a theme."))
    to, why, place = theme_in(found, key), told("reason"), request.form.get("place", "")

    def do() -> Any:
        move_stories(session(), [chosen], to, by=signed_in(), reason=why, place=place)
        return redirect(url_for("analysis.story", dialogue=dialogue, story=story), 303)

    return unless_story_overtaken(found, chosen, do, to=to, reason=why)


@board.post("/berattelser/<uuid:story>/band")
@open_to(Holding(Right.EDIT_THEMES))
def tie(dialogue: str, story: uuid.UUID) -> Any:
    """Say what the story is about, so that the next reading knows."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    nodes = [node for node in T if node in request.form.getlist("node")]
    why, tied = told("reason"), request.form.get("tied", "")

    def do() -> Any:
        confirm_ties(session(), chosen, FRAME, nodes, by=signed_in(), reason=why, tied=tied)
        return redirect(url_for("analysis.story", dialogue=dialogue, story=story), 303)

    return unless_story_overtaken(found, chosen, do, nodes=nodes, reason=why)


def _asked(found: Dialogue) -> Asked:
    """What the address asks for, with the newest stories in the index."""
    asked = Asked.of(request.args)
    if asked.words or asked.narrows:
        index_newest(session(), found.id)
    return asked


def _chosen_beside(found: Dialogue, chosen: Story) -> Sequence[Chosen]:
    """What was chosen in the same answer, for those who read all that was answered."""
    if not reads_everything(signed_in(), found):
        return ()
    return chosen_in(session(), chosen.contribution)


def _waiting(found: Dialogue, chosen: Story) -> uuid.UUID | None:
    """The next story that waits for the desk."""
    waiting = select(Story.id).where(
        Story.dialogue_id == found.id,
        Story.desk == DeskState.WAITING,
        Story.id != chosen.id,
    )
    after = session().scalar(waiting.where(Story.id > chosen.id).order_by(Story.id).limit(1))
    return after or session().scalar(waiting.order_by(Story.id).limit(1))
