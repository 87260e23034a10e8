"""A survey as a file of our own: everything in it, and exactly the same when it is read again."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.voices.bringing_in import LARGEST_FILE
from surveys.exchange.losses import Imported
from surveys.questions.catalogue import checked
from surveys.questions.document import BrokenDocument, Document

FORM = "viktigt-for-dig survey 1"


def write(document: Document) -> bytes:
    """The document as readable JSON in UTF-8, under the name of the form it is written in."""
    whole = {"form": FORM, "survey": document.as_dict()}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def read(content: bytes) -> Imported:
    """Read what :func:`write` wrote, or a bare document with ``sections`` at the top.

    Raises:
        Refusal: when the file is too large, no JSON, of another form, or not a whole survey; the
            sentence names the place.
    """
    if len(content) > LARGEST_FILE:
        raise Refusal(_("The file is larger than 5 MB. Divide it into several files."))
    try:
        whole: Any = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal(_("The file is not JSON in UTF-8.")) from None
    if isinstance(whole, dict) and "form" in whole:
        if whole["form"] != FORM or set(whole) != {"form", "survey"}:
            raise Refusal(
                _(
                    "The file is written in a form that this version does not know. "
                    "It reads “%(form)s”.",
                    form=FORM,
                )
            )
        whole = whole["survey"]
    try:
        return Imported(checked(Document.of(whole)))
    except BrokenDocument as broken:
        raise Refusal(_("The survey cannot be read: %(why)s.", why=str(broken))) from None
