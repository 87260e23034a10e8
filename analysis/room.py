"""What the pages of the reading room share: their blueprint, and how things in it are found."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from analysis.models import Theme
from analysis.themes.acting import Overtaken
from analysis.themes.history import page_of_history
from dialogue.ground import audit
from dialogue.ground.db import session
from dialogue.ground.forms import clean_text
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import signed_in
from dialogue.voices.models import Story
from dialogue.voices.releasing import may_see

board = Blueprint("analysis", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>")

A_PAGE = 20


def theme_in(found: Dialogue, key: uuid.UUID) -> Theme:
    """A theme of this dialogue, or 404."""
    chosen = session().get(Theme, key)
    if chosen is None or chosen.dialogue_id != found.id:
        abort(404)
    return chosen


def story_in(found: Dialogue, key: uuid.UUID) -> Story:
    """A story of this dialogue that the reader may see, or 404."""
    chosen = session().get(Story, key)
    if chosen is None or chosen.dialogue_id != found.id:
        abort(404)
    if not may_see(signed_in(), found, chosen):
        abort(404)
    return chosen


def told(name: str, longest: int = 1_000) -> str:
    """A field of the form that was sent, cleaned."""
    return clean_text(request.form.get(name), longest)


def key_told(name: str) -> uuid.UUID | None:
    """A key in the form that was sent, None when it is none."""
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        return None


def number_told(name: str) -> int | None:
    """A whole number in the form that was sent."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def stories_told(found: Dialogue) -> list[Story]:
    """The stories that were ticked."""
    keys = []
    for text in request.form.getlist("story")[:2_000]:
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            abort(400)
    return [story_in(found, key) for key in dict.fromkeys(keys)]


def trace(act: str, found: Dialogue, **facts: Any) -> None:
    """Write in the audit trail that somebody looked."""
    audit.record(session(), act, found.id, signed_in().id, **facts)


def page_asked() -> int:
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def smallest_group() -> int:
    return int(current_app.extensions["settings"].smallest_group)


def back_to(found: Dialogue, chosen: Theme) -> Any:
    return redirect(url_for("analysis.theme", dialogue=found.slug, theme=chosen.id), 303)


def unless_overtaken(
    found: Dialogue,
    chosen: Theme,
    do: Callable[[], Any],
    yours: dict[str, str],
    again: str | None = None,
) -> Any:
    """Do an act, then go back to the theme; when somebody was first, show both texts.

    ``yours`` are the words that were sent, by the name of their field; none of them is lost.
    ``again`` is the page that must be looked at anew before the act can be done.
    """
    key = chosen.id
    try:
        answer = do()
        session().flush()
    except (Overtaken, StaleDataError) as overtaken:
        session().rollback()
        theme = theme_in(found, key)
        seen = overtaken.seen if isinstance(overtaken, Overtaken) else theme.version - 1
        since = max(1, theme.version - seen)
        acts, _total = page_of_history(session(), found.id, theme.id, 1, since)
        page = render_template(
            "analysis/overtaken.html", dialogue=found, theme=theme, yours=yours, acts=acts,
            address=request.path, again=again,
        )  # fmt: skip
        return page, 409
    return answer or back_to(found, chosen)
