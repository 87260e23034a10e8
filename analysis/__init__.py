"""Reading: what the stories say, as themes that people review and sign."""
