"""Dates and numbers of a sentence against those of its evidence, relative ones counted from when they were said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mneme.answer.checking.evidence import Evidence
from mneme.answer.checking.words import COUNTS, ORDINALS, Token, is_content, tokens
from mneme.expressions import expression
from mneme.memory.times.expressions import TimeExpression, expressions
from mneme.types import Moment, Span

_SOME_DAY = Moment(datetime(2000, 6, 15, 12, tzinfo=UTC), 0, "minute")  # where nobody knows when it was said
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timing:
    """Stretches of a sentence that name a time: those that the evidence has, may have, and has not."""

    told: tuple[Span, ...] = ()
    blurred: tuple[Span, ...] = ()
    wrong: tuple[Span, ...] = ()

    def covers(self, word: Token) -> bool:
        return any(start <= word.start < end for start, end in (*self.told, *self.blurred, *self.wrong))


def timing(sentence: str, evidence: Sequence[Evidence], computed: Sequence[str]) -> Timing:
    """The expressions of time in `sentence`, by whether one of the evidence means the same time."""
    if not _dates(sentence, _SOME_DAY):
        return Timing()
    level: dict[Span, int] = {}
    for one in evidence:
        said = one.happened_at or _SOME_DAY
        told = expressions(one.text, said) + expressions(one.before, said)
        for wanted in _dates(sentence, said):
            level[wanted.span] = max(level.get(wanted.span, 0), _fit(wanted, told, one.happened_at))
    for wanted in _dates(sentence, _SOME_DAY):
        level.setdefault(wanted.span, 0)
        if any(wanted.text.lower() in text.lower() or _same(wanted, expressions(text, _SOME_DAY)) for text in computed):
            level[wanted.span] = 2
    by = [tuple(span for span, fit in sorted(level.items()) if fit == wanted) for wanted in (2, 1, 0)]
    return Timing(*by)


def _dates(sentence: str, said: Moment) -> list[TimeExpression]:
    """Lengths of time, and what comes again and again, are compared as words and numbers."""
    found = [one for one in expressions(sentence, said) if one.kind == "date" and one.start and one.end]
    for at in _YEAR.finditer(sentence):
        if not any(one.span[0] <= at.start() < one.span[1] for one in found):
            year = int(at.group())
            found.append(TimeExpression(at.span(), at.group(), "date", date(year, 1, 1), date(year + 1, 1, 1), "year",
                                        anchored=True))
    return found


_NUMBER = expression(r"\d+(?::\d\d)?")
_YEAR = expression(r"(?<![\d,.:/-])(?:19|20)\d\d(?![\d:/-]|,\d)")


def _fit(wanted: TimeExpression, told: Sequence[TimeExpression], said: Moment | None) -> int:
    """2: it is said; 1: it may be so; 0: it is not."""
    if any(wanted.text.lower() == one.text.lower() for one in told):
        return 2
    if wanted.precision in ("minute", "hour") and any(_NUMBER.findall(wanted.text) and set(
            _NUMBER.findall(wanted.text)) <= set(_NUMBER.findall(one.text)) for one in told):
        return 2
    here = _days(wanted)
    fits = [_overlap(wanted, here, one) for one in told if one.kind == "date" and one.start and one.end]
    if said is None:
        return max([fit for fit in fits if fit == 2], default=0)
    if 2 not in fits and here[0] <= said.local().date() < here[1] and (wanted.anchored or wanted.relation is None):
        fits.append(2 if not fits or wanted.precision in ("month", "year", "season") else 1)
    return max(fits, default=0)


def _overlap(wanted: TimeExpression, here: tuple[date, date], one: TimeExpression) -> int:
    there = _days(one)
    if here[0] <= there[0] and there[1] <= here[1]:
        return 2
    if (wanted.approximate or one.approximate) and here[0] < there[1] and there[0] < here[1]:
        return 2 if one.approximate and wanted.approximate else 1
    return 1 if there[0] <= here[0] and here[1] <= there[1] else 0


def _same(wanted: TimeExpression, told: Iterable[TimeExpression]) -> bool:
    return any(wanted.start is not None and (wanted.start, wanted.end) == (one.start, one.end) for one in told
               if one.anchored and wanted.anchored)


def _days(one: TimeExpression) -> tuple[date, date]:
    assert one.start is not None and one.end is not None
    start, end = (at.date() if isinstance(at, datetime) else at for at in (one.start, one.end))
    return start, max(end, start + _DAY)


# ------------------------------------------------------------------ numbers


def value(word: Token) -> str:
    """A number as numbers are compared: "twelve", "12" and "12th" are one."""
    if word.low in COUNTS:
        return f"{COUNTS[word.low]}{'.' if word.low in ORDINALS else ''}"
    return word.text.replace(",", "").rstrip(".")


def unknown_numbers(words: Sequence[Token], evidence: Sequence[Evidence], computed: Sequence[str]) -> list[Token]:
    """The numbers of a sentence that nobody tells, or tells of something else than stands behind them."""
    wanted = [(number, word) for number, word in enumerate(words) if word.is_number]
    if not wanted:
        return []
    texts = [tokens(text) for one in evidence for text in (one.text, one.before)]
    counted = {value(word) for text in computed for word in tokens(text) if word.is_number}
    every = {word.stem for text in texts for word in text}
    return [word for number, word in wanted
            if value(word) not in counted and not any(_tells(words, number, text, every) for text in texts)]


def _tells(words: Sequence[Token], number: int, text: Sequence[Token], every: set[str]) -> bool:
    """Does the text have the number, and of the same thing? `every`: the stems of all texts."""
    places = [at for at, word in enumerate(text) if word.is_number and value(word) == value(words[number])]
    if not places:
        return False
    counted = next((word for word in words[number + 1:number + 3] if is_content(word)), None)
    elsewhere = [at for at, word in enumerate(text) if counted is not None and word.stem == counted.stem]
    if not elsewhere:
        return counted is None or (counted.stem != "tim" and counted.stem not in every)
    return any(abs(at - place) <= 4 for at in elsewhere for place in places)
