"""What is to happen: appointments, their moves and cancellations, trips and meetings with a time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.facts.clauses import Clause, Draft
from mneme.memory.facts.objects import HIDDEN, is_social, topic_of, without_company
from mneme.memory.facts.people import FULL_NAME, KIN_WORDS, Person
from mneme.memory.facts.predicates import Predicate
from mneme.memory.facts.timing import TimePhrase, moment_of, time_phrases
from mneme.memory.facts.words import EVENTS
from mneme.types import Moment, Span

_DINING = expression(r"\b(?:dinner|drinks|concert|party|gig|film|movie|cinema|theatre|opera|show|date|beers?|pub|bar|"
                     r"play)\b", re.IGNORECASE)
_EVENT = expression(rf"\b(?:{EVENTS})(?![\w])", re.IGNORECASE)
_OWN = r"(?P<own>the|my|our|your|this|that|tomorrow's|today's|(?:[A-Z][\w-]+'s))\s+"
_NOUNS = (
    r"(?:(?!(?:is|was|has|are|were|got|moved|can|can't|cannot|could|couldn't|won't|doesn't|do|leaves|arrives|departs|"
    r"opens|closes|ends|rescheduled|postponed|came|come|comes|said|says|called|went|never|starts|begins|will|which|"
    r"that|who|in|on|at|i|we|he|she|they|been|and|"
    r"but)\b)[^\W_][\w'’&/-]*\s+){0,5}?(?!(?:is|was|has|are|were|got|came|come|comes|said|says|never|will|which|that|"
    r"who|on|at|in|leaves|arrives|"
    r"departs|opens|closes|ends)\b)[^\W_][\w'&/-]*")
_THING = (
    rf"(?P<thing>{_NOUNS}(?:\s+(?:with|for|in|at|about|to)\s+(?:the |my |"
    rf"our )?[^\W\d_][\w'-]*(?: (?-i:[A-Z])[\w'-]+)?)?)")
_MOVES = (r"(?:moved|moves|pushed|rescheduled|postponed|shifted|bumped|brought|delayed|changed|switched|put off|put|"
          r"pulled|rebooked|re-scheduled|deferred|relocated|slipped|slips)")
_BACK = (
    r"(?:\s+(?:back|forward|out|up|off|ahead|over|again|by (?:a|an|one|two|three) (?:day|days|week|weeks|hour|"
    r"hours)))*")
_HAS = (r"(?:(?:'s|\s+(?:is|was|has|had|have|got|gets|will|are|were))(?:\s+(?:now|just|also|been|be|being|getting|"
        r"again|actually|all|finally|once more))*|"
        r"\s+(?:just|now))?\s+")
_STOPS = (
    r"(?=\s*(?:$|[,.;!?:)–—-]|(?:because|due|for|on|at|by|since|as|with|to|in|this|next|tomorrow|today|again|and|but|"
    r"so|cause|until|from)\b))")
_OLD_TIME = r"(?:\s+(?:on|at|of|scheduled for|planned for)\s+[\w:. ]{2,24}?)?"
_MOVED = expression(rf"(?:{_OWN})?{_THING}{_OLD_TIME}{_HAS}{_MOVES}{_BACK}(?=\s|$|[,.;])", re.IGNORECASE)
_IT_MOVED = expression(rf"(?:it|that|this)(?:'s|\s+(?:is|was|has|got))?(?:\s+(?:now|just|been|again|also|"
                       rf"actually))*\s+{_MOVES}{_BACK}(?=\s|$)", re.IGNORECASE)
_MOVED_BY = expression(
    rf"(?:(?:I|we|they|(?:my|our|the) [\w-]+|[A-Z][\w-]+(?: [A-Z][\w-]+)?)(?:'ve|'s| have| has| had)?(?:\s+(?:just|"
    rf"had to|also|actually|now|again|finally|decided to))*\s+)?"
    rf"(?:{_MOVES}|move|push|reschedule|postpone|set|fixed){_BACK}\s+(?:{_OWN}|(?P<it>it\b))"
    rf"(?:{_THING}{_STOPS})?", re.IGNORECASE)
_TO = expression(r"(?:\s*,)?(?:\s+(?:back|forward|out|up|again))*\s+(?:from\s+[^,.;]{2,40}?\s+)?(?:to|until|till|for|"
                 r"on|by)\s+(?:the )?(?=\S)", re.IGNORECASE)
_OFF = (r"(?:cancell?ed|called off|been called off|scrapped|off(?!\s+(?:to|from|the|by|his|her|my|and|a|limits|"
        r"season|topic))|not happening|no longer (?:happening|on|taking place)|"
        r"not going ahead|not taking place)")
_IS_OFF = expression(rf"(?:{_OWN})?{_THING}{_OLD_TIME}(?:(?:'s|\s+(?:is|was|has|got|are|were|have))(?:\s+(?:now|just|"
                     rf"been|"
                     rf"all|also|actually|officially|sadly|unfortunately|again))*\s+{_OFF}|\s+(?:isn't|is not|"
                     rf"won't be|isnt) "
                     r"(?:happening|going ahead|taking place|on any ?more)|\s+(?:fell|"
                     r"has fallen) through)(?![\w-])", re.IGNORECASE)
_FRAGMENT_OFF = expression(rf"(?:{_OWN})?{_THING}\s+(?:cancell?ed|called off)(?=\s*(?:$|[,.;!:)]|for|by|due|because|"
                           rf"on|again|sadly))", re.IGNORECASE)
_NONE = expression(rf"no (?P<thing>(?:[\w'-]+ )?(?:{EVENTS})) (?:(?:[\w ]{{0,24}} )?(?:after all|any ?more|then)\b|"
                   rf"(?:tomorrow|next week|on \w+day)\s*(?:$|[.,!]))", re.IGNORECASE)
_CANT_BE = expression(rf"(?:{_OWN})?{_THING} (?:can't|cannot|can not|won't) be (?:on )?[^,;\n]{{2,24}}[,;] (?:so |"
                      rf"it's |now )?(?=\S)",
                      re.IGNORECASE)
_ISNT_ON = expression(rf"(?:{_OWN})?{_THING}(?:\s+(?:isn't|is not|isnt|won't be|is no longer)|n't)\s+(?:on |at |"
                      rf"in )?[^,;\n]{{2,24}}?"
                      r"(?: any ?more)?(?:[,;]? but (?:it's )?|[,;] (?:it's |it is |it'll be |they're |now )+)(?:now )?"
                      r"(?:on |at |in )?(?=\S)", re.IGNORECASE)
_CANCELS = expression(
    rf"(?:(?:I|we|they|(?:my|our|the) [\w-]+|[A-Z][\w-]+)(?:'ve|'s| have| has| had| just| had to| also| are| is|'re|"
    rf"'m| am)*\s+)?(?:(?:just|now|sadly|finally|had to)\s+)*"
    rf"(?:cancell?ed|called off|(?<=had to )cancel|scrapped|cancell?ing|calling off)\s+(?:{_OWN})?{_THING}{_STOPS}",
    re.IGNORECASE)
_NO_PLAN = expression(r"\b(?:subscription|membership|order|account|contract|policy|insurance|card|flight ticket|"
                      r"service|plan|netflix|spotify|phone|"
                      r"deal|alarm|sale|lights?|heating|power|tv|gloves|clothes|wifi|internet|smell|milk|fish|meat|"
                      r"vibe|mood|day|week|morning|kids?|"
                      r"goalposts?|needle|conversation|world|furniture|car|sofa|desk|bed|table|money|file|files|box|"
                      r"boxes|office|family|company|"
                      r"mountains?|price|prices|nothing|something|everything|anything|i|we|he|she|it|they|you|people|"
                      r"someone|name|cat|dog|idea|"
                      r"mum|mom|dad|own|date|plan|one|time|bus|tram|birthday|ball|button|door|chair|look|limit|limits|"
                      r"boundaries|topic|"
                      r"focus|mind|life|job|house|password|address|number|city|"
                      r"sister|brother|friend|wife|husband|son|daughter|boss|neighbou?rs?|colleague|cousin|parents|"
                      r"who|just|have|has|been|had|season)$", re.IGNORECASE)


def told_of_plans(clause: Clause, subject: str | None, topic: str = "") -> list[Draft]:
    """Moves and cancellations, else what is fixed for a time; `topic` is that of the plan told of right before."""
    if subject is None:
        return []
    for rule in (_moved, _cancelled, _date_set, _coming, _set_for):
        drafts = list(rule(clause, subject, topic))
        if drafts:
            return drafts
    return []


# ------------------------------------------------------------------ moved, cancelled

def _moved(clause: Clause, subject: str, topic: str) -> Iterator[Draft]:
    text = clause.text
    it = _IT_MOVED.match(text, clause.start, clause.end)
    cant = _CANT_BE.match(text, clause.start, clause.sentence[1])
    if cant is not None and re.search(r"\binstead\b", text[cant.end():clause.sentence[1]]):
        yield from _instead(clause, subject, cant)
        return
    isnt = _ISNT_ON.match(text, clause.start, clause.sentence[1])
    if isnt is not None:
        yield from _instead(clause, subject, isnt)
        return
    found = it or _MOVED_BY.match(text, clause.start, clause.end) or _MOVED.match(text, clause.start, clause.end)
    if found is None:
        return
    # "The flight got rebooked, I fly on 16 August": the time is in the clause that follows
    whole = found.re == _MOVED and not text[found.end():clause.end].strip()
    to = _to_time(clause, found.start() if it is None else found.end(), clause.sentence[1] if whole else clause.end)
    if to is None:
        return
    is_it = it is not None or ("it" in found.re.groupindex and found["it"] is not None)
    thing = None if is_it or "thing" not in found.re.groupindex or found["thing"] is None else _cut_thing(text, found)
    if thing is None and (not is_it or not topic):
        return
    words = topic if thing is None else text[slice(*thing)]
    if _NO_PLAN.search(words) or not _is_event(words, found):
        return
    at = _planned_at(to, clause, words)
    yield Draft(subject, "plan", words if thing is None else thing, "planned", topic_of(without_company(words)), at,
                certainty=1.0, span=None)


def _instead(clause: Clause, subject: str, found: re.Match[str]) -> Iterator[Draft]:
    """ "The MOT can't be on the 30th, Thursday the 14th instead" """
    times, thing = time_phrases(clause.text, found.end(), clause.sentence[1]), _cut_thing(clause.text, found)
    at = _planned_at(times[0], clause, found["thing"]) if times else None
    if at is not None and thing is not None and _EVENT.search(found["thing"]):
        yield Draft(subject, "plan", thing, "planned", topic_of(clause.text[slice(*thing)]), at)


def _is_event(words: str, found: re.Match[str]) -> bool:
    """With "the" or "my" any thing can be a plan that is moved to a time; without, it must sound like one."""
    own = "own" in found.re.groupindex and found["own"]
    return bool(own) or "thing" not in found.re.groupindex or bool(_EVENT.search(words))


def _cut_thing(text: str, found: re.Match[str]) -> Span | None:
    """The thing that is moved or off, without the verb and the times that the pattern may have swept in."""
    start, end = found.span("thing")
    words = text[start:end]
    stop = _THING_END.search(words)
    end = start + stop.start() if stop is not None else end
    times = time_phrases(text, start, end)
    end = min([end, *(one.span[0] for one in times if one.span[0] > start and not _PART.fullmatch(one.text))])
    words = _DANGLING.sub("", text[start:end])
    nothing = not words or HIDDEN in words or _LITTLE_THING.fullmatch(words) or _SOMEBODY.search(words)
    return None if nothing else (start, start + len(words))


_THING_END = expression(r"\s+(?:from|to(?! (?:the )?[A-Z])|until|till|on|for|at|by|is|was|has|got|just|now|back|"
                        r"forward|"
                        r"been)\b")
_SOMEBODY = expression(r"\b(?:me|him|her|us|them|you|it)\b|^\w+ed\b(?! \w+$)", re.IGNORECASE)  # "call me"
_DANGLING = expression(r"(?:[ ,.-]|\s(?:to|on|for|at|from|with|the))+$")
_PART = expression(r"morning|afternoon|evening|night", re.IGNORECASE)  # "the morning run"
_LITTLE_THING = expression(r"(?:it|this|that|they|them|we|i|he|she|you|there|everything|nothing|all|one|things?|me|us)",
                           re.IGNORECASE)


def _to_time(clause: Clause, start: int, end: int) -> TimePhrase | None:
    """The time that something is moved to: the last one, behind "to", "until" or "for"."""
    times = [one for one in time_phrases(clause.text, start, end) if one.bound not in ("each", "for")]
    for one in reversed(times):
        before = clause.text[max(one.span[0] - 12, start):one.span[0]]
        lead = re.match(r"(?:until|till?|for|on|by|in)\b", one.text, re.IGNORECASE)
        if lead or re.search(r"\b(?:to|until|till|for|on)(?: the)?\s*$", before):
            return one
    return None


def _cancelled(clause: Clause, subject: str, topic: str) -> Iterator[Draft]:
    text = clause.text
    none = _NONE.match(text, clause.start, clause.end)
    if none is not None:
        yield Draft(subject, "plan", none.span("thing"), "cancelled", topic_of(none["thing"]))
        return
    found = (_CANCELS.match(text, clause.start, clause.end) or _IS_OFF.match(text, clause.start, clause.end)
             or _FRAGMENT_OFF.match(text, clause.start, clause.end))
    if found is None:
        if topic and re.match(r"(?:it|that)(?:'s| is| was| has been| got)(?: now| been| all)? (?:cancell?ed|"
                              r"called off|off)\b(?!\s+(?:to|from|the))",
                              text[clause.start:clause.end], re.IGNORECASE):
            yield Draft(subject, "plan", topic, "cancelled", topic)
        return
    thing = _cut_thing(text, found)
    words = "" if thing is None else text[slice(*thing)]
    if thing is None or _NO_PLAN.search(words):
        return
    if not _EVENT.search(words) and (not found["own"] or found.group().lower().endswith("through")):
        return
    yield Draft(subject, "plan", thing, "cancelled", topic_of(without_company(words)))


# ------------------------------------------------------------------ fixed for a time

_COMING = expression(r"(?:the |our |my )?(?P<thing>(?:[\w'-]+ )?(?:plumber|electrician|movers|cleaner|builders?|"
                     r"painters?|"
                     r"gardener|locksmith|technician|inspector|surveyor|midwife|babysitter|delivery|sofa|"
                     r"washing machine|"
                     r"furniture|fridge|vet|landlord|boiler man|chimney sweep))(?:'s|'re| is| are| will)? "
                     r"(?:coming|comes?|arriving|arrives?|being delivered|due)(?: over| round| by|"
                     r" here)*(?=\s)", re.IGNORECASE)
_OFF_TO = expression(r"(?:(?:I'm|we're|I am|"
                     r"we are) )?(?P<thing>off to (?P<about>(?=(?-i:[A-ZÀ-ÞŁŚŠŽ]))[\w'-]+(?: (?-i:[A-Z])[\w'-]+)?)) "
                     r"(?=\S)", re.IGNORECASE)


_VISITS = expression(rf"(?P<thing>(?P<about>{FULL_NAME}|(?:my|our) (?:{KIN_WORDS}))(?:(?:'s| is|'re| are) (?:coming|"
                     rf"visiting|arriving)| visits| arrives| comes)"
                     r"(?: over| round| by| here| to (?:stay|visit|dinner|lunch))*)(?=\s)", re.IGNORECASE)
_BOOKED = expression(r"(?:(?:I|we)(?:'ve| have)? )?(?:(?:just|finally|have|'ve) )*(?:booked|got|reserved|bought|have) "
                     r"(?:the |our |my |an? )?(?P<thing>(?:flights?|tickets?|seats|table|campsite|ferry|hotel|cabin|"
                     r"train)"
                     r"(?: (?:to|for|in|at) (?:the )?(?!\d|(?:mon|tues|wednes|thurs|fri|satur|"
                     r"sun)day)[^\W\d_]\w+)?) (?=\S)",
                     re.IGNORECASE)


def _coming(clause: Clause, subject: str, topic: str) -> Iterator[Draft]:
    """ "The plumber is coming on Monday at 8", "off to Lisbon on Friday", "booked flights to Athens for 1 April" """
    for rule in (_COMING, _VISITS, _OFF_TO, _BOOKED):
        found = rule.match(clause.text, clause.start, clause.end)
        if found is not None and not _CHANGED.search(clause.text, found.end(), clause.end):
            about = found["about"] if "about" in rule.groupindex and found["about"] else found["thing"]
            yield from _ahead(clause, subject, found, topic_of(about))
            return


def _ahead(clause: Clause, subject: str, found: re.Match[str], topic: str) -> Iterator[Draft]:
    times = [one for one in clause.times if one.bound not in ("each", "for",
                                                              "until") and one.span[0] >= found.end("thing")]
    at = _planned_at(_whole_phrase(times), clause, found["thing"]) if times else None
    if at is not None and not is_over(at, clause.said):
        yield Draft(subject, "plan", found.span("thing"), "planned", topic, at)


_SET = expression(rf"(?:the |our |my )?(?P<thing>(?:[\w'-]+ )?(?:{EVENTS}))(?: date)? is (?:finally |now )?(?:set|"
                  rf"fixed|booked|"
                  r"confirmed)(?:[!.: ,–-]|for|on)*", re.IGNORECASE)


def _date_set(clause: Clause, subject: str, topic: str) -> Iterator[Draft]:
    """ "Wedding date is set!!! 7 September": the time may be the next sentence."""
    found = _SET.match(clause.text, clause.start, min(clause.sentence[1] + 8, len(clause.text)))
    if found is None:
        return
    times = time_phrases(clause.text, found.end(), min(found.end() + 40, len(clause.text)))
    at = _planned_at(times[0], clause, found["thing"]) if times and times[0].span[0] <= found.end() + 1 else None
    if at is not None and not is_over(at, clause.said):
        yield Draft(subject, "plan", found.span("thing"), "planned", topic_of(found["thing"]), at)

_IS_ON = expression(
    rf"(?:{_OWN})?{_THING}(?:'s|\s+(?:is|are|will be|has been|takes place|starts?|begins?|leaves|departs|takes off|got|"
    rf"stays|"
    rf"remains))(?:\s+(?:now|still|scheduled|set|planned|fixed|booked|confirmed|due|going to be|"
    r"supposed to be|on again|back on|happening|starting|rather|actually|moved|only|confirmed for|"
    r"here))*\s*(?=[\s,:]|$)",
    re.IGNORECASE)
_HAVE = expression(
    r"(?:(?:(?:I|we|he|she|you|they)(?:'ve|'s|'m|'re| have| has| am| are)?(?:\s+(?:also|got|have|has|just|finally|"
    r"now|already|to go to|got to go to|having))*|there's|there is|"
    r"(?:[A-Z][\w-]+|my \w+) has|have|got|booked|scheduled|made|arranged|set up|don't forget|remember|"
    r"reminder)\s+(?:(?:booked|scheduled|made|arranged|set up|got|having|have|:|-)\s+)?)"
    rf"(?P<own>a|an|the|my|our|another|your|[A-Z][\w-]+'s)\s+{_THING}(?=\s*(?:$|,)|\s(?:with|at|in|for|to|about|on|"
    rf"booked|"
    r"scheduled|coming|together)\b)", re.IGNORECASE)
_BARE = expression(rf"(?P<own>the |my |our |a )?(?P<thing>(?:{_NOUNS})(?:\s+(?:with|in|at|to|for)\s+(?:the |"
                   rf"my )?[^\W\d_][\w.'-]*(?: (?-i:[A-Z])[\w'-]+)?)?)"
                   r"(?:\s+(?:is|scheduled|booked|confirmed|set|due))?\s*[,:–—-]?\s*", re.IGNORECASE)
RECORD = expression(r"\b(?:log|record|summary|notes|minutes|experience|report|recap|resolution|points|review of|"
                    r"photos?|"
                    r"feedback|thoughts)\b|^(?:for|in|at|during|hearing about|preparing|after|before|key|over|"
                    r"following)\b", re.IGNORECASE)
"""What titles a thing that was, rather than one that is to come."""
_NO_BARE = expression(r"^(?:see|for|of|thanks|great|had|was|were|did|good|nice|i|we|he|she|they|you|it|what|how|happy|"
                      r"looking|last|since|every|until|by|from|not|"
                      r"no|so|can|let|hope|maybe|if|when|after|before|back|home|up|out|please|sorry|there|this|that|"
                      r"went|met|got|took|made|went|came)\b", re.IGNORECASE)


def _set_for(clause: Clause, subject: str, topic: str) -> Iterator[Draft]:
    times = [one for one in clause.times if one.bound not in ("each", "for", "until")]
    if not times:
        return
    text = clause.text
    for rule in (_IS_ON, _HAVE):
        found = rule.match(text, clause.start, times[0].span[0])
        if found is None or _DENIED.search(found.group()) or _is_timetable(found):
            continue
        if _CHANGED.search(text, times[0].span[1], clause.end):
            continue
        if _is_gap(text[found.end():times[0].span[0]], rule is _HAVE):
            strict = rule is _HAVE or (found["own"] is None and not _STARTS.search(found.group()))
            yield from _planned(clause, subject, found, times, strict)
            return
    found = _BARE.fullmatch(text, clause.start, times[0].span[0])
    if found is None or _NO_BARE.match(text[clause.start:clause.end]):
        return
    due = bool(_DUE.search(text[found.end("thing"):found.end()]))
    if (due or (_EVENT.search(found["thing"]) and not RECORD.search(found["thing"]))) and _is_rest_empty(clause, times):
        yield from _planned(clause, subject, found, times, not due)


_DENIED = expression(r"n't\b|\bnot\b|\bno longer\b", re.IGNORECASE)
_STARTS = expression(r"\b(?:school|holidays?|term|semester|season|course) (?:starts?|begins?)\s*$", re.IGNORECASE)
_DUE = expression(r"\b(?:is )?due\b", re.IGNORECASE)


def _is_timetable(found: re.Match[str]) -> bool:
    """ "The train leaves at 9:15" is so every day; "my flight leaves on 3 April" is not."""
    leaves = re.search(r"\b(?:leaves|departs|takes off)\b", found.group(), re.IGNORECASE)
    return bool(leaves) and (found["own"] or "").lower() not in ("my", "our")


_CHANGED = expression(rf"\b(?:{_MOVES}|cancell?ed|off)\b", re.IGNORECASE)


def _is_gap(words: str, having: bool) -> bool:
    """What may stand between the thing and its time: nothing, or (with "have") where and with whom."""
    return not words.strip(" ,") or (having and len(words.split()) <= 7 and bool(re.match(r"\s*(?:with|at|in|for|to|"
        r"about|booked|scheduled|coming up|on|,)\b",
                                                                                         words, re.IGNORECASE)))


def _is_rest_empty(clause: Clause, times: Sequence[TimePhrase]) -> bool:
    """A fragment ("Dentist on Tuesday at 3") is whole: nothing of weight behind its time but where and with whom."""
    behind = clause.text[times[-1].span[1]:clause.end]
    rest = behind.strip(" .,!)")
    if not rest or behind[:1] in (",", "!", "."):
        return True
    return len(rest.split()) <= 6 and bool(re.match(r"(?:with|at|in|for|sharp|\W)", rest, re.IGNORECASE))


def _planned(clause: Clause, subject: str, found: re.Match[str], times: Sequence[TimePhrase],
             strict: bool) -> Iterator[Draft]:
    thing = _cut_thing(clause.text, found)
    if thing is None:
        return
    words = clause.text[slice(*thing)]
    known = bool(_EVENT.search(words))
    if _NO_PLAN.search(words.partition(" with ")[0]) or not (known or (not strict and _is_exact(times))):
        return
    phrase = _whole_phrase(times)
    at = _planned_at(phrase, clause, words)
    if is_over(at, clause.said) or (at is None and clause.said is not None):
        return
    yield Draft(subject, "plan", thing, "planned", topic_of(without_company(words)), at)


def _is_exact(times: Sequence[TimePhrase]) -> bool:
    return any(re.search(r"\d|day\b|morrow|tonight|noon|next|week", one.text, re.IGNORECASE) for one in times)


def _whole_phrase(times: Sequence[TimePhrase]) -> TimePhrase:
    """A day and an hour that other words part ("on Tuesday with Tom at 3") are one time."""
    first = times[0]
    if first.only_hour and len(times) > 1 and not times[1].only_hour:  # "at 3 on Thursday"
        return replace(first, text=f"{times[1].text} {first.text}")
    hour = next((one for one in times[1:] if one.only_hour
                 or re.match(r"(?:at )?\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?$", one.text, re.IGNORECASE)), None)
    return first if hour is None else replace(first, text=f"{first.text} {hour.text}")


def _planned_at(phrase: TimePhrase, clause: Clause, words: str) -> Moment | None:
    text = re.sub(r"^(?:until|till?|for|by|to)\s+", "", phrase.text, flags=re.IGNORECASE)
    return moment_of(text, clause.said, "future", evening=bool(_DINING.search(words)))


def is_over(at: Moment | None, said: Moment | None) -> bool:
    """Whether what is planned for `at` lies before the day of speaking, as precisely as it is known."""
    if at is None or said is None:
        return False
    if at.precision in ("year", "month"):
        return (at.local().year, at.local().month if at.precision == "month" else 13) < (said.local().year,
                                                                                         said.local().month)
    return at.local().date() < said.local().date()


# ------------------------------------------------------------------ "we are flying to Lisbon on 3 May"

_GOING = {
    "go": r" (?:on (?:a |our )(?:trip|holiday|vacation) )?(?:over |up |down |back )?to (?:see |visit )?(?=(?:the )?\S)",
    "fly": r" (?:out |over |back )?to ",
    "travel": r" (?:over |back |down |up )?to ",
    "visit": r" ",
    "meet": r" (?:up with |with )?(?=(?:my |the )?\S)",
    "see": r" (?=(?:the|my) |(?-i:[A-Z]))",
    "host": r" ",
    "attend": r" ",
    "run": r" (?=the |my |a |(?-i:[A-Z]))",
    "have": r" (?=(?:an?|my|our|the|dinner|lunch|coffee|drinks|brunch|breakfast) ?)",
    "celebrate": r" ",
    "take": r" (?=(?:my|the) [\w ]{0,30}(?:exam|test|course))",
    "play": r" (?=(?:a|our|the) (?:gig|concert|match|game))"}
_RULES = {lemma: expression(rule, re.IGNORECASE) for lemma, rule in _GOING.items()}
_WITH_VERB = frozenset(("go", "fly", "travel", "visit", "meet"))  # "flying to Lisbon"; but "the vet" of "see the vet"
_NO_GOAL = expression(
    r"(?:it|him|her|them|you|me|us|bed|sleep|work|school|be|get|make|do|have|"
    r"the (?:point|store|shop|toilet|bathroom|loo)|"
    r"that|this|there|one|some|a (?:lot|bit|good|great|few|blast|hard|nice|baby|look|chat|go|nap|rest|break|shower)|"
    r"everything|see you|go|my (?:best|way|time|own))\b", re.IGNORECASE)
_GOAL_END = expression(r"\s+(?:now|today|together|again|with|for|and|because|so|to|at|in|from|but|then|on)\b|[,.;:!?]")
_NEAR = expression(r"(?:\s+(?:now|today|together|again|already))*(?:\s+(?:with|for|at|in|to|from|and|on|"
                   r"together with|via|by)\b(?!\s+will)[^,;]{0,40})?\s*,?\s*", re.IGNORECASE)
_COMPANY = expression(r" with (?:(?:my|the|our) )?[^\W\d_][\w'-]*(?: [A-Z][\w'-]+)?")  # "dinner with Olga" is one thing
_ARTICLE = expression(r"(?:the|my|our|a|an)\s+", re.IGNORECASE)


def told_by_going(clause: Clause, person: Person, predicate: Predicate) -> list[Draft]:
    """A journey, a visit, a meeting that lies ahead: "I'm flying to Lisbon on 3 May", "we'll see the vet tomorrow"."""
    rule = _RULES.get(predicate.lemma)
    if rule is not None and predicate.says("not") and predicate.lemma in ("go", "fly", "travel"):
        return _not_going(clause, person, predicate, rule)
    times = [one for one in clause.times if one.bound not in ("each", "for", "until")]
    plain = predicate.lemma in ("fly", "travel") and predicate.form == "base" and predicate.says("now")
    ahead = plain or predicate.says("future") or (predicate.says("progressive") and not predicate.says("past",
                                                                                                       "perfect"))
    if rule is None or not times or not ahead or predicate.says("not", "modal", "no longer"):
        return []
    found = rule.match(clause.text, predicate.at, times[0].span[0])
    goal = None if found is None else _goal(clause, found.end(), times[0].span[0])
    if goal is None:
        return []
    words = clause.text[slice(*goal)]
    at = _planned_at(_whole_phrase(times), clause, words)
    lost = at is None and clause.said is not None
    if lost or is_over(at, clause.said) or (predicate.lemma == "have" and not _EVENT.search(words)):
        return []
    verb = max(clause.text.rfind(" ", clause.start, predicate.at) + 1, clause.start)
    begin = verb if predicate.lemma in _WITH_VERB else goal[0]
    company = _COMPANY.match(clause.text, goal[1], times[0].span[0]) if is_social(words) else None
    goal = (goal[0], goal[1] if company is None else company.end())
    words = clause.text[slice(*goal)]
    article = _ARTICLE.match(clause.text, begin, goal[1])
    begin = article.end() if article is not None else begin
    return [Draft(person.name, "plan", (begin, goal[1]), "planned", topic_of(words), at)]


_AFTER_ALL_AT = expression(r"\s+(?:after all|any ?more)\b")
_AFTER_ALL = expression(r"[^.!?\n]{0,40}?\b(?:after all|any ?more)\b|\s*(?:in [A-Z]\w+)?\s*(?:$|[.!])")


def _not_going(clause: Clause, person: Person, predicate: Predicate, rule: re.Pattern[str]) -> list[Draft]:
    """ "We're not going to Rome after all" """
    found = rule.match(clause.text, predicate.at, clause.end)
    off = predicate.says("progressive", "future") and not predicate.says("past", "perfect", "modal")
    all_in_all = None if found is None else _AFTER_ALL_AT.search(clause.text, found.end(), clause.end)
    end = clause.end if all_in_all is None else all_in_all.start()
    goal = None if found is None or not off else _goal(clause, found.end(), end)
    if goal is None or not _AFTER_ALL.match(clause.text, goal[1]):
        return []
    words = clause.text[slice(*goal)]
    known = words[:1].isupper() or _EVENT.search(words)
    return [Draft(person.name, "plan", goal, "cancelled", topic_of(words))] if known else []


def _goal(clause: Clause, start: int, time: int) -> Span | None:
    """Where it goes, or whom it is with: a few words, and close to their time."""
    stop = _GOAL_END.search(clause.text, start, time)
    end = stop.start() if stop is not None else time
    words = clause.text[start:end].rstrip(" ,")
    if not words or HIDDEN in words or _NO_GOAL.match(words) or len(words.split()) > 6:
        return None
    return (start, start + len(words)) if _NEAR.fullmatch(clause.text, end, time) else None
