"""Every way in which a voice comes has words wherever channels are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.app import Application
from dialogue.meetings.reach import channel_words
from dialogue.voices.models import Channel
from surveys.exchange.layout import CHANNEL_NAMES
from surveys.results.part_words import value_names

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.mark.parametrize("channel", list(Channel))
def test_a_channel_has_words_everywhere(app: Application, channel: Channel) -> None:
    with app.test_request_context("/sv/"):
        assert channel_words(channel)
        assert value_names()[channel]
    assert CHANNEL_NAMES[channel].sv
    for name in ("results/heard.html", "analysis/stories.html", "analysis/story.html"):
        assert f'"{channel}": _(' in (TEMPLATES / name).read_text(encoding="utf-8"), name
