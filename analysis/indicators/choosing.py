"""Choosing few indicators, each with a reason, and keeping their values.

A clearer selection is the point: at most twelve stand at a time. Nothing is erased: what is
dropped keeps its values and its reason, and can be taken back; a value that is corrected stays
behind the one that replaced it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.indicator_models import Indicator, IndicatorValue
from analysis.indicators.figures import Told, in_time
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.vision.frames import Frame, load_frames
from dialogue.vision.indicators import Better, ReadyIndicator, Unit, load_indicators

MOST = 12
LONGEST_NAME, LONGEST_ABOUT, LONGEST_WHY, LONGEST_SOURCE = 160, 600, 400, 600


class IndicatorOvertaken(Refusal):
    """Somebody else changed the indicator since the page was opened; nothing was done."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else changed this indicator while you had it open. Look at it again.")
        )


@cache
def frames() -> Mapping[str, Frame]:
    """The frames, read once."""
    return load_frames()


@cache
def ready_made() -> Mapping[str, ReadyIndicator]:
    """The ready-made indicators, read once."""
    return load_indicators(frames())


@dataclass(frozen=True, slots=True)
class Own:
    """An indicator that people write themselves, as the form has it."""

    name_sv: str
    name_en: str
    about_sv: str
    about_en: str
    unit: str
    better: str
    node: str
    source: str


def chosen_in(session: Session, dialogue: uuid.UUID) -> Sequence[Indicator]:
    """The indicators that stand, in the order they were chosen."""
    mine = select(Indicator).where(
        Indicator.dialogue_id == dialogue, Indicator.dropped_at.is_(None)
    )
    return session.scalars(mine.order_by(Indicator.chosen_at, Indicator.id)).all()


def dropped_in(session: Session, dialogue: uuid.UUID) -> Sequence[Indicator]:
    """The indicators that were dropped, the last one first."""
    mine = select(Indicator).where(
        Indicator.dialogue_id == dialogue, Indicator.dropped_at.is_not(None)
    )
    return session.scalars(mine.order_by(Indicator.dropped_at.desc(), Indicator.id)).all()


def choose_ready(
    session: Session, dialogue: Dialogue, key: str, why: str, *, values: bool, by: User
) -> Indicator:
    """Follow a ready-made indicator; with ``values`` those that its source gives come along.

    Raises:
        Refusal: when there is no such indicator, no reason, or no room for it.
    """
    ready = ready_made().get(key)
    if ready is None:
        raise Refusal(_("Choose an indicator in the list."))
    _room_for_one(session, dialogue, why)
    if any(each.ready == key for each in chosen_in(session, dialogue.id)):
        raise Refusal(_("This indicator is followed already."))
    made = Indicator(
        dialogue_id=dialogue.id, ready=key, name_sv=ready.text.sv, name_en=ready.text.en,
        about_sv=ready.about.sv, about_en=ready.about.en, unit=ready.unit, better=ready.better,
        node=ready.node, source=ready.title, why=why, chosen_by=by.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if values:
        _keep(session, made, [Told(v.period, v.place, v.value) for v in ready.values], by)
    audit.record(session, "indicator chosen", made.id, by.id, ready=key)
    return made


def write_own(session: Session, dialogue: Dialogue, own: Own, why: str, *, by: User) -> Indicator:
    """Follow an indicator of the dialogue's own.

    Raises:
        Refusal: when its name, source, node or reason is missing or too long, or there is no room.
    """
    _room_for_one(session, dialogue, why)
    if not own.name_sv or max(len(own.name_sv), len(own.name_en)) > LONGEST_NAME:
        raise Refusal(_("Give the indicator a name in Swedish."))
    if max(len(own.about_sv), len(own.about_en)) > LONGEST_ABOUT:
        raise Refusal(_("Say what it measures in fewer words."))
    if own.unit not in list(Unit) or own.better not in list(Better):
        raise Refusal(_("Choose what it is counted in, and which way is better."))
    frame, _slash, node = own.node.partition("/")
    if frame not in frames() or node not in frames()[frame]:
        raise Refusal(_("Choose what it belongs to."))
    if not own.source or len(own.source) > LONGEST_SOURCE:
        raise Refusal(_("Say where the figures come from, so that others can look them up."))
    made = Indicator(
        dialogue_id=dialogue.id, name_sv=own.name_sv, name_en=own.name_en, about_sv=own.about_sv,
        about_en=own.about_en, unit=Unit(own.unit), better=Better(own.better), node=own.node,
        source=own.source, why=why, chosen_by=by.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, "indicator chosen", made.id, by.id)
    return made


def drop(session: Session, indicator: Indicator, why: str, *, by: User, seen: int) -> None:
    """Stop following an indicator. Its values stay.

    Raises:
        Refusal: without a reason, or when somebody else was first.
    """
    _changed(session, indicator, seen, following=True)
    _check_reason(why)
    indicator.dropped_at, indicator.dropped_by, indicator.dropped_because = now(), by.id, why
    session.flush()
    audit.record(session, "indicator dropped", indicator.id, by.id)


def take_back(
    session: Session, dialogue: Dialogue, indicator: Indicator, *, by: User, seen: int
) -> None:
    """Follow an indicator again that was dropped.

    Raises:
        Refusal: when there is no room for it, it is followed already, or somebody was first.
    """
    _changed(session, indicator, seen, following=False)
    _room_for_one(session, dialogue, indicator.why)
    same = {each.ready for each in chosen_in(session, dialogue.id) if each.ready}
    if indicator.ready in same:
        raise Refusal(_("This indicator is followed already."))
    indicator.dropped_at = indicator.dropped_by = None
    indicator.dropped_because = ""
    session.flush()
    audit.record(session, "indicator taken back", indicator.id, by.id)


def keep_values(
    session: Session, indicator: Indicator, values: Sequence[Told], *, by: User, seen: int
) -> int:
    """Keep values; one with the same period and place is replaced. How many that are new.

    Raises:
        Refusal: when two of them are for the same period and place, or somebody else was first.
    """
    _changed(session, indicator, seen, following=True)
    places = [(each.period, each.place.casefold()) for each in values]
    if len(set(places)) < len(places):
        raise Refusal(_("Two lines are for the same period and place."))
    kept = _keep(session, indicator, values, by)
    audit.record(session, "indicator values kept", indicator.id, by.id, values=kept)
    return kept


def end_value(
    session: Session, indicator: Indicator, key: uuid.UUID, *, by: User, seen: int
) -> None:
    """Take a value away. It stays behind, with who took it away and when.

    Raises:
        Refusal: when it stands no longer, or somebody else was first.
    """
    _changed(session, indicator, seen, following=True)
    value = session.get(IndicatorValue, key)
    if value is None or value.indicator_id != indicator.id or value.ended_at is not None:
        raise Refusal(_("The value is gone already."))
    value.ended_at, value.ended_by = now(), by.id
    session.flush()
    audit.record(session, "indicator value ended", indicator.id, by.id, value=str(key))


Values = dict[uuid.UUID, list[IndicatorValue]]


def values_of(session: Session, indicators: Iterable[Indicator]) -> Values:
    """The values that stand, by indicator: the oldest period first, the whole before its places."""
    keys = [each.id for each in indicators]
    mine = select(IndicatorValue).where(
        IndicatorValue.indicator_id.in_(keys), IndicatorValue.ended_at.is_(None)
    )
    found: Values = {key: [] for key in keys}
    rows = session.scalars(mine).all()
    for row in sorted(rows, key=lambda row: (in_time(row.period), row.place.casefold())):
        found[row.indicator_id].append(row)
    return found


def _keep(session: Session, indicator: Indicator, values: Sequence[Told], by: User) -> int:
    standing = {
        (each.period, each.place.casefold()): each
        for each in values_of(session, [indicator])[indicator.id]
    }
    spelt = {each.place.casefold(): each.place for each in standing.values()}
    kept = 0
    for told in values:
        was = standing.get((told.period, told.place.casefold()))
        if was is not None and was.value == told.value:
            continue
        if was is not None:
            was.ended_at, was.ended_by = now(), by.id
        session.add(
            IndicatorValue(
                indicator_id=indicator.id, period=told.period, value=told.value,
                place=spelt.get(told.place.casefold(), told.place), entered_by=by.id,
            )
        )  # fmt: skip
        kept += 1
    session.flush()
    return kept


def _changed(session: Session, indicator: Indicator, seen: int, *, following: bool) -> None:
    """Hold the row and count the act, unless the reader saw something else."""
    session.refresh(indicator, with_for_update=True)
    if indicator.version != seen or (indicator.dropped_at is None) is not following:
        raise IndicatorOvertaken
    indicator.version += 1


def _room_for_one(session: Session, dialogue: Dialogue, why: str) -> None:
    session.refresh(dialogue, with_for_update=True)
    if len(chosen_in(session, dialogue.id)) >= MOST:
        raise Refusal(
            _("At most %(num)d indicators are followed at a time. Drop one first.", num=MOST)
        )
    _check_reason(why)


def _check_reason(why: str) -> None:
    if not why:
        raise Refusal(_("Say why. Others will want to know."))
    if len(why) > LONGEST_WHY:
        raise Refusal(_("Say why in fewer words."))
