"""Which fact a question asks for: whose, of which relation, and what of it; none where that is not clear."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from mneme.memory.facts.nouns import NO_NOUN, Slot, person_of, slot_of, topic_of
from mneme.memory.facts.statements import ME
from mneme.memory.sentences import sentences
from mneme.memory.times.expressions import expressions
from mneme.memory.times.words import words as word_set
from mneme.types import Moment

Wants = Literal["object", "time", "subject", "yes_no", "count", "list"]
LONGEST = 160  # code points of a sentence that asks for one fact


@dataclass(frozen=True, slots=True)
class FactQuery:
    """A slot of facts and what is asked of it.

    `subject` is ME or a name as it stands in the question ("leo", "my boss"), None where it is asked for. Any of
    `relations` may answer. `topic` None: of whatever topic; where it is told, a fact without a topic fits, too.
    `object` is what is asked about where a yes or no, or a subject, is wanted. `before`: what held before this object
    did ("before Acme") is meant.
    """

    subject: str | None
    relations: tuple[str, ...]
    topic: str | None
    wants: Wants
    object: str | None = None
    before: str | None = None


def asked_facts(question: str, *, names: Sequence[str], of_owner: bool) -> FactQuery | None:
    """The fact that `question` asks for; None where it asks for anything else, or not clearly for one fact.

    `names` are the proper names in it, `of_owner` tells whether "I" and "my" are its owner's. When is meant (now,
    before, in March) is left to the caller, so all those ask alike: "Where did I work before?", "Where do I work?".
    English. Linear time; any string.
    """
    text = _clause(question, names)
    if not text or _NEVER.search(text):
        return None
    asking = _Asking(text, frozenset(names), of_owner, bool(_STILL.search(question)))
    found = next((query for query in asking.queries() if query is not None), None)
    return found or _before(asking)


def _before(asking: "_Asking") -> FactQuery | None:
    """Where did I work before Acme? The fact is the same, its time is told by another object."""
    later = _BEFORE.search(asking.text)
    what = _object(later["x"]) if later is not None else None
    if later is None or what is None:
        return None
    whole = replace(asking, text=asking.text[:later.start()])
    found = next((query for query in whole.queries() if query is not None), None)
    return replace(found, before=what) if found is not None and found.wants == "object" else None


# ------------------------------------------------------------------ the clause, without what does not tell the slot

_ANY_DAY = Moment(datetime(2024, 6, 15, 12, tzinfo=UTC))  # only where times stand in a question matters here
_LEAD = re.compile(
    r"(?:and|so|but|also|ok|okay|well|hey|hi|hello|please|now|then|actually|oh|mneme|again|quick question)\b"
    r"[\s,!.:–-]+|"
    r"(?P<indirect>(?:(?:can|could|would|will) you (?:please )?(?:remind|tell) me|(?:please )?(?:remind|tell) me|"
    r"(?:do|did) (?:you|i) (?:happen to )?(?:know|remember|recall)|do you have any idea|any idea|"
    r"i (?:forgot|forget|wonder|don't (?:know|remember)|can't remember)|i'?m wondering|"
    r"i(?:'d like| would like| want| need| wanted) to know)"
    r"(?: again| please)?[\s,:]+)", re.IGNORECASE)
_ADVERBS = (r"(?:now|currently|nowadays|these days|at the moment|at present|right now|presently|today|still|again|"
            r"please|exactly|actually|really|before|previously|formerly|originally|initially|back then|in those days|"
            r"at that time|at the time|then|at first|first|last|in the beginning|any ?more|lately|as of now|"
             r"by the way|btw)")
_ARRANGED = r"(?:(?:supposed|meant|going) to be|(?:planned|scheduled|booked|set)(?: for)?|due)"
_AT_END = re.compile(rf"[\s,]+{_ADVERBS}$|\s{_ARRANGED}$|[\s?!.,:;]+$", re.IGNORECASE)
_BEFORE = re.compile(r"\sbefore (?P<x>[\w'&.,() -]{1,60})$", re.IGNORECASE)
_INSIDE = re.compile(r"\b(?:still|currently|actually|exactly|previously|formerly|originally|initially|presently|now)\s+"
                     r"(?=[\w'])", re.IGNORECASE)
_ASIDE = re.compile(r"(?P<whose>\b(?:my|our|the|an?)|'s|s') (?:(?:current|present|new|old|previous|former|prior|"
                    r"original|initial|exact|latest|newest|most recent|actual|upcoming|next|first|last) )+"
                    r"(?!names?\b)(?=(?-i:[a-z]))", re.IGNORECASE)
_USED_TO = re.compile(r"\b(?:did (?P<s>[\w'. -]{1,40}?) used? to|used to)\b ", re.IGNORECASE)
_BEFORE_TIME = re.compile(r"[\s,]*(?:\b(?:as of|as at|back in|in|on|at|during|since|by|until|till|around|about|before|"
                          r"after|from)\b\s*)?(?:\bthe\s+)?$", re.IGNORECASE)
_SHORT_IS = re.compile(r"\b(what|who|where|when|which)(?:'s|s(?= )) ", re.IGNORECASE)
_STILL = re.compile(r"\bstill\b", re.IGNORECASE)
_NEVER = re.compile(r"[\"“”«»]|\b(?:why|or|if|because|not|how come|whether)\b|n't\b", re.IGNORECASE)
_DECLARED = re.compile(
    r"(?P<wh>what|who|where|when|which|what (?:day|date|time))\s(?P<np>.+)\s(?P<is>is|are|was|were)$", re.IGNORECASE)


def _clause(question: str, names: Sequence[str]) -> str:
    """The last sentence, without what leads to its question, and without when."""
    if len(question) > 4 * LONGEST:
        return ""
    plain = " ".join(question.replace("’", "'").split())
    spans = sentences(plain)
    text = plain[slice(*spans[-1])] if spans else ""
    if len(text) > LONGEST:
        return ""
    text, indirect = _without_leads(text)
    text = _USED_TO.sub(lambda found: f"did {found['s']} " if found["s"] else "", _SHORT_IS.sub(r"\1 is ", text))
    text = _ASIDE.sub(r"\g<whose> ", _INSIDE.sub("", _without_when(text, names)))
    declared = _DECLARED.fullmatch(text) if indirect else None
    return f"{declared['wh']} {declared['is']} {declared['np']}" if declared is not None else text


def _without_leads(text: str) -> tuple[str, bool]:
    """The text behind "Hey Mneme, can you tell me", and whether its word order is that of a statement by now."""
    indirect = False
    while (lead := _LEAD.match(text)) is not None:
        text, indirect = text[lead.end():], indirect or lead["indirect"] is not None
    return text, indirect


def _without_when(text: str, names: Sequence[str]) -> str:
    before = None
    while before != text:
        before = text
        text = _without_time(_AT_END.sub("", text), names)
    return text


def _without_time(text: str, names: Sequence[str]) -> str:
    """The text without the time that it begins or ends with ("in March 2024", "last year")."""
    found = [one for one in expressions(text, _ANY_DAY) if one.kind == "date" and one.text not in names]
    for one in found:
        start, end = one.span
        lead = _BEFORE_TIME.search(text, 0, start)
        begin = lead.start() if lead is not None else start
        if end == len(text) and begin:
            return text[:begin]
        if begin == 0 and text[end:end + 1] == ",":
            return text[end + 1:].strip()
    return text


# ------------------------------------------------------------------ patterns

_IS = r"(?:is|was|are|were|am|will be)"
_DO = r"(?:do|does|did|will|have|has)"
_S = r"(?P<s>[\w'. -]{1,50}?)"  # who does it
_P = r"(?P<p>my|our|[\w'. -]{1,50}?(?:'s|s'))"  # whose it is
_N = r"(?P<n>[\w'&. -]{1,50})"  # what it is
_X = r"(?P<x>[\w'&.,@+()/ -]{1,60})"  # an object that is told
_WHAT = r"(?:what|which|who)"
_PLACE = r"(?:city|town|village|place|part of town|area|neighbou?rhood|district)"
_WORKED_FOR = r"(?:company|firm|employer|business|organi[sz]ation)"
_SCHOOL = r"(?:university|uni|school|college)"
_DAY = r"(?:when|(?:on |at )?(?:what|which) (?:day|date|time)|what day of the week)"

_Made = tuple[str, tuple[str, ...], Wants]  # a pattern, its relations, and what is wanted
_OBJECTS: tuple[_Made, ...] = (
    (rf"where (?:(?:do|does|did|will) )?{_S} lived?s?|where {_IS} {_S} (?:living|based)|"
     rf"(?:in )?(?:what|which) {_PLACE} (?:(?:do|does|did|will) )?{_S} lived?s?(?: in)?|"
     rf"(?:in )?(?:what|which) {_PLACE} {_IS} {_S} living(?: in)?", ("lives_in",), "object"),
    (rf"where (?:(?:do|does|did|will) )?{_S} work(?:s|ed)?(?: at)?|where {_IS} {_S} (?:working|employed)|"
     rf"(?:for |at )?(?:(?:what|which) {_WORKED_FOR}|whom?) (?:(?:do|does|did|will) )?{_S} work(?:s|ed)?(?: for| at)?|"
     rf"(?:for |at )?(?:(?:what|which) {_WORKED_FOR}|whom?) {_IS} {_S} working(?: for| at)", ("works_at",), "object"),
    (rf"what (?:do|does|did) {_S} do (?:for a living|for work|professionally|as a job|for a job)|"
     rf"what {_S} does for a living|what (?:do|does|did) {_S} work as|what {_IS} {_S} working as",
     ("works_as",), "object"),
    (rf"where (?:(?:do|does|did|will) )?{_S} (?:stud(?:y|ies|ied)|go to {_SCHOOL}|goes to {_SCHOOL})|"
     rf"where {_IS} {_S} studying|(?:what|which) {_SCHOOL} (?:do|does|did|will) {_S} (?:attend|go to|study at)|"
     rf"at (?:what|which) {_SCHOOL} (?:do|does|did|will) {_S} study", ("studies_at",), "object"),
    (rf"what (?:subject )?(?:(?:do|does|did) )?{_S} (?:study|studies|studied|major in|majors in)|"
     rf"what (?:subject )?{_IS} {_S} studying", ("studies",), "object"),
    (rf"where {_IS} {_S} (?:originally )?from|where (?:do|does|did) {_S} (?:originally )?come from", ("from_place",),
     "object"),
    (rf"(?:where|in (?:what|which) (?:city|town|place|village)) (?:was|were) {_S} born|where {_S} was born|"
     rf"(?:what|which) (?:city|town|place|village) was {_S} born in", ("born_in",), "object"),
    (rf"(?:when|on (?:what|which) (?:day|date)) (?:was|were) {_S} born|when {_S} was born", ("birthday",), "object"),
    (rf"(?:what|which) (?:(?:kind|type|make|model|sort) of )?(?:car|vehicle) (?:do|does|did) {_S} (?:drive|have|own)|"
     rf"what (?:do|does|did) {_S} drive|(?:what|which) car {_IS} {_S} driving", ("drives",), "object"),
    (rf"whom? {_IS} {_S} married to|whom? (?:did|will) {_S} marry", ("married_to",), "object"),
    (rf"(?:what|which) languages? (?:(?:do|does|did|can) )?{_S} (?:speaks?|spoke|know)", ("speaks",), "list"),
    (rf"(?:what|which) (?:foods? |things )?{_IS} {_S} allergic to|what allergies (?:do|does|did) {_S} have",
     ("allergic_to",), "list"),
    (rf"(?:what|which) (?:project|projects|thing|things )?\s?{_IS} {_S} working on", ("working_on",), "list"),
    (rf"(?:what|which) (?:clubs?|groups?|teams?|societ(?:y|ies)|associations?|organi[sz]ations?|choirs?) {_IS} {_S} "
     r"(?:a )?members? of", ("member_of",), "list"),
    (rf"(?:what|which) hobb(?:y|ies) (?:do|does|did) {_S} have", ("hobby",), "list"),
    (rf"(?:what|which) (?:pets?|animals?) (?:do|does|did) {_S} have", ("pet",), "list"),
)
_VERDICTS: tuple[_Made, ...] = (
    (rf"(?:do|does|did) {_S} live in {_X}|{_IS} {_S} living in {_X}", ("lives_in",), "yes_no"),
    (rf"(?:do|does|did) {_S} work (?:at|for) {_X}|{_IS} {_S} (?:working|employed) (?:at|for|by) {_X}",
     ("works_at",), "yes_no"),
    (rf"(?:do|does|did) {_S} work as (?:an? )?{_X}|{_IS} {_S} working as (?:an? )?{_X}", ("works_as",), "yes_no"),
    (rf"(?:do|does|did) {_S} study at {_X}|{_IS} {_S} studying at {_X}", ("studies_at",), "yes_no"),
    (rf"(?:do|does|did) {_S} drive (?:an? |the )?{_X}|{_IS} {_S} driving (?:an? |the )?{_X}", ("drives",), "yes_no"),
    (rf"(?:do|does|did|can) {_S} speak {_X}", ("speaks",), "yes_no"),
    (rf"(?:do|does|did|can) {_S} play (?:the )?{_X}", ("plays",), "yes_no"),
    (rf"(?:do|does|did) {_S} (?:like|love|enjoy) {_X}", ("likes", "dislikes"), "yes_no"),
    (rf"(?:do|does|did) {_S} (?:dislike|hate) {_X}", ("dislikes", "likes"), "yes_no"),
    (rf"(?:do|does|did) {_S} (?:own|have) an? {_X}|(?:do|does|did) {_S} own (?:the )?{_X}", ("owns", "pet", "drives"),
     "yes_no"),
    (rf"{_IS} {_S} allergic to {_X}", ("allergic_to",), "yes_no"),
    (rf"{_IS} {_S} (?:an? )?(?P<x>vegetarian|vegan|pescatarian)", ("diet",), "yes_no"),
    (rf"{_IS} {_S} married to {_X}", ("married_to",), "yes_no"),
    (rf"{_IS} {_S} a member of {_X}", ("member_of",), "yes_no"),
    (rf"{_IS} {_S} from {_X}", ("from_place",), "yes_no"),
)
_STILL_VERDICTS: tuple[_Made, ...] = (
    (rf"{_IS} {_S} (?:at|with) {_X}", ("works_at", "studies_at"), "yes_no"),
    (rf"{_IS} {_S} in {_X}", ("lives_in",), "yes_no"),
)
_SUBJECTS: tuple[_Made, ...] = (
    (rf"who (?:all )?(?:live[sd]?|is living|was living) in {_X}", ("lives_in",), "subject"),
    (rf"who (?:all )?(?:work(?:s|ed)?|is working) (?:at|for) {_X}", ("works_at",), "subject"),
    (rf"who (?:studie[sd]|is studying) at {_X}", ("studies_at",), "subject"),
    (rf"who (?:speaks|can speak) {_X}", ("speaks",), "subject"),
    (rf"who (?:drives|drove) (?:an? |the )?{_X}", ("drives",), "subject"),
    (rf"who (?:plays|can play) (?:the )?{_X}", ("plays",), "subject"),
    (rf"who is allergic to {_X}", ("allergic_to",), "subject"),
    (rf"who (?:is|was) from {_X}", ("from_place",), "subject"),
    (rf"who (?:likes|loves) {_X}", ("likes",), "subject"),
    (rf"whose (?:phone |mobile |cell |telephone )?number (?:is|was) {_X}", ("phone",), "subject"),
    (rf"whose e-?mail(?: address)? (?:is|was) {_X}", ("email",), "subject"),
)


def _compiled(*tables: tuple[_Made, ...]) -> list[tuple[list[re.Pattern[str]], tuple[str, ...], Wants]]:
    """Each alternative by itself, as a name may stand for a group but once in a pattern."""
    return [([re.compile(one, re.IGNORECASE) for one in _alternatives(pattern)], relations, wants)
            for table in tables for pattern, relations, wants in table]


def _alternatives(pattern: str) -> Iterator[str]:
    depth = start = 0
    for at, c in enumerate(pattern):
        depth += (c == "(") - (c == ")")
        if c == "|" and not depth:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]


_PLAIN = _compiled(_OBJECTS, _VERDICTS, _SUBJECTS)
_WITH_STILL = _compiled(_STILL_VERDICTS)


def _any(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_POSSESSED = _any(
    rf"{_WHAT} {_IS} {_P} {_N}", rf"{_WHAT} {_IS} the {_N} of (?P<s>[\w'. -]{{1,50}})",
    rf"{_WHAT} {_IS} the names? of {_P} {_N}", rf"what {_IS} {_P} {_N} (?:called|named)",
    rf"which (?P<t>[\w ]{{1,30}}) is {_P} (?P<n>favou?rite)")
_RELATED = _any(rf"{_IS} (?P<x>[\w'. -]{{1,40}}?) {_P} {_N}")
_NUMBERED = _any(rf"{_IS} {_P} (?P<n>[^\d+(]{{1,40}}) (?P<x>\+?[\d(][\d\s()./+-]{{3,30}})")
_STANDING = _any(rf"{_IS} (?:{_P}|the) {_N} (?:on|happening|going ahead|taking place)")
_COUNTED = _any(rf"how many {_N} (?:do|does|did) {_S} (?:have|speak|own)", rf"how many {_N} {_S} (?:has|have|speaks?)")
_WHEN = _any(
    rf"{_DAY} {_IS} (?:{_P}|the) {_N}", rf"{_DAY} (?:do|does|will) {_S} (?:have|see|go to|visit) "
    rf"(?:my |the |an? |our |his |her |their ){_N}", rf"{_DAY} {_IS} {_S} (?:having|seeing|going to|visiting) "
    rf"(?:my |the |an? |our |his |her |their ){_N}")
_KEPT = _any(
    rf"where {_IS} (?:{_P}|the) {_N}", rf"where (?:do|does|did|have|has) {_S} (?:keep|kept|store[sd]?|hide|hid|put|"
    rf"leave|left|stash(?:ed)?) (?:my |the |our |his |her |their ){_N}",
    r"where (?:do|does|did) (?P<s>i|we) (?:keep|store|hide|put) (?P<n>[\w'&. -]{1,50})")
_OF_A_THING = _any(rf"what {_IS} the {_N}")


# ------------------------------------------------------------------ from a match to a query


@dataclass(frozen=True, slots=True)
class _Asking:
    text: str
    names: frozenset[str]
    of_owner: bool
    is_still: bool  # "still" was in it: Anna in Oslo may be on her way, Anna still in Oslo lives there

    def queries(self) -> Iterator[FactQuery | None]:
        """What each way of asking makes of the text; the first that makes something is meant."""
        yield from self._of_relations(_PLAIN + _WITH_STILL if self.is_still else _PLAIN)
        ways: tuple[tuple[tuple[re.Pattern[str], ...], Callable[[dict[str, str]], FactQuery | None]], ...] = (
            (_COUNTED, self._count), (_POSSESSED, self._possessed), (_WHEN, self._planned), (_KEPT, self._kept),
            (_OF_A_THING, self._thing), (_RELATED, self._related), (_NUMBERED, self._numbered),
            (_STANDING, self._standing))
        for patterns, made in ways:
            for pattern in patterns:
                if (found := pattern.fullmatch(self.text)) is not None:
                    yield made(found.groupdict(""))

    def _of_relations(self, table: Sequence[tuple[list[re.Pattern[str]], tuple[str, ...], Wants]]
                      ) -> Iterator[FactQuery | None]:
        for patterns, relations, wants in table:
            for pattern in patterns:
                if (found := pattern.fullmatch(self.text)) is not None:
                    yield self._stated(found.groupdict(), relations, wants)

    def _stated(self, found: dict[str, str | None], relations: tuple[str, ...], wants: Wants) -> FactQuery | None:
        who = self._who(found.get("s") or "")
        what = _object(found.get("x") or "")
        if (who is None and wants != "subject") or (what is None and wants in ("yes_no", "subject")):
            return None
        return FactQuery(who, relations, None, wants, what)

    def _possessed(self, found: dict[str, str]) -> FactQuery | None:
        """What is my sister's name? Who is Anna's boss? What is the address of Leo?"""
        noun = f"favourite {found['t']}" if found.get("t") else found["n"]
        of = found.get("p") or f"{found['s']}'s"
        of, noun = _chained(of, noun)
        if noun.lower() in ("name", "names", "first name") and _owner_of(of)[1]:
            of, noun = _owner_of(of)
        who, slot = self._whose(of), slot_of(noun)
        return None if who is None or slot is None else _query(who, slot)

    def _related(self, found: dict[str, str]) -> FactQuery | None:
        """Is Anna my boss?"""
        who, slot, what = self._whose(found["p"]), slot_of(found["n"]), self._who(found["x"])
        if who is None or slot is None or not slot.of_person or what is None or what == ME:
            return None
        return FactQuery(who, slot.relations, slot.topic, "yes_no", what)

    def _numbered(self, found: dict[str, str]) -> FactQuery | None:
        """Is my number 555 0199?"""
        of, noun = _chained(found["p"], found["n"])
        who, slot = self._whose(of), slot_of(noun)
        if who is None or slot is None or slot.relations != ("phone",):
            return None
        return FactQuery(who, slot.relations, None, "yes_no", found["x"].strip())

    def _standing(self, found: dict[str, str]) -> FactQuery | None:
        """Is the dentist still on?"""
        plan = self._planned(found)
        return replace(plan, wants="yes_no") if plan is not None and plan.relations == ("plan",) else None

    def _count(self, found: dict[str, str]) -> FactQuery | None:
        who, slot = self._who(found["s"]), slot_of(found["n"])
        if who is None or slot is None or slot.wants != "list":
            return None
        return FactQuery(who, slot.relations, slot.topic, "count")

    def _planned(self, found: dict[str, str]) -> FactQuery | None:
        """When is my dentist appointment? The time of a birthday is the birthday itself."""
        of, noun = _chained(found.get("p") or "", found["n"])
        who = self._whose(of) if of else self._who(found["s"]) if found.get("s") else ME
        slot, topic = slot_of(noun), topic_of(noun)
        if who is None or topic is None:
            return None
        if slot is not None and slot.relations == ("birthday",):
            return _query(who, slot) if of else None
        return FactQuery(who, ("plan",), topic, "time")

    def _kept(self, found: dict[str, str]) -> FactQuery | None:
        of, noun = _chained(found.get("p") or "", re.sub(r" (?:kept|stored|hidden)$", "", found["n"]))
        who = self._whose(of) if of else self._who(found["s"]) if found.get("s") else ME
        topic = topic_of(noun)
        if who is None or topic is None or person_of(noun) is not None:
            return None
        return FactQuery(who, ("kept_at",), topic, "object")

    def _thing(self, found: dict[str, str]) -> FactQuery | None:
        """What is the wifi password? The house's things are the owner's."""
        slot = slot_of(found["n"])
        return None if slot is None or slot.relations != ("is",) else _query(ME, slot)

    def _whose(self, words: str) -> str | None:
        return self._who({"my": "i", "our": "we"}.get(words.lower(), re.sub(r"'s?$", "", words)))

    def _who(self, words: str) -> str | None:
        """ME, a name as written, "my boss" or "Anna's sister"; None where nobody is clearly named."""
        low = words.lower()
        if low in ("i", "we"):
            return ME if self.of_owner else None
        if low.startswith(("my ", "our ")):
            return self._mine(words.split(" ")[1:]) if self.of_owner else None
        if "'s " in low:
            name, _of, kin = words.partition("'s ")
            noun = person_of(kin)
            return f"{name}'s {noun}" if noun is not None and self._is_name(name) else None
        if low in _CALLED:
            return f"my {person_of(low)}"
        return words if self._is_name(words) else None

    def _mine(self, words: list[str]) -> str | None:
        """My sister, or, where she is named, "Eva"."""
        whole, all_but_last = person_of(" ".join(words)), person_of(" ".join(words[:-1]))
        if whole is not None:
            return f"my {whole}"
        return words[-1] if all_but_last is not None and self._is_name(words[-1]) else None

    def _is_name(self, words: str) -> bool:
        parts = words.split()
        return 0 < len(parts) <= 3 and (words in self.names or all(
            part[:1].isalpha() and part.lower() not in _NO_NAME for part in parts))


_CALLED = word_set("mum mom mama dad papa grandma grandpa granny granddad mother father")
_NO_NAME = NO_NOUN - {"may"}


def _query(who: str, slot: Slot) -> FactQuery:
    return FactQuery(who, slot.relations, slot.topic, slot.wants)


def _chained(of: str, noun: str) -> tuple[str, str]:
    """Whose, and what: of "my", "sister's number" it is "my sister's", "number"."""
    found = re.fullmatch(r"(.+(?:'s|s')) (.+)", noun) if of else None
    return (f"{of} {found[1]}", found[2]) if found is not None else (of, noun)


def _owner_of(of: str) -> tuple[str, str]:
    """Whose, and what: "my sister's" is "my", "sister"; "Anna's dog's" is "Anna's", "dog". ("", "") where it is one."""
    parts = re.fullmatch(r"(?P<p>my|our|.+?'s) (?P<n>.+?)(?:'s|')", of, re.IGNORECASE)
    return (parts["p"], parts["n"]) if parts is not None else ("", "")


def _object(words: str) -> str | None:
    """What is asked about: short, and neither a pronoun nor more than one thing."""
    plain = words.strip(" .,")
    parts = plain.lower().split()
    if not 0 < len(parts) <= 5 or parts[0] in NO_NOUN - {"the", "a", "an", "to", "my"}:
        return None
    return None if set(parts) & _NO_OBJECT else plain


_NO_OBJECT = word_set("and or than when while that which who it there them this i we you before after")
