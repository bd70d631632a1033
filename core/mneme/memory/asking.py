"""Questions by rule from what people write: "I bought a lens last week" tells what was bought, and when.

English alone: "I VERB ...", "my THING is ...", and, where they are wanted, "Jonas bought ...", "Bought ..." as diaries
have it, "the key is behind ...". The reader that ships was trained on the first two, so a change of their rules
changes those examples.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mneme.expressions import expression
from mneme.types import Span

QuestionWord = Literal["What", "When", "Where", "Who"]

LONGEST = 4000  # code points of a text that are looked at for questions; the rest could make this quadratic
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Told:
    """What a statement tells, in the parts that a question is worded from: "What" + "did" + I + "buy".

    `answer` and `said` are spans of the text, in code points; `said` is the statement from its verb ("bought a new
    lens") to the end of what is asked of. `auxiliary` is empty for "my THING is ...", and `rest` then is the thing.
    `subject` is whom or what it is told of; None: of the writer.
    """

    word: QuestionWord
    auxiliary: str
    rest: str
    answer: Span
    said: Span
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the span of the text, in code points, that answers it; `told` words it for others."""

    question: str
    answer: Span
    told: Told

    @property
    def kind(self) -> str:
        """what, when, where or who."""
        return self.told.word.lower()


def questions_from(text: str, speaker: str | None) -> list[Asked]:
    """The questions that `text`, written by `speaker` (None: by the owner), answers, in the order of the text.

    Of texts longer than LONGEST the beginning is looked at. What would make no fair question is left out.
    """
    text = text[:LONGEST]
    return [Asked(worded(told, speaker), told.answer, told) for told in told_in(text, everything=True)
            if _is_fair(told, text)]


def told_in(text: str, *, everything: bool = False) -> Iterator[Told]:
    """What the sentences of `text` tell in the first person; with `everything`, of others and things too.

    With `everything`, a question also has all the words that make it say more ("What did I buy for my aunt?"); without,
    every other one, as people ask. Of a long sentence without an end the time grows with its square.
    """
    for start, end in sentence_spans(text):
        end = start + len(text[start:end].rstrip())
        for clause in _clauses(text, start, end):
            yield from _told(clause, everything)
        yield from _mine(text, start, end)
        if everything:
            yield from _of_others(text, start, end)


def worded(told: Told, name: str | None, pronoun: str = "their") -> str:
    """The question, where the writer is `name` or (None) asks it; `pronoun` is her, his or their."""
    if not told.auxiliary:
        return f"What is my {told.rest}?" if name is None else f"What is {name}'s {told.rest}?"
    auxiliary, subject, rest = told.auxiliary, told.subject or name or "I", told.rest
    if subject == "I":
        auxiliary = {"does": "do", "is": "am"}.get(auxiliary, auxiliary)
    elif name is not None:
        subject, rest = _MY.sub(lambda _: f"{name}'s", subject), of_third_person(rest, pronoun)
    return f"{told.word} {auxiliary} {subject} {rest}".rstrip() + "?"


def statement(told: Told, text: str, name: str | None, pronoun: str = "their") -> str:
    """What a verb in the past tells, as a clause: "I bought a new lens", "Maya bought a new lens"."""
    said = text[told.said[0]].lower() + text[told.said[0] + 1:told.said[1]]
    return f"{told.subject or name or 'I'} {said if name is None else of_third_person(said, pronoun)}"


def of_third_person(words: str, pronoun: str) -> str:
    """Words of the first person ("my", "me", "I") in the third."""
    words = _MY.sub(pronoun, words)
    words = re.sub(r"\b(me|myself)\b", {"her": "her", "his": "him"}.get(pronoun, "them"), words)
    return re.sub(r"\bI\b", {"her": "she", "his": "he"}.get(pronoun, "they"), words)


def sentence_spans(text: str) -> list[Span]:
    """Sentences, cut at every stop and line with a space behind it: cruder than `sentences`, as these rules expect."""
    cuts = [0] + [found.end() for found in _SENTENCE_END.finditer(text)] + [len(text)]
    return [(a, b) for a, b in itertools.pairwise(cuts) if text[a:b].strip()]


# ------------------------------------------------------------------ the words the rules know


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PAST: dict[str, str] = dict(pair.split(":") for pair in _words("""
    bought:buy got:get went:go saw:see met:meet visited:visit attended:attend started:start finished:finish tried:try
    made:make took:take read:read watched:watch found:find joined:join planted:plant cooked:cook baked:bake
    ordered:order received:receive gave:give won:win moved:move adopted:adopt booked:book upgraded:upgrade used:use
    spent:spend played:play ran:run wrote:write built:build created:create learned:learn lost:lose completed:complete
    purchased:purchase sold:sell painted:paint volunteered:volunteer participated:participate celebrated:celebrate
    hosted:host hiked:hike traveled:travel flew:fly drove:drive stayed:stay rented:rent repaired:repair fixed:fix
    cleaned:clean installed:install replaced:replace discovered:discover heard:hear noticed:notice began:begin
    signed:sign picked:pick set:set redeemed:redeem paid:pay called:call helped:help worked:work studied:study
    graduated:graduate organized:organize invested:invest downloaded:download launched:launch listened:listen
    caught:catch added:add decided:decide planned:plan shared:share sent:send taught:teach invited:invite"""))
_PRESENT = frozenset(_words("""
    love like enjoy prefer use have own need want play live work collect drive study keep grow teach attend
    follow watch read run hate know drink eat take"""))
_DOING = frozenset(_words("""
    planning considering using learning reading growing taking making writing building working training trying
    thinking looking attending watching hosting studying visiting organizing moving starting
    collecting"""))
_PARTICLES = {  # little words without one of which the verb says something else
    "think": "of about", "thinking": "of about", "looking": "for into at", "working": "on with", "worked": "on with",
    "participated": "in", "volunteered": "at for", "listened": "to", "heard": "about", "learned": "about",
    "signed": "up for", "picked": "up", "set": "up", "invested": "in", "learning": "about", "reading": "about",
    "signing": "up for", "training": "for", "trying": "", "work": "as for at on", "live": "in", "study": "at",
    "called": "", "stayed": "at in"}
_NEED_NONE = frozenset(("heard", "learned", "learning", "reading", "called", "set", "picked"))
_OF_PLACE = frozenset(("live in", "study at", "stay at", "stay in", "volunteer at"))
_OF_GOING = frozenset(("go", "travel", "fly", "drive", "move", "hike", "run"))

_WORD = expression(r"[\w'’-]+")
_MY = expression(r"\b[Mm]y\b")
_SENTENCE_END = expression(r"(?<=[.!?])\s+|\n+")
_ADVERBS = (r"(?:(?:just|recently|also|actually|finally|really|already|still|usually|often|always|even|only|currently|"
            r"especially|definitely|absolutely|mostly|mainly|personally|originally|initially) )*")
_CLAUSE = expression(
    r"(?<!should )(?<!can )(?<!do )(?<!did )(?<!would )(?<!could )(?<!will )(?<!if )(?<!may )(?<!might )"
    rf"\b(?:I|i)(?:'ve|'m| have| am|)? {_ADVERBS}(?:been )?(\w+)\s+")
_NUMBER = (r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+|a few|a couple of|several|"
           r"about (?:a|two|three|\d+))")
_STRETCH = "week|weekend|month|year|night|summer|winter|spring|fall|autumn|morning|afternoon|evening"
_MONTH, _DAY = "|".join(MONTHS), "|".join(DAYS)
_TIME = expression(
    r"\b(?:on |in |back in |since |around )?("
    r"(?:the day before )?yesterday(?: (?:morning|afternoon|evening))?|today|tonight|tomorrow"
    rf"|(?:last|this|next|this past) (?:{_STRETCH}|{_DAY}|{_MONTH})"
    rf"|{_NUMBER} (?:day|week|month|year|hour)s? ago"
    rf"|(?:{_MONTH}) \d+(?:st|nd|rd|th)?(?:, \d{{4}})?"
    rf"|(?:mid-|early |late )?(?:{_MONTH})(?: \d{{4}})?|(?:19|20)\d\d"
    rf"|(?:{_DAY})(?: (?:morning|evening))?|the other day)(?!\w)")
_AFTER_TIME = expression(r"$|\s*[,.;:!?()\n-]|\s(?:and|but|with|at|for|from|to|in|on|which|because|so|when|that|where|"
                         r"by|after|while)\b")
_OBJECT_END = expression(
    r"[,;:.!?()\n]| (?:and|but|because|so|which|that|when|while|since|as|if|where|who|though|although|after|before"
    r"|or)\b| (?:to|for|from|with|at|on|in|during|by|using|about|into|of my)\b")
_NO_OBJECT = expression(
    r"(?:it|that|this|them|to|a lot|forward|and|or|how|what|some of|if|you|there|more|very|so|been|being)\b",
    re.IGNORECASE)
_THING = expression(r"(?:the|a|an|my|our|their|some|[A-Z0-9\"'])")
_COMPANY = expression(r"(?:my|[A-Z]|a friend|some friends|our)")
# "hiking, old maps and my sister's bread": three things or more, each of a few words
_APART = (r"(?!(?:and|or|but|so|because|which|who|when|then|I|it|we|they|last|this|next|with|at|in|on|for|from|to|by|"
          r"as|yesterday|today)\b)")
_LISTED = rf"{_APART}[\w'’-]+(?: {_APART}[\w'’-]+){{0,3}}"
_LIST = expression(rf"{_LISTED}(?:, {_LISTED})+,? and {_LISTED}")
_LIST_END = expression(r"\s*(?:[.;!?)\n]|$|,? (?:but|because|so|which|when|while|at|in|on|for|with|last|this)\b)")
_PARTICLE = expression(r"(?:up for|[a-z]+)\b")
_OF_NOUN = expression(r" (?:to|on|about|of|for) ")
_TAIL = expression(r" (?:with|for|at|on|from|by) ")
_PREPOSITION = expression(r"\s*\b(to|at|in|from|with) ")
_MINE = expression(r"\b[Mm]y ([a-z]+(?: [a-z]+){0,2}) (?:is|was|are) (?:called |named )?")
_MINE_END = expression(r"[,;.!?()\n]| (?:and|but|because|so|which|since|as)\b")


# ------------------------------------------------------------------ "I VERB ..."


@dataclass(frozen=True, slots=True)
class _Clause:
    """A verb of the first person and where its words are: the verb from `at`, what follows it in [start, end)."""

    text: str
    auxiliary: Literal["did", "does", "is"]
    verb: str  # as it stands in a question, with its particle
    particle: str
    at: int
    start: int
    end: int  # of the sentence
    subject: str | None = None

    def time_at(self, place: int) -> bool:
        """Does an expression of time begin here?"""
        return _TIME.match(self.text, place) is not None

    def words(self, start: int, end: int) -> int:
        return len(self.text[start:end].split())


def _clauses(text: str, start: int, end: int) -> Iterator[_Clause]:
    for found in _CLAUSE.finditer(text, start, end):
        yield from _clause(text, found.span(1), found.end(), end, None)


def _clause(text: str, verb: Span, start: int, end: int, subject: str | None) -> Iterator[_Clause]:
    """The clause of the verb at `verb`, where the rules know it."""
    word = text[slice(*verb)].lower()
    form = _form(word)
    particle = None if form is None else _particle(text, start, word)
    if form is not None and particle is not None:
        after = start + (len(particle) + 1 if particle else 0)
        yield _Clause(text, form[0], f"{form[1]} {particle}".strip(), particle, verb[0], after, end, subject)


def _form(word: str) -> tuple[Literal["did", "does", "is"], str] | None:
    """The auxiliary of a question of a third person, and the verb as it stands there."""
    if word in _PAST:
        return "did", _PAST[word]
    if word in _PRESENT:
        return "does", word
    return ("is", word) if word in _DOING else None


def _particle(text: str, start: int, word: str) -> str | None:
    """The little word that belongs to the verb; "" where it takes none, None where the one it needs is not there."""
    if word not in _PARTICLES:
        return ""
    found = _PARTICLE.match(text, start)
    allowed = _PARTICLES[word]
    if found and found[0] in (allowed, *allowed.split()):
        return found[0]
    return "" if word in _NEED_NONE and found and found[0] not in ("up", "that") else None


def _told(clause: _Clause, everything: bool) -> Iterator[Told]:
    yield from _when(clause)
    listed = _LIST.match(clause.text, clause.start, clause.end)
    if listed and _LIST_END.match(clause.text, listed.end()):
        yield Told("What", clause.auxiliary, clause.verb, listed.span(), (clause.at, listed.end()), clause.subject)
        return
    end = _object_end(clause.text, clause.start, clause.end)
    yield from _what(clause, end, everything)
    if not clause.particle and clause.auxiliary != "is":
        yield from _beside(clause, end)


def _when(clause: _Clause) -> Iterator[Told]:
    time = _TIME.search(clause.text, clause.start, clause.end)
    if (time is None or clause.auxiliary != "did" or time.start() - clause.start >= 90
            or not _AFTER_TIME.match(clause.text, time.end())):
        return
    scope = clause.text[clause.start:time.start()].strip(" ,")
    if 0 < len(scope.split()) <= 10 and not re.search(r"[.;:!?]", scope):
        end = clause.at + len(clause.text[clause.at:time.start()].rstrip(" ,"))
        yield Told("When", "did", f"{clause.verb} {scope}", time.span(1), (clause.at, end), clause.subject)


def _what(clause: _Clause, end: int, everything: bool) -> Iterator[Told]:
    """The object in [clause.start, end), asked for with the words after it."""
    if (end - clause.start <= 3 or not 1 <= clause.words(clause.start, end) <= 9 or clause.time_at(clause.start)
            or _NO_OBJECT.match(clause.text[clause.start:end])):
        return
    tail_end = _tail_end(clause, end, everything)
    rest = f"{clause.verb}{clause.text[end:tail_end]}".replace("live in", "live").replace("stay at", "stay")
    stop = end if tail_end > end else _noun_end(clause, end)
    yield Told("Where" if clause.verb in _OF_PLACE else "What", clause.auxiliary, rest, (clause.start, stop),
               (clause.at, max(stop, tail_end)), clause.subject)


def _beside(clause: _Clause, end: int) -> Iterator[Told]:
    """Where, with whom: the words after the preposition that follows the object (or the verb itself)."""
    text, thing = clause.text, clause.text[clause.start:end]
    found = _PREPOSITION.match(text, max(0, end if thing else end - 1), clause.end)
    if not found or clause.time_at(found.end()) or _NO_OBJECT.match(thing) or not _THING.match(text, found.end()):
        return
    if found[1] == "to" and clause.verb not in _OF_GOING:
        return
    if found[1] == "with" and not _COMPANY.match(text[found.end():found.end() + 12]):
        return
    stop = _object_end(text, found.end(), clause.end)
    if 1 <= clause.words(found.end(), stop) <= 8:
        more = f" {found[1]}" if found[1] in ("with", "from") else ""
        yield Told("Who" if found[1] == "with" else "Where", clause.auxiliary,
                   f"{clause.verb} {thing}".strip() + more, (found.end(), stop), (clause.at, stop),
                   clause.subject)


def _object_end(text: str, start: int, stop: int) -> int:
    """Where the words directly after the verb end: at a clause, a preposition or a time."""
    found = _OBJECT_END.search(text, start, stop)
    end = found.start() if found else stop
    time = _TIME.search(text, start, end)
    end = time.start() if time and time.start() > start else end
    while end > start and text[end - 1] in " \t,-":
        end -= 1
    return end


def _noun_end(clause: _Clause, end: int) -> int:
    """The object's end with the words that belong to it: "a trip to Miami", "a class on glazing"."""
    found = _OF_NOUN.match(clause.text, end, clause.end)
    if not found or not _THING.match(clause.text, found.end()) or clause.time_at(found.end()):
        return end
    last = _object_end(clause.text, found.end(), clause.end)
    return last if clause.words(clause.start, last) <= 9 else end


def _tail_end(clause: _Clause, end: int, everything: bool) -> int:
    """The end of the prepositional words after the object; `end` where there are none, or none are wanted."""
    found = _TAIL.match(clause.text, end, clause.end)
    if not found or (not everything and (end + clause.end) % 2):
        return end
    last = _object_end(clause.text, found.end(), clause.end)
    return last if 2 <= clause.words(end, last) <= 7 and not clause.time_at(found.end()) else end


# ------------------------------------------------------------------ "my THING is ..."


def _mine(text: str, start: int, stop: int) -> Iterator[Told]:
    for found in _MINE.finditer(text, start, stop):
        after = _MINE_END.search(text, found.end(), stop)
        end = after.start() if after else stop
        if (1 <= len(text[found.end():end].split()) <= 8 and found[1] != "name"
                and not _NO_OBJECT.match(text, found.end())):
            yield Told("What", "", found[1], (found.end(), end), (found.start(), end))


# ------------------------------------------------------------------ of others and of things

_SUBJECT = expression(rf"\b(we|[A-Z][\w-]+(?: [A-Z][\w-]+)?) {_ADVERBS}(\w+)\s+")
_NO_NAME = frozenset(_words("""
    he she they it you who that this there then and but so which what when where also just or if as some all none both
    each one two three those these not never later here everyone nobody somebody someone anyone i"""))
_BARE = expression(r"\W*(\w+)\s+")  # "Bought a lens.": a diary says no "I"
_COMMANDS = frozenset(("read", "set"))  # also said to somebody
_STANDS = expression(r"\b([Tt]he|[Mm]y|[Oo]ur) (\w+(?: \w+){0,2}?) (is|are|was|were) (?:now |still |kept )?"
                     r"(?=(?:behind|under|in|at|on|above|below|beside|inside|near|next to) (?:the|a|my|our|[A-Z]))")


def _of_others(text: str, start: int, end: int) -> Iterator[Told]:
    for found in _SUBJECT.finditer(text, start, end):
        if found[1].lower() not in _NO_NAME and found[2] in _PAST:
            subject = "we" if found[1].lower() == "we" else found[1]
            for clause in _clause(text, found.span(2), found.end(), end, subject):
                yield from _told(clause, True)
    bare = _BARE.match(text, start, end)
    if bare and bare[1][0].isupper() and bare[1].lower() in _PAST.keys() - _COMMANDS:
        for clause in _clause(text, bare.span(1), bare.end(), end, None):
            yield from _told(clause, True)
    yield from _where_it_is(text, start, end)


def _where_it_is(text: str, start: int, end: int) -> Iterator[Told]:
    for found in _STANDS.finditer(text, start, end):
        after = _MINE_END.search(text, found.end(), end)
        stop = after.start() if after else end
        if len(text[found.end():stop].split()) <= 9 and _NO_NAME.isdisjoint(found[2].split()):
            yield Told("Where", found[3], "", (found.end(), stop), (found.start(3), stop),
                       f"{found[1].lower()} {found[2]}")


# ------------------------------------------------------------------ what makes a fair question

_VAGUE = frozenset(_words("""
    a an the some few lot something anything nothing anyone someone everything everyone one ones it them him her me us
    this that these those much many more so out up back off down on in"""))
# What they stand for was said before, in other words.
_UNKNOWN = frozenset(_words("it he him his she her they them their you your this that these those here there"))
_BEFORE_NOUNS = frozenset(_words("for from to at in on with of about by into as over"))
_UNFINISHED = frozenset(_words("of the a an mr mrs ms dr st"))


def _is_fair(told: Told, text: str) -> bool:
    """Does the answer say something, and can the question be understood by itself, at any time?"""
    answer = _WORD.findall(text[slice(*told.answer)].lower())
    question = f"{told.subject or ''} {told.rest}"
    words = _WORD.findall(question.lower())
    if (not set(answer) - _VAGUE or not words or words[-1] in _UNFINISHED or words[-1].isdigit()
            or not _UNKNOWN.isdisjoint(words) or _TIME.search(question)):
        return False
    return told.word != "What" or (answer[0] not in _BEFORE_NOUNS and words[-1] != "go")
