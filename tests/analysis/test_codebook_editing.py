"""A codebook changed by people: drafts, previews, editions, and readings that follow them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from analysis.codebook_models import CodebookDraft, CodebookEdition
from analysis.codebooks import editing, previewing
from analysis.codebooks.editing import ThemeWords
from analysis.models import AnalysisRun, Theme
from analysis.reading import choosing
from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.vision.codebook_files import codebook_from
from tests.analysis.test_reading import read, told
from tests.conftest import Cast, signed_in
from tests.stage import dialogue_of, forged_free, tell, user_of

__all__ = ["told"]
ALIKE = "Nu kom en buss i går."
BUSES = ThemeWords(
    label=Localized("Bussen går inte", "There is no bus"),
    description=Localized("", ""),
    facets={"sv": ["sista bussen har gått"], "en": ["the last bus has left"]},
    lexicon={"sv": ["buss"], "en": ["bus"]},
    ties={"tillgänglighet": 0.8},
    exemplars={
        "sv": [
            "Sista bussen hem går klockan två.",
            "Jag får be grannen om skjuts till provtagning.",
        ],
        "en": [
            "No bus on Sundays, so I walk.",
            "The timetable says one thing and the road another.",
        ],
    },
)


def stage(app: Application, cast: Cast) -> Any:
    dialogue, by = dialogue_of(cast.dialogue), user_of(cast.coordinator)
    return dialogue, by, editing.start_draft(session(), dialogue, by=by)


def test_a_new_theme_is_shown_before_it_is_kept_and_then_read_by(
    app_on_both: Application, cast_on_both: Cast, told: list[dict[str, str]]
) -> None:
    app, cast = app_on_both, cast_on_both
    buses = [
        f"Bussen {what} och jag kom inte till vårdcentralen."
        for what in ("gick inte", "var inställd", "kom aldrig", "står still", "körde förbi mig")
    ]
    with app.app_context():
        tell(cast.dialogue, [*(row["text"] for row in told), *buses], points={})
        session().commit()
    with app.app_context():
        dialogue, by, draft = stage(app, cast)
        key = editing.write_theme(session(), draft, None, BUSES, by=by)
        with pytest.raises(Refusal, match=r"Look at what the change does|Titta på"):
            editing.keep_draft(session(), dialogue, draft, "Bussarna fattades.", by=by)
        session().commit()
        previewing.preview(dialogue.id, lambda *_: None)
    with app.app_context():
        dialogue, by = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        draft = session().get_one(CodebookDraft, dialogue.id)
        assert draft.shown
        effect = draft.preview
        assert effect["stories"] == len(told) + len(buses)
        was, now, came, left = effect["themes"][key]
        assert (was, left) == (0, 0)
        assert now == came >= 3
        assert effect["moved"] >= came
        assert {to for _story, _of, to in effect["examples"]} >= {key}
        edition = editing.keep_draft(session(), dialogue, draft, "Bussarna fattades.", by=by)
        assert edition.number == 1
        session().commit()
    assert read(app, cast.dialogue) == "done"
    with app.app_context():
        run = session().scalars(select(AnalysisRun)).one()
        assert run.recipe["edition"] == 1
        assert run.recipe["codebook"].endswith(
            session().scalars(select(CodebookEdition.digest)).one()
        )
        names = {theme.proposed_sv: theme for theme in session().scalars(select(Theme))}
        assert "Bussen går inte" in names
        mine = names["Bussen går inte"].assignments
        assert sum(each.strongest for each in mine) == now


def test_a_dialogue_may_read_without_a_codebook_or_with_another(
    app: Application, cast: Cast, told: list[dict[str, str]]
) -> None:
    with app.app_context():
        tell(cast.dialogue, [row["text"] for row in told], points={})
        choosing.choose(
            session(), dialogue_of(cast.dialogue), choosing.NONE, by=user_of(cast.coordinator)
        )
        session().commit()
    assert read(app, cast.dialogue) == "done"
    with app.app_context():
        run = session().scalars(select(AnalysisRun)).one()
        assert run.recipe["codebook"] is None
        assert session().scalars(select(Theme)).all()
        dialogue, by = dialogue_of(cast.dialogue), user_of(cast.coordinator)
        with pytest.raises(Refusal):
            editing.start_draft(session(), dialogue, by=by)
        with pytest.raises(Refusal):
            choosing.choose(session(), dialogue, "finns inte", by=by)
        choosing.choose(session(), dialogue, "nhs_feedback", by=by)
        assert choosing.choice_of(session(), dialogue.id).name == "nhs_feedback"


def test_an_edition_of_another_organisation_cannot_be_chosen(app: Application, cast: Cast) -> None:
    with app.app_context():
        dialogue, by, draft = stage(app, cast)
        draft.previewed = draft.version
        edition = editing.keep_draft(session(), dialogue, draft, "Vår egen.", by=by)
        foreign = dialogue_of(cast.foreign_dialogue)
        with pytest.raises(Refusal):
            choosing.choose(
                session(), foreign, str(edition.id), by=user_of(cast.foreign_coordinator)
            )
        assert choosing.choice_of(session(), foreign.id).number is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": Localized("", "")}, "både svenska och engelska"),
        ({"label": Localized("a b c d e f g h i", "x")}, "för långt"),
        ({"label": Localized("Olika saker", "Things")}, "säger inget"),
        ({"label": Localized("jag får träffa samma person", "Person")}, "redan"),
        ({"lexicon": {"sv": ["ab"], "en": ["bus"]}}, "minst 3 bokstäver"),
        ({"exemplars": {"sv": [ALIKE, f"{ALIKE} Sedan kom ingen på hela veckan."]}}, "gemensamt"),
        ({"exemplars": {"sv": ["Bussen gick inte.", "Bussen gick inte!"]}}, "nästan likadana"),
    ],
)  # fmt: skip
def test_a_theme_that_cannot_be_read_by_is_refused_and_nothing_changes(
    app: Application, cast: Cast, change: dict[str, Any], said: str
) -> None:
    with app.app_context():
        _dialogue, by, draft = stage(app, cast)
        before, version = json.dumps(draft.document), draft.version
        with pytest.raises(Refusal) as refused:
            editing.write_theme(session(), draft, None, replace(BUSES, **change), by=by)
        assert said in refused.value.sentence
        assert json.dumps(draft.document) == before
        assert draft.version == version


def test_a_theme_that_is_removed_leaves_no_border_behind(app: Application, cast: Cast) -> None:
    with app.app_context():
        _dialogue, by, draft = stage(app, cast)
        borders = {
            one
            for theme in draft.document["theme"]
            for story in theme["exemplars"]
            for one in story["border"]
        }
        key = sorted(borders)[0]
        editing.remove_theme(session(), draft, key, by=by)
        book = codebook_from(draft.document)
        assert key not in {theme.key for theme in book.themes}


def test_the_effect_counts_who_comes_and_who_leaves() -> None:
    was = {"1": "a", "2": "a", "3": "", "4": "b"}
    now = {"1": "a", "2": "c", "3": "c", "4": "b"}
    effect = previewing.effect(was, now)
    assert effect["moved"] == 2
    assert effect["themes"] == {
        "": [1, 0, 0, 1], "a": [2, 1, 0, 1], "b": [1, 1, 0, 0], "c": [0, 2, 2, 0],
    }  # fmt: skip
    assert sorted(effect["examples"]) == [["2", "a", "c"], ["3", "", "c"]]


def press(app: Application, client: Any, address: str, **fields: Any) -> Any:
    return client.post(address, data={"csrf_token": forged_free(client, app), **fields},
                       content_type="multipart/form-data")  # fmt: skip


def test_a_coordinator_writes_a_codebook_for_another_subject_in_the_browser(
    app: Application, cast: Cast
) -> None:
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/kodbok"
    assert press(app, client, f"{room}/andra", way="new").status_code == 409
    names = {"name-sv": "Skolan", "name-en": "School"}
    assert press(app, client, f"{room}/andra", way="new", **names).status_code == 303
    assert press(app, client, f"{room}/utkast/prova").status_code == 409, "no theme yet"
    page = client.get(f"{room}/utkast/tema/nytt").text
    assert 'name="tie-trygghet"' in page
    bad = press(
        app, client, f"{room}/utkast/tema/nytt", **{"label-sv": "Maten", "facets-sv": "kall soppa"}
    )
    assert bad.status_code == 422
    assert "kall soppa" in bad.text
    theme = {
        "label-sv": "Maten i matsalen", "label-en": "The food at school", "tie-trygghet": "7",
        "facets-sv": "kall soppa\r\n\r\nkall soppa",
        "stories-sv": "Ärtsoppan var kall.\r\n\r\nDet var kö.",
    }  # fmt: skip
    assert press(app, client, f"{room}/utkast/tema/nytt", **theme).status_code == 303
    with app.app_context():
        (kept,) = session().scalars(select(CodebookDraft)).one().document["theme"]
        assert kept["facets"] == {"sv": ["kall soppa"], "en": ["kall soppa"]}
        assert kept["ties"] == {"trygghet": 0.7}
        assert [one["text"] for one in kept["exemplars"]] == ["Ärtsoppan var kall.", "Det var kö."]
        assert kept["description"] == {"sv": "Maten i matsalen", "en": "The food at school"}
    late = press(app, client, f"{room}/utkast/tema/{kept['key']}", version="1", **theme)
    assert late.status_code == 409
    assert "Maten i matsalen" in late.text
    assert press(app, client, f"{room}/utkast/prova").status_code == 303
    draft = client.get(f"{room}/utkast").text
    assert 'name="note"' in draft
    assert press(app, client, f"{room}/utkast/behall").status_code == 409, "why is missing"
    assert press(app, client, f"{room}/utkast/behall", note="Om skolan.").status_code == 303
    shared = client.get(f"{room}/fil")
    assert shared.headers["Content-Type"].startswith("application/json")
    book = codebook_from(json.loads(shared.data))
    assert book.text.sv == "Skolan"
    file = {"file": (io.BytesIO(shared.data), "skolan.json")}
    assert press(app, client, f"{room}/andra", way="file", **file).status_code == 303
    assert press(app, client, f"{room}/utkast/slang").status_code == 303
    assert client.get(f"{room}/utkast").status_code == 404


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\xff", b'{"theme": 3}', b"[1]", b'{"key": {"a": 1}, "theme": [{}]}']
)
def test_a_file_that_is_no_codebook_gets_a_sentence(
    app: Application, cast: Cast, data: bytes
) -> None:
    client = signed_in(app, cast.coordinator)
    room = f"/sv/arbetsrum/{cast.dialogue}/kodbok"
    answer = press(app, client, f"{room}/andra", way="file", file=(io.BytesIO(data), "x.json"))
    assert answer.status_code == 409
    with app.app_context():
        assert session().scalars(select(CodebookDraft)).first() is None
