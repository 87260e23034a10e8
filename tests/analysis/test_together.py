"""Reading together: unseen until the talk begins, before and after both kept; one wins a race."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from analysis.coding_models import JointCoding, JointSession, Phase, SettledCoding, When
from analysis.library.shelves import release
from analysis.models import StoryOutcome
from analysis.together import sessions as together
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.models import Story, Use
from tests.conftest import Cast, signed_in
from tests.racing import post_at_once, the_winner
from tests.stage import dialogue_of, forged_free, tell, user_of


@pytest.fixture
def room(app_on_both: Application, cast_on_both: Cast) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """A session of three stories from the library; its key and theirs."""
    cast = cast_on_both
    with app_on_both.app_context():
        eva = user_of(cast.coordinator)
        stories = tell(
            cast.dialogue, [f"Berättelse nummer {n} från Lycksele." for n in range(3)],
            uses=(Use.ANALYSIS, Use.LIBRARY),
        )  # fmt: skip
        for story in stories:
            session().add(StoryOutcome(story_id=story.id, ties={}))
            release(session(), story, "Lycksele", by=eva)
        made = together.begin(
            session(), dialogue_of(cast.dialogue), "Gemensam analys", stories, by=eva
        )
        session().commit()
        return made.id, [story.id for story in stories]


def address(cast: Cast, key: uuid.UUID, *more: object) -> str:
    return "/".join([f"/sv/arbetsrum/{cast.dialogue}/tillsammans/{key}", *map(str, more)])


def test_nobody_sees_what_another_says_until_the_talk_begins(
    app_on_both: Application, cast_on_both: Cast, room: tuple[uuid.UUID, list[uuid.UUID]]
) -> None:
    app, cast = app_on_both, cast_on_both
    key, stories = room
    marks = {"coordinator": "trygghet", "responder": "tillsammans", "host": "none"}
    clients = {who: signed_in(app, getattr(cast, who)) for who in marks}
    for who, client in clients.items():
        assert client.get(address(cast, key)).status_code == 200
        for story in stories:
            sent = client.post(
                address(cast, key, story),
                data={"csrf_token": forged_free(client, app), "mark": marks[who]},
            )
            assert sent.status_code == 303
    for who, client in clients.items():
        for page in (client.get(address(cast, key)).text,
                     client.get(address(cast, key, stories[0])).text):  # fmt: skip
            own = page.count("checked") + page.count('class="st ok"')
            assert own, who
            others = {"Eva", "Nils", "Aino"} - {who}
            assert "→" not in page
            assert len(re.findall(r'value="\w+" checked', page)) <= 1, (who, others)
    responder = clients["responder"]
    refused = responder.post(
        address(cast, key, "led"), data={"csrf_token": forged_free(responder, app), "to": "talking"}
    )
    assert refused.status_code == 404
    with app.app_context():
        joint = session().get_one(JointSession, key)
        before, _after = together.seen_by(session(), joint, user_of(cast.responder))
        assert {c.mark for said in before.values() for c in said.values()} == {"tillsammans"}


def test_agreement_before_and_after_is_kept(
    app_on_both: Application, cast_on_both: Cast, room: tuple[uuid.UUID, list[uuid.UUID]]
) -> None:
    app, cast = app_on_both, cast_on_both
    key, stories = room
    with app.app_context():
        joint, eva, nils = (
            session().get_one(JointSession, key), user_of(cast.coordinator), user_of(cast.responder)
        )  # fmt: skip
        told = [session().get_one(Story, each) for each in stories]
        with pytest.raises(Refusal):
            together.open_talk(session(), joint, by=eva, seen=1)
        for place, story in enumerate(told):
            together.say(session(), joint, story, "trygghet", {}, by=eva)
            other = "trygghet" if place == 0 else "tillsammans"
            together.say(session(), joint, story, other, {}, by=nils)
        with pytest.raises(Refusal):
            together.settle_story(session(), joint, told[0], "none", "", by=eva, seen=0)
        together.open_talk(session(), joint, by=eva, seen=1)
        together.say(session(), joint, told[1], "trygghet", {}, by=nils)
        with pytest.raises(together.SessionOvertaken):
            together.open_talk(session(), joint, by=eva, seen=2)
        with pytest.raises(Refusal, match="3"):
            together.close(session(), joint, by=eva, seen=2)
        for story, mark in zip(told, ("trygghet", "trygghet", together.APART), strict=True):
            together.settle_story(session(), joint, story, mark, "Vi pratade.", by=eva, seen=0)
        together.close(session(), joint, by=eva, seen=2)
        session().commit()
        before = together.agreement(session(), joint, When.BEFORE)
        after = together.agreement(session(), joint, When.AFTER)
        assert (before.same, after.same, after.stories) == (1, 2, 3)
        assert joint.phase == Phase.SETTLED
        with pytest.raises(Refusal):
            together.say(session(), joint, told[0], "none", {}, by=nils)
        kept = session().scalars(
            select(JointCoding.mark).where(
                JointCoding.story_id == told[1].id, JointCoding.when == When.BEFORE
            )
        )
        assert sorted(kept) == ["tillsammans", "trygghet"]
    page = signed_in(app, cast.reviewer).get(address(cast, key)).text
    assert "1 av 3" in page and "2 av 3" in page
    assert "Eva: Trygghet" in page or "Eva: " in page


def test_a_session_with_a_story_outside_the_library_is_for_readers_only(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        stories = tell(cast.dialogue, ["Inte i biblioteket.", "Inte heller den."])
        made = together.begin(
            session(), dialogue_of(cast.dialogue), "Bara vi", stories, by=user_of(cast.coordinator)
        )
        session().commit()
        key, story = made.id, stories[0].id
    for who, status in (("coordinator", 200), ("responder", 404), ("reviewer", 404),
                        ("facilitator", 404), ("administrator", 404),
                        ("foreign_coordinator", 404)):  # fmt: skip
        client = signed_in(app, getattr(cast, who))
        assert client.get(address(cast, key)).status_code == status, who
        assert client.get(address(cast, key, story)).status_code == status, who
        assert ("Bara vi" in client.get(f"/sv/arbetsrum/{cast.dialogue}/tillsammans").text) == (
            status == 200
        ), who


def test_of_two_who_settle_at_once_one_wins_and_nothing_is_lost(
    app_on_both: Application, cast_on_both: Cast, room: tuple[uuid.UUID, list[uuid.UUID]]
) -> None:
    """F09."""
    app, cast = app_on_both, cast_on_both
    key, stories = room
    with app.app_context():
        joint = session().get_one(JointSession, key)
        story = session().get_one(Story, stories[0])
        for who in (cast.coordinator, cast.responder):
            together.say(session(), joint, story, "trygghet", {}, by=user_of(who))
        together.open_talk(session(), joint, by=user_of(cast.coordinator), seen=1)
        session().commit()
    answers = post_at_once(
        app, cast.coordinator, address(cast, key, stories[0], "avgor"),
        lambda n: {"mark": "none", "version": "0", "note": f"Not nummer {n}."},
    )  # fmt: skip
    winner = the_winner(answers, lambda n: (f"Not nummer {n}.", f"Not nummer {n}."))
    with app.app_context():
        assert session().scalars(select(SettledCoding.note)).all() == [f"Not nummer {winner}."]


@pytest.mark.parametrize("fields", [{}, {"mark": "annat"}, {"mark": "none", "points-0": "3"}])
def test_what_makes_no_sense_is_refused(
    app: Application, cast: Cast, fields: dict[str, str]
) -> None:
    with app.app_context():
        stories = tell(cast.dialogue, ["En.", "Två."])
        made = together.begin(
            session(), dialogue_of(cast.dialogue), "Träff", stories, by=user_of(cast.coordinator)
        )
        session().commit()
        key, story = made.id, stories[0].id
    client = signed_in(app, cast.coordinator)
    token = {"csrf_token": forged_free(client, app)}
    assert client.post(address(cast, key, story), data=token | fields).status_code == 409
    assert client.post(address(cast, key, uuid.uuid4()), data=token).status_code == 404
    begun = f"/sv/arbetsrum/{cast.dialogue}/tillsammans"
    for wrong in ({}, {"name": "x" * 300}, {"name": "x", "source": "lone"}):
        assert client.post(begun, data=token | wrong).status_code in (303, 409)
