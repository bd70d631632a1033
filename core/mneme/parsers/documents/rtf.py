"""Rich text: the words without the commands; title, author and date from its \\info group."""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _
from mneme.parsers.building import TextBuilder, paragraphs
from mneme.parsers.encoding import suffix_of
from mneme.parsers.moments import moment_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment

_PICTURE = expression(r"(?:[0-9a-fA-F]{64,}\s*)+")  # pictures as hex digits: most of a file, none of its words
_TIME = expression(r"\\(?:creatim|revtim)((?:\\(?:yr|mo|dy|hr|min|sec)\d{1,4})+)")


class Rtf:
    """.rtf, and .doc where it is rich text in truth."""

    format = "rtf"
    suffixes = frozenset({".rtf"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        return (0.95 if suffix_of(name) in self.suffixes else 0.9) if head.startswith(b"{\\rtf") else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        if not source.data or source.data.isspace():
            raise Skipped(_("is empty"))
        if not source.data.lstrip().startswith(b"{\\rtf"):
            raise Unreadable(_("is damaged, or is no {kind} file").format(kind="RTF"))
        raw = _PICTURE.sub("", source.data.decode("latin-1"))
        text = _words(raw)
        builder = TextBuilder()
        for block in paragraphs(text):
            builder.add("paragraph", text[block.start:block.end])
        yield builder.build(title=_info(raw, "title"), authors=[_info(raw, "author") or ""],
                            happened_at=_created(raw, source.clock.zone()),
                            tags=(_info(raw, "keywords") or "").split(","))


def _words(raw: str) -> str:
    from striprtf import striprtf  # noqa: PLC0415 -- slow import

    convert: Any = striprtf.rtf_to_text
    try:
        text = convert(raw, errors="replace")
    except (ValueError, LookupError, TypeError, IndexError, OverflowError) as error:  # what malformed commands cause
        raise Unreadable(_("is damaged, or is no {kind} file").format(kind="RTF")) from error
    # each \par is one line end; a paragraph a line would run together with the next one
    return re.sub(r"\n(?=\S)", "\n\n", text)


def _info(raw: str, key: str) -> str | None:
    found = re.search(rf"\{{\\{key} ([^{{}}\\]{{1,300}})\}}", raw[:100_000])
    return found[1].strip() if found else None


def _created(raw: str, zone: tzinfo) -> Moment | None:
    found = _TIME.search(raw[:100_000])
    parts = {k: int(v) for k, v in re.findall(r"\\(yr|mo|dy|hr|min|sec)(\d+)", found[1])} if found else {}
    try:
        when = datetime(parts["yr"], parts.get("mo", 1), parts.get("dy", 1), parts.get("hr", 0), parts.get("min", 0))
    except (KeyError, ValueError):
        return None
    return moment_of(when, zone, "minute")
