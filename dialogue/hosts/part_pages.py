"""Who takes part in a dialogue: the page where a coordinator invites, and others see."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for

from dialogue.ground.access import open_to
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts import inviting, taking_part
from dialogue.hosts.house_forms import InviteForm, role_hints, role_names
from dialogue.hosts.house_models import StaffInvitation
from dialogue.hosts.house_pages import link_of
from dialogue.hosts.models import Dialogue, StaffRole
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in

parts = Blueprint("parts", __name__, url_prefix="/<language:language>/arbetsrum/<dialogue>")
INVITING = Holding(Right.PUBLISH)


@parts.get("/personer")
@open_to(Holding(Right.PUBLISH, Right.BUILD_SURVEY))
def show(dialogue: str) -> Any:
    """Who takes part, who has been invited, and who has accepted."""
    found = dialogue_named(dialogue)
    return _page(found, _form(found))


@parts.post("/personer")
@open_to(INVITING)
def invite(dialogue: str) -> Any:
    """Invite somebody to this one dialogue; the link is shown once."""
    found = dialogue_named(dialogue)
    form = _form(found)
    if not form.accepted():
        return _page(found, form, status=422)
    try:
        _made, secret = taking_part.invite_to(
            session(),
            found,
            form.email.data or "",
            StaffRole(form.role.data),
            by=signed_in(),
            name=form.name.data or "",
        )
    except Refusal as refusal:
        session().rollback()
        return _page(found, form, refusal.sentence, status=422)
    return _page(found, form, link=link_of(secret))


@parts.post("/personer/<uuid:invitation>/ta-tillbaka")
@open_to(INVITING)
def take_back(dialogue: str, invitation: uuid.UUID) -> Any:
    """End an invitation that has not been used."""
    found = dialogue_named(dialogue)
    asked = session().get(StaffInvitation, invitation)
    if asked is None or asked.dialogue_id != found.id:
        abort(404)
    try:
        taking_part.withdraw_from(session(), found, asked, by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return _page(found, _form(found), refusal.sentence, status=409)
    return redirect(url_for("parts.show", dialogue=dialogue), 303)


def _form(found: Dialogue) -> InviteForm:
    offered = taking_part.parts_to_give(found)
    form = InviteForm.of_request(role=StaffRole.FACILITATOR.value)
    form.offer(offered)
    return form


def _page(
    found: Dialogue, form: InviteForm, refused: str = "", link: str = "", status: int = 200
) -> Any:
    sent = taking_part.invitations_to(session(), found)
    page = render_template(
        "hosts/parts.html",
        dialogue=found,
        form=form,
        parts=taking_part.parts_in(session(), found),
        waiting=[each for each in sent if each.used_at is None],
        accepted=[each for each in sent if each.used_at is not None],
        roles=role_names(),
        hints=role_hints(),
        invites=may(signed_in(), Right.PUBLISH, found) and found.state not in taking_part.OVER,
        link=link,
        days=inviting.DAYS,
        now=now(),
        refused=refused,
    )
    return page, status
