"""Signing: what waits for a second person, and exactly what they vouch for."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import select

from analysis.claims.writing import snapshot
from analysis.models import ON_THE_BOARD, Theme, ThemeStory
from analysis.room import back_to, board, smallest_group, theme_in, trace
from analysis.signing.signing import sign_theme, standings, unsign_theme
from analysis.themes.showing import ThemeRow, row_of, rows_of, sizes_now
from analysis.themes.signatures import (
    SignOff,
    content_of,
    editors_in,
    editors_of,
)
from dialogue.followup.publishing import digest_of
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.hosts.models import Dialogue, ReleaseRule, User
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in
from dialogue.voices.models import DeskState, Story

MOST_SAMPLED = 10
ONE_IN = 10


@board.get("/underteckna", endpoint="signing")
@open_to(Holding(Right.SIGN))
def signing(dialogue: str) -> str:
    """The themes that wait for a signature, and those that have one."""
    found = dialogue_named(dialogue)
    rows = [
        row
        for row in rows_of(session(), found, smallest_group())
        if row.size and row.theme.state in ON_THE_BOARD
    ]
    themes = [row.theme for row in rows]
    stands, editors = standings(session(), found), editors_in(session(), themes)
    signers = _names_of({each.signed.signed_by for each in stands.values()})
    holding = {key for key, each in stands.items() if each.holds}
    return render_template(
        "analysis/signing.html",
        dialogue=found,
        waiting=[row for row in rows if row.theme.id not in holding],
        signed=[
            (
                row,
                signers.get(stands[row.theme.id].signed.signed_by, ""),
                stands[row.theme.id].newer,
            )
            for row in rows
            if row.theme.id in holding
        ],
        changed=set(stands) - holding,
        mine={key for key, people in editors.items() if signed_in().id in people},
    )


@board.get("/underteckna/<uuid:theme>", endpoint="signing_page")
@open_to(Holding(Right.SIGN))
@leaves_trace
def signing_page(dialogue: str, theme: uuid.UUID) -> str:
    """One theme as it would be signed: all that a signature vouches for, and a sample of it."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    if chosen.state not in ON_THE_BOARD:
        abort(404)
    content = content_of(session(), chosen)
    editors = editors_of(session(), chosen)
    sample = sample_of(chosen) if may_sample(signed_in(), found) else []
    trace("signing page opened", found, theme=str(chosen.id), sample=len(sample))
    stands = standings(session(), found, [chosen]).get(chosen.id)
    return render_template(
        "analysis/signing_page.html",
        dialogue=found,
        theme=chosen,
        row=_row(found, chosen),
        content=content,
        digest=digest_of(content),
        quotes=[
            (quote.story, quote.start, quote.end)
            for quote in chosen.quotes
            if quote.hidden_at is None and quote.story.quotable
        ],
        claims=snapshot(session(), chosen),
        editors=_names(editors),
        mine=signed_in().id in editors,
        sample=sample,
        stands=stands,
        signer=_name(stands.signed) if stands else "",
        readable=may(signed_in(), Right.READ_STORIES, found),
    )


@board.post("/tema/<uuid:theme>/underteckna")
@open_to(Holding(Right.SIGN))
def sign(dialogue: str, theme: uuid.UUID) -> Any:
    """Sign the theme as it stands, or take the signature back."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    if request.form.get("take_back"):
        unsign_theme(session(), chosen, by=signed_in())
    else:
        sign_theme(session(), chosen, by=signed_in(), seen=request.form.get("digest"))
    if request.form.get("there"):
        return back_to(found, chosen)
    return redirect(url_for("analysis.signing", dialogue=dialogue), 303)


def may_sample(user: User, found: Dialogue) -> bool:
    """Whether a signer may see a tenth of the stories: not when the host lets no story through."""
    kept = found.is_hosted and found.release == ReleaseRule.THEMES_ONLY
    return may(user, Right.READ_STORIES, found) or not kept


def sample_of(theme: Theme) -> Sequence[Story]:
    """About every tenth of the stories that were read in a theme, at most ten: always the same.

    Keys are drawn at random, so the first ones after a place that follows from the theme's key are
    a sample that nobody chose.
    """
    begins = uuid.UUID(bytes=hashlib.sha256(theme.id.bytes).digest()[:16])
    inside = (
        select(ThemeStory.story_id)
        .join(Story, Story.id == ThemeStory.story_id)
        .where(ThemeStory.theme_id == theme.id, ThemeStory.strongest, Story.desk == DeskState.READ)
        .order_by(ThemeStory.story_id)
        .limit(MOST_SAMPLED * ONE_IN)
    )
    drawn = [*session().scalars(inside.where(ThemeStory.story_id >= begins))]
    if len(drawn) < MOST_SAMPLED * ONE_IN:
        drawn += session().scalars(inside.where(ThemeStory.story_id < begins))
    few = drawn[: min(MOST_SAMPLED, -(-len(drawn) // ONE_IN))]
    return [session().get_one(Story, key) for key in few]


def _row(found: Dialogue, theme: Theme) -> ThemeRow:
    return row_of(session(), theme, sizes_now(session(), found), smallest_group())


def _names(people: set[uuid.UUID]) -> list[str]:
    names = session().scalars(select(User.name).where(User.id.in_(people)))
    return sorted(name for name in names if name)


def _names_of(people: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    named = select(User.id, User.name).where(User.id.in_([key for key in people if key]))
    return {key: name or "" for key, name in session().execute(named)}


def _name(signed: SignOff) -> str:
    if signed.signed_by is None:
        return ""
    user = session().get(User, signed.signed_by)
    return user.name if user else ""
