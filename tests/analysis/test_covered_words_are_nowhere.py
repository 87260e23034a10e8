"""Covered words are nowhere but in the original that is kept apart: no page, file or table."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.claim_models import Claim
from analysis.desk.deciding import Decided, decide
from analysis.models import Theme, ThemeStory
from analysis.stories.searching import index_missing
from analysis.themes.signatures import freeze
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.voices.models import Story
from tests.conftest import Cast, play, signed_in
from tests.databases import SqliteFiles
from tests.stage import (
    claim_on,
    everything_in,
    gather,
    publish_at_once,
    signer,
    tell,
    user_of,
)

SECRETS = ("Hildegunn", "Skråvelmyran", "070-123 45 67", "Tallkottsgränd 7B", "zqx-ordet")
KEPT_APART = {"story_original"}


def stage(cast: Cast, *, public: bool) -> tuple[Theme, list[Story]]:
    """Ten stories that hold every secret, in a theme whose quotes and claims repeat them.

    Its proposed name does too, unless it is signed and published: a signed name is kept as it is.
    """
    told = [
        f"Berättelse {n}: {SECRETS[0]} i {SECRETS[1]} ringde {SECRETS[2]} och bor på "
        f"{SECRETS[3]}. Vi sade {SECRETS[4]} och väntade. {SECRETS[0]} kom aldrig."
        for n in range(10)
    ]
    stories = tell(cast.dialogue, told)
    name = "Att vänta" if public else f"Att vänta på {SECRETS[0]}"
    theme = gather(cast.dialogue, name, stories, quotes=4)
    theme.keywords = {"sv": ["vänta", SECRETS[0].lower(), SECRETS[1].lower()], "en": ["wait"]}
    claim_on(theme, stories[:3], words=f"De väntade på {SECRETS[0]} i {SECRETS[1]}.", end=70)
    index_missing(session())
    if public:
        freeze(session(), theme, signer().id)
        publish_at_once(cast.dialogue, cast.coordinator)
    session().flush()
    return theme, stories


def covers_of_all(story: Story, secrets: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
    found = []
    for secret in secrets:
        at = story.text.find(secret)
        while at >= 0:
            found.append((at, at + len(secret), "other"))
            at = story.text.find(secret, at + 1)
    return tuple(found)


def said(text: str, secrets: tuple[str, ...]) -> list[str]:
    return [secret for secret in secrets if secret.casefold() in text.casefold()]


def rows_that_say(app: Application, secrets: tuple[str, ...]) -> set[str]:
    """The tables in which a secret stands, but those that keep originals apart."""
    return {
        table
        for table, rows in everything_in(app).items()
        if table not in KEPT_APART and said("".join(rows), secrets)
    }


def test_no_page_and_no_file_says_them(app: Application, cast: Cast) -> None:
    with app.app_context():
        theme, stories = stage(cast, public=True)
        session().commit()
        theme_key, keys = theme.id, [story.id for story in stories]
        claim = session().query(Claim).one().id
    coordinator = signed_in(app, cast.coordinator)
    assert said(coordinator.get(f"/sv/arbetsrum/{cast.dialogue}/berattelser").text, SECRETS)
    with app.app_context():
        by = user_of(cast.coordinator)
        for key in keys:
            story = session().get_one(Story, key)
            decide(
                session(), story, Decided("covered", covers=covers_of_all(story, SECRETS)), by=by
            )
            session().commit()
    assert rows_that_say(app, SECRETS) == set()
    looked = 0
    for address in addresses(app, cast, theme_key, keys[0], claim):
        for client in (signed_in(app, cast.coordinator), app.test_client(use_cookies=False)):
            answer = client.get(address)
            looked += 1
            assert said(words_of(answer.get_data()), SECRETS) == [], address
    for secret in SECRETS:
        found = coordinator.get(
            f"/sv/arbetsrum/{cast.dialogue}/berattelser", query_string={"words": secret}
        )
        assert "0 berättelser" in found.text, secret
    assert looked > 60


def words_of(body: bytes) -> str:
    """A page or file as text; what an Excel file or a zip holds, unpacked."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return " ".join(packed.read(name).decode("utf-8", "ignore") for name in packed.namelist())


def addresses(
    app: Application, cast: Cast, theme: uuid.UUID, story: uuid.UUID, claim: uuid.UUID
) -> Iterator[str]:
    values: dict[str, object] = {
        "language": "sv", "dialogue": cast.dialogue, "theme": theme, "story": story,
        "claim": claim,
    }  # fmt: skip
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        forms = ("csv", "jsonl", "json", "xlsx") if "form" in rule.arguments else ("",)
        for form in forms:
            filled = values | {"form": form}
            if rule.arguments <= set(filled):
                yield adapter.build(rule.endpoint, {n: filled[n] for n in rule.arguments})


@settings(
    max_examples=5,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    order=st.permutations(range(10)),
    which=st.lists(st.sets(st.sampled_from(SECRETS), min_size=1), min_size=10, max_size=10),
    published_first=st.booleans(),
)
def test_whatever_is_covered_in_whatever_order(
    sqlite_files: SqliteFiles,
    tmp_path_factory: pytest.TempPathFactory,
    app_on: Callable[[str], Application],
    order: list[int],
    which: list[set[str]],
    published_first: bool,
) -> None:
    """After every step, what is covered in all stories that hold it stands in no table."""
    folder: Path = tmp_path_factory.mktemp("covered")
    with sqlite_files.fresh(folder) as url:
        app = app_on(url)
        cast = play(app)
        with app.app_context():
            _theme, stories = stage(cast, public=published_first)
            keys = [story.id for story in stories]
            session().commit()
        for place in order:
            secrets = tuple(sorted(which[place]))
            with app.app_context():
                story = session().get_one(Story, keys[place])
                covers = covers_of_all(story, secrets)
                decide(
                    session(), story, Decided("covered", covers=covers),
                    by=user_of(cast.coordinator),
                )  # fmt: skip
                session().commit()
                assert said(session().get_one(Story, keys[place]).text, secrets) == []
                whole = [session().get_one(Story, key).text for key in keys]
                names = [each.proposed_sv for each in session().query(Theme)]
                assert session().query(ThemeStory).count() == 10
            gone = tuple(secret for secret in SECRETS if not any(secret in text for text in whole))
            assert rows_that_say(app, gone) == set()
            assert said(" ".join(names), secrets) == []
