"""Which fact a question asks for: whose, of which relation, and what of it; none where that is not clear."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from mneme.expressions import expression
from mneme.memory.facts.nouns import KINDS, NO_NOUN, Slot, person_of, slot_of, topic_of
from mneme.memory.facts.people import KIN_WORDS, PET_WORDS, TIES
from mneme.memory.facts.statements import ME
from mneme.memory.facts.words import DIETS, EVENTS, GROUPS
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
    did ("before Acme") is meant. `kind`: its object is one of KINDS. `said_with`: one of these stands in what tells it
    ("work" of a work number), `said_without`: none of these does. `former`: what is over is asked for ("did I quit").
    """

    subject: str | None
    relations: tuple[str, ...]
    topic: str | None
    wants: Wants
    object: str | None = None
    before: str | None = None
    kind: str = ""
    said_with: tuple[str, ...] = ()
    said_without: tuple[str, ...] = ()
    former: bool = False


def asked_facts(question: str, *, names: Sequence[str], of_owner: bool) -> FactQuery | None:
    """The fact that `question` asks for; None where it asks for anything else, or not clearly for one fact.

    `names` are the proper names in it, `of_owner` tells whether "I" and "my" are its owner's. When is meant (now,
    before, in March) is left to the caller, so all those ask alike: "Where did I work before?", "Where do I work?".
    English. Linear time; any string.
    """
    text = _clause(question, names)
    asking = _Asking(text, frozenset(names), of_owner, bool(_STILL.search(question)), _is_lasting(question))
    if text and (chosen := asking.chosen()) is not None:
        return chosen
    if not text or _NEVER.search(text):
        return None
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
_LEAD = expression(
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
_AT_END = expression(rf"[\s,]+{_ADVERBS}$|\s{_ARRANGED}$|[\s?!.,:;]+$", re.IGNORECASE)
_BEFORE = expression(r"\sbefore (?P<x>[\w'&.,() -]{1,60})$", re.IGNORECASE)
_INSIDE = expression(r"\b(?:still|currently|actually|exactly|previously|formerly|originally|initially|presently|now)\s+"
                     r"(?=[\w'])", re.IGNORECASE)
_ASIDE = expression(r"(?P<whose>\b(?:my|our|the|an?)|'s|s') (?:(?:current|present|new|old|previous|former|prior|"
                    r"original|initial|exact|latest|newest|most recent|actual|upcoming|next|first|last) )+"
                    r"(?!names?\b)(?=(?-i:[a-z]))", re.IGNORECASE)
_USED_TO = expression(r"\b(?:did (?P<s>[\w'. -]{1,40}?) used? to|used to)\b ", re.IGNORECASE)
_BEFORE_TIME = expression(r"[\s,]*(?:\b(?:as of|as at|back in|in|on|at|during|since|by|until|till|around|about|before|"
                          r"after|from)\b\s*)?(?:\bthe\s+)?$", re.IGNORECASE)
_CANNOT = expression(r"\b(?:can't|cannot|can not) (?P<s>[\w'. -]{1,40}? )?(?:stand|bear|stomach|abide)\b",
                     re.IGNORECASE)
_SHORT_IS = expression(r"\b(what|who|where|when|which)(?:'s|s(?= )) ", re.IGNORECASE)
_STILL = expression(r"\bstill\b", re.IGNORECASE)
_NEVER = expression(r"[\"“”«»]|\b(?:why|or|if|because|not|how come|whether)\b|n't\b", re.IGNORECASE)
_HABIT = expression(r"\b(?:used? to|as of|back then|in those days|before|originally|formerly|previously|at first)\b|"
                    r"\b(?:do|does|am|is|are|can't|cannot)\b", re.IGNORECASE)
_DECLARED = expression(
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
    text = _CANNOT.sub(lambda found: f"do {found['s']}hate" if found["s"] else "hate", text)
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


def _is_lasting(question: str) -> bool:
    """Whether what somebody did is asked for as a habit: "used to", "as of March"; else it may have been once."""
    return bool(_HABIT.search(question))


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
_N_SHORT = r"(?P<n>[\w'& -]{1,50}?)"
_X = r"(?P<x>[\w'&.,@+()/ -]{1,60})"  # an object that is told
_WHAT = r"(?:what|which|who)"
_PLACE = r"(?:city|town|village|place|part of town|area|neighbou?rhood|district)"
_WORKED_FOR = (r"(?:company|firm|employer|business|organi[sz]ation|place|hospital|restaurant|airline|bank|hotel|bakery|"
               r"caf[ée]|shop|store|agency|clinic|newspaper|magazine|studio|lab|laboratory|library|museum|factory|"
               r"ministry|charity|start-?up|practice|surgery|pharmacy|theatre|theater|brewery|farm|council|school)")
_SCHOOL = r"(?:university|uni|school|college)"
_DAY = r"(?:when|(?:on |at |for )?(?:what|which) (?:day|date|time|weekday)|what day of the week)"
_HOME = r"(?:home|house|flat|apartment|place)"

_Made = tuple[str, tuple[str, ...], Wants]  # a pattern, its relations, and what is wanted
_OBJECTS: tuple[_Made, ...] = (
    (rf"where (?:(?:do|does|did|will) )?{_S} lived?s?|where {_IS} {_S} (?:living|based)|"
     rf"(?:in )?(?:what|which) {_PLACE} (?:(?:do|does|did|will) )?{_S} lived?s?(?: in)?|"
     rf"(?:in )?(?:what|which) {_PLACE} {_IS} {_S} (?:living|based)(?: in)?|where (?:do|does|did) {_S} (?:reside|"
     rf"call home|move to)|(?:in )?(?:what|which) {_PLACE} (?:do|does|did) {_S} (?:move to|call home)|"
     rf"where {_IS} {_P} {_HOME}|in (?:what|which) {_PLACE} {_IS} {_P} {_HOME}|where is home for {_S}",
     ("lives_in",), "object"),
    (rf"on (?:what|which) (?:street|road) (?:do|does|did) {_S} live|"
     rf"(?:what|which) (?:street|road) (?:do|does|did) {_S} live (?:on|in)|"
     rf"(?:what|which) (?:street|road) {_IS} {_S} living (?:on|in)|what address (?:do|does|did) {_S} "
     r"(?:have|live at)", ("address",), "object"),
    (rf"where (?:(?:do|does|did|will) )?{_S} work(?:s|ed)?(?: at)?|where {_IS} {_S} (?:working|employed)|"
     rf"(?:for |at )?(?:(?:what|which) {_WORKED_FOR}|whom?) (?:(?:do|does|did|will) )?{_S} work(?:s|ed)?(?: for| at)?|"
     rf"(?:for |at )?(?:(?:what|which) {_WORKED_FOR}|whom?) {_IS} {_S} working(?: for| at)|"
     rf"(?:by )?(?:(?:what|which) {_WORKED_FOR}|whom?) {_IS} {_S} employed(?: by| at| with)?|"
     rf"(?:what|which) (?:company|firm|organi[sz]ation|employer) {_IS} {_S} (?:at|with)|who employ(?:s|ed) {_S}|"
     rf"where (?:do|does|did) {_S} have (?:an? |my |his |her )?job", ("works_at",), "object"),
    (rf"what (?:do|does|did) {_S} do (?:for a living|for work|professionally|as a job|for a job)|"
     rf"what {_S} does for a living|what (?:do|does|did) {_S} work as|what {_IS} {_S} working as|"
     rf"(?:what|which) (?:kind of |sort of |type of )?(?:job|work|occupation|profession) (?:do|does|did) {_S} "
     rf"(?:do|have|work in)|what line of work {_IS} {_S} in|what {_IS} {_S} by (?:profession|trade)|"
     rf"how (?:do|does|did) {_S} (?:earn|make) (?:a|my|his|her|their|our) (?:living|money)|"
     rf"what (?:position|role|job title) (?:do|does|did) {_S} (?:have|hold)",
     ("works_as",), "object"),
    (rf"where (?:(?:do|does|did|will) )?{_S} (?:stud(?:y|ies|ied)|go to {_SCHOOL}|goes to {_SCHOOL})|"
     rf"where {_IS} {_S} studying|(?:what|which) {_SCHOOL} (?:do|does|did|will) {_S} (?:attend|go to|study at)|"
     rf"at (?:what|which) {_SCHOOL} (?:do|does|did|will) {_S} study|(?:what|which) {_SCHOOL} {_IS} {_S} "
     rf"(?:at|studying at|going to|attending|enrolled at)|at (?:what|which) {_SCHOOL} {_IS} {_S}(?: studying)?|"
     rf"where (?:do|does|did) {_S} graduate(?: from)?|(?:what|which) {_SCHOOL} (?:do|does|did) {_S} graduate from|"
     rf"where {_IS} {_S} (?:enrolled|at {_SCHOOL})", ("studies_at",), "object"),
    (rf"what (?:subject |course |degree )?(?:(?:do|does|did) )?{_S} (?:study|studies|studied|major in|majors in)|"
     rf"(?:what|which) subject (?:do|does|did) {_S} study|"
     rf"(?:what|which) (?:subject |course |degree )?{_IS} {_S} (?:studying|majoring in)", ("studies",), "object"),
    (rf"where {_IS} {_S} (?:originally )?from|where (?:do|does|did) {_S} (?:originally )?come from", ("from_place",),
     "object"),
    (rf"(?:what|which) (?:city|town|place|village|country) {_IS} {_S} from|"
     rf"(?:what|which) (?:city|town|place|village|country) (?:do|does|did) {_S} come from", ("from_place",), "object"),
    (rf"(?:where|in (?:what|which) (?:city|town|place|village)) (?:was|were) {_S} born|where {_S} was born|"
     rf"(?:what|which) (?:city|town|place|village) was {_S} born in", ("born_in",), "object"),
    (rf"(?:when|on (?:what|which) (?:day|date)) (?:was|were) {_S} born|when {_S} was born", ("birthday",), "object"),
    (rf"(?:what|which) (?:(?:kind|type|make|model|sort) of )?(?:car|vehicle) (?:do|does|did) {_S} (?:drive|have|own)|"
     rf"what (?:do|does|did) {_S} drive|(?:what|which) car {_IS} {_S} driving", ("drives",), "object"),
    (rf"whom? {_IS} {_S} married to|whom? (?:did|will) {_S} marry|(?:to )?whom? (?:is|was) {_S} married",
     ("married_to",), "object"),
    (rf"whom? {_IS} {_S} (?:dating|seeing|going out with|together with|in a relationship with)|"
     rf"whom? (?:do|does|did) {_S} date", ("partner", "married_to"), "object"),
    (rf"whom? (?:do|does|did) {_S} report to|who (?:manages|managed|supervises|supervised) {_S}", ("boss",), "object"),
    (rf"(?:what|which) (?:kind of )?diet {_IS} {_S} on|(?:what|which) (?:kind of )?diet (?:do|does|did) {_S} "
     r"(?:follow|have|keep to)", ("diet",), "object"),
    (rf"how (?:do|can|could|should) (?:i|we) (?:reach|call|contact|phone|ring|text|get hold of|get in touch with) {_S}|"
     rf"(?:at |on |under )?(?:what|which) number (?:do|can|should) i (?:call|dial|reach|ring|use for) {_S}"
     rf"(?: at| on| under)?|how can {_S} be reached|(?:at |on |under )?(?:what|which) number is {_S} reachable",
     ("phone", "email"), "object"),
    (rf"how (?:do|can|should) (?:i|we) (?:e-?mail|write to|mail) {_S}", ("email",), "object"),
    (rf"(?:what|which) languages? (?:(?:do|does|did|can) )?{_S} (?:speaks?|spoke|know)|"
     rf"(?:what|which) languages? {_IS} {_S} fluent in", ("speaks",), "list"),
    (rf"(?:what|which) (?:foods? |things )?{_IS} {_S} allergic to|what allergies (?:do|does|did) {_S} have",
     ("allergic_to",), "list"),
    (rf"(?:what|which) (?:project|projects|thing|things )?\s?{_IS} {_S} working on", ("working_on",), "list"),
    (rf"(?:what|which) (?:clubs?|groups?|teams?|societ(?:y|ies)|associations?|organi[sz]ations?|choirs?) {_IS} {_S} "
     r"(?:a )?members? of", ("member_of",), "list"),
    (rf"(?:what|which) hobb(?:y|ies) (?:do|does|did) {_S} have|what (?:do|does|did) {_S} do (?:for fun|in "
     rf"(?:my|his|her|their|our) (?:free|spare) time)|what {_IS} {_P} (?:interests|pastimes?)", ("hobby",), "list"),
    (rf"what (?:do|does|did) {_S} (?:hate|dislike|detest|loathe)(?: most| the most)?", ("dislikes",), "list"),
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
    (rf"{_IS} {_S} (?:an? |on an? )?(?P<x>{DIETS})(?: diet)?", ("diet",), "yes_no"),
    (rf"{_IS} {_S} (?P<x>engaged|married|single|divorced|widowed|separated)", ("status", "married_to", "partner"),
     "yes_no"),
    (rf"(?:do|does) {_S} (?:drink|eat) (?P<x>(?!lunch\b|dinner\b|breakfast\b|out\b|at\b|well\b|enough\b|a lot\b)"
     r"[\w'& -]{1,40})", ("likes", "dislikes", "diet"), "yes_no"),
    (rf"(?:do|does) {_S} use (?P<x>(?-i:[A-Z])[\w.& -]{{0,40}})", ("uses",), "yes_no"),
    (rf"(?:do|does) {_S} (?:do|practi[sc]e) (?P<x>(?!it\b|this\b|that\b|well\b|enough\b|anything\b|"
     r"something\b|the\b|my\b|a\b)[a-z-]{3,20}(?: [a-z-]{3,20})?)", ("hobby", "plays", "likes"), "yes_no"),
    (rf"(?:do|does) {_S} belong to (?:the |an? )?{_X}", ("member_of",), "yes_no"),
    (rf"{_IS} {_S} married to {_X}", ("married_to",), "yes_no"),
    (rf"{_IS} {_S} a member of {_X}", ("member_of",), "yes_no"),
    (rf"{_IS} {_S} (?:in|on) (?P<x>(?:the |an? |my |our )?[\w'& -]{{0,40}}(?:{GROUPS}))", ("member_of",), "yes_no"),
    (rf"{_IS} {_S} from {_X}", ("from_place",), "yes_no"),
)
_STILL_VERDICTS: tuple[_Made, ...] = (
    (rf"(?:do|does) {_S} have (?:the|my|our|his|her|their|that) {_X}", ("owns", "pet", "drives"), "yes_no"),
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
    (rf"who is (?:an? )?(?P<x>{DIETS})", ("diet",), "subject"),
    (rf"who is married to {_X}", ("married_to",), "subject"),
    (rf"who (?:has|owns|had|owned) an? {_X}", ("owns", "pet", "drives"), "subject"),
    (rf"whose (?:{PET_WORDS}) is (?:called |named )?{_X}", ("pet",), "subject"),
    (rf"who (?:hates|dislikes) {_X}", ("dislikes",), "subject"),
    (rf"who is (?:a )?member of {_X}", ("member_of",), "subject"),
    (rf"who (?:is|was) from {_X}", ("from_place",), "subject"),
    (rf"who (?:likes|loves) {_X}", ("likes",), "subject"),
    (rf"whose (?:phone |mobile |cell |telephone )?number (?:is|was) {_X}", ("phone",), "subject"),
    (rf"whose e-?mail(?: address)? (?:is|was) {_X}", ("email",), "subject"),
)


def _compiled(*tables: tuple[_Made, ...]) -> list[tuple[list[re.Pattern[str]], tuple[str, ...], Wants]]:
    """Each alternative by itself, as a name may stand for a group but once in a pattern."""
    return [([expression(one, re.IGNORECASE) for one in _alternatives(pattern)], relations, wants)
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
    return tuple(expression(one, re.IGNORECASE) for pattern in patterns for one in _alternatives(pattern))


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
_OF_A_THING = _any(rf"(?:what|who) {_IS} the {_N_SHORT}(?: called)?")
_BARE_WHEN = _any(rf"{_DAY} {_IS} (?P<n>[\w'& -]{{0,40}}?(?:{EVENTS}))",
                  rf"{_DAY} (?:do|does|did|will) (?:{_P}|the) {_N} (?:start|begin|take place|happen|kick off|meet)",
                  rf"{_DAY} {_IS} (?:{_P}|the) {_N} (?:supposed|meant|going) to (?:start|begin|take place|happen|meet)",
                  rf"{_DAY} {_IS} (?:{_P}|the) {_N} (?:to be|to (?:start|begin|take place|happen|meet)|starting|"
                  r"taking place|happening)")
_CALLED_OFF = _any(rf"(?:{_IS}|has|have) (?:{_P}|the) {_N_SHORT}(?: been)? (?:cancell?ed|called off|off|postponed|"
                   r"moved|rescheduled)")
_TRAVELS = _any(rf"{_DAY} (?:do|does|will) {_S} (?:fly|travel|go|leave|drive)(?: out| over| back)? (?:to|for) "
                r"(?P<x>(?-i:[A-Z])[\w' -]{1,40})",
                rf"{_DAY} {_IS} {_S} (?:flying|travell?ing|going|leaving|driving|off)(?: out| over| back)? (?:to|for) "
                r"(?P<x>(?-i:[A-Z])[\w' -]{1,40})")
_BEGINS = _any(rf"{_DAY} (?:do|will) (?P<s>i|we) (?P<v>move) (?:house )?(?:back )?to {_X}",
               rf"{_DAY} (?:am|are) (?P<s>i|we) (?P<v>moving) (?:house )?(?:back )?to {_X}",
               rf"{_DAY} (?:do|will) (?P<s>i|we) (?P<v>start)(?: work| working)? (?:at|with) {_X}",
               rf"{_DAY} (?:am|are) (?P<s>i|we) (?P<v>starting|joining)(?: work| working)? (?:at |with )?{_X}",
               rf"{_DAY} (?:do|will) (?P<s>i|we) (?P<v>join) {_X}")
_COMES = _any(rf"{_DAY} {_IS} {_S} (?:coming|visiting|arriving)(?: over| to visit| to stay| home| here)?",
              rf"{_DAY} (?:do|does|will) {_S} (?:come|visit|arrive)(?: over| to visit| to stay| home| here)?")
_FOUND_AT = _any(rf"where (?:can|could|do|will) i find (?:{_P}|the) {_N}",
                 r"(?:in|on|under|behind) (?:what|which) (?:drawer|cupboard|box|shelf|room|cabinet|place|bag|folder) "
                 rf"{_IS} (?:{_P}|the) {_N}",
                 rf"(?:in|on|under) (?:what|which) (?:drawer|cupboard|box|shelf|room|cabinet|place|bag|folder) "
                 rf"(?:do|does|did) {_S} keep (?:my |the |our |his |her |their ){_N}")
_HAD = _any(rf"{_WHAT} {_N} (?:do|does|did) {_S} (?:have|use|wear|take|go to|see)")
_WITH = _any(rf"{_WHAT} {_N} {_IS} {_S} (?:with|at|in|on)")
_BEST = _any(rf"{_WHAT} {_N} (?:do|does|did) {_S} (?:prefer|(?:like|love|enjoy) (?:the )?(?:most|best))"
             r"(?: (?:on|in|at|for) [\w ]{1,30})?")
_OF_KIND = _any(
    rf"{_WHAT} (?:(?:kind|kinds|sort|sorts|type|types|style) of )?(?P<k>{'|'.join(KINDS)})s? "
    rf"(?:do|does|did|can) {_S} (?P<v>play|like|love|enjoy|do|hate|dislike|drink|listen to|prefer)",
    rf"{_WHAT} (?P<k>instrument|sport)s? {_IS} {_S} (?P<v>learning|playing|into)",
    rf"what (?:do|does|did) {_S} (?P<v>drink)(?: in the (?:morning|evening)| every (?:day|morning)| most)?")
_IN_GROUP = _any(rf"(?:in |for |to |with )?{_WHAT} (?P<n>{GROUPS})s? (?:do|does|did) {_S} "
                 r"(?:belong to|sing in|sing with|play in|play for|play with|sing|play|go to)",
                 rf"(?:in )?{_WHAT} (?P<n>{GROUPS})s? {_IS} {_S} (?:in|on|with|part of|a member of)")
_ROLE_AT = _any(rf"what {_IS} {_P} (?P<n>role|position|job|job title|title) (?:at|with|in) (?P<x>[\w'& -]{{1,40}})",
                rf"what (?:do|does|did) {_S} do (?:at|for) (?P<x>(?-i:[A-Z])[\w'& -]{{1,40}})",
                rf"what (?:do|does|did) {_S} work as (?:at|for|in) (?P<x>[\w'& -]{{1,40}})")
_ENGAGED = _any(rf"(?:to )?whom? {_IS} {_S} engaged(?: to)?")
_RAISED = _any(rf"where (?:did|do|does) {_S} grow up(?: in)?",
               rf"(?:in )?{_WHAT} {_PLACE} (?:did|do|does) {_S} grow up(?: in)?",
               rf"where (?:was|were) {_S} raised")
_GAVE_UP = _any(r"(?:did|have|has) (?P<s>i|we) (?:already )?(?:quit|leave|left|give up|given up|stop|stopped|drop|"
                r"dropped)(?: (?:at|from|eating|drinking|playing|working at|working for|my job at|the job at))? "
                r"(?P<x>[\w'&. -]{1,40})")
_LEFT = _any(rf"(?:what|which) {_WORKED_FOR} did (?P<s>i|we) (?:leave|quit)", r"where did (?P<s>i|we) move from",
             rf"(?:what|which) {_PLACE} did (?P<s>i|we) (?:move from|leave|move away from)")
_WHOSE = _any(rf"whose (?P<n>{KIN_WORDS}) (?:is|was) (?:called |named )?{_X}")
_TALL = _any(rf"how (?P<k>tall) {_IS} {_S}", rf"how much (?:do|does|did) {_S} (?P<k>weigh)",
             rf"(?:what|which) size (?P<k>shoes?) (?:do|does|did) {_S} (?:wear|take|have|need)",
             rf"(?:what|which) (?P<k>shoe) size {_IS} {_S}")
_CHOICE = expression(
    rf"(?:is|was|am|are|were) (?P<s>[\w'. -]{{1,50}}?) (?:an? )?(?P<a>{DIETS}|married|single|engaged|divorced) or "
    rf"(?:an? )?(?P<b>{DIETS}|married|single|engaged|divorced)|"
    r"(?:do|does|did) (?P<s2>[\w'. -]{1,50}?) (?P<v>live|work|study) (?:in|at|for) "
    r"(?:the )?(?-i:[A-Z])[\w'& -]{1,30} or (?:in |at |for )?(?:the )?(?-i:[A-Z])[\w'& -]{1,30}", re.IGNORECASE)
_CHOSEN = {"live": "lives_in", "work": "works_at", "study": "studies_at"}


# ------------------------------------------------------------------ from a match to a query


@dataclass(frozen=True, slots=True)
class _Asking:
    text: str
    names: frozenset[str]
    of_owner: bool
    is_still: bool  # "still" was in it: Anna in Oslo may be on her way, Anna still in Oslo lives there
    is_lasting: bool = True  # not what was done once

    def queries(self) -> Iterator[FactQuery | None]:
        """What each way of asking makes of the text; the first that makes something is meant."""
        yield from self._of_relations(_PLAIN + _WITH_STILL if self.is_still else _PLAIN)
        ways: tuple[tuple[tuple[re.Pattern[str], ...], Callable[[dict[str, str]], FactQuery | None]], ...] = (
            (_COUNTED, self._count), (_POSSESSED, self._possessed), (_WHEN, self._planned), (_KEPT, self._kept),
            (_OF_A_THING, self._thing), (_RELATED, self._related), (_NUMBERED, self._numbered),
            (_STANDING, self._standing), (_BARE_WHEN, self._planned), (_CALLED_OFF, self._planned),
            (_TRAVELS, self._travels), (_BEGINS, self._begins), (_COMES, self._comes),
            (_FOUND_AT, self._kept), (_BEST, self._best),
            (_OF_KIND, self._of_kind), (_IN_GROUP, self._in_group), (_HAD, self._had), (_WITH, self._had),
            (_ROLE_AT, self._role_at),
            (_ENGAGED, self._engaged), (_RAISED, self._raised), (_GAVE_UP, self._gave_up), (_LEFT, self._left),
            (_WHOSE, self._kin_of), (_TALL, self._tall))
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
        who = self._who(found.get("s") or "") or self._whose(found.get("p") or "")
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
        if of.lower().startswith("the ") and noun.lower() == "name" and self._whose(of):
            return _query(ME, slot) if (slot := slot_of(re.sub(r"'s?$", "", of[4:]))) is not None else None
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
        if _GROUP_S.fullmatch(of) and noun != "birthday":  # "the parents' evening"
            of, noun = "", f"{of.removeprefix('the ')} {noun}"
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
        return None if slot is None or slot.relations not in (("is",), ("contact_for",)) else _query(ME, slot)

    def chosen(self) -> FactQuery | None:
        """Is Kim vegetarian or vegan? Does Anna live in Oslo or Bergen?"""
        found = _CHOICE.fullmatch(self.text)
        who = None if found is None else self._who(found["s"] or found["s2"])
        if found is None or who is None:
            return None
        if found["v"]:
            return FactQuery(who, (_CHOSEN[found["v"].lower()],), None, "object")
        is_diet = [re.fullmatch(DIETS, found[one], re.IGNORECASE) is not None for one in "ab"]
        return FactQuery(who, ("diet",) if all(is_diet) else ("status",), None, "object") if len(set(is_diet)) == 1 \
            else None

    def _travels(self, found: dict[str, str]) -> FactQuery | None:
        """When do I fly to Recife?"""
        who, topic = self._who(found["s"]), topic_of(found["x"])
        return None if who is None or topic is None else FactQuery(who, ("plan",), topic, "time")

    def _begins(self, found: dict[str, str]) -> FactQuery | None:
        """When do I move to Geneva? When do I start at Acme? What is planned has its time."""
        what = _object(found["x"])
        if what is None or self._who(found["s"]) is None:
            return None
        relation = "lives_in" if found["v"].lower().startswith("mov") else "works_at"
        return FactQuery(ME, (relation,), None, "time", what)

    def _comes(self, found: dict[str, str]) -> FactQuery | None:
        """When is Aunt Efua coming?"""
        who = self._who(found["s"])
        return None if who in (None, ME) else FactQuery(who, ("plan",), None, "time", said_with=_COMING)

    def _best(self, found: dict[str, str]) -> FactQuery | None:
        """Which colour do I like best?"""
        who, slot = self._who(found["s"]), slot_of(f"favourite {found['n']}")
        return None if who is None or slot is None else _query(who, slot)

    def _of_kind(self, found: dict[str, str]) -> FactQuery | None:
        """Which instrument do I play? What kind of music does Anna like?"""
        who, verb = self._who(found["s"]), found["v"].lower()
        kind = found.get("k", "").lower() or "drink"
        if who is None or not self.is_lasting or (found.get("k") is None and verb != "drink"):
            return None
        if verb in ("hate", "dislike"):
            return FactQuery(who, ("dislikes",), None, "list", kind=kind)
        relations = {"instrument": ("plays",), "sport": ("plays", "hobby", "likes")}.get(kind, ("likes",))
        return FactQuery(who, relations, None, "list", kind=kind)

    def _in_group(self, found: dict[str, str]) -> FactQuery | None:
        """Which choir do I sing in?"""
        who, noun = self._who(found["s"]), found["n"].lower()
        if who is None:
            return None
        if noun == "gym":
            return FactQuery(who, ("is", "member_of"), noun, "object", said_with=(noun,))
        return FactQuery(who, ("member_of",), None, "list", said_with=(noun,))

    def _had(self, found: dict[str, str]) -> FactQuery | None:
        """Which blood type do I have? Which dentist do I go to?"""
        who, slot = self._who(found["s"]), slot_of(found["n"])
        fits = slot is not None and slot.relations[0] in ("is", "phone", "email", "contact_for", "boss")
        return None if who is None or slot is None or not fits else _query(who, slot)

    def _role_at(self, found: dict[str, str]) -> FactQuery | None:
        """What was my role at the restaurant?"""
        who = self._whose(found["p"]) if found.get("p") else self._who(found["s"])
        words = _object(found["x"])
        if who is None or words is None:
            return None
        return FactQuery(who, ("works_as",), None, "object", said_with=(words.split(" ")[-1].lower(),))

    def _engaged(self, found: dict[str, str]) -> FactQuery | None:
        who = self._who(found["s"])
        return None if who is None else FactQuery(who, ("partner",), None, "object",
                                                  said_with=("engag", "fianc", "propos"))

    def _raised(self, found: dict[str, str]) -> FactQuery | None:
        who = self._who(found["s"])
        return None if who is None else FactQuery(who, ("from_place", "born_in"), None, "object",
                                                  said_with=("grew up", "grow up", "grown up", "raised", "growing up"))

    def _gave_up(self, found: dict[str, str]) -> FactQuery | None:
        """Did I quit Acme? Did I give up sugar? Others say no more than yes to it, so that it is of the owner alone."""
        what = _object(found["x"])
        if self._who(found["s"]) is None or what is None:
            return None
        return FactQuery(ME, ("works_at", "likes", "hobby", "plays", "member_of", "diet", "studies_at", "uses"), None,
                         "yes_no", what, former=True)

    def _left(self, found: dict[str, str]) -> FactQuery | None:
        """Where did I move from?"""
        is_work = re.search(r"\b(?:leave|quit)$", self.text, re.IGNORECASE) and not re.search(
            rf"^(?:what|which) {_PLACE}\b", self.text, re.IGNORECASE)
        relation = "works_at" if is_work else "lives_in"
        return FactQuery(ME, (relation,), None, "object", former=True) if self.of_owner else None

    def _kin_of(self, found: dict[str, str]) -> FactQuery | None:
        """Whose sister is Eva?"""
        slot, what = slot_of(found["n"]), _object(found["x"])
        return None if slot is None or what is None else FactQuery(None, slot.relations, slot.topic, "subject", what)

    def _tall(self, found: dict[str, str]) -> FactQuery | None:
        who = self._who(found["s"])
        topic = {"tall": "height", "weigh": "weight"}.get(found["k"].lower(), "shoe size")
        return None if who is None else FactQuery(who, ("is",), topic, "object")

    def _whose(self, words: str) -> str | None:
        return self._who({"my": "i", "our": "we"}.get(words.lower(), re.sub(r"'s?$", "", words)))

    def _who(self, words: str) -> str | None:
        """ME, a name as written, "my boss" or "Anna's sister"; None where nobody is clearly named."""
        low = words.lower()
        if low in ("i", "we", "me", "us"):
            return ME if self.of_owner else None
        if low.startswith("the "):
            return f"my {person_of(low[4:])}" if TIES.get(low[4:], ("",))[0] in ("contact_for", "boss") else None
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
        of, _of, kin = " ".join(words).partition("'s ")
        if kin and person_of(of) is not None and person_of(kin) is not None:
            return f"my {person_of(of)}'s {person_of(kin)}"
        return words[-1] if all_but_last is not None and self._is_name(words[-1]) else None

    def _is_name(self, words: str) -> bool:
        parts = words.split()
        return 0 < len(parts) <= 3 and (words in self.names or all(
            part[:1].isalpha() and part.lower() not in _NO_NAME for part in parts))


_GROUP_S = expression(r"(?:the )?(?!my\b|our\b)[a-z]+s'")
_COMING = ("coming", "comes", "visit", "arriv", "come")
_CALLED = word_set("mum mom mama dad papa grandma grandpa granny granddad mother father")
_NO_NAME = NO_NOUN - {"may"}


def _query(who: str, slot: Slot) -> FactQuery:
    return FactQuery(who, slot.relations, slot.topic, slot.wants, said_with=slot.said_with,
                     said_without=slot.said_without)


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
