"""Whether the memories that a sentence cites say what it says."""

from mneme.answer.checking.evidence import Evidence
from mneme.answer.checking.verdict import Near, Verdict, check

__all__ = ["Evidence", "Near", "Verdict", "check"]
