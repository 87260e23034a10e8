"""What became of it: publications, and the page a receipt opens."""
