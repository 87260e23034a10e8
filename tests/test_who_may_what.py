"""Who may do what: every role, every address and every method, against the table of rights."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.access import Access, rule_of
from dialogue.ground.db import session
from dialogue.hosts.life import STEPS, Verb
from dialogue.hosts.life_pages import Stepping
from dialogue.hosts.rights import Administering, Coordinating, Holding, Right, RunningTheSystem
from dialogue.meetings.table.door import AtTable
from tests.conftest import Cast, signed_in
from tests.stage import (
    Play,
    dialogue_of,
    everything_in,
    forged_free,
    gather,
    published,
    read_and_signed,
    tell,
)

ROLES_WITH = {
    Right.SEE_DIALOGUE: {
        "coordinator", "host", "responder", "facilitator", "reviewer", "administrator",
    },
    Right.READ_STORIES: {"coordinator", "host"},
    Right.REVIEW_STORIES: {"coordinator", "host"},
    Right.ADVISE: {"coordinator", "host", "reviewer"},
    Right.RUN_ANALYSIS: {"coordinator", "host"},
    Right.EDIT_THEMES: {"coordinator", "host"},
    Right.SIGN: {"coordinator", "host", "reviewer"},
    Right.RESERVE: {"host"},
    Right.READ_LIBRARY: {"coordinator", "host", "responder", "facilitator", "reviewer"},
    Right.PUBLISH: {"coordinator"},
    Right.BUILD_SURVEY: {"coordinator", "host"},
    Right.ENTER_ANSWERS: {"coordinator", "host", "facilitator"},
    Right.SEE_REGISTRATIONS: {"host"},
    Right.RESPOND: {"responder"},
    Right.ADMINISTER: {"administrator"},
}  # fmt: skip
STAFF = (
    "responder", "host", "facilitator", "reviewer", "administrator", "coordinator",
    "foreign_coordinator",
)  # fmt: skip
EVERYBODY = ("anonymous", "resident", *STAFF)
NEEDS_MORE = {
    "figures.released",
    "hosting.minutes_file", "hosting.photo",
    "results.tables", "results.taken_out", "analysis.codebook_draft", "analysis.codebook_theme",
    "analysis.write_codebook_theme", "analysis.remove_codebook_theme", "analysis.try_codebook",
    "analysis.keep_codebook", "analysis.throw_codebook_away", "houses.take_back", "houses.end",
}  # fmt: skip
"""Pages that are missing until something was released or asked for."""
NEEDS_MORE |= {
    "analysis.opinion", "parts.take_back", "analysis.say_opinion", "analysis.take_question_back",
    "analysis.poster", "analysis.change_places", "analysis.reply", "analysis.joint_session",
    "analysis.joint_story", "analysis.say_together", "analysis.lead_together",
    "analysis.settle_together", "analysis.indicator", "analysis.keep_indicator_values",
    "analysis.describe_indicator", "analysis.drop_indicator", "analysis.take_indicator_back",
    "analysis.joint_figure", "analysis.settle_figure",
}  # fmt: skip
METHODS = ("GET", "HEAD", "POST")
FORGED = {
    "X-HTTP-Method-Override": "GET", "X-Original-URL": "/sv/", "X-Rewrite-URL": "/sv/",
    "X-Forwarded-Prefix": "/sv", "X-Role": "coordinator",
}  # fmt: skip
NOWHERE = uuid.UUID(int=7)
CANARY = "kanariefågeln-sjunger"


def client_of(application: Application, cast: Cast, who: str) -> FlaskClient:
    if who == "anonymous":
        return application.test_client()
    if who == "resident":
        return application.test_client(use_cookies=False)
    return signed_in(application, getattr(cast, who))


def ask(
    application: Application, client: FlaskClient, method: str, address: str, **changes: object
) -> TestResponse:
    """A request as a browser sends it, the form's token included."""
    if method != "POST":
        return client.open(address, method=method, **changes)  # type: ignore[arg-type]
    data = {}
    if client._cookies is not None:
        data["csrf_token"] = forged_free(client, application)
    return client.post(address, data=data, **changes)  # type: ignore[arg-type]


def ours(application: Application) -> Iterator[Rule]:
    """The addresses that are guarded by a right or by having signed in."""
    for rule in application.url_map.iter_rules():
        if rule_of(application, rule.endpoint) is not Access.ANYONE:
            yield rule


def values_of(rule: Rule, cast: Cast, play: Play) -> dict[str, object]:
    """Something that is there for every place in an address."""
    values: dict[str, object] = {
        "language": "sv", "dialogue": cast.dialogue, "theme": play.theme, "quote": play.quote,
        "story": play.story, "claim": play.claim, "filename": "look.css",
        "section": "bakgrund", "question": "litar",
        "form": "json" if rule.endpoint == "results.survey_file" else "csv", "ticket": "none",
        "entry": "nytt", "paper": "manus",
        "meeting": play.meeting, "organisation": "norrmark", "verb": "announce",
        "invitation": play.story, "member": play.story,
        "key": play.story, "photo": play.story, "number": 1,
    }  # fmt: skip
    values |= dict.fromkeys(("link", "said", "joint", "opinion", "indicator"), NOWHERE)
    missing = rule.arguments - set(values)
    assert not missing, f"{rule.rule}: tell this test what {missing} is"
    return {name: values[name] for name in rule.arguments}


def address_of(application: Application, rule: Rule, cast: Cast, play: Play) -> str:
    adapter = application.url_map.bind("localhost")
    return adapter.build(rule.endpoint, values_of(rule, cast, play))


def expected(application: Application, rule: Rule, who: str) -> bool:
    guard = rule_of(application, rule.endpoint)
    if guard is Access.ANYONE:
        return True
    if guard is Access.STAFF:
        return who in STAFF
    if isinstance(guard, Coordinating):
        return who in ("coordinator", "foreign_coordinator")
    if isinstance(guard, Administering):
        return who == "administrator"
    if isinstance(guard, RunningTheSystem):
        return False
    if isinstance(guard, Stepping):
        return who in ROLES_WITH[STEPS[Verb.ANNOUNCE].right]
    if isinstance(guard, AtTable):
        return False  # nobody without a ticket; who has one is in tests/meetings
    assert isinstance(guard, Holding), f"{rule.endpoint}: tell this test whom {guard} admits"
    return any(who in ROLES_WITH[right] for right in guard.rights)


def admitted(answer: TestResponse) -> bool:
    if answer.status_code in (301, 302, 303, 307, 308):
        return "/logga-in" not in answer.headers["Location"]
    return answer.status_code not in (401, 403, 404)


def test_the_table_names_every_right() -> None:
    assert set(ROLES_WITH) == set(Right)


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_matrix_of_role_address_and_method(app: Application, cast: Cast, who: str) -> None:
    """A02, C03: allowed is let in, denied changes nothing, an act asked with GET is refused."""
    app.extensions["queue"].immediate = False
    play = read_and_signed(app, cast.dialogue)
    before = everything_in(app)
    seen = 0
    for rule in ours(app):
        for method in METHODS:
            client = client_of(app, cast, who)
            answer = ask(app, client, method, address_of(app, rule, cast, play))
            where = f"{who} {method} {rule.rule}: {answer.status_code}"
            if method not in (rule.methods or ()):
                if not twin(app, rule, method):
                    assert answer.status_code == 405, where
                continue
            assert answer.status_code < 500, where
            if expected(app, rule, who):
                assert admitted(answer) or rule.endpoint in NEEDS_MORE, where
            elif method == "GET" or method in (rule.methods or ()):
                assert not admitted(answer), where
                seen += 1
    if who in ("anonymous", "resident", "foreign_coordinator", "responder"):
        assert seen > 8
        after = everything_in(app)
        if who == "responder":  # may read the library, which leaves a trace
            assert all("library" in row for row in set(after["audit_event"])
                       - set(before["audit_event"]))  # fmt: skip
            after["audit_event"] = before["audit_event"]
        assert after == before


def twin(application: Application, rule: Rule, method: str) -> bool:
    """Whether another view answers the same address by this method."""
    return any(
        other.rule == rule.rule and method in (other.methods or ())
        for other in application.url_map.iter_rules()
    )


@pytest.mark.parametrize("who", ["anonymous", "resident", "host", "foreign_coordinator"])
def test_no_trick_with_the_address_or_the_method_opens_a_door(
    app: Application, cast: Cast, who: str
) -> None:
    """A13."""
    play = read_and_signed(app, cast.dialogue)
    before = everything_in(app)
    for rule in ours(app):
        if expected(app, rule, who):
            continue
        address = address_of(app, rule, cast, play)
        client = client_of(app, cast, who)
        closed = {"GET", "HEAD", "POST", "PUT", "DELETE"} - open_there(app, rule, who)
        for trick in tricks(address):
            for method in sorted(closed):
                answer = client.open(trick, method=method, headers=FORGED)
                assert answer.status_code >= 300, (method, trick)
                assert "berättelse nummer" not in answer.text
    assert everything_in(app) == before


def open_there(app: Application, rule: Rule, who: str) -> set[str]:
    """The methods by which the same address may be asked: some may look where others act."""
    doors = [each for each in ours(app) if each.rule == rule.rule and expected(app, each, who)]
    return set().union(*(each.methods or () for each in doors))


def tricks(address: str) -> list[str]:
    return [
        address.rstrip("/") if address.endswith("/") else f"{address}/",
        address.replace("/arbetsrum", "//arbetsrum"),
        address.replace("/arbetsrum", "/./arbetsrum"),
        address.replace("/arbetsrum", "/%2e/arbetsrum"),
        address.replace("/arbetsrum", "/x/../arbetsrum"),
        address.replace("/sv/", "/en/"),
        f"{address}?dialogue=deras-fraga&role=coordinator",
        f"{address}.json",
    ]


def plain(answer: TestResponse, *words: str) -> str:
    """A page without what differs by the address alone."""
    text = answer.text
    for word in words:
        text = text.replace(word, "…")
    text = re.sub(r"nonce=\"[^\"]+\"", "", text)
    return re.sub(r"name=\"csrf_token\"[^>]*>", "", text)


def heads(answer: TestResponse) -> list[tuple[str, str]]:
    """The headers, without what differs by the moment and by the length of an address."""
    return [
        (name, re.sub(r"nonce-[^']+", "", value))
        for name, value in answer.headers
        if name not in ("Date", "Set-Cookie", "Content-Length")
    ]


def test_a_foreign_thing_answers_as_a_missing_one(app: Application, cast: Cast) -> None:
    """A03: dialogues, themes, quotes and stories of others, beside ones that never were."""
    app.extensions["queue"].immediate = False
    play = read_and_signed(app, cast.dialogue)
    with app.app_context():
        theirs = tell(cast.foreign_dialogue, ["Deras berättelse som ingen ser."])
        theme = gather(cast.foreign_dialogue, "Deras", theirs)
        foreign: dict[str, object] = {
            "theme": theme.id, "quote": theme.quotes[0].id, "story": theirs[0].id,
            "dialogue": cast.foreign_dialogue, "organisation": "sodermark",
        }  # fmt: skip
        session().commit()
    for rule in ours(app):
        arguments = rule.arguments & {"dialogue", "theme", "quote", "story", "organisation"}
        for name in arguments:
            values = values_of(rule, cast, play)
            never = "finns-inte" if name in ("dialogue", "organisation") else uuid.uuid4()
            other = foreign[name]
            adapter = app.url_map.bind("localhost")
            pages = []
            for value in (never, other):
                address = adapter.build(rule.endpoint, values | {name: value})
                for method in sorted(set(METHODS) & set(rule.methods or ())):
                    who = cast.administrator if name == "organisation" else cast.coordinator
                    answer = ask(app, signed_in(app, who), method, address)
                    pages.append(
                        (method, answer.status_code, plain(answer, str(value)), heads(answer))
                    )
            half = len(pages) // 2
            assert pages[:half] == pages[half:], (rule.rule, name)
            assert {page[1] for page in pages} == {404}, (rule.rule, name)


@pytest.mark.parametrize("who", ["anonymous", "resident", "host", "responder", "coordinator"])
def test_a_draft_is_seen_by_nobody_else(app: Application, cast: Cast, who: str) -> None:
    """A05: a foreign draft and an unsigned theme, with canary words in every text."""
    published(app, cast.dialogue, cast.coordinator)
    with app.app_context():
        draft = dialogue_of(cast.foreign_dialogue)
        draft.texts = {name: {"sv": CANARY, "en": CANARY} for name in draft.texts}
        stories = tell(cast.foreign_dialogue, [f"{CANARY} {number}" for number in range(9)])
        gather(cast.foreign_dialogue, CANARY, stories, signed=True)
        session().commit()
    play = Play(uuid.uuid4(), uuid.uuid4(), stories[0].id)
    client = client_of(app, cast, who)
    looked = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        for slug in (cast.dialogue, cast.foreign_dialogue):
            for language in ("sv", "en"):
                values = {
                    "language": language, "dialogue": slug, "theme": play.theme,
                    "quote": play.quote, "story": play.story, "claim": play.claim,
                }  # fmt: skip
                if not rule.arguments <= set(values):
                    continue
                adapter = app.url_map.bind("localhost")
                address = adapter.build(
                    rule.endpoint, {name: values[name] for name in rule.arguments}
                )
                answer = client.get(address)
                looked += 1
                assert CANARY not in answer.text, (who, address)
                if slug == cast.foreign_dialogue and "dialogue" in rule.arguments:
                    missing = client.get(address.replace(slug, "finns-inte"))
                    assert answer.status_code == missing.status_code, (who, address)
    assert looked > 20


def test_an_unsigned_theme_and_an_unread_story_stay_inside(app: Application, cast: Cast) -> None:
    """A05, E07: what is proposed on the board stands on no public page."""
    with app.app_context():
        stories = tell(cast.dialogue, [f"{CANARY} nummer {number}" for number in range(9)])
        gather(cast.dialogue, CANARY, stories)
        session().commit()
    published(app, cast.dialogue, cast.coordinator, "Väntan")
    client = app.test_client(use_cookies=False)
    for language in ("sv", "en"):
        for page in ("", "dialog/vad-ar-viktigt", "dialog/vad-ar-viktigt/resultat"):
            answer = client.get(f"/{language}/{page}")
            assert answer.status_code == 200
            assert CANARY not in answer.text
    board = signed_in(app, cast.coordinator).get(f"/sv/arbetsrum/{cast.dialogue}/lasrum")
    assert CANARY in board.text


def test_a_lost_role_is_lost_at_the_next_request(app: Application, cast: Cast) -> None:
    """A07."""
    from sqlalchemy import delete

    from dialogue.hosts.models import Membership
    from tests.stage import user_of

    client = signed_in(app, cast.coordinator)
    address = f"/sv/arbetsrum/{cast.dialogue}/lasrum"
    assert client.get(address).status_code == 200
    with app.app_context():
        session().execute(
            delete(Membership).where(Membership.user_id == user_of(cast.coordinator).id)
        )
        session().commit()
    assert client.get(address).status_code == 404
