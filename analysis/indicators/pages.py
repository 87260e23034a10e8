"""The pages of the indicators: choosing them, and one with its values."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from analysis.indicator_models import Indicator
from analysis.indicators import choosing
from analysis.indicators.beside import FIRST_FRAME, node_of, nodes_beside, themes_beside
from analysis.indicators.figures import Faulty, lines_told
from analysis.indicators.figures import told as value_told
from analysis.indicators.showing import (
    by_name,
    figure_said,
    in_time,
    latest_of,
    period_said,
    trend_of,
)
from analysis.room import board, number_told, smallest_group, told
from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in
from dialogue.vision.indicators import Better, Unit


@board.get("/indikatorer")
@open_to(Holding(Right.READ_LIBRARY))
def indicators(dialogue: str) -> Any:
    """The indicators that are followed, what the stories are about, and more to choose."""
    return _picker(dialogue_named(dialogue))


def _picker(found: Dialogue, refused: tuple[str, str] = ("", ""), status: int = 200) -> Any:
    chosen = choosing.chosen_in(session(), found.id)
    asked = request.args.get("ram", "")
    frame = asked if asked in choosing.frames() else FIRST_FRAME
    names = may(signed_in(), Right.READ_STORIES, found)
    followed = {each.ready for each in chosen}
    dropped = choosing.dropped_in(session(), found.id)
    page = render_template(
        "analysis/indicators.html",
        dialogue=found,
        chosen=chosen,
        values=choosing.values_of(session(), chosen),
        nodes=nodes_beside(session(), found, frame, chosen, smallest_group(), all_names=names),
        frame=frame,
        frames=choosing.frames(),
        ready=[
            each
            for each in choosing.ready_made().values()
            if each.key not in followed or refused[0] == f"why-{each.key}"
        ],
        before={each.ready: each for each in dropped if each.ready},
        dropped=dropped,
        people=_names(each.dropped_by for each in dropped),
        chooses=may(signed_in(), Right.EDIT_THEMES, found),
        most=choosing.MOST,
        smallest=smallest_group(),
        units=list(Unit),
        ways=list(Better),
        refused=refused,
        sent=request.form,
        **_words(),
    )
    return page, status


@board.post("/indikatorer", endpoint="choose_indicator")
@open_to(Holding(Right.EDIT_THEMES))
def choose(dialogue: str) -> Any:
    """Follow a ready-made indicator, or one that is written here."""
    found = dialogue_named(dialogue)
    key = told("ready", 80)
    try:
        if key:
            made = choosing.choose_ready(
                session(), found, key, told("why"), values=bool(request.form.get("values")),
                by=signed_in(),
            )  # fmt: skip
        else:
            made = choosing.write_own(session(), found, _own_told(), told("why"), by=signed_in())
    except Refusal as refusal:
        session().rollback()
        field = refusal.field if isinstance(refusal, Faulty) else ""
        return _picker(found, (field, refusal.sentence), 422)
    return _to(found, made)


def _own_told() -> choosing.Own:
    names = (
        "name_sv", "name_en", "about_sv", "about_en", "unit", "better", "node", "source", "whole",
    )  # fmt: skip
    return choosing.Own(**{name: told(name) for name in names})


@board.get("/indikatorer/<uuid:indicator>")
@open_to(Holding(Right.READ_LIBRARY))
def indicator(dialogue: str, indicator: uuid.UUID) -> Any:
    """One indicator: what it measures, its values, and the themes it stands beside."""
    found = dialogue_named(dialogue)
    return _page(found, _indicator(found, indicator))


def _page(
    found: Dialogue, chosen: Indicator, refused: tuple[str, str] = ("", ""), status: int = 200
) -> Any:
    values = choosing.values_of(session(), [chosen])[chosen.id]
    names = may(signed_in(), Right.READ_STORIES, found)
    page = render_template(
        "analysis/indicator.html",
        dialogue=found,
        indicator=chosen,
        node=node_of(chosen),
        ready=choosing.ready_made().get(chosen.ready),
        values=values,
        places=sorted({each.place for each in values}, key=by_name),
        periods=sorted({each.period for each in values}, key=in_time),
        themes=themes_beside(session(), found, chosen, all_names=names),
        words=choosing.words_of(chosen),
        longest=choosing.WORDS,
        people=_names([chosen.chosen_by, chosen.dropped_by]),
        chooses=may(signed_in(), Right.EDIT_THEMES, found),
        refused=refused,
        sent=request.form,
        **_words(),
    )
    return page, status


@board.post("/indikatorer/<uuid:indicator>", endpoint="keep_indicator_values")
@open_to(Holding(Right.EDIT_THEMES))
def keep_values(dialogue: str, indicator: uuid.UUID) -> Any:
    """Keep one value, or many at once; or take one away."""
    found = dialogue_named(dialogue)
    chosen = _indicator(found, indicator)

    def do() -> None:
        seen, by = number_told("version") or 0, signed_in()
        if "ending" in request.form:
            if not request.form.get("end"):
                raise Faulty("end", _("Choose the value that is wrong."))
            choosing.end_value(session(), chosen, _key(request.form["end"]), by=by, seen=seen)
        elif "lines" in request.form:
            lines = lines_told(request.form["lines"], chosen.unit)
            choosing.keep_values(session(), chosen, lines, by=by, seen=seen)
        else:
            one = value_told(told("period", 40), told("place", 200), told("value", 60), chosen.unit)
            choosing.keep_values(session(), chosen, [one], by=by, seen=seen)

    return _done(found, chosen, do)


@board.post("/indikatorer/<uuid:indicator>/beskriv", endpoint="describe_indicator")
@open_to(Holding(Right.EDIT_THEMES))
def describe(dialogue: str, indicator: uuid.UUID) -> Any:
    """Say anew what an indicator is called, or why it is followed."""
    found = dialogue_named(dialogue)
    chosen = _indicator(found, indicator)

    def do() -> None:
        said = {name: told(name) for name in choosing.WORDS}
        seen = number_told("version") or 0
        choosing.describe(session(), chosen, said, by=signed_in(), seen=seen)

    return _done(found, chosen, do)


@board.post("/indikatorer/<uuid:indicator>/stryk", endpoint="drop_indicator")
@open_to(Holding(Right.EDIT_THEMES))
def drop(dialogue: str, indicator: uuid.UUID) -> Any:
    """Stop following an indicator, with a reason."""
    found = dialogue_named(dialogue)
    chosen = _indicator(found, indicator)

    def do() -> None:
        seen = number_told("version") or 0
        choosing.drop(session(), chosen, told("why"), by=signed_in(), seen=seen)

    return _done(found, chosen, do)


@board.post("/indikatorer/<uuid:indicator>/ta-tillbaka", endpoint="take_indicator_back")
@open_to(Holding(Right.EDIT_THEMES))
def take_back(dialogue: str, indicator: uuid.UUID) -> Any:
    """Follow an indicator again."""
    found = dialogue_named(dialogue)
    chosen = _indicator(found, indicator)

    def do() -> None:
        seen = number_told("version") or 0
        choosing.take_back(session(), found, chosen, by=signed_in(), seen=seen)

    return _done(found, chosen, do)


def _done(found: Dialogue, chosen: Indicator, do: Callable[[], None]) -> Any:
    """Do it; a refusal stands beside its field, and nothing that was typed is lost."""
    key = chosen.id
    try:
        do()
    except Refusal as refusal:
        session().rollback()
        status = 409 if isinstance(refusal, choosing.IndicatorOvertaken) else 422
        field = refusal.field if isinstance(refusal, Faulty) else ""
        return _page(found, _indicator(found, key), (field, refusal.sentence), status)
    return _to(found, chosen)


def _indicator(found: Dialogue, key: uuid.UUID) -> Indicator:
    """An indicator of this dialogue, or 404."""
    chosen = session().get(Indicator, key)
    if chosen is None or chosen.dialogue_id != found.id:
        abort(404)
    return chosen


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(400)


def _words() -> dict[str, Any]:
    """What the templates say figures and periods with."""
    return {
        "figure_said": figure_said, "period_said": period_said, "latest_of": latest_of,
        "trend_of": trend_of, "node_of": node_of,
    }  # fmt: skip


def _names(keys: Any) -> dict[uuid.UUID, str]:
    """People's names by key."""
    wanted = [key for key in keys if key is not None]
    return {user.id: user.name for user in session().query(User).filter(User.id.in_(wanted))}


def _to(found: Dialogue, chosen: Indicator) -> Any:
    address = url_for("analysis.indicator", dialogue=found.slug, indicator=chosen.id)
    return redirect(address, 303)
