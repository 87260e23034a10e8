"""Signatures: what exactly somebody vouched for, kept as it was, and who may not sign it.

Whoever wrote or changed any of what is signed cannot sign it. A signature is a row with a copy of
what was signed; it is never changed, only lifted when the theme changes. The database itself
refuses a signature of somebody who has acted on the theme, and a change of what was signed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, cast, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.models import Theme, ThemeAct, ThemeQuote, ThemeStory
from dialogue.followup.publishing import digest_of
from dialogue.ground.audit import AuditEvent
from dialogue.ground.clock import now
from dialogue.ground.db import Base, new_key
from dialogue.voices.models import Story
from dialogue.voices.releasing import EVERY_STORY

FRAME = "framtidsbild"
STORIES = "stories"
AT_ONCE = 1_000
HIDDEN, SHOWN = "quote hidden", "quote shown again"

Wrote = tuple[uuid.UUID, uuid.UUID | None]
"""The key of a theme, and somebody who wrote in it."""
Writers = Callable[[Session, Sequence[Theme]], Iterable[Wrote]]
Part = Callable[[Session, Sequence[Theme]], Mapping[uuid.UUID, Any]]
"""A part of what is signed with each of some themes, by the theme's key."""
_writers: list[Writers] = []
_parts: dict[str, Part] = {}


class SignOff(Base):
    """That somebody signed a theme, and what it said. ``lifted_at`` is when it ceased to count."""

    __tablename__ = "sign_off"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_key)
    dialogue_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dialogue.id", ondelete="CASCADE"), index=True
    )
    theme_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), index=True
    )
    signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    signed_at: Mapped[datetime] = mapped_column(default=now)
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    lifted_at: Mapped[datetime | None]


def also_writes(writers: Writers) -> Writers:
    """Let another part name people who wrote something that a theme's signature vouches for."""
    _writers.append(writers)
    return writers


def also_signed(name: str) -> Callable[[Part], Part]:
    """Let another part add to what is signed with a theme, as JSON under a name of its own."""

    def keep(part: Part) -> Part:
        _parts[name] = part
        return part

    return keep


def content_of(session: Session, theme: Theme) -> dict[str, Any]:
    """What a signature under a theme vouches for, as it stands now.

    ``name``; ``stories``, their keys; ``ties``; ``quotes`` that would be published, in their
    order, as story and SHA-256 of the words; and what other parts add.
    """
    words = words_of(session, [theme])[theme.id]
    return words | {STORIES: sorted(stories_of(session, theme))}


def words_of(session: Session, themes: Sequence[Theme]) -> dict[uuid.UUID, dict[str, Any]]:
    """What a signature vouches for besides the stories of each of a dialogue's themes, by key."""
    found = {theme.id: _own_words(theme) for theme in themes}
    for name, part in sorted(_parts.items()):
        for key, told in part(session, themes).items():
            found[key][name] = told
    return found


def _own_words(theme: Theme) -> dict[str, Any]:
    quotes = [
        {"story": str(q.story_id), "digest": q.digest}
        for q in theme.quotes
        if q.hidden_at is None and q.story.quotable
    ]
    ties = {node: float(value) for node, value in theme.ties.get(FRAME, {}).items()}
    return {"name": theme.name.as_dict(), "ties": ties, "quotes": quotes}


def stories_of(session: Session, theme: Theme) -> list[str]:
    """The keys of the stories that say a theme first, as a signature writes them."""
    mine = select(cast(ThemeStory.story_id, String)).where(
        ThemeStory.theme_id == theme.id, ThemeStory.strongest
    )
    return [_dashed(key) for key in session.scalars(mine)]


def _dashed(key: str) -> str:
    """A key as every database writes it: SQLite keeps it without dashes."""
    if len(key) == 36:
        return key
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def freeze(session: Session, theme: Theme, by: uuid.UUID) -> SignOff:
    """Keep what a theme says, as signed by somebody. Does not ask whether they may."""
    session.flush()
    content = content_of(session, theme)
    signed = SignOff(
        dialogue_id=theme.dialogue_id, theme_id=theme.id, signed_by=by,
        content=content, digest=digest_of(content),
    )  # fmt: skip
    session.add(signed)
    theme.signed_at, theme.signed_by = now(), by
    session.flush()
    return signed


def standing(session: Session, theme: Theme) -> SignOff | None:
    """The signature that counts, None when there is none."""
    mine = select(SignOff).where(SignOff.theme_id == theme.id, SignOff.lifted_at.is_(None))
    return session.scalars(mine.order_by(SignOff.signed_at.desc()).limit(1)).first()


def lift(session: Session, theme: Theme) -> None:
    """Let a theme's signatures count no more."""
    theme.signed_at = theme.signed_by = None
    mine = select(SignOff).where(SignOff.theme_id == theme.id, SignOff.lifted_at.is_(None))
    for signed in session.scalars(mine):
        signed.lifted_at = now()


def same_words(current: Mapping[str, Any], signed: Mapping[str, Any]) -> bool:
    """Whether a theme still says what was signed, its stories left aside.

    Ties are not compared: those that were signed are what is published.
    """
    names = {"name", *_parts} & (set(signed) | set(current))
    return all(signed.get(name) == current.get(name) for name in names)


def newer_than(session: Session, theme: Theme, signed: Iterable[str]) -> frozenset[str] | None:
    """The stories of a theme that came after those that were signed; None when one of these has
    left the theme without being taken back, so that it is not what was signed any more."""
    current, kept = set(stories_of(session, theme)), set(signed)
    return None if _still_told(session, kept - current) else frozenset(current - kept)


def _still_told(session: Session, keys: Iterable[str]) -> bool:
    """Whether any of the stories is still there."""
    wanted = sorted(keys)
    return any(
        session.scalar(
            select(Story.id)
            .where(Story.id.in_(map(uuid.UUID, wanted[start : start + AT_ONCE])))
            .limit(1),
            execution_options=EVERY_STORY,
        )
        for start in range(0, len(wanted), AT_ONCE)
    )


def standing_on(session: Session, themes: Iterable[Theme]) -> dict[uuid.UUID, SignOff]:
    """The signatures that count, by theme."""
    keys = [theme.id for theme in themes]
    mine = select(SignOff).where(SignOff.theme_id.in_(keys), SignOff.lifted_at.is_(None))
    return {signed.theme_id: signed for signed in session.scalars(mine.order_by(SignOff.signed_at))}


def editors_of(session: Session, theme: Theme) -> set[uuid.UUID]:
    """Everybody who wrote or changed any of what a signature under a theme vouches for."""
    return editors_in(session, [theme])[theme.id]


def editors_in(session: Session, themes: Sequence[Theme]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The editors of each of a dialogue's themes, in a fixed number of queries."""
    found: dict[uuid.UUID, set[uuid.UUID | None]] = {theme.id: {theme.made_by} for theme in themes}
    if not themes:
        return {}
    acts = session.scalars(
        select(ThemeAct).where(
            ThemeAct.dialogue_id == themes[0].dialogue_id,
            or_(ThemeAct.by.is_not(None), ThemeAct.undone_by.is_not(None)),
        )
    ).all()
    undone = {act.undone_by: act for act in acts if act.undone_by is not None}
    touched = [(act.by, themes_touched(act, undone.get(act.number))) for act in acts]
    for theme in themes:
        mine = _with_merged(theme.id, acts)
        found[theme.id] |= {by for by, keys in touched if mine & keys}
    for writers in (*_writers, _chose_quotes):
        for key, by in writers(session, themes):
            found[key].add(by)
    return {key: {by for by in people if by is not None} for key, people in found.items()}


def _with_merged(theme: uuid.UUID, acts: Iterable[ThemeAct]) -> set[uuid.UUID]:
    """A theme and every theme that was made a part of it."""
    merged = [
        (act.theme_id, uuid.UUID(act.after["into"]))
        for act in acts
        if "into" in act.after and act.theme_id is not None
    ]
    mine, before = {theme}, 0
    while len(mine) > before:
        before = len(mine)
        mine |= {part for part, into in merged if into in mine}
    return mine


def themes_touched(act: ThemeAct, undone: ThemeAct | None = None) -> set[uuid.UUID]:
    """Every theme whose name, state or stories an act changed. ``undone`` is what it took back:
    that changed the same themes once more."""
    told, was = act.after, act.before
    keys = [told["into"]] if "into" in told else []
    keys += [part["theme"] for part in told.get("parts", ())]
    keys += list(was.get("themes", {}).values())
    keys += told.get("changed", ())
    found = {uuid.UUID(key) for key in keys} | ({act.theme_id} if act.theme_id else set())
    return found | (themes_touched(undone) if undone else set())


def _chose_quotes(session: Session, themes: Sequence[Theme]) -> Iterator[Wrote]:
    """Who hid a quote of a theme or let it stand again."""
    keys = [theme.id for theme in themes]
    mine = select(ThemeQuote.id, ThemeQuote.theme_id, ThemeQuote.hidden_by)
    quotes = {}
    for quote, theme, by in session.execute(mine.where(ThemeQuote.theme_id.in_(keys))):
        quotes[str(quote)] = theme
        yield theme, by
    chosen = select(AuditEvent.subject, AuditEvent.actor).where(
        AuditEvent.act.in_((HIDDEN, SHOWN)), AuditEvent.subject.in_(list(quotes))
    )
    for subject, actor in session.execute(chosen):
        yield quotes[subject], uuid.UUID(actor)
