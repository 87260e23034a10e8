"""What passes from a host to the organisation that asks: themes, let-through stories, or all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from analysis.desk.deciding import Decided, decide
from analysis.models import StoryOutcome, ThemeQuote, ThemeStory
from analysis.reading.runs import readable
from dialogue.app import Application
from dialogue.followup.publishing import sha256_of
from dialogue.ground.db import session
from dialogue.hosts.models import ReleaseRule
from dialogue.voices.models import DeskState, Story
from tests.conftest import Cast, signed_in
from tests.stage import Play, dialogue_of, forged_free, gather, tell, user_of
from tests.test_who_may_what import address_of, ask, ours

CANARY = "kanariefågelord"
R = ReleaseRule


def staged(app: Application, cast: Cast, rule: ReleaseRule) -> tuple[Play, list[uuid.UUID]]:
    """Ten stories let through and one theme of them; four that nobody let through."""
    with app.app_context():
        dialogue_of(cast.dialogue).release = rule
        read = tell(cast.dialogue, [f"Berättelse som är läst nummer {n}." for n in range(10)])
        theme = gather(cast.dialogue, "Väntan", read)
        waiting = tell(
            cast.dialogue,
            [f"{CANARY} {n}: ingen har läst det här ännu." for n in range(3)],
            desk=DeskState.WAITING,
        )
        held = tell(cast.dialogue, [f"{CANARY} som hålls kvar."], desk=DeskState.HELD)
        # One that was placed before the rule counted, by a reading of another time.
        session().add(
            ThemeStory(theme_id=theme.id, story_id=waiting[0].id, strongest=True, strength=0.5)
        )
        session().add(StoryOutcome(story_id=waiting[0].id, ties={}, placed=[], unplaced=False))
        session().commit()
        play = Play(theme.id, theme.quotes[0].id, read[0].id)
        return play, [each.id for each in (*waiting, *held)]


def pages(
    app: Application, cast: Cast, client: FlaskClient, play: Play
) -> Iterator[tuple[str, str]]:
    """Every page of the workroom that can be asked for with GET, in its dialogue."""
    for rule in ours(app):
        if "GET" not in (rule.methods or ()) or "dialogue" not in rule.arguments:
            continue
        address = address_of(app, rule, cast, play)
        for more in ("", "?show=clean", "?show=held", f"?words={CANARY}", "?desk=waiting"):
            if more and rule.endpoint not in ("analysis.desk", "analysis.stories"):
                continue
            told = client.get(address + more).get_data()
            yield rule.endpoint, told.decode("utf-8", "replace")


@pytest.mark.parametrize(("rule", "seen"), [(R.THEMES_ONLY, False), (R.REDACTED_STORIES, True)])
def test_no_page_shows_a_coordinator_what_was_not_let_through(
    app_on_both: Application, cast_on_both: Cast, rule: ReleaseRule, seen: bool
) -> None:
    """And what was let through is read at once, though other stories wait."""
    app_on_both.extensions["queue"].immediate = False
    play, _hidden = staged(app_on_both, cast_on_both, rule)
    eva = signed_in(app_on_both, cast_on_both.coordinator)
    shown: dict[str, str] = {}
    for endpoint, text in pages(app_on_both, cast_on_both, eva, play):
        assert f"{CANARY} " not in text, endpoint
        shown.setdefault(endpoint, text)
    assert ("Berättelse som är läst" in shown["analysis.stories"]) is seen
    assert ("Berättelse som är läst" in shown["analysis.story"]) is seen


def test_the_host_sees_everything_and_so_does_who_asks_when_all_is_let_through(
    app: Application, cast: Cast
) -> None:
    app.extensions["queue"].immediate = False
    play, _hidden = staged(app, cast, R.REDACTED_STORIES)
    aino, eva = signed_in(app, cast.host), signed_in(app, cast.coordinator)
    found = {endpoint for endpoint, text in pages(app, cast, aino, play) if f"{CANARY} " in text}
    assert {"analysis.desk", "analysis.stories"} <= found
    with app.app_context():
        dialogue_of(cast.dialogue).release = R.ALL
        session().commit()
    found = {endpoint for endpoint, text in pages(app, cast, eva, play) if f"{CANARY} " in text}
    assert {"analysis.desk", "analysis.stories"} <= found


def test_no_act_reaches_a_story_that_was_not_let_through(app: Application, cast: Cast) -> None:
    app.extensions["queue"].immediate = False
    _play, hidden = staged(app, cast, R.REDACTED_STORIES)
    eva, aino = signed_in(app, cast.coordinator), signed_in(app, cast.host)
    for key in hidden:
        play = Play(uuid.uuid4(), uuid.uuid4(), key)
        for rule in ours(app):
            if {"dialogue", "story"} <= rule.arguments and "joint" not in rule.arguments:
                for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                    answer = ask(app, eva, method, address_of(app, rule, cast, play))
                    assert answer.status_code == 404, (method, rule.rule)
    there = f"/sv/arbetsrum/{cast.dialogue}/granskning/{hidden[1]}"
    with app.app_context():
        seen = sha256_of(session().get_one(Story, hidden[1]).text)
    form = {"csrf_token": forged_free(aino, app), "act": "released", "seen": seen}
    let = aino.post(there, data=form)
    assert let.status_code == 303
    assert eva.get(there).status_code == 200


def test_the_machine_reads_what_was_let_through(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    _play, hidden = staged(app_on_both, cast_on_both, R.REDACTED_STORIES)
    with app_on_both.app_context():
        dialogue = dialogue_of(cast_on_both.dialogue)
        assert not {story.id for story in readable(dialogue.id)} & set(hidden)
        assert len(readable(dialogue.id)) == 10
        for rule in (R.ALL, R.THEMES_ONLY):
            dialogue.release = rule
            session().flush()
            assert len(readable(dialogue.id)) == 13, "the host reads them itself"
        dialogue.release, dialogue.host_id = R.REDACTED_STORIES, dialogue.organisation_id
        session().flush()
        assert len(readable(dialogue.id)) == 13, "nobody else hosts"
        session().rollback()


def test_a_story_that_is_taken_back_leaves_the_themes(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    play, _hidden = staged(app_on_both, cast_on_both, R.REDACTED_STORIES)
    with app_on_both.test_request_context("/sv/"):
        story = session().get_one(Story, play.story)
        decide(session(), story, Decided("returned"), by=user_of(cast_on_both.host))
        session().commit()
        for table in (ThemeStory, StoryOutcome, ThemeQuote):
            rows = session().scalars(select(table).where(table.story_id == play.story)).all()
            assert rows == [], table
    eva = signed_in(app_on_both, cast_on_both.coordinator)
    room = f"/sv/arbetsrum/{cast_on_both.dialogue}"
    assert eva.get(f"{room}/berattelser/{play.story}").status_code == 404
    assert eva.get(f"{room}/tema/{play.theme}").status_code == 200


@pytest.mark.parametrize(
    ("rule", "who", "taken"),
    [
        (R.ALL, "coordinator", True), (R.REDACTED_STORIES, "coordinator", False),
        (R.THEMES_ONLY, "coordinator", False),
    ],
)  # fmt: skip
def test_answers_are_taken_out_as_a_file_only_where_all_is_let_through(
    app: Application, cast: Cast, rule: ReleaseRule, who: str, taken: bool
) -> None:
    """A file of answers holds every story, so it obeys the rule too; the background does not."""
    staged(app, cast, rule)
    client = signed_in(app, getattr(cast, who))
    way = f"/sv/arbetsrum/{cast.dialogue}/svar/filer"
    sent = client.post(
        f"{way}/ut",
        data={"csrf_token": forged_free(client, app), "table": "answers", "form": "csv"},
    )
    assert (sent.status_code == 303) is taken, sent.status_code
    assert ("Svaren stannar hos värden" in client.get(way).text) is not taken
