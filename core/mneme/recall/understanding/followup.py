"""Follow-ups ("and Tom?", "when was that?") completed by rule into whole questions from the conversation so far."""

import re
from collections.abc import Sequence
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.times.counts import day_of
from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.recall.understanding import rewording as r
from mneme.recall.understanding.asked import Wanted, masked, wanted
from mneme.recall.understanding.named import language
from mneme.recall.understanding.referents import Told, is_known_name, places_in, resolved, told
from mneme.types import Moment

_MOST_BEFORE = 8  # pairs that are read again; what was asked longer ago is no longer meant
_LONGEST = 400  # characters of a follow-up; what is longer stands alone

_LEAD = expression(r"^\W*(?:(?:and|but|so|ok|okay|also|oh|hm+|well|right|alright|thanks|"
                   r"thank you)\b[\s,.!]*)*", re.IGNORECASE)
_ABOUT = expression(r"^(?:(?:what|how) about|what of|same for|the same for)\s+(?P<x>.+)$", re.IGNORECASE)
_FINITE = expression(
    r"\b(?:did|does|do|is|are|was|were|am|has|have|had|will|would|can|could|should|shall)\b|(?-i:\bm(?:ay|ight)\b)|"
    r"\w+n['’]t\b|['’](?:s|re) "
    r"(?:the|a|my|that|it|he|she)\b", re.IGNORECASE)
_WH = (r"(?:(?:since |until |till )?when|where|why|how come|how|who|what time|(?:on |in )?(?:what|which) (?:day|date|"
       r"month|year|city|country|place)|how long|how often)")
_BARE_WH = expression(rf"^(?P<wh>{_WH})(?: (?P<tail>with|to|from|for|by|exactly|then|ago))?(?: (?:else|so|"
                      rf"again))?$", re.IGNORECASE)
_PREPOSED = expression(r"^(?P<tail>with|to|from|for|by) (?P<wh>whom?|what|where)$", re.IGNORECASE)
_OF_THAT = expression(
    rf"^(?P<wh>(?!what time \w+ it\b){_WH}) (?:was|is|were|did|has|does) (?:that|this|it)(?: (?:happen|happened|"
    rf"take place|occur|exactly|be|again))*$",
    re.IGNORECASE)
_AUX_X = expression(r"^(?:did|does|do|is|was|has|have|will|can|are|were|had) (?P<x>(?:[^\s]+ ){0,2}?[^\s]+?)(?: too|"
                    r" as well| also)?$",
                    re.IGNORECASE)
_BEFORE_THAT = expression(r"^(?P<side>before|after) (?:that|this|then|it)$|^(?P<bare>before)$", re.IGNORECASE)


def completed(text: str, before: Sequence[tuple[str, str | None]], now: Moment) -> str:
    """`text` as a question that stands alone, given the earlier (question, answer) pairs, the oldest first.

    A question that is whole already, whose pronouns nothing explains, or that is not in English comes back as it is.
    """
    if not before or len(text) > _LONGEST or language(text) != "en":
        return text
    latest: Told | None = None
    for asked, answer in before[-_MOST_BEFORE:]:
        whole = _step(asked, latest, now)
        latest = told(whole, answer, latest, now) if len(whole) <= _LONGEST and language(whole) == "en" else None
    return _step(text, latest, now)


def _step(text: str, latest: Told | None, now: Moment) -> str:
    if latest is None or not _A_QUESTION.match(latest.question) or len(text) > _LONGEST or language(text) != "en":
        return text
    body = _LEAD.sub("", text, count=1).strip().rstrip("?!. ").strip()
    if not body:
        return text
    made = _elliptic(body, latest, now)
    if made is None:
        made = resolved(body, latest)
    if made is None or made == body:
        return text
    return r.as_question(made)


def _elliptic(body: str, latest: Told, now: Moment) -> str | None:
    """The whole question where `body` lacks its verb or its matter; None where it does not, or nothing fits."""
    bare = _BARE_WH.match(body) or _PREPOSED.match(body) or _OF_THAT.match(body)
    if bare is not None:
        return r.asked_anew(latest.question, bare["wh"], bare.groupdict().get("tail") or "", latest.answer)
    side = _BEFORE_THAT.match(body)
    if side is not None:
        return _beside(latest, (side["side"] or "before").lower())
    about = _ABOUT.match(body)
    if about is None and _FINITE.search(masked(body)):
        aux = _AUX_X.match(body)
        return _for_another(aux["x"], latest) if aux is not None and _is_person(aux["x"]) else None
    fragment = about["x"] if about is not None else body
    if about is None and (len(fragment.split()) > 6 or not _may_be_fragment(fragment)):
        return None
    return _with(fragment, latest, now)


_IMPERATIVE = expression(r"^(?:tell|show|list|name|find|remind|give|describe|explain|help|search|look|please|thanks?|"
                         r"what|which|"
                         r"who|whose|whom|when|where|why|how|yes|no|never|nothing)\b", re.IGNORECASE)


def _may_be_fragment(fragment: str) -> bool:
    return not _IMPERATIVE.match(fragment)


def _is_person(x: str) -> bool:
    return bool(re.match(r"(?:[A-Z][\w'’-]+|he|she|they|i|we|my \w+|(?:his|her) \w+)(?: [A-Z]\w+)?$", x))


def _beside(latest: Told, side: str) -> str | None:
    """And before that? The same question of the time before the one asked for, or before what was answered."""
    question = r.in_the_past(latest.question)
    if latest.times:
        one = latest.times[-1]
        return r.replaced_time(question, _found_again(question, one), f"{side} {one.text}")
    if latest.answer and wanted(latest.question) in (Wanted.PLACE, Wanted.OPEN, Wanted.PERSON):
        return f"{r.open_end(question)} {side} {r.thing(latest.answer)}"
    return None


def _found_again(text: str, one: TimeExpression) -> tuple[int, int]:
    at = text.find(one.text)
    return (at, at + len(one.text)) if at >= 0 else (len(text), len(text))


def _with(fragment: str, latest: Told, now: Moment) -> str | None:
    """The question before with its differing part replaced by `fragment`."""
    if re.fullmatch(r"(?:now|today|these days|nowadays|currently)", fragment, re.IGNORECASE):
        return r.at_present(latest.question, [one.text for one in latest.times], fragment.lower())
    if re.match(r"(?:for|with|to|from|by|about|of)\b", fragment, re.IGNORECASE):
        return _with_phrase(fragment, latest)
    said = f"in {fragment}" if fragment[:1].isdigit() else fragment
    when = [one for one in expressions(said, now) if one.kind == "date"]
    if when and len(when[0].text) >= len(r.without_preposition(fragment)) - 2:
        return _at_time(fragment, when[0], latest, now)
    if when and re.match(r"[A-Z]", fragment):
        return _for_another_then(fragment, when[0], latest, now)
    relative = _RELATIVE.fullmatch(fragment)
    if relative is not None and latest.times:
        return r.replaced_time(latest.question, latest.times[-1].span, f"{fragment} {latest.times[-1].text}")
    if re.match(r"(?:in|at|on|during|near)\b", fragment, re.IGNORECASE):
        return _with_phrase(fragment, latest)
    return _for_another(fragment, latest)


_RELATIVE = expression(r"(?:in )?the (?:\w+ )?(?:day|week|month|year|weekend|summer|winter) (?:before|"
                       r"after)", re.IGNORECASE)
_A_QUESTION = expression(r"\W*(?:what|which|who|whom|whose|where|when|why|how|did|does|do|is|are|was|were|am|has|have|"
                         r"had|will|would|can|could|"
                         r"should|remind|tell)\b", re.IGNORECASE)


def _with_phrase(fragment: str, latest: Told) -> str:
    return r.with_phrase(latest.question, resolved(fragment, latest) or fragment, [one.span for one in latest.times])


def _for_another_then(fragment: str, when: TimeExpression, latest: Told, now: Moment) -> str | None:
    """And Tom in 2021? Another person and another time."""
    start = fragment.find(when.text)
    phrase = re.search(r"(?:\b(?:in|on|at|during)\s+)?$", fragment[:start])
    cut = phrase.start() if phrase is not None else start
    person = _for_another(fragment[:cut].strip(), latest)
    return None if person is None else _at_time(fragment[cut:], when, replace(latest, question=person), now)


def _at_time(fragment: str, when: TimeExpression, latest: Told, now: Moment) -> str:
    question = latest.question
    is_past = when.end is not None and day_of(when.end) <= now.local().date()
    if is_past:
        question = r.in_the_past(question)
    phrase = r.with_time_preposition(fragment, when.precision)
    if not latest.times:
        return f"{r.open_end(question)} {phrase}"
    return r.replaced_time(question, _found_again(question, latest.times[-1]), phrase)


def _may_be_place(x: str, latest: Told) -> bool:
    """A name that is no person's as far as known, where all the persons asked about are known to be some."""
    people = [latest.question[start:end] for start, end in latest.names]
    return bool(_NAME.fullmatch(x)) and not is_known_name(x) and all(map(is_known_name, people))


_NAME = expression(r"[A-Z][\w-]*(?: [A-Z][\w-]*)*")
_ANOTHER_ONE = expression(r"(?:the |his |her |my |their )?(?:(?P<which>\w+) (?:one|time)|(?P<bare>first|second|third|"
                          r"fourth|other|last))", re.IGNORECASE)


def _for_another(fragment: str, latest: Told) -> str | None:
    """And Tom? And her sister? And the second one? And mine? Somebody or something else in the same question."""
    ordinal = _ANOTHER_ONE.fullmatch(fragment)
    if ordinal is not None:
        return r.with_ordinal(latest.question, (ordinal["which"] or ordinal["bare"]).lower())
    whole = resolved(fragment, latest) or fragment
    places = places_in(latest.question)
    if places and _may_be_place(whole, latest):
        return r.with_place(latest.question, whole, places[-1])
    return r.with_other(latest.question, whole, latest.names)
