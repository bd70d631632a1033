"""Whether what the owner types tells something rather than asks for it: then it is to be remembered, not answered."""

import re

from mneme.expressions import expression
from mneme.memory.asking import questions_from

LONGEST = 4000  # code points; more than that is a document that was pasted in
_TO_KEEP = expression(
    r"\s*(?:please )?(?:remember|note|keep in mind|don't forget|do not forget)(?: that|:|,| down)\s+\S", re.IGNORECASE)
# How questions and wishes begin. "I wonder", "I want to know" and "I forgot" ask, too.
_ASKING = expression(
    r"\s*(?:and |but |so |ok(?:ay)?,? |hey,? |hi,? |well,? |please )*(?:"
    r"who|whom|whose|what|which|where|when|why|how|is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|"
    r"should|shall|may|might|must|find|show|list|tell|give|name|search|look|count|summari[sz]e|explain|describe|compare|"
    r"remind|help|write|draft|translate|open|any|i (?:wonder|want to know|need to know|would like to know|forgot|"
    r"don't remember|can't remember|do not remember|am looking for|'m looking for)|let me know)\b", re.IGNORECASE)
_TELLING = expression(r"\s*(?:i|my|we|our|mine|i'm|i've|i'd|i'll|we're|we've)\b", re.IGNORECASE)


def tells(text: str) -> bool:
    """Whether a message to Mneme tells something. Where that is not clear it asks: English alone."""
    if not text.strip() or len(text) > LONGEST:
        return False
    if _TO_KEEP.match(text):
        return True
    if "?" in text or "？" in text or _ASKING.match(text):
        return False
    return bool(questions_from(text, None)) or (bool(_TELLING.match(text)) and len(text.split()) >= 4)
