"""The drawings that questions can show: own drawings, one svg file each.

The files are ``templates/surveys/pictures/<name>.svg``. A drawing always stands beside its words,
so it is decoration to a screen reader; the titles here are for the person who chooses one.
"""

from __future__ import annotations

from dialogue.ground.localized import Localized

PICTURES: dict[str, Localized] = {
    "phone": Localized("Komma fram på telefon", "Getting through on the phone"),
    "way": Localized("Hitta dit", "Finding the way"),
    "waiting": Localized("Vänta", "Waiting"),
    "listened": Localized("Bli lyssnad på", "Being listened to"),
    "understand": Localized("Förstå svaret", "Understanding the answer"),
    "journey": Localized("Resan", "The journey"),
    "home": Localized("Hjälp hemma", "Help at home"),
    "same_person": Localized("Träffa samma person", "Meeting the same person"),
    "yes": Localized("Ja, det stämmer", "Yes, that is right"),
    "partly": Localized("Delvis", "Partly"),
    "no": Localized("Nej", "No"),
    "unsure": Localized("Vet inte", "Not sure"),
    "correct": Localized("Rätta", "Correcting"),
    "missing": Localized("Något saknas", "Something is missing"),
    "self": Localized("En person", "One person"),
    "with_support": Localized("En person med stöd", "A person with support"),
    "relative": Localized("En person berättar för någon annan", "A person speaks for another"),
    "staff": Localized("Personal som skriver", "A member of staff who writes"),
}
