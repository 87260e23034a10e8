"""One letter of a story is changed in the database: it is caught at all four points, and shown."""

from __future__ import annotations

from dataclasses import dataclass
from unittest import mock

import pytest
from sqlalchemy import select, update

import analysis.reading.nightly
from analysis.claim_models import Claim, Evidence
from analysis.models import Theme
from analysis.reading.nightly import VERIFY_JOB, ask_each_night
from analysis.signing.signing import sign_theme
from dialogue.app import Application
from dialogue.followup.models import Publication
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import db, session
from dialogue.ground.errors import Refusal
from dialogue.ground.jobs import Job
from dialogue.voices.models import Story
from tests.conftest import Cast, signed_in
from tests.stage import forged_free, publish_at_once, published, signer

REPORT = "/sv/dialog/vad-ar-viktigt/resultat"
FALLEN = 'class="claim broken"'


@dataclass
class Room:
    """A published dialogue, and its coordinator."""

    app: Application
    cast: Cast
    theme: object
    claim: object
    story: object

    @property
    def address(self) -> str:
        return f"/sv/arbetsrum/{self.cast.dialogue}"

    def change_a_letter(self, at: int) -> None:
        """Past the application: an UPDATE in a connection of its own."""
        with self.app.app_context(), db.engine.begin() as connection:
            mine = Story.id == self.story
            text = connection.scalar(select(Story.text).where(mine))
            assert text is not None and text[at] != "X"
            connection.execute(
                update(Story.__table__).where(mine).values(text=text[:at] + "X" + text[at + 1 :])
            )

    def send(self, path: str, **form: str) -> int:
        client = signed_in(self.app, self.cast.coordinator)
        token = forged_free(client, self.app)
        return client.post(f"{self.address}{path}", data={"csrf_token": token, **form}).status_code

    def save(self) -> int:
        with self.app.app_context():
            version = session().get_one(Claim, self.claim).version
        return self.send(
            f"/tema/{self.theme}/pastaenden/{self.claim}", act="keep", version=str(version),
            **{"words-sv": "Ord.", "words-en": "Words.", "words-easy": "Ord."},
        )  # fmt: skip

    def sign(self) -> bool:
        """Somebody else than the editor signs; whether it was let."""
        with self.app.app_context():
            theme = session().get_one(Theme, self.theme)
            try:
                sign_theme(session(), theme, by=signer())
            except Refusal:
                return False
            session().commit()
            return True

    def publish(self) -> bool:
        with self.app.app_context():
            try:
                publish_at_once(self.cast.dialogue, self.cast.coordinator)
            except Refusal:
                return False
            session().commit()
            return True

    def night(self) -> None:
        with self.app.app_context(), mock.patch.object(analysis.reading.nightly, "FROM", 0):
            ask_each_night()


@pytest.fixture
def room(app_on_both: Application, cast_on_both: Cast) -> Room:
    play = published(app_on_both, cast_on_both.dialogue, cast_on_both.coordinator)
    return Room(app_on_both, cast_on_both, play.theme, play.claim, play.story)


IN_THE_QUOTE, ELSEWHERE = 3, 20


def test_nothing_is_refused_while_every_letter_stands(room: Room) -> None:
    assert FALLEN not in room.app.test_client().get(REPORT).text
    assert (room.save(), room.sign(), room.publish()) == (303, True, True)
    room.night()
    with room.app.app_context():
        assert set(session().scalars(select(Evidence.broken))) == {""}
        assert [job.state for job in session().scalars(select(Job))] == ["done"]


@pytest.mark.parametrize("at", [IN_THE_QUOTE, ELSEWHERE])
def test_it_is_caught_when_the_claim_is_saved(room: Room, at: int) -> None:
    room.change_a_letter(at)
    assert room.save() == 422
    with room.app.app_context():
        assert session().get_one(Claim, room.claim).words_sv != "Ord."


@pytest.mark.parametrize("at", [IN_THE_QUOTE, ELSEWHERE])
def test_it_is_caught_when_the_theme_is_signed(room: Room, at: int) -> None:
    assert room.save() == 303
    room.change_a_letter(at)
    assert not room.sign()


@pytest.mark.parametrize("at", [IN_THE_QUOTE, ELSEWHERE])
def test_it_is_caught_when_the_themes_are_published(room: Room, at: int) -> None:
    assert (room.save(), room.sign()) == (303, True)
    room.change_a_letter(at)
    assert not room.publish()
    with room.app.app_context():
        assert len(session().scalars(select(Publication)).all()) == 1


@pytest.mark.parametrize("at", [IN_THE_QUOTE, ELSEWHERE])
def test_it_is_caught_at_night(room: Room, at: int) -> None:
    room.change_a_letter(at)
    room.night()
    with room.app.app_context():
        quotes = session().scalars(select(Evidence).where(Evidence.story_id == room.story)).all()
        assert [quote.broken for quote in quotes] == ["changed"]
        assert quotes[0].broken_at is not None
        told = (
            session().scalars(select(AuditEvent).where(AuditEvent.act == "quotes verified")).one()
        )
        assert told.facts["broken_claims"] == [str(room.claim)]
        assert len(told.facts["broken_on_the_page"]) >= 1
        assert len(session().scalars(select(Job).where(Job.kind == VERIFY_JOB)).all()) == 1
    room.night()
    with room.app.app_context():
        assert len(session().scalars(select(Job).where(Job.kind == VERIFY_JOB)).all()) == 1


@pytest.mark.parametrize("at", [IN_THE_QUOTE, ELSEWHERE])
def test_the_published_page_shows_it_at_once(room: Room, at: int) -> None:
    before = room.app.test_client().get(REPORT).text
    room.change_a_letter(at)
    page = room.app.test_client().get(REPORT).text
    assert FALLEN not in before and FALLEN in page
    client = signed_in(room.app, room.cast.coordinator)
    desk = client.get(f"{room.address}/tema/{room.theme}/pastaenden").text
    assert 'class="claim broken"' in desk


def test_a_letter_that_is_set_right_holds_again(room: Room) -> None:
    with room.app.app_context():
        text = session().get_one(Story, room.story).text
    room.change_a_letter(IN_THE_QUOTE)
    room.night()
    with room.app.app_context():
        session().execute(update(Story).where(Story.id == room.story).values(text=text))
        session().execute(update(Job).values(asked_at=Job.asked_at.type.python_type(2020, 1, 1)))
        session().commit()
    room.night()
    with room.app.app_context():
        assert set(session().scalars(select(Evidence.broken))) == {""}
    assert FALLEN not in room.app.test_client().get(REPORT).text
