"""What people do with claims: write, change, accept, reject; and the summary that they make."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, defer, selectinload

from analysis.claim_models import COLUMNS, Claim, ClaimState, Evidence, ThemeSummary
from analysis.claims.evidence import claims_in, quote_from, verify
from analysis.models import ON_THE_BOARD, Theme, ThemeStory
from analysis.themes.history import lift_signature
from dialogue.followup.publishing import SignedClaim, SignedQuote
from dialogue.ground import audit
from dialogue.ground.clock import local, now
from dialogue.ground.errors import Refusal
from dialogue.ground.memory import Memory
from dialogue.hosts.models import User
from dialogue.voices.erasure import before_words_go, repeats, taken_back
from dialogue.voices.models import Contribution, Story

LONGEST = 400
MOST_QUOTES = 12
AT_ONCE = 1_000
KEEP, ACCEPT, REJECT = "keep", "accept", "reject"
STATES = {ACCEPT: ClaimState.ACCEPTED, REJECT: ClaimState.REJECTED}


class OvertakenClaim(Refusal):
    """Somebody else changed the claim since the form was opened; nothing was done."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(_("Somebody else changed this claim while you had it open."))
        self.claim = claim.id


@dataclass(frozen=True, slots=True)
class Chosen:
    """A span of a story that a person chose, and the SHA-256 of the text they chose it in."""

    story: Story
    start: int
    end: int
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a claim shall say and stand on.

    ``words`` by column; ``drop`` the quotes to take away, ``renew`` those whose story was changed
    and whose words of today the person takes; ``add`` new ones. ``act`` is ``keep``, ``accept``
    or ``reject``.
    """

    words: Mapping[str, str]
    act: str = KEEP
    drop: frozenset[uuid.UUID] = frozenset()
    renew: frozenset[uuid.UUID] = frozenset()
    add: tuple[Chosen, ...] = field(default=())


def begin_claim(session: Session, theme: Theme, *, by: User) -> Claim:
    """A claim of a person's own, still without words.

    Raises:
        Refusal: when the theme is not on the board.
    """
    if theme.state not in ON_THE_BOARD:
        raise Refusal(_("This theme is not on the board. Take back what was done with it first."))
    claim = Claim(
        dialogue_id=theme.dialogue_id, theme_id=theme.id, place=next_place(session, theme),
        written_by=by.id,
    )  # fmt: skip
    session.add(claim)
    session.flush()
    audit.record(session, "claim begun", claim.id, by.id)
    return claim


def change_claim(
    session: Session, claim: Claim, draft: Draft, *, by: User, seen: int | None = None
) -> None:
    """Give a claim its words, quotes and state.

    Every quote is held against its story letter by letter before anything is kept.

    Raises:
        Refusal: when somebody was first, words are too long, a quote does not hold, or an
            accepted claim would stand on nothing.
    """
    if seen is not None and seen != claim.version:
        raise OvertakenClaim(claim)
    for column in COLUMNS:
        words = draft.words.get(column, claim.said(column))
        if len(words) > LONGEST:
            raise Refusal(_("A claim has at most %(num)d characters.", num=LONGEST))
        setattr(claim, f"words_{column}", words)
    _change_quotes(session, claim, draft)
    stood = claim.state == ClaimState.ACCEPTED
    claim.state = STATES.get(draft.act, claim.state)
    if draft.act != REJECT:
        _refuse_unproven(claim)
    if claim.state == ClaimState.ACCEPTED:
        _refuse_unfinished(claim)
    claim.version += 1
    if draft.act != KEEP:
        claim.decided_by, claim.decided_at = by.id, now()
    theme = session.get_one(Theme, claim.theme_id)
    if stood or claim.state == ClaimState.ACCEPTED:
        lift_signature(session, theme)
        note_summary(session, theme, by=by)
    session.flush()
    audit.record(
        session, f"claim: {draft.act}", claim.id, by.id, quotes=len(claim.evidence),
        version=claim.version,
    )  # fmt: skip


def _change_quotes(session: Session, claim: Claim, draft: Draft) -> None:
    for quote in list(claim.evidence):
        if quote.id in draft.drop:
            claim.evidence.remove(quote)
        elif quote.id in draft.renew:
            fresh = quote_from(quote.story, quote.start, quote.end)
            quote.span_digest, quote.text_digest = fresh.span_digest, fresh.text_digest
            quote.broken, quote.broken_at = "", None
    known = {(quote.story_id, quote.start, quote.end) for quote in claim.evidence}
    for place, chosen in enumerate(draft.add, start=len(claim.evidence)):
        if chosen.story.dialogue_id != claim.dialogue_id:
            raise Refusal(_("A story belongs to another dialogue."))
        if (chosen.story.id, chosen.start, chosen.end) not in known:
            quote = quote_from(chosen.story, chosen.start, chosen.end, seen=chosen.seen)
            quote.place = place
            claim.evidence.append(quote)
    if len(claim.evidence) > MOST_QUOTES:
        raise Refusal(_("A claim stands on at most %(num)d quotes.", num=MOST_QUOTES))
    session.flush()


def _refuse_unproven(claim: Claim) -> None:
    if verify(claim.evidence):
        raise Refusal(
            _("A quote no longer holds. Take it away, or take the words that stand there now.")
        )


def _refuse_unfinished(claim: Claim) -> None:
    if not claim.evidence:
        raise Refusal(_("Choose at least one quote that the claim stands on."))
    if not all(claim.said(column) for column in COLUMNS):
        raise Refusal(_("Write the claim in all three columns before you accept it."))


@before_words_go
def _forget_words(session: Session, stories: Sequence[Story]) -> None:
    """A claim that repeats the words of a story that goes has to be written anew."""
    told = {story.id: story.text for story in stories}
    mine = select(Claim, Evidence.story_id).join(Evidence, Evidence.claim_id == Claim.id)
    for claim, story in session.execute(mine.where(Evidence.story_id.in_(told))).all():
        names = [f"{kind}_{column}" for kind in ("proposed", "words") for column in COLUMNS]
        repeated = [name for name in names if repeats(getattr(claim, name), told[story])]
        for name in repeated:
            setattr(claim, name, "")
        if repeated:
            claim.version += 1
            claim.state = ClaimState.PROPOSED
        lift_signature(session, session.get_one(Theme, claim.theme_id))
    session.flush()


def claims_of(session: Session, theme: Theme) -> Sequence[Claim]:
    """The claims of a theme with their quotes: those that stand, then proposals, then rejected."""
    mine = (
        select(Claim)
        .where(Claim.theme_id == theme.id)
        .options(selectinload(Claim.evidence).selectinload(Evidence.story))
    )
    order = [ClaimState.ACCEPTED, ClaimState.PROPOSED, ClaimState.REJECTED]
    return sorted(
        session.scalars(mine).all(),
        key=lambda claim: (order.index(ClaimState(claim.state)), claim.place, str(claim.id)),
    )


def next_place(session: Session, theme: Theme) -> int:
    """The place after a theme's last claim."""
    last = session.scalar(select(func.max(Claim.place)).where(Claim.theme_id == theme.id))
    return 0 if last is None else last + 1


def snapshot(session: Session, theme: Theme) -> tuple[SignedClaim, ...]:
    """The accepted claims of a theme, ready to be frozen with a publication."""
    return snapshots(session, [theme])[theme.id]


def snapshots(
    session: Session, themes: Sequence[Theme]
) -> dict[uuid.UUID, tuple[SignedClaim, ...]]:
    """The accepted claims of each of a dialogue's themes, by the theme's key."""
    found: dict[uuid.UUID, tuple[SignedClaim, ...]] = {theme.id: () for theme in themes}
    if not themes:
        return found
    for claim in claims_in(session, themes[0].dialogue_id, list(found)):
        found[claim.theme_id] += (_as_signed(claim),)
    return found


def _as_signed(claim: Claim) -> SignedClaim:
    return SignedClaim(
        key=claim.id,
        words={column: claim.said(column) for column in COLUMNS},
        by_machine=claim.by_machine and not claim.edited,
        quotes=tuple(
            SignedQuote(quote.story, quote.start, quote.end, quote.span_digest)
            for quote in claim.evidence
        ),
    )


def note_summary(session: Session, theme: Theme, *, by: User) -> ThemeSummary:
    """Note that a theme's summary was decided on, over the stories that it holds now."""
    found = session.get(ThemeSummary, theme.id) or ThemeSummary(theme_id=theme.id)
    found.decided_at, found.decided_by = now(), by.id
    found.seen = b"".join(sorted(_short(key) for key in _stories_in(session, theme.id)))
    session.add(found)
    session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Since:
    """What has come to a theme since its summary was decided on: ``newer`` answers, and ``older``
    ones that people or a reading have put here meanwhile."""

    newer: int = 0
    older: int = 0


_newer: Memory[Since] = Memory(500)


def newer_answers(session: Session, themes: Iterable[Theme]) -> dict[uuid.UUID, Since]:
    """By theme with a summary: what has come to it since that was decided on.

    Counted once for each state of a theme: its version, its last reading, how many stories it
    holds, and how many answers were ever withdrawn or corrected.
    """
    known = {theme.id: theme for theme in themes}
    mine = select(ThemeSummary).where(ThemeSummary.theme_id.in_(known))
    found = {}
    gone = taken_back(session)
    for kept in session.scalars(mine.options(defer(ThemeSummary.seen))):
        theme = known[kept.theme_id]
        held = select(func.count()).where(ThemeStory.theme_id == theme.id, ThemeStory.strongest)
        state = theme.id, theme.version, theme.run_id, kept.decided_at, session.scalar(held), *gone
        found[theme.id] = _newer.of(state, partial(_count_since, session, kept))
    return found


def _count_since(session: Session, kept: ThemeSummary) -> Since:
    """A story is newer when it came on a later day, or on the same and no person placed it."""
    seen = {kept.seen[at : at + 8] for at in range(0, len(kept.seen), 8)}
    fresh = [key for key in _stories_in(session, kept.theme_id) if _short(key) not in seen]
    day, newer = local(kept.decided_at).date(), 0
    for start in range(0, len(fresh), AT_ONCE):
        came = (
            select(func.count())
            .select_from(ThemeStory)
            .join(Story, Story.id == ThemeStory.story_id)
            .join(Contribution, Contribution.id == Story.contribution_id)
            .where(
                ThemeStory.theme_id == kept.theme_id,
                ThemeStory.story_id.in_(fresh[start : start + AT_ONCE]),
                or_(
                    Contribution.received_on > day,
                    and_(Contribution.received_on == day, ThemeStory.act.is_(None)),
                ),
            )
        )
        newer += session.scalar(came) or 0
    return Since(newer, len(fresh) - newer)


def _stories_in(session: Session, theme: uuid.UUID) -> Sequence[uuid.UUID]:
    inside = select(ThemeStory.story_id).where(ThemeStory.theme_id == theme, ThemeStory.strongest)
    return session.scalars(inside).all()


def _short(key: uuid.UUID) -> bytes:
    return key.bytes[:8]
