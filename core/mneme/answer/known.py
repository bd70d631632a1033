"""Answers from facts: which of a slot's facts is meant by its time, said in its own words, and how sure that is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from mneme.answer import when
from mneme.expressions import expression
from mneme.memory.facts.nouns import AVOIDED, KINDS
from mneme.memory.facts.relations import RELATIONS
from mneme.memory.facts.sameness import keys_of, normal_form
from mneme.memory.facts.statements import ME
from mneme.memory.facts.topics import known_topic
from mneme.memory.facts.wanted import FactQuery, asked_facts
from mneme.messages import _, ngettext
from mneme.recall.understanding.question import Interval, Question, State
from mneme.types import Fact, Moment

SURE = 0.9  # of a clear and current fact, said once and not hedged
USUAL_CERTAINTY = 0.8  # of what is said without a hedge
BY_HAND, SEVERAL_PLACES, MOST_SURE = 0.05, 0.03, 0.97
FADES = 0.04  # a year since it was last told, for what may have changed since
LEAST_OF_AGE = 0.7
UNCLEAR = 0.3  # of two in conflict
LISTED, COUNTED, DENIED, OVERTAKEN, OPEN_START = 0.9, 0.65, 0.85, 0.7, 0.7  # factors
LIKELY_TOPIC = 0.8  # "the key" as the spare key that is asked for
_YEAR = timedelta(days=365.25)
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_OF_NAMES = expression(r"\b(?:names?|called|named)\b", re.IGNORECASE)
_ORIGINALLY = expression(r"\b(?:original(?:ly)?|initial(?:ly)?|at first|in the beginning|"
                         r"first (?:planned|scheduled|booked|set))\b", re.IGNORECASE)
_FORMER = expression(r"(?:\b(?:my|our)|['’]s|s['’]) (?:old|former|previous|prior)\b", re.IGNORECASE)
_PASTISH = expression(r"\b(?:did|was|were|had|used|ever|before|former|previous|prior|old|first|last|back|been|once|"
                      r"then|ago)\b", re.IGNORECASE)
_FLIES = expression(r"\bfl(?:y|ying|ies)\b", re.IGNORECASE)
_SAME_TOPIC = {"movie": "film", "wi-fi": "wifi", "wifi name": "wifi", "wi-fi name": "wifi", "ext": "extension",
               "extension number": "extension", "licence plate": "license plate", "number plate": "license plate",
               "plate number": "license plate", "blood group": "blood type", "wi-fi password": "wifi password",
               "landline number": "landline"}
_TASTES = frozenset(("likes", "dislikes"))
_EXACT = _TASTES | {"allergic_to"}  # who likes coffee may not like instant coffee
_ANY_WORDS = frozenset(("owns", "drives", "plays", "pet"))  # who has a red Volvo has a Volvo


@dataclass(frozen=True, slots=True)
class Known:
    """An answer from facts: `facts` are what it stands on, `replaced` what said otherwise, `reasons` sentences why."""

    text: str
    confidence: float
    facts: tuple[Fact, ...]
    replaced: tuple[Fact, ...] = ()
    reasons: tuple[str, ...] = ()


def query_of(question: Question) -> FactQuery | None:
    """The fact that a question asks for; None where it asks for anything else."""
    return None if question.to_assistant else asked_facts(
        question.text, names=question.names, of_owner=question.of_owner)


def known(question: Question, now: Moment, facts: Sequence[Fact]) -> Known | None:
    """What the `facts` of the slot that `question` asks for answer, asked at `now`; None where they do not.

    The time decides: "as of" means what held at its end, a time what held most of it, "before" the one before the
    present one, and nothing said what holds now. What is over is no answer to what holds now, and two in conflict are
    but a doubtful one.
    """
    query = query_of(question)
    if query is None:
        return None
    fitting, likeness = _fitting(facts, query, question)
    asked = _Asked(replace(question, state=_state(question, query)), query, now, fitting)
    made = _answered(asked)
    return made if made is None or likeness == 1.0 else replace(made, confidence=likeness * made.confidence)


def _answered(asked: "_Asked") -> Known | None:
    if asked.query.former and asked.question.within:
        return _ended_then(asked)
    answers: dict[str, Callable[[_Asked], Known | None]] = {
        "object": _object, "list": _listed, "count": _counted, "subject": _subjects, "yes_no": _verdict, "time": _time}
    return answers[asked.query.wants](asked)


def _state(question: Question, query: FactQuery) -> State:
    """What is told of no other time, and has no word of the past, is asked of now ("remind me where Anna works")."""
    if question.state:
        return question.state
    if (query.former and query.wants == "object") or _FORMER.search(question.text) or _ORIGINALLY.search(question.text):
        return "then"
    is_timed = question.as_of is not None or question.within or question.order or query.before or query.former
    return "" if is_timed or _PASTISH.search(question.text) else "now"


# ------------------------------------------------------------------ facts and times


def _fitting(facts: Sequence[Fact], query: FactQuery, question: Question) -> tuple[list[Fact], float]:
    """The facts of the slot, and how surely its topic is the one in the question.

    "The key" may be the spare key, and "the kickoff" that for the harbour project, where there is but one such.
    """
    mine = [fact for fact in facts if _fits(fact, query)]
    if query.topic is None:
        return mine, 1.0
    topic = _SAME_TOPIC.get(query.topic, query.topic)
    same = [fact for fact in mine if _SAME_TOPIC.get(fact.topic, fact.topic) in ("", topic)]
    shorter = [fact for fact in mine if fact.topic and topic.endswith(f" {fact.topic}")]
    if same and query.relations == ("plan",) and _FLIES.search(question.text):
        return _one_plan(same + [fact for fact in mine if fact.topic == "flight"]), 1.0
    if same:
        return same, 1.0
    fuller = known_topic(topic, (fact.topic for fact in mine))
    if fuller != topic:
        return [fact for fact in mine if fact.topic == fuller], 1.0
    told = [fact for fact in shorter if _says(fact, topic.removesuffix(fact.topic).split())]
    if told:
        return told, 1.0
    heads = {fact.topic for fact in mine if _head(fact.topic) == _head(topic)}
    is_kept = query.relations == ("kept_at",) and len(heads) < 2
    return (shorter, LIKELY_TOPIC) if is_kept else ([], 1.0)


def _fits(fact: Fact, query: FactQuery) -> bool:
    """Is it of the slot? Whether "Anna" is Anna Berg was told by who looked it up; the owner is nobody else, though."""
    is_theirs = query.subject is None or (fact.subject == ME) == (query.subject == ME)
    is_kind = not query.kind or not KINDS[query.kind].isdisjoint(normal_form(fact.object).split())
    is_told = fact.topic == query.topic != "" and fact.relation == "is"
    is_so = is_told or not query.said_with or _says(fact, query.said_with)
    return (is_theirs and is_kind and is_so and fact.relation in query.relations
            and not (query.said_without and _says(fact, query.said_without)))


def _says(fact: Fact, words: Sequence[str]) -> bool:
    """Whether one of the words begins a word where the fact is told, or in it."""
    text = " ".join([fact.object, fact.topic, *(cited.text for cited in fact.evidence)]).lower()
    return any(re.search(rf"\b{re.escape(word)}", text) for word in words)


def _head(topic: str) -> str:
    return re.split(r" (?:for|with|of|about|at|in|on|to) ", topic, maxsplit=1)[0].rpartition(" ")[2]


def _one_plan(facts: list[Fact]) -> list[Fact]:
    """Plans of one thing under two names: what was told last, moved or called off, is meant by now."""
    if len({fact.topic for fact in facts}) < 2:
        return facts
    last = max(facts, key=_said)
    return [replace(fact, superseded_by=fact.superseded_by or last.memory.id,
                    state="past" if fact.state == "planned" else fact.state)
            if fact.topic != last.topic and _said(fact) < _said(last) else fact for fact in facts]


def _start(fact: Fact) -> datetime:
    return fact.valid_from.utc if fact.valid_from is not None else _EARLIEST


def _end(fact: Fact) -> datetime:
    return fact.valid_to.utc if fact.valid_to is not None else _LATEST


def _said(fact: Fact) -> datetime:
    return fact.said_at.utc if fact.said_at is not None else fact.memory.recorded_at


def _last_told(fact: Fact) -> datetime:
    return max([_said(fact), *(cited.happened_at.utc for cited in fact.evidence if cited.happened_at is not None)])


def _was_ever(fact: Fact) -> bool:
    """Did it hold at some time? What was replaced or moved never did, a plan is none yet, and a denial is no fact."""
    is_denial = fact.mode == "ended" and fact.state == "conflict"
    is_plan = fact.mode == "planned" and (fact.relation == "plan" or fact.valid_from is None)
    return (fact.state in ("holds", "past", "conflict") and not is_plan and not is_denial
            and _start(fact) < _end(fact))


def _in_time(fact: Fact) -> tuple[datetime, datetime]:
    """For the order in time: by the end where the start is not known."""
    return (_start(fact) if fact.valid_from is not None else min(_end(fact), _said(fact)), _said(fact))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, and the facts of its slot."""

    question: Question
    query: FactQuery
    now: Moment
    facts: list[Fact]

    @property
    def ever(self) -> list[Fact]:
        """What held at some time, in the order of time."""
        return sorted(filter(_was_ever, self.facts), key=_in_time)

    @property
    def is_timed(self) -> bool:
        return self.question.as_of is not None or bool(self.question.within)

    @property
    def present(self) -> list[Fact]:
        at = self.now.utc
        return [fact for fact in self.ever if fact.state != "past" and _start(fact) <= at < _end(fact)] or [
            fact for fact in self.ever if _start(fact) <= at < _end(fact)]

    @property
    def held(self) -> list[Fact]:
        """What held at the time that is asked for; nothing said: now."""
        if self.question.as_of is not None:
            at = _moment_of(self.question.as_of)
            return [] if at is None else [fact for fact in self.ever if _start(fact) <= at < _end(fact)]
        if self.question.within:
            return [fact for fact in self.ever if _overlap(fact, self.question.within) > timedelta(0)]
        if self.question.state == "then":
            present = self.present
            return [fact for fact in self.ever if fact not in present]
        return self.present


def _moment_of(interval: Interval) -> datetime | None:
    """As of March is as of its last instant."""
    return interval.end - timedelta(microseconds=1) if interval.end is not None else interval.start


def _overlap(fact: Fact, within: Sequence[Interval]) -> timedelta:
    return max(min(_end(fact), one.end or _LATEST) - max(_start(fact), one.start or _EARLIEST) for one in within)


# ------------------------------------------------------------------ one object


def _object(asked: _Asked) -> Known | None:
    """The object of the fact that is meant; of the relations that may answer, the first that does."""
    for relation in asked.query.relations:
        part = replace(asked, facts=[fact for fact in asked.facts if fact.relation == relation])
        made = _single(part) if RELATIONS[relation].single else _listed(part)
        if made is not None:
            return made
    return None


def _single(asked: _Asked) -> Known | None:
    fact = _meant(asked)
    changed = _overtaken(asked, fact)
    if fact is None or changed is not None:
        return changed
    if fact.state == "conflict":
        return _unclear(asked, fact, _words(fact))
    before, after = _before(asked, fact), _after(asked, fact)
    reasons = [*_ahead(asked, fact), *_agreed(fact)]
    if after is not None:
        reasons.insert(0, _("Since {date}: {object}.").format(date=_date(after.valid_from), object=_words(after)))
    elif before is not None:
        reasons.insert(0, _("Before that, until {date}: {object}.").format(
            date=_date(before.valid_to), object=_words(before)))
    sure = _sure(fact, asked.now) * (OPEN_START if fact.valid_from is None and asked.is_timed else 1.0)
    replaced = tuple(one for one in (after, before) if one is not None)[:1]
    return Known(_words(fact), sure, (fact,), replaced, tuple(reasons))


def _meant(asked: _Asked) -> Fact | None:
    """The fact whose time is asked for; a question in the past, without a time, may mean what is over."""
    question, held, ever = asked.question, asked.held, asked.ever
    if asked.query.before is not None:
        later = _matching(ever, asked.query.before)
        return next(reversed(ever[:ever.index(later[0])]), None) if later else None
    if question.order:
        ordered = held if asked.is_timed or question.state == "now" else ever
        return (ordered[0] if question.order == "first" else ordered[-1]) if ordered else None
    if question.as_of is None and question.within:
        is_open = any(one.start is None for one in question.within)
        return max(held, key=lambda fact: (timedelta(0) if is_open else _overlap(fact, question.within),
                                           _in_time(fact)), default=None)
    if not held and not question.state and not asked.is_timed:
        held = ever
    if question.state == "then" and held and _ORIGINALLY.search(question.text):
        return held[0]
    clashing = [fact for fact in held if fact.state == "conflict"]
    return max(clashing, key=_said) if clashing else held[-1] if held else None


def _unclear(asked: _Asked, fact: Fact, text: str) -> Known:
    """The newer of those in conflict, with little confidence, and what the others say."""
    rivals = tuple(other for other in asked.facts if other.memory.id in fact.conflicts)
    reasons = tuple(
        (_("It is also told that this is over.") if other.mode == "ended" else
         _("It is told differently elsewhere: {object}.").format(object=_words(other))) for other in rivals)
    return Known(text, min(UNCLEAR, _sure(fact, asked.now)), (fact,), rivals, reasons)


def _before(asked: _Asked, fact: Fact) -> Fact | None:
    """What it superseded, if that ever held."""
    return next((one for one in reversed(asked.ever) if one.superseded_by == fact.memory.id), None)


def _after(asked: _Asked, fact: Fact) -> Fact | None:
    return next((one for one in asked.ever if fact.superseded_by == one.memory.id), None)


def _plans(asked: _Asked, fact: Fact | None, state: str) -> list[Fact]:
    """Changes that were planned after the fact was told, and not called off or moved."""
    is_of_now = not (asked.is_timed or asked.question.order or asked.query.before) and asked.question.state != "then"
    if not is_of_now or (fact is not None and fact.superseded_by is not None):
        return []
    return [one for one in asked.facts if one.mode == "planned" and one.state == state and one.superseded_by is None
            and one.valid_from is not None and (fact is None or _last_told(fact) < _start(one))]


def _ahead(asked: _Asked, fact: Fact) -> list[str]:
    return [_("Planned from {date}: {object}.").format(date=_date(one.valid_from), object=_words(one))
            for one in _plans(asked, fact, "planned")]


def _overtaken(asked: _Asked, fact: Fact | None) -> Known | None:
    """Who was to move in May, and has not been heard of since, has probably moved."""
    is_told = fact is not None and (fact.mode != "planned" or len(fact.evidence) > 1)
    plan = max(_plans(asked, fact, "past"), key=_start, default=None) if is_told or fact is None else fact
    if plan is None or plan.valid_from is None:
        return None
    before = _before(asked, plan) if plan is fact else fact
    reasons = [_("It was planned from {date}; whether it happened is not told.").format(date=_date(plan.valid_from))]
    if before is not None:
        reasons.append(_("Before that: {object}.").format(object=_words(before)))
    return Known(_words(plan), OVERTAKEN * _sure(plan, asked.now), (plan,), () if before is None else (before,),
                 tuple(reasons))


def _ended_then(asked: _Asked) -> Known | None:
    """Which company did I leave in March? What ended then."""
    ended = [fact for fact in asked.ever if fact.valid_to is not None and any(
        (one.start or _EARLIEST) <= _end(fact) < (one.end or _LATEST) for one in asked.question.within)]
    return Known(_words(ended[-1]), _sure(ended[-1], asked.now), (ended[-1],)) if ended else None


# ------------------------------------------------------------------ several objects, and subjects


def _listed(asked: _Asked) -> Known | None:
    held = _several(asked)
    if _OF_NAMES.search(asked.question.text):  # "a kitty" is no name
        held = [fact for fact in held if fact.object != fact.object.lower()]
    if not held:
        return None
    words = list(dict.fromkeys(_words(fact) for fact in held))
    sure = min(_sure(fact, asked.now) for fact in held) * (LISTED if len(words) > 1 else 1.0)
    return Known(", ".join(words), sure, tuple(held), reasons=_together(words))


def _counted(asked: _Asked) -> Known | None:
    held = _several(asked)
    if not held:
        return None
    words = list(dict.fromkeys(_words(fact) for fact in held))
    return Known(str(len(words)), COUNTED * min(_sure(fact, asked.now) for fact in held), tuple(held),
                 reasons=(_("Counted: {objects}. There may be more.").format(objects=", ".join(words)),))


def _several(asked: _Asked) -> list[Fact]:
    """Facts whose objects add up: all that held; what is in conflict is left out."""
    held = asked.held
    if not held and not asked.question.state and not asked.is_timed:
        held = asked.ever
    return sorted((fact for fact in held if fact.state != "conflict"), key=_said)


def _subjects(asked: _Asked) -> Known | None:
    """Who lives in Oslo? Everybody of whom it is told; the owner last."""
    of_object = replace(asked, facts=_matching(asked.facts, asked.query.object))
    held = sorted(_several(of_object), key=lambda fact: fact.subject == ME)
    if not held:
        return None
    words = list(dict.fromkeys(_("you") if fact.subject == ME else re.sub(r"^my\b", _("your"), fact.subject)
                               for fact in held))
    sure = min(_sure(fact, asked.now) for fact in held) * (LISTED if len(words) > 1 else 1.0)
    return Known(", ".join(words), sure, tuple(held), reasons=_together(words))


def _together(words: Sequence[str]) -> tuple[str, ...]:
    if len(words) < 2:
        return ()
    return (_("Put together from {n} facts; there may be more.").format(n=len(words)),)


def _matching(facts: Sequence[Fact], thing: str | None) -> list[Fact]:
    """The facts whose object, or kind of thing, is the one in the question, in another number or with more words."""
    keys = keys_of({-1: thing or "", **{at: fact.object for at, fact in enumerate(facts)}}, qualified=True)
    asked = _stems(keys[-1])
    return [fact for at, fact in enumerate(facts)
            if asked and (_is_named(asked, _stems(keys[at]), fact.relation) or asked == _stems(fact.topic))]


def _is_named(asked: list[str], words: list[str], relation: str) -> bool:
    """Does "Tom" name "Tom Berg"? "York" is not "New York", but a Volvo is a red Volvo."""
    if relation in _EXACT:
        return asked == words
    return asked == words[:len(asked)] or (relation in _ANY_WORDS and set(asked) <= set(words))


def _stems(text: str) -> list[str]:
    return [word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
            for word in text.split()]


# ------------------------------------------------------------------ yes or no


def _verdict(asked: _Asked) -> Known | None:
    """Yes where it held at the time, no where its opposite or, for what is one at a time, something else did."""
    if asked.query.relations == ("plan",):
        return _stands(asked)
    if asked.query.relations[0] == "status":
        return _bound(asked)
    if asked.query.former:
        return _given_up(asked)
    named = _matching(asked.facts, asked.query.object)
    is_taste = asked.query.relations[0] in _TASTES
    same = [fact for fact in named if not is_taste or fact.relation == asked.query.relations[0]]
    opposite = [fact for fact in named if fact not in same]
    for facts, word in ((same, _("Yes")), (opposite, _("No"))):
        if fact := _held_of(asked, facts):
            return _said_of(asked, fact, word, 1.0)
    if "diet" in asked.query.relations and asked.query.object:
        avoiding = [fact for fact in asked.held if fact.relation == "diet" and _avoids(fact, asked.query.object)]
        if avoiding:
            return _said_of(asked, avoiding[-1], _("No"), DENIED)
    instead = _instead(asked, named)
    over = [fact for fact in same if _was_ever(fact) and fact.state == "past"]
    if over and not asked.is_timed and asked.question.state == "now":
        ended = max(over, key=_in_time)
        until = _("Until {date}: {object}.").format(date=_date(ended.valid_to), object=_words(ended))
        return Known(_("No longer"), DENIED * _sure(ended, asked.now), (ended,), instead, (until,))
    return _said_of(asked, instead[-1], _("No"), DENIED) if instead else None


def _held_of(asked: _Asked, facts: list[Fact]) -> Fact | None:
    """The last of these that held when it is asked for; "did I" without a time asks for any time."""
    part = replace(asked, facts=facts)
    held = part.held
    if not held and not asked.question.state and not asked.is_timed:
        held = part.ever
    return held[-1] if held else None


def _instead(asked: _Asked, named: list[Fact]) -> tuple[Fact, ...]:
    """What held instead, where it is clear that there is one at a time."""
    [first, *more] = asked.query.relations
    if more or not RELATIONS[first].single or (not asked.is_timed and asked.question.state != "now"):
        return ()
    others = tuple(fact for fact in asked.held if fact not in named and fact.state != "conflict")
    if first == "diet" and not _ONE_DIET.issuperset([(asked.query.object or "").lower(),
                                                     *(fact.object.lower() for fact in others)]):
        return ()  # who is vegetarian may be lactose intolerant
    return others


_ONE_DIET = frozenset(("vegetarian", "vegan", "pescatarian", "flexitarian"))


def _avoids(diet: Fact, food: str) -> bool:
    return food.lower() in AVOIDED.get(diet.object.lower(), ())


def _given_up(asked: _Asked) -> Known | None:
    """Did I quit Acme? Yes, if it is over; no, if it holds."""
    thing = asked.query.object or ""
    named = [fact for fact in asked.facts if fact.relation == "works_at"] if thing.lower() in _A_JOB else _matching(
        asked.facts, thing)
    part = replace(asked, facts=named)
    over = [fact for fact in part.ever if fact.state == "past"]
    if part.present and part.present[-1].state != "conflict" and thing.lower() not in _A_JOB:
        return _said_of(asked, part.present[-1], _("No"), DENIED)
    if not over or part.present:
        return None
    return _said_of(asked, over[-1], _("Yes"), DENIED)


_A_JOB = frozenset(("job", "my job", "the job", "work"))


def _bound(asked: _Asked) -> Known | None:
    """Am I married? What was told last of a partner, a wedding or a parting decides."""
    wanted = (asked.query.object or "").lower()
    told = sorted((fact for fact in asked.held if fact.object), key=_last_told)
    if not told:
        over = [fact for fact in asked.facts if _bond(fact) == wanted and fact.state in ("past", "cancelled")]
        return _said_of(asked, max(over, key=_said), _("No"), DENIED) if over and not asked.is_timed else None
    is_so = _bond(told[-1])
    if is_so == wanted:
        return _said_of(asked, told[-1], _("Yes"), 1.0)
    is_open = is_so == "together" and wanted != "single"  # who has a partner may be married to them
    return None if is_open else _said_of(asked, told[-1], _("No"), DENIED)


def _bond(fact: Fact) -> str:
    if fact.relation == "status":
        return fact.object.lower()
    if fact.relation == "married_to":
        return "married"
    return "engaged" if _says(fact, ("engag", "fianc", "propos")) else "together"


def _said_of(asked: _Asked, fact: Fact, word: str, factor: float) -> Known:
    if fact.state == "conflict":
        return _unclear(asked, fact, word)
    return Known(word, factor * _sure(fact, asked.now), (fact,),
                 reasons=(_("It is told: {object}.").format(object=_words(fact)), *_agreed(fact)))


# ------------------------------------------------------------------ the time of a plan


def _time(asked: _Asked) -> Known | None:
    """When something is planned: what comes next, or, asked in the past, what was last; a moved plan's last time."""
    if asked.query.object is not None:
        asked = replace(asked, facts=_matching(asked.facts, asked.query.object))
    plan = _planned(asked)
    if plan is None or plan.valid_from is None:
        return _called_off(asked)
    text, sure = _date_and_clock(plan.valid_from), _sure(plan, asked.now)
    moved = next((one for one in asked.facts if one.superseded_by == plan.memory.id and one.valid_from is not None),
                 None)
    if moved is None or text.startswith(_date_and_clock(moved.valid_from)):  # the same day, told more exactly
        return Known(text, sure, (plan,), reasons=_agreed(plan))
    reason = _("It was moved; before, it was planned for {date}.").format(date=_date_and_clock(moved.valid_from))
    return Known(text, sure, (plan,), (moved,), (reason, *_agreed(plan)))


def _planned(asked: _Asked) -> Fact | None:
    """The plan that is meant: as it stood at a time, as it was before it was moved, within a time, or the next one."""
    question, at = asked.question, asked.now.utc
    plans = sorted((fact for fact in asked.facts if fact.mode == "planned" and fact.valid_from is not None), key=_said)
    if question.as_of is not None and (then := _moment_of(question.as_of)) is not None:
        return next((one for one in reversed(plans) if _said(one) <= then), None)
    moved = [one for one in plans if one.superseded_by is not None and one.state == "past"]
    if question.state == "then":
        return None if not moved else moved[0] if _ORIGINALLY.search(question.text) else moved[-1]
    standing = [one for one in plans if one.superseded_by is None and one.state in ("planned", "past")]
    if question.within:
        standing = [one for one in standing if any((span.start or _EARLIEST) <= _start(one) < (span.end or _LATEST)
                                                   for span in question.within)]
    coming = [one for one in standing if one.state == "planned" or _start(one) >= at]
    if coming:
        return min(coming, key=_start)
    return max(standing, key=_start, default=None) if not question.state or question.within else None


def _stands(asked: _Asked) -> Known | None:
    """Is the review still on? Yes, and when; no, if it was called off."""
    plan, off = _time(asked), _called_off(asked)
    if off is not None:
        return replace(off, text=_("No"), reasons=(_("It was cancelled."),))
    if plan is None or plan.facts[0].state != "planned":
        return None
    return replace(plan, text=_("Yes"), reasons=(_("It is planned for {date}.").format(date=plan.text), *plan.reasons))


def _called_off(asked: _Asked) -> Known | None:
    plans = sorted((fact for fact in asked.facts if fact.mode == "planned"), key=_said)
    if not plans or plans[-1].state != "cancelled" or asked.question.state == "then" or asked.is_timed:
        return None
    plan = plans[-1]
    reasons = () if plan.valid_from is None else (
        _("It was planned for {date}.").format(date=_date_and_clock(plan.valid_from)),)
    return Known(_("It was cancelled"), _sure(plan, asked.now), (plan,), reasons=reasons)


# ------------------------------------------------------------------ words, and how sure


def _words(fact: Fact) -> str:
    """The object in its own words; a birthday as a date is said."""
    found = re.fullmatch(r"(\d{4}|-)-(\d\d)-(\d\d)", fact.object)
    if fact.relation != "birthday" or found is None or not 1 <= int(found[2]) <= len(when.MONTHS):
        return fact.object
    year = "" if found[1] == "-" else f" {found[1]}"
    return f"{int(found[3])} {when.MONTHS[int(found[2]) - 1]}{year}"


def _date(moment: Moment | None) -> str:
    return _("a time that is not known") if moment is None else when.shown(moment)


def _date_and_clock(moment: Moment | None) -> str:
    """As precise as it is known: "20 June 2025, 15:00"."""
    if moment is None or moment.precision not in ("minute", "second"):
        return _date(moment)
    at = moment.local()
    return f"{_date(moment)}, {at.hour}:{at.minute:02d}"


def _agreed(fact: Fact) -> tuple[str, ...]:
    count = len(fact.evidence)
    return () if count < 2 else (ngettext("The same is said in {n} place.", "The same is said in {n} places.",
                                          count).format(n=count),)


def _sure(fact: Fact, now: Moment) -> float:
    """How sure a fact is: as it was said, in how many places, and how long ago, where it may have changed since."""
    sure = SURE * min(fact.certainty / USUAL_CERTAINTY, 1.0)
    sure += (BY_HAND if fact.by_owner else 0.0) + (SEVERAL_PLACES if len(fact.evidence) > 1 else 0.0)
    if RELATIONS[fact.relation].nature != "constant" and fact.state in ("holds", "conflict"):
        years = (now.utc - _last_told(fact)) / _YEAR
        sure *= max(1.0 - FADES * max(years, 0.0), LEAST_OF_AGE)
    return min(sure, MOST_SURE)
