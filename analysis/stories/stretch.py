"""A stretch of a long list, counted from the end that is nearer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session


def stretch(
    session: Session,
    keys: Select[uuid.UUID],
    order: Sequence[InstrumentedAttribute[Any]],
    start: int,
    count: int,
    total: int,
    *,
    falling: bool = False,
) -> Sequence[uuid.UUID]:
    """``count`` of the keys that a query finds, from ``start`` on, in rising or falling order.

    A database counts its way to where a page begins, so a page near the end of ``total`` is asked
    for backwards.
    """
    rising, backwards = tuple(order), tuple(column.desc() for column in order)
    there, back = (backwards, rising) if falling else (rising, backwards)
    count = max(0, min(count, total - start))
    left = total - start - count
    if start <= left:
        return session.scalars(keys.order_by(*there).limit(count).offset(start)).all()
    return session.scalars(keys.order_by(*back).limit(count).offset(left)).all()[::-1]
