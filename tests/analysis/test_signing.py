"""Two people: whoever wrote or changed any of it cannot sign it, and nothing unsigned goes out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from analysis.claims.writing import Chosen, Draft, begin_claim, change_claim
from analysis.codebook_models import CodebookEdition
from analysis.curating import hide_quote, show_quote
from analysis.models import StoryOutcome, Theme, ThemeAct
from analysis.signing.signing import (
    publish_signed,
    sign_theme,
    signed_themes,
    unsign_theme,
)
from analysis.themes.acting import keep_theme, merge_themes, move_stories, rename_theme
from analysis.themes.history import undo
from analysis.themes.signatures import SignOff, editors_of, standing
from dialogue.app import Application
from dialogue.followup.models import Publication
from dialogue.followup.rounds import waive_round
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import User
from dialogue.vision.codebook import load_codebook
from dialogue.voices.models import Contribution
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, gather, tell, user_of

WHY = "Alla var med när texten skrevs."


def texts(word: str, count: int = 10) -> list[str]:
    return [f"{word}: berättelse nummer {number} om det som hände." for number in range(count)]


def theme_of(cast: Cast, name: str = "Väntan") -> Theme:
    return gather(cast.dialogue, name, tell(cast.dialogue, texts(name)))


def renamed(cast: Cast, theme: Theme, by: User) -> None:
    rename_theme(session(), theme, "Nytt", "New", by=by)


def kept(cast: Cast, theme: Theme, by: User) -> None:
    keep_theme(session(), theme, by=by)


def undone(cast: Cast, theme: Theme, by: User) -> None:
    rename_theme(session(), theme, "Nytt", "New", by=by)
    number = session().scalars(select(ThemeAct.number)).all()[-1]
    undo(session(), theme.dialogue_id, number, by=by)


def merged_into(cast: Cast, theme: Theme, by: User) -> None:
    merge_themes(session(), theme_of(cast, "Kön"), theme, by=by)


def renamed_a_part(cast: Cast, theme: Theme, by: User) -> None:
    part = theme_of(cast, "Kön")
    rename_theme(session(), part, "Köer", "Queues", by=by)
    merge_themes(session(), part, theme, by=user_of(cast.reviewer))


def moved_from(cast: Cast, theme: Theme, by: User) -> None:
    story = theme.assignments[0].story
    move_stories(session(), [story], theme_of(cast, "Kön"), by=by)


def hid_a_quote(cast: Cast, theme: Theme, by: User) -> None:
    hide_quote(session(), theme.quotes[0], by=by)


def hid_and_showed(cast: Cast, theme: Theme, by: User) -> None:
    hide_quote(session(), theme.quotes[0], by=by)
    show_quote(session(), theme.quotes[0], by=by)


def wrote_a_claim(cast: Cast, theme: Theme, by: User) -> None:
    story = theme.assignments[0].story
    claim = begin_claim(session(), theme, by=by)
    words = {"sv": "Många väntar.", "en": "Many wait.", "easy": "Du väntar länge."}
    draft = Draft(words, "accept", add=(Chosen(story, 0, 10),))
    change_claim(session(), claim, draft, by=user_of(cast.host))


def took_back_a_move(cast: Cast, theme: Theme, by: User) -> None:
    """Somebody else moved stories out of the theme; they came back by an act on the other."""
    stories = [placed.story for placed in theme.assignments[:3]]
    move_stories(session(), stories, theme_of(cast, "Kön"), by=user_of(cast.host))
    number = session().scalars(select(ThemeAct.number)).all()[-1]
    undo(session(), theme.dialogue_id, number, by=by)


def took_back_what_led_here(cast: Cast, theme: Theme, by: User) -> None:
    """The machine has changed its mind meanwhile, so the story comes to a theme of no act."""
    part = theme_of(cast, "Kön")
    story = part.assignments[0].story
    move_stories(session(), [story], theme_of(cast, "Bussen"), by=user_of(cast.host))
    number = session().scalars(select(ThemeAct.number)).all()[-1]
    session().get_one(StoryOutcome, story.id).placed = [[theme.machine_key, 0.5]]
    undo(session(), theme.dialogue_id, number, by=by)
    assert story.id in {placed.story_id for placed in theme.assignments}


def kept_the_codebook(cast: Cast, theme: Theme, by: User) -> None:
    edition(cast, 1, {"vanta": ("Annat", "Other")}, user_of(cast.host))
    edition(cast, 2, {"vanta": ("Väntan", "Waiting")}, by)
    edition(cast, 3, {"vanta": ("Väntan", "Waiting"), "bo": ("Boende", "Homes")},
            user_of(cast.administrator))  # fmt: skip
    theme.machine_key = "vanta"


def edition(cast: Cast, number: int, names: dict[str, tuple[str, str]], by: User) -> None:
    """An edition of the organisation's own codebook with these names."""
    themes = [
        {"key": key, "label": {"sv": sv, "en": en}, "description": {"sv": sv, "en": en}}
        for key, (sv, en) in names.items()
    ]
    session().add(
        CodebookEdition(
            organisation_id=dialogue_of(cast.dialogue).organisation_id, key="egen", number=number,
            digest=f"egen-{number}", document={"key": "egen", "theme": themes}, note="Ny.",
            kept_by=by.id,
        )
    )  # fmt: skip
    session().flush()


WAYS = [
    renamed, kept, undone, merged_into, renamed_a_part, moved_from, hid_a_quote, hid_and_showed,
    wrote_a_claim, took_back_a_move, took_back_what_led_here, kept_the_codebook,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_whoever_wrote_or_changed_any_of_it_cannot_sign(
    app_on_both: Application, cast_on_both: Cast, way: Callable[[Cast, Theme, User], None]
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        theme, eva = theme_of(cast), user_of(cast.coordinator)
        way(cast, theme, eva)
        session().commit()
        with pytest.raises(Refusal):
            sign_theme(session(), theme, by=eva)
        assert standing(session(), theme) is None
        other = user_of(cast.administrator)
        sign_theme(session(), theme, by=other)
        session().commit()
        assert theme.signed_by == other.id
        assert standing(session(), theme) is not None


def test_whoever_kept_a_codebook_signs_what_it_did_not_name(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """A name that is the platform's, that somebody else wrote, or that a person gave instead."""
    cast = cast_on_both
    first = load_codebook().themes[0]
    with app_on_both.app_context():
        eva = user_of(cast.coordinator)
        shipped, other, given = (theme_of(cast, name) for name in ("Ett", "Två", "Tre"))
        names = {first.key: (first.label.sv, first.label.en), "tva": ("Två", "Två (en)")}
        edition(cast, 1, names, user_of(cast.host))
        edition(cast, 2, names | {"tre": ("Tre", "Tre (en)")}, eva)
        shipped.machine_key, other.machine_key, given.machine_key = first.key, "tva", "tre"
        shipped.proposed_sv, shipped.proposed_en = first.label.sv, first.label.en
        assert eva.id in editors_of(session(), given)
        rename_theme(session(), given, "Eget", "Own", by=user_of(cast.administrator))
        for theme in (shipped, other, given):
            assert eva.id not in editors_of(session(), theme)
            sign_theme(session(), theme, by=eva)
        assert user_of(cast.host).id in editors_of(session(), other)


def test_the_database_refuses_it_too_and_keeps_what_was_signed(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        theme, eva, lisa = theme_of(cast), user_of(cast.coordinator), user_of(cast.reviewer)
        rename_theme(session(), theme, "Nytt", "New", by=eva)
        sign_theme(session(), theme, by=lisa)
        waive_round(session(), dialogue_of(cast.dialogue), WHY, by=eva)
        publish_signed(session(), dialogue_of(cast.dialogue), by=eva, smallest=8)
        session().commit()
        row = {
            "id": uuid.uuid4(), "dialogue_id": theme.dialogue_id, "theme_id": theme.id,
            "signed_by": eva.id, "content": {}, "digest": "0" * 64,
        }  # fmt: skip
        for statement in (
            insert(SignOff).values(row),
            update(SignOff).values(content={"name": "annat"}),
            update(SignOff).values(digest="0" * 64),
            update(Publication).values(snapshot={}),
            update(Publication).values(digest="0" * 64),
        ):
            with pytest.raises(DBAPIError):
                session().execute(statement)
            session().rollback()
        session().execute(insert(SignOff).values(row | {"signed_by": lisa.id}))
        session().rollback()


def test_nothing_unsigned_and_nothing_changed_is_published(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        home, eva, lisa = (
            dialogue_of(cast.dialogue),
            *map(user_of, (cast.coordinator, cast.reviewer)),
        )
        theme = theme_of(cast)
        waive_round(session(), home, WHY, by=eva)
        with pytest.raises(Refusal):
            publish_signed(session(), home, by=eva, smallest=8)
        sign_theme(session(), theme, by=lisa)
        assert [each.key for each in signed_themes(session(), home)] == [theme.id]
        unsign_theme(session(), theme, by=lisa)
        with pytest.raises(Refusal):
            publish_signed(session(), home, by=eva, smallest=8)
        sign_theme(session(), theme, by=lisa)
        session().execute(update(Theme).where(Theme.id == theme.id).values(proposed_sv="Bakvägen"))
        session().expire_all()
        with pytest.raises(Refusal, match="Bakvägen"):
            publish_signed(session(), home, by=eva, smallest=8)


def test_a_signature_needs_the_page_that_was_read(app: Application, cast: Cast) -> None:
    with app.app_context():
        theme = theme_of(cast)
        key = theme.id
        session().commit()
    lisa = signed_in(app, cast.reviewer)
    page = lisa.get(f"/en/arbetsrum/{cast.dialogue}/underteckna/{key}").text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest
    eva = signed_in(app, cast.coordinator)
    eva.post(
        f"/en/arbetsrum/{cast.dialogue}/tema/{key}",
        data={"csrf_token": forged_free(eva, app), "version": "1", "sv": "Köer", "en": "Queues"},
    )
    fields = {"csrf_token": forged_free(lisa, app), "digest": digest.group(1), "sign": "1"}
    address = f"/en/arbetsrum/{cast.dialogue}/tema/{key}/underteckna"
    late = lisa.post(address, data=fields)
    assert late.status_code == 409
    assert "Read it again" in late.text
    page = lisa.get(f"/en/arbetsrum/{cast.dialogue}/underteckna/{key}").text
    fresh = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert fresh and "Eva" in page
    assert lisa.post(address, data=fields | {"digest": fresh.group(1)}).status_code == 303
    refused = eva.post(address, data=fields | {"csrf_token": forged_free(eva, app)})
    assert refused.status_code == 409
    assert "somebody else" in refused.text


def test_words_that_their_teller_takes_back_do_not_stop_the_rest(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        theme = theme_of(cast)
        sign_theme(session(), theme, by=user_of(cast.reviewer))
        session().commit()
        gone = theme.quotes[0].story
        session().execute(delete(Contribution).where(Contribution.id == gone.contribution_id))
        session().commit()
        session().expire_all()
        (signed,) = signed_themes(session(), dialogue_of(cast.dialogue))
        assert signed.size == 9
        assert len(signed.quotes) == 1
