"""The codebook of a dialogue: what the machine reads by, changed by people who know better."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from analysis.codebook_models import CodebookDraft
from analysis.codebooks import editing, forms
from analysis.codebooks.previewing import LONE, NEW, PREVIEW_JOB
from analysis.reading import choosing
from analysis.reading.runs import READ_JOB
from analysis.room import board, number_told, told, trace
from dialogue.ground.access import open_to
from dialogue.ground.db import leaves_trace, session
from dialogue.ground.errors import Refusal
from dialogue.ground.jobs import ask_for, latest_job
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue, User
from dialogue.hosts.rights import Holding, Right, dialogue_named, signed_in
from dialogue.vision.codebook_files import document_of, parsed
from dialogue.vision.tables import VisionError
from dialogue.voices.models import Story

LONGEST_FILE = 8_000_000
LONGEST_NOTE = 400
LONGEST_NAME = 120
NEW_THEME = "nytt"


@board.get("/kodbok")
@open_to(Holding(Right.READ_STORIES))
def codebook(dialogue: str) -> str:
    """What the dialogue's stories are read by, and the ways to change it."""
    found = dialogue_named(dialogue)
    editions = choosing.editions_of(session(), found.organisation_id)
    return render_template(
        "codebooks/show.html",
        dialogue=found,
        choice=choosing.choice_of(session(), found.id),
        draft=editing.draft_of(session(), found),
        editions=[(one, session().get(User, one.kept_by)) for one in editions],
        shipped={name: choosing.shipped(name) for name in choosing.shipped_names()},
        none_choice=choosing.NONE,
        job=latest_job(READ_JOB, found.id),
        longest_name=LONGEST_NAME,
    )


@board.get("/kodbok/fil")
@open_to(Holding(Right.READ_STORIES))
def codebook_file(dialogue: str) -> Response:
    """The codebook as a file to share."""
    found = dialogue_named(dialogue)
    book = choosing.choice_of(session(), found.id).book
    if book is None:
        abort(404)
    text = json.dumps(document_of(book), ensure_ascii=False, indent=1)
    name = f'attachment; filename="codebook-{book.key}.json"'
    return Response(text, content_type="application/json", headers={"Content-Disposition": name})


@board.post("/kodbok/valj")
@open_to(Holding(Right.EDIT_THEMES))
def choose_codebook(dialogue: str) -> Any:
    """Read the dialogue with another codebook."""
    found = dialogue_named(dialogue)
    choosing.choose(session(), found, told("book", 60), by=signed_in())
    return redirect(url_for("analysis.codebook", dialogue=dialogue), 303)


@board.post("/kodbok/andra")
@open_to(Holding(Right.EDIT_THEMES))
def change_codebook(dialogue: str) -> Any:
    """Begin to change the codebook, to write a new one, or to take one from a file."""
    found = dialogue_named(dialogue)
    way = told("way", 20)
    if way == "new":
        name = Localized(told("name-sv", LONGEST_NAME), told("name-en", LONGEST_NAME))
        editing.write_new(session(), found, name, by=signed_in())
    elif way == "file":
        editing.take_file(session(), found, _document_sent(), by=signed_in())
    else:
        editing.start_draft(session(), found, by=signed_in())
    return _to_draft(found)


@board.get("/kodbok/utkast")
@open_to(Holding(Right.READ_STORIES))
@leaves_trace
def codebook_draft(dialogue: str) -> Any:
    """The change that is under way, and what it would do to the stories."""
    found = dialogue_named(dialogue)
    draft = _draft(found)
    trace("codebook draft opened", found)
    return render_template(
        "codebooks/draft.html",
        dialogue=found,
        draft=draft,
        book=draft.document,
        before={theme["key"]: theme for theme in draft.before.get("theme", ())},
        gone=_gone(draft),
        names=_names(draft),
        examples=_examples(found, draft) if draft.shown else [],
        job=latest_job(PREVIEW_JOB, found.id),
        longest_note=LONGEST_NOTE,
    )


@board.get("/kodbok/utkast/tema/<entry>")
@open_to(Holding(Right.EDIT_THEMES))
def codebook_theme(dialogue: str, entry: str) -> Any:
    """One theme of the draft, or a new one, to write."""
    found = dialogue_named(dialogue)
    draft = _draft(found)
    return _theme_page(found, draft, entry, *_kept(draft, entry))


@board.post("/kodbok/utkast/tema/<entry>")
@open_to(Holding(Right.EDIT_THEMES))
def write_codebook_theme(dialogue: str, entry: str) -> Any:
    """Write one theme of the draft."""
    found = dialogue_named(dialogue)
    draft = _draft(found)
    _words, stories = _kept(draft, entry)
    words = forms.words_sent(draft.document)
    seen = number_told("version") or draft.version
    try:
        if seen != draft.version:
            raise StaleDataError
        key = None if entry == NEW_THEME else entry
        editing.write_theme(session(), draft, key, words, by=signed_in())
    except (Refusal, StaleDataError) as error:
        session().rollback()
        draft = _draft(found)
        sentence = error.sentence if isinstance(error, Refusal) else _overtaken()
        status = 422 if isinstance(error, Refusal) else 409
        return _theme_page(found, draft, entry, words, stories, sentence), status
    return _to_draft(found)


@board.post("/kodbok/utkast/tema/<entry>/ta-bort")
@open_to(Holding(Right.EDIT_THEMES))
def remove_codebook_theme(dialogue: str, entry: str) -> Any:
    """Take a theme out of the draft."""
    found = dialogue_named(dialogue)
    draft = _unless_overtaken(_draft(found))
    editing.remove_theme(session(), draft, entry, by=signed_in())
    return _to_draft(found)


@board.post("/kodbok/utkast/prova")
@open_to(Holding(Right.EDIT_THEMES))
def try_codebook(dialogue: str) -> Any:
    """Ask the machine what the draft would do to the stories."""
    found = dialogue_named(dialogue)
    if not _draft(found).document["theme"]:
        raise Refusal(_("Write at least one theme first."))
    ask_for(PREVIEW_JOB, found.id)
    return _to_draft(found)


@board.post("/kodbok/utkast/behall")
@open_to(Holding(Right.EDIT_THEMES))
def keep_codebook(dialogue: str) -> Any:
    """Keep the draft as a new edition."""
    found = dialogue_named(dialogue)
    draft = _unless_overtaken(_draft(found))
    editing.keep_draft(session(), found, draft, told("note", LONGEST_NOTE), by=signed_in())
    return redirect(url_for("analysis.codebook", dialogue=dialogue), 303)


@board.post("/kodbok/utkast/slang")
@open_to(Holding(Right.EDIT_THEMES))
def throw_codebook_away(dialogue: str) -> Any:
    """Leave the codebook as it was."""
    found = dialogue_named(dialogue)
    editing.throw_away(session(), _draft(found), by=signed_in())
    return redirect(url_for("analysis.codebook", dialogue=dialogue), 303)


def _draft(found: Dialogue) -> CodebookDraft:
    draft = editing.draft_of(session(), found)
    if draft is None:
        abort(404)
    return draft


def _to_draft(found: Dialogue) -> Any:
    return redirect(url_for("analysis.codebook_draft", dialogue=found.slug), 303)


def _overtaken() -> str:
    return str(
        _(
            "Somebody changed the codebook while you were writing. Nothing of yours is lost: look "
            "through it and save again."
        )
    )


def _unless_overtaken(draft: CodebookDraft) -> CodebookDraft:
    if number_told("version") not in (None, draft.version):
        raise Refusal(_("Somebody changed the codebook meanwhile. Look at it again first."))
    return draft


def _document_sent() -> object:
    sent = request.files.get("file")
    data = sent.read(LONGEST_FILE + 1) if sent else b""
    if not data:
        raise Refusal(_("Choose a file with a codebook."))
    if len(data) > LONGEST_FILE:
        raise Refusal(_("The file is too large for a codebook."))
    try:
        return parsed(data)
    except VisionError as error:
        raise Refusal(_("This file cannot be read as a codebook.")) from error


def _kept(draft: CodebookDraft, theme: str) -> tuple[editing.ThemeWords, list[dict[str, Any]]]:
    """A theme's words in the draft, and its example stories; 404 when there is none."""
    if theme == NEW_THEME:
        empty = Localized("", "")
        return editing.ThemeWords(empty, empty, {}, {}), []
    found = [one for one in draft.document["theme"] if one["key"] == theme]
    if not found:
        abort(404)
    return forms.words_kept(found[0]), found[0].get("exemplars", [])


def _theme_page(
    found: Dialogue,
    draft: CodebookDraft,
    theme: str,
    words: editing.ThemeWords,
    stories: list[dict[str, Any]],
    sentence: str = "",
) -> Any:
    return render_template(
        "codebooks/theme.html",
        dialogue=found,
        draft=draft,
        key=theme,
        new=theme == NEW_THEME,
        words=words,
        stories=stories,
        ties=forms.ties_shown(draft.document, words.ties),
        faults=[("label-sv", sentence)] if sentence else [],
        longest=forms,
    )


def _gone(draft: CodebookDraft) -> list[dict[str, Any]]:
    """The themes that the draft has taken out."""
    there = {theme["key"] for theme in draft.document["theme"]}
    return [theme for theme in draft.before.get("theme", ()) if theme["key"] not in there]


def _names(draft: CodebookDraft) -> dict[str, Localized]:
    """What the places of stories are called in the preview."""
    themes = (*draft.before.get("theme", ()), *draft.document["theme"])
    return {theme["key"]: Localized(**theme["label"]) for theme in themes} | {
        LONE: Localized("Ensamma röster", "Lone voices"),
        NEW: Localized("Nya teman som maskinen föreslår", "New themes that the machine proposes"),
    }


def _examples(found: Dialogue, draft: CodebookDraft) -> list[tuple[Story, str, str]]:
    """Stories that would move, with where from and where to."""
    shown = []
    for key, of, to in draft.preview.get("examples", ()):
        story = session().get(Story, uuid.UUID(key))
        if story is not None and story.dialogue_id == found.id:
            shown.append((story, of, to))
    return shown
