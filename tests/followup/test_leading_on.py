"""A publication leads a dialogue on by itself, and never back; so does the answer after it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialogue.app import Application
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.ground.localized import Localized
from dialogue.hosts.life import steps_of
from dialogue.hosts.models import DialogueState, Kept
from dialogue.hosts.promising import tell_outcome
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, publish_at_once, read_and_signed, user_of

S = DialogueState
ON = {S.CLOSED: S.PUBLISHED, S.IN_ANALYSIS: S.PUBLISHED, S.OUT_FOR_CONFIRMATION: S.PUBLISHED}
STAYS = (S.OPEN, S.PAUSED, S.PUBLISHED, S.ANSWERED, S.IN_FOLLOW_UP)


@pytest.mark.parametrize("state", [*ON, *STAYS])
def test_a_publication_leads_on_and_never_back(
    app_on_both: Application, cast_on_both: Cast, state: DialogueState
) -> None:
    read_and_signed(app_on_both, cast_on_both.dialogue)
    with app_on_both.test_request_context("/sv/"):
        dialogue = dialogue_of(cast_on_both.dialogue)
        dialogue.state = state
        publish_at_once(cast_on_both.dialogue, cast_on_both.coordinator)
        session().commit()
        assert dialogue.state == ON.get(state, state)
        taken = [(each.verb, each.before) for each in steps_of(session(), dialogue)]
        assert taken == ([("publish", state)] if state in ON else [])
        assert dialogue.published_on is not None


def test_from_a_closed_dialogue_to_an_answered_one_without_a_second_button(
    app_on_both: Application, cast_on_both: Cast
) -> None:
    """The responder's words about the promise are the answer; more words change nothing of it."""
    cast = cast_on_both
    read_and_signed(app_on_both, cast.dialogue)
    with app_on_both.test_request_context("/sv/"):
        dialogue_of(cast.dialogue).state = S.CLOSED
        publish_at_once(cast.dialogue, cast.coordinator)
        session().commit()
    nils = signed_in(app_on_both, cast.responder)
    desk = nils.get("/sv/arbetsrum/").text
    assert "Berätta vad den leder till" in desk
    told = nils.post(
        f"/sv/arbetsrum/{cast.dialogue}/lofte",
        data={
            "csrf_token": forged_free(nils, app_on_both), "kept": "partly",
            "words_sv": "Vi öppnar en lucka.", "words_en": "We open a hatch.",
        },
    )  # fmt: skip
    assert told.status_code == 303, told.text
    assert "Berätta vad den leder till" not in nils.get("/sv/arbetsrum/").text
    with app_on_both.test_request_context("/sv/"):
        dialogue = dialogue_of(cast.dialogue)
        assert (dialogue.state, dialogue.kept) == (S.ANSWERED, Kept.PARTLY)
        tell_outcome(
            session(), dialogue, Kept.LATE, Localized("Nu är den öppen.", "Now it is open."),
            by=user_of(cast.coordinator),
        )  # fmt: skip
        assert dialogue.state == S.ANSWERED
        steps = [each.verb for each in steps_of(session(), dialogue)]
        assert steps == ["answer", "publish"]
        actors = session().scalars(
            select(AuditEvent.actor).where(AuditEvent.act == "dialogue: answer")
        )
        assert actors.all() == [str(user_of(cast.responder).id)]
