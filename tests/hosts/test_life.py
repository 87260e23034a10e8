"""A dialogue's life: each step has its guards, its words and its trace, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent, broken_links
from dialogue.ground.clock import today
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts import promising
from dialogue.hosts.life import STEPS, Verb, hindrances, last_words, steps_of, take_step
from dialogue.hosts.life_models import DialogueMessage, Moment
from dialogue.hosts.models import Dialogue, DialogueState, Kept, PromiseLevel, ReleaseRule
from dialogue.hosts.promising import Ground, lay_ground, tell_outcome, write_message
from tests.conftest import Cast
from tests.racing import at_once
from tests.stage import dialogue_of, user_of

S = DialogueState
WAY = [
    (Verb.SEND, S.HOST_READY), (Verb.RETURN, S.DRAFT), (Verb.SEND, S.HOST_READY),
    (Verb.APPROVE, S.APPROVED), (Verb.ANNOUNCE, S.ANNOUNCED), (Verb.OPEN, S.OPEN),
    (Verb.PAUSE, S.PAUSED), (Verb.RESUME, S.OPEN), (Verb.CLOSE, S.CLOSED),
    (Verb.READ, S.IN_ANALYSIS), (Verb.SEND_OUT, S.OUT_FOR_CONFIRMATION),
    (Verb.PUBLISH, S.PUBLISHED), (Verb.ANSWER, S.ANSWERED), (Verb.FOLLOW, S.IN_FOLLOW_UP),
    (Verb.ARCHIVE, S.ARCHIVED),
]  # fmt: skip


def whole(cast: Cast, state: DialogueState = S.DRAFT) -> Dialogue:
    """A dialogue with everything that any step asks for."""
    dialogue = dialogue_of(cast.dialogue)
    dialogue.state, dialogue.promise = state, PromiseLevel.SHAPE
    dialogue.texts = dict(dialogue.texts) | {
        "purpose": {"sv": "Vi vill veta.", "en": "We want to know."},
        "to_settle": {"sv": "Vad ska ändras först?", "en": "What should change first?"},
    }
    dialogue.opens_on, dialogue.closes_on = today(), today() + timedelta(days=30)
    dialogue.answer_by = today() + timedelta(days=90)
    dialogue.published_on, dialogue.kept = today(), Kept.KEPT
    for moment in Moment:
        session().merge(
            DialogueMessage(
                dialogue_id=dialogue.id, moment=moment, sv="Hej.", en="Hello.", easy="Hej.",
                changed_on=today(),
            )
        )  # fmt: skip
    session().flush()
    return dialogue


def test_the_whole_way_from_draft_to_archive(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        dialogue, eva = whole(cast_on_both), user_of(cast_on_both.coordinator)
        for verb, state in WAY:
            take_step(session(), dialogue, verb, by=eva, words="Därför.")
            assert dialogue.state == state
        session().commit()
        assert [each.verb for each in reversed(steps_of(session(), dialogue))] == [
            verb for verb, _state in WAY
        ]
        acts = list(
            session().scalars(
                select(AuditEvent.act)
                .where(AuditEvent.subject == str(dialogue.id))
                .order_by(AuditEvent.number)
            )
        )
        assert acts == [f"dialogue: {verb}" for verb, _state in WAY]
        assert not list(broken_links(session()))
        assert dialogue.public_since == today()


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("verb", list(Verb))
def test_a_step_leads_from_its_own_states_only(
    app: Application, cast: Cast, verb: Verb, state: DialogueState
) -> None:
    """Every verb in every state: 15 times 14 cells."""
    with app.test_request_context("/sv/"):
        dialogue, eva = whole(cast, state), user_of(cast.coordinator)
        if verb == Verb.OPEN and state == S.DRAFT:
            dialogue.host_id = None
        if state in STEPS[verb].before:
            take_step(session(), dialogue, verb, by=eva, words="Därför.")
            assert dialogue.state == STEPS[verb].after
        else:
            with pytest.raises(Refusal):
                take_step(session(), dialogue, verb, by=eva, words="Därför.")
            assert dialogue.state == state
        session().rollback()


def without(name: str) -> Callable[[Dialogue], None]:
    def take(dialogue: Dialogue) -> None:
        if name in dialogue.texts:
            dialogue.texts = {key: text for key, text in dialogue.texts.items() if key != name}
        elif name in list(Moment):
            session().delete(session().get(DialogueMessage, (dialogue.id, name)))
        else:
            setattr(dialogue, name, None)
        session().flush()

    return take


GUARDS = [
    *((Verb.SEND, name) for name in ("title", "purpose", "to_settle", "who_decides", "promise")),
    *((Verb.APPROVE, name) for name in ("purpose", "promise", "responder_id", "answer_by")),
    *(
        (Verb.ANNOUNCE, name)
        for name in ("responder_id", "about", "can_change", "when_answered", "opens_on", "before")
    ),
    *((Verb.OPEN, name) for name in ("responder_id", "answer_by", "title", "about", "can_change")),
    *((Verb.OPEN, name) for name in ("purpose", "to_settle", "who_decides", "promise")),
    (Verb.PUBLISH, "published_on"), (Verb.ANSWER, "kept"), (Verb.ARCHIVE, "kept"),
    (Verb.ARCHIVE, "after"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "name"), GUARDS)
def test_what_is_missing_is_said_in_a_sentence(
    app: Application, cast: Cast, verb: Verb, name: str
) -> None:
    with app.test_request_context("/sv/"):
        state = sorted(STEPS[verb].before)[0]
        dialogue = whole(cast, state)
        assert hindrances(session(), dialogue, verb) == []
        without(name)(dialogue)
        stops = hindrances(session(), dialogue, verb)
        assert len(stops) == 1 and stops[0].endswith("."), stops
        with pytest.raises(Refusal):
            take_step(session(), dialogue, verb, by=user_of(cast.coordinator), words="Därför.")
        assert dialogue.state == state
        session().rollback()


def test_opening_is_refused_without_somebody_who_answers(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        dialogue = whole(cast_on_both, S.APPROVED)
        dialogue.responder_id = None
        with pytest.raises(Refusal, match="Ingen har lovat att svara"):
            take_step(session(), dialogue, Verb.OPEN, by=user_of(cast_on_both.coordinator))


def test_opening_is_refused_when_the_last_day_has_passed(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        dialogue = whole(cast, S.APPROVED)
        dialogue.closes_on = today() - timedelta(days=1)
        assert hindrances(session(), dialogue, Verb.OPEN) == [
            "Sista dagen har passerat. Välj en senare."
        ]


def test_a_hosted_draft_waits_for_its_host(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        dialogue = whole(cast)
        assert hindrances(session(), dialogue, Verb.OPEN)
        dialogue.host_id = None
        session().flush()
        session().refresh(dialogue)
        assert hindrances(session(), dialogue, Verb.OPEN) == []


@pytest.mark.parametrize("verb", [verb for verb in Verb if STEPS[verb].needs_words])
def test_some_steps_ask_why(app: Application, cast: Cast, verb: Verb) -> None:
    with app.test_request_context("/sv/"):
        state = sorted(STEPS[verb].before)[0]
        dialogue, eva = whole(cast, state), user_of(cast.coordinator)
        for words in ("", "   "):
            with pytest.raises(Refusal):
                take_step(session(), dialogue, verb, by=eva, words=words)
        take_step(session(), dialogue, verb, by=eva, words="Det brinner i lokalen.")
        told = last_words(session(), dialogue)
        assert told == (
            "Det brinner i lokalen." if dialogue.state in (S.PAUSED, S.WITHDRAWN) else ""
        )


def test_two_who_press_at_once_take_one_step(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        whole(cast_on_both, S.OPEN)
        session().commit()

    def press(_number: int, ready: Callable[[], object]) -> str:
        with app_on_both.test_request_context("/sv/", method="POST"):
            dialogue, eva = dialogue_of(cast_on_both.dialogue), user_of(cast_on_both.coordinator)
            session().rollback()
            ready()
            try:
                take_step(session(), dialogue, Verb.CLOSE, by=eva)
                session().commit()
            except Refusal:
                session().rollback()
                return "refused"
            return "taken"

    assert sorted(at_once(2, press)) == ["refused", "taken"]


@pytest.mark.parametrize("state", [S.DRAFT, S.OPEN])
def test_what_was_never_public_is_withdrawn_unseen(
    app: Application, cast: Cast, state: DialogueState
) -> None:
    with app.test_request_context("/sv/"):
        dialogue, eva = whole(cast, S.DRAFT), user_of(cast.coordinator)
        dialogue.host_id = None
        if state == S.OPEN:
            take_step(session(), dialogue, Verb.OPEN, by=eva)
        take_step(session(), dialogue, Verb.WITHDRAW, by=eva, words="Frågan löstes.")
        assert dialogue.is_public is (state == S.OPEN)


def ground(dialogue: Dialogue, **changes: object) -> Ground:
    values: dict[str, object] = {
        "title": dialogue.title, "words": {name: dialogue.said(name) for name in promising.WORDS},
        "responder": dialogue.responder_id, "host": dialogue.host_id,
        "promise": PromiseLevel.TOGETHER, "release": ReleaseRule.THEMES_ONLY,
    }  # fmt: skip
    return Ground(**values | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(S))
def test_the_ground_is_laid_before_the_dialogue_opens(
    app: Application, cast: Cast, state: DialogueState
) -> None:
    """By the host until it is sent, by the coordinator until it opens."""
    with app.test_request_context("/sv/"):
        dialogue = whole(cast, state)
        for leads, until in ((False, promising.WITH_HOST), (True, promising.WITH_COORDINATOR)):
            by = user_of(cast.coordinator if leads else cast.host)
            if state in until:
                lay_ground(session(), dialogue, ground(dialogue), by=by, leads=leads)
                assert dialogue.promise == PromiseLevel.TOGETHER
            else:
                with pytest.raises(Refusal):
                    lay_ground(session(), dialogue, ground(dialogue), by=by, leads=leads)
        session().rollback()


def test_a_host_chooses_neither_host_nor_responder(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        dialogue = whole(cast)
        for changes in ({"host": dialogue.organisation_id}, {"responder": None}):
            with pytest.raises(Refusal):
                lay_ground(
                    session(), dialogue, ground(dialogue, **changes), by=user_of(cast.host),
                    leads=False,
                )  # fmt: skip


def test_days_that_contradict_each_other_are_refused(app: Application, cast: Cast) -> None:
    with app.test_request_context("/sv/"):
        dialogue = whole(cast)
        for first, last, answer in ((2, 1, 3), (1, 3, 2), (3, None, 1)):
            days = [today() + timedelta(days=n) if n else None for n in (first, last, answer)]
            with pytest.raises(Refusal):
                lay_ground(
                    session(), dialogue,
                    ground(dialogue, opens_on=days[0], closes_on=days[1], answer_by=days[2]),
                    by=user_of(cast.coordinator), leads=True,
                )  # fmt: skip


def test_messages_are_written_changed_and_taken_away(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    with app_on_both.test_request_context("/sv/"):
        dialogue, eva = dialogue_of(cast_on_both.dialogue), user_of(cast_on_both.coordinator)
        say = Localized("Nu hörs vi.", "Here we go.")
        write_message(session(), dialogue, Moment.DURING, say, "Nu börjar vi.", by=eva)
        session().commit()
        kept = promising.messages_of(session(), dialogue)["during"]
        assert (kept.text, kept.easy) == (say, "Nu börjar vi.")
        with pytest.raises(Refusal):
            write_message(session(), dialogue, Moment.BEFORE, Localized("", "Hi"), "", by=eva)
        write_message(session(), dialogue, Moment.DURING, Localized("", ""), "", by=eva)
        assert promising.messages_of(session(), dialogue) == {}
        dialogue.state = S.ARCHIVED
        with pytest.raises(Refusal):
            write_message(session(), dialogue, Moment.AFTER, say, "", by=eva)


def test_a_late_answer_is_not_called_kept(app_on_both: Application, cast_on_both: Cast) -> None:
    with app_on_both.test_request_context("/sv/"):
        dialogue, eva = whole(cast_on_both, S.PUBLISHED), user_of(cast_on_both.coordinator)
        dialogue.kept, dialogue.answer_by = None, today() - timedelta(days=1)
        words = Localized("Svaret kom en dag sent.", "The answer came a day late.")
        with pytest.raises(Refusal):
            tell_outcome(session(), dialogue, Kept.KEPT, words, by=eva)
        with pytest.raises(Refusal):
            tell_outcome(session(), dialogue, Kept.LATE, Localized("", "Late"), by=eva)
        tell_outcome(session(), dialogue, Kept.LATE, words, by=eva)
        session().commit()
        assert (dialogue.kept, dialogue.said("kept")) == (Kept.LATE, words)
        assert dialogue.state == S.ANSWERED, "whoever answers need not press another button"
        dialogue.state = S.OPEN
        with pytest.raises(Refusal):
            tell_outcome(session(), dialogue, Kept.LATE, words, by=eva)


@pytest.mark.parametrize("state", [S.ANSWERED, S.IN_FOLLOW_UP])
def test_words_about_the_promise_never_lead_backwards(
    app_on_both: Application, cast_on_both: Cast, state: DialogueState
) -> None:
    with app_on_both.test_request_context("/sv/"):
        dialogue, eva = whole(cast_on_both, state), user_of(cast_on_both.coordinator)
        tell_outcome(session(), dialogue, Kept.PARTLY, Localized("En del.", "Some."), by=eva)
        session().commit()
        assert (dialogue.state, dialogue.kept) == (state, Kept.PARTLY)
        assert steps_of(session(), dialogue) == []
