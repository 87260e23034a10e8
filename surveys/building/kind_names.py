"""What the kinds of question are called by those who build a survey."""

from __future__ import annotations

from flask_babel import gettext as _


def kind_names() -> dict[str, str]:
    """The name of each kind in the reader's language, the most used first."""
    return {
        "story": _("Story"),
        "selfcode3": _("Ten points between the three T"),
        "scale5": _("Statement on a scale"),
        "single": _("Choose one"),
        "multi": _("Choose several"),
        "yesno4": _("Yes, partly or no"),
        "short": _("Short answer"),
        "ideaOne": _("One idea"),
        "rank": _("Put in order"),
        "compare": _("Compare two things"),
        "sortpic": _("Sort pictures"),
        "matrix": _("Several statements"),
        "place": _("Municipality or area"),
        "when": _("When it happened"),
        "who": _("Whose voice it is"),
        "number": _("A number"),
        "confirm": _("Confirm a summary"),
        "consent": _("What the answer may be used for"),
        "info": _("Words to read"),
    }
