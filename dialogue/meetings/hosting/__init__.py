"""The host's desk: the meetings of a dialogue, and who comes to them."""
