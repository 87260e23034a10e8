"""The safety desk: no story is quoted before it passed, and every decision is a row."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from analysis.claims.evidence import quote_from
from analysis.desk.deciding import Decided, decide, decisions_about, take_back
from analysis.desk.logbook import as_csv, as_json_lines, lines_of
from analysis.desk.queue import CLEAN, HELD, MARKED, RELEASED, neighbours, queue_of
from analysis.desk.screened import screening_of
from analysis.models import StoryIndex, StoryVector
from analysis.stories.searching import index_missing
from dialogue.app import Application
from dialogue.followup.publishing import sha256_of
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.desk_models import DeskDecision, Redaction, StoryOriginal
from dialogue.voices.models import DeskState, Story
from dialogue.voices.redaction import delete_originals
from tests.conftest import Cast, signed_in
from tests.stage import claim_on, dialogue_of, forged_free, gather, seen_on, tell, user_of

TOLD = "Klockan sju tänder Ingegerd lampan, och jag tänder min. Ring 070-123 45 67."
NAME = (19, 27, "name")
PHONE = (61, 74, "phone")


def waiting(cast: Cast, text: str = TOLD) -> Story:
    (story,) = tell(cast.dialogue, [text], desk=DeskState.WAITING)
    return story


def test_a_marked_story_is_not_released_until_every_mark_is_decided_on(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E07."""
    with app_on_both.app_context():
        story, by = waiting(cast_on_both), user_of(cast_on_both.coordinator)
        marks = screening_of(session(), story).marks
        assert [(each["start"], each["end"], each["kind"]) for each in marks] == [NAME, PHONE]
        for covers in ((), (NAME,)):
            with pytest.raises(Refusal):
                decide(session(), story, Decided("released", covers=covers), by=by)
            session().expunge_all()
            story = session().merge(story)
        decide(session(), story, Decided("released", covers=(NAME, PHONE)), by=by)
        assert story.text == (
            "Klockan sju tänder [namn] lampan, och jag tänder min. Ring [telefonnummer]."
        )
        assert story.desk == DeskState.READ and story.quotable
        assert screening_of(session(), story).marks == []


def test_what_a_person_lets_stand_stays_and_the_reason_tells_it(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        story, by = waiting(cast_on_both), user_of(cast_on_both.coordinator)
        row = decide(
            session(),
            story,
            Decided("released", covers=(PHONE,), stands=((*NAME[:2], "public"),)),
            by=by,
        )
        assert (row.kind, row.code, row.by) == ("released", "covered", by.id)
        assert "Ingegerd" in story.text and "070" not in story.text
        (mark,) = screening_of(session(), story).marks
        assert mark["stands"] and screening_of(session(), story).open == 0
        screening_of(session(), story).rules = "older"
        session().flush()
        (again,) = screening_of(session(), story).marks
        assert again == mark, "newer rules take nobody's decision back"
        plain = waiting(cast_on_both, "Hon bor i Granbäck.")
        with pytest.raises(Refusal):
            decide(session(), plain, Decided("released", stands=((10, 18, ""),)), by=by)
        kept = decide(session(), plain, Decided("released", stands=((10, 18, "many"),)), by=by)
        assert kept.code == "many"
        take_back(session(), plain, kept.number, by=by)
        assert screening_of(session(), plain).open == 1


def test_nobody_is_said_to_have_chosen_a_reason_that_they_did_not(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    with app.app_context():
        story = waiting(cast, f"Hon bor i Granbäck. {TOLD}").id
        plain = waiting(cast, "Det dröjde länge.").id
        session().commit()
    client = signed_in(app, cast.coordinator)
    item = f"/sv/arbetsrum/{cast.dialogue}/granskning/{story}"
    page = client.get(item).text
    names = re.findall(r'name="(mark-[^"]*)" value="cover" checked', page)
    assert len(names) == 3, "covering is what is chosen beforehand"
    for words in ("allmänt känt, som en stad", "maskinen tog fel", "delas av så många"):
        assert page.count(f"{words}") >= 3
    sent = {"csrf_token": forged_free(client, app), "seen": seen_on(page), "act": "released"}
    unsaid = client.post(item, data=sent | dict.fromkeys(names, "stand"))
    assert unsaid.status_code == 422 and "Säg varför" in unsaid.text
    chosen = dict(zip(names, ("stand:many", "stand:nobody", "cover"), strict=True))
    assert client.post(item, data=sent | chosen).status_code == 303
    page = client.get(item).text
    assert re.search(rf'name="{names[0]}" value="stand:many" checked', page)
    other = item.replace(str(story), str(plain))
    shown = client.get(other).text
    assert "Inget pekar på någon: släpp den" in shown
    quick = {"csrf_token": sent["csrf_token"], "seen": seen_on(shown), "act": "released"}
    assert client.post(other, data=quick).status_code == 303
    log = client.get(f"/sv/arbetsrum/{cast.dialogue}/granskning/logg.jsonl").text
    lines = [json.loads(line) for line in log.splitlines()]
    assert [(line["code"], line["let_stand_for"]) for line in lines] == [
        ("covered", {"many": 1, "nobody": 1}), ("nothing", {}),
    ]  # fmt: skip
    table = client.get(f"/sv/arbetsrum/{cast.dialogue}/granskning/logg.csv").text
    assert "many:1 nobody:1" in table


def test_a_release_tells_the_reasons_that_were_chosen_before(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """What was let stand when something else was covered is the reason for the release too."""
    with app_on_both.app_context():
        story, by = waiting(cast_on_both), user_of(cast_on_both.coordinator)
        first = Decided("covered", covers=(PHONE,), stands=((*NAME[:2], "nobody"),))
        decide(session(), story, first, by=by)
        assert decide(session(), story, Decided("released"), by=by).code == "nobody"
        two = waiting(cast_on_both, "Hon bor i Granbäck. Ingegerd ringde.")
        spans = [(mark["start"], mark["end"]) for mark in screening_of(session(), two).marks]
        stands = tuple((a, b, code) for (a, b), code in zip(spans, ("many", "public"), strict=True))
        assert decide(session(), two, Decided("released", stands=stands), by=by).code == "several"


def test_covered_words_are_gone_from_vectors_and_search(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        cast = cast_on_both
        story, by = waiting(cast), user_of(cast.coordinator)
        gather(cast.dialogue, "Lampan", [story])
        index_missing(session())
        decide(session(), story, Decided("released", covers=(NAME, PHONE)), by=by)
        assert session().scalar(select(StoryVector).where(StoryVector.story_id == story.id)) is None
        assert session().scalar(select(StoryIndex).where(StoryIndex.story_id == story.id)) is None
        session().commit()
    client = signed_in(app_on_both, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/berattelser"
    assert "0 berättelser" in client.get(f"{room}?words=Ingegerd").text
    assert "1 berättelse" in client.get(f"{room}?words=lampan").text


def test_the_last_decision_is_taken_back_until_the_story_is_quoted(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        story, by = waiting(cast_on_both), user_of(cast_on_both.coordinator)
        first = decide(session(), story, Decided("covered", covers=(PHONE,)), by=by)
        second = decide(session(), story, Decided("released", covers=(NAME,)), by=by)
        with pytest.raises(Refusal):
            take_back(session(), story, first.number, by=by)
        take_back(session(), story, second.number, by=by)
        assert "Ingegerd" in story.text and "070" not in story.text
        assert story.desk == DeskState.WAITING
        take_back(session(), story, first.number, by=by)
        assert story.text == TOLD
        assert session().get(StoryOriginal, story.id) is None
        assert [each.kind for each in decisions_about(session(), story)] == [
            "undone", "undone", "released", "covered",
        ]  # fmt: skip
        last = decide(session(), story, Decided("released", covers=(NAME, PHONE)), by=by)
        claim_on(gather(cast_on_both.dialogue, "Lampan", [story]), [story])
        with pytest.raises(Refusal):
            take_back(session(), story, last.number, by=by)


def test_originals_go_on_their_day_and_covers_stand_for_good(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """E10: the day itself is included, the day before is not."""
    with app_on_both.app_context():
        story, by = waiting(cast_on_both), user_of(cast_on_both.coordinator)
        row = decide(
            session(), story, Decided("released", covers=(NAME, PHONE)), by=by, kept_days=30
        )
        kept = session().get_one(StoryOriginal, story.id)
        assert kept.text == TOLD and kept.delete_on == today() + timedelta(days=30)
        assert delete_originals(session(), kept.delete_on - timedelta(days=1)) == 0
        assert delete_originals(session(), kept.delete_on) == 1
        session().expire_all()
        assert session().get(StoryOriginal, story.id) is None
        assert all(session().scalars(select(Redaction.sealed)))
        with pytest.raises(Refusal):
            take_back(session(), story, row.number, by=by)
        again = (0, 7, "other")
        decide(session(), story, Decided("covered", covers=(again,)), by=by)
        assert story.text.startswith("[borttaget] sju tänder [namn]")
        assert "Ingegerd" not in session().get_one(StoryOriginal, story.id).text


def test_a_story_that_changed_under_the_reader_is_not_decided_on(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.app_context():
        story, by = waiting(cast_on_both), user_of(cast_on_both.coordinator)
        seen = sha256_of(story.text)
        decide(session(), story, Decided("covered", covers=(PHONE,), seen=seen), by=by)
        with pytest.raises(Refusal):
            decide(session(), story, Decided("released", covers=(NAME,), seen=seen), by=by)


@pytest.mark.parametrize(
    "wrong",
    [
        Decided("held"),
        Decided("held", "nothing"),
        Decided("held", "påhittat"),
        Decided("covered"),
        Decided("covered", covers=((0, 9_999, "name"),)),
        Decided("covered", covers=((5, 5, "name"),)),
        Decided("covered", covers=((0, 4, "påhittat"),)),
        Decided("förvånad"),
        Decided("held", "rare", why="Det gäller Ingegerd i Granbäck."),
        Decided("covered", covers=(NAME,), why="ingegerd är grannen"),
        Decided("held", "rare", why="x" * 201),
    ],
)
def test_odd_decisions_are_refused(app: Application, cast: Cast, wrong: Decided) -> None:
    with app.app_context():
        story = waiting(cast)
        with pytest.raises(Refusal):
            decide(session(), story, wrong, by=user_of(cast.coordinator))
        assert session().scalars(select(DeskDecision)).all() == []


def test_the_queue_counts_and_steps(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.app_context():
        cast, by = cast_on_both, user_of(cast_on_both.coordinator)
        for each in tell(cast.dialogue, [f"{TOLD} {n}" for n in range(3)], desk=DeskState.WAITING):
            held = each
        tell(cast.dialogue, ["Inget särskilt.", "Vi väntade."], desk=DeskState.WAITING)
        tell(cast.dialogue, ["Läst."], desk=DeskState.READ)
        decide(session(), held, Decided("held", "rare"), by=by)
        found = dialogue_of(cast.dialogue)
        shown = queue_of(session(), found.id, MARKED, 1, 20)
        assert shown.counts == {MARKED: 2, CLEAN: 2, HELD: 1, RELEASED: 1}
        keys = [each.story.id for each in shown.items]
        assert [each.open for each in shown.items] == [2, 2]
        assert neighbours(session(), found.id, MARKED, shown.items[0].story) == (None, keys[1])
        assert neighbours(session(), found.id, MARKED, shown.items[1].story) == (keys[0], None)


def test_the_log_tells_everything_but_words(app_on_both: Application, cast_on_both: Cast) -> None:
    """B06: no cell is a formula; no word of a story stands in it."""
    with app_on_both.app_context():
        cast = cast_on_both
        story, by = waiting(cast), user_of(cast.coordinator)
        by.name = "=HYPERLINK(1)"
        decide(
            session(), story,
            Decided("released", covers=(NAME, PHONE), why="＝2+2 tveksamt"), by=by,
        )  # fmt: skip
        found = dialogue_of(cast.dialogue)
        text = "".join(as_csv(lines_of(session(), found.id)))
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert rows[0]["by"] == "'=HYPERLINK(1)" and rows[0]["note"].startswith("'")
        assert rows[0]["covered"] == "name:1 phone:1" and rows[0]["code"] == "covered"
        (line,) = map(json.loads, as_json_lines(lines_of(session(), found.id)))
        assert line["covered"] == {"name": 1, "phone": 1} and line["story"] == str(story.id)
        for word in ("Ingegerd", "070-123", "lampan", "Klockan"):
            assert word not in text and word not in json.dumps(line)


def test_the_desk_is_worked_without_scripts(app: Application, cast: Cast) -> None:
    with app.app_context():
        first, second = tell(cast.dialogue, [TOLD, f"{TOLD} Två."], desk=DeskState.WAITING)
        keys = sorted([first.id, second.id], key=str)
        session().commit()
    client = signed_in(app, cast.coordinator)
    desk = f"/sv/arbetsrum/{cast.dialogue}/granskning"
    page = client.get(f"{desk}/{keys[0]}?show=marked")
    assert "Ingegerd" in page.text and "mark-19-27-name" in page.text
    form = {
        "csrf_token": forged_free(client, app), "show": "marked", "act": "released",
        "seen": sha256_of(session_text(app, keys[0])), "mark-19-27-name": "cover",
        "mark-61-74-phone": "cover", "words-1": "lampan", "kind-1": "other",
    }  # fmt: skip
    refused = client.post(f"{desk}/{keys[0]}", data=form | {"words-1": "finns inte"})
    assert refused.status_code == 422 and "finns inte" in refused.text
    done = client.post(f"{desk}/{keys[0]}", data=form)
    assert done.status_code == 303 and str(keys[1]) in done.headers["Location"]
    assert session_text(app, keys[0]).startswith("Klockan sju tänder [namn] [borttaget], och")
    log = client.get(f"{desk}/logg.csv")
    assert log.mimetype == "text/csv" and "attachment" in log.headers["Content-Disposition"]
    assert client.get(f"{desk}/logg.xml").status_code == 404
    undone = client.post(
        f"{desk}/{keys[0]}/angra", data={"csrf_token": form["csrf_token"], "number": "1"}
    )
    assert undone.status_code == 303
    assert "Ingegerd" in session_text(app, keys[0])


def session_text(app: Application, key: object) -> str:
    with app.app_context():
        return session().get_one(Story, key).text


def test_a_waiting_or_held_story_is_never_quoted(app: Application, cast: Cast) -> None:
    """E07."""
    with app.app_context():
        story, by = waiting(cast), user_of(cast.coordinator)
        with pytest.raises(Refusal):
            quote_from(story, 0, 5)
        decide(session(), story, Decided("held", "rare"), by=by)
        with pytest.raises(Refusal):
            quote_from(story, 0, 5)
