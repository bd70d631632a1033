"""Which of the statements of one slot holds when: the newer closes the older, a correction replaces it, plans move."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from mneme.memory.facts.sameness import keys_of, names_nothing
from mneme.memory.facts.statements import Mode
from mneme.types import Origin, Precision

State = Literal["holds", "past", "planned", "cancelled", "conflict"]
Verdict = Literal["replaces", "follows", "contradicts", "yields"]  # what a statement does to what held so far

ABOUT_THE_SAME_TIME = timedelta(days=1)
AT_ONCE = timedelta(hours=1)  # in a list, only what corrects so soon tells by itself what it corrects
ANOTHER_TIME = timedelta(days=180)  # an end so long before something was told to hold is the end of an earlier time
STILL_MEANT = timedelta(days=7)  # a plan whose time is over so long is no longer the one that is taken back or moved
DOUBTED, FIRM = 0.6, 0.75  # a statement below the one does not close a statement above the other
_LENGTHS = {"year": timedelta(days=366), "month": timedelta(days=31), "day": timedelta(days=1),
            "minute": timedelta(minutes=1), "second": timedelta(seconds=1)}
_OPPOSITES = {"likes": "dislikes", "dislikes": "likes"}


@dataclass(frozen=True, slots=True)
class Told:
    """A statement of one slot (subject, relation, topic), as settling needs it; all times are in UTC.

    `said` is when it was said or written, else when it was taken in. `by_owner`: corrected or confirmed by hand, at
    `by_hand_at` (None: when it was said). `source` is the document or chat it stands in, 0 where that is not known.
    `relation` is needed where two opposite ones are settled together, and to tell plans from other facts.
    """

    id: int
    object: str
    mode: Mode
    said: datetime
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    certainty: float = 0.8
    origin: Origin = Origin.OWNER
    corrects: bool = False
    by_owner: bool = False
    relation: str = ""
    source: int = 0
    precision: Precision = "second"  # how exactly `valid_from` is known
    by_hand_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a statement: it holds in [valid_from, valid_to); None is an unknown start, and an open end.

    What was never true (replaced by a correction, taken back, a plan that was moved) has an empty stretch: `valid_to`
    is its `valid_from`. `superseded_by` is the statement that closed, replaced, moved or took it back. `same_as` is the
    first statement of the same fact, whose times, state and successor a restatement shares; what it is superseded by
    and in conflict with are such first statements, too.
    """

    id: int
    valid_from: datetime | None
    valid_to: datetime | None
    superseded_by: int | None
    state: State
    same_as: int | None = None
    conflicts: tuple[int, ...] = ()


def opposite(relation: str) -> str | None:
    """The relation that excludes this one for the same object (likes, dislikes): settle the two together."""
    return _OPPOSITES.get(relation)


def holds_at(one: Settled, at: datetime) -> bool:
    """Does it hold at that time? Plans and what was taken back never do."""
    return (one.state not in ("planned", "cancelled") and (one.valid_from is None or one.valid_from <= at)
            and (one.valid_to is None or at < one.valid_to))


def settled(told: Sequence[Told], *, single: bool, now: datetime, of_owner: bool = False) -> list[Settled]:
    """What came of each statement of one slot, by id; a pure function of the set of statements.

    `single`: the slot has one object at a time, so another object supersedes the older one; else each object is
    settled by itself, and only its opposite relation closes it. `of_owner`: the facts are about the owner, whose word
    nobody else's closes. `now` only tells plans from what is past.

    Statements are weighed in the order in which they were said, so it does not matter when they were taken in: what is
    said of the same object restates it, from the earliest start on; another object follows it, and closes it where its
    own time begins. One that corrects, or was set by hand, replaces it from its start. Two of about the same time that
    do not know of each other are in conflict until a newer word, or the owner's hand, settles it. What is planned to
    be (a home, a number, a job; no appointment) holds from its time on, where nothing said since speaks against it.
    """
    unique = sorted({one.id: _sound(one) for one in told}.values(), key=_order)
    keys = keys_of({one.id: one.object for one in unique}, qualified=single)
    if single:
        return sorted(_slot(unique, keys, of_owner).told(now), key=lambda one: one.id)
    replaced = _replaced_in_list(unique, keys)
    groups: dict[str, list[Told]] = {}
    for one in unique:
        if one.id not in replaced:
            groups.setdefault(keys[one.id], []).append(one)
    done: list[Settled] = []
    for group in groups.values():
        done += _slot(group, {one.id: one.relation or "-" for one in group}, of_owner).told(now)
    firsts = {one.id: one.same_as or one.id for one in done}
    done += [Settled(one.id, _start(one), _start(one), firsts.get(replaced[one.id], replaced[one.id]), "past")
             for one in unique if one.id in replaced]
    return sorted(done, key=lambda one: one.id)


def _sound(told: Told) -> Told:
    """Who misread a text may have it end before it began; then when it began is the surer of the two."""
    if told.valid_from is None or told.valid_to is None or told.valid_from <= told.valid_to:
        return told
    return replace(told, valid_to=None)


def _order(told: Told) -> tuple[datetime, bool, int]:
    """By when it was said; what is set by hand counts from then, after what was said at the same time."""
    by_hand = told.by_hand_at if told.by_owner and told.by_hand_at is not None else told.said
    return max(told.said, by_hand), told.by_owner, told.id


def _start(told: Told) -> datetime:
    return told.valid_from or told.said


def _end(told: Told) -> datetime:
    """When what ended was over: an end has but one time, unless the start is told, too."""
    return told.valid_to or told.valid_from or told.said


def _replaced_in_list(ordered: Sequence[Told], keys: dict[int, str]) -> dict[int, int]:
    """Where objects add up, a correction replaces the last one that was said just before; tastes only add up."""
    replaced: dict[int, int] = {}
    for at, one in enumerate(ordered):
        if one.corrects and one.mode == "holds" and opposite(one.relation) is None:
            before = next((other for other in reversed(ordered[:at]) if other.mode == "holds" and not other.by_owner
                           and other.relation == one.relation and other.origin is one.origin), None)
            if before is not None and keys[before.id] != keys[one.id] and one.said - before.said <= AT_ONCE:
                replaced[before.id] = one.id
    return replaced


def _is_same_time(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= ABOUT_THE_SAME_TIME


# ------------------------------------------------------------------ runs: one fact without a break


@dataclass(slots=True, eq=False)
class _Run:
    """Statements of the same without a break; the first told stands for all. Others close it or take it back."""

    value: str
    members: list[Told]
    start: datetime | None
    is_start_said: bool = False
    end: datetime | None = None  # told in words of its own, when it was over
    until: datetime | None = None  # the same, while it was still to come
    closer: "_Run | None" = None
    is_void: bool = False
    taken_back: Told | None = None
    rivals: list["_Run"] = field(default_factory=list)
    ahead: datetime | None = None  # when something else is planned to hold
    is_expected: bool = False  # planned, and since its time has come not told to be so

    @property
    def is_open(self) -> bool:
        return self.end is None and self.closer is None and not self.is_void and self.taken_back is None

    def lasts(self, now: datetime) -> bool:
        return self.is_open and (self.until is None or now < self.until)

    @property
    def is_owners(self) -> bool:
        return any(one.origin is Origin.OWNER or one.by_owner for one in self.members)

    @property
    def is_by_hand(self) -> bool:
        return any(one.by_owner for one in self.members)

    @property
    def first(self) -> Told:
        return min(self.members, key=lambda one: (one.said, one.id))

    def reaches_back(self, start: datetime | None, *, is_said: bool) -> None:
        """The validity of a fact starts at the earliest of what is told of it."""
        if start is not None and (self.start is None or start < self.start):
            self.start, self.is_start_said = start, is_said

    def add(self, told: Told) -> None:
        self.members.append(told)
        if told.valid_to is not None or self.until is None or told.said >= self.until:
            self.until = told.valid_to

    def _closers(self) -> Iterator["_Run"]:
        """What came after it, one after the other: what reaches further back than its forerunner closes both."""
        run = self.closer
        while run is not None:
            yield run
            run = run.closer

    def stretch(self) -> tuple[datetime | None, datetime | None]:
        """When it held. Where it would end before it began, a start that is only the time of saying gives way."""
        ahead = self.ahead if self.is_open else None
        ends = [at for at in (self.until, ahead, *(run.start for run in self._closers())) if at is not None]
        end = self.end or min(ends, default=None)
        if self.is_void or self.taken_back is not None:
            start = self.start or self.first.said
            return start, start
        if self.start is None or end is None or self.start <= end:
            return self.start, end
        return (self.start, self.start) if self.is_start_said else (end, end)

    def told(self, now: datetime) -> Iterator[Settled]:
        start, end = self.stretch()
        lasts = self.lasts(now)
        rivals = tuple(sorted(run.first.id for run in self.rivals if run.lasts(now))) if lasts else ()
        by = self.taken_back.id if self.taken_back else self.closer.first.id if self.closer else None
        state: State = "cancelled" if self.taken_back else "past" if not lasts else "conflict" if rivals else "holds"
        yield from _shared(self.members, self.first, Settled(self.first.id, start, end, by, state, None, rivals))


class _Denial(_Run):
    """Somebody else's word that what the owner says of themselves is over; unclear until the owner speaks of it."""

    @property
    def is_open(self) -> bool:
        [denied] = self.rivals
        return denied.is_open and not denied.is_by_hand and not any(
            one.origin is Origin.OWNER and one.said > self.first.said for one in denied.members)

    def stretch(self) -> tuple[datetime | None, datetime | None]:
        return self.start if self.is_open else self.end, self.end


class _Plan(_Run):
    """Something planned: its time is the `start`; several words for the same time are the same plan."""

    @property
    def is_open(self) -> bool:
        return self.closer is None and self.taken_back is None and self.end is None

    def over(self) -> datetime | None:
        """When the time of the plan is over; None where none was told."""
        told = self.members[0]
        if told.valid_to is not None or told.valid_from is None:
            return told.valid_to
        return _later(told.valid_from, _LENGTHS[told.precision])

    def is_pending(self, at: datetime) -> bool:
        over = self.over()
        return self.is_open and (over is None or at < over)

    @property
    def comes_true(self) -> datetime | None:
        """When it is to hold from then on; None for an appointment, and where the word is doubtful.

        Who says in May what comes in May means the rest of it.
        """
        told = self.members[0]
        if _is_of_one_plan(told) or told.certainty < DOUBTED or self.start is None:
            return None
        return self.start if self.start > told.said else _later(self.start, _LENGTHS[told.precision])

    def told(self, now: datetime) -> Iterator[Settled]:
        by = self.taken_back or (self.closer.first if self.closer is not None else None)
        state: State = "cancelled" if self.taken_back else "planned" if self.is_pending(now) else "past"
        start, end = self.start, self.end or (self.members[0].valid_to if self.comes_true else self.over())
        if by is not None:
            start = end = self.start or by.said
        yield from _shared(self.members, self.first,
                           Settled(self.first.id, start, end, by.id if by else None, state))


def _is_opposed(told: Told, run: _Run, of_owner: bool) -> bool:
    """Does somebody else speak about the owner, against the owner's own word?"""
    return of_owner and told.origin is not Origin.OWNER and not told.by_owner and run.is_owners


def _shared(members: Sequence[Told], first: Told, one: Settled) -> Iterator[Settled]:
    """What came of a fact is what came of each statement of it."""
    for told in members:
        yield one if told is first else Settled(told.id, one.valid_from, one.valid_to, one.superseded_by, one.state,
                                                first.id, one.conflicts)


def _later(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


# ------------------------------------------------------------------ the slot, statement by statement


def _slot(ordered: Sequence[Told], values: dict[int, str], of_owner: bool) -> "_Slot":
    slot = _Slot(of_owner)
    for one in ordered:
        slot.take(one, values[one.id])
    return slot


@dataclass(slots=True)
class _Slot:
    """What is known after some statements, in the order in which they were said."""

    of_owner: bool
    runs: list[_Run] = field(default_factory=list)
    denials: list[_Denial] = field(default_factory=list)
    plans: list[_Plan] = field(default_factory=list)
    orders: list[Told] = field(default_factory=list)  # those that take something back

    def take(self, told: Told, value: str) -> None:
        is_ahead = told.valid_from is not None and told.valid_from > _later(told.said, ABOUT_THE_SAME_TIME)
        end = _end(told)
        is_over = told.valid_to is not None and end <= told.said
        self._come_true(told.said)
        if told.mode == "planned" or (told.mode == "holds" and is_ahead):
            self._plan(told, value)
        elif told.mode == "ended" and end > _later(told.said, ABOUT_THE_SAME_TIME):
            self._leave(replace(told, valid_from=None, valid_to=end), value)
        elif told.mode == "ended" or (told.mode == "holds" and is_over):
            self._end(told, value)
        elif told.mode == "holds":
            self._hold(told, value)
        else:
            self._cancel(told, value)

    def told(self, now: datetime) -> Iterator[Settled]:
        self._come_true(now)
        self._look_ahead()
        for run in [*self.runs, *self.denials, *self.plans]:
            yield from run.told(now)
        for one in self.orders:
            yield Settled(one.id, one.said, one.said, None, "cancelled")

    # -------------------------------------------------------------- holds

    def _hold(self, told: Told, value: str) -> None:
        opened = [run for run in self.runs if run.is_open]
        same = next((run for run in opened if run.value == value and not run.is_expected), None)
        verdicts = [(run, self._verdict_of_expected(told, run, value) if run.is_expected else self._verdict(told, run))
                    for run in opened if run is not same]
        stronger = next((run for run, verdict in verdicts if verdict == "yields"), None)
        if stronger is not None:
            self.runs.append(_Run(value, [told], _start(told), closer=stronger, is_void=True))
            return
        run = same or self._reopened(value, verdicts) or self._begun(told, value)
        run.add(told)
        run.reaches_back(_start(told), is_said=told.valid_from is not None)
        for other, verdict in verdicts:
            self._apply(verdict, told, run, other)
        for plan in self.plans:
            if plan.value == value and plan.is_pending(told.said):
                if _is_of_one_plan(plan.members[0]):
                    plan.end = max(told.said, plan.start or told.said)
                else:
                    plan.closer = run

    def _verdict_of_expected(self, told: Told, run: _Run, value: str) -> Verdict:
        """What was planned is told to be so, or what held before it is told to hold still: it never came true."""
        is_before = told.valid_from is None and any(
            one.closer is run and one.value == value and not one.is_void for one in self.runs)
        if run.value == value or (is_before and not _is_opposed(told, run, self.of_owner)):
            return "replaces"
        return self._verdict(told, run)

    def _verdict(self, told: Told, run: _Run) -> Verdict:
        """What a statement does to what held so far, where it says something else."""
        says_change = told.valid_from is not None and (
            run.start is None or told.valid_from >= run.start - ABOUT_THE_SAME_TIME)
        last = run.members[-1]
        is_opposed, is_same_time = _is_opposed(told, run, self.of_owner), _is_same_time(told.said, last.said)
        if told.by_owner or (told.corrects and not is_opposed and not run.is_by_hand):
            return "follows" if says_change and told.valid_from != run.start else "replaces"
        if run.is_by_hand and (is_opposed or (is_same_time and not says_change)):
            return "yields"
        if is_opposed:
            return "contradicts"
        if says_change:
            return "follows"
        is_elsewhere = told.origin is not last.origin or (told.source != last.source and told.source and last.source)
        is_doubted = told.certainty < DOUBTED and last.certainty >= FIRM
        return "contradicts" if (is_same_time and is_elsewhere) or is_doubted else "follows"

    def _apply(self, verdict: Verdict, told: Told, run: _Run, other: _Run) -> None:
        if verdict == "contradicts":
            if run not in other.rivals:
                other.rivals.append(run)
                run.rivals.append(other)
            return
        other.closer = run
        if verdict == "replaces":
            other.is_void = True
            self._leads_to(run, instead_of=other)
            if told.valid_from is None and (other.value == run.value or not other.is_expected):
                run.reaches_back(other.start, is_said=other.is_start_said)

    def _begun(self, told: Told, value: str) -> _Run:
        run = _Run(value, [], _start(told), told.valid_from is not None)
        self.runs.append(run)
        return run

    def _reopened(self, value: str, verdicts: Sequence[tuple[_Run, Verdict]]) -> _Run | None:
        """No, I am still in Oslo: what a replaced statement had closed goes on."""
        for replaced, verdict in verdicts:
            for run in reversed(self.runs if verdict == "replaces" else ()):
                if run.closer is replaced and run.value == value and not run.is_void:
                    run.closer = None
                    return run
        return None

    def _leads_to(self, run: _Run | None, *, instead_of: _Run) -> None:
        for earlier in self.runs:
            if earlier.closer is instead_of:
                earlier.closer = run if earlier is not run else None

    # -------------------------------------------------------------- ended

    def _leave(self, told: Told, value: str) -> None:
        """I leave Acme in June: until then it holds."""
        current = self._meant(value) if names_nothing(value) else None
        if current is not None and current.is_open:
            current.add(told)
        else:
            self._hold(told, value)

    def _end(self, told: Told, value: str) -> None:
        end = _end(told)
        start = told.valid_from if told.valid_to is not None else None
        is_dated = told.valid_to is not None or told.valid_from is not None
        run = self._meant(value)
        if run is not None and is_dated and run.start is not None and run.first.said - end > ANOTHER_TIME and (
                end < run.start):
            run = None
        if run is None and self._done(told, value):
            return
        if run is None:
            self.runs.append(_Run(value, [told], start, start is not None, end))
        elif run.is_open and _is_opposed(told, run, self.of_owner):
            self._deny(told, run, end)
        else:
            was_open = run.is_open
            run.members.append(told)
            run.reaches_back(start, is_said=True)
            if was_open or (is_dated and (run.start is None or run.start <= end)):
                run.end = end

    def _deny(self, told: Told, run: _Run, end: datetime) -> None:
        denial = _Denial(run.value, [told], None, end=end, rivals=[run])
        self.denials.append(denial)
        run.rivals.append(denial)

    def _done(self, told: Told, value: str) -> bool:
        """Been to the dentist: the plan is over, whatever its time was."""
        plan = self._planned(told, value)
        if plan is not None:
            plan.members.append(told)
            plan.end = max(told.said, plan.start or told.said)
        return plan is not None

    def _meant(self, value: str) -> _Run | None:
        """What an end, or a taking back, is about: what is open, else the latest of it that is known."""
        known = [run for run in self.runs if not run.is_void and run.taken_back is None
                 and (run.value == value or names_nothing(value))]
        return next((run for run in reversed(known) if run.is_open), known[-1] if known else None)

    # -------------------------------------------------------------- planned and cancelled

    def _plan(self, told: Told, value: str) -> None:
        same = next((plan for plan in reversed(self.plans) if plan.is_open and _is_same_plan(plan, told, value)), None)
        if same is not None:
            same.members.append(told)
            return
        plan = _Plan(value, [told], told.valid_from)
        for expected in [run for run in self.runs if run.is_expected and run.is_open and run.value == value]:
            self._put_off(expected, plan)
        for pending in self.plans:
            if pending.is_pending(told.said):
                pending.closer = plan
        self.plans.append(plan)

    def _put_off(self, expected: _Run, plan: _Plan) -> None:
        """What should have come true is planned for another time: it has not."""
        self._leads_to(None, instead_of=expected)
        self.runs.remove(expected)
        self.plans.append(_Plan(expected.value, expected.members, expected.start, closer=plan))

    def _come_true(self, now: datetime) -> None:
        """What was planned to be holds from its time on, and closes what held before."""
        times = [(plan.comes_true, plan.first.id, plan) for plan in self.plans if plan.is_open]
        due = sorted((at, number, plan) for at, number, plan in times if at is not None and at <= now)
        for _, _, plan in due:
            opened = [run for run in self.runs if run.is_open]
            if any(run.value == plan.value or _is_opposed(plan.first, run, self.of_owner) for run in opened):
                continue
            self.plans.remove(plan)
            until = max((one.valid_to for one in plan.members if one.valid_to is not None), default=None)
            run = _Run(plan.value, plan.members, plan.start, is_start_said=True, until=until, is_expected=True)
            for other in opened:
                other.closer = run
            self.runs.append(run)

    def _look_ahead(self) -> None:
        """What holds ends where something else is planned to begin."""
        starts = [(plan.comes_true, plan) for plan in self.plans if plan.is_open]
        for run in self.runs:
            run.ahead = min((start for start, plan in starts if start is not None and plan.value != run.value
                             and not _is_opposed(plan.first, run, self.of_owner)), default=None)

    def _planned(self, told: Told, value: str) -> _Plan | None:
        """The plan that is meant: of these words, or of any where the slot itself is one plan."""
        for plan in reversed(self.plans):
            over = plan.over()
            is_near = over is None or told.said < _later(over, STILL_MEANT)
            if plan.is_open and is_near and (plan.value == value or names_nothing(value) or _is_of_one_plan(told)):
                return plan
        return None

    def _taken_back(self) -> list[Told]:
        return [run.taken_back for run in [*self.runs, *self.plans] if run.taken_back is not None]

    def _cancel(self, told: Told, value: str) -> None:
        self.orders.append(told)
        plan = self._planned(told, value)
        if plan is None and names_nothing(value) and any(
                one.said <= told.said <= _later(one.said, AT_ONCE) for one in self._taken_back()):
            return  # "I'm not moving to Bergen, I'm not moving after all" takes back but the move
        expected = [run for run in self.runs if run.is_expected and run.is_open] if names_nothing(value) else []
        run = None if plan is not None else expected[-1] if expected else self._meant(value)
        if plan is not None:
            plan.taken_back = told
        elif run is not None and not (_is_opposed(told, run, self.of_owner) or (run.is_by_hand and not told.by_owner)):
            present = next((other for other in self.runs if other.is_open and other is not run), None)
            if run.is_open or run.closer is not None:
                self._leads_to(run.closer or present, instead_of=run)
            run.taken_back = told


def _is_of_one_plan(told: Told) -> bool:
    """Plans have their topic in the slot, so that their own words need not be the same."""
    return told.relation in ("", "plan")


def _is_same_plan(plan: _Plan, told: Told, value: str) -> bool:
    """The same time, or a vaguer word for it, or none at all; a more exact one moves the plan."""
    if plan.value != value and not _is_of_one_plan(told):
        return False
    if told.valid_from is None:
        return plan.is_pending(told.said)
    return plan.start is not None and told.valid_from <= plan.start < _later(told.valid_from, _LENGTHS[told.precision])
