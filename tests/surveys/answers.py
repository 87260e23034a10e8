"""Many answers at once, kept as the answering pages keep them."""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Channel, Contribution, Story
from surveys.models import BackgroundAnswer, Response, Survey

APART = {"kommun", "alder"}
BASE = "/sv/arbetsrum/vad-ar-viktigt/svar"


def told(
    application: Application,
    many: int,
    *,
    lang: str = "sv",
    channel: Channel = Channel.WEB,
    story: str = "",
    **answers: Any,
) -> None:
    """Keep the same answers ``many`` times, each as one person's."""
    with application.app_context():
        survey = session().scalars(select(Survey).join(Survey.dialogue)).first()
        assert survey is not None
        version = survey.versions[-1]
        for _ in range(many):
            made = Contribution(
                dialogue_id=survey.dialogue_id,
                receipt_hash=secrets.token_bytes(32),
                content_hash=secrets.token_bytes(32),
                channel=channel,
                lang=lang,
                received_on=date(2026, 11, 22),
                uses=["analysis", "quote"],
                consent_version="test",
            )
            session().add(made)
            session().flush()
            if story:
                made.stories.append(
                    Story(
                        dialogue_id=survey.dialogue_id,
                        question="berattelse",
                        text=story,
                        lang=lang,
                    )
                )
            given = {name: value for name, value in answers.items() if name not in APART}
            session().add(Response(contribution_id=made.id, version_id=version.id, answers=given))
            background = {name: value for name, value in answers.items() if name in APART}
            if background:
                session().add(
                    BackgroundAnswer(
                        survey_id=survey.id,
                        answers=background,
                        withdrawal_hash=secrets.token_bytes(32),
                    )
                )
        session().commit()


def pressed(client: FlaskClient, page: str, path: str, **fields: Any) -> TestResponse:
    """Press a button of a signed-in page: its token, and these fields."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, page
    return client.post(path, data={"csrf_token": found[1], **fields})


def released(client: FlaskClient) -> TestResponse:
    """Let the figures of today stand."""
    return pressed(client, f"{BASE}/", f"{BASE}/slapp")
