"""What people have one of, by its noun ("number", "blood type"), and the relation of its value to whoever has it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.facts.words import CARS


@dataclass(frozen=True, slots=True)
class Thing:
    """A noun that somebody has, and the relation that its value has to the one who has it.

    `kind` is what may belong to the value (`objects.trimmed`), `check` whether words are one; `topic`: the noun itself
    is the topic.
    """

    relation: str
    kind: str = "value"
    check: Callable[[str], bool] | None = None
    topic: bool = False


STATE = expression(
    r"(?:not|too|very|so|still|broken|down|gone|lost|missing|dead|great|good|bad|fine|nice|wrong|right|slow|fast|new|"
    r"old|ready|due|late|up|off|on|"
    r"out|over|back|in|at|going|getting|getting|being|working|killing|driving|making|always|never|here|there|"
    r"on(?:ly)?|pretty|really|quite|"
    r"terrible|awful|amazing|awesome|horrible|full|empty|expired?|expiring|changed|different|the (?:best|worst|same|"
    r"one|reason|only)|my|"
    r"all|also|just|already|to|that|what|how|a (?:mess|nightmare|joke|secret|bit|lot|problem|disaster|pain|mystery|"
    r"surprise|must|dream|"
    r"big|huge|real|great|good|bad|total)|hard|easy|important|expensive|cheap|high|low|huge|small|big|tiny|long|"
    r"short|unknown|private|unlisted|"
    r"(?:\w+ly)|tomorrow|today|soon|coming|around|where|when|because|like|about|\w+ing)\b", re.IGNORECASE)
_CAR = expression(rf"(?!the\b|in\b)(?:an? )?(?:\w+ ){{0,3}}(?:(?:{CARS})\b|(?-i:[A-Z]))", re.IGNORECASE)


def _begins_high(words: str) -> bool:
    return words[:1].isupper() or words[:1].isdigit()


def _has_capital(words: str) -> bool:
    return any(char.isupper() for char in words)


def _has_digit(words: str) -> bool:
    return any(char.isdigit() for char in words)


def _is_no_state(words: str) -> bool:
    return not STATE.match(words)


def _is_pastime(words: str) -> bool:
    return words.endswith("ing") or not STATE.match(words)


def _is_code(words: str) -> bool:
    if _LATE.match(words):
        return False
    return _has_digit(words) or (len(words.split()) <= 6 and not STATE.match(words))


_LATE = expression(r"(?:due|late|overdue|up on|out on|off|expiring|going up on|ready|back)\b", re.IGNORECASE)


def _is_car(words: str) -> bool:
    return bool(_CAR.match(words))


def _is_aim(words: str) -> bool:
    return words.startswith("to ")


_ATTRIBUTES = (
    r"(?:new |current )*(?:blood type|blood group|(?:\w+ )?membership number|shoe size|dress size|shirt size|"
    r"ring size|hat size|height|"
    r"weight|number plate|licen[cs]e plate|plate number|"
    r"passport number|account number|iban|member(?:ship)? number|customer number|booking (?:reference|number|code)|"
    r"reservation number|confirmation (?:code|number)|"
    r"(?:door|gate|alarm|entry|pin|garage|bike lock|locker|safe|access|zip|post|postal) ?code|pin|postcode|"
    r"extension|ext|room number|flat number|locker number|seat(?: number)?|"
    r"rent|salary|budget|user ?name|login|star sign|zodiac sign|insurance number|tax (?:number|id)|policy number|"
    r"time ?zone|"
    r"(?:[\w-]+ ){0,2}password hint|(?:[\w-]+ )?(?:wi-?fi|wlan|router|guest|network) (?:password|passphrase|name|"
    r"key)|wi-?fi|ring tone|ringtone|"
    r"handicap|gamertag|gamer tag|handle|instagram|twitter handle|github|skype(?: name| id)?|discord(?: name| id)?|"
    r"website|blog|monthly rent|deposit|hourly rate)(?: (?:for|to|of|at) (?:the|my|our) [\w-]+)?")
_NOUNS: tuple[tuple[str, Thing], ...] = (
    (r"(?:full |first |real |legal |maiden |middle |last )?name", Thing("name", "name", _begins_high)),
    (r"nick ?name|nick", Thing("nickname", "name", _begins_high)),
    (r"birth ?day|date of birth|dob|b-?day", Thing("birthday")),
    (r"(?:new |old |mobile |cell |cell-?phone |work |private |home |phone |telephone |current )*"
     r"(?:number|phone number|phone|mobile|cell|telephone|tel|nr|landline)", Thing("phone")),
    (r"(?:new |private |work |personal |current )*(?:e-?mail|mail)(?: address| adress)?(?: id)?", Thing("email")),
    (r"(?:new |home |postal |current |mailing |street |private )*address", Thing("address", "aim", _has_digit)),
    (r"hobby|hobbies|favou?rite (?:hobby|pastime)|pastime", Thing("hobby", "taste", _is_pastime)),
    (r"(?:new |current |day )*(?:profession|occupation|job title|role|position)", Thing("works_as", "role")),
    (r"(?:new |current )*(?:employer|company|workplace)", Thing("works_at", "place", _has_capital)),
    (r"home ?town|place of origin|home country", Thing("from_place", "place", _begins_high)),
    (r"mother tongue|native (?:language|tongue)|first language", Thing("speaks", "thing", _begins_high)),
    (r"major|degree", Thing("studies", "role", _is_no_state)),
    (r"(?:new |current )*(?:university|uni|college)", Thing("studies_at", "firm", _begins_high)),
    (r"place of birth|birthplace", Thing("born_in", "place", _begins_high)),
    (r"(?:main |big |life |long-term |biggest )*(?:goal|dream|ambition|resolution)(?: for (?:this|next) year)?",
     Thing("wants", "aim", _is_aim)),
    (r"(?:new |current |old )*car", Thing("drives", "thing", _is_car)),
    (_ATTRIBUTES, Thing("is", "value", _is_code, topic=True)),
    (r"(?:new |current )*(?:bank|gym|internet provider|phone provider|provider|insurer|insurance company|pharmacy|"
     r"football team|football club)", Thing("is", "firm", _begins_high, topic=True)),
    (r"(?:absolute |all[- ]time |current |new )*(?:favou?rite|fave|fav) "
     r"(?P<fav>[\w'-]+(?: (?!used\b|changed\b|became\b|now\b|is\b|isn|are\b|aren|was\b|has\b|thing\b|"
     r"part\b)[\w'-]+){0,2})",
     Thing("favourite", "taste", topic=True)))
_NOUN = expression("(?:" + "|".join(f"(?P<n{number}>{noun})" for number, (noun, _) in enumerate(_NOUNS))
                   + r")(?![\w-]|'(?!s\b))", re.IGNORECASE)


def thing_at(text: str, at: int, end: int) -> tuple[Thing, str, int] | None:
    """The thing whose noun begins at `at`, its words (of a favourite: of what), and where they end."""
    found = _NOUN.match(text, at, end)
    if found is None:
        return None
    number = next(index for index in range(len(_NOUNS)) if found[f"n{index}"] is not None)
    return _NOUNS[number][1], found["fav"] or found.group(), found.end()
