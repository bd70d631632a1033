"""What is said of people's things: "my number is ...", "Anna's birthday is ...", "the spare key is under the mat"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mneme.memory.facts.clauses import Clause, Draft, time_from
from mneme.memory.facts.objects import HIDDEN, topic_of, trimmed
from mneme.memory.facts.people import FULL_NAME, KIN, PETS, TIES, Cast, Person, is_name, name_at, owner_at, person_at
from mneme.memory.facts.statements import ME
from mneme.memory.facts.timing import MONTH_DAY, moment_of
from mneme.memory.facts.words import CARS, KEPT
from mneme.types import Moment, Span

# ------------------------------------------------------------------ values of a form of their own

PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()./-]{4,22}\d(?![\w-])")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_ISO_DAY = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_DOTTED_DAY = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)?(?!\d)")
_SLASHED_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\b")


def phone_in(text: str, start: int, end: int) -> Span | None:
    """The first telephone number: six digits or more, no date."""
    for found in PHONE.finditer(text, start, end):
        digits = sum(char.isdigit() for char in found.group())
        if 6 <= digits <= 15 and not _ISO_DAY.search(found.group()) and not _DOTTED_DAY.search(found.group()):
            return found.span()
    return None


def birthday_in(text: str, start: int, end: int, said: Moment | None) -> tuple[str, Span] | None:
    """A date as ISO ("1987-05-04", "--05-04" without its year) and its place; "today" and "tomorrow" count from `said`."""
    named = MONTH_DAY.search(text, start, end)
    if named is not None:
        day, month, year = named["d1"] or named["d2"], named["m1"] or named["m2"], named["y1"] or named["y2"]
        return _dated(year, _MONTHS[month[:3].lower()], int(day), named.span())
    iso, dotted, slashed = (one.search(text, start, end) for one in (_ISO_DAY, _DOTTED_DAY, _SLASHED_DAY))
    if iso is not None:
        return _dated(iso[1], int(iso[2]), int(iso[3]), iso.span())
    if dotted is not None:
        return _dated(dotted[3], int(dotted[2]), int(dotted[1]), dotted.span())
    if slashed is not None and (int(slashed[1]) > 12 or int(slashed[2]) > 12):
        first, second = int(slashed[1]), int(slashed[2])
        return _dated(slashed[3], *((second, first) if second <= 12 else (first, second)), slashed.span())
    return _near(text, start, end, said)


_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_NEAR = re.compile(r"\b(?:today|tomorrow|yesterday|(?:next |this |on |last )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", re.IGNORECASE)


def _dated(year: str | None, month: int, day: int, span: Span) -> tuple[str, Span] | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year or '-'}-{month:02d}-{day:02d}", span


def _near(text: str, start: int, end: int, said: Moment | None) -> tuple[str, Span] | None:
    found = _NEAR.search(text, start, end)
    at = moment_of(found.group(), said, "future") if found is not None else None
    return None if found is None or at is None else (f"-{at.local():-%m-%d}", found.span())


# ------------------------------------------------------------------ "my X is Y"

@dataclass(frozen=True, slots=True)
class _Thing:
    """A noun that somebody has, and the relation that its value has to the one who has it."""

    relation: str
    kind: str = "value"
    check: Callable[[str], bool] | None = None
    topic: bool = False  # the noun itself is the topic


def _is_person(words: str) -> bool:
    return bool(re.fullmatch(FULL_NAME, words)) and is_name(words)


def _capital(words: str) -> bool:
    return words[:1].isupper() or words[:1].isdigit()


def _is_code(words: str) -> bool:
    return any(char.isdigit() for char in words) or (len(words.split()) <= 6 and not _STATE.match(words))


_STATE = re.compile(
    r"(?:not|too|very|so|still|broken|down|gone|lost|missing|dead|great|good|bad|fine|nice|wrong|right|slow|fast|new|old|ready|due|late|up|off|on|"
    r"out|over|back|in|at|going|getting|getting|being|working|killing|driving|making|always|never|here|there|on(?:ly)?|pretty|really|quite|"
    r"terrible|awful|amazing|awesome|horrible|full|empty|expired?|expiring|changed|different|the (?:best|worst|same|one|reason|only)|my|"
    r"all|also|just|already|to|that|what|how|a (?:mess|nightmare|joke|secret|bit|lot|problem|disaster|pain|mystery|surprise|must|dream|"
    r"big|huge|real|great|good|bad|total)|hard|easy|important|expensive|cheap|high|low|huge|small|big|tiny|long|short|unknown|private|unlisted|"
    r"(?:\w+ly)|tomorrow|today|soon|coming|around|where|when|because|like|about|\w+ing)\b", re.IGNORECASE)
_PERSON = _Thing("", "name", _is_person)
_NOUNS: dict[str, _Thing] = {
    r"(?:full |first |real |legal |maiden |middle |last )?name": _Thing("name", "name", _capital),
    r"(?:nick ?name|nick)": _Thing("nickname", "name", _capital),
    r"(?:birth ?day|date of birth|dob|b-?day)": _Thing("birthday"),
    r"(?:(?:new |old |mobile |cell |cell-?phone |work |private |home |phone |telephone |current )*(?:number|phone number|phone|mobile|cell|telephone|tel))": _Thing("phone"),
    r"(?:(?:new |private |work |personal |current )*(?:e-?mail|mail)(?: address| adress)?(?: id)?)": _Thing("email"),
    r"(?:(?:new |home |postal |current |mailing |street |private )*address)": _Thing("address", "aim", lambda words: bool(re.search(r"\d", words))),
    r"(?:hobby|hobbies|favou?rite (?:hobby|pastime)|pastime)": _Thing("hobby", "taste", lambda words: not _STATE.match(words) or words.endswith("ing")),
    r"(?:(?:new |current |day )*(?:profession|occupation|job title|role|position))": _Thing("works_as", "role"),
    r"(?:(?:new |current )*(?:employer|company|workplace))": _Thing("works_at", "place", lambda words: bool(re.search("[A-Z]", words))),
    r"(?:home ?town|place of origin|home country)": _Thing("from_place", "place", _capital),
    r"(?:mother tongue|native (?:language|tongue)|first language)": _Thing("speaks", "thing", _capital),
    r"(?:major|degree)": _Thing("studies", "role", lambda words: not _STATE.match(words)),
    r"(?:(?:new |current )*(?:university|uni|college))": _Thing("studies_at", "firm", _capital),
    r"(?:place of birth|birthplace)": _Thing("born_in", "place", _capital),
    r"(?:(?:main |big |life |long-term |biggest )*(?:goal|dream|ambition|resolution)(?: for (?:this|next) year)?)": _Thing("wants", "aim", lambda w: w.startswith("to ")),
    rf"(?:(?:new |current |old )*car)": _Thing("drives", "thing", lambda words: bool(re.match(rf"(?:an? |the )?(?:\w+ ){{0,3}}(?:(?:{CARS})\b|(?-i:[A-Z]))", words, re.IGNORECASE))
                                            and not re.match(r"(?:the|in)\b", words)),
    r"(?:blood type|blood group|(?:\w+ )?membership number|shoe size|dress size|shirt size|ring size|hat size|height|weight|number plate|licen[cs]e plate|plate number|"
    r"passport number|account number|iban|member(?:ship)? number|customer number|booking (?:reference|number|code)|reservation number|confirmation (?:code|number)|"
    r"(?:door|gate|alarm|entry|pin|garage|bike lock|locker|safe|access|zip|post|postal) ?code|pin|postcode|room number|flat number|locker number|seat(?: number)?|"
    r"rent|salary|budget|user ?name|login|star sign|zodiac sign|insurance number|tax (?:number|id)|policy number|time ?zone|"
    r"(?:[\w-]+ ){0,2}password hint|(?:[\w-]+ )?(?:wi-?fi|wlan|router|guest|network) (?:password|passphrase|name|key)|wi-?fi|ring tone|ringtone|"
    r"handicap|gamertag|gamer tag|handle|instagram|twitter handle|github|skype(?: name| id)?|discord(?: name| id)?|website|blog|monthly rent|deposit|hourly rate)":
        _Thing("is", "value", _is_code, topic=True),
    r"(?:(?:absolute |all-time |current |new )*favou?rite (?P<fav>[\w'-]+(?: (?!is\b|are\b|was\b|has\b|thing\b|part\b)[\w'-]+){0,2}))": _Thing("favourite", "taste", topic=True),
}
_BE = (r"(?:(?:'s|'re)|\s+(?:is|are|was|will be|has changed to|changed to|has been changed to|has become|became|:|=))"
       r"(?:\s+(?:now|currently|still|actually|really|just|officially|on|:|called|named|always|definitely|probably|the|changed to|going to be|set to))*\s+"
       r"|\s*[:=]\s+")
_NOUN = re.compile("|".join(f"(?P<n{number}>{noun})" for number, noun in enumerate(_NOUNS)) + r"(?!['\w-])", re.IGNORECASE)
_IS = re.compile(_BE, re.IGNORECASE)
_WAS = re.compile(r"\s+(?:was|used to be)\b", re.IGNORECASE)
_THINGS = tuple(_NOUNS.values())


def told_of_things(clause: Clause, cast: Cast) -> list[Draft]:
    """What "my number is ...", "Anna's birthday is ...", "our dentist is called ..." tell; empty where nothing."""
    return (list(_names(clause, cast)) or list(_values(clause, cast)) or list(_kept(clause, cast)) or list(_shared(clause, cast))
            or list(_inverse(clause, cast)))


def _values(clause: Clause, cast: Cast) -> Iterator[Draft]:
    owner = owner_at(clause.text, clause.start, clause.end, cast)
    if owner is not None:
        yield from _valued(clause, owner[0], owner[1], cast)


def _valued(clause: Clause, subject: str, at: int, cast: Cast) -> Iterator[Draft]:
    noun = _noun_at(clause.text, at, clause.end)
    if noun is None:
        return
    thing, words, end = noun
    link = _IS.match(clause.text, end, clause.end)
    if link is None or _WAS.match(clause.text, end, clause.end):
        return
    topic = topic_of(_british(words)) if thing.topic else ""
    if thing.relation == "name" and subject not in (ME, cast.first):
        yield from _named_kin(clause, subject, link.end(), cast)
        return
    corrected = _not_but(clause, link.end())
    start = corrected or link.end()
    found = value_of(thing.relation, thing.kind, clause, start)
    if found is None:
        return
    one, span = found
    said = one if isinstance(one, str) else clause.text[slice(*one)]
    if thing.check is not None and not thing.check(said):
        return
    if thing.relation in ("favourite", "hobby") and _STATE.match(said) and not said.endswith("ing"):
        return
    began = next((time_from(clause, True) for phrase in clause.times if phrase.bound == "from"), None)
    yield Draft(subject, thing.relation, span if isinstance(one, str) and thing.relation != "birthday" else one, topic=topic,
                valid_from=None if thing.relation == "birthday" else began, corrects=corrected is not None)


def _named_kin(clause: Clause, subject: str, at: int, cast: Cast) -> Iterator[Draft]:
    """ "My wife's name is Paloma", "Her name is Eva" (of my sister): the name of somebody by a tie."""
    of, _, noun = subject.partition(" ") if subject.startswith("my ") else subject.rpartition("'s ")
    name = name_at(clause.text, at, clause.end)
    if noun in TIES and name is not None:
        yield Draft(ME if of == "my" else of, TIES[noun][0], name, topic=TIES[noun][1])
    elif noun in PETS and name is not None:
        yield Draft(ME if of == "my" else of, "pet", name, topic=PETS[noun])


def _noun_at(text: str, at: int, end: int) -> tuple[_Thing, str, int] | None:
    found = _NOUN.match(text, at, end)
    if found is None or found.lastgroup is None:
        return None
    number = next(index for index in range(len(_THINGS)) if found[f"n{index}"] is not None)
    return _THINGS[number], found["fav"] or found.group(), found.end()


_NOT = re.compile(r"not\s+[^,]{1,40}?,?\s+(?:but|it's|it is)\s+", re.IGNORECASE)


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
    if relation == "is":
        one = trimmed(clause.text, start, clause.end, kind)
    else:
        one = trimmed(clause.text, start, clause.end, kind, clause.times)
    return None if one is None or HIDDEN in clause.text[slice(*one)] else (one, one)


_ADDRESS = re.compile(
    r"(?:(?:\d{1,5}\w? (?:[^\W\d_][\w'.-]*[ ,]*){1,4})|(?:[^\W\d_][\w'.-]*[ -]){1,3}\d{1,4} ?[a-zA-Z]?\b)"
    r"(?:,\s*(?:[A-Z]{0,2}-?\d{4,5} )?(?-i:[A-Z])[\w-]+(?: (?-i:[A-Z])[\w-]+)?(?: [A-Z]?\d[\w ]{2,6})?){0,2}")


def address_at(text: str, start: int, end: int) -> tuple[Span, Span] | None:
    """A street with its number, and the town behind a comma."""
    found = _ADDRESS.match(text, start, end)
    if found is None:
        return None
    words = found.group()
    cut = re.search(r"[ ,]+(?:and|now|since|from|from|if|which|that|so|but|as)\b.*$", words)
    stop = start + (cut.start() if cut is not None else len(words.rstrip(" ,.")))
    return ((start, stop), (start, stop)) if re.search(r"\d", text[start:stop]) and len(text[start:stop].split()) <= 10 else None


def _british(words: str) -> str:
    return re.sub(r"\bcolor(s?)\b", r"colour\1", words, flags=re.IGNORECASE)


# ------------------------------------------------------------------ "my boss is called Tom", "our cat's name is Mia"

_NAMED = re.compile(
    r"(?:'s name(?:'s| is| was)|(?:'s|\s+is|\s+are)(?:\s+(?:now|actually|still))*(?:\s+(?:called|named))?)(?:\s+(?:now|actually|still))*\s+", re.IGNORECASE)


def _names(clause: Clause, cast: Cast) -> Iterator[Draft]:
    person = person_at(clause.text, clause.start, clause.end, cast)
    if person is None or person.tie is None or person.named is not None:
        return
    link = _NAMED.match(clause.text, person.span[1], clause.end)
    if link is None:
        return
    yield from tie_drafts(person, name_at(clause.text, link.end(), clause.end), clause, called="name" in link.group() or "called" in link.group())


_AFTER_NAME = re.compile(r"\s*(?:$|[,.;:!)…\n-]|(?:and|but|now|since|as of|from|who|by the way|btw|instead|again|these|at|today)\b)|\s*[^\w\s]")


def tie_drafts(person: Person, name: Span | None, clause: Clause, *, called: bool = False) -> Iterator[Draft]:
    """That `person` ("my boss") is the one whose name stands at `name`; a plain "is" needs the name to end there."""
    if name is None or person.tie is None or not (called or _AFTER_NAME.match(clause.text, name[1], clause.end)):
        return
    if not called and _PEOPLES.match(clause.text[slice(*name)]):
        return
    relation, topic = person.tie
    yield Draft(person.of, relation, name, "ended" if person.former else "holds", topic)


_PEOPLES = re.compile(r"(?:\w+(?:ish|ese|ian)|German|French|Dutch|Greek|Swiss|Muslim|Catholic|Jewish|Buddhist|Hindu|Gemini|Leo|Aries|Virgo|Libra|"
                      r"Scorpio|Taurus|Cancer|Pisces|Aquarius|Capricorn|Covid|CEO|CTO|HR|IT)$")


# ------------------------------------------------------------------ "Eva is my sister", "this is my brother Leo"

_IS_MY = re.compile(rf"(?:'s|\s+is|\s+was)(?:\s+(?:now|also|actually))*\s+(?P<own>my|our|(?P<name>{FULL_NAME})'s)\s+{KIN}(?=\s*(?:$|[,.;!)]|and|now|since|at))", re.IGNORECASE)


def _inverse(clause: Clause, cast: Cast) -> Iterator[Draft]:
    name = name_at(clause.text, clause.start, clause.end)
    found = _IS_MY.match(clause.text, name[1], clause.end) if name is not None else None
    if name is None or found is None:
        return
    of = found["name"] or cast.first
    if of is None or re.search(r"\bex\b", found.group()):
        return
    relation, topic = TIES[found["kin"].lower()]
    yield Draft(of, relation, name, "ended" if " was " in found.group() else "holds", topic)


# ------------------------------------------------------------------ where things are kept

_PLACE_WORD = (r"(?P<where>(?:(?:in|inside|on|under|underneath|behind|beneath|below|above|next to|on top of|beside|between|at|with|by|near|over|"
               r"taped (?:to|under|behind)|at the (?:back|bottom|top) of)\s+(?:the|my|our|a|an|his|her|their|(?-i:[A-Z])|that|mum|dad|one of)))")
_IS_KEPT = re.compile(
    rf"(?:(?:the|my|our|his|her)\s+)(?P<thing>(?:[\w'-]+ ){{0,3}}(?:{KEPT})(?: (?:for|of|to) (?:the |my |our )?\w+(?: \w+)?)?)(?:'s|\s+(?:is|are|lives?|stays?|hangs?|lies?|sits?|goes?)"
    rf"(?: (?:now|still|always|usually|kept|hidden|stored|hanging|lying|back|also|again|actually))*)\s+{_PLACE_WORD}", re.IGNORECASE)
_KEEP = re.compile(
    rf"(?:I|we|I've|we've|I have|we have)(?: (?:now|always|usually|just|have|also|still|actually|normally))*\s+(?:keep|put|kept|hid|hide|store|stored|left|leave|stashed|moved)\s+(?:the|my|our|a|an)\s+"
    rf"(?P<thing>(?:[\w'-]+ ){{0,3}}?(?:{KEPT})(?: (?:for|of|to) (?:the |my |our )?\w+(?: \w+)?)?)\s+(?:back )?(?:to )?{_PLACE_WORD}", re.IGNORECASE)


def _kept(clause: Clause, cast: Cast) -> Iterator[Draft]:
    if cast.first is None:
        return
    found = _IS_KEPT.match(clause.text, clause.start, clause.end) or _KEEP.match(clause.text, clause.start, clause.end)
    if found is None or re.match(r"(?:on (?:the|my) (?:way|list|phone|rise|table$|market)|in (?:the|my) (?:mail|post|past|works|air))", found["where"], re.IGNORECASE):
        return
    place = _kept_place(clause, found)
    if place is not None:
        yield Draft(cast.first, "kept_at", place, topic=topic_of(found["thing"]))


def _kept_place(clause: Clause, found: re.Match[str]) -> Span | None:
    start = found.start("where")
    end = trimmed(clause.text, found.end("where"), clause.end, "aim", clause.times)
    if end is None or re.match(r"(?:way|list|mail|post|market|rise|house somewhere)\b", clause.text[end[0]:end[1]]):
        return None
    return (start, end[1]) if len(clause.text[start:end[1]].split()) <= 12 else None


# ------------------------------------------------------------------ "the wifi password is ..."

_THE = re.compile(r"(?:the|our)\s+", re.IGNORECASE)
_OF = re.compile(rf"(?:the\s+)?(?P<what>password|code|pin|door code|price|rent|wifi|birthday|phone number|number|address|name|e-?mail(?: address)?|capital) of (?P<who>{FULL_NAME}|the [\w -]{{2,30}}?)(?=\s+(?:is|are|was)\s)",
                 re.IGNORECASE)


def _shared(clause: Clause, cast: Cast) -> Iterator[Draft]:
    """ "the wifi password is ..." is of whoever speaks; "the birthday of Anna is ..." is hers."""
    of = _OF.match(clause.text, clause.start, clause.end)
    if of is not None and is_name(of["who"]) and of["what"] not in ("capital", "code", "pin", "password", "price", "rent", "wifi"):
        noun = _NOUN.match(of["what"])
        if noun is not None:
            shifted = replace(clause, start=of.start())
            yield from _of_somebody(shifted, of, cast)
        return
    the = _THE.match(clause.text, clause.start, clause.end)
    if the is None or cast.first is None:
        return
    for draft in _valued(clause, cast.first, the.end(), cast):
        if draft.relation == "is":
            yield draft


def _of_somebody(clause: Clause, of: re.Match[str], cast: Cast) -> Iterator[Draft]:
    noun = _noun_at(clause.text, of.start("what"), of.end("what"))
    link = _IS.match(clause.text, of.end(), clause.end)
    if noun is None or link is None:
        return
    found = value_of(noun[0].relation, noun[0].kind, clause, link.end())
    if found is not None and noun[0].relation in ("birthday", "phone", "email", "address"):
        yield Draft(of["who"], noun[0].relation, found[0])


# ------------------------------------------------------------------ pets, and people without a verb of their own

_WITH_NAME = re.compile(
    rf"\b(?:an?|our|my|two|three|another|the|new)\s+(?:[\w-]+ ){{0,3}}?(?:(?P<pet>{'|'.join(sorted(PETS, key=len, reverse=True))})|{KIN})s?(?:\s+(?:called|named)|,? (?:whose|her|his|its) name is)\s+", re.IGNORECASE)
_COUNTED = re.compile(
    rf"\b(?:two|three|four|five|2|3|4|5)\s+(?:[\w-]+ ){{0,2}}?(?:(?P<pet>{'|'.join(sorted(PETS, key=len, reverse=True))})|(?P<kin>kid|child|son|daughter|brother|sister|cousin|nephew|niece))(?:s|ren)?(?:,| called| named|:| -)+\s+",
    re.IGNORECASE)
_NAMES_JOINT = re.compile(r",\s*(?:and\s+)?|\s+(?:and|&)\s+")
_HAVING = frozenset(("have", "get", "adopt", "buy", "own", "welcome", "be"))


def told_by_having(clause: Clause, subject: str, start: int, lemma: str) -> Iterator[Draft]:
    """ "a dog called Bo", "two kids, Mia and Tom", "a cat": those whom somebody has, got or adopted."""
    if lemma not in _HAVING - {"be"}:
        return
    found = _COUNTED.search(clause.text, start, clause.sentence[1]) or _WITH_NAME.search(clause.text, start, clause.sentence[1])
    if found is not None:
        yield from _named_ones(clause, subject, found)
    elif lemma != "welcome":
        yield from _unnamed_pet(clause, subject, start)


def _named_ones(clause: Clause, subject: str, found: re.Match[str]) -> Iterator[Draft]:
    pet, kin = found["pet"], found["kin"]
    relation, topic = ("pet", PETS[pet.lower()]) if pet else TIES.get(kin.lower(), ("child", ""))
    at: int | None = found.end()
    for _ in range(6):
        name = name_at(clause.text, at, clause.sentence[1]) if at is not None else None
        if name is None:
            return
        yield Draft(subject, relation, name, topic=topic)
        joint = _NAMES_JOINT.match(clause.text, name[1], clause.sentence[1])
        at = joint.end() if joint is not None and found.re is _COUNTED else None


_PET_ALONE = re.compile(
    rf" (?P<o>(?:an?|two|three|four|another|our own) (?:(?!of|for|called)[\w-]+ ){{0,3}}?(?P<pet>{'|'.join(sorted(PETS, key=len, reverse=True))})s?)(?=\s*(?:$|[,.;!)]|and\b|from\b|at home|last\b|now|yesterday|too))", re.IGNORECASE)


def _unnamed_pet(clause: Clause, subject: str, start: int) -> Iterator[Draft]:
    at: int | None = start
    while at is not None:
        found = _PET_ALONE.match(clause.text, at, clause.end)
        if found is None or found["pet"].lower() in ("fish", "bird", "chicken", "duck"):
            return
        yield Draft(subject, "pet", found.span("o"), topic=PETS[found["pet"].lower()])
        joint = _NAMES_JOINT.match(clause.text, found.end(), clause.end)
        at = None if joint is None else joint.end() - 1


