"""What the pages at the tables share: their frame, and finding what a press names."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, make_response, render_template
from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.meetings.models import Meeting, MeetingTable
from dialogue.meetings.table.door import here, way_in

Found = TypeVar("Found")


def shown(
    template: str, fault: str = "", field: str | None = None, status: int = 422, **values: Any
) -> Response:
    """A page of the meeting; with a sentence about ``field`` when something was refused."""
    page = render_template(
        f"meetings/{template}",
        meeting=here(),
        way=way_in(here()),
        faults=[(field, fault)] if fault else [],
        **values,
    )
    return make_response(page, status if fault else 200)


def table_called(key: str) -> MeetingTable:
    """The meeting's table with this key.

    Raises:
        Refusal: when it has none.
    """
    found = next((each for each in here().tables if str(each.id) == key), None)
    if found is None:
        raise Refusal(_("Choose the table."))
    return found


def the_one(find: Callable[[Meeting, uuid.UUID], Found | None], key: str, gone: str) -> Found:
    """What a press names by its key.

    Raises:
        Refusal: saying ``gone``, when the key is none or nothing of this meeting has it.
    """
    try:
        found = find(here(), uuid.UUID(key))
    except ValueError:
        found = None
    if found is None:
        raise Refusal(gone)
    return found
