"""The form in which a meeting is planned: Swedish clock times in, UTC out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional, ValidationError

from dialogue.ground.clock import HERE, local
from dialogue.ground.forms import StaffForm, offered
from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.meetings.arranging.planning import ACCESS, TEXTS, Plan
from dialogue.meetings.arranging.telling import access_words, format_words
from dialogue.meetings.models import Meeting, MeetingFormat


class PlanForm(StaffForm):
    """Everything that is decided about a meeting before it is held."""

    format = RadioField(lazy_gettext("How do you meet?"))
    title_sv = StringField(lazy_gettext("Name, in Swedish"))
    title_en = StringField(lazy_gettext("Name, in English"))
    day = DateField(lazy_gettext("Day"), validators=[InputRequired()])
    begins = TimeField(lazy_gettext("Begins"), validators=[InputRequired()])
    ends = TimeField(lazy_gettext("Ends"), validators=[InputRequired()])
    about_sv = TextAreaField(lazy_gettext("What it is about, in Swedish"))
    about_en = TextAreaField(lazy_gettext("What it is about, in English"))
    place_sv = StringField(lazy_gettext("House and address, in Swedish"))
    place_en = StringField(lazy_gettext("House and address, in English"))
    area = StringField(lazy_gettext("Municipality or part"))
    way_sv = TextAreaField(lazy_gettext("How to get there, in Swedish"))
    way_en = TextAreaField(lazy_gettext("How to get there, in English"))
    access = SelectMultipleField(lazy_gettext("So that everybody can come"))
    access_sv = TextAreaField(lazy_gettext("More about this, in Swedish"))
    access_en = TextAreaField(lazy_gettext("More about this, in English"))
    link = StringField(lazy_gettext("Link for those at a distance"))
    phone = StringField(lazy_gettext("Telephone number to call"))
    registers = BooleanField(lazy_gettext("People register before they come"))
    capacity = IntegerField(lazy_gettext("Number of places"), validators=[Optional()])
    last_day = DateField(lazy_gettext("Last day to register"), validators=[Optional()])
    forget_after = IntegerField(
        lazy_gettext("Days until registrations are deleted"), validators=[InputRequired()]
    )
    margin_before = IntegerField(
        lazy_gettext("Minutes that the tables open before"), validators=[InputRequired()]
    )
    margin_after = IntegerField(
        lazy_gettext("Minutes that the tables stay open after"), validators=[InputRequired()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format.choices = offered((str(each), format_words(each)) for each in MeetingFormat)
        self.access.choices = offered((name, access_words(name)) for name in ACCESS)

    @property
    def plan(self) -> Plan:
        """What the form says, once it was accepted."""
        day: date = self.day.data
        last: date | None = self.last_day.data
        return Plan(
            format=MeetingFormat(self.format.data),
            texts={name: self._said(name) for name in TEXTS},
            starts_at=at_here(day, self.begins.data),
            ends_at=at_here(day, self.ends.data),
            area=(self.area.data or "")[:80],
            access=self.access.data or (),
            link=(self.link.data or "")[:500],
            phone=(self.phone.data or "")[:40],
            registers=self.registers.data,
            capacity=self.capacity.data,
            registers_until=at_here(last, time(23, 59)) if last and last < day else None,
            forget_after=self.forget_after.data,
            margin_before=self.margin_before.data,
            margin_after=self.margin_after.data,
        )

    def _said(self, name: str) -> Localized:
        longest = 200 if name in ("title", "place") else 2000
        return Localized(*((self[f"{name}_{each}"].data or "")[:longest] for each in LANGUAGES))

    def validate_day(self, field: DateField) -> None:
        """A day that somebody may plan for."""
        if field.data is not None and not 2000 <= field.data.year < 2200:
            raise ValidationError(gettext("Write a day of this century."))

    def validate_last_day(self, field: DateField) -> None:
        """As the day of the meeting."""
        self.validate_day(field)


def values_of(meeting: Meeting | None) -> dict[str, Any]:
    """What stands in the form before anybody writes in it."""
    if meeting is None:
        return {
            "format": "physical", "begins": time(18), "ends": time(20), "registers": True,
            "forget_after": 14, "margin_before": 60, "margin_after": 180,
        }  # fmt: skip
    first, last = local(meeting.starts_at), local(meeting.ends_at)
    values: dict[str, Any] = {
        f"{name}_{language}": getattr(meeting.said(name), language)
        for name in TEXTS
        for language in LANGUAGES
    }
    until = meeting.registers_until
    return values | {
        "day": first.date(),
        "begins": first.time(),
        "ends": last.time(),
        "last_day": local(until).date() if until else None,
    } | {
        name: getattr(meeting, name)
        for name in (
            "format", "area", "access", "link", "phone", "registers", "capacity",
            "forget_after", "margin_before", "margin_after",
        )
    }  # fmt: skip


def at_here(day: date, at: time) -> datetime:
    """A day and a time in Sweden, as the database keeps it."""
    here = datetime.combine(day, at.replace(tzinfo=None), HERE)
    return here.astimezone(UTC).replace(tzinfo=None)
