"""Runs a tool: what the store tells exactly, as a sentence that may be quoted and as lines for the model to read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from mneme.answer import when
from mneme.answer.tools.schema import Call
from mneme.answer.tools.words import spelled, with_tenses
from mneme.answer.voices import who
from mneme.messages import _, ngettext
from mneme.prompts.fencing import one_line
from mneme.recall.exact import Asked, Found, Person, StoreExact, is_owner
from mneme.types import Fact, Memory, Moment

LINE, LONGEST = 240, 4000  # code points of a memory in a list, and of all that a model reads of a result
WHOLE = 1500  # of a memory that is opened


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gave: the `memories` that it found (live, to be cited), at most a few dozen.

    `computed` is a sentence for the owner that Mneme counted, "" where nothing was: a writer may quote it, a checker
    takes it as computed. `text` is what the model reads, each memory by its id.
    """

    tool: str
    memories: tuple[Memory, ...]
    computed: str
    text: str


def result_of(call: Call, exact: StoreExact) -> ToolResult:
    """What a call comes to. Raises: StoreError."""
    return _RUN[call.tool](call, exact)


def _found(call: Call, exact: StoreExact) -> ToolResult:
    asked = Asked(with_tenses(call.words), call.since, call.until, call.who)
    if call.words and not asked.words:
        return ToolResult(call.tool, (), "", _("These are no words."))
    found = exact.found(asked)
    if not found.known:
        return ToolResult(call.tool, (), "", _("Nobody called {name} speaks in the memories; the name may be said in "
                                               "them: put it among the words.").format(name=call.who))
    computed = _counted(call, asked, found, elsewhere=exact.elsewhere)
    return ToolResult(call.tool, found.memories, computed, _bounded(computed, map(_line, found.memories)))


def _counted(call: Call, asked: Asked, found: Found, *, elsewhere: bool) -> str:
    """What was counted, of what, in one sentence: how many memories on how many days say these words."""
    counted = found.counted
    on = ngettext("{n} day", "{n} days", counted.days).format(n=counted.days)
    if not counted.memories:
        said = _("No memory says {words}") if asked.words else _("There is no memory")
    elif asked.words and counted.days:
        said = ngettext("{n} memory on {days} says {words}", "{n} memories on {days} say {words}", counted.memories)
    elif asked.words:
        said = ngettext("{n} memory says {words}", "{n} memories say {words}", counted.memories)
    else:
        said = ngettext("There is {n} memory on {days}", "There are {n} memories on {days}", counted.memories)
    sentence = said.format(n=counted.memories, days=on, words=spelled(asked.words)) + _limits(call, elsewhere) + "."
    dated = call.since is not None or call.until is not None
    if counted.undated and asked.words:
        more = ngettext("{n} more does not tell its day.", "{n} more do not tell their day.", counted.undated) \
            if dated else ngettext("{n} of them does not tell its day.", "{n} of them do not tell their day.",
                                   counted.undated)
        sentence += " " + more.format(n=counted.undated)
    return sentence


def _limits(call: Call, elsewhere: bool) -> str:
    """Within what was counted, in brackets."""
    limits = []
    if call.since is not None and call.until is not None:
        last = call.until - timedelta(days=1)
        limits.append(_day(call.since) if last == call.since else
                      _("from {first} to {last}").format(first=_day(call.since), last=_day(last)))
    elif call.since is not None:
        limits.append(_("from {first} on").format(first=_day(call.since)))
    elif call.until is not None:
        limits.append(_("before {day}").format(day=_day(call.until)))
    if call.who:
        limits.append(_("said by you") if is_owner(call.who) else _("said by {name}").format(name=call.who))
    if elsewhere:
        limits.append(_("private memories left out"))
    return f" ({'; '.join(limits)})" if limits else ""


def _people(call: Call, exact: StoreExact) -> ToolResult:
    groups = with_tenses(call.words)
    if call.words and not groups:
        return ToolResult(call.tool, (), "", _("These are no words."))
    people, total = exact.people(groups)
    names = ", ".join(one.name for one in people)
    if not people:
        computed = _("Nobody else is named where the memories say {words}").format(words=spelled(groups)) if groups \
            else _("Nobody else speaks in the memories")
    else:
        computed = ngettext("{n} person besides you: {names}", "{n} people besides you: {names}", total).format(
            n=total, names=names if total == len(people) else f"{names}, …")
    computed += _limits(Call("none"), exact.elsewhere) + "."
    memories = exact.load(list(dict.fromkeys(one.memory for one in people)))
    return ToolResult(call.tool, memories, computed, _bounded(computed, map(_person, people)))


def _opened(call: Call, exact: StoreExact) -> ToolResult:
    opened = exact.opened(call.id)
    if opened is None:
        return ToolResult(call.tool, (), "", _("There is no memory {id}.").format(id=call.id))
    lines = [*map(_line, opened.before), _line(opened.memory, WHOLE), *map(_line, opened.after)]
    return ToolResult(call.tool, (opened.memory, *opened.before, *opened.after), "", _bounded("", lines))


def _facts(call: Call, exact: StoreExact) -> ToolResult:
    known = exact.facts(call.subject, call.relation, call.as_of)
    if not known.facts:
        return ToolResult(call.tool, (), "", _("No fact is known of {name}.").format(name=call.subject))
    computed = ngettext("{n} fact is known", "{n} facts are known", known.total).format(n=known.total)
    return ToolResult(call.tool, tuple(fact.memory for fact in known.facts), "",
                      _bounded(f"{computed}.", map(_fact, known.facts)))


def _nothing(call: Call, _exact: StoreExact) -> ToolResult:
    return ToolResult(call.tool, (), "", "")


_RUN: Mapping[str, Callable[[Call, StoreExact], ToolResult]] = {
    "find_by_time": _found, "count": _found, "list_people": _people, "open_memory": _opened, "facts_about": _facts,
    "none": _nothing}


# ------------------------------------------------------------------ lines for the model


def _bounded(head: str, lines: Iterable[str]) -> str:
    """The lines under their head, as many whole ones as there is room for."""
    text = head
    for line in lines:
        if len(text) + len(line) >= LONGEST:
            break
        text += f"\n{line}" if text else line
    return text


def _line(memory: Memory, longest: int = LINE) -> str:
    said = one_line(memory.text)
    told = [when.shown(memory.happened_at)] if memory.happened_at is not None and memory.dated else []
    told += [who(memory)] if memory.speaker else []
    head = f"[{memory.id}] {', '.join(told)}: " if told else f"[{memory.id}] "
    return head + (said if len(said) <= longest else said[:longest] + " …")


def _person(one: Person) -> str:
    return f"[{one.memory}] {one.name}: said {one.said}, chats {one.chats}, facts {one.facts}"


def _fact(fact: Fact) -> str:
    since = when.shown(fact.valid_from) if fact.valid_from is not None else "?"
    until = when.shown(fact.valid_to) if fact.valid_to is not None else ("…" if fact.state == "holds" else "?")
    return f"[{fact.memory.id}] {one_line(fact.memory.text)} ({fact.state}, {since} - {until})"


def _day(day: date) -> str:
    return when.shown(Moment(datetime.combine(day, time(), UTC), 0, "day"))
