"""Planning and holding meetings: for those who may build a dialogue's meetings."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.ground.localized import Localized
from dialogue.hosts.rights import Right, dialogue_named, may, signed_in
from dialogue.meetings.arranging.codes import Door, MeetingCodes, renew_codes
from dialogue.meetings.arranging.planning import (
    cancel_meeting,
    change_meeting,
    meetings_of,
    open_meeting,
    plan_meeting,
)
from dialogue.meetings.arranging.registering import move_up, seats_of
from dialogue.meetings.arranging.room import (
    BUILDERS,
    hosting,
    meeting_here,
    sees_words,
    words_here,
)
from dialogue.meetings.hosting import guest_list as hosting_guests  # noqa: F401
from dialogue.meetings.hosting.plan_form import PlanForm, values_of
from dialogue.meetings.minuting import desk as minutes_desk  # noqa: F401
from dialogue.meetings.models import Meeting
from dialogue.meetings.table.noting import counts_of, hours_of
from dialogue.meetings.table.ordering import themes_of
from dialogue.meetings.table.photos import photo_of, photos_of
from dialogue.meetings.table.script import MOST_STEPS, Step, script_of, write_script
from dialogue.voices.receipts import receipts

__all__ = ["hosting"]


@hosting.get("/")
@open_to(BUILDERS)
def index(dialogue: str) -> str:
    """The dialogue's meetings."""
    found = dialogue_named(dialogue)
    meetings = meetings_of(session(), found)
    return render_template(
        "meetings/index.html",
        dialogue=found,
        meetings=meetings,
        seats={each.id: seats_of(session(), each) for each in meetings if each.registers},
        notes={each.id: sum(counts_of(session(), each).values()) for each in meetings},
    )


@hosting.route("/nytt", methods=["GET", "POST"])
@open_to(BUILDERS)
def new(dialogue: str) -> Any:
    """Plan one more meeting."""
    found = dialogue_named(dialogue)
    form = PlanForm.of_request(**values_of(None))
    if form.accepted():
        try:
            made = plan_meeting(session(), found, form.plan, receipts(), by=signed_in())
            return redirect(url_for("hosting.show", dialogue=dialogue, meeting=made.slug), 303)
        except Refusal as refusal:
            session().rollback()
            form.form_errors.append(refusal.sentence)
    return _plan(form, found)


@hosting.route("/<meeting>/plan", methods=["GET", "POST"])
@open_to(BUILDERS)
def plan(dialogue: str, meeting: str) -> Any:
    """Change the plan; those who wait move up when there are more places."""
    found = meeting_here(dialogue, meeting)
    form = PlanForm.of_request(**values_of(found))
    if form.accepted():
        try:
            change_meeting(session(), found, form.plan, by=signed_in())
            move_up(session(), found)
            return redirect(url_for("hosting.show", dialogue=dialogue, meeting=meeting), 303)
        except Refusal as refusal:
            session().rollback()
            form.form_errors.append(refusal.sentence)
    return _plan(form, dialogue_named(dialogue), meeting_here(dialogue, meeting))


@hosting.get("/<meeting>/")
@open_to(BUILDERS)
def show(dialogue: str, meeting: str) -> Any:
    """Where the meeting stands, its codes, and what to do next."""
    return _show(meeting_here(dialogue, meeting))


@hosting.post("/<meeting>/")
@open_to(BUILDERS)
def act(dialogue: str, meeting: str) -> Any:
    """Announce, cancel, or make new codes."""
    found = meeting_here(dialogue, meeting)
    form = clean_form(request.form)
    try:
        if form.get("go") == "open":
            open_meeting(session(), found, by=signed_in())
        elif form.get("go") == "cancel":
            reason = Localized(*(form.get(f"why_{each}", "")[:1000] for each in ("sv", "en")))
            cancel_meeting(session(), found, reason, by=signed_in())
        elif form.get("go") == "codes":
            renew_codes(session(), found, receipts(), by=signed_in())
        else:
            abort(422)
    except Refusal as refusal:
        session().rollback()
        return _show(meeting_here(dialogue, meeting), refusal.sentence)
    return redirect(url_for("hosting.show", dialogue=dialogue, meeting=meeting), 303)


@hosting.route("/<meeting>/manus", methods=["GET", "POST"])
@open_to(BUILDERS)
def script(dialogue: str, meeting: str) -> Any:
    """Write a script for this meeting, or take the ordinary one back."""
    found = meeting_here(dialogue, meeting)
    steps, fault = list(script_of(found)), ""
    if request.method == "POST":
        form = clean_form(request.form)
        steps = [] if form.get("go") == "ordinary" else _steps(form)
        try:
            write_script(found, steps)
            return redirect(url_for("hosting.script", dialogue=dialogue, meeting=meeting), 303)
        except Refusal as refusal:
            session().rollback()
            fault = refusal.sentence
    page = render_template(
        "meetings/script.html",
        dialogue=found.dialogue,
        meeting=found,
        steps=steps,
        faults=[(None, fault)] if fault else [],
    )
    return make_response(page, 422 if fault else 200)


@hosting.get("/<meeting>/bilder/<uuid:photo>")
@open_to(BUILDERS)
def photo(dialogue: str, meeting: str, photo: uuid.UUID) -> Response:
    """One picture of sticky notes."""
    found = photo_of(session(), words_here(dialogue, meeting), photo) or abort(404)
    return Response(found.picture, mimetype="image/jpeg")


def _steps(form: MultiDict[str, str]) -> list[Step]:
    """The steps as the form gives them; one without minutes and purpose is left out."""
    steps = []
    for number in range(1, MOST_STEPS + 2):
        said = {
            name: Localized(*(form.get(f"{name}_{each}.{number}", "") for each in ("sv", "en")))
            for name in ("purpose", "say")
        }
        minutes = form.get(f"minutes.{number}", "")
        if minutes or any(text.sv or text.en for text in said.values()):
            whole = minutes.isascii() and minutes.isdecimal() and len(minutes) < 4
            steps.append(Step(int(minutes) if whole else 0, said["purpose"], said["say"]))
    return steps


def _plan(form: PlanForm, dialogue: Any, meeting: Meeting | None = None) -> Any:
    faults = form.faults + [(None, sentence) for sentence in form.form_errors]
    page = render_template(
        "meetings/plan.html", dialogue=dialogue, meeting=meeting, form=form, faults=faults
    )
    return make_response(page, 422 if faults else 200)


def _show(meeting: Meeting, fault: str = "") -> Any:
    codes, dialogue = MeetingCodes(receipts()), meeting.dialogue
    opens, closes = hours_of(meeting)
    page = render_template(
        "meetings/host.html",
        dialogue=dialogue,
        meeting=meeting,
        faults=[("why_sv", fault)] if fault else [],
        table_code=codes.of_meeting(Door.TABLE, meeting),
        minutes_code=codes.of_meeting(Door.MINUTES, meeting),
        base=str(current_app.extensions["settings"].public_url),
        opens=opens,
        closes=closes,
        seats=seats_of(session(), meeting),
        counts=counts_of(session(), meeting),
        themes=themes_of(session(), meeting),
        photos=photos_of(session(), meeting) if sees_words(meeting) else (),
        sees_guests=may(signed_in(), Right.SEE_REGISTRATIONS, dialogue),
    )
    return make_response(page, 409 if fault else 200)
