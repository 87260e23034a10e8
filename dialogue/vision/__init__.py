"""What stories are tied to: frames, their crosswalk and codebooks, all held as data files."""
