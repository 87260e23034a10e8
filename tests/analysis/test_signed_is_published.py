"""What is published is exactly what was signed, whatever people do before it and in any order."""

from __future__ import annotations

import hashlib
import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from analysis.claims.writing import Chosen, Draft, begin_claim, change_claim
from analysis.curating import hide_quote, show_quote
from analysis.models import Theme
from analysis.signing.signing import (
    proposal_of,
    publish_signed,
    sign_theme,
    unsign_theme,
)
from analysis.themes.acting import keep_theme, make_theme, move_stories, rename_theme
from analysis.themes.signatures import standing
from dialogue.app import Application
from dialogue.followup.models import Publication, PublishedQuote
from dialogue.followup.publishing import digest_of
from dialogue.followup.rounds import waive_round
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, DialogueState, User
from dialogue.voices.models import Story
from tests.conftest import Cast
from tests.stage import dialogue_of, gather, tell, user_of
from tests.survey import TEXTS

WHY = "Alla var med när texten skrevs."

STEPS = st.lists(
    st.tuples(
        st.sampled_from([
            "rename", "keep", "hide", "show", "move", "make", "claim", "sign", "sign", "unsign",
            "publish", "publish", "withdraw", "tamper",
        ]),
        st.integers(0, 2),
        st.integers(0, 99),
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


class House:
    """A dialogue in which three people change, sign and publish in any order."""

    def __init__(self, cast: Cast) -> None:
        home = dialogue_of(cast.dialogue)
        self.people = [user_of(each) for each in (cast.coordinator, cast.reviewer, cast.host)]
        self.slug = f"hus-{uuid.uuid4().hex[:12]}"
        self.dialogue = Dialogue(
            slug=self.slug, organisation_id=home.organisation_id, texts=TEXTS,
            state=DialogueState.OPEN,
        )  # fmt: skip
        session().add(self.dialogue)
        session().flush()
        self.themes = [self._theme(name) for name in ("Väntan", "Vägen")]
        session().commit()
        self.touched: dict[uuid.UUID, set[uuid.UUID]] = {theme.id: set() for theme in self.themes}
        self.published = 0

    def _theme(self, name: str) -> Theme:
        told = [f"{name}: berättelse nummer {number} om det som hände." for number in range(10)]
        return gather(self.slug, name, tell(self.slug, told))

    def do(self, step: str, who: int, number: int) -> None:
        by, theme = self.people[who], self.themes[number % len(self.themes)]
        try:
            getattr(self, f"_{step}")(theme, by, number)
            session().commit()
        except Refusal:
            session().rollback()

    def _rename(self, theme: Theme, by: User, number: int) -> None:
        rename_theme(session(), theme, f"Namn {number}", f"Name {number}", by=by)
        self.touched[theme.id].add(by.id)

    def _keep(self, theme: Theme, by: User, number: int) -> None:
        keep_theme(session(), theme, by=by)
        self.touched[theme.id].add(by.id)

    def _hide(self, theme: Theme, by: User, number: int) -> None:
        if theme.quotes:
            hide_quote(session(), theme.quotes[number % len(theme.quotes)], by=by)
            self.touched[theme.id].add(by.id)

    def _show(self, theme: Theme, by: User, number: int) -> None:
        if theme.quotes:
            show_quote(session(), theme.quotes[number % len(theme.quotes)], by=by)
            self.touched[theme.id].add(by.id)

    def _move(self, theme: Theme, by: User, number: int) -> None:
        other = self.themes[(number + 1) % len(self.themes)]
        if other.assignments and other is not theme:
            move_stories(session(), [other.assignments[0].story], theme, by=by)
            self.touched[theme.id].add(by.id)
            self.touched[other.id].add(by.id)

    def _make(self, theme: Theme, by: User, number: int) -> None:
        made = make_theme(session(), self.dialogue, f"Gjort {number}", f"Made {number}", by=by)
        self.themes.append(made)
        self.touched[made.id] = {by.id}

    def _claim(self, theme: Theme, by: User, number: int) -> None:
        if theme.assignments:
            claim = begin_claim(session(), theme, by=by)
            words = {"sv": f"Vi väntar {number}.", "en": f"We wait {number}.", "easy": "Du väntar."}
            story = theme.assignments[0].story
            draft = Draft(words, "accept", add=(Chosen(story, 0, 12),))
            change_claim(session(), claim, draft, by=by)
            self.touched[theme.id].add(by.id)

    def _sign(self, theme: Theme, by: User, number: int) -> None:
        signed = sign_theme(session(), theme, by=by)
        assert by.id not in self.touched[theme.id]
        assert digest_of(signed.content) == signed.digest

    def _unsign(self, theme: Theme, by: User, number: int) -> None:
        unsign_theme(session(), theme, by=by)

    def _withdraw(self, theme: Theme, by: User, number: int) -> None:
        stories = (
            session()
            .scalars(
                select(Story).where(Story.dialogue_id == self.dialogue.id).order_by(Story.text)
            )
            .all()
        )
        if len(stories) > 4:
            session().delete(stories[number % len(stories)].contribution)
            session().flush()
            session().expire_all()

    def _tamper(self, theme: Theme, by: User, number: int) -> None:
        """Somebody with the database changes a theme past every rule."""
        if number % 5 == 0:
            session().execute(
                update(Theme).where(Theme.id == theme.id).values(proposed_sv=f"Insmuget {number}")
            )
            session().expire_all()

    def _publish(self, theme: Theme, by: User, number: int) -> None:
        waive_round(session(), self.dialogue, WHY, by=by)
        proposal = proposal_of(session(), self.dialogue, 8)
        made = publish_signed(session(), self.dialogue, by=by, smallest=8, seen=proposal.digest)
        self.published += 1
        self.check(made)

    def check(self, made: Publication) -> None:
        """Every theme on the page is a copy that another person signed and that still counts."""
        assert made.snapshot["themes"]
        assert digest_of(made.snapshot) == made.digest
        for shown in made.snapshot["themes"]:
            theme = session().get_one(Theme, uuid.UUID(shown["key"]))
            signed = standing(session(), theme)
            assert signed is not None
            assert signed.signed_by not in self.touched[theme.id]
            assert shown["signature"] == signed.digest == digest_of(signed.content)
            assert shown["name"] == signed.content["name"]
            assert shown["ties"] == {k: round(v, 1) for k, v in signed.content["ties"].items()}
            assert shown.get("claims", []) == [c["words"] for c in signed.content["claims"]]
            quoted = {(q["story"], q["digest"]) for q in signed.content["quotes"]}
            quoted |= {
                (q["story"], q["digest"]) for c in signed.content["claims"] for q in c["quotes"]
            }
            rows = (
                session()
                .scalars(
                    select(PublishedQuote).where(
                        PublishedQuote.publication_id == made.id, PublishedQuote.theme == theme.id
                    )
                )
                .all()
            )
            for quote in rows:
                story = session().get_one(Story, quote.story_id)
                assert quote.text == story.text[quote.start : quote.end]
                assert (str(quote.story_id), sha(quote.text)) in quoted


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_what_is_published_is_exactly_what_was_signed(
    app_on_both: Application, cast_on_both: Cast, steps: list[tuple[str, int, int]]
) -> None:
    with app_on_both.app_context():
        house = House(cast_on_both)
        for step in steps:
            house.do(*step)
        house.do("sign", 1, 0)
        house.do("publish", 0, 0)


def test_the_property_is_tried_on_real_publications(app: Application, cast: Cast) -> None:
    with app.app_context():
        house = House(cast)
        for step in (("rename", 0, 0), ("claim", 0, 0), ("sign", 0, 0), ("sign", 1, 0),
                     ("publish", 0, 0), ("sign", 1, 1), ("publish", 0, 0)):  # fmt: skip
            house.do(*step)
        assert house.published == 2
