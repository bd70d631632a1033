"""Words that change what was said before: corrections, retractions, and switches from one thing to another."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.facts.clauses import Clause, Draft, begins
from mneme.memory.facts.fitting import is_big_firm, is_town
from mneme.memory.facts.objects import topic_of, trimmed
from mneme.memory.facts.people import TIES, Cast, Person, name_at, owner_at
from mneme.memory.facts.predicates import Predicate
from mneme.memory.facts.timing import moment_of
from mneme.memory.facts.values import birthday_in, phone_in
from mneme.memory.facts.words import DIETS, EVENTS

# ------------------------------------------------------------------ "no wait, it's 555 0199"

_ITS = expression(r"(?:(?:it's|it is|that's|that is|it should be|make (?:it|that)|the right one is|rather|on|at|in|"
                  r"for|to|the)\s+)*", re.IGNORECASE)
_TURNS = expression(r"(?:no|wait|sorry|actually|correction|i mean|i meant|make that|rather|or rather|"
                    r"oops)\b[\s,:!.–—-]*", re.IGNORECASE)
_NOT_TAIL = expression(r"(?:and )?not\s+\S", re.IGNORECASE)


_PLAIN_VALUES = frozenset(("lives_in", "works_at", "phone", "email", "address", "birthday", "name", "born_in",
                           "from_place", "age"))


def corrected(clause: Clause, earlier: Draft) -> Draft | None:
    """The statement right before, put right by a value alone ("sorry, I mean Thursday"); None where nothing is."""
    text, at, turned = clause.text, clause.start, clause.corrects
    for _ in range(3):
        turn = _TURNS.match(text, at, clause.end)
        if turn is None:
            break
        at, turned = turn.end(), True
    if _NOT_TAIL.match(text, at, clause.end) and not turned:
        return replace(earlier, corrects=True) if earlier.relation in _PLAIN_VALUES and clause.end - at < 40 else None
    its = _ITS.match(text, at, clause.end)
    if not turned or earlier.mode not in ("holds", "planned"):
        return None
    return _put_right(clause, earlier, its.end() if its is not None else at, at)


def _put_right(clause: Clause, earlier: Draft, at: int, before: int) -> Draft | None:
    if earlier.relation in ("phone", "birthday"):
        if earlier.relation == "phone":
            phone = phone_in(clause.text, at, clause.end)
            return None if phone is None else replace(earlier, object=phone, corrects=True)
        date = birthday_in(clause.text, at, clause.end, clause.said)
        return None if date is None else replace(earlier, object=date[0], corrects=True)
    if earlier.mode == "planned" and clause.times and clause.times[0].span[0] <= at + 1:
        return replace(earlier, valid_from=moment_of(clause.times[0].text, clause.said, "future"), corrects=True)
    if earlier.mode == "planned":
        return None
    one = trimmed(clause.text, at, clause.end, "name", clause.times)
    if one is None or one[1] < len(clause.text[:clause.end].rstrip(" .!")) or len(clause.text[slice(*one)].split()) > 3:
        return None
    return replace(earlier, object=one, corrects=True) if clause.text[one[0]].isupper() or at > before else None


# ------------------------------------------------------------------ "forget what I said about my number"

_FORGET = expression(
    r"(?:please |just |so |you can )*(?:forget|ignore|disregard|scratch|delete|never mind|scrap)\s+(?:(?:what|"
    r"everything|all|the (?:thing|bit|part|stuff))\s+(?:i|we)(?:'ve| have)?\s+"
    r"(?:said|told you|wrote|mentioned)|the (?:thing|bit|part|stuff)|my (?:message|note|comment)|that)\s+about\s+|"
    r"(?:i|we) (?:was|were|was just|was only) (?:wrong|mistaken|joking|kidding|lying) about\s+|i lied about\s+|(?:i|"
    r"we) take back what (?:i|we) said about\s+|(?:it's|it is|"
    r"that's) not true (?:what i said )?about\s+|"
    r"what i (?:said|told you|wrote) about\s+(?=[^.]{2,60}\s(?:was|is|isn't|wasn't) (?:wrong|not true|a mistake|"
    r"nonsense|no longer true|true))", re.IGNORECASE)
_SCRATCH = expression(
    r"(?:i take (?:it|that)(?: all)? back|scratch that|scrap that|forget (?:that|it|i said that|about (?:it|that))|"
    r"ignore (?:that|my last message)|never ?mind(?: that)?|strike that|disregard that|delete that|"
    r"(?:that's |that is |it's )?not true,? (?:i made (?:that|it) up|forget it|sorry)|i made (?:that|it) all? ?up|"
    r"(?:that )?was (?:a lie|nonsense|not true))\s*[.!]*$", re.IGNORECASE)
_ABOUT: tuple[tuple[str, str], ...] = (
    ("phone", r"(?:new |old |mobile |cell |phone )*(?:number|phone(?: number)?)"),
    ("address", r"(?:new |home )*address"), ("email", r"e-?mail(?: address)?"),
    ("birthday", r"birthday|date of birth"), ("works_at", r"(?:new )?(?:job|employer|work|company)(?: (?:at|"
        r"with) \S+)?"), ("name", r"name"), ("age", r"age"),
    ("status", r"(?:our |my )?engagement"),
    ("lives_in", r"(?:moving|the move|move|living|relocating)\b.*"), ("drives", r"(?:new )?car"),
    ("allergic_to", r"allerg(?:y|ies)(?: to .*)?"), ("diet", r"diet"))


def retracted(clause: Clause, cast: Cast) -> list[Draft] | None:
    """What is taken back; an empty list: the statement right before; None: nothing is."""
    if _SCRATCH.match(clause.text, clause.start, clause.end):
        return []
    found = _FORGET.match(clause.text, clause.start, clause.end)
    if found is None:
        return None
    owner = owner_at(clause.text, found.end(), clause.end, cast)
    name = name_at(clause.text, found.end(), clause.end) if owner is None else None
    subject, at = owner or (cast.first, found.end())
    if subject is None or name is not None:
        return None
    stop = re.search(r"\s+(?:being|was|is|isn't|wasn't|because|i|it|on)\b|[,.;!]", clause.text[at:clause.end])
    end = at + stop.start() if stop is not None else clause.end
    return list(_taken_back(clause, subject, at, end))


def _taken_back(clause: Clause, subject: str, at: int, end: int) -> Iterator[Draft]:
    words = re.sub(r"^(?:the|a|an|my|our)\s+", "", clause.text[at:end].strip(), flags=re.IGNORECASE)
    low = words.lower()
    relation = next((name for name, pattern in _ABOUT if re.fullmatch(pattern, low)), None)
    favourite = re.fullmatch(r"favou?rite (.+)", low)
    if relation is not None:
        yield Draft(subject, relation, _object_of(relation, clause, at, end), "cancelled")
    elif favourite is not None:
        yield Draft(subject, "favourite", "", "cancelled", topic_of(favourite[1].replace("color", "colour")))
    elif low in TIES and not (f"the {low}" in clause.text[at:end].lower() and re.fullmatch(EVENTS, low)):
        yield Draft(subject, TIES[low][0], "", "cancelled", TIES[low][1])
    elif re.search(rf"\b(?:{EVENTS})(?!\w)", low):
        begin = clause.text.find(words, at, end)
        yield Draft(subject, "plan", (begin, begin + len(words)), "cancelled", topic_of(words))


def _object_of(relation: str, clause: Clause, at: int, end: int) -> tuple[int, int] | str:
    """The object that is named with what is taken back ("moving to Bergen", "the job at Acme"); "" where none is."""
    found = re.compile(r".*?\b(?:to|at|in|with)\s+(?=\S)", re.IGNORECASE).match(clause.text, at, end)
    one = trimmed(clause.text, found.end(), end, "place", clause.times) if found is not None and relation in (
        "works_at", "lives_in", "allergic_to") else None
    return one or ""


# ------------------------------------------------------------------ "I switched from X to Y"

_FROM_TO = expression(
    r"(?P<jobs> (?:jobs?|companies|employers?|firms))?(?P<what> (?:my |our |the )?(?:phone|bank|provider|gym|carrier|"
    r"browser|editor|laptop|diet|supplier|insurance)s?)?(?: back| over| again)?"
    r" from (?P<old>[^,.;!?\n]{1,40}?) (?:back |over )?to (?P<new>(?=\S))", re.IGNORECASE)
_TO = expression(r" (?:over |back |completely )?to (?P<new>(?=(?-i:[A-Z])|decaf|tea|coffee|oat milk|soy milk|"
                 r"green tea))", re.IGNORECASE)
_TASTES = expression(r"(?:black |green |herbal |oat |soy |almond |decaf|red |white |craft |sparkling )*(?:coffee|tea|"
                     r"milk|beer|wine|decaf|water|juice|chocolate|cola|coke|matcha|espresso|"
                     r"kombucha|cider|whisky|sugar|meat|fish|tofu|butter|margarine|bread|rice|pasta)$", re.IGNORECASE)


def switched(clause: Clause, person: Person, predicate: Predicate) -> Iterator[Draft]:
    """A change from one thing to another of its kind: the old one ended, the new one holds."""
    if predicate.lemma == "leave":
        yield from _left_for(clause, person, predicate)
        return
    if predicate.lemma not in ("switch", "change", "go", "swap") or (predicate.lemma == "go"
                                                                     and predicate.form != "past"):
        return
    stance = begins(clause, predicate)
    found = _FROM_TO.match(clause.text, predicate.at, clause.end) or (
        _TO.match(clause.text, predicate.at, clause.end) if predicate.lemma == "switch" else None)
    if stance is None or found is None:
        return
    new = trimmed(clause.text, found.start("new"), clause.end, "thing", clause.times)
    if new is None:
        return
    relation = _kind(found, clause.text[slice(*new)])
    if relation == "uses" and is_big_firm(clause.text[slice(*new)]) and _AT_WORK.search(clause.text):
        relation = "works_at"
    if relation is None:
        return
    yield Draft(person.name, relation, new, stance.mode, valid_from=stance.valid_from)
    old = trimmed(clause.text, *found.span("old"), "thing") if "old" in found.re.groupindex else None
    if old is not None and stance.mode == "holds":
        yield Draft(person.name, relation, old, "ended", valid_to=stance.valid_from)


_LEFT_FOR = expression(r" (?P<old>(?-i:[A-ZÀ-ÞŁŚŠŽ])[^,.;!?\n]{1,30}?) (?:for|to join) (?=(?-i:[A-ZÀ-ÞŁŚŠŽ]))",
                       re.IGNORECASE)


def _left_for(clause: Clause, person: Person, predicate: Predicate) -> Iterator[Draft]:
    """ "left Lyon for Nantes" is a move of home, "left Kestrel for Bluefin" one of firm."""
    stance = begins(clause, predicate)
    found = _LEFT_FOR.match(clause.text, predicate.at, clause.end)
    new = None if found is None else trimmed(clause.text, found.end(), clause.end, "firm", clause.times)
    if stance is None or found is None or new is None:
        return
    old, words = found["old"], clause.text[slice(*new)]
    towns = is_town(old), is_town(words)
    if towns[0] != towns[1] or not is_big_firm(words) or any(one.only_hour for one in clause.times):
        return
    relation = "lives_in" if towns[0] else "works_at"
    if stance.mode == "holds" or stance.valid_from is not None:
        yield Draft(person.name, relation, found.span("old"), "ended", valid_to=stance.valid_from)
    yield Draft(person.name, relation, new, stance.mode, valid_from=stance.valid_from, certainty=.9)


def _kind(found: re.Match[str], new: str) -> str | None:
    old = found["old"] if "old" in found.re.groupindex else new
    if "jobs" in found.re.groupindex and found["jobs"]:
        return "works_at"
    if re.fullmatch(DIETS, new, re.IGNORECASE):
        return "diet"
    if _TASTES.match(new) and _TASTES.match(old):
        return "likes"
    if re.fullmatch(rf"(?:{_LIGHT})", new, re.IGNORECASE) or len(new.split()) > 4 or re.search(r"\d", new + old):
        return None
    return "uses" if new[:1].isupper() or old[:1].isupper() or ("what" in found.re.groupindex
                                                                and found["what"]) else None


_AT_WORK = expression(r"\b(?:last day|jobs?|work|notice|employer|colleagues?|hired|resign\w*|career)\b", re.IGNORECASE)
_LIGHT = (
    r"\w+ing\b.*|part[- ]time|full[- ]time|days|nights|english|plan b|another.*|a new.*|the (?:next|other|new).*|"
    r"\w+day")
