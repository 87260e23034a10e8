"""Where those who took part say whether the texts are right: by receipt, or in a meeting.

Nobody signs in, nothing is kept in the browser, and no script is needed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
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
from sqlalchemy import select

from dialogue.followup import confirming, heard, round_words, rounds  # noqa: F401
from dialogue.followup.receipts import gone_or_unknown, receipts_pages, sealed_page, with_code
from dialogue.followup.round_models import (
    Channel,
    ConfirmationLink,
    ConfirmationRound,
    Verdict,
)
from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text, seal, unseal, wrong_token_sentence
from dialogue.ground.i18n import current_language
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import dialogue_named
from dialogue.voices.models import Contribution
from dialogue.voices.receipts import receipts

meetings = Blueprint(
    "confirming", __name__, url_prefix="/<language:language>/dialog/<dialogue>/stammer-det"
)

PURPOSE = "confirmation form"
Said = dict[str, tuple[Verdict | None, str]]


def voice_of(kind: str, key: str) -> bytes:
    """The keyed hash under which one voice says something, so that it can change its mind."""
    return receipts().voice_hash_of(kind, key)


def said_in(round_: ConfirmationRound, form: Mapping[str, str]) -> Said:
    """What a form says of each text: a verdict, or None, and words."""
    found: Said = {}
    for about in heard.texts_in(round_):
        given = form.get(f"v-{about}", "")
        verdict = Verdict(given) if given in list(Verdict) else None
        words = clean_text(form.get(f"w-{about}"), confirming.LONGEST_WORDS + 1)
        found[about] = (verdict, words)
    return found


def faults_in(said: Said) -> list[tuple[str, str]]:
    """What is wrong with a form, by the id of the control."""
    found = []
    for about, (verdict, words) in said.items():
        if verdict is None and words:
            found.append((f"v-{about}", _("Choose what you mean. What you wrote is kept.")))
        if len(words) > confirming.LONGEST_WORDS:
            found.append((
                f"w-{about}",
                _("Write at most %(num)d characters.", num=confirming.LONGEST_WORDS),
            ))  # fmt: skip
    if not any(verdict for verdict, _words in said.values()) and not found:
        first = next(iter(said))
        found.append((f"v-{first}", _("Say something of at least one text.")))
    return found


@receipts_pages.post("/kanner-du-igen-dig", endpoint="confirm")
@open_to(Access.ANYONE)
@with_code
def with_receipt(code: str) -> Response:
    """The texts, for somebody with a receipt code; keeps what they say of them."""
    same = Contribution.receipt_hash == receipts().hash_of(code)
    found = session().scalars(select(Contribution).where(same)).first()
    if found is None:
        return gone_or_unknown(code)
    dialogue = session().get_one(Dialogue, found.dialogue_id)
    held = rounds.open_round(session(), dialogue)
    values = {"dialogue": dialogue, "code": code, "by_code": True}
    if held is None:
        return _closed(sealed_page, dialogue, values)
    voice = voice_of("receipt", found.receipt_hash.hex())
    mine = heard.place_of(session(), held, [story.id for story in found.stories])

    def keep(said: Said) -> None:
        confirming.say(
            session(), held, said, voice=voice, channel=Channel.RECEIPT,
            lang=current_language(), contribution=found,
        )  # fmt: skip

    return _answer(sealed_page, held, voice, keep, values | {"mine": mine})


@meetings.get("/<token>")
@open_to(Access.ANYONE)
def meeting(dialogue: str, token: str) -> Response:
    """The texts, for somebody in a meeting."""
    found, link, held = _link(dialogue, token)
    values = {"dialogue": found, "by_code": False, "link": link, "mine": set()}
    page = _sealed_with(f"{link.token} {secrets.token_urlsafe(24)}")
    if not held.is_open(today()):
        return _closed(page, found, values)
    if confirming.is_full(session(), link):
        return _full(page, values)
    return _form(page, held, {}, [], values)


@meetings.post("/<token>", endpoint="said")
@open_to(Access.ANYONE)
def said_in_meeting(dialogue: str, token: str) -> Response:
    """Keep what somebody in a meeting says. The same form sent again changes it."""
    found, link, held = _link(dialogue, token)
    values = {"dialogue": found, "by_code": False, "link": link, "mine": set()}
    sealed = unseal(PURPOSE, request.form.get("token", ""), (_secret(),)) or ""
    name, _space, key = sealed.partition(" ")
    if name != link.token or len(key) < 22:
        page = _sealed_with(f"{link.token} {secrets.token_urlsafe(24)}")
        given = said_in(held, request.form)
        return _form(page, held, given, [("form", wrong_token_sentence())], values, 403)
    page = _sealed_with(sealed)
    if not held.is_open(today()):
        return _closed(page, found, values)
    voice = voice_of("meeting", key)

    def keep(said: Said) -> None:
        confirming.say(
            session(), held, said, voice=voice, channel=Channel.MEETING,
            lang=current_language(), link=link,
        )  # fmt: skip

    return _answer(page, held, voice, keep, values)


def _answer(
    page: Any, held: ConfirmationRound, voice: bytes, keep: Any, values: dict[str, Any]
) -> Response:
    """The form, filled in with what the voice said; or what was kept of it."""
    if request.form.get("go") != "send":
        before = confirming.says_of(session(), held, voice)
        given = {about: (each.verdict, each.words) for about, each in before.items()}
        return _form(page, held, given, [], values)
    said = said_in(held, request.form)
    faults = faults_in(said)
    if faults:
        return _form(page, held, said, faults, values, 422)
    try:
        keep(said)
    except confirming.MeetingFull:
        session().rollback()
        return _full(page, values)
    except Refusal:
        session().rollback()
        return _closed(page, values["dialogue"], values)
    return _made(page, "confirming/kept.html", held=held, **values)


def _form(
    page: Any,
    held: ConfirmationRound,
    given: Mapping[str, tuple[Verdict | None, str]],
    faults: list[tuple[str, str]],
    values: dict[str, Any],
    status: int = 200,
) -> Response:
    themes = list(held.snapshot.get("themes", ()))
    themes.sort(key=lambda theme: theme["key"] not in values["mine"])
    return _made(
        page, "confirming/form.html", status, held=held, themes=themes, given=dict(given),
        faults=faults, shown_words=heard.words_of(session(), held),
        longest=confirming.LONGEST_WORDS, **values,
    )  # fmt: skip


def _closed(page: Any, dialogue: Dialogue, values: dict[str, Any]) -> Response:
    """Nobody can say anything now; what was written is given back."""
    return _made(page, "confirming/closed.html", _refused(), **values, written=_written())


def _full(page: Any, values: dict[str, Any]) -> Response:
    """Nobody more can say anything by a meeting's address; what was written is given back."""
    return _made(page, "confirming/full.html", _refused(), **values, written=_written())


def _written() -> list[str]:
    """The words that were sent."""
    return [
        words
        for name, text in request.form.items()
        if name.startswith("w-") and (words := clean_text(text, confirming.LONGEST_WORDS))
    ]


def _refused() -> int:
    return 409 if request.form.get("go") == "send" else 200


def _made(page: Any, template: str, status: int = 200, **values: Any) -> Response:
    made: Response = page(template, status, **values)
    return made


def _link(slug: str, token: str) -> tuple[Dialogue, ConfirmationLink, ConfirmationRound]:
    """The dialogue, the meeting and the round of an address, or 404."""
    found = dialogue_named(slug)
    link = (
        session()
        .scalars(select(ConfirmationLink).where(ConfirmationLink.token == token[:40]))
        .first()
    )
    held = session().get(ConfirmationRound, link.round_id) if link else None
    if link is None or held is None or held.dialogue_id != found.id or not found.is_public:
        abort(404)
    return found, link, held


def _sealed_with(value: str) -> Any:
    """Makes pages whose form carries ``value``, sealed."""

    def page(template: str, status: int = 200, **values: Any) -> Response:
        g.private = True
        token = seal(PURPOSE, value, _secret())
        return make_response(render_template(template, token=token, **values), status)

    return page


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)
