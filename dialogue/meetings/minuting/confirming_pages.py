"""Those who came say whether the minutes are right, with the code that they were given."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import wrong_token_sentence
from dialogue.meetings.arranging.codes import Door, meeting_behind
from dialogue.meetings.arranging.residents import (
    meetings,
    page,
    token_is_wrong,
    typed_text,
    wait_sentence,
    wrong_codes,
)
from dialogue.meetings.minuting.minutes import answer, out_now
from dialogue.meetings.models import Meeting, Minutes, Verdict
from dialogue.voices.receipts import new_answer_key, receipts


@meetings.get("/mote/protokoll")
@open_to(Access.ANYONE)
def confirming() -> Response:
    """The form that takes the code that those who came were given."""
    return page("meetings/minutes_code.html", typed="", fault="")


@meetings.post("/mote/protokoll")
@open_to(Access.ANYONE)
def confirmation() -> Response:
    """The minutes that wait for confirmation, and what one of those who came says of them."""
    typed = typed_text("code")
    caller = request.remote_addr or ""
    if wrong_codes.too_many(caller):
        return page("meetings/minutes_code.html", 429, typed=typed, fault=wait_sentence())
    if token_is_wrong():
        return page("meetings/minutes_code.html", 403, typed=typed, fault=wrong_token_sentence())
    meeting = meeting_behind(session(), Door.MINUTES, typed, receipts())
    if meeting is None or not meeting.is_public:
        wrong_codes.wrong(caller)
        unknown = _("No meeting has this code. Check it letter by letter.")
        return page("meetings/minutes_code.html", 404, typed=typed, fault=unknown)
    out = out_now(session(), meeting, today())
    if out is None:
        return page("meetings/minutes_none.html", meeting=meeting)
    return _confirmed(meeting, out, typed)


def _confirmed(meeting: Meeting, out: Minutes, typed: str) -> Response:
    verdict, text = request.form.get("verdict", ""), typed_text("text")
    shown: dict[str, Any] = {"meeting": meeting, "minutes": out, "typed": typed}
    if request.form.get("go") != "say":
        shown |= {"key": new_answer_key(), "verdict": "", "text": ""}
        return page("meetings/minutes_confirm.html", **shown)
    shown |= {"verdict": verdict, "text": text, "key": request.form.get("key", "")}
    if verdict not in list(Verdict):
        shown["faults"] = [("verdict", _("Say whether the minutes are right."))]
        return page("meetings/minutes_confirm.html", 422, **shown)
    if request.form.get("number") != str(out.number):
        newer = _("The minutes have been changed since you opened them. Read them once more.")
        return page("meetings/minutes_confirm.html", 409, **shown, faults=[(None, newer)])
    try:
        answer(
            session(), out, Verdict(verdict), text,
            key=shown["key"], receipts=receipts(), on=today(),
        )  # fmt: skip
    except Refusal as refusal:
        session().rollback()
        shown["faults"] = [("text", refusal.sentence)]
        return page("meetings/minutes_confirm.html", 422, **shown)
    return page("meetings/minutes_thanks.html", meeting=meeting, verdict=verdict)
