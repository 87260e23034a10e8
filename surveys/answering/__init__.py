"""Answering: the screens a resident meets, and how what they typed is kept."""
