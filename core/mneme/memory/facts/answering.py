"""Answers that lean on their question: "Porto" behind "Where do you live now?", "no, quit in May" behind "still at Acme?"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.completing import Edit
from mneme.memory.facts.context import Context
from mneme.memory.facts.people import is_name, name_at
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.speaking import plain
from mneme.memory.facts.statements import Statement
from mneme.memory.facts.timing import moment_of, time_phrases
from mneme.memory.facts.values import EMAIL, birthday_in, phone_in
from mneme.memory.facts.wanted import FactQuery, asked_facts
from mneme.memory.sentences import sentences
from mneme.memory.times.words import words as word_set
from mneme.types import Span

ASKER = "Xasker"  # stands for who asked, where the answer is read: "my" of a question is not "my" of its answer
_ANSWERER = "Xanswerer"
_WAITS = timedelta(days=3)  # an answer comes within
_RUN = 3  # messages of others in a row, one of which asks
_MOST_WORDS = 6  # of the words that alone are an answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be filled in for an answer to be read as a sentence, and what it tells in other words than its own."""

    edits: tuple[Edit, ...] = ()
    drafts: tuple[tuple[Draft, Span], ...] = ()


NO_ANSWER = Answer()


def answer(text: str, context: Context) -> Answer:
    """What the first words of `text` answer to a question that was asked right before; nothing if there is none."""
    spans = sentences(text[:400])[:2]
    query = _asked(context) if spans else None
    if query is None or text[spans[0][0]:spans[0][1]].rstrip().endswith("?"):
        return NO_ANSWER
    if query.wants == "yes_no":
        return _verdict(text, spans, query, context)
    return Answer(tuple(_completing(text, spans[0], query, context)))


# ------------------------------------------------------------------ the question

_REACHED = r"(?:(?:phone |mobile )?number|e-?mail(?: address)?|address)"
_SHORT = ((re.compile(r"\bur\b", re.IGNORECASE), "your"), (re.compile(r"\bu\b", re.IGNORECASE), "you"),
          (re.compile(r"\b(where|what|who|when|how) r\b", re.IGNORECASE), r"\1 are"),
          (re.compile(r"^(?:(?-i:[A-Z])\w*, (?=(?-i:[a-z]))|\W+)"), ""),
          (re.compile(r",? (?-i:[A-Z])\w+(?=\s*\?*$)(?<=, \w)", re.IGNORECASE), ""),
          (re.compile(rf"^(?:(?:can|could|would|will) you )?(?:please |pls )?(?:send|give|text|tell|dm) me (?P<what>[\w' ]{{0,30}}?{_REACHED})\b[\w ]{{0,12}}\W*$", re.IGNORECASE),
           r"what is \g<what>?"),
          (re.compile(rf"^(?:do you have|have you got|you got|got|do you know) (?P<what>[\w' ]{{0,40}}?{_REACHED}(?: of [\w' ]{{1,30}})?)\W*$",
                      re.IGNORECASE), r"what is \g<what>?"),
          (re.compile(r"^(?P<what>(?:your )?(?:(?:phone )?number|e-?mail(?: address)?|address|birthday|name)|favou?rite \w+)\?+$",
                      re.IGNORECASE), r"what is your \g<what>?"),
          (re.compile(r"\byour your\b", re.IGNORECASE), "your"),
          (re.compile(r"\bare you allergic to (?:anything|something|any \w+)\b", re.IGNORECASE), "what are you allergic to"),
          (re.compile(r"^(?:which|what) (?:company|firm|place) are you (?:with|at)\b", re.IGNORECASE), "where are you working"),
          (re.compile(r"^(?:so |and )?(?:you )?still (?=(?:at|in|with) )", re.IGNORECASE), "are you still "),
          (re.compile(r"^(?:so |and )?you still (?=[a-z]+ing\b)", re.IGNORECASE), "are you still "),
          (re.compile(r"\b(mobile|cell|handy)\b(?! (?:phone )?number)(?=\W*$| )", re.IGNORECASE), "mobile number"),
          (re.compile(r"^(?:so |and )?you still (?=[a-z])", re.IGNORECASE), "do you still "))
_YOU = ((re.compile(r"\byour(?: own)?\b", re.IGNORECASE), f"{_ANSWERER}'s"),
        (re.compile(r"\bare you\b(?: guys| two)?", re.IGNORECASE), f"is {_ANSWERER}"),
        (re.compile(r"\bwere you\b(?: guys| two)?", re.IGNORECASE), f"was {_ANSWERER}"),
        (re.compile(r"\byou\b(?: guys| two)?", re.IGNORECASE), _ANSWERER),
        (re.compile(r"\bmy\b", re.IGNORECASE), f"{ASKER}'s"), (re.compile(r"\bam i\b", re.IGNORECASE), f"is {ASKER}"),
        (re.compile(r"\bi\b", re.IGNORECASE), ASKER), (re.compile(r"\bour\b", re.IGNORECASE), "the"),
        (re.compile(r"\bthe (?=(?:plumber|electrician|dentist|doctor|vet|lawyer|landlord|cleaner|gardener|mechanic|"
                    r"babysitter|hairdresser|accountant|physio|therapist)'s )", re.IGNORECASE), f"{_ANSWERER}'s "),
        (re.compile(r"\bthe ((?:phone |mobile )?number|e-?mail(?: address)?|address) of the (?=[a-z])", re.IGNORECASE),
         rf"\1 of {_ANSWERER}'s "))
_NUMBER_OF = re.compile(rf"\b((?:phone |mobile )?number|e-?mail(?: address)?|address) of ({_ANSWERER}'s [a-z-]+)")
_AGE = re.compile(r"how old (?:is|are) (?P<who>[\w' ]{1,30}?)(?: now)?\W*$", re.IGNORECASE)
AND_YOU = re.compile(r"(?:[,;.–—-]\s*|\A|\s)(?:(?:and|what about|how about)(?: you(?:rs| guys)?| u)|wbu|hbu|(?:when|what|where|"
                     r"who)(?:'s| is) yours)\s*\?+$", re.IGNORECASE)
_ASKS = re.compile(r"\?|^(?:what'?s?|when'?s?|where'?s?|who'?s?|whose|which|how|do|does|did|are|is|can|could|send|give|text|tell)\b", re.IGNORECASE)


def _asked(context: Context) -> FactQuery | None:
    """What was asked last, if that was by another, and nobody has spoken since but others."""
    for at in range(len(context.turns) - 1, max(len(context.turns) - 1 - _RUN, -1), -1):
        if context.is_own(at) or not context.within(at, _WAITS):
            return None
        question = _question(plain(context.turns[at].text))
        if question is not None:
            return _back(question, at, context) or asked_of(question)
    return None


def _question(text: str) -> str | None:
    """The last sentence with a question mark, else the last one that is put like a question."""
    found = [text[start:end].strip() for start, end in sentences(text[-600:] if len(text) > 600 else text)]
    marked = [one for one in found if one.endswith("?")]
    asking = marked or [one for one in found[-1:] if _ASKS.search(one)]
    return asking[-1] if asking else None


def asked_of(question: str) -> FactQuery | None:
    """The fact that is asked of somebody: "you" is the subject of who answers, "I" that of who asks."""
    for pattern, words in (*_SHORT, *_YOU):
        question = pattern.sub(words, question)
    question = _NUMBER_OF.sub(r"\2's \1", question)
    age = _AGE.match(question)
    if age is not None:
        return FactQuery(age["who"], ("age",), None, "object")
    names = [one for one in re.findall(r"\b(?-i:[A-Z])\w+\b", question) if is_name(one)]
    return asked_facts(question, names=[*names, ASKER, _ANSWERER], of_owner=True)


def _back(question: str, at: int, context: Context) -> FactQuery | None:
    """ "And you?": what was told last is asked of who answers."""
    if not AND_YOU.search(question):
        return None
    told = context.told(at) or (context.told(at - 1) if at else [])
    if not told:
        return None
    return FactQuery(_ANSWERER, (told[-1].relation,), told[-1].topic or None,
                     "time" if told[-1].relation == "plan" else "object")


# ------------------------------------------------------------------ a few words as the object of what was asked

_FILLER = re.compile(r"(?:(?:oh|ah|um+|uh|well|hm+|ha(?:ha)*|lol|ok|okay|sure|yes|yeah|yep|btw|so|right|currently|actually|"
                     r"just|now|still|it's|it is|that's|that is|that would be|mine is|mine's|it'd be|she's|he's|i'm|i am|we're|they're|"
                     r"hey|sorry|of course)(?:[\s,.!:…–—-]+|$))+", re.IGNORECASE)
_PLACE_LEAD = re.compile(r"(?:in|at|for|from|with|to|as|on|over in|up in|down in|called|named)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:an?|the|my|our)\s", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;!?(…\n]|(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bSt)\.(?=\s|$)|\s[-–—]\s|\s(?:but|because|since|so|and then|from next|from)\s")
_SENTENCE = re.compile(r"\b(?:is|are|was|were|am|be|has|have|had|do|does|did|will|would|can|could|should|might|i|you|we|he|"
                       r"she|they|it|what|who|why|where|let|ask|see|know|tell|think|don't|thanks?|"
                       r"please|wait|not|never|n't|guess)\b|'(?:s|re|m|ll|ve|d)\b", re.IGNORECASE)
_NO_VALUE = word_set("""
    guess dunno idk depends nothing none nobody somewhere nowhere anywhere someplace same still why what who where when
    how which secret never ask not no yes maybe probably perhaps good great fine everything everywhere any some long it
    they that this there here lol haha hell heaven ok okay sure sorry pass whatever hmm wouldn't don't can't let tell
    check look wait hold give one thanks thank please home back far close near both all nah nope yeah soon later
    tomorrow today tonight never always once old new gone lost busy retired unemployed between myself me us them anyone
    someone everyone he she we you i if as by just really very too so ugh wow oh ah um well exactly right true false
    your ur his her their hard hardly remotely remote freelance online offline mostly usually often sometimes abroad
    outside inside downtown upstairs unknown forgot sorry classified private seriously congrats omg damn wtf 😂""")

# how an answer is said in full, of who answers and of others: {p} "my", "Anna's"; {s} "Anna"; {t} the topic
_FRAMES: dict[str, tuple[str, str]] = {
    "lives_in": ("I live in ", "{s} lives in "), "works_at": ("I work at ", "{s} works at "),
    "works_as": ("I work as ", "{s} works as "), "studies_at": ("I study at ", "{s} studies at "),
    "studies": ("I study ", "{s} studies "), "from_place": ("I'm from ", "{s} is from "),
    "born_in": ("I was born in ", "{s} was born in "), "drives": ("I drive ", "{s} drives "),
    "married_to": ("I'm married to ", "{s} is married to "), "speaks": ("I speak ", "{s} speaks "),
    "allergic_to": ("I'm allergic to ", "{s} is allergic to "), "plays": ("I play ", "{s} plays "),
    "working_on": ("I'm working on ", "{s} is working on "), "age": ("I'm ", "{s} is "),
    "member_of": ("I'm a member of ", "{s} is a member of "), "likes": ("I like ", "{s} likes "),
    "dislikes": ("I hate ", "{s} hates ")} | {
    relation: (words, words) for relation, words in (
        ("phone", "{p} number is "), ("email", "{p} email is "), ("address", "{p} address is "),
        ("birthday", "{p} birthday is "), ("name", "{p} name is "), ("boss", "{p} boss is "),
        ("contact_for", "{p} {t} is "), ("favourite", "{p} favourite {t} is "), ("pet", "{p} {t} is called "),
        ("child", "{p} {t} is called "), ("sibling", "{p} {t} is called "), ("parent", "{p} {t} is called "),
        ("relative", "{p} {t} is called "), ("partner", "{p} partner is called "), ("is", "{p} {t} is "),
        ("kept_at", "{p} {t} is "), ("plan", "{p} {t} is "), ("hobby", "{p} hobby is "))}
_PLACES = frozenset(("lives_in", "from_place", "born_in", "studies_at"))
_PEOPLE = frozenset(("name", "boss", "contact_for", "pet", "child", "sibling", "parent", "relative", "partner",
                     "married_to"))
_KEPT = re.compile(r"(?:in|under|on|behind|at|with|next to|inside|above|by|beneath|below|between|near|over)\s",
                   re.IGNORECASE)
_THINGS = ("child", "sibling", "pet")


def _completing(text: str, span: Span, query: FactQuery, context: Context) -> Iterator[Edit]:
    """The rest of the sentence that the question has begun, put before the words that answer it."""
    relation = query.relations[0]
    frame = _frame(query, relation)
    filler = _FILLER.match(text, *span)
    start = filler.end() if filler is not None else span[0]
    if frame is None or start >= span[1]:
        return
    words = _fitting(text, start, span[1], relation, query, context)
    if words is not None:
        cut, lead = words
        yield Edit(span[0], cut, frame + lead)
        yield from _listed(text, cut, span[1], query, frame)
        hedge = re.compile(r" (?=(?:i think|i guess|i believe|probably|afaik)\b)", re.IGNORECASE).search(text, cut, span[1])
        if hedge is not None:
            yield Edit(*hedge.span(), ", ")


def _listed(text: str, start: int, end: int, query: FactQuery, frame: str) -> Iterator[Edit]:
    """Each name of several said in full: "Karla and Otto"."""
    if query.wants == "list" and query.relations[0] in _THINGS:
        for joint in _JOINT.finditer(text, start, end):
            yield Edit(*joint.span(), f" and {frame}")


_JOINT = re.compile(r"\s*(?:,\s*(?:and\s+)?|\s(?:and|&)\s+)(?=(?-i:[A-Z]))")


def _frame(query: FactQuery, relation: str) -> str | None:
    """ "I live in ", "Anna's sister lives in ": what an answer leaves out."""
    forms = _FRAMES.get(relation)
    topic = query.topic or ("partner" if relation == "partner" else relation if relation in _THINGS else "")
    if forms is None or query.subject is None or ("{t}" in forms[0] and not topic):
        return None
    whose = {_ANSWERER: "my", "me": "the"}.get(query.subject, _whose(query.subject))
    form = forms[query.subject != _ANSWERER]
    return form.format(s=_spoken(query.subject), p=whose, t=topic)


def _spoken(subject: str) -> str:
    return re.sub(rf"^{_ANSWERER}'s ", "my ", subject)


def _whose(subject: str) -> str:
    return f"{_spoken(subject)}'s"


def _fitting(text: str, start: int, end: int, relation: str, query: FactQuery, context: Context
             ) -> tuple[int, str] | None:
    """Where the object begins, and what leads to it, if the words are of the kind that was asked for."""
    stop = _CLAUSE_END.search(text, start, end)
    stop_at = stop.start() if stop is not None else end
    if stop is not None and stop.group() == "?":
        return None
    if relation == "phone":
        phone = phone_in(text, start, end)
        return (phone[0], "") if phone is not None and phone[0] - start <= 12 else None
    if relation == "email":
        mail = EMAIL.search(text, start, end)
        return (mail.start(), "") if mail is not None and mail.start() - start <= 12 else None
    if relation == "plan":
        return _time_fitting(text, start, stop_at, query, context)
    if relation == "birthday":
        day = birthday_in(text, start, stop_at, context.saying.said)
        return (start, "") if day is not None and day[1][0] - start <= 12 else None
    return _words_fitting(text, start, stop_at, relation)


_HEDGE = re.compile(r",? (?:i think|i guess|i believe|probably|as far as i know|afaik)$", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(r"\d{1,2}(?:st|nd|rd|th)\b")
_TIME_LEAD = re.compile(r"(?:on|at|in|next|this|tomorrow|today|tonight)\b", re.IGNORECASE)
_HOUR = re.compile(r"(?:at |around )?(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?|(?:half|quarter) (?:past|to) \w+|\w+ o'clock)$",
                   re.IGNORECASE)


def _time_fitting(text: str, start: int, end: int, query: FactQuery, context: Context) -> tuple[int, str] | None:
    """A time as the answer to when; an hour alone is on the day that is known of the plan."""
    if _HOUR.match(text[start:end].strip(" .!")):
        return _on_known_day(text, start, query.topic or "", context)
    if _DAY_OF_MONTH.match(text, start, end):
        return start, "on the "
    times = time_phrases(text, start, end)
    if not times or times[0].span[0] > start + 4:
        return None
    return start, "" if _TIME_LEAD.match(text, start, end) else "on "


def _on_known_day(text: str, start: int, topic: str, context: Context) -> tuple[int, str] | None:
    known = [one for _, one in context.last_told(len(context.turns)) if one.relation == "plan" and one.mode == "planned"
             and (one.topic == topic or one.topic.endswith(f" {topic}")) and one.valid_from is not None]
    if not known or known[0].valid_from is None:
        return None
    at = "" if text[start:start + 3].lower() == "at " else "at "
    return start, f"on {known[0].valid_from.local():%Y-%m-%d} {at}"


def _words_fitting(text: str, start: int, end: int, relation: str) -> tuple[int, str] | None:
    lead = _PLACE_LEAD.match(text, start, end) if relation != "kept_at" else None
    at = lead.end() if lead is not None else start
    words = _HEDGE.sub("", text[at:end].strip(" .!"))
    first = words.split(" ")[0].strip(".,!").lower()
    if not words or len(words.split()) > _MOST_WORDS + 2 * (relation == "kept_at") or first in _NO_VALUE:
        return None
    if (_SENTENCE.search(words) and relation != "favourite") or _SENTENCE.search(first):
        return None
    if relation == "kept_at":
        return (at, "") if _KEPT.match(words) else None
    if relation in _PEOPLE:
        return (at, "") if name_at(text, at, end) is not None else None
    if relation in _PLACES:
        return (at, "") if words[0].isupper() else None
    if relation == "works_at":
        return (at, "") if words[0].isupper() or words.startswith(("the ", "a ")) else None
    if relation == "age":
        return (at, "") if words.isdigit() else None
    article = "" if relation not in ("works_as", "drives") or _ARTICLE.match(words) or first.isdigit() else "a "
    return at, article


# ------------------------------------------------------------------ yes and no

_YES = re.compile(r"(?:(?:yes|yep|yeah|yup|ya|still|sure(?: am| do)?|of course|i am|i do|(?:she|he) (?:is|does)|correct|"
                  r"indeed|always|oh yes|unfortunately|sadly|as ever)(?: i am| i do| (?:she|he) (?:is|does)| still| unfortunately)?"
                  r"(?:[\s,.!]+|$))+$", re.IGNORECASE)
_NO = re.compile(r"(?:oh )?(?:no|nope|nah|not (?:any ?more|any longer)|no longer|i(?:'m not| am not| don't)(?: any ?more)?|"
                 r"(?:she|he)(?:'s not| isn't| doesn't)|not(?= since ))(?=[\s,.!–—-]|$)[\s,.!–—-]*", re.IGNORECASE)
_OVER = re.compile(r"(?=since )|(?:(?:i|we|she|he)(?:'ve| have|'s| has)? )?(?:just |already |finally |actually )*(?:quit|left|"
                   r"stopped|moved(?: out| away)?|gave (?:it|that) up|finished|resigned|sold (?:it|her|him)|retired|got (?:fired|laid off))\b",
                   re.IGNORECASE)
_ANY_MORE = re.compile(r"any ?more|any longer|no longer", re.IGNORECASE)
_NOW = re.compile(r"\bnow\b|\bsince\b|\bthese days\b|\bfrom\b", re.IGNORECASE)
_BEING = re.compile(r"(?:i'm|i am|we're|she's|he's|they're)(?: now| already| back)* (?=(?:in|at|with) )", re.IGNORECASE)
_LIKES = re.compile(r"(?:i )?(?:love|like|adore) (?:it|them|her|him)\W*$", re.IGNORECASE)
_HATES = re.compile(r"(?:i )?(?:hate|can't stand|can't bear|despise|dislike) (?:it|them)\W*$", re.IGNORECASE)
_SURELY = 0.9
_NAMED = frozenset(("lives_in", "works_at", "studies_at", "from_place", "married_to"))


def _verdict(text: str, spans: list[Span], query: FactQuery, context: Context) -> Answer:
    """What yes or no says of what was asked; a no says that it is over only where the question or the answer does."""
    start, end = spans[0]
    if query.subject is None or (query.object is None and query.relations != ("plan",)):
        return NO_ANSWER
    if _YES.match(text, start, end):
        return Answer(drafts=tuple(_affirmed(query, (start, end), context)))
    if query.relations[0] in ("likes", "dislikes"):
        taste = "likes" if _LIKES.match(text, start, end) else "dislikes" if _HATES.match(text, start, end) else None
        return NO_ANSWER if taste is None else Answer(
            drafts=tuple(_affirmed(replace(query, relations=(taste,)), (start, end), context)))
    no = _NO.match(text, start, end)
    if no is None:
        return NO_ANSWER
    if no.end() >= end and len(spans) > 1:
        end = spans[1][1]
    return _denied(text, (start, end), no, query, context)


def _affirmed(query: FactQuery, span: Span, context: Context) -> Iterator[tuple[Draft, Span]]:
    subject, words = _subject(query.subject or "", context), query.object or ""
    plain_words = query.relations[0] not in _NAMED or words[:1].isupper()
    if subject is not None and plain_words and query.relations[0] not in ("owns", "plan"):
        yield Draft(subject, query.relations[0], words, certainty=_SURELY), span


def _denied(text: str, span: Span, no: re.Match[str], query: FactQuery, context: Context) -> Answer:
    subject = _subject(query.subject or "", context)
    if subject is None:
        return NO_ANSWER
    rest = no.end()
    if query.relations == ("plan",):
        draft = Draft(subject, "plan", query.topic or "", "cancelled", query.topic or "")
        return Answer(drafts=((draft, span),) if _is_off(text[rest:span[1]]) else ())
    over = _OVER.match(text, rest, span[1])
    edits = () if over is not None else tuple(_instead(text, rest, span[1], query, context))
    ended = over is not None or edits or _ANY_MORE.search(no.group()) or (
        _was_so(context) and rest >= span[1])
    if not ended:
        return NO_ANSWER
    if over is not None and over.end() < span[1] and not _ends(text, over.end(), span[1]):
        return NO_ANSWER  # "no, quit Initech in May" tells its own
    stop = over.end() if over is not None else rest
    times = time_phrases(text, stop, span[1]) if over is not None else []
    until = moment_of(times[0].text, context.saying.said, "past") if times else None
    draft = Draft(subject, query.relations[0], query.object or "", "ended", valid_to=until)
    return Answer(edits, ((draft, span),))


def _is_off(words: str) -> bool:
    return not words.strip(" .!") or bool(re.match(r"(?:it's |it was |it got |they )?(?:cancell?ed|off|called off)\b",
                                                   words, re.IGNORECASE))


def _ends(text: str, at: int, end: int) -> bool:
    """Whether behind "quit" there is only a time, or another clause."""
    rest = text[at:end].lstrip()
    times = time_phrases(text, at, end)
    return not rest or rest[0] in ",.!;–—" or bool(times and times[0].span[0] <= at + 1)


def _was_so(context: Context) -> bool:
    return any("still" in plain(turn.text).lower() for turn in context.turns[-_RUN:])


def _instead(text: str, start: int, end: int, query: FactQuery, context: Context) -> Iterator[Edit]:
    """ "nope, Initech now", "no, she's in Bergen": what holds instead."""
    if _NOW.search(text, start, end) or _BEING.match(text, start, end):
        yield from _completing(text, (start, end), replace(query, relations=query.relations[:1], wants="object"),
                               context)


def _subject(words: str, context: Context) -> str | None:
    """The subject of a question as facts have it, seen from who answers."""
    first = first_person(context.saying)
    if words in (_ANSWERER, "me"):
        return first
    return named(words.replace(_ANSWERER, ASKER), first) if words.startswith(_ANSWERER) else named(
        words, asker(context))


def asker(context: Context) -> str | None:
    """Whom "I" means in the last message of another."""
    turn = next((turn for at, turn in reversed(list(enumerate(context.turns))) if not context.is_own(at)), None)
    return None if turn is None else first_person(turn)


def named(subject: str, first: str | None) -> str | None:
    """A subject in which ASKER stands for `first`: "my sister" where that is the owner, "Anna's sister" else."""
    if not subject.startswith(ASKER):
        return subject
    if first is None or subject == ASKER:
        return first
    return f"my{subject[len(ASKER) + 2:]}" if first == "me" else first + subject[len(ASKER):]


def slot_noun(one: Statement) -> str | None:
    """The noun for what a statement tells ("number", "dentist"), so that "my" may stand before it."""
    plain_nouns = {"phone": "number", "email": "email", "address": "address", "birthday": "birthday", "boss": "boss",
                   "name": "name", "drives": "car", "partner": "partner"}
    if one.relation == "favourite":
        return f"favourite {one.topic}" if one.topic else None
    if one.relation in ("plan", "contact_for", "kept_at", "is", "pet", "child", "sibling", "parent", "relative"):
        return one.topic or None
    return plain_nouns.get(one.relation)
