"""The pages of those who look after an organisation: its rules, its look and its people."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import select

from dialogue.ground.access import open_to
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_text
from dialogue.hosts import breaking_glass, houses, inviting
from dialogue.hosts.house_forms import HouseForm, InviteForm, kind_names, role_hints, role_names
from dialogue.hosts.house_models import OrganisationLogo, StaffInvitation
from dialogue.hosts.models import Membership, Organisation, StaffRole, User
from dialogue.hosts.retention import keeping_ends, over_with_rule
from dialogue.hosts.rights import (
    Administering,
    RunningTheSystem,
    administers,
    organisation_named,
    runs_the_system,
    signed_in,
)

houses_room = Blueprint("houses", __name__, url_prefix="/<language:language>/organisationer")
LOOKING_AFTER = Administering()


@houses_room.get("/")
@open_to(LOOKING_AFTER)
def index() -> str:
    """The organisations that the reader looks after."""
    found = session().scalars(select(Organisation).order_by(Organisation.name_sv))
    user = signed_in()
    return render_template(
        "hosts/houses.html",
        organisations=[each for each in found if administers(user, each)],
        kinds=kind_names(),
        adds=runs_the_system(user),
    )


@houses_room.route("/ny", methods=["GET", "POST"])
@open_to(RunningTheSystem())
def new() -> Any:
    """A new organisation."""
    form = HouseForm.of_organisation(None)
    if request.method == "GET":
        return _house_page(form)
    if not form.accepted():
        return _house_page(form, status=422)
    try:
        made = houses.add_organisation(session(), form.house(), by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return _house_page(form, refused=refusal.sentence, status=422)
    return redirect(url_for("houses.show", organisation=made.slug), 303)


@houses_room.get("/<organisation>/")
@open_to(LOOKING_AFTER)
def show(organisation: str) -> Any:
    """What the organisation says about itself, its people, and who looked at stories."""
    return _show(organisation_named(organisation))


def _show(found: Organisation, refused: str = "", status: int = 200) -> Any:
    members = session().scalars(
        select(Membership)
        .join(User)
        .where(Membership.organisation_id == found.id)
        .order_by(User.name, User.email, Membership.role)
    )
    invitations = session().scalars(
        select(StaffInvitation)
        .where(StaffInvitation.organisation_id == found.id, StaffInvitation.used_at.is_(None))
        .order_by(StaffInvitation.made_at.desc(), StaffInvitation.id)
    )
    page = render_template(
        "hosts/house.html",
        house=found,
        endings=[
            (each, keeping_ends(session(), each)) for each in over_with_rule(session(), found)
        ],
        members=members.all(),
        invitations=[each for each in invitations if each.withdrawn_at is None],
        glass=breaking_glass.glass_in(session(), found),
        logo=session().get(OrganisationLogo, found.id),
        kinds=kind_names(),
        roles=role_names(),
        now=now(),
        refused=refused,
    )
    return page, status


@houses_room.route("/<organisation>/andra", methods=["GET", "POST"])
@open_to(LOOKING_AFTER)
def change(organisation: str) -> Any:
    """What the organisation says about itself."""
    found = organisation_named(organisation)
    form = HouseForm.of_organisation(found)
    if request.method == "GET":
        return _house_page(form, found)
    if not form.accepted():
        return _house_page(form, found, status=422)
    try:
        houses.change_organisation(session(), found, form.house(), by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return _house_page(form, found, refusal.sentence, 422)
    return redirect(url_for("houses.show", organisation=organisation), 303)


def _house_page(
    form: HouseForm, found: Organisation | None = None, refused: str = "", status: int = 200
) -> Any:
    page = render_template("hosts/house_form.html", form=form, house=found, refused=refused)
    return page, status


@houses_room.route("/<organisation>/utseende", methods=["GET", "POST"])
@open_to(LOOKING_AFTER)
def look(organisation: str) -> Any:
    """The organisation's colour and its logo."""
    found = organisation_named(organisation)
    colour, refused, status = found.accent, "", 200
    if request.method == "POST":
        colour = clean_text(request.form.get("accent"), 20)
        try:
            _change_look(found, request.form.get("do", ""), colour)
            return redirect(url_for("houses.look", organisation=organisation), 303)
        except Refusal as refusal:
            session().rollback()
            refused, status = refusal.sentence, 422
    page = render_template(
        "hosts/look.html",
        house=found,
        logo=session().get(OrganisationLogo, found.id),
        colour=colour,
        at_colour=request.form.get("do") == "colour",
        refused=refused,
    )
    return page, status


def _change_look(found: Organisation, what: str, colour: str) -> None:
    user = signed_in()
    if what == "colour":
        houses.lend_colour(session(), found, colour, by=user)
    elif what == "logo":
        file = request.files.get("logo")
        houses.hang_logo(session(), found, file.read() if file else b"", by=user)
    elif what == "take_down":
        houses.take_down_logo(session(), found, by=user)
    else:
        abort(400)


@houses_room.route("/<organisation>/bjud-in", methods=["GET", "POST"])
@open_to(LOOKING_AFTER)
def invite(organisation: str) -> Any:
    """Invite somebody; the link is shown once."""
    found = organisation_named(organisation)
    form = InviteForm.of_request(role=StaffRole.HOST.value)
    form.offer(tuple(StaffRole))
    link, refused, status = "", "", 200
    if request.method == "POST":
        status = 422
        if form.accepted():
            try:
                _made, secret = inviting.invite(
                    session(),
                    found,
                    form.email.data or "",
                    StaffRole(form.role.data),
                    by=signed_in(),
                    name=form.name.data or "",
                )
                link, status = link_of(secret), 200
            except Refusal as refusal:
                session().rollback()
                refused = refusal.sentence
    page = render_template(
        "hosts/invite.html",
        house=found,
        form=form,
        hints=role_hints(),
        link=link,
        days=inviting.DAYS,
        refused=refused,
    )
    return page, status


def link_of(secret: str) -> str:
    """The address that an invited person opens."""
    base: str = current_app.extensions["settings"].public_url
    return base + url_for("welcome.open_invitation", secret=secret)


@houses_room.post("/<organisation>/inbjudan/<uuid:invitation>/ta-tillbaka")
@open_to(LOOKING_AFTER)
def take_back(organisation: str, invitation: uuid.UUID) -> Any:
    """End an invitation that has not been used."""
    found = organisation_named(organisation)
    asked = session().get(StaffInvitation, invitation)
    if asked is None or asked.organisation_id != found.id:
        abort(404)
    try:
        inviting.take_back(session(), asked, by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return _show(found, refusal.sentence, 409)
    return redirect(url_for("houses.show", organisation=organisation), 303)


@houses_room.post("/<organisation>/person/<uuid:member>/avsluta")
@open_to(LOOKING_AFTER)
def end(organisation: str, member: uuid.UUID) -> Any:
    """Take somebody's part away."""
    found = organisation_named(organisation)
    membership = session().get(Membership, member)
    if membership is None or membership.organisation_id != found.id:
        abort(404)
    try:
        inviting.end_membership(session(), membership, by=signed_in())
    except Refusal as refusal:
        session().rollback()
        return _show(found, refusal.sentence, 409)
    return redirect(url_for("houses.show", organisation=organisation), 303)
