"""Puts one open live room into the database of a measurement; prints its code and statements."""

from __future__ import annotations

import json
import sys

from dialogue.app import create_app
from dialogue.ground.db import session
from dialogue.hosts.models import Dialogue, DialogueState, Organisation, OrganisationKind
from dialogue.meetings.live.models import SayingKind
from dialogue.meetings.live.rooms import open_room, propose
from dialogue.voices.receipts import new_answer_key, receipts
from tests.stage import meet
from tests.survey import TEXTS

if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        region = Organisation(kind=OrganisationKind.REGION, slug="norrmark", name_sv="Norrmark")
        session().add(region)
        session().flush()
        session().add(
            Dialogue(slug="rum", organisation_id=region.id, state=DialogueState.OPEN, texts=TEXTS)
        )
        session().flush()
        room = open_room(session(), meet("rum", "kvall"), "bench")
        made = [
            propose(
                session(), room, kind=SayingKind.STATEMENT, text=f"Påstående nummer {number}.",
                lang="sv", key=new_answer_key(), receipts=receipts(), from_room=False,
            )[0]
            for number in range(int(sys.argv[1]))
        ]  # fmt: skip
        session().commit()
        print(json.dumps({"code": room.code, "statements": [str(each.id) for each in made]}))
