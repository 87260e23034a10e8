"""What coordinators do with the machine's proposals."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from analysis.models import Theme, ThemeQuote
from analysis.reading import digest_of
from dialogue.ground import audit
from dialogue.ground.clock import now, today
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.voices.models import DeskState, Story

LONGEST_NAME = 120


def rename_theme(session: Session, theme: Theme, sv: str, en: str, *, by: User) -> None:
    """Give a theme a person's name in both languages; an empty one takes the machine's back.

    Raises:
        Refusal: when a name is too long.
    """
    if max(len(sv), len(en)) > LONGEST_NAME:
        raise Refusal(_("A name has at most %(num)d characters.", num=LONGEST_NAME))
    theme.given_sv, theme.given_en = sv, en
    audit.record(session, "theme renamed", theme.id, by.id, sv=sv, en=en)


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
        Refusal: when it has no stories, or a quote no longer stands in its story.
    """
    if not theme.assignments:
        raise Refusal(_("A theme without stories cannot be signed."))
    if not all(is_verbatim(quote) for quote in theme.quotes if quote.hidden_at is None):
        raise Refusal(_("A quote no longer stands in its story. Hide it, then sign."))
    theme.signed_at, theme.signed_by = now(), by.id
    audit.record(session, "theme signed", theme.id, by.id)


def unsign_theme(session: Session, theme: Theme, *, by: User) -> None:
    """Take a signature back before the next publication."""
    theme.signed_at = theme.signed_by = None
    audit.record(session, "signature taken back", theme.id, by.id)


def mark_read(session: Session, story: Story, *, by: User) -> None:
    """Note that a person has read a story, so that permitted words from it may be quoted."""
    story.desk, story.read_by, story.read_on = DeskState.READ, by.id, today()
    audit.record(session, "story read at the desk", story.id, by.id)


def hold_story(session: Session, story: Story, *, by: User) -> None:
    """Set a story aside: it is neither quoted nor counted in the next reading."""
    story.desk, story.read_by, story.read_on = DeskState.HELD, by.id, today()
    audit.record(session, "story held at the desk", story.id, by.id)
