"""A text as words with places and tenses: what the grammar of time reads."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from mneme.expressions import expression
from mneme.memory.times.stretches import Stretch
from mneme.memory.times.words import FUTURE, LANGUAGES, MONTHS, NOT_PAST, PAST

# numbers joined by points, dashes, colons and strokes are one word: a date, a clock, a version, a telephone number
_WORD = expression(r"\d+(?:(?:[-–./:]|,(?=\d\d\d(?!\d)))\d+)*|[^\W\d_]+|\s{2,}|[^\s]")
_SENTENCE_ENDS = frozenset(".!?;¶")
_TELLING = PAST | FUTURE | {"see", "have", "has", "need", "let", "can", "is", "are"}
_BEYOND = 64  # empty words behind the last: no expression looks further ahead
_PRESENT = frozenset(("am", "is", "are", "m", "re"))
_AHEAD = frozenset((
    ("is", "on"), ("are", "on"), ("see", "you"), ("see", "ya"), ("see", "u"), ("have", "to"), ("has", "to"),
    ("need", "to")))
_PASSIVE = frozenset(("be", "being", "get", "getting", "is", "are"))  # getting married: no past


@dataclass(frozen=True, slots=True)
class Relation:
    """How an expression is counted from the day of speaking: two weeks back is ("week", -2)."""

    unit: str  # day, week, weekend, month, year, weekday
    steps: int
    few: bool = False
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An expression up to word `end` (exclusive), and what it means."""

    end: int
    stretch: Stretch
    kind: str = "date"
    approximate: bool = False
    anchored: bool = False
    relation: Relation | None = None
    part: str = ""  # early, mid, late
    bound: str = ""  # since, until, range, within
    weekday: int | None = None  # a weekday alone


Number = tuple[int, int, bool, int]


@dataclass(slots=True)
class Place:
    """The word before which a month or a year is surely one ("from May to ..."): -1 is nowhere."""

    sure: int = -1


@dataclass(frozen=True)
class TimeText:
    """The words of `text` (lower case; breaks between paragraphs are "¶") and the speaker's time."""

    text: str
    said: datetime
    day_first: bool | None = None
    week_start: int = 0
    place: Place = field(default_factory=Place)
    numbers: dict[int, Number | None] = field(default_factory=dict)  # those read so far, by place

    @cached_property
    def tokens(self) -> tuple[list[str], list[int], list[int]]:
        """Words, their starts and ends in the text; behind the words stand empty ones, lest a rule look beyond them."""
        found = [match.span() for match in _WORD.finditer(self.text) if not _is_small_gap(match.group())]
        text = self.text
        words = [text[start:end].lower() if not text[start].isspace() else "¶" for start, end in found]
        return words + [""] * _BEYOND, [start for start, _end in found], [end for _start, end in found]

    @cached_property
    def size(self) -> int:
        return len(self.tokens[1])

    @cached_property
    def w(self) -> Callable[[int], str]:
        """Word `i`, "" a little beyond both ends (-1 is the last of the empty words)."""
        return self.tokens[0].__getitem__

    @cached_property
    def day(self) -> date:
        return self.said.date()

    def glued(self, i: int) -> bool:
        """Does word `i` touch the next one?"""
        _words, starts, ends = self.tokens
        return 0 <= i < len(ends) - 1 and starts[i + 1] == ends[i]

    def capital(self, i: int) -> bool:
        return self.text[self.tokens[1][i]].isupper()

    def says(self, i: int, *words: str) -> bool:
        return all(self.w(i + n) == word for n, word in enumerate(words))

    def tense(self, i: int) -> int:
        """-1 past, 1 future, 0 unknown: the tense of the verb nearest to word `i` in its sentence."""
        places, tenses = self._hints
        at = bisect_left(places, i)
        near = [(abs(places[n] - i), tenses[n]) for n in (at - 1, at) if 0 <= n < len(places)
                and self._sentence_of(places[n]) == self._sentence_of(i)]
        return min(near)[1] if near else 0

    @cached_property
    def _ends(self) -> list[int]:
        return [i for i, word in enumerate(self.tokens[0]) if word in _SENTENCE_ENDS]

    def _sentence_of(self, i: int) -> int:
        return bisect_left(self._ends, i)

    @cached_property
    def _hints(self) -> tuple[list[int], list[int]]:
        """The words that tell a tense, by place."""
        may_tell = [i for i, word in enumerate(self.tokens[0])
                    if word in _TELLING or word[-2:] == "ed" or word[-3:] == "ing"]
        found = [(i, tense) for i in may_tell if (tense := self._hint(i, self.w(i)))]
        return [i for i, _tense in found], [tense for _i, tense in found]

    def _hint(self, i: int, word: str) -> int:
        if word in PAST:
            return 1 if word == "won" and self.w(i + 2) == "t" else -1
        if word in FUTURE or self._is_ahead(i, word):
            return 1
        is_past = len(word) > 4 and word.endswith("ed") and word not in NOT_PAST and self.w(i - 1) not in _PASSIVE
        return -1 if is_past else 0

    def _is_ahead(self, i: int, word: str) -> bool:
        """I'm moving, going to, see you, let's, I have to: the future in the present's clothes."""
        if word.endswith("ing") and len(word) > 4:
            return self.w(i - 1) in _PRESENT or (self.w(i - 1) == "not" and self.w(i - 2) in _PRESENT)
        following = self.w(i + 1)
        return (word, following) in _AHEAD or (word in ("let", "can") and self.w(i + 2) in ("s", "t"))

    @cached_property
    def language(self) -> str:
        """The language besides English that most words speak for; "" where it is fewer than two."""
        counts = dict.fromkeys(LANGUAGES, 0)
        for word in self.tokens[0]:
            if word in _SPEAKING:
                for name, weight in _SPEAKING[word]:
                    counts[name] += weight
        best = max(counts, key=lambda name: counts[name])
        return best if counts[best] >= 2 else ""


def _is_small_gap(word: str) -> bool:
    return word[0].isspace() and len(word) <= 3 and word.count("\n") < 2


_SPEAKING: dict[str, list[tuple[str, int]]] = {}
for _name, _table in LANGUAGES.items():
    for _known in str(_table["hints"]).split():
        _SPEAKING.setdefault(_known, []).append((_name, 1))
    for _known in f"{_table['months']} {_table['weekdays']}".replace("|", " ").split():
        if _known not in MONTHS:
            _SPEAKING.setdefault(_known, []).append((_name, 1))
    for _known in str(_table["alone"]).split():  # words of time that no other language here has
        _SPEAKING.setdefault(_known, []).append((_name, 2))
