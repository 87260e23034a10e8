"""Finding stories by their words, in Swedish and English, and by what is told about them.

PostgreSQL searches with its configurations ``swedish`` and ``english``, SQLite with FTS5 over
Snowball stems. Both stem each word in both languages, and a story is found when it holds every
word asked for, so the same question gives the same stories. The SQLite index holds no word, only
a keyed hash of each stem: nothing of a withdrawn story can be read out of it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    delete,
    event,
    exists,
    func,
    insert,
    inspect,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from analysis.models import StoryIndex
from analysis.text.words import stem
from dialogue.ground.charts import leading_mark
from dialogue.voices.erasure import also_erase
from dialogue.voices.letting_go import also_let_go
from dialogue.voices.models import Contribution, Story

LANGUAGES = {"sv": "swedish", "en": "english"}
T = ("trygghet", "tillgänglighet", "tillsammans")
MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+")
_STOPPED = {"i", "under"}
"""Words that PostgreSQL passes over in both languages, so that they find nothing alone."""
AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Missing:
    """A story that the index does not hold yet."""

    id: uuid.UUID
    dialogue_id: uuid.UUID
    text: str
    lang: str
    points: dict[str, Any]
    channel: str
    voice: str
    area: str


def index_missing(session: Session, dialogue: uuid.UUID | None = None, most: int = 400) -> int:
    """Index up to ``most`` stories that the index lacks; how many there were."""
    lacking = (
        select(
            Story.id, Story.dialogue_id, Story.text, Story.lang, Story.points,
            Contribution.channel, Contribution.voice, Story.area,
        )
        .join(Contribution, Contribution.id == Story.contribution_id)
        .where(~exists().where(StoryIndex.story_id == Story.id))
        .limit(most)
    )  # fmt: skip
    if dialogue is not None:
        lacking = lacking.where(Story.dialogue_id == dialogue)
    found = [Missing(*row) for row in session.execute(lacking)]
    for start in range(0, len(found), AT_ONCE):
        _keep(session, found[start : start + AT_ONCE])
    return len(found)


def index_newest(session: Session, dialogue: uuid.UUID) -> None:
    """Index what a dialogue's newest stories lack; two counts tell when it is nothing."""
    told = select(func.count()).select_from(Story).where(Story.dialogue_id == dialogue)
    held = select(func.count()).select_from(StoryIndex).where(StoryIndex.dialogue_id == dialogue)
    if session.scalar(told) != session.scalar(held):
        index_missing(session, dialogue)


def forget_strays(session: Session) -> None:
    """Remove words from SQLite's full-text table whose stories are gone."""
    if _on_sqlite(session):
        session.execute(
            text("DELETE FROM story_words WHERE rowid NOT IN (SELECT number FROM story_index)")
        )


@also_erase
def _forget(session: Session, _code: str, _receipts: Any) -> None:
    forget_strays(session)


@also_let_go
def _let_go(session: Session, _dialogue: uuid.UUID) -> None:
    forget_strays(session)


@event.listens_for(Story, "after_update")
def _index_again(_mapper: Any, connection: Any, story: Story) -> None:
    """A story whose words, language or points changed is indexed anew."""
    state = inspect(story)
    if any(state.attrs[name].history.has_changes() for name in ("text", "lang", "points", "area")):
        connection.execute(delete(StoryIndex).where(StoryIndex.story_id == story.id))


def _keep(session: Session, found: Sequence[Missing]) -> None:
    numbers = [secrets.randbits(62) for _ in found]
    rows: list[dict[str, Any]] = [
        {
            "number": number, "story_id": one.id, "dialogue_id": one.dialogue_id,
            "channel": one.channel, "voice": one.voice, "lang": one.lang,
            "mark": leading_mark([float(one.points.get(node, 0)) for node in T]),
            "area": one.area, "words": "",
        }
        for number, one in zip(numbers, found, strict=True)
    ]  # fmt: skip
    if _on_sqlite(session):
        session.execute(insert(StoryIndex), rows)
        session.execute(
            text("INSERT INTO story_words (rowid, words) VALUES (:number, :words)"),
            [
                {"number": number, "words": " ".join(hashed_stems(one.text))}
                for number, one in zip(numbers, found, strict=True)
            ],
        )
        return
    for row, one in zip(rows, found, strict=True):
        plain = " ".join(tokens(one.text))
        row["words"] = func.to_tsvector("swedish", plain).op("||", return_type=TSVECTOR())(
            func.to_tsvector("english", plain)
        )
        session.execute(insert(StoryIndex).values(**row))


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def hashed_stems(words: str) -> list[str]:
    """The keyed hash of every stem of a text, in both languages."""
    key = hashlib.sha256(current_app.extensions["settings"].receipt_key.encode()).digest()
    return [_hashed(stem(token, lang), lang, key) for token in tokens(words) for lang in LANGUAGES]


@lru_cache(maxsize=100_000)
def _hashed(word: str, lang: str, key: bytes) -> str:
    return lang[0] + hashlib.blake2b(f"{lang}:{word}".encode(), digest_size=8, key=key).hexdigest()


def tokens(words: str) -> list[str]:
    """The words and numbers of a text, in small letters."""
    return [match.group().lower() for match in _WORD.finditer(words)]


def words_asked(asked: str) -> list[str]:
    """The first words of a question, each once."""
    return [word for word in dict.fromkeys(tokens(asked)) if word not in _STOPPED][:MOST_WORDS]


def holding(session: Session, asked: str) -> ColumnElement[bool]:
    """A condition on :class:`StoryIndex`: holds every word of ``asked``, stemmed."""
    words = words_asked(asked)
    if _on_sqlite(session):
        found = select(literal_column("rowid", BigInteger())).select_from(text("story_words"))
        asks = text("story_words MATCH :asked").bindparams(asked=_fts(words))
        return StoryIndex.number.in_(found.where(asks))
    query: Any = None
    for word in words:
        either = func.plainto_tsquery("swedish", word).op("||")(
            func.plainto_tsquery("english", word)
        )
        query = either if query is None else query.op("&&")(either)
    return StoryIndex.words.op("@@", return_type=Boolean())(query)


def after_words(
    session: Session, conditions: Iterable[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """Conditions beside :func:`holding`, which the database asks after the words and not before.

    SQLite would otherwise go through every story of a dialogue; a condition inside ``likely``
    cannot be where it starts.
    """
    if not _on_sqlite(session):
        return list(conditions)
    return [func.likely(each, type_=Boolean()) for each in conditions]


def _fts(words: Iterable[str]) -> str:
    either = (" OR ".join(f'"{hashed}"' for hashed in hashed_stems(word)) for word in words)
    return " AND ".join(f"({part})" for part in either)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text; ``hit`` when it is a word that was asked for."""

    text: str
    hit: bool


def marked(told: str, asked: str) -> list[Part]:
    """A text in parts, with the words that were asked for as hits."""
    wanted = {(stem(word, lang), lang) for word in words_asked(asked) for lang in LANGUAGES}
    if not wanted:
        return [Part(told, False)] if told else []
    parts: list[Part] = []
    end = 0
    for match in _WORD.finditer(told):
        word = match.group().lower()
        if any((stem(word, lang), lang) in wanted for lang in LANGUAGES):
            if match.start() > end:
                parts.append(Part(told[end : match.start()], False))
            parts.append(Part(match.group(), True))
            end = match.end()
    if end < len(told):
        parts.append(Part(told[end:], False))
    return parts


def around(told: str, asked: str, longest: int = 600) -> list[Part]:
    """As :func:`marked`, cut to at most ``longest`` characters around the first hit."""
    if len(told) <= longest:
        return marked(told, asked)
    parts = marked(told, asked)
    first = 0
    for part in parts:
        if part.hit:
            break
        first += len(part.text)
    start = max(0, min(first - longest // 3, len(told) - longest))
    start = told.rfind(" ", 0, start) + 1 if start else 0
    cut = told[start : start + longest]
    return marked(
        ("…" if start else "") + cut + ("…" if start + longest < len(told) else ""), asked
    )
