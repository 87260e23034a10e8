"""One story's page at the safety desk: its marks, the rules beside them, and what was decided."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, render_template, request

from analysis.claims.evidence import is_quoted
from analysis.desk.deciding import KEPT_DAYS, LONGEST_WHY, decisions_about, last_standing
from analysis.desk.forms import OTHERS
from analysis.desk.noticing import Since, seen_of, since
from analysis.desk.opinions import LONGEST, opinions_about, waiting_about
from analysis.desk.queue import CLEAN, MARKED, SHOWS, neighbours
from analysis.desk.screened import screening_of
from analysis.desk.showing import parts_of
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import signed_in
from dialogue.voices.desk_models import StoryOriginal
from dialogue.voices.desk_rules import CODES, KINDS, STANDING, codes_for
from dialogue.voices.models import Story


def item_page(
    found: Dialogue,
    chosen: Story,
    fault: str = "",
    *,
    at: str = "decide",
    happened: Since | None = None,
) -> Any:
    """The page, with what was sent; ``fault`` says what was wrong, in the control ``at``.

    ``happened`` is what somebody else did meanwhile.
    """
    show = shown_part()
    previous, following = neighbours(session(), found.id, show, chosen)
    row = screening_of(session(), chosen)
    last = last_standing(session(), chosen)
    kept = session().get(StoryOriginal, chosen.id)
    quoted = is_quoted(session(), chosen)
    sealed = last is not None and any(each.sealed for each in last.covers)
    page = render_template(
        "analysis/desk/item.html",
        dialogue=found,
        story=chosen,
        parts=parts_of(chosen.text, row.marks),
        marks=row.marks,
        show=show,
        previous=previous,
        following=following,
        decisions=[(each, name_of(each.by)) for each in decisions_about(session(), chosen)],
        last=last if last is not None and not quoted and not sealed else None,
        quoted=quoted,
        original=kept,
        kinds=KINDS,
        codes=CODES,
        holding=codes_for("held"),
        standing=STANDING,
        seen=seen_of(session(), [chosen])[chosen.id],
        sent=_sent(happened),
        fault=fault,
        at=at,
        happened=happened,
        names=names_in(happened),
        others=OTHERS,
        opinions=[
            (each, name_of(each.asked_by), name_of(each.said_by))
            for each in opinions_about(session(), chosen)
        ],
        asking=waiting_about(session(), chosen) is not None,
        longest_question=LONGEST,
        reader=signed_in(),
        longest_why=LONGEST_WHY,
        kept_days=kept_days(),
    )
    return page, 409 if happened else 422 if fault else 200


def overtaken_page(found: Dialogue, chosen: Story, seen: str) -> Any:
    """The page after somebody else was first: what they did, and what this person had filled in."""
    return item_page(found, chosen, happened=since(session(), chosen, seen))


def names_in(happened: Since | None) -> dict[uuid.UUID | None, str]:
    """The names of those who did what has happened."""
    if happened is None:
        return {}
    people = {each.by for each in happened.decisions} | {one.said_by for one in happened.opinions}
    return {key: name_of(key) for key in people}


def _sent(happened: Since | None) -> dict[str, str]:
    """What was sent. Choices about marks go when the text they stood in is another one."""
    changed = happened is not None and happened.text_changed
    return {
        name: value
        for name, value in request.form.items()
        if not (changed and name.startswith("mark-"))
    }


def name_of(user: uuid.UUID | None) -> str:
    """Somebody's name, empty when they have left."""
    found = session().get(User, user) if user else None
    return found.name if found else ""


def shown_part() -> str:
    """The part of the queue that the address or the form names."""
    asked = request.args.get("show") or request.form.get("show") or MARKED
    return asked if asked in SHOWS else CLEAN


def kept_days() -> int:
    """How many days an original is kept here."""
    return int(getattr(current_app.extensions["settings"], "originals_kept", KEPT_DAYS))
