"""At the table: a facilitator's notes, read back and kept, during the meeting's hours."""
