"""A theme's claims: the summary in three columns, and the quotes that each claim stands on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from analysis.claim_models import COLUMNS, Claim, ClaimState, Evidence, ThemeSummary
from analysis.claims.drafting import draft_claims
from analysis.claims.evidence import fault_of, fault_of_claim, places_of
from analysis.claims.writing import (
    LONGEST,
    Chosen,
    Draft,
    OvertakenClaim,
    begin_claim,
    change_claim,
    claims_of,
    newer_answers,
    note_summary,
)
from analysis.models import ON_THE_BOARD, Theme, ThemeStory
from analysis.room import board, number_told, page_asked, story_in, theme_in, told, trace
from analysis.text.words import sentences
from dialogue.followup.publishing import sha256_of
from dialogue.ground import audit
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in
from dialogue.voices.models import Contribution, DeskState, Story, Use

A_PAGE = 8
MOST_SENTENCES = 60


@dataclass(frozen=True, slots=True)
class Pickable:
    """A story that may be quoted: its sentences as spans, and the SHA-256 of its text."""

    story: Story
    digest: str
    spans: tuple[tuple[int, int], ...]


@board.get("/tema/<uuid:theme>/pastaenden")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def claims(dialogue: str, theme: uuid.UUID) -> str:
    """The summary of a theme, claim by claim, each held against its stories now."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    rows = claims_of(session(), chosen)
    trace("claims opened", found, theme=str(chosen.id), count=len(rows))
    return render_template(
        "analysis/claims.html",
        dialogue=found,
        theme=chosen,
        claims=[(claim, fault_of_claim(claim), _writer(claim)) for claim in rows],
        fault_of=fault_of,
        columns=COLUMNS,
        since=newer_answers(session(), [chosen]).get(chosen.id),
        summary=session().get(ThemeSummary, chosen.id),
        open=chosen.state in ON_THE_BOARD,
    )


@board.post("/tema/<uuid:theme>/pastaenden", endpoint="claim_begun")
@open_to(Holding(Right.EDIT_THEMES))
def begin(dialogue: str, theme: uuid.UUID) -> Any:
    """Begin a claim of one's own, let the machine draft some, or let the summary stand."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    act = request.form.get("act", "")
    if act == "draft":
        draft_claims(session(), chosen, by=signed_in())
    elif act == "stands":
        note_summary(session(), chosen, by=signed_in())
        audit.record(session(), "summary stands", chosen.id, signed_in().id)
    else:
        claim = begin_claim(session(), chosen, by=signed_in())
        return redirect(_address(found, chosen, claim), 303)
    return redirect(url_for("analysis.claims", dialogue=dialogue, theme=theme), 303)


@board.get("/tema/<uuid:theme>/pastaenden/<uuid:claim>")
@open_to(Holding(Right.EDIT_THEMES))
@leaves_trace
def claim(dialogue: str, theme: uuid.UUID, claim: uuid.UUID) -> Any:
    """One claim: its words, its quotes, and the stories that quotes are chosen from."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    one = claim_in(chosen, claim)
    trace("claim opened", found, claim=str(one.id))
    return _claim_page(found, chosen, one)


@board.post("/tema/<uuid:theme>/pastaenden/<uuid:claim>", endpoint="claim_changed")
@open_to(Holding(Right.EDIT_THEMES))
def change(dialogue: str, theme: uuid.UUID, claim: uuid.UUID) -> Any:
    """Save, accept or reject a claim, with its words and quotes."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    one = claim_in(chosen, claim)
    try:
        draft = _draft(found)
        change_claim(session(), one, draft, by=signed_in(), seen=number_told("version"))
    except Refusal as refusal:
        session().rollback()
        chosen = theme_in(found, theme)
        page = _claim_page(found, chosen, claim_in(chosen, claim), refusal)
        return page, 409 if isinstance(refusal, OvertakenClaim) else 422
    if draft.act == "keep":
        return redirect(_address(found, chosen, one, page=page_asked()), 303)
    return redirect(url_for("analysis.claims", dialogue=dialogue, theme=theme), 303)


def claim_in(theme: Theme, key: uuid.UUID) -> Claim:
    """A claim of this theme, or 404."""
    found = session().get(
        Claim, key, options=[selectinload(Claim.evidence).selectinload(Evidence.story)]
    )
    if found is None or found.theme_id != theme.id:
        abort(404)
    return found


def _draft(found: Dialogue) -> Draft:
    """What the form says of words, quotes and state."""
    words = {column: " ".join(told(f"words-{column}", 2_000).split()) for column in COLUMNS}
    act = request.form.get("act", "keep")
    return Draft(
        words=words,
        act=act if act in ("accept", "reject") else "keep",
        drop=frozenset(_keys("drop")),
        renew=frozenset(_keys("renew")),
        add=(*_ticked(found), *_written(found)),
    )


def _keys(name: str) -> list[uuid.UUID]:
    found = []
    for text in request.form.getlist(name)[:100]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            abort(400)
    return found


def _ticked(found: Dialogue) -> list[Chosen]:
    """Sentences that were ticked: ``story:start:end:digest``."""
    chosen = []
    for text in request.form.getlist("span")[:50]:
        parts = text.split(":")
        if len(parts) != 4 or not all(p.isascii() and p.isdecimal() for p in parts[1:3]):
            abort(400)
        try:
            story = story_in(found, uuid.UUID(parts[0]))
        except ValueError:
            abort(400)
        chosen.append(Chosen(story, int(parts[1][:7]), int(parts[2][:7]), parts[3]))
    return chosen


def _written(found: Dialogue) -> list[Chosen]:
    """Words that were written into a story's field, found in it word for word.

    Raises:
        Refusal: when they do not stand in the story.
    """
    chosen = []
    for name in list(request.form)[:200]:
        if not name.startswith("part-") or not (words := told(name, 700)):
            continue
        try:
            story = story_in(found, uuid.UUID(name.removeprefix("part-")))
        except ValueError:
            abort(400)
        start, end = places_of(words, story.text)[0]
        chosen.append(Chosen(story, start, end, request.form.get(f"seen-{story.id}")))
    return chosen


def _claim_page(found: Dialogue, chosen: Theme, one: Claim, refusal: Refusal | None = None) -> str:
    page = page_asked()
    stories, pages = _pickable(chosen, page)
    quoted = {(quote.story_id, quote.start, quote.end) for quote in one.evidence}
    sent = request.form if refusal else None
    return render_template(
        "analysis/claim.html",
        dialogue=found,
        theme=chosen,
        claim=one,
        fault=fault_of_claim(one) if one.evidence or one.state == ClaimState.ACCEPTED else "",
        fault_of=fault_of,
        writer=_writer(one),
        words={
            column: sent.get(f"words-{column}", "") if sent else one.said(column)
            for column in COLUMNS
        },
        stories=stories,
        quoted=quoted,
        ticked=set(request.form.getlist("span")) if sent else set(),
        sent=sent or {},
        page=min(page, pages),
        pages=pages,
        refused=refusal.sentence if refusal else "",
        overtaken=isinstance(refusal, OvertakenClaim),
        longest=LONGEST,
    )


def _pickable(theme: Theme, page: int) -> tuple[list[Pickable], int]:
    """A page of the theme's released stories that may be quoted, and how many pages there are."""
    mine = (
        select(Story)
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .join(Contribution, Contribution.id == Story.contribution_id)
        .where(ThemeStory.theme_id == theme.id, Story.desk == DeskState.READ)
    )
    ordered = mine.order_by(ThemeStory.strongest.desc(), ThemeStory.strength.desc(), Story.id)
    total = session().scalar(select(func.count()).select_from(mine.subquery())) or 0
    pages = max(1, -(-total // A_PAGE))
    rows = session().scalars(
        ordered.options(selectinload(Story.contribution))
        .limit(A_PAGE)
        .offset((min(page, pages) - 1) * A_PAGE)
    )
    found = [
        Pickable(story, sha256_of(story.text), tuple(sentences(story.text))[:MOST_SENTENCES])
        for story in rows
        if story.contribution.allows(Use.QUOTE)
    ]
    return found, pages


def _writer(claim: Claim) -> str:
    """Who wrote the words that stand, in a sentence."""
    name = ""
    if claim.written_by or claim.decided_by:
        user = session().get(User, claim.written_by or claim.decided_by)
        name = user.name if user else ""
    if not claim.by_machine:
        return str(_("Written by %(name)s", name=name) if name else _("Written by a person"))
    if claim.edited:
        return str(_("Drafted by the machine, changed by a person"))
    return str(_("Drafted by the machine, word for word from a story"))


def _address(found: Dialogue, theme: Theme, claim: Claim, page: int = 1) -> str:
    return url_for(
        "analysis.claim", dialogue=found.slug, theme=theme.id, claim=claim.id,
        page=page if page > 1 else None,
    )  # fmt: skip
