"""The page on which a joint session reads one figure beside its stories."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from flask import abort, render_template

from analysis.coding_models import JointSession, Phase
from analysis.indicator_models import Indicator, Verdict
from analysis.indicators.beside import node_of, themes_beside
from analysis.indicators.choosing import ready_made, values_of
from analysis.indicators.figures import Faulty
from analysis.indicators.showing import figure_said, latest_of, period_said, trend_of
from analysis.room import board, number_told, told
from analysis.together import reading_figures
from analysis.together.pages import joint_in, to_session
from analysis.together.sessions import SessionOvertaken, settled_in
from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named, may, signed_in


@board.get("/tillsammans/<uuid:joint>/indikator/<uuid:indicator>")
@open_to(Holding(Right.READ_LIBRARY))
def joint_figure(dialogue: str, joint: uuid.UUID, indicator: uuid.UUID) -> Any:
    """One figure beside the stories of a session."""
    found = dialogue_named(dialogue)
    chosen = joint_in(found, joint)
    return _page(found, chosen, _followed(chosen, indicator))


@board.post("/tillsammans/<uuid:joint>/indikator/<uuid:indicator>", endpoint="settle_figure")
@open_to(Holding(Right.EDIT_THEMES))
def settle(dialogue: str, joint: uuid.UUID, indicator: uuid.UUID) -> Any:
    """Write down what the session says of it."""
    found = dialogue_named(dialogue)
    chosen = joint_in(found, joint)
    figure = _figure(chosen, indicator)
    try:
        reading_figures.settle_figure(
            session(), chosen, figure, told("verdict", 20), told("note"), by=signed_in(),
            seen=number_told("version") or 0,
        )  # fmt: skip
    except Refusal as refusal:
        session().rollback()
        chosen = joint_in(found, joint)
        status = 409 if isinstance(refusal, SessionOvertaken) else 422
        field = refusal.field if isinstance(refusal, Faulty) else ""
        return _page(found, chosen, _figure(chosen, indicator), (field, refusal.sentence), status)
    return to_session(found, chosen)


def _page(
    found: Dialogue,
    joint: JointSession,
    indicator: Indicator,
    refused: tuple[str, str] = ("", ""),
    status: int = 200,
) -> Any:
    names = may(signed_in(), Right.READ_STORIES, found)
    page = render_template(
        "analysis/joint_figure.html",
        dialogue=found,
        joint=joint,
        indicator=indicator,
        ready=ready_made().get(indicator.ready),
        node=node_of(indicator),
        values=values_of(session(), [indicator])[indicator.id],
        themes=themes_beside(session(), found, indicator, all_names=names),
        said=Counter(each.mark for each in settled_in(session(), joint).values()),
        reading=reading_figures.readings_in(session(), joint).get(indicator.id),
        verdicts=list(Verdict),
        leads=may(signed_in(), Right.EDIT_THEMES, found),
        refused=refused,
        overtaken=status == 409,
        open=joint.phase == Phase.TALKING and indicator.dropped_at is None,
        note=told("note") if refused[1] else "",
        verdict=told("verdict", 20) if refused[1] else "",
        figure_said=figure_said, period_said=period_said, latest_of=latest_of, trend_of=trend_of,
    )  # fmt: skip
    return page, status


def _figure(joint: JointSession, key: uuid.UUID) -> Indicator:
    """An indicator of the session's dialogue, once the talk has begun, or 404."""
    indicator = session().get(Indicator, key)
    if indicator is None or indicator.dialogue_id != joint.dialogue_id:
        abort(404)
    if joint.phase == Phase.CODING:
        abort(404)
    return indicator


def _followed(joint: JointSession, key: uuid.UUID) -> Indicator:
    """An indicator that the session may read: one that is followed, or that it has read already."""
    indicator = _figure(joint, key)
    if indicator.dropped_at is not None and key not in reading_figures.readings_in(
        session(), joint
    ):
        abort(404)
    return indicator
