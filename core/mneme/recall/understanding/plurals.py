"""Whether a question asks for several things: what stands after "what" or "which" is a noun in the plural."""

import re

from mneme.expressions import expression
from mneme.memory.times.words import words as word_set

_SINGULAR = word_set("""
    news glasses sunglasses jeans pants trousers shorts scissors series species lens bus gas campus status
    address class dress business process boss access success fitness illness mathematics maths physics
    politics economics athletics gymnastics diabetes headquarters means tennis chess basis analysis canvas
    atlas christmas texas bias alias always perhaps was is has does this his its us yes as less gross mess
    guess loss glass grass bass cross press stress princess actress waitress mattress congress progress
    dentists' virus bonus focus census menus pyjamas pajamas tights binoculars paris wales jess james thomas
    chris alexis lewis dennis lucas nicholas charles iris swiss else kiss sometimes afterwards besides towards
    thus plus minus across whereas goods emphasis hypothesis thesis crisis mens womens what's us' ours hers
    yours theirs""")
_PLURAL = word_set("""
    people children men women kids feet teeth mice geese wives lives knives leaves wolves media""")
_VERBS = word_set("""
    happens makes helps does is was has keeps causes brings means comes goes lies stands sounds looks feels
    seems interests motivates inspires drives worries bothers scares excites matters counts works runs starts
    ends lives gives gets takes tells says leads""")
_AUX = r"(?:did|does|do|is|are|was|were|am|has|have|had|will|would|can|could|should|might|may|des)"
_AFTER_WHICH = expression(
    rf"\W*(?:(?:in|on|to|at|from|for|with|about|of|by|during) )?(?:what|"
    rf"which) (?!{_AUX}\b)(?P<words>(?:[^\s,?:;]+ ){{1,7}}?)(?P<next>{_AUX})\b",
    re.IGNORECASE)
_KINDS = expression(r"\W*(?:(?:in|on|to|at|from|for|with|of) )?(?:what|which) (?:\w+ ){0,2}?(?:kinds|types|sorts|"
                    r"varieties|pieces|examples|pairs) of\b",
                    re.IGNORECASE)
_SUBJECT = expression(
    r"\W*(?:what|which) (?:other |two |three |four |different |new |of my )?(?P<noun>[^\s,?:;'’]+)\s+(?:(?:\w+ed|are|"
    r"were|have|came|went|made|"
    r"took|gave|got|helped|won|broke|fell|taught|became|began|grew|ran|sold|died|wrote|belong|live|like|work|describe|"
    r"make|help|need|cause|fit|suit|apply|"
    r"come|go|start|cost|taste|look|sound|stand|show|bring|give|matter|remain|exist|contain|include|mention|"
    r"use)\b)", re.IGNORECASE)
_ARE = expression(
    r"\W*(?:what|which)(?:['’]re| are| were) (?P<words>[^?]*)", re.IGNORECASE)
_WAS_ALL = expression(r"\W*what (?P<words>(?:the|my|his|her|their|our|\w+['’]s) [^?,]*?) (?:are|"
                      r"were)\s*(?:called)?\s*[?.!]*\s*$", re.IGNORECASE)
_OF_THOSE = expression(r"\W*(?:of |about )?(?:all |all of )?(?:the|my|those|all) (?P<words>[^?,]*?)\s+(?:that |"
                       r"which )?(?:you|i|we|he|she|they)\b",
                       re.IGNORECASE)
_END_OF_PHRASE = expression(
    r"[,?:;]|\s(?:of|in|for|that|which|who|whom|when|where|i|we|you|he|she|they|it|to|on|at|with|from|about|during|"
    r"and|after|before|between|behind|by|has|have|had|did|does|do|is|are|was|were)\b", re.IGNORECASE)


def is_many(clause: str) -> bool:
    """Does the clause ask for several things ("What books has she read?", "What are their names?")?"""
    if _KINDS.match(clause):
        return True
    found = _AFTER_WHICH.match(clause)
    if found is not None:
        is_some_of = found["words"].lower().startswith("of ") and found["next"].lower() in ("are", "were")
        return is_some_of or _names_several(found["words"])
    subject = _SUBJECT.match(clause)
    if subject is not None:
        return is_plural(subject["noun"]) and subject["noun"].lower() not in _VERBS
    for pattern in (_ARE, _WAS_ALL, _OF_THOSE):
        phrase = pattern.match(clause)
        if phrase is not None:
            return _head_is_plural(phrase["words"])
    return False


def is_plural(word: str) -> bool:
    """Is an English noun in the plural, as far as its form tells?"""
    low = word.lower().strip("'’\".")
    if low in _PLURAL:
        return True
    ends = low.endswith("s") and not low.endswith(("ss", "'s", "’s", "us", "is"))
    return ends and len(low) > 2 and low not in _SINGULAR


def _names_several(words: str) -> bool:
    """The words between "which" and the verb: "kind of places", "musical artists", "of my friends" (that is one)."""
    parts = words.split()
    if parts[0].lower() in {"of", "one", "is", "else", "day", "time", "year", "month"} or _has_verb(parts[:-1]):
        return False
    if "of" in parts:
        before, after = parts[:parts.index("of")], parts[parts.index("of") + 1:]
        kind = before[-1].lower() in {"kind", "type", "sort", "form"}
        return is_plural((after if kind and after else before)[-1])
    return is_plural(parts[-1])


def _has_verb(words: list[str]) -> bool:
    return any(word.lower() in _VERBS or re.fullmatch(r"(?:to|that|who|which|i|you|we|he|she|they|it)", word.lower())
               for word in words)


_USE = expression(r"\b(?:used|meant|good|made (?:of|from)|like|about|for|called|worth|doing)"
                  r"(?: for| of| to)?\W*$", re.IGNORECASE)


def _begins_clause(words: str) -> int:
    """Where somebody's name begins a clause after a noun in lower case; the end where none does."""
    found = re.search(r"(?<=[a-z]s) (?=[A-Z]\w*\s)", words)
    return found.start() if found is not None else len(words)


def _head_is_plural(words: str) -> bool:
    if re.match(r"(?:you|they|we|these|those|he|she|i|it)\b", words, re.IGNORECASE) or _USE.search(words):
        return False
    if re.search(r"^[^,]*\b[a-z]+s\b", named := words[:_begins_clause(words)]) and is_plural(named.split()[-1]):
        return True  # some changes that need no "that": "What are some changes Ann has faced?"
    end = _END_OF_PHRASE.search(words)
    head = (words[:end.start()] if end is not None else words).split()
    while head and head[-1].lower().endswith(("ing", "ed")) and len(head) > 1:
        head.pop()
    return bool(head) and is_plural(head[-1].rstrip(".!"))
