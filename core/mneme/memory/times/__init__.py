"""Expressions of time in a text: where they are, and which stretch of time they mean."""
