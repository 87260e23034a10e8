"""Codebooks as people edit them: drafts with a preview, editions, and what a dialogue reads by."""
