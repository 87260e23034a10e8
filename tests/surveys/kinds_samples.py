"""Answers to every question of the survey with every kind: the fields, and what is kept."""

from __future__ import annotations

from typing import Any

from surveys.questions.document import Question
from tests.surveys.kinds_app import QUESTIONS

Sample = tuple[dict[str, list[str]], Any]
STORY = "Jag ringde klockan åtta varje morgon.\nTill slut svarade Siv."

_BY_KIND: dict[str, list[tuple[dict[str, list[str]], Any]]] = {
    "story": [({"": [STORY]}, STORY)],
    "short": [({"": ["  Hos min syster. "]}, "Hos min syster.")],
    "ideaOne": [({"": ["Ring upp dagen efter."]}, "Ring upp dagen efter.")],
    "scale5": [({"": ["4"]}, "4"), ({"": ["vet_inte"]}, "vet_inte")],
    "yesno4": [({"": ["partly"]}, "partly"), ({"": ["vet_inte"]}, "vet_inte")],
    "when": [({"": ["half_year"]}, "half_year")],
    "who": [({"": ["relative"]}, "relative")],
    "place": [({"": ["mala"]}, "mala")],
    "compare": [({"": ["nara"]}, "nara"), ({"": ["lika"]}, "lika")],
    "info": [],
    "consent": [
        ({"": ["open_data", "quote"]}, ["quote", "open_data"]),
        ({"": ["research"]}, ["research"]),
    ],
    "selfcode3": [
        (
            {"-1": ["5"], "-2": ["3"], "-3": [""]},
            {"trygghet": 5, "tillgänglighet": 3, "tillsammans": 0},
        ),
        ({"-none": ["1"]}, {"trygghet": 0, "tillgänglighet": 0, "tillsammans": 0}),
    ],
}
_BY_ID: dict[str, list[tuple[dict[str, list[str]], Any]]] = {
    "steg": [
        ({"": ["Först."], "-fore": [""], "-sedan": ["Sedan."]}, "Först.\n\nSedan."),
        ({"": ["Bara det här."]}, "Bara det här."),
    ],
    "en_av": [({"": ["0-17"]}, "0-17"), ({"": ["80+"]}, "80+")],
    "annat": [
        ({"": ["tid"], "-other": [""]}, "tid"),
        ({"": ["other"], "-other": ["En bänk"]}, {"other": "En bänk"}),
        ({"-other": ["En bänk"]}, {"other": "En bänk"}),
        ({"": ["other"]}, "other"),
    ],
    "kontakt": [
        ({"": ["besok", "telefon", "telefon"]}, {"chosen": ["telefon", "besok"]}),
        (
            {"": ["webb"], "-other": ["Brev"]},
            {"chosen": ["webb", "other"], "other": "Brev"},
        ),
    ],
    "skillnad": [
        (
            {"": ["veta", "hemma", "samma", "narmare", "komma_fram"]},
            ["veta", "hemma", "samma", "narmare", "komma_fram"],
        ),
        ({"-as_is": ["1"]}, ["komma_fram", "samma", "veta", "hemma", "narmare"]),
        ({"": ["hemma"], "-pick": ["veta"]}, ["hemma", "veta"]),
    ],
    "rader": [
        ({"-tryggt": ["5"], "-nara": ["galler_inte"]}, {"tryggt": "5", "nara": "galler_inte"}),
        ({"-nara": ["1"]}, {"nara": "1"}),
    ],
    "bilder": [
        (
            {"-telefon": ["bad"], "-resan": ["vet_inte"]},
            {"piles": {"telefon": "bad", "resan": "vet_inte"}},
        ),
    ],
    "noter": [
        (
            {"-a": ["good"], "-a-b": ["bad"], "-a-b.note": ["Två timmar"]},
            {"piles": {"a": "good", "a-b": "bad"}, "notes": {"a-b": "Två timmar"}},
        ),
        ({"-a.note": ["Snabbt"]}, {"notes": {"a": "Snabbt"}}),
    ],
    "antal": [({"": ["250"]}, 250), ({"": ["0"]}, 0)],
    "klar": [
        ({"": ["right"]}, {"verdict": "right"}),
        (
            {"": ["correct"], "-text": ["Bussen också."]},
            {"verdict": "correct", "text": "Bussen också."},
        ),
        ({"-text": ["Bussen."]}, {"text": "Bussen."}),
    ],
    "stammer": [({"": ["missing"]}, {"verdict": "missing"})],
}


def samples(question: Question) -> list[Sample]:
    """The answers to one question, with whole field names."""
    found = _BY_ID[question.id] if question.id in _BY_ID else _BY_KIND[question.kind]
    return [
        ({question.id + part: values for part, values in fields.items()}, value)
        for fields, value in found
    ]


SAMPLES = [(question, *sample) for question in QUESTIONS for sample in samples(question)]
