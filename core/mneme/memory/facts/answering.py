"""Answers that lean on their question: "Porto" to "Where do you live?", "no, quit in May" to "still at Acme?"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from mneme.expressions import expression
from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.completing import Edit
from mneme.memory.facts.context import Context
from mneme.memory.facts.fragments import fitting
from mneme.memory.facts.questioning import ANSWERER, ASKER, Question, asked
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.statements import ME
from mneme.memory.facts.timing import moment_of, time_phrases
from mneme.memory.facts.wanted import FactQuery
from mneme.memory.sentences import sentences
from mneme.types import Moment, Span


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be filled in for an answer to be read as a sentence, and what it tells in other words than its own."""

    edits: tuple[Edit, ...] = ()
    drafts: tuple[tuple[Draft, Span], ...] = ()


NO_ANSWER = Answer()


def answer(text: str, context: Context) -> Answer:
    """What the first words of `text` answer to a question that was asked right before; nothing if there is none."""
    spans = sentences(text)[:2]
    question = asked(context) if spans else None
    if question is None or text[spans[0][0]:spans[0][1]].rstrip().endswith("?"):
        return NO_ANSWER
    if question.query.wants == "yes_no":
        return _verdict(text, spans, question, context)
    return Answer(tuple(_completing(text, spans[0], question.query, context)))


# ------------------------------------------------------------------ a few words as the object of what was asked

_FILLER = expression(
    r"(?:(?:oh|ah|um+|uh|well|hm+|ha(?:ha)*|lol|ok|okay|sure|yes|yeah|yep|btw|so|right|currently|actually|just|"
    r"now|still|"
    r"it's|it is|that's|that is|that would be|mine is|mine's|it'd be|hey|sorry(?! for)|"
    r"of course)(?:[\s,.!:…–—-]+|$))+", re.IGNORECASE)
# how an answer is said in full, of who answers and of others: {p} "my", "Anna's"; {s} "Anna"; {t} the topic
_FRAMES: dict[str, tuple[str, str]] = {
    "lives_in": ("I live in ", "{s} lives in "), "works_at": ("I work at ", "{s} works at "),
    "works_as": ("I work as ", "{s} works as "), "studies_at": ("I study at ", "{s} studies at "),
    "studies": ("I study ", "{s} studies "), "from_place": ("I'm from ", "{s} is from "),
    "born_in": ("I was born in ", "{s} was born in "), "drives": ("I drive ", "{s} drives "),
    "married_to": ("I'm married to ", "{s} is married to "), "speaks": ("I speak ", "{s} speaks "),
    "allergic_to": ("I'm allergic to ", "{s} is allergic to "), "plays": ("I play ", "{s} plays "),
    "working_on": ("I'm working on ", "{s} is working on "), "age": ("I'm ", "{s} is "),
    "member_of": ("I'm a member of ", "{s} is a member of ")} | {
    relation: (words, words) for relation, words in (
        ("phone", "{p} number is "), ("email", "{p} email is "), ("address", "{p} address is "),
        ("birthday", "{p} birthday is "), ("name", "{p} name is "), ("boss", "{p} boss is "),
        ("contact_for", "{p} {t} is "), ("favourite", "{p} favourite {t} is "), ("pet", "{p} {t} is called "),
        ("child", "{p} {t} is called "), ("sibling", "{p} {t} is called "), ("parent", "{p} {t} is called "),
        ("relative", "{p} {t} is called "), ("partner", "{p} partner is called "), ("is", "{p} {t} is "),
        ("kept_at", "{p} {t} is "), ("plan", "{p} {t} is "), ("hobby", "{p} hobby is "))}
_BEING = expression(r"(?:i'm|i am|we're|she's|he's|they're)(?: now| already| back)* (?=(?:in|at|with) )", re.IGNORECASE)
_SEVERAL = ("child", "sibling", "pet")
_JOINT = expression(r"\s*(?:,\s*(?:and\s+)?|\s(?:and|&)\s+)(?=[A-Z])")
_HEDGE = expression(r" (?=(?:i think|i guess|i believe|probably|afaik)\b)", re.IGNORECASE)


def _completing(text: str, span: Span, query: FactQuery, context: Context) -> Iterator[Edit]:
    """The rest of the sentence that the question has begun, put before the words that answer it."""
    relation = query.relations[0]
    frame = _frame(query, relation)
    filler = _FILLER.match(text, *span)
    start = filler.end() if filler is not None else span[0]
    being = _BEING.match(text, start, span[1]) if relation in ("lives_in", "works_at", "studies_at") else None
    start = being.end() if being is not None else start
    found = None if frame is None or start >= span[1] else fitting(
        text, start, span[1], relation, query.topic or "", context)
    if frame is None or found is None:
        return
    at, lead = found
    yield Edit(span[0], at, frame + lead)
    if query.wants == "list" and relation in _SEVERAL:  # "Karla and Otto": each is said in full
        for joint in _JOINT.finditer(text, at, span[1]):
            yield Edit(*joint.span(), f" and {frame}")
    hedge = _HEDGE.search(text, at, span[1])
    if hedge is not None:
        yield Edit(*hedge.span(), ", ")


def _frame(query: FactQuery, relation: str) -> str | None:
    """ "I live in ", "Anna's sister lives in ": what an answer leaves out."""
    forms = _FRAMES.get(relation)
    topic = query.topic or (relation if relation in _SEVERAL else "")
    if forms is None or query.subject is None or ("{t}" in forms[0] and not topic):
        return None
    if (relation, query.subject) in (("name", ANSWERER), ("kept_at", ASKER)):
        return None  # those who talk know each other's names; where the asker's keys lie is no news for tomorrow
    spoken = re.sub(rf"^{ANSWERER}'s ", "my ", query.subject)
    whose = {ANSWERER: "my", ME: "the"}.get(query.subject, f"{spoken}'s")
    return forms[query.subject != ANSWERER].format(s=spoken, p=whose, t=topic)


# ------------------------------------------------------------------ yes and no

_YES = expression(
    r"(?:(?:yes|yep|yeah|yup|ya|still|sure(?: am| do)?|of course|i am|i do|(?:she|he) (?:is|does)|correct|"
    r"indeed|always|"
    r"unfortunately|sadly|as ever)(?:[\s,.!]+|$))+$", re.IGNORECASE)
_NO = expression(  # "no she quit", but not "no comment from me"
    r"(?:oh )?(?:no(?! (?!(?:i|we|she|he|they|it|not|quit|left|stopped|moved|gave|sold|since)\b))|nope|nah|"
    r"not (?:any ?more|any longer)|no longer|i(?:'m not| am not| don't)(?: any ?more)?|"
    r"(?:she|he)(?:'s not| isn't| doesn't)|not(?= since ))(?=[\s,.!–—-]|$)[\s,.!–—-]*", re.IGNORECASE)
_OVER = expression(
    r"(?=since )|(?:(?:i|we|she|he)(?:'ve| have|'s| has)? )?(?:just |already |finally |actually )*(?:quit|left|stopped|"
    r"moved(?: out| away)?|gave (?:it|that) up|finished|resigned|sold (?:it|her|him)|retired|got (?:fired|laid off))\b",
    re.IGNORECASE)
_LEFT = expression(r"(?:left|moved|finished|stopped)", re.IGNORECASE)
_ANY_MORE = expression(r"any ?more|any longer|no longer", re.IGNORECASE)
_LASTS = expression(r"\b(?:now|since|these days|from)\b", re.IGNORECASE)
_LIKES = expression(r"(?:i )?(?:love|like|adore) (?:it|them|her|him)\W*$", re.IGNORECASE)
_HATES = expression(r"(?:i )?(?:hate|can't stand|can't bear|despise|dislike) (?:it|them)\W*$", re.IGNORECASE)
_STAYS = expression(r"\b(?:since|these days|for good)\b", re.IGNORECASE)
_OFF = expression(r"(?:it's |it was |it got |they )?(?:cancell?ed|off|called off)\b", re.IGNORECASE)
_VAGUE = expression(r"(?:the|this|that|these|those|my|your|our|it|me|you|us)\b|.*'s$", re.IGNORECASE)
_NAMED = frozenset(("lives_in", "works_at", "studies_at", "from_place", "married_to"))
_RECENT = timedelta(days=2)  # who left so lately was on a visit


def _verdict(text: str, spans: list[Span], question: Question, context: Context) -> Answer:
    """What yes or no says of what was asked."""
    start, end = spans[0]
    query = question.query
    subject = _subject(query.subject or "", context)
    if query.relations == ("plan",):
        return _of_plan(text, spans[0], subject, query)
    words = query.object or ""
    if subject is None or _VAGUE.match(words) or (query.relations[0] in _NAMED and not words[:1].isupper()):
        return NO_ANSWER
    if query.relations[0] in ("likes", "dislikes"):
        return _of_taste(text, spans[0], subject, query)
    if _YES.match(text, start, end):
        told = () if question.may_be_a_visit or query.relations[0] == "owns" else (
            (Draft(subject, query.relations[0], words, certainty=.9), spans[0]),)
        return Answer(drafts=told)
    no = _NO.match(text, start, end)
    if no is None:
        return NO_ANSWER
    span = (start, spans[1][1]) if no.end() >= end and len(spans) > 1 else spans[0]
    return _denied(text, span, no, question, Draft(subject, query.relations[0], words, "ended"), context)


def _of_plan(text: str, span: Span, subject: str | None, query: FactQuery) -> Answer:
    """ "Is the retreat still on?" "No, cancelled." """
    no = _NO.match(text, *span)
    rest = "" if no is None else text[no.end():span[1]].strip(" .!")
    if subject is None or no is None or not query.topic or (rest and not _OFF.match(rest)):
        return NO_ANSWER
    return Answer(drafts=((Draft(subject, "plan", query.topic, "cancelled", query.topic), span),))


def _of_taste(text: str, span: Span, subject: str, query: FactQuery) -> Answer:
    relation = ("likes" if _LIKES.match(text, *span) else "dislikes" if _HATES.match(text, *span)
                else query.relations[0] if _YES.match(text, *span) else None)
    return NO_ANSWER if relation is None else Answer(
        drafts=((Draft(subject, relation, query.object or "", certainty=.9), span),))


def _denied(text: str, span: Span, no: re.Match[str], question: Question, ended: Draft, context: Context) -> Answer:
    """A no says that something is over only where the question took it to be so, or the answer says so itself."""
    over = _OVER.match(text, no.end(), span[1])
    if over is not None and not _is_whole(text, over.end(), span[1]):
        return NO_ANSWER  # "no, quit Initech in May" tells its own
    until = _until(text, over.end(), span[1], context) if over is not None else None
    if over is not None and question.may_be_a_visit and _LEFT.search(over.group()) and _is_lately(until, context):
        return NO_ANSWER
    edits = () if over is not None else tuple(_instead(text, (no.end(), span[1]), question, context))
    bare = question.is_of_now and not question.may_be_a_visit and no.end() >= span[1]
    if not (over is not None or edits or bare or _ANY_MORE.search(no.group())):
        return NO_ANSWER
    return Answer(edits, ((replace(ended, valid_to=until), span),))


def _is_whole(text: str, at: int, end: int) -> bool:
    """Whether behind "quit" there is only a time, or another clause."""
    rest = text[at:end].lstrip()
    times = time_phrases(text, at, end)
    return not rest or rest[0] in ",.!;–—" or bool(times and times[0].span[0] <= at + 1)


def _until(text: str, at: int, end: int, context: Context) -> Moment | None:
    times = time_phrases(text, at, end)
    return moment_of(times[0].text, context.saying.said, "past") if times else None


def _is_lately(until: Moment | None, context: Context) -> bool:
    said = context.saying.said
    return until is not None and said is not None and until.precision in ("minute", "day") and (
        said.utc - until.utc < _RECENT)


def _instead(text: str, span: Span, question: Question, context: Context) -> Iterator[Edit]:
    """ "nope, Initech now", "no, Bergen since May": what holds instead; "in Bergen now" may be a journey."""
    query = question.query
    lasts = _STAYS if question.may_be_a_visit and query.relations[0] == "lives_in" else _LASTS
    if lasts.search(text, *span) or (lasts is _LASTS and _BEING.match(text, *span)):
        yield from _completing(text, span, replace(query, relations=query.relations[:1], wants="object"), context)


def _subject(words: str, context: Context) -> str | None:
    """The subject of a question as facts have it, seen from who answers."""
    first = first_person(context.saying)
    if words in (ANSWERER, ME):
        return first
    own = words.startswith(ANSWERER)
    return named(words.replace(ANSWERER, ASKER) if own else words, first if own else asker(context))


def asker(context: Context) -> str | None:
    """Whom "I" means in the last message of another."""
    turn = next((context.turns[at] for at in reversed(range(len(context.turns))) if not context.is_own(at)), None)
    return None if turn is None else first_person(turn)


def named(subject: str, first: str | None) -> str | None:
    """A subject in which ASKER stands for `first`: "my sister" where that is the owner, "Anna's sister" else."""
    if not subject.startswith(ASKER):
        return subject
    if first is None or subject == ASKER:
        return first
    return f"my{subject[len(ASKER) + 2:]}" if first == ME else first + subject[len(ASKER):]
