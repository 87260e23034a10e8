"""Organisations, staff and their rights, dialogues and what they promise."""
