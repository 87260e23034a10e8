"""A dialogue's rooms and its public page, from a shape to the closing words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.clock import now, today
from dialogue.ground.db import session
from dialogue.hosts.house_models import BrokenGlass
from dialogue.hosts.life import STEPS, Verb
from dialogue.hosts.life_models import Moment
from dialogue.hosts.models import Dialogue, DialogueKind, DialogueState, Kept, Organisation
from dialogue.hosts.shapes import shapes
from surveys.building.ready_made import ready_made_named
from surveys.versions import survey_of
from tests.conftest import Cast, signed_in
from tests.hosts.test_life import whole
from tests.stage import dialogue_of, everything_in, forged_free, tell, user_of
from tests.test_who_may_what import NOWHERE, ROLES_WITH, STAFF

S = DialogueState


def send(app: Application, client: FlaskClient, path: str, **data: object) -> TestResponse:
    return client.post(path, data={"csrf_token": forged_free(client, app), **data})


def room(cast: Cast, path: str = "") -> str:
    return f"/en/arbetsrum/{cast.dialogue}/{path}"


def public(app: Application, slug: str, language: str = "en") -> str:
    answer = app.test_client(use_cookies=False).get(f"/{language}/dialog/{slug}")
    assert answer.status_code == 200
    return answer.text


def put(app: Application, cast: Cast, state: DialogueState, **changes: object) -> None:
    """The dialogue in a state, with all that any step asks for."""
    with app.test_request_context("/sv/"):
        dialogue = whole(cast, state)
        for name, value in changes.items():
            setattr(dialogue, name, value)
        session().commit()


def test_every_shape_is_whole_in_both_languages() -> None:
    assert [each.kind for each in shapes()] == list(DialogueKind)
    for shape in shapes():
        for text in (shape.name, shape.fits, shape.title, shape.purpose, shape.about):
            assert text.sv and text.en, shape.kind
        for moment in Moment:
            message = shape.messages[moment]
            assert message.text.sv and message.text.en and message.easy
            assert all(len(line.split()) <= 12 for line in message.easy.split("\n"))
        assert ready_made_named(shape.survey) is not None


@pytest.mark.parametrize("kind", list(DialogueKind))
def test_a_dialogue_begins_from_a_shape(
    app_on_both: Application, cast_on_both: Cast, kind: DialogueKind
) -> None:
    app, cast = app_on_both, cast_on_both
    eva = signed_in(app, cast.coordinator)
    page = eva.get("/en/arbetsrum/ny")
    assert page.status_code == 200
    with app.app_context():
        dialogue = dialogue_of(cast.dialogue)
        house, host = str(dialogue.organisation_id), str(dialogue.host_id)
    made = send(
        app, eva, "/en/arbetsrum/ny", kind=kind.value, organisation=house, host=host,
        template="", title_sv="Öppet möte", title_en="Open meeting",
    )  # fmt: skip
    assert made.headers["Location"].endswith("/arbetsrum/oppet-mote/grund")
    with app.app_context():
        found = dialogue_of("oppet-mote")
        assert (found.kind, found.state) == (kind, S.DRAFT)
        assert found.is_hosted and found.release == "redacted_stories"
        assert found.said("purpose").sv and found.opens_on <= found.closes_on < found.answer_by
    ground = eva.get(made.headers["Location"])
    assert ground.status_code == 200 and "Open meeting" in ground.text
    assert app.test_client().get("/en/dialog/oppet-mote").status_code == 404
    with app.app_context():
        shape = next(each for each in shapes() if each.kind == kind)
        survey = survey_of(session(), dialogue_of("oppet-mote"))
        fitting = ready_made_named(shape.survey)
        assert survey is not None and fitting is not None
        assert len(survey.versions[0].document["sections"]) == len(fitting.document.sections)
    assert eva.get("/en/arbetsrum/oppet-mote/enkat/").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"title_sv": ""}, {"kind": "fest"}, {"organisation": "x"}, {"title_sv": "x" * 121},
        {"host": "inte-en-nyckel"}, {"template": "finns_inte"},
    ],
)  # fmt: skip
def test_a_dialogue_that_cannot_begin_says_why(
    app: Application, cast: Cast, change: dict[str, str]
) -> None:
    with app.app_context():
        house = str(dialogue_of(cast.dialogue).organisation_id)
    eva = signed_in(app, cast.coordinator)
    good = {
        "kind": "survey", "organisation": house, "host": "", "title_sv": "Hej", "template": "",
    }  # fmt: skip
    before = everything_in(app)
    answer = send(app, eva, "/en/arbetsrum/ny", **good | change)
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert everything_in(app) == before


def test_nobody_begins_a_dialogue_in_anothers_name(app: Application, cast: Cast) -> None:
    with app.app_context():
        theirs = str(dialogue_of(cast.foreign_dialogue).organisation_id)
    eva = signed_in(app, cast.coordinator)
    wanted = {"kind": "survey", "organisation": theirs, "template": "", "title_sv": "X"}
    answer = send(app, eva, "/en/arbetsrum/ny", **wanted)
    assert answer.status_code == 422
    for who in ("host", "facilitator", "responder", "reviewer", "administrator"):
        assert signed_in(app, getattr(cast, who)).get("/en/arbetsrum/ny").status_code == 404


def test_the_host_writes_sends_and_the_coordinator_answers(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """Draft, sent, returned with words, sent again, approved, announced: as two people do it."""
    app, cast = app_on_both, cast_on_both
    put(app, cast, S.DRAFT, promise=None)
    aino, eva = signed_in(app, cast.host), signed_in(app, cast.coordinator)
    told = {
        "title_sv": "Vad är viktigt?", "title_en": "What matters?", "purpose_sv": "Syfte.",
        "to_settle_sv": "Vad ska ändras först?", "about_sv": "Om.", "can_change_sv": "Kan.",
        "who_decides_sv": "Nämnden.", "when_answered_sv": "I vår.", "promise": "together",
        "release": "themes_only",
    }  # fmt: skip
    assert send(app, aino, room(cast, "grund"), **told).status_code == 303
    with app.app_context():
        found = dialogue_of(cast.dialogue)
        assert (found.promise, found.release) == ("together", "themes_only")
        assert found.responder_id is not None, "a host does not lose who answers"
    assert "Send it for approval" in aino.get(room(cast)).text
    assert send(app, aino, room(cast, "steg/send")).status_code == 303
    assert send(app, aino, room(cast, "grund"), **told).status_code == 422
    assert send(app, aino, room(cast, "steg/approve")).status_code == 404
    refused = send(app, eva, room(cast, "steg/return"))
    assert refused.status_code == 409 and "Say why" in refused.text
    assert (
        send(app, eva, room(cast, "steg/return"), words="Skriv vem det gäller.").status_code == 303
    )
    assert "Skriv vem det gäller." in aino.get(room(cast)).text
    assert send(app, aino, room(cast, "steg/send")).status_code == 303
    with app.app_context():
        dialogue = dialogue_of(cast.dialogue)
        dialogue.opens_on, dialogue.answer_by = today(), today() + timedelta(days=60)
        session().commit()
    assert send(app, eva, room(cast, "steg/approve")).status_code == 303
    assert app.test_client().get(f"/en/dialog/{cast.dialogue}").status_code == 404
    assert send(app, eva, room(cast, "steg/announce")).status_code == 303
    page = public(app, cast.dialogue)
    assert "Hello." in page and "Together: we work out" in page
    assert "Only themes and the quotes that are published" in page


def test_who_leads_chooses_who_answers_and_who_hosts(app: Application, cast: Cast) -> None:
    put(app, cast, S.DRAFT)
    eva = signed_in(app, cast.coordinator)
    told = {"title_sv": "Vad är viktigt?", "promise": "together", "release": "themes_only"}
    with app.app_context():
        houses = {each.slug: each.id for each in session().scalars(select(Organisation))}
    for responder, host, chosen in (
        (houses["norrmark"], houses["hjart-lung"], (houses["norrmark"], houses["hjart-lung"])),
        (houses["storforsen"], "", (houses["storforsen"], None)),
    ):
        sent = send(app, eva, room(cast, "grund"), **told, responder=responder, host=host)
        assert sent.status_code == 303
        with app.app_context():
            found = dialogue_of(cast.dialogue)
            assert (found.responder_id, found.host_id) == chosen
    wrong = send(app, eva, room(cast, "grund"), **told, responder="ingen", host=str(NOWHERE))
    assert wrong.status_code == 303
    with app.app_context():
        found = dialogue_of(cast.dialogue)
        assert (found.responder_id, found.host_id) == (None, None), "only what the list offers"


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("who", STAFF)
def test_a_step_is_taken_by_those_who_may(
    app: Application, cast: Cast, who: str, verb: Verb
) -> None:
    """Role by verb: 7 times 15 cells; nothing moves for the others."""
    put(app, cast, sorted(STEPS[verb].before)[0])
    client = signed_in(app, getattr(cast, who))
    before = everything_in(app)
    answer = send(app, client, room(cast, f"steg/{verb}"), words="Därför.")
    assert client.get(room(cast, f"steg/{verb}")).status_code == 405
    if who in ROLES_WITH[STEPS[verb].right]:
        assert answer.status_code == 303
    else:
        assert answer.status_code == 404
        assert everything_in(app) == before


def test_there_is_no_step_of_another_name(app: Application, cast: Cast) -> None:
    eva = signed_in(app, cast.coordinator)
    for verb in ("delete", "OPEN", "%00", "x" * 500):
        assert send(app, eva, room(cast, f"steg/{verb}")).status_code == 404


def test_opening_leads_to_the_questions_and_needs_somebody_who_answers(
    app: Application, cast: Cast
) -> None:
    put(app, cast, S.APPROVED, responder_id=None, responder=None)
    eva = signed_in(app, cast.coordinator)
    assert "Nobody has promised to answer" in eva.get(room(cast)).text
    led = send(app, eva, room(cast, "steg/open"))
    assert led.headers["Location"].endswith("/enkat/")
    with app.app_context():
        assert dialogue_of(cast.dialogue).state == S.APPROVED


@pytest.mark.parametrize("state", list(S))
def test_the_overview_says_what_comes_next(
    app: Application, cast: Cast, state: DialogueState
) -> None:
    put(app, cast, state)
    for who in STAFF:
        if who == "foreign_coordinator":
            continue
        page = signed_in(app, getattr(cast, who)).get(room(cast))
        assert page.status_code == 200
        found = re.search(r'<p class="lead serif">([^<]+)</p>', page.text)
        assert found and found[1].strip().endswith("."), (state, who)
    desk = signed_in(app, cast.coordinator).get("/en/arbetsrum/").text
    assert found[1].strip() in desk


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (S.ANNOUNCED, "Före."), (S.OPEN, "Under."), (S.CLOSED, "Efter."), (S.PUBLISHED, "Efter."),
        (S.ARCHIVED, "Efter."),
    ],
)  # fmt: skip
def test_each_message_speaks_at_its_time(
    app: Application, cast: Cast, state: DialogueState, said: str
) -> None:
    eva = signed_in(app, cast.coordinator)
    put(app, cast, S.DRAFT)
    sent = send(
        app, eva, room(cast, "meddelanden"),
        before_sv="Före.", before_en="Before.", before_easy="Snart.\nKom hit.",
        during_sv="Under.", during_en="During.", during_easy="Nu.",
        after_sv="Efter.", after_en="After.", after_easy="Tack.",
    )  # fmt: skip
    assert sent.status_code == 303
    with app.app_context():
        dialogue_of(cast.dialogue).state = state
        session().commit()
    page = public(app, cast.dialogue, "sv")
    assert said in page
    assert sum(each in page for each in ("Före.", "Under.", "Efter.")) == 1
    assert "Lättläst" in page


@pytest.mark.parametrize("verb", [Verb.PAUSE, Verb.WITHDRAW])
def test_residents_read_why_a_dialogue_rests_or_ends(
    app: Application, cast: Cast, verb: Verb
) -> None:
    put(app, cast, S.OPEN, public_since=today())
    eva = signed_in(app, cast.coordinator)
    words = "Lokalen <b>brann</b> & vi väntar."
    assert send(app, eva, room(cast, f"steg/{verb}"), words=words).status_code == 303
    page = public(app, cast.dialogue)
    assert "Lokalen &lt;b&gt;brann&lt;/b&gt; &amp; vi väntar." in page
    assert "Begin your story" not in page


@pytest.mark.parametrize("who", ["coordinator", "responder"])
@pytest.mark.parametrize("kept", list(Kept))
def test_the_closing_page_says_whether_the_promise_was_kept(
    app: Application, cast: Cast, who: str, kept: Kept
) -> None:
    put(app, cast, S.PUBLISHED, kept=None, published_on=None)
    client = signed_in(app, getattr(cast, who))
    assert "Was the promise kept?" not in public(app, cast.dialogue)
    told = {
        "kept": kept.value,
        "words_sv": "Vi öppnade en lucka.",
        "words_en": "We opened a hatch.",
    }
    assert send(app, client, room(cast, "lofte"), **told | {"words_sv": ""}).status_code == 422
    assert send(app, client, room(cast, "lofte"), **told | {"kept": "x"}).status_code == 422
    assert send(app, client, room(cast, "lofte"), **told).status_code == 303
    page = public(app, cast.dialogue)
    assert "Was the promise kept?" in page and "We opened a hatch." in page
    assert {"kept": "Kept", "late": "Kept, but late", "partly": "Kept in part",
            "broken": "Not kept"}[kept] in page  # fmt: skip


@pytest.mark.parametrize("who", ["host", "facilitator", "reviewer", "administrator"])
def test_others_do_not_answer_for_the_promise(app: Application, cast: Cast, who: str) -> None:
    put(app, cast, S.PUBLISHED, kept=None)
    client = signed_in(app, getattr(cast, who))
    assert client.get(room(cast, "lofte")).status_code == 404
    answer = send(app, client, room(cast, "lofte"), kept="kept", words_sv="X")
    assert answer.status_code == 404
    with app.app_context():
        assert dialogue_of(cast.dialogue).kept is None


def test_an_administrator_breaks_the_glass_and_everybody_sees(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        tell(cast.dialogue, ["En berättelse som administratören inte ser."])
        session().commit()
    sven, eva = signed_in(app, cast.administrator), signed_in(app, cast.coordinator)
    stories, glass = room(cast, "berattelser"), room(cast, "krossa-glaset")
    assert sven.get(stories).status_code == 404
    for reason in ("", "kort", " " * 40):
        assert send(app, sven, glass, do="break", reason=reason).status_code == 422
    assert sven.get(stories).status_code == 404
    why = "Polisen har ringt om ett hot som ska stå i en berättelse."
    assert send(app, sven, glass, do="break", reason=why).status_code == 303
    assert sven.get(stories).status_code == 200
    for right in ("tema", "publicera", "enkat/"):
        assert sven.get(room(cast, right)).status_code in (404, 405)
    assert "Sven has read stories in an emergency" in eva.get("/en/arbetsrum/").text
    for who in ("coordinator", "host", "reviewer", "responder"):
        seen = signed_in(app, getattr(cast, who)).get(room(cast)).text
        assert why in seen and "Sven" in seen
    assert why in sven.get("/en/organisationer/norrmark/").text
    with app.app_context():
        events = session().scalars(select(AuditEvent).where(AuditEvent.act == "glass broken"))
        event = events.one()
        assert event.actor == str(user_of(cast.administrator).id)
        assert event.facts == {"reason": why, "minutes": 30}
    assert send(app, sven, glass, do="break", reason=why).status_code == 422
    assert send(app, sven, glass, do="mend").status_code == 303
    assert sven.get(stories).status_code == 404
    with app.app_context():
        broken = session().scalars(select(BrokenGlass)).one()
        broken.began_at, broken.ends_at = (
            now() - timedelta(minutes=31),
            now() - timedelta(minutes=1),
        )
        session().commit()
    assert sven.get(stories).status_code == 404
    assert why in eva.get(room(cast)).text, "it stays to be seen"


@pytest.mark.parametrize("who", ["host", "coordinator", "facilitator", "responder", "reviewer"])
def test_nobody_else_breaks_any_glass(app: Application, cast: Cast, who: str) -> None:
    client = signed_in(app, getattr(cast, who))
    path = room(cast, "krossa-glaset")
    assert client.get(path).status_code == 404
    reason = "En lång och rimlig förklaring till varför."
    assert send(app, client, path, do="break", reason=reason).status_code == 404
    with app.app_context():
        assert session().scalars(select(BrokenGlass)).first() is None


def test_dialogues_are_listed_by_where_they_stand(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        mine = dialogue_of(cast.dialogue)
        for number, state in enumerate(S):
            session().add(
                Dialogue(
                    slug=f"d-{state}", organisation_id=mine.organisation_id, state=state,
                    texts={"title": {"sv": f"Titel {number:02}", "en": f"Title {number:02}"},
                           "about": {"sv": "Om.", "en": "About."}},
                )
            )  # fmt: skip
        session().commit()
    for path in ("/en/", "/en/organisation/norrmark"):
        page = app.test_client(use_cookies=False).get(path).text
        shown = {state for state in S if f"/en/dialog/d-{state}" in page}
        assert shown == set(S) - {S.DRAFT, S.HOST_READY, S.APPROVED, S.WITHDRAWN}, path
        places = [
            page.index(heading)
            for heading in ("Open now", "Coming", "Being read", "Waiting for an answer", "Over")
        ]
        assert places == sorted(places)
