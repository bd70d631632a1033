"""Labelled lines: "Phone: 555 0199", "- Birthday: 4 May 1987", "Dentist: Dr. Lee", and whose card they stand in."""

import re
from collections.abc import Iterator

from mneme.expressions import expression
from mneme.memory.facts.clauses import Clause, Draft
from mneme.memory.facts.objects import topic_of, trimmed
from mneme.memory.facts.people import FULL_NAME, PETS, TIES, Cast, is_name
from mneme.memory.facts.statements import ME
from mneme.memory.facts.values import EMAIL, address_at, birthday_in, phone_in
from mneme.memory.facts.words import EVENTS, KEPT
from mneme.types import Span

_LABEL = expression(r"(?:(?:(?:ok|so|i|i've) )*changed my mind, )?(?P<label>[^\W\d_][^:\n]{1,40}?)\s*:\s+(?=\S)")
_OWN = expression(r"(?P<my>my|our)\s+|(?P<name>(?-i:[A-Z])[\w-]+(?: (?-i:[A-Z])[\w-]+)?)'s\s+", re.IGNORECASE)
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple((relation, expression(words, re.IGNORECASE)) for relation,
                                                         words in (
    ("name", r"(?:full |first )?name"), ("nickname", r"nick ?name"), ("birthday", r"birth ?day|date of birth|dob|"
        r"born(?: on)?|b-?day"),
    ("phone", r"(?:new |mobile |cell |work |home )?(?:phone|tel|telephone|mobile|cell|handy)(?: (?:number|"
              r"no\.?))?\.?|(?:new )?number"),
    ("email", r"e-?mail(?: address)?|mail"), ("address", r"(?:home |postal |new )?address"),
    ("works_at", r"works? at|employer|company|firm|organi[sz]ation|workplace"), ("works_as", r"job(?: title)?|role|"
                                                                                             r"position|"
        r"profession|occupation|title"),
    ("lives_in", r"lives in|city|home ?town now|place of residence|residence|town|based in"),
    ("from_place", r"from|home ?town"), ("born_in", r"born in|birthplace|place of birth"),
    ("studies_at", r"university|school|college"), ("hobby", r"hobb(?:y|ies)|interests"),
    ("speaks", r"languages?(?: spoken)?"),
    ("allergic_to", r"allerg(?:y|ies)|allergic to"), ("diet", r"diet"), ("drives", r"car"), ("likes", r"likes?"),
    ("dislikes", r"dislikes?")))
_IS_LABELS = expression(r"(?:new )?(?:blood (?:type|group)|shoe size|(?:\w+ )?wi-?fi(?: password| name)?|door code|"
                        r"number plate|licen[cs]e plate|passport number|height|"
                        r"(?:\w+ )?membership number|booking (?:reference|number)|post ?code|(?:[\w-]+ )?size|"
                        r"passport no\.?|"
                        r"iban|(?:[\w-]+ ){1,2}code)", re.IGNORECASE)
_IS_KEPT = expression(rf"(?:the )?(?:[\w'-]+ ){{0,2}}(?:{KEPT})", re.IGNORECASE)
_PLACE = expression(r"(?:now )?(?:in|on|under|behind|inside|at|by|with|next to|above|below)\b|"
                    r"(?:[\w'-]+ ){0,3}(?:drawer|"
                    r"shelf|shelves|box|cupboard|cellar|basement|garage|attic|shed|safe|hook|wardrobe|cabinet|"
                    r"kitchen|hall|"
                    r"folder|desk|closet|bag|loft|pantry|glove compartment)\b", re.IGNORECASE)
_ABOUT_ME = expression(r"\b(?:me|my|myself|personal (?:details|data|info\w*)|profile|about the author|own)\b",
                       re.IGNORECASE)
_NAME = expression(FULL_NAME)
_FAVOURITE = expression(r"favou?rite ([\w -]{2,25})", re.IGNORECASE)
_EVENT = expression(rf"\b(?:{EVENTS})(?!\w)", re.IGNORECASE)


def label_at(text: str, start: int, end: int) -> re.Match[str] | None:
    """The label at the beginning of a line, and where its value begins."""
    return _LABEL.match(text, start, end)


def told_by_label(clause: Clause, found: re.Match[str], holder: str | None) -> Iterator[Draft]:
    """What a labelled line tells of `holder`, the one whose card or note it stands in; or what its own label names."""
    label, subject = found["label"].strip(" *_"), holder
    own = _OWN.match(label)
    if own is not None:
        tie = TIES.get((own["name"] or "").lower())  # "Mum's birthday: ..."
        kin = f"my {tie[1]}" if tie is not None and tie[0] in ("parent", "relative") and holder in (ME, None) else None
        subject = kin or own["name"] or (ME if holder in (ME, None) else holder)
        label = label[own.end():]
    yield from _contact(clause, found, label, subject)


def _contact(clause: Clause, found: re.Match[str], label: str, subject: str | None) -> Iterator[Draft]:
    low, at = re.sub(r" \([\w ]+\)$", "", label.lower()), found.end()
    label = label[:len(low)]
    if low in ("me", "mine") and subject is not None and _is_number(clause, at):
        yield from _number_of(clause, at, subject, "", subject)
        return
    if subject is None:
        return
    place = trimmed(clause.text, at, clause.end, "aim", clause.times) if _IS_KEPT.fullmatch(low) else None
    if place is not None and _PLACE.match(clause.text[slice(*place)]):
        yield Draft(subject, "kept_at", place, topic=topic_of(low))
        return
    relation = next((name for name, words in _LABELS if words.fullmatch(low)), None)
    favourite = _FAVOURITE.fullmatch(low)
    if relation in _MANY:
        yield from (Draft(subject, relation, one) for one in _listed(clause, at))
    elif relation is not None:
        one = _value(relation, clause, at)
        if one is not None:
            yield Draft(subject, relation, one)
    elif favourite is not None or _IS_LABELS.fullmatch(low):
        one = trimmed(clause.text, at, clause.end, "value")
        if one is not None:
            yield Draft(subject, "favourite" if favourite else "is", one,
                        topic=topic_of((favourite[1] if favourite else low.removeprefix("new ")).replace("color",
                                                                                                         "colour")))
    elif (low in TIES or (_NAME.fullmatch(label) and is_name(label))) and _is_number(clause, at):
        yield from _number_of(clause, at, label, low, subject)
    elif low in TIES or low in PETS:
        yield from _tied(clause, at, TIES.get(low) or ("pet", PETS[low]), subject)


def _is_number(clause: Clause, at: int) -> bool:
    phone = phone_in(clause.text, at, clause.end)
    mail = EMAIL.match(clause.text, at, clause.end)
    return (phone is not None and phone[0] == at) or mail is not None


def _number_of(clause: Clause, at: int, label: str, low: str, subject: str) -> Iterator[Draft]:
    """ "Mum: +36 30 555 7788", "Dr Fekete: +36 1 555 0300" """
    whose = Cast(subject).possessive(TIES[low][1] or low) if low in TIES else label
    mail = EMAIL.match(clause.text, at, clause.end)
    phone = phone_in(clause.text, at, clause.end)
    if mail is not None:
        yield Draft(whose, "email", mail.span())
    elif phone is not None:
        yield Draft(whose, "phone", phone)


def _tied(clause: Clause, at: int, tie: tuple[str, str], subject: str) -> Iterator[Draft]:
    """ "Dentist: Dr. Lee", "Sister: Eva" """
    name = _NAME.match(clause.text, at, clause.end)
    rest = "" if name is None else clause.text[name.end():clause.end].strip()
    if name is not None and is_name(name.group()) and (not rest or rest[0] in "(.-–|;" or re.match(r",\s*[+\d]", rest)):
        yield Draft(subject, tie[0], name.span(), topic=tie[1])


_MANY = frozenset(("likes", "dislikes", "hobby", "speaks", "allergic_to"))
_ITEM = expression(r"[^,;/]+")


def _listed(clause: Clause, at: int) -> Iterator[Span]:
    """ "nuts, penicillin" """
    for found in _ITEM.finditer(clause.text, at, clause.end):
        one = trimmed(clause.text, *found.span(), "value", clause.times)
        if one is not None and len(clause.text[slice(*one)].split()) <= 4:
            yield one


_LISTED = frozenset(("likes", "dislikes", "hobby", "speaks", "allergic_to", "lives_in", "works_at"))


def _value(relation: str, clause: Clause, at: int) -> Span | str | None:
    text, end = clause.text, clause.end
    if relation == "phone":
        return phone_in(text, at, min(end, at + 40))
    if relation == "email":
        found = EMAIL.match(text, at, end)
        return None if found is None else found.span()
    if relation == "birthday":
        date = birthday_in(text, at, min(end, at + 30), clause.said)
        return None if date is None else date[0]
    if relation == "address":
        address = address_at(text, at, end)
        return None if address is None else address[0]
    one = trimmed(text, at, end, "value", clause.times)
    if one is None or (one[1] < len(text[:end].rstrip(" .")) and relation not in _LISTED):
        return None
    words = text[slice(*one)]
    if relation == "name" and not is_name(words):
        return None
    if relation in ("works_at", "lives_in", "from_place", "born_in", "studies_at") and not words[0].isupper():
        return None
    return one if len(words.split()) <= 6 else None


def holder_of(heading: str, owner_writes: bool, owner: str) -> str | None:
    """Whose card it is that stands under `heading`: a person's by name, the owner's under "About me" or under none."""
    last = heading.split("›")[-1].strip().strip("#*: ")
    if not last or _ABOUT_ME.search(last):
        return ME if owner_writes else None
    if owner and last.lower() == owner.lower():
        return ME
    names = re.fullmatch(FULL_NAME, last) and is_name(last) and len(last.split()) <= 4
    return last if names and not _EVENT.search(last) and last.lower() not in TIES else None
