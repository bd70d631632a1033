"""Folders and files that the owner named: every file in them once, and for each one left out the reason why."""

import itertools
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mneme.errors import KnownError
from mneme.ports import Ask, Found
from mneme.sources import ignore, roots, skips
from mneme.sources.bundles import is_bundle
from mneme.sources.ignore import Rules
from mneme.sources.roots import is_within
from mneme.sources.walk import Folder, Level, Limits, Walk
from mneme.types import Finding

_SETTLED_NS = 1_000_000_000  # a file that nobody has written to for so long is taken for whole


class FolderSource:
    """Scans files and folders, in the same order every time; nothing that is left out is opened.

    In a folder: the rules of its own and its subfolders' .gitignore and .mnemeignore files hold (not those above
    it); what `skips` lists is left out unless a .mnemeignore or .gitignore says `!name`; what `ask` refuses is
    neither listed nor opened. Links to files are followed, each file being read once; links to folders are not. A
    folder that is one export is one place. A file or folder that the owner names outright is subject to no rule but
    those of `ask`. Keys, passwords and profiles of Mneme are never read, however they are named.
    """

    name = "folder"

    def __init__(self, paths: Sequence[Path], *, max_bytes: int, profile_root: Path | None = None,
                 ask: Ask | None = None, marks: Mapping[Path, str] | None = None) -> None:
        """`max_bytes`: larger files are left out. `profile_root`: the profile in use.

        `marks`: by root, what `roots.mark_of` told when it was added. `trouble` says what keeps it from being
        watched, as a sentence.
        """
        # not resolve(): a place keeps the name its owner gave it, links included
        self._roots = list(dict.fromkeys(os.path.abspath(path) for path in paths))  # noqa: PTH100
        self._limits = Limits(max_bytes, None if profile_root is None else os.path.realpath(profile_root), ask)
        self._marks = {os.path.abspath(path): mark for path, mark in (marks or {}).items()}  # noqa: PTH100
        self._judge = self._walk()  # of single names; it lists nothing
        self._known: dict[str, Rules | bool | None] = {}  # the rules in a folder; False for one that is left out

    def scan(self, cursor: str | None = None) -> Iterator[Found]:
        """Every place, each once. Raises: KnownError where a root cannot be read, before the first place."""
        there = [(root, roots.status_of(root)) for root in self._roots]
        yield from _everything(self._walk(), there)

    def changed(self, paths: Iterable[Path]) -> Iterator[Found]:
        """What a scan would find at and under these paths, each place once; what is not there any more is `gone`.

        The ways down to them are decided as in a scan: for what lies in a folder that is left out, or is one export,
        that folder is given, and nothing below it is a place of its own (any more). Where what a folder is depends on
        what is in it (rules, marks, exports), all of it is told anew. Nothing is said of a root that is not there.
        """
        asked = {os.path.abspath(path) for path in paths}  # noqa: PTH100
        wanted = sorted({self._subject(path) for path in asked}, key=lambda path: Path(path).parts)
        given: set[Path] = set()
        look = self._tangled(wanted) if self._is_tangled() else _Look(self._walk(partial=True), self).at(wanted)
        for found in itertools.chain(look, self._rules_gone(asked - set(wanted))):
            if found.path not in given:
                given.add(found.path)
                yield found

    def present(self) -> bool:
        """Whether every root is there and may be the one that was added.

        Where one is missing, unreadable, an empty mount point, or an empty folder in the place of another, a scan
        says nothing about what was found before: nobody must conclude that it is gone.
        """
        return not any(roots.absent(root, self._marks.get(root, "")) for root in self._roots)

    def watched(self) -> tuple[Path, ...]:
        """Folders and files whose changes call for another look."""
        return tuple(map(Path, self._roots))

    def check(self) -> Iterator[Finding]:
        """What keeps the source from its work; nothing where all is well."""
        for root in self._roots:
            if (reason := roots.absent(root, self._marks.get(root, ""))) is not None:
                yield Finding("source", reason, repairable=False)

    # ------------------------------------------------------------------ for watching

    def folders(self, top: Path) -> Iterator[Path]:
        """The folders at and below `top` that a scan lists, each before it is listed, those within exports too."""
        if str(top) in self._known:  # looked at before: its rules may be others now
            self._known = {}
        walk = self._walk()
        folder = self._listed(str(top))
        waiting = [] if folder is None else [folder]
        while waiting:
            folder = waiting.pop()
            yield Path(folder.path)
            level = walk.open(folder)
            if level.instead is not None and level.instead.bundle:
                yield from (Path(where, name) for where, names, _files in os.walk(folder.path) for name in names
                            if not Path(where, name).is_symlink())
            elif level.instead is None:
                for entry in level.entries.values():
                    if entry.is_dir(follow_symlinks=False):
                        walk.entry(entry, level, waiting)

    def ignored(self, path: Path, is_folder: bool) -> bool:
        """Whether a change there is none of our business, as far as names and rules tell; `folders` forgets rules."""
        if str(path) in self._roots:
            return False
        rules = self._rules(str(path.parent))
        if path.name in ignore.NAMES or path.name in skips.MARKS:
            return rules is False
        return rules is False or self._judge.left_out(str(path), is_folder, _real_rules(rules)) is not None

    # ------------------------------------------------------------------ within

    def root_of(self, path: str) -> str | None:
        """The innermost root at or above `path`."""
        above = [root for root in self._roots if is_within(path, root)]
        return max(above, key=len, default=None)

    def _walk(self, *, partial: bool = False) -> Walk:
        return Walk(self._limits, frozenset(self._roots), partial=partial)

    def _whole(self, walk: Walk) -> Iterator[Found]:
        """A scan of the roots that are there."""
        known = [(root, _status(root)) for root in self._roots]
        yield from _everything(walk, [(root, status) for root, status in known if status is not None])

    def whole_of(self, paths: Sequence[str]) -> Iterator[Found]:
        """What a scan says of these files, and of those that are the same as they."""
        walk = self._walk()
        found = {str(one.path): one for one in self._whole(walk)}
        asked, families = set(paths), [{first, *others} for first, others in walk.twins.items()]
        wanted = asked.union(*(family for family in families if not family.isdisjoint(asked)))
        yield from (one for path, one in found.items() if path in wanted)

    def _tangled(self, wanted: Sequence[str]) -> Iterator[Found]:
        """The part of a whole scan that has to do with these paths."""
        met = {os.path.abspath(one.path): one for one in self._whole(self._walk())}  # noqa: PTH100
        for path in wanted:
            around = [one for place, one in met.items() if is_within(place, path) or is_within(path, place)]
            yield from around
            if not around and self.root_of(path) is not None and is_gone(path):
                yield Found(Path(path), gone=True)

    def _is_tangled(self) -> bool:
        """Whether the same folder is named twice, by a link, so that only a whole scan knows what belongs to which."""
        real = {root: os.path.realpath(root) for root in self._roots}
        return any(is_within(real[one], real[other]) != is_within(one, other)
                   for one in self._roots for other in self._roots if one != other)

    def _subject(self, path: str) -> str:
        """What has to be looked at when `path` changed: for rules and marks, the folder that they are about."""
        folder, name = os.path.split(path)
        return folder if (name in ignore.NAMES or name in skips.MARKS) and self.root_of(folder) is not None else path

    def _rules_gone(self, paths: set[str]) -> Iterator[Found]:
        """Files of rules and marks that went away: their folders were looked at in their stead."""
        yield from (Found(Path(path), gone=True) for path in sorted(paths)
                    if Path(path).parent.is_dir() and is_gone(path))

    def _listed(self, path: str) -> Folder | None:
        """The folder `path` with the rules above it; None where a scan does not list it."""
        is_root = path in self._roots
        above = None if is_root else self._rules(os.path.dirname(path))  # noqa: PTH120
        if above is False or self._rules(path) is False or not Path(path).is_dir():
            return None
        return Folder(path, os.path.realpath(path), _real_rules(above), is_root)

    def _rules(self, folder: str) -> Rules | bool | None:
        """The rules that hold in a folder, False where it is left out, from the nearest that is known."""
        way = []
        while folder not in self._known and self.root_of(folder) is not None:
            way.append(folder)
            folder = os.path.dirname(folder)  # noqa: PTH120
        rules = self._known.get(folder)
        for one in reversed(way):
            if one in self._roots:
                rules = self._rules_in(one, None)
            elif rules is not False:
                rules = self._rules_in(one, _real_rules(rules))
            self._known[one] = rules
        return rules

    def _rules_in(self, folder: str, above: Rules | None) -> Rules | bool | None:
        try:
            status = Path(folder).lstat()
        except OSError:
            return above
        real = os.path.realpath(folder)
        if folder in self._roots:
            reason = self._judge.root_reason(Folder(folder, real), status)
        else:
            reason = (self._judge.left_out(folder, True, above)
                      or self._judge.refused(folder, real, status, is_folder=True))
        return False if reason else ignore.within(folder, frozenset(ignore.NAMES), above)


class _Look:
    """A look at some paths, with the folders on the ways down listed once each."""

    def __init__(self, walk: Walk, source: FolderSource) -> None:
        self._walk = walk
        self._source = source
        self._tops: dict[str, tuple[os.stat_result | None, str | None]] = {}  # of roots, and why one is left out
        self._folders: dict[str, Folder] = {}  # that are ways down
        self._levels: dict[str, Level] = {}
        self._others: dict[str, bool] = {}  # folders that may have been one export
        self._wanted: dict[str, set[str]] = {}  # by folder, the names in it

    def at(self, wanted: Sequence[str]) -> Iterator[Found]:
        """What there is at and under these paths, a folder before what is in it."""
        for path in wanted:
            folder, name = os.path.split(path)
            self._wanted.setdefault(folder, set()).add(name)
        done = ""  # the last folder that was told as a whole
        for path in wanted:
            if not done or not is_within(path, done) or self._source.root_of(path) != self._source.root_of(done):
                whole: list[str] = []
                yield from self._at(path, whole)
                done = whole[0] if whole else done
        if self._walk.doubtful:
            yield from self._source.whole_of(self._walk.doubtful)

    def _at(self, path: str, whole: list[str]) -> Iterator[Found]:
        root = self._source.root_of(path)
        status, reason = (None, None) if root is None else self._top(root)
        if root is None or status is None:
            return
        if path == root or not stat.S_ISDIR(status.st_mode):
            whole.append(root)
            yield from self._walk.root(root, status)
        elif reason is not None:
            yield Found(Path(root), skipped=reason)
        else:
            yield from self._down(self._folders[root], Path(path).relative_to(root).parts, whole)

    def _top(self, root: str) -> tuple[os.stat_result | None, str | None]:
        if root not in self._tops:
            status = _status(root)
            folder = self._folders[root] = Folder(root, os.path.realpath(root), is_root=True)
            self._tops[root] = status, None if status is None else self._walk.root_reason(folder, status)
        return self._tops[root]

    def _down(self, folder: Folder, names: Sequence[str], whole: list[str]) -> Iterator[Found]:
        """Go down by these names as far as there are folders, and tell what there is at the end."""
        for depth, name in enumerate(names):
            is_last = depth == len(names) - 1
            way = os.path.join(folder.path, name)  # noqa: PTH118 -- for each of many
            if way in self._folders and not is_last:
                folder = self._folders[way]
                continue
            level = self._level(folder)
            if level.instead is not None:
                yield level.instead
                return
            below: list[Folder] = []
            yield from self._entry(level, name, below, is_last=is_last)
            if is_last and self._was_otherwise(level):
                break
            if not below:
                if not is_last and name in level.entries and is_gone(path := os.path.join(way, *names[depth + 1:])):  # noqa: PTH118
                    yield Found(Path(path), gone=True)  # a file is in the way
                return
            folder = self._folders[way] = below[0]
        whole.append(folder.path)
        yield from self._walk.everything(folder)

    def _entry(self, level: Level, name: str, below: list[Folder], *, is_last: bool) -> Iterator[Found]:
        entry = level.entries.get(name)
        path = Path(level.folder.path, name)
        if entry is None:
            yield Found(path, gone=True)
        else:
            found = self._walk.entry(entry, level, below)
            yield from () if found is None else (found,)
        if is_last and not below:
            database = skips.without_side(name)
            beside = {database, *(database + side for side in skips.SIDES)} - {name}
            for entry in (level.entries[other] for other in sorted(beside & level.entries.keys())):
                found = self._walk.entry(entry, level, [])
                yield from () if found is None else (found,)

    def _level(self, folder: Folder) -> Level:
        if folder.path not in self._levels:
            self._levels[folder.path] = self._walk.open(folder)
        return self._levels[folder.path]

    def _was_otherwise(self, level: Level) -> bool:
        """Whether a folder may have been one export until something in it went away, or came that is no part of it."""
        path = level.folder.path
        if path not in self._others:
            names, changed = frozenset(level.entries), self._wanted.get(path, set())
            left = changed - names
            self._others[path] = any(is_bundle(Path(path).name, before)
                                     for before in (names | left, names - changed | left))
        return self._others[path]


def settled(found: Found, now_ns: int) -> bool:
    """Whether a file looks as if nobody were writing to it: nothing for a second.

    A time that lies ahead tells nothing. What is not settled is to be looked at again.
    """
    return not 0 <= now_ns - found.mtime_ns < _SETTLED_NS


def is_gone(path: str) -> bool:
    """Whether there is nothing at `path`: known for sure only where the folders above may be looked into."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _everything(walk: Walk, there: Sequence[tuple[str, os.stat_result]]) -> Iterator[Found]:
    for root, status in there:
        yield from walk.root(root, status)
    yield from walk.links()


def _real_rules(rules: Rules | bool | None) -> Rules | None:
    return rules if isinstance(rules, Rules) else None


def _status(root: str) -> os.stat_result | None:
    try:
        return roots.status_of(root)
    except KnownError:
        return None
