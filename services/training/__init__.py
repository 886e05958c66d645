"""Training: programmes and their classes, who learns what, and an officer's first year."""
