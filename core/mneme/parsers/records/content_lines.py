"""The lines that calendars and address cards are written in: folded, with groups, parameters and escapes.

RFC 5545 (iCalendar), RFC 6350 (vCard 4.0), RFC 2426 (vCard 3.0), and vCard 2.1 with its quoted-printable values.
"""

import quopri
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mneme.expressions import expression

_DEEPEST = 20  # components within components; real files have three levels
_LINE = expression(r'(?:(?P<group>[\w-]+)\.)?(?P<name>[^\s:;"=,.]+)\s*(?P<params>(?:;(?:"[^"]*"|[^":;])*)*)'
                   r":(?P<value>.*)", re.DOTALL)
_LOOSE = expression(r"(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<params>(?:;[^:;]*)*):(?P<value>.*)", re.DOTALL)
_QUOTED = expression(r"^[^:]*;\s*(?:ENCODING\s*=\s*)?(?:QUOTED-PRINTABLE|QP)\s*[;:]", re.IGNORECASE)
_FREE = frozenset({"DESCRIPTION", "NOTE", "COMMENT"})  # where programs forget to fold what they break
_ESCAPE = expression(r"\\(.)", re.DOTALL)
_CARET = expression(r"\^(['^n])")


@dataclass(frozen=True, slots=True)
class Line:
    """One property: its name in capitals, and its value as it stands, still escaped; quoted-printable is undone."""

    name: str
    value: str
    params: Mapping[str, str] = field(default_factory=dict)
    group: str = ""

    @property
    def text(self) -> str:
        """The value as people read it."""
        return unescaped(self.value).strip()

    @property
    def binary(self) -> bool:
        """Whether the value is a picture or a sound; not all programs fold its lines."""
        return self.params.get("ENCODING", "").upper() in ("B", "BASE64") or "BASE64" in self.params

    @property
    def kinds(self) -> frozenset[str]:
        """What TYPE says, in small letters ("work", "cell"); in vCard 2.1 the word stands alone."""
        said = [part for key, value in self.params.items() for part in (value if value else key).split(",")
                if key == "TYPE" or not value]
        return frozenset(part.strip().lower() for part in said if part.strip())


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END; `broken` counts lines that are none, `cut`: there is no END."""

    name: str
    lines: list[Line] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)
    broken: int = 0
    cut: bool = False

    def all(self, *names: str) -> list[Line]:
        return [line for line in self.lines if line.name in names]

    def first(self, *names: str) -> Line | None:
        """The first line of the first name that has one that says something."""
        return next((line for name in names for line in self.lines if line.name == name and line.value.strip()), None)

    def text(self, *names: str) -> str:
        line = self.first(*names)
        return line.text if line else ""


def components(text: str, depth: int = _DEEPEST) -> list[Component]:
    """The outermost components. One that has no END goes on to where its like begins, or to the end of the text."""
    top = Component("")
    stack = [top]
    ignored = 0
    for line in _with_loose_ends(text):
        name = line.value.strip().upper() if isinstance(line, Line) and line.name in ("BEGIN", "END") else ""
        if isinstance(line, str):
            stack[-1].broken += 1
        elif line.name == "BEGIN" and name:
            if len(stack) > depth:
                ignored += 1
                continue
            _begin(stack, name)
        elif line.name == "END" and name and ignored:
            ignored -= 1
        elif line.name == "END" and name:
            _end(stack, name)
        else:
            stack[-1].lines.append(line)
    for open_one in stack[1:]:
        open_one.cut = True
    return top.inside


def _begin(stack: list[Component], name: str) -> None:
    """Open a component; one of the same kind cannot lie in itself (but cards may, as an AGENT)."""
    if name != "VCARD" and any(one.name == name for one in stack):
        while stack[-1].name != name:
            stack.pop().cut = True
        stack.pop().cut = True
    made = Component(name)
    stack[-1].inside.append(made)
    stack.append(made)


def _end(stack: list[Component], name: str) -> None:
    if not any(one.name == name for one in stack[1:]):
        stack[-1].broken += 1
        return
    while stack[-1].name != name:
        stack.pop().cut = True
    stack.pop()


def written(component: Component) -> str:
    """A component as text again, for a library that wants it so; without what could not be read."""
    lines = [f"BEGIN:{component.name}"]
    for line in component.lines:
        params = "".join(f';{key}="{value}"' if value else f";{key}" for key, value in line.params.items())
        lines.append(f"{line.name}{params}:{line.value}")
    lines += [written(one) for one in component.inside]
    return "\r\n".join([*lines, f"END:{component.name}"])


def _with_loose_ends(text: str) -> Iterator[Line | str]:
    """Lines; as a string what is none. Text that was broken without being folded belongs to the line before."""
    before: Line | None = None
    more: list[str] = []
    for raw in unfolded(text):
        line = parse_line(raw)
        if line is None and before is not None and (before.binary or before.name in _FREE):
            more += [] if before.binary else [raw]
            continue
        if before is not None:
            yield _longer(before, more)
        before, more = line, []
        if line is None:
            yield raw
    if before is not None:
        yield _longer(before, more)


def _longer(line: Line, more: list[str]) -> Line:
    return Line(line.name, "\\n".join([line.value, *more]), line.params, line.group) if more else line


def unfolded(text: str) -> Iterator[str]:
    """Whole lines: what begins with a blank goes on from the line before; so does quoted-printable behind a "=" """
    parts: list[str] = []
    quoted = soft = False
    for line in text.split("\n"):
        if parts and (soft or line[:1] in (" ", "\t")):
            parts.append(line if soft else line[1:])
        else:
            yield from _whole(parts)
            parts, quoted = [line], bool(_QUOTED.match(line))
        soft = quoted and parts[-1].rstrip().endswith("=")
        if soft:
            parts[-1] = parts[-1].rstrip()[:-1]
    yield from _whole(parts)


def _whole(parts: list[str]) -> Iterator[str]:
    if (line := "".join(parts)).strip():
        yield line


def parse_line(raw: str) -> Line | None:
    """The line, or None where it is none."""
    found = _LINE.fullmatch(raw.strip()) or _LOOSE.fullmatch(raw.strip())
    if found is None:
        return None
    params = dict(_params(found["params"]))
    value = found["value"]
    if params.get("ENCODING", "").upper() in ("QUOTED-PRINTABLE", "QP") or "QUOTED-PRINTABLE" in params:
        value = ";".join(_from_quoted(part, params.get("CHARSET", "")) for part in value.split(";"))
    return Line(found["name"].upper(), value, params, found["group"] or "")


def _params(text: str) -> Iterator[tuple[str, str]]:
    kinds: list[str] = []
    for part in re.findall(r';((?:"[^"]*"|[^";])*)', text):
        key, equals, value = part.partition("=")
        key, value = key.strip().upper(), _CARET.sub(_uncaret, value.replace('"', "").strip())
        if key == "TYPE" and equals:
            kinds.append(value)
        elif key:
            yield key, value
    if kinds:
        yield "TYPE", ",".join(kinds)


def _uncaret(found: re.Match[str]) -> str:
    return {"n": "\n", "'": '"'}.get(found[1], "^")  # RFC 6868


def _from_quoted(value: str, charset: str) -> str:
    """Quoted-printable undone; what it held of semicolons and line ends is escaped, as the value of a line is."""
    data = quopri.decodestring(value.encode("utf-8", "replace"))
    for encoding in (charset or "utf-8", "utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except (UnicodeError, LookupError, ValueError):
            continue
    else:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace(";", "\\;").replace("\n", "\\n")


def unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def fields(value: str, mark: str = ";") -> list[str]:
    """A structured value's parts, between marks that are not escaped, as people read them."""
    parts = re.findall(rf"((?:\\.|[^\\{mark}])*)(?:{mark}|\\?$)", value, re.DOTALL)
    return [unescaped(part).strip() for part in parts[:200]]


def listed(lines: Iterable[Line]) -> list[str]:
    """The points of all lines that are lists with commas."""
    return [one for line in lines for one in fields(line.value, ",") if one]
