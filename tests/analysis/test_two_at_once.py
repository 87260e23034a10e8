"""Two coordinators with the same theme open: one wins, the other sees the difference (F09)."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from analysis.models import Theme, ThemeAct, ThemeStory
from analysis.themes.acting import confirm_ties, merge_themes, move_stories, rename_theme
from analysis.themes.history import undo
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Story
from tests.conftest import Cast, signed_in
from tests.racing import post_at_once, the_winner
from tests.stage import dialogue_of, forged_free, gather, tell, user_of


@pytest.fixture
def theme(app_on_both: Application, cast_on_both: Cast) -> uuid.UUID:
    with app_on_both.app_context():
        stories = tell(cast_on_both.dialogue, [f"Berättelse {n} om väntan." for n in range(10)])
        key = gather(cast_on_both.dialogue, "Väntan", stories).id
        session().commit()
    return key


def test_the_later_of_two_is_told_and_loses_nothing(
    app_on_both: Application, cast_on_both: Cast, theme: uuid.UUID
) -> None:
    app, cast = app_on_both, cast_on_both
    client = signed_in(app, cast.coordinator)
    address = f"/en/arbetsrum/{cast.dialogue}/tema/{theme}"
    shown = re.search(r'name="version" value="(\d+)"', client.get(address).text)
    assert shown
    token = forged_free(client, app)
    form = {"csrf_token": token, "version": shown.group(1)}
    first = client.post(address, data=form | {"sv": "Evas namn", "en": "Eva’s", "reason": "Klart."})
    assert first.status_code == 303
    for later, words in (
        ("", {"sv": "Mitt namn", "en": "My name", "reason": "Bättre."}),
        ("/stryk", {"reason": "Hör inte hit."}),
        ("/behall", {"reason": "Bra som det är."}),
    ):
        answer = client.post(address + later, data=form | words)
        assert answer.status_code == 409, later
        for text in ("Evas namn", "Klart.", *words.values()):
            assert text in answer.text, (later, text)
    with app.app_context():
        assert session().get_one(Theme, theme).given_sv == "Evas namn"
        assert len(session().scalars(select(ThemeAct)).all()) == 1
    seen = re.search(r'name="version" value="(\d+)"', answer.text)
    assert seen
    again = client.post(address, data={"csrf_token": token, "version": seen.group(1), "sv": "Nu"})
    assert again.status_code == 303
    with app.app_context():
        assert session().get_one(Theme, theme).given_sv == "Nu"
        assert dialogue_of(cast.dialogue)


def test_of_many_at_the_same_moment_one_wins(
    app_on_both: Application, cast_on_both: Cast, theme: uuid.UUID
) -> None:
    app, cast = app_on_both, cast_on_both
    answers = post_at_once(
        app, cast.coordinator, f"/en/arbetsrum/{cast.dialogue}/tema/{theme}",
        lambda n: {"version": "1", "sv": f"Namn {n}"},
    )  # fmt: skip
    winner = the_winner(answers, lambda n: (f"Namn {n}", f"Namn {n}"))
    with app.app_context():
        assert session().get_one(Theme, theme).given_sv == f"Namn {winner}"


@pytest.fixture
def themes(app_on_both: Application, cast_on_both: Cast) -> dict[str, uuid.UUID]:
    """Three themes of thirty stories, and the key of a story of the first."""
    with app_on_both.app_context():
        found = {}
        for name in ("Väntan", "Resor", "Bemötande"):
            stories = tell(cast_on_both.dialogue, [f"{name}, berättelse {n}." for n in range(10)])
            theme = gather(cast_on_both.dialogue, name, stories)
            theme.figures, found[name] = {"size": len(stories)}, theme.id
            found.setdefault("story", stories[0].id)
        session().commit()
    return found


def hidden(page: str, name: str) -> str:
    """What the first form with such a field carries."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no form carries {name}"
    return found[1]


def home_of(story: uuid.UUID) -> uuid.UUID | None:
    mine = select(ThemeStory.theme_id).where(ThemeStory.story_id == story, ThemeStory.strongest)
    return session().scalar(mine)


@pytest.mark.parametrize("form", ["berattelser/{}/flytta", "lasrum/minst-sakra/{}"])
def test_a_story_that_somebody_moved_is_not_moved_again_in_silence(
    app_on_both: Application, cast_on_both: Cast, themes: dict[str, uuid.UUID], form: str
) -> None:
    app, cast, story = app_on_both, cast_on_both, themes["story"]
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    place = hidden(client.get(f"{room}berattelser/{story}").text, "place")
    with app.app_context():
        moved, to = session().get_one(Story, story), session().get_one(Theme, themes["Resor"])
        move_stories(
            session(), [moved], to, by=user_of(cast.reviewer), reason="Den handlar om bussen."
        )
        session().commit()
    sent = {"csrf_token": forged_free(client, app), "to": str(themes["Bemötande"]),
            "reason": "Hon blev inte hörd."}  # fmt: skip
    answer = client.post(room + form.format(story), data=sent | {"place": place})
    assert answer.status_code == 409
    for words in ("Resor", "Den handlar om bussen.", "Bemötande", "Hon blev inte hörd.", "Lisa"):
        assert words in answer.text, words
    with app.app_context():
        assert home_of(story) == themes["Resor"]
    assert client.post(room + form.format(story), data=sent).status_code == 409, "nothing seen"
    again = sent | {"place": hidden(answer.text, "place")}
    assert client.post(room + form.format(story), data=again).status_code == 303
    with app.app_context():
        assert home_of(story) == themes["Bemötande"]


def test_a_place_is_confirmed_only_as_it_was_seen(
    app_on_both: Application, cast_on_both: Cast, themes: dict[str, uuid.UUID]
) -> None:
    app, cast, story = app_on_both, cast_on_both, themes["story"]
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    place = hidden(client.get(f"{room}berattelser/{story}").text, "place")
    with app.app_context():
        moved, to = session().get_one(Story, story), session().get_one(Theme, themes["Resor"])
        move_stories(session(), [moved], to, by=user_of(cast.reviewer))
        session().commit()
    address = f"{room}lasrum/minst-sakra/{story}"
    sent = {"csrf_token": forged_free(client, app)}
    answer = client.post(address, data=sent | {"place": place, "stands": str(themes["Väntan"])})
    assert answer.status_code == 409 and "Resor" in answer.text
    assert hidden(answer.text, "to") == str(themes["Väntan"])
    with app.app_context():
        acts = session().scalars(select(ThemeAct).where(ThemeAct.kind == "moved")).all()
        undo(session(), acts[-1].dialogue_id, acts[-1].number, by=user_of(cast.reviewer))
        session().commit()
    back = client.post(address, data=sent | {"place": place, "stands": str(themes["Väntan"])})
    assert back.status_code == 303, "it stands again where it was seen"


def test_what_cannot_be_done_any_more_loses_no_word(
    app_on_both: Application, cast_on_both: Cast, themes: dict[str, uuid.UUID]
) -> None:
    """The theme that was chosen has become a part of another."""
    app, cast, story = app_on_both, cast_on_both, themes["story"]
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/berattelser/{story}"
    place = hidden(client.get(room).text, "place")
    with app.app_context():
        gone, into = (session().get_one(Theme, themes[name]) for name in ("Resor", "Bemötande"))
        merge_themes(session(), gone, into, by=user_of(cast.reviewer))
        session().commit()
    sent = {"csrf_token": forged_free(client, app), "place": place, "to": str(themes["Resor"]),
            "reason": "Den handlar om bussen."}  # fmt: skip
    answer = client.post(f"{room}/flytta", data=sent)
    assert answer.status_code == 409 and "Den handlar om bussen." in answer.text
    assert "Välj igen" in answer.text
    with app.app_context():
        assert home_of(story) == themes["Väntan"]


def test_ties_that_somebody_confirmed_are_seen_before_they_are_changed(
    app_on_both: Application, cast_on_both: Cast, themes: dict[str, uuid.UUID]
) -> None:
    app, cast, story = app_on_both, cast_on_both, themes["story"]
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/berattelser/{story}"
    tied = hidden(client.get(room).text, "tied")
    with app.app_context():
        told = session().get_one(Story, story)
        why = "Hon är trygg med sin läkare."
        by = user_of(cast.reviewer)
        confirm_ties(session(), told, "framtidsbild", ["trygghet"], by=by, reason=why)
        session().commit()
    sent = {"csrf_token": forged_free(client, app), "node": "tillsammans", "reason": "Hon är med."}
    answer = client.post(f"{room}/band", data=sent | {"tied": tied})
    assert answer.status_code == 409
    assert "Hon är trygg med sin läkare." in answer.text and "Hon är med." in answer.text
    again = sent | {"tied": hidden(answer.text, "tied")}
    assert client.post(f"{room}/band", data=again).status_code == 303
    with app.app_context():
        last = session().scalars(select(ThemeAct).order_by(ThemeAct.number.desc())).first()
        assert last and last.after["nodes"] == ["tillsammans"] and last.reason == "Hon är med."


def test_what_was_chosen_is_told_for_merging_moving_and_splitting(
    app_on_both: Application, cast_on_both: Cast, themes: dict[str, uuid.UUID]
) -> None:
    app, cast, story = app_on_both, cast_on_both, themes["story"]
    client = signed_in(app, cast.coordinator)
    address = f"/sv/arbetsrum/{cast.dialogue}/tema/{themes['Väntan']}"
    token = {"csrf_token": forged_free(client, app)}
    seen = {"version": hidden(client.get(address).text, "version")}
    with app.app_context():
        theme = session().get_one(Theme, themes["Väntan"])
        rename_theme(session(), theme, "Lång väntan", "Waiting", by=user_of(cast.reviewer))
        session().commit()
    into = {"into": str(themes["Resor"]), "reason": "Samma sak."}
    merged = client.post(f"{address}/sla-ihop", data=token | seen | into)
    assert merged.status_code == 409
    assert "Slå ihop det med" in merged.text and "<dd>Resor</dd>" in merged.text
    to = {"to": str(themes["Bemötande"]), "story": str(story), "reason": "Hör hit."}
    moved = client.post(f"{address}/flytta", data=token | seen | to)
    assert moved.status_code == 409
    assert "<dd>Bemötande</dd>" in moved.text and "<dd>1</dd>" in moved.text
    parts = {"parts": "2", "sv-2": "På natten", "en-2": "At night", "reason": "Två saker.",
             "digest": "gammal"}  # fmt: skip
    split = client.post(f"{address}/dela", data=token | seen | parts)
    assert split.status_code == 409
    for words in ("På natten", "At night", "Två saker.", "Lång väntan"):
        assert words in split.text, words
    assert f'method="get" action="{address}/dela"' in split.text
    shown = client.get(f"{address}/dela", query_string=parts).text
    if 'name="sv-2"' in shown:
        assert 'value="På natten"' in shown
    assert 'value="Två saker."' in shown or 'name="reason"' not in shown
    version = {"version": hidden(merged.text, "version")}
    assert client.post(f"{address}/sla-ihop", data=token | version | into).status_code == 303
