"""Our opinion groups beside those that Polis gave the same votes."""
