"""What a question asks: the kind of answer, whom and which times it names, completed from the conversation."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

from mneme.expressions import expression
from mneme.memory.times.counts import day_of
from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.recall.lexical import words_of
from mneme.recall.understanding.asked import Wanted, asking, choices, masked, wanted
from mneme.recall.understanding.followup import completed
from mneme.recall.understanding.named import is_of_owner, names
from mneme.types import Moment, Origin, Span

__all__ = ["Interval", "Question", "Wanted", "meant", "understood"]

Order = Literal["", "first", "last"]
State = Literal["", "now", "then"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time [start, end) on the asker's clock (aware), None where it is open, and its words as said."""

    start: datetime | None
    end: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood. `text` is what to search for and to read with.

    `within` restricts when what is asked about happened, `as_of` when what is asked for held ("as of March").
    `order`: the first or the last of several is meant. `state`: what holds now, or what held before it changed.
    """

    asked: str
    text: str
    wanted: Wanted
    within: tuple[Interval, ...] = ()
    as_of: Interval | None = None
    order: Order = ""
    state: State = ""
    names: tuple[str, ...] = ()
    of_owner: bool = False
    to_assistant: bool = False
    choices: tuple[str, ...] = ()


def understood(text: str, now: Moment, *, before: Sequence[tuple[str, str | None]] = ()) -> Question:
    """What `text`, asked at `now`, asks for. `before` are earlier (question, answer) pairs, the oldest first.

    A follow-up ("and Tom?", "when was that?") is completed by rule from the pairs before it; a question that
    stands alone is never changed. Rules are English first: in other languages the kind of answer, the commonest
    times, the owner and the names are read, and follow-ups are left alone. Any text is understood somehow.
    """
    whole = completed(text, before, now)
    times = _times(whole, now)
    alternatives = choices(whole)
    within = tuple(_interval(whole, one, now) for one in times
                   if not _is_as_of(whole, one.span[0]) and not any(one.text in choice for choice in alternatives))
    return Question(
        text, whole, wanted(whole), tuple(i for i in within if i.start is not None or i.end is not None),
        _as_of(whole, times, now), _order(whole, [one.span for one in times]), _state(whole, bool(times)),
        names(whole, [one.span for one in times]), is_of_owner(whole), asks_assistant(whole), alternatives)


def meant(question: Question, voices: Iterable[tuple[str | None, Origin]]) -> set[tuple[str, Origin]]:
    """Whom of those who speak, as (name, origin), a question means.

    "I" and "my" name the owner, "what did you suggest" the assistant; everybody else is named by a word of the name.
    """
    asked = set(words_of(question.text))
    return {(name, origin) for name, origin in voices if name is not None and (
        origin is Origin.ASSISTANT if question.to_assistant else
        (question.of_owner and origin is Origin.OWNER) or not asked.isdisjoint(words_of(name)))}


# ------------------------------------------------------------------ times

_MOST_TIMES = 16  # of one question; a text pasted into it may hold thousands
_NAMELIKE = expression(r"(?<![^\W\d_])(?:as of|as at|back in|before|after|by|around|about|prior to|from)"
                       r"(?= (?:March|May|April|June|August)\b(?! \d{1,2}\b))", re.IGNORECASE)
_AS_OF = expression(r"\b(?:as (?:of|at)|back in)\s+$", re.IGNORECASE)
_ONLY_AS_OF = expression(r"\bas (?:of|at)\s+$", re.IGNORECASE)
_BEFORE = expression(r"\b(?:before|prior to|earlier than|by|up to|until|till)\s+$", re.IGNORECASE)
_AFTER = expression(r"\b(?:after|later than|following)\s+$", re.IGNORECASE)
_FROM = expression(r"\bfrom\s+$", re.IGNORECASE)
_ABOUT = expression(r"\b(?:around|about|circa|roughly|approximately|near)\s+$", re.IGNORECASE)
_LOOSE = expression(r"\b(?:ago|back|few|couple|several|some)\b", re.IGNORECASE)
_AHEAD = expression(r"\b(?:will|going to|gonna|won['’]t|shall|tomorrow|upcoming|planned|due|next)\b", re.IGNORECASE)
_PAST = expression(r"\b(?:did|didn['’]t|was|were|had)\b", re.IGNORECASE)
_SAYS_SIDE = expression(r"^(?:next|this|coming|tomorrow|tonight|in|the (?:next|coming))\b", re.IGNORECASE)
_A_THING = expression(r"\s*(?:issue|edition|version|report|model|census|budget|novel|album|vintage)\b", re.IGNORECASE)
_OF_A_THING = expression(r"\b(?:my|your|his|her|our|their|an?)\s+$", re.IGNORECASE)


def _times(text: str, now: Moment) -> list[TimeExpression]:
    """The times that the question restricts to: none in a title, none that names a thing ("the March issue")."""
    hidden = _NAMELIKE.sub(lambda lead: "in".rjust(len(lead.group())), masked(text))
    found = []
    for one in expressions(hidden, now):
        start, end = one.span
        is_thing = _A_THING.match(hidden, end) or (
            one.precision == "year" and _OF_A_THING.search(hidden[:start]) and re.match(r"\s+[A-Z]", hidden[end:]))
        if one.kind == "date" and not is_thing and (one.start is not None or one.end is not None):
            found.append(_in_the_past(one, hidden, now))
    return found[:_MOST_TIMES]


def _in_the_past(one: TimeExpression, text: str, now: Moment) -> TimeExpression:
    """What did I plan for May? The last May: a question about the past asks for a time that has begun."""
    if one.anchored or one.bound or _SAYS_SIDE.match(one.text) or _AHEAD.search(text) or not _PAST.search(text):
        return one
    start, end, today = one.start, one.end, now.local().date()
    is_weekday = one.relation is not None and one.relation.weekday is not None
    if start is None or end is None or (one.relation is not None and not is_weekday) or day_of(start) <= today:
        return one
    if is_weekday:
        return replace(one, start=start - timedelta(days=7), end=end - timedelta(days=7))
    try:
        return replace(one, start=start.replace(year=start.year - 1), end=end.replace(year=end.year - 1))
    except ValueError:  # 29 February
        return one


def _interval(text: str, one: TimeExpression, now: Moment) -> Interval:
    start, end = _instant(one.start, now), _instant(one.end, now)
    said = text[one.span[0]:one.span[1]]
    ahead_of_it = text[max(one.span[0] - 24, 0):one.span[0]]
    if _BEFORE.search(ahead_of_it) and not one.bound:
        start, end = None, end if re.search(r"\b(?:by|up to)\s+$", ahead_of_it, re.IGNORECASE) else start
    elif _AFTER.search(ahead_of_it) and not one.bound:
        start, end = end, None
    elif _FROM.search(ahead_of_it) and re.match(r"\s+(?:on|onwards?)\b", text[one.span[1]:]):
        end = None
    if one.approximate or _ABOUT.search(ahead_of_it) or _LOOSE.search(said):
        start, end = _widened(start, end)
    return Interval(start, end, said)


def _widened(start: datetime | None, end: datetime | None) -> tuple[datetime | None, datetime | None]:
    """A quarter of its length more on each side, at least a day."""
    length = end - start if start is not None and end is not None else timedelta(0)
    more = max(length / 4, timedelta(days=1))
    return _shifted(start, -more), _shifted(end, more)


def _shifted(at: datetime | None, by: timedelta) -> datetime | None:
    try:
        return at + by if at is not None else None
    except OverflowError:
        return at


def _instant(at: date | datetime | None, now: Moment) -> datetime | None:
    """A day of the asker's calendar, or a time of their clock, with their offset; None where UTC has no such day."""
    if at is None:
        return None
    local = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)
    if local.tzinfo is None:
        local = local.replace(tzinfo=timezone(timedelta(minutes=now.offset)))
    try:
        return local if local.astimezone(UTC) else None
    except OverflowError:
        return None


def _is_as_of(text: str, start: int) -> bool:
    return bool(_ONLY_AS_OF.search(text[max(start - 12, 0):start]))


def _as_of(text: str, times: list[TimeExpression], now: Moment) -> Interval | None:
    for one in times:
        if _AS_OF.search(text[max(one.span[0] - 12, 0):one.span[0]]):
            return _interval(text, one, now)
    return None


# ------------------------------------------------------------------ order and state

_NOT_IN_ORDER = (r"(?:(?<=at )first|first(?= (?:place|names?|aid|class|floor|grade|prize|lady|hand|date of|person))|"
                 r"first-\w+|"
                 r"last(?= (?:names?|resort|minute|night|nights?|few|couple|several|week|weekend|month|year|decade|"
                 r"summer|winter|spring|autumn|fall|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|"
                 r"february|march|april|may|june|july|august|september|october|november|december|christmas|easter|"
                 r"\d+|two|three|four|five|six|seven|eight|nine|ten)\b)|at last|last(?:s|ed|ing)\b|"
                 r"(?:did|does|do|will) [^?]{1,60}? last(?=\s*\?))")
_ORDER = expression(
    rf"(?P<no>{_NOT_IN_ORDER})|(?P<first>\b(?:first|earliest|1st)\b)|"
    r"(?P<last>\b(?:last|latest|newest|(?:most|mostly|more) recent(?:ly)?|most current)\b)", re.IGNORECASE)
_EARLIER = expression(r"^\W*(?:which|who)\b.*\b(?:(?P<first>earlier|sooner)|(?P<last>later))\b", re.IGNORECASE)
_NOW = expression(
    r"\b(?:currently|nowadays|these days|at the moment|at present|right now|presently|as of now|by now|up to now|"
    r"until now|still|now)\b", re.IGNORECASE)
_WOULD_STILL = expression(r"\b(?:would|could|should|might)\b[^?]*?\bstill\b", re.IGNORECASE)
_EARLIER_THAN = expression(r"\b(?:before|when|after|until|since)\b[^?]*", re.IGNORECASE)
_RELATIVE = expression(r", (?:where|who|which)\b[^?]*", re.IGNORECASE)
_CURRENT = expression(r"\b(?:current|present-day)\b", re.IGNORECASE)
_THEN = expression(
    r"(?<!get )(?<!got )(?<!getting )\b(?:used? to(?= \w)|previously|initially|originally|formerly|back then|"
    r"in those days|at that time|at first|in the beginning|(?:previous|former|original|initial|prior)"
    r"(?! (?:conversation|chat|discussion|message|day|week|month|year|weekend|night|summer|winter))|"
    r"before(?= (?:that|this|then)\b)|before(?=\s*[?.!,]*\s*$)|"
    r"old (?=(?:job|address|apartment|flat|house|home|phone|number|school|boss|place|employer|car)\b))", re.IGNORECASE)
_ASIDE = expression(r", (?:an?|my|the|our) [^,?]*,")
_PRESENT = expression(
    r"\W*(?:(?:\w+ ){0,2}?(?:what|which|who|whom|whose|where|how|when|why)(?:(?P<s>['’]s|['’]re)|\b[^?]{0,60}?\b"
    r"(?P<aux>did|was|were|had|has|have|will|would|is|are|am|do|does|can|could|should|might)\b)|"
    r"(?P<yes>is|are|am|do|does)\b)", re.IGNORECASE)
_PRESENT_VERBS = frozenset(("is", "are", "am", "do", "does", "'s", "’s", "'re", "’re"))
_PAST_LATER = expression(
    r"\b(?:did|was|were|had|been|will|would|going to|ago|yesterday|"
    r"(?!(?:called|named|married|interested|engaged|supposed|allowed|based|located|excited|worried|scared|related|"
    r"involved|"
    r"retired|divorced|employed|obsessed|handed)\b)[a-z]{3,}ed|bought|got|went|made|took|gave|saw|met|"
    r"wrote|said|told|found|left|lost|came|became|began|sold|spent|read|planning|plan)\b", re.IGNORECASE)
_TELLING = expression(r"\b(?:say|describe|mention|tell|recommend|compare|give|think|respond|react)\b", re.IGNORECASE)


def _order(text: str, times: Sequence[Span]) -> Order:
    """Is the first or the last of several meant? "Last week" is a time, "first name" a word."""
    clause, shift = _clause(text)
    clause = _RELATIVE.sub("", clause)
    if re.match(r"\W*what(?:['’]s| is| was) the (?:\w+ )?order\b", clause, re.IGNORECASE):
        return ""
    for found in _ORDER.finditer(clause):
        inside = any(a <= found.start() + shift < b for a, b in times)
        if found["no"] is None and not inside:
            return "first" if found["first"] is not None else "last"
    compared = _EARLIER.search(clause)
    if compared is None:
        return ""
    return "first" if compared["first"] is not None else "last"


def _state(text: str, is_dated: bool) -> State:
    """Does the question ask for what holds now, or for what held before?"""
    clause = _ASIDE.sub(",", _clause(text)[0])
    main = clause[:1] + _EARLIER_THAN.sub("", clause[1:])
    if _NOW.search(_WOULD_STILL.sub("", main)):
        return "now"
    then, current = _THEN.search(clause), _CURRENT.search(main)
    if then is not None and (current is None or then.start() < current.start()):
        return "then"
    if current is not None:
        return "now"
    return "now" if not is_dated and _tells_of_now(clause) else ""


def _tells_of_now(clause: str) -> bool:
    """Where do I live? What is Tom's job? The present tense, and nothing of the past behind it."""
    begun = _PRESENT.match(clause)
    if begun is None:
        return False
    aux = (begun["aux"] or begun["yes"] or begun["s"]).lower()
    rest = clause[begun.end():]
    if aux not in _PRESENT_VERBS or (begun["yes"] is None and _PAST_LATER.search(rest)):
        return False
    return not (aux in ("do", "does") and _TELLING.search(rest))


def _clause(text: str) -> tuple[str, int]:
    start, end = asking(text)
    return masked(text)[start:end], start


# ------------------------------------------------------------------ what an assistant said

_SPEAKING = (
    r"(?:suggest|recommend|say|said|tell|told|mention|give|gave|list|write|wrote|create|advise|propose|provide|explain|"
    r"describe|show|refer|name|pick|chose|choose|come up|came up|make|made|help|share|draft|answer|outline|warn|quote|"
    r"cite|send|sent|point|generate|summari[sz]e|translate|call)(?:ed|d|s|ing)?")
_TO_ASSISTANT = expression(
    rf"\byou(?:['’](?:ve|d))? (?:\w+ ){{0,2}}?{_SPEAKING}\b|"
    r"\byour (?:\w+ )?(?:suggestion|recommendation|advice|answer|reply|response|explanation|idea|tip|list|summary)s?\b|"
    r"\b(?:our|my) (?:previous|last|earlier|past|recent|first) (?:conversation|chat|discussion|session)s?\b|"
    r"\b(?:the|an|my|this) (?:ai|chat ?bot|assistant|language model)\b|\b(?:chatgpt|chatbot|copilot)\b|"
    r"\b(?:claude|gemini)(?: \w+)? (?:said|say|suggest\w*|recommend\w*)\b|"
    r"\b(?:hast|hattest) du\b[^?]*\b(?:gesagt|empfohlen|vorgeschlagen|genannt)\b|"
    r"\b(?:as-tu|tu (?:m['’])?as|avais-tu)\b[^?]*\b(?:dit|recommandé|suggéré|conseillé|proposé)\b|"
    r"\b(?:recomendaste|sugeriste|dijiste|aconsejaste|propusiste)\b|\b(?:anbefalte|foreslo|sa|nevnte) du\b|"
    r"\bhai (?:\w+ )?(?:detto|consigliato|suggerito|proposto)\b|\bheb je\b[^?]*\b(?:gezegd|aanbevolen|voorgesteld|"
    r"aangeraden)\b",
    re.IGNORECASE)
_POLITE = expression(
    r"\b(?:can|could|would|will) you (?:please |kindly )?(?:remind|tell|show|give|help|list|name|explain|describe|"
    r"summari[sz]e|"
    r"make|write|share|find|say|send|provide|point)\b|\bif you (?:could|can) tell\b|"
    r"\bdid i (?:\w+ )?tell you\b", re.IGNORECASE)


def asks_assistant(text: str) -> bool:
    """Does `text` ask for what an assistant said ("you suggested", "our last chat")? A polite "Can you" does not."""
    return bool(_TO_ASSISTANT.search(_POLITE.sub(" ", masked(text))))
