"""Puts the demo dialogue's survey, without its stories, into the database of a measurement."""

from __future__ import annotations

from dialogue.app import create_app
from dialogue.ground.db import session
from dialogue.hosts.models import DialogueState, Organisation, OrganisationKind
from surveys.models import Survey, SurveyVersion
from tests.survey import DOCUMENT, TEXTS

if __name__ == "__main__":
    from dialogue.hosts.models import Dialogue

    app = create_app()
    with app.app_context():
        region = Organisation(kind=OrganisationKind.REGION, slug="norrmark", name_sv="Norrmark")
        session().add(region)
        session().flush()
        asked = Dialogue(
            slug="vad-ar-viktigt", organisation_id=region.id, state=DialogueState.OPEN, texts=TEXTS
        )
        session().add(asked)
        session().flush()
        survey = Survey(dialogue_id=asked.id)
        survey.versions = [SurveyVersion(number=1, state="open", document=DOCUMENT)]
        session().add(survey)
        session().commit()
