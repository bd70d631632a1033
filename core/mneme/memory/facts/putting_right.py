"""What puts right or takes back an earlier message: "no wait, it's 14", "Sunday, sorry", "scratch that"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from mneme.expressions import expression
from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.completing import Edit
from mneme.memory.facts.context import Context
from mneme.memory.facts.fragments import PEOPLE, PLACES, fitting
from mneme.memory.facts.people import FULL_NAME
from mneme.memory.facts.questioning import slot_noun
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.replanning import set_on
from mneme.memory.facts.statements import Statement
from mneme.memory.sentences import sentences
from mneme.types import Span

_SOON = timedelta(days=1)
_TURN = expression(
    r"(?:(?:oh|ah|ugh|oops|argh)[\s,!.]+)*(?:(?:no,? wait|wait,? no|wait|correction|i meant?(?: to say)?|make that|"
    r"sorry|my mistake|my bad|oops|actually|typo|no|scratch that|(?:i've |i )?changed my mind)\b[\s,:!.–—-]*)+",
    re.IGNORECASE)
_SURE = expression(r"wait|correction|mean|make that|mistake|my bad|oops|typo|scratch|my mind", re.IGNORECASE)
_LATE = expression(
    r"(?:\*(?P<star>(?=[^\s*]))|(?=[^\s*]))(?P<value>[^,.!?*\n]{2,40}?)(?P<tail>(?(star)\s*$|,? (?:sorry|i meant?|oops|"
    r"my bad|typo)(?=\s*(?:[.,!*]|$))))", re.IGNORECASE)
_THATS = expression(r"that(?:'s| is| was) (?:the|my|our) (?:old|wrong|previous|work|other) [\w ]{1,20}[.,;!–—-]+\s*",
                    re.IGNORECASE)
_ITS = expression(r"(?:it's|it is|it should be|the right one is|that's|that should be|should be)(?: at| on)? (?=\S)",
                  re.IGNORECASE)
_DIGITS = expression(r"\+?\(?\d[\d ()/.-]{4,20}\d")
_WITH_NOUN = frozenset(("phone", "email", "address", "is", "birthday", "boss", "contact_for", "favourite", "kept_at",
                        "drives"))


class Correction:
    """What who speaks now told last, if the message begins or ends as one that puts it right."""

    def __init__(self, text: str, context: Context) -> None:
        self._text, self._context = text, context
        self._turn = _TURN.match(text)
        self._late = None if self._turn is not None else _LATE.match(text)
        self._told = self._told_last(context) if self._turn or self._late else None
        self._fits = self._told is not None and self._value_fits(self._told, context)

    def _told_last(self, context: Context) -> Statement | None:
        """In the message right before, or, where it is put right in so many words, one of the last three."""
        reach = 3 if self._turn is not None and _SURE.search(self._turn.group()) else 1
        found = next(((at, one) for at, one in context.last_told(reach, own=True)
                      if one.mode in ("holds", "planned")), None)
        return found[1] if found is not None and context.within(found[0], _SOON) else None

    def _value_fits(self, told: Statement, context: Context) -> bool:
        """Whether the words behind the turn can be a value alone; "sorry, Anna" is hardly a place where one lives."""
        if told.relation == "plan":
            return True
        if self._late is not None:
            return fitting(self._text, *self._late.span("value"), told.relation, told.topic, context) is not None
        turn = self._turn
        sure = turn is not None and (_SURE.search(turn.group()) or told.relation not in PLACES | PEOPLE | {"works_at"})
        return turn is not None and bool(sure) and _fits(self._text, turn.end(), told, context)

    def earlier(self) -> Draft | None:
        """What a value alone puts right ("sorry, I mean Thursday"): what was told last."""
        one = self._told
        if one is None or not self._fits:
            return None
        return Draft(one.subject, one.relation, one.object, one.mode, one.topic, one.valid_from, one.valid_to)

    def edits(self) -> Iterator[Edit]:
        """The noun for what is put right by "no wait, it's ..."; an hour alone is on the day told before."""
        if self._told is not None and self._turn is not None:
            yield from _put_right(self._text, self._turn.end(), self._told, self._context)
        elif self._told is not None and self._late is not None and self._fits:
            yield from _put_right_late(self._late, self._told)


def _fits(text: str, at: int, told: Statement, context: Context) -> bool:
    end = text.find("\n", at)
    return fitting(text, at, len(text) if end < 0 else end, told.relation, told.topic, context) is not None


def _put_right(text: str, at: int, told: Statement, context: Context) -> Iterator[Edit]:
    old = _THATS.match(text, at)
    its = _ITS.match(text, old.end() if old is not None else at)
    noun = slot_noun(told.relation, told.topic)
    if told.relation == "plan":
        yield from set_on(at, its.end() if its is not None else at, told, text)
    elif its is not None and noun is not None and told.relation in _WITH_NOUN and _fits(
            text, its.end(), told, context):
        again = "" if old is None else "no wait, "
        yield Edit(*its.span(), f"{again}{'the' if told.relation == 'kept_at' else 'my'} {noun} is ")
    elif told.relation == "favourite" and noun is not None and _fits(text, at, told, context):
        yield Edit(at, at, f"my {noun} is ")
    elif told.relation == "phone" and _DIGITS.match(text, at):
        yield Edit(at, at, "no wait, my number is ")


def _put_right_late(late: re.Match[str], told: Statement) -> Iterator[Edit]:
    """ "Sunday, sorry", "*Sunday": the turn behind its value is read as if it stood before."""
    start = late.start("value")
    if told.relation == "plan":
        yield from (replace(edit, start=0) for edit in set_on(start, start, told, late.string, "no wait, "))
    else:
        yield Edit(0, start, "no wait, I mean ")
        yield Edit(*late.span("tail"), "")


# ------------------------------------------------------------------ "scratch that", "scrap what I said about Judith"

_SCRATCH = expression(
    r"(?:(?:oh|ah|ok|okay|no|wait|sorry|actually|please|haha|lol|right|about (?:that|earlier)|turns out)[\s,.!:]+)*"
    r"(?:scratch that|scrap that|strike that|i take (?:it|that)(?: all)? back|ignore (?:that|my last message)|"
    r"disregard that|forget (?:that|it|i said that)|(?:that|it|this)(?:'s| is| was) (?:all )?(?:just )?(?:not true|"
    r"made up|nonsense|a (?:mix-?up|misunderstanding|false alarm))|(?:(?:that|it|this)(?:'s| is| was) )?(?:just )?"
    r"(?:a|my) (?:bad |silly |stupid |little )?(?:joke|prank|lie|hoax)(?: of mine)?|"
    r"i (?:just )?made (?:that|it|this)(?: all)? up|i lied|i was (?:just |only )*(?:joking|kidding|pulling your leg|"
    rf"messing with you)|(?:only |just )?(?:joking|kidding)|(?:i|we|mum|mom|dad|she|he|they|{FULL_NAME}) (?:had )?"
    r"(?:got (?:that|it) wrong|mixed (?:them|it|that|things|something) up))(?: about (?:that|it))?"
    r"(?:,? (?:sorry|obviously|of course|haha|lol))*\s*(?:[.,!;–—-]|$)", re.IGNORECASE)
_TAKES_BACK = expression(r"scratch|scrap|strike|take|disregard|ignore|joke|joking|kidding|made|lie|mix", re.IGNORECASE)
_SCRAP = expression(
    r"(?:please |just |so |ok |actually,? |you can )*(?:forget|ignore|disregard|scratch|delete|scrap)\s+(?:what|"
    r"everything|all|the (?:thing|bit|part|stuff))\s+(?:i|we)(?:'ve| have)?\s+(?:said|told you|wrote|mentioned) about "
    rf"(?P<who>{FULL_NAME})(?: and (?P<other>{FULL_NAME}))?(?!'s)(?=\s*(?:[,.;!–—-]|$| (?:because|it|that|being|"
    rf"getting|"
    r"moving|marrying|working|living)\b))", re.IGNORECASE)


def scratched(text: str, context: Context) -> Iterator[tuple[Draft, Span]]:
    """The last thing that who speaks now told, right before, is taken back."""
    found = _SCRATCH.match(text)
    at = len(context.turns) - 1
    if found is None:
        return
    if not context.is_own(at):
        at -= 1
        if at < 0 or not context.is_own(at) or (
                "?" in context.turns[-1].text and not _TAKES_BACK.search(found.group())):
            return
    told = context.told(at) if context.within(at, _SOON) else []
    for one in told:
        if one.span == told[-1].span:  # "we are engaged" tells of the partner, too
            yield _taken_back(one), (0, len(found.group().rstrip(" ,;–—-")))


def scrapped(text: str, context: Context) -> Iterator[tuple[Draft, Span]]:
    """What who speaks now told about the named is taken back, where it is one thing."""
    start, end = (sentences(text) or [(0, 0)])[0]
    found = _SCRAP.match(text, start, end)
    if found is None:
        return
    names = [name for name in (found["who"], found["other"]) if name]
    about = [one for _, one in context.last_told(len(context.turns), own=True) if one.mode in ("holds", "planned")
             and all(name in (one.subject, one.object) for name in names)]
    if about and (len(names) > 1 or len({(one.relation, one.topic) for one in about}) == 1):
        yield _taken_back(about[0]), found.span()


_AFTER_ALL = expression(
    r"(?=[^\n]*\b(?:after all|fell through|came to nothing|didn't work out|didn't happen|isn't happening)\b)[^\n]+",
    re.IGNORECASE)
_DENIED = expression(r"\b(?:not|never|no)\b|n't\b|\b(?:fell through|came to nothing)\b", re.IGNORECASE)
_OWN = expression(r"\b(?:i|i'm|i've|we|we're|we've|my|our|the|it)\b|not\b", re.IGNORECASE)
_SPOKEN_OF = {
    "works_at": r"jobs?|position|role|offer|starting|joining", "works_as": r"jobs?|position|role|promotion|promoted",
    "lives_in": r"mov(?:e|ed|ing)|flat|house|apartment|relocat\w+", "address": r"mov(?:e|ed|ing)|flat|house|apartment",
    "status": r"engaged|engagement|married|marrying", "partner": r"engaged|engagement|dating|together",
    "married_to": r"married|marrying|wedding", "phone": r"number", "studies_at": r"studying|course|uni\w*|degree",
    "drives": r"car", "owns": r"buy(?:ing)?|bought|getting", "diet": r"diet"}


def undone(text: str, context: Context) -> Iterator[tuple[Draft, Span]]:
    """ "We aren't getting the dog after all", "the job fell through": what was told of it before is taken back."""
    for start, end in sentences(text)[:3]:
        words = text[start:end]
        if not (_AFTER_ALL.match(words) and _DENIED.search(words) and not words.rstrip().endswith("?")):
            continue
        first = first_person(context.saying)
        told = [(at, one) for at, one in context.last_told(len(context.turns), own=True)
                if one.mode in ("holds", "planned") and _is_spoken_of(one, words) and (
                    one.subject == first if _OWN.match(words) else one.subject.split(" ")[-1].lower() in words.lower())]
        for at, one in told:
            if at == told[0][0]:
                yield _taken_back(one), (start, end)


def _is_spoken_of(one: Statement, words: str) -> bool:
    """Whether a sentence names what a statement is about: its object, its topic or its kind."""
    if one.relation in ("name", "birthday", "plan"):
        return False
    named = [name for name in (one.object, one.topic) if len(name) > 1]
    kind = _SPOKEN_OF.get(one.relation)
    said = [re.escape(name) for name in named] + ([kind] if kind else [])
    return bool(said) and re.search(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", words, re.IGNORECASE) is not None


def _taken_back(one: Statement) -> Draft:
    return Draft(one.subject, one.relation, one.object, "cancelled", one.topic)
