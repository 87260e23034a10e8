"""Arranging a meeting: planning, registering and telling those who come."""
