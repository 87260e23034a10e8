"""The forms about organisations and their people."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from dialogue.ground.forms import StaffForm, offered
from dialogue.ground.localized import Localized
from dialogue.hosts.houses import House
from dialogue.hosts.models import Organisation, OrganisationKind, StaffRole

LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}


def kind_names() -> dict[str, str]:
    """What a kind of organisation is called."""
    return {
        "region": _("Region"),
        "municipality": _("Municipality"),
        "patient_organisation": _("Patient organisation"),
        "civil_society": _("Civil society"),
        "joint_body": _("Joint body"),
    }


def role_names() -> dict[str, str]:
    """What a part is called."""
    return {
        "coordinator": _("Coordinator"),
        "host": _("Host"),
        "facilitator": _("Facilitator"),
        "responder": _("Responder"),
        "reviewer": _("Second reader"),
        "administrator": _("Administrator"),
    }


def role_hints() -> dict[str, str]:
    """What a part lets somebody do, in a sentence."""
    return {
        "coordinator": _("Begins dialogues, reads, signs and publishes."),
        "host": _("Holds the dialogues of this organisation: questions, meetings, first reading."),
        "facilitator": _("Leads conversations and writes down what is said."),
        "responder": _("Answers what residents said, on behalf of this organisation."),
        "reviewer": _("Reads a sample and signs themes as the second person."),
        "administrator": _("Looks after people, look and rules. Cannot read stories."),
    }


class HouseForm(StaffForm):
    """What an organisation says about itself."""

    kind = SelectField(lazy_gettext("Kind of organisation"))
    name_sv = StringField(lazy_gettext("Name in Swedish"), [Length(max=200)])
    name_en = StringField(lazy_gettext("Name in English"), [Length(max=200)])
    about_sv = TextAreaField(lazy_gettext("About the organisation, in Swedish"), [Length(max=600)])
    about_en = TextAreaField(lazy_gettext("About the organisation, in English"), [Length(max=600)])
    controller = StringField(lazy_gettext("Who answers for personal data"), [Length(max=300)])
    accessibility_contact = StringField(
        lazy_gettext("Whom to tell when something is hard to use"), [Length(max=300)]
    )
    languages = SelectMultipleField(
        lazy_gettext("Languages"), choices=offered(LANGUAGE_NAMES.items())
    )
    retention = StringField(lazy_gettext("The decision that keeping rests on"), [Length(max=300)])
    retention_months = IntegerField(lazy_gettext("Months that stories are kept"), [Optional()])

    @classmethod
    def of_organisation(cls, organisation: Organisation | None) -> HouseForm:
        """The form, filled with what the organisation says already."""
        values = {}
        if organisation is not None:
            names = (
                "kind", "name_sv", "name_en", "about_sv", "about_en", "controller",
                "accessibility_contact", "retention", "retention_months",
            )  # fmt: skip
            values = {name: getattr(organisation, name) for name in names}
        chosen = list(organisation.languages) if organisation else []
        form = cls.of_request(**values, languages=chosen or list(LANGUAGE_NAMES))
        form.kind.choices = offered(kind_names().items())
        return form

    def house(self) -> House:
        return House(
            name=Localized(self.name_sv.data or "", self.name_en.data or ""),
            about=Localized(self.about_sv.data or "", self.about_en.data or ""),
            kind=OrganisationKind(self.kind.data),
            controller=self.controller.data or "",
            accessibility_contact=self.accessibility_contact.data or "",
            languages=tuple(self.languages.data or ()),
            retention=self.retention.data or "",
            retention_months=self.retention_months.data,
        )


class InviteForm(StaffForm):
    """Whom to invite, and to what."""

    email = StringField(lazy_gettext("E-mail address"), [Length(max=255)])
    name = StringField(lazy_gettext("Name"), [Length(max=200)])
    role = SelectField(lazy_gettext("Part"))

    def offer(self, roles: tuple[StaffRole, ...]) -> None:
        """Let the form choose among these parts."""
        names = role_names()
        self.role.choices = offered((role.value, names[role]) for role in roles)


class WelcomeForm(StaffForm):
    """What an invited person sets: a name and a password."""

    name = StringField(lazy_gettext("Your name"), [Length(max=200)])
    password = PasswordField(lazy_gettext("Choose a password"), [Length(max=200)])
    rules = BooleanField(
        lazy_gettext("I keep what I read to myself, and never look for who told it")
    )


class GlassForm(StaffForm):
    """Why somebody must read what is not theirs."""

    reason = TextAreaField(lazy_gettext("Why you must read"), [Length(max=600)])
