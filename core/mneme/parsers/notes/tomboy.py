"""Notes of Tomboy and Gnote: one XML file a note."""

from collections.abc import Iterator
from typing import Any

from mneme.errors import Skipped
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder
from mneme.parsers.documents.office import local
from mneme.parsers.encoding import looks_like_text
from mneme.parsers.moments import parse_date
from mneme.parsers.zips import parse_xml
from mneme.ports import Parsed, ParseInput

_FRACTION = expression(r"[.,]\d+(?=Z|[+-]\d\d:?\d\d$|$)")
_LINE = "\n"
_NOTEBOOK = "system:notebook:"


class Tomboy:
    """.note (https://wiki.gnome.org/Apps/Tomboy, the note format 0.3)."""

    format = "tomboy"
    suffixes: frozenset[str] = frozenset()
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        fits = b"<note" in head and b"beatniksoftware.com/tomboy" in head
        return 0.95 if fits and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        root = parse_xml(source.data.lstrip(b"\xef\xbb\xbf \t\r\n"), "Tomboy")
        said = {local(child): (child.text or "").strip() for child in root}
        tags = [(tag.text or "").strip() for tag in root.iter() if local(tag) == "tag"]
        if "system:template" in tags:
            raise Skipped(_("is a template for notes, not a note"))
        content = next((one for one in root.iter() if local(one) == "note-content"), None)
        builder = TextBuilder()
        lines = _lines(content) if content is not None else []
        if lines[1:] and lines[1].strip() == said.get("title"):
            lines = lines[2:]
        for kind, group in _groups(lines):
            builder.lines("list" if kind else "paragraph", group)
        zone = source.clock.zone()
        notebook = [tag.removeprefix(_NOTEBOOK) for tag in tags if tag.startswith(_NOTEBOOK)]
        yield builder.build(
            title=said.get("title"), happened_at=_time(said.get("create-date", ""), zone) or _time(
                said.get("last-change-date", ""), zone),
            tags=[tag for tag in tags if not tag.startswith("system:")],
            links=_links(content) if content is not None else (),
            properties={"notebook": ", ".join(notebook), "updated": said.get("last-change-date", "")})


def _lines(content: Any) -> list[str]:
    """The note's lines; points of lists begin with dashes, two blanks deeper for each list around them."""
    from lxml import etree  # noqa: PLC0415 -- slow import

    parts = [_LINE]
    depth = 0
    for event, element in etree.iterwalk(content, events=("start", "end")):
        name = local(element)
        if event == "start":
            depth += name == "list"
            if name == "list-item":
                parts.append(f"{'' if parts[-1].endswith(_LINE) else _LINE}{'  ' * (depth - 1)}- ")
            parts += filter(None, [element.text])
        else:
            depth -= name == "list"
            parts += filter(None, ["\n" if name == "list" and depth == 0 else "",
                                   element.tail if element is not content else ""])
    return "".join(parts).split("\n")


def _groups(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Runs of lines: whether they are a list, and the lines; blank lines part them."""
    group: list[str] = []
    is_list = False
    for line in (*lines, ""):
        point = line.lstrip().startswith("- ")
        if group and (point != is_list or not line.strip()):
            yield is_list, group
            group = []
        if line.strip():
            group.append(line)
            is_list = point


def _time(text: str, zone: Any) -> Any:
    return parse_date(_FRACTION.sub("", text), zone)


def _links(content: Any) -> Iterator[str]:
    for element in content.iter():
        if isinstance(element.tag, str) and "/link}" in element.tag and (text := "".join(element.itertext()).strip()):
            yield text
