"""What is cited, cut into clauses: of whom each tells, what it denies, and what it only wishes or plans."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mneme.answer.checking.words import FUNCTION, NEGATIONS, Token, is_content, is_past, stem, tokens
from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.types import Moment

OWNER = "\0owner"  # the owner, as whom a sentence says "you"
OTHER = "\0not "  # and a name: whoever speaks with that person, and is not that person
WRITER = "\0writer"  # of a text that nobody is known to have said


@dataclass(frozen=True, slots=True)
class Evidence:
    """A memory that is cited. `speaker`: who said it; `owner`: it was the owner, whatever the name.

    `before` is what was said right before it, which may be what it answers.
    """

    text: str
    speaker: str | None
    owner: bool
    happened_at: Moment | None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of evidence number `place`: its words, and of whom it tells, in the order in which they are named.

    `denied` and `wished` are places in `words`. `third`: the third person
    that it is about, by kinship, by name, or both ("my sister Greta went"; SHE where neither is given). `me`: who
    speaks.
    """

    place: int
    words: tuple[Token, ...]
    people: tuple[str, ...]
    denied: frozenset[int]
    wished: frozenset[int]
    third: tuple[str, ...]
    me: str
    is_before: bool = False


_ME = frozenset(("i", "me", "my", "mine", "myself", "i'm", "i've", "i'll", "i'd", "we", "us", "our", "ours", "we're",
                 "we've", "we'll", "we'd", "ich", "mich", "mir", "mein", "meine", "meinen", "meiner", "meinem", "wir",
                 "uns", "unser", "unsere", "unseren", "yo", "mi", "mis", "nosotros", "nuestra", "nuestro", "je", "moi",
                 "mon", "ma", "mes", "nous", "notre"))
_YOU = frozenset(("you", "your", "yours", "yourself", "you're", "you've", "you'll", "you'd", "u", "ur", "du", "dich",
                  "dir", "dein", "deine", "deinen", "tu", "tus", "te", "ti", "toi", "ton", "ta", "tes"))
_KIN = (r"(?:(?:best|old|little|big|older|younger|oldest|youngest|ex|dear|good|close|late) )*(?P<kin>mom|mum|mother|"
        r"dad|father|brother|sister|son|daughter|husband|wife|partner|girlfriend|boyfriend|friend|friends|cousin|aunt|"
        r"uncle|grandma|grandmother|grandpa|grandfather|boss|colleague|colleagues|coworker|neighbour|neighbor|"
        r"neighbours|neighbors|roommate|parents|kids|children|nephew|niece|teacher|doctor|dog|cat|mother-in-law|father-in-law)")
KIN_STEMS = frozenset(stem(word) for word in re.findall("[a-z-]{3,}", _KIN.split("<kin>")[1]))
_KIN_FIRST = expression(rf"\W*(?:(?:and|but|so|then|because|when|while|well|oh|yesterday|today)\W+)*my {_KIN}\b"
                        r"(?!['’]| and (?:I|me)\b)", re.IGNORECASE)
_CUT = expression(r"[;:—–]|\s-{1,2}\s|,? (?:but|because|although|though|while|whereas|since|so that)\b|"
                  r", (?:and|so|or)\b|, ")
_WISH = expression(
    r"\b(?:want(?:s|ed)? to|wanna|hop(?:e|es|ed|ing)(?: to)?|plan(?:s|ned|ning)?(?: to| on)?|wish(?:es)?|"
    r"dream(?:s|ed|ing)? (?:of|about|to)|might|may|could|would|should|if|think(?:ing)? (?:of|about)|consider(?:s|ing)?|"
    r"going to|gonna|will|['’]ll|['’]d|look(?:ing)? (?:to|into|forward to)|aim(?:s|ing)? to|intend(?:s|ing)? to|"
    r"need to|have to|can['’]?t wait to|excited to|ready to|keen on|maybe|perhaps|supposed to|about to|almost|nearly|"
    r"tr(?:y|ying) to|(?:goal|plan|idea|dream|hope) (?:is|was) to)(?!\w)", re.IGNORECASE)
_BREAKS = frozenset(("but", "and", "because", "though", "although", "then", "since", "when", "aber", "pero"))
_REACH = 6  # words after a "not" or a "want to"


@dataclass(frozen=True, slots=True)
class Known:
    """What all evidence together tells of names: who speaks, and which words are none."""

    speakers: Mapping[str, str]
    small: frozenset[str]  # words that stand somewhere without a capital: no names, even where a sentence begins so


def clauses(evidence: Sequence[Evidence], speakers: Mapping[str, str]) -> list[Clause]:
    """All that the evidence tells. `speakers` as by `names`."""
    out: list[Clause] = []
    known = Known(speakers, _small(evidence))
    for place, one in enumerate(evidence):
        me = OWNER if one.owner else key(one.speaker) if one.speaker else WRITER
        out += _of(one.text, _Voice(place, me, OTHER + me), known)
        if one.before:
            out += _of(one.before, _Voice(place, OTHER + me, me, is_before=True), known)
    return out


def chosen(sentence: str, evidence: Sequence[Evidence]) -> tuple[int, ...]:
    """The places of the few that tell most of the sentence's words: words from many places tell nothing together."""
    if len(evidence) <= MOST_PLACES:
        return tuple(range(len(evidence)))
    left = {word.stem for word in tokens(sentence) if is_content(word)}
    held = {place: {word.stem for text in (one.speaker or "", one.text, one.before) for word in tokens(text)}
            for place, one in enumerate(evidence)}
    out: list[int] = []
    while len(out) < MOST_PLACES and held:
        best = max(held, key=lambda place: (len(held[place] & left), -place))
        if out and len(held[best] & left) < LEAST_MORE:
            break
        out.append(best)
        left -= held.pop(best)
    return tuple(sorted(out))


MOST_PLACES, LEAST_MORE = 3, 2  # that a sentence stands on; words that each but the first must add


def key(name: str) -> str:
    """A person's name as persons are compared: the first word of it."""
    return name.split()[0].lower() if name.split() else ""


def names(evidence: Sequence[Evidence]) -> dict[str, str]:
    """Who speaks, is spoken to by name, or is known to be the owner, by the key of the name."""
    small, out = _small(evidence), {}
    for one in evidence:
        for text in (one.text, one.before):
            for start, end in sentences(text):
                words = tokens(text[start:end])
                out.update({word.low: word.low for number, word in enumerate(words[:4])
                            if _is_name(word, Known({}, small)) and _is_call(words, number, text[start:end])
                            and len(words) > 1})
    return out | {key(one.speaker): OWNER if one.owner else key(one.speaker) for one in evidence if one.speaker}


def _small(evidence: Sequence[Evidence]) -> frozenset[str]:
    return frozenset(word.low for one in evidence for text in (one.text, one.before) for word in tokens(text)
                     if word.text[0].islower())


@dataclass(frozen=True, slots=True)
class _Voice:
    """Whose words evidence number `place` is in, and to whom they are said."""

    place: int
    me: str
    you: str
    is_before: bool = False


def _of(text: str, voice: _Voice, known: Known) -> list[Clause]:
    out: list[Clause] = []
    for start, end in sentences(text):
        last: tuple[str, ...] = (voice.me,)
        for piece in _pieces(text[start:end]):
            words = tuple(tokens(piece))
            if words:
                third = _third(words, piece, known)
                people = _people(words, piece, voice, known) or ((OTHER + voice.me,) if third == (SHE,) else ())
                about = tuple(one for one in third if one != SHE) if people or third[1:] else ()
                last = people or last
                named = (*about, *last, *_named(words, piece, known), *third[-1:])
                is_advice = words[0].low in ("don't", "never", "not")
                out.append(Clause(voice.place, words, tuple(dict.fromkeys(named)),
                                  frozenset() if is_advice else in_denial(words, piece), in_wish(words, piece), third,
                                  voice.me, voice.is_before))
    return out


def _third(words: Sequence[Token], piece: str, known: Known) -> tuple[str, ...]:
    """Who the clause is about, if it is a third person: "my sister Greta went", "Anna went", "she went"."""
    kin = _KIN_FIRST.match(piece)
    if kin is not None:
        after = next((word for word in words if word.start > kin.end("kin")), None)
        is_named = after is not None and after.text[0].isupper() and after.low not in known.small
        return (stem(kin["kin"].lower()), *((key(after.low),) if after is not None and is_named else ()))
    first = next((number for number, word in enumerate(words[:3]) if word.low not in _LEADS), len(words))
    if first + 1 >= len(words):
        return ()
    subject, verb = words[first], words[first + 1]
    if subject.low in _SHE:
        return (SHE,)
    is_verb = verb.low in _VERBS or is_past(verb) or (verb.low.endswith(("ed", "s")) and not verb.text[0].isupper()
                                     and not verb.low.endswith(("ss", "us", "'s")))
    return (key(subject.low),) if is_verb and _is_name(subject, known) and not subject.low.endswith("ing") else ()


def _is_name(word: Token, known: Known) -> bool:
    """May this be the name of somebody who does not speak here?"""
    return (word.text[0].isupper() and not word.text[1:2].isupper() and len(word.text) > 2
            and word.low not in FUNCTION and word.low not in _CALLS and word.low not in known.small
            and key(word.low) not in known.speakers)


def _named(words: Sequence[Token], piece: str, known: Known) -> tuple[str, ...]:
    """Those who are named besides the ones that speak, without places ("in Lisbon")."""
    return tuple(key(word.low.removesuffix("'s")) for number, word in enumerate(words)
                 if number and _is_name(word, known) and words[number - 1].low not in _OF_PLACES
                 and not words[number - 1].text[0].isupper() and not _is_call(words, number, piece))


_HIM = frozenset(("him", "her", "ihn", "ihm"))
_OF_PLACES = frozenset(("in", "at", "the", "a", "an", "of", "on", "near", "this", "last", "next", "read", "reading"))
_SHE = frozenset(("she", "he", "she's", "he's", "sie", "er", "ella"))
SHE = "\0she"  # somebody else, who is not named
_LEADS = frozenset(("and", "but", "so", "then", "because", "when", "while", "well", "oh", "yesterday", "today", "also"))
_VERBS = frozenset(("is", "was", "has", "had", "will", "would", "can", "could", "does"))


def _pieces(sentence: str) -> list[str]:
    cuts = [0, *(at.start() for at in _CUT.finditer(sentence)), len(sentence)]
    return [sentence[a:b] for a, b in pairwise(cuts)]


def _people(words: Sequence[Token], piece: str, voice: _Voice, known: Known) -> tuple[str, ...]:
    """Who is meant, in order; a name that only calls somebody ("Thanks, Ann!") is not."""
    out: list[str] = []
    for number, word in enumerate(words):
        if word.low in _ME:
            out.append(voice.me)
        elif word.low in _YOU:
            out.append(voice.you)
        elif out and word.low in _HIM and (word.low != "her" or number + 1 == len(words)
                                           or words[number + 1].low in FUNCTION):
            out.append(OTHER + voice.me)
        elif word.text[0].isupper() and not _is_call(words, number, piece):
            name = key(word.low.removesuffix("'s"))
            if name in known.speakers:
                out.append(known.speakers[name])
    return tuple(dict.fromkeys(out))


_CALLS = frozenset(("thanks", "hey", "hi", "hello", "wow", "yeah", "yes", "yep", "no", "congrats", "sure", "absolutely",
                    "definitely", "agreed", "totally", "exactly", "bye", "awesome", "cool", "great", "okay", "ok",
                    "oh"))


def _is_call(words: Sequence[Token], number: int, piece: str) -> bool:
    before = words[number - 1].low if number else ""
    rest = piece[words[number].end:].lstrip()
    return len(words) <= 2 or before in _CALLS or (number == 0 and rest[:1] in (",", "!")) or (
        piece[:words[number].start].rstrip().endswith(",") and rest[:1] in ("", "!", "?", ".", ","))


def in_denial(words: Sequence[Token], text: str) -> frozenset[int]:
    """The places of words that a "not" before them denies: the next two that say something."""
    out: set[int] = set()
    quoted = [at.span() for at in _QUOTED.finditer(text)]
    for number, word in enumerate(words):
        if not is_negation(word) or _is_answer(words, number, text) or any(a < word.start < b for a, b in quoted):
            continue
        if number + 1 < len(words) and words[number + 1].low in ("only", "just", "doubt", "wonder"):
            continue
        out.update(_scope(words, number, text))
    return frozenset(out)


def _scope(words: Sequence[Token], number: int, text: str) -> list[int]:
    out: list[int] = []
    for later in range(number + 1, min(number + 1 + _REACH, len(words))):
        between = text[words[later - 1].end:words[later].start]
        if len(out) == 2 or words[later].low in _BREAKS or re.search("[,;.!?:]", between):
            break
        if is_content(words[later]):
            out.append(later)
    return out


_QUOTED = expression(r"[\"“«][^\"”»]{2,60}[\"”»]")


def is_negation(word: Token) -> bool:
    return word.low in NEGATIONS or word.low.endswith("n't")


def _is_answer(words: Sequence[Token], number: int, text: str) -> bool:
    """"No, she did": the no denies nothing in the sentence."""
    is_first = number == 0 and words[0].low in ("no", "nein")
    return is_first and text[words[0].end:].lstrip()[:1] in (",", ".", "!", "-")


def in_wish(words: Sequence[Token], text: str) -> frozenset[int]:
    """The places of words after a "want to", "might" or "if", and those words themselves."""
    out: set[int] = set()
    for at in _WISH.finditer(text):
        inside = [number for number, word in enumerate(words) if word.start >= at.end()]
        out.update(inside[:_REACH])
        out.update(number for number, word in enumerate(words) if at.start() <= word.start < at.end())
    return frozenset(out)
