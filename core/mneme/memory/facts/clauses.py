"""Sentences cut into clauses with their own subject or a shared one, and what each clause's times make of its verb."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.facts.people import NAME
from mneme.memory.facts.predicates import VERBS, Predicate
from mneme.memory.facts.statements import Mode
from mneme.memory.facts.timing import TimePhrase, began, moment_of, time_phrases
from mneme.memory.times.words import words as word_set
from mneme.types import Moment, Span


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a sentence: where its words begin behind what only leads in, and what is known of it."""

    text: str
    start: int
    end: int
    sentence: Span
    said: Moment | None = None
    times: tuple[TimePhrase, ...] = ()
    certainty: float = 1.0
    corrects: bool = False
    link: str = ""  # the word that ties it to the clause before
    inherits: bool = False  # it begins with a verb, and shares the subject of the clause before


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement in the making: `object` is where it stands, or its words where they do not stand there."""

    subject: str
    relation: str
    object: Span | str
    mode: Mode = "holds"
    topic: str = ""
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    certainty: float = 1.0
    corrects: bool = False
    span: Span | None = None  # where it is not the clause

    def words(self, text: str) -> str:
        """The object's words, where `text` is what it was found in."""
        return self.object if isinstance(self.object, str) else text[slice(*self.object)]


@dataclass(frozen=True, slots=True)
class Stance:
    """How a clause's verb and times make it stand in time."""

    mode: Mode
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    certainty: float = 1.0


_ALSO_NOUNS = word_set("""
    use need train date book share store garden dance cut lead play work plan love change start run visit host cook
    bake trade paint finish drink hike climb put like take make do be find come go build write practice celebrate
    hold learn sing swim own travel hop leave schedule launch release study drive live plays works uses needs trains
    dates books stores dances plans loves changes starts runs visits hosts cooks""")
_VERBS = "|".join(sorted((word for word, (_, form) in VERBS.items() if form != "ing" and word not in _ALSO_NOUNS),
                         key=len, reverse=True))
_SUBJECT = (rf"(?:(?:I|we|he|she|they|it|you|there)(?=[\s'])|(?:my|our|his|her|their|your|the|this|that)\s+[^\W\d_]|"
            rf"{NAME}(?: {NAME})?(?:'s)? (?!(?:and|or|&) ))")
_ADVERB = (
    r"(?:(?:now|then|also|just|still|recently|actually|currently|finally|always|sometimes|yes|no|well|sorry|wait|"
    r"yesterday|today|last \w+|since \d{4}|in \d{4}),? )*")
_CUT = expression(
    r"\s*(?:[;()–—…]|:(?!\d\d))+\s*|\s-{1,3}\s|(?:(?<!\bSt)(?<!\b[DM]r)(?<!\bMs)(?<!\bMrs)(?<!\bProf)(?<!\b[A-Z])\.|"
    r"[.!?]{2,}|"
    r"[!?])\s+"
    r"|(?P<comma>\s*,)?\s+(?P<link>(?:and|but|so|because|cause|cuz|cos|since|though|although|while|whereas|as|plus|"
    r"then|also|if|"
    r"unless|when|whenever|until|till|before|after|where|who|which|that|whether|or|than|once)(?:\s+(?:that|then|so|"
    r"also|now|if|when))?)(?=\s)\s+"
    r"|\s*,\s*", re.IGNORECASE)
_NEW_SUBJECT = expression(rf"{_ADVERB}{_SUBJECT}", re.IGNORECASE)
_FIRST_SUBJECT = expression(rf"{_ADVERB}(?:(?:I|we|he|she|they|it|you)(?=[\s'])|(?:my|our|his|her)\s)", re.IGNORECASE)
_NEW_VERB = expression(
    rf"(?:(?:now|then|also|just|still|have|has|had|am|is|are|was|were|'m|will|used to|don't|doesn't|no longer|never|"
    rf"recently|really|always|currently)\s+)*"
    rf"(?:{_VERBS}|am|is|have|has|don't|was|starting(?= (?:at|with|in|on|next))|living(?= in)|moving(?= (?:in|out|"
    rf"to)\b)|work|works|love|play|"
    rf"run|drive|live|moved)\b(?!-)", re.IGNORECASE)
_TURN = expression(r"(?:no,? wait|no,|wait|sorry|actually|correction|i mean|i meant|make that|scratch|not|rather|"
                   r"or rather)\b", re.IGNORECASE)
_ONLY_LEAD = expression(r"(?:\W*(?:no|wait|sorry|actually|correction|oops|and|but|so|well|oh|hey|yes|ok|my mistake|"
                        r"my bad|i mixed (?:it|that) up|i got (?:it|that) wrong|i mean|"
                        r"i meant)\b)+\W*", re.IGNORECASE)
_AND_I = expression(r"\s+and (?:I|me)\b")
_PAIR = expression(rf"\s+and {NAME}(?: {NAME})? (?:(?:have |are |just |finally )*(?:got|getting|tied|split|broke|"
                   r"separated|engaged|married|dating))\b")
_ONE_NAME = expression(rf"(?:\w+,? )?{NAME}(?: {NAME})?")
_RELATIVE = expression(r"who|which", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause as it is cut from its sentence, the word that ties it to the one before, if it shares a subject."""

    span: Span
    link: str
    inherits: bool


def pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """The clauses of text[start:end], in order; where none can be told apart, the whole is one."""
    begin, link, inherits = start, "", False
    for cut in _CUT.finditer(text, start, end):
        if cut.start() < begin:
            continue
        kind = _kind(text, begin, cut, end)
        if kind is None:
            continue
        if cut.start() > begin:
            yield Piece((begin, cut.start()), link, inherits)
        begin, link, inherits = cut.end(), (cut["link"] or "").lower(), kind
    if begin < end:
        yield Piece((begin, end), link, inherits)


def _kind(text: str, begin: int, cut: re.Match[str], end: int) -> bool | None:
    """Whether a clause begins behind the cut: False with a subject, True with a verb alone, None where none does."""
    at = cut.end()
    if _ONLY_LEAD.fullmatch(text, begin, cut.start()) and cut.group().strip() == ",":
        return None
    joint = _AND_I.match(text, cut.start(), end) or _PAIR.match(text, cut.start(), end)
    if joint is not None and _ONE_NAME.fullmatch(text, begin, cut.start()):
        return None
    mark = cut.group().strip()
    link = (cut["link"] or "").lower().split()[:1]
    if mark and not mark[0].isalnum() and mark != "," and cut["link"] is None:
        return bool(_NEW_VERB.match(text, at, end)) and not _NEW_SUBJECT.match(text, at, end)
    if _TURN.match(text, at, end) and (mark.startswith(",") or link in (["but"], ["and"])):
        return False
    if not link or link[0] in ("and", "but", "so", "plus", "then", "also"):
        strong = _NEW_SUBJECT if link or cut.group().startswith(",") else _FIRST_SUBJECT
        if strong.match(text, at, end):
            return False
        return True if link != ["so"] and _NEW_VERB.match(text, at, end) else None
    if _RELATIVE.match(link[0]):
        return True
    return False if _FIRST_SUBJECT.match(text, at, end) or link[0] in ("if", "unless", "whether", "when") else None


# ------------------------------------------------------------------ time

_ANY_MORE = expression(r"\b(?:any ?more|any longer|nowadays|these days|now)\b", re.IGNORECASE)
_BOUNDED = expression(r"\b(?:until|till|back then|at the time|years ago|for (?:\w+ )?(?:years?|months?)|from|"
                      r"in (?:19|20)\d\d|before|"
                      r"between|previously|as a (?:child|kid|student|teen\w*)|growing up|originally)\b", re.IGNORECASE)
_OFF_NOW = expression(r"\bafter all\b|\bany ?more\b|\bany longer\b", re.IGNORECASE)
_AFTER_ALL = expression(r"\bafter all\b", re.IGNORECASE)
_SINCE = expression(r"\b(?:since|for)\b", re.IGNORECASE)


def time_from(clause: Clause, future: bool) -> Moment | None:
    """When what the clause tells begins: "since 2019", "last week", "for three years"."""
    for phrase in clause.times:
        if phrase.bound == "for":
            found = began(phrase, clause.said)
            if found is not None:
                return found
        elif phrase.bound not in ("until", "each") and not _is_end(clause.text, phrase):
            past = phrase.bound == "from" and phrase.text.lower().startswith(("since", "ever since"))
            nearest = phrase.bound == "from" and not past
            return moment_of(phrase.text, clause.said, "future" if future and not past else None if nearest else "past")
    return None


def time_to(clause: Clause) -> Moment | None:
    """When what the clause tells ended: "until May", "from 2015 to 2019"."""
    for phrase in clause.times:
        if phrase.bound == "until" or _is_end(clause.text, phrase):
            return moment_of(phrase.text, clause.said, "past")
    return None


def _is_end(text: str, phrase: TimePhrase) -> bool:
    return bool(re.search(r"\bto\s*$|[-–]\s*$", text[max(phrase.span[0] - 4, 0):phrase.span[0]]))


def state(clause: Clause, predicate: Predicate, *, of_past: bool = True) -> Stance | None:
    """What lasts: "works", "used to like", "no longer drives". `of_past`: "worked" tells that it is over."""
    flags = predicate.flags
    if "modal" in flags:
        return None
    if "not" in flags and _AFTER_ALL.search(clause.text, clause.start, clause.sentence[1]):
        return Stance("cancelled")
    if "no longer" in flags or ("not" in flags and _ANY_MORE.search(clause.text, clause.start, clause.end)):
        return Stance("ended", valid_to=time_from(clause, False) or time_to(clause))
    if "not" in flags:
        return None
    if "used to" in flags:
        return Stance("ended", time_from(clause, False) if time_to(clause) else None, time_to(clause))
    if "future" in flags:
        timed = clause.times or time_phrases(clause.text, *clause.sentence)
        return Stance("planned", time_from(clause, True)) if timed else None
    if "past" in flags:
        return _was(clause, of_past)
    if "perfect" in flags and "progressive" not in flags and not _SINCE.search(clause.text, clause.sentence[0],
                                                                                              clause.end):
        return None
    starts = [one for one in clause.times if one.bound in ("from", "for")]
    future = bool(starts) and not starts[0].text.lower().startswith(("since", "for", "ever")) and "perfect" not in flags
    begun = time_from(clause, future) if starts or "perfect" in flags else None
    if begun is not None and clause.said is not None and begun.utc > clause.said.utc:
        return Stance("planned", begun)
    return Stance("holds", begun)


def _was(clause: Clause, of_past: bool) -> Stance | None:
    if not of_past or any(re.search("yesterday|today|this morning|last night", one.text.lower())
                          for one in clause.times):
        return None
    bounded = _BOUNDED.search(clause.text, clause.start, clause.end)
    ended = time_to(clause)
    if any(one.bound == "for" for one in clause.times):
        return Stance("ended", None, ended)
    return Stance("ended", time_from(clause, False), ended, 1.0 if bounded else .8)


def begins(clause: Clause, predicate: Predicate) -> Stance | None:
    """What begins something: "moved", "has joined", "will start", "are moving in May"."""
    flags = predicate.flags
    if "not" in flags and "modal" not in flags and not flags & {"past", "perfect"}:
        off = _OFF_NOW.search(clause.text, clause.start, clause.sentence[1])
        if off:
            return Stance("cancelled")
        return Stance("cancelled", certainty=.85) if {"not", "progressive"} <= flags and predicate.lemma in (
            "move", "relocate", "join") else None
    if flags & {"modal", "not", "no longer", "used to"}:
        return None
    if "future" in flags or ("progressive" in flags and "perfect" not in flags and "past" not in flags):
        return Stance("planned", time_from(clause, True))
    if "progressive" in flags:
        return None
    if flags & {"past", "perfect"}:
        return Stance("holds", time_from(clause, False))
    return Stance("planned", time_from(clause, True)) if clause.times and predicate.form in ("base", "s") else None


def ends(clause: Clause, predicate: Predicate) -> Stance | None:
    """What ends something: "quit", "has left", "am leaving in May" (over at that time)."""
    flags = predicate.flags
    if flags & {"modal", "not", "no longer", "used to"}:
        return None
    if "future" in flags or ("progressive" in flags and "past" not in flags):
        until = time_from(clause, True)
        return Stance("ended", valid_to=until) if until is not None else None
    if flags & {"past", "perfect"} or predicate.lemma in ("quit", "split"):
        return Stance("ended", valid_to=time_from(clause, False) or time_to(clause))
    return None
