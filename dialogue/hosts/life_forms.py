"""The forms about a dialogue's ground, its messages and its outcome."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from dialogue.ground.forms import StaffForm, offered
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import Localized
from dialogue.hosts.life_models import DialogueMessage, Moment
from dialogue.hosts.models import Dialogue, Kept, Organisation, PromiseLevel, ReleaseRule
from dialogue.hosts.promising import WORDS, Ground
from dialogue.hosts.shapes import shapes

LONGEST_TEXT = 1_000


def promise_names() -> dict[str, str]:
    """How much residents' words weigh, from the least to the most."""
    return {
        "listen": _("We listen: your words are read before somebody else decides"),
        "shape": _("You shape: your words change the proposal, and we show how"),
        "together": _("Together: we work out the proposal with you"),
        "decide": _("You decide: what you choose is what we do"),
    }


def release_names() -> dict[str, str]:
    """What passes from the host to the organisation that asks."""
    return {
        "themes_only": _("Only themes and the quotes that are published"),
        "redacted_stories": _("Each story, when the host has read it and let it through"),
        "all": _("Every story as it comes"),
    }


def kept_names() -> dict[str, str]:
    """How a promise ended."""
    return {
        "kept": _("Kept"),
        "late": _("Kept, but late"),
        "partly": _("Kept in part"),
        "broken": _("Not kept"),
    }


def _text(label: Any) -> TextAreaField:
    return TextAreaField(label, [Length(max=LONGEST_TEXT)])


SWEDISH, ENGLISH = lazy_gettext("Swedish"), lazy_gettext("English")
EASY = lazy_gettext("Easy Swedish")


class Sided(StaffForm):
    """A form whose texts stand in Swedish and English side by side."""

    def both(self, name: str) -> Localized:
        """A text in both languages."""
        return Localized(self[f"{name}_sv"].data or "", self[f"{name}_en"].data or "")


class BeginForm(Sided):
    """A new dialogue: its shape, its name and who holds it."""

    kind = RadioField(lazy_gettext("Choose a shape"), validate_choice=True)
    organisation = SelectField(lazy_gettext("Asks"))
    title_sv = StringField(lazy_gettext("Title in Swedish"), [Length(max=120)])
    title_en = StringField(lazy_gettext("Title in English"), [Length(max=120)])
    host = SelectField(lazy_gettext("Who hosts"))

    def offer(self, asks: Iterable[Organisation], hosts: Iterable[Organisation]) -> None:
        """Let the form choose among these."""
        language = current_language()
        self.kind.choices = offered(
            (each.kind.value, each.name.text(language)) for each in shapes()
        )
        self.organisation.choices = offered(_listed(asks))
        self.host.choices = offered([("", _("Nobody else")), *_listed(hosts)])


class GroundForm(Sided):
    """What a dialogue stands on."""

    title_sv = StringField(lazy_gettext("Title in Swedish"), [Length(max=120)])
    title_en = StringField(lazy_gettext("Title in English"), [Length(max=120)])
    purpose_sv, purpose_en = _text(SWEDISH), _text(ENGLISH)
    to_settle_sv, to_settle_en = _text(SWEDISH), _text(ENGLISH)
    about_sv, about_en = _text(SWEDISH), _text(ENGLISH)
    can_change_sv, can_change_en = _text(SWEDISH), _text(ENGLISH)
    who_decides_sv, who_decides_en = _text(SWEDISH), _text(ENGLISH)
    when_answered_sv, when_answered_en = _text(SWEDISH), _text(ENGLISH)
    promise = RadioField(
        lazy_gettext("How much residents’ words weigh"), [Optional()], validate_choice=False
    )
    release = RadioField(lazy_gettext("What the host lets through"), validate_choice=False)
    responder = SelectField(lazy_gettext("Who answers"), validate_choice=False)
    host = SelectField(lazy_gettext("Who hosts"), validate_choice=False)
    opens_on = DateField(lazy_gettext("Opens"), [Optional()])
    closes_on = DateField(lazy_gettext("Closes after"), [Optional()])
    answer_by = DateField(lazy_gettext("The answer comes by"), [Optional()])

    @classmethod
    def of_dialogue(cls, dialogue: Dialogue, houses: Iterable[Organisation]) -> GroundForm:
        """The form, filled with what the dialogue stands on already."""
        values: dict[str, Any] = {
            "promise": str(dialogue.promise or ""),
            "release": str(dialogue.release),
            "responder": str(dialogue.responder_id or ""),
            "host": str(dialogue.host_id or ""),
            "opens_on": dialogue.opens_on,
            "closes_on": dialogue.closes_on,
            "answer_by": dialogue.answer_by,
        }
        for name in ("title", *WORDS):
            text = dialogue.said(name)
            values |= {f"{name}_sv": text.sv, f"{name}_en": text.en}
        form = cls.of_request(**values)
        form.promise.choices = offered(promise_names().items())
        form.release.choices = offered(release_names().items())
        listed = _listed(houses)
        form.responder.choices = offered([("", _("Not decided yet")), *listed])
        form.host.choices = offered([("", _("Nobody else")), *listed])
        return form

    def ground(self, dialogue: Dialogue, *, leads: bool) -> Ground:
        """What the form says; people who do not lead choose neither host nor responder."""
        return Ground(
            title=self.both("title"),
            words={name: self.both(name) for name in WORDS},
            responder=_chosen(self.responder) if leads else dialogue.responder_id,
            host=_chosen(self.host) if leads else dialogue.host_id,
            promise=_one_of(PromiseLevel, self.promise.data),
            release=_one_of(ReleaseRule, self.release.data) or dialogue.release,
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            answer_by=self.answer_by.data,
        )


class MessagesForm(StaffForm):
    """What residents are told before, during and after."""

    before_sv, before_en, before_easy = _text(SWEDISH), _text(ENGLISH), _text(EASY)
    during_sv, during_en, during_easy = _text(SWEDISH), _text(ENGLISH), _text(EASY)
    after_sv, after_en, after_easy = _text(SWEDISH), _text(ENGLISH), _text(EASY)

    @classmethod
    def of_messages(cls, messages: dict[str, DialogueMessage]) -> MessagesForm:
        """The form, filled with the messages that are written already."""
        values: dict[str, str] = {}
        for moment, message in messages.items():
            values |= {
                f"{moment}_sv": message.sv,
                f"{moment}_en": message.en,
                f"{moment}_easy": message.easy,
            }
        return cls.of_request(**values)

    def message(self, moment: Moment) -> tuple[Localized, str]:
        """One message: both languages, and the easy one."""
        sv, en, easy = (self[f"{moment}_{side}"].data or "" for side in ("sv", "en", "easy"))
        return Localized(sv, en), easy


class OutcomeForm(Sided):
    """Whether the promise was kept."""

    kept = RadioField(lazy_gettext("Was the promise kept?"))
    words_sv, words_en = _text(SWEDISH), _text(ENGLISH)

    @classmethod
    def of_dialogue(cls, dialogue: Dialogue) -> OutcomeForm:
        """The form, filled with what was told already."""
        said = dialogue.said("kept")
        form = cls.of_request(kept=str(dialogue.kept or ""), words_sv=said.sv, words_en=said.en)
        form.kept.choices = offered(kept_names().items())
        return form

    def outcome(self) -> Kept:
        return Kept(self.kept.data)


def _listed(houses: Iterable[Organisation]) -> list[tuple[str, str]]:
    language = current_language()
    return [(str(each.id), each.name.text(language)) for each in houses]


def _chosen(field: Any) -> uuid.UUID | None:
    """The organisation that a list offers and somebody chose."""
    listed = {each.value for each in field.choices if each.value}
    return uuid.UUID(field.data) if field.data in listed else None


def _one_of(kind: Any, value: str | None) -> Any:
    return kind(value) if value in set(kind) else None
