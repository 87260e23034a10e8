"""Interface texts: English in the code, Swedish here."""
