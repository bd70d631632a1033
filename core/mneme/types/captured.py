"""What comes in and what does not: sources, rules, the pause, and selections of what is to go again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Field = Literal["folder", "app", "domain", "sender", "pattern", "size", "age"]
Verdict = Literal["allow", "deny"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the owner's rules of what may be taken in. `id` 0: not kept yet.

    `value`: a folder's path; the name of a program; a domain, with all below it; a sender's name or address; a
    pattern in .gitignore syntax for paths (or "title:" and words of a title); a size in bytes or an age in days
    above which something is left out.
    """

    verdict: Verdict
    field: Field
    value: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that might be taken in, as far as it is known before its content is read."""

    path: str | None = None  # as the owner names it
    real_path: str | None = None  # where links lead, if that is elsewhere
    is_folder: bool = False
    app: str | None = None
    domain: str | None = None
    sender: str | None = None
    title: str | None = None
    size: int | None = None  # bytes
    changed_at: datetime | None = None


WhenGone = Literal["keep", "bin"]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as its owner sees it; done, waiting, failed and skipped count its places.

    `when_gone`: what becomes of the memories of a file that was deleted. `keep_days`: memories older than that go to
    the bin; None: they stay.
    """

    id: int
    kind: str
    place: str
    paused: bool
    when_gone: WhenGone
    keep_days: int | None
    done: int
    waiting: int
    failed: int
    skipped: int
    looked_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that could become a source; nothing in it was read."""

    kind: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of capture that began at `since` and ends at `until`, or (None) when the owner resumes.

    `behind`: the earliest moment that the clock has shown since it was set back to before the pause began. `private`:
    what happens meanwhile is not taken in afterwards either.
    """

    since: datetime
    until: datetime | None
    behind: datetime | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """What was taken in or left out: `why` is the rule or reason that decided."""

    at: datetime
    what: str
    state: str  # as of the queue: done, skipped, failed, waiting, gone
    why: str | None
    items: int
    entry: int = 0  # of the queue; 0: it is no place, such as a copied text


@dataclass(frozen=True, slots=True)
class LogPage:
    """A stretch of the list of what was taken in and left out; `total` and `counts` (by state) are of all of it."""

    lines: tuple[LogLine, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PreviewKind:
    """Files of one kind that a place would bring.

    `name` is one of notes, documents, mails, chats, visits, calendars, contacts, pictures, data, code, exports, others.
    """

    name: str
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Files and folders that would be left out for one reason, with the path of one of them."""

    why: str
    places: int
    example: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a place would bring, by names and sizes alone. `whole` is False where there is more than was looked at."""

    kinds: tuple[PreviewKind, ...]
    left_out: tuple[LeftOut, ...]
    whole: bool = True

    @property
    def files(self) -> int:
        """How many would be read."""
        return sum(kind.files for kind in self.kinds)

    @property
    def bytes(self) -> int:
        """How large they are together."""
        return sum(kind.bytes for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether something would be taken in: `why` not, or None where it would.

    `rule` is the owner's rule that decides against it, `exception` the rule that would let it in all the same, `nature`
    what the words were taken for: place, domain, sender or app. `watched`: the watched place that it lies in.
    `never`: it is not read even where its owner names it.
    """

    what: str
    nature: Literal["place", "domain", "sender", "app"]
    why: str | None = None
    rule: Rule | None = None
    exception: Rule | None = None
    watched: str | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """What was noticed of a file: `what` is new, edited, grown, renamed (it was `was`) or deleted."""

    at: datetime
    what: str
    place: str
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which memories are to be erased: all conditions hold together, and at least one is given.

    `since`, `until`: taken in in this stretch. `happened_from`, `happened_to`: said to have happened in it. `place`:
    from this file, folder, chat or person. `about`: where these words or this name stand.
    """

    since: datetime | None = None
    until: datetime | None = None
    happened_from: datetime | None = None
    happened_to: datetime | None = None
    place: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """What a selection comes to: counts by kind of memory and by place, and some examples."""

    memories: tuple[int, ...]
    kinds: Mapping[str, int]
    places: Mapping[str, int]
    examples: tuple[str, ...]
