"""Which themes people have put something into, so that none of them vanishes without a word."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from analysis.models import Theme, ThemeAct, ThemeQuote
from analysis.themes.deciding import OF_PEOPLE
from dialogue.ground.db import Base

OF_THE_MACHINE = ("theme_story", "theme_quote", "theme_act")
"""Tables whose rows on a theme the machine writes too."""


def columns_of_people() -> Iterator[Column[Any]]:
    """The columns by which what people wrote belongs to a theme: claims, signatures and so on."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            leads_here = any(key.column.table is Theme.__table__ for key in column.foreign_keys)
            if leads_here and table.name not in OF_THE_MACHINE:
                yield column


def invested_in(session: Session, themes: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some themes that anybody named, kept, signed, wrote claims for, moved stories to,
    merged others into or chose quotes for. What was taken back counts for nothing."""
    if not themes:
        return set()
    acts = select(ThemeAct.theme_id).where(
        ThemeAct.theme_id.in_(themes), ThemeAct.kind.in_(OF_PEOPLE), ThemeAct.undone_by.is_(None)
    )
    hidden = select(ThemeQuote.theme_id).where(
        ThemeQuote.theme_id.in_(themes), ThemeQuote.hidden_at.is_not(None)
    )
    found: set[uuid.UUID] = set()
    asked = [select(column).where(column.in_(themes)) for column in columns_of_people()]
    for each in (acts, hidden, *asked):
        found |= set(session.scalars(each.distinct()))
    return found
