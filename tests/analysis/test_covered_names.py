"""Covering words finds them in names, claims and published pages too, and says that it did."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from analysis.claim_models import Claim, ClaimState
from analysis.desk.deciding import Decided, decide
from analysis.models import Theme, ThemeAct
from analysis.signing.signing import send_for_confirmation, sign_theme
from analysis.themes.acting import rename_theme
from analysis.themes.signatures import freeze, standing
from dialogue.app import Application
from dialogue.followup.models import Publication
from dialogue.followup.round_models import ConfirmationRound
from dialogue.ground.audit import AuditEvent
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.voices.models import Story
from tests.conftest import Cast, signed_in
from tests.stage import claim_on, dialogue_of, gather, publish_at_once, signer, tell, user_of

SECRET = "Skråvelmyran"
NAME = f"Vägen till {SECRET}"
CLAIM = f"Många väntar i {SECRET}."


@dataclass
class Set:
    app: Application
    cast: Cast
    theme: uuid.UUID
    other: uuid.UUID
    story: uuid.UUID

    def cover(self) -> None:
        """Somebody covers the village in the last story, which nothing quotes."""
        with self.app.app_context():
            story = session().get_one(Story, self.story)
            at = story.text.index(SECRET)
            covers = ((at, at + len(SECRET), "place"),)
            decide(
                session(), story, Decided("covered", covers=covers),
                by=user_of(self.cast.coordinator),
            )  # fmt: skip
            session().commit()

    def page(self, path: str, who: str = "") -> str:
        client = signed_in(self.app, who) if who else self.app.test_client(use_cookies=False)
        answer = client.get(path)
        assert answer.status_code == 200, path
        return str(answer.text)

    @property
    def base(self) -> str:
        return f"/sv/arbetsrum/{self.cast.dialogue}"


@pytest.fixture
def on_stage(app_on_both: Application, cast_on_both: Cast) -> Set:
    """A theme that a person named after a village, one with another name, both with a claim."""
    cast = cast_on_both
    with app_on_both.app_context():
        told = [f"Berättelse {n}: vi väntade länge på skjutsen." for n in range(9)]
        last = f"Berättelse 9: i {SECRET} går ingen buss."
        stories = tell(cast.dialogue, [*told, last])
        theme = gather(cast.dialogue, "Resor", stories, quotes=3)
        rename_theme(
            session(), theme, NAME, f"The road to {SECRET}", by=user_of(cast.coordinator),
            reason=f"De flesta bor i {SECRET}",
        )  # fmt: skip
        claim_on(theme, stories[:2], words=CLAIM)
        far = tell(cast.dialogue, [f"Något annat {n}, i {SECRET}." for n in range(9)])
        other = gather(cast.dialogue, f"Livet i {SECRET}", far, quotes=3)
        keys = theme.id, other.id, stories[-1].id
        session().commit()
    return Set(app_on_both, cast, *keys)


def publish(on_stage: Set) -> None:
    with on_stage.app.app_context():
        for key in (on_stage.theme, on_stage.other):
            freeze(session(), session().get_one(Theme, key), signer().id)
        publish_at_once(on_stage.cast.dialogue, on_stage.cast.coordinator)
        session().commit()


def test_a_given_name_loses_the_words_and_cannot_be_signed(on_stage: Set) -> None:
    on_stage.cover()
    with on_stage.app.app_context():
        theme = session().get_one(Theme, on_stage.theme)
        assert theme.name.sv == "Vägen till [plats]"
        acts = session().scalars(select(ThemeAct).where(ThemeAct.theme_id == theme.id)).all()
        assert SECRET not in " ".join(f"{act.before}{act.after}{act.reason}" for act in acts)
        with pytest.raises(Refusal, match="plats"):
            sign_theme(session(), theme, by=signer())
        session().rollback()
        claim = session().scalars(select(Claim).where(Claim.theme_id == on_stage.theme)).one()
        assert claim.state == ClaimState.PROPOSED and SECRET not in claim.words_sv
    assert "Behöver ett nytt namn" in on_stage.page(
        f"{on_stage.base}/lasrum", on_stage.cast.coordinator
    )
    page = on_stage.page(f"{on_stage.base}/tema/{on_stage.theme}", on_stage.cast.coordinator)
    assert "Ord i namnet har täckts" in page and SECRET not in page.split("Berättelser")[0]


def test_a_new_name_is_signed_again(on_stage: Set) -> None:
    on_stage.cover()
    with on_stage.app.app_context():
        theme = session().get_one(Theme, on_stage.theme)
        by = user_of(on_stage.cast.coordinator)
        rename_theme(session(), theme, "Långt till bussen", "Far from the bus", by=by)
        assert sign_theme(session(), theme, by=signer()).content["name"]["sv"] == theme.name.sv


def test_a_signature_under_the_name_is_lifted(on_stage: Set) -> None:
    with on_stage.app.app_context():
        for key in (on_stage.theme, on_stage.other):
            freeze(session(), session().get_one(Theme, key), signer().id)
        session().commit()
    on_stage.cover()
    with on_stage.app.app_context():
        assert standing(session(), session().get_one(Theme, on_stage.theme)) is None
        assert standing(session(), session().get_one(Theme, on_stage.other)) is not None


def test_a_published_name_and_claim_are_shown_without_the_words_and_marked(on_stage: Set) -> None:
    publish(on_stage)
    address = f"/sv/dialog/{on_stage.cast.dialogue}/resultat"
    before = on_stage.page(address)
    assert NAME in before and CLAIM in before
    on_stage.cover()
    for language, path in (("sv", address), ("en", address.replace("/sv/", "/en/"))):
        page = on_stage.page(path)
        assert "[plats]" in page
        assert NAME not in page and CLAIM not in page and f"road to {SECRET}" not in page
        marked = {"sv": "Ord i det här namnet täcktes", "en": "Words in this name were covered"}
        assert page.count(marked[language]) == 1
        said = {"sv": "Ord i den här meningen täcktes", "en": "Words in this sentence were covered"}
        assert page.count(said[language]) == 1
    assert f"Livet i {SECRET}" in on_stage.page(address)
    with on_stage.app.app_context():
        publication = session().scalars(select(Publication)).one()
        assert publication.snapshot["themes"][0]["name"]["sv"] in (NAME, f"Livet i {SECRET}")
        acts = select(AuditEvent).where(AuditEvent.act == "published name covered")
        (event,) = session().scalars(acts)
        assert SECRET not in str(event.facts)


def test_words_covered_twice_stay_covered(on_stage: Set) -> None:
    publish(on_stage)
    on_stage.cover()
    with on_stage.app.app_context():
        story = session().get_one(Story, on_stage.story)
        at = story.text.index("buss")
        decide(
            session(), story, Decided("covered", covers=((at, at + 4, "other"),)),
            by=user_of(on_stage.cast.coordinator),
        )  # fmt: skip
        session().commit()
    page = on_stage.page(f"/sv/dialog/{on_stage.cast.dialogue}/resultat")
    assert NAME not in page and "Vägen till [plats]" in page


def test_a_round_shows_the_name_without_the_words(on_stage: Set) -> None:
    with on_stage.app.app_context():
        for key in (on_stage.theme, on_stage.other):
            freeze(session(), session().get_one(Theme, key), signer().id)
        send_for_confirmation(
            session(), dialogue_of(on_stage.cast.dialogue), 7,
            by=user_of(on_stage.cast.coordinator), smallest=8,
        )  # fmt: skip
        session().commit()
    on_stage.cover()
    with on_stage.app.app_context():
        held = session().scalars(select(ConfirmationRound)).one()
        names = {theme["key"]: theme["name"]["sv"] for theme in held.snapshot["themes"]}
        assert names[str(on_stage.theme)] == "Vägen till [plats]"
        assert names[str(on_stage.other)] == f"Livet i {SECRET}"
