"""The public pages: the front page, a dialogue's own page, and the service's promises."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from dialogue.ground.access import Access, open_to
from dialogue.ground.db import session
from dialogue.ground.i18n import preferred_language
from dialogue.hosts.models import Dialogue, Organisation
from dialogue.hosts.rights import dialogue_named

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
    public = [each for each in session().scalars(select(Dialogue)) if each.is_public]
    public.sort(key=lambda each: (not each.is_open, each.slug))
    told = {each.id for each in public if each.published_on}
    return render_template("pages/home.html", dialogues=public, told=told)


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
    )


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
