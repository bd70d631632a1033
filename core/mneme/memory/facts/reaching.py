"""Short ways to tell of oneself: "new number: ...", "reach me at ...", "first day at Acme", "Eva and I got engaged"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mneme.expressions import expression
from mneme.memory.facts.clauses import Clause, Draft, time_from
from mneme.memory.facts.fitting import is_distaste
from mneme.memory.facts.objects import trimmed
from mneme.memory.facts.people import (
    FULL_NAME,
    KIN_WORDS,
    PET_WORDS,
    PETS,
    TIES,
    Cast,
    Person,
    is_name,
    name_at,
    person_at,
)
from mneme.memory.facts.phrasing import told_by_set_phrase, told_of_person
from mneme.memory.facts.timing import moment_of, time_phrases
from mneme.memory.facts.values import EMAIL, address_at, birthday_in, phone_in, town_of
from mneme.memory.facts.words import LANGUAGES
from mneme.types import Moment

_NUMBER = (r"(?:phone number|mobile number|cell number|whatsapp number|work number|mobile|number|nr|phone|cell|sim|"
           r"e-?mail(?: address)?|mail address|address)")
_NEW = expression(
    rf"(?:(?<=^)|(?<=\n)|"
    rf"(?<=[\s(]))(?<!his )(?<!her )(?<!their )(?<!your )(?<!'s )new (?:sim(?: card)?[,;:]? )?(?:new )?"
    rf"(?:(?P<what>{_NUMBER})|one)(?: is| here|'s)?(?: now)?(?: (?:from|as of|"
    rf"since) [\w ]{{2,16}}(?=:))?(?:,? [^\d+@:=\n.!?]{{0,24}})?\s*(?:[:=–-]\s*|(?=[\d+]))|"
    rf"\b(?:i've |i |just |have )*changed my (?:{_NUMBER}) (?:back )?to (?=[\d+(]|\w[\w.+-]*@)|"
    rf"\b(?:the |my )?best (?:{_NUMBER})(?: for me| to (?:reach|call) me| to use)*(?: is|'s|:)(?: now)? (?=[\d+(]|"
    rf"\w[\w.+-]*@)|"
    rf"(?:i've got|i have|got|i've) an? new (?:private |work )?e-?mail(?: address)?[,:]? (?:it's )?(?=\w[\w.+-]*@)|"
    rf"\b(?:use|note|save|take|here's|here is|this is) (?:this|my)(?: new| new private| private)? "
    rf"(?:{_NUMBER}|one)(?: is)?(?: from now on| now| instead| please)*\s*[:,]?\s*|"
    rf"\bmy (?:{_NUMBER})(?:'s| is| has)?(?: just| now)? (?:changed|different now)[,:;.]?\s*(?:(?:it's|it is|now|to|"
    rf"is|the new one is)(?: now)?\s*)?|"
    rf"(?:^|(?<=\n)|(?<=[.;] ))(?:(?:number|mobile)'s (?:now )?|(?:mobile|cell|tel|phone)\.? (?=\+?\d{{3}}))|"
    rf"\b(?:i'll|i will|i) (?:have|get|got) (?:a new )?one too\s*:\s*", re.IGNORECASE)
_CHANGED = expression(
    rf"(?:'s| has| have|'ve)?(?: just| also| finally)* (?:got|has|have|changed|gets)(?: (?:an?|his|her|their|my|the))* "
    rf"(?:new |different |another )?(?:{_NUMBER})(?:[^\d+@\n.!?]{{0,30}}?)(?=[\d+(]|\w+@)", re.IGNORECASE)
_REACH = expression(r"(?:^|(?<=\n)|(?<=[,;.!–-] )|(?<=please )|(?<=and )|"
                    r"(?<=now ))(?:(?:you )?(?:can )?(?:now )?(?:also )?"
                    r"(?:reach|call|text|ring|find|e-?mail|mail|get|contact|whatsapp|ping|phone|write(?: to)?|message) "
                    r"(?:me|us)|i'm reachable|get me)"
                    r"(?: (?:now|again|from now on|any ?time|best))* (?:at|on|under|via|by)?\s*(?=[\d+(]|\w[\w.+-]*@)|"
                    r"(?:i |we |please )?(?:now )?use (?=[\w.+-]+@[\w.-]+ (?:now|from now|instead|these days))|"
                    r"(?:please )?use (?=\+?[\d(][\d ()./-]{4,20}\d (?:now|from now|instead))|"
                    r"(?:please )?(?:write|mail|send (?:it|mails?|everything|things)) to (?=[\w.+-]+@[\w.-]+[^\n]{0,40}"
                    r"\b(?:old|instead|from now on|new)\b)", re.IGNORECASE)
_REACH_OTHER = expression(rf"(?:you (?:can|could) |just )?(?:reach|call|ring|text|phone|e-?mail|message|find|contact) "
                          rf"(?:(?P<name>{FULL_NAME})|(?:the|my|our) (?P<kin>{KIN_WORDS})) (?:at|on|under|via) "
                          r"(?=[\d+(]|\w[\w.+-]*@)", re.IGNORECASE)
_REACHED = expression(rf"(?:(?P<name>{FULL_NAME})|(?:the|my|our) (?P<kin>{KIN_WORDS})) can (?:now |also |best )*be "
                      r"(?:reached|called|found|contacted) (?:at|on|under|via) (?=[\d+(]|\w[\w.+-]*@)", re.IGNORECASE)
_EXTENSION = expression(r"(?:desk phone )?\bext(?:ension\b|\.|"
                        r"\b)(?: [^\d.\n]{0,30}?)?[ :](?P<o>\d{3,6})\b", re.IGNORECASE)
_MINE = expression(r"(?:and |but )?mine(?:'s| is| was)(?: (?:still|now|always|just))*\s+", re.IGNORECASE)
_ITS = expression(r"(?:it's|it is|that's)(?: now)?\s+", re.IGNORECASE)
_OTHERS = expression(r"\b(?:she|he|they|his|her|their|your|you)\b|'s\b", re.IGNORECASE)
_NOW = expression(r"\s*(?:now|from now on|these days|not\b)", re.IGNORECASE)
_HIS = expression(rf"(?:(?:the|my|our) )?(?P<kin>{KIN_WORDS})(?:'s number)? is\s+(?=[\d+(])", re.IGNORECASE)
_IS_EXT = expression(r"ext\.", re.IGNORECASE)
_WORK_PHONE = expression(r"\b(?:work|the office|the company) (?:gave|got|bought|issued) me a (?:new )?(?:phone|mobile)",
                         re.IGNORECASE)
_CONTACTS = "|".join(sorted((word for word, tie in TIES.items() if tie[0] in ("contact_for", "boss")), key=len,
                            reverse=True))
_NOUN_IS = expression(
    rf"(?:(?:the|our|my) )?(?:new )?(?:(?P<kin>{_CONTACTS})|(?P<pet>{PET_WORDS}))(?:(?P<named>(?:'s| is)? (?:name is|"
    rf"called|"
    rf"named)|'s called)|'s| is|:)(?: now| actually)? (?P<title>(?:Dr|Mr|Mrs|Ms|Sig|Sra?|Herr|Frau|Mme|Signora?|"
    rf"Señora?)"
    r"\.? )?(?=(?-i:[A-ZÀ-ÞŁŚŠŽ]))", re.IGNORECASE)
_DAY_AT = expression(r"(?:(?:I |I've |just |finally )*(?:finished|survived|completed|done with|had|have) )?"
                     r"(?:(?:it's |it was |today is |today was |tomorrow is |is |was )?(?:my |"
                     r"the )?(?:very )?(?:first|1st|"
                     r"second|third) (?:day|week|month|year) (?:of work |on the job )?(?:at|with)"
                     r"|(?:day|week|month) (?:one|two|three|1|2|3) (?:at|with)) (?:the )?(?=(?-i:[A-Z]))",
                     re.IGNORECASE)
_LAST_DAY = expression(r"(?:it's |it was |today is |today was |tomorrow is |is |was )?(?:my |"
                       r"the )?(?:very )?last (?:day|week|"
                       r"shift) (?:of work )?(?:at|with) (?:the )?(?=(?-i:[A-Z]))"
                       r"|(?:I |I've |we )?(?:just )?(?:handed in|handed|gave|given|put in|gave in|"
                       r"submitted) (?:in )?my "
                       r"(?:notice|resignation|two weeks'? notice)(?: (?:at|with) (?=\S))?",
                       re.IGNORECASE)
_SELF = expression(rf"(?:(?:hi|hello|hey|hallo)[^.!?]{{0,16}}?[\s,.!]+)?(?:I'm|I am|this is|it's|"
                   rf"my name's)\s+(?P<name>{FULL_NAME})(?P<age>,? (?P<years>\d{{1,2}})(?=[,.\s]|$)(?! ?\w*(?:min|km|"
                   rf"day|week)))?"
                   r"(?=[,.!]|$| (?:and|from|here|by|again)\b)", re.IGNORECASE)
_GREETS = expression(r"\b(?:hi|hello|hey|hallo|good morning|new diary|about me|introduc\w+|this is)\b", re.IGNORECASE)
_NO_SELF = expression(r"\w+(?:ish|ese|ian|ean)$|(?:German|French|Dutch|Greek|Swiss|Muslim|Catholic|Jewish|Hindu|Leo|"
                      r"Libra|Virgo|Aries|Gemini|Covid|Team|Type|Gen)\b")
_TOGETHER = expression(
    rf"(?P<name>{FULL_NAME}) and (?:I|me|(?P<other>{FULL_NAME}))(?:'ve| have| had)?(?: just| finally| recently|"
    rf" officially)* "
    r"(?:(?P<off>(?:got |are )?divorced|broke up|split up|separated|have split|broken up|split)|(?P<wed>(?:got|are|'re|"
    r"were) (?:getting )?married|married|tied the knot)"
    r"|(?P<engaged>(?:got|are|'re) engaged)|(?P<pair>(?:are|'re|got|are getting) (?:dating|back together|a couple|"
    r"together|"
    r"in a relationship)))(?=[\s.,!]|$)", re.IGNORECASE)


def told_shortly(clause: Clause, cast: Cast) -> Iterator[Draft]:
    """What such a clause tells of the speaker; nothing where the first person is not known."""
    if cast.first is not None:
        for rule in (_numbers, _noun_is, _days, _self, _pair, _nickname):
            drafts = list(rule(clause, cast.first))
            if drafts:
                yield from drafts
                return
    yield from told_by_set_phrase(clause, cast)


def _numbers(clause: Clause, first: str) -> Iterator[Draft]:
    """Numbers and addresses: new ones, where to reach somebody, "it's 555 0199 now"."""
    text, start, end = clause.text, clause.start, clause.sentence[1]
    reached = _REACHED.match(text, start, end)
    if reached is not None and reached["name"] and is_name(reached["name"]):
        yield from _given(clause, reached["name"], reached.end(), False)
        return
    person = person_at(text, start, end, Cast(first))
    if person is not None and person.kind != "first" and not text.startswith(" me ", person.span[1]):  # "WhatsApp me"
        changed = _CHANGED.match(text, person.span[1], end)
        if changed is not None:
            yield from _given(clause, person.name, changed.end(), False)
        return
    new = _NEW.search(text, start, end)
    if new is not None and not _OTHERS.search(text, start, new.start()):
        home = (new["what"] or "").lower() == "address"
        ahead = "'ll" in new.group() or " will " in new.group()
        for draft in _given(clause, first, new.end(), home):
            yield replace(draft, mode="planned", valid_from=time_from(clause, True)) if ahead else draft
        return
    yield from _numbers_of_others(clause, first)
    for way in (_REACH, _MINE):
        found = way.search(text, start, end) if way is _REACH else way.match(text, start, end)
        if found is not None:
            at_work = _WORK_PHONE.search(text, clause.sentence[0], found.start())
            for draft in _given(clause, first, found.end(), False):
                yield replace(draft, relation="is",
                              topic="work number") if at_work and draft.relation == "phone" else draft
            return
    its = _ITS.match(text, start, end)
    if its is not None and not _OTHERS.search(text, clause.sentence[0], start) and not _speaks_of_another(clause,
                                                                                                          first):
        for draft in _given(clause, first, its.end(), False):
            if clause.corrects or (not isinstance(draft.object, str) and _NOW.match(text, draft.object[1], end)):
                yield draft
    extension = _EXTENSION.search(text, start, min(end + 40, len(text)) if _IS_EXT.match(text, start) else end)
    if extension is not None:
        yield Draft(first, "is", extension.span("o"), topic="extension")


def _speaks_of_another(clause: Clause, first: str) -> bool:
    """Whether the sentence began with somebody else: "Mum got a new number, it's ..." """
    person = person_at(clause.text, clause.sentence[0], clause.sentence[1], Cast(first))
    return person is not None and person.kind != "first"


def _numbers_of_others(clause: Clause, first: str) -> Iterator[Draft]:
    """ "Plumber is 030 555 4410", "you can reach Tomás at 555 0133" """
    text, start, end = clause.text, clause.start, clause.sentence[1]
    found = _HIS.match(text, start, end) or _REACH_OTHER.match(text, start, end)
    if found is None:
        return
    noun = (found["kin"] or "").lower()
    name = found["name"] if "name" in found.re.groupindex else None
    if name is None or is_name(name):
        whose = name or Cast(first).possessive(TIES[noun][1] or noun)
        yield from _given(clause, whose, found.end(), False)


def _given(clause: Clause, subject: str, at: int, is_address: bool) -> Iterator[Draft]:
    """The number or address right at `at`."""
    end = clause.sentence[1]
    phone, mail = phone_in(clause.text, at, min(end, at + 30)), EMAIL.match(clause.text, at, end)
    address = address_at(clause.text, at, end) if is_address else None
    if mail is not None:
        yield Draft(subject, "email", mail.span())
    elif address is not None:
        yield Draft(subject, "address", address[1])
        town = town_of(clause.text, address[1])
        if town is not None:
            yield Draft(subject, "lives_in", town, certainty=.85)
    elif phone is not None and phone[0] == at and not is_address:
        yield Draft(subject, "phone", phone)


def _noun_is(clause: Clause, first: str) -> Iterator[Draft]:
    """ "Vet is Dr Nolan", "the landlord's name is Sig. Corti", "dog's name is Biscuit" """
    found = _NOUN_IS.match(clause.text, clause.start, min(clause.sentence[1] + 20, len(clause.text)))
    if found is None or not (found["named"] or (found["title"] and found["kin"])):
        return
    name = name_at(clause.text, found.end(), min(found.end() + 40, len(clause.text)))
    if name is None:
        return
    relation, topic = TIES[found["kin"].lower()] if found["kin"] else ("pet", PETS[found["pet"].lower()])
    yield Draft(first, relation, (found.start("title") if found["title"] else name[0], name[1]), topic=topic)


def _days(clause: Clause, first: str) -> Iterator[Draft]:
    """ "First day at Acme", "handed in my notice at Acme" """
    for pattern, mode in ((_DAY_AT, "holds"), (_LAST_DAY, "ended")):
        found = pattern.match(clause.text, clause.start, clause.end)
        if found is None:
            continue
        firm = trimmed(clause.text, found.end(), clause.end, "firm",
                       clause.times) if found.group().endswith(" ") else None
        if mode == "holds" and firm is not None and not _NO_WORK.match(clause.text, firm[0]):
            ahead = _IS_AHEAD.match(clause.text, firm[1], clause.end)
            if ahead is not None and any(one.span[0] >= firm[1] for one in clause.times):
                yield Draft(first, "works_at", firm, "planned", valid_from=time_from(clause, True), certainty=.9)
                return
            yield Draft(first, "works_at", firm, valid_from=time_from(clause, False), certainty=.9)
        elif mode == "ended":
            was = re.search(r"\bwas\b", clause.text[found.start():clause.end], re.IGNORECASE)
            yield Draft(first, "works_at", firm or "", "ended", valid_to=_last_day(clause, was is None), certainty=.85)
        return


_IS_AHEAD = expression(r" (?:is|will be)\b", re.IGNORECASE)
_LAST_IS = expression(r"\blast day\b", re.IGNORECASE)


def _last_day(clause: Clause, ahead: bool) -> Moment | None:
    """When the last day is: that a notice was given at some time says nothing of it."""
    named = _LAST_IS.search(clause.text, clause.start, clause.sentence[1])
    times = time_phrases(clause.text, named.end() if named else clause.start, clause.sentence[1])
    if named and not times:  # "tomorrow is my last day at Kestrel"
        times = time_phrases(clause.text, clause.sentence[0], named.start())
    return moment_of(times[0].text, clause.said, "future" if ahead and named else "past") if times else None


_NO_WORK = expression(r"(?:school|uni|university|college|the beach|home|kindergarten|nursery|camp)\b", re.IGNORECASE)


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
    if found["other"]:
        if not is_name(found["other"]):
            return
        first, partner = found["name"], found.span("other")
    else:
        partner = found.span("name")
    if found["off"]:
        relation = "married_to" if "divorced" in found["off"].lower() else "partner"
        yield Draft(first, relation, partner, "ended", valid_to=when)
    elif found["wed"]:
        mode = "planned" if "getting" in found["wed"] else "holds"
        yield Draft(first, "married_to", partner, "planned" if mode == "planned" else "holds",
                    valid_from=time_from(clause, mode == "planned"))
    else:
        yield Draft(first, "partner", partner, valid_from=when)
        if found["engaged"]:
            start = found.end("engaged") - len("engaged")
            yield Draft(first, "status", (start, found.end("engaged")), valid_from=when)


_CALLS_ME = expression(r"(?:people|friends|everyone|everybody|they|my \w+|all my friends|you can|most people|folks)"
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

_CANT_STAND = expression(r"(?: really| just| absolutely)*(?: can't| cannot| can not| cant)(?: really)? "
                         r"(?:stand|bear|abide) ", re.IGNORECASE)
_LEARNS = expression(rf"(?:'m|'s| am| is| are|'re)(?: now| also| currently| still| just| slowly)* "
                     rf"(?P<o>learning (?:to speak |some )?(?-i:{LANGUAGES})\b)", re.IGNORECASE)
_BORN_ON = expression(r" was born (?:in [\w ]{2,30} )?(?:on )?(?=(?:the )?\d|(?-i:[A-Z]))", re.IGNORECASE)


def told_by_phrase(clause: Clause, person: Person) -> Iterator[Draft]:
    """ "can't stand olives", "was born on 2 February 1988": what no rule for a single verb tells."""
    text, at = clause.text, clause.start - 1 if clause.inherits else person.span[1]
    if clause.inherits:
        yield from told_of_person(clause, person)
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
