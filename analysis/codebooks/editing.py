"""Changing a codebook: a draft beside the one in use, which becomes an edition when it is kept."""

from __future__ import annotations

import copy
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.codebook_models import CodebookDraft, CodebookEdition
from analysis.codebooks.checking import check_exemplars, check_label, check_words, checked
from analysis.reading.choosing import choice_of, choose
from analysis.reading.guides import VISION, codebook_guide
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import LANGUAGES, Localized
from dialogue.hosts.models import Dialogue, User
from dialogue.vision.codebook_files import Document, document_of

Lists = dict[str, list[str]]
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """A theme as a person writes it. ``ties`` are strengths from 0 to 1 by node of the frame;
    ``exemplars`` are new stories by language, and ``taken_out`` the ids of stories to remove."""

    label: Localized
    description: Localized
    facets: Lists
    lexicon: Lists
    ties: dict[str, float] = field(default_factory=dict)
    exemplars: Lists = field(default_factory=dict)
    taken_out: frozenset[str] = frozenset()


def draft_of(session: Session, dialogue: Dialogue) -> CodebookDraft | None:
    """The draft that is being changed in a dialogue."""
    return session.get(CodebookDraft, dialogue.id)


def start_draft(session: Session, dialogue: Dialogue, *, by: User) -> CodebookDraft:
    """Begin to change the codebook that the dialogue reads with; the draft if there is one.

    Raises:
        Refusal: when the dialogue reads with no codebook.
    """
    found = draft_of(session, dialogue)
    if found is not None:
        return found
    choice = choice_of(session, dialogue.id)
    if choice.book is None:
        raise Refusal(_("This dialogue reads without a codebook. Choose one, or write a new one."))
    document = document_of(choice.book)
    return _begin(session, dialogue, document, document, by)


def write_new(session: Session, dialogue: Dialogue, name: Localized, *, by: User) -> CodebookDraft:
    """Begin a codebook for another subject, which has no theme yet.

    Raises:
        Refusal: without a name in both languages, or when a draft waits already.
    """
    _refuse_second(session, dialogue)
    if not (name.sv and name.en):
        raise Refusal(_("Write the name of the codebook in both Swedish and English."))
    document: Document = {
        "key": f"bok_{secrets.token_hex(4)}",
        "frame": VISION,
        "text": {"sv": name.sv, "en": name.en},
        "theme": [],
    }
    return _begin(session, dialogue, document, {}, by)


def take_file(session: Session, dialogue: Dialogue, document: object, *, by: User) -> CodebookDraft:
    """Begin with a codebook that somebody else has shared as a file.

    Raises:
        Refusal: when the file is no codebook, or when a draft waits already.
    """
    _refuse_second(session, dialogue)
    book = checked(document if isinstance(document, dict) else {})
    choice = choice_of(session, dialogue.id)
    before = document_of(choice.book) if choice.book else {}
    return _begin(session, dialogue, document_of(book), before, by)


def _refuse_second(session: Session, dialogue: Dialogue) -> None:
    if draft_of(session, dialogue) is not None:
        raise Refusal(_("A change is under way already. Keep it or throw it away first."))


def _begin(
    session: Session, dialogue: Dialogue, document: Document, before: Document, by: User
) -> CodebookDraft:
    draft = CodebookDraft(
        dialogue_id=dialogue.id,
        document=copy.deepcopy(document),
        before=copy.deepcopy(before),
        changed_by=by.id,
    )
    session.add(draft)
    session.flush()
    audit.record(session, "codebook draft begun", dialogue.id, by.id)
    return draft


def write_theme(
    session: Session, draft: CodebookDraft, key: str | None, words: ThemeWords, *, by: User
) -> str:
    """Write a theme of the draft, or a new one where ``key`` is None; its key.

    Raises:
        Refusal: when the theme cannot be read by, in a sentence; nothing is changed.
    """
    document = copy.deepcopy(draft.document)
    if key is None:
        theme: dict[str, Any] = {"key": f"tema_{secrets.token_hex(4)}", "exemplars": []}
        document["theme"].append(theme)
    else:
        theme = theme_in(document, key)
    theme["label"] = {"sv": words.label.sv, "en": words.label.en}
    check_label(document, theme)
    theme["description"] = {
        lang: getattr(words.description, lang) or theme["label"][lang] for lang in LANGUAGES
    }
    _put_lists(theme, "facets", words.facets)
    starts = {lang: [one.lower() for one in words.lexicon.get(lang, ())] for lang in LANGUAGES}
    _put_lists(theme, "lexicon", starts)
    check_words(theme)
    if document.get("frame"):
        theme["ties"] = {node: tie for node, tie in words.ties.items() if tie > 0}
    _put_exemplars(theme, words)
    check_exemplars(checked(document), theme["key"])
    _changed(session, draft, document, by)
    return str(theme["key"])


def remove_theme(session: Session, draft: CodebookDraft, key: str, *, by: User) -> None:
    """Take a theme out of the draft, and out of the borders of other themes' stories."""
    document = copy.deepcopy(draft.document)
    document["theme"].remove(theme_in(document, key))
    for theme in document["theme"]:
        for story in theme.get("exemplars", ()):
            story["border"] = [one for one in story["border"] if one != key]
    _changed(session, draft, document, by)


def throw_away(session: Session, draft: CodebookDraft, *, by: User) -> None:
    """Leave everything as it was."""
    audit.record(session, "codebook draft thrown away", draft.dialogue_id, by.id)
    session.delete(draft)


def keep_draft(
    session: Session, dialogue: Dialogue, draft: CodebookDraft, note: str, *, by: User
) -> CodebookEdition:
    """Keep the draft as the organisation's next edition, and read the dialogue with it.

    Raises:
        Refusal: without a word on why, without a theme, or before its effect has been shown.
    """
    if not note:
        raise Refusal(_("Say in a few words what you changed and why."))
    book = checked(draft.document)
    if not draft.shown:
        raise Refusal(_("Look at what the change does to the stories before you keep it."))
    newest = select(func.max(CodebookEdition.number)).where(
        CodebookEdition.organisation_id == dialogue.organisation_id,
        CodebookEdition.key == book.key,
    )
    edition = CodebookEdition(
        organisation_id=dialogue.organisation_id,
        key=book.key,
        number=(session.scalar(newest) or 0) + 1,
        digest=codebook_guide(book).version,
        document=draft.document,
        note=note,
        kept_by=by.id,
    )
    session.add(edition)
    session.delete(draft)
    session.flush()
    audit.record(session, "codebook kept", edition.id, by.id, number=edition.number)
    choose(session, dialogue, str(edition.id), by=by)
    return edition


def theme_in(document: Document, key: str) -> dict[str, Any]:
    """A theme of a document.

    Raises:
        Refusal: when it has none by that key.
    """
    for theme in document["theme"]:
        if theme["key"] == key:
            found: dict[str, Any] = theme
            return found
    raise Refusal(_("This theme is no longer in the codebook."))


def _put_lists(theme: dict[str, Any], name: str, lists: Lists) -> None:
    """Short texts in both languages; where one language has none, the other's stand in for it."""
    kept = {lang: _once(lists.get(lang, ())) for lang in LANGUAGES}
    if not any(kept.values()):
        theme.pop(name, None)
        return
    theme[name] = {lang: kept[lang] or kept["sv"] or kept["en"] for lang in LANGUAGES}


def _once(texts: Any) -> list[str]:
    """Each text once, in the order they were written."""
    said = {text.casefold(): text for text in reversed([one.strip() for one in texts]) if text}
    return list(reversed(said.values()))[:MOST_LINES]


def _put_exemplars(theme: dict[str, Any], words: ThemeWords) -> None:
    stories = [one for one in theme.get("exemplars", ()) if one["id"] not in words.taken_out]
    for lang in LANGUAGES:
        for text in words.exemplars.get(lang, ()):
            mark = f"{theme['key']}-{lang}-{uuid.uuid4().hex[:8]}"
            stories.append({"id": mark, "lang": lang, "text": text, "border": []})
    theme["exemplars"] = stories


def _changed(session: Session, draft: CodebookDraft, document: Document, by: User) -> None:
    """Put the changed document in the draft's place; of two at once the later one is told."""
    draft.document = document
    draft.version += 1
    draft.changed_by = by.id
    draft.changed_at = now()
    session.flush()
