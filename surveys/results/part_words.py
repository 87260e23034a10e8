"""The groups that results are compared by, in the reader's words."""

from __future__ import annotations

from flask_babel import gettext as _

from surveys.results.shown import Part


def dimension_names() -> dict[str, str]:
    """What answers can be compared by."""
    return {
        "channel": _("How the answer came"),
        "lang": _("The language of the answer"),
        "voice": _("Whose voice it is"),
    }


def value_names() -> dict[str, str]:
    """Channels, languages and voices, each by the word that is kept."""
    return {
        "web": _("The web"),
        "phone": _("Telephone"),
        "paper": _("Paper"),
        "table": _("Talk around a table"),
        "meeting": _("The screen in a meeting"),
        "interview": _("Interview"),
        "import": _("Brought in from elsewhere"),
        "sv": _("Swedish"),
        "en": _("English"),
        "self": _("Tells about themselves"),
        "with_support": _("Tells with support"),
        "relative": _("Close to somebody"),
        "staff": _("Staff wrote for them"),
        "unsaid": _("Not said"),
    }


def part_words(part: Part) -> str:
    """A part by what its people have in common; several values are joined with "and"."""
    named = value_names()
    words = [named.get(value, value) for value in part.values]
    if len(words) == 1:
        return words[0]
    return str(_("%(some)s and %(last)s", some=", ".join(words[:-1]), last=words[-1]))
