"""Labelled lines ("Phone: 555 0199"), calendar entries, and the signatures below mails."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mneme.memory.facts.clauses import Clause, Draft
from mneme.memory.facts.objects import topic_of, trimmed, without_company
from mneme.memory.facts.people import FULL_NAME, TIES, is_name
from mneme.memory.facts.statements import ME
from mneme.memory.facts.things import address_at, birthday_in, phone_in
from mneme.memory.facts.timing import moment_of, time_phrases
from mneme.memory.facts.words import CALLINGS, EVENTS
from mneme.types import Moment, Span

_LABEL = re.compile(r"(?P<label>[^\W\d_][^:\n]{1,40}?)\s*:\s+(?=\S)")
_OWN = re.compile(r"(?P<my>my|our)\s+|(?P<name>(?-i:[A-Z])[\w-]+(?: (?-i:[A-Z])[\w-]+)?)'s\s+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple((relation, re.compile(words, re.IGNORECASE)) for relation, words in (
    ("name", r"(?:full |first )?name"), ("nickname", r"nick ?name"), ("birthday", r"birth ?day|date of birth|dob|born(?: on)?|b-?day"),
    ("phone", r"(?:new |mobile |cell |work |home )?(?:phone|tel|telephone|mobile|cell|handy)(?: (?:number|no\.?))?\.?|(?:new )?number"),
    ("email", r"e-?mail(?: address)?|mail"), ("address", r"(?:home |postal |new )?address"),
    ("works_at", r"employer|company|firm|organi[sz]ation|workplace"), ("works_as", r"job(?: title)?|role|position|profession|occupation|title"),
    ("lives_in", r"lives in|city|home ?town now|place of residence|residence|town|based in"), ("from_place", r"from|home ?town"), ("born_in", r"born in|birthplace|place of birth"),
    ("studies_at", r"university|school|college"), ("hobby", r"hobb(?:y|ies)|interests"), ("speaks", r"languages?(?: spoken)?"),
    ("allergic_to", r"allerg(?:y|ies)|allergic to"), ("diet", r"diet"), ("drives", r"car"), ("likes", r"likes?"), ("dislikes", r"dislikes?")))
_IS_LABELS = re.compile(r"(?:blood (?:type|group)|shoe size|(?:\w+ )?wi-?fi(?: password| name)?|door code|number plate|licen[cs]e plate|passport number|height|"
                        r"(?:\w+ )?membership number|booking (?:reference|number)|post ?code|clothes size|ring size|iban|gate code)", re.IGNORECASE)
_ABOUT_ME = re.compile(r"\b(?:me|my|myself|personal (?:details|data|info\w*)|profile|about the author|own)\b", re.IGNORECASE)
_FAVOURITE = re.compile(r"favou?rite ([\w -]{2,25})", re.IGNORECASE)
_EVENT = re.compile(rf"\b(?:{EVENTS})(?!\w)", re.IGNORECASE)
_CALENDAR = re.compile(r"\b(?:calendar|agenda|schedule|appointments?|diary|week|planner|to ?do|upcoming|dates)\b|day\b|\d{4}-\d\d", re.IGNORECASE)
_NO_EVENT = re.compile(r"^(?:updated?|created?|date|time|when|due|posted|published|sent|modified|from|to|until|open|opening hours?|opened|closed|hours|"
                       r"last \w+|version|since|deadline|arrival|departure|arrives|departs|duration|start|end|begin|finish|author|page|week|today|tomorrow|"
                       r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|evening|afternoon|note|re|fwd?|mon|tue|wed|thu|fri|sat|sun)s?$", re.IGNORECASE)


def label_at(text: str, start: int, end: int) -> re.Match[str] | None:
    """The label at the beginning of a line, and where its value begins."""
    return _LABEL.match(text, start, end)


def told_by_label(clause: Clause, found: re.Match[str], holder: str | None) -> Iterator[Draft]:
    """What a labelled line tells of `holder`, the one whose card or note it stands in; or what its own label names."""
    label, subject = found["label"].strip(" *_"), holder
    own = _OWN.match(label)
    if own is not None:
        subject = own["name"] or (ME if holder in (ME, None) else holder)
        label = label[own.end():]
    yield from _contact(clause, found, label, subject)


def _contact(clause: Clause, found: re.Match[str], label: str, subject: str | None) -> Iterator[Draft]:
    low, at = label.lower(), found.end()
    if subject is None:
        return
    relation = next((name for name, words in _LABELS if words.fullmatch(low)), None)
    favourite = _FAVOURITE.fullmatch(low)
    if relation is not None:
        one = _value(relation, clause, at)
        if one is not None:
            yield Draft(subject, relation, one)
    elif favourite is not None or _IS_LABELS.fullmatch(low):
        one = trimmed(clause.text, at, clause.end, "value")
        if one is not None:
            yield Draft(subject, "favourite" if favourite else "is", one, topic=topic_of((favourite[1] if favourite else low).replace("color", "colour")))
    elif low in TIES:
        yield from _tied(clause, at, TIES[low], subject)


def _tied(clause: Clause, at: int, tie: tuple[str, str], subject: str) -> Iterator[Draft]:
    """ "Dentist: Dr. Lee", "Sister: Eva" """
    name = re.compile(FULL_NAME).match(clause.text, at, clause.end)
    rest = "" if name is None else clause.text[name.end():clause.end].strip()
    if name is not None and is_name(name.group()) and (not rest or rest[0] in ",(.-–|;"):
        yield Draft(subject, tie[0], name.span(), topic=tie[1])


def _value(relation: str, clause: Clause, at: int) -> Span | str | None:
    text, end = clause.text, clause.end
    if relation == "phone":
        return phone_in(text, at, min(end, at + 40))
    if relation == "email":
        found = _EMAIL.match(text, at, end)
        return None if found is None else found.span()
    if relation == "birthday":
        date = birthday_in(text, at, min(end, at + 30), clause.said)
        return None if date is None else date[0]
    if relation == "address":
        address = address_at(text, at, end)
        return None if address is None else address[0]
    one = trimmed(text, at, end, "value", clause.times)
    if one is None or one[1] < len(text[:end].rstrip(" .")) and relation not in ("likes", "dislikes", "hobby", "speaks", "allergic_to", "lives_in", "works_at"):
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
    if not last:
        return ME if owner_writes else None
    if _ABOUT_ME.search(last):
        return ME if owner_writes else None
    if owner and last.lower() == owner.lower():
        return ME
    return last if re.fullmatch(FULL_NAME, last) and is_name(last) and len(last.split()) <= 4 and not _EVENT.search(last) and last.lower() not in TIES else None


# ------------------------------------------------------------------ calendar entries

def told_by_entry(clause: Clause, subject: str, heading: str) -> Iterator[Draft]:
    """ "Dentist: Tuesday 14:00", "14:00 Dentist", "Tue 12 March 10:00 – Budget review" """
    times = [one for one in time_phrases(clause.text, clause.start, clause.end) if one.bound == "" and not one.only_hour]
    if len(times) not in (1, 2):
        return
    thing = _after_time(clause, times[0].span, times[-1].span, heading) or _before_time(clause, times[0].span, times[-1].span)
    if thing is None:
        return
    words = clause.text[slice(*thing)]
    if _NO_EVENT.match(words) or words.lower() in TIES and not _EVENT.search(words):
        return
    phrase = clause.text[times[0].span[0]:times[-1].span[1]]
    at = _entry_at(phrase, heading, clause.said)
    if at is None and clause.said is not None:
        return
    if at is not None and clause.said is not None and at.local().date() < clause.said.local().date() and at.precision in ("day", "minute"):
        return
    yield Draft(subject, "plan", thing, "planned", topic_of(without_company(words)), at)


def _before_time(clause: Clause, time: Span, last: Span) -> Span | None:
    """The title before the time, with a colon or a dash between; nothing but a place may follow."""
    found = re.compile(r"(?P<title>[^\W_][^:\n–—|]{1,50}?)\s*(?::|\s[-–—]|,|\|)\s*(?:on |at )?").match(clause.text, clause.start, time[0] + 1)
    if found is None or found.end() < time[0] - 1 or found.start("title") >= time[0]:
        return None
    rest = clause.text[last[1]:clause.end].strip(" .,)")
    title = found["title"].strip()
    if rest and not re.match(r"(?:at|in|with|@|\(|room|h\b|-|–|,)", rest, re.IGNORECASE) or len(title.split()) > 5 or len(rest.split()) > 8:
        return None
    if not _EVENT.search(title) and (rest or clause.text[found.end("title"):found.end()].strip() != ":" or not re.search(r":\d\d|\d ?[ap]m", clause.text[time[0]:last[1]])):
        return None
    return (found.start("title"), found.start("title") + len(title))


def _after_time(clause: Clause, time: Span, last: Span, heading: str) -> Span | None:
    """The title behind a time that begins the line."""
    if clause.text[clause.start:time[0]].strip(" [(*_") or not re.search(r"[:.]\d\d|\d ?[ap]m|day|\d\d?\b", clause.text[time[0]:last[1]], re.IGNORECASE):
        return None
    found = re.compile(r"(?:\s*[-–—:,\])|*_]+|\s*h\b)*\s*(?P<title>[^\W_][^\n,;(–—]{1,60}?)(?=\s*(?:$|[,;(\n–—]|\s@|\s(?:at|in|with) ))").match(clause.text, last[1], clause.end)
    if found is None:
        return None
    title = found["title"].strip(" .!")
    known = _EVENT.search(title) or (_CALENDAR.search(heading) and re.search(r"[:.]\d\d|\d ?[ap]m", clause.text[time[0]:last[1]]))
    if not known or len(title.split()) > 6 or re.search(r"\b(?:I|was|were|went|had|is|are|we|he|she|they|did|got|said|ate|woke|met|done)\b", title):
        return None
    return (found.start("title"), found.start("title") + len(title))


def _entry_at(phrase: str, heading: str, said: Moment | None) -> Moment | None:
    """The time of an entry; an hour alone is on the day that the heading names."""
    if re.fullmatch(r"(?:at )?\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m|h|uhr)?", phrase.strip(), re.IGNORECASE) and time_phrases(heading, 0, len(heading)):
        return moment_of(f"{time_phrases(heading, 0, len(heading))[-1].text} {phrase}", said, "future")
    return moment_of(phrase, said, "future")


# ------------------------------------------------------------------ signatures

_CLOSING = re.compile(r"(?:best|kind|warm|many|with (?:best|kind|warm)|cheers|regards|sincerely|yours|thanks|thank you|all the best|greetings|mit freundlichen|"
                      r"viele grüße|love|take care|hugs)\b[^\n]{0,30}[,!.]?\s*$|-- ?$", re.IGNORECASE)
_ROLE = re.compile(rf"(?P<role>(?:[\w&/-]+ ){{0,3}}(?:{CALLINGS})(?: of [A-Z]\w+)?)(?:\s*(?:,|\||at|@|[-–—•·])\s*(?P<firm>[A-Z][\w&.' -]{{1,40}}?))?\s*$", re.IGNORECASE)
_NAME_LINE = re.compile(rf"\s*(?P<name>{FULL_NAME})\s*,?\s*$")


def told_by_signature(text: str, clause: Clause, holder: str | None, holder_name: str, owner_writes: bool) -> list[Draft]:
    """The name, role, firm, telephone and e-mail of whoever signed the mail `text`; empty where nobody did."""
    lines = _lines(text)
    closing = next((i for i in range(len(lines) - 1, max(len(lines) - 12, -1), -1) if _CLOSING.match(text[slice(*lines[i])])), None)
    if closing is None or closing + 2 > len(lines) - 1 or len(lines) - closing > 9:
        return []
    name = _NAME_LINE.match(text[slice(*lines[closing + 1])])
    if name is None or not is_name(name["name"]):
        return []
    signed = name["name"]
    same = holder_name and (signed.lower() in holder_name.lower() or holder_name.lower() in signed.lower())
    subject = holder if same and holder is not None else ME if owner_writes and not holder_name else signed
    found: list[Draft] = []
    for line in lines[closing + 2:]:
        found += [replace(draft, span=line) for draft in _signed(text, line, subject)]
    return found


def _lines(text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            begin = at + len(line) - len(line.lstrip())
            spans.append((begin, begin + len(line.strip())))
        at += len(line) + 1
    return spans


def _signed(text: str, line: Span, subject: str) -> Iterator[Draft]:
    start, end = line
    if end - start > 120:
        return
    phone, mail = phone_in(text, start, end), _EMAIL.search(text, start, end)
    if phone is not None:
        yield Draft(subject, "phone", phone)
    if mail is not None:
        yield Draft(subject, "email", mail.span())
    role = _ROLE.match(text, start, end) if phone is None and mail is None else None
    if role is not None:
        yield Draft(subject, "works_as", role.span("role"))
        if role["firm"]:
            yield Draft(subject, "works_at", role.span("firm"))
