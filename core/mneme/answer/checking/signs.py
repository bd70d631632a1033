"""What speaks for and against a sentence: which of its words are told, of whom, and what is told otherwise."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mneme.answer.checking.evidence import (
    KIN_STEMS,
    OTHER,
    OWNER,
    SHE,
    WRITER,
    Clause,
    Evidence,
    clauses,
    in_denial,
    in_wish,
    is_negation,
    key,
)
from mneme.answer.checking.times import Timing, timing, unknown_numbers
from mneme.answer.checking.words import (
    ABSOLUTES,
    BAD_STEMS,
    FUNCTION,
    GOOD_STEMS,
    GOOD_TOLD_STEMS,
    OPPOSED,
    SPEECH_STEMS,
    TELLING_STEMS,
    Token,
    are_akin,
    is_content,
    is_past,
    stem,
    tokens,
)
from mneme.expressions import expression
from mneme.recall.stopwords import STOP_WORDS
from mneme.recall.understanding.named import language


@dataclass
class Signs:
    """A sentence weighed against its evidence.

    `wanted` are its words that must be told; of them `missing` are told nowhere and `others` only of somebody else.
    `akin` are told in other words. `against` are words of which the evidence says otherwise, with how: number, time,
    denied, opposite, person, done. `loose` are words that go beyond it, likewise: always, roles, a time that may be
    meant. `apart` are told far from those beside them, `replaced` have another in their place there, `again` stand here
    more often than there; `mood` names a liking that was told.
    `shares`: for each clause of the sentence the share of its words that is told.
    """

    sentence: str
    words: list[Token]
    wanted: list[Token] = field(default_factory=list)
    missing: list[Token] = field(default_factory=list)
    others: list[Token] = field(default_factory=list)
    akin: list[Token] = field(default_factory=list)
    mood: list[Token] = field(default_factory=list)
    against: list[tuple[Token, str]] = field(default_factory=list)
    loose: list[tuple[Token, str]] = field(default_factory=list)
    apart: list[Token] = field(default_factory=list)
    replaced: list[Token] = field(default_factory=list)
    again: list[Token] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    used: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    foreign: bool = False
    timing: Timing = field(default_factory=Timing)


def signs(sentence: str, evidence: Sequence[Evidence], computed: Sequence[str], speakers: Mapping[str, str]) -> Signs:
    """All that can be told of a sentence without a model. `speakers`: all who are known, as by `names`."""
    out = Signs(sentence, tokens(sentence))
    told = clauses(evidence, speakers)
    out.foreign = language(sentence) not in ("", "en")
    out.people = people_of(out.words, speakers, told)
    out.timing = timing(sentence, evidence, computed)
    _times(out)
    out.against += [(word, "number") for word in unknown_numbers(
        [word for word in out.words if not out.timing.covers(word)], evidence, computed)]
    _licensed(out, told, evidence, computed)
    _opposites(out, told)
    _denials(out, told)
    _plans(out, told)
    _roles(out, told)
    _told_of_another(out, told)
    _absolutes(out, told)
    out.apart = _apart(out, told)
    out.replaced = _replaced(out, told)
    out.again = _again(out, told)
    out.shares = _shares(out)
    out.used = _used(out, told)
    return out


def people_of(words: Sequence[Token], known: Mapping[str, str], told: Sequence[Clause]) -> tuple[str, ...]:
    """The people that a sentence names, in order; OWNER for "you"."""
    named = {person for clause in told for person in clause.people}
    out = []
    for number, word in enumerate(words):
        name = key(word.low.removesuffix("'s"))
        if word.low in _YOU:
            out.append(OWNER)
        elif word.text[0].isupper() and (name in known or (number == 0 and name in named)):
            out.append(known.get(name, name))
    return tuple(dict.fromkeys(out))


_YOU = frozenset(("you", "your", "yours", "yourself", "you're", "you've", "du", "dich", "dir", "dein", "deine",
                  "deinen", "deiner", "deinem", "tú", "tu", "tus", "ti", "te"))


# ------------------------------------------------------------------ which words are told, and of whom


def is_of(clause: Clause, people: Sequence[str], stems: frozenset[str]) -> bool:
    """Does the clause tell of one of `people` (anybody, where none is named)? `stems` are those of the sentence."""
    if clause.third == (SHE,):
        if people and people == (clause.me,) and not stems & KIN_STEMS:
            return False
    elif clause.third and not any(third == one or are_akin(third, one) for third in clause.third for one in (
            *stems, *people)):
        return False
    if not people:
        return True
    told = clause.people
    return any(meets(person, one) for person in told for one in people) or (WRITER in told and OWNER in people)


def meets(told: str, person: str) -> bool:
    """Is who is told of that person, or may be?"""
    return told == person or (told.startswith(OTHER) and told != OTHER + person)


def _licensed(out: Signs, told: Sequence[Clause], evidence: Sequence[Evidence], computed: Sequence[str]) -> None:
    """Sort the words that must be told by how they are."""
    stems = frozenset(word.stem for word in out.words)
    mine = [clause for clause in told if is_of(clause, out.people, stems)]
    own = {word.stem for clause in mine for word in clause.words}
    every = {word.stem for clause in told for word in clause.words}
    joined = {a.low + b.low for clause in told for a, b in pairwise(clause.words)}
    first = out.people[:1]
    addresses = any(clause.me in (first or (clause.me,)) and OTHER + clause.me in clause.people for clause in told)
    is_good = bool(own & GOOD_STEMS) and not own & BAD_STEMS
    own |= {word.stem for text in computed for word in tokens(text)}
    out.wanted = _wanted(out, told, evidence)
    for word in out.wanted:
        if word.stem in own:
            continue
        if is_good and word.stem in GOOD_TOLD_STEMS and word.low.endswith(("s", "ed")):
            out.mood.append(word)
        elif (word.stem in SPEECH_STEMS and addresses) or word.low in joined or _is_akin(word, own):
            out.akin.append(word)
        elif word.stem in every or any(are_akin(word.stem, one) for one in every):
            out.others.append(word)
        else:
            out.missing.append(word)


def _is_akin(word: Token, own: set[str]) -> bool:
    return all(stem(part) in own for part in word.low.split("-")) or any(are_akin(word.stem, one) for one in own)


def _wanted(out: Signs, told: Sequence[Clause], evidence: Sequence[Evidence]) -> list[Token]:
    """The words that say something besides names of people, times and numbers."""
    persons = {key(one.speaker) for one in evidence if one.speaker} | {*out.people} | {
        person for clause in told for person in clause.people}
    stops = STOP_WORDS.get(language(out.sentence), frozenset()) if out.foreign else frozenset()
    numbers = {word for word, _how in out.against}
    return [word for word in out.words
            if is_content(word) and word.low not in stops and not out.timing.covers(word) and not word.is_number
            and word not in numbers and word.stem not in TELLING_STEMS
            and key(word.low.removesuffix("'s")) not in persons]


def _told_of_another(out: Signs, told: Sequence[Clause]) -> None:
    """Is the clause that says most of it about somebody else?"""
    stems = frozenset(word.stem for word in out.words)
    wanted = {word.stem for word in out.wanted}
    held: dict[bool, int] = {}
    for clause in told:
        is_own = is_of(clause, out.people, stems)
        held[is_own] = max(held.get(is_own, 0), len(wanted & {word.stem for word in clause.words}))
    own, other = held.get(True, 0), held.get(False, 0)
    is_much = len(out.others) * 5 >= len(out.wanted) * 2 or (other >= 2 and other > own)
    is_whole = len(wanted) <= 3 and other == len(wanted) > own
    if (out.others and is_much) or (other >= 3 and other >= own + 2) or is_whole:
        out.against += [(word, "person") for word in out.words if word.text[0].isupper() or word.low in _YOU][:1]


def _shares(out: Signs) -> list[float]:
    """The share of told words in each clause of the sentence that has two of them."""
    untold = {*out.missing, *out.others}
    shares = []
    for start, end in _stretches(out.sentence):
        inside = [word for word in out.wanted if start <= word.start < end]
        if len(inside) >= 2:
            shares.append(sum(word not in untold for word in inside) / len(inside))
    return shares or ([1 - len(untold) / len(out.wanted)] if out.wanted else [])


_JOINT = expression(r"[,;:—]|\b(?:and|but|because|while|which|who|where|when|after|before|as)\b")


def _stretches(sentence: str) -> list[tuple[int, int]]:
    cuts = [0, *(at.start() for at in _JOINT.finditer(sentence)), len(sentence)]
    return list(pairwise(cuts))


def _apart(out: Signs, told: Sequence[Clause]) -> list[Token]:
    """Words that are told, or told in other words, but nowhere near those that stand beside them in the sentence."""
    beside = [word for word in out.words
              if word in out.wanted or (is_content(word) and word.stem in TELLING_STEMS)]
    spots: dict[str, list[tuple[int, bool, int]]] = {}
    at = 0
    for clause in told:
        for word in clause.words:
            at += 1
            spots.setdefault(word.stem, []).append((clause.place, clause.is_before, at))
        at += 2
    far = []
    for number, word in enumerate(beside):
        reach, mine = NEAR, spots.get(word.stem, [])
        if word in out.akin:
            reach = NEAR_AKIN
            mine = [spot for akin, some in spots.items() if are_akin(akin, word.stem) for spot in some]
        near = [one for one in beside[max(number - 2, 0):number + 3] if one is not word and one.stem in spots]
        if mine and near and word in out.wanted and word not in out.mood and not any(
                a[:2] == b[:2] and abs(a[2] - b[2]) <= reach for one in near for a in mine for b in spots[one.stem]):
            far.append(word)
    return far


NEAR, NEAR_AKIN = 10, 7  # words between two that are told together


def _again(out: Signs, told: Sequence[Clause]) -> list[Token]:
    """Words that stand in the sentence more often than in any one of the evidence."""
    counts: Counter[tuple[int, bool, str]] = Counter(
        (clause.place, clause.is_before, word.stem) for clause in told for word in clause.words)
    most: dict[str, int] = {}
    for (_place, _before, stem_), many in counts.items():
        most[stem_] = max(most.get(stem_, 0), many)
    seen: Counter[str] = Counter()
    found = []
    for word in out.wanted:
        seen[word.stem] += 1
        if 1 <= most.get(word.stem, 0) < seen[word.stem]:
            found += [one for one in out.wanted if one.stem == word.stem]
    return list(dict.fromkeys(found))


def _replaced(out: Signs, told: Sequence[Clause]) -> list[Token]:
    """Words in whose place the evidence has another: "a business store" where it is "a clothing store"."""
    known = {link for clause in told for link in _links(clause.words)}
    instead: dict[tuple[str, ...], set[str]] = {}
    for first, *between, last in known:
        instead.setdefault((first, *between, ""), set()).add(last)
        instead.setdefault(("", *between, last), set()).add(first)
    here = {word.stem for word in out.words}
    found: list[Token] = []
    for (one, between_), (other, _rest) in pairwise(_spaced(out.words)):
        if (one.stem, *between_, other.stem) in known:
            continue
        for word, frame in ((one, ("", *between_, other.stem)), (other, (one.stem, *between_, ""))):
            put = instead.get(frame, set())
            if word in out.wanted and word not in out.mood and put and not any(
                    are_akin(word.stem, another) or another in here for another in put):
                found.append(word)
    return list(dict.fromkeys(found))


def _links(words: Sequence[Token]) -> list[tuple[str, ...]]:
    """Two words that say something, with the little words between them."""
    return [(one.stem, *between, other.stem) for (one, between), (other, _rest) in pairwise(_spaced(words))]


def _spaced(words: Sequence[Token]) -> list[tuple[Token, tuple[str, ...]]]:
    """Each word that says something, with the little words behind it; his, her, my and the are one."""
    out: list[tuple[Token, list[str]]] = []
    for word in words:
        if is_content(word):
            out.append((word, []))
        elif out and len(out[-1][1]) < 3:
            out[-1][1].append("the" if word.low in _DETERMINERS else word.low)
    return [(word, tuple(little)) for word, little in out]


_DETERMINERS = frozenset(("a", "an", "the", "my", "your", "his", "her", "their", "our", "its", "this", "that", "these",
                          "those"))


def _used(out: Signs, told: Sequence[Clause]) -> tuple[int, ...]:
    """The places of the evidence that tells its words: the fewest, greedily."""
    holds: dict[int, set[str]] = {}
    for clause in told:
        holds.setdefault(clause.place, set()).update(word.stem for word in clause.words)
    left = {word.stem for word in out.words if is_content(word)}
    used: list[int] = []
    while left and holds:
        best = max(holds, key=lambda place: (len(holds[place] & left), -place))
        if not holds[best] & left:
            break
        used.append(best)
        left -= holds.pop(best)
    return tuple(sorted(used))


# ------------------------------------------------------------------ what is told otherwise


def _times(out: Signs) -> None:
    for spans, where, how in ((out.timing.wrong, out.against, "time"), (out.timing.blurred, out.loose, "time")):
        for start, end in spans:
            where += [(word, how) for word in out.words if start <= word.start < end and word.low not in FUNCTION]


def _opposites(out: Signs, told: Sequence[Clause]) -> None:
    """Words that nobody told, whose opposite was told."""
    every = {word.stem for clause in told for word in clause.words}
    here = {word.stem for word in out.words}
    for word in out.words:
        turned = OPPOSED.get(word.stem, frozenset()) & every - here
        if not turned or word.stem in every or out.timing.covers(word):
            continue
        if word in out.missing:
            out.against.append((word, "opposite"))
        elif word in out.akin or word.stem in TELLING_STEMS or word.low in ("before", "after"):
            out.loose.append((word, "opposite"))


def _denials(out: Signs, told: Sequence[Clause]) -> None:
    """Words that are denied here and told there, or the other way round."""
    denied = in_denial(out.words, out.sentence)
    own = [clause for clause in told if is_of(clause, out.people, frozenset(word.stem for word in out.words))]
    is_denied_too, here = False, {word.stem for word in out.words}
    for number, word in enumerate(out.words):
        if word not in out.wanted and number not in denied:
            continue
        found = [at in clause.denied for clause in own for at, one in enumerate(clause.words)
                 if one.stem == word.stem or (number in denied and are_akin(one.stem, word.stem))]
        is_denied_too |= number in denied and any(found)
        is_turned = found and number not in denied and all(found) and any(
            clause.words[min(clause.denied)].stem in here for clause in own if clause.denied)
        if is_turned or (found and number in denied and not any(found)):
            out.against.append((word, "denied"))
    if denied and not any(is_negation(word) for clause in own for word in clause.words):
        out.against += [(word, "denied") for word in out.words if is_negation(word)]
    elif not is_denied_too:
        same = {word.low for clause in own for word in clause.words if is_negation(word)}
        out.loose += [(word, "denied") for word in out.words if is_negation(word) and (denied or word.low not in same)]


def _plans(out: Signs, told: Sequence[Clause]) -> None:
    """Past verbs of what was only wished or planned."""
    wished = in_wish(out.words, out.sentence)
    stems = frozenset(word.stem for word in out.words)
    own = [clause for clause in told if is_of(clause, out.people, stems)]
    for number, word in enumerate(out.words):
        if number in wished or not (word.low.endswith("ed") or (word.low != word.stem and is_past(word))):
            continue
        spots = [(clause, at, one) for clause in own for at, one in enumerate(clause.words)]
        found = [spot for spot in spots if spot[2].stem == word.stem] or [
            spot for spot in spots if word in out.akin and are_akin(spot[2].stem, word.stem)]
        if found and all(at in clause.wished and not (one.low.endswith("ed") or is_past(one))
                         for clause, at, one in found):
            out.against.append((word, "done"))


def _roles(out: Signs, told: Sequence[Clause]) -> None:
    """Two people who stand there in the other order, where no clause has them in this one."""
    people = _in_order(out, told)
    if len(people) < 2 or any(word.stem in KIN_STEMS for word in out.words):
        return  # "Ines's sister Greta": of two that are tied the order says nothing
    first, second = people[:2]
    wanted = {word.stem for word in out.wanted}
    place, speaker = _main(told, wanted)
    held = [(clause, len(wanted & {word.stem for word in clause.words})) for clause in told]
    near = [clause for clause, many in held if many >= 1 + (clause.place != place)]
    same = [clause for clause in near if _order(clause.people, first, second)]
    turned = [clause for clause in near if _order(clause.people, second, first)]
    if speaker == first:
        between = _between(out, first, second)
        turned = [clause for clause in turned if between & {word.stem for word in clause.words}]
    verb = _verb_of(out, first)
    if verb is not None and (verb.stem in SPEECH_STEMS or verb.stem in TELLING_STEMS):
        same = [clause for clause in same if any(
            word.stem == verb.stem or are_akin(verb.stem, word.stem) for word in clause.words)]
    if (turned or speaker == second) and not same:
        out.loose.append((next(word for word in out.words if word.text[0].isupper() or word.low in _YOU), "roles"))


def _in_order(out: Signs, told: Sequence[Clause]) -> list[str]:
    """The people of the sentence, those who do not speak, too, as they stand in it."""
    named = {person for clause in told for person in clause.people}
    people = dict.fromkeys([*out.people, *(key(word.low.removesuffix("'s")) for word in out.words[1:]
                                           if word.text[0].isupper() and key(word.low) in named)])
    return sorted(people, key=lambda person: next((word.start for word in out.words if _is(word, person)), 0))


def _verb_of(out: Signs, person: str) -> Token | None:
    """The first word behind the person that is not grammar alone."""
    at = next((number for number, word in enumerate(out.words) if _is(word, person)), -1)
    return next((word for word in out.words[at + 1:] if is_content(word)), None)


def _is(word: Token, person: str) -> bool:
    return key(word.low.removesuffix("'s")) == person or (person == OWNER and word.low in _YOU)


def _between(out: Signs, first: str, second: str) -> set[str]:
    """The stems of what stands between the two."""
    marks = {person: next((word.start for word in out.words if _is(word, person)), 0) for person in (first, second)}
    return {word.stem for word in out.wanted if marks[first] < word.start < marks[second]}


def _main(told: Sequence[Clause], wanted: set[str]) -> tuple[int, str]:
    """The evidence that holds most of these stems, and who speaks there."""
    by: dict[int, set[str]] = {}
    for clause in told:
        if not clause.is_before:
            by.setdefault(clause.place, set()).update(wanted & {word.stem for word in clause.words})
    place = max(by, key=lambda at: (len(by[at]), -at), default=-1)
    return place, next((clause.me for clause in told if clause.place == place and not clause.is_before), "")


def _order(order: Sequence[str], first: str, second: str) -> bool:
    one = next((at for at, person in enumerate(order) if meets(person, first)), -1)
    return one >= 0 and any(meets(person, second) for person in order[one + 1:])


def _absolutes(out: Signs, told: Sequence[Clause]) -> None:
    """"Always" and the like, where the evidence that tells the rest does not say so."""
    place, _speaker = _main(told, {word.stem for word in out.wanted})
    every = {word.low for clause in told if clause.place == place and not clause.is_before for word in clause.words}
    for word in out.words:
        if word.low in ABSOLUTES and word.low not in every and not (word.low == "every" and "each" in every):
            out.loose.append((word, "always"))


def says_nothing(out: Signs) -> bool:
    """Is there no word in it that somebody must have told ("Here is what I found")?"""
    return not any(is_content(word) and word.stem not in TELLING_STEMS and word.stem not in _META for word in out.words)


_META_WORDS = """hello hi hey sure question answer help found information based provided please sorry welcome glad happy
    interesting great thank thanks above following summary summarize summarise evidence passage passages memories memory
    notes text context relevant details detail know clear clearly certain conclude conclusion list look like hope let
    source sources citation citations"""
_META = frozenset(stem(word) for word in _META_WORDS.split())
