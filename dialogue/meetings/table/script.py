"""A meeting's script: minutes, purpose, and the words to read aloud, in both languages.

The ordinary script gives every person the same time and reads each note back. A meeting may have
a script of its own; the ordinary one stands where nothing else was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.errors import Refusal
from dialogue.ground.localized import Localized
from dialogue.meetings.models import Meeting

MOST_STEPS = 20
LONGEST_STEP = 480


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the meeting: how many minutes, what it is for, and what to say."""

    minutes: int
    purpose: Localized
    say: Localized

    @classmethod
    def of(cls, value: dict[str, Any]) -> Step:
        return cls(
            int(value["minutes"]), Localized.of(value["purpose"]), Localized.of(value["say"])
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "minutes": self.minutes,
            "purpose": self.purpose.as_dict(),
            "say": self.say.as_dict(),
        }


ORDINARY = (
    Step(
        10,
        Localized("Välkomna alla och säg vad samtalet är till för", "Welcome, and why we meet"),
        Localized(
            "Välkomna. Vi är här för att höra vad som är viktigt för er. Ni behöver inte säga vad "
            "ni heter. Berätta bara det ni vill att andra får läsa. Det här är inte ett klagomål "
            "och inte vård. Ring 112 vid fara för liv och 1177 för råd.",
            "Welcome. We are here to hear what matters to you. You need not say your name. Tell "
            "only what others may read. This is neither a complaint nor care. Call 112 if life is "
            "in danger and 1177 for advice.",
        ),
    ),
    Step(
        5,
        Localized("Förklara hur vi skriver och läser upp", "How we write and read back"),
        Localized(
            "Jag skriver det du säger på en lapp, en lapp för varje person. Sedan läser jag upp "
            "den för dig. Du säger om den stämmer. Du får en kod. Med den kan du se vad som "
            "händer, eller ta bort lappen. Säg till om dina ord inte får citeras.",
            "I write what you say on a note, one note for each person. Then I read it to you. You "
            "say whether it is right. You get a code. With it you can see what happens, or remove "
            "the note. Tell me if your words may not be quoted.",
        ),
    ),
    Step(
        40,
        Localized("En i taget, lika lång tid var", "One at a time, the same time for each"),
        Localized(
            "Berätta om en gång när vården eller omsorgen blev bra, eller inte blev bra, för dig. "
            "Vad hände, och vad betydde det? Vi andra lyssnar utan att avbryta. Du får säga pass.",
            "Tell us about a time when care turned out well, or did not, for you. What happened, "
            "and what did it mean? The rest of us listen without interrupting. You may pass.",
        ),
    ),
    Step(
        15,
        Localized("Läs upp varje lapp och rätta den", "Read every note back and correct it"),
        Localized(
            "Nu läser jag upp lapparna. Stämmer det? Vad behöver jag ändra?",
            "Now I read the notes to you. Is it right? What should I change?",
        ),
    ),
    Step(
        15,
        Localized("Lägg det ni hört i ordning", "Put what you heard in order"),
        Localized(
            "Vilka ämnen kom tillbaka? Vi ger dem korta namn och lägger dem i ordning med "
            "prickar. Vi ordnar ämnen, aldrig någons berättelse.",
            "Which subjects came back? We give them short names and put them in order with dots. "
            "We order subjects, never anybody’s story.",
        ),
    ),
    Step(
        5,
        Localized("Avsluta och säg vad som händer nu", "Close, and say what happens next"),
        Localized(
            "Tack. Alla lappar läses. Ni får ett utkast till protokoll och har sju dagar att "
            "rätta det. Svaret från dem som bestämmer kommer på dialogens sida.",
            "Thank you. Every note is read. You get draft minutes and have seven days to correct "
            "them. The answer from those who decide comes on the page of the dialogue.",
        ),
    ),
)


def script_of(meeting: Meeting) -> Sequence[Step]:
    """The meeting's own script, or the ordinary one."""
    return tuple(Step.of(each) for each in meeting.script) or ORDINARY


def write_script(meeting: Meeting, steps: Sequence[Step]) -> None:
    """Give the meeting a script of its own; none brings the ordinary one back.

    Raises:
        Refusal: when there are too many steps, or a step has no minutes or nothing to say.
    """
    if len(steps) > MOST_STEPS:
        raise Refusal(_("A script has at most %(num)d parts.", num=MOST_STEPS))
    for number, step in enumerate(steps, start=1):
        if not 1 <= step.minutes <= LONGEST_STEP:
            raise Refusal(_("Part %(num)d needs a number of minutes.", num=number))
        if not (step.purpose.sv or step.purpose.en):
            raise Refusal(_("Part %(num)d needs a purpose.", num=number))
    meeting.script = [step.as_dict() for step in steps]
