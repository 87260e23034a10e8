"""Opening hours as a person writes and reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.i18n import long_date
from dialogue.ground.localized import Localized
from surveys.opening import BrokenHours, Opening


def hours_of(written: Mapping[str, Any]) -> Opening:
    """The opening that somebody wrote: times as ``2026-12-01 08:00``, a pause as two of them.

    Raises:
        Refusal: names the time that cannot be read, or what contradicts what.
    """
    lines = [line for line in str(written.get("pauses") or "").splitlines() if line.strip()]
    pauses = tuple(_pause(line) for line in lines)
    opens, closes = _time(written.get("opens")), _time(written.get("closes"))
    if opens and closes and opens >= closes:
        raise Refusal(_("The survey closes before it opens."))
    try:
        return Opening(
            opens=opens,
            closes=closes,
            pauses=pauses,
            grace=int(written.get("grace") or 0),
            thanks=_words(written, "thanks"),
            closed=_words(written, "closed"),
            invited_only=bool(written.get("invited_only")),
        )
    except BrokenHours:
        raise Refusal(_("There are too many pauses, or the grace is too long.")) from None


def lines_of(opening: Opening) -> dict[str, Any]:
    """The opening as it is written in the form; :func:`hours_of` reads the same back."""
    return {
        "opens": _line(opening.opens),
        "closes": _line(opening.closes),
        "pauses": "\n".join(f"{_line(start)} – {_line(end)}" for start, end in opening.pauses),
        "grace": opening.grace,
        "thanks_sv": opening.thanks.sv,
        "thanks_en": opening.thanks.en,
        "closed_sv": opening.closed.sv,
        "closed_en": opening.closed.en,
        "invited_only": opening.invited_only,
    }


def written_hours(opening: Opening) -> list[tuple[str, str]]:
    """What is decided about the hours, in words: pairs of what and when."""
    at_once, no_end = _("As soon as the dialogue is open"), _("When the dialogue closes")
    return [
        (_("Opens"), _moment(opening.opens) if opening.opens else at_once),
        (_("Closes"), _moment(opening.closes) if opening.closes else no_end),
        *(
            (
                _("Pause"),
                _("%(start)s to %(end)s", start=_moment(start), end=_moment(end)),
            )
            for start, end in opening.pauses
        ),
    ]


def _moment(wall: datetime) -> str:
    day, time = long_date(wall.date()), wall.strftime("%H.%M")
    return str(_("%(day)s at %(time)s", day=day, time=time))


def _line(wall: datetime | None) -> str:
    return wall.strftime("%Y-%m-%d %H:%M") if wall else ""


def _pause(line: str) -> tuple[datetime, datetime]:
    start, _dash, end = line.replace(" - ", "–").partition("–")
    first, last = _time(start), _time(end)
    if first is None or last is None:
        sentence = _("Write a pause as two times: 2026-12-24 12:00 – 2026-12-27 07:00.")
        raise Refusal(sentence)
    if first >= last:
        raise Refusal(_("A pause ends before it starts: %(line)s.", line=line.strip()[:60]))
    return first, last


def _time(text: Any) -> datetime | None:
    words = str(text or "").strip()
    if not words:
        return None
    try:
        return datetime.strptime(words.replace(".", ":").replace("T", " "), "%Y-%m-%d %H:%M")
    except ValueError:
        raise Refusal(
            _("“%(text)s” is no time. Write it like 2026-12-01 08:00.", text=words[:40])
        ) from None


def _words(written: Mapping[str, Any], name: str) -> Localized:
    return Localized(*(str(written.get(f"{name}_{code}") or "")[:2000] for code in ("sv", "en")))
