"""What a changed codebook does to a dialogue's stories, before it is kept."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from analysis.codebook_models import CodebookDraft
from analysis.codebooks.checking import checked
from analysis.reading.machine import embedder, learned_from
from analysis.reading.runs import as_told, readable, told_by_people
from analysis.reading.vectors import embed_stories, stored_vectors
from analysis.text.themes import Reading
from dialogue.ground.db import session
from dialogue.ground.jobs import Progress, job
from dialogue.vision.codebook import Codebook
from dialogue.vision.codebook_files import codebook_from
from dialogue.voices.models import Story

PREVIEW_JOB = "preview codebook"
MOST_STORIES = 2_000
EXAMPLES = 12
LONE = ""
"""The place of stories that no theme of a codebook holds."""
NEW = "?"
"""The place of stories in themes that the machine discovered."""


@job(PREVIEW_JOB)
def preview(dialogue: uuid.UUID, progress: Progress) -> None:
    """Read the stories with the codebook of before and with the draft, and note what differs."""
    draft = session().get(CodebookDraft, dialogue)
    if draft is None:
        return
    version = draft.version
    before = codebook_from(draft.before) if draft.before else None
    after = checked(draft.document)
    session().commit()
    machine = embedder()
    embed_stories(machine, dialogue, progress)
    stories = chosen(readable(dialogue))
    vectors = stored_vectors(machine, stories)
    hooks, _previous = told_by_people(dialogue, stories)
    told = [as_told(story) for story in stories]
    session().commit()
    found = []
    for step, book in enumerate((before, after)):
        progress("compare", step, 2)
        reading = learned_from(book).quick().read(told, vectors=vectors, hooks=hooks)
        found.append(places(reading, book))
    was, now = found
    draft = session().get(CodebookDraft, dialogue, populate_existing=True)
    if draft is not None and draft.version == version:
        draft.preview = effect(was, now)
        draft.previewed = version
    session().commit()


def chosen(stories: Sequence[Story]) -> list[Story]:
    """At most ``MOST_STORIES``, evenly spread over their keys, which are drawn at random."""
    step = max(1, -(-len(stories) // MOST_STORIES))
    return list(stories[::step])


def places(reading: Reading, book: Codebook | None) -> dict[str, str]:
    """The theme of each story that was read, by its key in the codebook."""
    known = {theme.key for theme in book.themes} if book else set()
    return {
        each.id: LONE if not each.theme else each.theme if each.theme in known else NEW
        for each in reading.stories
        if each.aside is None
    }


def effect(was: dict[str, str], now: dict[str, str]) -> dict[str, Any]:
    """The numbers of stories by theme before and after, and which stories moved.

    ``themes`` maps a theme's key to (before, after, came, left); ``moved`` are at most
    ``EXAMPLES`` (story, from, to), spread over what they moved between.
    """
    counts_before, counts_after = Counter(was.values()), Counter(now.values())
    moves = sorted((was[one], now[one], one) for one in now if was.get(one, now[one]) != now[one])
    came, left = Counter(to for _of, to, _one in moves), Counter(of for of, _to, _one in moves)
    kinds: Counter[tuple[str, str]] = Counter()
    ranked = []
    for of, to, one in moves:
        ranked.append((kinds[of, to], of, to, one))
        kinds[of, to] += 1
    return {
        "stories": len(now),
        "moved": len(moves),
        "themes": {
            key: [counts_before[key], counts_after[key], came[key], left[key]]
            for key in sorted(counts_before | counts_after)
        },
        "examples": [[one, of, to] for _rank, of, to, one in sorted(ranked)[:EXAMPLES]],
    }
