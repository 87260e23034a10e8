"""Building a survey: parts and questions, moved, copied, changed and guarded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.app import Application
from dialogue.ground.db import session
from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from surveys import shaping, versions
from surveys.building import authoring
from surveys.building.choice_lines import choices_from_lines
from surveys.building.kind_names import kind_names
from surveys.questions.catalogue import KINDS
from surveys.questions.document import Choice, Question
from tests.conftest import Cast, signed_in
from tests.surveys.drafting import HERE, csrf, document, fields_of, ids, post
from tests.surveys.test_versions import eva, ours


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
