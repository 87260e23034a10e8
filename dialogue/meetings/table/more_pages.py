"""More at the tables: pictures of sticky notes, the room's order of themes, and the door."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.forms import clean_form, clean_text
from dialogue.meetings.arranging.registering import check_in
from dialogue.meetings.table.door import ROOM, AtTable, here, table, way_in
from dialogue.meetings.table.frame import shown, table_called, the_one
from dialogue.meetings.table.ordering import add_theme, give_dots, move, remove, themes_of
from dialogue.meetings.table.photos import (
    LARGEST_FILE,
    keep_photo,
    photo_of,
    photos_of,
    remove_photo,
)
from dialogue.voices.receipts import receipts

AT_TABLE = AtTable()
FORM_ALLOWANCE = 20_000


@table.url_value_preprocessor
def _room_for_a_picture(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A picture may be larger than an ordinary form."""
    if endpoint == "table.photo_taken":
        request.max_content_length = LARGEST_FILE + FORM_ALLOWANCE


@table.get(f"{ROOM}/bilder")
@open_to(AT_TABLE)
def photos(key: uuid.UUID, ticket: str) -> Any:
    """The pictures of sticky notes."""
    return _photos({})


@table.post(f"{ROOM}/bilder")
@open_to(AT_TABLE)
def photo_taken(key: uuid.UUID, ticket: str) -> Any:
    """Keep a picture, or take one away."""
    form = clean_form(request.form).to_dict()
    verb, _dot, subject = form.get("go", "").partition(".")
    try:
        if verb == "remove":
            gone = _("The picture is gone.")
            remove_photo(session(), the_one(partial(photo_of, session()), subject, gone))
        else:
            file = request.files.get("picture")
            if file is None or not file.filename:
                raise Refusal(_("Choose a table and a picture."))
            at = table_called(form.get("table", ""))
            alt = clean_text(form.get("alt"), 1000)
            keep_photo(session(), here(), at, file.stream.read(LARGEST_FILE + 1), alt)
    except Refusal as refusal:
        session().rollback()
        return _photos(form, refusal.sentence)
    return redirect(url_for("table.photos", **way_in(here())), 303)


@table.get(f"{ROOM}/bilder/<uuid:photo>")
@open_to(AT_TABLE)
def photo(key: uuid.UUID, ticket: str, photo: uuid.UUID) -> Response:
    """One picture."""
    found = photo_of(session(), here(), photo) or abort(404)
    return Response(found.picture, mimetype="image/jpeg")


@table.get(f"{ROOM}/ordning")
@open_to(AT_TABLE)
def order(key: uuid.UUID, ticket: str) -> Any:
    """The themes, in the room's order."""
    return _order()


@table.post(f"{ROOM}/ordning")
@open_to(AT_TABLE)
def ordered(key: uuid.UUID, ticket: str) -> Any:
    """One press: add, dots, up, down or away."""
    form = clean_form(request.form).to_dict()
    try:
        _put_in_order(form)
    except Refusal as refusal:
        session().rollback()
        return _order(refusal.sentence, form.get("words", ""))
    return redirect(url_for("table.order", **way_in(here())), 303)


@table.get(f"{ROOM}/dorr")
@open_to(AT_TABLE)
def checking(key: uuid.UUID, ticket: str) -> Any:
    """The form at the door that takes the code of a registration. It shows no names."""
    return _door()


@table.post(f"{ROOM}/dorr")
@open_to(AT_TABLE)
def checked(key: uuid.UUID, ticket: str) -> Any:
    """Those behind a code have come; only how many they are is shown."""
    try:
        found = check_in(session(), here(), request.form.get("code", "")[:80], receipts())
    except Refusal as refusal:
        session().rollback()
        return _door(refusal.sentence)
    return _door(seats=found.seats)


def _put_in_order(form: dict[str, str]) -> None:
    themes = {str(each.id): each for each in themes_of(session(), here())}
    if form.get("words"):
        add_theme(session(), here(), form["words"])
        return
    if "move" in form:
        subject, _colon, way = form["move"].partition(":")
        if subject not in themes or way not in ("up", "down"):
            raise Refusal(_("That theme is not on the list any more."))
        move(session(), here(), themes[subject].id, -1 if way == "up" else 1)
    elif form.get("remove") in themes:
        remove(session(), here(), themes[form["remove"]].id)
    elif form.get("go") == "dots":
        for subject, theme in themes.items():
            dots = form.get(f"dots.{subject}", str(theme.dots))
            number = int(dots) if dots.isascii() and dots.isdecimal() and len(dots) < 5 else -1
            if number != theme.dots:
                give_dots(session(), here(), theme.id, number)
    else:
        raise Refusal(_("Write the theme in a few words."))


def _photos(given: dict[str, str], fault: str = "") -> Any:
    return shown(
        "table_photos.html",
        fault,
        "picture",
        given=given,
        photos=photos_of(session(), here()),
        names={each.id: each.name for each in here().tables},
    )


def _order(fault: str = "", words: str = "") -> Any:
    return shown(
        "table_order.html", fault, "words", words=words, themes=themes_of(session(), here())
    )


def _door(fault: str = "", seats: int = 0) -> Any:
    return shown("table_check_in.html", fault, "code-field", seats=seats)
