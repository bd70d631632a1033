"""OneNote's own files, which are left out with a word on how to export them."""

from collections.abc import Iterator

from mneme.errors import Skipped
from mneme.messages import _
from mneme.parsers.encoding import suffix_of
from mneme.ports import Parsed, ParseInput

_SECTION = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3")
_CONTENTS = bytes.fromhex("a12fff43d9ef764c9ee210ea5722765f")
_CABINET = b"MSCF"


class OneNote:
    """.one, .onetoc2, .onepkg ([MS-ONESTORE]): recognised, and not read. Pages exported as Word or HTML are."""

    format = "onenote"
    suffixes = frozenset({".one", ".onetoc2", ".onepkg"})
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        if head.startswith((_SECTION, _CONTENTS)):
            return 1.0
        return 0.9 if head.startswith(_CABINET) and suffix_of(name) == ".onepkg" else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        yield from ()
        if source.data.startswith(_CONTENTS):
            raise Skipped(_("is OneNote's table of contents, not a note"))
        raise Skipped(_("is a file of OneNote, which only OneNote reads"),
                      _("In OneNote choose File, Export, and save the section as a Word document or web page."))
