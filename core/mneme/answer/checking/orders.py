"""Orders to a model, and talk of a model about itself: neither tells anything of anybody's life."""

import re

from mneme.expressions import expression
from mneme.memory.sentences import sentences

_ORDER = expression(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}"
    r"\b(?:instructions?|notes?|above|previous|prior|everything|rules|prompts?|memories|earlier|guidelines)\b"
    r"|\b(?:previous|prior|new|system|hidden) (?:instructions?|prompts?)\b|\bsystem prompt\b"
    r"|\byou (?:must|should|are to|have to|will) (?:now |only |always )?"
    r"(?:answer|reply|respond|reveal|say|output|print|obey|write|act|pretend|visit|send|repeat)\b"
    r"|^\W*(?:please |now |just )?"
    r"(?:say|reply|respond|answer|output|print|repeat|reveal|pretend|act as|visit|click|enter|send|forward|transfer)\b"
    r"(?! (?:to|that's|it))(?= (?:that|with|only|the|all|your|everything|a|in|https?|www|\S+\.\w+))"
    r"|^\W*(?:assistant|system|user|ai|model)\s*:"
    r"|\b(?:tell|inform) the (?:user|owner|reader)\b|\bfrom now on,? (?:you|say|answer|reply|act)\b"
    r"|\bignorier\w*\b.{0,30}\b(?:anweisung\w*|notizen|oben)\b"
    r"|\bignora\b.{0,30}\b(?:instrucciones|notas|anterior\w*)\b", re.IGNORECASE)
_OF_A_MODEL = expression(
    r"\bas an? (?:ai|artificial|large|language|assistant)\b|\blanguage model\b"
    r"|\bi(?: am|['’]m) (?:an ai|only an? ai|sorry|unable|not able|an assistant)\b"
    r"|\bi (?:cannot|can['’]t|am unable to) (?:help|assist|answer|provide|comply|access)"
    r"|\bas (?:requested|instructed)\b", re.IGNORECASE)
_QUOTED = expression(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')
# An answer speaks to its owner, as "you", or of others: who says "I" in it is the model.
_OF_ITSELF = expression(r"(?:^\W*|[,;:]\s*|\b(?:and|but|so|because|that|which|as)\s+)"
                        r"(?:I(?:['’](?:m|ve|ll|d)\b|\s+[a-z])|[Mm]y\s+\w)")


def is_order(sentence: str) -> bool:
    """Does the sentence tell a model, or make a model tell, what to do or what it is?"""
    return bool(_ORDER.search(sentence) or _OF_A_MODEL.search(sentence)
                or _OF_ITSELF.search(_QUOTED.sub("", sentence)))


def without_orders(text: str) -> str:
    """`text` with its sentences that are orders made blank, so that they support nothing."""
    if not _ORDER.search(text) and not any(_ORDER.search(text[a:b]) for a, b in sentences(text)):
        return text
    out = list(text)
    for start, end in sentences(text):
        if _ORDER.search(text[start:end]):
            out[start:end] = " " * (end - start)
    return "".join(out)
