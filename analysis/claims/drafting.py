"""Drafts claims from what people said: telling sentences, word for word; a person decides.

Only released stories whose tellers allow quotes are read, as they stand redacted, and never a
sentence with something marked or covered in it. The machine writes no sentence of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from analysis.claim_models import Claim, Evidence
from analysis.claims.evidence import quote_from
from analysis.claims.writing import LONGEST, next_place
from analysis.models import ON_THE_BOARD, Theme, ThemeStory
from analysis.text.forms import lemma
from analysis.text.quoting import Quoter, Voice
from analysis.text.stories import Story as ToldStory
from analysis.text.themes import Quote
from analysis.text.words import is_stopword, stem, tokens
from dialogue.ground import audit
from dialogue.hosts.models import User
from dialogue.voices.desk_rules import KINDS
from dialogue.voices.models import DeskState, Story
from dialogue.voices.screening import marks_in

MOST = 4
"""At most so many claims are drafted at a time."""
LOOKED_AT = 300
PASSAGES = 16
QUOTES_EACH = 3
SHARED = 2
"""A sentence joins a claim when it shares so many words' stems with it."""
EASY_WORDS = 14


def draft_claims(session: Session, theme: Theme, *, by: User) -> list[Claim]:
    """Draft claims for a theme; none for a sentence that a claim of it already stands on."""
    if theme.state not in ON_THE_BOARD:
        return []
    stories = {str(story.id): story for story in _quotable(session, theme)}
    known = _quoted_spans(session, theme)
    passages = [
        quote
        for quote in Quoter(count=PASSAGES).quotes(
            [_voice(story) for story in stories.values()], _telling(theme)
        )
        if (quote.story_id, quote.start) not in known
    ]
    drafted = []
    for group in _groups(passages)[:MOST]:
        claim = _claim(theme, group, next_place(session, theme))
        session.add(claim)
        for place, quote in enumerate(group):
            row = quote_from(stories[quote.story_id], quote.start, quote.end)
            row.place = place
            claim.evidence.append(row)
        session.flush()
        drafted.append(claim)
    audit.record(session, "claims drafted", theme.id, by.id, count=len(drafted))
    return drafted


def _quotable(session: Session, theme: Theme) -> list[Story]:
    """The theme's released stories that may be quoted, those that say it most first."""
    mine = (
        select(Story)
        .join(ThemeStory, ThemeStory.story_id == Story.id)
        .where(ThemeStory.theme_id == theme.id, ThemeStory.strongest, Story.desk == DeskState.READ)
        .order_by(ThemeStory.strength.desc(), Story.id)
        .options(selectinload(Story.contribution))
        .limit(LOOKED_AT)
    )
    return [story for story in session.scalars(mine) if story.quotable]


def _quoted_spans(session: Session, theme: Theme) -> set[tuple[str, int]]:
    rows = session.execute(
        select(Evidence.story_id, Evidence.start)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(Claim.theme_id == theme.id)
    )
    return {(str(story), start) for story, start in rows}


def _voice(story: Story) -> Voice:
    hidden = tuple((start, end) for start, end, _kind in marks_in(story.text))
    for word in {mark for kind in KINDS.values() for mark in (kind.mark.sv, kind.mark.en)}:
        at = story.text.find(word)
        while at >= 0:
            hidden += ((at, at + len(word)),)
            at = story.text.find(word, at + 1)
    return Voice(ToldStory(str(story.id), story.text, story.lang, hidden=hidden), story.lang, 1.0)


def _telling(theme: Theme) -> dict[str, dict[str, float]]:
    """The weight of the theme's keywords, by language: the first weighs most."""
    return {
        lang: {lemma(word.lower(), lang): 1.0 / (1 + place) for place, word in enumerate(words)}
        for lang, words in theme.keywords.items()
    }


def _groups(passages: Iterable[Quote]) -> list[list[Quote]]:
    """Passages that share words together, in the order of the first of each."""
    groups: list[tuple[list[Quote], set[str]]] = []
    for quote in passages:
        said = _stems(quote)
        home = next(
            (
                group
                for group, stems in groups
                if len(group) < QUOTES_EACH and len(stems & said) >= SHARED
            ),
            None,
        )
        if home is None:
            groups.append(([quote], said))
        else:
            home.append(quote)
    return [group for group, _stems in sorted(groups, key=lambda pair: -len(pair[0]))]


def _stems(quote: Quote) -> set[str]:
    words = tokens(quote.text)
    return {stem(word, quote.lang) for word in words if not is_stopword(word, quote.lang)}


def _claim(theme: Theme, group: Sequence[Quote], place: int) -> Claim:
    sv = next((quote.text for quote in group if quote.lang == "sv"), "")
    en = next((quote.text for quote in group if quote.lang == "en"), "")
    short = [
        quote.text
        for quote in group
        if quote.lang == "sv" and len(tokens(quote.text)) <= EASY_WORDS
    ]
    easy = min(short, key=len, default="")
    return Claim(
        dialogue_id=theme.dialogue_id, theme_id=theme.id, place=place, by_machine=True,
        proposed_sv=sv[:LONGEST], proposed_en=en[:LONGEST], proposed_easy=easy[:LONGEST],
        words_sv=sv[:LONGEST], words_en=en[:LONGEST], words_easy=easy[:LONGEST],
    )  # fmt: skip
