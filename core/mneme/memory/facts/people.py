"""Whom a clause speaks of: the first person, kin and others by their place ("my sister Eva"), names, and pronouns."""

import re
from dataclasses import dataclass
from typing import Literal

from mneme.expressions import expression
from mneme.memory.facts.predicates import VERBS
from mneme.memory.facts.statements import ME
from mneme.memory.times.words import words as word_set
from mneme.types import Span

Tie = tuple[str, str]  # a relation and its topic


def _rows(relation: str, words: str) -> dict[str, Tie]:
    """ "mother:mum,mom" gives the topic mother to all three; "=wife" gives no topic."""
    ties: dict[str, Tie] = {}
    for row in words.split():
        topic, _, more = row.partition(":")
        tie = (relation, "" if topic.startswith("=") else topic.replace("_", " "))
        for word in [topic.lstrip("="), *filter(None, more.split(","))]:
            ties[word.replace("_", " ")] = tie
    return ties


TIES: dict[str, Tie] = (
    _rows("parent", "mother:mum,mom,mama,mummy,mommy,mam father:dad,daddy,papa,pa")
    | _rows("sibling", "sister:sis,little_sister,big_sister,twin_sister,half-sister,kid_sister "
                       "brother:bro,little_brother,"
            "big_brother,twin_brother,half-brother,kid_brother")
    | _rows("child", "son:little_boy daughter:little_girl =child:kid,baby,toddler")
    | _rows("married_to", "=wife =husband:hubby =spouse")
    | _rows("partner", "=partner =girlfriend:gf =boyfriend:bf =fiancé:fiance =fiancée:fiancee")
    | _rows("relative", "aunt:auntie,aunty uncle "
                        "cousin nephew niece grandmother:grandma,granny,gran,nana,nan grandfather:"
            "grandpa,granddad,grandad grandson granddaughter mother-in-law father-in-law sister-in-law brother-in-law "
            "son-in-law daughter-in-law stepmother:stepmum,stepmom stepfather:stepdad stepson stepdaughter stepsister "
            "stepbrother godmother godfather godson goddaughter")
    | _rows("friend", "=friend:buddy,pal,mate,best_friend,bestie,old_friend,good_friend,close_friend,childhood_friend")
    | _rows("colleague", "=colleague:coworker,co-worker,workmate,teammate,team-mate")
    | _rows("boss", "=boss:manager,line_manager,supervisor,team_lead,new_boss,new_manager")
    | _rows("contact_for", "dentist doctor:gp,physician,family_doctor lawyer:solicitor,attorney therapist:psychologist,"
            "counsellor,counselor,psychiatrist "
            "accountant:tax_adviser,tax_advisor landlord:landlady hairdresser:barber,stylist "
            "plumber electrician vet mechanic teacher tutor trainer:personal_trainer coach physio:physiotherapist,"
            "physical_therapist optician "
            "neighbour:neighbor flatmate:roommate,housemate mentor babysitter:nanny,childminder "
            "cleaner gardener dermatologist "
            "cardiologist midwife piano_teacher:piano_tutor guitar_teacher driving_instructor "
            "estate_agent:realtor"))
FEMALE = word_set("""
    mother mum mom mama mummy mommy sister daughter wife girlfriend aunt auntie niece grandmother grandma
    granny fiancée""")
MALE = word_set("""father dad daddy papa brother son husband boyfriend uncle nephew grandfather grandpa granddad
    fiancé""")
PETS = {word: word for word in word_set("""
    dog cat rabbit hamster parrot budgie horse pony tortoise turtle goldfish fish snake ferret
    gecko lizard canary chicken hen duck goat donkey bird""")} | {
    "guinea pig": "guinea pig", "puppy": "dog", "pup": "dog", "kitten": "cat", "kitty": "cat", "labrador": "dog",
    "poodle": "dog", "beagle": "dog", "dachshund": "dog", "collie": "dog", "terrier": "dog", "retriever": "dog",
    "bunny": "rabbit", "spaniel": "dog", "corgi": "dog", "mare": "horse", "cockatiel": "cockatiel", "pug": "dog",
    "husky": "dog", "tabby": "cat", "greyhound": "dog", "alsatian": "dog", "golden retriever": "dog",
    "german shepherd": "dog", "border collie": "dog"}

_NO_NAMES = word_set("""
    i i'm the a an this that these those it its it's my our your his her their he she they we you who what when where
    why how which there here so and but or if as at in on of for from to by with not no yes yeah ok okay oh hey hi
    hello dear well also just then now still even maybe perhaps please thanks thank sorry sure great good nice cool
    wow lol haha hmm ugh someone somebody everyone everybody anyone anybody nobody people folks guys nothing
    something everything anything one two three four five six seven eight nine ten monday tuesday wednesday thursday
    friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january february march
    april may june july august september october november december mon tue wed thu fri sat sun today tomorrow
    yesterday tonight christmas easter halloween thanksgiving god jesus lord dad mum mom mama papa grandma grandpa
    granny english french german italian spanish norwegian swedish danish dutch polish russian chinese japanese
    korean american european british irish scottish greek turkish indian life work school home love time money coffee
    tea milk food water music dinner lunch breakfast weather internet phone email e-mail name address birthday job
    boss date note notes todo to-do update reminder news ps p.s btw fyi re fw fwd subject sent customer user admin
    support team company staff management service product order account bank doctor dentist meeting call review
    standup every each all some many most both neither either another other such same more much few several going
    gonna got get let's lets do does did is are was were be been have has had will would could should can might must
    since until because although though while after before during once unless whether mneme assistant ai new old best
    happy merry sad last next first second third finally actually recently currently honestly apparently left moved
    quit sold bought started working living looking never always sometimes usually often again mr mrs ms dr sir madam
    chapter section page part step figure table version total summary agenda minutes alexa siri google wifi wi-fi
    switched joined booked cancelled canceled forget scratch remember born married adopted rescheduled pushed
    postponed mine yours ours theirs me him them us myself heard saw see guess turns looks seems sounds feels feeling
    thinking thought whoever whatever whenever wherever whose unfortunately luckily hopefully besides however
    therefore meanwhile nope nah yep yup""")
NAME = r"(?-i:[A-ZÀ-ÖØ-ÞŁŚŞŠŽČĆĐİА-ЯΑ-Ω][^\W\d_]*(?:['-][A-Z][^\W\d_]+)*)"
_TITLE = r"(?-i:(?:Dr|Mr|Mrs|Ms|Prof|Professor|Doctor|Uncle|Aunt|Auntie|Grandma|Grandpa|Coach|Father|Sister)\.? )"
_JOIN = r"(?-i:(?:de|del|della|da|dos|van|von|der|den|la|le|el|al|bin|ibn|O'|Mc|ter|zu) ?)"
FULL_NAME = rf"{_TITLE}?{NAME}(?: (?:{_JOIN}){{0,2}}{NAME}|(?-i: [A-Z]\.)){{0,3}}"
_FULL_NAME = expression(FULL_NAME)
KIN_WORDS = "|".join(sorted((re.escape(word) for word in TIES), key=len, reverse=True))
_QUALITY = (r"(?:(?:dear|lovely|amazing|wonderful|beautiful|old|older|elder|eldest|oldest|younger|youngest|little|"
            r"big|twin|baby|"
            r"best|good|close|new|current|late|only|other|middle|second|first|favou?rite|former|ex|own|former) )*")
_FORMER = expression(r"\b(?:former|ex|late|old)\b[ -]", re.IGNORECASE)
KIN = rf"(?:{_QUALITY})(?P<kin>{KIN_WORDS})(?![\w-])"
PET_WORDS = "|".join(sorted((re.escape(word) for word in PETS), key=len, reverse=True))
_KIN_AT = expression(rf"{KIN}(?!'s\b)", re.IGNORECASE)
_PET_AT = expression(rf"(?:{_QUALITY})(?P<pet>{PET_WORDS})\b(?!')", re.IGNORECASE)
_OWN = expression(r"(?P<me>my|our)\b\s+|(?P<them>his|her|their)\b\s+|(?P<you>your)\b\s+|(?P<the>the|that|this)\b\s+",
                  re.IGNORECASE)
_OF_NAME = expression(rf"(?P<name>{FULL_NAME})'s?\s+")
_FIRST = expression(r"(?:I|we)(?=['\s]|$)", re.IGNORECASE)
_PRONOUN = expression(r"(?P<she>she)(?=['\s])|(?P<he>he)(?=['\s])|(?P<they>they)(?=['\s])", re.IGNORECASE)
_PARENTS = expression(r"(?:mum|mom|dad|mama|papa|grandma|grandpa|granny|granddad|grandad|nana)(?=['\s])", re.IGNORECASE)
_PARENT_S = expression(r"(mum|mom|dad|mama|papa|grandma|grandpa|granny|granddad|grandad|nana)'s\s+", re.IGNORECASE)
_COUPLE = expression(r"(?:(?:my|our)\s+(?P<who>parents|grandparents|in-laws|folks)|(?:(?:my|our)\s+)?"
                     r"(?:mum|mom|mother) (?:and|&) (?:dad|father))(?=\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is spoken of, and the place of the words for it. `tie`: what that person is to `of` ("my sister")."""

    name: str
    span: Span
    kind: Literal["first", "kin", "name", "pronoun", "pet"]
    tie: Tie | None = None
    of: str = ""
    named: Span | None = None  # where the name stands that goes with the tie: "my sister Eva"
    former: bool = False
    gender: str = ""
    is_plural: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom the first person and pronouns mean: `first` None where that is not known, `recent` the last one named."""

    first: str | None
    recent: Person | None = None

    def possessive(self, noun: str) -> str:
        """The first person's `noun` as a subject: "my sister", "Anna's sister"."""
        return f"my {noun}" if self.first == ME else f"{self.first}'s {noun}"


def is_name(words: str) -> bool:
    """Whether words with capitals may name a person, and are no common beginning of a sentence."""
    parts = words.split()
    low = [part.lower().strip(".") for part in parts]
    if any(len(part) > 3 and part.isupper() for part in parts):
        return False
    if low and low[0] in VERBS:
        return False
    if low and low[0].endswith("ly") and len(low[0]) > 6:  # "Ultimately"; Emily and Shelly are shorter
        return False
    if len(low) == 1:
        return low[0] not in _NO_NAMES and len(low[0]) > 1
    return bool(low) and (low[0] not in _NO_NAMES or low[0] in {"dr", "mr", "mrs", "ms"}) and low[-1] not in _NO_NAMES


def name_at(text: str, at: int, end: int) -> Span | None:
    """The name of somebody that begins at `at`, its possessive left out."""
    found = _FULL_NAME.match(text, at, end)
    if found is None:
        return None
    stop = found.end()
    while stop > at and not is_name(text[at:stop]):
        shorter = text.rfind(" ", at, stop)
        if shorter < 0:
            return None
        stop = shorter
    return (at, stop) if stop > at else None


def person_at(text: str, at: int, end: int, cast: Cast) -> Person | None:
    """Who the words that begin at `at` speak of, if that is a person and known."""
    first = _FIRST.match(text, at, end)
    if first is not None:
        return None if cast.first is None else Person(cast.first, first.span(), "first")
    pronoun = _PRONOUN.match(text, at, end)
    if pronoun is not None:
        return _meant(pronoun, cast)
    couple = _COUPLE.match(text, at, end)
    if couple is not None:
        noun = {None: "parents", "folks": "parents"}.get(couple["who"] and couple["who"].lower(), couple["who"])
        return None if cast.first is None else Person(cast.possessive(noun.lower()), couple.span(), "kin",
                                                      of=cast.first, is_plural=True)
    parent = _PARENTS.match(text, at, end)
    if parent is not None and cast.first is not None:
        word = parent.group().lower()
        return Person(cast.possessive(TIES[word][1]), parent.span(), "kin", TIES[word], cast.first,
                      gender=_gender(word))
    return _possessed(text, at, end, cast) or _named(text, at, end)


def _meant(pronoun: re.Match[str], cast: Cast) -> Person | None:
    recent = cast.recent
    if recent is None or recent.kind == "first" or bool(pronoun["they"]) != recent.is_plural:
        return None
    if recent.is_plural:
        return Person(recent.name, pronoun.span(), "pronoun", is_plural=True)
    wanted = "f" if pronoun["she"] else "m"
    if recent.gender and recent.gender != wanted:
        return None
    return Person(recent.name, pronoun.span(), "pronoun", gender=wanted)


def _gender(word: str) -> str:
    low = word.lower()
    return "f" if low in FEMALE else "m" if low in MALE else ""


def owner_at(text: str, at: int, end: int, cast: Cast) -> tuple[str, int] | None:
    """Whose the thing is that follows ("my", "Anna's", "my sister's", "her" of whom was named), and where it begins."""
    found = _OWN.match(text, at, end)
    if found is not None:
        if found["me"]:
            chain = _kin_owner(text, found.end(), end, cast)
            return chain or (None if cast.first is None else (cast.first, found.end()))
        if found["them"] and cast.recent is not None and cast.recent.kind != "first":
            gender = {"his": "m", "her": "f"}.get(found["them"].lower(), "")
            same = gender and cast.recent.gender in ("", gender)
            return (cast.recent.name, found.end()) if same else None
        return None
    parent = _PARENT_S.match(text, at, end)
    if parent is not None and cast.first is not None:
        return cast.possessive(TIES[parent[1].lower()][1]), parent.end()
    name = _OF_NAME.match(text, at, end)
    return (name["name"], name.end()) if name is not None and is_name(name["name"]) else None


_KIN_S = expression(rf"(?:{KIN}|(?:{_QUALITY})(?P<pet>{PET_WORDS}))(?P<name> {FULL_NAME})?'s\s+", re.IGNORECASE)


def _kin_owner(text: str, at: int, end: int, cast: Cast) -> tuple[str, int] | None:
    """ "my sister's", "my boss Tom's" """
    found = _KIN_S.match(text, at, end)
    if found is None or cast.first is None:
        return None
    noun = (found["kin"] or found["pet"]).lower()
    return (found["name"].strip() if found["name"]
            else cast.possessive(TIES[noun][1] or noun if noun in TIES else noun), found.end())


def _possessed(text: str, at: int, end: int, cast: Cast) -> Person | None:
    """ "my sister (Eva)", "Anna's husband", "my brother's wife", "my dog Bo" """
    owner = owner_at(text, at, end, cast)
    if owner is None:
        return None
    of, begin = owner
    kin = _KIN_AT.match(text, begin, end)
    if kin is None:
        return _pet(text, at, begin, end, of)
    named = _apposed(text, kin.end(), end)
    plain = _rest_name(of, TIES[kin["kin"].lower()][1] or kin["kin"].lower())
    name = text[slice(*named)] if named is not None else plain
    stop = kin.end() if named is None else named[1] + (text[named[1]:named[1] + 1] == "," and text[kin.end()] == ",")
    return Person(name, (at, stop), "kin", TIES[kin["kin"].lower()], of, named,
                  bool(_FORMER.search(text, begin, kin.start("kin"))), _gender(kin["kin"]))


def _rest_name(of: str, noun: str) -> str:
    return f"my {noun}" if of == ME else f"{of}'s {noun}"


def _pet(text: str, at: int, begin: int, end: int, of: str) -> Person | None:
    pet = _PET_AT.match(text, begin, end)
    if pet is None:
        return None
    named = _apposed(text, pet.end(), end)
    name = text[slice(*named)] if named is not None else _rest_name(of, pet["pet"].lower())
    return Person(name, (at, named[1] if named else pet.end()), "pet", ("pet", PETS[pet["pet"].lower()]), of, named)


_BEFORE_NAME = expression(r",? (?:\(|called |named )?")
_AFTER_NAME = expression(r"(?=\s|[,.;:!?)]|$|'s\b)")


def _apposed(text: str, at: int, end: int) -> Span | None:
    """The name right behind "my sister", with a comma or without."""
    gap = _BEFORE_NAME.match(text, at, end)
    if gap is None:
        return None
    found = name_at(text, gap.end(), end)
    if found is None or not _AFTER_NAME.match(text, found[1]):
        return None
    comma = gap.group().startswith(",")
    if comma and text[found[1]:found[1] + 1] not in (",", ".", "", ")"):
        return None
    return found


def _named(text: str, at: int, end: int) -> Person | None:
    tied = _TIED_NAME.match(text, at, end)
    span = name_at(text, tied.end() if tied is not None else at, end)
    if span is None or text[span[1]:span[1] + 1] not in (" ", "'", ",") or text.startswith(" &", span[1]):
        return None
    return Person(text[slice(*span)], (at, span[1]), "name")


_TIED_NAME = expression(rf"(?:{KIN_WORDS}) (?=(?-i:[A-Z]))", re.IGNORECASE)  # "Neighbour Bent"
_TIE_ANYWHERE = expression(rf"(?<![\w'])(?:my|our) (?={KIN}[ ,])|(?<![\w'])(?:my|"
                           rf"our) (?=(?:{_QUALITY})(?:{PET_WORDS}) )",
                           re.IGNORECASE)


def tied_people(text: str, start: int, end: int, cast: Cast) -> list[Person]:
    """Everybody in text[start:end] who is named with the tie to the speaker: "dinner with my sister Eva"."""
    found = (person_at(text, match.start(), end, cast) for match in _TIE_ANYWHERE.finditer(text, start, end))
    return [person for person in found if person is not None and person.named is not None and not person.former]
