"""Signing: a second person's word, the participants' round, and the publication."""
