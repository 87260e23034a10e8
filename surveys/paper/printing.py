"""Printed matter by Typst: a form in any number of copies, and a poster. Tagged PDF, PDF/UA-1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from dialogue.ground.printing import printed, qr_svg
from dialogue.hosts.models import Dialogue
from surveys.answering.telling import asks_for_uses
from surveys.paper.laying_out import laid_out
from surveys.questions.document import Document

HERE = Path(__file__).parent
MOST_COPIES = 30


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a form: its number, the receipt code on its slip, and where their QRs lead."""

    number: str
    code: str
    entry_address: str
    receipt_address: str


def form_pdf(
    dialogue: Dialogue, document: Document, language: str, variant: str, copies: Sequence[Copy]
) -> bytes:
    """The form in as many copies as there are numbers."""
    with force_locale(language):
        words = {
            "number": _("Number of this form"),
            "qr_copy": _("QR code for whoever writes the answer down"),
            "qr_slip": _("QR code that opens your receipt"),
            "door": _(
                "You do not need to say who you are. Do not write names or personal identity "
                "numbers. This is neither a complaint nor emergency help. Call 112 if life is in "
                "danger, 1177 for advice. Patientnämnden handles complaints."
            ),
            "uses": _("What may we use your answer for?"),
            "uses_hint": _("We always read your answer. You decide about the rest."),
            "slip": _("Tear off and keep"),
            "slip_hint": _(
                "With this code you can follow what happens, change your answer or remove it. We "
                "cannot find it again for you."
            ),
            "address": copies[0].receipt_address.partition("#")[0] if copies else "",
        }
        uses = [
            _("You may publish words from my story without saying who wrote them"),
            _("My story may be read in meetings and training for those who work with care"),
            _("Researchers may read my answer"),
            _("My answer may be part of open data"),
        ]
    data = _of_dialogue(dialogue, language) | {
        "easy": variant == "easy",
        "sections": laid_out(document, language, variant),
        "uses": [] if asks_for_uses(document) else uses,
        "copies": [{"number": copy.number, "code": copy.code} for copy in copies],
        "words": words,
    }
    pictures = {}
    for place, copy in enumerate(copies):
        pictures[f"copy-{place}.svg"] = qr_svg(copy.entry_address)
        pictures[f"slip-{place}.svg"] = qr_svg(copy.receipt_address)
    return printed(HERE / "form.typ", data, pictures)


def poster_pdf(dialogue: Dialogue, language: str, address: str, paper: str = "a4") -> bytes:
    """A poster whose QR leads to the survey; ``paper`` is ``a4`` or ``a3``."""
    other = "en" if language == "sv" else "sv"
    with force_locale(language):
        words = {
            "qr": _("QR code that leads to the questions"),
            "scan": _("Answer on your phone"),
            "promise": _("No login. We do not store who you are."),
            "door": _("Call 112 if life is in danger, 1177 for advice about health."),
        }
    data = _of_dialogue(dialogue, language) | {
        "paper": paper,
        "size": 15 if paper == "a4" else 21,
        "address": address.removeprefix("https://").removeprefix("http://"),
        "words": words,
        "other": {
            "lang": other,
            "title": dialogue.title.text(other),
            "lead": dialogue.said("lead").text(other),
        },
    }
    return printed(HERE / "poster.typ", data, {"way.svg": qr_svg(address)})


def _of_dialogue(dialogue: Dialogue, language: str) -> dict[str, Any]:
    organisation = dialogue.organisation.name.text(language)
    return {
        "lang": language,
        "title": dialogue.title.text(language),
        "lead": dialogue.said("lead").text(language),
        "organisation": organisation,
        "author": organisation,
    }
