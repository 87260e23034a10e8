"""The figures for programs: what the public report shows, and nothing else, at a steady address.

Both languages stand in one file, so the address has none. No key is asked for, no cookie is set
and any web page may read it.
"""

from __future__ import annotations

import json
from hashlib import sha256

from flask import Blueprint, Response, abort, request, url_for

from dialogue.followup.publishing import newest_publication
from dialogue.ground.access import Access, open_to
from dialogue.ground.db import session
from dialogue.hosts.rights import dialogue_named
from surveys.exchange.files import ANSWER_FORMS
from surveys.exchange.tables import csv_bytes
from surveys.results.files import as_rows
from surveys.results.showing import public_results
from surveys.results.shown import Results

figures = Blueprint("figures", __name__, url_prefix="/api/dialog/<dialogue>")
FORM = "viktigt-for-dig figures 1"


@figures.get("/resultat.<form>")
@open_to(Access.ANYONE)
def released(dialogue: str, form: str) -> Response:
    """The last released figures of a dialogue whose report is published, as JSON or CSV."""
    found = dialogue_named(dialogue)
    results = public_results(found)
    shown = newest_publication(session(), found) is not None
    if results is None or not shown or form not in ("json", "csv"):
        abort(404)
    if form == "json":
        body = _json(results, found.slug, found.title.as_dict())
        response = Response(body, content_type="application/json; charset=utf-8")
    else:
        response = Response(b"".join(csv_bytes(as_rows(results))), content_type=ANSWER_FORMS["csv"])
        response.headers["Content-Disposition"] = f'attachment; filename="{dialogue}-resultat.csv"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _json(results: Results, slug: str, title: dict[str, str]) -> bytes:
    """The tables with what a program has to know to read them."""
    said = {
        "form": FORM,
        "dialogue": slug,
        "title": title,
        "released_on": results.at.date().isoformat() if results.at else None,
        "report": {
            language: url_for("report.show", language=language, dialogue=slug, _external=True)
            for language in ("sv", "en")
        },
        "rounded_to": 5,
        "hidden": "null is a number under the smallest group, or one that would give it away",
    }
    return (json.dumps(said | results.as_dict(), ensure_ascii=False, indent=1) + "\n").encode()
