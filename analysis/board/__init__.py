"""The board: the pages on which people read and shape the themes."""
