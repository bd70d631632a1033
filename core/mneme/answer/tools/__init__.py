"""Exact questions: tools that a language model calls under a JSON Schema, and that Mneme runs; a model never counts."""
