"""What the residents' pages of meetings stand on: their address, their token, no cookie."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext as _

from dialogue.ground.db import session
from dialogue.ground.forms import clean_text, seal, unseal
from dialogue.ground.throttle import Throttle
from dialogue.hosts.rights import dialogue_named
from dialogue.meetings.arranging import telling
from dialogue.meetings.arranging.planning import meeting_named
from dialogue.meetings.models import Meeting

meetings = Blueprint("meetings", __name__, url_prefix="/<language:language>")
PURPOSE = "meeting form"
wrong_codes = Throttle(most=20, seconds=60)
for _words in (
    telling.when_words,
    telling.moment_words,
    telling.format_words,
    telling.access_words,
    telling.state_words,
):
    meetings.app_template_global()(_words)


def public_meeting(dialogue: str, slug: str) -> Meeting:
    """A meeting that everybody may see, or 404."""
    meeting = meeting_named(session(), dialogue_named(dialogue), slug)
    if meeting is None or not meeting.is_public:
        abort(404)
    return meeting


def wait_sentence() -> str:
    """What is said to somebody who guesses codes."""
    return str(_("Too many codes were wrong. Wait a minute and try again."))


def typed_text(name: str) -> str:
    """A field of the form that was sent, cleaned."""
    return clean_text(request.form.get(name, ""), 4000)


def token_is_wrong() -> bool:
    """Whether the form was not one of ours."""
    return unseal(PURPOSE, request.form.get("token", ""), (_secret(),)) is None


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that no cache keeps, with the token of its form."""
    g.private = True
    token = seal(PURPOSE, "form", _secret())
    return make_response(render_template(template, token=token, **values), status)


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)
