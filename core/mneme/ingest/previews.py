"""What would be taken in, before anything is: what a place would bring, and whether one thing would come in."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mneme.gate.domains import domain_of
from mneme.gate.measures import days_in
from mneme.ingest.wish import IsCancelled, OnProgress
from mneme.parsers.encoding import suffix_of
from mneme.ports import Found, Parser, Taken
from mneme.sources import ignore, skips
from mneme.types import Candidate, LeftOut, Preview, PreviewKind, Progress, Rule

MOST = 50_000  # places that are looked at for a preview
TOLD = 200  # places between two reports
_KINDS = {
    "notes": ("markdown", "org", "text", "canvas", "excalidraw", "evernote", "joplin"),
    "documents": ("pdf", "docx", "pptx", "xlsx", "epub", "rtf", "html", "onenote"),
    "mails": ("mbox", "emlx", "eml", "msg"), "calendars": ("calendar",), "contacts": ("contacts",),
    "pictures": ("picture",), "data": ("csv", "json", "database"), "code": ("code",), "exports": ("archive",)}
_OF_FORMAT = {name: kind for kind, formats in _KINDS.items() for name in formats}
_OF_SOURCE = {"browser": "visits", "mbox": "mails"}


def kinds_of(parsers: Iterable[Parser]) -> dict[str, str]:
    """By the ending of a file's name, the kind that it is shown as; the first parser that claims an ending holds."""
    made: dict[str, str] = {}
    for parser in parsers:
        for suffix in parser.suffixes:
            made.setdefault(suffix, _OF_FORMAT.get(parser.format, "others"))
    return made


def preview(found: Iterator[Found | Taken], kinds: dict[str, str], source: str, progress: OnProgress,
            cancelled: IsCancelled) -> Preview:
    """What a source would bring, from what it found: files by kind, and what would be left out by reason.

    `source` is the kind of source. A cancelled look, or one at more than MOST places, says so (`whole`).
    """
    made = _Counting(kinds, _OF_SOURCE.get(source))
    for number, one in enumerate(found):
        if number >= MOST or cancelled():
            return made.preview(whole=False)
        if isinstance(one, Found):
            made.add(one)
            if number % TOLD == 0:
                progress(Progress("scanning", number, 0, ignore.shown(str(one.path))))
    return made.preview(whole=True)


@dataclass(slots=True)
class _Counting:
    """What was counted so far."""

    suffixes: dict[str, str]
    always: str | None
    files: dict[str, list[int]] = field(default_factory=dict)
    out: dict[str, LeftOut] = field(default_factory=dict)

    def add(self, found: Found) -> None:
        if found.gone:
            return
        why = found.skipped or found.failed
        if why is not None:
            before = self.out.get(why)
            self.out[why] = LeftOut(why, 1, ignore.shown(str(found.path))) if before is None else LeftOut(
                why, before.places + 1, before.example)
            return
        kind = self.always or ("exports" if found.bundle else self.suffixes.get(suffix_of(found.path.name), "others"))
        self.files.setdefault(kind, []).append(found.size)

    def preview(self, *, whole: bool) -> Preview:
        kinds = [PreviewKind(name, len(sizes), sum(sizes)) for name, sizes in self.files.items()]
        return Preview(tuple(sorted(kinds, key=lambda kind: (-kind.files, kind.name))),
                       tuple(sorted(self.out.values(), key=lambda out: (-out.places, out.why))), whole)


# ------------------------------------------------------------------ one thing


def understood(words: str, home: str) -> Candidate:
    """What words for a place, an address of the web, a sender or a program mean."""
    words = words.strip()
    if words.startswith(("/", "~", "\\")) or words[1:3] in (":\\", ":/"):
        return of_place(Path(home + words[1:] if words[0] == "~" else words))
    if "://" in words:
        return Candidate(domain=words)
    if "@" in words:
        return Candidate(sender=words)
    if "." in words and " " not in words and domain_of(words):
        return Candidate(domain=words)
    return Candidate(app=words, sender=words, title=words)


def of_place(path: Path) -> Candidate:
    """A file or folder as far as it is known without being opened; one that is not there by its name alone."""
    real = os.path.realpath(path)
    named = str(path)
    try:
        status = path.stat()
    except (OSError, ValueError):
        return Candidate(path=named, real_path=real if real != named else None)
    is_folder = stat.S_ISDIR(status.st_mode)
    return Candidate(path=named, real_path=real if real != named else None, is_folder=is_folder,
                     size=None if is_folder else status.st_size, changed_at=_instant(status.st_mtime))


def never(candidate: Candidate) -> str | None:
    """Why a place is not read even where its owner names it: it may hold keys or passwords."""
    paths = [path for path in (candidate.path, candidate.real_path) if path is not None]
    return next((why for path in paths if (why := skips.key_reason(path, is_folder=candidate.is_folder))), None)


def told_of(path: Path, found: Iterator[Found]) -> Found | None:
    """What a look says of a path: of itself, or of the folder above that stands for it."""
    for one in found:
        if one.path == path or one.path in path.parents:
            return one
        return None  # of something below it: the path itself is looked through
    return None


def exception(rule: Rule, candidate: Candidate, now: datetime) -> Rule | None:
    """The narrowest rule that lets a candidate in although `rule` leaves it out; None where there is none."""
    match rule.field:
        case "folder" if candidate.path is not None:
            return Rule("allow", "folder", candidate.path)
        case "pattern" if candidate.path is not None and not rule.value.casefold().startswith("title:"):
            return Rule("allow", "pattern", _as_pattern(candidate.path))
        case "size" if candidate.size is not None:
            return Rule("allow", "size", str(candidate.size))
        case "age" if candidate.changed_at is not None:
            days = (now.astimezone(UTC) - candidate.changed_at).days + 1
            return Rule("allow", "age", f"{days}") if days_in(f"{days}") is not None else None
        case "domain" if candidate.domain is not None:
            return Rule("allow", "domain", domain_of(candidate.domain))
        case "sender" if candidate.sender is not None:
            return Rule("allow", "sender", candidate.sender)
        case "app" if candidate.app is not None:
            return Rule("allow", "app", candidate.app)
        case _:
            return None


def _as_pattern(path: str) -> str:
    """A pattern in .gitignore syntax that means this very path."""
    plain = path.replace("\\", "/") if path[1:2] == ":" else path
    return "/" + "".join(f"\\{sign}" if sign in "*?[]!# \\" else sign for sign in plain.lstrip("/"))


def _instant(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a time that no calendar has
        return None


def refused(places: Sequence[Path], ask: Callable[[Candidate], str | None]) -> dict[Path, str]:
    """Of places in the queue those that are not to be read by now, each with the reason."""
    candidates = {path: of_place(path) for path in places}
    return {path: why for path, one in candidates.items() if (why := never(one) or ask(one)) is not None}
