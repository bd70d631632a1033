"""What is said of people's things: "my number is ...", "Anna's birthday is ...", "the spare key is under the mat"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.facts.belongings import STATE, Thing, thing_at
from mneme.memory.facts.clauses import Clause, Draft, time_from
from mneme.memory.facts.objects import HIDDEN, topic_of, trimmed
from mneme.memory.facts.people import (
    FULL_NAME,
    KIN,
    PET_WORDS,
    PETS,
    TIES,
    Cast,
    Person,
    is_name,
    name_at,
    owner_at,
    person_at,
)
from mneme.memory.facts.statements import ME
from mneme.memory.facts.values import EMAIL, address_at, birthday_in, phone_in, town_of
from mneme.memory.facts.words import KEPT
from mneme.types import Span

# ------------------------------------------------------------------ "my X is Y"

_BE = (r"(?:(?:'s|'re)|\s+(?:is|are|was|will be|has changed to|changed to|has been changed to|has become|became|"
       r"went up to|went down to|is going up to|goes up to|rose to|dropped to|:|=))"
       r"(?:\s+(?:now|currently|still|actually|really|just|officially|on|:|called|named|always|definitely|probably|"
       r"the|changed to|going to be|set to))*\s+"
       r"|\s*[:=]\s+")
_IS = expression(_BE, re.IGNORECASE)
_WAS = expression(r"\s+(?:was|used to be)\b", re.IGNORECASE)


def told_of_things(clause: Clause, cast: Cast) -> list[Draft]:
    """What "my number is ...", "Anna's birthday is ...", "our dentist is called ..." tell; empty where nothing."""
    return (list(_names(clause, cast)) or list(_values(clause, cast)) or list(_kept(clause, cast))
            or list(_shared(clause, cast))
            or list(_inverse(clause, cast)) or list(_favours(clause, cast)) or list(_christened(clause, cast))
            or list(_children(clause, cast)))


_MINE = expression(r"(?:(?:current|new) )?(?:favou?rite|fave|fav) ", re.IGNORECASE)


def _values(clause: Clause, cast: Cast) -> Iterator[Draft]:
    owner = owner_at(clause.text, clause.start, clause.end, cast)
    if owner is None and cast.first is not None and _MINE.match(clause.text, clause.start, clause.end):
        owner = (cast.first, clause.start)
    if owner is not None:
        yield from _valued(clause, owner[0], owner[1], cast)


def _valued(clause: Clause, subject: str, at: int, cast: Cast) -> Iterator[Draft]:
    noun = thing_at(clause.text, at, clause.end)
    if noun is None:
        return
    thing, words, end = noun
    if thing.topic and (negated := _ISNT.match(clause.text, end, clause.sentence[1])) is not None:
        yield from _no_longer(clause, subject, thing, topic_of(_british(words)), negated)
        return
    if thing.topic and (once := _USED_TO.match(clause.text, end, clause.end)) is not None:
        old = trimmed(clause.text, once.end(), clause.end, thing.kind, clause.times)
        if old is not None:
            yield Draft(subject, thing.relation, old, "ended", topic_of(_british(words)))
            since = _BUT_NOW.match(clause.text, old[1], clause.sentence[1])
            new = None if since is None else trimmed(clause.text, since.end(), clause.sentence[1], thing.kind)
            if new is not None:
                yield Draft(subject, thing.relation, new, topic=topic_of(_british(words)), span=(clause.start, new[1]))
        return
    if thing.relation == "favourite" and (asked := _ASKED.match(clause.text, end)) is not None:
        answer = trimmed(clause.text, asked.end(), min(asked.end() + 40, len(clause.text)), "taste")
        if answer is not None:
            yield Draft(subject, "favourite", answer, topic=topic_of(_british(words)))
        return
    link = _IS.match(clause.text, end, clause.end)
    if thing.topic and link is not None and _SOMEWHERE.match(clause.text, end, clause.end):
        return
    if link is None or _WAS.match(clause.text, end, clause.end):
        return
    topic = topic_of(_british(words)) if thing.topic else ""
    if thing.relation == "name" and subject not in (ME, cast.first):
        yield from _named_kin(clause, subject, link.end(), cast)
        return
    corrected = _not_but(clause, link.end())
    start = corrected or link.end()
    kind = "aim" if thing.relation == "favourite" and "are" in link.group() else thing.kind
    found = value_of(thing.relation, kind, clause, start)
    if found is None:
        return
    one, span = found
    said = one if isinstance(one, str) else clause.text[slice(*one)]
    if thing.check is not None and not thing.check(said):
        return
    if thing.relation in ("favourite", "hobby") and STATE.match(said) and not said.endswith("ing"):
        return
    began = next((time_from(clause, True) for phrase in clause.times if phrase.bound == "from"), None)
    town = town_of(clause.text, span) if thing.relation == "address" else None
    if town is not None:
        yield Draft(subject, "lives_in", town, valid_from=began, certainty=.85)
    yield Draft(subject, thing.relation, span if isinstance(one, str) and thing.relation != "birthday" else one,
                topic=topic,
                valid_from=None if thing.relation == "birthday" else began, corrects=corrected is not None)


_ASKED = expression(r"\? (?=\w)")  # "favourite colour? Blue."
_SOMEWHERE = expression(r"(?:'s| is| are)(?: now| still)? (?:on|in|under|behind|inside|at|by|next to) (?:the|my|our) ",
                        re.IGNORECASE)
_USED_TO = expression(r"\s+used to be\s+", re.IGNORECASE)
_BUT_NOW = expression(r",?\s+(?:but\s+)?(?:now (?:it's|it is)|it's now|these days it's)\s+", re.IGNORECASE)
_ISNT = expression(r"\s+(?:isn't|is not|is no longer|isnt)\s+(?P<old>[^,.;]{1,40}?)(?P<more>\s+(?:any ?more|"
                   r"any longer|now))?,?\s+(?:but|it's|it is)\s+", re.IGNORECASE)


def _no_longer(clause: Clause, subject: str, thing: Thing, topic: str, found: re.Match[str]) -> Iterator[Draft]:
    """ "isn't blue any more, it's green": the old one ended; "isn't blue, it's green" puts it right."""
    new = trimmed(clause.text, found.end(), clause.sentence[1], thing.kind, clause.times)
    if new is None:
        return
    over = bool(found["more"]) or "no longer" in found.group()
    if over:
        yield Draft(subject, thing.relation, found.span("old"), "ended", topic)
    yield Draft(subject, thing.relation, new, topic=topic, corrects=not over, span=(clause.start, new[1]))


def _named_kin(clause: Clause, subject: str, at: int, cast: Cast) -> Iterator[Draft]:
    """ "My wife's name is Paloma", "Her name is Eva" (of my sister): the name of somebody by a tie."""
    of, _, noun = subject.partition(" ") if subject.startswith("my ") else subject.rpartition("'s ")
    name = name_at(clause.text, at, clause.end)
    if noun in TIES and name is not None:
        yield Draft(ME if of == "my" else of, TIES[noun][0], name, topic=TIES[noun][1])
    elif noun in PETS and name is not None:
        yield Draft(ME if of == "my" else of, "pet", name, topic=PETS[noun])


_NOT = expression(r"not\s+[^,]{1,40}?,?\s+(?:but|it's|it is)\s+", re.IGNORECASE)


def _not_but(clause: Clause, at: int) -> int | None:
    """ "not 555 0198 but 555 0199": where the right one begins."""
    found = _NOT.match(clause.text, at, clause.sentence[1])
    return None if found is None else found.end()


def value_of(relation: str, kind: str, clause: Clause, start: int) -> tuple[Span | str, Span] | None:
    """The value that begins at or behind `start`, in the form its relation has, and where it stands."""
    end = clause.sentence[1] if relation in ("phone", "email", "birthday", "address") else clause.end
    if relation == "phone":
        span = phone_in(clause.text, start, min(end, start + 60))
        return None if span is None else (span, span)
    if relation == "email":
        found = EMAIL.search(clause.text, start, min(end, start + 90))
        return None if found is None else (found.span(), found.span())
    if relation == "birthday":
        return birthday_in(clause.text, start, min(end, start + 40), clause.said)
    if relation == "address":
        return address_at(clause.text, start, end)
    if relation in ("is", "drives"):  # "a 2009 Corolla"
        one = trimmed(clause.text, start, clause.end, kind)
    else:
        one = trimmed(clause.text, start, clause.end, kind, clause.times)
    return None if one is None or HIDDEN in clause.text[slice(*one)] else (one, one)


def _british(words: str) -> str:
    return re.sub(r"\bcolor(s?)\b", r"colour\1", words, flags=re.IGNORECASE)


# ------------------------------------------------------------------ "my boss is called Tom", "our cat's name is Mia"

_NAMED = expression(
    r"(?:'s name(?:'s| is| was)|(?:'s|\s+is|\s+are)(?:\s+(?:now|actually|still))*(?:\s+(?:called|"
    r"named))?)(?:\s+(?:now|actually|still))*\s+", re.IGNORECASE)


def _names(clause: Clause, cast: Cast) -> Iterator[Draft]:
    person = person_at(clause.text, clause.start, clause.end, cast)
    if person is None or person.tie is None or person.named is not None:
        return
    link = _NAMED.match(clause.text, person.span[1], clause.end)
    if link is None:
        return
    yield from tie_drafts(person, name_at(clause.text, link.end(), clause.end), clause, called="name" in link.group()
                          or "called" in link.group())


_AFTER_NAME = expression(r"\s*(?:$|[,.;:!)…\n-]|(?:and|but|now|since|as of|from|who|by the way|btw|instead|again|"
                         r"these|at|today)\b)|\s*[^\w\s]")


def tie_drafts(person: Person, name: Span | None, clause: Clause, *, called: bool = False) -> Iterator[Draft]:
    """That `person` ("my boss") is the one whose name stands at `name`; a plain "is" needs the name to end there."""
    if name is None or person.tie is None or not (called or _AFTER_NAME.match(clause.text, name[1], clause.end)):
        return
    if not called and _PEOPLES.match(clause.text[slice(*name)]):
        return
    relation, topic = person.tie
    yield Draft(person.of, relation, name, "ended" if person.former else "holds", topic)


_PEOPLES = expression(r"(?:\w+(?:ish|ese|ian)|German|French|Dutch|Greek|Swiss|Muslim|Catholic|Jewish|Buddhist|Hindu|"
                      r"Gemini|Leo|Aries|Virgo|Libra|"
                      r"Scorpio|Taurus|Cancer|Pisces|Aquarius|Capricorn|Covid|CEO|CTO|HR|IT)$")


# ------------------------------------------------------------------ "Eva is my sister", "this is my brother Leo"

_IS_MY = expression(rf"(?:'s|\s+is|\s+was)(?:\s+(?:now|also|actually))*\s+(?P<own>my|our|the(?= (?:new )?(?:dentist|"
                    rf"doctor|vet|landlord|plumber|boss|lawyer|accountant)\b)|"
                    rf"(?P<name>{FULL_NAME})'s)\s+(?:new |old |little )?(?:{KIN}|"
                    rf"(?P<pet>{PET_WORDS}))(?=\s*(?:$|[,.;!)]|and|now|since|at))", re.IGNORECASE)
_OF_MINE = expression(rf"(?:'s|\s+is)(?:\s+(?:now|also|actually))*\s+an? (?:(?:good|old|great|close|dear|former|new) )*"
                      rf"{KIN} of (?:mine|ours)\b", re.IGNORECASE)


def _inverse(clause: Clause, cast: Cast) -> Iterator[Draft]:
    name = name_at(clause.text, clause.start, clause.end)
    if name is None:
        return
    found = _IS_MY.match(clause.text, name[1], clause.end) or _OF_MINE.match(clause.text, name[1], clause.end)
    if found is None:
        return
    of = (found["name"] if "name" in found.re.groupindex else None) or cast.first
    if of is None or re.search(r"\b(?:ex|former)\b", found.group()):
        return
    pet = found["pet"] if "pet" in found.re.groupindex else None
    relation, topic = ("pet", PETS[pet.lower()]) if pet else TIES[found["kin"].lower()]
    yield Draft(of, relation, name, "ended" if " was " in found.group() else "holds", topic)


_FAVOURS = expression(r"(?P<o>[^\W\d_][\w'-]*(?: [\w'-]+){0,3}?)(?:'s| is| are)(?: (?:now|still|definitely))* "
                      rf"(?P<own>my|our|(?P<name>{FULL_NAME})'s) (?:(?:new|current|absolute|all[- ]time|number one) )*"
                      r"(?:favou?rite|fave|fav)(?P<what>(?: (?!now\b|these\b|again\b|too\b|of\b|ever\b)[a-z]+){0,2})"
                      r"(?=\s*(?:$|[,.;!)]|now|these days))", re.IGNORECASE)
_NO_FAVOUR = expression(r"(?:it|that|this|he|she|they|which|what|who|there|here|those|these|and|or|not|one|you|one of|"
                        r"mine|yours)\b", re.IGNORECASE)


def _favours(clause: Clause, cast: Cast) -> Iterator[Draft]:
    """ "Green is my new favourite colour", "olives are my favourite" """
    found = _FAVOURS.match(clause.text, clause.start, clause.end)
    if found is None or cast.first is None or _NO_FAVOUR.match(found["o"]):
        return
    topic = topic_of(_british(found["what"]))
    yield Draft(found["name"] or cast.first, "favourite" if topic else "likes", found.span("o"), topic=topic)


_CHRISTENED = expression(rf"(?:I|we|they)(?:'ve|'re| have| are)?(?: (?:just|finally))* (?:named|called|naming|calling|"
                         rf"christened) (?:the |our )(?:new |little )?(?:(?P<pet>{PET_WORDS})|(?P<kin>baby|son|"
                         rf"daughter|"
                         rf"boy|girl|twins)) ", re.IGNORECASE)


def _christened(clause: Clause, cast: Cast) -> Iterator[Draft]:
    """ "We named the cat Miso", "we're calling the baby Max" """
    found = _CHRISTENED.match(clause.text, clause.start, clause.end)
    if found is not None and cast.first is not None:
        yield from _named_ones(clause, cast.first, found)


_PLURAL = r"(?P<kin>kids?|children|sons|daughters|twins|brothers|sisters)|(?P<pet>cats|dogs|rabbits|horses|chickens)"
_CHILDREN = expression(rf"(?:my|our|(?P<name>{FULL_NAME})'s) (?:two |three |four |little )?(?:{_PLURAL})"
                       r"(?:(?:'s|') names are|(?:,| are| are called| are named|'re called|:| called| named))? "
                       r"(?=(?-i:[^\W\d_a-z])[\w-]+(?:,| and| &) )", re.IGNORECASE)
_ONE_OF = {"children": "child", "kids": "child", "kid": "child", "cats": "cat", "dogs": "dog", "rabbits": "rabbit",
           "horses": "horse", "chickens": "chicken"}


def _children(clause: Clause, cast: Cast) -> Iterator[Draft]:
    """ "Our kids are called Max and Eva" """
    found = _CHILDREN.match(clause.text, clause.start, clause.sentence[1])
    if found is None or cast.first is None:
        return
    noun = (found["kin"] or found["pet"]).lower()
    one = _ONE_OF.get(noun, noun.removesuffix("s"))
    tie = ("pet", PETS[one]) if found["pet"] else TIES.get(one, ("child", ""))
    yield from _names_listed(clause, found["name"] or cast.first, found.end(), tie, many=True)


# ------------------------------------------------------------------ where things are kept

_PLACE_WORD = (r"(?P<where>(?:(?:in|inside|on|under|underneath|behind|beneath|below|above|next to|on top of|beside|"
               r"between|at|with|by|near|over|"
               r"taped (?:to|under|behind)|at the (?:back|bottom|top) of)\s+(?:the|my|our|a|an|his|her|their|"
               r"(?-i:[A-Z])|that|mum|dad|one of)))")
_IS_KEPT = expression(
    rf"(?:(?:the|my|our|his|her)\s+)?(?P<thing>(?:[\w'-]+ ){{0,3}}(?:{KEPT})(?: (?:for|of|to) (?:the|my|"
    rf"our) \w+(?: \w+)?)?)(?:'s|(?:\s+(?:now|still|always|usually))?\s+(?:is|are|lives?|stays?|hangs?|lies?|sits?|"
    rf"goes?|(?:has |have )?(?:been )?moved,? it's|(?:has |have )?(?:been )?moved,? they're)"
    rf"(?: (?:now|still|always|usually|kept|hidden|stored|hanging|lying|back|also|again|actually))*)\s+{_PLACE_WORD}",
    re.IGNORECASE)
_KEEP = expression(
    rf"(?:(?:I|we|I've|we've|I have|we have)(?: (?:now|always|usually|just|have|also|still|actually|"
    rf"normally))*\s+(?:keep|put|kept|hid|hide|store|stored|left|leave|stashed|moved)|(?:just |now )?(?:moved|hid|"
    rf"stashed|"
    rf"stored|have moved)|(?:you'll|you will|you can) find)\s+(?:the|my|our|a|an)\s+"
    rf"(?P<thing>(?:[\w'-]+ ){{0,3}}?(?:{KEPT})(?: (?:for|of|to) (?:the |my |"
    rf"our )?\w+(?: \w+)?)?)\s+(?:back |over |down |up )*(?:(?P<to>(?:in)?to )(?=the|my|our)|(?:to )?{_PLACE_WORD})",
    re.IGNORECASE)


_MOVED_TO = expression(rf"(?:the |my |our )?(?P<thing>(?:[\w'-]+ ){{0,3}}(?:{KEPT}))(?: (?:is|are|was|were|has been|"
                       rf"have "
                       r"been|got))?(?: now)? moved (?P<to>(?:in)?to )(?=the |my |our )(?P<where>)", re.IGNORECASE)
_BARE_KEPT = expression(rf"(?!(?:put|leave|left|bring|take|took|find|found|check|get|grab|need|got|lost|look|no|"
                        r"saw|a)\b)"
                        rf"(?:(?:the|my|our) )?(?P<thing>(?:[\w'-]+ ){{0,2}}(?:{KEPT}))(?: now)?,? {_PLACE_WORD}"
                        r"(?= [\w'-]+(?: [\w'-]+){0,4}\s*[.!]?\s*$)(?!.*\b(?:is|are|was|were|has|had|please|broke|"
                        r"fell|can|"
                        r"will|got|went|to|and|that|needs?)\b)", re.IGNORECASE)
_PARKED = expression(rf"(?:the|my|our) (?P<thing>(?:[\w'-]+ )?(?:car|bike|bicycle|van|motorbike|scooter|"
                     rf"camper))(?:'s| is) "
                     rf"(?:now |still )?(?:parked|locked|locked up|chained|chained up) {_PLACE_WORD}", re.IGNORECASE)
_NOT_KEPT = expression(rf"(?:(?:the|my|our)\s+)?(?P<thing>(?:[\w'-]+ ){{0,3}}(?:{KEPT})) (?:(?:is|are) no longer|isn't|"
                       rf"aren't|is not|are not|isnt) (?:kept )?{_PLACE_WORD}", re.IGNORECASE)
_BUT_IN = expression(rf"\s*[,;.]?\s*(?:but |any ?more,? |it's |they're |it is |they are |now )+{_PLACE_WORD}",
                     re.IGNORECASE)


def _not_kept(clause: Clause, first: str) -> Iterator[Draft]:
    """ "My passport is no longer in the drawer, it's in the safe" """
    found = _NOT_KEPT.match(clause.text, clause.start, clause.sentence[1])
    old = None if found is None else _kept_place(clause, found)
    if found is None or old is None:
        return
    topic = topic_of(found["thing"])
    moved = _BUT_IN.search(clause.text, old[1], clause.sentence[1])
    new = None if moved is None else _kept_place(replace(clause, end=clause.sentence[1]), moved)
    yield Draft(first, "kept_at", old, "ended", topic)
    if new is not None:
        yield Draft(first, "kept_at", new, topic=topic, span=(clause.start, new[1]))


_WHO = (rf"(?P<who>(?-i:{FULL_NAME})|(?:the|our|my) (?:neighbou?rs?|landlord|caretaker|boss|brother|sister|parents|"
        r"mum|dad|cousin|friend))")
_LENT_TO = expression(rf"(?:(?:I|we)(?:'ve| have)? )?(?:lent|loaned) (?:the|my|"
                      rf"our) (?P<thing>(?:[\w'-]+ ){{0,2}}?(?:{KEPT})) "
                      rf"to {_WHO}(?![\w'])", re.IGNORECASE)
_LENT = expression(rf"(?:(?:I|we)(?:'ve| have)? )?(?:lent|loaned) {_WHO} (?:the|my|our) "
                   rf"(?P<thing>(?:[\w'-]+ ){{0,2}}?(?:{KEPT}))(?![\w'-])", re.IGNORECASE)
_HAS_MINE = expression(rf"{_WHO} (?:has|have)(?: got| still| now)* (?:my|our|the (?=spare)) ?"
                       rf"(?P<thing>(?:[\w'-]+ ){{0,2}}?(?:{KEPT}))(?=\s*(?:$|[.,!]| now| for now| until| at))",
                       re.IGNORECASE)


def _lent(clause: Clause, first: str) -> Iterator[Draft]:
    """ "I lent Tom the drill", "the neighbour has our spare key" """
    for rule in (_LENT_TO, _LENT, _HAS_MINE):
        found = rule.match(clause.text, clause.start, clause.end)
        if found is not None and (found["who"][:1].islower() or is_name(found["who"])):
            yield Draft(first, "kept_at", "with " + found["who"], topic=topic_of(found["thing"]))
            return


def _kept(clause: Clause, cast: Cast) -> Iterator[Draft]:
    if cast.first is None:
        return
    others = list(_not_kept(clause, cast.first)) or list(_lent(clause, cast.first))
    if others:
        yield from others
        return
    found = _MOVED_TO.match(clause.text, clause.start, clause.end) or _PARKED.match(
        clause.text, clause.start, clause.sentence[1]) or _IS_KEPT.match(
        clause.text, clause.start, clause.sentence[1]) or (
        _KEEP.match(clause.text, clause.start, clause.end) or _BARE_KEPT.match(clause.text, clause.start, clause.end))
    if found is not None and "to" in found.re.groupindex and found["to"]:  # "moved the ladder to the shed": it is in it
        goal = trimmed(clause.text, found.end(), clause.end, "place", clause.times)
        if goal is not None:
            words = re.sub(r"^(?:my|our) ", "the ", clause.text[found.end("to"):goal[1]])
            yield Draft(cast.first, "kept_at", "in " + words, topic=topic_of(found["thing"]))
        return
    if found is not None and re.search(r"\bkey (?:really |often )?lies in\b", found.group(), re.IGNORECASE):
        return
    if found is None or re.match(r"(?:on (?:the|my) (?:way|list|phone|rise|table$|market)|in (?:the|my) (?:mail|post|"
                                 r"past|works|air))", found["where"], re.IGNORECASE):
        return
    place = _kept_place(clause, found)
    if place is not None:
        yield Draft(cast.first, "kept_at", place, topic=topic_of(found["thing"]))


_WITH_HER = expression(r"with (?:her|him|them|me|you|us)\b(?! \w+'s| (?:mother|father|sister|brother|parents|friend))",
                       re.IGNORECASE)


def _kept_place(clause: Clause, found: re.Match[str]) -> Span | None:
    start = found.start("where")
    if _WITH_HER.match(clause.text, start):
        return None
    stop = clause.end if found.end("where") < clause.end else clause.sentence[1]
    end = trimmed(clause.text, found.end("where"), stop, "aim", clause.times)
    if end is None or re.match(r"(?:way|list|mail|post|market|rise|house somewhere)\b", clause.text[end[0]:end[1]]):
        return None
    return (start, end[1]) if len(clause.text[start:end[1]].split()) <= 12 else None


# ------------------------------------------------------------------ "the wifi password is ..."

_THE = expression(r"(?:the|our)\s+(?:new\s+)?", re.IGNORECASE)
_OF = expression(rf"(?:the\s+)?(?P<what>password|code|pin|door code|price|rent|wifi|birthday|phone number|number|"
                 rf"address|name|e-?mail(?: address)?|capital) of (?P<who>{FULL_NAME}|"
                 rf"the [\w -]{{2,30}}?)(?=\s+(?:is|are|was)\s)",
                 re.IGNORECASE)


def _shared(clause: Clause, cast: Cast) -> Iterator[Draft]:
    """ "the wifi password is ..." is of whoever speaks; "the birthday of Anna is ..." is hers."""
    of = _OF.match(clause.text, clause.start, clause.end)
    if of is not None and is_name(of["who"]) and of["what"] not in ("capital", "code", "pin", "password", "price",
                                                                    "rent", "wifi"):
        noun = thing_at(of["what"], 0, len(of["what"]))
        if noun is not None:
            shifted = replace(clause, start=of.start())
            yield from _of_somebody(shifted, of, cast)
        return
    the = _THE.match(clause.text, clause.start, clause.end)
    if cast.first is None:
        return
    for draft in _valued(clause, cast.first, clause.start if the is None else the.end(), cast):
        if draft.relation == "is" and (the is not None or any(char.isdigit() for char in draft.words(clause.text))):
            yield draft


def _of_somebody(clause: Clause, of: re.Match[str], cast: Cast) -> Iterator[Draft]:
    noun = thing_at(clause.text, of.start("what"), of.end("what"))
    link = _IS.match(clause.text, of.end(), clause.end)
    if noun is None or link is None:
        return
    found = value_of(noun[0].relation, noun[0].kind, clause, link.end())
    if found is not None and noun[0].relation in ("birthday", "phone", "email", "address"):
        yield Draft(of["who"], noun[0].relation, found[0])


# ------------------------------------------------------------------ pets, and people without a verb of their own

_WITH_NAME = expression(
    rf"\b(?:an?|our|my|two|three|another|the|"
    rf"new)\s+(?:[\w-]+ ){{0,3}}?(?:(?P<pet>{PET_WORDS})|{KIN})s?(?:\s+(?:called|"
    rf"named)|,? (?:whose|her|his|its) name is)\s+", re.IGNORECASE)
_COUNTED = expression(
    rf"\b(?:two|three|four|five|2|3|4|"
    rf"5)\s+(?:[\w-]+ ){{0,2}}?(?:(?P<pet>{PET_WORDS})|(?P<kin>kid|child|son|"
    rf"daughter|brother|sister|cousin|nephew|niece))(?:s|ren)?(?:,| called| named|:| -)+\s+",
    re.IGNORECASE)
_BABY = expression(r"\b(?P<kin>twins|triplets|baby girl|baby boy|(?<=a )(?:baby|girl|boy|daughter|son|sister|brother|"
                   r"boyfriend|"
                   r"girlfriend|husband|wife)|"
                   r"(?P<pet>(?<=a )(?:puppy|kitten|dog|cat|rabbit|horse|parrot|hamster)))(?:,| called| named|:| -|"
                   r" –)+\s+(?=(?-i:[^\W\d_a-z]))", re.IGNORECASE)
_BORN = {"baby girl": "daughter", "girl": "daughter", "baby boy": "son", "boy": "son"}
_NAMES_JOINT = expression(r",\s*(?:and\s+)?|\s+(?:and|&)\s+")
_HAVING = frozenset(("have", "get", "adopt", "buy", "own", "welcome", "be"))


_LIVING_WITH = expression(r".{0,40}?\bwith (?=(?:an?|my|our) )", re.IGNORECASE)


def told_by_having(clause: Clause, subject: str, start: int, lemma: str) -> Iterator[Draft]:
    """ "a dog called Bo", "two kids, Mia and Tom", "a cat": those whom somebody has, got or adopted."""
    if lemma in ("live", "share"):
        found = _LIVING_WITH.match(clause.text, start, clause.end)
        named = None if found is None else _WITH_NAME.match(clause.text, found.end(), clause.sentence[1])
        if named is not None and named["pet"]:
            yield from _named_ones(clause, subject, named)
        return
    if lemma not in _HAVING - {"be"}:
        return
    found = next((one for rule in (_COUNTED, _BABY, _WITH_NAME)
                  if (one := rule.search(clause.text, start, clause.sentence[1])) is not None), None)
    if found is not None:
        yield from _named_ones(clause, subject, found)
    elif lemma != "welcome":
        yield from _unnamed_pet(clause, subject, start)


def _named_ones(clause: Clause, subject: str, found: re.Match[str]) -> Iterator[Draft]:
    pet, kin = found["pet"], found["kin"] or ""
    relation, topic = ("pet", PETS[pet.lower()]) if pet else TIES.get(_BORN.get(kin.lower(), kin.lower()), ("child",
                                                                                                            ""))
    yield from _names_listed(clause, subject, found.end(), (relation, topic), many=found.re != _WITH_NAME)


def _names_listed(clause: Clause, subject: str, start: int, tie: tuple[str, str], *, many: bool) -> Iterator[Draft]:
    """Those whose names begin at `start`, "Max, Eva and Tom"; the first alone where not `many`."""
    at: int | None = start
    for _ in range(6):
        name = name_at(clause.text, at, clause.sentence[1]) if at is not None else None
        if name is None:
            return
        yield Draft(subject, tie[0], name, topic=tie[1])
        joint = _NAMES_JOINT.match(clause.text, name[1], clause.sentence[1])
        at = joint.end() if joint is not None and many else None


_PET_ALONE = expression(
    rf" (?P<o>(?:an?|two|three|four|another|our own) (?:(?!of|for|"
    rf"called)[\w-]+ ){{0,3}}?(?P<pet>{PET_WORDS})s?)(?=\s*(?:$|[,.;!)]|and\b|"
    rf"from\b|at home|last\b|now|yesterday|too|this\b|today|two\b|three\b|a (?:week|month|year)|\d))", re.IGNORECASE)


def _unnamed_pet(clause: Clause, subject: str, start: int) -> Iterator[Draft]:
    at: int | None = start
    while at is not None:
        found = _PET_ALONE.match(clause.text, at, clause.end)
        if found is None or found["pet"].lower() in ("fish", "bird", "chicken", "duck"):
            return
        yield Draft(subject, "pet", found.span("o"), topic=PETS[found["pet"].lower()])
        joint = _NAMES_JOINT.match(clause.text, found.end(), clause.end)
        at = None if joint is None else joint.end() - 1


