"""A few words as the object of a relation: whether they are of the kind that it has, and where the object begins."""

import re

from mneme.expressions import expression
from mneme.memory.facts.context import Context
from mneme.memory.facts.people import is_name, name_at
from mneme.memory.facts.predicates import VERBS
from mneme.memory.facts.timing import time_phrases
from mneme.memory.facts.values import EMAIL, address_at, birthday_in, phone_in
from mneme.memory.times.words import words as word_set

PLACES = frozenset(("lives_in", "from_place", "born_in", "studies_at"))
PEOPLE = frozenset(("boss", "contact_for", "pet", "child", "sibling", "parent", "relative", "partner", "married_to",
                    "name"))
_NEAR = 12  # code points that may stand before a number or a date
_MOST_WORDS = 6
_MOST_NOUN_WORDS = 4
_LONG = 6  # letters; "Honestly" is longer than "jelly"
_MOST_PLACE_WORDS = 8  # "in the second drawer of my desk"
_DR = r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bSt)"
_CLAUSE_END = expression(rf"[,;!?(…\n]|:(?=\s|$)|{_DR}\.(?=\s|$)|\s[-–—]\s|\s(?:but|because|since|so|and then|from)\s")
_SENTENCE = expression(
    r"\b(?:is|are|was|were|am|be|has|have|had|do|does|did|will|would|can|could|should|might|i|you|we|he|she|they|it|"
    r"what|who|why|where|let|ask|see|know|tell|think|don't|thanks?|please|wait|not|never|or|this|that|me|us|your|"
    r"\w+n't|guess)\b|'(?:s|re|m|ll|ve|d)\b", re.IGNORECASE)
_NO_VALUE = word_set("""
    out off up down over call guess dunno idk depends nothing none nobody somewhere nowhere anywhere someplace same
    still why what who where when how which secret never ask not no yes maybe probably perhaps good great fine
    everything everywhere any some long it they that this there here lol haha hahaha hell heaven ok okay sure sorry pass
    whatever hmm let tell check look wait hold give one thanks thank please home back far close near both all nah nope
    yeah soon later tomorrow today tonight always once old new gone lost busy retired unemployed between myself me us
    them anyone someone everyone he she we you i if as by just really very too so ugh wow oh ah um well exactly right
    true false your ur his her their hard hardly remotely remote freelance online offline mostly usually often sometimes
    abroad outside inside downtown upstairs unknown forgot classified private seriously congrats omg damn wtf bye ouch
    hello hi hey yay aww aw cheers my our dear morning evening afternoon last next first kk la sounds speak wrong
    chapter forwarding example brb kidding hooray cool awesome perfect amazing lovely brilliant excellent absolutely
    definitely totally agreed done noted anyway typical fair page summary location yup yep sorta kinda most yikes whoa
    gosh jeez welcome congratulations goodnight under behind happy mind almost little god""")
_HEDGE = expression(r",? (?:i think|i guess|i believe|probably|as far as i know|afaik)$", re.IGNORECASE)
_TAIL = expression(r"(?:\s+(?:now|still|these days|at the moment|as always|again|actually|too|mostly|lol|then|btw|"
                   r"sorry|instead|for now))+$|[^\w#+]+$", re.IGNORECASE)
_PLACE_LEAD = expression(r"(?:in|at|for|from|with|to|on|called|named|over in|up in|down in)\s+", re.IGNORECASE)
_ARTICLE = expression(r"(?:an?|the|my|our)\s", re.IGNORECASE)
_PROPER = expression(r"[^\W\d_a-z][\w'’.&/-]*(?: (?:of|the|de|del|la|du|am|an|der|upon|on|in|and|&|van|von|i|y|le|les|"
                     r"al|[^\W_a-z][\w'’.&/-]*))*")
_IS_NO_ANSWER = expression(r"\?|:|,\S")
_PLAIN = expression(r"[^\W_][\w'’&#+. -]{0,60}")
_PAST = expression(r"\w{3,}ed")
_BEHIND_NAME = expression(r"\s*(?:$|(?:on|at|in|from|near|and|&|who|my|our)\b)")
_REACHED = frozenset(("phone", "email", "address"))
_KEPT = expression(r"(?:in|under|on|behind|at|with|next to|inside|above|by|beneath|below|between|near|over)\s",
                   re.IGNORECASE)


def fitting(text: str, start: int, end: int, relation: str, topic: str, context: Context) -> tuple[int, str] | None:
    """Where the object begins in text[start:end], and what has to stand before it; None where it is of another kind."""
    stop = _CLAUSE_END.search(text, start, end)
    labelled = stop is not None and stop.group() == ":" and relation in _REACHED
    if stop is not None and _IS_NO_ANSWER.match(text, stop.start()) and not labelled:
        return None
    stop_at = stop.start() if stop is not None else end
    if relation in _REACHED:
        return _reached(text, start, end, relation)
    if relation in ("plan", "birthday") and _SENTENCE.search(text, start, stop_at):
        return None
    if relation == "plan":
        return _time(text, start, stop_at, topic, context)
    if relation == "birthday":
        day = birthday_in(text, start, stop_at, context.saying.said)
        return (start, "") if day is not None and day[1][0] - start <= _NEAR else None
    lead = _PLACE_LEAD.match(text, start, stop_at) if relation != "kept_at" else None
    at = lead.end() if lead is not None else start
    return (at, _article(text[at:stop_at], relation)) if fits(text[at:stop_at], relation, context) else None


def _reached(text: str, start: int, end: int, relation: str) -> tuple[int, str] | None:
    """A number, an e-mail address or a street as it stands, right at the beginning."""
    if relation == "address":
        first = text[start:end].split(" ")[0].lower()
        known = first not in _NO_VALUE and first not in VERBS and address_at(text, start, end) is not None
        return (start, "") if known else None
    mail = EMAIL.search(text, start, end)
    found = phone_in(text, start, end) if relation == "phone" else None if mail is None else mail.span()
    told = found is not None and found[0] - start <= _NEAR and (
        found[0] == start or text[start:found[0]].split(" ")[0].lower() not in _NO_VALUE)
    return (found[0], "") if found is not None and told else None


def _article(words: str, relation: str) -> str:
    bare = relation in ("works_as", "drives") and not _ARTICLE.match(words) and not words[:1].isdigit()
    return "a " if bare else ""


def fits(words: str, relation: str, context: Context) -> bool:
    """Whether words can be the object of a relation: names for people and places, few words for what one likes."""
    words = _trimmed(words)
    first = words.split(" ")[0].strip(".,!").lower()
    if relation == "kept_at":
        return len(words.split()) <= _MOST_PLACE_WORDS and bool(_KEPT.match(words)) and not _SENTENCE.search(words)
    if not _PLAIN.fullmatch(words) or first in _NO_VALUE or _SENTENCE.search(words) or _is_talking(words, context):
        return False
    if relation in PEOPLE:
        span = name_at(words, 0, len(words))
        return span is not None and bool(_BEHIND_NAME.match(words, span[1]))
    if relation in PLACES or (relation == "works_at" and first not in ("the", "a", "an")):
        return first != "the" and bool(_PROPER.fullmatch(words)) and is_name(words.split(" ")[0])
    return words.isdigit() if relation == "age" else _is_thing(words, relation)


def _is_thing(words: str, relation: str) -> bool:
    """Whether a few words are a noun with what belongs to it, or a title; no sentence without its subject."""
    parts = words.split()
    title = relation == "favourite" and _PROPER.fullmatch(words)
    if relation == "is":  # a code, one word, or a hint
        return len(parts) == 1 or bool(re.search(r"\d", words)) or parts[0].lower() in ("the", "a")
    if title:
        return len(parts) <= _MOST_WORDS
    most = _MOST_NOUN_WORDS + (relation == "works_at") - (relation == "favourite")
    verbs = any(part.lower() in VERBS or _PAST.fullmatch(part) for part in parts[relation == "works_as":])
    alone = relation == "works_as" and len(parts) == 1 and words.lower() in VERBS
    mixed = " the " in words or (relation != "drives" and re.search(r"\d", words))
    adverb = len(parts[0]) > _LONG and parts[0].endswith("ly")
    return not (len(parts) > most or verbs or alone or mixed or adverb)


def _trimmed(words: str) -> str:
    """The words without their time, "I think" and "now" behind them."""
    words = _HEDGE.sub("", words.strip(" .!*"))
    times = time_phrases(words, 0, len(words))
    if times and times[-1].span[0] > 0 and times[-1].span[1] == len(words):
        words = words[:times[-1].span[0]]
    return _TAIL.sub("", _TAIL.sub("", words))


def _is_talking(words: str, context: Context) -> bool:
    """Whether it is the name of one who takes part: "Tom!" is a call."""
    people = (context.saying.speaker, *context.saying.others, *(turn.speaker for turn in context.turns))
    return words.lower() in {part for name in people if name for part in (name.lower(), name.lower().split()[0])}


# ------------------------------------------------------------------ times

_DAY_OF_MONTH = expression(r"\d{1,2}(?:st|nd|rd|th)\b")
TIME_LEAD = expression(r"(?:on|at|in|next|this|tomorrow|today|tonight)\b", re.IGNORECASE)
_HOUR = expression(r"(?:at |around )?(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?|(?:half|quarter) (?:past|to) \w+|"
                   r"\w+ o'clock)$", re.IGNORECASE)


def _time(text: str, start: int, end: int, topic: str, context: Context) -> tuple[int, str] | None:
    """A time as the answer to when; an hour alone is on the day that is known of the plan."""
    if _HOUR.match(text[start:end].strip(" .!")):
        return _on_known_day(text, start, topic, context)
    if _DAY_OF_MONTH.match(text, start, end):
        return start, "on the "
    times = time_phrases(text, start, end)
    if not times or times[0].span[0] > start + 4:
        return None
    return start, "" if TIME_LEAD.match(text, start, end) else "on "


def _on_known_day(text: str, start: int, topic: str, context: Context) -> tuple[int, str] | None:
    known = [one.valid_from for _, one in context.last_told(len(context.turns)) if one.relation == "plan"
             and one.mode == "planned" and (one.topic == topic or one.topic.endswith(f" {topic}"))]
    if not known or known[0] is None:
        return None
    at = "" if text[start:start + 3].lower() == "at " else "at "
    return start, f"on {known[0].local():%Y-%m-%d} {at}"


