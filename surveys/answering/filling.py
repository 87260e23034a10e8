"""What stands in the holes of a page that is remembered: all of it is one reader's own."""

from __future__ import annotations

import uuid

from markupsafe import Markup, escape

from dialogue.voices.receipts import new_answer_key
from dialogue.voices.signposting import signs
from surveys.answering.asking import sealed_token
from surveys.answering.checking import checked, marked
from surveys.answering.quick import HOLES, hidden_fields
from surveys.answering.sheets import CHECK, Sheet
from surveys.questions.document import Step

CODE_HOLES = "-".join(HOLES[f"code{group}"] for group in range(1, 5))
"""The holes of a receipt's page, in the shape of a receipt code."""


def filling_of(
    version: uuid.UUID,
    sheet: Sheet,
    shown: tuple[Step, ...],
    at: str,
    key: str,
    *,
    lasting: bool = True,
) -> dict[str, Markup]:
    """What fills a screen. ``key`` is the form's; empty: it is drawn for the first time.

    ``lasting`` says that the version never changes, so that frames of it may be remembered.
    """
    filling = {
        "key": escape(key or new_answer_key()),
        "new_key": escape(new_answer_key()),
        "token": escape(sealed_token(version)),
        "typed": hidden_fields(sheet.carried(shown, with_uses=at != CHECK)),
    }
    if at == CHECK:
        filling["checked"] = checked(version if lasting else None, sheet)
        filling["marked"] = marked(sheet)
    return filling


def receipt_filling(code: str, qr: tuple[int, str]) -> dict[str, str]:
    """What fills a receipt's page; its QR code is ``(side, path)``."""
    groups = {f"code{place}": group for place, group in enumerate(code.split("-"), start=1)}
    return {**groups, "qr": qr[1]}


def needs_help(sheet: Sheet) -> bool:
    """Whether words on the sheet suggest that help is needed now."""
    return bool(signs(text for texts in sheet.fields.values() for text in texts))
