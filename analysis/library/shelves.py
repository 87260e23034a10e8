"""The story library: stories that their tellers let others read, for meetings and training.

A story stands in the library while three things hold: its teller allows it, somebody has read it
at the desk, and a person put it there. When one of them ends the story is gone from every page.

It is searched in :mod:`analysis.library.finding`.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Text, cast, exists, select
from sqlalchemy.orm import Session

from analysis.coding_models import LibraryStory
from dialogue.ground import audit
from dialogue.ground.clock import today
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, ReleaseRule, User
from dialogue.voices.models import Contribution, DeskState, Story, Use

LONGEST_PLACE = 80


def library_of(session: Session, story: Story) -> LibraryStory | None:
    """The place of a story in the library, None when nobody put it there."""
    return session.get(LibraryStory, story.id)


def release(session: Session, story: Story, place: str, *, by: User) -> LibraryStory:
    """Put a story in the library.

    Raises:
        Refusal: when its teller or its host does not allow it, nobody has read it, or it does
            not name the place.
    """
    dialogue = session.get_one(Dialogue, story.dialogue_id)
    if dialogue.is_hosted and dialogue.release == ReleaseRule.THEMES_ONLY:
        raise Refusal(_("The host of this dialogue lets no stories through."))
    if not story.contribution.allows(Use.LIBRARY):
        raise Refusal(_("Its teller has not allowed that it is read in the library."))
    if story.desk != DeskState.READ:
        raise Refusal(_("The story has to be released at the safety desk first."))
    if len(place) > LONGEST_PLACE or place.lower() not in story.text.lower():
        raise Refusal(_("The story does not name this place. Leave it empty, or copy the name."))
    session.execute(select(Story.id).where(Story.id == story.id).with_for_update())
    found = session.get(LibraryStory, story.id)
    if found is None:
        found = LibraryStory(story_id=story.id, dialogue_id=story.dialogue_id)
        session.add(found)
    found.place, found.released_by, found.released_on = place, by.id, today()
    session.flush()
    audit.record(session, "story put in the library", story.id, by.id)
    return found


def take_out(session: Session, story: Story, *, by: User) -> None:
    """Take a story out of the library."""
    found = session.get(LibraryStory, story.id)
    if found is not None:
        session.delete(found)
        session.flush()
        audit.record(session, "story taken out of the library", story.id, by.id)


def stands() -> ColumnElement[bool]:
    """A condition on :class:`Story`: it stands in the library now."""
    allowed = (
        exists()
        .where(
            Contribution.id == Story.contribution_id,
            cast(Contribution.uses, Text).contains(f'"{Use.LIBRARY.value}"'),
        )
        .correlate(Story)
    )
    put = exists().where(LibraryStory.story_id == Story.id).correlate(Story)
    return put & allowed & (Story.desk == DeskState.READ)
