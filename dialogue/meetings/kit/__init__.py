"""The facilitator's kit: everything on paper that a meeting needs, from one text."""
