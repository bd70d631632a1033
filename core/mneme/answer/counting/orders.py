"""Questions about what came first or last, before or after, and in which order, taken apart into their choices."""

import re
from dataclasses import dataclass

from mneme.answer.counting.events import Event, asked_event, event
from mneme.answer.counting.plans import Matched, matching, rule
from mneme.answer.counting.splitting import listed
from mneme.answer.counting.tenses import BASES
from mneme.expressions import expression


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the choices came first, or last; `choices` are the question's words, one for each event."""

    choices: tuple[str, ...]
    events: tuple[Event, ...]
    last: bool


@dataclass(frozen=True, slots=True)
class Order:
    """In which order the choices came; `latest_first`: told backwards."""

    choices: tuple[str, ...]
    events: tuple[Event, ...]
    latest_first: bool


@dataclass(frozen=True, slots=True)
class Side:
    """Whether `first` came before or after `second`."""

    first: Event
    second: Event


Ordering = Which | Order | Side


def ordering(question: str) -> Ordering | None:
    """What a plain question (see `events.plain`) asks about the order of named events; None: nothing."""
    return _side(question) or _order(question) or _which(question)


# ------------------------------------------------------------------ before or after


def _side(question: str) -> Side | None:
    m = matching(_BEFORE_OR_AFTER, question)
    if m is None:
        return None
    second = re.sub(r"^(?:when )?(?=\S)", "", m["b"])
    return Side(_asked(m["aux"], m["a"]), event(second))


def _asked(aux: str, rest: str) -> Event:
    """"the trip happen" is "the trip"."""
    short = _EMPTY_END.sub("", rest)
    return event(short) if short != rest else asked_event(aux, rest)


_BEFORE_OR_AFTER = rule(r"(?P<aux>did|was|were|had|have|is) (?P<a>.+?),? (?:before or after|after or before|"
                        r"(?:earlier or later|later or earlier|sooner or later) than) (?P<b>.+)")
_EMPTY_END = expression(r" (?:happen|come|occur|take place|happened|come about)$", re.IGNORECASE)


# ------------------------------------------------------------------ the order of several


def _order(question: str) -> Order | None:
    backwards = bool(_BACKWARDS.search(question))
    short = _DIRECTION.sub(" ", question).strip(" ,:")
    short = re.sub(r"\s+([,:])", r"\1", re.sub(r"\s+", " ", short))
    for pattern in _ORDERS:
        m = matching(pattern, short)
        if m is not None and len(choices := listed(m["list"])) > 1 and (":" in short or _is_list(choices, m)):
            return Order(choices, _events(choices, m), backwards)
    return None


def _is_list(choices: tuple[str, ...], m: Matched) -> bool:
    """"the concerts and musical events I attended" names no events; what somebody did with each of them does."""
    if m.match.re != _PLAIN_ORDER or len(choices) > 2:
        return True
    return all(re.match(r"['\"A-Z]|my |our |(?:the )?(?:day|time) |when ", one) for one in choices)


_FIRST = r"(?:earliest|first|oldest|start|beginning|earlier|past)"
_LAST = r"(?:latest|last|newest|most recent(?:ly)?|recent|end|later|present)"
_DIRECTION = expression(
    rf",? ?\(?(?:starting |beginning )?(?:from|with) (?:the )?(?:{_FIRST}|{_LAST})(?: (?:one|event))?"
    rf"(?: to (?:the )?(?:{_FIRST}|{_LAST})(?: (?:one|event))?)?\)?|,? in reverse(?: chronological)? order",
    re.IGNORECASE)
_BACKWARDS = expression(rf"(?:from|with) (?:the )?{_LAST}\b|\breverse\b", re.IGNORECASE)
_PLAIN_ORDER = rule(
    r"(?:(?:what|which)(?:'s| is| was| were)?|give me|list) (?:the )?(?:correct |right |exact |proper )?"
    r"(?:chronological |temporal |time )?(?:order|sequence|timeline) (?:of|for|between|in which) (?P<list>[^:]+)")
_ORDERS = (
    rule(r"[^:]*\b(?:order|sequence|chronologically|timeline)\b[^:]*?\b(?P<aux>did) (?P<asked>(?:i|we|[A-Z]\w+) [^:]*?)"
         r"(?: (?:these|the following)[^:]*| (?:things|events))?: (?P<list>.+)"),
    rule(r"[^:]*\b(?:order|sequence|chronologically|timeline)\b[^:]*: (?P<list>.+)"),
    rule(r"(?:in |what (?:is|was) the )?(?:which |what )?(?:chronological )?(?:order|sequence) "
         r"(?:in which )?(?:did) (?P<asked>(?:i|we|[A-Z]\w+) (?:finish |start )?\w+(?: (?:to|in|at|for|with|on))?)"
         r" (?P<list>.+)"),
    rule(r"(?:in |what (?:is|was) the )(?:which |what )?(?:chronological )?(?:order|sequence) (?:in which )?"
         r"(?:did|were|was) (?P<list>.+?) (?:happen(?:ed)?|occur(?:red)?|take place|took place|come|came)"),
    rule(r"(?:what (?:is|was) the |in (?:which|what) )?(?:chronological )?order (?:in which )?(?P<asked>i|we) "
         r"(?P<verb>(?:(?:had|have) )?\w+(?: (?:reading|watching|to|in|at|for|with|on))?) (?P<list>.+)"),
    rule(r"what (?:is|was) the (?:chronological )?order in which (?P<list>.+?) (?:happened|occurred|took place|came)"),
    rule(r"(?:put|arrange|sort|order|place|list|rank) (?P<list>[^:]+?),? (?:in|by|into) (?:\w+ )?(?:chronological )?"
         r"(?:order|date|time|sequence)(?: of (?:time|date))?"),
    rule(r"who (?P<predicate>[^,:]+?) first,? second,?(?: and|,)? ?third,? ?(?:among|between|of|out of|:)? ?"
         r"(?P<list>.+)"),
    _PLAIN_ORDER,
)


# ------------------------------------------------------------------ which came first


def _which(question: str) -> Which | None:
    for pattern in _WHICHES:
        m = matching(pattern, question)
        if m is None:
            continue
        choices = listed(m["list"]) if m["list"] else _two(m)
        if len(choices) > 1:
            return Which(choices, _events(choices, m), bool(_IS_LAST.match(m["rank"])))
    return None


def _two(m: Matched) -> tuple[str, ...]:
    """The choices of "did I visit A or B first": the verb goes with A, and with B unless it has its own."""
    second = re.sub(r"^(?:did )?(?:i|we) ", "", m["b"], flags=re.IGNORECASE)
    if _is_verb(second):
        return f"{m['asked'].partition(' ')[2]} {m['a']}".strip(), second
    return m["a"], second


def _events(choices: tuple[str, ...], m: Matched) -> tuple[Event, ...]:
    return tuple(_event(one, m) for one in choices)


def _event(choice: str, m: Matched) -> Event:
    """A choice with what the question says of all of them: did I get + the phone = got the phone."""
    extra = f" {m['extra']}" if m["extra"] else ""
    if m["asked"]:
        return _did(_named(choice, m), f"{m['asked']} {m['verb']}".strip(), extra)
    if m["verb"]:
        return asked_event("did", f"{choice} {m['verb']}")
    aux, said = m["aux"], m["predicate"]
    if _EMPTY.fullmatch(said) or (not said and not aux):
        return Event(event(choice).text + extra, event(choice).pick)
    return event(f"{choice} {aux} {said}{extra}".replace("  ", " "))


def _named(choice: str, m: Matched) -> str:
    """"which trip ...: the one to Rome" is the trip to Rome."""
    noun = m["noun"].split(" ")[-1]
    return re.sub(r"^(the|my) one\b", rf"\1 {noun}", choice, flags=re.IGNORECASE) if noun.isalpha() else choice


def _is_verb(choice: str) -> bool:
    """Does the choice bring a verb of its own: "start the lessons"?"""
    return choice.split(" ")[0].lower() in BASES and not re.match(r"(?:work|book|paint|plant) ", choice, re.IGNORECASE)


def _did(choice: str, asked: str, extra: str) -> Event:
    subject, _, verb = asked.partition(" ")
    low = verb.lower()
    if _is_verb(choice):
        return asked_event("did", f"{subject} {choice}{extra}")
    if not verb or low in ("do", "experience", "happen") or _CLAUSE.match(choice) or (
            re.match(r"\w{2,}ing\b", choice) and low in _OF_TASKS):
        return Event(event(choice).text + extra)
    return asked_event("did", f"{asked} {choice}{extra}")


_OF_TASKS = ("complete", "finish", "perform", "deal with", "handle", "do", "accomplish", "tackle", "take care of")
_CLAUSE = expression(r"(?:the (?:day|time) |when |i (?!-)|we )", re.IGNORECASE)
_EMPTY = expression(r"(?:(?:of|from) .*?)?(?:come|came|happen(?:ed)?|occur(?:red)?|take place|took place|was|is|were|"
                    r"are|be|comes?|happens)?(?: about| up)?", re.IGNORECASE)
_IS_LAST = expression("(?:the )?(?:last|late|most recent|more recent|recent|newest)", re.IGNORECASE)

_RANK = (r"(?P<rank>(?:the )?(?:first|last|earliest|earlier|latest|later|sooner|soonest|newest|"
         r"(?:most|more) recent(?:ly)?)(?: of all)?(?! (?:night|week|month|year|summer|winter|spring|autumn|fall|"
         r"weekend|time|name|class|aid|(?:mon|tues|wednes|thurs|fri|satur|sun)day)))\b")
_EXTRA = r"(?P<extra>(?: (?:in|on|at|during|this|last|that|for|since|with) [^,:;]*?)?)"
_SEP = (r"(?:\s*[,:;?]\s+|\s[-–—]+\s|\s(?:between|among|amongst|out of|of|from)\s|"
        r"\s(?=(?:the|my|our|an?|when|i|your)\s|['\"]|(?-i:[A-Z])))(?:either |between |was it |is it |did i )?")
_LIST = r"(?P<list>.+\s(?:or|and|vs\.?|versus)\s.+)"
_OF_THE = r"of (?:the|these|those|my|our) (?:(?:two|three|four|five|following|\w+ing) )?\w+"
_NOUN = rf"(?:{_OF_THE}|one of \w+ \w+|(?:[\w'-]+ ){{0,4}}?[\w'-]+)"

_WHICHES = (
    rule(r"(?:between|of|among|out of|from) (?P<list>.+ (?:and|or) .+?),? (?:which|what|who)(?: \w+)?(?: one| event)? "
         r"(?:did (?P<asked>(?:i|we) .+?)|(?P<predicate>.+?)) " + _RANK),
    rule(rf"(?:which|what|who)(?:m)?(?: (?P<noun>{_NOUN}))? did (?P<asked>(?:i|we|[A-Z]\w+|my \w+)(?: [^,:;]+?)?) "
         + _RANK + _EXTRA + _SEP + _LIST),
    rule(rf"(?:which|what|who)(?:m)?(?: {_NOUN})? (?:did|have|had) (?P<asked>(?:i|we|[A-Z]\w+)) (?P<early>{_RANK}) "
         r"(?P<verb>[^,:;]+?)" + _SEP + _LIST),
    rule(rf"(?:which|what|who)(?: {_NOUN})? (?P<aux>was|were|has|have|is)(?: (?P<predicate>[^,:;]+?))? " + _RANK
         + _EXTRA + _SEP + _LIST),
    rule(rf"(?:what|which)(?: (?:{_OF_THE}|[\w'-]+))? (?P<predicate>[^,:;]+?) " + _RANK
         + _EXTRA + _SEP + _LIST),
    rule(r"who (?P<predicate>[^,:;]+?) " + _RANK + _EXTRA + _SEP + _LIST),
    rule(r"did (?P<asked>(?:i|we) (?:(?:finish|start) )?[\w-]+(?: (?:to|in|at|for|with|on))?) (?P<a>.+) or "
         r"(?:(?:to|in|at|for|with|on) )?(?P<b>.+?),? " + _RANK),
    rule(r"did (?P<asked>i|we) " + _RANK + r" (?P<verb>[\w-]+(?: (?:to|in|at|for|with|on))?) (?P<a>.+) or "
         r"(?:(?:to|in|at|for|with|on) )?(?P<b>.+)"),
    rule(r"did (?!(?:i|we|he|she|they)\b)(?P<list>.+ or .+?) (?P<predicate>come|happen|occur|take place) " + _RANK),
    rule(r"did (?!(?:i|we|he|she|they)\b)(?P<list>.+ or .+?) (?P<verb>\w+(?: (?:married|engaged|home|up))?) " + _RANK),
    rule(r"(?:was|were|is) (?:it )?(?P<list>.+ or .+?),?(?: that (?:happened|came|was|took place))? " + _RANK),
)
