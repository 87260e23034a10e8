"""What it costs the server to take in an answer, beside a floor that does the least possible."""
