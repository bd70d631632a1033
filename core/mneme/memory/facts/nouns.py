"""What the nouns of a question stand for: "boss", "phone number", "favourite colour" as relations and topics."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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


def slot_of(noun: str) -> Slot | None:
    """The slot that "phone number", "favourite colour", "sister" or "siblings" names; None where it names none."""
    low = " ".join(noun.lower().split())
    known = _SLOTS.get(low) or _tied(low)
    if known is not None:
        return known
    favourite = _FAVOURITE.fullmatch(low)
    topic = topic_of(favourite[1] if favourite is not None else low)
    if topic is None:
        return None
    is_attribute = low.split(" ")[-1] in _ATTRIBUTES or low.endswith(_TWO_WORDS)
    return Slot(("favourite",), topic) if favourite is not None else Slot(("is",), topic) if is_attribute else None


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
_FAVOURITE = re.compile(r"(?:all[- ]time )?(?:favou?rite|fave) (.+)")
# nouns of which there is one, told as "the X is ..."
_ATTRIBUTES = word_set("""
    password passcode passphrase pin code combination hint username login size price cost rent fee salary plate iban
    height weight dosage dose capacity deadline""")
_TWO_WORDS = ("blood type", "blood group", "star sign", "opening hours", "account number", "passport number",
              "membership number", "customer number", "flight number", "room number", "serial number", "shoe size")
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
             "mobile phone number", "number", "mobile phone", "telephone"),
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
