"""Writing, sending out, locking and publishing the minutes; and the files for the register."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import LANGUAGES
from dialogue.hosts.rights import signed_in
from dialogue.meetings.arranging.codes import Door, MeetingCodes
from dialogue.meetings.arranging.room import WRITERS, hosting, words_here
from dialogue.meetings.minuting import minutes as acts
from dialogue.meetings.minuting.files import minutes_json, minutes_pdf
from dialogue.meetings.models import Meeting, Minutes
from dialogue.voices.receipts import receipts


@hosting.get("/<meeting>/protokoll")
@open_to(WRITERS)
def minutes(dialogue: str, meeting: str) -> Any:
    """The newest version, what those who came have said of it, and the ways on."""
    return _page(words_here(dialogue, meeting))


@hosting.post("/<meeting>/protokoll")
@open_to(WRITERS)
def minutes_act(dialogue: str, meeting: str) -> Any:
    """One step: draft, save, send out, new version, leave, lock or publish."""
    found = words_here(dialogue, meeting)
    form = clean_form(request.form)
    try:
        _do(found, form.get("go", ""), form)
    except Refusal as refusal:
        session().rollback()
        return _page(words_here(dialogue, meeting), refusal.sentence)
    return redirect(url_for("hosting.minutes", dialogue=dialogue, meeting=meeting), 303)


@hosting.get("/<meeting>/protokoll/<int(max=9999):number>.<form>")
@open_to(WRITERS)
def minutes_file(dialogue: str, meeting: str, number: int, form: str) -> Response:
    """One version as PDF/A for the register, or as JSON with its metadata."""
    found = words_here(dialogue, meeting)
    versions = acts.versions_of(session(), found)
    version = next((each for each in versions if each.number == number), None) or abort(404)
    said = acts.confirmed(session(), version)
    if form == "json":
        response = jsonify(minutes_json(version, said))
    elif form == "pdf":
        response = Response(minutes_pdf(version, said), mimetype="application/pdf")
    else:
        abort(404)
    name = f"{found.slug}-protokoll-{number}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _do(meeting: Meeting, verb: str, form: Any) -> None:
    by, on = signed_in(), today()
    if verb == "draft":
        language = form.get("lang", "")
        chosen = language if language in LANGUAGES else current_language()
        acts.draft(session(), meeting, chosen, by=by, on=on)
        return
    newest = acts.newest(session(), meeting)
    if newest is None:
        raise Refusal(_("There are no minutes yet."))
    if verb in ("save", "send"):
        _save(newest, form)
    if verb == "send":
        acts.send_out(session(), newest, by=by, on=on)
    elif verb == "new":
        acts.new_version(session(), newest, by=by, on=on)
    elif verb == "leave":
        acts.leave_draft(session(), newest, by=by)
    elif verb == "lock":
        acts.lock(session(), newest, by=by, on=on)
    elif verb == "publish":
        acts.publish(session(), newest, by=by, on=on)
    elif verb != "save":
        abort(422)


def _save(newest: Minutes, form: Any) -> None:
    texts: dict[uuid.UUID, str] = {}
    left_out: list[uuid.UUID] = []
    for line in newest.lines:
        if f"line.{line.id}" in form:
            texts[line.id] = form[f"line.{line.id}"]
        if form.get(f"out.{line.id}") == "y":
            left_out.append(line.id)
    acts.edit(session(), newest, texts, left_out, form.get("added", ""), by=signed_in())


def _page(meeting: Meeting, fault: str = "") -> Any:
    versions = acts.versions_of(session(), meeting)
    newest = versions[0] if versions else None
    page = render_template(
        "meetings/minutes_desk.html",
        dialogue=meeting.dialogue,
        meeting=meeting,
        versions=versions,
        newest=newest,
        answers=acts.answers_to(session(), newest) if newest else (),
        counted={each.id: acts.confirmed(session(), each) for each in versions},
        withdrawn=bool(newest and acts.withdrawn_since(newest)),
        code=MeetingCodes(receipts()).of_meeting(Door.MINUTES, meeting),
        today=today(),
        faults=[(None, fault)] if fault else [],
    )
    return make_response(page, 409 if fault else 200)
