"""The page on which a question becomes another kind: first what is lost, then the button."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from dialogue.ground.access import open_to
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from surveys import shaping
from surveys.building import authoring
from surveys.building.editing import BUILDERS, building, editing
from surveys.building.kind_names import kind_names
from surveys.building.turning import turned


@editing.route("/fraga/<question>/slag", methods=["GET", "POST"])
@open_to(BUILDERS)
def kind(dialogue: str, question: str) -> Any:
    """What becomes of a question as another kind; nothing is changed before the button."""
    found, survey = building(dialogue)
    document = authoring.draft_document(survey)
    old = shaping.question_named(document, question)
    wanted = request.values.get("kind", old.kind)
    refused = ""
    try:
        if request.method == "POST":
            authoring.turn(session(), survey, question, wanted, request.form.get("seen", ""))
            return redirect(
                url_for("editing.question", dialogue=dialogue, question=question, saved=1), 303
            )
    except authoring.Overtaken as refusal:
        session().rollback()
        refused = refusal.sentence
    except Refusal as refusal:
        session().rollback()
        refused, wanted = refusal.sentence, old.kind
    offered = wanted if wanted in kind_names() else old.kind
    page = render_template(
        "editing/kind.html",
        dialogue=found,
        question=old,
        kinds=kind_names(),
        wanted=offered,
        lost=turned(document, question, offered).lost,
        seen=authoring.mark_of(old),
        refused=refused,
    )
    return page, 422 if refused else 200
