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
from analysis.indicators.figures import LONGEST_PLACE, Faulty, Told
from analysis.indicators.showing import by_name, in_time
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
    whole: str = ""


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

    The source's own place is then the whole.

    Raises:
        Refusal: when there is no such indicator, no reason, or no room for it, or the dialogue
            follows it or has followed it.
    """
    field = f"why-{key}"
    ready = ready_made().get(key)
    if ready is None:
        raise Refusal(_("Choose an indicator in the list."))
    _room_for_one(session, dialogue, why, field)
    if any(each.ready == key for each in chosen_in(session, dialogue.id)):
        raise Faulty(field, _("This indicator is followed already."))
    if any(each.ready == key for each in dropped_in(session, dialogue.id)):
        raise Faulty(field, _("You have followed this indicator before. Open it and take it back."))
    whole = ready.values[0].place if values and ready.values else ""
    made = Indicator(
        dialogue_id=dialogue.id, ready=key, name_sv=ready.text.sv, name_en=ready.text.en,
        about_sv=ready.about.sv, about_en=ready.about.en, unit=ready.unit, better=ready.better,
        node=ready.node, source=ready.title, whole=whole, why=why, chosen_by=by.id,
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
    _check_own(own)
    _room_for_one(session, dialogue, why, "why")
    made = Indicator(
        dialogue_id=dialogue.id, name_sv=own.name_sv, name_en=own.name_en, about_sv=own.about_sv,
        about_en=own.about_en, unit=Unit(own.unit), better=Better(own.better), node=own.node,
        source=own.source, whole=own.whole, why=why, chosen_by=by.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, "indicator chosen", made.id, by.id)
    return made


def _check_own(own: Own) -> None:
    """Refuse what is missing or too long, at its field."""
    if not own.name_sv:
        raise Faulty("name_sv", _("Give the indicator a name in Swedish."))
    for field, longest in (
        ("name_sv", LONGEST_NAME), ("name_en", LONGEST_NAME), ("about_sv", LONGEST_ABOUT),
        ("about_en", LONGEST_ABOUT), ("source", LONGEST_SOURCE), ("whole", LONGEST_PLACE),
    ):  # fmt: skip
        if len(getattr(own, field)) > longest:
            raise Faulty(field, _("Write at most %(num)d characters.", num=longest))
    if own.unit not in list(Unit):
        raise Faulty("unit", _("Choose what it is counted in."))
    if own.better not in list(Better):
        raise Faulty("better", _("Choose which way is better."))
    frame, _slash, node = own.node.partition("/")
    if frame not in frames() or node not in frames()[frame]:
        raise Faulty("node", _("Choose what it belongs to."))
    if not own.source:
        sentence = _("Say where the figures come from, so that others can look them up.")
        raise Faulty("source", sentence)


WORDS = {
    "name_sv": LONGEST_NAME, "name_en": LONGEST_NAME, "about_sv": LONGEST_ABOUT,
    "about_en": LONGEST_ABOUT, "source": LONGEST_SOURCE, "why": LONGEST_WHY,
}  # fmt: skip
"""What people say of an indicator, and how long it may be. A ready-made one keeps all but why."""


def words_of(indicator: Indicator) -> dict[str, str]:
    """The words that may be changed: the reason of a ready-made one, everything of one's own."""
    names = ("why",) if indicator.ready else tuple(WORDS)
    return {name: getattr(indicator, name) for name in names}


def describe(
    session: Session, indicator: Indicator, said: Mapping[str, str], *, by: User, seen: int
) -> None:
    """Say anew what an indicator is called, measures, comes from, or why it is followed.

    What it was before stands in the audit trail.

    Raises:
        Refusal: when a word is missing or too long, or somebody else was first.
    """
    _hold(session, indicator, seen, following=True)
    before = words_of(indicator)
    changed = {name: said.get(name, "") for name in before if said.get(name, "") != before[name]}
    for name, words in changed.items():
        if len(words) > WORDS[name]:
            raise Faulty(name, _("Write at most %(num)d characters.", num=WORDS[name]))
        if not words and name in ("name_sv", "source", "why"):
            raise Faulty(name, _("This cannot be empty."))
        setattr(indicator, name, words)
    indicator.version += bool(changed)
    session.flush()
    audit.record(
        session, "indicator described", indicator.id, by.id,
        before={name: before[name] for name in changed},
    )  # fmt: skip


def drop(session: Session, indicator: Indicator, why: str, *, by: User, seen: int) -> None:
    """Stop following an indicator. Its values stay.

    Raises:
        Refusal: without a reason, or when somebody else was first.
    """
    _hold(session, indicator, seen, following=True)
    _check_reason(why, "drop-why")
    indicator.version += 1
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
    _hold(session, indicator, seen, following=False)
    _room_for_one(session, dialogue, indicator.why, "")
    same = {each.ready for each in chosen_in(session, dialogue.id) if each.ready}
    if indicator.ready in same:
        raise Refusal(_("This indicator is followed already."))
    indicator.version += 1
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
    _hold(session, indicator, seen, following=True)
    places = [(each.period, _place_in(indicator, each.place)) for each in values]
    if len(set(places)) < len(places):
        raise Faulty("lines", _("Two lines are for the same period and place."))
    kept = _keep(session, indicator, values, by)
    indicator.version += bool(kept)
    audit.record(session, "indicator values kept", indicator.id, by.id, values=kept)
    return kept


def end_value(
    session: Session, indicator: Indicator, key: uuid.UUID, *, by: User, seen: int
) -> None:
    """Take a value away. It stays behind, with who took it away and when.

    Raises:
        Refusal: when it stands no longer, or somebody else was first.
    """
    _hold(session, indicator, seen, following=True)
    value = session.get(IndicatorValue, key)
    if value is None or value.indicator_id != indicator.id or value.ended_at is not None:
        raise Faulty("end", _("The value is gone already."))
    indicator.version += 1
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
    for row in sorted(rows, key=lambda row: (in_time(row.period), by_name(row.place))):
        found[row.indicator_id].append(row)
    return found


def _keep(session: Session, indicator: Indicator, values: Sequence[Told], by: User) -> int:
    standing = {
        (each.period, each.place.casefold()): each
        for each in values_of(session, [indicator])[indicator.id]
    }
    spelt = {"": ""} | {each.place.casefold(): each.place for each in standing.values()}
    kept = 0
    for told in values:
        place = _place_in(indicator, told.place)
        was = standing.get((told.period, place))
        if was is not None and was.value == told.value:
            continue
        if was is not None:
            was.ended_at, was.ended_by = now(), by.id
        session.add(
            IndicatorValue(
                indicator_id=indicator.id, period=told.period, value=told.value,
                place=spelt.setdefault(place, told.place), entered_by=by.id,
            )
        )  # fmt: skip
        kept += 1
    session.flush()
    return kept


def _place_in(indicator: Indicator, place: str) -> str:
    """What a place is known by, capitals apart; empty for the whole, also by its name."""
    known = place.casefold()
    return "" if known == indicator.whole.casefold() else known


def _hold(session: Session, indicator: Indicator, seen: int, *, following: bool) -> None:
    """Hold the row while it is changed, unless the reader saw something else."""
    session.refresh(indicator, with_for_update=True)
    if indicator.version != seen or (indicator.dropped_at is None) is not following:
        raise IndicatorOvertaken


def _room_for_one(session: Session, dialogue: Dialogue, why: str, field: str) -> None:
    session.refresh(dialogue, with_for_update=True)
    if len(chosen_in(session, dialogue.id)) >= MOST:
        sentence = _("At most %(num)d indicators are followed at a time. Drop one first.", num=MOST)
        raise Faulty(field, sentence)
    _check_reason(why, field)


def _check_reason(why: str, field: str) -> None:
    if not why:
        raise Faulty(field, _("Say why. Others will want to know."))
    if len(why) > LONGEST_WHY:
        raise Faulty(field, _("Write at most %(num)d characters.", num=LONGEST_WHY))
