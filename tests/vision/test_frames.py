"""Every frame says what its document says, and a broken frame says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.vision.frames import Frame, load_frames
from dialogue.vision.tables import VisionError

STATEMENTS = {
    "trygghet": [
        (
            "Jag känner mig trygg med att jag enkelt får hjälp och stöd när jag behöver och får "
            "förutsättningar att klara mig själv."
        ),
        "Jag och alla parter samarbetar, vilket skapar kontinuitet och trygghet för mig.",
        "Jag får ett gott bemötande och upplever engagemang i det vi gör tillsammans.",
    ],
    "tillgänglighet": [
        "Jag vet vem jag ska kontakta, eller får hjälp att ta den kontakt som behövs.",
        (
            "Jag blir inte hänvisad runt och jag kan välja mellan olika kontaktvägar beroende på vad "  # noqa: E501
            "som passar mig."
        ),
        "Jag kan ha möten digitalt när det går och fysiskt när det krävs.",
        "För mig är vården en jämlik tjänst som är proaktiv och hälsofrämjande.",
    ],
    "tillsammans": [
        "Jag möts av människor som är intresserade av mig som person.",
        "Utifrån mina behov skapar vi tillsammans bra förutsättningar för min hälsa.",
        (
            "Jag märker aldrig av gränserna mellan olika aktörer eftersom samverkan och "
            "kommunikation fungerar bra."
        ),
    ],
}

SHIFTS = [
    "Från fokus på organisation till fokus på person och relation",
    "Från isolerade vård- och omsorgsinsatser till samordning utifrån personens fokus",
    "Från reaktiv till proaktiv och hälsofrämjande",
    "Från invånare och patienter som passiva mottagare till aktiva medskapare",
]

STRATEGIES = [
    "Med hälsan i fokus",
    "Ledarskap som gör det möjligt",
    "Tillsammans för invånaren",
    "En attraktiv arbetsplats",
    "Behoven i centrum för utvecklingen",
    "Digitalisering som ett verktyg",
    "Prioriteringar som stödjer Nära vård",
    "Kommunikation – nyckeln till en lyckad förändringsresa",
]

AREAS = [
    "Kontinuitet i primärvården, inklusive fast läkarkontakt",
    "Tillgänglighet i primärvården",
    "Förebyggande och hälsofrämjande arbete i hälso- och sjukvården",
    "Habiliterande och rehabiliterande arbete i hälso- och sjukvården",
    "Personcentrering av hälso- och sjukvården",
    "Planering och samverkan mellan kommun och region för hälso- och sjukvården",
    "Kompetensförsörjning och arbetsmiljö i primärvården",
    "Utveckling av primärvården i landsbygd och glesbygd",
]

DIRECTIONS = [
    "Mer hälsofrämjande och förebyggande insatser",
    "Ökad personcentrering och delaktighet",
    "Stärkt gemensam primärvård",
    "Öppnare vårdformer",
]

OWN_FRAME = """
key = "halland"
text = { sv = "Hallands målbild", en = "The goals of Halland" }
source = { file = "halland.txt", quote = "Vår målbild." }
[[node]]
key = "nara"
kind = "value"
text = { sv = "Nära", en = "Close" }
source = { file = "halland.txt", quote = "Vården är nära." }
"""


@pytest.fixture(scope="module")
def frames() -> dict[str, Frame]:
    return load_frames()


def texts(frame: Frame, kind: str) -> list[str]:
    return [node.text.sv for node in frame.of_kind(kind)]


def test_the_vision_holds_ten_statements_under_three_words(
    frames: dict[str, Frame],
) -> None:
    vision = frames["framtidsbild"]
    assert [node.key for node in vision.top] == [
        "trygghet",
        "tillgänglighet",
        "tillsammans",
    ]
    said = {top.key: [node.text.sv for node in vision.under(top.key)] for top in vision.top}
    assert said == STATEMENTS


def test_the_statements_are_quoted_as_they_stand_but_for_one_slip(
    frames: dict[str, Frame],
) -> None:
    statements = frames["framtidsbild"].of_kind("statement")
    changed = [node for node in statements if node.source.quote != node.text.sv]
    assert [node.key for node in changed] == ["gott_bemotande"]
    slip = changed[0]
    assert slip.source.quote.replace("Jag fårett", "Jag får ett") == slip.text.sv
    assert slip.note is not None and "Jag fårett" in slip.note.sv
    assert {node.source.file for node in statements} == {"002_78ae23b8fa182716.txt"}


def test_the_other_frames_hold_what_their_documents_list(
    frames: dict[str, Frame],
) -> None:
    assert texts(frames["perspektivskiften"], "shift") == SHIFTS
    assert texts(frames["strategier"], "strategy") == STRATEGIES
    assert texts(frames["omraden_2025"], "area") == AREAS
    assert texts(frames["norrbotten"], "direction") == DIRECTIONS
    assert texts(frames["vasternorrland"], "principle") == [
        "Förebyggande/främjande och tidiga insatser",
        "Lokal samverkan",
        "Digitalisering",
    ]


def test_each_shift_tells_where_things_stand_and_what_is_wanted(
    frames: dict[str, Frame],
) -> None:
    shifts = frames["perspektivskiften"]
    assert len(shifts.top) == 4
    for shift in shifts.top:
        assert [node.kind for node in shifts.under(shift.key)] == ["now", "wanted"]
    assert shifts.node("samordning_onskat").text.sv.endswith(
        "Gränser mellan de som utför tjänsterna märks inte av."
    )


def test_source_sentences_keep_the_line_breaks_of_their_document(
    frames: dict[str, Frame],
) -> None:
    early = frames["vasternorrland"].node("tidiga_insatser").source
    assert early.file == "003_8fc4db26b63b497e.txt"
    assert early.quote == (
        "För att möta framtidens behov av vård och omsorg behöver behovet förskjutas och "
        "förminskas, för \natt det ska vara möjligt är förebyggande/främjande och tidiga "
        "insatser, lokal samverkan respektive \ndigitalisering tre vägledande principer i allt "
        "arbete."
    )
    assert "\n" not in early.sentence and "respektive digitalisering" in early.sentence


def test_no_english_text_is_the_swedish_one_again(frames: dict[str, Frame]) -> None:
    for frame in frames.values():
        for node in frame:
            assert node.text.en != node.text.sv, node.name


def test_a_county_adds_its_frame_by_adding_a_file(tmp_path: Path) -> None:
    (tmp_path / "halland.toml").write_text(OWN_FRAME, encoding="utf-8")
    frames = load_frames(tmp_path)
    assert set(frames) - set(load_frames()) == {"halland"}
    assert frames["halland"].node("nara").name == "halland/nara"
    with pytest.raises(KeyError, match="halland/borta"):
        frames["halland"].node("borta")


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('"Nära", en = "Close"', '"Nära"', "node “nara” has no English “text”."),
        (
            '"Nära", en = "Close"',
            '"Nära", en = " "',
            "node “nara” has no English “text”.",
        ),
        (
            '"Nära", en = "Close"',
            '"Nära", en = "Close", de = "Nah"',
            "has “de”, which is not",
        ),
        (
            'kind = "value"',
            'kind = "value"\nparent = "hem"',
            "under “hem”, which is not a node",
        ),
        ('kind = "value"', 'kind = "value"\nparent = "nara"', "“nara” under itself."),
        (
            'kind = "value"',
            'kind = "value"\ncolour = "red"',
            "has “colour”, which is not known",
        ),
        ('kind = "value"', "", "node “nara” has no “kind”."),
        ('key = "nara"', 'key = "na/ra"', "has a key with a slash in it."),
        ('key = "nara"', "", "node 1 has no “key”."),
        (
            'key = "halland"',
            'key = "norrbotten"',
            "“norrbotten”, which another frame has",
        ),
        (
            '"Vården är nära."',
            '"Vården är god."',
            "its source sentence does not contain",
        ),
        ("[[node]]", "[[node", "the file is not valid TOML"),
    ],
)
def test_a_broken_frame_says_what_is_wrong(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    assert right in OWN_FRAME
    (tmp_path / "halland.toml").write_text(OWN_FRAME.replace(right, wrong), encoding="utf-8")
    with pytest.raises(VisionError) as refused:
        load_frames(tmp_path)
    assert str(refused.value).startswith("halland.toml: ")
    assert sentence in str(refused.value)


def test_two_nodes_cannot_share_a_key(tmp_path: Path) -> None:
    node = OWN_FRAME[OWN_FRAME.index("[[node]]") :]
    (tmp_path / "halland.toml").write_text(OWN_FRAME + node, encoding="utf-8")
    with pytest.raises(VisionError, match="two nodes with the key “nara”"):
        load_frames(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="there is no such folder"):
        load_frames(tmp_path / "borta")
