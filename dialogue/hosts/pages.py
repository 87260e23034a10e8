"""The public pages: the front page, a dialogue's own page, and the service's promises."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Select, select

from dialogue.ground.access import Access, open_to
from dialogue.ground.db import session
from dialogue.ground.i18n import preferred_language
from dialogue.hosts.faces import logo_of, stylesheet_of, worn_by
from dialogue.hosts.house_forms import LANGUAGE_NAMES, kind_names
from dialogue.hosts.life import last_words
from dialogue.hosts.life_forms import kept_names, promise_names
from dialogue.hosts.models import Dialogue, DialogueState, Organisation
from dialogue.hosts.promising import messages_of, moment_of
from dialogue.hosts.rights import dialogue_named, organisation_named

pages = Blueprint("pages", __name__, url_prefix="/<language:language>")


@open_to(Access.ANYONE)
def front() -> Any:
    """Send the reader to the front page in a language they asked for."""
    response = redirect(url_for("pages.home", language=preferred_language(request)), 302)
    response.headers["Vary"] = "Accept-Language"
    return response


@pages.get("/")
@open_to(Access.ANYONE)
def home() -> str:
    """The dialogues that anyone may see, the open ones first."""
    public = _public(select(Dialogue))
    told = {each.id for each in public if each.published_on}
    return render_template("pages/home.html", dialogues=public, told=told)


def _public(asked: Select[Dialogue]) -> list[Dialogue]:
    """The dialogues among these that anybody may see, by where they stand."""
    public = [each for each in session().scalars(asked) if each.is_public]
    order = list(DialogueState)
    public.sort(key=lambda each: (not each.is_open, order.index(each.state), each.slug))
    return public


@pages.get("/dialog/<dialogue>")
@open_to(Access.ANYONE)
def show(dialogue: str) -> str:
    """What a dialogue is about, what can change, who decides and when the answer comes."""
    found = dialogue_named(dialogue)
    if not found.is_public:
        abort(404)
    return render_template(
        "pages/dialogue.html",
        dialogue=found,
        published=found.published_on is not None,
        message=messages_of(session(), found).get(moment_of(found) or ""),
        words=last_words(session(), found),
        promises=promise_names(),
        kept=kept_names(),
    )


@pages.get("/organisation/<organisation>")
@open_to(Access.ANYONE)
def organisation(organisation: str) -> str:
    """An organisation, what it stands for, and its dialogues."""
    found = organisation_named(organisation)
    part_in = select(Dialogue).where(
        (Dialogue.organisation_id == found.id)
        | (Dialogue.host_id == found.id)
        | (Dialogue.responder_id == found.id)
    )
    return render_template(
        "pages/organisation.html",
        house=found,
        face=worn_by(found),
        kinds=kind_names(),
        language_names=LANGUAGE_NAMES,
        dialogues=_public(part_in),
    )


@pages.get("/organisation/<organisation>/utseende.css")
@open_to(Access.ANYONE)
def look(organisation: str) -> Response:
    """The organisation's colour."""
    return stylesheet_of(organisation_named(organisation))


@pages.get("/organisation/<organisation>/logga")
@open_to(Access.ANYONE)
def logo(organisation: str) -> Response:
    """The organisation's logo."""
    return logo_of(organisation_named(organisation)) or abort(404)


@pages.get("/sa-anvander-vi-svaren")
@open_to(Access.ANYONE)
def uses() -> str:
    """What is stored, who reads it, and what never is."""
    return render_template("pages/uses.html")


@pages.get("/tillganglighet")
@open_to(Access.ANYONE)
def accessibility() -> str:
    """The accessibility statement."""
    asking = session().scalars(
        select(Organisation).join(Dialogue, Dialogue.organisation_id == Organisation.id).distinct()
    )
    return render_template("pages/accessibility.html", organisations=asking.all())


@pages.get("/hjalp")
@open_to(Access.ANYONE)
def help() -> str:
    """How to answer, follow and withdraw, and whom to ask."""
    return render_template("pages/help.html")
