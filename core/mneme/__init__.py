"""Mneme's engine: what happened on this computer, kept, found again, and answered with its place."""

__version__ = "0.1.0"
