"""What pronouns stand for: whom, which thing, place and time the conversation spoke of last."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.memory.times.words import words as word_set
from mneme.recall.understanding.asked import Wanted, masked, quoted, wanted
from mneme.recall.understanding.named import name_spans
from mneme.types import Moment, Span

_SHORT = 8  # words of an answer that may stand in a question
_SHE_NAMES = word_set("""
    maria mary ann anna anne emma olivia sophia sophie sofia isabella mia amelia charlotte emily eva eve ella
    elena elizabeth lisa laura sara sarah julia julie kate katie kathrin catherine jane janet jennifer jessica
    jean joanna joan linda lucy margaret marie marta martha melanie caroline gina monica nina nora olga paula
    rachel rebecca ruth sandra stephanie susan sue tina ursula victoria vera wendy ingrid kari astrid ines
    carmen alice amy angela audrey barbara betty brenda carla carol clara claire daisy deborah debra diana
    donna dorothy evelyn fiona frida gloria grace hannah heather helen irene iris karen kelly leah lena lily
    maya megan michelle molly nancy natalie nicole patricia priya rosa rose sally samantha sharon tanya teresa
    theresa zoe""")
_HE_NAMES = word_set("""
    tom thomas tim john jon jonathan james jim jack jacob jake joe joseph josh joshua ben benjamin bill
    william bob robert rob carl charles chris christopher dan daniel dave david ed edward eric frank fred
    george greg harry henry ian ivan kevin kurt lars leo luca lucas luke mark martin matt matthew max michael
    mike nick nicholas ole oliver oscar otto paul pete peter phil philip ralph ray richard rick ron ryan sam
    samuel scott sean simon stefan stephen steve steven ted tony victor walter aaron adam alan albert andrew
    anthony arthur brian bruce calvin diego dylan erik evan felix fernando gary hans hugo jeff jens jorge jose
    juan justin karl keith kenneth larry liam louis marco mario miguel nathan neil omar pablo patrick pedro
    raj roger sebastian sven""")
_SHE_KIN = ("sister mother mom mum daughter wife girlfriend aunt niece grandmother grandma granddaughter "
            "mother-in-law fiancée")
_HE_KIN = "brother father dad son husband boyfriend uncle nephew grandfather grandpa grandson father-in-law fiancé"
_ANY_KIN = ("cousin friend boss colleague neighbour neighbor teacher doctor dentist partner roommate flatmate landlord "
            "manager coach tutor therapist manager supervisor mentor lawyer accountant")
_MANY_KIN = ("parents kids children sons daughters sisters brothers friends grandparents neighbours neighbors "
             "colleagues cousins")
_KINDRED = "|".join(f"{_SHE_KIN} {_HE_KIN} {_ANY_KIN} {_MANY_KIN}".split())
_KIN = expression(
    rf"\b(?:my|our|(?:[A-Z][\w-]*['’]s?)) (?:(?:best|old|older|younger|little|big|new|late|former|ex|first|second|"
    rf"youngest|oldest|"
    rf"eldest|twin) )?(?P<kin>{_KINDRED})\b")
_PLACED = expression(r"\b(?:in|at|to|from|near|around|through|into|via|visit(?:ed)?|"
                     r"towards)\s+(?:the )?$", re.IGNORECASE)
_A_PLACE = expression(r"\W*(?:(?:in|at|to) )?(?:what|which) (?:\w+ )?(?:restaurant|hotel|caf[eé]|museum|bar|pub|shop|"
                      r"store|school|park|beach|"
                      r"hostel|university|theatre|theater|cinema|gym|church|hospital|airport|station|market|"
                      r"campsite)\b", re.IGNORECASE)
_ONE_OF = expression(r"\W*(?:what|which) (?!did\b|does\b|do\b|is\b|was\b|are\b|were\b|has\b|have\b)\w+ ", re.IGNORECASE)
_MOTION = expression(r"\b(?:go|goes|going|gone|went|move|moved|travel|travelled|fly|flew|drive|drove|walk|run|come|"
                     r"came|return|relocate|"
                     r"relocated|sail|hike|hiked|cycle|trip|get|got|bring|take|send)\b", re.IGNORECASE)
_THING = expression(r"\b(?:the|my|our|his|her|their|this|an?|[A-Z][\w-]*['’]s?) (?:(?!(?:in|on|at|to|for|from|with|of|"
                    r"and|or|that|who|"
                    r"which|when|last|this|next|i|is|was|did|had|has|called|before|after|during|since|by|about|"
                    r"through|into|over|under|\w+ing|as|"
                    r"than|because|while|if|me|him|yesterday|today|back|off|out|up|away)\b)[\w’'-]+ ?){1,3}"
                    r"(?:of (?:the |my )?[\w’'-]+)?")
_BLEACHED = expression(r"\b(?:name|kind|type|time|first time|last time|way|number|reason|order|total|date|day|year|"
                       r"month|week|most|"
                       r"moment|same|first|last|best|past|amount|cost|price|colou?r|size)$", re.IGNORECASE)


_HOLLOW = expression(r"^(?:the|my|our|his|her|their) (?:\w+ )?(?:name|kind|type|number|amount|rest|part) of\b|"
                     r"['’]s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """A question completed, with its short answer ("" for none) and what one may now point at, the nearest first."""

    question: str
    answer: str
    times: tuple[TimeExpression, ...]
    names: tuple[Span, ...]  # of persons in the question
    people: tuple[str, ...]
    thing: str
    place: str  # with its preposition, or bare
    when: str  # with its preposition


def told(question: str, answer: str | None, earlier: Told | None, now: Moment) -> Told:
    """What may be pointed at after `question` got `answer`; what it leaves open comes from `earlier`."""
    short, kind = _short(answer), wanted(question)
    times = tuple(one for one in expressions(masked(question), now) if one.kind == "date")
    taken = [one.span for one in times]
    people = _people(question, taken)
    answered = [short] if kind is Wanted.PERSON and short and (short[:1].isupper() or _KIN.match(short)) else []
    place, thing, when = _place(question, taken), _thing(question, taken, people), _when(question, times)
    if kind is Wanted.PLACE and short:
        place = short
    if short and _A_PLACE.match(question):
        place = f"at {re.sub(r'^(?:at|in) ', '', short)}"
    if kind is Wanted.PLACE and not thing and short[:1].isupper() and " " in short:
        thing = short
    if kind is Wanted.OPEN and short[:1].isupper() and _ONE_OF.match(question):
        thing = short
    if kind is Wanted.OPEN and short and _is_thing(short):
        thing = re.sub(r"^an? ", "the ", short, flags=re.IGNORECASE)
    if kind is Wanted.DATE and short:
        when = _dated(short, now)
    before = (earlier.people, earlier.thing, earlier.place, earlier.when) if earlier is not None else ((), "", "", "")
    named = [question[a:b] for a, b in people]
    return Told(question, short, times, tuple(people), tuple(dict.fromkeys((*answered, *named, *before[0])))[:12],
                thing or before[1], place or before[2], when or before[3])


def _short(answer: str | None) -> str:
    """The answer where it is a phrase that may stand in a question, else ""."""
    phrase = (answer or "").strip().rstrip(".!?").strip()
    fits = phrase and len(phrase.split()) <= _SHORT and not re.search(r"[\n?!;]|[.:] ", phrase)
    return phrase if fits and not re.match(r"(?:yes|no|i|he|she|it|they|we|you|there)\b", phrase, re.IGNORECASE) else ""


def _people(question: str, taken: Sequence[Span]) -> list[Span]:
    """Persons in the question: names that no preposition makes a place, and "my sister", "Tom's boss"."""
    titles = set(quoted(question))
    kin = [found.span() for found in _KIN.finditer(masked(question))]
    found = [span for span in name_spans(question, taken)
             if span not in titles and not _PLACED.search(question[:span[0]]) and not _is_part(question, span)
             and not any(a <= span[0] < b for a, b in kin)]
    return sorted(found + kin)


def places_in(question: str) -> list[Span]:
    """Names in the question that a preposition makes a place."""
    return [span for span in name_spans(question) if re.search(r"\b(?:in|at|to|from|near|"
                                                               r"visit(?:ed)?) (?:the )?$", question[:span[0]])]


def is_known_name(person: str) -> bool:
    """Is it a first name, or somebody of a family, as far as the tables know?"""
    return bool(_gender(person))


def _is_part(question: str, span: Span) -> bool:
    """Is the name a part of a thing's ("the Brandt account", "a Volvo")?"""
    before = re.search(r"(\w+) $", question[:span[0]])
    return before is not None and before.group(1).lower() in {"the", "a", "an", "new", "old"}


def _place(question: str, taken: Sequence[Span]) -> str:
    for start, end in reversed(name_spans(question, taken)):
        lead = re.search(r"\b(in|at|to|from|near)\s+(?:the )?$", question[:start], re.IGNORECASE)
        if lead is not None:
            return f"{'in' if lead.group(1).lower() in ('to', 'from') else lead.group(1).lower()} {question[start:end]}"
    return ""


def _thing(question: str, taken: Sequence[Span], people: Sequence[Span]) -> str:
    """The last thing that the question names: a quoted title, "the red car", "Tom's piano"."""
    for start, end in reversed(quoted(question)):
        return question[start - 1:end + 1]
    for found in reversed(list(_THING.finditer(question))):
        phrase, span = found.group().rstrip(), (found.start(), found.start() + len(found.group().rstrip()))
        is_taken = span in people or any(a < span[1] and span[0] < b for a, b in taken)
        if not is_taken and not _BLEACHED.search(phrase) and not _HOLLOW.search(phrase):
            return re.sub(r"^(?:an?|this) ", "the ", phrase, flags=re.IGNORECASE)
    return ""


def _is_thing(phrase: str) -> bool:
    return len(phrase.split()) <= 5 and bool(re.match(r"(?:the|an?|my|his|her|their|our|"
                                                      r"[A-Z][\w-]*['’]s) \w", phrase, re.IGNORECASE))


def _when(question: str, times: Sequence[TimeExpression]) -> str:
    if not times:
        return ""
    start, end = times[-1].span
    lead = re.search(r"\b(?:in|on|at|during|since|around)\s+$", question[:start], re.IGNORECASE)
    return question[lead.start() if lead is not None else start:end]


def _dated(short: str, now: Moment) -> str:
    if re.match(r"(?:in|on|at|during|last|yesterday|this|since|the)\b", short, re.IGNORECASE):
        return short[:1].lower() + short[1:]
    found = expressions(f"in {short}", now)
    return "" if not found else f"{'on' if found[0].precision == 'day' else 'in'} {short}"


# ------------------------------------------------------------------ pronouns

_PRONOUN = expression(r"\b(?P<word>he|she|him|her|hers|his|they|them|their|it|its|there|then|that (?:day|week|weekend|"
                      r"month|year|time|summer)|"
                      r"(?<= )(?:that|this)(?=\s*(?:$|\?|cost|take|happen|end|start|go|mean|in\b|on\b|at\b|for\b|"
                      r"from\b|with\b|last\b)))\b(?P<s>['’]s)?",
                      re.IGNORECASE)
_IDLE_IT = expression(
    r"\bit\b(?:['’]s)? (?:rain|snow|hail|cold|hot|warm|sunny|dark|true|possible|take|took|like to|that|who|time|"
    r"be possible|ok|worth|"
    r"(?:\w+ )?(?:important|necessary|better|hard|easy|likely) )|\bwhat time (?:is|was) it\b|\bhow (?:is|"
    r"was)? ?it going\b|"
    r"\b(?:does|did) it take\b|\bit (?:is|was|be|feel|feels|felt) (?:like|to|that)\b|\b(?:was|is) it (?:raining|"
    r"snowing|cold|hot|warm|sunny|dark|\w+ (?:that|who|to)\b)", re.IGNORECASE)
_IDLE_THERE = expression(r"\b(?:is|are|was|were|been|be|has|have) there\b|\bthere (?:is|are|was|were|any|a|"
                         r"been)\b", re.IGNORECASE)
_OWN_NOUN = expression(r"\b(?i:the|an?|my|our|this|these|those|some|any) (?!(?:first|last) time\b|name\b|same\b|"
                       r"most\b)[\w-]+|\b[A-Z][\w-]*['’]s? \w+|\bwhat \w+s?\b(?= (?:did|do|does))",
                       re.IGNORECASE)
_OWN_PERSON = expression(rf"\b(?:my|our|the|"
                         rf"an?) (?:\w+ )?(?:{_KINDRED}|man|woman|girl|boy|person|guy|lady|kid|child|dog|cat|baby)\b|"
                         r"\b(?:someone|somebody|everyone|anyone|nobody|people)\b", re.IGNORECASE)
_NO_NOUN_AFTER = expression(r"\s*(?:$|[?.,!]|(?:in|on|at|to|for|from|with|by|about|and|or|when|after|before|during|"
                            r"last|this|next|the|a|an|my|"
                            r"there|then|yesterday|today|again|back|first|if|that|because|since|as|go|do|up|out|off|"
                            r"her|him|it)\b)", re.IGNORECASE)


def resolved(body: str, latest: Told) -> str | None:
    """`body` with its pronouns replaced by what they stand for; None where none of them points outside."""
    hidden, made, at, changed = masked(body), "", 0, False
    for found in _PRONOUN.finditer(hidden):
        new = _referent(body, hidden, found, latest)
        if new is not None:
            made += body[at:found.start()] + new
            at, changed = found.end(), True
    return made + body[at:] if changed else None


def _referent(body: str, hidden: str, found: re.Match[str], latest: Told) -> str | None:
    word, ahead, behind = found["word"].lower(), hidden[:found.start()], hidden[found.end():]
    if word == "there":
        return None if found["s"] or _is_idle(_IDLE_THERE, hidden, found) else _there(latest, hidden)
    if word == "then" or word.startswith("that "):
        return _then(latest, ahead, behind, word)
    if word in ("it", "its", "that", "this"):
        return _thing_meant(hidden, found, latest)
    if name_spans(body[:found.start()]) or _OWN_PERSON.search(ahead):
        return None
    person = _person(word, latest)
    if person is None:
        return None
    owned = word in ("his", "their", "hers") or (word == "her" and not _NO_NOUN_AFTER.match(behind)) or bool(found["s"])
    return possessive(person) if owned else person


def _is_idle(pattern: re.Pattern[str], text: str, found: re.Match[str]) -> bool:
    return any(one.start() <= found.start() < one.end() for one in pattern.finditer(text))


def _there(latest: Told, hidden: str) -> str | None:
    if not latest.place:
        return None
    bare = re.sub(r"^(?:in|at|to|near) ", "", latest.place, flags=re.IGNORECASE)
    if re.search(r"\bfrom there\b", hidden, re.IGNORECASE):
        return bare
    moves = _MOTION.search(hidden) and not re.search(r"\b(?:where|what) (?:else )?did .* go\b", hidden, re.IGNORECASE)
    return f"to {bare}" if moves else latest.place if latest.place != bare else f"in {bare}"


def _then(latest: Told, ahead: str, behind: str, word: str) -> str | None:
    if not latest.when or (word == "then" and (not ahead.strip() or re.search(r"\b(?:and|since|until|by) $", ahead))):
        return None
    if re.search(r"\b(?:in|on|at|during) $", ahead):
        return re.sub(r"^(?:in|on|at|during) ", "", latest.when)
    return latest.when


def _thing_meant(hidden: str, found: re.Match[str], latest: Told) -> str | None:
    word = found["word"].lower()
    if not latest.thing or _is_idle(_IDLE_IT, hidden, found) or _OWN_NOUN.search(hidden[:found.start()]):
        return None
    if word in ("that", "this") and not re.search(r"\b(?:did|does|was|is|of|about|for|with|after|before|buy|get|do|in|"
                                                  r"to|at) $",
                                                  hidden[:found.start()], re.IGNORECASE):
        return None
    return possessive(latest.thing) if word == "its" else f"{latest.thing}{'’s' if found['s'] else ''}"


def possessive(name: str) -> str:
    """Tom's, James's; "I" gives "my"."""
    several = name.endswith(("parents", "kids", "friends", "sisters", "brothers", "sons", "daughters"))
    return f"{name}'" if several else f"{name}'s"


def _person(word: str, latest: Told) -> str | None:
    """The nearest person whom the pronoun may mean; a name whose gender is not known may be either."""
    if word in ("they", "them", "their"):
        return _several(latest) or (latest.people[0] if latest.people else None)
    she = word in ("she", "her", "hers")
    fitting = [one for one in latest.people if _gender(one) in ("", "she" if she else "he")]
    sure = [one for one in fitting if _gender(one)]
    if sure and len(latest.names) > 1:
        return sure[0]
    return fitting[0] if fitting else None


def _several(latest: Told) -> str | None:
    for one in latest.people:
        if _gender(one) == "they":
            return one
    for (_a, end), (start, last) in zip(latest.names, latest.names[1:], strict=False):
        if latest.question[end:start].strip() == "and":
            return latest.question[_a:last]
    return None


def _gender(person: str) -> str:
    words = re.findall(r"[\w-]+", person.lower())
    first, last = (words[0], words[-1]) if words else ("", "")
    if last in _MANY_KIN.split() or " and " in person:
        return "they"
    if last in _SHE_KIN.split() or (first in _SHE_NAMES and last not in _HE_KIN.split()):
        return "she" if last not in _ANY_KIN.split() or first not in _SHE_NAMES else ""
    if last in _HE_KIN.split() or first in _HE_NAMES:
        return "he" if last not in _ANY_KIN.split() or first not in _HE_NAMES else ""
    return ""
