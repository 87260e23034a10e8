"""Question kinds, and the document that a survey's version is."""
