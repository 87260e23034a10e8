"""Two people with one story open: one wins; the other sees what stands and may still go on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from analysis.models import Theme, ThemeAct, ThemeStory
from analysis.room import story_in
from analysis.themes.noticing import OvertakenStory, last_ties, places_seen, ties_seen
from analysis.themes.showing import T
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.voices.models import Story


def unless_story_overtaken(
    found: Dialogue,
    chosen: Story,
    do: Callable[[], Any],
    *,
    reason: str,
    to: Theme | None = None,
    nodes: Sequence[str] | None = None,
) -> Any:
    """Do an act on one story; when somebody was first, show what stands and what was chosen.

    So it is when the act is refused: the sentence, and what was chosen, to do it another way.
    ``to`` is the theme that the person chose, ``nodes`` the ties.
    """
    key, theme = chosen.id, to.id if to else None
    try:
        answer = do()
        session().flush()
    except (OvertakenStory, StaleDataError):
        session().rollback()
        return _page(found, story_in(found, key), reason, theme, nodes), 409
    except Refusal as refusal:
        session().rollback()
        return _page(found, story_in(found, key), reason, theme, nodes, refusal.sentence), 409
    return answer


def _page(
    found: Dialogue,
    story: Story,
    reason: str,
    to: uuid.UUID | None,
    nodes: Sequence[str] | None,
    fault: str = "",
) -> str:
    mine = select(ThemeStory).where(ThemeStory.story_id == story.id, ThemeStory.strongest)
    stands = session().scalars(mine).first()
    if nodes is None:
        act = session().get(ThemeAct, stands.act) if stands and stands.act else None
    else:
        act = last_ties(session(), story)
    who = session().get(User, act.by) if act and act.by else None
    return render_template(
        "analysis/story_overtaken.html",
        dialogue=found,
        story=story,
        to=session().get(Theme, to) if to else None,
        nodes=nodes,
        all_nodes=T,
        reason=reason,
        now=session().get(Theme, stands.theme_id) if stands else None,
        act=act,
        acts=[(act, who.name if who else None)] if act else [],
        place=places_seen(session(), [story.id])[story.id],
        tied_by=ties_seen(session(), story),
        address=request.path,
        fault=fault,
    )
