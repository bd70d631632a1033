"""Notes of other programs."""
