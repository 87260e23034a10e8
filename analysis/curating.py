"""What coordinators do with quotes, signatures and the stories on the desk."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.acting import LONGEST_NAME as LONGEST_NAME
from analysis.acting import rename_theme as rename_theme
from analysis.desk import following  # noqa: F401
from analysis.desk.deciding import HELD, RELEASED, Decided, decide
from analysis.evidence import refuse_broken
from analysis.keeping import digest_of
from analysis.lone import refuse_unopened
from analysis.models import ON_THE_BOARD, Theme, ThemeQuote, ThemeStory
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.voices.models import Story


def hide_quote(session: Session, quote: ThemeQuote, *, by: User) -> None:
    """Keep a quote from being published."""
    quote.hidden_at, quote.hidden_by = now(), by.id
    audit.record(session, "quote hidden", quote.id, by.id)


def show_quote(session: Session, quote: ThemeQuote, *, by: User) -> None:
    """Let a hidden quote stand again."""
    quote.hidden_at = quote.hidden_by = None
    audit.record(session, "quote shown again", quote.id, by.id)


def is_verbatim(quote: ThemeQuote) -> bool:
    """Whether the story still says, letter by letter, what the quote says it says."""
    return digest_of(quote.story.text[quote.start : quote.end]) == quote.digest


def sign_theme(session: Session, theme: Theme, *, by: User) -> None:
    """Sign a theme as it stands, ready to be published.

    Raises:
        Refusal: when it is not on the board or has no stories, when a quote no longer stands in
            its story, or a lone voice has not been opened.
    """
    if theme.state not in ON_THE_BOARD:
        raise Refusal(_("This theme is not on the board. Take back what was done with it first."))
    if (
        session.scalar(select(ThemeStory.story_id).where(ThemeStory.theme_id == theme.id).limit(1))
        is None
    ):
        raise Refusal(_("A theme without stories cannot be signed."))
    if not all(is_verbatim(quote) for quote in theme.quotes if quote.hidden_at is None):
        raise Refusal(_("A quote no longer stands in its story. Hide it, then sign."))
    refuse_broken(session, [theme])
    refuse_unopened(session, theme.dialogue_id)
    theme.signed_at, theme.signed_by = now(), by.id
    audit.record(session, "theme signed", theme.id, by.id)


def unsign_theme(session: Session, theme: Theme, *, by: User) -> None:
    """Take a signature back before the next publication."""
    theme.signed_at = theme.signed_by = None
    audit.record(session, "signature taken back", theme.id, by.id)


def mark_read(session: Session, story: Story, *, by: User) -> None:
    """Release a story in which nothing points at anybody, so that it may be quoted.

    Raises:
        Refusal: when the machine marked something that nobody has decided on.
    """
    decide(session, story, Decided(RELEASED), by=by)


def hold_story(session: Session, story: Story, *, by: User, code: str = "rare") -> None:
    """Set a story aside: it is neither quoted nor counted, here or in the next reading."""
    decide(session, story, Decided(HELD, code), by=by)
