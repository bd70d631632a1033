"""Questions about lengths of time, taken apart into the events to be looked up and what is asked of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mneme.answer.counting.events import Event, asked_event, begun, event, masked
from mneme.answer.counting.splitting import listed, pair
from mneme.answer.counting.tenses import gerund, past
from mneme.expressions import expression

# ------------------------------------------------------------------ what can be asked


@dataclass(frozen=True, slots=True)
class Gap:
    """How long from the one to the other; `ordered`: the question says that `first` came first."""

    first: Event
    second: Event
    unit: str | None
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Since:
    """How long from an event to now; `ago`: it is answered with "... ago"."""

    event: Event
    unit: str | None
    ago: bool = False


@dataclass(frozen=True, slots=True)
class Until:
    """How long from now to an event that is to come."""

    event: Event
    unit: str | None


@dataclass(frozen=True, slots=True)
class Spent:
    """How long several things took together: the beginning and the end of each."""

    parts: tuple[tuple[Event, Event], ...]
    unit: str | None


@dataclass(frozen=True, slots=True)
class Age:
    """How old somebody (`who`, empty for the one who asks) was; the birth is told in one of several ways."""

    who: str
    births: tuple[Event, ...]
    event: Event


@dataclass(frozen=True, slots=True)
class Weekday:
    """On which day of the week an event was."""

    event: Event


Duration = Gap | Since | Until | Spent | Age | Weekday


# ------------------------------------------------------------------ a rule: a pattern and what to make of its parts


@dataclass(frozen=True, slots=True)
class Matched:
    """A pattern's match over the masked question; its parts are read from the question as it stands."""

    match: re.Match[str]
    text: str

    def __getitem__(self, name: str) -> str:
        """The part's text, empty where the question or the pattern has none."""
        if name not in self.match.re.groupindex:
            return ""
        start, end = self.match.span(name)
        return self.text[start:end].strip(" ,") if start >= 0 else ""

    @property
    def unit(self) -> str | None:
        """day, week, month or year, if one is asked for."""
        return self["unit"].lower() or None


def matching(pattern: re.Pattern[str], question: str) -> Matched | None:
    """The match at the beginning of a plain question."""
    found = pattern.match(masked(question))
    return Matched(found, question) if found is not None else None


def rule(pattern: str) -> re.Pattern[str]:
    """A pattern over whole questions; {ASK}, {AUX}, {WHEN} and {ME} stand for the words of all rules."""
    for name, words in _WORDS.items():
        pattern = pattern.replace("{" + name + "}", words)
    return expression(f"{pattern}$", re.IGNORECASE)


_WORDS = {
    "ASK": r"(?:(?:exactly |roughly |approximately |about |around )?"
           r"how (?:many (?:\w+ )?(?P<unit>day|week|month|year)s?(?: exactly| in total| total)?|long(?:'s)?|"
           r"much time))",
    "AUX": r"(?P<aux>did|was|were|had|have|has|is)",
    "WHEN": r"(?<!\bday)(?<!\btime)(?<!\bmoment)(?<!\bdate)(?<!\bnight),? "
            r"(?:when|before|until|till|by the (?:time|day)(?: that)?|at the time(?: that)?|on the day(?: that)?|"
            r"as of the day(?: that)?)",
    "ME": r"(?P<who>i|we|you|he|she|they|me|us|him|her|them|(?:my|our|the) \w+|[\w'.]+(?: and [\w'.]+)?)",
}


def duration(question: str) -> Duration | None:
    """What a plain question (see `events.plain`) asks about lengths of time, ages and weekdays; None: nothing."""
    for pattern, made in _RULES:
        matched = matching(pattern, question)
        if matched is not None and (plan := made(matched)) is not None:
            return plan
    return None


# ------------------------------------------------------------------ what the rules make


def _between(m: Matched) -> Gap | None:
    sides = pair(m["both"])
    return None if sides is None else Gap(event(sides[0]), event(sides[1]), m.unit, ordered=False)


def _gap(m: Matched) -> Gap:
    first = event(m["a"])
    return Gap(first, event(_named(m["b"], first.text)), m.unit)


def _named(text: str, before: str) -> str:
    """`text` with the pronoun in front replaced by what `before` names: "it arrived" after "bought the desk"."""
    pronoun = re.match(r"(?:when )?(?P<word>it|they|he|she) ", text, re.IGNORECASE)
    if pronoun is None:
        return text
    thing = re.match(r"\w+ (?P<it>(?:the|my|our|an?) .+)" if pronoun["word"].lower() in ("it", "they")
                     else r"(?P<it>(?-i:[A-Z])\w+(?: (?-i:[A-Z])\w+)*|(?:my|our) \w+)(?=[ '])", before, re.IGNORECASE)
    return text if thing is None else f"{thing['it']} {text[pronoun.end():]}"


def _ago_when(m: Matched) -> Gap:
    return Gap(asked_event(m["aux"], m["a"]), event(m["b"]), m.unit)


def _ago(m: Matched) -> Since:
    return Since(asked_event(m["aux"], m["a"]) if m["aux"] else event(m["a"]), m.unit, ago=True)


def _since(m: Matched) -> Since:
    return Since(event(m["a"]), m.unit)


def _until(m: Matched) -> Until:
    return Until(event(m["a"]), m.unit)


def _beside(m: Matched) -> Gap | None:
    """How long before (after) A did B; not how long before A one should."""
    if re.search(r" (?:should|do|does|will|can|could|would|must|might|may|shall|am|are)$", m["a"], re.IGNORECASE):
        return None
    known = event(m["a"])
    told = _named(m["b"], known.text)
    asked = asked_event(m["aux"], told) if m["aux"] else event(told)
    return Gap(asked, known, m.unit) if m["side"].lower() in ("before", "prior to") else Gap(known, asked, m.unit)


def _had_been(m: Matched) -> Gap | None:
    if not _goes_on(m["state"]):
        return None
    return Gap(begun(m["who"], m["state"]), event(_named(m["b"], f"{m['who']} ")), m.unit)


def _have_been(m: Matched) -> Since | None:
    return Since(begun(m["who"], re.sub(r" (?:for|now|so far|already)$", "", m["state"])), m.unit) \
        if _goes_on(m["state"]) else None


def _goes_on(state: str) -> bool:
    """"been taking lessons", "had the dog"; not "left until the trip" or "passed"."""
    return not re.match(r"(?:passed|elapsed|gone by|left|it been|there been)\b", state, re.IGNORECASE)


def _did_before(m: Matched) -> Gap:
    """How long did I study before I took the exam: from the beginning of the studies."""
    verb, _, rest = m["state"].partition(" ")
    told = f"started {gerund(verb)} {rest}".rstrip()
    named = m["who"].lower() not in ("i", "we", "you")
    return Gap(Event(f"{m['who']} {told}" if named else told, begins=True), event(m["b"]), m.unit)


def _arrived(m: Matched) -> Gap:
    """How long did it take for X to arrive after I bought it."""
    thing, verb = m["who"], m["verb"]
    first, _, rest = verb.partition(" ")
    told = f"{past(first)} {rest}".rstrip()
    cause = re.sub(r"\b(?:it|them)\b", lambda _: thing, m["a"], flags=re.IGNORECASE) if len(thing) > 3 else m["a"]
    named = thing.lower() not in ("me", "us", "you", "i", "we", "")
    return Gap(event(cause), event(f"{thing} {told}" if named else told), m.unit)


def _spent(m: Matched) -> Spent | None:
    """How long did it take to finish A and B: from the beginning to the end of each."""
    spans, doing = [], _DOING.get(m["verb"].lower(), "")
    for part in listed(m["things"]):
        own = _OWN_VERB.match(part)
        doing, rest = (own["verb"].lower(), part[own.end():]) if own else (doing, part)
        things = listed(rest)
        for thing in things if all(one.startswith(("'", '"')) for one in things) else (rest,):
            what = f"{doing} {thing}".strip()
            spans.append((Event(f"started {what}", begins=True), Event(f"finished {what}")))
    return Spent(tuple(spans), m.unit)


_OWN_VERB = expression(r"(?P<verb>reading|watching|listening to|playing|writing|building|knitting|painting) (?=\S)",
                       re.IGNORECASE)
_DOING = {verb: gerund(verb) for verb in ("read", "watch", "write", "build", "knit", "paint", "play", "assemble",
                                          "renovate", "restore", "learn", "sew")} | {"listen to": "listening to"}


def _age(m: Matched) -> Age:
    named = _named(m["b"], f"{m['who']} ")
    asked = asked_event(m["aux"], f"{m['who']} {named}") if m["aux"] else event(named)
    if m["who"].lower() in ("i", "we"):
        return Age("", (Event("I was born", "earliest"), Event("my birthday"), Event("I turned")), asked)
    births = (f"{m['who']} was born", f"{m['who']}'s birthday", f"{m['who']} turned")
    return Age(m["who"], (Event(births[0], "earliest"), Event(births[1]), Event(births[2])), asked)


def _weekday(m: Matched) -> Weekday:
    return Weekday(asked_event(m["aux"], m["a"]))


# ------------------------------------------------------------------ the rules, the more particular first

_PASSED = (r"(?:(?: (?:did|had|have|has|was|were|is|are|do|does|passed|passes|pass|elapsed?|went|gone|go|by|lay|lie|"
           r"there|time|it|of|been|in|apart|total|the|gap|difference|span))*)")

_RULES: tuple[tuple[re.Pattern[str], Callable[[Matched], Duration | None]], ...] = (
    (rule(r"{ASK}" + _PASSED + r" (?:in )?between (?P<both>.+)"), _between),
    (rule(r"(?:what(?:'s| is| was)|calculate) the (?:exact )?(?:number of (?P<unit>day|week|month|year)s|"
          r"duration|length of time|time|(?:time )?(?:difference|span|gap|interval))(?: in time)?"
          r"(?: that passed)? between (?P<both>.+)"), _between),
    (rule(r"how (?:many (?P<unit>day|week|month|year)s?|far|long) apart (?:were|was|are|is) (?P<both>.+)"), _between),
    (rule(r"{ASK} ago,? (?P<aux>did|was|were|had) (?P<a>.+)(?<!\bday)(?<!\btime),? when (?P<b>.+)"), _ago_when),
    (rule(r"{ASK} ago (?:was|is) (?:it|that) (?:that|when) (?P<aux>)(?P<a>.+)"), _ago),
    (rule(r"{ASK} ago,? {AUX} (?P<a>.+)"), _ago),
    (rule(r"{ASK} ago,? (?P<aux>)(?P<a>.+)"), _ago),
    (rule(r"{ASK}" + _PASSED + r" since (?P<a>.+){WHEN} (?P<b>.+)"), _gap),
    (rule(r"{ASK}(?: (?:had|have|has) it| it(?:'s| has| had| is|'d))?" + _PASSED + r" since (?P<a>.+)"), _since),
    (rule(r"{ASK} (?P<side>before|after|prior to|following) (?P<a>.+?),? (?P<aux>did) (?!it\b)(?P<b>.+)"), _beside),
    (rule(r"{ASK} (?P<side>before|after|prior to|following) (?P<a>.+),? {AUX} (?!it\b)(?P<b>.+)"), _beside),
    (rule(r"{ASK}(?: (?:are|is|there|it|left|remain|remaining|to go|do|i|we|have))* (?:until|till) (?P<a>.+)"), _until),
    (rule(r"{ASK}(?: (?:are|is|do|i|we|have))?(?: (?:there|it|left|remain|to go))+ before (?P<a>.+)"), _until),
    (rule(r"{ASK} (?P<side>before|after) (?P<a>.+),? (?P<aux>)(?P<b>(?:i|we) .+)"), _beside),
    (rule(r"{ASK} (?:was it )?(?:after|from) (?P<a>.+?)(?: (?:was|did) it(?: take)?)? (?:that|until|till|before) "
          r"(?P<b>.+)"), _gap),
    (rule(r"{ASK} later (?P<aux>did|was|were) (?P<b>.+) (?P<side>after) (?P<a>.+)"), _beside),
    (rule(r"{ASK} did it take (?:{ME} )??(?:to (?:get|go|move) )?from (?P<a>.+) (?:to|until|till) "
          r"(?!work$|school$)(?P<b>.+)"), _gap),
    (rule(r"{ASK} did it take (?:for )?(?P<who>.+?) to (?P<verb>.+?),? (?:after|since|from when|once) (?P<a>.+)"),
     _arrived),
    (rule(r"{ASK} (?:after|from) (?P<a>.+?) did it take (?:for )?(?P<who>.+?) to (?P<verb>.+)"), _arrived),
    (rule(r"{ASK} did (?:it take (?:(?:for )?{ME} )?|(?:i|we) (?:take )?)to (?P<verb>finish|complete|read|watch|write|"
          r"build|knit|paint|play|assemble|renovate|restore|sew|learn|listen to) (?P<things>.+?)"
          r"(?:,? (?:combined|in total|altogether|together))?"), _spent),
    (rule(r"{ASK} (?:in total )?(?:did|do|have) (?:i|we) (?:spend|spent) (?:on )?(?P<things>(?P<verb>reading|watching|"
          r"listening to|playing|writing|building|knitting|painting) .+?)"
          r"(?:,? (?:combined|in total|altogether|together))?"), _spent),
    (rule(r"{ASK} (?P<aux>had|have|has) {ME} (?P<state>\w+\b.*?){WHEN} (?P<b>.+)"), _had_been),
    (rule(r"{ASK} {ME}(?P<aux>'d| had|'ve| have| has) (?P<state>been\b.*?){WHEN} (?P<b>.+)"), _had_been),
    (rule(r"{ASK} (?P<aux>have|has) {ME} (?P<state>(?:been|had|known|owned|lived|worked|used|belonged|stayed|played|"
          r"studied|worn|kept|\w+ed)\b.*)"), _have_been),
    (rule(r"{ASK} {ME}(?P<aux>'ve| have| has) (?P<state>(?:been|had|known|owned|lived|worked)\b.*)"), _have_been),
    (rule(r"how long did (?P<who>i|we|[A-Z]\w+) (?P<state>(?!take\b)\w+\b.*?){WHEN} (?P<b>.+)"), _did_before),
    (rule(r"(?:how old|(?:at )?(?:what|which) age) (?:was|were) (?P<who>i|we|(?:my|our) .+?|[A-Z]\w+(?: [A-Z]\w+)?) "
          r"(?:when|at the time(?: that)?|on the day(?: that)?|at the (?=\w)) ?(?P<b>.+)"), _age),
    (rule(r"how old (?P<who>i|we|(?:my|our) .+?|[A-Z]\w+) (?:was|were) when (?P<b>.+)"), _age),
    (rule(r"at (?:what|which) age (?P<aux>did) (?P<who>i|we|[A-Z]\w+|(?:my|our) \w+) (?P<b>.+)"), _age),
    (rule(r"(?:on )?(?:what|which) (?:day of the week|weekday) (?:was it (?:when|that) )?(?P<aux>did|was|were|is)? ?"
          r"(?P<a>.+)"), _weekday),
)
