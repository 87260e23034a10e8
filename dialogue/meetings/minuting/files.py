"""Minutes as files for the register: PDF/A with tags, and JSON with the metadata beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from dialogue.ground.printing import ARCHIVED, printed
from dialogue.meetings.arranging.telling import format_words, when_words
from dialogue.meetings.minuting.minutes import Confirmed, seal_of, withdrawn_since
from dialogue.meetings.models import Minutes, MinutesState

HERE = Path(__file__).parent


def minutes_json(minutes: Minutes, said: Confirmed) -> dict[str, Any]:
    """A version with what a register asks for: who, when, which, who confirmed, the seal."""
    meeting = minutes.meeting
    dialogue = meeting.dialogue
    return {
        "kind": "minutes",
        "organisation": dialogue.organisation.name.as_dict(),
        "controller": dialogue.organisation.controller,
        "dialogue": {"address": dialogue.slug, "title": dialogue.title.as_dict()},
        "meeting": {
            "address": meeting.slug,
            "title": meeting.title.as_dict(),
            "format": meeting.format,
            "place": meeting.said("place").as_dict(),
            "area": meeting.area,
            "starts_at": f"{meeting.starts_at:%Y-%m-%dT%H:%M:%SZ}",
            "ends_at": f"{meeting.ends_at:%Y-%m-%dT%H:%M:%SZ}",
            "people": meeting.closing.get("people"),
        },
        "version": minutes.number,
        "state": minutes.state,
        "language": minutes.lang,
        "drafted_from_notes": minutes.notes,
        "drafted_on": _day(minutes.made_on),
        "sent_on": _day(minutes.sent_on),
        "answer_by": _day(minutes.answer_by),
        "locked_on": _day(minutes.locked_on),
        "published_on": _day(minutes.published_on),
        "confirmed": {
            "confirm": said.confirm,
            "correct": said.correct,
            "missing": said.missing,
        },
        "sha256": minutes.digest or None,
        "sha256_now": seal_of(minutes),
        "note_withdrawn_since": withdrawn_since(minutes),
        "lines": [{"kind": line.kind, "text": line.text} for line in minutes.lines],
    }


def minutes_pdf(minutes: Minutes, said: Confirmed) -> bytes:
    """A version as PDF/A-2a: tagged, with its fonts, fit to be kept for good."""
    meeting, language = minutes.meeting, minutes.lang
    with force_locale(language):
        facts = [
            (_("When"), when_words(meeting)),
            (_("How we meet"), format_words(meeting.format)),
            (_("Where"), ", ".join(filter(None, (_place(minutes), meeting.area)))),
            (_("Dialogue"), meeting.dialogue.title.text(language)),
            (_("Version"), f"{minutes.number}, {state_of(minutes)}"),
            (
                _("Drafted from"),
                ngettext(
                    "%(num)d note that was read back",
                    "%(num)d notes that were read back",
                    minutes.notes,
                ),
            ),
            (_("Sent out"), _day(minutes.sent_on) or ""),
            (_("Locked"), _day(minutes.locked_on) or ""),
            (
                _("Those who came"),
                _(
                    "%(confirm)d say that it is right, %(correct)d asked for a correction, "
                    "%(missing)d said that something was missing",
                    confirm=said.confirm,
                    correct=said.correct,
                    missing=said.missing,
                )
                if minutes.sent_on
                else "",
            ),
        ]
        words = {
            "title": _("Minutes"),
            "seal": _("Seal (SHA-256)"),
            "withdrawn": _(
                "A note has been withdrawn or changed by the person who said it. The rest stands "
                "as it was locked."
            )
            if withdrawn_since(minutes)
            else "",
        }
    data = {
        "lang": language,
        "organisation": meeting.dialogue.organisation.name.text(language),
        "title": meeting.title.text(language),
        "facts": [[term, text] for term, text in facts if text],
        "lines": [[line.kind, line.text] for line in minutes.lines],
        "seal": minutes.digest,
        "words": words,
    }
    return printed(HERE / "minutes.typ", data, standard=ARCHIVED)


def state_of(minutes: Minutes) -> str:
    """Where a version stands, in words."""
    return str(
        {
            MinutesState.DRAFT: _("draft"),
            MinutesState.OUT: _("out for confirmation"),
            MinutesState.LOCKED: _("locked"),
            MinutesState.REPLACED: _("replaced by a newer version"),
        }[MinutesState(minutes.state)]
    )


def _place(minutes: Minutes) -> str:
    return minutes.meeting.said("place").text(minutes.lang)


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
