"""Nonsense of every sort, sent to every place that takes something."""
