"""What a receipt opens: what became of one answer, and the way to take it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext as _
from sqlalchemy import select

from dialogue.followup.heard import about_in_words
from dialogue.followup.kept import KeptStory, stories_kept
from dialogue.followup.models import PublishedStory
from dialogue.followup.proving import names_in
from dialogue.followup.publishing import newest_publication
from dialogue.followup.round_models import ConfirmationReply, ConfirmationRound, ConfirmationSay
from dialogue.followup.rounds import open_round
from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import local, today
from dialogue.ground.db import session, truncate_wal
from dialogue.ground.forms import seal, unseal, wrong_token_sentence
from dialogue.ground.localized import Localized
from dialogue.ground.throttle import Throttle
from dialogue.hosts.models import Dialogue
from dialogue.meetings.models import Manner, Meeting, TableNote
from dialogue.voices.corrections import corrected_on
from dialogue.voices.erasure import erased_on, is_unjoined, withdraw
from dialogue.voices.letting_go import let_go_in
from dialogue.voices.models import Contribution, DeskState, Use
from dialogue.voices.permitting import permit
from dialogue.voices.receipts import is_code, receipts

receipts_pages = Blueprint("receipts", __name__, url_prefix="/<language:language>/kvitto")

PURPOSE = "receipt form"
wrong_codes = Throttle(most=20, seconds=60)


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of one contribution, as its teller may know it."""

    dialogue: Dialogue
    received_on: date
    stories: tuple[KeptStory, ...]
    read: bool
    themes: tuple[tuple[uuid.UUID, Localized], ...]
    counted_alone: bool
    published: bool
    corrected_on: date | None
    round: ConfirmationRound | None
    said: bool
    replies: tuple[Replied, ...]
    in_library: bool
    noted: Noted | None


@dataclass(frozen=True, slots=True)
class Noted:
    """At which meeting something was said, its day, and whether it is written word for word."""

    meeting: Localized
    held_on: date
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Replied:
    """What a teller wanted changed in a text, and what was done; None while they wait."""

    name: Localized | None
    words: str
    reply: ConfirmationReply | None


def with_code(view: Callable[..., Response]) -> Callable[..., Response]:
    """A view that is handed the code its form sent. A damaged form, a text that is no code, and
    guessing are turned away first."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Response:
        code = request.form.get("code", "")
        return _turned_away(code) or view(*args, **kwargs, code=code)

    return asked


@receipts_pages.get("/", endpoint="open")
@open_to(Access.ANYONE)
def show() -> Response:
    """The form that takes a code."""
    return code_form()


@receipts_pages.post("/", endpoint="opened")
@open_to(Access.ANYONE)
@with_code
def opened(code: str) -> Response:
    """What a code opens, or the form again with a sentence."""
    fate = _fate(code)
    if fate is None:
        return gone_or_unknown(code)
    return sealed_page("receipts/fate.html", fate=fate, code=code)


@receipts_pages.post("/ta-bort")
@open_to(Access.ANYONE)
@with_code
def withdrawing(code: str) -> Response:
    """Take the answer back: the words are gone for good."""
    if request.form.get("sure") != "yes":
        return opened()
    if not withdraw(session(), code, receipts(), today()):
        return gone_or_unknown(code)
    session().commit()
    truncate_wal()
    return sealed_page("receipts/withdrawn.html", on=today())


@receipts_pages.post("/biblioteket", endpoint="library")
@open_to(Access.ANYONE)
@with_code
def let_into_library(code: str) -> Response:
    """Let the stories be read in the library, or take that back at once."""
    same = Contribution.receipt_hash == receipts().hash_of(code)
    found = session().scalars(select(Contribution).where(same)).first()
    if found is None:
        return gone_or_unknown(code)
    permit(session(), found, Use.LIBRARY, request.form.get("allow") == "yes")
    return opened()


def _turned_away(code: str) -> Response | None:
    caller = request.remote_addr or ""
    if wrong_codes.too_many(caller):
        return code_form(code, _("Too many codes were wrong. Wait a minute and try again."), 429)
    token = unseal(PURPOSE, request.form.get("token", ""), (_secret(),))
    if token is None:
        return code_form(code, wrong_token_sentence(), 403)
    if not is_code(code):
        wrong_codes.wrong(caller)
        return code_form(code, _("A code has 16 letters and digits in four groups."), 422)
    return None


def gone_or_unknown(code: str) -> Response:
    """The page for a code that opens no answer: it waits in a meeting's room, it was withdrawn, or
    there never was one. One whose time ran out leads to what came of it."""
    if is_unjoined(session(), code, receipts()):
        return sealed_page("receipts/waiting.html", code=code)
    on = erased_on(session(), code, receipts())
    if on is not None:
        return sealed_page("receipts/withdrawn.html", on=on)
    dialogue = let_go_in(session(), receipts().hash_of(code))
    if dialogue is not None:
        return sealed_page("receipts/let_go.html", dialogue=dialogue)
    wrong_codes.wrong(request.remote_addr or "")
    return code_form(code, _("No answer has this code. Check it letter by letter."), 404)


def _fate(code: str) -> Fate | None:
    same = Contribution.receipt_hash == receipts().hash_of(code)
    found = session().scalars(select(Contribution).where(same)).first()
    if found is None:
        return None
    dialogue = session().get_one(Dialogue, found.dialogue_id)
    publication = newest_publication(session(), dialogue)
    themes: list[tuple[uuid.UUID, Localized]] = []
    alone = False
    if publication is not None:
        names = names_in(publication)
        mine = select(PublishedStory).where(
            PublishedStory.publication_id == publication.id,
            PublishedStory.story_id.in_([story.id for story in found.stories]),
        )
        for placed in session().scalars(mine):
            if placed.theme is None:
                alone = True
            elif str(placed.theme) in names:
                themes.append((placed.theme, names[str(placed.theme)]))
    held = open_round(session(), dialogue)
    said = (
        session()
        .scalars(select(ConfirmationSay).where(ConfirmationSay.contribution_id == found.id))
        .all()
    )
    return Fate(
        dialogue=dialogue,
        received_on=found.received_on,
        stories=stories_kept(session(), dialogue, found),
        read=bool(found.stories) and all(story.desk == DeskState.READ for story in found.stories),
        themes=tuple(themes),
        counted_alone=alone,
        published=publication is not None,
        corrected_on=corrected_on(session(), found),
        round=held,
        said=held is not None and any(each.round_id == held.id for each in said),
        replies=tuple(_replied(each) for each in said if each.needs_reply),
        in_library=found.allows(Use.LIBRARY),
        noted=_noted(found),
    )


def _noted(found: Contribution) -> Noted | None:
    note = session().get(TableNote, found.id)
    if note is None:
        return None
    meeting = session().get_one(Meeting, note.meeting_id)
    day = local(meeting.starts_at).date()
    return Noted(meeting.title, day, note.manner == Manner.VERBATIM)


def _replied(said: ConfirmationSay) -> Replied:
    held = session().get_one(ConfirmationRound, said.round_id)
    theme = about_in_words(held, said.about)
    name = Localized.of(theme["name"]) if theme else None
    return Replied(name, said.words, said.reply if said.answered else None)


def code_form(code: str = "", fault: str = "", status: int = 200) -> Response:
    """The form that takes a code, with a sentence about what was wrong with the last one."""
    return sealed_page("receipts/open.html", status, code=code, fault=fault)


def sealed_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that only its reader may keep, with a token for the forms on it."""
    g.private = True
    token = seal(PURPOSE, "code", _secret())
    return make_response(render_template(template, token=token, **values), status)


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)
