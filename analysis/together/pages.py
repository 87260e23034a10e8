"""The pages of reading together. Plain pages: whoever reloads sees how far the others are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, url_for
from sqlalchemy import func, select

from analysis.coding_models import JointSession, Phase, When
from analysis.indicator_models import Indicator
from analysis.indicators.choosing import chosen_in, dropped_in
from analysis.library.finding import standing_in
from analysis.library.shelves import stands
from analysis.models import ON_THE_BOARD, Theme, ThemeStory
from analysis.room import board, key_told, number_told, told, trace
from analysis.stories.lone import alone
from analysis.together import sessions as together
from analysis.together.agreement import FEWEST
from analysis.together.coding_pages import points_told
from analysis.together.codings import MARKS
from analysis.together.reading_figures import readings_in
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in
from dialogue.voices.models import DeskState, Story

FEWEST_STORIES, MOST_STORIES = 3, 30


@board.get("/tillsammans", endpoint="together")
@open_to(Holding(Right.READ_LIBRARY))
def sessions(dialogue: str) -> str:
    """The joint sessions that the reader may take part in."""
    found = dialogue_named(dialogue)
    leads = may(signed_in(), Right.EDIT_THEMES, found)
    return render_template(
        "analysis/together.html",
        dialogue=found,
        sessions=[
            each for each in together.sessions_of(session(), found) if _may_join(found, each)
        ],
        leads=leads,
        themes=_themes(found) if leads else [],
        library=len(standing_in(session(), found.id)),
        fewest=FEWEST_STORIES,
        most=MOST_STORIES,
    )


@board.post("/tillsammans", endpoint="begin_together")
@open_to(Holding(Right.EDIT_THEMES))
def begin(dialogue: str) -> Any:
    """Begin a session with stories from the library, from a theme, of the lone, or any."""
    found = dialogue_named(dialogue)
    count = min(max(number_told("count") or 10, FEWEST_STORIES), MOST_STORIES)
    made = together.begin(
        session(), found, told("name", 120), _drawn(found, told("source", 40), count),
        by=signed_in(),
    )  # fmt: skip
    return to_session(found, made)


@board.get("/tillsammans/<uuid:joint>")
@open_to(Holding(Right.READ_LIBRARY))
def joint_session(dialogue: str, joint: uuid.UUID) -> str:
    """How far a session has come, and what the reader may see of it."""
    found = dialogue_named(dialogue)
    return _page(found, joint_in(found, joint))


def _page(found: Dialogue, chosen: JointSession) -> str:
    stories = together.stories_in(session(), chosen)
    before, after = together.seen_by(session(), chosen, signed_in())
    progress = together.progress_in(session(), chosen)
    people = {user.id: user.name for user in _people(progress)}
    open_now = chosen.phase != Phase.CODING
    return render_template(
        "analysis/joint_session.html",
        dialogue=found,
        joint=chosen,
        stories=stories,
        before=before,
        after=after,
        settled=together.settled_in(session(), chosen),
        people=people,
        progress=progress,
        me=signed_in().id,
        leads=may(signed_in(), Right.EDIT_THEMES, found),
        agreed=[together.agreement(session(), chosen, when) for when in When] if open_now else [],
        marks=MARKS,
        apart=together.APART,
        fewest=FEWEST,
        figures=_figures(found, chosen) if open_now else [],
        readings=readings_in(session(), chosen) if open_now else {},
    )


def _figures(found: Dialogue, chosen: JointSession) -> list[Indicator]:
    """The indicators to read beside a session's stories: those that are followed, and any that
    the session has read already."""
    followed = list(chosen_in(session(), found.id))
    read = readings_in(session(), chosen)
    return followed + [each for each in dropped_in(session(), found.id) if each.id in read]


@board.get("/tillsammans/<uuid:joint>/<uuid:story>")
@open_to(Holding(Right.READ_LIBRARY))
@leaves_trace
def joint_story(dialogue: str, joint: uuid.UUID, story: uuid.UUID) -> Any:
    """One story of a session: to code, or to talk about."""
    found = dialogue_named(dialogue)
    return _story_page(found, joint_in(found, joint), story)


def _story_page(
    found: Dialogue, chosen: JointSession, key: uuid.UUID, status: int = 200, note: str = ""
) -> Any:
    stories = together.stories_in(session(), chosen)
    places = [each.id for each in stories]
    if key not in places:
        abort(404)
    at = places.index(key)
    before, after = together.seen_by(session(), chosen, signed_in())
    mine = (after if chosen.phase != Phase.CODING else before).get(key, {}).get(signed_in().id)
    people = {user.id: user.name for user in _people(before.get(key, {}))}
    trace("story read together", found, story=str(key), joint=str(chosen.id))
    page = render_template(
        "analysis/joint_story.html",
        dialogue=found, joint=chosen, story=stories[at], number=at + 1, total=len(stories),
        previous=places[at - 1] if at else None,
        following=places[at + 1] if at + 1 < len(places) else None,
        mine=mine, before=before.get(key, {}), after=after.get(key, {}), people=people,
        settled=together.settled_in(session(), chosen).get(key),
        leads=may(signed_in(), Right.EDIT_THEMES, found), marks=MARKS, apart=together.APART,
        overtaken=status == 409, note=note,
    )  # fmt: skip
    return page, status


@board.post("/tillsammans/<uuid:joint>/<uuid:story>", endpoint="say_together")
@open_to(Holding(Right.READ_LIBRARY))
def say(dialogue: str, joint: uuid.UUID, story: uuid.UUID) -> Any:
    """Keep what the reader says of a story; on to the next."""
    found = dialogue_named(dialogue)
    chosen = joint_in(found, joint)
    stories = together.stories_in(session(), chosen)
    mine = next((each for each in stories if each.id == story), None) or abort(404)
    together.say(session(), chosen, mine, told("mark", 20), points_told(), by=signed_in())
    at = [each.id for each in stories].index(story)
    if chosen.phase == Phase.CODING and at + 1 < len(stories):
        address = url_for(
            "analysis.joint_story", dialogue=dialogue, joint=joint, story=stories[at + 1].id
        )
        return redirect(address, 303)
    return to_session(found, chosen)


@board.post("/tillsammans/<uuid:joint>/led", endpoint="lead_together")
@open_to(Holding(Right.EDIT_THEMES))
def lead(dialogue: str, joint: uuid.UUID) -> Any:
    """Begin the talk, or close the session."""
    found = dialogue_named(dialogue)
    chosen = joint_in(found, joint)
    act = together.open_talk if told("to", 20) == Phase.TALKING else together.close
    act(session(), chosen, by=signed_in(), seen=number_told("version") or 0)
    return to_session(found, chosen)


@board.post("/tillsammans/<uuid:joint>/<uuid:story>/avgor", endpoint="settle_together")
@open_to(Holding(Right.EDIT_THEMES))
def settle(dialogue: str, joint: uuid.UUID, story: uuid.UUID) -> Any:
    """Write down what the session agrees on."""
    found = dialogue_named(dialogue)
    chosen = joint_in(found, joint)
    stories = together.stories_in(session(), chosen)
    mine = next((each for each in stories if each.id == story), None) or abort(404)
    note = told("note", 400)
    try:
        together.settle_story(
            session(), chosen, mine, told("mark", 20), note, by=signed_in(),
            seen=number_told("version") or 0,
        )  # fmt: skip
    except together.SessionOvertaken:
        session().rollback()
        return _story_page(found, joint_in(found, joint), story, 409, note)
    return to_session(found, chosen)


def joint_in(found: Dialogue, key: uuid.UUID) -> JointSession:
    """A session of this dialogue that the reader may take part in, or 404."""
    chosen = session().get(JointSession, key)
    if chosen is None or chosen.dialogue_id != found.id or not _may_join(found, chosen):
        abort(404)
    return chosen


def _may_join(found: Dialogue, chosen: JointSession) -> bool:
    """Whoever reads stories takes part in all; others only where every story is in the library."""
    if may(signed_in(), Right.READ_STORIES, found):
        return True
    return together.is_all_released(session(), chosen)


def _drawn(found: Dialogue, source: str, count: int) -> Sequence[Story]:
    """Stories for a session, drawn by chance from what was chosen."""
    mine = select(Story).where(Story.dialogue_id == found.id, Story.desk == DeskState.READ)
    if source == "library" or not may(signed_in(), Right.READ_STORIES, found):
        mine = mine.where(stands())
    elif source == "lone":
        mine = mine.where(alone(found.id))
    elif (theme := key_told("source")) is not None:
        inside = select(ThemeStory.story_id).where(ThemeStory.theme_id == theme)
        mine = mine.where(Story.id.in_(inside))
    return session().scalars(mine.order_by(func.random()).limit(count)).all()


def _themes(found: Dialogue) -> list[Theme]:
    mine = select(Theme).where(
        Theme.dialogue_id == found.id, Theme.state.in_([str(state) for state in ON_THE_BOARD])
    )
    return sorted(session().scalars(mine), key=lambda theme: theme.name.sv)


def _people(keys: Any) -> Sequence[User]:
    return session().scalars(select(User).where(User.id.in_(list(keys)))).all()


def to_session(found: Dialogue, chosen: JointSession) -> Any:
    address = url_for("analysis.joint_session", dialogue=found.slug, joint=chosen.id)
    return redirect(address, 303)
