"""The survey as a resident meets it on a phone: the residents' own pages, and nothing is kept.

The pages are those of :mod:`surveys.answering.screens`, letter by letter, but for where their
form and links lead, a line on top that says what this is, and a width of 390 pixels.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Response, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from dialogue.ground.access import open_to
from dialogue.ground.forms import clean_form
from dialogue.ground.i18n import current_language
from dialogue.ground.localized import LANGUAGES
from surveys import versions
from surveys.answering.asking import Asking
from surveys.answering.screens import Answering, screen
from surveys.answering.sheets import VARIANTS, Manner, Sheet
from surveys.answering.views import turn
from surveys.building.editing import BUILDERS, building, editing
from surveys.opening import Door, Opening, Standing
from surveys.questions.document import STANDARD, Document

KEPT = frozenset({"save", "unsave", "send"})


@editing.get("/provtitt")
@open_to(BUILDERS)
def preview(dialogue: str) -> Any:
    """The first question, or the one that is asked for, in the wording that is asked for."""
    asking = _asking(dialogue)
    variant, at = request.args.get("variant", STANDARD), request.args.get("at", "")
    if at and at not in {step.id for step in Sheet(asking.document, {}).steps}:
        asking = replace(asking, document=_without_rules(asking.document))
        at = _step_of(asking.document, at)
    manner = Manner(variant=variant if variant in VARIANTS else STANDARD)
    return _as_preview(
        dialogue, screen(Answering(asking, Sheet(asking.document, {}, manner=manner)), at)
    )


@editing.post("/provtitt")
@open_to(BUILDERS)
def previewing(dialogue: str) -> Any:
    """One press of a button of the residents' form."""
    asking = _asking(dialogue)
    form = clean_form(request.form).to_dict(flat=False)
    here = Answering(asking, Sheet.read(asking.document, form), request.form.get("key", ""))
    press = request.form.get("go", "next")
    if press.partition(".")[0] in KEPT:
        return render_template("editing/previewed.html", dialogue=asking.dialogue)
    at = request.form.get("at", "")
    return _as_preview(dialogue, turn(here, at if at in here.places else here.places[0], press))


def _asking(slug: str) -> Asking:
    """The survey as it would be asked: the draft when there is one. It is never left offline."""
    found, survey = building(slug)
    version = versions.draft_of(survey) or survey.versions[-1]
    return Asking(
        found,
        survey,
        version,
        versions.document_of(version),
        Opening(invited_only=True),
        Standing(Door.OPEN),
    )


def _without_rules(document: Document) -> Document:
    sections = (
        replace(
            section,
            show_if=None,
            questions=tuple(replace(each, show_if=None) for each in section.questions),
        )
        for section in document.sections
    )
    return replace(document, sections=tuple(sections))


def _step_of(document: Document, name: str) -> str:
    """The screen on which a question stands."""
    return next(
        (step.id for step in document.steps if any(each.id == name for each in step.questions)),
        name,
    )


def _as_preview(slug: str, response: Response) -> Response:
    """The residents' page with its form led back here, and a line on top."""
    html = response.get_data(as_text=True)
    for language in (current_language(), *LANGUAGES):
        residents = url_for("surveys.answering", dialogue=slug, language=language)
        ours = url_for("editing.previewing", dialogue=slug, language=language)
        html = html.replace(f'action="{residents}"', f'action="{ours}"')
    page = url_for("pages.show", dialogue=slug)
    home = f'href="{url_for("editing.outline", dialogue=slug)}"'
    html = re.sub(rf'href="{re.escape(page)}(?:/[^"]*)?"', lambda _found: home, html)
    token = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
    html = html.replace(
        '<input type="hidden" name="key"', f'{token}<input type="hidden" name="key"'
    )
    html = html.replace('<body class="asking', '<body class="preview asking', 1)
    top = render_template("editing/preview_line.html", slug=slug)
    html = html.replace("</head>", f"{render_template('editing/preview_head.html')}</head>", 1)
    response.set_data(html.replace('<main id="main"', f'{top}<main id="main"', 1))
    return response
