"""What the platform promises, as claims that can be checked."""
