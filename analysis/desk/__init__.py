"""The safety desk: no story is quoted before a person has let it through."""
