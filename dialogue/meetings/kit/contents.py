"""The facilitator's kit: the papers of a meeting, made from its dialogue in one language.

Every paper is a list of blocks, so that the same words become PDF and Word. What a paper says comes
from the dialogue, the meeting and its script; the easy-read papers are made from the same texts, a
sentence a line, or from the dialogue's own easy words where somebody has written them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from dialogue.ground.i18n import long_date
from dialogue.meetings.arranging.telling import access_words, when_words
from dialogue.meetings.kit.blocks import (
    Block,
    beside,
    card,
    facts,
    heading,
    lead,
    points,
    question,
    say,
    sentences,
    step,
    text,
    way,
)
from dialogue.meetings.models import Meeting
from dialogue.meetings.table.script import script_of

GUIDE = Path(__file__).parent / "kit_guide.toml"


class Paper(StrEnum):
    """The papers of the kit; the value is their name in an address and on disk."""

    SCRIPT = "manus"
    CARDS = "bordskort"
    CONSENT = "samtycke"
    FORM = "blankett"
    POSTER = "affisch"
    INVITATION = "lattlast-inbjudan"
    SHEET = "lattlast-blad"
    GUIDE = "lyssna"


EASY = frozenset({Paper.INVITATION, Paper.SHEET})
"""Papers with large letters and a sentence a line."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What the papers are made from.

    ``sections`` is the survey as it is printed (the questions' ids, texts, hints and parts), empty
    where there is none; ``easy`` is the dialogue's own easy-read message, empty where there is
    none. ``address`` leads to the dialogue's page; ``room`` is the live room's code.
    """

    meeting: Meeting
    language: str
    address: str
    sections: Sequence[Mapping[str, Any]] = field(default=())
    easy_sections: Sequence[Mapping[str, Any]] = field(default=())
    easy: str = ""
    room: str = ""

    def of_dialogue(self, name: str) -> str:
        return self.meeting.dialogue.said(name).text(self.language)

    def of_meeting(self, name: str) -> str:
        return self.meeting.said(name).text(self.language)


def title_of(paper: Paper) -> str:
    """What a paper is called."""
    return str(
        {
            Paper.SCRIPT: _("Script for the meeting"),
            Paper.CARDS: _("Cards for the tables"),
            Paper.CONSENT: _("Words to read aloud before we begin"),
            Paper.FORM: _("Form on paper"),
            Paper.POSTER: _("Poster"),
            Paper.INVITATION: _("Easy-read invitation"),
            Paper.SHEET: _("Easy-read sheet about the dialogue"),
            Paper.GUIDE: _("Guide to listening"),
        }[paper]
    )


def blocks_of(kit: Kit, paper: Paper) -> tuple[str, list[Block]]:
    """A paper's title and its blocks; call within the paper's own language."""
    made = {
        Paper.SCRIPT: _script,
        Paper.CARDS: _cards,
        Paper.CONSENT: _consent,
        Paper.FORM: _form,
        Paper.POSTER: _poster,
        Paper.INVITATION: _invitation,
        Paper.SHEET: _sheet,
        Paper.GUIDE: _guide,
    }
    return made[paper](kit)


def _when_and_where(kit: Kit) -> Block:
    meeting = kit.meeting
    return facts(
        [
            (_("When"), when_words(meeting)),
            (_("Where"), kit.of_meeting("place")),
            (_("How to get there"), kit.of_meeting("way")),
            (_("By link"), meeting.link),
            (_("By telephone"), meeting.phone),
            (_("Access"), "; ".join(access_words(name) for name in meeting.access)),
        ]
    )


def _script(kit: Kit) -> tuple[str, list[Block]]:
    steps = script_of(kit.meeting)
    total = sum(each.minutes for each in steps)
    blocks = [
        lead(_("%(num)d minutes in all. What stands on a tinted ground is read aloud.", num=total)),
        _when_and_where(kit),
    ]
    begins = 0
    for each in steps:
        label = _("%(first)d–%(last)d min", first=begins, last=begins + each.minutes)
        begins += each.minutes
        blocks.append(step(label, each.purpose.text(kit.language), each.say.text(kit.language)))
    if kit.room:
        blocks += [
            heading(_("The live room")),
            text(
                _(
                    "The room's code is %(code)s. Lead it from your own phone or computer with "
                    "the table code. Read everything before you show it.",
                    code=kit.room,
                )
            ),
        ]
    return kit.of_meeting("title"), blocks


def _cards(kit: Kit) -> tuple[str, list[Block]]:
    blocks = [
        card(
            "",
            _("One at a time. The same time for each. You may pass."),
            _("We listen without interrupting. We write no names."),
        )
    ]
    blocks += [
        card(each["id"], each["text"], each["hint"])
        for section in kit.sections
        for each in section["questions"]
        if any(part["kind"] == "lines" for part in each["parts"])
    ]
    return _("Cards for the tables"), blocks


def _consent(kit: Kit) -> tuple[str, list[Block]]:
    return _("Words to read aloud before we begin"), [
        lead(_("Read slowly. Stop after each part, and ask if anybody wonders about something.")),
        heading(_("What it is about")),
        say(kit.of_dialogue("about")),
        heading(_("What happens with what you say")),
        say(
            _(
                "I write what you say, one note for each person, without your name. I read the "
                "note to you, and you say whether it is right. People who work with the dialogue "
                "read every note. You get a code. With it you can follow your note, or remove it."
            )
        ),
        heading(_("What you decide")),
        say(
            _(
                "You decide whether your words may be published. If you say no, we still read the "
                "note. You may change your mind, also afterwards, and you need not say why."
            )
        ),
        heading(_("What we do not do")),
        say(
            _(
                "We do not record. We do not write who you are. What you say does not change the "
                "care that you get. This is neither a complaint nor emergency help: call 112 if "
                "life is in danger, 1177 for advice. Patientnämnden handles complaints."
            )
        ),
        heading(_("Who decides, and when you get an answer")),
        say(f"{kit.of_dialogue('who_decides')} {kit.of_dialogue('when_answered')}"),
        facts(
            [
                (
                    _("Answers for personal data"),
                    kit.meeting.dialogue.face.controller
                    or kit.meeting.dialogue.organisation.controller,
                )
            ]
        ),
    ]


def _form(kit: Kit) -> tuple[str, list[Block]]:
    blocks: list[Block] = [
        lead(kit.of_dialogue("lead")),
        text(
            _(
                "You do not need to say who you are. Do not write names or personal identity "
                "numbers. This is neither a complaint nor emergency help. Call 112 if life is in "
                "danger, 1177 for advice. Patientnämnden handles complaints."
            )
        ),
    ]
    for section in kit.sections:
        if section["title"]:
            blocks.append(heading(section["title"]))
        if section["intro"]:
            blocks.append(text(section["intro"]))
        for each in section["questions"]:
            hint = " ".join(filter(None, (each["rule"], each["hint"])))
            blocks.append(question(each["number"], each["id"], each["text"], hint, each["parts"]))
    return kit.of_dialogue("title"), blocks


def _poster(kit: Kit) -> tuple[str, list[Block]]:
    return kit.of_dialogue("title"), [
        lead(kit.of_dialogue("lead")),
        heading(kit.of_meeting("title")),
        text(kit.of_meeting("about")),
        facts(
            [
                (_("When"), when_words(kit.meeting)),
                (_("Where"), kit.of_meeting("place")),
                (_("Access"), "; ".join(access_words(name) for name in kit.meeting.access)),
            ]
        ),
        way(
            "way.svg", _("QR code that leads to the dialogue"),
            _("Come, or answer on your phone. No login. We do not store who you are."),
            kit.address,
        ),
    ]  # fmt: skip


def _easy_lines(kit: Kit, *names: str) -> list[str]:
    """The dialogue's easy words where they are written, the same texts by sentence otherwise."""
    if kit.easy and kit.language == "sv":
        return [line for part in kit.easy.splitlines() for line in sentences(part)]
    return [line for name in names for line in sentences(kit.of_dialogue(name))]


def _invitation(kit: Kit) -> tuple[str, list[Block]]:
    meeting = kit.meeting
    blocks: list[Block] = [
        lead(_("You are welcome to talk with us.")),
        points(_easy_lines(kit, "lead")),
        heading(_("When and where")),
        points(
            filter(None, [when_words(meeting), *sentences(kit.of_meeting("place"))]),
        ),
        heading(_("What we do")),
        points(sentences(kit.of_meeting("about"))),
        heading(_("Good to know")),
        points(
            [
                *(access_words(name) for name in meeting.access),
                *sentences(kit.of_meeting("way")),
                _("You may bring somebody who helps you."),
                _("You need not say your name."),
            ]
        ),
        way(
            "way.svg", _("QR code that leads to the dialogue"),
            _("You can also answer on your phone."), kit.address,
        ),
    ]  # fmt: skip
    return kit.of_meeting("title"), blocks


def _sheet(kit: Kit) -> tuple[str, list[Block]]:
    asked = [
        each["text"]
        for section in kit.easy_sections
        for each in section["questions"]
        if any(part["kind"] == "lines" for part in each["parts"])
    ]
    answer_by = kit.meeting.dialogue.answer_by
    blocks: list[Block] = [
        points(_easy_lines(kit, "lead", "about")),
        heading(_("What can change")),
        points(sentences(kit.of_dialogue("can_change"))),
        heading(_("Who decides")),
        points(sentences(kit.of_dialogue("who_decides"))),
        heading(_("When you get an answer")),
        points(
            [_("The answer comes by %(day)s.", day=long_date(answer_by))]
            if answer_by
            else sentences(kit.of_dialogue("when_answered"))
        ),
    ]
    if asked:
        blocks += [heading(_("This is what we ask")), points(asked)]
    blocks += [
        heading(_("What you say")),
        points(
            [
                _("We do not store who you are."),
                _("You get a code."),
                _("With the code you can change your answer, or remove it."),
                _("Call 112 if life is in danger."),
                _("Call 1177 for advice about health."),
            ]
        ),
    ]
    return kit.of_dialogue("title"), blocks


@cache
def _guides() -> dict[str, Any]:
    return tomllib.loads(GUIDE.read_text(encoding="utf-8"))


def _guide(kit: Kit) -> tuple[str, list[Block]]:
    told = _guides()[kit.language]
    blocks = [lead(told["lead"])]
    for part in told["parts"]:
        blocks.append(heading(part["title"]))
        blocks += [text(each) for each in part.get("text", ())]
        if "list" in part:
            blocks.append(points(part["list"]))
        if "pairs" in part:
            blocks.append(beside((_("Opens"), _("Closes")), part["pairs"]))
    return told["title"], blocks
