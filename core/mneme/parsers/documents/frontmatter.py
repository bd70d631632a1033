"""Front matter: the YAML between two lines of dashes that notes begin with; broken YAML is read line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

import yaml

from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.moments import parse_date
from mneme.types import Moment

LONGEST = 32_768  # characters; anything longer is text between rulers
_FENCED = expression(r"---[ \t]*\n(?P<yaml>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_TEMPLATE = expression(r"\{\{[^{}\n]*\}\}")  # a value that is yet to be filled in
_LINE = expression(r"([^\s:#\-][^:\n]{0,60}):(?:[ \t]+(.*))?")
_DATES = ("date", "day", "created", "created_at", "created at", "creation_date", "date_created", "date created",
          "published", "publish_date", "datum", "start", "time", "updated", "updated_at", "modified",
          "date modified", "last_modified", "last modified")
_TITLES = ("title", "titel", "name")
_AUTHORS = ("author", "authors", "by", "autor")
_TAGS = ("tags", "tag", "keywords")


class _Loader(yaml.BaseLoader):
    """Every scalar stays the string that was typed; aliases are refused, because a few can unfold to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before the text. `end` is where the text begins; `inner` is the span of the YAML itself."""

    end: int = 0
    inner: tuple[int, int] = (0, 0)
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)  # keys in lower case
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str | None:
        return next(iter(self._first(_TITLES)), None)

    @property
    def authors(self) -> tuple[str, ...]:
        return tuple(value.strip("[]") for value in self._first(_AUTHORS))

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags without "#"; one string holds several with commas or blanks between them."""
        values = [v for key in _TAGS for v in self.fields.get(key, ())]
        return tuple(tag.lstrip("#") for v in values for tag in re.split(r"[,\s]+", v) if tag.strip("#"))

    def happened_at(self, zone: tzinfo) -> Moment | None:
        """The first date among the usual keys, what happened before when it was noted down."""
        dates = (parse_date(v, zone) for key in _DATES for v in self.fields.get(key, ())[:1])
        return next((date for date in dates if date), None)

    def _first(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return next((self.fields[key] for key in keys if self.fields.get(key)), ())


def read(text: str) -> FrontMatter:
    """The front matter at the beginning of `text`, or an empty one."""
    found = _FENCED.match(text, 0, LONGEST) if text.startswith("---") else None
    if not found or not found["yaml"].strip():
        return FrontMatter(end=found.end() if found else 0)
    inner = found.span("yaml")
    typed = _TEMPLATE.sub("", found["yaml"])
    try:
        return FrontMatter(found.end(), inner, _fields(yaml.load(typed, _Loader)))
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return FrontMatter(found.end(), inner, _by_line(typed),
                           (_("The front matter is not valid YAML; it was read line by line."),))


def _fields(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TypeError("front matter is not a mapping")
    return {str(key).strip().lower(): tuple(_scalars(one)) for key, one in value.items()}


def _scalars(value: Any) -> Iterator[str]:
    """The non-empty strings in lists of lists and mappings, in order."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += list(one.values())[::-1]
        elif isinstance(one, list):
            waiting += one[::-1]
        elif isinstance(one, str) and one.strip():
            yield one.strip()


def _by_line(text: str) -> dict[str, tuple[str, ...]]:
    """`key: value` lines, and "- item" lines under the key before them."""
    fields: dict[str, tuple[str, ...]] = {}
    key = ""
    for line in text.split("\n"):
        if found := _LINE.fullmatch(line.rstrip()):
            key = found[1].strip().lower()
            fields[key] = _typed(found[2] or "")
        elif key and line.lstrip().startswith("- "):
            fields[key] += _typed(line.lstrip()[2:])
    return fields


def _typed(value: str) -> tuple[str, ...]:
    value = value.strip().strip("\"'")
    if value.startswith("[") and value.endswith("]") and not value.startswith("[["):
        return tuple(kept for v in value[1:-1].split(",") if (kept := v.strip().strip("\"'")))
    return (value,) if value else ()
