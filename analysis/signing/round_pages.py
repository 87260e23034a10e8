"""The confirmation round and the publication, as those who hold the dialogue see them."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from analysis.room import board, number_told, smallest_group, told
from analysis.signing import waiting  # noqa: F401
from analysis.signing.signing import (
    count_signed,
    proposal_of,
    publish_signed,
    send_for_confirmation,
    signed_themes,
    stories_told,
)
from analysis.themes.showing import COUNTED_LIVE
from dialogue.followup import confirming, heard, replying, reserving, rounds
from dialogue.followup.confirm_pages import said_in, voice_of
from dialogue.followup.publishing import newest_publication
from dialogue.followup.round_models import (
    Channel,
    ConfirmationLink,
    ConfirmationRound,
    ConfirmationSay,
)
from dialogue.ground.access import open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.i18n import current_language
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in
from dialogue.voices.qr import qr_of


@board.get("/bekraftelse")
@open_to(Holding(Right.ENTER_ANSWERS))
def confirmation(dialogue: str) -> Any:
    """How far the signed themes have come on their way to everybody."""
    return _confirmation(dialogue_named(dialogue))


def _confirmation(found: Dialogue, status: int = 200, **typed: Any) -> Any:
    newest = rounds.newest_round(session(), found)
    held = newest if newest is not None and newest.publication_id is None else None
    corrections = replying.corrections_of(session(), found)
    shown = newest if newest is not None and not newest.waived else None
    page = render_template(
        "analysis/confirmation.html",
        dialogue=found,
        signed=_signed(found),
        held=held,
        shown=shown,
        open=held is not None and held.is_open(today()),
        over=held is not None and held.is_over(today()),
        counts=heard.counted(session(), shown) if shown else {},
        voices=heard.voices_in(session(), shown) if shown else {},
        shown_words=heard.words_of(session(), shown) if shown else {},
        links=confirming.links_of(session(), shown) if shown else [],
        spoken=confirming.voices_by_link(session(), shown) if shown else {},
        most_places=confirming.MOST_PLACES,
        corrections=len(corrections),
        unanswered=sum(not each.answered for each in corrections),
        reservations={each.about: each for each in reserving.reservations(session(), found)},
        publication=newest_publication(session(), found),
        publishes=may(signed_in(), Right.PUBLISH, found),
        edits=may(signed_in(), Right.EDIT_THEMES, found),
        reserves=may(signed_in(), Right.RESERVE, found),
        reserving=reserving,
        typed={"words": "", "about": "", "theirs": None, "link": None} | typed,
    )
    return page, status


def _signed(found: Dialogue) -> tuple[int, str]:
    """How many themes are signed, and what is wrong with one that is.

    With many stories the second is said only by the pages that begin a round or publish.
    """
    if stories_told(session(), found) <= COUNTED_LIVE:
        try:
            return len(signed_themes(session(), found)), ""
        except Refusal as refusal:
            return 0, refusal.sentence
    return count_signed(session(), found), ""


@board.post("/bekraftelse/borja")
@open_to(Holding(Right.PUBLISH))
def begin_round(dialogue: str) -> Any:
    """Ask those who took part whether the signed themes are right."""
    found = dialogue_named(dialogue)
    days = number_told("days") or 0
    send_for_confirmation(session(), found, days, by=signed_in(), smallest=smallest_group())
    return _back(found)


@board.post("/bekraftelse/utan")
@open_to(Holding(Right.PUBLISH))
def waive(dialogue: str) -> Any:
    """Say why nobody is asked before the next publication."""
    found = dialogue_named(dialogue)
    rounds.waive_round(session(), found, told("because"), by=signed_in())
    return _back(found)


@board.post("/bekraftelse/adress", endpoint="make_link")
@open_to(Holding(Right.ENTER_ANSWERS))
def make_link(dialogue: str) -> Any:
    """Make an address for a meeting."""
    found = dialogue_named(dialogue)
    held = rounds.open_round(session(), found)
    if held is None:
        raise Refusal(_("The round has ended."))
    name, places = told("name", 120), number_told("places") or 0
    try:
        made = confirming.make_link(session(), held, name, places, by=signed_in())
    except Refusal as refusal:
        session().rollback()
        typed = {"name": name, "places": told("places", 12)}
        return _confirmation(found, 422, link="", fault=refusal.sentence, **typed)
    return redirect(url_for("analysis.poster", dialogue=dialogue, link=made.id), 303)


@board.post("/bekraftelse/adress/<uuid:link>", endpoint="change_places")
@open_to(Holding(Right.ENTER_ANSWERS))
def change_places(dialogue: str, link: uuid.UUID) -> Any:
    """Say anew how many people are at a meeting."""
    found = dialogue_named(dialogue)
    made, _held = _link_in(found, link)
    try:
        confirming.change_places(session(), made, number_told("places") or 0, by=signed_in())
    except Refusal as refusal:
        session().rollback()
        places = told("places", 12)
        return _confirmation(found, 422, link=link, fault=refusal.sentence, places=places)
    return _back(found)


def _link_in(found: Dialogue, link: uuid.UUID) -> tuple[ConfirmationLink, ConfirmationRound]:
    """A meeting's address in this dialogue, and its round, or 404."""
    made = session().get(ConfirmationLink, link)
    held = session().get(ConfirmationRound, made.round_id) if made else None
    if made is None or held is None or held.dialogue_id != found.id:
        abort(404)
    return made, held


@board.get("/bekraftelse/adress/<uuid:link>")
@open_to(Holding(Right.ENTER_ANSWERS))
def poster(dialogue: str, link: uuid.UUID) -> str:
    """The address of a meeting as a sheet to show or print, with its QR code."""
    found = dialogue_named(dialogue)
    made, held = _link_in(found, link)
    path = url_for("confirming.meeting", dialogue=found.slug, token=made.token)
    address = f"{current_app.extensions['settings'].public_url}{path}"
    return render_template(
        "analysis/poster.html", dialogue=found, link=made, held=held, address=address,
        qr=qr_of(address),
    )  # fmt: skip


@board.get("/bekraftelse/blankett")
@open_to(Holding(Right.ENTER_ANSWERS))
def sheet(dialogue: str) -> str:
    """The paper on which somebody says whether the texts are right."""
    found = dialogue_named(dialogue)
    held = _open(found)
    return render_template(
        "analysis/sheet.html", dialogue=found, held=held,
        shown_words=heard.words_of(session(), held),
    )  # fmt: skip


@board.get("/bekraftelse/papper")
@open_to(Holding(Right.ENTER_ANSWERS))
def paper(dialogue: str) -> str:
    """Enter what somebody wrote on a paper sheet."""
    found = dialogue_named(dialogue)
    return render_template(
        "analysis/paper.html", dialogue=found, held=_open(found), key=secrets.token_urlsafe(24),
        longest=confirming.LONGEST_WORDS,
    )  # fmt: skip


@board.post("/bekraftelse/papper", endpoint="enter_paper")
@open_to(Holding(Right.ENTER_ANSWERS))
def enter_paper(dialogue: str) -> Any:
    """Keep what somebody wrote on a paper sheet; the same form sent again is one sheet."""
    found = dialogue_named(dialogue)
    held = _open(found)
    said = said_in(held, request.form)
    key = told("key", 64)
    if len(key) < 22 or not any(verdict for verdict, _words in said.values()):
        raise Refusal(_("Choose what the sheet says of at least one text."))
    confirming.say(
        session(), held, said, voice=voice_of("paper", key), channel=Channel.PAPER,
        lang=current_language(), by=signed_in(),
    )  # fmt: skip
    return redirect(url_for("analysis.paper", dialogue=dialogue, kept=1), 303)


@board.get("/bekraftelse/rattelser")
@open_to(Holding(Right.EDIT_THEMES))
def corrections(dialogue: str) -> Any:
    """What people want corrected, and what was replied."""
    return _corrections(dialogue_named(dialogue))


def _corrections(found: Dialogue, status: int = 200, **overtaken: Any) -> Any:
    wanted = replying.corrections_of(session(), found)
    page = render_template(
        "analysis/corrections.html",
        dialogue=found,
        corrections=[(each, heard.about_in_words(_round_of(each), each.about)) for each in wanted],
        longest=replying.LONGEST_REPLY,
        overtaken={"said": None, "text": "", "changed": None} | overtaken,
    )
    return page, status


def _round_of(said: ConfirmationSay) -> ConfirmationRound:
    return session().get_one(ConfirmationRound, said.round_id)


@board.post("/bekraftelse/rattelser/<uuid:said>")
@open_to(Holding(Right.EDIT_THEMES))
def reply(dialogue: str, said: uuid.UUID) -> Any:
    """Reply to a correction: changed, or not changed because."""
    found = dialogue_named(dialogue)
    chosen = session().get(ConfirmationSay, said)
    if chosen is None or _round_of(chosen).dialogue_id != found.id:
        abort(404)
    how, text = told("how"), told("text", replying.LONGEST_REPLY)
    if how not in ("changed", "not_changed"):
        raise Refusal(_("Say whether you changed the text."))
    try:
        replying.reply_to(
            session(), chosen, how == "changed", text, by=signed_in(),
            seen=number_told("version") or 0,
        )  # fmt: skip
    except replying.ReplyOvertaken:
        session().rollback()
        return _corrections(found, 409, said=said, text=text, changed=how == "changed")
    return redirect(url_for("analysis.corrections", dialogue=dialogue) + f"#c-{said}", 303)


@board.post("/bekraftelse/reservation")
@open_to(Holding(Right.RESERVE))
def reserve(dialogue: str) -> Any:
    """Write the host's reservation, or take it back."""
    found = dialogue_named(dialogue)
    about, words = told("about", 40), told("text", reserving.LONGEST)
    if request.form.get("take_back"):
        reserving.take_back(session(), found, about, by=signed_in())
        return _back(found)
    try:
        reserving.reserve(
            session(), found, about, words, current_language(), by=signed_in(),
            seen=number_told("version") or 0,
        )  # fmt: skip
    except reserving.ReservationOvertaken:
        session().rollback()
        return _confirmation(found, 409, words=words, about=about, theirs=True)
    return _back(found)


@board.get("/publicera", endpoint="proposal")
@open_to(Holding(Right.PUBLISH))
def proposal(dialogue: str) -> str:
    """What would be published, word for word, or what is in the way."""
    found = dialogue_named(dialogue)
    made, fault = None, ""
    try:
        made = proposal_of(session(), found, smallest_group(), look=True)
    except Refusal as refusal:
        fault = refusal.sentence
    return render_template("analysis/proposal.html", dialogue=found, proposal=made, fault=fault)


@board.post("/publicera")
@open_to(Holding(Right.PUBLISH))
def publish(dialogue: str) -> Any:
    """Publish what was looked at, for everybody to read."""
    found = dialogue_named(dialogue)
    seen = told("digest", 64)
    publish_signed(session(), found, by=signed_in(), smallest=smallest_group(), seen=seen)
    return redirect(url_for("report.show", dialogue=dialogue), 303)


def _open(found: Dialogue) -> ConfirmationRound:
    held = rounds.open_round(session(), found)
    if held is None:
        raise Refusal(_("No round is open."))
    return held


def _back(found: Dialogue) -> Any:
    return redirect(url_for("analysis.confirmation", dialogue=found.slug), 303)
