"""What people decide survives any sequence of readings and edits, and undoing leaves nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.claim_models import Claim, ClaimState
from analysis.claims.evidence import fault_of_claim
from analysis.models import ON_THE_BOARD, StoryOutcome, Theme, ThemeAct, ThemeState, ThemeStory
from analysis.themes.acting import (
    confirm_place,
    confirm_ties,
    drop_theme,
    keep_theme,
    make_theme,
    merge_themes,
    move_stories,
    rename_theme,
    split_theme,
)
from analysis.themes.history import acts_of, decided_in, undo
from analysis.themes.splitting import parts_of
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.hosts.models import Dialogue, DialogueState
from dialogue.voices.models import Story
from tests.analysis.room import EMBEDDER, KINDS, places_of, read, stories_of, texts
from tests.conftest import Cast
from tests.stage import claim_on, dialogue_of, tell, user_of
from tests.survey import TEXTS

T = ("trygghet", "tillgänglighet", "tillsammans")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "read",
                "more",
                "keep",
                "rename",
                "drop",
                "merge",
                "split",
                "move",
                "make",
                "stands",
                "tie",
                "claim",
                "undo",
            ]
        ),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    min_size=3,
    max_size=11,
)


@dataclass
class Told:
    """One act as the test remembers it: what it should still mean, whatever comes after."""

    number: int
    kind: str
    theme: uuid.UUID | None
    stories: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    into: uuid.UUID | None = None
    name: tuple[str, str] = ("", "")
    ties: tuple[uuid.UUID, tuple[str, ...]] | None = None
    made: tuple[uuid.UUID, ...] = ()
    undone: bool = False


class Room:
    """A dialogue that people and the machine work in, and a memory of what people did."""

    def __init__(self, cast: Cast) -> None:
        home = dialogue_of(cast.dialogue)
        self.people = (user_of(cast.coordinator), user_of(cast.reviewer))
        self.eva = self.people[0]
        self.claims: dict[uuid.UUID, tuple[str, str]] = {}
        self.slug = f"rum-{uuid.uuid4().hex[:12]}"
        self.dialogue = Dialogue(
            slug=self.slug, organisation_id=home.organisation_id, texts=TEXTS,
            state=DialogueState.OPEN,
        )  # fmt: skip
        session().add(self.dialogue)
        session().flush()
        for kind in KINDS:
            tell(self.slug, texts(kind, 6))
        session().commit()
        self.log: list[Told] = []
        self.told = 6
        read(self.dialogue.id)

    def themes(self) -> list[Theme]:
        """The themes that can be worked with: on the board and with a story, or named."""
        inside = set(places_of(self.dialogue.id).values())
        mine = session().query(Theme).filter(Theme.dialogue_id == self.dialogue.id)
        alive = [t for t in mine if t.state in ON_THE_BOARD and (t.id in inside or t.by_hand)]
        return sorted(alive, key=lambda theme: theme.machine_key)

    def do(self, step: str, one: int, two: int) -> None:
        if step == "read":
            read(self.dialogue.id)
            return
        if step == "more":
            tell(self.slug, texts(list(KINDS)[one % len(KINDS)], 2, first=self.told))
            self.told += 2
            session().commit()
            return
        themes = self.themes()
        self.eva = self.people[two % 2]
        if step == "undo":
            self.undo(one)
        elif themes:
            getattr(self, step)(themes[one % len(themes)], themes, two)
        session().commit()

    def remember(self, kind: str, theme: uuid.UUID | None, **more: Any) -> None:
        number = max(act.number for act in acts_of(session(), self.dialogue.id))
        self.log.append(Told(number, kind, theme, **more))

    def keep(self, theme: Theme, themes: list[Theme], two: int) -> None:
        keep_theme(session(), theme, by=self.eva)
        self.remember("kept", theme.id)

    def rename(self, theme: Theme, themes: list[Theme], two: int) -> None:
        name = (f"Namn {two}", f"Name {two}")
        rename_theme(session(), theme, *name, by=self.eva)
        self.remember("renamed", theme.id, name=name)

    def drop(self, theme: Theme, themes: list[Theme], two: int) -> None:
        drop_theme(session(), theme, by=self.eva, reason="Det hör inte hit.")
        self.remember("dropped", theme.id)

    def merge(self, theme: Theme, themes: list[Theme], two: int) -> None:
        into = themes[two % len(themes)]
        inside = [s for s, t in places_of(self.dialogue.id).items() if t == theme.id]
        if into.id == theme.id:
            with pytest.raises(Refusal):
                merge_themes(session(), theme, into, by=self.eva)
            return
        merge_themes(session(), theme, into, by=self.eva)
        stories = dict.fromkeys(inside, into.id)
        self.remember("merged", theme.id, stories=stories, into=into.id)

    def split(self, theme: Theme, themes: list[Theme], two: int) -> None:
        parts = parts_of(session(), theme, 2 + two % 2, EMBEDDER.key).parts
        if len(parts) < 2:
            return
        names = [(f"Del {two} {n}", f"Part {two} {n}") for n in range(len(parts) - 1)]
        made = split_theme(session(), theme, parts, names, by=self.eva)
        stories = {
            story: new.id
            for new, part in zip(made, parts[1:], strict=True)
            for story in part.stories
        }
        self.remember("split", theme.id, stories=stories, made=tuple(new.id for new in made))

    def move(self, theme: Theme, themes: list[Theme], two: int) -> None:
        chosen = stories_of(self.dialogue.id)[two % 7 :: 11]
        move_stories(session(), chosen, theme, by=self.eva)
        self.remember("moved", theme.id, stories=dict.fromkeys([s.id for s in chosen], theme.id))

    def make(self, theme: Theme, themes: list[Theme], two: int) -> None:
        chosen = stories_of(self.dialogue.id)[two % 5 :: 13]
        new = make_theme(session(), self.dialogue, f"Nytt {two}", "", chosen, by=self.eva)
        stories = dict.fromkeys([s.id for s in chosen], new.id)
        name = (f"Nytt {two}", "")
        self.remember("made", new.id, stories=stories, made=(new.id,), name=name)

    def stands(self, theme: Theme, themes: list[Theme], two: int) -> None:
        """Say of one of its stories that it stands in the right theme."""
        inside = sorted(s for s, t in places_of(self.dialogue.id).items() if t == theme.id)
        if inside:
            story = session().get_one(Story, inside[two % len(inside)])
            confirm_place(session(), story, theme, by=self.eva)
            self.remember("moved", theme.id, stories={story.id: theme.id})

    def tie(self, theme: Theme, themes: list[Theme], two: int) -> None:
        stories = stories_of(self.dialogue.id)
        story = stories[two % len(stories)]
        nodes = tuple(node for at, node in enumerate(T) if two >> at & 1)
        confirm_ties(session(), story, "framtidsbild", nodes, by=self.eva)
        self.remember("tied", None, ties=(story.id, nodes))

    def claim(self, theme: Theme, themes: list[Theme], two: int) -> None:
        stories = stories_of(self.dialogue.id)
        words = f"Påstående {len(self.claims)}."
        made = claim_on(theme, [stories[two % len(stories)]], words=words)
        self.claims[made.id] = (words, made.evidence[0].text)

    def undo(self, one: int) -> None:
        standing = [told for told in self.log if not told.undone]
        if standing:
            told = standing[one % len(standing)]
            undo(session(), self.dialogue.id, told.number, by=self.eva)
            told.undone = True

    def expected(self) -> dict[uuid.UUID, uuid.UUID]:
        """Where every story that a person placed must be."""
        gone = {theme for told in self.log if told.undone for theme in told.made}
        standing = [t for t in self.log if not t.undone and t.theme not in gone]
        merged: dict[uuid.UUID, uuid.UUID] = {}
        placed: dict[uuid.UUID, uuid.UUID] = {}
        for told in standing:
            if told.into is not None:
                if told.into in gone or home(merged, told.into) == told.theme:
                    continue
                merged[told.theme] = told.into
            placed |= told.stories
        return {story: home(merged, theme) for story, theme in placed.items()}

    def check(self) -> None:
        places = places_of(self.dialogue.id)
        for story, theme in self.expected().items():
            assert places.get(story) == theme, "a story left the place that a person gave it"
        gone = {theme for told in self.log if told.undone for theme in told.made}
        names: dict[uuid.UUID, tuple[str, str]] = {}
        for told in self.log:
            if told.theme is None:
                continue
            theme = session().get(Theme, told.theme)
            assert theme is not None, "a theme with a person's act is gone"
            if not told.undone and told.theme not in gone and told.kind in ("renamed", "made"):
                names[told.theme] = told.name
        for key, name in names.items():
            theme = session().get_one(Theme, key)
            assert (theme.given_sv, theme.given_en) == name
        self.check_states(gone)
        self.check_ties_and_claims()
        for told in self.log:
            act = session().get_one(ThemeAct, told.number)
            assert (act.kind, act.theme_id, act.undone_by is not None) == (
                told.kind, told.theme, told.undone,
            )  # fmt: skip

    def check_ties_and_claims(self) -> None:
        standing = [told.ties for told in self.log if told.ties and not told.undone]
        said = decided_in(session(), self.dialogue.id).ties
        assert {story: ties["framtidsbild"] for story, ties in said.items()} == dict(standing)
        for key, (words, quote) in self.claims.items():
            claim = session().get(Claim, key)
            assert claim is not None, "a claim that a person wrote is gone"
            assert (claim.words_sv, claim.state) == (words, ClaimState.ACCEPTED)
            assert [each.text for each in claim.evidence] == [quote]
            assert not fault_of_claim(claim)
            assert session().get(Theme, claim.theme_id) is not None

    def check_states(self, gone: set[uuid.UUID]) -> None:
        for theme in session().query(Theme).filter(Theme.dialogue_id == self.dialogue.id):
            acts = [t for t in self.log if t.theme == theme.id and not t.undone]
            if theme.id in gone:
                assert theme.state == ThemeState.UNDONE
            elif any(t.kind == "merged" and t.into not in gone for t in acts):
                assert theme.state == ThemeState.MERGED
            else:
                said = [t.kind for t in acts if t.kind in ("kept", "dropped")]
                assert theme.state == (said[-1] if said else ThemeState.CANDIDATE)

    def undo_everything(self) -> None:
        for told in reversed([told for told in self.log if not told.undone]):
            undo(session(), self.dialogue.id, told.number, by=self.eva)
        session().commit()


def home(merged: dict[uuid.UUID, uuid.UUID], theme: uuid.UUID) -> uuid.UUID:
    while theme in merged:
        theme = merged[theme]
    return theme


def only_the_machine(dialogue: uuid.UUID) -> None:
    """Every place is the machine's own word, and no theme carries a person's mark."""
    themes = {t.machine_key: t for t in session().query(Theme).filter_by(dialogue_id=dialogue)}
    places = places_of(dialogue)
    for outcome in session().query(StoryOutcome).filter_by(dialogue_id=dialogue):
        proposed = [themes[key].id for key, _strength in outcome.placed if key in themes]
        assert places.get(outcome.story_id) == (proposed[0] if proposed else None)
    assert not [t for t in themes.values() if t.given_sv or t.merged_into]
    assert {t.state for t in themes.values()} <= {ThemeState.CANDIDATE, ThemeState.UNDONE}
    mine = [theme.id for theme in themes.values()]
    by_people = (
        session()
        .query(ThemeStory)
        .filter(ThemeStory.theme_id.in_(mine), ThemeStory.act.is_not(None))
    )
    assert by_people.count() == 0


def examples(count: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@examples(25)
@given(steps=STEPS)
def test_decisions_survive_any_sequence(
    app: Application, cast: Cast, steps: list[tuple[str, int, int]]
) -> None:
    play(app, cast, steps)


@examples(4)
@given(steps=STEPS)
def test_decisions_survive_on_both_databases(
    app_on_both: Application, cast_on_both: Cast, steps: list[tuple[str, int, int]]
) -> None:
    play(app_on_both, cast_on_both, steps)


def play(app: Application, cast: Cast, steps: list[tuple[str, int, int]]) -> None:
    """Do the steps, look after each of them, read again, and take everything back."""
    with app.app_context():
        room = Room(cast)
        for step in steps:
            room.do(*step)
            room.check()
        read(room.dialogue.id)
        room.check()
        room.undo_everything()
        only_the_machine(room.dialogue.id)
        read(room.dialogue.id)
        only_the_machine(room.dialogue.id)
