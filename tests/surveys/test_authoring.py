"""Building a survey: the draft stays whole, pages need a right, forms say no in sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.hosts.models import Dialogue, DialogueState, Organisation
from dialogue.hosts.rights import dialogue_named
from surveys import shaping, versions
from surveys.building import authoring
from surveys.building.choice_lines import choices_from_lines
from surveys.building.completeness import meters, missing
from surveys.building.kind_names import kind_names
from surveys.building.launching import open_survey
from surveys.building.ready_made import ready_made_named
from surveys.models import Survey
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Document, Question
from tests.conftest import Cast, signed_in
from tests.surveys.test_versions import eva, ours

HERE = "/sv/arbetsrum/vad-ar-viktigt/enkat"


def csrf(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, (page.status_code, page.text[-500:])
    return found.group(1)


def post(client: FlaskClient, address: str, seen_on: str = "", **fields: Any) -> TestResponse:
    token = csrf(client, seen_on or address)
    return client.post(address, data={"csrf_token": token, **fields})


def fields_of(page: str) -> dict[str, str]:
    """What the form of a question holds, as a browser would send it."""
    import html

    areas = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S)
    hidden = re.findall(r'<input[^>]*name="(seen|csrf_token)"[^>]*value="([^"]+)"', page)
    return {name: html.unescape(value) for name, value in [*areas, *hidden]}


@pytest.fixture
def draft(app: Application, cast: Cast) -> Cast:
    """The cast with a correction begun, so that there is a draft."""
    with app.app_context():
        versions.begin_correction(session(), ours(cast), by=eva(cast))
        session().commit()
    return cast


def document(app: Application, cast: Cast) -> Document:
    with app.app_context():
        return authoring.draft_document(ours(cast))


def ids(found: Document) -> list[str]:
    return [each.id for each in found.questions]


def test_a_new_question_never_takes_an_id_that_was_used(app: Application, draft: Cast) -> None:
    with app.app_context():
        survey, by = ours(draft), eva(draft)
        first = authoring.add_question(session(), survey, "beratta", "short")
        words = Localized("Vad mer?", "What more?")
        easy = Localized("Mer?", "More?")
        authoring.save_question(
            session(), survey, replace(first, text=words, easy=easy), authoring.mark_of(first)
        )
        versions.freeze(session(), survey, by=by)
        versions.begin_correction(session(), survey, by=by)
        authoring.remove_question(session(), survey, first.id)
        second = authoring.add_question(session(), survey, "beratta", "short")
        assert first.id == "fraga_1"
        assert second.id == "fraga_2"


def test_moving_leads_from_part_to_part_and_never_into_the_background(
    app: Application, draft: Cast
) -> None:
    with app.app_context():
        survey = ours(draft)
        before = ids(authoring.draft_document(survey))
        part = authoring.add_section(session(), survey)
        places = [each.id for each in authoring.draft_document(survey).sections]
        assert places == ["beratta", part.id, "bakgrund"]
        authoring.move(session(), survey, "rost", authoring.DOWN)
        assert shaping.section_of(authoring.draft_document(survey), "rost").id == part.id
        authoring.move(session(), survey, "rost", authoring.UP)
        assert ids(authoring.draft_document(survey)) == before
        with pytest.raises(Refusal):
            authoring.place(session(), survey, "berattelse", "bakgrund", 0)
        authoring.place(session(), survey, "slipper", "beratta", 0)
        assert ids(authoring.draft_document(survey))[0] == "slipper"


def test_a_copy_stands_after_its_question_with_an_id_of_its_own(
    app: Application, draft: Cast
) -> None:
    with app.app_context():
        copy = authoring.duplicate_question(session(), ours(draft), "litar")
        found = authoring.draft_document(ours(draft))
        assert ids(found)[ids(found).index("litar") + 1] == copy.id
        assert replace(copy, id="litar") == shaping.question_named(found, "litar")


def test_a_copy_of_a_part_asks_about_its_own_questions(app: Application, draft: Cast) -> None:
    with app.app_context():
        survey = ours(draft)
        old = shaping.question_named(authoring.draft_document(survey), "vart")
        rule = {"question": "litar", "op": "is", "value": "1"}
        ruled = replace(old, show_if=rule)
        authoring.save_question(session(), survey, ruled, authoring.mark_of(old))
        before = ids(authoring.draft_document(survey))
        copy = authoring.duplicate_section(session(), survey, "beratta")
        found = authoring.draft_document(survey)
        assert len(ids(found)) == len(set(ids(found))) == len(before) + len(copy.questions)
        assert [each.id for each in found.sections] == ["beratta", copy.id, "bakgrund"]
        names = dict(zip(before, [each.id for each in copy.questions], strict=False))
        copied = shaping.question_named(found, names["vart"])
        assert copied.show_if == rule | {"question": names["litar"]}
        assert shaping.question_named(found, "vart").show_if == rule


def test_what_a_rule_asks_about_cannot_be_removed(app: Application, draft: Cast) -> None:
    with app.app_context():
        survey = ours(draft)
        old = shaping.question_named(authoring.draft_document(survey), "vart")
        rule = {"question": "litar", "op": "is", "value": "1"}
        authoring.save_question(
            session(), survey, replace(old, show_if=rule), authoring.mark_of(old)
        )
        with pytest.raises(Refusal, match="Jag vet vart"):
            authoring.remove_question(session(), survey, "litar")


def test_nobody_writes_over_what_somebody_else_just_wrote(app: Application, draft: Cast) -> None:
    first, second = (signed_in(app, draft.coordinator) for _ in range(2))
    address = f"{HERE}/fraga/litar"
    mine, theirs = (fields_of(client.get(address).text) for client in (first, second))
    assert first.post(address, data=mine | {"text_sv": "Mina ord."}).status_code == 303
    refused = second.post(address, data=theirs | {"text_sv": "Deras ord."})
    assert refused.status_code == 409
    assert "Deras ord." in refused.text
    assert shaping.question_named(document(app, draft), "litar").text.sv == "Mina ord."
    again = fields_of(refused.text)
    assert second.post(address, data=again).status_code == 303
    assert shaping.question_named(document(app, draft), "litar").text.sv == "Deras ord."


def test_an_opened_version_is_not_edited_by_the_pages(app: Application, cast: Cast) -> None:
    client = signed_in(app, cast.coordinator)
    assert client.get(f"{HERE}/fraga/litar").status_code == 409
    moved = post(client, f"{HERE}/ordna", f"{HERE}/", move="litar:up")
    assert moved.status_code == 409
    assert post(client, f"{HERE}/ratta", f"{HERE}/").status_code == 303
    assert client.get(f"{HERE}/fraga/litar").status_code == 200


@pytest.mark.parametrize("who", ["host", "coordinator"])
def test_hosts_and_coordinators_build(app: Application, draft: Cast, who: str) -> None:
    client = signed_in(app, getattr(draft, who))
    assert client.get(f"{HERE}/").status_code == 200
    assert client.get(f"{HERE}/oppna").status_code == (200 if who == "coordinator" else 404)


@pytest.mark.parametrize("who", ["responder", "foreign_coordinator"])
@pytest.mark.parametrize("page", ["/", "/fraga/litar", "/del/beratta", "/provtitt", "/oppna"])
def test_others_find_nothing(app: Application, draft: Cast, who: str, page: str) -> None:
    assert signed_in(app, getattr(draft, who)).get(HERE + page).status_code == 404


def test_a_forged_request_changes_nothing(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    for address in ("/ordna", "/fraga/litar", "/del/beratta", "/oppna", "/ratta", "/slang", "/rad"):
        app.config["WTF_CSRF_ENABLED"] = True
        assert client.post(HERE + address, data={"move": "litar:up"}).status_code == 403, address


def test_choices_keep_their_ids_when_lines_move() -> None:
    old = tuple(Choice(name, Localized(name.upper(), "")) for name in "abc")
    made = choices_from_lines(old, "C\nA\nNy", "See\n–\nNew", "", "")
    assert [(each.id, each.text.sv, each.text.en) for each in made] == [
        ("c", "C", "See"), ("a", "A", ""), ("val_1", "Ny", "New"),
    ]  # fmt: skip
    reworded = choices_from_lines(old, "A\nBe\nC", "", "", "")
    assert [each.id for each in reworded] == ["a", "b", "c"]
    grown = choices_from_lines(old, "A\nB\nC\nD", "", "", "", taken={"val_1"})
    assert grown[3].id == "val_2"
    with pytest.raises(Refusal):
        choices_from_lines(old, "A\nB", "A", "", "")


LINE = st.text(alphabet="abcåäö ", min_size=1, max_size=5).map(str.strip).filter(bool)


@given(st.lists(LINE, max_size=6), st.lists(LINE, max_size=6))
def test_choices_never_share_an_id(first: list[str], then: list[str]) -> None:
    old = choices_from_lines((), "\n".join(first), "", "", "")
    new = choices_from_lines(old, "\n".join(then), "", "", "")
    assert len({each.id for each in new}) == len(new) == len(then)
    moved = {each.text.sv: each.id for each in old}
    if len(set(first)) == len(first) and len(set(then)) == len(then):
        for each in new:
            assert each.id == moved.get(each.text.sv, each.id)


def test_a_question_is_edited_in_both_languages_with_a_rule(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    address = f"{HERE}/fraga/slipper"
    form = fields_of(client.get(address).text)
    sent = client.post(
        address,
        data=form
        | {
            "text_sv": "Nytt.", "text_en": "New.", "easy_sv": "Lätt.", "easy_en": "Easy.",
            "node": "tillsammans", "join": "any",
            "rule_1": "litar|is|1", "rule_2": "poang|most|trygghet",
        },
    )  # fmt: skip
    assert sent.status_code == 303
    found = shaping.question_named(document(app, draft), "slipper")
    assert (found.text.sv, found.easy.en) == ("Nytt.", "Easy.")
    assert found.show_if == {
        "any": (
            {"question": "litar", "op": "is", "value": "1"},
            {"question": "poang", "op": "most", "value": "trygghet"},
        )
    }
    shown = client.get(address).text
    assert 'value="litar|is|1" selected' in shown.replace("selected value", "value") or (
        re.search(r'<option selected value="litar\|is\|1">', shown)
    )


def test_a_broken_rule_is_said_and_stops_the_opening(app: Application, draft: Cast) -> None:
    with app.app_context():
        survey, by = ours(draft), eva(draft)
        old = shaping.question_named(authoring.draft_document(survey), "litar")
        rule = {"question": "vart", "op": "is", "value": "1"}
        authoring.save_question(
            session(), survey, replace(old, show_if=rule), authoring.mark_of(old)
        )
        with pytest.raises(Refusal):
            open_survey(session(), dialogue_named(draft.dialogue), survey, by=by)
        session().commit()
    page = signed_in(app, draft.coordinator).get(f"{HERE}/").text
    assert "which comes later" in page or "kommer senare" in page


def test_missing_translations_are_said_and_never_filled_in_silently(
    app: Application, draft: Cast
) -> None:
    client = signed_in(app, draft.coordinator)
    address = f"{HERE}/fraga/litar"
    form = fields_of(client.get(address).text)
    assert client.post(address, data=form | {"text_en": ""}).status_code == 303
    found = document(app, draft)
    assert [slot.where for slot in missing(found, "en")] == ["litar"]
    english = next(each for each in meters(found) if each.language == "en")
    assert english.written == english.total - 1
    assert "Missing: English" in client.get(f"/en{HERE[3:]}/").text
    with app.app_context():
        survey, by = ours(draft), eva(draft)
        dialogue = dialogue_named(draft.dialogue)
        with pytest.raises(Refusal):
            open_survey(session(), dialogue, survey, by=by)
        assert open_survey(session(), dialogue, survey, by=by, english_known=True).number == 2


def test_the_preview_keeps_nothing_and_walks_like_the_form(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    page = client.get(f"{HERE}/provtitt")
    assert "/svara" not in page.text.split("<main")[1].split("</form>")[0].replace("data-", "")
    fields: dict[str, Any] = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    )
    after = client.post(f"{HERE}/provtitt", data=fields | {"go": "next", "berattelse": "Hej."})
    assert after.status_code == 200
    assert 'name="berattelse" value="Hej."' in after.text
    sent = client.post(f"{HERE}/provtitt", data=fields | {"go": "send", "berattelse": "Hej."})
    assert sent.status_code == 200
    with app.app_context():
        from dialogue.voices.models import Contribution

        assert session().scalars(select(Contribution)).all() == []
    assert client.get(f"{HERE}/provtitt?at=kommun&variant=easy").status_code == 200


def begun(**more: str) -> dict[str, str]:
    """What the page of a new dialogue sends."""
    return {
        "kind": "survey",
        "template": "pa_torget",
        "title_sv": "Hem från sjukhuset",
        "title_en": "Home from hospital",
        "host": "",
    } | more


def ground(**more: str) -> dict[str, str]:
    """What the page of a dialogue's ground sends."""
    return {
        "title_sv": "Hem från sjukhuset",
        "title_en": "Home from hospital",
        "purpose_sv": "Vi vill veta hur det är att komma hem.",
        "to_settle_sv": "Ska alla bli uppringda?",
        "about_sv": "Dagarna efter sjukhuset.",
        "can_change_sv": "Hur vi ringer upp.",
        "who_decides_sv": "Nämnden.",
        "when_answered_sv": "",
        "promise": "shape",
        "release": "all",
        "responder": "",
        "host": "",
        "answer_by": "2027-06-01",
    } | more


def organisation(app: Application, slug: str) -> str:
    with app.app_context():
        return str(
            session().scalars(select(Organisation.id).where(Organisation.slug == slug)).one()
        )


NEW = "/sv/arbetsrum/ny"
HOME = "/sv/arbetsrum/hem-fran-sjukhuset"


@pytest.mark.parametrize("template", ["", "pa_torget"])
def test_a_dialogue_opens_only_with_somebody_who_answers(
    app: Application, cast: Cast, template: str
) -> None:
    """Begun from a shape's own questions or from a ready-made survey: the same rules count."""
    client = signed_in(app, cast.coordinator)
    ask = organisation(app, "norrmark")
    made = post(client, NEW, **begun(organisation=ask, template=template))
    assert made.headers["Location"].endswith("/hem-fran-sjukhuset/grund")
    opening = post(client, f"{HOME}/enkat/oppna", f"{HOME}/enkat/", english_known="1")
    assert opening.status_code == 422
    answers = organisation(app, "storforsen")
    kept = post(client, f"{HOME}/grund", **ground(responder=answers), go="questions")
    assert kept.headers["Location"].endswith("/hem-fran-sjukhuset/enkat/")
    assert post(client, f"{HOME}/enkat/oppna").status_code == 422
    assert post(client, f"{HOME}/enkat/oppna", english_known="1").status_code == 303
    with app.app_context():
        dialogue = dialogue_named("hem-fran-sjukhuset")
        assert dialogue.state == DialogueState.OPEN
        assert dialogue.said("when_answered").sv.startswith("Senast 1 juni 2027.")
        assert dialogue.said("when_answered").en.startswith("By 1 June 2027")
        assert "minut" in dialogue.said("lead").sv and "minute" in dialogue.said("lead").en
    resident = app.test_client(use_cookies=False)
    assert resident.get("/sv/dialog/hem-fran-sjukhuset/svara").status_code == 200
    assert post(client, f"{HOME}/grund", f"{HOME}/grund", **ground()).status_code == 422


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("purpose_sv", "syftet"), ("to_settle_sv", "frågan som ska avgöras"),
        ("who_decides_sv", "vem som bestämmer"), ("promise", "välj löftet"),
        ("responder", "Ingen har lovat att svara"), ("answer_by", "vilken dag svaret senast"),
    ],
)  # fmt: skip
def test_what_is_missing_keeps_it_from_opening(
    app: Application, cast: Cast, without: str, said: str
) -> None:
    client = signed_in(app, cast.coordinator)
    post(client, NEW, **begun(organisation=organisation(app, "norrmark")))
    told = ground(responder=organisation(app, "storforsen")) | {without: ""}
    assert post(client, f"{HOME}/grund", **told).status_code == 303
    refused = post(client, f"{HOME}/enkat/oppna", f"{HOME}/enkat/", english_known="1")
    assert refused.status_code == 422
    assert said.casefold() in refused.text.casefold()
    with app.app_context():
        assert dialogue_named("hem-fran-sjukhuset").state == DialogueState.DRAFT


@pytest.mark.parametrize(
    "wrong", [{"template": "finns_inte"}, {"title_sv": ""}, {"organisation": "x"}, {"kind": "fest"}]
)
def test_a_wrong_new_dialogue_is_refused_with_the_words_kept(
    app: Application, cast: Cast, wrong: dict[str, str]
) -> None:
    client = signed_in(app, cast.coordinator)
    form = begun(organisation=organisation(app, "norrmark")) | wrong
    refused = post(client, NEW, **form)
    assert refused.status_code == 422
    assert "Home from hospital" in refused.text
    with app.app_context():
        assert len(session().scalars(select(Dialogue)).all()) == 2


@pytest.mark.parametrize(
    "wrong", [{"opens_on": "2027-02-01", "closes_on": "2027-01-01"}, {"answer_by": "i morgon"}]
)
def test_days_that_do_not_hold_are_refused_with_the_words_kept(
    app: Application, cast: Cast, wrong: dict[str, str]
) -> None:
    client = signed_in(app, cast.coordinator)
    post(client, NEW, **begun(organisation=organisation(app, "norrmark")))
    refused = post(client, f"{HOME}/grund", **ground() | wrong)
    assert refused.status_code == 422
    assert "Hur vi ringer upp." in refused.text


def test_nobody_begins_a_dialogue_for_others(app: Application, cast: Cast) -> None:
    for path in (NEW, f"{NEW}-dialog"):
        assert signed_in(app, cast.host).get(path).status_code == 404
    client = signed_in(app, cast.coordinator)
    foreign = begun(organisation=organisation(app, "sodermark"))
    assert post(client, NEW, **foreign).status_code == 422


def test_the_old_address_leads_to_the_one_page(app: Application, cast: Cast) -> None:
    client = signed_in(app, cast.coordinator)
    moved = client.get(f"{NEW}-dialog")
    assert (moved.status_code, moved.headers["Location"]) == (301, NEW)


def test_two_dialogues_with_one_title_get_addresses_of_their_own(
    app: Application, cast: Cast
) -> None:
    client = signed_in(app, cast.coordinator)
    form = begun(organisation=organisation(app, "norrmark"))
    for _turn in range(2):
        assert post(client, NEW, **form).status_code == 303
    with app.app_context():
        slugs = set(session().scalars(select(Dialogue.slug)))
        assert {"hem-fran-sjukhuset", "hem-fran-sjukhuset-2"} <= slugs


def test_advice_comes_while_writing_and_keeps_nothing(app: Application, draft: Cast) -> None:
    client = signed_in(app, draft.coordinator)
    token = csrf(client, f"{HERE}/")
    text = "Vad är viktigt för dig och hur vill du ha det?"
    answer = client.post(f"{HERE}/rad", data={"csrf_token": token, "text": text, "in": "sv"})
    assert answer.json["advice"]
    plain = client.post(f"{HERE}/rad", data={"csrf_token": token, "text": "Hej.", "in": "sv"})
    assert plain.json["advice"] == []


def test_a_document_that_would_not_read_back_is_never_written(
    app: Application, draft: Cast
) -> None:
    from surveys.questions.document import BrokenDocument

    with app.app_context():
        survey = ours(draft)
        bad = Question("Fel id", "story", Localized("Hej", "Hello"))
        with pytest.raises(BrokenDocument):
            authoring.change(
                session(), survey, lambda each: shaping.with_question(each, "beratta", bad, 0)
            )
        assert "Fel id" not in ids(authoring.draft_document(survey))


def test_a_ready_made_survey_begins_a_dialogue_without_one(app: Application, cast: Cast) -> None:
    with app.app_context():
        session().delete(ours(cast))
        session().commit()
    client = signed_in(app, cast.coordinator)
    assert "pa_torget" in client.get(f"{HERE}/").text
    assert post(client, f"{HERE}/borja", f"{HERE}/", template="finns_inte").status_code == 422
    assert post(client, f"{HERE}/borja", f"{HERE}/", template="pa_torget").status_code == 303
    made = ready_made_named("pa_torget")
    assert made is not None
    assert ids(document(app, cast)) == ids(made.document)
    with app.app_context():
        assert session().scalars(select(Survey)).all()


def test_every_kind_of_question_can_be_added_edited_and_looked_at(
    app: Application, draft: Cast
) -> None:
    client = signed_in(app, draft.coordinator)
    token = csrf(client, f"{HERE}/")
    for kind in kind_names():
        added = client.post(
            f"{HERE}/ordna", data={"csrf_token": token, "section": "beratta", "what": kind}
        )
        assert added.status_code == 303, kind
        page = client.get(added.headers["Location"])
        assert page.status_code == 200, kind
        form = fields_of(page.text) | {"text_sv": f"Ord för {kind}.", "easy_sv": "Lätt."}
        assert client.post(added.headers["Location"], data=form).status_code == 303, kind
        assert f"Ord för {kind}." in client.get(added.headers["Location"]).text
        name = added.headers["Location"].rpartition("/")[2]
        for variant in ("standard", "easy", "pictures"):
            look = client.get(f"{HERE}/provtitt?at={name}&variant={variant}")
            assert look.status_code == 200, (kind, variant)
    assert client.get(f"{HERE}/").status_code == 200


def test_a_question_of_the_bank_keeps_its_id_once_and_then_gets_another(
    app: Application, draft: Cast
) -> None:
    with app.app_context():
        survey = ours(draft)
        first = authoring.add_from_bank(session(), survey, "beratta", "en_sak")
        second = authoring.add_from_bank(session(), survey, "beratta", "en_sak")
        assert first.id == "en_sak"
        assert second.id == "fraga_1"
        with pytest.raises(Refusal):
            authoring.add_from_bank(session(), survey, "beratta", "finns_inte")


def test_the_words_for_kinds_name_every_kind() -> None:
    assert set(kind_names()) == set(KINDS)
