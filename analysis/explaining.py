"""Explaining: why one story was read as it was, in plain lines."""

from __future__ import annotations

from analysis.text.guiding import Guide
from analysis.text.pipeline import Pipeline
from analysis.text.stories import Story
from analysis.text.themes import Reading
from analysis.text.wording import WordingScorer

_WORDS = 6


def explained(story: Story, reading: Reading, guide: Guide, pipeline: Pipeline) -> str:
    """Themes, ties and the words of the story that carried them."""
    read = next(one for one in reading.stories if one.id == story.id)
    labels = {theme.key: theme.label.en for theme in reading.themes}
    lines = [f"Story {story.id} ({read.lang})"]
    if read.aside:
        lines.append(f"  set aside: {read.aside.value}")
    if read.copy_of is not None:
        lines.append(f"  repeats {read.copy_of}")
    if read.lone:
        lines.append("  a lone voice: it resembles no theme of this run")
    for key, strength in read.themes:
        lines.append(f"  theme {key} ({labels.get(key, '')}): {strength:.2f}")
        words = carrying_words(story, read.lang, key, guide, pipeline)
        if words:
            lines.append(f"    carried by the words {', '.join(words)}")
    for frame, ties in read.ties.items():
        unsure = " (unsure)" if frame in read.unsure else ""
        told = ", ".join(f"{node} {strength:.2f}" for node, strength in list(ties.items())[:4])
        lines.append(f"  {frame}{unsure}: {told}")
    return "\n".join(lines)


def carrying_words(
    story: Story, lang: str, key: str, guide: Guide, pipeline: Pipeline
) -> list[str]:
    """The words that speak most for a theme of the codebook, the strongest first."""
    keys = [theme.key for theme in guide.codebook.themes]
    if key not in keys:
        return []
    column = keys.index(key)
    text = pipeline.cleaner.clean(story.text).text
    scored = [
        (float(scores[column] - scores.mean()), word)
        for word, scores in WordingScorer(guide.wording).words(text, lang)
    ]
    return [
        word for score, word in sorted(scored, key=lambda s: (-s[0], s[1]))[:_WORDS] if score > 0
    ]
