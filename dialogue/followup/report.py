"""The public page: what was said, in signed themes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from dialogue.followup.proving import shown_under
from dialogue.followup.publishing import newest_publication
from dialogue.ground.access import Access, open_to
from dialogue.ground.clock import local
from dialogue.ground.db import session
from dialogue.ground.i18n import current_language
from dialogue.ground.privacy import PublicCount
from dialogue.hosts.rights import dialogue_named

report = Blueprint("report", __name__, url_prefix="/<language:language>/dialog/<dialogue>")


@report.get("/resultat")
@open_to(Access.ANYONE)
def show(dialogue: str) -> str:
    """The newest publication of a dialogue."""
    found = dialogue_named(dialogue)
    publication = newest_publication(session(), found) if found.is_public else None
    if publication is None:
        abort(404)
    snapshot = publication.snapshot
    smallest = snapshot["smallest"]

    def counted(number: int | None) -> PublicCount:
        return PublicCount(number, smallest)

    shown = {theme["key"]: shown_under(publication, theme["key"]) for theme in snapshot["themes"]}
    themes: list[dict[str, Any]] = [
        theme
        | {
            "name": shown[theme["key"]].name,
            "size": counted(theme["size"]),
            "shown": shown[theme["key"]],
        }
        for theme in snapshot["themes"]
    ]
    return render_template(
        "report/show.html",
        dialogue=found,
        publication=publication,
        published_on=local(publication.published_at).date(),
        stories=counted(snapshot["stories"]),
        smallest=smallest,
        themes=themes,
        easy=current_language() == "sv" and request.args.get("latt") == "1",
    )
