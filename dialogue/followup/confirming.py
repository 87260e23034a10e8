"""The confirmation round: those who took part say whether the signed texts are right.

A round lasts seven to fourteen days. One voice says one thing of each text and may change it until
the end. Whoever writes what should be changed gets a reply: changed, or not changed because. Who
holds no round says why, and that is published.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.followup.heard import WHOLE as WHOLE
from dialogue.followup.heard import texts_in as texts_in
from dialogue.followup.round_models import (
    Channel,
    ConfirmationLink,
    ConfirmationReply,
    ConfirmationRound,
    ConfirmationSay,
    RoundClaim,
    RoundQuote,
    RoundStory,
    Verdict,
)
from dialogue.followup.signed import SignedQuote, SignedTheme, described
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.hosts.life import Verb, take_step
from dialogue.hosts.models import Dialogue, DialogueState, User
from dialogue.voices.models import Contribution

SHORTEST, LONGEST = 7, 14
"""Days that a round is open."""
LONGEST_WORDS = 2_000
LONGEST_REASON = 600
SHORTEST_REASON = 10
MOST_LINKS = 50


class ReplyOvertaken(Refusal):
    """Somebody else replied to a correction since the form was opened; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has replied while you had this open."))


def start_round(
    session: Session,
    dialogue: Dialogue,
    themes: Sequence[SignedTheme],
    days: int,
    *,
    by: User,
    smallest: int,
    on: date | None = None,
) -> ConfirmationRound:
    """Show signed themes to those who took part, from today on.

    Raises:
        Refusal: when nothing is signed, a round is open, or it is shorter or longer than allowed.
    """
    if not themes:
        raise Refusal(_("Sign at least one theme before you ask whether it is right."))
    if not SHORTEST <= days <= LONGEST:
        raise Refusal(
            _("A round is open for %(few)d to %(many)d days.", few=SHORTEST, many=LONGEST)
        )
    on = on or today()
    made = _new_round(session, dialogue, by, on)
    made.starts_on, made.ends_on = on, on + timedelta(days=days)
    made.snapshot = described(themes, smallest)
    session.flush()
    for theme in themes:
        _show_words(session, made, theme)
    placed = {story.id: theme.key for theme in reversed(themes) for story in theme.stories}
    for story, key in placed.items():
        session.add(RoundStory(round_id=made.id, story_id=story, theme=key))
    if dialogue.state == DialogueState.CLOSED:
        take_step(session, dialogue, Verb.READ, by=by)
    if dialogue.state == DialogueState.IN_ANALYSIS:
        take_step(session, dialogue, Verb.SEND_OUT, by=by)
    session.flush()
    audit.record(session, "confirmation round started", made.id, by.id, until=str(made.ends_on))
    return made


def _show_words(session: Session, made: ConfirmationRound, theme: SignedTheme) -> None:
    """The claims and quotes of a theme as rows of a round."""
    for place, claim in enumerate(theme.claims):
        row = RoundClaim(round_id=made.id, theme=theme.key, place=place, words=dict(claim.words))
        session.add(row)
        session.flush()
        for each, quote in enumerate(claim.quotes):
            session.add(_round_quote(made, theme, each, quote, row.id))
    for place, quote in enumerate(theme.quotes):
        session.add(_round_quote(made, theme, place, quote, None))


def _round_quote(
    made: ConfirmationRound,
    theme: SignedTheme,
    place: int,
    quote: SignedQuote,
    claim: uuid.UUID | None,
) -> RoundQuote:
    return RoundQuote(
        round_id=made.id, story_id=quote.story.id, theme=theme.key, place=place,
        start=quote.start, end=quote.end, digest=quote.digest, claim_id=claim,
    )  # fmt: skip


def waive_round(
    session: Session, dialogue: Dialogue, because: str, *, by: User, on: date | None = None
) -> ConfirmationRound:
    """Say why nobody is asked before the next publication. The reason is published.

    Raises:
        Refusal: when no reason is given, or a round is open.
    """
    if len(because) < SHORTEST_REASON:
        raise Refusal(_("Say why there is no round. Everybody can read the reason."))
    if len(because) > LONGEST_REASON:
        raise Refusal(_("A reason has at most %(num)d characters.", num=LONGEST_REASON))
    made = _new_round(session, dialogue, by, on or today())
    made.because = because
    session.flush()
    audit.record(session, "no confirmation round", made.id, by.id, because=because)
    return made


def _new_round(session: Session, dialogue: Dialogue, by: User, on: date) -> ConfirmationRound:
    """The next round of a dialogue. Whoever comes second waits, and is refused."""
    session.execute(select(Dialogue.id).where(Dialogue.id == dialogue.id).with_for_update())
    newest = newest_round(session, dialogue)
    if newest is not None and newest.is_open(on):
        raise Refusal(_("A round is open already. It has to end before another one."))
    made = ConfirmationRound(
        dialogue_id=dialogue.id,
        number=newest.number + 1 if newest else 1,
        started_by=by.id,
        snapshot={},
    )
    session.add(made)
    return made


def newest_round(session: Session, dialogue: Dialogue) -> ConfirmationRound | None:
    """The last round of a dialogue, held or not."""
    mine = select(ConfirmationRound).where(ConfirmationRound.dialogue_id == dialogue.id)
    newest = mine.order_by(ConfirmationRound.number.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).first()


def open_round(
    session: Session, dialogue: Dialogue, on: date | None = None
) -> ConfirmationRound | None:
    """The round in which participants may say something today."""
    newest = newest_round(session, dialogue)
    return newest if newest is not None and newest.is_open(on or today()) else None


def say(
    session: Session,
    round_: ConfirmationRound,
    said: Mapping[str, tuple[Verdict | None, str]],
    *,
    voice: bytes,
    channel: Channel,
    lang: str,
    contribution: Contribution | None = None,
    link: ConfirmationLink | None = None,
    by: User | None = None,
    on: date | None = None,
) -> int:
    """Keep what one voice says of the texts of a round; how many texts it says something of.

    ``said`` holds a verdict and words by text. What the voice said before is replaced; without
    a verdict it is taken away.

    Raises:
        Refusal: when the round has ended, a text is unknown, or the words are too long.
    """
    on = on or today()
    same = select(ConfirmationRound).where(ConfirmationRound.id == round_.id)
    current = session.scalars(
        same.with_for_update().execution_options(populate_existing=True)
    ).one()
    if not current.is_open(on):
        raise Refusal(_("The round has ended. What you wrote was not kept."))
    known = texts_in(current)
    before = says_of(session, current, voice)
    for about, (verdict, words) in said.items():
        if about not in known:
            raise Refusal(_("One of the texts is not in this round."))
        if len(words) > LONGEST_WORDS:
            raise Refusal(_("Write at most %(num)d characters about each text.", num=LONGEST_WORDS))
        old = before.get(about)
        if verdict is None:
            if old is not None:
                session.delete(old)
            continue
        if old is None:
            old = ConfirmationSay(round_id=current.id, about=about, voice=voice, channel=channel)
            session.add(old)
        old.verdict, old.words, old.lang, old.said_on = verdict, words, lang, on
        old.digest = hashlib.sha256(f"{verdict}\n{words}".encode()).hexdigest()
        old.contribution_id = contribution.id if contribution else None
        old.link_id = link.id if link else None
        old.entered_by = by.id if by else None
    session.flush()
    return len(says_of(session, current, voice))


def says_of(
    session: Session, round_: ConfirmationRound, voice: bytes
) -> dict[str, ConfirmationSay]:
    """What a voice says in a round, by text."""
    mine = select(ConfirmationSay).where(
        ConfirmationSay.round_id == round_.id, ConfirmationSay.voice == voice
    )
    return {each.about: each for each in session.scalars(mine)}


def make_link(
    session: Session,
    round_: ConfirmationRound,
    name: str,
    *,
    by: User,
    on: date | None = None,
) -> ConfirmationLink:
    """An address for one meeting.

    Raises:
        Refusal: when the round has ended, the meeting has no name, or there are too many.
    """
    if not round_.is_open(on or today()):
        raise Refusal(_("The round has ended."))
    if not name:
        raise Refusal(_("Say which meeting the address is for."))
    if len(links_of(session, round_)) >= MOST_LINKS:
        raise Refusal(_("There are at most %(num)d addresses in a round.", num=MOST_LINKS))
    made = ConfirmationLink(
        round_id=round_.id, token=secrets.token_urlsafe(12), name=name[:120], made_by=by.id
    )
    session.add(made)
    session.flush()
    audit.record(session, "address for confirming made", made.id, by.id)
    return made


def links_of(session: Session, round_: ConfirmationRound) -> Sequence[ConfirmationLink]:
    mine = select(ConfirmationLink).where(ConfirmationLink.round_id == round_.id)
    return session.scalars(mine.order_by(ConfirmationLink.made_at)).all()


def corrections_of(session: Session, dialogue: Dialogue) -> Sequence[ConfirmationSay]:
    """What people want corrected or miss, in words, since the last publication."""
    return session.scalars(
        select(ConfirmationSay)
        .join(ConfirmationRound, ConfirmationRound.id == ConfirmationSay.round_id)
        .where(
            ConfirmationRound.dialogue_id == dialogue.id,
            ConfirmationRound.publication_id.is_(None),
            ConfirmationSay.verdict != Verdict.AGREES,
            ConfirmationSay.words != "",
        )
        .order_by(ConfirmationSay.about, ConfirmationSay.id)
    ).all()


def reply_to(
    session: Session, said: ConfirmationSay, changed: bool, text: str, *, by: User, seen: int = 0
) -> ConfirmationReply:
    """Tell somebody who wanted a change what was done. ``seen`` is the version that was open.

    Raises:
        Refusal: when nothing is said, it is too long, or somebody else was first.
    """
    if not text:
        raise Refusal(_("Say what you changed.") if changed else _("Say why you do not change it."))
    if len(text) > LONGEST_WORDS:
        raise Refusal(_("A reply has at most %(num)d characters.", num=LONGEST_WORDS))
    session.refresh(said, with_for_update=True)
    reply = session.get(ConfirmationReply, said.id, populate_existing=True)
    if (reply.version if reply else 0) != seen:
        raise ReplyOvertaken
    if reply is None:
        reply = ConfirmationReply(say_id=said.id, version=0)
        session.add(reply)
    reply.changed, reply.text, reply.of_words = changed, text, said.digest
    reply.by, reply.version = by.id, reply.version + 1
    session.flush()
    session.expire(said, ["reply"])
    audit.record(session, "correction replied to", said.id, by.id, changed=changed)
    return reply


def ready_round(
    session: Session, dialogue: Dialogue, themes: Iterable[SignedTheme], on: date | None = None
) -> ConfirmationRound:
    """The round that lets these themes be published.

    Raises:
        Refusal: when there is none, it has not ended, a theme was not in it, or a correction has
            no reply.
    """
    newest = newest_round(session, dialogue)
    if newest is None or newest.publication_id is not None:
        raise Refusal(
            _("Ask those who took part whether the themes are right, or say why you do not.")
        )
    if not newest.is_over(on or today()):
        raise Refusal(_("The round has not ended. Publish when everybody has had their time."))
    if not newest.waived:
        shown = texts_in(newest)
        for theme in themes:
            if str(theme.key) not in shown:
                raise Refusal(
                    _(
                        "“%(theme)s” was not in the round. Start another round, or say why there "
                        "is none.",
                        theme=theme.name.sv or theme.name.en,
                    )
                )
    left = sum(not each.answered for each in corrections_of(session, dialogue))
    if left:
        raise Refusal(
            ngettext(
                "%(num)d correction waits for a reply. Answer it before you publish.",
                "%(num)d corrections wait for a reply. Answer them before you publish.",
                left,
            )
        )
    return newest
