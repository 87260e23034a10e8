"""What a codebook must be like, said to the person who is changing it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import LANGUAGES
from dialogue.vision.codebook import LONGEST_LABEL, SAY_NOTHING, Codebook
from dialogue.vision.codebook_files import Document, codebook_from
from dialogue.vision.exemplars import near_duplicates, shared_runs
from dialogue.vision.tables import VisionError

SHORTEST_START = 3
MOST_THEMES = 60
MOST_EXEMPLARS = 400


def checked(document: Document) -> Codebook:
    """The codebook in a document.

    Raises:
        Refusal: a sentence, when it does not hold together.
    """
    try:
        book = codebook_from(document)
    except VisionError as error:
        raise Refusal(_("The codebook does not hold together: %(what)s", what=error)) from error
    if len(book.themes) > MOST_THEMES:
        raise Refusal(_("A codebook has at most %(num)d themes.", num=MOST_THEMES))
    return book


def check_label(document: Document, theme: dict[str, Any]) -> None:
    """Refuse a label that is missing, long, says nothing or is another theme's."""
    for lang in LANGUAGES:
        label = theme["label"][lang]
        if not label:
            raise Refusal(_("Write the name of the theme in both Swedish and English."))
        if len(label.split()) > LONGEST_LABEL:
            raise Refusal(
                _("“%(name)s” is too long. A name has at most %(num)d words.",
                  name=label, num=LONGEST_LABEL)
            )  # fmt: skip
        for empty in SAY_NOTHING[lang]:
            if f" {empty} " in f" {label.casefold()} ":
                raise Refusal(
                    _("“%(word)s” says nothing about what people tell. Choose another name.",
                      word=empty)
                )  # fmt: skip
        for other in document["theme"]:
            same = other["label"][lang].casefold() == label.casefold()
            if same and other["key"] != theme["key"]:
                raise Refusal(_("Another theme is called “%(name)s” already.", name=label))


def check_words(theme: dict[str, Any]) -> None:
    """Refuse word starts that would be found everywhere."""
    for lang in LANGUAGES:
        for start in theme.get("lexicon", {}).get(lang, ()):
            if len(start) < SHORTEST_START:
                raise Refusal(
                    _("“%(word)s” is too short: a word start has at least %(num)d letters.",
                      word=start, num=SHORTEST_START)
                )  # fmt: skip


def check_exemplars(book: Codebook, theme: str) -> None:
    """Refuse copied phrases: the machine would learn the phrase and not the theme."""
    mine = {one.id for one in book.theme(theme).exemplars}
    if len(mine) > MOST_EXEMPLARS:
        raise Refusal(_("A theme has at most %(num)d example stories.", num=MOST_EXEMPLARS))
    everyone = [one for each in book.themes for one in each.exemplars]
    for run, first, second in shared_runs(everyone):
        if {first, second} & mine:
            raise Refusal(
                _("Two example stories share the words “%(run)s”. Write one of them anew.", run=run)
            )
    texts = {one.id: one.text for one in everyone}
    alike = near_duplicates(one for one in everyone if one.id in mine)
    if alike:
        raise Refusal(
            _("Two example stories are nearly the same: “%(text)s”. Write one of them anew.",
              text=texts[alike[0][1]][:80])
        )  # fmt: skip
