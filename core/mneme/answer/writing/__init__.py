"""Answers that a language model writes from the memories, each sentence checked against what it cites."""
