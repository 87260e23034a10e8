"""Reading together: several codings of the same stories, and how far they agree."""
