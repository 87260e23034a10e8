"""The form of a new dialogue: its shape and its questions, its name and who holds it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField

from dialogue.ground.forms import offered
from dialogue.ground.i18n import current_language
from dialogue.hosts.life_forms import BeginForm
from dialogue.hosts.shapes import shape_of
from surveys.building.ready_made import ReadyMade, ready_made, ready_made_named


class StartForm(BeginForm):
    """A new dialogue: its shape and its questions side by side, its name and who holds it."""

    template = RadioField(lazy_gettext("Choose questions to start from"), validate_choice=True)

    def offer_questions(self) -> None:
        """Let the form choose among the ready-made surveys, or those that fit the shape."""
        language = current_language()
        made = [(each.name, each.document.title.text(language)) for each in ready_made()]
        self.template.choices = offered([("", _("Those that fit the shape")), *made])

    def questions(self) -> ReadyMade | None:
        """The survey that was chosen, or the one that fits the shape."""
        return ready_made_named(self.template.data or shape_of(self.kind.data).survey)
