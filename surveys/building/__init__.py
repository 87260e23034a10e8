"""Building a survey: writing, shaping, looking through and opening it."""
