"""The demonstration dialogue in the invented Region Norrmark and its stories."""
