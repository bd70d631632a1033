"""Answers that are counted from dated evidence: how long, how long ago, how old, in which order."""
