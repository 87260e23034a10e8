"""Minutes: drafted from the notes, confirmed by those who were there, locked."""
