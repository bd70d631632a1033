"""Short ways to tell of oneself: "new number: ...", "reach me at ...", "first day at Acme", "Eva and I got engaged"."""

import re
from collections.abc import Iterator

from mneme.memory.facts.clauses import Clause, Draft, time_from
from mneme.memory.facts.fitting import is_distaste
from mneme.memory.facts.objects import trimmed
from mneme.memory.facts.people import FULL_NAME, KIN_WORDS, TIES, Cast, Person, is_name, name_at
from mneme.memory.facts.values import EMAIL, address_at, birthday_in, phone_in
from mneme.memory.facts.words import LANGUAGES

_NEW = re.compile(
    r"(?:(?:I|we)(?:'ve| have|'ll have| got)?(?: got)? (?:a |my )?)?new (?P<what>phone number|mobile number|mobile|"
    r"number|phone|e-?mail(?: address)?|address)"
    r"(?: is| here)?(?:,? [\w ]{0,24})?\s*[:=–-]\s*|new (?P<plain>phone number|mobile number|mobile|number|"
    r"e-?mail(?: address)?|address)(?: is)? (?=[\d+])", re.IGNORECASE)
_REACH = re.compile(r"(?:(?:you )?(?:can )?(?:now )?(?:reach|call|text|ring|find|e-?mail|mail|write(?: to)?|"
                    r"message) (?:me|us)|i'm reachable|get me)"
                    r"(?: (?:now|again|from now on|any ?time|best))* (?:at|on|under|via|by)?\s*", re.IGNORECASE)
_MINE = re.compile(r"(?:and |but )?mine(?:'s| is| was)(?: (?:still|now|always|just))*\s+", re.IGNORECASE)
_ITS = re.compile(r"(?:it's|it is|that's)(?: now)?\s+", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:she|he|they|his|her|their|your|you)\b|'s\b", re.IGNORECASE)
_NOW = re.compile(r"\s*(?:now|from now on|these days|not\b)", re.IGNORECASE)
_HIS = re.compile(rf"(?:(?:the|my|our) )?(?P<kin>{KIN_WORDS})(?:'s number)? is\s+(?=[\d+(])", re.IGNORECASE)
_DAY_AT = re.compile(r"(?:(?:it's |it was |today is |today was |tomorrow is )?(?:my |the )?(?:very )?(?:first|1st|"
                     r"second|third) (?:day|week|month) (?:of work |on the job )?(?:at|with)"
                     r"|(?:day|week|month) (?:one|two|three|1|2|3) (?:at|with)) (?:the )?(?=(?-i:[A-Z]))",
                     re.IGNORECASE)
_LAST_DAY = re.compile(r"(?:it's |it was |today is |today was |tomorrow is )?(?:my |the )?(?:very )?last (?:day|week|"
                       r"shift) (?:of work )?(?:at|with) (?:the )?(?=(?-i:[A-Z]))"
                       r"|(?:I |I've |we )?(?:just )?handed in my (?:notice|resignation)(?: (?:at|with) (?=\S))?",
                       re.IGNORECASE)
_SELF = re.compile(rf"(?:(?:hi|hello|hey|hallo)[^.!?]{{0,16}}?[\s,.!]+)?(?:I'm|I am|this is|it's|"
                   rf"my name's)\s+(?P<name>{FULL_NAME})(?P<age>,? (?P<years>\d{{1,2}})(?=[,.\s]|$)(?! ?\w*(?:min|km|"
                   rf"day|week)))?"
                   r"(?=[,.!]|$| (?:and|from|here|by|again)\b)", re.IGNORECASE)
_GREETS = re.compile(r"\b(?:hi|hello|hey|hallo|good morning|new diary|about me|introduc\w+|this is)\b", re.IGNORECASE)
_NO_SELF = re.compile(r"\w+(?:ish|ese|ian|ean)$|(?:German|French|Dutch|Greek|Swiss|Muslim|Catholic|Jewish|Hindu|Leo|"
                      r"Libra|Virgo|Aries|Gemini|Covid|Team|Type|Gen)\b")
_TOGETHER = re.compile(
    rf"(?P<name>{FULL_NAME}) and (?:I|me)(?:'ve| have| had)?(?: just| finally| recently| officially)* "
    r"(?:(?P<off>broke up|split up|separated|have split|broken up|split)|(?P<wed>(?:got|are|'re|"
    r"were) (?:getting )?married|married|tied the knot)"
    r"|(?P<engaged>(?:got|are|'re) engaged)|(?P<pair>(?:are|'re) (?:dating|a couple|together|"
    r"in a relationship)))(?=[\s.,!]|$)", re.IGNORECASE)


def told_shortly(clause: Clause, cast: Cast) -> Iterator[Draft]:
    """What such a clause tells of the speaker; nothing where the first person is not known."""
    if cast.first is None:
        return
    for rule in (_numbers, _days, _self, _pair, _nickname):
        drafts = list(rule(clause, cast.first))
        if drafts:
            yield from drafts
            return


def _numbers(clause: Clause, first: str) -> Iterator[Draft]:
    text, start, end = clause.text, clause.start, clause.sentence[1]
    new = _NEW.match(text, start, end)
    if new is not None:
        yield from _given(clause, first, new.end(), "address" in (new["what"] or new["plain"]).lower()
                          and "mail" not in new.group().lower())
        return
    his = _HIS.match(text, start, end)
    if his is not None:
        noun = his["kin"].lower()
        yield from _given(clause, Cast(first).possessive(TIES[noun][1] or noun),
                          his.end(), False)
        return
    for way in (_REACH, _MINE):
        found = way.match(text, start, end)
        if found is not None:
            yield from _given(clause, first, found.end(), False)
            return
    its = _ITS.match(text, start, end)
    if its is not None and not _OTHERS.search(text, clause.sentence[0], start):
        for draft in _given(clause, first, its.end(), False):
            if clause.corrects or (not isinstance(draft.object, str) and _NOW.match(text, draft.object[1], end)):
                yield draft


def _given(clause: Clause, subject: str, at: int, is_address: bool) -> Iterator[Draft]:
    """The number or address right at `at`."""
    end = clause.sentence[1]
    phone, mail = phone_in(clause.text, at, min(end, at + 30)), EMAIL.match(clause.text, at, end)
    address = address_at(clause.text, at, end) if is_address else None
    if mail is not None:
        yield Draft(subject, "email", mail.span())
    elif address is not None:
        yield Draft(subject, "address", address[1])
    elif phone is not None and phone[0] == at and not is_address:
        yield Draft(subject, "phone", phone)


def _days(clause: Clause, first: str) -> Iterator[Draft]:
    """ "First day at Acme", "handed in my notice at Acme" """
    for pattern, mode in ((_DAY_AT, "holds"), (_LAST_DAY, "ended")):
        found = pattern.match(clause.text, clause.start, clause.end)
        if found is None:
            continue
        firm = trimmed(clause.text, found.end(), clause.end, "firm",
                       clause.times) if found.group().endswith(" ") else None
        if mode == "holds" and firm is not None and not _NO_WORK.match(clause.text, firm[0]):
            yield Draft(first, "works_at", firm, valid_from=time_from(clause, False), certainty=.9)
        elif mode == "ended":
            yield Draft(first, "works_at", firm or "", "ended", valid_to=time_from(clause, False), certainty=.85)
        return


_NO_WORK = re.compile(r"(?:school|uni|university|college|the beach|home|kindergarten|nursery|camp)\b", re.IGNORECASE)


def _self(clause: Clause, first: str) -> Iterator[Draft]:
    """ "Hi, I'm Nora", "I'm Hannah, 31" """
    found = _SELF.match(clause.text, clause.start, clause.sentence[1])
    if found is None or not is_name(found["name"]) or _NO_SELF.match(found["name"]):
        return
    greeted = _GREETS.search(clause.text, clause.sentence[0], clause.start + 12)
    if not greeted and not found["age"]:
        return
    yield Draft(first, "name", found.span("name"), certainty=.95)
    if found["age"]:
        yield Draft(first, "age", found.span("years"))


def _pair(clause: Clause, first: str) -> Iterator[Draft]:
    """ "Anna and I got engaged", "Lea and I split up" """
    found = _TOGETHER.match(clause.text, clause.start, clause.end)
    if found is None or not is_name(found["name"]):
        return
    when = time_from(clause, False)
    if found["off"]:
        yield Draft(first, "partner", found.span("name"), "ended", valid_to=when)
    elif found["wed"]:
        mode = "planned" if "getting" in found["wed"] else "holds"
        yield Draft(first, "married_to", found.span("name"), "planned" if mode == "planned" else "holds",
                    valid_from=time_from(clause, mode == "planned"))
    else:
        yield Draft(first, "partner", found.span("name"), valid_from=when)
        if found["engaged"]:
            start = found.end("engaged") - len("engaged")
            yield Draft(first, "status", (start, found.end("engaged")), valid_from=when)


_CALLS_ME = re.compile(r"(?:people|friends|everyone|everybody|they|my \w+|all my friends|you can|most people|folks)"
                       r"(?: (?:all|just|usually|also|mostly))? calls? me ", re.IGNORECASE)


def calls_me(text: str, start: int, end: int) -> bool:
    """Whether the clause says how others call the speaker: "everyone calls me Bobbin"."""
    return bool(_CALLS_ME.match(text, start, end))


def _nickname(clause: Clause, first: str) -> Iterator[Draft]:
    found = _CALLS_ME.match(clause.text, clause.start, clause.end)
    name = None if found is None else name_at(clause.text, found.end(), clause.end)
    if name is not None:
        yield Draft(first, "nickname", name)


# ------------------------------------------------------------------ set phrases of anybody

_CANT_STAND = re.compile(r"(?: really| just| absolutely)*(?: can't| cannot| can not| cant)(?: really)? "
                         r"(?:stand|bear|abide) ", re.IGNORECASE)
_LEARNS = re.compile(rf"(?:'m|'s| am| is| are|'re)(?: now| also| currently| still| just| slowly)* "
                     rf"(?P<o>learning (?:to speak |some )?(?-i:{LANGUAGES})\b)", re.IGNORECASE)
_BORN_ON = re.compile(r" was born (?:in [\w ]{2,30} )?(?:on )?(?=(?:the )?\d|(?-i:[A-Z]))", re.IGNORECASE)


def told_by_phrase(clause: Clause, person: Person) -> Iterator[Draft]:
    """ "can't stand olives", "was born on 2 February 1988": what no rule for a single verb tells."""
    text, at = clause.text, person.span[1]
    stand = _CANT_STAND.match(text, at, clause.end)
    one = None if stand is None else trimmed(text, stand.end(), clause.end, "taste", clause.times)
    if one is not None and is_distaste(text[slice(*one)]):
        yield Draft(person.name, "dislikes", one)
    learns = _LEARNS.match(text, at, clause.end)
    if learns is not None:
        yield Draft(person.name, "working_on", learns.span("o"))
    born = _BORN_ON.match(text, at, clause.end)
    date = None if born is None else birthday_in(text, born.end(), clause.end, None)
    if date is not None:
        yield Draft(person.name, "birthday", date[0])
