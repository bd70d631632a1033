"""The room of models: which there are, getting them, trying them, and the tiers of answering."""
