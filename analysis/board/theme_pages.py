"""One theme, and everything that can be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import exists, or_, select
from wtforms import StringField

from analysis.claims.evidence import claims_in, fault_of_claim
from analysis.claims.writing import newer_answers
from analysis.curating import hide_quote, is_verbatim, show_quote
from analysis.indicators.beside import followed_by
from analysis.indicators.choosing import chosen_in, values_of
from analysis.indicators.showing import figure_said, latest_of, period_said
from analysis.models import ON_THE_BOARD, Theme, ThemeQuote, ThemeStory
from analysis.reading.machine import embedder
from analysis.room import (
    A_PAGE,
    back_to,
    board,
    key_told,
    number_told,
    page_asked,
    smallest_group,
    stories_told,
    theme_in,
    told,
    trace,
    unless_overtaken,
)
from analysis.signing.signing import standings
from analysis.themes.acting import (
    LONGEST_NAME,
    LONGEST_REASON,
    Overtaken,
    drop_theme,
    keep_theme,
    merge_themes,
    move_stories,
    rename_theme,
    split_theme,
)
from analysis.themes.history import page_of_history
from analysis.themes.showing import areas_shown, row_of, sizes_now, ties_of
from analysis.themes.signatures import editors_of
from analysis.themes.splitting import first_of, parts_of
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import StaffForm
from dialogue.ground.i18n import current_language
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in
from dialogue.voices.releasing import may_see

LAST_ACTS = 5
SHOWN_OF_PART = 4


class RenameForm(StaffForm):
    """A theme's name in both languages."""

    sv = StringField(lazy_gettext("Name in Swedish"))
    en = StringField(lazy_gettext("Name in English"))


@board.get("/tema/<uuid:theme>")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def theme(dialogue: str, theme: uuid.UUID) -> Any:
    """One theme with its quotes and the stories behind it."""
    found = dialogue_named(dialogue)
    return _theme_page(found, theme_in(found, theme))


@board.post("/tema/<uuid:theme>")
@open_to(Holding(Right.EDIT_THEMES))
def rename(dialogue: str, theme: uuid.UUID) -> Any:
    """Give the theme a name of one's own."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    form = RenameForm.of_request(sv=chosen.given_sv, en=chosen.given_en)
    if not form.accepted():
        return _theme_page(found, chosen, form, 422)
    sv, en, why = form.sv.data or "", form.en.data or "", told("reason")
    seen = number_told("version")
    yours = {"sv": sv, "en": en, "reason": why}

    def do() -> None:
        rename_theme(session(), chosen, sv, en, by=signed_in(), reason=why, seen=seen)

    try:
        return unless_overtaken(found, chosen, do, yours)
    except Refusal as refusal:
        form.sv.errors = [*form.sv.errors, refusal.sentence]
        return _theme_page(found, chosen, form, 422)


@board.post("/tema/<uuid:theme>/behall")
@open_to(Holding(Right.EDIT_THEMES))
def keep(dialogue: str, theme: uuid.UUID) -> Any:
    """Keep the theme as the machine proposes it."""
    found = dialogue_named(dialogue)
    chosen, why, seen = theme_in(found, theme), told("reason"), number_told("version")

    def do() -> None:
        keep_theme(session(), chosen, by=signed_in(), reason=why, seen=seen)

    return _done(found, chosen, "keep-reason", do, {"reason": why})


@board.post("/tema/<uuid:theme>/stryk")
@open_to(Holding(Right.EDIT_THEMES))
def drop(dialogue: str, theme: uuid.UUID) -> Any:
    """Drop the theme, with a reason."""
    found = dialogue_named(dialogue)
    chosen, why, seen = theme_in(found, theme), told("reason"), number_told("version")

    def do() -> None:
        drop_theme(session(), chosen, by=signed_in(), reason=why, seen=seen)

    return _done(found, chosen, "drop-reason", do, {"reason": why})


@board.post("/tema/<uuid:theme>/sla-ihop")
@open_to(Holding(Right.EDIT_THEMES))
def merge(dialogue: str, theme: uuid.UUID) -> Any:
    """Make the theme a part of another."""
    found = dialogue_named(dialogue)
    chosen, why, seen = theme_in(found, theme), told("reason"), number_told("version")

    def do() -> Any:
        into = _chosen(found, "into")
        merge_themes(session(), chosen, into, by=signed_in(), reason=why, seen=seen)
        return back_to(found, into)

    return _done(found, chosen, "merge-into", do, {"into": _named(found, "into"), "reason": why})


@board.post("/tema/<uuid:theme>/flytta")
@open_to(Holding(Right.EDIT_THEMES))
def move(dialogue: str, theme: uuid.UUID) -> Any:
    """Move ticked stories of this theme to another."""
    found = dialogue_named(dialogue)
    chosen, why, seen = theme_in(found, theme), told("reason"), number_told("version")
    stories = stories_told(found)

    def do() -> None:
        to = _chosen(found, "to")
        if seen is not None and seen != chosen.version:
            raise Overtaken(chosen, seen)
        move_stories(session(), stories, to, by=signed_in(), reason=why)

    yours = {"to": _named(found, "to"), "stories": str(len(stories)), "reason": why}
    return _done(found, chosen, "move-to", do, yours)


@board.get("/tema/<uuid:theme>/dela")
@open_to(Holding(Right.EDIT_THEMES))
@leaves_trace
def split(dialogue: str, theme: uuid.UUID) -> str:
    """How the theme might be split: the machine's proposal."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    count = 3 if request.args.get("parts") == "3" else 2
    made = parts_of(session(), chosen, count, embedder().key)
    trace("split looked at", found, theme=str(chosen.id))
    return render_template(
        "analysis/split.html",
        dialogue=found,
        theme=chosen,
        parts=made.parts,
        typical=[first_of(session(), part, SHOWN_OF_PART) for part in made.parts],
        count=count,
        digest=made.digest,
        sent=request.args,
        longest_name=LONGEST_NAME,
    )


@board.post("/tema/<uuid:theme>/dela", endpoint="split_up")
@open_to(Holding(Right.EDIT_THEMES))
def split_up(dialogue: str, theme: uuid.UUID) -> Any:
    """Split the theme into the parts that were shown."""
    found = dialogue_named(dialogue)
    chosen, why, seen = theme_in(found, theme), told("reason"), number_told("version")
    made = parts_of(session(), chosen, 3 if told("parts") == "3" else 2, embedder().key)
    parts = made.parts
    names = [(told(f"sv-{n}"), told(f"en-{n}")) for n in range(2, len(parts) + 1)]
    yours = {f"{lang}-{n}": told(f"{lang}-{n}") for n in (2, 3) for lang in ("sv", "en")}
    yours = {name: words for name, words in yours.items() if words} | {"reason": why}

    def do() -> None:
        if parts and told("digest") != made.digest:
            raise Overtaken(chosen, chosen.version if seen is None else seen)
        split_theme(session(), chosen, parts, names, by=signed_in(), reason=why, seen=seen)

    again = url_for("analysis.split", dialogue=dialogue, theme=theme)
    return unless_overtaken(found, chosen, do, yours, again)


@board.post("/tema/<uuid:theme>/citat/<uuid:quote>")
@open_to(Holding(Right.EDIT_THEMES))
def quote(dialogue: str, theme: uuid.UUID, quote: uuid.UUID) -> Any:
    """Hide a quote, or let it stand again."""
    found = dialogue_named(dialogue)
    chosen = theme_in(found, theme)
    span = session().get(ThemeQuote, quote)
    if span is None or span.theme_id != chosen.id:
        abort(404)
    (show_quote if request.form.get("show") else hide_quote)(session(), span, by=signed_in())
    return back_to(found, chosen)


def _chosen(found: Dialogue, name: str) -> Theme:
    key = key_told(name)
    if key is None:
        raise Refusal(_("Choose a theme."))
    return theme_in(found, key)


def _named(found: Dialogue, name: str) -> str:
    """The name of the theme that was chosen, empty when none was."""
    key = key_told(name)
    return theme_in(found, key).name.text(current_language()) if key else ""


def _done(
    found: Dialogue, chosen: Theme, field: str, do: Callable[[], Any], yours: dict[str, str]
) -> Any:
    """Do an act; when a rule refuses, say so beside ``field`` on the theme's page, with what was
    sent still in the form."""
    slug, key = found.slug, chosen.id
    try:
        return unless_overtaken(found, chosen, do, yours)
    except Refusal as refusal:
        session().rollback()
        found = dialogue_named(slug)
        return _theme_page(found, theme_in(found, key), None, 422, (field, refusal.sentence))


def others(found: Dialogue, chosen: Theme | None) -> list[tuple[str, Theme]]:
    """The themes on the board that something can go to, by name.

    Asked of the stories' places, not of a theme's figures, which are old from an act until they are
    counted again.
    """
    said = exists().where(ThemeStory.theme_id == Theme.id, ThemeStory.strongest)
    mine = select(Theme).where(
        Theme.dialogue_id == found.id,
        Theme.state.in_([str(state) for state in ON_THE_BOARD]),
        or_(Theme.by_hand, Theme.given_sv != "", Theme.given_en != "", said),
    )
    alive = [each for each in session().scalars(mine) if each is not chosen]
    return [(str(each.id), each) for each in sorted(alive, key=lambda each: each.name.sv)]


def _theme_page(
    found: Dialogue,
    chosen: Theme,
    form: RenameForm | None = None,
    status: int = 200,
    refused: tuple[str, str] = ("", ""),
) -> Any:
    """The page of a theme; ``refused`` is a field that is wrong, and why."""
    row = row_of(session(), chosen, sizes_now(session(), found), smallest_group())
    pages = max(1, -(-row.size // A_PAGE))
    page = min(page_asked(), pages)
    behind = (
        session()
        .scalars(
            select(ThemeStory)
            .where(ThemeStory.theme_id == chosen.id, ThemeStory.strongest)
            .order_by(ThemeStory.strength.desc(), ThemeStory.story_id)
            .limit(A_PAGE)
            .offset((page - 1) * A_PAGE)
        )
        .all()
    )
    acts, total = page_of_history(session(), found.id, chosen.id, 1, LAST_ACTS)
    standing = claims_in(session(), found.id, [chosen.id])
    trace("theme opened", found, theme=str(chosen.id), stories=len(behind))
    indicators = followed_by(chosen, chosen_in(session(), found.id))
    shown = render_template(
        "analysis/theme.html",
        dialogue=found,
        theme=chosen,
        row=row,
        behind=[each for each in behind if may_see(signed_in(), found, each.story)],
        page=page,
        pages=pages,
        acts=acts,
        more_acts=total > LAST_ACTS,
        others=others(found, chosen),
        into=session().get(Theme, chosen.merged_into) if chosen.merged_into else None,
        frames=ties_of(chosen),
        indicators=indicators,
        values=values_of(session(), indicators),
        figure_said=figure_said,
        period_said=period_said,
        latest_of=latest_of,
        mine=signed_in().id in editors_of(session(), chosen),
        stands=standings(session(), found, [chosen]).get(chosen.id),
        refused=refused,
        sent=request.form if refused[0] else {},
        form=form or RenameForm(None, sv=chosen.given_sv, en=chosen.given_en),
        is_verbatim=is_verbatim,
        longest_name=LONGEST_NAME,
        longest_reason=LONGEST_REASON,
        smallest=smallest_group(),
        areas=areas_shown(row, smallest_group()),
        claims=len(standing),
        claims_broken=sum(bool(fault_of_claim(claim)) for claim in standing),
        since=newer_answers(session(), [chosen]).get(chosen.id),
    )
    return shown, status
