"""Asking: surveys, the questions in them and how answers are collected."""
