"""The retention rule: what residents said goes on its day, and nothing else does. E10."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from analysis.themes.signatures import freeze
from dialogue.app import Application
from dialogue.followup.models import Publication
from dialogue.followup.receipts import wrong_codes
from dialogue.ground.audit import AuditEvent
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.hosts.life_models import DialogueStep
from dialogue.hosts.models import Dialogue, DialogueState, Organisation
from dialogue.hosts.retention import GRACE, keeping_ends, months_after
from dialogue.meetings.models import TablePhoto
from dialogue.voices import letting_go
from dialogue.voices.letting_go import due, let_go
from dialogue.voices.models import Contribution, DeskState, Story
from surveys.models import BackgroundAnswer, Response
from tests.conftest import Cast, signed_in
from tests.stage import claim_on, dialogue_of, gather, meet, publish_at_once, signer, tell
from tests.survey import answer, hidden_fields

CANARY = "Kanariefågeln Snöfrid sjöng i väntrummet hela natten."
WORD = "Snöfrid"
LONG_AGO = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    wrong_codes._tries.clear()


def rule(organisation: Organisation, months: int | None, since: date | None = LONG_AGO) -> None:
    organisation.retention = "Nämndens beslut 2026/1" if months is not None else ""
    organisation.retention_months, organisation.retention_since = months, since


def ended(dialogue: Dialogue, at: datetime, state: DialogueState = DialogueState.ARCHIVED) -> None:
    dialogue.state = state
    number = session().scalar(select(func.count()).select_from(DialogueStep)) or 0
    session().add(
        DialogueStep(
            dialogue_id=dialogue.id,
            number=number + 1,
            verb="archive",
            at=at,
            before=DialogueState.ANSWERED,
            after=state,
        )
    )
    session().flush()


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 360))
def test_so_many_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


def test_the_day_is_counted_in_sweden_and_kept_to_the_day(app: Application, cast: Cast) -> None:
    with app.app_context():
        dialogue = dialogue_of(cast.dialogue)
        rule(dialogue.organisation, 12)
        ended(dialogue, datetime(2025, 3, 29, 23, 30))  # half past midnight on the 30th in Sweden
        end = keeping_ends(session(), dialogue)
        assert end is not None
        assert (end.on, end.by) == (date(2026, 3, 30), dialogue.organisation)
        assert due(session(), date(2026, 3, 29)) == []
        assert [each.id for each, _ in due(session(), date(2026, 3, 30))] == [dialogue.id]


def test_nothing_goes_without_a_rule_before_the_end_or_in_the_days_of_grace(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        dialogue = dialogue_of(cast.dialogue)
        house = dialogue.organisation
        far = date(2090, 1, 1)
        rule(house, 1)
        assert due(session(), far) == []
        ended(dialogue, datetime(2025, 1, 1, 12))
        rule(house, None)
        assert due(session(), far) == []
        rule(house, 1, since=None)
        assert due(session(), far) == []
        rule(house, 1, since=date(2026, 5, 1))
        assert due(session(), date(2026, 5, 1) + GRACE - timedelta(1)) == []
        assert due(session(), date(2026, 5, 1) + GRACE)


def test_of_two_that_hold_the_stories_the_earlier_day_counts(app: Application, cast: Cast) -> None:
    with app.app_context():
        dialogue = dialogue_of(cast.dialogue)
        other = (
            session()
            .scalars(select(Organisation).where(Organisation.id != dialogue.organisation_id))
            .first()
        )
        assert other is not None
        dialogue.host = other
        rule(dialogue.organisation, 24)
        ended(dialogue, datetime(2025, 1, 31, 12), DialogueState.WITHDRAWN)
        end = keeping_ends(session(), dialogue)
        assert end is not None
        assert end.on == date(2027, 1, 31)
        rule(other, 13)
        end = keeping_ends(session(), dialogue)
        assert end is not None
        assert (end.on, end.by) == (date(2026, 2, 28), other)


def over_and_published(app: Application, cast: Cast) -> str:
    """A published, archived dialogue with one answer by the form, quoted; the answer's code."""
    code = answer(
        app.test_client(use_cookies=False), CANARY, ("quote",), kommun="umea", alder="30-49"
    )
    with app.app_context():
        session().execute(update(Story).values(desk=DeskState.READ))
        mine = list(session().scalars(select(Story)))
        others = tell(cast.dialogue, [f"Också en berättelse, nummer {n}." for n in range(9)])
        theme = gather(cast.dialogue, "Väntan", [*mine, *others], quotes=3)
        claim_on(theme, [*mine, others[0]], words="Många väntar länge i väntrummet.")
        freeze(session(), theme, signer().id)
        publish_at_once(cast.dialogue, cast.coordinator)
        dialogue = dialogue_of(cast.dialogue)
        rule(dialogue.organisation, 12)
        ended(dialogue, datetime(2025, 5, 1, 12))
        meeting = meet(cast.dialogue, "kvall")
        session().add(
            TablePhoto(
                meeting_id=meeting.id, alt=WORD, digest=b"x", width=1, height=1, picture=b"x"
            )
        )
        session().commit()
    return code


def count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def test_on_its_day_all_that_was_said_goes_and_what_came_of_it_stays(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    app, cast = app_on_both, cast_on_both
    code = over_and_published(app, cast)
    client = app.test_client(use_cookies=False)
    assert WORD in client.get("/sv/dialog/vad-ar-viktigt/resultat").text
    with app.app_context():
        elsewhere = tell(cast.foreign_dialogue, ["En berättelse i en annan dialog."])[0].id
        session().commit()
        snapshot = session().scalars(select(Publication)).one().snapshot
        assert let_go(session(), date(2026, 4, 30)) == 0
        assert let_go(session(), date(2026, 5, 1)) == 10
        assert let_go(session(), date(2026, 5, 2)) == 0
        left = session().scalars(select(Story)).all()
        assert [each.id for each in left] == [elsewhere]
        assert [count(each) for each in (Response, BackgroundAnswer, TablePhoto)] == [0, 0, 0]
        dialogue = dialogue_of(cast.dialogue)
        assert dialogue.let_go_on == date(2026, 5, 1)
        assert session().scalars(select(Publication)).one().snapshot == snapshot
        acts = select(AuditEvent).where(AuditEvent.act == "stories let go")
        assert [each.facts["answers"] for each in session().scalars(acts)] == [10]
        words = [
            str(value)
            for table in Story.metadata.sorted_tables
            for row in session().execute(select(table))
            for value in row
        ]
        assert not [each for each in words if WORD in each]
    for language, said in (("sv", "togs bort den"), ("en", "were deleted on")):
        page = client.get(f"/{language}/dialog/vad-ar-viktigt/resultat")
        assert page.status_code == 200
        assert said in page.text
        assert WORD not in page.text
        assert "Vi undersöker" not in page.text
        assert "looking into it" not in page.text
    assert "Väntan" in page.text
    form = hidden_fields(client.get("/sv/kvitto/").text)
    receipt = client.post("/sv/kvitto/", data=form | {"code": code})
    assert receipt.status_code == 200
    assert "/sv/dialog/vad-ar-viktigt/resultat" in receipt.text
    assert "sparas inte längre" in receipt.text


def test_who_is_stopped_in_the_middle_goes_on_where_it_was(
    app_on_both: Application, cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_and_published(app_on_both, cast_on_both)
    monkeypatch.setattr(letting_go, "STRETCH", 3)
    real, rounds = letting_go.let_go_stretch, []

    def falls(*given: object) -> int:
        rounds.append(given)
        gone = real(*given)  # type: ignore[arg-type]
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return gone

    with app_on_both.app_context():
        monkeypatch.setattr(letting_go, "let_go_stretch", falls)
        with pytest.raises(KeyboardInterrupt):
            let_go(session(), date(2026, 5, 1))
        session().rollback()
        assert count(Contribution) == 7
        assert let_go(session(), date(2026, 5, 1), at_most=3) == 3
        assert dialogue_of(cast_on_both.dialogue).let_go_on is None
        assert let_go(session(), date(2026, 5, 1)) == 4
        assert count(Contribution) == 0
        assert dialogue_of(cast_on_both.dialogue).let_go_on == date(2026, 5, 1)


def test_a_changed_rule_waits_and_the_administrator_sees_which_day(
    app: Application, cast: Cast
) -> None:
    with app.app_context():
        ended(dialogue_of(cast.dialogue), datetime(2025, 5, 1, 12))
        house = dialogue_of(cast.dialogue).organisation
        slug, kind = house.slug, house.kind
        session().commit()
    client = signed_in(app, cast.administrator)
    address = f"/sv/organisationer/{slug}/andra"
    form = hidden_fields(client.get(address).text)
    fields = {
        "kind": kind, "name_sv": "Region Norrmark", "languages": ["sv", "en"],
        "retention": "Beslut 2026/9", "retention_months": "6",
    }  # fmt: skip
    assert client.post(address, data=form | fields).status_code == 303
    page = client.get(f"/sv/organisationer/{slug}/").text
    with app.app_context():
        end = keeping_ends(session(), dialogue_of(cast.dialogue))
        assert end is not None
        assert end.on == today() + GRACE
    assert "Tas bort den" in page
    assert str(end.on.year) in page
    overview = signed_in(app, cast.coordinator).get(f"/sv/arbetsrum/{cast.dialogue}/")
    assert "Beslut 2026/9" in overview.text
