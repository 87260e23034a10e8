"""The safety desk's rules: what is covered, by which mark, and the reasons a decision may have.

The rules stand beside each item on the desk, in the reader's language; a decision remembers the
version it was made by.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ground.localized import Localized

VERSION = "2026-11-23"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a span may be, the mark that covers it, and the rule that decides."""

    key: str
    text: Localized
    mark: Localized
    rule: Localized

    def mark_in(self, language: str) -> str:
        """The mark in the language of the story."""
        return self.mark.sv if language == "sv" else self.mark.en


def _kind(key: str, names: tuple[str, str], marks: tuple[str, str], rules: tuple[str, str]) -> Kind:
    return Kind(key, Localized(*names), Localized(*marks), Localized(*rules))


_KINDS = (
    _kind(
        "number",
        ("Personnummer", "Personal identity number"),
        ("[personnummer]", "[identity number]"),
        ("Täck alltid, även delar av numret.", "Always cover it, parts of the number too."),
    ),
    _kind(
        "phone",
        ("Telefonnummer", "Phone number"),
        ("[telefonnummer]", "[phone number]"),
        (
            "Täck. Ett nummer till växeln, 112 eller 1177 kan stå kvar.",
            "Cover it. A switchboard, 112 or 1177 may stand.",
        ),
    ),
    _kind(
        "mail",
        ("E-post", "E-mail"),
        ("[e-post]", "[e-mail]"),
        ("Täck alltid.", "Always cover it."),
    ),
    _kind(
        "address",
        ("Adress", "Address"),
        ("[adress]", "[address]"),
        (
            "Täck gatan och numret. En vårdcentrals namn kan stå kvar.",
            "Cover the street and the number. The name of a health centre may stand.",
        ),
    ),
    _kind(
        "name",
        ("Namn", "Name"),
        ("[namn]", "[name]"),
        (
            (
                "Täck namn på patienter, närstående och personal. Den som talar i sitt ämbete, "
                "till exempel ett regionråd, kan stå kvar."
            ),
            (
                "Cover the names of patients, relatives and staff. Somebody who speaks in public "
                "office, such as a regional commissioner, may stand."
            ),
        ),
    ),
    _kind(
        "place",
        ("Plats med få människor", "Place with few people"),
        ("[plats]", "[place]"),
        (
            (
                "Täck byar och små orter när resten av berättelsen kan peka på någon, till exempel "
                "en ovanlig sjukdom. En kommun eller stad kan stå kvar."
            ),
            (
                "Cover villages and small places when the rest of the story may point at somebody, "
                "such as a rare illness. A municipality or a town may stand."
            ),
        ),
    ),
    _kind(
        "link",
        ("Länk", "Link"),
        ("[länk]", "[link]"),
        (
            "Täck länkar till personers sidor och konton. En myndighets sida kan stå kvar.",
            "Cover links to people's pages and accounts. An authority's page may stand.",
        ),
    ),
    _kind(
        "plate",
        ("Bilnummer", "Car registration"),
        ("[bilnummer]", "[car registration]"),
        ("Täck alltid.", "Always cover it."),
    ),
    _kind(
        "other",
        ("Annat som pekar på någon", "Something else that points at somebody"),
        ("[borttaget]", "[removed]"),
        (
            (
                "Läs allt tillsammans: en ovanlig sjukdom, ett yrke och en ort kan räcka. "
                "Täck så lite som möjligt."
            ),
            (
                "Read it all together: a rare illness, an occupation and a place may be enough. "
                "Cover as little as you can."
            ),
        ),
    ),
)
KINDS: dict[str, Kind] = {kind.key: kind for kind in _KINDS}


@dataclass(frozen=True, slots=True)
class Code:
    """A reason. ``kinds`` are the decisions it can be given for; ``mark`` is how it is said of one
    marked place that is let stand, empty where it is no reason for that."""

    key: str
    kinds: tuple[str, ...]
    text: Localized
    mark: Localized = Localized("", "")


def _code(key: str, kinds: tuple[str, ...], sv: str, en: str) -> Code:
    return Code(key, kinds, Localized(sv, en))


def _stand(key: str, texts: tuple[str, str], marks: tuple[str, str]) -> Code:
    return Code(key, ("released",), Localized(*texts), Localized(*marks))


_CODES = (
    _code(
        "nothing",
        ("released",),
        "Inget pekar på någon",
        "Nothing points at anybody",
    ),
    _code(
        "covered",
        ("released", "covered"),
        "Det som pekade på någon är täckt",
        "What pointed at somebody is covered",
    ),
    _stand(
        "public",
        (
            "Det som är markerat är allmänt känt, som en stad eller ett ämbete",
            "What is marked is public, such as a town or an office",
        ),
        (
            "Låt stå: allmänt känt, som en stad eller ett ämbete",
            "Let it stand: public, such as a town or an office",
        ),
    ),
    _stand(
        "nobody",
        (
            "Det som är markerat pekar inte på någon: maskinen tog fel",
            "What is marked points at nobody: the machine was wrong",
        ),
        (
            "Låt stå: pekar inte på någon, maskinen tog fel",
            "Let it stand: points at nobody, the machine was wrong",
        ),
    ),
    _stand(
        "many",
        (
            "Det som är markerat delas av så många att ingen känns igen",
            "What is marked is shared by so many that nobody is recognised",
        ),
        (
            "Låt stå: delas av så många att ingen känns igen",
            "Let it stand: shared by so many that nobody is recognised",
        ),
    ),
    _code(
        "several",
        ("released",),
        "Det som är markerat får stå av flera skäl",
        "What is marked may stand for several reasons",
    ),
    _code(
        "third_person",
        ("held",),
        "Handlar om någon annans hälsa så att den kan kännas igen",
        "Is about somebody else's health, so that they can be recognised",
    ),
    _code(
        "rare",
        ("held",),
        "Ovanligt tillsammans: sjukdom, plats eller händelse",
        "Rare together: illness, place or event",
    ),
    _code(
        "child",
        ("held",),
        "Handlar om ett barn som kan kännas igen",
        "Is about a child who can be recognised",
    ),
    _code(
        "danger",
        ("held",),
        "Någon kan vara i fara: följ rutinen för oro",
        "Somebody may be in danger: follow the routine for concern",
    ),
    _code(
        "hate",
        ("held",),
        "Hot eller hets mot någon",
        "Threats or hatred against somebody",
    ),
    _code(
        "no_answer",
        ("held",),
        "Inget svar på frågan, till exempel reklam",
        "No answer to the question, such as advertising",
    ),
    _code(
        "look_again",
        ("returned",),
        "Behöver läsas en gång till",
        "Needs to be read once more",
    ),
    _code(
        "mistake",
        ("undone",),
        "Beslutet var ett misstag",
        "The decision was a mistake",
    ),
)
CODES: dict[str, Code] = {code.key: code for code in _CODES}


def codes_for(kind: str) -> list[Code]:
    """The reasons that a kind of decision may have."""
    return [code for code in _CODES if kind in code.kinds]


STANDING = tuple(code for code in _CODES if code.mark.sv)
"""The reasons that one marked place may be let stand for."""
