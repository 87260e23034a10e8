"""The pages of a live room: the door, the phone, what one writes, and the big screen.

No account and no cookie: a phone's seat stands in its address. Everything works without scripts;
a page without them looks again by itself and is answered with 304 when nothing has changed.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import segno
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from dialogue.ground.access import Access, open_to
from dialogue.ground.charts import modules_path
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form
from dialogue.ground.i18n import current_language
from dialogue.ground.throttle import Throttle
from dialogue.meetings.live.known import KnownRoom, forget_room, known_room, seats_of
from dialogue.meetings.live.models import LiveRoom, RoomState, SayingKind
from dialogue.meetings.live.rooms import (
    CODE_LENGTH,
    LETTERS,
    LONGEST,
    TakenBack,
    propose,
    room_of,
)
from dialogue.meetings.live.voting import CHOICES, cast, votes_of
from dialogue.meetings.live.withdrawing import withdraw_saying
from dialogue.meetings.models import Meeting
from dialogue.voices.receipts import KEY, new_answer_key, receipts

live = Blueprint("live", __name__, url_prefix="/<language:language>/rum")

MOST_SAYINGS = Throttle(most=8, seconds=60)
"""How much one seat may send in a minute."""


@open_to(Access.ANYONE)
def short(code: str = "") -> Any:
    """The address on the screen, without a language: leads to the door in one's own."""
    way = url_for("live.door", code=code) if code else url_for("live.find")
    response = redirect(way, 302)
    response.headers["Vary"] = "Accept-Language"
    return response


@live.get("/")
@open_to(Access.ANYONE)
def find() -> Any:
    """The form that takes a room's code."""
    typed = request.args.get("kod")
    if typed is None:
        return render_template("live/find.html", code="", faults=[])
    code = normal(typed)
    if len(code) == CODE_LENGTH and known_room(session(), code):
        return redirect(url_for("live.door", code=code), 303)
    sentence = _("No room has this code. Look at the screen once more.")
    page = render_template("live/find.html", code=typed[:20], faults=[("kod", sentence)])
    return page, 404


@live.get("/<code>")
@open_to(Access.ANYONE)
def door(code: str) -> Any:
    """What the room is, before one goes in. Every look at it offers a seat of its own."""
    room = room_behind(code)
    if normal(code) != code:
        return redirect(url_for("live.door", code=room.code), 303)
    return render_template("live/door.html", room=room, seat=seats_of(room.id).new())


@live.get("/<code>/<seat>")
@open_to(Access.ANYONE)
def here(code: str, seat: str) -> Any:
    """The room on somebody's own phone."""
    room, voter = _seated(code, seat)
    mine = votes_of(session(), voter)
    again = request.args.get("om", "")
    waiting = [each for each in room.statements if each.id not in mine and not each.taken_up]
    chosen = next((each for each in room.statements if str(each.id) == again), None)
    page = render_template(
        "live/here.html",
        room=room,
        seat=seat,
        mine=mine,
        asked=(chosen or (waiting[0] if waiting else None)) if room.takes_words else None,
        left=len(waiting),
        still=_still(),
    )
    votes = sorted(f"{key}{choice}" for key, choice in mine.items())
    return _quiet(page, (room.mark, again, *votes)) if _still() else page


@live.post("/<code>/<seat>")
@open_to(Access.ANYONE)
def vote(code: str, seat: str) -> Any:
    """One press on a phone: kept once, however often it is sent."""
    room, voter = _seated(code, seat)
    if not room.takes_words:
        return _not_now(room, seat)
    saying = room.saying(_key(request.form.get("saying", "")) or uuid.UUID(int=0))
    if saying is None:
        return redirect(url_for("live.here", code=code, seat=seat), 303)
    choice = request.form.get("choice", "")
    if choice not in [str(each) for each in CHOICES[saying.kind]]:
        abort(422)
    try:
        cast(session(), voter, saying.id, int(choice))
    except IntegrityError:  # taken back since the room was last looked at
        session().rollback()
        forget_room(room.code)
    return redirect(url_for("live.here", code=code, seat=seat, lugn=_still()), 303)


@live.get("/<code>/<seat>/skriv")
@open_to(Access.ANYONE)
def write(code: str, seat: str) -> Any:
    """The form for a statement or a question."""
    room, _voter = _seated(code, seat)
    return _form(room, seat, {}, [])


@live.post("/<code>/<seat>/skriv")
@open_to(Access.ANYONE)
def written(code: str, seat: str) -> Any:
    """Take in what somebody wrote, or take it back."""
    room, _voter = _seated(code, seat)
    form = clean_form(request.form).to_dict()
    key = form.get("key", "")
    if form.get("go") == "undo":
        gone = KEY.fullmatch(key) is not None and withdraw_saying(
            session(), session().get_one(LiveRoom, room.id), key, receipts()
        )
        forget_room(room.code)
        return _private("live/undone.html", room=room, seat=seat, gone=gone)
    kind = form.get("kind", "")
    if kind not in list(SayingKind):
        return _form(room, seat, form, [("kind", _("Choose statement or question."))], 422)
    if MOST_SAYINGS.too_many(seat):
        sentence = _("You have sent much in a short time. Wait a minute and send again.")
        return _form(room, seat, form, [("text", sentence)], 429)
    try:
        saying, receipt = propose(
            session(),
            session().get_one(LiveRoom, room.id),
            kind=SayingKind(kind),
            text=form.get("text", ""),
            lang=current_language(),
            key=key,
            receipts=receipts(),
            quotable=form.get("quote") == "yes",
        )
    except Refusal as refusal:
        if isinstance(refusal, TakenBack):
            form["key"] = new_answer_key()
        return _form(room, seat, form, [("text", refusal.sentence)], 422)
    MOST_SAYINGS.wrong(seat)
    return _private("live/sent.html", room=room, seat=seat, saying=saying, receipt=receipt, key=key)


@live.get("/<code>/lage")
@open_to(Access.ANYONE)
def standing(code: str) -> Response:
    """What phones and screens ask every few seconds: has anything changed?"""
    room = room_behind(code)
    response = jsonify(mark=room.mark)
    response.set_etag(room.mark)
    response.make_conditional(request)
    return response


@live.get("/<code>/skarm")
@open_to(Access.ANYONE)
def screen(code: str) -> Any:
    """The big screen: the way in, what is being voted on, and what the room has said."""
    room = room_behind(code)
    way = f"{public_url()}{url_for('live_short', code=room.code)}"
    page = render_template(
        "live/screen.html",
        room=room,
        still=_still(),
        way=way,
        shown_way=f"{public_url()}{url_for('live_short')}".partition("://")[2],
        qr=modules_path(segno.make(way, error="m").matrix),
    )
    return _quiet(page, (room.mark,)) if _still() else page


def room_code(meeting: Meeting) -> str:
    """The code of a meeting's room that takes part in it now; nothing when there is none."""
    room = room_of(session(), meeting)
    return room.code if room and room.state != RoomState.CLOSED else ""


def room_behind(code: str) -> KnownRoom:
    """The room that a code opens, or 404."""
    return known_room(session(), normal(code)) or abort(404)


def normal(code: str) -> str:
    """A code as it is kept, of what somebody typed."""
    return "".join(each for each in code[:40].upper() if each in LETTERS)


def public_url() -> str:
    """The address that people type, as the installation knows it."""
    return str(current_app.extensions["settings"].public_url)


def _seated(code: str, seat: str) -> tuple[KnownRoom, bytes]:
    """The room and the voter behind a seat; a seat that the room did not give is no page."""
    room = room_behind(code)
    voter = seats_of(room.id).voter(seat)
    return room, voter if voter is not None else abort(404)


def _not_now(room: KnownRoom, seat: str) -> Any:
    closed = room.state == RoomState.CLOSED
    sentence = _("The room is closed.") if closed else _("The room rests. Votes are not taken now.")
    return _private("live/resting.html", 409, room=room, seat=seat, sentence=sentence)


def _form(
    room: KnownRoom, seat: str, form: dict[str, str], faults: list[Any], status: int = 200
) -> Response:
    key = form.get("key", "")
    return _private(
        "live/write.html",
        status,
        room=room,
        seat=seat,
        form_values=form,
        faults=faults,
        most=LONGEST,
        key=key if KEY.fullmatch(key) else new_answer_key(),
    )


def _still() -> int | None:
    """For a page without scripts: 1 looks again by itself, 2 does not. None for any other."""
    return {"1": 1, "2": 2}.get(request.values.get("lugn", ""))


def _private(template: str, status: int = 200, **values: Any) -> Response:
    g.private = True
    return make_response(render_template(template, **values), status)


def _quiet(page: str, marks: tuple[str, ...]) -> Response:
    """A page without scripts that is fetched again only when it has changed."""
    response = make_response(page)
    body = "\n".join((current_language(), *marks))
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
