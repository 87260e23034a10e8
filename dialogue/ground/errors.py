"""How a rule says no."""

from __future__ import annotations


class Refusal(Exception):
    """A rule refused, in a sentence for the person who asked.

    ``sentence`` is shown as it stands, so it is a whole sentence in the reader's language.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
