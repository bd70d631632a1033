"""Which set phrase a clause has, and what it tells of whom."""

import re

from mneme.expressions import expression
from mneme.memory.facts.clauses import Clause, Draft, time_from, time_to
from mneme.memory.facts.fitting import is_place, is_town
from mneme.memory.facts.objects import listed, trimmed
from mneme.memory.facts.people import KIN_WORDS, Cast, Person, owner_at, person_at
from mneme.memory.facts.phrases import AUXILIARY, HOUSE, NAMED, OF_FIRST, OF_OWNER, TAILS, Phrase
from mneme.memory.facts.verbs import besides
from mneme.types import Span

_AT_HOME = expression(rf"\b(?:in|at|from) (?:my|our) (?:{HOUSE}) in (?:the )?(?P<o>{NAMED})(?=[\s,.!]|"
                      rf"$)", re.IGNORECASE)


def told_by_set_phrase(clause: Clause, cast: Cast) -> list[Draft]:
    """What a set phrase tells of the first person, or of whom the clause begins with; empty where none is known."""
    if clause.inherits:
        return []
    for rule in (_of_first, _of_owner, _of_whom, _at_home):
        drafts = rule(clause, cast)
        if drafts:
            return drafts
    return []


def _of_first(clause: Clause, cast: Cast) -> list[Draft]:
    """What is told of the first person from elsewhere: "Kestrel hired me"."""
    found = None if cast.first is None else _first_match(OF_FIRST, clause, clause.start)
    return [] if found is None or cast.first is None else _drafts(*found, clause, cast.first)


def _of_owner(clause: Clause, cast: Cast) -> list[Draft]:
    """What is told of somebody by what is theirs: "Anna's new job is at Siemens"."""
    owner = owner_at(clause.text, clause.start, clause.end, cast)
    found = None if owner is None else _first_match(OF_OWNER, clause, owner[1])
    return [] if found is None or owner is None else _drafts(*found, clause, owner[0])


def _of_whom(clause: Clause, cast: Cast) -> list[Draft]:
    """What stands behind the one the clause begins with, or behind nobody: then it is of the first person."""
    person = person_at(clause.text, clause.start, clause.end, cast)
    bare = person is None and _leads(clause) and not _FINITE.match(clause.text, clause.start, clause.end)
    if cast.first is not None and (bare or (person is not None and person.kind == "name")):  # "Back" is nobody's name
        tail = _tail_match(clause, clause.start)
        if tail is not None:
            return _drafts(*tail, clause, cast.first)
    if person is None or (person.kind == "name" and _ARE.match(clause.text, person.span[1])):
        return []
    return told_of_person(clause, person)


def _at_home(clause: Clause, cast: Cast) -> list[Draft]:
    """ "Alone in my studio in Sevilla" """
    found = _AT_HOME.search(clause.text, clause.start, clause.end)
    if cast.first is None or found is None or not is_place(found["o"]):
        return []
    return [Draft(cast.first, "lives_in", found.span("o"), certainty=.8)]


_ARE = expression(r" (?:are|were|have)\b|'re\b")
_FINITE = expression(r"(?:is|was|are|were|has|have|the|it|that|this|they|he|she|you)\b", re.IGNORECASE)


_BEFORE = expression(r"\W*(?:\w+\W+){0,2}|.*[,.;:!–—-]\s*|.*\b(?:and|but|so|i|we)\s+", re.IGNORECASE | re.DOTALL)
_ANOTHER = expression(rf"\b(?:he|she|they|his|her|their|who|whose|{KIN_WORDS})\b", re.IGNORECASE)


def _leads(clause: Clause) -> bool:
    """Whether the first person may be left out: no other subject stands before it in the sentence."""
    before = clause.text[clause.sentence[0]:clause.start]
    return bool(_BEFORE.fullmatch(before)) and not _ANOTHER.search(before)


def told_of_person(clause: Clause, person: Person) -> list[Draft]:
    """What stands behind `person`, whose clause it is: "promoted to team lead", "hired by Kestrel"."""
    at = clause.start - 1 if clause.inherits else person.span[1]
    lead = _AUX.match(clause.text, at, clause.end)
    bare = lead is None or not lead.group().strip()
    tail = None if bare and not _VERB.match(clause.text, at + 1) else _tail_match(clause, at)
    return [] if tail is None else _drafts(*tail, clause, person.name)


_VERB = expression(  # what may follow a name without "is" or "has": "Anna went vegan", but not "Fit into the tin"
    r"(?:went|goes|go|turned|tied|took|accepted|signed|gave|stopped|quit|moved|relocated|left|no longer|never|does|"
    r"do|grew|"
    r"learned|learnt|see|sees|use|uses|packed|upped|broke|split|separated|finished|completed|started|can't|cannot|"
    r"couldn't|wed|"
    r"stays?|found|rented|switched|changed|lives? for|don't|doesn't|became|become|picked|collected|cut|swore|"
    r"converted|retrained|makes?|earns?|reports?|can|given|begun|goes|drinks?|eats?|dropped|dating|taken|only|got)\b",
    re.IGNORECASE)
_AUX = expression(AUXILIARY, re.IGNORECASE)
Match = tuple[Phrase, list[Span | str]]


def _tail_match(clause: Clause, at: int) -> Match | None:
    lead = _AUX.match(clause.text, at, clause.end)
    begin = at if lead is None else lead.end()
    over = lead is not None and _WAS.search(lead.group())
    return None if over and not _BECAME.match(clause.text, begin) else _first_match(TAILS, clause, begin)


_WAS = expression(r"\b(?:was|were)\b", re.IGNORECASE)
_BECAME = expression(r"(?:promoted|made|hired|qualified|taken|employed|recruited|headhunted|poached|born|raised|"
                     r"brought)\b",
                     re.IGNORECASE)


def _first_match(phrases: tuple[Phrase, ...], clause: Clause, at: int) -> Match | None:
    for phrase in phrases:
        found = phrase.words.match(clause.text, at, clause.sentence[1] + phrase.beyond)
        fits = found is not None and (phrase.needs is None or phrase.needs.search(clause.text))
        objects = _objects(phrase, found, clause) if found is not None and fits else []
        if objects:
            return phrase, objects
    return None


def _objects(phrase: Phrase, found: re.Match[str], clause: Clause) -> list[Span | str]:
    if phrase.fixed is not None:
        return [phrase.fixed]
    text, end = clause.text, clause.sentence[1]
    if "o" in found.re.groupindex:
        spans = [_stripped(text, *found.span("o"))]
    elif phrase.many:
        spans = listed(text, found.end(), end, phrase.kind, clause.times)
    else:
        one = trimmed(text, found.end(), end, phrase.kind, clause.times)
        spans = [] if one is None else [one]
    return [span for span in spans if _fits(phrase, text, span, found.end())]


def _fits(phrase: Phrase, text: str, span: Span, end: int) -> bool:
    words = text[slice(*span)]
    amiss = (phrase.check is not None and not phrase.check(words)) or (
        phrase.town is not None and phrase.town != is_town(words))
    return not amiss and (phrase.behind is None or bool(phrase.behind.match(text, max(span[1], end))))


def _stripped(text: str, start: int, end: int) -> Span:
    return (start, start + len(text[start:end].rstrip(" .,'&-")))


def _drafts(phrase: Phrase, objects: list[Span | str], clause: Clause, subject: str) -> list[Draft]:
    planned = phrase.mode == "planned"
    begins = None if phrase.lasting or phrase.mode in ("ended", "cancelled") else time_from(clause, planned)
    ends = (time_from(clause, False) or time_to(clause)) if phrase.mode == "ended" else None
    topic = _contact(clause) if phrase.relation == "contact_for" else phrase.topic
    drafts = [Draft(subject, phrase.relation, one, phrase.mode, topic, begins, ends,
                    phrase.certainty) for one in objects]
    return [*drafts, *besides(clause, drafts[0])]


_CONTACT = expression(r"\b(dentist|vet|therapist|optician|physio|dermatologist|lawyer|accountant)s?\b", re.IGNORECASE)


def _contact(clause: Clause) -> str:
    """What for, where somebody is named by a title alone: "vet's changed, we go to Dr Abara now"."""
    found = _CONTACT.search(clause.text, *clause.sentence)
    return "doctor" if found is None else found[1].lower()
