"""The page and the file that set three codings beside each other."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from analysis.coding_models import Coding
from analysis.models import StoryOutcome
from analysis.room import board, number_told, smallest_group, story_in, theme_in, told, trace
from analysis.together.agreement import FEW, FEWEST
from analysis.together.codings import (
    MARKS,
    NODES,
    PAIRS,
    code_story,
    findings,
    shown_figures,
    three_words,
)
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in
from dialogue.voices.models import DeskState, Story


@board.get("/kodningar")
@open_to(Holding(Right.READ_STORIES))
def codings(dialogue: str) -> str:
    """How tellers, machine and people agree, and where they do not."""
    found = dialogue_named(dialogue)
    figures = shown_figures(session(), found.id)
    return render_template(
        "analysis/codings.html",
        dialogue=found,
        figures=figures,
        pairs=PAIRS,
        marks=MARKS,
        findings=findings(figures, smallest_group()),
        fewest=FEWEST,
        few=FEW,
        uncoded=_uncoded(found),
        smallest=smallest_group(),
    )


@board.get("/kodningar/fil")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def codings_file(dialogue: str) -> Any:
    """The three codings of every story as CSV; no words of any story."""
    found = dialogue_named(dialogue)
    lines = [_line(["story", *(f"{s}_mark" for s in ("teller", "machine", "people")), *(
        f"{s}_{node}" for s in ("teller", "machine", "people") for node in NODES
    )])]  # fmt: skip
    rows = list(three_words(session(), found.id))
    few = len(rows) < smallest_group()
    for each in [] if few else rows:
        points = [each.points[s] or ("", "", "") for s in ("teller", "machine", "people")]
        marks = [each.marks[s] or "" for s in ("teller", "machine", "people")]
        lines.append(_line([str(each.story), *marks, *(v for given in points for v in given)]))
    trace("codings taken out", found, stories=len(rows))
    made = make_response("\ufeff" + "".join(lines))
    made.content_type = "text/csv; charset=utf-8"
    made.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-kodningar.csv"'
    return made


def _line(cells: Iterable[object]) -> str:
    held = io.StringIO()
    csv.writer(held, delimiter=";", quoting=csv.QUOTE_ALL).writerow(list(cells))
    return held.getvalue()


@board.post("/berattelser/<uuid:story>/koda")
@open_to(Holding(Right.EDIT_THEMES))
def code(dialogue: str, story: uuid.UUID) -> Any:
    """Keep what the reader says the story is about; on to the next that they have not coded."""
    found = dialogue_named(dialogue)
    chosen = story_in(found, story)
    keys = []
    for text in request.form.getlist("theme")[:50]:
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            continue
    themes = [theme_in(found, key) for key in dict.fromkeys(keys)]
    code_story(session(), chosen, told("mark", 20), points_told(), themes, by=signed_in())
    following = _uncoded(found, chosen) if request.form.get("next") else None
    target = following or chosen.id
    return redirect(url_for("analysis.story", dialogue=dialogue, story=target, _anchor="own"), 303)


def points_told() -> dict[str, int]:
    """The ten points of the form that was sent, nothing when none were given."""
    given = {}
    for place, node in enumerate(NODES):
        number = number_told(f"points-{place}")
        if number is None and told(f"points-{place}"):
            raise Refusal(_("Share exactly ten points, or none at all."))
        given[node] = number or 0
    return given if any(given.values()) else {}


def coding_of(story: Story) -> Coding | None:
    """What the reader has said of a story."""
    return session().get(Coding, (story.id, signed_in().id))


def codings_of(story: Story) -> list[Coding]:
    """What everybody at the desk has said of a story."""
    return list(session().scalars(select(Coding).where(Coding.story_id == story.id)))


def _uncoded(found: Dialogue, after: Story | None = None) -> uuid.UUID | None:
    """A story that was read by the machine and that the reader has not coded yet."""
    mine = select(Coding.story_id).where(Coding.user_id == signed_in().id)
    waiting = (
        select(Story.id)
        .join(StoryOutcome, StoryOutcome.story_id == Story.id)
        .where(
            Story.dialogue_id == found.id,
            Story.desk != DeskState.HELD,
            StoryOutcome.aside == "",
            Story.id.not_in(mine),
        )
        .order_by(Story.id)
        .limit(1)
    )
    if after is not None:
        following = session().scalar(waiting.where(Story.id > after.id))
        if following is not None:
            return following
    return session().scalar(waiting)
