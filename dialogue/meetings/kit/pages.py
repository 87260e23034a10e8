"""The page with a meeting's kit, and its papers as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response, abort, current_app, render_template, request, url_for

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import LANGUAGES
from dialogue.hosts.life_models import DialogueMessage, Moment
from dialogue.hosts.models import Dialogue
from dialogue.meetings.arranging.room import BUILDERS, hosting, meeting_here
from dialogue.meetings.kit.contents import Kit, Paper, title_of
from dialogue.meetings.kit.printing import paper_pdf
from dialogue.meetings.kit.word import paper_docx
from dialogue.meetings.live.pages import public_url
from dialogue.meetings.live.rooms import room_of
from dialogue.meetings.models import Meeting

Questions = Callable[[Dialogue, str, str], list[dict[str, Any]]]
"""Gives the sections of a dialogue's survey as they are printed, in a language and a wording."""

QUESTIONS: Final = "questions on paper"
"""Where the application says who knows the questions; meetings do not know the surveys."""

KINDS: Final = {
    "pdf": (paper_pdf, "application/pdf"),
    "docx": (
        paper_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@hosting.get("/<meeting>/underlag/")
@open_to(BUILDERS)
def kit(dialogue: str, meeting: str) -> str:
    """Everything to print for the meeting."""
    found = meeting_here(dialogue, meeting)
    return render_template(
        "kit/index.html",
        dialogue=found.dialogue,
        meeting=found,
        papers=[(paper, title_of(paper)) for paper in Paper],
        asks=bool(_questions(found.dialogue, current_language(), "standard")),
    )


@hosting.get("/<meeting>/underlag/<paper>")
@open_to(BUILDERS)
def kit_paper(dialogue: str, meeting: str, paper: str) -> Response:
    """One paper as a file; ``?form=docx&lang=en`` chooses which."""
    found = meeting_here(dialogue, meeting)
    if paper not in list(Paper):
        abort(404)
    asked, form = request.args.get("lang", ""), request.args.get("form", "pdf")
    language = asked if asked in LANGUAGES else current_language()
    if form not in KINDS:
        abort(404)
    make, mimetype = KINDS[form]
    response = Response(make(kit_of(found, language), Paper(paper)), mimetype=mimetype)
    name = f"{found.slug}-{paper}-{language}.{form}"
    shown = "inline" if form == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response


def kit_of(meeting: Meeting, language: str) -> Kit:
    """What a meeting's papers are made from."""
    dialogue = meeting.dialogue
    before = session().get(DialogueMessage, (dialogue.id, Moment.BEFORE))
    room = room_of(session(), meeting)
    way = url_for("pages.show", dialogue=dialogue.slug, language=language)
    return Kit(
        meeting,
        language,
        f"{public_url()}{way}",
        sections=_questions(dialogue, language, "standard"),
        easy_sections=_questions(dialogue, language, "easy"),
        easy=before.easy if before else "",
        room=room.code if room else "",
    )


def _questions(dialogue: Dialogue, language: str, variant: str) -> list[dict[str, Any]]:
    ask: Questions = current_app.extensions[QUESTIONS]
    return ask(dialogue, language, variant)
