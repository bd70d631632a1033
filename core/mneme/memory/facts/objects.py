"""Objects cut to what is meant ("Acme" of "Acme now, which is great"), and the topics of slots in one form."""

import re
from collections.abc import Sequence

from mneme.expressions import expression
from mneme.memory.facts.timing import TimePhrase
from mneme.memory.times.words import words as word_set
from mneme.types import Span

MOST_WORDS = 8
HIDDEN = "\u25a1"  # stands for what is quoted or otherwise nobody's: a length of it keeps every place where it was

_ENDS = (r"[;:!?()\n\r…]|(?:(?<!\bSt)(?<!\b[DM]r)(?<!\bMs)(?<!\bMrs)(?<!\bProf)(?<!\b[A-Z])\.|,)(?=\s|$|[\"')])|"
         r"\s[-–—]+(?=\s|$)|\s*\""
         r"|\s+(?:originally|years ago|ages ago|a while ago|but|because|cause|cuz|cos|so|which|that|when|while|since|"
         r"such as|such|including|"
         r"recently|regularly|back then|"
         r"occasionally|if|where|who|whose|though|although|"
         r"after|before|until|till|now|nowadays|anymore|any more|any longer|too|as well|again|already|these days|"
         r"right now|"
         r"at the moment|currently|lately|anyway|anyways|by the way|btw|lol|lmao|haha+|xd|tbh|imo|for now|"
         r"at last|finally|instead|and then|together|alone|with (?:my|our|the|a|his|her|their|[A-Z])|since|than|then|"
         r"soon|"
         r"thanks to|due to|unfortunately|sadly|luckily|though|yet|either|at all|so much|very much|a lot|like crazy|"
         r"to bits|"
         r"to death|more than anything|the most|best|and (?:i|we|he|she|they|it|my|our|his|her|their|that|so|also|"
         r"just|am|is|are|was|"
         r"have|has|had|do|don't|will|now|really|still|the)\b|for (?:the past|the last|over|about|almost|ages|years|"
         r"a while"
         r"|(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+|many|several|a few) (?:years?|months?|"
         r"weeks?|days?)))"
         r"(?![\w'])")
_END = expression(_ENDS, re.IGNORECASE)
_EXTRA = {
    "firm": expression(r"\s+(?:starts|begins|runs|ends|ended|expires|done|over|was|is|went|today|in|on|for|(?-i:as)|"
                       r"from|near|at|"
                       r"(?:and|&)(?! (?-i:[A-Z]))|"
                       r"or|"
                       r"with|to|over|around|here|there|full[- ]time|part[- ]time|remotely)(?!\w)",
                       re.IGNORECASE),
    "place": expression(r"\s+(?:for|as|from|near|and|or|with|to|by|at|on|here|over|because|is|was|were|has|in (?:my|"
                        r"our)|"
                        r"full[- ]time)(?!\w)",
                        re.IGNORECASE),
    "role": expression(r"\s+(?:at|for|in(?= (?-i:[A-Z]))|with|and|or|from|here|there|who|whose|on|now|"
                       r"of(?= (?-i:[A-Z])))(?!\w)", re.IGNORECASE),
    "thing": expression(r"\s+(?:for|as|from|and|or|with|at|on|in|to|by|because|here|there|over)(?!\w)", re.IGNORECASE),
    "taste": expression(r"\s+(?:&|and|for|as|from|or|because|here|there|over|even|especially|every|whenever|"
                        r"like)(?!\w)", re.IGNORECASE),
    "name": expression(r"\s+(?:and|or|at|from|who|in|on|with|for|as|is|was|has|to|by)(?!\w)", re.IGNORECASE),
    "value": expression(r"\s+(?:and|or|not|from|as)(?!\w)", re.IGNORECASE),
    "aim": expression(r"\s+(?:and then|even|because)(?!\w)", re.IGNORECASE),
}
_EMPTY = word_set("""
    it this that them him her me you us there here one ones both these those they he she i we what how so something
    anything nothing everything someone anyone everyone somebody anybody nobody myself yourself himself herself
    itself ourselves themselves all any some more most other others another much many lot a the an my our your his
    and or of which who where when why not being been be was were is are am very really just like way too home places
    things stuff it's that's him her mine yours ours theirs same such thing do did done does none no yes idea""")
_TRAILING = expression(r"(?:[\s,.;:!?'\"*_~)(\]\[>/|-]|[^\w\s+#%&@$€£°'./-]|\b(?:and|or|of|the|a|an|to|in|at|for|"
                       r"with|on|very|really"
                       r"|just|ever|though|please|either|yet|is|my|as|by|from|about)$)+$", re.IGNORECASE)
_LEADING = expression(r"(?:\s|[\"'*_~([]|(?:called|named|like|about|just|actually|really|basically|now|again|also|"
                      r"currently|"
                      r"officially|only|back|over|out|up|down) )+", re.IGNORECASE)
_POSSESSIVE = expression(r"(?:my|our|his|her|their)\s+", re.IGNORECASE)


def trimmed(text: str, start: int, end: int, kind: str, times: Sequence[TimePhrase] = ()) -> Span | None:
    """The object that begins at or after `start`, without what only follows it; None where nothing of weight is left.

    `kind` says what may belong to it: "firm", "place", "role", "thing", "taste", "name", "value", "aim". Phrases of
    time are none of it. An object of more than MOST_WORDS words, a pronoun alone, or quoted words are no object.
    """
    lead = _LEADING.match(text, start, end)
    begin = lead.end() if lead is not None else start
    own = _POSSESSIVE.match(text, begin, end)
    begin = own.end() if own is not None else begin
    stop = min([end, *(found.start() for found in (_END.search(text, begin, end), _EXTRA[kind].search(text, begin, end))
                       if found is not None), *(time.span[0] for time in times if time.span[0] >= begin)])
    tail = _TRAILING.search(text, begin, stop)
    while tail is not None:
        stop = tail.start()
        tail = _TRAILING.search(text, begin, stop)
    words = text[begin:stop]
    if kind == "taste" and words.endswith("ing") and " " not in words and text.startswith(" for ", stop):
        return None  # "enjoy hunting for old bottles" says little of hunting
    return (begin, stop) if _weighs(words) else None


_NEXT = expression(r"\s*(?:,\s*(?:and\s+|&\s*)?|\s(?:and|&)\s+)(?:also |of course )?", re.IGNORECASE)
_NO_ITEM = expression(
    r"(?:I|i|we|he|she|they|it|you|my|our|so|but|also|that|this|then|which|who|am|is|are|was|were|have|has|had|do|"
    r"don't|did|"
    r"not|no|just|never|always|can|will|would|if|when|because|to|in|at|on|for|with|especially|even|like|though|"
    r"really|have)\b",
    re.IGNORECASE)
_TO_DO = expression(r"\s*to [a-z]")
_SHARES_NOUN = expression(r"[\w-]+(?<!s)(?<!ing) (?:and|&) [\w-]+ [\w-]+")  # "sunny and warm weather"
_ITEM_WORDS = 4


def listed(text: str, start: int, end: int, kind: str, times: Sequence[TimePhrase] = ()) -> list[Span]:
    """The objects of a list ("hiking, jazz and old maps"); one where it is none."""
    found: list[Span] = []
    if _TO_DO.match(text, start, end):
        whole = trimmed(text, start, end, "aim", times)
        return [] if whole is None else [whole]
    item = trimmed(text, start, end, kind, times)
    while item is not None and (not found or len(text[slice(*item)].split()) <= _ITEM_WORDS):
        found.append(item)
        joint = _NEXT.match(text, item[1], end)
        if joint is None or _NO_ITEM.match(text, joint.end(), end) or len(found) >= 12:
            break
        item = trimmed(text, joint.end(), end, kind, times)
    if len(found) == 2 and _SHARES_NOUN.fullmatch(text, found[0][0], found[1][1]):
        return [(found[0][0], found[1][1])]
    joined = len(found) < 2 or re.search(r"\b(?:and|&)\b|&", text[found[0][1]:found[-1][0]])
    return found if joined else []  # "a safe, inviting place" is no list


def _weighs(words: str) -> bool:
    if not words or HIDDEN in words or not any(char.isalnum() for char in words):
        return False
    each = [word.lower().strip(".,!?'\"") for word in words.split()]
    if len(each) > MOST_WORDS or len(words) > 90:
        return False
    return not all(word in _EMPTY for word in each)


# ------------------------------------------------------------------ topics

_ARTICLE = expression(r"\A(?:(?:the|a|an|my|our|your|his|her|their|this|that|another|some|new|next|upcoming|planned|"
                      r"old|\w+'s)\s+)+",
                      re.IGNORECASE)
_NEW_TIME = expression(r"\A(?:the )?(?:new )?(?:date|time) (?:for|of) (?=\S)")
_PRACTICE = expression(r"\b(doctor|dentist|vet|hairdresser|barber|optician|physio|gp)'s\b")
_GENERIC = word_set("""flight appointment appointments appt meeting visit session trip date booking reservation checkup
    check-up""")
_LITTLE = word_set("the a an my our your his her their to at for with of in on and")


def topic_of(words: str) -> str:
    """What a slot is about, in one form: "My dentist appointment", "the appointment with the dentist" are "dentist"."""
    low = _PRACTICE.sub(r"\1", words.lower().replace("’", "'").strip(" .,:;!?\"'*_-"))
    low = _NEW_TIME.sub("", low)
    low = _ARTICLE.sub("", low, count=1) if not low.startswith("new year") else low
    parts = [part.strip(".,:;!?\"'") for part in low.split()]
    kept = [part for part in parts if part and part not in _GENERIC]
    if len(kept) == len(parts) or not any(part not in _LITTLE for part in kept):
        return " ".join(part for part in parts if part)
    while kept and kept[0] in _LITTLE:
        kept = kept[1:]
    while kept and kept[-1] in _LITTLE:
        kept = kept[:-1]
    return " ".join(kept)


def without_company(words: str) -> str:
    """A plan's thing without whom it is with, where the thing alone tells it: "review with Tom" is "review"."""
    head, _, tail = words.partition(" with ")
    first = topic_of(head)
    return head if tail and first not in _GENERIC and first not in _SOCIAL else words


def is_social(words: str) -> bool:
    """Whether a plan's thing says little without whom it is with: "lunch"."""
    return topic_of(words) in _SOCIAL


_SOCIAL = word_set("lunch dinner coffee drinks call chat breakfast brunch catch-up beer beers tea picnic date")
