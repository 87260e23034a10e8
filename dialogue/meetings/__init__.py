"""Meetings: when and where people meet, what is said at the tables, and the minutes."""
