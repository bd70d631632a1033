"""Real exports, read by Mneme's parsers and counted by readers of the raw files that share no code with them.

    python tests/hard/exports.py FOLDER [--family chats] [--verbose]

`raw_<family>.py` beside this file name the cases. Prints a row for each export: what Mneme found, what the raw reader
counts, first and last author and time; ends with 1 if a count differs.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mneme.errors import KnownError
from mneme.parsers.all import PARSERS
from mneme.parsers.detect import Detector
from mneme.ports import Parsed, ParseInput
from mneme.sources.bundles import pack
from mneme.testing import FakeClock
from mneme.types import Conversation, Document


@dataclass(frozen=True)
class Case:
    """Files of one format below the folder of exports, and how many messages or documents a raw reader counts in one.

    `count` gives None for a file that is no such export (it is then expected to be left out with a reason).
    """

    format: str
    glob: str
    count: Callable[[Path], int | None]
    kind: str = "messages"


def read(detector: Detector, path: Path) -> tuple[str, list[Parsed], str]:
    """The format Mneme told, what it read, and the reason where something was left out."""
    wal = path.with_name(path.name + "-wal")
    data, name = (pack(path), f"{path.name}.zip") if path.is_dir() else (path.read_bytes(), path.name)
    source = ParseInput(data, name, FakeClock(), wal=wal.read_bytes() if wal.is_file() else b"")
    parsed: list[Parsed] = []
    format_name = "-"
    try:
        format_name, given = detector.parse(source)
        parsed.extend(given)
    except KnownError as error:
        return format_name, parsed, str(error.message)
    return format_name, parsed, ""


def found(parsed: list[Parsed], kind: str) -> int:
    if kind == "messages":
        return sum(len(one.messages) for one in parsed if isinstance(one, Conversation))
    return sum(isinstance(one, Document) for one in parsed)


def ends(parsed: list[Parsed]) -> str:
    """Author and time of the first and the last thing read."""
    said = [part for one in parsed for part in _authors(one)]
    if not said:
        return ""
    return said[0] if len(said) == 1 else f"{said[0]} .. {said[-1]}"


def _authors(one: Parsed) -> Iterator[str]:
    if isinstance(one, Conversation):
        names = {p.key: f"{p.name}({p.role})" for p in one.participants}
        for message in one.messages:
            yield f"{names.get(message.sender, message.sender)} {message.at.iso() if message.at else '?'}"
    elif isinstance(one, Document):
        yield f"{', '.join(one.authors) or '?'} {one.happened_at.iso() if one.happened_at else '?'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family")
    wish = parser.parse_args()
    here = Path(__file__).parent
    families = [wish.family] if wish.family else sorted(f.stem[4:] for f in here.glob("raw_*.py"))
    detector, differ, files = Detector(PARSERS), 0, 0
    for family in families:
        for case in importlib.import_module(f"raw_{family}").CASES:
            for path in sorted(wish.folder.glob(case.glob)):
                format_name, parsed, reason = read(detector, path)
                expected, got = case.count(path), found(parsed, case.kind)
                good = got == (expected or 0) and (expected is not None or not parsed)
                files, differ = files + 1, differ + (not good)
                shown = path.relative_to(wish.folder)
                wanted = "-" if expected is None else expected
                print(f"{'  ' if good else '!!'} {case.format:12} {got:6} of {wanted:>6} "
                      f"{case.kind:9} as {format_name:12} {shown}  {ends(parsed)}  {reason}".rstrip())
    detector.close()
    print(f"{files} exports, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    # what the families import as `exports` is this very module
    sys.modules["exports"] = sys.modules["__main__"]
    sys.exit(main())
