"""What the nouns of a question stand for: "boss", "phone number", "favourite colour" as relations and topics."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mneme.expressions import expression
from mneme.memory.facts import objects
from mneme.memory.facts.people import PETS, TIES
from mneme.memory.times.words import words as word_set


@dataclass(frozen=True, slots=True)
class Slot:
    """The relations that a noun asks for, any of them, their topic (None: whatever it is), and what is wanted."""

    relations: tuple[str, ...]
    topic: str | None = None
    wants: Literal["object", "list"] = "object"
    of_person: bool = False  # its object is somebody
    said_with: tuple[str, ...] = ()  # one of these stands in what tells it
    said_without: tuple[str, ...] = ()  # none of these does


def slot_of(noun: str) -> Slot | None:
    """The slot that "phone number", "favourite colour", "sister" or "siblings" names; None where it names none."""
    low = _american(" ".join(noun.lower().split()))
    known = _SLOTS.get(low) or _tied(low)
    if known is not None:
        return known
    of_thing = _OF_THING.fullmatch(low)
    if of_thing is not None and (slot := slot_of(of_thing["n"])) is not None and slot.relations == ("is",):
        return Slot(slot.relations, slot.topic, said_with=(of_thing["x"],))
    favourite = _FAVOURITE.fullmatch(low)
    topic = topic_of(favourite[1] if favourite is not None else low)
    if topic is None:
        return None
    is_attribute = low.split(" ")[-1] in _ATTRIBUTES or low.endswith(_TWO_WORDS)
    if favourite is not None:
        return Slot(("favourite",), topic)
    return _of_work(low) or (Slot(("is",), topic) if is_attribute else None)


def _american(noun: str) -> str:
    """As facts spell it: "favorite color" is "favourite colour"."""
    return re.sub(r"\bcolor", "colour", noun)


def _of_work(noun: str) -> Slot | None:
    """ "Work number", "private e-mail": the same relation, by where its kind is told."""
    found = _KIND_OF.fullmatch(noun)
    if found is None:
        return None
    words = _WORK if found["work"] else (found["kind"],) if found["kind"] else ()
    if "mail" in found["what"]:
        return Slot(("email",), None, said_with=words, said_without=() if words else _WORK)
    if found["kind"] or found["work"]:
        return Slot(("is", "phone"), f"{found['work'] or found['kind']} number", said_with=words)
    return Slot(("phone",), None, said_without=_WORK)


def person_of(noun: str) -> str | None:
    """The noun for somebody as subjects of facts have it: "mum" is "mother"; None where it is nobody."""
    low = noun.lower()
    return (TIES[low][1] or low) if low in TIES else PETS.get(low)


def topic_of(noun: str) -> str | None:
    """A thing as the topic of a slot: "dentist appointment" is "dentist"; None where it is no plain noun."""
    words = noun.lower().split()
    if not 0 < len(words) <= 4 or not all(word[0].isalnum() for word in words) or not NO_NOUN.isdisjoint(words):
        return None
    return objects.topic_of(noun) or None


NO_NOUN = word_set("""
    i me my mine we us our you your he him his she her hers it its they them their this that these those there here
    a an the and or but nor so of in on at by for from to with about into onto over under between among during since
    until till after before than as if when while where why how what which who whom whose
    is am are was were be been being do does did done have has had will would can could shall should may might must
    not no yes all any some every each many much more most few one everyone everybody someone somebody anyone anybody
    nobody people everything something anything nothing else other another same such only just also too very""")
_KIND_OF = expression(
    r"(?:(?P<work>work|office|business)|(?P<kind>landline|fax|temporary|emergency|school|university)|private|"
    r"personal|own)"
    r"(?P<what> (?:(?:phone|mobile|cell|telephone) )?(?:number|phone)| (?:e-?)?mail(?: address)?|"
    r"(?<=landline)|(?<=fax))", re.IGNORECASE)
_OF_THING = expression(r"(?P<n>[\w -]{2,30}?) (?:for|of|to|at|in) (?:the |my |our )?(?:[\w'-]+ ){0,2}?(?P<x>[\w'-]+)")
_WORK = ("work", "office", "business", "company", "job", "firm")
_FAVOURITE = expression(r"(?:all[- ]time )?(?:favou?rite|fave) (.+)")
# nouns of which there is one, told as "the X is ..."
_ATTRIBUTES = word_set("""
    password passcode passphrase pin code combination hint username login size price cost rent fee salary plate iban
    height weight dosage dose capacity deadline extension ext postcode handle gamertag instagram github
    bank gym provider insurer pharmacy website blog budget deposit allowance seat wifi wlan""")
_TWO_WORDS = ("blood type", "blood group", "star sign", "opening hours", "account number", "passport number",
              "membership number", "customer number", "flight number", "room number", "serial number", "shoe size",
              "number plate", "time zone", "post code", "zip code", "policy number", "insurance number", "tax number",
              "booking reference", "booking number", "order number", "locker number", "wifi name", "wi-fi name",
              "network name", "bank account", "reference number", "football team",
              "football club", "insurance company", "extension number", "handicap")
# kinds of objects that a question may restrict a list to ("which instrument do I play?")
KINDS: Mapping[str, frozenset[str]] = {
    "instrument": word_set("""
        piano guitar violin cello viola bass flute clarinet oboe saxophone sax trumpet trombone horn tuba drums drum
        percussion harp organ accordion ukulele banjo mandolin harmonica recorder keyboard keys sitar tabla bagpipes
        fiddle oud balalaika kora koto erhu shamisen bouzouki theremin ocarina didgeridoo euphonium glockenspiel
        marimba vibraphone"""),
    "sport": word_set("""
        football soccer tennis badminton squash basketball volleyball handball hockey rugby cricket baseball softball
        golf bandy floorball lacrosse padel pickleball running jogging swimming cycling bouldering climbing rowing
        kayaking sailing surfing skiing skating snowboarding yoga pilates boxing judo karate fencing wrestling
        gymnastics crossfit triathlon archery hiking riding biking skateboarding parkour pingpong diving"""),
    "music": word_set("""
        jazz opera rock pop blues soul funk reggae techno house metal punk folk country hip-hop hiphop rap classical
        classics disco indie ska salsa flamenco fado gospel bluegrass ambient electronica grunge r&b k-pop afrobeat
        afrobeats highlife trance dub swing bossa baroque music"""),
    "drink": word_set("""
        coffee tea rooibos espresso espressos cappuccino latte matcha water juice lemonade cola beer wine whisky whiskey
        gin rum vodka cider cocoa chai kombucha milk champagne cocktails smoothies soda mate"""),
}
_MEAT = word_set("meat chicken beef pork steak ham bacon lamb sausage sausages burgers turkey")
_FISH = word_set("fish salmon tuna seafood shrimp prawns cod sushi")
_DAIRY = word_set("dairy cheese milk butter cream yoghurt yogurt")
# what who keeps to a diet does not eat
AVOIDED: Mapping[str, frozenset[str]] = {
    "vegetarian": _MEAT | _FISH, "veggie": _MEAT | _FISH, "vegan": _MEAT | _FISH | _DAIRY | {"eggs"},
    "plant-based": _MEAT | _FISH | _DAIRY | {"eggs"}, "pescatarian": _MEAT, "dairy-free": _DAIRY,
    "gluten-free": frozenset(("gluten",))}
_WIFE = ("married_to", "partner")  # people say "my partner" before and after the wedding


def _tied(noun: str) -> Slot | None:
    """Kin, others by their place, and animals, in the singular or plural."""
    if noun in PETS:
        return Slot(("pet",), PETS[noun])
    if noun in TIES:
        relation, topic = TIES[noun]
        return Slot(_WIFE if relation == "married_to" else (relation,), topic or None, of_person=True)
    one = _tied(noun.removesuffix("s")) if noun.endswith("s") and not noun.endswith("ss") else None
    return None if one is None else Slot(one.relations, one.topic, "list", one.of_person)


def _plain(relation: str, *nouns: str) -> dict[str, Slot]:
    return {noun: Slot((relation,)) for noun in nouns}


def _many(relation: str, *nouns: str, of_person: bool = False) -> dict[str, Slot]:
    return {noun: Slot((relation,), None, "list", of_person) for noun in nouns}


_SLOTS: Mapping[str, Slot] = {
    **_plain("phone", "phone number", "telephone number", "mobile number", "cell number", "cell phone number",
             "mobile phone number", "mobile", "cell", "cell phone", "number", "mobile phone", "telephone"),
    **_plain("email", "email", "e-mail", "email address", "e-mail address", "mail address"),
    **_plain("address", "address", "home address", "postal address", "street address"),
    **_plain("birthday", "birthday", "date of birth", "birth date", "birthdate"),
    **_plain("name", "name", "full name"),
    **_plain("nickname", "nickname"),
    **_plain("works_as", "job", "occupation", "profession", "job title", "role", "position", "line of work"),
    **_plain("works_at", "employer", "workplace", "place of work", "company", "firm"),
    **_plain("studies_at", "university", "college", "school"),
    **_plain("studies", "major", "degree", "field of study"),
    **_plain("born_in", "birthplace", "place of birth"),
    **_plain("from_place", "hometown", "home town", "home country"),
    **_plain("lives_in", "home city", "city", "town"),
    **_plain("drives", "car", "vehicle"),
    **_plain("diet", "diet"),
    **_plain("status", "relationship status", "marital status"),
    "sibling": Slot(("sibling",), of_person=True),
    **_many("sibling", "siblings", of_person=True),
    **_many("child", "children", of_person=True),
    **_many("parent", "parents", of_person=True),
    **_many("friend", "friends", of_person=True),
    **_many("pet", "pets", "animals"),
    **_many("hobby", "hobby", "hobbies"),
    **_many("speaks", "languages"),
    **_many("allergic_to", "allergies"),
    **_many("wants", "goals", "wishes"),
    **_many("working_on", "projects"),
    **_many("member_of", "clubs", "memberships"),
}
