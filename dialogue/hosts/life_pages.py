"""The pages of a dialogue's life: its overview, its ground, its messages, its steps, its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from dialogue.ground.access import open_to
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.hosts import breaking_glass, life, promising
from dialogue.hosts.house_forms import GlassForm
from dialogue.hosts.life import STEPS, Verb
from dialogue.hosts.life_forms import (
    GroundForm,
    MessagesForm,
    OutcomeForm,
    kept_names,
    promise_names,
    release_names,
)
from dialogue.hosts.life_models import Moment
from dialogue.hosts.life_words import verb_words, ways_on, what_next
from dialogue.hosts.models import Dialogue, DialogueState, Organisation, User
from dialogue.hosts.retention import keeping_ends
from dialogue.hosts.rights import (
    Holding,
    Right,
    dialogue_named,
    has_broken_glass,
    may,
    reads_everything,
    signed_in,
    visitor,
)
from dialogue.hosts.shapes import shape_of
from dialogue.hosts.waiting import Waiting, tells_what_waits, what_waits

life_room = Blueprint("life", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>")


class Stepping:
    """Lets through staff who may take the step that the address names."""

    def admit(self, arguments: dict[str, Any]) -> Any:
        if visitor() is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        verb = arguments.get("verb", "")
        if verb not in set(Verb):
            abort(404)
        return Holding(STEPS[Verb(verb)].right).admit(arguments)


@life_room.get("/")
@open_to(Holding(Right.SEE_DIALOGUE))
def overview(dialogue: str) -> Any:
    """Where the dialogue stands, what comes next, and who does it."""
    return _overview(dialogue_named(dialogue))


def _overview(found: Dialogue, refused: str = "", status: int = 200) -> Any:
    user = signed_in()
    taking = [verb for verb in ways_on(found) if may(user, STEPS[verb].right, found)]
    rights = {right.name: may(user, right, found) for right in Right}
    page = render_template(
        "hosts/overview.html",
        dialogue=found,
        keeping=keeping_ends(session(), found),
        shape=shape_of(found.kind),
        next_words=what_next(found),
        waits=what_waits(found, user),
        steps=life.steps_of(session(), found),
        taking=[(verb, life.hindrances(session(), found, verb)) for verb in taking],
        words=verb_words(),
        needs_words={verb for verb in taking if STEPS[verb].needs_words},
        messages=promising.messages_of(session(), found),
        promises=promise_names(),
        releases=release_names(),
        kept=kept_names(),
        glass=breaking_glass.glass_of(session(), found),
        rights=rights,
        narrowed=rights["READ_STORIES"] and not reads_everything(user, found),
        leads=rights["PUBLISH"],
        editable=_editable(found),
        refused=refused,
    )
    return page, status


def _editable(found: Dialogue) -> bool:
    leads = may(signed_in(), Right.PUBLISH, found)
    states = promising.WITH_COORDINATOR if leads else promising.WITH_HOST
    return found.state in states and may(signed_in(), Right.BUILD_SURVEY, found)


@tells_what_waits
def approval(dialogue: Dialogue, user: User) -> Iterator[Waiting]:
    """A dialogue that the host has sent, or one that came back to it with words."""
    leads = may(user, Right.PUBLISH, dialogue)
    there = url_for("life.overview", dialogue=dialogue.slug)
    if dialogue.state == DialogueState.HOST_READY and leads:
        yield Waiting(str(_("The host has sent it for approval. Approve it or return it.")), there)
    if dialogue.state == DialogueState.DRAFT and not leads:
        newest = next(iter(life.steps_of(session(), dialogue)), None)
        returned = newest is not None and newest.verb == Verb.RETURN
        if returned and may(user, Right.BUILD_SURVEY, dialogue):
            yield Waiting(str(_("It has come back to you. Read why, and send it again.")), there)


@tells_what_waits
def an_answer(dialogue: Dialogue, user: User) -> Iterator[Waiting]:
    """A published summary to which the responder has not said what comes of it."""
    if dialogue.state == DialogueState.PUBLISHED and may(user, Right.RESPOND, dialogue):
        there = url_for("life.outcome", dialogue=dialogue.slug)
        sentence = _("The summary is published. Say what comes of it, and if the promise was kept.")
        yield Waiting(str(sentence), there)


@life_room.post("/steg/<verb>")
@open_to(Stepping())
def step(dialogue: str, verb: str) -> Any:
    """Take one step of the dialogue's life. It opens where its survey opens."""
    found = dialogue_named(dialogue)
    if verb == Verb.OPEN:
        return redirect(url_for("editing.outline", dialogue=dialogue), 303)
    words = clean_form(request.form).get("words", "")
    try:
        life.take_step(session(), found, Verb(verb), by=signed_in(), words=words)
    except Refusal as refusal:
        session().rollback()
        return _overview(found, refusal.sentence, 409)
    return redirect(url_for("life.overview", dialogue=dialogue), 303)


@life_room.route("/grund", methods=["GET", "POST"])
@open_to(Holding(Right.BUILD_SURVEY))
def ground(dialogue: str) -> Any:
    """What the dialogue stands on: purpose, question, promise, people and days."""
    found = dialogue_named(dialogue)
    leads = may(signed_in(), Right.PUBLISH, found)
    form = GroundForm.of_dialogue(found, _houses())
    if request.method == "GET":
        return _ground_page(form, found, leads)
    if not form.accepted():
        return _ground_page(form, found, leads, status=422)
    try:
        told = form.ground(found, leads=leads)
        promising.lay_ground(session(), found, told, by=signed_in(), leads=leads)
    except Refusal as refusal:
        session().rollback()
        return _ground_page(form, found, leads, refusal.sentence, 422)
    onward = "editing.outline" if request.form.get("go") == "questions" else "life.overview"
    return redirect(url_for(onward, dialogue=dialogue), 303)


def _ground_page(
    form: GroundForm, found: Dialogue, leads: bool, refused: str = "", status: int = 200
) -> Any:
    page = render_template(
        "hosts/ground.html",
        dialogue=found,
        form=form,
        leads=leads,
        editable=_editable(found),
        refused=refused,
    )
    return page, status


@life_room.route("/meddelanden", methods=["GET", "POST"])
@open_to(Holding(Right.BUILD_SURVEY))
def messages(dialogue: str) -> Any:
    """What residents are told before, during and after."""
    found = dialogue_named(dialogue)
    form = MessagesForm.of_messages(promising.messages_of(session(), found))
    refused, status = "", 200
    if request.method == "POST":
        status = 422
        if form.accepted():
            try:
                for moment in Moment:
                    text, easy = form.message(moment)
                    promising.write_message(session(), found, moment, text, easy, by=signed_in())
                return redirect(url_for("life.overview", dialogue=dialogue), 303)
            except Refusal as refusal:
                session().rollback()
                refused = refusal.sentence
    page = render_template("hosts/messages.html", dialogue=found, form=form, refused=refused)
    return page, status


@life_room.route("/lofte", methods=["GET", "POST"])
@open_to(Holding(Right.PUBLISH, Right.RESPOND))
def outcome(dialogue: str) -> Any:
    """Whether the promise was kept, with words."""
    found = dialogue_named(dialogue)
    form = OutcomeForm.of_dialogue(found)
    refused, status = "", 200
    if request.method == "POST":
        status = 422
        if form.accepted():
            try:
                promising.tell_outcome(
                    session(), found, form.outcome(), form.both("words"), by=signed_in()
                )
                return redirect(url_for("life.overview", dialogue=dialogue), 303)
            except Refusal as refusal:
                session().rollback()
                refused = refusal.sentence
    page = render_template(
        "hosts/outcome.html",
        dialogue=found,
        form=form,
        promises=promise_names(),
        telling=found.state in promising.TELLING,
        refused=refused,
    )
    return page, status


@life_room.route("/krossa-glaset", methods=["GET", "POST"])
@open_to(Holding(Right.ADMINISTER))
def glass(dialogue: str) -> Any:
    """An administrator's look at stories: why, for how long, and who saw."""
    found = dialogue_named(dialogue)
    form = GlassForm.of_request()
    refused, status = "", 200
    if request.method == "POST":
        try:
            if request.form.get("do") == "mend":
                breaking_glass.mend_glass(session(), found, by=signed_in())
            else:
                breaking_glass.break_glass(session(), found, form.reason.data or "", by=signed_in())
            return redirect(url_for("life.glass", dialogue=dialogue), 303)
        except Refusal as refusal:
            session().rollback()
            refused, status = refusal.sentence, 422
    page = render_template(
        "hosts/glass.html",
        dialogue=found,
        form=form,
        minutes=breaking_glass.MINUTES,
        broken=has_broken_glass(signed_in(), found),
        glass=breaking_glass.glass_of(session(), found),
        now=now(),
        refused=refused,
    )
    return page, status


def _houses() -> list[Organisation]:
    return list(session().scalars(select(Organisation).order_by(Organisation.name_sv)))
