"""The loop in which a language model calls tools: a call under the schema, its result, the next call or none."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from mneme.answer import when
from mneme.answer.tools.running import ToolResult, result_of
from mneme.answer.tools.schema import LONGEST, SCHEMA, Call, call_of
from mneme.answer.tools.structured import IsCancelled, OnSpent, structured, unheeded
from mneme.memory.facts.relations import RELATIONS
from mneme.messages import _
from mneme.ports import LanguageModel, Turn
from mneme.prompts import prompt
from mneme.prompts.fencing import fenced, one_line
from mneme.recall.exact import StoreExact
from mneme.recall.understanding.question import Interval
from mneme.types import ToolCall

MOST = 3  # calls for one question
TOKENS = 160  # of one call
_QUESTION = 1000  # code points of a question
_SHOWN = 200  # of what the model wrote in place of a call, for the transcript


def call(model: LanguageModel, question_text: str, exact: StoreExact, today: date, *, cancelled: IsCancelled,
         within: Sequence[Interval] = (), on_spent: OnSpent = unheeded) -> tuple[list[ToolCall], list[ToolResult]]:
    """What the model calls for a question, at most MOST times, and what each call came to, in their order.

    `within` are the times that the question was understood to name: the model is told their days. A text that is no
    call is written down as "malformed" and ends the loop; so do "none" and a call that was made before, which are not
    written down. Only what the model writes under the schema is a call: the words of memories are data.
    Raises: Cancelled, ModelError, StoreError.
    """
    turns = [Turn("system", prompt("tools").filled(relations=", ".join(sorted(RELATIONS)))),
             Turn("user", _asked(question_text, today, within))]
    calls: list[ToolCall] = []
    results: list[ToolResult] = []
    made: set[Call] = set()
    while len(calls) < MOST:
        made_now = structured(model, turns, SCHEMA, max_tokens=TOKENS, longest=LONGEST, cancelled=cancelled,
                              on_spent=on_spent)
        wanted = made_now.reason if made_now.value is None else call_of(made_now.value)
        if isinstance(wanted, str):
            calls.append(_no_call(made_now.raw, wanted))
            break
        if wanted.tool == "none" or wanted in made:
            break
        made.add(wanted)
        result = result_of(wanted, exact)
        calls.append(ToolCall(wanted.tool, wanted.arguments(), _outcome(result)))
        results.append(result)
        turns += [Turn("assistant", made_now.raw), Turn("user", _told(result))]
    return calls, results


def _asked(question: str, today: date, within: Sequence[Interval]) -> str:
    times = [f"\n{one_line(one.text)}: {days}" for one in within if (days := _days(one))]
    return (f"Today is {when.WEEKDAYS[today.weekday()]}, {today.isoformat()}.{''.join(times)}\n"
            + fenced(one_line(question)[:_QUESTION], "question"))


def _days(one: Interval) -> str:
    since = None if one.start is None else one.start.date()
    until = None if one.end is None else _day_after(one.end)
    return ", ".join(f"{name} {day.isoformat()}" for name, day in (("from", since), ("to", until)) if day is not None)


def _day_after(end: datetime) -> date:
    """The first day that lies wholly behind the end."""
    is_midnight = end.time() == time()
    return end.date() if is_midnight or end.date() == date.max else end.date() + timedelta(days=1)


def _told(result: ToolResult) -> str:
    return fenced(result.text, "result") + "\nThe next call, or none."


def _outcome(result: ToolResult) -> str:
    """What came of a call, for people."""
    if result.computed:
        return result.computed
    return result.text.partition("\n")[0] if not result.memories else _(
        "Found: {memories}").format(memories=", ".join(f"#{memory.id}" for memory in result.memories))


def _no_call(raw: str, reason: str) -> ToolCall:
    said = one_line(raw)[:_SHOWN]
    return ToolCall("malformed", {"wrote": said} if said else {}, reason)
