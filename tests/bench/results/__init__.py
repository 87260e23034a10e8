"""What a survey's results cost with very many answers, beside an empty dialogue's page."""
