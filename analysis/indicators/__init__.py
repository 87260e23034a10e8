"""Indicators beside the stories: few, chosen with a reason, and read together with them."""
