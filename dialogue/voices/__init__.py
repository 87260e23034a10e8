"""What was said, through whatever channel: contributions, stories, receipts."""
