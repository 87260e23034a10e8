"""What the reading room's pages cost with many stories, beside an empty dialogue."""
