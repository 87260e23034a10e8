"""Results: true numbers, counted and shown so that nobody can be found in them."""
