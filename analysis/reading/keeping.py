"""Writes a reading beside what people decided: the machine's words are its own, theirs stand."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Select, delete, exists, insert, literal, select, update
from sqlalchemy.orm import Session

from analysis.models import AnalysisRun, StoryOutcome, Theme, ThemeAct, ThemeQuote, ThemeStory
from analysis.text.guidance import Hooks
from analysis.text.themes import Reading, StoryReading
from analysis.text.themes import Theme as FoundTheme
from analysis.themes.deciding import PROPOSED, Decisions
from analysis.themes.figures import count_anew
from analysis.themes.history import (
    decided_in,
    lift_signature,
    note_act,
    place_anew,
    settle,
)
from analysis.themes.invested import columns_of_people
from analysis.themes.mapping import Places
from dialogue.ground import audit
from dialogue.ground.localized import Localized
from dialogue.voices.models import Story

AT_ONCE = 1_000


def write_down(
    session: Session,
    dialogue: uuid.UUID,
    reading: Reading,
    hooks: Hooks,
    places: Places | None = None,
) -> AnalysisRun:
    """Write a reading: proposals, places, quotes and outcomes; people's acts stand above it.

    ``hooks`` is what the reading was told of people's corrections; ``places`` are coordinates
    on the map in the order of the stories.
    """
    session.expire_all()
    themes = list(session.scalars(_locked(dialogue)))
    decided = decided_in(session, dialogue)
    run = _run(session, dialogue, reading, hooks)
    before = _shown(session, themes)
    known = _propose(session, dialogue, themes, reading.themes, run)
    session.flush()
    alive = _still_there(session, dialogue)
    told = {key: each for each in reading.stories if (key := uuid.UUID(each.id)) in alive}
    where = _where(reading, places)
    _note_outcomes(session, dialogue, told, decided, where)
    everyone = set(told) | {story for one in before.values() for story in one.stories}
    place_anew(session, list(known.values()), everyone, decided)
    _leave_out(session, known.values(), everyone - set(told))
    _quote(session, known, reading.themes, alive)
    session.flush()
    for theme in known.values():
        settle(theme, decided)
        session.expire(theme, ["assignments", "quotes"])
    after = _shown(session, known.values())
    for theme in themes:
        if before[theme.id] != after[theme.id]:
            lift_signature(session, theme)
    _let_go(session, [t for t in known.values() if t.run_id != run.id], decided)
    count_anew(session, dialogue)
    audit.record(session, "stories read", dialogue, by="machine", stories=len(told))
    return run


def _locked(dialogue: uuid.UUID) -> Any:
    """The themes, so that nobody changes them until the reading is written."""
    return select(Theme).where(Theme.dialogue_id == dialogue).with_for_update()


def _run(session: Session, dialogue: uuid.UUID, reading: Reading, hooks: Hooks) -> AnalysisRun:
    corrected = {story for stories in hooks.seeds.values() for story in stories}
    run = AnalysisRun(
        dialogue_id=dialogue,
        stories=len(reading.stories),
        recipe=dict(reading.recipe)
        | {
            "themes": len(reading.themes),
            "corrected": len(corrected | set(hooks.confirmed)),
        },
        set_aside={note.code: note.count for note in reading.notes},
        kept=reading.kept.to_bytes() if reading.themes and reading.kept else None,
    )
    session.add(run)
    session.flush()
    return run


def _propose(
    session: Session,
    dialogue: uuid.UUID,
    themes: Sequence[Theme],
    found: Iterable[FoundTheme],
    run: AnalysisRun,
) -> dict[str, Theme]:
    """The machine's own words for each theme, and a row of history where they are new."""
    known = {theme.machine_key: theme for theme in themes}
    for each in found:
        theme = known.get(each.key)
        if theme is None:
            theme = known[each.key] = Theme(
                dialogue_id=dialogue, machine_key=each.key, proposed_sv="", proposed_en=""
            )
            session.add(theme)
        new = (each.label.sv[:200], each.label.en[:200])
        changed = (theme.proposed_sv, theme.proposed_en) != new
        before = {"sv": theme.proposed_sv, "en": theme.proposed_en}
        theme.proposed_sv, theme.proposed_en = new
        theme.run_id = run.id
        theme.keywords = {lang: list(words) for lang, words in each.keywords.items()}
        theme.ties = {frame: dict(nodes) for frame, nodes in each.ties.items()}
        if changed:
            session.flush()
            after = {"sv": new[0], "en": new[1], "size": each.size}
            note_act(session, dialogue, PROPOSED, theme, by=None, before=before, after=after)
    return known


def _let_go(session: Session, themes: Iterable[Theme], decided: Decisions) -> None:
    """Remove themes that hold no story and that nobody has had anything to do with."""
    touched = decided.touched()
    for theme in themes:
        if theme.id in touched or theme.by_hand or theme.assignments:
            continue
        if not any(session.scalar(one) for one in _spoken_for(theme)):
            session.delete(theme)
    session.flush()


def _spoken_for(theme: Theme) -> Iterator[Select[Any]]:
    """Questions whether anything that people wrote belongs to a theme."""
    of_people = ThemeAct.theme_id == theme.id, ThemeAct.kind != PROPOSED
    yield select(literal(True)).where(exists().where(*of_people))
    chosen = ThemeQuote.theme_id == theme.id, ThemeQuote.hidden_at.is_not(None)
    yield select(literal(True)).where(exists().where(*chosen))
    for column in columns_of_people():
        yield select(literal(True)).where(exists().where(column == theme.id))


def _still_there(session: Session, dialogue: uuid.UUID) -> frozenset[uuid.UUID]:
    """The stories that nobody withdrew while they were read; they stay until the commit."""
    mine = select(Story.id).where(Story.dialogue_id == dialogue)
    return frozenset(session.scalars(mine.with_for_update(read=True, key_share=True)))


def _where(reading: Reading, places: Places | None) -> dict[uuid.UUID, tuple[float, float]]:
    """Each story's place on the map, where it has one."""
    if places is None:
        return {}
    return {
        uuid.UUID(told.id): (float(x), float(y))
        for told, (x, y) in zip(reading.stories, places, strict=True)
        if not np.isnan(x)
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person vouches for with a signature: the name, the stories and the quotes."""

    name: Localized
    stories: frozenset[uuid.UUID]
    quotes: frozenset[tuple[uuid.UUID, int, int]]


def _shown(session: Session, themes: Iterable[Theme]) -> dict[uuid.UUID, Shown]:
    themes = list(themes)
    stories: dict[uuid.UUID, set[uuid.UUID]] = {theme.id: set() for theme in themes}
    quotes: dict[uuid.UUID, set[tuple[uuid.UUID, int, int]]] = {theme.id: set() for theme in themes}
    placed = select(ThemeStory.theme_id, ThemeStory.story_id)
    for theme, story in session.execute(placed.where(ThemeStory.theme_id.in_(list(stories)))):
        stories[theme].add(story)
    span = select(ThemeQuote.theme_id, ThemeQuote.story_id, ThemeQuote.start, ThemeQuote.end)
    shown = span.where(ThemeQuote.theme_id.in_(list(stories)), ThemeQuote.hidden_at.is_(None))
    for theme, story, start, end in session.execute(shown):
        quotes[theme].add((story, start, end))
    return {
        theme.id: Shown(theme.name, frozenset(stories[theme.id]), frozenset(quotes[theme.id]))
        for theme in themes
    }


def _leave_out(session: Session, themes: Iterable[Theme], absent: Iterable[uuid.UUID]) -> None:
    """Stories that were not read, because they are held, stand in no theme meanwhile."""
    gone = sorted(absent, key=str)
    for start in range(0, len(gone), AT_ONCE):
        chunk = gone[start : start + AT_ONCE]
        session.execute(delete(ThemeStory).where(ThemeStory.story_id.in_(chunk)))


def _note_outcomes(
    session: Session,
    dialogue: uuid.UUID,
    told: Mapping[uuid.UUID, StoryReading],
    decided: Decisions,
    where: Mapping[uuid.UUID, tuple[float, float]],
) -> None:
    """The machine's word on each story. Where a person has placed one, the word from before
    stands, since the new one was told the answer."""
    earlier: dict[uuid.UUID, list[Any]] = dict(
        session.execute(
            select(StoryOutcome.story_id, StoryOutcome.placed).where(
                StoryOutcome.dialogue_id == dialogue,
                StoryOutcome.story_id.in_(list(decided.choices)),
            )
        ).all()
    )
    langs = dict(
        session.execute(select(Story.id, Story.lang).where(Story.dialogue_id == dialogue)).all()
    )
    rows = []
    for story, each in told.items():
        words = list(map(list, each.themes)) if each.theme else []
        if story in decided.choices:
            words = earlier.get(story, words)
        x, y = where.get(story, (None, None))
        rows.append(outcome_row(dialogue, story, each, words) | {"x": x, "y": y})
    session.execute(delete(StoryOutcome).where(StoryOutcome.dialogue_id == dialogue))
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(StoryOutcome), rows[start : start + AT_ONCE])
    heard = [
        {"id": story, "lang": each.lang}
        for story, each in told.items()
        if each.lang and each.lang != langs[story]
    ]
    if heard:
        session.execute(update(Story), heard)
    session.expire_all()


def outcome_row(
    dialogue: uuid.UUID, story: uuid.UUID, told: StoryReading, placed: list[list[Any]]
) -> dict[str, Any]:
    """A row of :class:`StoryOutcome`."""
    return {
        "story_id": story,
        "dialogue_id": dialogue,
        "placed": placed,
        "unplaced": not placed,
        "ties": {frame: dict(nodes) for frame, nodes in told.ties.items()},
        "aside": told.aside.value if told.aside else "",
    }


def _quote(
    session: Session,
    known: Mapping[str, Theme],
    found: Iterable[FoundTheme],
    alive: frozenset[uuid.UUID],
) -> None:
    """Telling spans are chosen anew; one that a person hid is not shown again."""
    for theme in found:
        kept = known[theme.key]
        mine = ThemeQuote.theme_id == kept.id
        hidden = set(
            session.execute(
                select(ThemeQuote.story_id, ThemeQuote.start, ThemeQuote.end)
                .where(mine, ThemeQuote.hidden_at.is_not(None))
            ).all()
        )  # fmt: skip
        session.execute(delete(ThemeQuote).where(mine, ThemeQuote.hidden_at.is_(None)))
        for place, quote in enumerate(theme.quotes):
            span = (uuid.UUID(quote.story_id), quote.start, quote.end)
            if span not in hidden and span[0] in alive:
                session.add(
                    ThemeQuote(
                        theme_id=kept.id, story_id=span[0], place=place,
                        start=quote.start, end=quote.end, digest=digest_of(quote.text),
                    )
                )  # fmt: skip


def digest_of(text: str) -> str:
    """SHA-256 of the words of a quote, as they stood when it was chosen."""
    return hashlib.sha256(text.encode()).hexdigest()
