"""The second front-end: every capability of the façade on the command line, for people and for scripts."""

from mneme.cli.main import main

__all__ = ["main"]
