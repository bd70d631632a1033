"""Plans that are moved or called off without their name: "ugh, moved AGAIN, now it's the 28th at 8", "it's off"."""

import re
from collections.abc import Iterator, Sequence

from mneme.expressions import expression
from mneme.memory.facts.completing import Edit
from mneme.memory.facts.context import Context
from mneme.memory.facts.fragments import TIME_LEAD
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.statements import Statement
from mneme.memory.facts.timing import TimePhrase, time_phrases
from mneme.memory.sentences import sentences

_OH = (r"(?:(?:ugh+|argh+|oh no|oh|no|sorry|and|so|well|ok|okay|hey|haha|lol|damn|guess what|update|"
       r"unfortunately|sadly|"
       r"wait|yay|good news|bad news|great|omg|btw|they called|just heard|turns out)[\s,.:!…–—-]+)*")
_MOVES = (r"(?:moved|pushed(?: back)?|rescheduled|postponed|shifted|bumped|delayed|changed|brought forward|put off|"
          r"rebooked)")
_AGAIN = expression(rf"{_OH}(?P<it>)(?:got |been |just )*{_MOVES}(?: it)?\b(?:,? again\b)?", re.IGNORECASE)
_IT_MOVED = expression(rf"{_OH}(?P<it>it(?:'s| is| was| has)?(?: now| just| been| got| being)*) {_MOVES}\b",
                       re.IGNORECASE)
_MOVED_IT = expression(rf"{_OH}(?:they|he|she|we|i)(?:'ve| have|'s| has| had to| just)* (?:{_MOVES}|move|push) "
                       r"(?P<it>it)(?: back| forward)? (?=(?:to|until|till) )", re.IGNORECASE)
_NEW_TIME = expression(rf"{_OH}(?P<it>(?:the )?new (?:date|time|slot|appointment)(?: is|'s|"
                       rf":)?)\s+(?=\S)", re.IGNORECASE)
_IT_NOW = expression(rf"{_OH}(?P<it>(?:now it's|now it is|it's now|it is now|it's (?:on|at)|it'll be|it will be))"
                     r"(?: now)?(?: on)? (?=\S)", re.IGNORECASE)
_THEN = expression(r"(?:the )?new (?:date|time|slot)(?: is|'s|:)? (?=\S)|(?:(?:^|(?<=[\s,.!;–—-]))now )?"
                   r"(?:it's|it is|it'll be)(?: now| on| only)* (?=\S)", re.IGNORECASE)
_TO = expression(r"(?: back| again| out| forward)*,? (?:to|until|till|for)\s", re.IGNORECASE)
_FAR, _NEAR = 8, 4  # messages back to the plan that is meant


def plan_meant(context: Context, reach: int) -> Statement | None:
    """The plan that who speaks now told of last, if it is not off already."""
    first = first_person(context.saying)
    own = next((one for _, one in context.last_told(reach) if one.relation == "plan" and one.topic
                and one.subject == first), None)
    return own if own is not None and own.mode == "planned" else None


_NAMED = expression(rf"(?:the |my |our )?(?P<what>[\w-]+(?: [\w-]+)?)(?:'s| is| was| got| has been)*"
                    rf"(?: just| been| now)* {_MOVES}(?: again| once more| back)*(?:[,;:–—-][^\n.!?:]{{0,40}})?"
                    r"[:,–—-] ?",
                    re.IGNORECASE)


def _named_and_moved(text: str, plan: Statement) -> Iterator[Edit]:
    """ "Race moved once more, typhoon: November 17" """
    found = _NAMED.match(text)
    if found is not None and f" {plan.topic}".endswith(f" {found['what'].lower()}"):
        yield from set_on(0, found.end(), plan, text)
        return
    for start, end in sentences(text)[1:4]:
        new = _NEW_TIME.match(text, start, end)
        if new is not None and re.search(rf"\b{re.escape(plan.topic)}\b", text[:start], re.IGNORECASE):
            yield from set_on(start, new.end(), plan, text)
            return


def moved_again(text: str, context: Context) -> Iterator[Edit]:
    """The plan that is meant by "moved again to Friday", "it's now on Friday", "they moved it", "new date: Friday"."""
    if _NAMED.match(text) or ("new " in text.lower() and not _NEW_TIME.match(text)):
        named = plan_meant(context, _FAR)
        edits = list(_named_and_moved(text, named)) if named is not None else []
        if edits:
            yield from edits
            return
    it = _MOVED_IT.match(text)
    found = it or _IT_MOVED.match(text) or _AGAIN.match(text) or _NEW_TIME.match(text) or _IT_NOW.match(text)
    plan = plan_meant(context, _FAR) if found is not None else None
    if found is None or plan is None:
        return
    if it is not None:
        yield Edit(*it.span("it"), f"the {plan.topic}")
    elif found.re in (_NEW_TIME, _IT_NOW):
        yield from set_on(found.start("it"), found.end(), plan, text)
    else:
        yield from _moved(found, plan, text)


def _moved(found: re.Match[str], plan: Statement, text: str) -> Iterator[Edit]:
    """ "Moved to Friday", and "it's Friday now" in what follows."""
    if _TO.match(text, found.end()):
        yield Edit(*found.span("it"), f"the {plan.topic}{' was' if found['it'] else ' '}")
    later = _THEN.search(text, found.end())
    if later is not None:
        yield from set_on(later.start(), later.end(), plan, text)


# ------------------------------------------------------------------ a time for it

_HOUR = expression(
    r"(?:at |around )?(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m\b)?(?![\d/-])|(?:half|quarter) (?:past|to) \w+|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon)\b)(?: o'clock)?", re.IGNORECASE)
_ENDS = expression(r"(?:now|instead|not|sorry|then|sharp|actually)\b|\W|$", re.IGNORECASE)


def set_on(start: int, end: int, plan: Statement, text: str, lead: str = "") -> Iterator[Edit]:
    """text[start:end] in front of a time as "the dentist is on"; an hour alone is on the day that was told before."""
    times = [one for one in time_phrases(text, max(end - 4, 0), min(len(text), end + 60))
             if one.span[1] > end and one.span[0] <= end + 5]
    hour = _HOUR.match(text, end)
    if hour is not None and plan.valid_from is not None and _is_hour(text, hour.end(), times):
        at = "" if hour.group().lower().startswith(("at", "around")) else "at "
        yield Edit(start, end, f"{lead}the {plan.topic} is on {plan.valid_from.local():%Y-%m-%d} {at}")
    elif times and not times[0].only_hour and not text.startswith(":", times[0].span[1]):
        yield Edit(start, end, f"{lead}the {plan.topic} is {'' if TIME_LEAD.match(text, end) else 'on '}")


def _is_hour(text: str, end: int, times: Sequence[TimePhrase]) -> bool:
    """Whether the number that ends here is a time of day by itself: "14", not "14 May" or "14th"."""
    rest = text[end:].lstrip()
    return not any(one.span[1] > end + 1 for one in times) and bool(_ENDS.match(rest))


# ------------------------------------------------------------------ "it's off"

_IT_OFF = expression(
    rf"{_OH}(?P<it>it|that|this)(?:'s| is| was| got| has been)(?: now| been| all| just)* (?:cancell?ed|called off|off|"
    r"not happening)(?: again| after all)?(?=\s*(?:$|[.,!;:)–—-]|\s(?:now|sadly|because|for now|unfortunately|they|the)"
    r"\b))", re.IGNORECASE)
_BARE_OFF = expression(rf"{_OH}(?P<it>)(?:cancell?ed|called off)(?: again| after all)?(?=\W*$)", re.IGNORECASE)


def called_off(text: str, context: Context) -> Iterator[Edit]:
    """The plan that is off."""
    found = _IT_OFF.match(text) or _BARE_OFF.match(text)
    plan = plan_meant(context, _NEAR) if found is not None else None
    if found is not None and plan is not None:
        yield Edit(found.start("it"), found.end(), f"the {plan.topic} is cancelled")
