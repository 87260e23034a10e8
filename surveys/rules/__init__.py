"""Display rules: which questions somebody meets, and whether the rules can work."""
