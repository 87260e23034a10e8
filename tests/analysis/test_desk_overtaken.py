"""Two at the safety desk: one wins, the other sees what happened, and nothing typed is lost."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analysis.desk.deciding import Decided, decide
from analysis.desk.noticing import OvertakenStory, seen_of
from analysis.desk.opinions import ask_for_opinion, say_opinion
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.desk_models import DeskDecision, SecondOpinion
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast, signed_in
from tests.stage import forged_free, seen_on, tell, user_of

WORDS = "Det dröjde länge innan någon hörde av sig."
NOTE = "En ovanlig händelse i kombination."
RARE = "Ovanligt tillsammans: sjukdom, plats eller händelse"


def waiting(app: Application, cast: Cast, text: str = WORDS) -> uuid.UUID:
    with app.app_context():
        (story,) = tell(cast.dialogue, [text], desk=DeskState.WAITING)
        session().commit()
        return story.id


def hold(app: Application, cast: Cast, story: uuid.UUID, who: str = "reviewer") -> None:
    """A colleague holds the story, and says why."""
    with app.app_context():
        held = Decided("held", "rare", why=NOTE)
        decide(session(), session().get_one(Story, story), held, by=user_of(getattr(cast, who)))
        session().commit()


def state(app: Application, story: uuid.UUID) -> DeskState:
    with app.app_context():
        return session().get_one(Story, story).desk


def send(app: Application, client: FlaskClient, address: str, **data: str) -> TestResponse:
    return client.post(address, data={"csrf_token": forged_free(client, app), **data})


@pytest.mark.parametrize(
    ("page", "form", "sent"),
    [
        ("berattelser/{}", "berattelser/{}", {"read": "1"}),
        ("granskning/{}", "granskning/{}", {"act": "released", "why": "Läst två gånger."}),
        ("granskning?show=clean", "granskning/{}", {"act": "released", "from": "queue"}),
    ],
)
def test_a_stale_page_does_not_release_what_a_colleague_held(
    app_on_both: Application, cast_on_both: Cast, page: str, form: str, sent: dict[str, str]
) -> None:
    cast, app = cast_on_both, app_on_both
    story = waiting(app, cast)
    eva = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    seen = seen_on(eva.get(room + page.format(story)).text)
    hold(app, cast, story)
    stopped = send(app, eva, room + form.format(story), seen=seen, **sent)
    assert stopped.status_code == 409
    assert state(app, story) == DeskState.HELD
    assert "Någon hann före dig" in stopped.text
    assert "Berättelsen hålls inne nu." in stopped.text
    assert RARE in stopped.text and NOTE in stopped.text and "Lisa" in stopped.text
    assert sent.get("why", "") in stopped.text
    again = send(app, eva, room + form.format(story), seen=seen_on(stopped.text), **sent)
    assert again.status_code == 303, "one press more does it"
    assert state(app, story) == DeskState.READ


def test_a_form_that_does_not_say_what_was_seen_decides_nothing(
    app: Application, cast: Cast
) -> None:
    story = waiting(app, cast)
    eva = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/"
    for address, sent in (
        (f"berattelser/{story}", {"read": "1"}),
        (f"granskning/{story}", {"act": "released"}),
        (f"granskning/{story}", {"act": "released", "seen": "x.y.z"}),
        (f"granskning/{story}", {"act": "released", "seen": ".99999999999.²"}),
    ):
        assert send(app, eva, room + address, **sent).status_code == 409
    assert state(app, story) == DeskState.WAITING


def test_choices_stay_while_the_words_stand_and_go_when_they_changed(
    app: Application, cast: Cast
) -> None:
    text = "Ingegerd ringde. Hon bor i Granbäck."
    story = waiting(app, cast, text)
    eva = signed_in(app, cast.coordinator)
    item = f"/sv/arbetsrum/{cast.dialogue}/granskning/{story}"
    seen = seen_on(eva.get(item).text)
    hold(app, cast, story)
    sent = {
        "act": "released",
        "mark-0-8-name": "stand:nobody",
        "words-1": "ringde",
        "why": "Två ord.",
    }
    kept = send(app, eva, item, seen=seen, **sent).text
    assert re.search(r'name="mark-0-8-name" value="stand:nobody" checked', kept)
    assert 'value="ringde"' in kept and 'value="Två ord."' in kept
    with app.app_context():
        told = session().get_one(Story, story)
        told.text = "Någon ringde. Ingegerd bor i Granbäck."
        session().commit()
    changed = send(app, eva, item, seen=seen, **sent)
    assert changed.status_code == 409 and "Orden har ändrats" in changed.text
    assert 'value="ringde"' in changed.text and 'value="Två ord."' in changed.text
    assert not re.search(r'value="stand[^"]*" checked', changed.text)


def test_what_a_second_reader_said_meanwhile_is_read_first(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast, app = cast_on_both, app_on_both
    key = waiting(app, cast)
    with app.app_context():
        story, eva, lisa = (
            session().get_one(Story, key), user_of(cast.coordinator), user_of(cast.reviewer)
        )  # fmt: skip
        asked = ask_for_opinion(session(), story, "Känns någon igen?", by=eva)
        seen = seen_of(session(), [story])[key]
        say_opinion(session(), asked, "hold", "Ja, i den byn.", by=lisa, seen=seen)
        with pytest.raises(OvertakenStory):
            decide(session(), story, Decided("released", seen=seen), by=eva)
        session().commit()
    client = signed_in(app, cast.coordinator)
    item = f"/sv/arbetsrum/{cast.dialogue}/granskning/{key}"
    stopped = send(app, client, item, act="released", seen=seen)
    assert stopped.status_code == 409 and "Ja, i den byn." in stopped.text
    assert state(app, key) == DeskState.WAITING


def test_a_second_opinion_is_about_what_was_read(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    cast, app = cast_on_both, app_on_both
    key = waiting(app, cast)
    with app.app_context():
        story = session().get_one(Story, key)
        question = ask_for_opinion(session(), story, "Känns?", by=user_of(cast.coordinator)).id
        session().commit()
    lisa = signed_in(app, cast.reviewer)
    page = f"/sv/arbetsrum/{cast.dialogue}/andra-asikt/{question}"
    seen = seen_on(lisa.get(page).text)
    hold(app, cast, key, "coordinator")
    sent = {"says": "release", "why": "Den är vanlig här."}
    stopped = send(app, lisa, page, seen=seen, **sent)
    assert stopped.status_code == 409 and NOTE in stopped.text
    assert "Den är vanlig här." in stopped.text
    with app.app_context():
        assert session().get_one(SecondOpinion, question).waits
    said = send(app, lisa, page, seen=seen_on(stopped.text), **sent)
    assert said.status_code == 303


def test_a_question_is_kept_when_somebody_was_first_and_when_it_is_refused(
    app: Application, cast: Cast
) -> None:
    key = waiting(app, cast)
    eva = signed_in(app, cast.coordinator)
    item = f"/sv/arbetsrum/{cast.dialogue}/granskning/{key}"
    seen = seen_on(eva.get(item).text)
    hold(app, cast, key)
    stopped = send(app, eva, f"{item}/fraga", seen=seen, question="Är den ovanlig?")
    assert stopped.status_code == 409 and "Är den ovanlig?" in stopped.text
    fresh = seen_on(stopped.text)
    named = send(app, eva, f"{item}/fraga", seen=fresh, question="Är det Ingegerd Ek?")
    assert named.status_code == 422 and "Är det Ingegerd Ek?" in named.text
    assert send(app, eva, f"{item}/fraga", seen=fresh, question="Vanlig?").status_code == 303


def test_two_at_once_leave_one_decision(app_on_both: Application, cast_on_both: Cast) -> None:
    cast, app = cast_on_both, app_on_both
    key = waiting(app, cast)
    with app.app_context():
        seen = seen_of(session(), [session().get_one(Story, key)])[key]
    hold(app, cast, key)
    with app.app_context():
        story = session().get_one(Story, key)
        with pytest.raises(OvertakenStory):
            decide(session(), story, Decided("released", seen=seen), by=user_of(cast.coordinator))
        assert [each.kind for each in session().query(DeskDecision)] == ["held"]
