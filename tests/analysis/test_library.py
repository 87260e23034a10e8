"""The story library: only what its teller allows, read and put there; gone at once."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import delete

from analysis.curating import hold_story
from analysis.library.finding import Sought, shelf, shelved
from analysis.library.shelves import release, take_out
from analysis.models import StoryOutcome, ThemeState
from dialogue.app import Application
from dialogue.followup import receipts
from dialogue.ground.clock import now
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import ReleaseRule
from dialogue.voices.models import DeskState, Story, Use
from dialogue.voices.permitting import permit
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, gather, tell, user_of
from tests.survey import answer, hidden_fields

ALLOWED = (Use.ANALYSIS, Use.LIBRARY)
WORDS = "Bussen från Lycksele gick utan mig, och jag ringde vårdcentralen."
SNOW = "Snön låg djup i Sorsele den vintern."


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    receipts.wrong_codes._tries.clear()


def put(cast: Cast, text: str, place: str = "") -> Story:
    (story,) = tell(cast.dialogue, [text], uses=ALLOWED)
    ties = {"framtidsbild": {"trygghet": 0.2, "tillgänglighet": 0.8, "tillsammans": 0.1}}
    session().add(StoryOutcome(story_id=story.id, ties=ties))
    session().flush()
    release(session(), story, place, by=user_of(cast.coordinator))
    return story


def found(cast: Cast, **sought: str) -> set[str]:
    shown = shelf(session(), dialogue_of(cast.dialogue), Sought(**sought), 1)
    return {each.story.text for each in shown.stories}


@pytest.mark.parametrize(
    ("uses", "desk"),
    [
        ((Use.ANALYSIS,), DeskState.READ),
        ((Use.ANALYSIS, Use.QUOTE, Use.OPEN_DATA), DeskState.READ),
        (ALLOWED, DeskState.WAITING),
        (ALLOWED, DeskState.HELD),
    ],
)
def test_a_story_needs_its_tellers_permission_and_a_reader(
    app_on_both: Application, cast_on_both: Cast, uses: tuple[Use, ...], desk: DeskState
) -> None:
    with app_on_both.app_context():
        (story,) = tell(cast_on_both.dialogue, [WORDS], uses=uses, desk=desk)
        with pytest.raises(Refusal):
            release(session(), story, "", by=user_of(cast_on_both.coordinator))


def test_a_host_that_lets_no_stories_through_lets_none_here(app: Application, cast: Cast) -> None:
    with app.app_context():
        dialogue_of(cast.dialogue).release = ReleaseRule.THEMES_ONLY
        (story,) = tell(cast.dialogue, [WORDS], uses=ALLOWED)
        with pytest.raises(Refusal):
            release(session(), story, "", by=user_of(cast.coordinator))


def test_a_place_is_one_that_the_story_itself_names(app: Application, cast: Cast) -> None:
    with app.app_context():
        with pytest.raises(Refusal):
            put(cast, WORDS, "Umeå")
        assert put(cast, WORDS, "Lycksele")


def test_stories_are_found_by_words_theme_frame_and_place(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        one, two = put(cast, WORDS, "Lycksele"), put(cast, SNOW, "Sorsele")
        (hidden,) = tell(cast.dialogue, ["Bussen som ingen får läsa om."])
        assert hidden.id
        session().flush()
        session().execute(delete(StoryOutcome))
        theme = gather(cast.dialogue, "Resor", [one], quotes=0)
        theme.state = ThemeState.KEPT
        for story in (two,):
            ties = {"framtidsbild": {"trygghet": 0.9, "tillgänglighet": 0.1}}
            session().add(StoryOutcome(story_id=story.id, ties=ties))
        session().flush()
        session().expire_all()
        assert found(cast) == {WORDS, SNOW}
        assert found(cast, words="bussar") == {WORDS}
        assert found(cast, words="vinter låg") == {SNOW}
        assert found(cast, words="enhörning") == set()
        assert found(cast, theme=str(theme.id)) == {WORDS}
        assert found(cast, node="framtidsbild/trygghet") == {SNOW}
        assert found(cast, place="Sorsele") == {SNOW}
        assert found(cast, place="Sorsele", words="buss") == set()
        shown = shelf(session(), dialogue_of(cast.dialogue), Sought(), 1)
        assert shown.places == ("Lycksele", "Sorsele")
        assert [value for value, _name in shown.nodes] == ["framtidsbild/trygghet"]


@pytest.mark.parametrize("way", ["permission", "held", "taken out", "withdrawn"])
def test_a_story_that_is_taken_back_is_gone_from_every_page_at_once(
    app_on_both: Application, cast_on_both: Cast, way: str
) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        story = put(cast, WORDS, "Lycksele")
        session().commit()
        key = story.id
    client = signed_in(app, cast.responder)
    pages = [
        f"/sv/arbetsrum/{cast.dialogue}/bibliotek",
        f"/sv/arbetsrum/{cast.dialogue}/bibliotek?words=bussen",
        f"/sv/arbetsrum/{cast.dialogue}/bibliotek/blad?story={key}",
    ]
    for page in pages:
        assert "vårdcentralen" in client.get(page).text
    with app.app_context():
        story, eva = session().get_one(Story, key), user_of(cast.coordinator)
        if way == "permission":
            permit(session(), story.contribution, Use.LIBRARY, False)
        elif way == "held":
            hold_story(session(), story, by=eva)
        elif way == "taken out":
            take_out(session(), story, by=eva)
        else:
            session().delete(story.contribution)
        session().commit()
    for page in pages:
        answered = client.get(page)
        assert answered.status_code == 200
        assert "vårdcentralen" not in answered.text
        assert "Lycksele" not in answered.text


def test_the_permission_is_given_and_taken_back_with_the_receipt(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app = app_on_both
    client = app.test_client(use_cookies=False)
    code = answer(client, WORDS)

    def uses() -> list[str]:
        with app.app_context():
            return list(session().query(Story).one().contribution.uses)

    assert uses() == ["analysis"]
    fields = hidden_fields(client.get("/sv/kvitto/").text) | {"code": code}
    page = client.post("/sv/kvitto/biblioteket", data=fields | {"allow": "yes"})
    assert page.status_code == 200
    assert uses() == ["analysis", "library"]
    client.post("/sv/kvitto/biblioteket", data=fields | {"allow": "yes"})
    assert uses() == ["analysis", "library"]
    client.post("/sv/kvitto/biblioteket", data=fields | {"allow": "no"})
    assert uses() == ["analysis"]
    assert client.post("/sv/kvitto/biblioteket", data=fields | {"token": "x"}).status_code == 403


def test_nothing_is_allowed_before_it_is_ticked(app: Application, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    answer(client, WORDS, ("library",))
    answer(client, SNOW)
    with app.app_context():
        told = {story.text: story.contribution.uses for story in session().query(Story)}
    assert "library" in told[WORDS]
    assert "library" not in told[SNOW]


@pytest.mark.parametrize(
    ("who", "may_read"),
    [
        ("coordinator", True), ("host", True), ("responder", True), ("facilitator", True),
        ("reviewer", True), ("administrator", False), ("foreign_coordinator", False),
    ],
)  # fmt: skip
def test_who_takes_part_reads_the_library_and_nobody_else(
    app: Application, cast: Cast, who: str, may_read: bool
) -> None:
    with app.app_context():
        key = put(cast, WORDS).id
        session().commit()
    client = signed_in(app, getattr(cast, who))
    for page in ("bibliotek", f"bibliotek/blad?story={key}&story=x&story={uuid.uuid4()}"):
        answered = client.get(f"/sv/arbetsrum/{cast.dialogue}/{page}")
        assert (answered.status_code == 200) == may_read
        assert ("vårdcentralen" in answered.text) == may_read


def test_another_dialogues_story_is_on_no_sheet(app: Application, cast: Cast) -> None:
    with app.app_context():
        (theirs,) = tell(cast.foreign_dialogue, [WORDS], uses=ALLOWED)
        release(session(), theirs, "", by=user_of(cast.foreign_coordinator))
        assert shelved(session(), dialogue_of(cast.dialogue), [theirs.id]) == []


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        ("proposed", False),
        ("kept", True),
        ("renamed", True),
        ("by hand", True),
        ("signed", True),
        ("dropped", False),
        ("merged", False),
    ],
)
def test_only_themes_that_people_stand_behind_are_named_and_searched_by(
    app_on_both: Application, cast_on_both: Cast, way: str, shown: bool
) -> None:
    cast = cast_on_both
    with app_on_both.app_context():
        story = put(cast, WORDS)
        session().execute(delete(StoryOutcome))
        theme = gather(cast.dialogue, "Fel och kränkande", [story], quotes=0)
        theme.signed_at = now() if way in ("signed", "dropped") else None
        theme.given_sv = theme.proposed_sv if way in ("renamed", "merged") else ""
        theme.by_hand = way == "by hand"
        theme.state = {
            "kept": ThemeState.KEPT, "dropped": ThemeState.DROPPED, "merged": ThemeState.MERGED,
        }.get(way, ThemeState.CANDIDATE)  # fmt: skip
        key = theme.id
        session().commit()
    for who in (cast.responder, cast.facilitator, cast.reviewer, cast.coordinator):
        client = signed_in(app_on_both, who)
        page = client.get(f"/sv/arbetsrum/{cast.dialogue}/bibliotek")
        if page.status_code != 200:
            continue
        assert WORDS in page.text
        assert ("kränkande" in page.text) == shown
        assert (f'value="{key}"' in page.text) == shown
        by_theme = client.get(f"/sv/arbetsrum/{cast.dialogue}/bibliotek?theme={key}")
        assert (WORDS in by_theme.text) == shown
        assert ("kränkande" in by_theme.text) == shown
