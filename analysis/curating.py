"""What coordinators do with quotes and the stories on the desk."""

from __future__ import annotations

from sqlalchemy.orm import Session

from analysis.desk import following  # noqa: F401
from analysis.desk.deciding import HELD, RELEASED, Decided, decide
from analysis.models import Theme, ThemeQuote
from analysis.reading.keeping import digest_of
from analysis.themes.acting import LONGEST_NAME as LONGEST_NAME
from analysis.themes.acting import rename_theme as rename_theme
from analysis.themes.history import lift_signature
from analysis.themes.signatures import HIDDEN as QUOTE_HIDDEN
from analysis.themes.signatures import SHOWN
from dialogue.ground import audit
from dialogue.ground.clock import now
from dialogue.hosts.models import User
from dialogue.voices.models import Story


def hide_quote(session: Session, quote: ThemeQuote, *, by: User) -> None:
    """Keep a quote from being published."""
    quote.hidden_at, quote.hidden_by = now(), by.id
    _signed_anew(session, quote)
    audit.record(session, QUOTE_HIDDEN, quote.id, by.id)


def show_quote(session: Session, quote: ThemeQuote, *, by: User) -> None:
    """Let a hidden quote stand again."""
    quote.hidden_at = quote.hidden_by = None
    _signed_anew(session, quote)
    audit.record(session, SHOWN, quote.id, by.id)


def _signed_anew(session: Session, quote: ThemeQuote) -> None:
    """A theme with other quotes must be signed again."""
    lift_signature(session, session.get_one(Theme, quote.theme_id))


def is_verbatim(quote: ThemeQuote) -> bool:
    """Whether the story still says, letter by letter, what the quote says it says."""
    return digest_of(quote.story.text[quote.start : quote.end]) == quote.digest


def mark_read(session: Session, story: Story, *, by: User, seen: str | None = None) -> None:
    """Release a story in which nothing points at anybody, so that it may be quoted.

    Raises:
        Refusal: when the machine marked something that nobody has decided on, or somebody else
            was first.
    """
    decide(session, story, Decided(RELEASED, seen=seen), by=by)


def hold_story(
    session: Session, story: Story, *, by: User, code: str = "rare", seen: str | None = None
) -> None:
    """Set a story aside: it is neither quoted nor counted, here or in the next reading.

    Raises:
        Refusal: without a reason, or when somebody else was first.
    """
    decide(session, story, Decided(HELD, code, seen=seen), by=by)
