"""What people decide about themes outlives the machine's next reading."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from analysis.curating import (
    LONGEST_NAME,
    hide_quote,
    hold_story,
    rename_theme,
    show_quote,
)
from analysis.models import StoryOutcome, Theme, ThemeQuote, ThemeStory
from analysis.reading.runs import keep
from analysis.signing.signing import sign_theme
from analysis.text.stories import Bilingual
from analysis.text.themes import Origin, Quote, Reading, StoryReading
from analysis.text.themes import Theme as Found
from analysis.themes.acting import move_stories
from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.voices.models import Contribution, DeskState, Story
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, tell, user_of

FIRST, SECOND = "aaaa", "bbbb"


def found(key: str, name: str, stories: Sequence[Story], quotes: int = 3) -> Found:
    return Found(
        key=key, label=Bilingual(name, f"{name} (en)"), origin=Origin.DISCOVERED,
        keywords={"sv": (name,), "en": (name,)}, size=len(stories), mentions=len(stories),
        voices=len(stories), ties={"framtidsbild": {"trygghet": 0.5}},
        quotes=tuple(
            Quote(str(story.id), 0, 12, story.text[:12], "sv") for story in stories[:quotes]
        ),
    )  # fmt: skip


def reading(**themes: Sequence[Story]) -> Reading:
    """What the machine finds when these stories belong to these themes."""
    keys = {"vantan": FIRST, "vagen": SECOND}
    told = [
        StoryReading(str(story.id), "sv", keys[name], ((keys[name], 0.9),), {})
        for name, stories in themes.items()
        for story in stories
    ]
    return Reading(
        themes=tuple(found(keys[name], name, stories) for name, stories in themes.items()),
        stories=told, notes=(), recipe={"test": 1},
    )  # fmt: skip


def texts(number: int) -> list[str]:
    return [f"Berättelse {each:02} om att vänta länge på svar." for each in range(number)]


def theme_with(key: str) -> Theme:
    return session().scalars(select(Theme).where(Theme.machine_key == key)).one()


class Desk:
    """A dialogue with stories that were read once, in an open session."""

    def __init__(self, cast: Cast) -> None:
        self.dialogue = dialogue_of(cast.dialogue).id
        self.stories = tell(cast.dialogue, texts(12))
        self.by: User = user_of(cast.coordinator)
        self.other: User = user_of(cast.reviewer)

    def read(self, **themes: Sequence[Story]) -> None:
        keep(self.dialogue, self.stories, reading(**themes))
        session().flush()


def test_a_given_name_survives_the_next_reading(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories)
        rename_theme(session(), theme_with(FIRST), "Tiden i telefonkön", "", by=desk.by)
        desk.read(vantan=desk.stories[:9])
        theme = theme_with(FIRST)
        assert theme.name.sv == "Tiden i telefonkön"
        assert theme.name.en == "vantan (en)"
        assert theme.proposed_sv == "vantan"
        rename_theme(session(), theme, "", "", by=desk.by)
        assert theme.name.sv == "vantan"


def test_a_named_theme_that_lost_its_stories_is_kept_and_another_goes(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories[:6], vagen=desk.stories[6:])
        rename_theme(session(), theme_with(FIRST), "Namngivet", "Named", by=desk.by)
        desk.read(vagen=desk.stories)
        assert theme_with(FIRST).name.sv == "Namngivet"
        assert not theme_with(FIRST).assignments
        desk.read(vantan=desk.stories)
        assert session().scalar(select(func.count()).select_from(Theme)) == 1


def test_a_hidden_quote_stays_hidden_and_one_shown_again_is_shown(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories)
        span = theme_with(FIRST).quotes[0]
        hide_quote(session(), span, by=desk.by)
        story = span.story_id
        for _ in range(2):
            desk.read(vantan=desk.stories)
            quotes = theme_with(FIRST).quotes
            assert len(quotes) == 3
            assert [q.story_id for q in quotes if q.hidden_at is not None] == [story]
        (hidden,) = [q for q in theme_with(FIRST).quotes if q.hidden_at is not None]
        show_quote(session(), hidden, by=desk.by)
        desk.read(vantan=desk.stories)
        assert not [q for q in theme_with(FIRST).quotes if q.hidden_at is not None]


def test_a_signature_stays_as_long_as_the_theme_is_the_same(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories)
        sign_theme(session(), theme_with(FIRST), by=desk.other)
        session().commit()
        desk.read(vantan=desk.stories)
        session().commit()
        assert theme_with(FIRST).signed
        assert theme_with(FIRST).signed_by == desk.other.id


@pytest.mark.parametrize("change", ["fewer", "name", "quotes"])
def test_a_changed_theme_must_be_signed_again(
    app_on_both: Application, cast_on_both: Cast, change: str
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories)
        sign_theme(session(), theme_with(FIRST), by=desk.other)
        session().commit()
        again = reading(vantan=desk.stories[:-1] if change == "fewer" else desk.stories)
        (theme,) = again.themes
        if change == "name":
            theme = replace(theme, label=Bilingual("Något annat", "Something else"))
        if change == "quotes":
            theme = replace(theme, quotes=theme.quotes[1:])
        keep(desk.dialogue, desk.stories, replace(again, themes=(theme,)))
        session().commit()
        assert not theme_with(FIRST).signed
        acts = session().scalars(select(AuditEvent.act)).all()
        assert "signature lifted: theme changed" in acts


def test_a_new_proposal_does_not_lift_the_signature_of_a_named_theme(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories)
        rename_theme(session(), theme_with(FIRST), "Vårt namn", "Our name", by=desk.by)
        sign_theme(session(), theme_with(FIRST), by=desk.other)
        again = reading(vantan=desk.stories)
        (theme,) = again.themes
        theme = replace(theme, label=Bilingual("Något annat", "Something else"))
        keep(desk.dialogue, desk.stories, replace(again, themes=(theme,)))
        assert theme_with(FIRST).signed


def test_a_story_that_a_person_moved_stays_where_it_was_put(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories[:6], vagen=desk.stories[6:])
        moved = desk.stories[0].id
        move_stories(session(), [desk.stories[0]], theme_with(SECOND), by=desk.by)
        desk.read(vantan=desk.stories[:6], vagen=desk.stories[6:])
        places = session().scalars(select(ThemeStory).where(ThemeStory.story_id == moved)).all()
        assert [each.theme_id for each in places] == [theme_with(SECOND).id]


def test_a_story_withdrawn_while_the_machine_read_is_not_placed(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        session().commit()
        done = reading(vantan=desk.stories)
        gone = desk.stories[0]
        gone_id = gone.id
        session().execute(delete(Contribution).where(Contribution.id == gone.contribution_id))
        session().commit()
        keep(desk.dialogue, desk.stories, done)
        session().commit()
        assert len(theme_with(FIRST).assignments) == 11
        assert gone_id not in session().scalars(select(StoryOutcome.story_id)).all()
        assert gone_id not in session().scalars(select(ThemeQuote.story_id)).all()


def test_a_theme_whose_quote_was_changed_cannot_be_signed(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        desk = Desk(cast_on_both)
        desk.read(vantan=desk.stories)
        desk.stories[0].text = "Andra ord."
        session().flush()
        theme = theme_with(FIRST)
        with pytest.raises(Refusal):
            sign_theme(session(), theme, by=desk.other)
        broken = next(quote for quote in theme.quotes if quote.story_id == desk.stories[0].id)
        hide_quote(session(), broken, by=desk.by)
        sign_theme(session(), theme, by=desk.other)
        assert theme.signed


def test_an_empty_theme_cannot_be_signed(app: Application, cast: Cast) -> None:
    with app.app_context():
        desk = Desk(cast)
        theme = Theme(
            dialogue_id=desk.dialogue, machine_key="x", proposed_sv="Tomt", proposed_en="Empty"
        )
        session().add(theme)
        session().flush()
        with pytest.raises(Refusal):
            sign_theme(session(), theme, by=desk.other)


def test_a_story_held_at_the_desk_is_not_quotable(app: Application, cast: Cast) -> None:
    with app.app_context():
        desk = Desk(cast)
        assert desk.stories[0].quotable
        hold_story(session(), desk.stories[0], by=desk.by)
        assert desk.stories[0].desk == DeskState.HELD
        assert not desk.stories[0].quotable


def test_a_name_that_is_too_long_comes_back_in_its_field(app: Application, cast: Cast) -> None:
    with app.app_context():
        desk = Desk(cast)
        desk.read(vantan=desk.stories)
        key: uuid.UUID = theme_with(FIRST).id
        session().commit()
    client = signed_in(app, cast.coordinator)
    long = "Å" * (LONGEST_NAME + 1)
    page = client.post(
        f"/sv/arbetsrum/{cast.dialogue}/tema/{key}",
        data={"sv": long, "en": "Kept", "csrf_token": forged_free(client, app)},
    )
    assert page.status_code == 422
    assert long in page.text
    assert "Kept" in page.text
