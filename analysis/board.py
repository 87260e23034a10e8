"""The reading room: where coordinators meet what the machine proposes."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext
from sqlalchemy import func, select
from wtforms import StringField

from analysis.curating import (
    LONGEST_NAME,
    hide_quote,
    hold_story,
    is_verbatim,
    mark_read,
    rename_theme,
    show_quote,
    sign_theme,
    unsign_theme,
)
from analysis.models import StoryOutcome, Theme, ThemeQuote, ThemeStory
from analysis.reading import READ_JOB
from analysis.signing import publish_signed
from analysis.themes import T, board_of, row_of
from dialogue.followup.publishing import newest_publication
from dialogue.ground import audit
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import StaffForm
from dialogue.ground.jobs import ask_for, latest_job
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in
from dialogue.voices.models import DeskState, Story

board = Blueprint("analysis", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>")

A_PAGE = 20


class RenameForm(StaffForm):
    """A theme's name in both languages."""

    sv = StringField(lazy_gettext("Name in Swedish"))
    en = StringField(lazy_gettext("Name in English"))


@board.get("/lasrum", endpoint="board")
@open_to(Holding(Right.READ_STORIES))
def show_board(dialogue: str) -> str:
    """The themes of a dialogue, their ties and what waits."""
    found = dialogue_named(dialogue)
    return render_template(
        "analysis/board.html",
        dialogue=found,
        board=board_of(session(), found, _smallest()),
        job=latest_job(READ_JOB, found.id),
        publication=newest_publication(session(), found),
        smallest=_smallest(),
    )


@board.post("/lasrum/las")
@open_to(Holding(Right.RUN_ANALYSIS))
def read(dialogue: str) -> Any:
    """Ask the machine to read the stories."""
    found = dialogue_named(dialogue)
    ask_for(READ_JOB, found.id)
    audit.record(session(), "reading asked for", found.id, signed_in().id)
    return redirect(url_for("analysis.board", dialogue=dialogue), 303)


@board.get("/tema/<uuid:theme>")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def theme(dialogue: str, theme: uuid.UUID) -> Any:
    """One theme with its quotes and every story behind it."""
    found = dialogue_named(dialogue)
    return _theme_page(found, _theme(found, theme))


@board.post("/tema/<uuid:theme>")
@open_to(Holding(Right.EDIT_THEMES))
def rename(dialogue: str, theme: uuid.UUID) -> Any:
    """Give the theme a name of one's own."""
    found = dialogue_named(dialogue)
    chosen = _theme(found, theme)
    form = RenameForm.of_request(sv=chosen.given_sv, en=chosen.given_en)
    if not form.accepted():
        return _theme_page(found, chosen, form, 422)
    try:
        rename_theme(session(), chosen, form.sv.data, form.en.data, by=signed_in())
    except Refusal as refusal:
        form.sv.errors = [*form.sv.errors, refusal.sentence]
        return _theme_page(found, chosen, form, 422)
    return _back_to(found, chosen)


@board.post("/tema/<uuid:theme>/underteckna")
@open_to(Holding(Right.SIGN))
def sign(dialogue: str, theme: uuid.UUID) -> Any:
    """Sign the theme as it stands, or take the signature back."""
    found = dialogue_named(dialogue)
    chosen = _theme(found, theme)
    if request.form.get("take_back"):
        unsign_theme(session(), chosen, by=signed_in())
    else:
        sign_theme(session(), chosen, by=signed_in())
    return _back_to(found, chosen)


@board.post("/tema/<uuid:theme>/citat/<uuid:quote>")
@open_to(Holding(Right.EDIT_THEMES))
def quote(dialogue: str, theme: uuid.UUID, quote: uuid.UUID) -> Any:
    """Hide a quote, or let it stand again."""
    found = dialogue_named(dialogue)
    chosen = _theme(found, theme)
    span = session().get(ThemeQuote, quote)
    if span is None or span.theme_id != chosen.id:
        abort(404)
    (show_quote if request.form.get("show") else hide_quote)(session(), span, by=signed_in())
    return _back_to(found, chosen)


@board.get("/berattelser")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def stories(dialogue: str) -> str:
    """The stories on the desk, the unread first."""
    found = dialogue_named(dialogue)
    desk = request.args.get("desk", "")
    mine = select(Story).where(Story.dialogue_id == found.id)
    if desk in list(DeskState):
        mine = mine.where(Story.desk == desk)
    else:
        desk = ""
    total = session().scalar(select(func.count()).select_from(mine.subquery())) or 0
    pages = max(1, -(-total // A_PAGE))
    page = min(pages, _page_number())
    order = (Story.desk != DeskState.WAITING, Story.id)
    shown = session().scalars(mine.order_by(*order).limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    _trace("stories read on the desk", found, count=len(shown))
    return render_template(
        "analysis/stories.html",
        dialogue=found,
        stories=shown,
        desk=desk,
        states=list(DeskState),
        total=total,
        page=page,
        pages=pages,
    )


@board.get("/berattelser/<uuid:story>")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def story(dialogue: str, story: uuid.UUID) -> str:
    """One whole story beside what the teller and the machine say of it."""
    found = dialogue_named(dialogue)
    chosen = _story(found, story)
    _trace("story opened", found, story=str(chosen.id))
    outcome = session().get(StoryOutcome, chosen.id)
    placed = session().scalars(select(ThemeStory).where(ThemeStory.story_id == chosen.id)).all()
    themes = [(session().get_one(Theme, each.theme_id), each) for each in placed]
    themes.sort(key=lambda pair: -pair[1].strength)
    nodes = outcome.ties.get("framtidsbild", {}) if outcome else {}
    return render_template(
        "analysis/story.html",
        dialogue=found,
        story=chosen,
        themes=themes,
        tied=[float(nodes.get(node, 0)) for node in T] if nodes else None,
        told=[float(chosen.points.get(node, 0)) for node in T],
        following=_following(found, chosen),
    )


@board.post("/berattelser/<uuid:story>")
@open_to(Holding(Right.REVIEW_STORIES))
def review(dialogue: str, story: uuid.UUID) -> Any:
    """Mark a story as read, or hold it; then on to the next that waits."""
    found = dialogue_named(dialogue)
    chosen = _story(found, story)
    if request.form.get("hold"):
        hold_story(session(), chosen, by=signed_in())
    else:
        mark_read(session(), chosen, by=signed_in())
    session().flush()
    following = _following(found, chosen)
    if following is None:
        return redirect(url_for("analysis.stories", dialogue=dialogue), 303)
    return redirect(url_for("analysis.story", dialogue=dialogue, story=following), 303)


@board.post("/publicera")
@open_to(Holding(Right.PUBLISH))
def publish(dialogue: str) -> Any:
    """Publish the signed themes for everybody to read."""
    found = dialogue_named(dialogue)
    publish_signed(session(), found, by=signed_in(), smallest=_smallest())
    return redirect(url_for("report.show", dialogue=dialogue), 303)


def _theme_page(
    found: Dialogue, chosen: Theme, form: RenameForm | None = None, status: int = 200
) -> Any:
    row = row_of(chosen, _smallest())
    behind = sorted(
        (placed for placed in chosen.assignments if placed.strongest),
        key=lambda placed: (-placed.strength, str(placed.story_id)),
    )
    also = sum(1 for placed in chosen.assignments if not placed.strongest)
    _trace("theme opened", found, theme=str(chosen.id), stories=len(behind))
    page = render_template(
        "analysis/theme.html",
        dialogue=found,
        theme=chosen,
        row=row,
        behind=behind,
        also=also,
        form=form or RenameForm(None, sv=chosen.given_sv, en=chosen.given_en),
        is_verbatim=is_verbatim,
        longest_name=LONGEST_NAME,
        smallest=_smallest(),
    )
    return page, status


def _following(found: Dialogue, chosen: Story) -> uuid.UUID | None:
    """The next story that waits for the desk."""
    waiting = select(Story.id).where(
        Story.dialogue_id == found.id,
        Story.desk == DeskState.WAITING,
        Story.id != chosen.id,
    )
    after = session().scalar(waiting.where(Story.id > chosen.id).order_by(Story.id).limit(1))
    return after or session().scalar(waiting.order_by(Story.id).limit(1))


def _theme(found: Dialogue, key: uuid.UUID) -> Theme:
    chosen = session().get(Theme, key)
    if chosen is None or chosen.dialogue_id != found.id:
        abort(404)
    return chosen


def _story(found: Dialogue, key: uuid.UUID) -> Story:
    chosen = session().get(Story, key)
    if chosen is None or chosen.dialogue_id != found.id:
        abort(404)
    return chosen


def _trace(act: str, found: Dialogue, **facts: Any) -> None:
    audit.record(session(), act, found.id, signed_in().id, **facts)


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 7 else 1


def _smallest() -> int:
    return int(current_app.extensions["settings"].smallest_group)


def _back_to(found: Dialogue, chosen: Theme) -> Any:
    return redirect(url_for("analysis.theme", dialogue=found.slug, theme=chosen.id), 303)
