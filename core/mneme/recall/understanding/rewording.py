"""Making one English question out of another: another question word, person, thing, place, time or tense."""

import re
from collections.abc import Sequence

from mneme.expressions import expression
from mneme.memory.times.stretches import Precision
from mneme.memory.times.words import words as word_set
from mneme.recall.understanding.referents import possessive
from mneme.types import Span

_AUX = r"(?:did|does|do|is|are|was|were|am|has|have|had|will|would|can|could|should)"
_CLAUSE = expression(
    rf"^(?P<wh>(?:(?:on|in|at|to|from|for|with|since|by) )?(?:what|which|who|whom|whose|where|when|why|"
    rf"how)\b(?:(?!\b{_AUX}\b)[^?]){{0,60}}?) "
    rf"(?P<aux>{_AUX}) (?P<rest>[^?]+)$", re.IGNORECASE)
_YES_NO = expression(rf"^(?P<aux>{_AUX}) (?P<rest>[^?]+)$", re.IGNORECASE)
_SUBJECT = expression(r"^(?:who|what|which \w+) (?P<rest>(?:[a-z]+ed|gave|took|made|went|came|told|said|got|bought|"
                      r"sold|won|lost|broke|"
                      r"built|wrote|taught|sent|left|met|saw|brought|drove|ate|drank|sang|ran|led|found|paid|stole|"
                      r"baked) [^?]+)$", re.IGNORECASE)
_GAP = expression(r" (?:for|in|at|on|from|with|to|during|after|before|as|because|when|while|last|this|yesterday|since|"
                  r"by|of|about|"
                  r"together|again|two|three|a (?:few|week|month|year|couple))\b", re.IGNORECASE)
_STRANDED = expression(r" (?:for|in|at|on|from|with|to|about|of|into|by|after|like)$", re.IGNORECASE)
_MOTION = expression(r"\b(?:go|move|travel|fly|drive|walk|run|come|return|relocate|sail|hike|cycle)\b", re.IGNORECASE)
_BEING = frozenset(("is", "are", "was", "were", "am"))
_PREPOSITION = expression(r"^(?:in|on|at|during|since|until|from|by|around|for|with|to|near|about)\s+", re.IGNORECASE)
_UNSTATED = expression(r"^(?:last|this|next|yesterday|today|tomorrow|tonight|(?:a|an|two|three|\w+) \w+ ago|"
                       r"the (?:day|week|year|month) (?:before|after))\b",
                       re.IGNORECASE)


def as_question(text: str) -> str:
    """With a capital at its beginning and one question mark at its end, no white space doubled."""
    plain = re.sub(r"\s+", " ", text).strip().rstrip("?.! ")
    return f"{plain[:1].upper()}{plain[1:]}?"


def open_end(question: str) -> str:
    """Without the question mark, so that something can be added."""
    return question.strip().rstrip("?.! ")


def thing(answer: str) -> str:
    """An answer as it stands behind "before": "at Equinor" is "Equinor"."""
    return without_preposition(answer)


def without_preposition(phrase: str) -> str:
    return _PREPOSITION.sub("", phrase)


def with_time_preposition(phrase: str, precision: Precision) -> str:
    """2022 is "in 2022", Monday is "on Monday", "last week" stays."""
    if _UNSTATED.match(phrase) or _PREPOSITION.match(phrase):
        return phrase
    long = precision in ("month", "year", "season", "decade")
    return f"{'in' if long else 'on' if precision in ('day', 'weekend') else 'at'} {phrase}"


def replaced_time(question: str, span: Span, phrase: str) -> str:
    """`question` with the time at `span` replaced, its preposition with it."""
    ahead = question[:span[0]]
    if not re.match(r"(?:in|on|at|since|until|before|after|during|from|by|last|this|next|yesterday|today|"
                    r"tomorrow)\b", phrase, re.IGNORECASE):
        return ahead + phrase + question[span[1]:]
    bare = re.sub(r"(?:\b(?:in|on|at|during|around|as of|by|before|after|until)\s+)?(?:the\s+)?$", "", ahead,
                  flags=re.IGNORECASE)
    if re.match(r"(?:since|until|from|between)\b", question[span[0]:], re.IGNORECASE):
        bare = ahead
    return (bare.rstrip() + " " if bare.strip() else "") + phrase + question[span[1]:]


# ------------------------------------------------------------------ another question word

def asked_anew(question: str, wh: str, tail: str, answer: str) -> str | None:
    """Where did Ann go? Oslo. And why? "Why did Ann go to Oslo?"; None where the question cannot be turned."""
    clause, low = _expanded(open_end(question)), wh.lower()
    wh = "Who" if low == "whom" else wh[:1].upper() + wh[1:]
    found = _CLAUSE.match(clause)
    if found is None:
        return _of_other_clause(clause, wh, tail, answer)
    old, aux, rest = found["wh"].lower(), found["aux"].lower(), found["rest"].strip()
    if aux in _BEING and not re.search(r"\b\w+(?:ing|ed)\b", rest) and (
            old.split()[0] not in ("when", "where", "how", "who", "why") and aux in ("is", "are", "am")):
        return None
    if old == low and not tail:
        return None
    if aux in ("do", "does") and low in ("when", "what date", "what day") and not tail:
        return None
    return _joined(wh, aux, _with_answer(old, rest, answer) if old != low else rest, tail)


def _joined(wh: str, aux: str, rest: str, tail: str) -> str:
    tail = "" if tail.lower() in ("exactly", "then", "ago") else tail
    return f"{wh} {aux} {rest}{' ' + tail.lower() if tail else ''}"


def _of_other_clause(clause: str, wh: str, tail: str, answer: str) -> str | None:
    yes_no = _YES_NO.match(clause)
    if yes_no is not None:
        return _joined(wh, yes_no["aux"].lower(), re.sub(r"\bever ", "", yes_no["rest"]), tail)
    subject = _SUBJECT.match(clause)
    if subject is None or not answer:
        return None
    return f"{wh} was it that {answer} {subject['rest']}{' ' + tail if tail else ''}"


def _expanded(clause: str) -> str:
    return re.sub(r"^(what|where|who|when|how|why)['’]s\b", r"\1 is", clause, flags=re.IGNORECASE)


def _with_answer(wh: str, rest: str, answer: str) -> str:
    """What was answered, put where it was asked for: "Ann buy" and "a car" is "Ann buy a car"."""
    head = wh.split()[-1] if wh.split()[0] in ("on", "in", "at", "to", "from", "for", "with") else wh.split()[0]
    if not answer or len(answer.split()) > 6 or head in ("when", "why", "how") or re.match(r"\d", answer):
        return rest
    phrase = re.sub(r"^(?:The|A|An|My|His|Her|Their|In|At|To|On|With)\b", lambda m: m[0].lower(), answer)
    if head in ("where",) and not _PREPOSITION.match(phrase) and not _STRANDED.search(rest):
        phrase = f"{'to' if _MOTION.search(rest) else 'in'} {phrase}"
    if _STRANDED.search(rest):
        return f"{rest} {phrase}"
    words = rest.split(" ")
    skip = len(words[0]) + 1 + (len(words[1]) if len(words) > 1 else 0)
    gap = _GAP.search(rest, skip)
    return f"{rest} {phrase}" if gap is None else f"{rest[:gap.start()]} {phrase}{rest[gap.start():]}"


# ------------------------------------------------------------------ somebody or something else

_NOUN_PHRASE = expression(r"^(?P<lead>the|my|our|his|her|their|an?|[A-Z][\w-]*['’]s?) (?P<noun>.+)$")
_ADJECTIVE = "(?:(?:first|second|new|old|older|younger|best|big|little|red|blue|green|black|white) )?"
_NO_THINGS = word_set("name names first last most reason time kind")
_ORDINAL = expression(r"\b(?:first|second|third|fourth|last|other|old|older|oldest|new|newer|newest|next|previous|"
                      r"younger|youngest|"
                      r"eldest|latest|red|blue|green|black|white|big|small|left|right|current|"
                      r"former)\b(?= \w)", re.IGNORECASE)


def with_ordinal(question: str, which: str) -> str | None:
    """And the second one? "... my first car" becomes "... my second car"."""
    if not _ORDINAL.match(f"{which} x"):
        return None
    found = _ORDINAL.search(question)
    return None if found is None else question[:found.start()] + which + question[found.end():]


def with_phrase(question: str, phrase: str, times: Sequence[Span]) -> str:
    """And in Rome? And for lunch? What the same preposition stands before is replaced; else it is added."""
    lead = phrase.split()[0].lower()
    owned = "(?:['’]s?)?" if re.search(r"['’]s?$", phrase) else "(?:['’]s? [\\w-]+)?"
    places = ("in", "at") if lead in ("in", "at") else (lead,)
    for found in reversed(list(re.finditer(rf"\b(?:{'|'.join(places)}) (?:(?:the|my|our|his|her|"
                                           rf"their) )?{_ADJECTIVE}[\w-]+(?: [A-Z][\w-]+)*{owned}", question))):
        if not any(a < found.end() and found.start() < b for a, b in times):
            return question[:found.start()] + phrase + question[found.end():]
    if times:
        before = re.sub(r"(?:\b(?:in|on|at|during|since)\s+)?$", "", question[:times[-1][0]])
        return f"{before.rstrip()} {phrase} {question[len(before):].lstrip()}"
    return f"{open_end(question)} {phrase}"


def with_place(question: str, x: str, place: Span) -> str:
    """And Milan? What was asked of Rome, asked of Milan."""
    return question[:place[0]] + x + question[place[1]:]


def with_other(question: str, x: str, people: Sequence[Span]) -> str | None:
    """And Tom? And the cat? And mine? `x` in the place of the one asked about; None where there is none like it."""
    low = x.lower()
    if low in ("me", "i", "myself"):
        return _for_me(question, people)
    if low in ("mine", "my own"):
        return _replaced(question, people[-1], "my") if people and _is_owner_there(question, people[-1]) else None
    other = _other_of_owner(question, x)
    if other is not None:
        return other
    owned = re.fullmatch(r"(?P<name>(?:[A-Z][\w-]*|my \w+)(?: [A-Z][\w-]*)?)['’]s?", x)
    if owned is not None:
        x = owned["name"]
    phrase = _NOUN_PHRASE.match(x)
    if phrase is not None:
        made = _other_noun(question, x, phrase["lead"])
        if made is not None:
            return made
    if not (x[:1].isupper() or phrase is not None):
        return None
    if people:
        return _other_person(question, x, people)
    return _for_somebody(question, x)


def _other_of_owner(question: str, x: str) -> str | None:
    """And Ann's cat? "Ann's dog" in the question becomes "Ann's cat"."""
    owned = re.match(r"(?P<owner>.+['’]s?) (?P<noun>\w.*)$", x)
    if owned is None:
        return None
    words = len(owned["noun"].split())
    found = re.search(rf"{re.escape(owned['owner'])} \w[\w-]*(?: \w[\w-]*){{0,{words - 1}}}", question)
    return None if found is None else question[:found.start()] + x + question[found.end():]


def _other_person(question: str, x: str, people: Sequence[Span]) -> str:
    span = people[-1]
    held = question[span[0]:span[1]]
    new = possessive(x) if _is_owner_there(question, span) else x
    made = _replaced(question, span, new)
    return re.sub(rf"\b{re.escape(held)}['’]s?(?=\W)", possessive(x), made) if held != x else made


def _is_owner_there(question: str, span: Span) -> bool:
    return bool(re.match(r"['’]s?(?!\w)", question[span[1]:]))


def _replaced(question: str, span: Span, new: str) -> str:
    rest = question[span[1]:]
    return question[:span[0]] + new + (re.sub(r"^['’]s?", "", rest) if _is_owner_there(question, span) else rest)


def _other_noun(question: str, x: str, lead: str) -> str | None:
    """The thing with the same beginning: "the cat" for "the dog", "the wifi password" for "the alarm code"."""
    kind = re.escape(lead) if lead.lower() not in ("the", "a", "an") else "(?:the|an?)"
    for found in reversed(list(re.finditer(rf"\b{kind} {_ADJECTIVE}(?P<noun>[\w-]+)", question))):
        if found["noun"].lower() not in _NO_THINGS:
            end, ahead = found.end(), question[:found.start()]
            more = re.match(rf"(?: [\w-]+){{1,2}}(?=\s*\??$|{_GAP.pattern})", question[end:])
            is_object = not re.search(rf"(?:\b(?:did|does|do|has|have|will|can|would)|^{_AUX}) $", ahead, re.IGNORECASE)
            end += more.end() if more is not None and is_object and not _GAP.match(question[end:]) else 0
            return ahead + x + question[end:]
    whose = re.sub("['’]s?$", "", lead)
    owner = re.search(rf"{re.escape(whose)}(?!['’\w])", question) if whose != lead else None
    return None if owner is None else question[:owner.start()] + x + question[owner.end():]


_FOR_ME = {"does": "do", "has": "have", "is": "am"}


def _for_me(question: str, people: Sequence[Span]) -> str | None:
    """What does Tom like? And me? "What do I like?" """
    if not people:
        return None
    start, end = people[-1]
    if _is_owner_there(question, people[-1]):
        return _replaced(question, people[-1], "my")
    aux = re.search(r"\b(does|has|is) $", question[:start])
    if aux is not None:
        return question[:aux.start()] + _FOR_ME[aux.group(1)] + " I" + question[end:]
    after_aux = re.search(rf"\b{_AUX} $", question[:start], re.IGNORECASE)
    return question[:start] + ("I" if after_aux is not None else "me") + question[end:]


def _for_somebody(question: str, x: str) -> str | None:
    """Where do I live? And Tom? "Where does Tom live?" """
    made = re.sub(r"\bdo (?:I|we)\b", f"does {x}", question, flags=re.IGNORECASE)
    made = re.sub(r"\bhave (?:I|we)\b", f"has {x}", made, flags=re.IGNORECASE)
    made = re.sub(r"\bam I\b", f"is {x}", made, flags=re.IGNORECASE)
    made = re.sub(r"\b(?<!')(?:I|we)\b(?!['’])", x, made) if made == question else made
    made = re.sub(r"\b(?:my|our)\b", possessive(x), made, flags=re.IGNORECASE) if made == question else re.sub(
        r"\b(?:my|our)\b", "their", made, flags=re.IGNORECASE)
    return made if made != question else None


# ------------------------------------------------------------------ tense

def in_the_past(question: str) -> str:
    """Where do I live? Where did I live?"""
    made = re.sub(r"\s*\b(?:currently|nowadays|these days|now|at the moment)\b", "", question, flags=re.IGNORECASE)
    pairs = (("does", "did"), ("do", "did"), ("is", "was"), ("am", "was"), ("are", "were"), ("has", "had"))
    found = re.match(rf"(?:(?!\b{_AUX}\b)[^?])*?\b(?P<aux>{_AUX})\b", _expanded(made), re.IGNORECASE)
    new = dict(pairs).get(found["aux"].lower()) if found is not None else None
    if found is None or new is None:
        return made
    whole = _expanded(made)
    return whole[:found.start("aux")] + new + whole[found.end("aux"):]


def at_present(question: str, times: Sequence[str], word: str) -> str:
    """Where did Tom live in 2020? And now? "Where does Tom live now?" """
    made = open_end(question)
    for text in times:
        made = re.sub(rf"\s*(?:\b(?:in|on|at|during|around|before|after|since|"
                      rf"until)\s+)?(?:the )?{re.escape(text)}", "", made)
    found = re.search(r"\bdid (?P<who>I|we|you|they|[A-Z]\w*|my \w+)\b", made)
    if found is not None:
        aux = "do" if found["who"] in ("I", "we", "you", "they") or found["who"].endswith("parents") else "does"
        made = made[:found.start()] + aux + made[found.start() + 3:]
    made = re.sub(r"\bwas I\b", "am I", made, count=1)
    made = re.sub(r"\bwas\b", "is", made, count=1) if found is None and " am I" not in made else made
    return f"{made} {word}"
