"""The tools as one JSON Schema, and a model's call of one, validated and clipped; nothing else is a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from mneme.memory.facts.relations import RELATIONS
from mneme.messages import _

Tool = Literal["find_by_time", "count", "list_people", "open_memory", "facts_about", "none"]
LONGEST = 120  # code points of an argument
LARGEST = 2**53  # of an id

_DAY = {"anyOf": [{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, {"type": "null"}]}
_WORDS = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_MAYBE_WORDS = {"anyOf": [{"type": "string", "maxLength": LONGEST}, {"type": "null"}]}


def _tool(name: Tool, arguments: Mapping[str, Any], *needed: str) -> dict[str, Any]:
    return {"type": "object", "properties": {"tool": {"const": name}, **arguments},
            "required": ["tool", *needed], "additionalProperties": False}


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"call": {"anyOf": [
        _tool("find_by_time", {"from": _DAY, "to": _DAY, "words": _MAYBE_WORDS, "who": _MAYBE_WORDS}, "from", "to"),
        _tool("count", {"words": _WORDS, "from": _DAY, "to": _DAY, "who": _MAYBE_WORDS}, "words"),
        _tool("list_people", {"words": _MAYBE_WORDS}),
        _tool("open_memory", {"id": {"type": "integer", "minimum": 1, "maximum": LARGEST}}, "id"),
        _tool("facts_about", {"subject": _WORDS, "as_of": _DAY,
                              "relation": {"anyOf": [{"enum": sorted(RELATIONS)}, {"type": "null"}]}}, "subject"),
        _tool("none", {}),
    ]}},
    "required": ["call"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A valid call; what a tool does not take is empty. [since, until) are days."""

    tool: Tool
    words: str = ""
    since: date | None = None
    until: date | None = None
    who: str = ""
    id: int = 0
    subject: str = ""
    relation: str | None = None
    as_of: date | None = None

    def arguments(self) -> dict[str, str | int]:
        """What it was called with, for people, by the names that the model uses."""
        given = {"words": self.words, "from": self.since, "to": self.until, "who": self.who, "id": self.id,
                 "subject": self.subject, "relation": self.relation, "as_of": self.as_of}
        return {name: value if isinstance(value, int) else str(value) for name, value in given.items() if value}


def call_of(value: Mapping[str, Any]) -> Call | str:
    """The call in a value that keeps to SCHEMA; a sentence for people where its dates are none."""
    told = value["call"]
    try:
        since, until, as_of = (_day(told.get(name)) for name in ("from", "to", "as_of"))
    except ValueError:
        return _("The model named a day that no calendar has.")
    if since is not None and until is not None and until < since:
        return _("The model named a time that ends before it begins.")
    if since is not None and since == until:  # one day is meant
        until = since + timedelta(days=1) if since < date.max else None
    return Call(told["tool"], told.get("words") or "", since, until, told.get("who") or "", int(told.get("id", 0)),
                told.get("subject") or "", told.get("relation"), as_of)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
