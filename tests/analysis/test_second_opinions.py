"""Second opinions: one story, one question, somebody else's answer, and then the desk decides."""

from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from analysis.desk.deciding import Decided, decide
from analysis.desk.opinions import (
    ask_for_opinion,
    opinions_about,
    say_opinion,
    take_question_back,
    waiting_for,
)
from dialogue.app import Application
from dialogue.followup.publishing import sha256_of
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Organisation, ReleaseRule
from dialogue.voices.desk_models import SecondOpinion
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, seen_on, tell, user_of

WORDS = "Det dröjde länge innan någon hörde av sig."
QUESTION = "Är sjukdomen så ovanlig att någon känns igen?"


def send(app: Application, client: FlaskClient, address: str, **data: str) -> TestResponse:
    return client.post(address, data={"csrf_token": forged_free(client, app), **data})


def waiting_story(cast: Cast, text: str = WORDS) -> Story:
    (story,) = tell(cast.dialogue, [text], desk=DeskState.WAITING)
    session().commit()
    return story


def asked(cast: Cast, who: str = "coordinator") -> SecondOpinion:
    story = waiting_story(cast)
    made = ask_for_opinion(session(), story, QUESTION, by=user_of(getattr(cast, who)))
    session().commit()
    return made


def test_the_whole_way_in_the_browser(app_on_both: Application, cast_on_both: Cast) -> None:
    """The coordinator asks, the second reader finds it on their first page, answers, and the
    coordinator lets the story through."""
    cast = cast_on_both
    with app_on_both.app_context():
        story = waiting_story(cast).id
    eva = signed_in(app_on_both, cast.coordinator)
    lisa = signed_in(app_on_both, cast.reviewer)
    room = f"/sv/arbetsrum/{cast.dialogue}"
    item = f"{room}/granskning/{story}"
    assert lisa.get(item).status_code == 404
    seen = seen_on(eva.get(item).text)
    assert send(app_on_both, eva, f"{item}/fraga", question=QUESTION, seen=seen).status_code == 303
    stopped = send(app_on_both, eva, item, act="released", seen=sha256_of(WORDS))
    assert stopped.status_code == 422 and "Vänta på den, eller ta tillbaka" in stopped.text
    assert "1 berättelse väntar på din bedömning." in lisa.get("/sv/arbetsrum/").text
    assert QUESTION in lisa.get(f"{room}/andra-asikt").text
    with app_on_both.app_context():
        key = session().scalars(select(SecondOpinion.id)).one()
    page = f"{room}/andra-asikt/{key}"
    assert WORDS in lisa.get(page).text
    seen = seen_on(lisa.get(page).text)
    empty = send(app_on_both, lisa, page, says="release", seen=seen)
    assert empty.status_code == 422 and WORDS in empty.text
    why = "Nej, den är vanlig här."
    said = send(app_on_both, lisa, page, says="release", why=why, seen=seen)
    assert said.status_code == 303
    assert lisa.get(page).status_code == 404, "read for as long as the question waits"
    assert "Nej, den är vanlig här." in eva.get(item).text
    seen = seen_on(eva.get(item).text)
    assert send(app_on_both, eva, item, act="released", seen=seen).status_code == 303
    with app_on_both.app_context():
        assert session().get_one(Story, story).desk == DeskState.READ
        acts = session().scalars(select(AuditEvent.act)).all()
        assert {"second opinion asked for", "second opinion said",
                "story opened for a second opinion"} <= set(acts)  # fmt: skip


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("reviewer", True), ("host", True), ("coordinator", False), ("facilitator", False),
        ("responder", False), ("administrator", False), ("foreign_coordinator", False),
    ],
)  # fmt: skip
def test_who_reads_and_answers_what_the_coordinator_asked(
    app: Application, cast: Cast, who: str, may: bool
) -> None:
    """The asker does not answer, and the others do what the permission table says."""
    with app.app_context():
        key = asked(cast).id
    client = signed_in(app, getattr(cast, who))
    page = f"/sv/arbetsrum/{cast.dialogue}/andra-asikt/{key}"
    assert (client.get(page).status_code == 200) is may
    why = "Den går inte att täcka."
    answer = send(app, client, page, says="hold", why=why, seen=sha256_of(WORDS))
    assert answer.status_code == (303 if may else 404)
    with app.app_context():
        assert bool(session().get_one(SecondOpinion, key).says) is may


def test_only_one_question_waits_and_only_one_answer_counts(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        opinion = asked(cast_on_both)
        story = session().get_one(Story, opinion.story_id)
        eva, lisa = user_of(cast_on_both.coordinator), user_of(cast_on_both.reviewer)
        with pytest.raises(Refusal):
            ask_for_opinion(session(), story, QUESTION, by=user_of(cast_on_both.host))
        with pytest.raises(Refusal):
            say_opinion(session(), opinion, "hold", "Därför.", by=eva)
        say_opinion(session(), opinion, "hold", "Därför.", by=lisa)
        with pytest.raises(Refusal):
            say_opinion(session(), opinion, "release", "Nej.", by=user_of(cast_on_both.host))
        with pytest.raises(Refusal):
            take_question_back(session(), opinion, by=eva)
        assert [each.says for each in opinions_about(session(), story)] == ["hold"]


def test_a_question_taken_back_stops_nothing(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        opinion = asked(cast_on_both)
        story = session().get_one(Story, opinion.story_id)
        eva, lisa = user_of(cast_on_both.coordinator), user_of(cast_on_both.reviewer)
        with pytest.raises(Refusal):
            decide(session(), story, Decided("released"), by=eva)
        session().rollback()
        take_question_back(session(), opinion, by=eva)
        with pytest.raises(Refusal):
            say_opinion(session(), opinion, "hold", "Därför.", by=lisa)
        assert waiting_for(session(), dialogue_of(cast_on_both.dialogue), lisa) == []
        decide(session(), story, Decided("released"), by=eva)
        assert story.desk == DeskState.READ


@pytest.mark.parametrize("words", ["", "x" * 201, "Ring 070-123 45 67 och fråga."])
def test_words_that_are_missing_too_long_or_point_at_somebody(
    app: Application, cast: Cast, words: str
) -> None:
    with app.test_request_context("/sv/"):
        story, opinion = waiting_story(cast), asked(cast)
        for ask in (
            lambda: ask_for_opinion(session(), story, words, by=user_of(cast.coordinator)),
            lambda: say_opinion(session(), opinion, "cover", words, by=user_of(cast.reviewer)),
        ):
            with pytest.raises(Refusal):
                ask()
            session().rollback()


@pytest.mark.parametrize(
    ("rule", "house", "may"),
    [
        (ReleaseRule.ALL, "norrmark", True), (ReleaseRule.REDACTED_STORIES, "norrmark", False),
        (ReleaseRule.THEMES_ONLY, "norrmark", False),
        (ReleaseRule.REDACTED_STORIES, "hjart-lung", True),
        (ReleaseRule.THEMES_ONLY, "hjart-lung", True),
    ],
)  # fmt: skip
def test_what_a_host_keeps_is_not_shown_to_a_second_reader_from_outside(
    app_on_both: Application, cast_on_both: Cast, rule: ReleaseRule, house: str, may: bool
) -> None:
    with app_on_both.app_context():
        dialogue = dialogue_of(cast_on_both.dialogue)
        dialogue.release = rule
        part = user_of(cast_on_both.reviewer).memberships[0]
        part.organisation_id = session().scalars(
            select(Organisation.id).where(Organisation.slug == house)
        ).one()  # fmt: skip
        part.dialogue_id = dialogue.id
        key = asked(cast_on_both, "host").id
    lisa = signed_in(app_on_both, cast_on_both.reviewer)
    answer = lisa.get(f"/sv/arbetsrum/{cast_on_both.dialogue}/andra-asikt/{key}")
    assert (answer.status_code == 200) is may
    assert (WORDS in answer.text) is may


def test_a_withdrawn_story_takes_its_questions_along(app: Application, cast: Cast) -> None:
    with app.app_context():
        opinion = asked(cast)
        session().delete(session().get_one(Story, opinion.story_id).contribution)
        session().commit()
        assert session().scalars(select(SecondOpinion)).all() == []
    lisa = signed_in(app, cast.reviewer)
    room = f"/sv/arbetsrum/{cast.dialogue}/andra-asikt"
    assert lisa.get(room).status_code == 200
    assert lisa.get(f"{room}/{uuid.uuid4()}").status_code == 404
