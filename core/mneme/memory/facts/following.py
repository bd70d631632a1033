"""What in a message leans on those before: "mine is 3 June", "moved AGAIN", "no wait, it's 14", "me too", "scratch that"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from mneme.memory.facts.answering import AND_YOU, answer, asked_of, asker, slot_noun
from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.completing import Edit
from mneme.memory.facts.context import TELLERS, Context, antecedent
from mneme.memory.facts.people import FULL_NAME, Person, is_name
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.speaking import plain
from mneme.memory.facts.statements import ME, Statement
from mneme.memory.facts.timing import TimePhrase, time_phrases
from mneme.memory.facts.values import EMAIL, birthday_in, phone_in
from mneme.memory.sentences import sentences
from mneme.types import Moment, Span

_LOOKED_AT = 400  # code points of a message in which it leans on others
_SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Following:
    """How a message is to be read after those before it.

    `edits` fill in what it leaves out, `drafts` are what it tells in no words of its own, `recent` is whom "she" means,
    `earlier` what its speaker told last and may put right, `asker` whom ASKER stands for.
    """

    edits: tuple[Edit, ...] = ()
    drafts: tuple[tuple[Draft, Span], ...] = ()
    recent: Person | None = None
    earlier: Draft | None = None
    asker: str | None = None


ALONE = Following()


def following(text: str, context: Context) -> Following:
    """How `text`, the plain text of the context's saying, follows what was said before it."""
    head = text[:_LOOKED_AT]
    if context.saying.speaker is None or first_person(context.saying) is None:
        return ALONE
    if not context.turns:
        return Following((*_without_asking_back(head), *_mine(head, context)))
    said = answer(head, context)
    if said.edits or said.drafts:
        edits = _apart((*said.edits, *_without_asking_back(head)))
        return Following(edits, said.drafts, _recent(head, context), None, asker(context))
    earlier = _earlier(head, context)
    edits = (*_without_asking_back(head), *_mine(head, context), *_my_kin(head, context), *_she(head, context), *_moved_again(head, context), *_moved_it(head, context), *_off(head, context), *_put_right(head, earlier),
             *_number_too(head, context))
    drafts = (*_too(head, context), *_scratched(head, context), *_scrapped(head, context))
    return Following(_apart(edits), drafts, _recent(head, context), None if edits and not _LATE.match(head) else _draft_of(earlier))


def _apart(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits without those that another one covers in part."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda one: one.start):
        if not kept or (edit.start >= kept[-1].end and edit.start > kept[-1].start):
            kept.append(edit)
    return tuple(kept)


def _without_asking_back(text: str) -> Iterator[Edit]:
    """ "I live in Oslo, and you?": the asking back makes no question of what is told before it."""
    for start, end in sentences(text):
        found = AND_YOU.search(text[start:end].rstrip())
        if found is not None and found.start():
            yield Edit(start + found.start(), start + found.end(), ".")


_SHE_GOT = re.compile(r"(?:(?:oh|ah|yes|yeah|no|well|btw|ok|sorry)[\s,.!]+)*(?P<she>she|he)(?:'s| has)? (?:just |now )?(?:got|has) "
                      r"an? new (?:phone |mobile )?(?:number|phone|mobile|e-?mail)\b", re.IGNORECASE)


def _she(text: str, context: Context) -> Iterator[Edit]:
    """Whose the new number is: her name for the pronoun."""
    found = _SHE_GOT.match(text)
    person = antecedent(context) if found is not None else None
    female = found is not None and found["she"].lower() == "she"
    if found is not None and person is not None and person.gender in ("", "f" if female else "m"):
        yield Edit(*found.span("she"), person.name[:1].upper() + person.name[1:])


_SHE = re.compile(r"\b(?:she|he|her|his)\b", re.IGNORECASE)


def _recent(text: str, context: Context) -> Person | None:
    return antecedent(context) if _SHE.search(text) else None


# ------------------------------------------------------------------ "mine"

_MINE = re.compile(r"(?<![\w'])(?:(?P<is>mine(?:'s|s| is| are| was)|my own(?:'s| is))(?P<still> still| just| only| now)?"
                   r"(?= \S)|mine(?P<bare>(?= (?:on|at|in|next|tomorrow)\b))|(?P<verb>(?:like|love|keep|kept|hate|put|store|leave|hide) )mine(?=,? \S))", re.IGNORECASE)
_NAME_NEXT = re.compile(rf"[ ,]*(?:(?:is )?(?:called|named) )?(?P<name>{FULL_NAME})")
_PERSONAL = frozenset(("boss", "contact_for", "pet", "child", "sibling", "parent", "relative", "partner", "name"))
_KEPT = re.compile(r",? ?(?:in|under|on|behind|at|with|next to|inside|above|by|beneath|below|between|near|over)\s",
                   re.IGNORECASE)


def _mine(text: str, context: Context) -> Iterator[Edit]:
    """The noun that "mine" stands for: that of the statement or question right before, if what follows can be its own."""
    for found in _MINE.finditer(text):
        noun = _noun_before(text, found.start(), found.end(), context)
        if noun is None:
            continue
        if found["verb"]:
            yield Edit(found.end() - len("mine"), found.end(), f"my {noun}")
        else:
            yield Edit(found.start(), found.end(), f"my {noun} {_verb(found['is'] or '')}")


_HERS = re.compile(r"(?<![\w'])mine(?=(?:'s| is| has| lives| works| plays| likes| loves| hates| just| moved| studies| drives| "
                   r"speaks) )", re.IGNORECASE)


def _my_kin(text: str, context: Context) -> Iterator[Edit]:
    """ "Mine lives in Bergen", after what somebody told of their sister."""
    found = _HERS.search(text)
    told = context.last_told(1, own=False) if found is not None else []
    first = first_person(context.turns[told[0][0]]) if told else None
    whose = "my " if first == ME else f"{first}'s "
    if found is not None and told and told[0][1].subject.startswith(whose):
        yield Edit(*found.span(), f"my {told[0][1].subject.removeprefix(whose)}")


def _verb(words: str) -> str:
    return "was" if words.lower().endswith("was") else "is"


def _noun_before(text: str, at: int, behind: int, context: Context) -> str | None:
    asked = _asked_in(text[:at])
    if asked is not None:
        return asked if _suits_noun(asked, text, behind, context) else None
    for _, one in context.last_told(2):
        noun = slot_noun(one)
        if noun is not None and one.mode in ("holds", "planned") and _suits(one, text, behind, context):
            return noun
    return _asked_before(text, behind, context)


def _asked_in(text: str) -> str | None:
    """ "What's your number? Mine is ...": the noun of the slot that the message itself asks for."""
    found = [text[start:end].strip() for start, end in sentences(text) if text[start:end].rstrip().endswith("?")]
    query = asked_of(found[-1]) if found else None
    return None if query is None else _noun_of(query.relations[0], query.topic or "")


def _asked_before(text: str, behind: int, context: Context) -> str | None:
    noun = _asked_in(plain(context.turns[-1].text[-_LOOKED_AT:])) if context.turns else None
    return noun if noun is not None and _suits_noun(noun, text, behind, context) else None


def _noun_of(relation: str, topic: str) -> str | None:
    return slot_noun(Statement("", relation, topic, "", "holds", (0, 0), None))


def _suits_noun(noun: str, text: str, at: int, context: Context) -> bool:
    relation = {"number": "phone", "email": "email", "birthday": "birthday", "boss": "boss", "car": "drives",
                "address": "address"}.get(noun, "favourite" if noun.startswith("favourite ") else "plan")
    return _suits(Statement("", relation, noun, "", "holds", (0, 0), None), text, at, context)


def _suits(one: Statement, text: str, at: int, context: Context) -> bool:
    """Whether the words at `at` are of the kind that the slot of `one` has: a number, a time, a name, a place."""
    end = min(len(text), at + 60)
    if one.relation == "phone":
        phone = phone_in(text, at, end)
        return phone is not None and phone[0] - at <= 12
    if one.relation == "email":
        return EMAIL.match(text, at + 1) is not None
    if one.relation == "birthday":
        return birthday_in(text, at, at + 30, context.saying.said) is not None
    if one.relation == "plan":
        times = time_phrases(text, at, end)
        return bool(times) and times[0].span[0] - at <= 12
    if one.relation == "kept_at":
        return _KEPT.match(text, at) is not None
    if one.relation in _PERSONAL:
        name = _NAME_NEXT.match(text, at)
        return name is not None and is_name(name["name"])
    return one.relation in ("favourite", "is", "drives", "address")


# ------------------------------------------------------------------ "ugh, moved AGAIN, now it's the 28th at 8"

_OH = (r"(?:(?:ugh+|argh+|oh no|oh|no|sorry|and|so|well|ok|okay|hey|haha|lol|damn|guess what|update|unfortunately|sadly|wait|"
       r"yay|good news|bad news|great|omg|btw|they called|just heard|turns out)[\s,.:!…–—-]+)*")
_MOVES = (r"(?:moved|pushed(?: back)?|rescheduled|postponed|shifted|bumped|delayed|changed|brought forward|put off|rebooked)")
_AGAIN = re.compile(rf"{_OH}(?P<gap>)(?:got |been |just )*{_MOVES}(?: it)?\b(?:,? again\b)?", re.IGNORECASE)
_IT_MOVED = re.compile(rf"{_OH}(?P<it>it(?:'s| is| was| has)?(?: now| just| been| got| being)*) (?P<move>{_MOVES})\b", re.IGNORECASE)
_NOW_ITS = re.compile(r"(?:the )?new (?:date|time|slot)(?: is|'s|:)? (?=\S)|(?:(?:^|(?<=[\s,.!;–—-]))now )?(?:it's|it is|it'll be)(?: now| on| only)* (?=\S)", re.IGNORECASE)
_NEW_TIME = re.compile(rf"{_OH}(?P<it>(?:the )?new (?:date|time|slot|appointment)(?: is|'s|:)?)\s+(?=\S)", re.IGNORECASE)
_IT_NOW = re.compile(rf"{_OH}(?P<it>(?:now it's|now it is|it's now|it is now|it's (?:on|at)|it'll be|it will be))"
                     r"(?: now)?(?: on)? (?=\S)", re.IGNORECASE)
_TO = re.compile(r"(?: back| again| out| forward)*,? (?:to|until|till|for)\s", re.IGNORECASE)


_MOVED_IT = re.compile(rf"{_OH}(?:they|he|she|we|i)(?:'ve| have|'s| has| had to| just)* (?:{_MOVES}|move|push) (?P<it>it)(?: back| forward)? "
                       r"(?=(?:to|until|till) )", re.IGNORECASE)


def _moved_it(text: str, context: Context) -> Iterator[Edit]:
    """ "They moved it to Friday": the plan for the pronoun."""
    found = _MOVED_IT.match(text)
    plan = _plan_meant(context, 4) if found is not None else None
    if found is not None and plan is not None:
        yield Edit(*found.span("it"), f"the {plan.topic}")


def _moved_again(text: str, context: Context) -> Iterator[Edit]:
    """The plan that is meant by "moved again", "it's now on Friday", "new date: Friday"."""
    whole = _IT_MOVED.match(text) or _AGAIN.match(text)
    found = whole or _NEW_TIME.match(text) or _IT_NOW.match(text)
    plan = _plan_meant(context) if found is not None else None
    if found is None or plan is None:
        return
    if whole is None:
        yield from _set_on(found.span("it")[0], found.end(), plan, text)
        return
    if found.re is _AGAIN and not (_TO.match(text, found.end()) or _NOW_ITS.search(text, found.end())):
        return
    if _TO.match(text, found.end()):
        start, end = found.span("it") if found.re is _IT_MOVED else (found.start("gap"), found.start("gap"))
        yield Edit(start, end, f"the {plan.topic} was" if found.re is _IT_MOVED else f"the {plan.topic} ")
    later = _NOW_ITS.search(text, found.end())
    if later is not None:
        yield from _set_on(later.start(), later.end(), plan, text)


def _set_on(start: int, end: int, plan: Statement, text: str) -> Iterator[Edit]:
    """ "it's" in front of a time, as "the dentist is on"; an hour alone is on the day that was told before."""
    times = [one for one in time_phrases(text, max(end - 4, 0), min(len(text), end + 60))
             if one.span[1] > end and one.span[0] <= end + 5]
    hour = _HOUR.match(text, end)
    if hour is not None and _is_hour(text, hour.end(), times) and plan.valid_from is not None:
        yield Edit(start, end, f"the {plan.topic} is on {_day(plan.valid_from)} "
                               f"{'' if hour.group().lower().startswith(('at', 'around')) else 'at '}")
    elif times and not times[0].only_hour:
        lead = "" if re.match(r"(?:on|at|in|next|this|tomorrow|today|tonight)\b", text[end:], re.IGNORECASE) else "on "
        yield Edit(start, end, f"the {plan.topic} is {lead}")


_HOUR = re.compile(r"(?:at |around )?(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m\b)?(?![\d/-])|(?:half|quarter) (?:past|to) \w+|"
                   r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon)\b)(?: o'clock)?",
                   re.IGNORECASE)


def _is_hour(text: str, end: int, times: list[TimePhrase]) -> bool:
    """Whether the number that ends here is a time of day by itself, and no day: "14", not "14 May", "the 14th"."""
    rest = text[end:end + 12].lstrip()
    longer = any(one.span[1] > end + 1 for one in times)
    return not longer and (not rest or not (rest[0].isalnum() and not re.match(
        r"(?:now|instead|not|sorry|then|sharp|actually)\b", rest, re.IGNORECASE)))


def _day(at: Moment) -> str:
    return f"{at.local():%Y-%m-%d}"


def _plan_meant(context: Context, reach: int = 8) -> Statement | None:
    """The plan told of last: the speaker's own, else one that both may share, if it was told right before."""
    first = first_person(context.saying)
    plans = [(at, one) for at, one in context.last_told(reach) if one.relation == "plan" and one.topic]
    own = next((one for _, one in plans if one.subject == first), None)
    return own if own is not None and own.mode == "planned" else None


# ------------------------------------------------------------------ "it's off"

_IT_OFF = re.compile(rf"{_OH}(?P<it>it|that|this)(?:'s| is| was| got| has been)(?: now| been| all| just)* "
                     r"(?:cancell?ed|called off|off|not happening)(?: again| after all)?(?=\s*(?:$|[.,!;:)–—-]|\s(?:again|after all|now|"
                     r"sadly|because|for now|unfortunately|they|the)\b))", re.IGNORECASE)
_BARE_OFF = re.compile(rf"{_OH}(?P<it>)(?:cancell?ed|called off)(?: again| after all)?(?=\W*$)", re.IGNORECASE)


def _off(text: str, context: Context) -> Iterator[Edit]:
    found = _IT_OFF.match(text) or _BARE_OFF.match(text)
    plan = _plan_meant(context, 4) if found is not None else None
    if found is not None and plan is not None:
        yield Edit(found.start("it"), found.end(), f"the {plan.topic} is cancelled")


# ------------------------------------------------------------------ "no wait, it's 14"

_TURN = re.compile(r"(?:(?:oh|ah|ugh|oops|argh)[\s,!.]+)*(?:no,? wait|wait,? no|wait|correction|i meant?(?: to say)?|make that|"
                   r"sorry|my mistake|my bad|oops|actually|typo|no|scratch that)\b[\s,:!.–—-]*", re.IGNORECASE)
_SURE = re.compile(r"wait|correction|mean|make that|mistake|my bad|oops|typo|scratch", re.IGNORECASE)
_LATE = re.compile(r"(?:\*(?P<star>(?=[^\s*]))|(?=[^\s*]))(?P<value>[^,.!?*\n]{2,40}?)(?P<tail>(?(star)\s*$|,? (?:sorry|i meant?|oops|"
                   r"my bad|typo)(?=\s*(?:[.,!*]|$))))", re.IGNORECASE)
_THATS = re.compile(r"that(?:'s| is| was) (?:the|my|our) (?:old|wrong|previous|work|other) [\w ]{1,20}[.,;!–—-]+\s*",
                    re.IGNORECASE)
_DIGITS = re.compile(r"\+?\(?\d[\d ()/.-]{4,}\d")
_ITS = re.compile(r"(?:it's|it is|it should be|the right one is|that's|that should be|should be)(?: at| on)? (?=\S)",
                  re.IGNORECASE)


def _earlier(text: str, context: Context) -> tuple[int, Statement] | None:
    """What who speaks now told last and may put right: in the message right before, or, said so clearly, a day ago."""
    turn = _TURN.match(text)
    if turn is None and not _LATE.match(text):
        return None
    reach = 3 if turn is not None and _SURE.search(turn.group()) else 1
    found = next(((at, one) for at, one in context.last_told(reach, own=True) if one.mode in ("holds", "planned")), None)
    return found if found is not None and context.within(found[0], _SOON) else None


def _draft_of(earlier: tuple[int, Statement] | None) -> Draft | None:
    if earlier is None:
        return None
    one = earlier[1]
    return Draft(one.subject, one.relation, one.object, one.mode, one.topic, one.valid_from, one.valid_to)


def _late(text: str, turn: re.Match[str], one: Statement) -> Iterator[Edit]:
    """ "Sunday, sorry", "*Sunday": the turn behind its value is read as if it stood before."""
    start = turn.start("value")
    if one.relation == "plan":
        yield from (replace(edit, start=0, words=f"no wait, {edit.words}") for edit in _set_on(start, start, one, text))
    else:
        yield Edit(0, start, "no wait, I mean ")
        yield Edit(*turn.span("tail"), "")


def _put_right(text: str, earlier: tuple[int, Statement] | None) -> Iterator[Edit]:
    """The noun for what is put right by "no wait, it's ..."; an hour alone is on the day told before."""
    turn = _TURN.match(text) or _LATE.match(text)
    if earlier is None or turn is None:
        return
    one = earlier[1]
    if turn.re is _LATE:
        yield from _late(text, turn, one)
        return
    old = _THATS.match(text, turn.end())
    its = _ITS.match(text, old.end() if old is not None else turn.end())
    noun = slot_noun(one)
    if one.relation == "plan":
        start = turn.end()
        yield from _set_on(start, its.end() if its is not None else start, one, text)
    elif its is not None and noun is not None and one.relation in ("phone", "email", "address", "is", "birthday", "boss",
                                                                   "contact_for", "favourite", "kept_at", "drives"):
        whose = "my" if one.relation != "kept_at" else "the"
        again = "" if old is None else "no wait, "
        yield Edit(its.start(), its.end(), f"{again}{whose} {noun} is ")
    elif one.relation == "phone" and _DIGITS.match(text, turn.end()):
        yield Edit(turn.end(), turn.end(), "no wait, my number is ")


# ------------------------------------------------------------------ "and now 0160 555 0877"

_HAVE_NUMBER = re.compile(r"(?P<lead>(?:and |but |so |now )*(?:from \w+ |as of \w+ |since \w+ )?)(?P<have>(?:i'm|i am|(?:i|we)(?:'ve| have|'ll have|"
                          r"'ve got| got| will have)(?: got| had)?(?: (?:a new )?one)?(?: too| as well)?)[:,]?) (?=\+?\(?\d)",
                          re.IGNORECASE)
_AND_NOW = re.compile(r"(?:and |but |so )?(?P<have>(?:it's |the new one is |new one:? |new:? )?now:? |(?:the )?new one(?: is|'s|:) |"
                      r"new: )(?=\+?\(?\d)", re.IGNORECASE)


def _number_too(text: str, context: Context) -> Iterator[Edit]:
    """A number behind talk of numbers, without the noun: "I've had 555 0199 since school", "and now 555 0188"."""
    for span in sentences(text)[:3]:
        found = _HAVE_NUMBER.match(text, *span) or _AND_NOW.match(text, *span)
        phone = phone_in(text, found.end(), span[1]) if found is not None else None
        if found is None or phone is None or phone[0] != found.end():
            continue
        own = found.re is _AND_NOW
        about = [one for _, one in context.last_told(2, own=True if own else None)]
        if about and about[0].relation == "phone":
            yield Edit(*found.span("have"), "my number is" + (" " if own else ""))


# ------------------------------------------------------------------ "me too", "I am, though"

_SAME = re.compile(r"(?:(?:haha|lol|oh|yes|yeah|aw+|ha|omg)[\s,!.]+)*(?:same here|same|me too|me as well|so do i|so am i|"
                   r"i do too|i am too|me neither|neither do i|neither am i|ditto|samesies)\s*(?:[.!,😂😊🙂:)]|$)", re.IGNORECASE)
_I_DO = re.compile(r"(?:well |but |and |oh )?i (?:definitely |certainly |still |really |sure )*(?P<do>am|do)"
                   r"(?: though| tho| still)?\s*(?:[.!]|$)", re.IGNORECASE)
_SHARED = frozenset(("likes", "dislikes", "allergic_to", "hobby", "speaks", "plays", "diet", "from_place", "born_in",
                     "favourite"))
_BE = frozenset(("allergic_to", "diet", "from_place"))


def _too(text: str, context: Context) -> Iterator[tuple[Draft, Span]]:
    """What the other said right before of themselves holds of who speaks now, as well."""
    found = _SAME.match(text) or _I_DO.match(text)
    first, at = first_person(context.saying), len(context.turns) - 1
    if found is None or first is None or context.is_own(at) or context.turns[at].origin not in TELLERS:
        return
    teller = first_person(context.turns[at])
    for one in context.told(at):
        denied = found.re is _I_DO
        fits = one.mode == "holds" or (denied and one.mode in ("ended", "cancelled"))
        if one.subject == teller and one.relation in _SHARED and fits and (
                not denied or (one.relation in _BE) == (found["do"].lower() == "am")):
            yield Draft(first, one.relation, one.object, "holds", one.topic), (0, len(found.group().rstrip()))


# ------------------------------------------------------------------ "scratch that", "scrap what I said about Judith"

_SCRATCH = re.compile(r"(?:(?:oh|ah|ok|okay|no|wait|sorry|actually|please|haha|lol)[\s,.!]+)*(?:scratch that|scrap that|strike that|"
                      r"i take (?:it|that)(?: all)? back|ignore (?:that|my last message)|disregard that|"
                      r"forget (?:that|i said that))\s*(?:[.,!;–—-]|$)", re.IGNORECASE)
_SCRAP = re.compile(r"(?:please |just |so |ok |actually,? |you can )*(?:forget|ignore|disregard|scratch|delete|scrap)\s+"
                    r"(?:what|everything|all|the (?:thing|bit|part|stuff))\s+(?:i|we)(?:'ve| have)?\s+(?:said|told you|"
                    rf"wrote|mentioned) about (?P<who>{FULL_NAME})(?: and (?P<other>{FULL_NAME}))?(?!'s)(?=\s*(?:[,.;!–—-]|$| "
                    r"(?:because|it|that|being|getting|moving|marrying|working|living)\b))", re.IGNORECASE)


def _scratched(text: str, context: Context) -> Iterator[tuple[Draft, Span]]:
    """The last thing that who speaks now told, right before, is taken back."""
    found = _SCRATCH.match(text)
    at = len(context.turns) - 1
    if found is None:
        return
    if not context.is_own(at):
        at -= 1
        if at < 0 or not context.is_own(at) or "?" in context.turns[-1].text:
            return
    told = context.told(at) if context.within(at, _SOON) else []
    if told:
        yield _taken_back(told[-1]), (0, len(found.group().rstrip(" ,;–—-")))


def _scrapped(text: str, context: Context) -> Iterator[tuple[Draft, Span]]:
    """What who speaks now told about the named is taken back, where it is one thing."""
    start, end = (sentences(text) or [(0, 0)])[0]
    found = _SCRAP.match(text, start, end)
    if found is None:
        return
    names = [name for name in (found["who"], found["other"]) if name]
    about = [one for _, one in context.last_told(len(context.turns), own=True)
             if all(name in (one.subject, one.object) for name in names) and one.mode in ("holds", "planned")]
    if about and (len(names) > 1 or len({(one.relation, one.topic) for one in about}) == 1):
        yield _taken_back(about[0]), found.span()


def _taken_back(one: Statement) -> Draft:
    return replace(Draft(one.subject, one.relation, one.object, topic=one.topic), mode="cancelled")

