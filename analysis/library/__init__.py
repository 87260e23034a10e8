"""The story library: released stories that their tellers let out."""
